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
#include "model/known.h"
#include "stage/classify.h"
#include "stage/layout.h"
#include "stage/prose.h"
#include "stage/stage.h"
#include "stage/turn.h"
#include "stage/words_own.h"

static bool may_be_scored(struct str key)
{
	return key.n >= 12 && key.n <= 48 && (unsigned char)key.s[0] >= 0xE4 &&
	       (pifu_str_ends(key, STR("分")) || memchr(key.s, '(', key.n));
}

/* A label with its score behind it, 产出指标(50分) or 产出指标50分, means what the label means. */
static struct str strip_score(struct pifu_doc *doc, struct str key)
{
	const struct rule *rule = doc->grammars->common->label_score;
	struct span at;
	if (!rule || !may_be_scored(key))
		return key;
	if (pifu_rule_match(rule, doc->matcher, key, 0, &at, 1, NULL) != 1 || at.to != key.n)
		return key;
	return pifu_str_sub(key, 0, at.from);
}

/* The meanings of what is left of a label with more beside it; then that is its key. */
static __attribute__((noinline)) size_t look_bare(struct pifu_doc *doc, struct token *t)
{
	size_t n = 0;
	struct str bare = strip_score(doc, t->key);
	if (bare.n == t->key.n)
		bare = pifu_level_word(doc, t->key);
	if (bare.n == t->key.n)
		return 0;
	t->meanings = pifu_lexicon_find(doc->grammars->common->lexicon, bare, &n);
	if (n)
		t->key = bare;
	return n;
}

void pifu_word_look(struct pifu_doc *doc, struct token *t)
{
	size_t n;
	t->meanings = pifu_lexicon_find(doc->grammars->common->lexicon, t->key, &n);
	if (n == 0 && (may_be_scored(t->key) || pifu_may_be_levels(t->key)))
		n = look_bare(doc, t);
	t->nmeanings = (uint16_t)n;
	t->kinds = 0;
	for (size_t i = 0; i < n; i++)
		t->kinds |= (uint16_t)MEANING_BIT(t->meanings[i].kind);
}

/* Room for so many words. */
static __attribute__((noinline)) bool grow_tokens(struct gather *g, size_t words)
{
	struct pifu_doc *doc = g->doc;
	struct token *tokens = pifu_arena_grow(doc->arena, doc->tokens, doc->ntokens,
	                                       &g->tokens_cap, words, sizeof *tokens);
	if (tokens)
		doc->tokens = tokens;
	return tokens;
}

/* A new word. Field by field: clearing it at once and filling it in takes longer. */
static inline struct token *add_token(struct gather *g, uint32_t cell, uint32_t col,
                                      const struct normal *text, struct str raw,
                                      struct known_text *known)
{
	struct pifu_doc *doc = g->doc;
	if (doc->ntokens == g->tokens_cap && !grow_tokens(g, doc->ntokens + 1))
		return NULL;
	struct token *t = &doc->tokens[doc->ntokens++];
	t->cell = cell;
	t->row = (uint32_t)doc->nrows - 1;
	t->col = col;
	t->flags = (uint16_t)text->flags;
	t->kinds = t->nmeanings = 0;
	t->term = TERM_NONE;
	t->moved = false;
	t->cut = t->part = t->nparts = 0;
	t->text = text->text;
	t->key = text->key;
	t->meanings = NULL;
	t->known = known;
	t->raw = raw;
	return t;
}

/* A word with a normal text of its own, which no cell has. */
static struct token *add_text(struct gather *g, uint32_t cell, uint32_t col,
                              const struct normal *text, struct str raw)
{
	struct token *t = add_token(g, cell, col, text, raw, NULL);
	if (t)
		pifu_word_look(g->doc, t);
	return t;
}

