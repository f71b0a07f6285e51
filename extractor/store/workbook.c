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

enum { TEXT_MOST = 32767 /* characters of a cell */, NAME_MOST = 31 };

enum look { LOOK_PLAIN, LOOK_DOUBT, LOOK_FAIL, LOOK_LOST, LOOKS };

struct book {
	struct store *store;
	const struct store_export *how;
	lxw_workbook *book;
	lxw_format *header, *looks[LOOKS];
	bool zh;
	lxw_error error;
};

struct heading {
	const char *text;
	double width; /* in characters */
};

/* A table over as many sheets as it takes. */
struct sheet {
	struct book *book;
	const char *name;
	const struct heading *headings;
	size_t columns;
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
		worksheet_autofilter(s->page, 0, 0, s->row > 1 ? s->row - 1 : 1,
		                     (lxw_col_t)(s->columns - 1));
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
	for (size_t i = 0; i < s->columns; i++)
		worksheet_set_column(s->page, (lxw_col_t)i, (lxw_col_t)i, s->headings[i].width,
		                     NULL);
	worksheet_freeze_panes(s->page, 1, 0);
	worksheet_set_landscape(s->page);
	worksheet_repeat_rows(s->page, 0, 0);
	for (size_t i = 0; i < s->columns; i++)
		worksheet_write_string(s->page, 0, (lxw_col_t)i, s->headings[i].text,
		                       s->book->header);
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

static void put_text(struct sheet *s, size_t column, const char *text, lxw_format *format)
{
	lxw_error error = worksheet_write_string(s->page, s->row, (lxw_col_t)column, text, format);

	if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
		char *cut = cut_text(text);

		error = cut ? worksheet_write_string(s->page, s->row, (lxw_col_t)column, cut,
		                                     format)
		            : LXW_ERROR_MEMORY_MALLOC_FAILED;
		free(cut);
	}
	keep_error(s->book, error);
}

/* A column of a row as it is stored: number, text or nothing. */
static void put_column(struct sheet *s, size_t column, const struct rows *rows, int from,
                       enum look look)
{
	lxw_format *format = s->book->looks[look];
	int type = sqlite3_column_type(rows->row, from);

	if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
		keep_error(s->book,
		           worksheet_write_number(s->page, s->row, (lxw_col_t)column,
		                                  sqlite3_column_double(rows->row, from), format));
	else if (type != SQLITE_NULL)
		put_text(s, column, (const char *)sqlite3_column_text(rows->row, from), format);
	else if (look != LOOK_PLAIN)
		worksheet_write_blank(s->page, s->row, (lxw_col_t)column, format);
}

/* ---- Records --------------------------------------------------------------------------------- */

static double width_of(int column)
{
	static const struct {
		int column;
		double width;
	} widths[] = {
		{COLUMN_ID, 14},          {COLUMN_FILE, 28},       {COLUMN_TITLE, 30},
		{COLUMN_KIND, 12},        {COLUMN_DEPARTMENT, 22}, {COLUMN_PROJECT, 26},
		{COLUMN_FUNCTION, 26},    {COLUMN_LEVEL1, 14},     {COLUMN_LEVEL2, 18},
		{COLUMN_NAME, 34},        {COLUMN_TARGET, 20},     {COLUMN_BASIS, 24},
		{COLUMN_NOTE, 24},        {COLUMN_FINDINGS, 20},   {COLUMN_CHECKS, 20},
		{COLUMN_REPAIRS, 20},     {COLUMN_UNIT, 11},       {COLUMN_COMPARATOR, 13},
		{COLUMN_TARGET_KIND, 13},
	};

	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
		if (widths[i].column == column)
			return widths[i].width;
	return 11;
}

static struct heading *make_headings(const struct shown *shown, size_t n)
{
	struct heading *headings = calloc(n, sizeof *headings);

	for (size_t i = 0; headings && i < n; i++) {
		bool empty = shown[i].kind == SHOWN_EMPTY;

		headings[i] =
			(struct heading){shown[i].header, empty ? 16 : width_of(shown[i].column)};
	}
	return headings;
}

