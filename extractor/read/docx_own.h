/* What the files of the Word reader share among themselves.
 *
 * A Word story (body, header, note, text box) is a flow of paragraphs and tables;
 * a cell holds paragraphs and tables again. Reading keeps a stack of frames:
 *
 *     FLOW word/document.xml        rows go to the grid
 *      \-- TABLE tbl[1]             rows go where the flow's rows go
 *           \-- TABLE tbl[1]        rows wait in the outer table's `pending`
 *                \-- FLOW txbx[1]   rows wait in the inner table's `pending`
 *
 * A frame's pending rows follow the row of the frame in which they were found:
 * nested tables come right after the row that contains them. All text in the
 * making lies in one buffer, used as a stack along the frames. */
#ifndef PIFU_READ_DOCX_OWN_H
#define PIFU_READ_DOCX_OWN_H

#include "base/arena.h"
#include "base/str.h"
#include "read/ooxml.h"
#include "read/read.h"

enum docx_token {
	W_OTHER,
#define DOCX_NAME(ns, local, token, start, end) TOKEN_##token,
#include "read/docx_names.def"
#undef DOCX_NAME
	DOCX_TOKEN_COUNT
};

/* Fonts whose characters are pictures at private or Latin code points. */
enum symbol_font {
	FONT_PLAIN,
	FONT_SYMBOL,
	FONT_WINGDINGS,
	FONT_WINGDINGS2,
	FONT_WINGDINGS3,
	FONT_WEBDINGS
};

enum { UNSET = -1, MATH_DEPTH = PIFU_LIMIT_XML_DEPTH + 2 };

/* ---- Styles and numbering ------------------------------------------------ */

struct style {
	struct str id, based;
	int32_t num_id; /* UNSET: not said */
	int32_t level;
	int8_t hidden; /* UNSET, 0, 1 */
	int8_t font;   /* UNSET or an enum symbol_font */
	bool standard; /* the default paragraph style */
};

struct styles {
	struct style *items;
	size_t n, cap;
	uint32_t *slots; /* hash of the id -> index + 1 */
	size_t nslots;
	const struct style *paragraph; /* the default paragraph style, or NULL */
};

struct level {
	struct str text;                /* "%1、", "第%1条" */
	struct str style;               /* paragraph style that means this level */
	struct str format;              /* "chineseCounting" */
	int32_t start, restart;         /* restart UNSET: by every higher level */
	bool set, legal, bullet, glued; /* glued: nothing between label and text */
};

enum { LEVELS = 9 };

struct list_key { /* begins both kinds of definitions; they are sorted by it */
	int32_t id;
	uint32_t order; /* in the part: of two with one id the first counts */
};

struct abstract_num {
	struct list_key key;
	struct str link; /* numStyleLink: the definition is that style's */
	struct level levels[LEVELS];
	int32_t count[LEVELS]; /* UNSET: not begun */
};

struct num {
	struct list_key key;
	int32_t abstract_id;
	struct abstract_num *abstract; /* NULL: no such definition */
	struct level *own[LEVELS];     /* lvlOverride with a definition of its own */
	int32_t start[LEVELS];         /* startOverride; UNSET: none, or used up */
};

struct numbering {
	struct abstract_num *abstracts;
	size_t nabstracts, abstracts_cap;
	struct num *nums;
	size_t nnums, nums_cap;
};

/* ---- Frames -------------------------------------------------------------- */

struct look {                /* of a run */
	uint8_t ascii, high; /* enum symbol_font for U+0020-7F and U+0080-FF */
	bool hidden;
};

struct para {
	unsigned depth; /* of the open w:p; 0: none */
	size_t start;   /* its text begins here in the buffer */
	uint32_t page;  /* on which its first text is */
	const struct style *style;
	int32_t num_id, level;
	bool mark_gone;        /* the next paragraph goes on in this one */
	unsigned fields;       /* open complex fields */
	uint32_t instructions; /* bit n: field n is still in its instruction */
	struct str choice;     /* what a form field shows that has no result text */
	size_t field_start;
};

enum merge { MERGE_NONE, MERGE_RESTART, MERGE_CONTINUE };

struct merged {        /* a vertically merged cell, under its first column */
	uint32_t cell; /* index in the sink + 1; 0: none */
	uint32_t span;
	uint32_t row; /* last row it covers */
};

