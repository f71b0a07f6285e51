/* Writing the grid dump.
 *
 *   table row col rowspan colspan page text
 *     0    3   0     1       1     1  产出指标
 *     0    3   2     1       1     1  数量指标     the blank cell between is not written
 *     0    3   4     1       1     1               ends a row of five columns
 *     0    4   0     0       2     1               no cell: what is said of row 4 (enum row_mark) */
#include "write/grid.h"

static const char *const escapes[128] = {
	['\t'] = "\\t",
	['\n'] = "\\n",
	['\r'] = "\\r",
	['\\'] = "\\\\",
};

static void put_escaped(struct buf *out, struct str text)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.s[i];
		if (c >= 128 || !escapes[c])
			continue;
		pifu_buf_put(out, text.s + from, i - from);
		pifu_buf_put(out, escapes[c], 2);
		from = i + 1;
	}
	pifu_buf_put(out, text.s + from, text.n - from);
}

static void put_cell(struct buf *out, const struct row *row, const struct cell *cell)
{
	const uint32_t numbers[] = {
		row->table, row->number, cell->col, cell->rowspan, cell->colspan, row->page,
	};

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		pifu_buf_uint(out, numbers[i]);
		pifu_buf_char(out, '\t');
	}
	put_escaped(out, (struct str){cell->raw.s - cell->lead, cell->lead + cell->raw.n});
	pifu_buf_char(out, '\n');
}

static void put_row(struct buf *out, const struct grid *g, const struct row *row)
{
	uint64_t width = 0;
	struct cell mark = {.colspan = row->marks, .raw = STR("")};

	if (row->marks)
		put_cell(out, row, &mark);
	for (uint32_t i = row->first; i < row->first + row->count; i++) {
		uint64_t end = (uint64_t)g->cells[i].col + g->cells[i].colspan;
		put_cell(out, row, &g->cells[i]);
		width = end > width ? end : width;
	}
	struct cell last = {.col = row->width - 1, .rowspan = 1, .colspan = 1, .raw = STR("")};
	if (row->width > width)
		put_cell(out, row, &last);
}

void pifu_grid_dump(const struct grid *g, bool header, struct buf *out)
{
	if (header)
		pifu_buf_str(out, STR(PIFU_GRID_HEADER "\n"));
	for (size_t i = 0; i < g->nrows; i++)
		put_row(out, g, &g->rows[i]);
}
