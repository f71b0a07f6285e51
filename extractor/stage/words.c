/* Stage 2: the words of each row.
 *
 * A word is a cell, or a piece of one where the export glued cells together:
 *
 *     grid row   | 产出指标 | 数量指标 | 巡河次数 | ≥36次 |     4 words
 *     grid row   产出指标 数量指标 新建步道 >=860米              4 pieces (cut.c)
 *
 * Every word is looked up in the common lexicon once; later stages ask for its
 * meanings. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/stage.h"
#include "stage/words.h"

/* A label with its score behind it, 产出指标(50分), means what the label means. */
static struct str strip_score(struct pifu_doc *doc, struct str key)
{
	const struct rule *rule = doc->grammars->common->label_score;
	struct span at;
	if (!rule || key.n < 12 || key.n > 48 || !memchr(key.s, '(', key.n))
		return key;
	if (pifu_rule_match(rule, doc->matcher, key, 0, &at, 1, NULL) != 1 || at.to != key.n)
		return key;
	return pifu_str_sub(key, 0, at.from);
}

void pifu_word_look(struct pifu_doc *doc, struct token *t)
{
	const struct lexicon *lx = doc->grammars->common->lexicon;
	size_t n;
	t->meanings = pifu_lexicon_find(lx, t->key, &n);
	if (n == 0) {
		struct str bare = strip_score(doc, t->key);
		if (bare.n < t->key.n && (t->meanings = pifu_lexicon_find(lx, bare, &n)) && n)
			t->key = bare;
	}
	t->nmeanings = (uint16_t)n;
}

/* The arrays of words and rows, growing. */
struct gather {
	struct pifu_doc *doc;
	struct line_style style;
	struct pieces pieces;
	size_t tokens_cap;
	size_t row_token_cap, row_grid_cap;
};

static bool add_row(struct gather *g, uint32_t grid_row)
{
	struct pifu_doc *doc = g->doc;
	size_t n = doc->nrows;
	uint32_t *tokens = pifu_arena_grow(doc->arena, doc->row_token, n, &g->row_token_cap, n + 1, sizeof *tokens);
	uint32_t *grid = pifu_arena_grow(doc->arena, doc->row_grid, n, &g->row_grid_cap, n + 1, sizeof *grid);
	if (!tokens || !grid)
		return false;
	doc->row_token = tokens;
	doc->row_grid = grid;
	doc->row_token[doc->nrows] = (uint32_t)doc->ntokens;
	doc->row_grid[doc->nrows++] = grid_row;
	return true;
}

static struct token *add_token(struct gather *g, uint32_t cell, uint32_t col)
{
	struct pifu_doc *doc = g->doc;
	struct token *tokens = pifu_arena_grow(doc->arena, doc->tokens, doc->ntokens, &g->tokens_cap, doc->ntokens + 1,
	                                       sizeof *tokens);
	if (!tokens)
		return NULL;
	doc->tokens = tokens;
	struct token *t = &tokens[doc->ntokens++];
	*t = (struct token){.cell = cell, .row = (uint32_t)doc->nrows - 1, .col = col};
	return t;
}

static bool add_cell(struct gather *g, uint32_t cell)
{
	const struct normal *text = &g->doc->normal[cell];
	if (text->text.n == 0)
		return true;
	struct token *t = add_token(g, cell, g->doc->grid.cells[cell].col);
	if (!t)
		return false;
	t->text = text->text;
	t->key = text->key;
	t->flags = text->flags;
	pifu_word_look(g->doc, t);
	return true;
}