/* A text that was looked up before needs no looking up. */
static void look_known(struct pifu_doc *doc, struct token *t)
{
	struct known_text *known = t->known;
	if (known && known->nmeanings != KNOWN_UNLOOKED) {
		t->meanings = known->meanings;
		t->nmeanings = known->nmeanings;
		t->kinds = known->kinds;
		return;
	}
	pifu_word_look(doc, t);
	if (!known || t->key.n != known->normal.key.n || /* its score was taken off */
	    t->nmeanings >= KNOWN_UNLOOKED)
		return;
	known->meanings = t->meanings;
	known->nmeanings = (uint8_t)t->nmeanings;
	known->kinds = t->kinds;
}

static __attribute__((noinline)) bool part_last(struct gather *g)
{
	struct token *t = &g->doc->tokens[g->doc->ntokens - 1];
	struct str pair[2];
	if (!pifu_level_pair(g->doc, t->key, pair))
		return true;
	struct token second = *t;
	for (unsigned i = 0; i < 2; i++) {
		struct token *word = i ? &second : t;
		word->text = word->key = word->raw = pair[i];
		word->known = NULL;
		pifu_word_look(g->doc, word);
	}
	const struct normal empty = {0};
	if ((t = add_token(g, 0, 0, &empty, STR_NONE, NULL)))
		*t = second;
	return t;
}

/* Both levels in one cell, that of the last word, are two words of it. */
static inline bool part_levels(struct gather *g, const struct token *last)
{
	return last->nmeanings || !pifu_may_be_levels(last->key) || part_last(g);
}

bool pifu_words_cell(struct gather *g, uint32_t cell)
{
	struct pifu_doc *doc = g->doc;
	const struct normal *text = &doc->normal[cell];
	if (text->text.n == 0)
		return true;
	struct token *t = add_token(g, cell, doc->grid.cells[cell].col, text, STR_NONE,
	                            doc->cell_known[cell]);
	if (!t)
		return false;
	look_known(doc, t);
	return part_levels(g, t);
}

static bool add_piece(struct gather *g, uint32_t cell, uint32_t number, pifu_error *err)
{
	const struct piece *p = &g->pieces.items[number];
	struct pifu_doc *doc = g->doc;
	struct str whole =
		g->style.mode == LINE_GLUED ? doc->normal[cell].text : doc->grid.cells[cell].raw;
	struct str raw = pifu_str_sub(whole, p->from, p->to);
	struct normal text;
	if (pifu_text_normalise(doc->arena, raw, &text, err) != PIFU_OK)
		return false;
	struct token *t = text.text.n ? add_text(g, cell, number, &text, raw) : NULL;
	if (!t)
		return text.text.n == 0;
	if (g->style.mode != LINE_GLUED || p->kind < CUT_NAME)
		return part_levels(g, t);
	struct cut cut = {.cost = doc->grammars->common->costs[COST_CUT], .margin = p->margin};
	if (p->rival_to > p->rival_from)
		cut.rival = pifu_str_sub(whole, p->rival_from, p->rival_to);
	return pifu_token_cut(doc, t, cut);
}

bool pifu_token_cut(struct pifu_doc *doc, struct token *t, struct cut cut)
{
	struct cut *cuts = pifu_arena_grow(doc->arena, doc->cuts, doc->ncuts, &doc->cuts_cap,
	                                   doc->ncuts + 1, sizeof *cuts);
	if (!cuts)
		return false;
	doc->cuts = cuts;
	cuts[doc->ncuts++] = cut;
	t->cut = (uint32_t)doc->ncuts;
	return true;
}

/* A line that holds a header and what belongs to it, most of a head, or a title and
 * fields of the head: each piece is a row. */
