/* Reader of text: tables with tabs, pipes or commas (CSV), one cell a line, plain lines.
 *
 *   line                     kind    row
 *   2024年部门整体支出        plain   table 0 row 0   width 1
 *                            blank   not stored; the next row of table 0 would be 2
 *   一级指标|tab|二级指标      tab     table 1 row 0   width 2
 *   |tab||tab|               tab     table 1 row 1   width 3, no cells
 *   | a | b |                pipe    table 2 row 0   width 2
 *
 * A table is a run of lines of one kind; blank lines and form feeds do not end
 * it, a form feed begins a new page. Rows stand where their lines stood: the
 * gaps in row numbers are the blank lines.
 *
 * Limits: columns laid out with runs of blanks are not cut here; such a line is
 * one cell. Rules (|---|, +---+, ---) are rows like any other. */
#include "base/error.h"
#include "read/detect.h"
#include "read/text_line.h"
#include "text/decode.h"

enum {
	SCORE = 10,        /* any text: every other format is surer of its own */
	BYTES_OF_ROW = 64, /* for a first guess at the size of a block's arrays */
	BYTES_OF_CELL = 24,
	RESERVE_FOR = 1024 * 1024,
};

/* Where the next line stands. */
struct place {
	uint32_t table, number, line, page;
	enum line_kind kind; /* of the table; LINE_NONE before the first */
	bool after_feed;     /* the line began with a form feed: its rest is no line */
};

/* What going back to a row needs beside the row itself. */
struct mark {
	uint32_t offset; /* in the block's text */
	enum line_kind kind;
};

struct reader {
	const struct format *format;
	const pifu_allocator *allocator;
	struct decoder *decoder;
	struct place here;
	bool csv;           /* commas part cells: all lines are records (text_csv.c) */
	uint32_t length;    /* of the block's text */
	struct mark *marks; /* one for each row of the block, in its arena */
	size_t nmarks, marks_cap;
};

static int score_text(const struct input *in)
{
	return pifu_magic_find(in) || pifu_looks_binary(in) ? 0 : SCORE;
}

static struct reader *open_text(const struct input *in, const pifu_options *options,
                                struct findings *findings, pifu_error *err)
{
	struct decode_source source = {
		.data = in->data,
		.size = in->size,
		.encoding = options ? options->encoding : NULL,
		.allocator = options ? options->allocator : NULL,
		.findings = findings,
	};
	struct reader *r = pifu_mem_alloc(source.allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){
		.format = &pifu_format_text,
		.allocator = source.allocator,
		.here = {.line = 1, .page = 1},
		.csv = pifu_line_is_csv(in->data, in->size),
	};
	r->decoder = pifu_decoder_open(&source, err);
	if (r->decoder)
		return r;
	pifu_error_place(err, in->name, 0, 0);
	pifu_mem_free(source.allocator, r);
	return NULL;
}

static void close_text(struct reader *r)
{
	if (!r)
		return;
	pifu_decoder_free(r->decoder);
	pifu_mem_free(r->allocator, r);
}

static const char *encoding_of_text(const struct reader *r)
{
	return pifu_decoder_encoding(r->decoder);
}

/* ---- Rows ---------------------------------------------------------------- */

static bool add_mark(struct reader *r, struct arena *arena, uint32_t offset, enum line_kind kind)
{
	if (r->nmarks == r->marks_cap) {
		struct mark *marks = pifu_arena_grow(arena, r->marks, r->nmarks, &r->marks_cap,
		                                     r->nmarks + 1, sizeof *marks);
		if (!marks)
			return false;
		r->marks = marks;
	}
	r->marks[r->nmarks++] = (struct mark){offset, kind};
	return true;
}

/* A line of another kind than the table's begins the next table. */
static void enter_table(struct place *here, enum line_kind kind)
{
	if (here->kind == kind)
		return;
	here->table += here->kind != LINE_NONE;
	here->number = 0;
	here->kind = kind;
}

