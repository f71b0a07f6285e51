/* Excel workbooks (.xlsx, .xlsm, .xltx): sheets in the order of the workbook,
 * each a table of its own, its place in the workbook as the page.
 *
 * What Excel does not show is not read: hidden sheets, rows and columns, and
 * cells under merged ones. Each is told by a finding; the option `hidden` takes
 * hidden sheets, rows and columns too. A block is one sheet or several whole
 * ones, for the merged ranges of a sheet stand behind its rows. */
#include "read/xlsx.h"

#include "base/error.h"
#include "read/formats.h"
#include "read/replay.h"

struct reader {
	const struct format *format;
	const pifu_allocator *allocator;
	struct xlsx_book book;
	struct replay replay;
	struct arena *scratch; /* the lists of one sheet */
	size_t sheet;          /* the next one */
	uint32_t table;
};

static int score_xlsx(const struct input *in)
{
	return pifu_ooxml_sniff(in) == OOXML_SHEET ? 90 : 0;
}

static void close_xlsx(struct reader *r)
{
	pifu_xlsx_close(&r->book);
	pifu_replay_free(&r->replay);
	pifu_arena_free(r->scratch);
	pifu_mem_free(r->allocator, r);
}

static pifu_status fill_reader(struct reader *r, const struct input *in,
                               const pifu_options *options, struct findings *findings,
                               pifu_error *err)
{
	r->scratch = pifu_arena_new(r->allocator);
	if (!pifu_replay_init(&r->replay, r->allocator) || !r->scratch)
		return pifu_error_nomem(err);
	return pifu_xlsx_open(&r->book, in, options, findings, err);
}

static struct reader *open_xlsx(const struct input *in, const pifu_options *options,
                                struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct reader *r = pifu_mem_alloc(allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){.format = &pifu_format_xlsx, .allocator = allocator};
	if (fill_reader(r, in, options, findings, err) == PIFU_OK)
		return r;
	close_xlsx(r);
	return NULL;
}

struct sheet_parts {
	struct xlsx_cells cells;
	struct xlsx_shapes shapes;
};

/* The text boxes above, the cells, the other text boxes: a table each. */
static pifu_status lay_parts(struct reader *r, size_t index, struct sheet_parts *p,
                             struct grid *grid, pifu_error *err)
{
	uint32_t top = p->cells.n ? UINT32_MAX : 0;
	size_t before = grid->nrows;

	for (size_t i = 0; i < p->cells.n; i++)
		top = p->cells.items[i].row < top ? p->cells.items[i].row : top;
	const struct xlsx_span above = {0, top}, below = {top, UINT32_MAX};
	pifu_status st =
		pifu_xlsx_lay_shapes(&r->book, index, &p->shapes, &above, r->table, grid, err);
	r->table += grid->nrows > before;
	before = grid->nrows;
	if (st == PIFU_OK)
		st = pifu_xlsx_to_grid(&r->book, index, &p->cells, r->table, grid, err);
	r->table += grid->nrows > before;
	before = grid->nrows;
	if (st == PIFU_OK)
		st = pifu_xlsx_lay_shapes(&r->book, index, &p->shapes, &below, r->table, grid, err);
	r->table += grid->nrows > before;
	return st;
}

static pifu_status read_sheet(struct reader *r, struct arena *arena, struct grid *grid,
                              pifu_error *err)
{
	size_t index = r->sheet++;
	const struct xlsx_sheet *sheet = &r->book.sheets[index];
	struct sheet_parts parts = {.cells = {.arena = r->scratch, .text = arena},
	                            .shapes = {.arena = r->scratch, .text = arena}};

	if (!sheet->part)
		return PIFU_OK;
	if (sheet->hidden && !r->book.keep_hidden) {
		pifu_xlsx_tell_hidden(&r->book, index, 1, NULL);
		return PIFU_OK;
	}
	pifu_arena_reset(r->scratch);
	pifu_status st = pifu_xlsx_sheet(&r->book, index, &parts.cells, err);
	if (st == PIFU_OK)
		st = pifu_xlsx_shapes(&r->book, index, &parts.shapes, err);
	return st == PIFU_OK ? lay_parts(r, index, &parts, grid, err) : st;
}

static pifu_status next_xlsx(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                             bool *end, pifu_error *err)
{
	uint64_t text = r->book.text;
	pifu_status st = PIFU_OK;

	if (!pifu_replay_give(&r->replay, arena, grid))
		return pifu_error_nomem(err);
	while (st == PIFU_OK && r->sheet < r->book.nsheets && r->book.text - text < want)
		st = read_sheet(r, arena, grid, err);
	*end = r->sheet == r->book.nsheets;
	return st;
}

static void rewind_xlsx(struct reader *r, const struct grid *grid, size_t row)
{
	pifu_replay_keep(&r->replay, grid, row);
}

const struct format pifu_format_xlsx = {
	.name = "xlsx",
	.what = "Excel workbooks (.xlsx, .xlsm)",
	.score = score_xlsx,
	.open = open_xlsx,
	.next = next_xlsx,
	.rewind = rewind_xlsx,
	.close = close_xlsx,
};
