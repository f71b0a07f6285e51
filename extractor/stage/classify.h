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
/** Does a line directly behind the data of `f` open a record, for a value stands below it? */
bool pifu_line_opens(const struct pifu_doc *doc, const struct form_span *f, uint32_t row);
/** Does a line without evidence go on with the table of `f`, which is told one cell a line? */
bool pifu_line_follows(struct pifu_doc *doc, const struct form_span *f, uint32_t row);

#endif
