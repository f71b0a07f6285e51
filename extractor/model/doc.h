/* The document and what each stage leaves in it.
 *
 *   read       -> grid                    raw cells of one block
 *   normalise  -> normal[ncells]          normal text of each cell
 *   classify   -> tokens, rows, spans     what the words are, where forms begin
 *   align      -> view[ntokens]           what each word of a form is read as
 *   collect    -> form                    records and head fields
 *   check      -> findings in the records
 *
 * Stages add, none overwrites. A block is in memory at one time (model/grid.h);
 * all of it lives in `arena` and goes with the next block. */
#ifndef PIFU_MODEL_DOC_H
#define PIFU_MODEL_DOC_H

#include "base/arena.h"
#include "base/finding.h"
#include "grammar/grammar.h"
#include "model/grid.h"
#include "model/record.h"
#include "read/read.h"
#include "text/normalise.h"
#include "text/target.h"

/* What a row of the block is, as the classifier sees it. */
enum row_kind {
	ROW_TEXT,   /* outside any form, or unknown inside its head */
	ROW_TITLE,  /* the title of a form, or its year line */
	ROW_HEAD,   /* a head field and its value */
	ROW_HEADER, /* column headers */
	ROW_DATA,   /* indicators and their labels */
	ROW_NOISE,  /* furniture: page number, rule line, web text */
	ROW_FOOT,   /* below the table: signatures, notes, totals */
	ROW_KIND_COUNT
};
const char *pifu_row_kind_name(enum row_kind kind);

/* Which of two targets a word of a form belongs to. */
enum term { TERM_NONE, TERM_LONG, TERM_YEAR };

/* A word of a row: a whole cell, or a piece of one that glued several together.
 * Words of a row follow one another; `text` and `key` are slices of the cell's
 * normal text and matching key. */
struct token {
	uint32_t cell; /* index into grid->cells */
	uint32_t row;  /* row of words, index into doc->row_token */
	uint32_t col;
	uint16_t flags; /* enum text_flag */
	uint16_t kinds; /* MEANING_BITs of its meanings */
	uint16_t nmeanings;
	uint8_t term; /* enum term: of a side of a table that was put apart */
	bool moved;   /* a label in the middle of its block, put at the block's start */
	uint32_t cut; /* of a cell cut up: index into doc->cuts + 1; else 0 */
	struct str text, key;
	const struct meaning *meanings; /* of the common lexicon */
	/* What most stages ask for ends here: 64 bytes. */
	struct known_text *known; /* what is known of the whole cell's text; NULL: nothing */
	/* Of few words: */
	struct str raw; /* of a piece of a cell: its wording; .s NULL: the cell's */
	uint32_t part,
		nparts; /* joined of several cells: doc->parts[part .. part + nparts); else 0 */
};

/* What the words of a row are, all together: most questions that are asked of every row
 * are answered by this alone. */
struct row_look {
	uint16_t kinds; /* of their meanings */
	uint16_t flags; /* of their texts */
};

/* How sure it is that a word was cut rightly out of its cell. */
struct cut {
	int32_t cost, margin; /* hundredths of a repair step */
	struct str rival;     /* what the next best cut has in its place; .s NULL: nothing alike */
	bool fused; /* values of several columns in one cell, by what the columns expect */
};

/* A piece of prose: the words of one mark, one indicator or one project, which
 * make a row (stage/prose.c). */
enum prose_kind {
	PROSE_NONE,
	PROSE_LABEL,   /* 【产出指标-数量指标】 */
	PROSE_ITEM,    /* 指标1:机柜数量(≥77台) */
	PROSE_PROJECT, /* 航标灯养护经费, with its amount below */
	PROSE_NAMED,   /* 项目名称:X */
	PROSE_SIDE     /* what stands between them */
};
struct prose_piece {
	uint32_t cell;
	uint8_t kind; /* enum prose_kind */
	uint8_t n;
	uint8_t col[2];
	struct str part[2];     /* slices of the cell's normal text, or of lines joined: */
	uint32_t cells, ncells; /* doc->parts[cells .. cells + ncells); else 0 */
};
struct prose {
	struct prose_piece *pieces;
	size_t n, cap, parts_cap;
	uint8_t *
		row_kind; /* [doc->nrows] enum prose_kind of each row of words; NULL: no prose in the block */
};

/* One form of the block: rows of words [begin, end), its header at rows
 * [header, header_end), its indicators in rows [header_end, data_end). */
struct form_span {
	uint32_t begin, header, header_end, data_end, end;
	uint32_t header_token, header_token_end;
	uint8_t supposed;  /* enum supposed: it has no header */
	bool project_rows; /* rows 项目名称:X between the records tell whose they are */
};

/* Where the columns of a form without a header come from. */
enum supposed { SUPPOSED_NOT, SUPPOSED_PROSE, SUPPOSED_ROWS };

/* How a token was read. */
enum reading {
	READ_NONE,     /* not part of the data */
	READ_FIELD,    /* a field of a record */
	READ_LABEL,    /* a level label */
	READ_GROUP,    /* a function or project */
	READ_FRAGMENT, /* joined to `joined` */
	READ_RESIDUE,  /* what a page break left */
	READ_NOISE,    /* set aside */
	READ_BANNER    /* heading beside the table */
};
const char *pifu_reading_name(enum reading reading);

