/* Stage 2, its rows: where each begins, and what its words are together, which is
 * summed up when the row is full (struct row_look). */
#include "stage/words_own.h"

/* The kind of prose that the last row is. */
bool pifu_words_mark(struct gather *g, enum prose_kind kind)
{
	struct pifu_doc *doc = g->doc;
	size_t n = doc->nrows - 1;
	uint8_t *kinds = pifu_arena_grow(doc->arena, doc->prose.row_kind, n, &g->row_prose_cap,
	                                 n + 1, sizeof *kinds);
	if (!kinds)
		return false;
	kinds[n] = (uint8_t)kind;
	doc->prose.row_kind = kinds;
	return true;
}

/* Room for so many rows. */
bool pifu_words_grow_rows(struct gather *g, size_t rows)
{
	struct pifu_doc *doc = g->doc;
	struct arena *a = doc->arena;
	size_t n = doc->nrows, cap[3] = {g->rows_cap, g->rows_cap, g->rows_cap};
	uint32_t *tokens = pifu_arena_grow(a, doc->row_token, n, &cap[0], rows, sizeof *tokens);
	uint32_t *grid = pifu_arena_grow(a, doc->row_grid, n, &cap[1], rows, sizeof *grid);
	struct row_look *look = pifu_arena_grow(a, doc->row_look, n, &cap[2], rows, sizeof *look);
	if (!tokens || !grid || !look)
		return false;
	doc->row_token = tokens;
	doc->row_grid = grid;
	doc->row_look = look;
	g->rows_cap = cap[0];
	return true;
}

/* The last row may be a line that holds a piece of a label. Rows without words part none. */
static void note_line(struct gather *g, unsigned kinds)
{
	const struct pifu_doc *doc = g->doc;
	uint32_t first = doc->row_token[doc->nrows - 1];
	if (first == doc->ntokens)
		return;
	bool line = !kinds && doc->ntokens - first == 1 &&
	            doc->tokens[first].text.n <= LABEL_PART_BYTES &&
	            pifu_row_is_line(pifu_doc_row(doc, (uint32_t)doc->nrows - 1));
	g->labels.lines |= line && g->labels.line;
	g->labels.line = line;
}

/* The words of the last row are all there: what they are together. */
static void close_row(struct gather *g)
{
	struct pifu_doc *doc = g->doc;
	struct row_look look = {0};
	for (size_t i = doc->row_token[doc->nrows - 1]; i < doc->ntokens; i++) {
		const struct token *t = &doc->tokens[i];
		look.kinds |= t->kinds;
		look.flags |= t->flags;
		pifu_note_piece(&g->labels, t);
	}
	doc->row_look[doc->nrows - 1] = look;
	note_line(g, look.kinds);
}

bool pifu_words_row(struct gather *g, uint32_t grid_row)
{
	struct pifu_doc *doc = g->doc;
	if (doc->nrows > 0)
		close_row(g);
	if (doc->nrows == g->rows_cap && !pifu_words_grow_rows(g, doc->nrows + 1))
		return false;
	doc->row_token[doc->nrows] = (uint32_t)doc->ntokens;
	doc->row_grid[doc->nrows++] = grid_row;
	return doc->prose.n == 0 || pifu_words_mark(g, PROSE_NONE);
}
