/* The data that the parts of the layout reader share (layout*.c). */
#ifndef PIFU_STAGE_LAYOUT_OWN_H
#define PIFU_STAGE_LAYOUT_OWN_H

#include "base/error.h"
#include "stage/classify.h"
#include "stage/layout.h"

enum {
	COLUMNS_MAX = SLOTS_MAX,
	ROW_LINES_MAX = 16, /* lines of one row of the table */
	LABEL_LINES_MAX = 8 /* lines of one label: vertical ones have a character a line */
};

/* A piece of a line: text between runs of blanks. */
struct bit {
	uint32_t cell;
	uint32_t from, to;   /* in the cell's raw text */
	uint32_t line;       /* index into frame->lines */
	int32_t left, right; /* display columns */
	uint16_t width;      /* as printed, in half Han characters */
	uint16_t unit;       /* width of what cannot be parted at its start */
	uint8_t col;
	bool label; /* a level label as it stands */
	bool value; /* begins as values do: a sign or a digit */
	bool prose; /* nothing but words */
};

/* A line of the region. */
struct laid_line {
	uint32_t grid_row, cell;
	uint32_t y; /* lines from the region's first, blank ones counted */
	uint32_t bit, nbits;
	uint32_t body; /* pieces right of the label columns */
	bool plain;    /* none of the table */
	bool side;     /* its first piece was a heading beside the table (layout_side.c) */
};

/* A column, by its header and by the pieces found under it. */
struct laid_column {
	uint8_t role;
	bool label; /* holds labels or groups: cells may span rows */
	bool side;  /* such a one that tells nothing of levels: what is said of a project */
	int32_t left, right; /* of the header */
	int32_t from, to;    /* of all its pieces */
	uint16_t width;      /* widest piece, as printed */
	struct bit head[3];  /* the header's own pieces, top to bottom */
	unsigned nhead;
	struct bit over;       /* a heading over this column and others, which is read with it */
	bool has_over, joined; /* joined: only together they say what the column is */
};

/* Lines [from, to) of frame->body are a row of the table. */
struct laid_span {
	uint32_t from, to;
	uint32_t top, bottom; /* y */
	int low,
		high; /* where it lies on the page, in eighths of a line, by the heights of its cells */
};

/* A label put together from pieces of one column. */
struct laid_label {
	const struct bit *bits[LABEL_LINES_MAX];
	unsigned n;
	uint32_t home; /* span it is read at */
	bool moved;
};
struct laid_labels {
	struct laid_label *items;
	uint32_t n;
};

/* What is being read: one header and the lines under it. */
struct frame {
	struct pifu_doc *doc;
	struct laid *out;
	struct line_style style, head_style; /* how lines are cut, and the header's */
	pifu_error *err;
	unsigned han;                /* display columns of a Han character: 1 or 2 */
	uint32_t from, to;           /* rows of the grid, header and what belongs to it included */
	uint32_t head_from, head_to; /* the header's rows */
	struct laid_column columns[COLUMNS_MAX];
	unsigned ncolumns, name, target;
	struct laid_line *lines;
	uint32_t nlines;
	struct bit *bits;
	size_t nbits, bits_cap;
	uint32_t *body; /* lines of the stretch at hand that hold body pieces */
	uint32_t nbody;
	struct laid_span *spans; /* rows of the stretch at hand */
	uint32_t nspans;
	uint32_t last_row;                /* row of words read before the stretch, PIFU_NONE */
	struct bit last_bit[COLUMNS_MAX]; /* its last piece in each column; .to 0: none */
	uint32_t last_label[COLUMNS_MAX]; /* word of the last label of each column, PIFU_NONE */
	bool centred; /* labels of the stretch before stood in the middle of their blocks */
	bool middle;  /* cells stand in the middle of their rows, else at the top */
	bool failed;  /* out of memory while looking at a line */
	bool apart;   /* blank lines stand between rows */
	bool signs;   /* comparators have a column of their own */
	struct pieces pieces;
};

/* ---- layout_place.c: pieces and columns ---- */

/** Cut line `line` into pieces -> frame->bits; with their display columns. */
pifu_status pifu_layout_cut(struct frame *f, uint32_t line, struct line_style style);
/** Display columns of the header's words, for the present width of a Han character. */
void pifu_layout_measure_header(struct frame *f);
/** Columns of all pieces -> how many line up with their header or each other, and how many could. */
unsigned pifu_layout_place(struct frame *f, unsigned *of);
/** The text of a piece. */
struct str pifu_layout_text(const struct frame *f, const struct bit *b);

/* ---- layout_rows.c: which lines are one row ---- */

/** The stretch [from, to) of lines -> frame->spans. */
pifu_status pifu_layout_rows(struct frame *f, uint32_t from, uint32_t to);
/** Whether `v` may go on where `u`, above it in the column, left off: the cost of joining, in tenths. */
int pifu_layout_join_cost(const struct frame *f, const struct bit *u, const struct bit *v);

/* ---- layout_labels.c: labels and where they belong ---- */

/** The labels of lines [from, to) in column `col` -> *out; halves that a page break cut off
 *  are joined to the label before. */
pifu_status pifu_layout_labels(struct frame *f, uint32_t from, uint32_t to, unsigned col,
                               struct laid_labels *out);
/** Where the labels of all columns belong: the row they stand in, or the start of their block. */
pifu_status pifu_layout_settle(struct frame *f, struct laid_labels *columns);

/* ---- layout_head.c: the header ---- */

/** Whether this row of the grid holds the header of a table (and not a whole table). */
bool pifu_layout_is_header(struct frame *f, uint32_t row);
/** The header at `row`, which pifu_layout_is_header just found -> columns, head_from, head_to;
 *  rows above `floor` are not looked at. */
pifu_status pifu_layout_head(struct frame *f, uint32_t row, uint32_t floor);

/** The role of a header that says `text`; false if it is none. */
bool pifu_layout_role(struct frame *f, struct str text, uint8_t *role);

/* ---- layout_tier.c: headers of two rows ---- */

/** Line `line`, above or below the header's own, as a part of the header; false if it is none. */
bool pifu_layout_tier(struct frame *f, uint32_t line, bool above);

/* ---- layout_side.c: a heading written downwards beside the table ---- */

/** Take its pieces off their lines. */
void pifu_layout_drop_side(struct frame *f);
/** Account the cells of lines that had one. */
void pifu_layout_account_side(const struct frame *f);

/* ---- layout.c ---- */

/** The pieces of a row that is looked at -> frame->pieces; a failure is kept in frame->failed. */
bool pifu_layout_peek(struct frame *f, const struct row *r);
/** Line number `line` of the frame stands at this row of the grid. */
void pifu_layout_line(struct frame *f, uint32_t line, uint32_t grid_row);
/** Add the texts of pieces to a word's wording. */
bool pifu_layout_join(struct frame *f, struct laid_word *w, const struct bit *const *bits,
                      unsigned n);

/** A new word of `n` pieces -> index; PIFU_NONE when out of memory. */
uint32_t pifu_layout_word(struct frame *f, uint32_t col, const struct bit *const *bits, unsigned n);
/** More pieces for a word. */
bool pifu_layout_extend(struct frame *f, uint32_t word, const struct bit *const *bits, unsigned n);

#endif