struct row_state {
	unsigned depth; /* of the open w:tr; 0: none */
	bool gone, written, has_text, header;
	uint32_t page, col, after, ncells; /* ncells: w:tc seen */
	uint32_t last; /* cell index in the sink + 1 for a horizontal merge; 0: none */
};

struct cell_state {
	unsigned depth;
	uint32_t span;
	enum merge vertical, horizontal;
	bool gone;
	size_t start; /* of its text */
	uint32_t paragraphs;
};

struct flow_state {
	uint32_t table; /* number of the run of paragraphs; PIFU_NONE: none open */
	uint32_t next_row;
	uint32_t blanks;          /* empty paragraphs not yet written */
	struct frame *last_table; /* may still be joined by the next table */
};

struct table_state {
	uint32_t number; /* PIFU_NONE until the first row */
	uint32_t next_row, columns, source_rows;
	uint32_t widths[PIFU_LIMIT_WORD_COLUMNS];
	struct row_state row;
	struct cell_state cell;
	struct merged *merged;
	size_t merged_cap;
	uint32_t merged_used; /* columns of it that were ever written */
	bool part;            /* the next row begins a part that was joined */
	bool below_header;    /* a row that is no header was written */
};

enum frame_kind { FRAME_FLOW, FRAME_TABLE };

struct frame {
	enum frame_kind kind;
	unsigned depth; /* of the element that opened it; 0: a whole part */
	struct frame *below;
	struct str path;
	struct grid *sink;
	struct grid pending;
	size_t text_start;
	struct para para;
	struct look look;
	bool joining; /* the last paragraph's mark is gone: the next goes on in it */
	uint32_t nparagraphs, ntables, nboxes;
	struct flow_state flow;
	struct table_state table;
};

struct math_op {
	unsigned token, args;
	size_t start, arg;
	struct str first, last, between; /* begChr, endChr, sepChr; first also chr */
	bool degree;
};

struct docx {
	struct ooxml *pkg;
	struct arena *arena; /* of the grid */
	struct arena *keep;  /* of styles and numbering */
	struct findings *findings;
	pifu_error *err;
	const pifu_options *options; /* may be NULL */
	struct xml *x;               /* the parse in hand */
	struct buf text, label;
	struct grid *grid;
	struct frame *top, *spare;
	struct ooxml_rels rels; /* of the main part */
	struct styles styles;
	struct numbering numbering;
	bool have_styles, have_numbering;
	bool original, hidden; /* policies */
	bool taking;           /* inside w:t or m:t */
	bool tentative;        /* the grid holds blank cells that may turn out to span nothing */
	bool told_changes, told_hidden, told_clamp;
	bool page_pending; /* an explicit break was counted, its rendered twin may follow */
	uint32_t page, ntables;
	unsigned nalternates;
	bool alternates[PIFU_LIMIT_XML_DEPTH + 2]; /* a branch was taken */
	const char *understood[64];
	size_t nunderstood;
	struct math_op math[MATH_DEPTH];
	unsigned nmath;
	int32_t list_index, list_at;
};

/* ---- docx.c --------------------------------------------------------------- */

/** Parse one part with the handler of stories into the grid. */
pifu_status pifu_docx_part(struct docx *d, const char *part, pifu_error *err);
void pifu_docx_tell(struct docx *d, pifu_finding code, bool *told, struct str text);
/** Ends the parse in hand: out of memory. */
void pifu_docx_nomem(struct docx *d);
/** Known addresses and the handler of stories. */
extern const struct xml_handler pifu_docx_story;

/* ---- docx_story.c, docx_run.c: what elements do ---------------------------- */

void pifu_docx_on_none(struct docx *d, unsigned token, const struct xml_attrs *attrs);
void pifu_docx_off_none(struct docx *d, unsigned token);
#define DOCX_NAME(ns, local, token, start, end)                                                   \
	void pifu_docx_on_##start(struct docx *d, unsigned token, const struct xml_attrs *attrs); \
	void pifu_docx_off_##end(struct docx *d, unsigned token);
#include "read/docx_names.def"
#undef DOCX_NAME

static inline struct str pifu_docx_val(const struct xml_attrs *attrs)
{
	return pifu_xml_attr(attrs, "val");
}

