/* Excel workbooks: what the files of the reader share.
 *
 *   xlsx        the format: opening, one block after another
 *   xlsx_book   workbook, shared strings, styles
 *   xlsx_sheet  the cells of a sheet, as they stream by
 *   xlsx_grid   cells and merged ranges -> rows of the grid
 *   xlsx_shape  text boxes
 *   xlsx_format, xlsx_number, xlsx_date   values as shown
 */
#ifndef PIFU_READ_XLSX_H
#define PIFU_READ_XLSX_H

#include "base/arena.h"
#include "model/grid.h"
#include "read/ooxml.h"

/* Excel's own size of a sheet. */
enum { XLSX_ROWS = 1048576, XLSX_COLUMNS = 16384 };

struct xlsx_sheet {
	struct str name;
	struct str rel;   /* id of its relationship */
	const char *part; /* NULL: no worksheet (a chart, a dialog) */
	bool hidden;
};

struct xlsx_book {
	struct ooxml *pkg;
	struct findings *findings;
	const pifu_allocator *allocator;
	const pifu_options *options; /* may be NULL */
	bool keep_hidden;
	struct arena *arena; /* lives as long as the book */
	struct xlsx_sheet *sheets;
	size_t nsheets, sheets_cap;
	struct str *strings; /* shared ones, ends trimmed */
	size_t nstrings, strings_cap;
	struct str *formats; /* of each cell format (xf) */
	size_t nformats, formats_cap;
	bool epoch1904;
	uint64_t cells, text; /* taken so far, against the limits */
};

/** Read workbook, shared strings and styles.
 *  errors: those of pifu_ooxml_open and pifu_ooxml_parse; PIFU_ERR_FORMAT (no sheets, .xlsb)
 *  owns:   pifu_xlsx_close in any case; `in` must outlive the book */
pifu_status pifu_xlsx_open(struct xlsx_book *book, const struct input *in,
                           const pifu_options *options, struct findings *findings, pifu_error *err);
void pifu_xlsx_close(struct xlsx_book *book);

struct xlsx_cell {
	uint32_t row, col; /* from 0 */
	struct str text;   /* as shown, ends trimmed, never blank */
};
struct xlsx_range {
	uint32_t row, col, last_row, last_col; /* from 0, inclusive */
};

/* The cells of one sheet that say something, in the order of rows and columns. */
struct xlsx_cells {
	struct arena *arena; /* of these lists */
	struct arena *text;  /* of the cells' texts */
	struct xlsx_cell *items;
	size_t n, cap;
	struct xlsx_range *merged;
	size_t nmerged, merged_cap;
	uint32_t hidden_rows, hidden_cols; /* with text that was left out */
	uint32_t unseen;                   /* numbers that their format does not show */
};

/** Keep a cell or a merged range of the sheet in hand; `copy` its text unless it lives as long
 *  as the grid. Stops the parse at a limit or when out of memory. */
void pifu_xlsx_keep_cell(struct xlsx_book *book, struct xlsx_cells *cells, struct xml *x,
                         struct xlsx_cell cell, bool copy);
void pifu_xlsx_keep_range(struct xlsx_book *book, struct xlsx_cells *cells, struct xml *x,
                          struct xlsx_range range);

/** Read sheet `index`. Hidden rows and columns are left out with a finding. */
pifu_status pifu_xlsx_sheet(struct xlsx_book *book, size_t index, struct xlsx_cells *cells,
                            pifu_error *err);
/** Append the sheet to the grid as table `table`; the lists are sorted in place.
 *  errors: PIFU_ERR_NOMEM; cells under merged ones become a finding */
pifu_status pifu_xlsx_to_grid(struct xlsx_book *book, size_t index, struct xlsx_cells *cells,
                              uint32_t table, struct grid *grid, pifu_error *err);
/* A paragraph of a text box, and the row in which the box begins. */
struct xlsx_line {
	uint32_t row, shape, paragraph; /* row from 0, the others from 1 */
	struct str text;
};
struct xlsx_shapes {
	struct arena *arena; /* of the list */
	struct arena *text;  /* of the texts, as long as the grid */
	struct xlsx_line *items;
	size_t n, cap;
};
struct xlsx_span {
	uint32_t first, end; /* rows from 0 */
};

/** Read the text boxes of sheet `index`; hidden ones are left out with a finding. */
pifu_status pifu_xlsx_shapes(struct xlsx_book *book, size_t index, struct xlsx_shapes *out,
                             pifu_error *err);
/** Append those that begin in `rows` to the grid as table `table`. */
pifu_status pifu_xlsx_lay_shapes(struct xlsx_book *book, size_t index, const struct xlsx_shapes *s,
                                 const struct xlsx_span *rows, uint32_t table, struct grid *grid,
                                 pifu_error *err);
/** A finding about hidden content: "3 rows of sheet 表一"; what NULL: the sheet as a whole. */
void pifu_xlsx_tell_hidden(struct xlsx_book *book, size_t index, uint32_t count, const char *what);

#endif
