/* Reader of grid dumps (write/grid.c): the same grid back, row by row.
 *
 * Lines of one row follow one another, columns rise. A line with empty text and
 * no span stands for the end of its row, not for a cell: it only sets the width.
 * A line of row span 0 stands before the cells of its row and says what marks it has.
 * A block ends at a line end, perhaps within a row; its last row is then given
 * back, and if it is the only one, more is read.
 *
 *   |0 0 ..|0 0 ..|0 1 ..|0 1 ..|0 1 ..
 *                 ^the next block begins here */
#include "base/error.h"
#include "read/detect.h"
#include "text/decode.h"
#include "text/encoding.h"
#include "write/grid.h"

#include <stdio.h>

enum { SCORE = 100, HEADER = sizeof PIFU_GRID_HEADER - 1 };

/* The numbers of a line, and what each may be. */
enum field { TABLE, ROW, COL, ROWSPAN, COLSPAN, PAGE, FIELDS };

static const struct {
	const char *name;
	uint32_t least, most;
} fields[FIELDS] = {
	[TABLE] = {"a table number", 0, UINT32_MAX - 1},
	[ROW] = {"a row number", 0, UINT32_MAX - 1},
	[COL] = {"a column", 0, PIFU_LIMIT_COLUMNS - 1},
	[ROWSPAN] = {"a row span", 0, UINT16_MAX},
	[COLSPAN] = {"a column span", 1, UINT16_MAX},
	[PAGE] = {"a page number", 0, UINT32_MAX - 1},
};

struct dump_line {
	uint32_t number[FIELDS];
	struct str text; /* escaped */
};

/* Where a row of the block began. */
struct mark {
	uint32_t offset, line;
};

struct reader {
	const struct format *format;
	const pifu_allocator *allocator;
	const char *name; /* of the input */
	struct decoder *decoder;
	uint32_t line; /* of the next line, from 1 */
	uint32_t length;
	struct mark *marks;
	size_t nmarks, marks_cap;
};

/* The line being read. */
struct cursor {
	struct reader *reader;
	struct arena *arena;
	struct grid *grid;
	pifu_error *err;
	struct str line;
	uint32_t offset; /* in the block's text */
	uint32_t col;    /* of the line before, in the same row */
	bool bare;       /* that line was no cell */
};

/* ---- Recognising, opening, closing ---------------------------------------- */

static int score_dump(const struct input *in)
{
	const char *encoding;
	size_t mark = pifu_encoding_mark(in->data, in->size, &encoding);
	const unsigned char *p = in->data + mark;
	size_t n = in->size - mark;

	if (n < HEADER || memcmp(p, PIFU_GRID_HEADER, HEADER) != 0)
		return 0;
	return n == HEADER || p[HEADER] == '\n' || p[HEADER] == '\r' ? SCORE : 0;
}

static struct reader *open_dump(const struct input *in, const pifu_options *options,
                                struct findings *findings, pifu_error *err)
{
	struct decode_source source = {
		.data = in->data,
		.size = in->size,
		.encoding = options && options->encoding ? options->encoding : "UTF-8",
		.allocator = options ? options->allocator : NULL,
		.findings = findings,
	};
	struct reader *r = pifu_mem_alloc(source.allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){
		.format = &pifu_format_grid,
		.allocator = source.allocator,
		.name = in->name,
		.line = 1,
	};
	r->decoder = pifu_decoder_open(&source, err);
	if (r->decoder)
		return r;
	pifu_error_place(err, in->name, 0, 0);
	pifu_mem_free(source.allocator, r);
	return NULL;
}

static void close_dump(struct reader *r)
{
	if (!r)
		return;
	pifu_decoder_free(r->decoder);
	pifu_mem_free(r->allocator, r);
}

/* ---- Lines --------------------------------------------------------------- */

/* The dump is damaged at `at`, a place in the current line. */
static pifu_status fail_at(const struct cursor *c, const char *at, const char *expected)
{
	struct str before = {c->line.s, (uint32_t)(at - c->line.s)};

	pifu_error_set(c->err, PIFU_ERR_DAMAGED, "expected %s", expected);
	pifu_error_place(c->err, c->reader->name, c->reader->line, pifu_utf8_count(before) + 1);
	return PIFU_ERR_DAMAGED;
}

