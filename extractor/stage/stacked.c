/* Rows whose cells hold several indicators, one a line, are parted.
 *
 *     数量指标 | 架设护栏长度 | ≥12公里          数量指标 | 架设护栏长度 | ≥12公里
 *              安装凸面镜     ≥85面      ->             安装凸面镜   | ≥85面
 *
 * The sign is a cell of lines that are targets by rule, each of them, and another
 * of as many lines. Every cell of so many lines gives one to each row; all others
 * stay in the first. Words keep their cells.
 *
 * Limits: blank lines count for nothing, so a cell in which a line was left out has
 * fewer lines and stays whole. */
#include <strings.h>

#include "base/error.h"
#include "stage/align.h"
#include "stage/turn.h"
#include "stage/words.h"
#include "text/target.h"

#define LINES_MOST 24
#define LINE_BYTES 240

struct parter {
	struct pifu_doc *doc;
	struct token *tokens;
	size_t ntokens, tokens_cap;
	uint32_t *row_token, *row_grid;
	size_t nrows, row_token_cap, row_grid_cap;
	pifu_status status;
	pifu_error *err;
};

/* ---- Lines -------------------------------------------------------------------------- */

/* Bytes of the line break at `at`: a newline, or the tag that Markdown has for it. */
static uint32_t break_at(struct str s, uint32_t at)
{
	if (s.s[at] == '\n')
		return 1;
	if (at + 4 > s.n || strncasecmp(s.s + at, "<br", 3) != 0)
		return 0;
	const char *close = memchr(s.s + at, '>', s.n - at > 6 ? 6 : s.n - at);
	return close ? (uint32_t)(close - s.s) - at + 1 : 0;
}

/* The lines of a word's cell -> lines[LINES_MOST]: how many hold text; 0: too many. */
static unsigned cut_lines(const struct pifu_doc *doc, const struct token *t, struct str *lines)
{
	struct str raw = t->raw.s ? t->raw : doc->grid.cells[t->cell].raw;
	uint32_t from = 0, bytes;
	unsigned n = 0;
	for (uint32_t at = 0; at <= raw.n; at += bytes) {
		bytes = at < raw.n ? break_at(raw, at) : 1;
		if (!bytes) {
			bytes = 1;
			continue;
		}
		struct str line = pifu_str_trim(pifu_str_sub(raw, from, at));
		from = at + bytes;
		if (line.n == 0)
			continue;
		if (n == LINES_MOST || line.n > LINE_BYTES)
			return 0;
		lines[n++] = line;
	}
	return n;
}

/* ---- The sign ----------------------------------------------------------------------- */

static bool is_target(struct parter *p, struct str line)
{
	struct normal text;
	struct target t;
	const struct pifu_doc *doc = p->doc;
	if (pifu_text_normalise(doc->arena, line, &text, p->err) != PIFU_OK ||
	    pifu_target_read(doc->grammars->common, doc->matcher, doc->arena, text.text, text.flags,
	                     &t, p->err) != PIFU_OK)
		return false;
	return t.sure;
}

/* Lines of a cell that are targets, each of them; 0: it is none. */
static unsigned count_targets(struct parter *p, const struct token *t)
{
	struct str lines[LINES_MOST];
	const uint32_t numbers = TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT;
	if (!(t->flags & TEXT_BREAK) || !(t->flags & numbers) || t->nparts)
		return 0;
	unsigned n = cut_lines(p->doc, t, lines);
	for (unsigned i = 0; i < n; i++)
		if (!is_target(p, lines[i]))
			return 0;
	return n;
}

static bool may_be_names(const struct token *t)
{
	return t->flags & TEXT_BREAK && t->flags & TEXT_HAN && !t->nparts && t->nmeanings == 0;
}

/* Indicators that stand in the cells of a row, one a line; 0 or 1: it is one row. */
static unsigned count_stacked(struct parter *p, size_t row)
{
	const struct pifu_doc *doc = p->doc;
	struct str lines[LINES_MOST];
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		unsigned n = count_targets(p, &doc->tokens[i]);
		for (uint32_t k = doc->row_token[row]; n > 1 && k < doc->row_token[row + 1]; k++)
			if (k != i && may_be_names(&doc->tokens[k]) &&
			    cut_lines(doc, &doc->tokens[k], lines) == n)
				return n;
	}
	return 0;
}

