/* The stages between grid and records, in the order extract.c calls them. */
#ifndef PIFU_STAGE_STAGE_H
#define PIFU_STAGE_STAGE_H

#include "model/doc.h"

/** Gives the rows of a form that the block cuts back to the reader, but for its first. */
void pifu_stage_trim(struct pifu_doc *doc);
/** Normal text of every cell of the block -> doc->normal. */
pifu_status pifu_stage_normalise(struct pifu_doc *doc, pifu_error *err);
/** Words of the block's cells -> tokens, row_token, row_grid. */
pifu_status pifu_stage_words(struct pifu_doc *doc, pifu_error *err);
/** Kinds of rows, extent of forms -> row_kind, spans. */
pifu_status pifu_stage_classify(struct pifu_doc *doc, pifu_error *err);
/** Family, columns and head fields of one form -> grammar, slots, form. */
pifu_status pifu_stage_head(struct pifu_doc *doc, pifu_error *err);
/** The least-cost reading of the form's table -> view. */
pifu_status pifu_stage_align(struct pifu_doc *doc, pifu_error *err);
/** Records from the view -> form.records; accounts of the form's cells. */
pifu_status pifu_stage_collect(struct pifu_doc *doc, pifu_error *err);
/** What the records say that is odd -> checks. */
pifu_status pifu_stage_check(struct pifu_doc *doc, pifu_error *err);
/** Accounts of the grid's rows up to row of words `to` into the receipt (and the rows dump). */
pifu_status pifu_stage_receipt(struct pifu_doc *doc, uint32_t to, pifu_error *err);
/** Note what the block holds (no form was met so far) -> seen. */
void pifu_seen_block(struct pifu_doc *doc);
/** The finding that the document has no form, with what was seen instead. */
void pifu_seen_tell(struct pifu_doc *doc);

#endif