static bool holds_table(const struct gather *g, uint32_t cell)
{
	const struct pieces *p = &g->pieces;
	struct str text = g->style.mode == LINE_GLUED ? g->doc->normal[cell].text
	                                              : g->doc->grid.cells[cell].raw;
	unsigned fields = 0, values = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct token t = {.key = pifu_str_sub(text, p->items[i].from, p->items[i].to)};
		struct normal narrow;
		if (pifu_str_ends(t.key, STR("）")) &&
		    pifu_text_normalise(g->doc->arena, t.key, &narrow, NULL) == PIFU_OK)
			t.key = narrow.key;
		pifu_word_look(g->doc, &t);
		fields += pifu_token_means(&t, MEANING_FIELD, NULL);
		values += t.nmeanings == 0;
	}
	bool title = g->style.mode == LINE_GLUED && p->n >= 3 && p->items[0].kind == CUT_TITLE;
	return (fields >= (title ? 1 : 4) && values > 0) ||
	       (g->style.mode == LINE_GLUED && pifu_cut_anchors(g->doc, text, p)) ||
	       (p->header_to > p->header_from && p->n - (p->header_to - p->header_from) >= 4);
}

/* A table begins at a header and ends where a head field opens a line. */
static void note_table(struct gather *g, uint32_t cell)
{
	const struct pieces *p = &g->pieces;
	if (g->style.mode != LINE_GLUED || p->n == 0)
		return;
	struct token t = {
		.key = pifu_str_sub(g->doc->normal[cell].text, p->items[0].from, p->items[0].to)};
	pifu_word_look(g->doc, &t);
	if (p->header_to > p->header_from)
		g->style.table = true;
	else if (p->n > 1 && pifu_token_means(&t, MEANING_FIELD, NULL))
		g->style.table = false;
}

#define PAGE_BYTES 36

/* 第 3 页 共 7 页: blanks in it part no cells. */
static bool is_page_line(const struct gather *g, uint32_t cell)
{
	const struct grammar *grammar = g->doc->grammars->common;
	struct str key = g->doc->normal[cell].key;
	if (key.n == 0 || key.n > PAGE_BYTES ||
	    !(strchr("-~pP0123456789", key.s[0]) || pifu_str_starts(key, STR("第")) ||
	      pifu_str_starts(key, STR("共")) || pifu_str_starts(key, STR("—")) ||
	      pifu_str_starts(key, STR("–")) || pifu_str_starts(key, STR("·"))))
		return false;
	for (size_t i = 0; i < grammar->nnoise; i++)
		if (grammar->noise[i].account == PIFU_ACCOUNT_NOISE_PAGE &&
		    pifu_rule_match(grammar->noise[i].rule, g->doc->matcher, key, 0, NULL, 0,
		                    NULL) == 1)
			return true;
	return false;
}

/* A word that is a slice of a text: of prose, or of a head field with its value. */
bool pifu_words_slice(struct gather *g, uint32_t cell, uint32_t col, struct str text,
                      pifu_error *err)
{
	struct normal normal;
	if (pifu_text_normalise(g->doc->arena, text, &normal, err) != PIFU_OK)
		return false;
	return normal.text.n == 0 || add_text(g, cell, col, &normal, text);
}

/* ---- Head fields ----------------------------------------------------------------- */

/* Labels and values as words of their own, from column `col` on. */
static bool add_slices(struct gather *g, uint32_t cell, uint32_t col,
                       const struct field_pair *pairs, unsigned n, pifu_error *err)
{
	for (unsigned i = 0; i < n; i++, col += 2)
		if (!pifu_words_slice(g, cell, col, pairs[i].label, err) ||
		    (pairs[i].value.n && !pifu_words_slice(g, cell, col + 1, pairs[i].value, err)))
			return false;
	return true;
}

/* Labels and values of a head line as words of their own, from column *col on; *done: it is one. */
static bool add_pairs(struct gather *g, uint32_t cell, uint32_t *col, bool *done, pifu_error *err)
{
	struct field_pair pairs[FIELD_PAIRS_MAX];
	unsigned n = pifu_field_pairs(g->doc, cell, pairs);
	uint32_t from = *col;
	*done = n > 0;
	*col += 2 * n;
	return add_slices(g, cell, from, pairs, n, err);
}

