/* Rows that the caller gives back (replay.h). */
#include "read/replay.h"

#include "read/read.h"

bool pifu_replay_init(struct replay *r, const pifu_allocator *allocator)
{
	*r = (struct replay){.arena = pifu_arena_new(allocator)};
	return r->arena != NULL;
}

/* Cells of a table share their path: so do their copies. */
struct path_copy {
	struct str of, copy;
};

static bool copy_cell(struct arena *arena, struct grid *to, const struct cell *c,
                      struct path_copy *last)
{
	struct str raw = pifu_arena_str(arena, c->raw);
	struct cell *cell = raw.s ? pifu_grid_add_cell(arena, to, c->col, raw) : NULL;

	if (!cell)
		return false;
	cell->rowspan = c->rowspan;
	cell->colspan = c->colspan;
	cell->path_row = c->path_row;
	cell->path_cell = c->path_cell;
	if (c->path.s == last->of.s && c->path.n == last->of.n)
		cell->path = last->copy;
	else if (c->path.s)
		cell->path = pifu_arena_str(arena, c->path);
	*last = (struct path_copy){c->path, cell->path};
	return !c->path.s || cell->path.s;
}

static bool copy_rows(struct arena *arena, struct grid *to, const struct grid *from, size_t first)
{
	struct path_copy last = {STR_NONE, STR_NONE};

	for (size_t i = first; i < from->nrows; i++) {
		const struct row *r = &from->rows[i];
		struct row *row = pifu_grid_add_row(arena, to, r->table, r->number);
		if (!row)
			return false;
		row->line = r->line;
		row->page = r->page;
		row->marks = r->marks;
		for (uint32_t k = 0; k < r->count; k++)
			if (!copy_cell(arena, to, &from->cells[r->first + k], &last))
				return false;
		to->rows[to->nrows - 1].width = r->width;
	}
	return true;
}

void pifu_replay_keep(struct replay *r, const struct grid *grid, size_t row)
{
	pifu_arena_reset(r->arena);
	r->grid = (struct grid){0};
	r->failed = !copy_rows(r->arena, &r->grid, grid, row);
}

bool pifu_replay_give(struct replay *r, struct arena *arena, struct grid *grid)
{
	bool ok = !r->failed && copy_rows(arena, grid, &r->grid, 0);

	pifu_arena_reset(r->arena);
	r->grid = (struct grid){0};
	r->failed = false;
	return ok;
}

void pifu_replay_free(struct replay *r)
{
	pifu_arena_free(r->arena);
	r->arena = NULL;
}
