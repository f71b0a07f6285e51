/* Tables that a page's text lays out with blanks, between layout.c and words.c. */
#ifndef PIFU_STAGE_LAYOUT_H
#define PIFU_STAGE_LAYOUT_H

#include "stage/words.h"

/* A cell of the table, put together from the lines it was wrapped over. */
struct laid_word {
	uint32_t col; /* column of the header */
	struct str raw;
	uint32_t part, nparts; /* its grid cells: doc->parts[part .. part + nparts) */
	bool moved;            /* a label in the middle of its block, put at the block's start */
};

/* A row of the table, or a line between its rows that is none of it. */
struct laid_row {
	uint32_t grid_row;     /* of its first line */
	bool plain;            /* a line to be cut like any other */
	uint32_t first, count; /* words */
};

/* Rows [from, to) of the grid are a table laid out with blanks. */
struct laid_table {
	uint32_t from, to;
	uint32_t first, count; /* rows */
};

struct laid {
	struct laid_word *words;
	size_t nwords, words_cap;
	struct laid_row *rows;
	size_t nrows, rows_cap;
	struct laid_table *tables;
	size_t ntables, tables_cap;
	size_t parts_cap;
};

/** Find and read the tables that are laid out with blanks.
 *  shape:   doc->grid in; tables in the order of the grid, their rows and words out, doc->parts
 *  units:   columns of the header from 0
 *  errors:  PIFU_ERR_NOMEM
 *  owns:    all in doc->arena
 *  threads: one document, one thread
 *  source:  what `pdftotext -layout` prints of tables (layout.c) */
pifu_status pifu_layout_read(struct pifu_doc *doc, struct line_style style, struct laid *out,
                             pifu_error *err);

#endif