/* A line of the head among lines that blanks or nothing parts; *done: it is one. */
static bool add_head_line(struct gather *g, uint32_t grid_row, uint32_t cell, bool *done,
                          pifu_error *err)
{
	struct field_pair pairs[FIELD_PAIRS_MAX];
	unsigned n = pifu_field_line(g->doc, cell, pairs);
	*done = n > 0;
	return n == 0 || (pifu_words_row(g, grid_row) && add_slices(g, cell, 0, pairs, n, err));
}

static bool add_line(struct gather *g, uint32_t grid_row, uint32_t cell, pifu_error *err)
{
	if (is_page_line(g, cell))
		return pifu_words_row(g, grid_row) && pifu_words_cell(g, cell);
	bool done = false;
	if (!add_head_line(g, grid_row, cell, &done, err) || done)
		return done;
	if (pifu_cut_line(g->doc, cell, g->style, &g->pieces, err) != PIFU_OK)
		return false;
	bool other = g->style.mode == LINE_GLUED &&
	             pifu_cut_columns(g->doc, g->doc->normal[cell].text, &g->pieces, &g->style);
	if (other && pifu_cut_line(g->doc, cell, g->style, &g->pieces, err) != PIFU_OK)
		return false;
	note_table(g, cell);
	bool apart = holds_table(g, cell);
	if (!apart && !pifu_words_row(g, grid_row))
		return false;
	for (uint32_t i = 0; i < g->pieces.n; i++)
		if ((apart && !pifu_words_row(g, grid_row)) || !add_piece(g, cell, i, err))
			return false;
	return true;
}

/* ---- Rows of cells ------------------------------------------------------------ */

#define HEAD_CELLS 4 /* at most, where one holds a label and its value */

/* 部门:某局 in a cell of its own, above the table. */
static bool add_head_cell(struct gather *g, uint32_t cell, pifu_error *err)
{
	int64_t colon = pifu_field_colon(g->doc, cell);
	uint32_t col = g->doc->grid.cells[cell].col, at = (uint32_t)colon;
	struct str text = g->doc->normal[cell].text;
	if (colon <= 0 || at + 1 >= text.n)
		return pifu_words_cell(g, cell);
	return pifu_words_slice(g, cell, col, pifu_str_sub(text, 0, at), err) &&
	       pifu_words_slice(g, cell, col, pifu_str_sub(text, at + 1, text.n), err);
}

/* Below a header stands the table, until a head field opens a row. */
static void note_header(struct gather *g)
{
	const struct pifu_doc *doc = g->doc;
	uint32_t first = doc->row_token[doc->nrows - 1];
	if (first == doc->ntokens || (g->headed && doc->tokens[first].nmeanings == 0))
		return;
	for (uint32_t i = first; i < doc->ntokens && !g->headed; i++) {
		const struct meaning *m;
		g->headed = pifu_token_means(&doc->tokens[i], MEANING_HEADER, &m) &&
		            (m->id == ROLE_NAME || m->id == ROLE_LEVEL1);
	}
	const struct token *t = &doc->tokens[first];
	if (pifu_token_means(t, MEANING_FIELD, NULL) &&
	    !pifu_token_means(t, MEANING_HEADER, NULL) && !pifu_token_means(t, MEANING_LABEL, NULL))
		g->headed = false;
}

/* The fields of one cell; a cell that is none of these stays as it is. */
static bool add_fields(struct gather *g, uint32_t cell, uint32_t *col, pifu_error *err)
{
	struct str text = g->doc->normal[cell].text;
	bool done = false;
	if (!add_pairs(g, cell, col, &done, err) || done)
		return done;
	int64_t colon = pifu_field_colon(g->doc, cell);
	if (colon <= 0) {
		++*col;
		return pifu_words_cell(g, cell);
	}
	*col += 2;
	return pifu_words_slice(g, cell, *col - 2, pifu_str_sub(text, 0, (uint32_t)colon), err) &&
	       pifu_words_slice(g, cell, *col - 1, pifu_str_sub(text, (uint32_t)colon + 1, text.n),
	                        err);
}

