/* A sheet's cells as they stream by. Only what says something is kept, so a
 * dimension of A1:XFD1048576 and a million formatted blanks cost nothing.
 *
 *   <row r="7"><c r="C7" t="s" s="3"><v>12</v></c>
 *                      |     |        '-- number, or place in the shared strings
 *                      |     '-- cell format: how the number is shown
 *                      '-- s shared, inlineStr, str formula's text, b, e, d, n
 *
 * Formulas count by their cached value. What is hidden (row, column, a format
 * that shows nothing) is left out and counted. */
#include "read/xlsx.h"

#include "base/error.h"
#include "base/finding.h"
#include "base/limits.h"
#include "read/xlsx_format.h"
#include "read/xlsx_text.h"

#include <stdio.h>

enum { CELL = 1, COLUMN, MERGE, PHONETIC, ROW, DEFAULTS, TEXT, VALUE };

static const struct xml_name names[] = {
	{XML_NS_S, "c", CELL},          {XML_NS_S, "col", COLUMN},
	{XML_NS_S, "mergeCell", MERGE}, {XML_NS_S, "rPh", PHONETIC},
	{XML_NS_S, "row", ROW},         {XML_NS_S, "sheetFormatPr", DEFAULTS},
	{XML_NS_S, "t", TEXT},          {XML_NS_S, "v", VALUE},
};

enum cell_type { TYPE_NUMBER, TYPE_SHARED, TYPE_TEXT, TYPE_BOOL, TYPE_ERROR, TYPE_DATE };

struct sheet_read {
	struct xlsx_book *book;
	struct xlsx_cells *cells;
	struct xlsx_range *hidden; /* columns; rows unused */
	size_t nhidden, hidden_cap;
	uint32_t row, col;
	bool rows_hidden; /* by default */
	bool row_hidden, row_told;
	enum cell_type type;
	uint32_t format;
	struct buf value, shown;
	bool collect;
};

static void stop_memory(struct xml *x)
{
	pifu_xml_stop(x, PIFU_ERR_NOMEM, "out of memory");
}

/* An attribute that is on only where it says so. */
static bool is_set(const struct xml_attrs *attrs, const char *name)
{
	struct str value = pifu_xml_attr(attrs, name);
	return pifu_str_eq(value, STR("1")) || pifu_str_eq(value, STR("true"));
}

static bool is_zero(const struct xml_attrs *attrs, const char *name)
{
	struct xlsx_decimal d;
	struct str value = pifu_xml_attr(attrs, name);
	return value.n && pifu_xlsx_decimal(value, &d) && d.n == 0;
}

/* ---- What is kept ---------------------------------------------------------------- */

void pifu_xlsx_keep_cell(struct xlsx_book *book, struct xlsx_cells *cells, struct xml *x,
                         struct xlsx_cell cell, bool copy)
{
	if (++book->cells > pifu_limit(book->options, LIMIT_SHEET_CELLS) ||
	    (book->text += cell.text.n) > pifu_limit(book->options, LIMIT_SHEET_TEXT)) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT,
		              "the workbook has too many cells or too much text (limits "
		              "sheet-cells, sheet-text)");
		return;
	}
	if (copy)
		cell.text = pifu_arena_str(cells->text, cell.text);
	struct xlsx_cell *items = pifu_arena_grow(cells->arena, cells->items, cells->n, &cells->cap,
	                                          cells->n + 1, sizeof *items);
	if (!items || !cell.text.s) {
		stop_memory(x);
		return;
	}
	cells->items = items;
	items[cells->n++] = cell;
}

void pifu_xlsx_keep_range(struct xlsx_book *book, struct xlsx_cells *cells, struct xml *x,
                          struct xlsx_range range)
{
	if (++book->cells > pifu_limit(book->options, LIMIT_SHEET_CELLS)) {
		pifu_xml_stop(
			x, PIFU_ERR_LIMIT,
			"the workbook has too many cells and merged ranges (limit sheet-cells)");
		return;
	}
	struct xlsx_range *merged =
		pifu_arena_grow(cells->arena, cells->merged, cells->nmerged, &cells->merged_cap,
	                        cells->nmerged + 1, sizeof *merged);
	if (!merged) {
		stop_memory(x);
		return;
	}
	cells->merged = merged;
	merged[cells->nmerged++] = range;
}

/* ---- Rows and columns ------------------------------------------------------------- */

static void start_column(struct sheet_read *r, struct xml *x, const struct xml_attrs *attrs)
{
	int64_t first = pifu_xml_int(attrs, "min", 1), last = pifu_xml_int(attrs, "max", first);

	if ((!is_set(attrs, "hidden") && !is_zero(attrs, "width")) || first < 1 || last < first ||
	    first > XLSX_COLUMNS || r->nhidden == XLSX_COLUMNS)
		return;
	if (r->nhidden == r->hidden_cap) {
		struct xlsx_range *hidden =
			pifu_arena_grow(r->cells->arena, r->hidden, r->nhidden, &r->hidden_cap,
		                        r->nhidden + 1, sizeof *hidden);
		if (!hidden) {
			stop_memory(x);
			return;
		}
		r->hidden = hidden;
	}
	r->hidden[r->nhidden++] = (struct xlsx_range){
		.col = (uint32_t)first - 1,
		.last_col = (uint32_t)(last < XLSX_COLUMNS ? last : XLSX_COLUMNS) - 1,
	};
}

