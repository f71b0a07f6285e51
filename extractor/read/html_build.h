/* From HTML's events to grid rows: what stands between the parser and the grid.
 *
 *   html_feed    bytes -> start, end, text          (libxml2)
 *   html_build   start, end, text -> lines and tables
 *   html_table   one table: cells, rows
 *   html_spans   the standard's table model: which column a cell gets
 *   html_text    white space and line breaks
 */
#ifndef PIFU_READ_HTML_BUILD_H
#define PIFU_READ_HTML_BUILD_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "base/limits.h"
#include "model/grid.h"
#include "pifu.h"

/* ---- Elements ------------------------------------------------------------- */

enum html_kind {
	HTML_INLINE,
	HTML_BLOCK,
	HTML_BREAK,
	HTML_SKIP,
	HTML_NOTE,
	HTML_INPUT,
	HTML_PRE,
	HTML_CAPTION,
	HTML_TABLE,
	HTML_GROUP,
	HTML_ROW,
	HTML_CELL,
	HTML_KIND_COUNT
};

/** The kind of the element `name` (lower case); *index is its line in html_tags.def, 0 if it has none. */
enum html_kind pifu_html_kind(const char *name, unsigned *index);
/** The name of line `index` of html_tags.def, counted from 1; "text" for 0. */
const char *pifu_html_tag(unsigned index);
/** The value of attribute `name` in libxml2's list; NULL where it is missing. */
const char *pifu_html_attr(const char *const *attrs, const char *name);
/** Is the element invisible: `hidden`, `display:none`, `visibility:hidden` or Word's `mso-hide:all`? */
bool pifu_html_hidden(const char *const *attrs);

enum { HTML_TAG_COUNT = 96 };

/* ---- Text ----------------------------------------------------------------- */

/* Text as a browser shows it: runs of white space are one blank, a run of
 * breaks is one line feed, neither stands at an end. */
struct html_text {
	struct buf bytes;
	bool space, line; /* owed before the next visible byte */
};

/** Add text; with `pre` its line feeds are breaks and its blanks stay. */
void pifu_html_text_add(struct html_text *t, struct str s, bool pre);
void pifu_html_text_clear(struct html_text *t);

/* ---- Spans ---------------------------------------------------------------- */

/* A column of the table being read: until which row a cell from above fills it. */
struct html_slot {
	uint32_t until;            /* first row that is free again */
	uint32_t cell;             /* of grid->cells, PIFU_NONE once its block is gone */
	uint32_t jump, jump_until; /* the next free column, for rows before jump_until */
};

struct html_spans {
	struct html_slot *slots;
	uint32_t used, cap;
	const pifu_allocator *allocator;
};

/** The first column from `col` on that no cell from above fills in `row`. */
uint32_t pifu_html_spans_free(struct html_spans *s, uint32_t row, uint32_t col);
/** Fill columns [col, col + colspan) for rows [row, row + rowspan).
 *  errors: false when out of memory; *overlap is set where a cell from above is in the way */
bool pifu_html_spans_fill(struct html_spans *s, uint32_t row, uint32_t col, uint32_t colspan,
                          uint32_t rowspan, bool *overlap);
/** Columns that are filled in `row`, counted from the left to the last one. */
uint32_t pifu_html_spans_width(struct html_spans *s, uint32_t row);
/** Name the cell of the grid that fills the columns from `col` on. */
void pifu_html_spans_name(struct html_spans *s, uint32_t col, uint32_t colspan, uint32_t cell);
/** No row from `row` on: cut the spans of cells that would go on. */
void pifu_html_spans_end(struct html_spans *s, uint32_t row, struct grid *grid);
/** The cells of the block from `first` on begin the next block; PIFU_NONE: none does. */
void pifu_html_spans_move(struct html_spans *s, uint32_t first);

/* ---- Tables --------------------------------------------------------------- */

struct html_cell {
	uint32_t col, colspan, rowspan;
	uint32_t number; /* of its element in the row, from 1 */
	uint32_t at, n;  /* its text in html_table.row_text */
};