static bool is_field_cell(const struct gather *g, uint32_t cell)
{
	struct token t = {.key = g->doc->normal[cell].key};
	pifu_word_look(g->doc, &t);
	return pifu_token_means(&t, MEANING_FIELD, NULL) || pifu_field_colon(g->doc, cell) > 0;
}

/* Is every cell of the row a field with its colon (主管部门:某局 | 单位:万元)? Few rows have a
 * colon in each cell, so others cost no more than a look at the first. */
static bool holds_fields(const struct gather *g, const struct row *row)
{
	const struct normal *text = g->doc->normal;
	uint32_t end = row->first + row->count;
	for (uint32_t i = row->first; i < end; i++)
		if (text[i].key.n && !memchr(text[i].key.s, ':', text[i].key.n))
			return false;
	for (uint32_t i = row->first; i < end; i++)
		if (text[i].key.n && !is_field_cell(g, i))
			return false;
	return row->count > 0;
}

static bool add_grid_row(struct gather *g, uint32_t r, pifu_error *err)
{
	const struct row *row = &g->doc->grid.rows[r];
	if (pifu_words_has_prose(g, row))
		return pifu_words_prose_row(g, r, err);
	if (g->style.mode != LINE_CELL && pifu_row_is_line(row))
		return add_line(g, r, row->first, err);
	bool between = g->piece > 0 && g->piece < g->doc->prose.n;
	if (!pifu_words_row(g, r) || (between && !pifu_words_mark(g, PROSE_SIDE)))
		return false;
	bool single = row->count == 1 && g->doc->grid.cells[row->first].col == 0;
	if (single || holds_fields(g, row)) {
		uint32_t col = 0;
		for (uint32_t i = 0; i < row->count; i++)
			if (!add_fields(g, row->first + i, &col, err))
				return false;
		return true;
	}
	bool head = !g->headed && row->count <= HEAD_CELLS;
	for (uint32_t i = 0; i < row->count; i++)
		if (!(head ? add_head_cell(g, row->first + i, err)
		           : pifu_words_cell(g, row->first + i)))
			return false;
	note_header(g);
	return true;
}

/* A word that the layout reader put together. */
static bool add_laid_word(struct gather *g, const struct laid_word *w, pifu_error *err)
{
	struct pifu_doc *doc = g->doc;
	struct normal text;
	if (pifu_text_normalise(doc->arena, w->raw, &text, err) != PIFU_OK)
		return false;
	if (text.text.n == 0)
		return true;
	struct token *t = add_text(g, doc->parts[w->part], w->col, &text, w->raw);
	if (!t)
		return false;
	t->part = w->part;
	t->nparts = w->nparts;
	t->moved = w->moved;
	return part_levels(g, t);
}

static bool add_laid_row(struct gather *g, const struct laid *laid, const struct laid_row *row,
                         pifu_error *err)
{
	if (row->plain)
		return add_line(g, row->grid_row, g->doc->grid.rows[row->grid_row].first, err);
	if (!pifu_words_row(g, row->grid_row))
		return false;
	for (uint32_t i = row->first; i < row->first + row->count; i++)
		if (!add_laid_word(g, &laid->words[i], err))
			return false;
	return true;
}

/* Rows of the grid one by one; those of a table laid out with blanks as the layout reader read them. */
static bool add_rows(struct gather *g, const struct laid *laid, pifu_error *err)
{
	size_t table = 0;
	for (uint32_t r = 0; r < g->doc->grid.nrows; r++) {
		if (table == laid->ntables || laid->tables[table].from > r) {
			if (!add_grid_row(g, r, err))
				return false;
			continue;
		}
		const struct laid_table *t = &laid->tables[table++];
		for (uint32_t i = t->first; i < t->first + t->count; i++)
			if (!add_laid_row(g, laid, &laid->rows[i], err))
				return false;
		r = t->to - 1;
	}
	return true;
}