static bool column_hidden(const struct sheet_read *r, uint32_t col)
{
	for (size_t i = 0; i < r->nhidden; i++)
		if (col >= r->hidden[i].col && col <= r->hidden[i].last_col)
			return true;
	return false;
}

static void start_row(struct sheet_read *r, const struct xml_attrs *attrs)
{
	int64_t number = pifu_xml_int(attrs, "r",
	                              (int64_t)r->row + 2); /* r->row is the row before, from 0 */

	r->row = number >= 1 && number <= XLSX_ROWS ? (uint32_t)number - 1 : r->row + 1;
	r->col = UINT32_MAX;
	bool said = pifu_xml_attr(attrs, "hidden").s != NULL;
	r->row_hidden = said ? is_set(attrs, "hidden") : r->rows_hidden;
	r->row_hidden |= is_zero(attrs, "ht");
	r->row_told = false;
}

static void start_merge(struct sheet_read *r, struct xml *x, const struct xml_attrs *attrs)
{
	struct str ref = pifu_xml_attr(attrs, "ref");
	const char *colon = ref.n ? memchr(ref.s, ':', ref.n) : NULL;
	struct xlsx_range m;

	if (!colon ||
	    !pifu_xlsx_place(pifu_str_sub(ref, 0, (uint32_t)(colon - ref.s)), &m.row, &m.col) ||
	    !pifu_xlsx_place(pifu_str_sub(ref, (uint32_t)(colon - ref.s) + 1, ref.n), &m.last_row,
	                     &m.last_col) ||
	    m.last_row < m.row || m.last_col < m.col)
		return;
	pifu_xlsx_keep_range(r->book, r->cells, x, m);
}

/* ---- Cells -------------------------------------------------------------------------- */

static enum cell_type read_type(struct str t)
{
	static const struct {
		struct str name;
		enum cell_type type;
	} types[] = {
		{STR("s"), TYPE_SHARED}, {STR("inlineStr"), TYPE_TEXT}, {STR("str"), TYPE_TEXT},
		{STR("b"), TYPE_BOOL},   {STR("e"), TYPE_ERROR},        {STR("d"), TYPE_DATE},
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (pifu_str_eq(types[i].name, t))
			return types[i].type;
	return TYPE_NUMBER;
}

static void start_cell(struct sheet_read *r, const struct xml_attrs *attrs)
{
	uint32_t row, col;

	r->col++; /* where it says nothing else: beside the one before */
	if (pifu_xlsx_place(pifu_xml_attr(attrs, "r"), &row, &col)) {
		r->row = row;
		r->col = col;
	}
	int64_t format = pifu_xml_int(attrs, "s", 0);
	r->format = format >= 0 && format < PIFU_LIMIT_SHEET_STYLES ? (uint32_t)format : 0;
	r->type = read_type(pifu_xml_attr(attrs, "t"));
	pifu_buf_clear(&r->value);
}

static struct str cell_format(const struct sheet_read *r)
{
	return r->format < r->book->nformats ? r->book->formats[r->format] : STR("General");
}

static void show_number(struct sheet_read *r)
{
	struct str value = pifu_buf_view(&r->value);
	struct xlsx_decimal d;

	if (pifu_xlsx_decimal(value, &d))
		pifu_xlsx_show_number(&r->shown, cell_format(r), &d, r->book->epoch1904);
	else
		pifu_buf_str(&r->shown, value);
}

/* 2024-03-05T00:00:00: the time only where there is one. */
static void show_iso_date(struct sheet_read *r)
{
	struct str value = pifu_buf_view(&r->value);

	if (value.n >= 19 && memcmp(value.s + 10, "T00:00:00", 9) == 0)
		value.n = 10;
	pifu_buf_str(&r->shown, value);
}

/* The shared string that the value numbers; .s NULL where there is none. */
static struct str shared_string(const struct sheet_read *r)
{
	struct str value = pifu_buf_view(&r->value);
	size_t n = 0;

	for (uint32_t i = 0; i < value.n; i++) {
		if (value.s[i] < '0' || value.s[i] > '9' || n > r->book->nstrings)
			return STR_NONE;
		n = n * 10 + (size_t)(value.s[i] - '0');
	}
	return value.n && n < r->book->nstrings ? r->book->strings[n] : STR_NONE;
}

static void show_text(struct sheet_read *r, struct str text)
{
	pifu_xlsx_show_text(&r->shown, cell_format(r), text);
}

/* The cell's text as shown: a loan of the shared strings or of r->shown. */
static struct str show_cell(struct sheet_read *r)
{
	struct str shared;

