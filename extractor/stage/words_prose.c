/* Stage 2, its rows of prose: each piece (stage/prose.c) becomes a row of words.
 *
 *     【产出指标-数量指标】 指标1:机柜数量(≥77台)      产出指标 | 数量指标
 *                                                 机柜数量 | ≥77台
 *
 * What stands between the pieces is a row of its own. */
#include "stage/words_own.h"

static bool is_prose_cell(const struct gather *g, uint32_t cell)
{
	const struct prose *p = &g->doc->prose;
	return g->piece < p->n && p->pieces[g->piece].cell == cell;
}

/* A project named by a field keeps the field's label as a row of its own. */
static bool add_field_label(struct gather *g, uint32_t grid_row, const struct prose_piece *p,
                            pifu_error *err)
{
	struct str text = g->doc->normal[p->cell].text;
	if (p->kind != PROSE_NAMED || p->part[0].s <= text.s || p->part[0].s > text.s + text.n)
		return true;
	uint32_t colon = (uint32_t)(p->part[0].s - text.s) - 1;
	return pifu_words_row(g, grid_row) &&
	       pifu_words_slice(g, p->cell, 0, pifu_str_sub(text, 0, colon), err) &&
	       pifu_words_mark(g, PROSE_SIDE);
}

static bool add_prose_piece(struct gather *g, uint32_t grid_row, const struct prose_piece *p,
                            pifu_error *err)
{
	if (!add_field_label(g, grid_row, p, err) || !pifu_words_row(g, grid_row) ||
	    !pifu_words_mark(g, (enum prose_kind)p->kind))
		return false;
	for (unsigned i = 0; i < p->n; i++) {
		size_t before = g->doc->ntokens;
		if (!pifu_words_slice(g, p->cell, p->col[i], p->part[i], err))
			return false;
		if (g->doc->ntokens == before)
			continue;
		g->doc->tokens[before].part = p->cells;
		g->doc->tokens[before].nparts = p->ncells;
	}
	return true;
}

/* A row of the grid in which there is prose: a row for each piece, and for other cells. */
bool pifu_words_prose_row(struct gather *g, uint32_t r, pifu_error *err)
{
	const struct row *row = &g->doc->grid.rows[r];
	for (uint32_t i = row->first; i < row->first + row->count; i++) {
		if (!is_prose_cell(g, i) &&
		    (!pifu_words_row(g, r) || !pifu_words_mark(g, PROSE_SIDE) ||
		     !pifu_words_cell(g, i)))
			return false;
		for (; is_prose_cell(g, i); g->piece++)
			if (!add_prose_piece(g, r, &g->doc->prose.pieces[g->piece], err))
				return false;
	}
	return true;
}

bool pifu_words_has_prose(struct gather *g, const struct row *row)
{
	const struct prose *p = &g->doc->prose;
	while (g->piece < p->n && p->pieces[g->piece].cell < row->first)
		g->piece++;
	return g->piece < p->n && p->pieces[g->piece].cell < row->first + row->count;
}