static enum look look_of(const struct rows *rows, const struct shown *shown, bool doubtful)
{
	bool target = shown->column == COLUMN_TARGET && shown->kind == SHOWN_VALUE;

	if (target && sqlite3_column_type(rows->row, COLUMN_TARGET) == SQLITE_NULL)
		return LOOK_LOST;
	return doubtful ? LOOK_DOUBT : LOOK_PLAIN;
}

static void put_record(struct sheet *s, const struct rows *rows, const struct shown *shown)
{
	bool doubtful = sqlite3_column_int(rows->row, COLUMN_DOUBTFUL);

	for (size_t i = 0; i < s->columns; i++) {
		enum look look = look_of(rows, &shown[i], doubtful);
		size_t n;

		if (shown[i].kind == SHOWN_VALUE) {
			put_column(s, i, rows, shown[i].column, look);
			continue;
		}
		const char *text = store_shown_text(rows, &shown[i], &n);
		if (text)
			put_text(s, i, text, s->book->looks[look]);
		else if (look != LOOK_PLAIN)
			worksheet_write_blank(s->page, s->row, (lxw_col_t)i, s->book->looks[look]);
	}
	s->row++;
}

static bool write_records(struct book *b)
{
	struct sheet s = {.book = b, .name = b->zh ? "绩效指标" : "records"};
	const struct shown *shown = store_shown(b->how->columns, &s.columns);
	struct heading *headings = shown ? make_headings(shown, s.columns) : NULL;
	struct rows rows;

	if (!headings)
		return store_fail(b->store, shown ? "out of memory" : "no such columns");
	s.headings = headings;
	bool ok = store_rows_records(b->store, b->how->where, &rows);
	if (ok) {
		ok = begin_page(&s);
		while (ok && b->error == LXW_NO_ERROR && store_rows_next(&rows))
			if ((ok = begin_row(&s)))
				put_record(&s, &rows, shown);
		ok = store_rows_end(&rows) && ok;
		end_page(&s);
	}
	free(headings);
	return ok;
}

/* ---- Repairs, findings, documents -------------------------------------------------------------- */

/* A sheet that shows a query column by column. A last column that is 1 marks the row. */
struct listing {
	const char *name, *name_zh, *sql;
	const struct heading *headings, *headings_zh;
	size_t columns;
	enum look mark;
};

#define HEADINGS(list) list, list##_zh, sizeof(list) / sizeof(list)[0]

static const struct heading repairs_headings[] = {
	{"file", 28},   {"form", 8},    {"function", 26}, {"name", 34},
	{"repair", 18}, {"reason", 60}, {"cost", 8},      {"record", 30},
};
static const struct heading repairs_headings_zh[] = {
	{"文件", 28}, {"表序号", 9}, {"职能", 26}, {"三级绩效指标名称", 34},
	{"修复", 18}, {"原因", 60},  {"代价", 8},  {"记录编号", 30},
};
static const struct heading findings_headings[] = {
	{"file", 28},     {"form", 8},  {"name", 34},   {"about", 10}, {"code", 20},
	{"severity", 10}, {"line", 8},  {"column", 9},  {"table", 8},  {"row", 8},
	{"col", 8},       {"text", 50}, {"record", 30},
};
static const struct heading findings_headings_zh[] = {
	{"文件", 28},     {"表序号", 9}, {"三级绩效指标名称", 34},
	{"类别", 10},     {"代码", 20},  {"级别", 10},
	{"行号", 8},      {"列号", 8},   {"表", 8},
	{"表行", 8},      {"表列", 8},   {"原文", 50},
	{"记录编号", 30},
};
static const struct heading documents_headings[] = {
	{"file", 40},     {"status", 11},   {"message", 40}, {"format", 10},       {"forms", 9},
	{"records", 10},  {"doubtful", 11}, {"repairs", 10}, {"findings", 11},     {"cells", 10},
	{"balanced", 11}, {"size", 12},     {"read_at", 21}, {"duplicate_of", 28}, {"sha256", 66},
};
static const struct heading documents_headings_zh[] = {
	{"文件", 40},   {"状态", 11},   {"错误说明", 40}, {"格式", 10},   {"表数", 9},
	{"指标数", 10}, {"存疑数", 10}, {"修复数", 10},   {"提示数", 10}, {"单元格数", 11},
	{"平衡", 9},    {"字节数", 12}, {"读取时间", 21}, {"重复于", 28}, {"SHA-256", 66},
};