	pifu_buf_clear(&r->shown);
	switch (r->type) {
	case TYPE_SHARED:
		shared = shared_string(r);
		if (cell_format(r).n == 7 || !shared.s) /* General, nearly always */
			return shared;
		show_text(r, shared);
		break;
	case TYPE_TEXT:
		pifu_xlsx_unescape(&r->value);
		show_text(r, pifu_buf_view(&r->value));
		break;
	case TYPE_BOOL:
		pifu_buf_str(&r->shown, pifu_str_eq(pifu_buf_view(&r->value), STR("1"))
		                                ? STR("TRUE")
		                                : STR("FALSE"));
		break;
	case TYPE_DATE:
		show_iso_date(r);
		break;
	case TYPE_ERROR:
		pifu_buf_str(&r->shown, pifu_buf_view(&r->value));
		break;
	default:
		show_number(r);
		break;
	}
	return pifu_str_trim(pifu_buf_view(&r->shown));
}

/* Counts what is hidden; true where the cell is to be left out. */
static bool leave_out(struct sheet_read *r)
{
	if (r->book->keep_hidden)
		return false;
	if (r->row_hidden) {
		r->cells->hidden_rows += !r->row_told;
		r->row_told = true;
		return true;
	}
	bool hidden = column_hidden(r, r->col);
	r->cells->hidden_cols += hidden;
	return hidden;
}

static void end_cell(struct sheet_read *r, struct xml *x)
{
	struct xlsx_cells *cells = r->cells;

	if (r->value.n == 0)
		return;
	struct str text = show_cell(r);
	if (r->value.failed || r->shown.failed) {
		stop_memory(x);
		return;
	}
	if (text.n == 0 && r->type == TYPE_NUMBER) { /* a format such as ;;; */
		cells->unseen++;
		text = r->book->keep_hidden ? pifu_str_trim(pifu_buf_view(&r->value)) : text;
	}
	if (text.n == 0 || leave_out(r))
		return;
	bool shared = r->type == TYPE_SHARED && !r->shown.n;
	pifu_xlsx_keep_cell(r->book, cells, x, (struct xlsx_cell){r->row, r->col, text}, !shared);
}

/* ---- Events -------------------------------------------------------------------------- */

static void sheet_start(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct sheet_read *r = ctx;

	switch (token) {
	case DEFAULTS:
		r->rows_hidden = is_set(attrs, "zeroHeight");
		break;
	case COLUMN:
		start_column(r, x, attrs);
		break;
	case ROW:
		start_row(r, attrs);
		break;
	case CELL:
		start_cell(r, attrs);
		break;
	case MERGE:
		start_merge(r, x, attrs);
		break;
	case PHONETIC:
		pifu_xml_skip(x);
		break;
	default:
		r->collect = true;
		break;
	}
}

static void sheet_end(void *ctx, struct xml *x, unsigned token)
{
	struct sheet_read *r = ctx;

	if (token == CELL)
		end_cell(r, x);
	r->collect = false;
}

static void sheet_text(void *ctx, struct xml *x, const char *s, size_t n)
{
	struct sheet_read *r = ctx;

	if (r->collect)
		pifu_buf_put(&r->value, s, n);
	if (r->value.failed)
		stop_memory(x);
}

void pifu_xlsx_tell_hidden(struct xlsx_book *book, size_t index, uint32_t count, const char *what)
{
	char text[128];
	struct str name = book->sheets[index].name;
	int shown = name.n < 60 ? (int)name.n : 60;

	if (count == 0)
		return;
	int n = what ? snprintf(text, sizeof text, "%u %s of sheet %.*s", count, what, shown,
	                        name.s)
	             : snprintf(text, sizeof text, "sheet %.*s", shown, name.s);
	pifu_finding_add(book->findings, (struct finding){.code = PIFU_FINDING_TEXT_HIDDEN,
	                                                  .table = PIFU_NONE,
	                                                  .row = PIFU_NONE,
	                                                  .col = PIFU_NONE,
	                                                  .text = {text, (uint32_t)n}});
}

pifu_status pifu_xlsx_sheet(struct xlsx_book *book, size_t index, struct xlsx_cells *cells,
                            pifu_error *err)
{
	static const struct xml_handler handler = {
		.names = names,
		.nnames = sizeof names / sizeof *names,
		.start = sheet_start,
		.end = sheet_end,
		.text = sheet_text,
	};
	struct sheet_read r = {
		.book = book,
		.cells = cells,
		.row = UINT32_MAX,
		.value.allocator = book->allocator,
		.shown.allocator = book->allocator,
	};
	pifu_status st = pifu_ooxml_parse(book->pkg, book->sheets[index].part, &handler, &r, err);

	pifu_buf_free(&r.value);
	pifu_buf_free(&r.shown);
	pifu_xlsx_tell_hidden(book, index, cells->hidden_rows, "rows");
	pifu_xlsx_tell_hidden(book, index, cells->hidden_cols, "cells in hidden columns");
	pifu_xlsx_tell_hidden(book, index, cells->unseen,
	                      "numbers with a format that shows nothing");
	return st;
}