static bool add_piece(struct gather *g, uint32_t cell, uint32_t number, pifu_error *err)
{
	const struct piece *p = &g->pieces.items[number];
	struct pifu_doc *doc = g->doc;
	struct str whole = g->style.mode == LINE_GLUED ? doc->normal[cell].text : doc->grid.cells[cell].raw;
	struct str raw = pifu_str_sub(whole, p->from, p->to);
	struct normal text;
	if (pifu_text_normalise(doc->arena, raw, &text, err) != PIFU_OK)
		return false;
	struct token *t = text.text.n ? add_token(g, cell, number) : NULL;
	if (!t)
		return text.text.n == 0;
	t->text = text.text;
	t->key = text.key;
	t->flags = text.flags;
	t->raw = raw;
	pifu_word_look(doc, t);
	return true;
}

/* A line that holds a header and what belongs to it, or most of a head: each
 * piece is a row. */
static bool holds_table(const struct gather *g, uint32_t cell)
{
	const struct pieces *p = &g->pieces;
	struct str text = g->style.mode == LINE_GLUED ? g->doc->normal[cell].text : g->doc->grid.cells[cell].raw;
	unsigned fields = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct token t = {.key = pifu_str_sub(text, p->items[i].from, p->items[i].to)};
		pifu_word_look(g->doc, &t);
		fields += pifu_token_means(&t, MEANING_FIELD, NULL);
	}
	return fields >= 4 || (p->header_to > p->header_from && p->n - (p->header_to - p->header_from) >= 4);
}

static bool add_line(struct gather *g, uint32_t grid_row, uint32_t cell, pifu_error *err)
{
	if (pifu_cut_line(g->doc, cell, g->style, &g->pieces, err) != PIFU_OK)
		return false;
	bool apart = holds_table(g, cell);
	if (!apart && !add_row(g, grid_row))
		return false;
	for (uint32_t i = 0; i < g->pieces.n; i++)
		if ((apart && !add_row(g, grid_row)) || !add_piece(g, cell, i, err))
			return false;
	return true;
}

static bool is_line(const struct row *row) { return row->count == 1 && row->width <= 1; }

static bool add_grid_row(struct gather *g, uint32_t r, pifu_error *err)
{
	const struct row *row = &g->doc->grid.rows[r];
	if (g->style.mode != LINE_CELL && is_line(row))
		return add_line(g, r, row->first, err);
	if (!add_row(g, r))
		return false;
	for (uint32_t i = 0; i < row->count; i++)
		if (!add_cell(g, row->first + i))
			return false;
	return true;
}

static struct line_style find_style(struct pifu_doc *doc)
{
	struct line_style style = {LINE_CELL, 0};
	for (size_t r = 0; r < doc->grid.nrows && style.mode == LINE_CELL; r++)
		if (is_line(&doc->grid.rows[r]))
			style = pifu_cut_style(doc, doc->grid.rows[r].first);
	return style;
}

static pifu_status fail(pifu_error *err)
{
	return err && err->status != PIFU_OK ? err->status : pifu_error_nomem(err);
}

pifu_status pifu_stage_words(struct pifu_doc *doc, pifu_error *err)
{
	struct gather g = {.doc = doc, .style = find_style(doc)};
	doc->tokens = NULL;
	doc->row_token = doc->row_grid = NULL;
	doc->ntokens = doc->nrows = 0;
	doc->account = pifu_arena_zalloc(doc->arena, doc->grid.ncells + 1, 1);
	if (!doc->account)
		return pifu_error_nomem(err);
	for (uint32_t r = 0; r < doc->grid.nrows; r++)
		if (!add_grid_row(&g, r, err))
			return fail(err);
	if (!add_row(&g, (uint32_t)doc->grid.nrows))
		return fail(err);
	doc->nrows--;
	doc->row_kind = pifu_arena_zalloc(doc->arena, doc->nrows + 1, 1);
	doc->view = pifu_arena_zalloc(doc->arena, doc->ntokens + 1, sizeof *doc->view);
	doc->targets = pifu_arena_zalloc(doc->arena, doc->ntokens + 1, sizeof *doc->targets);
	return doc->row_kind && doc->view && doc->targets ? PIFU_OK : pifu_error_nomem(err);
}