/* ---- Parting ------------------------------------------------------------------------ */

static void begin_row(struct parter *p, size_t row)
{
	struct arena *a = p->doc->arena;
	size_t n = p->nrows;
	uint32_t *tokens =
		pifu_arena_grow(a, p->row_token, n, &p->row_token_cap, n + 1, sizeof *tokens);
	uint32_t *grid = pifu_arena_grow(a, p->row_grid, n, &p->row_grid_cap, n + 1, sizeof *grid);
	p->row_token = tokens ? tokens : p->row_token;
	p->row_grid = grid ? grid : p->row_grid;
	if (!tokens || !grid) {
		p->status = pifu_error_nomem(p->err);
		return;
	}
	tokens[n] = (uint32_t)p->ntokens;
	grid[n] = p->doc->row_grid[row];
	p->nrows++;
}

static void put_word(struct parter *p, const struct token *t)
{
	struct token *tokens = pifu_arena_grow(p->doc->arena, p->tokens, p->ntokens, &p->tokens_cap,
	                                       p->ntokens + 1, sizeof *tokens);
	if (!tokens) {
		p->status = pifu_error_nomem(p->err);
		return;
	}
	p->tokens = tokens;
	tokens[p->ntokens] = *t;
	tokens[p->ntokens++].row = (uint32_t)p->nrows - 1;
}

/* A line of word `t` as a word of its own. */
static void put_line(struct parter *p, const struct token *t, struct str line)
{
	struct normal text;
	struct token word = *t;
	if (pifu_text_normalise(p->doc->arena, line, &text, p->err) != PIFU_OK) {
		p->status = pifu_error_nomem(p->err);
		return;
	}
	word.text = text.text;
	word.key = text.key;
	word.flags = text.flags;
	word.raw = line;
	word.known = NULL;
	pifu_word_look(p->doc, &word);
	const struct cut cut = {.cost = p->doc->grammars->common->costs[COST_CUT],
	                        .margin = COST_CAP};
	if (!pifu_token_cut(p->doc, &word, cut))
		p->status = pifu_error_nomem(p->err);
	put_word(p, &word);
}

static void copy_row(struct parter *p, size_t row)
{
	begin_row(p, row);
	for (uint32_t i = p->doc->row_token[row]; i < p->doc->row_token[row + 1]; i++)
		put_word(p, &p->doc->tokens[i]);
}

static void part_row(struct parter *p, size_t row, unsigned n)
{
	const struct pifu_doc *doc = p->doc;
	struct str lines[LINES_MOST];
	for (unsigned k = 0; k < n && p->status == PIFU_OK; k++) {
		begin_row(p, row);
		for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
			const struct token *t = &doc->tokens[i];
			bool parted = t->flags & TEXT_BREAK && !t->nparts && !t->nmeanings &&
			              cut_lines(doc, t, lines) == n;
			if (parted)
				put_line(p, t, lines[k]);
			else if (k == 0)
				put_word(p, t);
		}
	}
}

static bool has_stack(struct parter *p)
{
	for (size_t r = 0; r < p->doc->nrows; r++)
		if (count_stacked(p, r) > 1)
			return true;
	return false;
}

pifu_status pifu_part_stacked(struct pifu_doc *doc, pifu_error *err)
{
	struct parter p = {.doc = doc, .err = err};
	if (doc->prose.n || !has_stack(&p))
		return PIFU_OK;
	for (size_t r = 0; r < doc->nrows && p.status == PIFU_OK; r++) {
		unsigned n = count_stacked(&p, r);
		if (n > 1)
			part_row(&p, r, n);
		else
			copy_row(&p, r);
	}
	if (p.status == PIFU_OK)
		begin_row(&p, doc->nrows);
	if (p.status != PIFU_OK)
		return p.status;
	doc->tokens = p.tokens;
	doc->ntokens = p.ntokens;
	doc->row_token = p.row_token;
	doc->row_grid = p.row_grid;
	doc->nrows = p.nrows - 1;
	return PIFU_OK;
}
