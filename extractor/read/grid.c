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

struct cell *pifu_grid_add_cell(struct arena *a, struct grid *g, uint32_t col, struct str raw)
{
	if (g->nrows == 0)
		return NULL;
	if (g->ncells == g->cells_cap) {
		struct cell *cells = pifu_arena_grow(a, g->cells, g->ncells, &g->cells_cap,
		                                     g->ncells + 1, sizeof *cells);
		if (!cells)
			return NULL;
		g->cells = cells;
	}
	struct cell *cell = &g->cells[g->ncells++];
	*cell = (struct cell){
		.row = (uint32_t)(g->nrows - 1),
		.col = col,
		.rowspan = 1,
		.colspan = 1,
		.raw = raw,
	};
	g->rows[g->nrows - 1].count++;
	return cell;
}