/* Read the number at *at and pass the tab behind it. */
static bool read_number(const char **at, const char *end, enum field field, uint32_t *number)
{
	const char *s = *at;
	uint64_t value = 0;

	while (s < end && *s >= '0' && *s <= '9' && value <= UINT32_MAX)
		value = value * 10 + (uint64_t)(*s++ - '0');
	if (s == *at || s == end || *s != '\t')
		return false;
	if (value < fields[field].least || value > fields[field].most)
		return false;
	*number = (uint32_t)value;
	*at = s + 1;
	return true;
}

static pifu_status parse_line(const struct cursor *c, struct dump_line *out)
{
	const char *at = c->line.s, *end = at + c->line.n;
	char expected[80];

	for (unsigned i = 0; i < FIELDS; i++) {
		if (read_number(&at, end, i, &out->number[i]))
			continue;
		snprintf(expected, sizeof expected, "%s from %u to %u and a tab", fields[i].name,
		         fields[i].least, fields[i].most);
		return fail_at(c, at, expected);
	}
	out->text = (struct str){at, (uint32_t)(end - at)};
	for (const char *s = at; s < end; s++)
		if (*s == '\t' || *s == '\r')
			return fail_at(
				c, s, "the end of the line; tabs and returns in texts are escaped");
	return PIFU_OK;
}

/* ---- Texts --------------------------------------------------------------- */

static char unescape_char(char c)
{
	static const char codes[] = "tnr\\", meant[] = "\t\n\r\\";
	const char *found = c ? strchr(codes, c) : NULL;

	return found ? meant[found - codes] : '\0';
}

/* The text without escapes, blanks at its ends included; a slice of the line if it has none. */
static pifu_status unescape_text(const struct cursor *c, struct str text, struct str *out)
{
	if (!text.n || !memchr(text.s, '\\', text.n)) {
		*out = text;
		return PIFU_OK;
	}
	char *bytes = pifu_arena_alloc(c->arena, text.n);
	uint32_t n = 0;
	if (!bytes)
		return pifu_error_nomem(c->err);
	for (uint32_t i = 0; i < text.n; i++) {
		bytes[n] = text.s[i];
		if (bytes[n] == '\\') {
			bytes[n] = i + 1 < text.n ? unescape_char(text.s[i + 1]) : '\0';
			if (!bytes[n])
				return fail_at(c, text.s + i, "\\t, \\n, \\r or \\\\");
			i++;
		}
		n++;
	}
	*out = (struct str){bytes, n};
	return PIFU_OK;
}

/* ---- Rows ---------------------------------------------------------------- */

static bool add_mark(struct cursor *c)
{
	struct reader *r = c->reader;
	struct mark *marks = pifu_arena_grow(c->arena, r->marks, r->nmarks, &r->marks_cap,
	                                     r->nmarks + 1, sizeof *marks);

	if (!marks)
		return false;
	r->marks = marks;
	r->marks[r->nmarks++] = (struct mark){c->offset, r->line};
	return true;
}

/* The line belongs to the last row, or begins the next one. */
static pifu_status enter_row(struct cursor *c, const uint32_t *number)
{
	struct grid *g = c->grid;
	struct row *last = g->nrows ? &g->rows[g->nrows - 1] : NULL;

	if (last && last->table == number[TABLE]) {
		if (number[ROW] < last->number)
			return fail_at(c, c->line.s, "row numbers that rise within a table");
		if (number[ROW] == last->number && number[COL] <= c->col && !c->bare)
			return fail_at(c, c->line.s, "columns that rise within a row");
		if (number[ROW] == last->number && number[PAGE] != last->page)
			return fail_at(c, c->line.s, "one page number for all cells of a row");
		if (number[ROW] == last->number)
			return PIFU_OK;
	}
	struct row *row = pifu_grid_add_row(c->arena, g, number[TABLE], number[ROW]);
	if (!row || !add_mark(c))
		return pifu_error_nomem(c->err);
	row->page = number[PAGE];
	return PIFU_OK;
}

/* A line that is no cell, first of its row. */
static pifu_status read_marks(struct cursor *c, const struct dump_line *line)
{
	struct row *row = &c->grid->rows[c->grid->nrows - 1];
	bool whole = !line->number[COL] && !line->text.n && !row->marks && !row->width &&
	             line->number[COLSPAN] <= (ROW_MARK_PART | ROW_MARK_HEADER);

	if (!whole)
		return fail_at(
			c, c->line.s,
			"a row span of 0 before the cells of its row only, at column 0, with "
			"a column span from 1 to 3 and no text");
	row->marks = (uint8_t)line->number[COLSPAN];
	c->col = 0;
	c->bare = true;
	return PIFU_OK;
}

