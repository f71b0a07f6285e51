/* A store as an Excel workbook, row by row: libxlsxwriter keeps one row in memory.
 *
 *     records | records 2 … | repairs | findings | documents | about
 *
 * A sheet holds 1 048 576 rows at most; what is more goes on in a further sheet
 * under the same header. Numbers are numbers and texts are texts: nothing a form
 * holds is ever a formula. Doubtful records, and documents that failed, are
 * marked by colour over the whole row, a lost target by the colour of its cell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#include "stream.h"

enum {
	TEXT_MOST = 32767, /* characters of a cell */
	NAME_MOST = 31,    /* of a sheet's name */
	PAPER_A3 = 8,
	FITTED = 2000, /* rows that tell how wide the columns are to be */
	WIDE = 44,
};

enum look { LOOK_PLAIN, LOOK_DOUBT, LOOK_FAIL, LOOK_LOST, LOOKS };

struct book {
	struct store *store;
	const struct store_export *how;
	lxw_workbook *book;
	lxw_format *header, *texts[LOOKS], *numbers[LOOKS];
	bool zh;
	lxw_error error;
};

/* A table over as many sheets as it takes. */
struct sheet {
	struct book *book;
	const char *name;
	const char *sql; /* NULL: the records; else the column after the last one marks a row */
	enum look mark;
	const struct shown *shown;
	lxw_col_t columns;
	double *widths;
	lxw_worksheet *page;
	lxw_row_t row; /* the next one */
	unsigned pages;
};

/* ---- Sheets ---------------------------------------------------------------------------- */

static void keep_error(struct book *b, lxw_error error)
{
	if (error != LXW_NO_ERROR && b->error == LXW_NO_ERROR)
		b->error = error;
}

static void end_page(struct sheet *s)
{
	if (s->page)
		worksheet_autofilter(s->page, 0, 0, s->row > 1 ? s->row - 1 : 1, s->columns - 1);
}

static bool begin_page(struct sheet *s)
{
	char name[NAME_MOST + 1];

	end_page(s);
	s->pages++;
	if (s->pages == 1)
		snprintf(name, sizeof name, "%s", s->name);
	else
		snprintf(name, sizeof name, "%s %u", s->name, s->pages);
	s->page = workbook_add_worksheet(s->book->book, name);
	if (!s->page) {
		keep_error(s->book, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return false;
	}
	for (lxw_col_t i = 0; i < s->columns; i++)
		worksheet_set_column(s->page, i, i, s->widths[i], NULL);
	worksheet_freeze_panes(s->page, 1, 0);
	worksheet_set_landscape(s->page);
	worksheet_set_paper(s->page, PAPER_A3);
	worksheet_fit_to_pages(s->page, 1, 0);
	worksheet_repeat_rows(s->page, 0, 0);
	for (lxw_col_t i = 0; i < s->columns; i++)
		worksheet_write_string(s->page, 0, i, s->shown[i].header, s->book->header);
	s->row = 1;
	return true;
}

static bool begin_row(struct sheet *s)
{
	return (s->page && s->row < LXW_ROW_MAX) || begin_page(s);
}

/* ---- Cells --------------------------------------------------------------------------------- */

/* A text longer than a cell may be is cut; the mark says so. */
static char *cut_text(const char *text)
{
	size_t characters = 0, end = 0;

	while (text[end] && characters < TEXT_MOST - 1) {
		end++;
		while ((text[end] & 0xC0) == 0x80)
			end++;
		characters++;
	}
	char *cut = malloc(end + sizeof "…");
	if (cut)
		snprintf(cut, end + sizeof "…", "%.*s…", (int)end, text);
	return cut;
}

static void put_text(struct sheet *s, lxw_col_t column, const char *text, enum look look)
{
	lxw_format *format = s->book->texts[look];
	lxw_error error = worksheet_write_string(s->page, s->row, column, text, format);

	if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
		char *cut = cut_text(text);

		error = cut ? worksheet_write_string(s->page, s->row, column, cut, format)
		            : LXW_ERROR_MEMORY_MALLOC_FAILED;
		free(cut);
	}
	keep_error(s->book, error);
}

static void put_blank(struct sheet *s, lxw_col_t column, enum look look)
{
	if (look != LOOK_PLAIN)
		keep_error(s->book,
		           worksheet_write_blank(s->page, s->row, column, s->book->texts[look]));
}

/* A value as it is stored: number, text or nothing. */
static void put_value(struct sheet *s, lxw_col_t column, sqlite3_stmt *row, enum look look)
{
	int from = s->shown[column].column, type = sqlite3_column_type(row, from);

	if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
		keep_error(s->book, worksheet_write_number(s->page, s->row, column,
		                                           sqlite3_column_double(row, from),
		                                           s->book->numbers[look]));
	else if (type == SQLITE_NULL)
		put_blank(s, column, look);
	else
		put_text(s, column, (const char *)sqlite3_column_text(row, from), look);
}

/* ---- Rows --------------------------------------------------------------------------------- */

