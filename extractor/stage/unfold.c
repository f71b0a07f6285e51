/* Two tables side by side under one header are put one below the other.
 *
 *     一级 | 二级 | 三级(长期) | 指标值(长期) | 二级 | 三级(年度) | 指标值(年度)
 *     产出 | 数量 | 座数       | ≥36座       | 数量 | 座数       | ≥12座
 *       shared      left                       right
 *
 *     ->   一级 | 二级 | 三级 | 指标值
 *          产出 | 数量 | 座数 | ≥36座        left rows: the long term
 *          产出 | 数量 | 座数 | ≥12座        right rows: the year
 *
 * The sign is a header row with two names' columns, each with a value's behind
 * it; where the second begins with a level the first has, too, the table is cut
 * in front of that. Labels of shared columns stand in both. Which side is the
 * long term is told by words of the header or of the two rows above; else the
 * records carry no term. Words keep their cells.
 *
 * Limits: rows whose leading cells were dropped have no sides; a table with
 * functions is left as it is. */
#include "base/error.h"
#include "stage/classify.h"
#include "stage/turn.h"

#define ABOVE 2

struct fold {
	uint32_t header;      /* row of the header */
	uint32_t end;         /* behind the last row of the table */
	uint32_t left, right; /* first header word of either side */
	bool terms;
};

struct unfolder {
	struct pifu_doc *doc;
	struct token *tokens;
	size_t ntokens;
	uint32_t *row_token, *row_grid;
	size_t nrows;
};

static uint8_t role_of(const struct pifu_doc *doc, uint32_t token)
{
	const struct meaning *m;
	return pifu_token_means(&doc->tokens[token], MEANING_HEADER, &m) ? (uint8_t)m->id
	                                                                 : ROLE_NONE;
}

static uint32_t find_role(const struct pifu_doc *doc, uint32_t from, uint32_t to, uint8_t role)
{
	while (from < to && role_of(doc, from) != role)
		from++;
	return from;
}

static bool has_value(const struct pifu_doc *doc, uint32_t from, uint32_t to)
{
	return find_role(doc, from, to, ROLE_TARGET) < to ||
	       find_role(doc, from, to, ROLE_LONG) < to;
}

static bool is_level(uint8_t role)
{
	return role == ROLE_LEVEL1 || role == ROLE_LEVEL2;
}

/* The two sides of header row `row`. */
static bool find_sides(const struct pifu_doc *doc, uint32_t row, struct fold *f)
{
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	if (end - first < 4)
		return false;
	uint32_t name = find_role(doc, first, end, ROLE_NAME);
	uint32_t second = name < end ? find_role(doc, name + 1, end, ROLE_NAME) : end;
	if (second >= end || find_role(doc, first, end, ROLE_FUNCTION) < end)
		return false;
	f->right = second;
	while (f->right - 1 > name && is_level(role_of(doc, f->right - 1)) &&
	       find_role(doc, first, name, role_of(doc, f->right - 1)) < name)
		f->right--;
	f->left = find_role(doc, first, name + 1, role_of(doc, f->right));
	f->header = row;
	return has_value(doc, name, f->right) && has_value(doc, second, end);
}

static bool row_speaks(const struct pifu_doc *doc, uint32_t from, uint32_t to,
                       const struct str *words, size_t n)
{
	for (uint32_t i = from; i < to; i++)
		for (size_t k = 0; k < n; k++)
			if (pifu_str_find(doc->tokens[i].key, words[k]) >= 0)
				return true;
	return false;
}

/* Do the words of the header, or of the rows above it, part long term and year? */
static bool tells_terms(const struct pifu_doc *doc, const struct fold *f)
{
	static const struct str lasting[] = {{"长期", 6}, {"实施期", 9}, {"中期", 6}};
	static const struct str yearly[] = {{"年度", 6}, {"当年", 6}, {"本年", 6}};
	uint32_t end = doc->row_token[f->header + 1];
	if (row_speaks(doc, f->left, f->right, lasting, 3) ||
	    row_speaks(doc, f->right, end, yearly, 3))
		return true;
	for (uint32_t r = f->header; r-- > 0 && f->header - r <= ABOVE;)
		if (row_speaks(doc, doc->row_token[r], doc->row_token[r + 1], lasting, 3) &&
		    row_speaks(doc, doc->row_token[r], doc->row_token[r + 1], yearly, 3))
			return true;
	return false;
}

static bool has_right(const struct pifu_doc *doc, uint32_t row, uint32_t col)
{
	return doc->row_token[row + 1] > doc->row_token[row] &&
	       doc->tokens[doc->row_token[row + 1] - 1].col >= col;
}

