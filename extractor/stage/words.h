/* Words and the cutting of glued cells, between words.c and cut.c. */
#ifndef PIFU_STAGE_WORDS_H
#define PIFU_STAGE_WORDS_H

#include "model/doc.h"

/* How the plain lines of a block hold their cells. */
enum line_mode {
	LINE_CELL,   /* a line is a cell */
	LINE_BLANKS, /* cells are parted by blanks */
	LINE_GLUED   /* nothing parts the cells */
};

#define STYLE_VALUES 8
#define ANCHORS 3   /* labels, and targets, that show a table without a header */
#define CUT_TITLE 1 /* enum kind TITLE */
#define CUT_NAME 8  /* enum kind NAME */
struct line_style {
	enum line_mode mode;
	unsigned gap; /* LINE_BLANKS: at least so many blanks part two cells */
	bool table;   /* LINE_GLUED: the line stands below the header of a table */
	/* LINE_GLUED: the columns of values behind the name, by the header; enum role */
	uint8_t values[STYLE_VALUES], nvalues;
};

/* One piece of a cell: a slice of its raw text (LINE_BLANKS) or of its normal text. */
struct piece {
	uint32_t from, to;
	bool header;    /* a column header, by lexicon */
	uint8_t kind;   /* of glued text: enum kind (cut_own.h), CUT_NAME or above: a field */
	int32_t margin; /* of glued text: to the best cut that has not this piece */
	uint32_t rival_from, rival_to; /* what that has in its place; empty: nothing alike */
};

struct pieces {
	struct piece *items;
	size_t n, cap;
	uint32_t header_from, header_to; /* run of headers among them, empty if none */
};

/** How this line would be cut, if it is the header of a table; LINE_CELL if it is none.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_cut_style(struct pifu_doc *doc, uint32_t cell, struct line_style *style,
                           pifu_error *err);
/** Cut a line into the pieces of `style`.
 *  errors: PIFU_ERR_NOMEM; pieces of an earlier call are overwritten */
pifu_status pifu_cut_line(struct pifu_doc *doc, uint32_t cell, struct line_style style,
                          struct pieces *out, pifu_error *err);
/** Cut glued text by the grammar alone, with the columns of `style` (cut_glued.c). */
pifu_status pifu_cut_glued(struct pifu_doc *doc, struct str text, const struct line_style *style,
                           struct pieces *out, pifu_error *err);
/** The columns of values that a header among the pieces of glued text names -> *style;
 *  false: there is none, or they are those of `style`. */
bool pifu_cut_columns(const struct pifu_doc *doc, struct str text, const struct pieces *p,
                      struct line_style *style);
/** Do the pieces of glued text show a table without a header, by labels and targets? */
bool pifu_cut_anchors(const struct pifu_doc *doc, struct str text, const struct pieces *p);
bool pifu_piece_add(struct pifu_doc *doc, struct pieces *out, uint32_t from, uint32_t to);

/** Does a line hold 指标, in either script? */
bool pifu_speaks_of_indicators(struct str raw);
/** Meanings of a text that may be in traditional characters (cut.c). */
const struct meaning *pifu_word_find(const struct pifu_doc *doc, struct str word, size_t *n);

/** Look a word up: its meanings, and its key without a score behind it. */
void pifu_word_look(struct pifu_doc *doc, struct token *t);

/** The label of a cell with a number in front of it, (一)产出指标; else `key` (level_cell.c). */
struct str pifu_level_word(const struct pifu_doc *doc, struct str key);
/** May they be labels with more beside them? The text ends as labels do, or with a score. */
static inline bool pifu_may_be_levels(struct str key)
{
	return key.n >= 13 && key.n <= 96 &&
	       (pifu_str_ends(key, STR("标")) || pifu_str_ends(key, STR("分)")));
}
/** The labels of a cell that says both levels, 产出指标-数量指标; false if it does not. */
bool pifu_level_pair(const struct pifu_doc *doc, struct str key, struct str pair[2]);

#define FIELD_PAIRS_MAX 8
struct field_pair {
	struct str label, value; /* slices of the cell's raw text; value empty: none */
};

/** Where the colon behind the label of a head field stands in the normal text of `cell`, -1 if
 *  the line is none (field_line.c). */
int64_t pifu_field_colon(struct pifu_doc *doc, uint32_t cell);
/** Fields of a head line that blanks part -> pairs[FIELD_PAIRS_MAX]: their number, 0 if the line
 *  does not begin with a label or holds no value. */
unsigned pifu_field_pairs(struct pifu_doc *doc, uint32_t cell, struct field_pair *pairs);

/** The same of a line among others that blanks or nothing parts: each label has a colon. */
unsigned pifu_field_line(struct pifu_doc *doc, uint32_t cell, struct field_pair *pairs);

/** Enough roles for the header of an indicator table (bit set of enum role). */
bool pifu_header_enough(uint32_t roles, unsigned headers, unsigned others);

#endif