static bool open_rows(struct sheet *s, struct rows *rows)
{
	struct book *b = s->book;

	return s->sql ? store_rows_query(b->store, s->sql, rows)
	              : store_rows_records(b->store, b->how->where, rows);
}

/* Columns that a text takes on the screen: a Chinese character takes two. */
static size_t text_width(const char *text, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		width += (c & 0xC0) == 0x80 ? 0 : c >= 0xE0 ? 2 : 1;
	}
	return width;
}

/* As wide as the header and the first rows want it. */
static bool fit_columns(struct sheet *s)
{
	struct rows rows;
	size_t n;

	for (size_t i = 0; i < s->columns; i++)
		s->widths[i] =
			(double)text_width(s->shown[i].header, strlen(s->shown[i].header)) + 4;
	if (!open_rows(s, &rows))
		return false;
	for (int row = 0; row < FITTED && store_rows_next(&rows); row++) {
		for (size_t i = 0; i < s->columns; i++) {
			const char *text = store_shown_text(&rows, &s->shown[i], &n);
			double width = text ? (double)text_width(text, n) + 2.5 : 0;

			if (width > s->widths[i])
				s->widths[i] = width < WIDE ? width : WIDE;
		}
	}
	sqlite3_reset(rows.row);
	return store_rows_end(&rows);
}

static enum look row_look(const struct sheet *s, sqlite3_stmt *row)
{
	int column = s->sql ? (int)s->columns : COLUMN_DOUBTFUL;

	return sqlite3_column_int(row, column) ? s->mark : LOOK_PLAIN;
}

static enum look cell_look(const struct sheet *s, size_t column, sqlite3_stmt *row, enum look look)
{
	const struct shown *shown = &s->shown[column];
	bool target = !s->sql && shown->column == COLUMN_TARGET && shown->kind == SHOWN_VALUE;

	if (target && sqlite3_column_type(row, COLUMN_TARGET) == SQLITE_NULL)
		return LOOK_LOST;
	return look;
}

static void put_row(struct sheet *s, const struct rows *rows)
{
	enum look of_row = row_look(s, rows->row);

	for (lxw_col_t i = 0; i < s->columns; i++) {
		enum look look = cell_look(s, i, rows->row, of_row);
		const char *text;
		size_t n;

		if (s->shown[i].kind == SHOWN_VALUE)
			put_value(s, i, rows->row, look);
		else if ((text = store_shown_text(rows, &s->shown[i], &n)))
			put_text(s, i, text, look);
		else
			put_blank(s, i, look);
	}
	s->row++;
}

static bool write_rows(struct sheet *s)
{
	struct rows rows;

	if (!fit_columns(s) || !begin_page(s) || !open_rows(s, &rows))
		return false;
	bool ok = true;
	while (ok && s->book->error == LXW_NO_ERROR && store_rows_next(&rows)) {
		ok = begin_row(s);
		if (ok)
			put_row(s, &rows);
	}
	end_page(s);
	return store_rows_end(&rows) && ok;
}

static bool write_sheet(struct sheet *s)
{
	s->widths = calloc(s->columns, sizeof *s->widths);
	if (!s->widths)
		return store_fail(s->book->store, "out of memory");
	bool ok = write_rows(s);
	free(s->widths);
	return ok;
}

/* ---- Records, repairs, findings, documents --------------------------------------------------- */

static bool write_records(struct book *b)
{
	struct sheet s = {.book = b, .mark = LOOK_DOUBT};
	size_t columns;

	s.name = b->zh ? "绩效指标" : "records";
	s.shown = store_shown(b->how->columns, &columns);
	s.columns = (lxw_col_t)columns;
	return write_sheet(&s);
}

#define SHEET(id, key, zh, mark, sql) static const struct shown id##_keys[] = {
#define SHEET_COLUMN(key, zh, at) {key, SHOWN_VALUE, at},
#define SHEET_END \
	}         \
	;
#include "workbook.def"
#undef SHEET
#undef SHEET_COLUMN
#define SHEET(id, key, zh, mark, sql) static const struct shown id##_zh[] = {
#define SHEET_COLUMN(key, zh, at) {zh, SHOWN_VALUE, at},
#include "workbook.def"
#undef SHEET
#undef SHEET_COLUMN
#undef SHEET_END