/* Behind the last row with words on the right side, before another header. */
static uint32_t find_end(const struct pifu_doc *doc, const struct fold *f)
{
	uint32_t end = f->header + 1, col = doc->tokens[f->right].col;
	for (uint32_t r = end; r < doc->nrows; r++) {
		if (find_role(doc, doc->row_token[r], doc->row_token[r + 1], ROLE_NAME) <
		    doc->row_token[r + 1])
			break;
		if (has_right(doc, r, col))
			end = r + 1;
	}
	return end;
}

static bool find_fold(const struct pifu_doc *doc, uint32_t row, struct fold *f)
{
	if (!find_sides(doc, row, f))
		return false;
	f->end = find_end(doc, f);
	f->terms = tells_terms(doc, f);
	return f->end > row + 1;
}

static void begin_row(struct unfolder *u, uint32_t row)
{
	u->row_token[u->nrows] = (uint32_t)u->ntokens;
	u->row_grid[u->nrows++] = u->doc->row_grid[row];
}

static void put_word(struct unfolder *u, uint32_t token, uint32_t col, uint8_t term)
{
	struct token *to = &u->tokens[u->ntokens++];
	*to = u->doc->tokens[token];
	to->row = (uint32_t)u->nrows - 1;
	to->col = col;
	to->term = term;
}

static void copy_row(struct unfolder *u, uint32_t row)
{
	begin_row(u, row);
	for (uint32_t i = u->doc->row_token[row]; i < u->doc->row_token[row + 1]; i++)
		put_word(u, i, u->doc->tokens[i].col, TERM_NONE);
}

/* Shared columns and the right side's headers; the left side's are headers, too. */
static void put_header(struct unfolder *u, const struct fold *f)
{
	const struct pifu_doc *doc = u->doc;
	uint32_t back = doc->tokens[f->right].col - doc->tokens[f->left].col;
	begin_row(u, f->header);
	for (uint32_t i = doc->row_token[f->header]; i < f->left; i++)
		put_word(u, i, doc->tokens[i].col, TERM_NONE);
	for (uint32_t i = f->left; i < f->right; i++)
		u->doc->account[doc->tokens[i].cell] = PIFU_ACCOUNT_HEADER;
	for (uint32_t i = f->right; i < doc->row_token[f->header + 1]; i++)
		put_word(u, i, doc->tokens[i].col - back, TERM_NONE);
}

static void put_left(struct unfolder *u, const struct fold *f, uint32_t row)
{
	const struct pifu_doc *doc = u->doc;
	begin_row(u, row);
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (doc->tokens[i].col < doc->tokens[f->right].col)
			put_word(u, i, doc->tokens[i].col, f->terms ? TERM_LONG : TERM_NONE);
}

static void put_right(struct unfolder *u, const struct fold *f, uint32_t row)
{
	const struct pifu_doc *doc = u->doc;
	uint32_t left = doc->tokens[f->left].col, right = doc->tokens[f->right].col;
	begin_row(u, row);
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		const struct token *t = &doc->tokens[i];
		if (t->col >= right)
			put_word(u, i, t->col - (right - left), f->terms ? TERM_YEAR : TERM_NONE);
		else if (t->col < left && pifu_token_means(t, MEANING_LABEL, NULL))
			put_word(u, i, t->col, TERM_NONE);
	}
}

static void unfold(struct unfolder *u, const struct fold *f)
{
	put_header(u, f);
	for (uint32_t r = f->header + 1; r < f->end; r++)
		put_left(u, f, r);
	for (uint32_t r = f->header + 1; r < f->end; r++)
		put_right(u, f, r);
}

static bool has_fold(const struct pifu_doc *doc)
{
	struct fold f;
	for (uint32_t r = 0; r < doc->nrows; r++)
		if (pifu_row_means(doc, r, MEANING_HEADER) && find_fold(doc, r, &f))
			return true;
	return false;
}

pifu_status pifu_unfold_tables(struct pifu_doc *doc, pifu_error *err)
{
	if (doc->prose.n || !has_fold(doc))
		return PIFU_OK;
	struct unfolder u = {.doc = doc};
	u.tokens = ARENA_ARRAY(doc->arena, struct token, 2 * doc->ntokens + 1);
	u.row_token = ARENA_ARRAY(doc->arena, uint32_t, 2 * doc->nrows + 2);
	u.row_grid = ARENA_ARRAY(doc->arena, uint32_t, 2 * doc->nrows + 2);
	if (!u.tokens || !u.row_token || !u.row_grid)
		return pifu_error_nomem(err);
	for (uint32_t r = 0; r < doc->nrows;) {
		struct fold f;
		bool folded = find_fold(doc, r, &f);
		if (folded)
			unfold(&u, &f);
		else
			copy_row(&u, r);
		r = folded ? f.end : r + 1;
	}
	begin_row(&u, (uint32_t)doc->nrows);
	doc->tokens = u.tokens;
	doc->ntokens = u.ntokens;
	doc->row_token = u.row_token;
	doc->row_grid = u.row_grid;
	doc->nrows = u.nrows - 1;
	return pifu_rows_look(doc, err);
}