static bool add_row(struct reader *r, struct arena *arena, struct grid *grid,
                    const struct text_line *line, enum line_kind kind)
{
	enter_table(&r->here, kind);
	struct row *row = pifu_grid_add_row(arena, grid, r->here.table, r->here.number++);
	if (!row)
		return false;
	row->line = r->here.line;
	row->page = r->here.page;
	return pifu_line_cut(arena, grid, line, kind);
}

/* Behind a line: what its end says about the place of the next one. */
static void pass_line(struct place *here, const struct text_line *line, bool blank)
{
	bool fed = line->next > line->end && *line->end == '\f';

	here->number += blank && !fed && !here->after_feed && here->kind != LINE_NONE;
	here->line += !fed;
	here->page += fed;
	here->after_feed = fed;
}

static bool read_lines(struct reader *r, struct arena *arena, struct str text, struct grid *grid)
{
	const char *stop = text.s + text.n;
	struct line_marks marks = pifu_line_marks(text.s, stop);
	struct text_line line;

	for (const char *s = text.s; s < stop; s = line.next) {
		if (r->csv)
			line = pifu_line_record(s, stop);
		else
			pifu_line_next(&marks, s, &line);
		enum line_kind kind = pifu_line_kind(&line);
		if (r->csv && kind != LINE_BLANK)
			kind = LINE_COMMA;
		if (kind != LINE_BLANK && (!add_mark(r, arena, (uint32_t)(s - text.s), kind) ||
		                           !add_row(r, arena, grid, &line, kind)))
			return false;
		pass_line(&r->here, &line, kind == LINE_BLANK);
	}
	return true;
}

/* ---- Blocks -------------------------------------------------------------- */

/* Arrays of the size that such text mostly needs; what is short grows later. */
static bool reserve_arrays(struct reader *r, struct arena *arena, size_t bytes, struct grid *grid)
{
	size_t expected = bytes < RESERVE_FOR ? bytes : RESERVE_FOR;
	size_t rows = expected / BYTES_OF_ROW + 1, cells = expected / BYTES_OF_CELL + 1;

	r->nmarks = r->marks_cap = 0;
	r->marks = pifu_arena_grow(arena, NULL, 0, &r->marks_cap, rows, sizeof *r->marks);
	if (!grid->rows)
		grid->rows =
			pifu_arena_grow(arena, NULL, 0, &grid->rows_cap, rows, sizeof *grid->rows);
	if (!grid->cells)
		grid->cells = pifu_arena_grow(arena, NULL, 0, &grid->cells_cap, cells,
		                              sizeof *grid->cells);
	return r->marks && grid->rows && grid->cells;
}

/* A block of blank lines only would tell nothing: read on. */
static pifu_status next_text(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                             bool *end, pifu_error *err)
{
	struct str text;

	if (!reserve_arrays(r, arena, want, grid))
		return pifu_error_nomem(err);
	do {
		pifu_status status = pifu_decoder_read(r->decoder, want, &text, err);
		if (status != PIFU_OK)
			return status;
		r->length = text.n;
		if (!read_lines(r, arena, text, grid))
			return pifu_error_nomem(err);
		*end = pifu_decoder_ended(r->decoder);
	} while (grid->nrows == 0 && !*end);
	return PIFU_OK;
}

static void rewind_text(struct reader *r, const struct grid *grid, size_t at)
{
	if (at >= r->nmarks || at >= grid->nrows)
		return;
	const struct row *row = &grid->rows[at];
	pifu_decoder_back(r->decoder, r->length - r->marks[at].offset);
	r->length = r->marks[at].offset;
	r->here = (struct place){
		.table = row->table,
		.number = row->number,
		.line = row->line,
		.page = row->page,
		.kind = r->marks[at].kind,
	};
}

const struct format pifu_format_text = {
	.name = "text",
	.what = "text: tables with tabs or pipes, Markdown, CSV, one cell a line, plain lines",
	.score = score_text,
	.open = open_text,
	.next = next_text,
	.rewind = rewind_text,
	.close = close_text,
	.encoding = encoding_of_text,
};