/* Sheets that show a query column by column. */
static const struct listing {
	const char *name, *name_zh, *sql;
	const struct shown *keys, *zh;
	lxw_col_t columns;
	enum look mark;
} listings[] = {
#define SHEET(id, key, zh, mark, sql) \
	{key, zh, sql, id##_keys, id##_zh, sizeof id##_keys / sizeof id##_keys[0], LOOK_##mark},
#define SHEET_COLUMN(key, zh, at)
#define SHEET_END
#include "workbook.def"
#undef SHEET
#undef SHEET_COLUMN
#undef SHEET_END
};

/* %s in a listing's query: which indicators. */
static bool write_listing(struct book *b, const struct listing *l)
{
	struct sheet s = {.book = b, .columns = l->columns, .mark = l->mark};
	const char *where = b->how->where;
	char *which = where ? sqlite3_mprintf("i.id IN (SELECT key FROM records WHERE (%s))", where)
	                    : sqlite3_mprintf("1");
	char *sql = which ? sqlite3_mprintf(l->sql, which) : NULL;

	s.name = b->zh ? l->name_zh : l->name;
	s.shown = b->zh ? l->zh : l->keys;
	s.sql = sql;
	bool ok = sql ? write_sheet(&s) : store_fail(b->store, "out of memory");
	sqlite3_free(which);
	sqlite3_free(sql);
	return ok;
}

/* ---- About --------------------------------------------------------------------------------------- */

static void put_line(lxw_worksheet *page, lxw_row_t row, const char *what, double number)
{
	worksheet_write_string(page, row, 0, what, NULL);
	worksheet_write_number(page, row, 1, number, NULL);
}

/* Sums, and what the colours mean. */
static bool write_about(struct book *b)
{
	static const char *const words[2][12] = {
		{"documents", "of these failed", "of these duplicates", "forms", "records",
	         "of these doubtful", "repairs", "findings", "another reading is nearly as good",
	         "the document could not be read", "the target was lost, or there is none",
	         "made by"},
		{"文件数", "其中读取失败", "其中重复", "表数", "指标数", "其中存疑", "修复数",
	         "提示数", "存疑：另一种读法几乎同样合理", "文件读取失败", "指标值缺失",
	         "生成程序"},
	};
	static const enum look legend[] = {LOOK_DOUBT, LOOK_FAIL, LOOK_LOST};
	const char *const *w = words[b->zh];
	struct store_totals t;
	lxw_worksheet *page = workbook_add_worksheet(b->book, b->zh ? "说明" : "about");
	char program[64];

	if (!page || !store_sum(b->store, &t))
		return page && false;
	const uint64_t sums[] = {t.documents, t.failed,   t.duplicates, t.forms,
	                         t.records,   t.doubtful, t.repairs,    t.findings};
	worksheet_set_column(page, 0, 0, 42, NULL);
	worksheet_set_column(page, 1, 1, 16, NULL);
	for (lxw_row_t i = 0; i < 8; i++)
		put_line(page, i, w[i], (double)sums[i]);
	for (lxw_row_t i = 0; i < 3; i++)
		worksheet_write_string(page, 9 + i, 0, w[8 + i], b->texts[legend[i]]);
	snprintf(program, sizeof program, "pifu %s", pifu_version());
	worksheet_write_string(page, 13, 0, w[11], NULL);
	worksheet_write_string(page, 13, 1, program, NULL);
	return true;
}

/* ---- The book ------------------------------------------------------------------------------------ */

static void make_formats(struct book *b)
{
	static const lxw_color_t fills[LOOKS] = {0, 0xFFF2CC, 0xF8CBAD, 0xF4B084};

	b->header = workbook_add_format(b->book);
	format_set_bold(b->header);
	format_set_bg_color(b->header, 0xD9E2F3);
	format_set_bottom(b->header, LXW_BORDER_THIN);
	format_set_align(b->header, LXW_ALIGN_VERTICAL_CENTER);
	format_set_indent(b->header, 1);
	for (int i = 0; i < LOOKS; i++) {
		b->texts[i] = workbook_add_format(b->book);
		b->numbers[i] = workbook_add_format(b->book);
		/* a text that follows a number keeps off it */
		format_set_indent(b->texts[i], 1);
		if (i == LOOK_PLAIN)
			continue;
		format_set_bg_color(b->texts[i], fills[i]);
		format_set_bg_color(b->numbers[i], fills[i]);
	}
}

/* Made when the store was last written: the same store gives the same book. */
static void set_properties(struct book *b)
{
	struct rows rows;
	lxw_doc_properties properties = {.title = "pifu", .comments = "pifu export"};

	if (!store_rows_query(b->store,
	                      "SELECT CAST(strftime('%s', max(coalesce(ended, begun))) AS INTEGER)"
	                      " FROM runs",
	                      &rows))
		return;
	if (store_rows_next(&rows))
		properties.created = (time_t)sqlite3_column_int64(rows.row, 0);
	store_rows_end(&rows);
	workbook_set_properties(b->book, &properties);
}

static bool write_sheets(struct book *b)
{
	if (!write_records(b))
		return false;
	for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++)
		if (!write_listing(b, &listings[i]))
			return false;
	return write_about(b);
}

bool store_workbook_write(struct store *s, const struct store_export *how, const char *path)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct book b = {.store = s, .how = how, .zh = how->columns && !strcmp(how->columns, "zh")};

	b.book = workbook_new_opt(path, &options);
	if (!b.book)
		return store_fail(s, "out of memory");
	make_formats(&b);
	set_properties(&b);
	bool ok = write_sheets(&b);
	lxw_error error = workbook_close(b.book);
	if (ok && b.error == LXW_NO_ERROR)
		b.error = error;
	if (ok && b.error != LXW_NO_ERROR)
		return store_fail(s, "%s", lxw_strerror(b.error));
	return ok;
}