/* %s: which indicators; 1: all */
static const struct listing listings[] = {
	{"repairs", "修复",
         "SELECT d.path, f.no, u.name, i.name, r.code, r.reason, r.cost, i.record_id, 0"
         " FROM repairs r JOIN indicators i ON i.id = r.indicator_id"
         " JOIN forms f ON f.id = i.form_id JOIN documents d ON d.id = f.document_id"
         " LEFT JOIN functions u ON u.id = i.function_id WHERE %s ORDER BY r.id",
         HEADINGS(repairs_headings), LOOK_PLAIN},
	{"findings", "提示",
         "SELECT d.path, f.no, i.name, x.kind, x.code, x.severity, x.line, x.col, x.table_no,"
         " x.row_no, x.col_no, x.text, i.record_id, x.severity = 'error'"
         " FROM findings x JOIN documents d ON d.id = x.document_id"
         " LEFT JOIN indicators i ON i.id = x.indicator_id"
         " LEFT JOIN forms f ON f.id = i.form_id WHERE %s ORDER BY x.id",
         HEADINGS(findings_headings), LOOK_FAIL},
	{"documents", "文件",
         "SELECT d.path, d.status, d.message, d.format, d.forms, d.records, d.doubtful, d.repairs,"
         " d.findings, d.cells, d.balanced, d.size, d.read_at, o.path, d.sha256,"
         " d.status <> 'ok' FROM documents d LEFT JOIN documents o ON o.id = d.duplicate_of"
         " ORDER BY d.id",
         HEADINGS(documents_headings), LOOK_FAIL},
};

static bool write_query(struct book *b, const struct listing *l, const char *sql)
{
	struct sheet s = {.book = b, .name = b->zh ? l->name_zh : l->name, .columns = l->columns};
	struct rows rows;

	s.headings = b->zh ? l->headings_zh : l->headings;
	if (!store_rows_query(b->store, sql, &rows))
		return false;
	bool ok = begin_page(&s);
	while (ok && b->error == LXW_NO_ERROR && store_rows_next(&rows)) {
		bool marked = sqlite3_column_int(rows.row, (int)l->columns);

		if (!(ok = begin_row(&s)))
			break;
		for (size_t i = 0; i < l->columns; i++)
			put_column(&s, i, &rows, (int)i, marked ? l->mark : LOOK_PLAIN);
		s.row++;
	}
	end_page(&s);
	return store_rows_end(&rows) && ok;
}

static bool write_listing(struct book *b, const struct listing *l)
{
	const char *where = b->how->where;
	char *which = where ? sqlite3_mprintf("i.id IN (SELECT key FROM records WHERE (%s))", where)
	                    : sqlite3_mprintf("1");
	char *sql = which ? sqlite3_mprintf(l->sql, which) : NULL;
	bool ok = sql ? write_query(b, l, sql) : store_fail(b->store, "out of memory");

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
		worksheet_write_string(page, 9 + i, 0, w[8 + i], b->looks[legend[i]]);
	snprintf(program, sizeof program, "pifu %s", pifu_version());
	worksheet_write_string(page, 13, 0, w[11], NULL);
	worksheet_write_string(page, 13, 1, program, NULL);
	return true;
}

/* ---- The book ------------------------------------------------------------------------------------ */

static void make_formats(struct book *b)
{
	static const lxw_color_t fills[LOOKS] = {0, 0xFFF2CC, 0xF8CBAD, 0xFCE4D6};

	b->header = workbook_add_format(b->book);
	format_set_bold(b->header);
	format_set_bg_color(b->header, 0xD9E2F3);
	format_set_bottom(b->header, LXW_BORDER_THIN);
	format_set_align(b->header, LXW_ALIGN_VERTICAL_CENTER);
	for (int i = LOOK_DOUBT; i < LOOKS; i++) {
		b->looks[i] = workbook_add_format(b->book);
		format_set_bg_color(b->looks[i], fills[i]);
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
