/* Tables that lie on their side, two side by side, indicators stacked in a
 * row, and labels written downwards. */
#ifndef PIFU_STAGE_TURN_H
#define PIFU_STAGE_TURN_H

#include "model/doc.h"

/* Bytes of a label that was cut, a piece of it. */
enum { LABEL_PART_BYTES = 30 };

/** May the word, which the lexicon does not know, be what is left of a cut label? */
static inline bool pifu_is_label_tail(const struct token *t)
{
	return t->text.n <= LABEL_PART_BYTES && pifu_str_ends(t->text, STR("标"));
}

/** What the rows of words are now, after rows were put another way -> doc->row_look.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_rows_look(struct pifu_doc *doc, pifu_error *err);

/** Turn tables whose headers stand in the first column round.
 *  shape:   doc->tokens, row_token, row_grid in and out; unchanged in most blocks
 *  units:   a turned word's column is the number of its header
 *  errors:  PIFU_ERR_NOMEM
 *  owns:    new arrays in the block's arena
 *  threads: one document, one thread
 *  source:  transposed layouts of published forms */
pifu_status pifu_turn_tables(struct pifu_doc *doc, pifu_error *err);

/** Put tables side by side under one header one below the other (unfold.c); the
 *  rest as for pifu_turn_tables. */
pifu_status pifu_unfold_tables(struct pifu_doc *doc, pifu_error *err);

/** Put indicators that are stacked in the cells of one row into rows of their own (unstack.c);
 *  the rest as for pifu_turn_tables. */
pifu_status pifu_unstack_rows(struct pifu_doc *doc, pifu_error *err);

/** Put labels that are written downwards together (vertical.c), where some word is the end of
 *  one (pifu_is_label_tail); the rest as for pifu_turn_tables, and doc->parts, doc->account. */
pifu_status pifu_join_vertical(struct pifu_doc *doc, pifu_error *err);

#endif
