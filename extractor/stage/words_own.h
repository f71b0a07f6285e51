/* The stage of words: what its files share. */
#ifndef PIFU_STAGE_WORDS_OWN_H
#define PIFU_STAGE_WORDS_OWN_H

#include "stage/turn.h"
#include "stage/words.h"

/* The arrays of words and rows, growing. */
struct gather {
	struct pifu_doc *doc;
	struct line_style style;
	struct pieces pieces;
	size_t tokens_cap;
	size_t rows_cap; /* of doc->row_token, row_grid, row_look */
	size_t row_prose_cap;
	size_t piece;               /* next piece of prose */
	struct label_pieces labels; /* signs of labels that were cut */
	bool headed;                /* the header of a table has been met */
};

/* All of them: false when out of memory, or on an error, which *err tells. */

/** Room for so many rows. */
bool pifu_words_grow_rows(struct gather *g, size_t rows);
/** A row of words from row `grid_row` of the grid (words_row.c). */
bool pifu_words_row(struct gather *g, uint32_t grid_row);
/** The kind of prose that the last row is. */
bool pifu_words_mark(struct gather *g, enum prose_kind kind);
/** The words of a cell, none of a blank one. */
bool pifu_words_cell(struct gather *g, uint32_t cell);
/** A word that is a slice of a text: of prose, or of a head field with its value. */
bool pifu_words_slice(struct gather *g, uint32_t cell, uint32_t col, struct str text,
                      pifu_error *err);
/** Does the row hold pieces of prose? Rows are asked one after another (words_prose.c). */
bool pifu_words_has_prose(struct gather *g, const struct row *row);
/** A row of the grid in which there is prose: a row for each piece, and for other cells. */
bool pifu_words_prose_row(struct gather *g, uint32_t r, pifu_error *err);

#endif