struct html_table {
	uint32_t number;  /* in the grid, PIFU_NONE before its first row */
	uint32_t element; /* the how-manieth <table> of the document */
	uint32_t row;     /* number of the next row in the grid's table */
	uint32_t tr;      /* <tr> so far */
	uint32_t td;      /* cells of this <tr> so far */
	uint32_t col;     /* where the next cell of the row may stand */
	uint32_t wide;    /* rows so far with two or more cells that say something */
	uint32_t line;    /* source line of the row */
	bool layout;      /* it only places other tables on the page */
	bool implied;     /* rows or cells without a <table> around them */
	bool in_row, in_cell;
	bool held; /* the only row so far is one cell: perhaps a frame */
	struct html_spans spans;
	struct html_cell *cells; /* of the pending row */
	uint32_t ncells, cells_cap;
	struct buf row_text;
	struct html_cell cell; /* the one that is open */
	struct html_text text; /* its text */
};

/* ---- The builder ---------------------------------------------------------- */

struct html_build {
	/* set by the reader for each block */
	struct arena *arena;
	struct grid *grid;
	pifu_error *err;
	/* set once */
	struct findings *findings;
	const pifu_allocator *allocator;
	const pifu_options *options; /* may be NULL */
	bool keep_hidden;
	struct str path; /* what stands before every path: a JSON path or a MIME part */
	uint32_t page;   /* of all rows; 0 unknown */

	pifu_status status; /* the first failure; nothing happens after it */
	uint32_t line;      /* source line of the event */
	uint32_t next_table;
	uint32_t flow_table,
		flow_row; /* table number of the text between tables, PIFU_NONE: not yet */
	struct html_text flow;
	uint32_t flow_line;
	unsigned block;                       /* the last block element, a line of html_tags.def */
	uint32_t block_count[HTML_TAG_COUNT]; /* such elements so far */
	struct html_table *tables;            /* open ones, outermost first */
	uint32_t ntables, tables_cap;
	uint32_t table_elements;
	uint32_t depth, pre;
	uint32_t skip;   /* open elements inside one that is left out, itself included */
	bool skip_noted; /* its text is reported */
	struct html_text skipped;
};

void pifu_html_build_start(struct html_build *b, const char *name, const char *const *attrs);
void pifu_html_build_end(struct html_build *b, const char *name);
void pifu_html_build_text(struct html_build *b, struct str s);
/** A line of plain text outside HTML; a blank one is page evidence and kept. */
void pifu_html_build_line(struct html_build *b, struct str s);
/** The document, or a part of it, ends: close all that is open. */
void pifu_html_build_finish(struct html_build *b);
/** A new block begins: rows go to `grid` from now on. Unless `rewound` the old one's cells are gone. */
void pifu_html_build_block(struct html_build *b, struct arena *arena, struct grid *grid,
                           pifu_error *err, bool rewound);
/** The cells of the block from `first` on will begin the next one. */
void pifu_html_build_moved(struct html_build *b, uint32_t first);
void pifu_html_build_free(struct html_build *b);

/* Between html_build.c and html_table.c. */

/** Out of memory unless `ok`; returns `ok`. */
bool pifu_html_check(struct html_build *b, bool ok);
/** Room for `need` items in plain memory; NULL when out of memory, then `items` is still owned. */
void *pifu_html_grow(struct html_build *b, void *items, uint32_t *cap, uint32_t need, size_t size);
/** `own` behind the builder's path, in the arena; .s NULL when out of memory. */
struct str pifu_html_path(struct html_build *b, struct str own);
/** The text between tables ends here: write its line. */
void pifu_html_flow_end(struct html_build *b);
/** Write each line of `s` as a row of the text between tables; path.s NULL: the path of its block. */
void pifu_html_flow_lines(struct html_build *b, struct str s, struct str path);
/** Add a row with number `number` to the grid; NULL when out of memory. */
struct row *pifu_html_row(struct html_build *b, uint32_t table, uint32_t number, uint32_t line);
void pifu_html_odd(struct html_build *b, pifu_finding code, struct str text);

struct html_table *pifu_html_top(struct html_build *b);
void pifu_html_table_start(struct html_build *b, bool implied);
void pifu_html_table_end(struct html_build *b);
void pifu_html_group(struct html_build *b);
void pifu_html_row_start(struct html_build *b);
void pifu_html_row_end(struct html_build *b);
void pifu_html_cell_start(struct html_build *b, const char *const *attrs);
void pifu_html_cell_end(struct html_build *b);
void pifu_html_table_free(struct html_build *b, struct html_table *t);

#endif
