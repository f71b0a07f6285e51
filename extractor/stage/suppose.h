/* Tables without a header: where they stand and what their columns are. */
#ifndef PIFU_STAGE_SUPPOSE_H
#define PIFU_STAGE_SUPPOSE_H

#include "model/doc.h"

/** Rows of words in [from, to) that are a table of indicators without a header.
 *  shape:   rows in, the rows [*begin, *end) of the table out; false: there is none */
bool pifu_suppose_rows(struct pifu_doc *doc, uint32_t from, uint32_t to, uint32_t *begin,
                       uint32_t *end);

/** Columns of the form at hand, which has no header -> doc->slots. */
void pifu_suppose_columns(struct pifu_doc *doc);

#endif