/* Mostly a cell is a word and a row a row: room for these at once. */
static bool reserve(struct gather *g)
{
	struct pifu_doc *doc = g->doc;
	size_t words = doc->grid.ncells + 1, rows = doc->grid.nrows + 1;
	return grow_tokens(g, words) && pifu_words_grow_rows(g, rows);
}

static pifu_status find_style(struct pifu_doc *doc, struct line_style *style, pifu_error *err)
{
	pifu_status st = PIFU_OK;
	*style = (struct line_style){.mode = LINE_CELL};
	for (size_t r = 0; r < doc->grid.nrows && style->mode == LINE_CELL && st == PIFU_OK; r++)
		if (pifu_row_is_line(&doc->grid.rows[r]))
			st = pifu_cut_style(doc, doc->grid.rows[r].first, style, err);
	return st;
}

static pifu_status fail(pifu_error *err)
{
	return err && err->status != PIFU_OK ? err->status : pifu_error_nomem(err);
}

/* From here on words stand for their cells: of the normal texts it is enough to
 * know which are blank, and those of a long form take much memory. */
static void release_normal(struct pifu_doc *doc)
{
	size_t n = doc->grid.ncells;
	pifu_arena_release(doc->arena, doc->cell_known, n * sizeof *doc->cell_known);
	doc->cell_known = NULL;
	if (doc->keeps_normal)
		return;
	pifu_arena_release(doc->arena, doc->normal, n * sizeof *doc->normal);
	doc->normal = NULL;
}

pifu_status pifu_stage_words(struct pifu_doc *doc, pifu_error *err)
{
	struct gather g = {.doc = doc};
	doc->tokens = NULL;
	doc->row_token = doc->row_grid = NULL;
	doc->row_look = NULL;
	doc->parts = NULL;
	doc->cuts = NULL;
	doc->ncuts = doc->cuts_cap = 0;
	doc->ntokens = doc->nrows = doc->nparts = 0;
	doc->account = pifu_arena_zalloc(doc->arena, doc->grid.ncells + 1, 1);
	if (!doc->account)
		return pifu_error_nomem(err);
	pifu_status st = find_style(doc, &g.style, err);
	if (st == PIFU_OK)
		st = pifu_prose_find(doc, err);
	if (st != PIFU_OK)
		return st;
	struct laid laid = {0};
	if (g.style.mode == LINE_BLANKS && g.style.gap >= 2 &&
	    pifu_layout_read(doc, g.style, &laid, err) != PIFU_OK)
		return fail(err);
	if (!reserve(&g) || !add_rows(&g, &laid, err))
		return fail(err);
	if (!pifu_words_row(&g, (uint32_t)doc->grid.nrows))
		return fail(err);
	doc->nrows--;
	if ((st = pifu_join_vertical(doc, &g.labels, err)) != PIFU_OK ||
	    (st = pifu_turn_tables(doc, err)) != PIFU_OK ||
	    (st = pifu_unfold_tables(doc, err)) != PIFU_OK ||
	    (st = pifu_unstack_rows(doc, err)) != PIFU_OK)
		return st;
	doc->row_kind = pifu_arena_zalloc(doc->arena, doc->nrows + 1, 1);
	doc->view = pifu_arena_alloc(doc->arena, (doc->ntokens + 1) * sizeof *doc->view);
	doc->targets = pifu_arena_alloc(doc->arena, (doc->ntokens + 1) * sizeof *doc->targets);
	release_normal(doc);
	return doc->row_kind && doc->view && doc->targets ? PIFU_OK : pifu_error_nomem(err);
}
