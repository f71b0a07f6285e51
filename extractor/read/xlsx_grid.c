/* Cells and merged ranges of a sheet into rows of the grid.
 *
 *   cells   A1 B1 A2 D4 …      both sorted by row and column and walked in
 *   merged  A1:C1 A2:A9 …      step; a range makes its first cell span
 *
 * Excel shows nothing of the other cells of a merged range, so they are left
 * out with a finding. Rows without content are gaps in the row numbers. Where
 * ranges overlap, which Excel never writes, the later one is left out. */
#include "read/xlsx.h"

#include "base/error.h"
#include "base/finding.h"
#include "base/limits.h"
#include "read/html_build.h"
#include "read/xlsx_text.h"

#include <stdlib.h>

enum { FILL_MAX = 1 << 26 }; /* columns that merged ranges may fill in all */

struct laying {
	struct xlsx_book *book;
	const struct xlsx_sheet *sheet;
	const struct xlsx_cells *cells;
	struct grid *grid;
	struct html_spans spans; /* columns filled by merged cells from above */
	struct buf path;
	uint32_t table, page, width;
	size_t cell, range; /* next of each list */
	uint64_t filled;
	uint32_t covered; /* cells with text under merged ones */
	bool failed;
};

static int compare_place(uint32_t row_a, uint32_t col_a, uint32_t row_b, uint32_t col_b)
{
	if (row_a != row_b)
		return row_a < row_b ? -1 : 1;
	return (col_a > col_b) - (col_a < col_b);
}

static int compare_cells(const void *a, const void *b)
{
	const struct xlsx_cell *x = a, *y = b;
	int order = compare_place(x->row, x->col, y->row, y->col);
	return order ? order : (x->text.s > y->text.s) - (x->text.s < y->text.s);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct xlsx_range *x = a, *y = b;
	return compare_place(x->row, x->col, y->row, y->col);
}

/* Files nearly always hold the lists in order. */
static void sort_lists(struct xlsx_cells *c)
{
	for (size_t i = 1; i < c->n; i++)
		if (compare_place(c->items[i - 1].row, c->items[i - 1].col, c->items[i].row,
		                  c->items[i].col) > 0) {
			qsort(c->items, c->n, sizeof *c->items, compare_cells);
			break;
		}
	for (size_t i = 1; i < c->nmerged; i++)
		if (compare_ranges(&c->merged[i - 1], &c->merged[i]) > 0) {
			qsort(c->merged, c->nmerged, sizeof *c->merged, compare_ranges);
			break;
		}
}

static struct cell *lay_cell(struct laying *l, uint32_t row, uint32_t col, struct str text)
{
	struct cell *cell = pifu_grid_add_cell(l->cells->text, l->grid, col, text);

	pifu_buf_clear(&l->path);
	pifu_xlsx_path(&l->path, l->sheet->name, row, col);
	if (cell && !l->path.failed)
		cell->path = pifu_arena_str(l->cells->text, pifu_buf_view(&l->path));
	l->failed |= !cell || !cell->path.s;
	return l->failed ? NULL : cell;
}

/* Does a merged cell from above or from the left fill this place? */
static bool is_covered(struct laying *l, uint32_t row, uint32_t col)
{
	return pifu_html_spans_free(&l->spans, row, col) != col;
}

/* Take a place for a range; false where another one holds part of it. */
static bool claim_range(struct laying *l, const struct xlsx_range *m)
{
	uint32_t last = m->last_col < l->width ? m->last_col : l->width;
	uint32_t colspan = last >= m->col ? last - m->col + 1 : 1;
	bool overlap = false;

	if (is_covered(l, m->row, m->col) || (l->filled += colspan) > FILL_MAX)
		return false;
	l->failed |= !pifu_html_spans_fill(&l->spans, m->row, m->col, colspan,
	                                   m->last_row - m->row + 1, &overlap);
	return true;
}

