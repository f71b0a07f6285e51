/* Tables that lie on their side, two side by side, indicators stacked in a
 * row, and labels written downwards. */
#ifndef PIFU_STAGE_TURN_H
#define PIFU_STAGE_TURN_H

#include "model/doc.h"

/* Bytes of a label that was cut, a piece of it. */
enum { LABEL_PART_BYTES = 30 };

enum { HAN_BYTES = 3, LABEL_COLUMNS = 32 };

/* What a block has that may be labels written downwards, or cut over lines. */
struct label_pieces {
	uint32_t row[LABEL_COLUMNS]; /* of the last word of one character in the column */
	uint32_t run[LABEL_COLUMNS]; /* such words near one another there */
	bool runs;                   /* as many as a label has at least */
	bool tail;                   /* a short word that ends as labels do, and is none */
	bool line;  /* the last row is a line of one short word that means nothing */
	bool lines; /* two such lines one below the other */
};

/** Take note of a word that is a character or may end as labels do (vertical.c). */
void pifu_note_short(struct label_pieces *p, const struct token *t);

/** Take note of a word. Its first and last byte, and no jump, tell most words from these. */
static inline void pifu_note_piece(struct label_pieces *p, const struct token *t)
{
	const unsigned char *text = (const unsigned char *)t->text.s;
	uint32_t n = t->text.n;
	bool character = (n == HAN_BYTES) & (text[0] >= 0xE4);
	bool tail = (t->kinds == 0) & (n <= LABEL_PART_BYTES) & (text[n - 1] == 0x87); /* of 标 */
	if (character | tail)
		pifu_note_short(p, t);
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

/** Put labels that are written downwards together (vertical.c), where there are signs of it
 *  (struct label_pieces); the rest as for pifu_turn_tables, and doc->parts, doc->account. */
pifu_status pifu_join_vertical(struct pifu_doc *doc, const struct label_pieces *pieces,
                               pifu_error *err);

#endif
