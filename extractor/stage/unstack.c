/* Indicators stacked in one row: each line of its cells is one.
 *
 *     数量指标 | 采购新书册数     | ≥3200册        数量指标 | 采购新书册数 | ≥3200册
 *              | 更换书架        | ≥16组     ->            | 更换书架    | ≥16组
 *              | 流动送书趟次     | ≥48趟                   | 流动送书趟次 | ≥48趟
 *      one row, three lines in two cells
 *
 * A cell with a line break may as well be one text that was wrapped. So a row is
 * taken apart only where a cell of targets and one of names before it have as many
 * lines: every line of the one reads as a target while the whole does not, or the
 * names are numbered or end as names do, and none of their lines is a target.
 * Other cells with that many lines go with them; what is left stays in the first
 * row, where labels belong.
 *
 * Limits: a line that is wrapped itself spoils the count, and the row stays whole. */
#include "base/error.h"
#include "grammar/endings.h"
#include "stage/align.h"
#include "stage/classify.h"
#include "stage/turn.h"
#include "stage/words.h"

#define LINES_MOST 24
#define STACKS_MOST 12

/* A cell of a row, line by line. */
struct stack {
	uint32_t token;
	unsigned n;
	struct str raw[LINES_MOST];
	struct normal line[LINES_MOST];
	unsigned targets; /* lines that are targets by rule, or words that are */
	unsigned named;   /* lines with a number in front or the ending of a name */
	bool plain;       /* some line has no Han character */
	bool whole;       /* all lines together are a target, too */
};

struct unstacker {
	struct pifu_doc *doc;
	struct stack *stacks; /* [STACKS_MOST] of the row at hand */
	unsigned nstacks, n;  /* n: lines of names and targets */
	struct token *tokens;
	size_t ntokens, tokens_cap;
	uint32_t *row_token, *row_grid;
	size_t nrows, row_token_cap, row_grid_cap;
	pifu_status status;
	pifu_error *err;
};

/* ---- Lines ------------------------------------------------------------------------- */

/* Bytes of the line break at `at`, 0 if there is none: a line feed or <br/>. */
static uint32_t read_break(struct str raw, uint32_t at)
{
	if (raw.s[at] == '\n' || raw.s[at] == '\r')
		return 1;
	struct str rest = pifu_str_sub(raw, at, raw.n);
	if (!pifu_str_starts(rest, STR("<br")) && !pifu_str_starts(rest, STR("<BR")))
		return 0;
	const char *end = memchr(rest.s, '>', rest.n < 8 ? rest.n : 8);
	return end ? (uint32_t)(end - rest.s) + 1 : 0;
}

static bool is_target(struct unstacker *u, const struct normal *text)
{
	struct pifu_doc *doc = u->doc;
	struct target t;
	struct token word = {.text = text->text, .key = text->key};
	if (text->text.n > 200)
		return false;
	pifu_word_look(doc, &word);
	if (pifu_token_means(&word, MEANING_WORDS, NULL))
		return true;
	pifu_status st = pifu_target_sure(doc->grammars->common, doc->matcher, doc->arena,
	                                  text->text, text->flags, &t, u->err);
	if (st == PIFU_ERR_NOMEM)
		u->status = st;
	return st == PIFU_OK && t.sure && t.kind != TARGET_MISSING;
}

static bool is_named(struct unstacker *u, const struct normal *text)
{
	const struct grammar *g = u->doc->grammars->common;
	struct span at;
	return pifu_endings_match(&g->name_endings, text->key) > 0 ||
	       (g->name_mark &&
	        pifu_rule_match(g->name_mark, u->doc->matcher, text->text, 0, &at, 1, NULL) == 1 &&
	        at.from == 0);
}

static void add_line(struct unstacker *u, struct stack *s, struct str raw)
{
	struct normal *line = &s->line[s->n < LINES_MOST ? s->n : LINES_MOST - 1];
	pifu_status st = pifu_text_normalise(u->doc->arena, raw, line, u->err);
	if (st != PIFU_OK) {
		u->status = st;
		return;
	}
	if (line->text.n == 0)
		return;
	if (s->n < LINES_MOST)
		s->raw[s->n] = raw;
	s->n++;
	s->targets += is_target(u, line);
	s->named += is_named(u, line);
	s->plain |= !(line->flags & TEXT_HAN);
}

static void read_stack(struct unstacker *u, uint32_t token)
{
	const struct token *t = &u->doc->tokens[token];
	struct str raw = u->doc->grid.cells[t->cell].raw;
	struct stack *s = &u->stacks[u->nstacks];
	s->token = token;
	s->n = s->targets = s->named = 0;
	s->plain = false;
	uint32_t from = 0, bytes;
	for (uint32_t at = 0; at < raw.n && u->status == PIFU_OK;) {
		if (!(bytes = read_break(raw, at))) {
			at++;
			continue;
		}
		add_line(u, s, pifu_str_sub(raw, from, at));
		from = at += bytes;
	}
	if (u->status == PIFU_OK)
		add_line(u, s, pifu_str_sub(raw, from, raw.n));
	s->whole =
		s->targets > 1 &&
		is_target(u, &(struct normal){.text = t->text, .key = t->key, .flags = t->flags});
	u->nstacks += s->n > 1 && s->n <= LINES_MOST;
}

/* ---- Rows --------------------------------------------------------------------------- */

/* The names in front of the targets `t`. */
static bool has_names(const struct unstacker *u, const struct stack *t)
{
	for (const struct stack *s = t; s-- > u->stacks;)
		if (s->n == t->n && s->targets == 0 && !s->plain && (!t->whole || s->named == s->n))
			return true;
	return false;
}