/* ---- docx_flow.c: frames, paragraphs, rows --------------------------------- */

struct frame *pifu_docx_push(struct docx *d, enum frame_kind kind, struct str path,
                             struct grid *sink);
void pifu_docx_pop(struct docx *d);
void pifu_docx_begin_paragraph(struct docx *d);
void pifu_docx_end_paragraph(struct docx *d);
/** The flow's last table can no longer be continued by another. */
void pifu_docx_forget_table(struct docx *d, struct frame *flow);
/** A row at the end of `sink`, on the page in hand; NULL out of memory. */
struct row *pifu_docx_row(struct docx *d, struct grid *sink, uint32_t table, uint32_t number);
/** A cell in that row with the buffer's text from `start`, trimmed. NULL out of memory. */
struct cell *pifu_docx_cell(struct docx *d, struct grid *sink, uint32_t col, size_t start,
                            struct str path);
/** Is there nothing but blanks in the buffer from `start` on? */
bool pifu_docx_is_blank(const struct docx *d, size_t start);
/** What waited comes after the row it was found in. */
void pifu_docx_flush(struct docx *d, struct frame *f);
/** `path` and one or two steps: "…/tr[3]/tc[2]"; step2 NULL: one. */
struct str pifu_docx_path(struct docx *d, struct str path, const char *step, uint32_t n,
                          const char *step2, uint32_t n2);
/** Where the frame stands now: the place of its paragraph or cell. */
struct str pifu_docx_place(struct docx *d, const struct frame *f);
void pifu_docx_page_break(struct docx *d, bool rendered);

/* ---- docx_text.c ----------------------------------------------------------- */

/** Text into the buffer, as the run's font shows it; also a single character. */
void pifu_docx_put(struct docx *d, const char *s, size_t n);
void pifu_docx_put_char(struct docx *d, uint32_t c);
void pifu_docx_insert(struct docx *d, size_t at, struct str s);
/** Is text left out here: a hidden run or a field's instruction? */
bool pifu_docx_text_off(struct docx *d);

/* ---- docx_table.c ---------------------------------------------------------- */

void pifu_docx_begin_table(struct docx *d);
void pifu_docx_end_table(struct docx *d);
void pifu_docx_begin_row(struct docx *d);
void pifu_docx_end_row(struct docx *d);
void pifu_docx_begin_cell(struct docx *d);
void pifu_docx_end_cell(struct docx *d);
/** Removes blank cells that span nothing, numbers the tables in the order of the
 *  grid; once, when all is read. False when out of memory. */
bool pifu_docx_compact(struct docx *d);
/** The open table frame whose row or cell is in hand, or NULL. */
struct frame *pifu_docx_open_row(struct docx *d);
struct frame *pifu_docx_open_cell(struct docx *d);
uint32_t pifu_docx_clamp(struct docx *d, int64_t n, uint32_t least);

/* ---- docx_symbol.c --------------------------------------------------------- */

enum symbol_font pifu_docx_font(struct str name);
/** The character that code (0x20-0xFF, or 0xF020-0xF0FF) shows in a symbol font; 0 unknown. */
uint32_t pifu_docx_symbol(enum symbol_font font, uint32_t code);

/* ---- docx_style.c, docx_number.c ------------------------------------------- */

/** The style of that id, or NULL; the part is read at the first call. */
const struct style *pifu_docx_style(struct docx *d, struct str id);
/** The default paragraph style, or NULL; known once the styles are read. */
const struct style *pifu_docx_default_style(struct docx *d);
/** The printed label of the paragraph in hand, counted on; appended to `out`. */
void pifu_docx_label(struct docx *d, const struct para *p, struct buf *out);
/** `n` in a numbering format of Word ("upperRoman", "chineseCounting" …). */
void pifu_docx_format_number(struct buf *out, int32_t n, struct str format);

/* ---- docx_math.c ----------------------------------------------------------- */

void pifu_docx_math_op(struct docx *d, unsigned token);
void pifu_docx_math_op_end(struct docx *d, unsigned token);
void pifu_docx_math_arg(struct docx *d, unsigned token);
void pifu_docx_math_arg_end(struct docx *d, unsigned token);
/** begChr, endChr, sepChr, chr, pos */
void pifu_docx_math_property(struct docx *d, unsigned token, struct str value);

#endif
