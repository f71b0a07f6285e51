/* Drafting a grammar from a form of an unknown layout: data its parts share. */
#ifndef PIFU_GRAMMAR_DRAFT_H
#define PIFU_GRAMMAR_DRAFT_H

#include "model/doc.h"

/* What a cell looks like, whatever stands above it. */
enum look {
#define PIFU_LOOK(id, plural) LOOK_##id,
#include "grammar/looks.def"
#undef PIFU_LOOK
	LOOK_COUNT
};

struct draft_column {
	uint32_t token;   /* of its header */
	uint32_t col;     /* its column in the grid */
	bool known;       /* the header is in the lexicon, or fits a header pattern */
	bool level_words; /* its cells are labels that no vocabulary has */
	uint8_t role;     /* enum role; ROLE_OTHER: nothing better */
	int score;        /* how well the role fits, 0 to about 150 */
	unsigned cells;   /* non-blank cells below */
	unsigned looks[LOOK_COUNT];
	unsigned distinct; /* different texts among the cells */
	int64_t sum;       /* of plain numbers, in hundredths */
	int64_t largest;   /* plain number, in hundredths */
	bool counted;      /* plain numbers 1, 2, 3, … */
};

struct draft {
	struct pifu_doc *doc;
	struct str name;             /* of the family to be */
	bool recognised;             /* the scan took the table for a form */
	bool contested;              /* another family claims it by its title */
	uint32_t header, header_end; /* rows of words */
	uint32_t end;                /* behind the last row of the table */
	uint32_t rows;               /* data rows with cells */
	uint32_t title;              /* token of the title, PIFU_NONE */
	struct draft_column columns[SLOTS_MAX];
	size_t ncolumns;
	struct buf out;
};

/** Find the table of the block that doc's scan left: its header, rows and title.
 *  errors: false when the block holds no table */
bool pifu_draft_table(struct draft *d);
/** Count what the cells of each column look like -> columns.
 *  errors: PIFU_ERR_NOMEM, PIFU_ERR_GRAMMAR */
pifu_status pifu_draft_look(struct draft *d, pifu_error *err);
/** Propose a role for each column whose header is unknown -> columns. */
void pifu_draft_roles(struct draft *d);
const char *pifu_draft_role_key(uint8_t role);
/** How much `header` sounds like `role`, in tenths of a sure sign. */
int pifu_draft_hint(struct str header, uint8_t role);
/** The family as YAML, without samples -> out. */
void pifu_draft_write(struct draft *d);
/** Read the form's own rows with the drafted family: `samples` -> out, or why there
 *  are none; *claimed: another family was recognised.
 *  errors: PIFU_ERR_NOMEM, PIFU_ERR_GRAMMAR, PIFU_ERR_OPEN (a grammar's file is gone) */
pifu_status pifu_draft_sample(struct draft *d, bool *claimed, pifu_error *err);
/** A text in single quotes, as YAML wants it. */
void pifu_draft_quote(struct buf *out, struct str text);
/** A text on one line, without what YAML cannot hold. */
void pifu_draft_line(struct buf *out, struct str text);

#endif
