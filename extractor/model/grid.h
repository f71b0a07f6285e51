/* The grid: what a reader found, and nothing else. Repair never edits it.
 *
 * A block is the part of a document that is in memory at one time: whole forms,
 * as many as fit the block size. Small documents are one block.
 *
 *   grid -> rows[nrows]   in document order; a blank line is a row without cells
 *        -> cells[ncells] non-blank cells in row-major order, plus blank cells
 *                         that carry a span
 *
 * Positions count from 0, pages from 1. `width` is the number of columns the
 * row had in the source, blank ones included, so that a run of trailing tabs
 * survives the grid dump. */
#ifndef PIFU_MODEL_GRID_H
#define PIFU_MODEL_GRID_H

#include "base/str.h"

struct cell {
	uint32_t row;     /* index into grid->rows */
	uint32_t col;     /* column in its table, from 0 */
	uint16_t rowspan; /* >= 1 */
	uint16_t colspan; /* >= 1 */
	uint32_t
		lead; /* bytes of blanks that stood before `raw` in its line, at raw.s - lead; plain lines only */
	struct str raw;  /* decoded, as the source wrote it, ends trimmed */
	struct str path; /* place inside the document (Word, Excel, HTML); .s NULL in text */
	uint32_t path_row,
		path_cell; /* not 0: path is that of its table, /tr[row]/tc[cell] in it */
};

/* What the format itself says of a row, a set. */
enum row_mark {
	ROW_MARK_PART = 1,  /* its table is stored in parts; this row begins another one */
	ROW_MARK_HEADER = 2 /* it is repeated at the top of every page */
};

struct row {
	uint32_t table;  /* number of its table in the document, from 0 */
	uint32_t number; /* number of the row in its table, from 0; gaps are blank lines */
	uint32_t line;   /* source line from 1, 0 where the format has none */
	uint32_t page;   /* page from 1, 0 unknown */
	uint32_t first;  /* its cells are cells[first .. first+count) */
	uint32_t count;
	uint32_t width;
	uint8_t marks; /* enum row_mark */
};

/** A line of text, not a row of cells. */
static inline bool pifu_row_is_line(const struct row *row)
{
	return row->count == 1 && row->width <= 1;
}

struct grid {
	struct row *rows;
	size_t nrows, rows_cap;
	struct cell *cells;
	size_t ncells, cells_cap;
};

#endif
