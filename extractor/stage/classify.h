/* What stages ask of a token. */
#ifndef PIFU_STAGE_CLASSIFY_H
#define PIFU_STAGE_CLASSIFY_H

#include "model/doc.h"

/** Whether the common lexicon gives `t` a meaning of `kind` (and which). */
bool pifu_token_means(const struct token *t, enum meaning_kind kind, const struct meaning **out);
/** Whether `t` is a column header by lexicon or header rule, and of which role. */
bool pifu_token_header(struct pifu_doc *doc, const struct token *t, uint16_t *role);
/** Does the row belong to an indicator table beyond doubt? */
bool pifu_row_evidence(struct pifu_doc *doc, uint32_t row);

#endif
