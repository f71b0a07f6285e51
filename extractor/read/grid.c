/* Building a grid: rows and cells appended to growing arrays in the arena. */
#include "read/read.h"

struct row *pifu_grid_add_row(struct arena *a, struct grid *g, uint32_t table, uint32_t number)
{
	if (g->nrows == g->rows_cap) {
		struct row *rows = pifu_arena_grow(a, g->rows, g->nrows, &g->rows_cap, g->nrows + 1,
		                                   sizeof *rows);
		if (!rows)
			return NULL;
		g->rows = rows;
	}
	struct row *row = &g->rows[g->nrows++];
	*row = (struct row){.table = table, .number = number, .first = (uint32_t)g->ncells};
	return row;
}

bool pifu_grid_reserve(struct arena *a, struct grid *g, uint32_t n)
{
	struct cell *cells = pifu_arena_grow(a, g->cells, g->ncells, &g->cells_cap, g->ncells + n,
	                                     sizeof *cells);

	if (cells)
		g->cells = cells;
	return cells != NULL;
}

struct cell *pifu_grid_add_cell(struct arena *a, struct grid *g, uint32_t col, struct str raw)
{
	if (g->nrows == 0 || !pifu_grid_reserve(a, g, 1))
		return NULL;
	struct cell *cell = &g->cells[g->ncells++];
	*cell = pifu_grid_cell((uint32_t)(g->nrows - 1), col, raw);
	g->rows[g->nrows - 1].count++;
	return cell;
}