static pifu_status read_line(struct cursor *c)
{
	struct dump_line line = {.text = STR_NONE};
	struct str text = STR_NONE;
	pifu_status status = parse_line(c, &line);

	if (status == PIFU_OK)
		status = enter_row(c, line.number);
	if (status == PIFU_OK)
		status = unescape_text(c, line.text, &text);
	if (status != PIFU_OK)
		return status;
	if (line.number[ROWSPAN] == 0)
		return read_marks(c, &line);
	struct str raw = pifu_str_trim(text);
	struct row *row = &c->grid->rows[c->grid->nrows - 1];
	uint32_t width = line.number[COL] + line.number[COLSPAN];
	row->width = width > row->width ? width : row->width;
	c->col = line.number[COL];
	c->bare = false;
	if (!raw.n && line.number[ROWSPAN] == 1 && line.number[COLSPAN] == 1)
		return PIFU_OK;
	struct cell *cell = pifu_grid_add_cell(c->arena, c->grid, line.number[COL], raw);
	if (!cell)
		return pifu_error_nomem(c->err);
	cell->rowspan = (uint16_t)line.number[ROWSPAN];
	cell->colspan = (uint16_t)line.number[COLSPAN];
	cell->lead = raw.n ? (uint32_t)(raw.s - text.s) : 0;
	return PIFU_OK;
}

static pifu_status read_header(struct cursor *c)
{
	if (pifu_str_eq(c->line, STR(PIFU_GRID_HEADER)))
		return PIFU_OK;
	return fail_at(c, c->line.s,
	               "the header table row col rowspan colspan page text, "
	               "separated by tabs");
}

static pifu_status read_lines(struct cursor *c, struct str text)
{
	pifu_status status = PIFU_OK;

	for (uint32_t at = 0; status == PIFU_OK && at < text.n;) {
		const char *s = text.s + at;
		const char *feed = memchr(s, '\n', text.n - at);
		uint32_t n = feed ? (uint32_t)(feed - s) : text.n - at;
		c->offset = at;
		c->line = (struct str){s, n && s[n - 1] == '\r' ? n - 1 : n};
		status = c->reader->line == 1 ? read_header(c) : read_line(c);
		c->reader->line++;
		at += n + (feed != NULL);
	}
	return status;
}

/* ---- Blocks -------------------------------------------------------------- */

static void rewind_dump(struct reader *r, const struct grid *grid, size_t at)
{
	if (at >= r->nmarks || at >= grid->nrows)
		return;
	pifu_decoder_back(r->decoder, r->length - r->marks[at].offset);
	r->length = r->marks[at].offset;
	r->line = r->marks[at].line;
}

/* The last row may go on behind the block: give it back. */
static void drop_last_row(struct reader *r, struct grid *grid)
{
	if (grid->nrows == 0)
		return;
	rewind_dump(r, grid, grid->nrows - 1);
	grid->nrows--;
	grid->ncells = grid->rows[grid->nrows].first;
}

static pifu_status next_dump(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                             bool *end, pifu_error *err)
{
	struct cursor c = {.reader = r, .arena = arena, .grid = grid, .err = err};
	struct str text;

	do {
		pifu_status status = pifu_decoder_read(r->decoder, want, &text, err);
		if (status != PIFU_OK)
			return status;
		r->length = text.n;
		r->marks = NULL;
		r->nmarks = r->marks_cap = 0;
		status = read_lines(&c, text);
		if (status != PIFU_OK)
			return status;
		*end = pifu_decoder_ended(r->decoder);
		if (!*end)
			drop_last_row(r, grid);
		want = want < SIZE_MAX / 2 ? want * 2 : want;
	} while (grid->nrows == 0 && !*end);
	return PIFU_OK;
}

static const char *encoding_of_dump(const struct reader *r)
{
	return pifu_decoder_encoding(r->decoder);
}

const struct format pifu_format_grid = {
	.name = "grid",
	.what = "grid dump, as pifu dump --stage grid writes it",
	.score = score_dump,
	.open = open_dump,
	.next = next_dump,
	.rewind = rewind_dump,
	.close = close_dump,
	.encoding = encoding_of_dump,
};