/* Does row `row` hold stacked indicators? u->n: how many. */
static bool look_at_row(struct unstacker *u, uint32_t row)
{
	const struct pifu_doc *doc = u->doc;
	u->nstacks = 0;
	for (uint32_t i = doc->row_token[row];
	     i < doc->row_token[row + 1] && u->nstacks < STACKS_MOST; i++) {
		const struct token *t = &doc->tokens[i];
		bool label = pifu_token_means(t, MEANING_LABEL, NULL) ||
		             pifu_token_means(t, MEANING_HEADER, NULL);
		if (t->flags & TEXT_BREAK && !label && !t->nparts && !t->raw.s)
			read_stack(u, i);
	}
	for (unsigned k = 1; k < u->nstacks && u->status == PIFU_OK; k++) {
		const struct stack *s = &u->stacks[k];
		if (s->targets != s->n || !has_names(u, s))
			continue;
		u->n = s->n;
		return true;
	}
	return false;
}

static const struct stack *stack_of(const struct unstacker *u, uint32_t token)
{
	for (unsigned k = 0; k < u->nstacks; k++)
		if (u->stacks[k].token == token && u->stacks[k].n == u->n)
			return &u->stacks[k];
	return NULL;
}

static bool begin_row(struct unstacker *u, uint32_t grid_row)
{
	struct arena *a = u->doc->arena;
	u->row_token = pifu_arena_grow(a, u->row_token, u->nrows, &u->row_token_cap, u->nrows + 1,
	                               sizeof *u->row_token);
	u->row_grid = pifu_arena_grow(a, u->row_grid, u->nrows, &u->row_grid_cap, u->nrows + 1,
	                              sizeof *u->row_grid);
	if (!u->row_token || !u->row_grid)
		return false;
	u->row_token[u->nrows] = (uint32_t)u->ntokens;
	u->row_grid[u->nrows++] = grid_row;
	return true;
}

static struct token *put_word(struct unstacker *u, uint32_t token)
{
	u->tokens = pifu_arena_grow(u->doc->arena, u->tokens, u->ntokens, &u->tokens_cap,
	                            u->ntokens + 1, sizeof *u->tokens);
	if (!u->tokens)
		return NULL;
	struct token *to = &u->tokens[u->ntokens++];
	*to = u->doc->tokens[token];
	to->row = (uint32_t)u->nrows - 1;
	return to;
}

static bool put_line(struct unstacker *u, const struct stack *s, unsigned i)
{
	struct token *t = put_word(u, s->token);
	if (!t)
		return false;
	t->text = s->line[i].text;
	t->key = s->line[i].key;
	t->flags = (uint16_t)s->line[i].flags;
	t->raw = s->raw[i];
	t->known = NULL;
	pifu_word_look(u->doc, t);
	const struct cut cut = {u->doc->grammars->common->costs[COST_CUT], COST_CAP, STR_NONE,
	                        false};
	return pifu_token_cut(u->doc, t, cut);
}

/* Line `i` of the stacks of row `row`, and with the first what is no stack. */
static bool put_row(struct unstacker *u, uint32_t row, unsigned i)
{
	const struct pifu_doc *doc = u->doc;
	if (!begin_row(u, doc->row_grid[row]))
		return false;
	for (uint32_t k = doc->row_token[row]; k < doc->row_token[row + 1]; k++) {
		const struct stack *s = u->n ? stack_of(u, k) : NULL;
		if (s ? !put_line(u, s, i) : i == 0 && !put_word(u, k))
			return false;
	}
	return true;
}

static bool has_breaks(const struct pifu_doc *doc, uint32_t row)
{
	return doc->row_look[row].flags & TEXT_BREAK;
}

/* The first row from `row` on with a line break in a cell, doc->nrows if there is none. */
static uint32_t next_broken(const struct pifu_doc *doc, uint32_t row)
{
	while (row < doc->nrows && !has_breaks(doc, row))
		row++;
	return row;
}

/* The first row of stacked indicators, doc->nrows if there is none. */
static uint32_t find_first(struct unstacker *u)
{
	uint32_t row = next_broken(u->doc, 0);
	while (row < u->doc->nrows && u->status == PIFU_OK && !look_at_row(u, row))
		row = next_broken(u->doc, row + 1);
	return row;
}

static bool put_rows(struct unstacker *u, uint32_t first)
{
	bool ok = true;
	for (uint32_t r = 0; r < u->doc->nrows && ok && u->status == PIFU_OK; r++) {
		u->n = 0;
		if (r >= first)
			look_at_row(u, r);
		for (unsigned i = 0; (i == 0 || i < u->n) && ok; i++)
			ok = put_row(u, r, i);
	}
	return ok && begin_row(u, u->doc->row_grid[u->doc->nrows]);
}

pifu_status pifu_unstack_rows(struct pifu_doc *doc, pifu_error *err)
{
	struct unstacker u = {.doc = doc, .err = err};
	if (doc->prose.n || next_broken(doc, 0) == doc->nrows)
		return PIFU_OK;
	if (!(u.stacks = ARENA_ARRAY(doc->arena, struct stack, STACKS_MOST)))
		return pifu_error_nomem(err);
	uint32_t first = find_first(&u);
	if (first == doc->nrows || u.status != PIFU_OK)
		return u.status;
	bool ok = put_rows(&u, first);
	if (!ok || u.status != PIFU_OK)
		return u.status != PIFU_OK ? u.status : pifu_error_nomem(err);
	doc->tokens = u.tokens;
	doc->ntokens = u.ntokens;
	doc->row_token = u.row_token;
	doc->row_grid = u.row_grid;
	doc->nrows = u.nrows - 1;
	return pifu_rows_look(doc, err);
}