static uint16_t clamp_rows(const struct laying *l, uint32_t n)
{
	uint64_t most = pifu_limit(l->book->options, LIMIT_ROWSPAN);

	return (uint16_t)(n < most ? n : most);
}

static bool same_place(const struct xlsx_cell *c, const struct xlsx_range *m)
{
	return c->row == m->row && c->col == m->col;
}

/* The next merged range, with the text of its first cell. */
static void lay_range(struct laying *l)
{
	const struct xlsx_range *m = &l->cells->merged[l->range++];
	const struct xlsx_cell *c = l->cell < l->cells->n ? &l->cells->items[l->cell] : NULL;
	bool own = c && same_place(c, m);

	if (!claim_range(l, m))
		return; /* its cells are read as they stand */
	struct cell *cell = lay_cell(l, m->row, m->col, own ? c->text : STR(""));
	l->cell += own;
	if (!cell)
		return;
	cell->rowspan = clamp_rows(l, m->last_row - m->row + 1);
	cell->colspan = (uint16_t)(m->last_col - m->col + 1); /* at most XLSX_COLUMNS */
}

static void lay_single(struct laying *l)
{
	const struct xlsx_cell *c = &l->cells->items[l->cell++];
	bool again = l->cell > 1 && compare_place(c->row, c->col, c[-1].row, c[-1].col) == 0;

	if (again || is_covered(l, c->row, c->col))
		l->covered++;
	else
		lay_cell(l, c->row, c->col, c->text);
}

/* The row of the next cell or range; false at the end. */
static bool next_row(const struct laying *l, uint32_t *row)
{
	bool cell = l->cell < l->cells->n, range = l->range < l->cells->nmerged;

	if (!cell && !range)
		return false;
	uint32_t a = cell ? l->cells->items[l->cell].row : UINT32_MAX;
	uint32_t b = range ? l->cells->merged[l->range].row : UINT32_MAX;
	*row = a < b ? a : b;
	return true;
}

static void lay_row(struct laying *l, uint32_t number)
{
	struct row *row = pifu_grid_add_row(l->cells->text, l->grid, l->table, number);

	l->failed |= !row;
	while (!l->failed) {
		bool cell = l->cell < l->cells->n && l->cells->items[l->cell].row == number;
		bool range =
			l->range < l->cells->nmerged && l->cells->merged[l->range].row == number;
		if (!cell && !range)
			break;
		if (range &&
		    (!cell || l->cells->merged[l->range].col <= l->cells->items[l->cell].col))
			lay_range(l);
		else
			lay_single(l);
	}
	if (l->failed)
		return;
	row = &l->grid->rows[l->grid->nrows - 1];
	row->page = l->page;
	if (row->count) {
		const struct cell *last = &l->grid->cells[l->grid->ncells - 1];
		row->width = last->col + last->colspan;
	}
}

static uint32_t last_column(const struct xlsx_cells *c)
{
	uint32_t last = 0;
	for (size_t i = 0; i < c->n; i++)
		last = c->items[i].col > last ? c->items[i].col : last;
	return last;
}

pifu_status pifu_xlsx_to_grid(struct xlsx_book *book, size_t index, struct xlsx_cells *cells,
                              uint32_t table, struct grid *grid, pifu_error *err)
{
	struct laying l = {
		.book = book,
		.sheet = &book->sheets[index],
		.cells = cells,
		.grid = grid,
		.table = table,
		.page = (uint32_t)index + 1,
		.spans.allocator = book->allocator,
		.path.allocator = book->allocator,
	};
	uint32_t row;

	sort_lists(cells);
	l.width = last_column(cells);
	while (!l.failed && next_row(&l, &row))
		lay_row(&l, row);
	pifu_mem_free(book->allocator, l.spans.slots);
	pifu_buf_free(&l.path);
	pifu_xlsx_tell_hidden(book, index, l.covered, "cells under merged ones");
	return l.failed ? pifu_error_nomem(err) : PIFU_OK;
}
