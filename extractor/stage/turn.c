/* Tables that lie on their side are turned round.
 *
 *     一级指标 | 产出指标 |         | 效益指标          一级指标 | 二级指标 | 三级指标 | 指标值
 *     二级指标 | 数量指标 | 质量指标 | 社会效益   ->     产出指标 | 数量指标 | 座数     | ≥3座
 *     三级指标 | 座数     | 合格率   | 知晓率                      质量指标 | 合格率   | ≥98%
 *     指标值   | ≥3座    | ≥98%    | ≥90%           效益指标 | 社会效益 | 知晓率   | ≥90%
 *
 * The sign is a run of rows that all begin with a header of their own, a name's
 * and a target's among them, and hold no other header. Words keep their cells,
 * so that every value still names its source; only rows and columns of words
 * are new. All turned rows come from the first row of the run.
 *
 * Limits: a blank row ends a run; a header written only once for two rows is
 * not guessed. */
#include "stage/turn.h"

#include "base/error.h"
#include "stage/classify.h"

#define ROLE_BIT(role) (1u << (role))
#define RUN_MOST 24
#define COLS_LEAST 2
#define COLS_MOST 256

struct turner {
	struct pifu_doc *doc;
	struct token *tokens; /* the new ones */
	size_t ntokens;
	uint32_t *row_token, *row_grid;
	size_t nrows;
};

static bool first_header(const struct pifu_doc *doc, size_t row, uint16_t *role)
{
	const struct meaning *m;
	uint32_t first = doc->row_token[row], words = doc->row_token[row + 1] - first;
	if (words < 1 + COLS_LEAST || words > COLS_MOST ||
	    !pifu_token_means(&doc->tokens[first], MEANING_HEADER, &m))
		return false;
	*role = m->id;
	return true;
}

static bool has_other_header(const struct pifu_doc *doc, size_t row)
{
	for (uint32_t i = doc->row_token[row] + 1; i < doc->row_token[row + 1]; i++)
		if (pifu_token_means(&doc->tokens[i], MEANING_HEADER, NULL) &&
		    !pifu_token_means(&doc->tokens[i], MEANING_UNIT, NULL) &&
		    !pifu_token_means(&doc->tokens[i], MEANING_LABEL, NULL))
			return true;
	return false;
}

/* Rows of the run that begins at `row`, 0 if it is none. */
static size_t match_run(const struct pifu_doc *doc, size_t row)
{
	uint32_t roles = 0;
	size_t end = row;
	uint16_t role;
	while (end < doc->nrows && end - row < RUN_MOST && first_header(doc, end, &role) &&
	       !has_other_header(doc, end) && !(roles & ROLE_BIT(role))) {
		roles |= ROLE_BIT(role);
		end++;
	}
	const uint32_t needed = ROLE_BIT(ROLE_NAME) | ROLE_BIT(ROLE_TARGET);
	return (roles & needed) == needed ? end - row : 0;
}

static void begin_row(struct turner *u, uint32_t grid_row)
{
	u->row_token[u->nrows] = (uint32_t)u->ntokens;
	u->row_grid[u->nrows++] = grid_row;
}

static void put_word(struct turner *u, const struct token *t, uint32_t col)
{
	struct token *to = &u->tokens[u->ntokens++];
	*to = *t;
	to->row = (uint32_t)u->nrows - 1;
	to->col = col;
}

static void copy_row(struct turner *u, size_t row)
{
	const struct pifu_doc *doc = u->doc;
	begin_row(u, doc->row_grid[row]);
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		put_word(u, &doc->tokens[i], doc->tokens[i].col);
}

/* The column behind `col` in which a row of the run has a word; PIFU_NONE behind the last. */
static uint32_t next_col(const struct pifu_doc *doc, size_t row, size_t n, uint32_t col)
{
	uint32_t next = PIFU_NONE;
	for (size_t r = row; r < row + n; r++)
		for (uint32_t i = doc->row_token[r] + 1; i < doc->row_token[r + 1]; i++)
			if (doc->tokens[i].col > col && doc->tokens[i].col < next)
				next = doc->tokens[i].col;
	return next;
}

static void turn_run(struct turner *u, size_t row, size_t n)
{
	const struct pifu_doc *doc = u->doc;
	uint32_t grid_row = doc->row_grid[row];
	begin_row(u, grid_row);
	for (size_t r = row; r < row + n; r++)
		put_word(u, &doc->tokens[doc->row_token[r]], (uint32_t)(r - row));
	for (uint32_t col = next_col(doc, row, n, doc->tokens[doc->row_token[row]].col);
	     col != PIFU_NONE; col = next_col(doc, row, n, col)) {
		begin_row(u, grid_row);
		for (size_t r = row; r < row + n; r++)
			for (uint32_t i = doc->row_token[r] + 1; i < doc->row_token[r + 1]; i++)
				if (doc->tokens[i].col == col)
					put_word(u, &doc->tokens[i], (uint32_t)(r - row));
	}
}

pifu_status pifu_rows_look(struct pifu_doc *doc, pifu_error *err)
{
	struct row_look *looks = ARENA_ARRAY(doc->arena, struct row_look, doc->nrows + 1);
	if (!looks)
		return pifu_error_nomem(err);
	for (size_t r = 0; r < doc->nrows; r++)
		for (uint32_t i = doc->row_token[r]; i < doc->row_token[r + 1]; i++) {
			looks[r].kinds |= doc->tokens[i].kinds;
			looks[r].flags |= doc->tokens[i].flags;
		}
	doc->row_look = looks;
	return PIFU_OK;
}

static bool has_run(const struct pifu_doc *doc)
{
	for (size_t r = 0; r < doc->nrows; r++)
		if (pifu_row_means(doc, r, MEANING_HEADER) && match_run(doc, r))
			return true;
	return false;
}

pifu_status pifu_turn_tables(struct pifu_doc *doc, pifu_error *err)
{
	if (doc->prose.n || !has_run(doc))
		return PIFU_OK;
	struct turner u = {.doc = doc};
	size_t rows = doc->nrows + doc->ntokens + 1; /* a turned row holds a word at least */
	u.tokens = ARENA_ARRAY(doc->arena, struct token, doc->ntokens + 1);
	u.row_token = ARENA_ARRAY(doc->arena, uint32_t, rows);
	u.row_grid = ARENA_ARRAY(doc->arena, uint32_t, rows);
	if (!u.tokens || !u.row_token || !u.row_grid)
		return pifu_error_nomem(err);
	for (size_t r = 0; r < doc->nrows;) {
		size_t n = match_run(doc, r);
		if (n)
			turn_run(&u, r, n);
		else
			copy_row(&u, r);
		r += n ? n : 1;
	}
	begin_row(&u, doc->row_grid[doc->nrows]);
	doc->tokens = u.tokens;
	doc->ntokens = u.ntokens;
	doc->row_token = u.row_token;
	doc->row_grid = u.row_grid;
	doc->nrows = u.nrows - 1;
	return pifu_rows_look(doc, err);
}