/* The aligned view of one token: its role, its record and what that cost. */
struct view {
	uint32_t group;          /* token of the function or project in force, PIFU_NONE */
	uint32_t record;         /* number of its record in the form, PIFU_NONE */
	uint32_t joined;         /* READ_FRAGMENT: the token it belongs to */
	int32_t cost;            /* of reading it so, hundredths of a repair step */
	int32_t margin;          /* to the best reading of the table that reads it otherwise */
	uint16_t label;          /* index into labels, UINT16_MAX */
	uint16_t level1, level2; /* labels in force after it, UINT16_MAX none */
	uint16_t rival_level1, rival_level2; /* of that other reading */
	uint8_t rival_reading, rival_role;
	uint8_t reading;     /* enum reading */
	uint8_t role;        /* enum role */
	int8_t shift;        /* columns to the right of home */
	bool centred : 1;    /* a label read before the first row of its block */
	bool doubted : 1;    /* margin and rival come from how centred labels were tiled */
	bool restored : 1;   /* level 1 was restored from this level-2 label */
	bool rest : 1;       /* it goes on with the field of the word before it */
	bool split : 1;      /* a second record of the same row starts here */
	bool row_joined : 1; /* its record began in an earlier row */
};

/* A column of the indicator table, in the order of the header. */
struct slot {
	uint8_t role;   /* enum role */
	uint32_t home;  /* its column in the header */
	uint32_t token; /* the header's token, PIFU_NONE when supposed */
};
#define SLOTS_MAX 32

/* What stands in a document, as long as no form was met (stage/seen.c). */
struct seen {
	uint64_t lines, rows; /* rows of one word, of more */
	uint32_t widest;      /* words of a row */
	unsigned headers;     /* in the row that has the most */
	uint32_t header_line, title_line;
	char header[80], title[80];
};

struct pifu_doc {
	const struct pifu_grammars *grammars;
	pifu_options options;
	struct input input;
	void *mapped; /* of mmap, or memory of ours; NULL: the caller's bytes */
	bool is_mapped;
	const struct format *format;
	struct reader *reader;
	struct arena *arena; /* the block's */
	struct arena *work;  /* the form's: lattice, records */
	struct arena *keep;  /* the document's */
	struct matcher *matcher;
	struct known *known; /* texts shown before */
	struct memo
		*memo; /* of the aligner (stage/memo.h), in `keep`; NULL before its first form */
	struct findings findings;
	pifu_receipt receipt;
	char sha256[65];
	struct str file; /* NUL-terminated */
	size_t want;     /* source bytes asked for in a block */
	bool end;        /* the reader has no more */
	uint32_t forms;  /* forms given out */
	struct seen seen;
	struct buf *rows_dump; /* where `dump --stage rows` gathers, or NULL */

	/* the block */
	struct grid grid;
	struct normal *normal; /* [ncells]; NULL once words are found, unless keeps_normal */
	bool keeps_normal;     /* dumps show normal texts */
	bool *is_blank;        /* [ncells] the normal text is empty */
	struct known_text **cell_known; /* [ncells] what is known of the text; NULL: nothing */
	struct token *tokens;
	size_t ntokens;
	size_t nrows; /* rows of words: the grid's, but a row that holds a whole table is cut up */
	uint32_t *parts; /* [nparts] cells of joined words (stage/layout.h) */
	size_t nparts;
	struct cut *cuts; /* [ncuts] of words that were cut out of their cells */
	size_t ncuts, cuts_cap;
	uint32_t *row_token;       /* [nrows + 1] first token of each row */
	uint32_t *row_grid;        /* [nrows + 1] its row in the grid */
	struct row_look *row_look; /* [nrows + 1] as long as no form is read */
	uint8_t *row_kind;         /* [nrows] */
	struct prose prose;        /* indicators told in prose */
	uint32_t counted;          /* rows of the grid that are in the receipt */
	/* Of forms that have been read, or are: */
	struct view *view;             /* [ntokens] how each was read */
	const struct target **targets; /* [ntokens] those that are targets by rule; NULL */
	uint8_t *account;              /* [ncells] pifu_account */
	struct form_span *spans;
	size_t nspans, next_span;

	/* the form being read */
	const struct form_span *span;
	const struct grammar *grammar;
	struct slot slots[SLOTS_MAX];
	size_t nslots;
	bool has_levels;
	uint32_t *order; /* [norder] the form's tokens in the order they were read */
	size_t norder;
	bool lines;       /* one cell a line: rows mean nothing */
	bool has_noise;   /* there are words among them that no column would have */
	unsigned reading; /* pifu_known_reading: what known texts mean in it */
	struct pifu_form form;
};

/** The input has been read: its memory is better used for what was read. */
void pifu_doc_pass_input(struct pifu_doc *doc);
/** Read the next block of about `want` source bytes into doc->grid; what the last one held is gone.
 *  errors: those of the reader; PIFU_ERR_LIMIT (rows times columns) */
pifu_status pifu_doc_read_grid(struct pifu_doc *doc, size_t want, pifu_error *err);

/** The row of the grid that a row of words comes from. */
static inline const struct row *pifu_doc_row(const struct pifu_doc *doc, uint32_t row)
{
	return &doc->grid.rows[doc->row_grid[row]];
}

/** The row of the grid in which the word's cell stands: that of its row, but in a table turned round. */
static inline const struct row *pifu_token_row(const struct pifu_doc *doc, const struct token *t)
{
	return &doc->grid.rows[doc->grid.cells[t->cell].row];
}

/** The grid cells that hold the word: one, but of a word joined over lines each (their number in *n). */
static inline const uint32_t *pifu_token_cells(const struct pifu_doc *doc, const struct token *t,
                                               uint32_t *n)
{
	*n = t->nparts ? t->nparts : 1;
	return t->nparts ? &doc->parts[t->part] : &t->cell;
}

/** Note how the word was cut; false when out of memory. */
bool pifu_token_cut(struct pifu_doc *doc, struct token *t, struct cut cut);

/** The column of the word's cell. */
static inline uint32_t pifu_token_col(const struct pifu_doc *doc, const struct token *t)
{
	return doc->grid.cells[t->cell].col;
}

#endif
