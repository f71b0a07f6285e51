/* Sheets of a comparison: CSV and an Excel workbook.
 *
 * CSV is as `pifu extract` writes it: RFC 4180, and a cell that a spreadsheet would run as a
 * formula gets an apostrophe in front unless it is a plain number. The workbook has typed
 * cells, a frozen header with a filter, a colour for each kind of change, and a second sheet
 * with the sums; libxlsxwriter writes it row by row (constant memory). */
#include "compare_write.h"

#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

/* ---- CSV --------------------------------------------------------------------------------- */

static bool begins_formula(const char *text)
{
	static const char *const wide[] = {"＝", "＋", "－", "＠"};

	if (*text && strchr("=+-@\t\r\n", *text))
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	return false;
}

static bool is_signed_number(const char *text)
{
	return compare_is_number(text + (*text == '+'));
}

static void put_cell(struct buffer *out, const char *text)
{
	bool guarded = begins_formula(text) && !is_signed_number(text);
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	batch_buffer_text(out, quoted ? "\"" : "");
	batch_buffer_text(out, guarded ? "'" : "");
	for (const char *s = text; *s;) {
		size_t n = strcspn(s, "\"");

		batch_buffer_put(out, s, n);
		s += n;
		if (*s == '"') {
			batch_buffer_text(out, "\"\"");
			s++;
		}
	}
	batch_buffer_text(out, quoted ? "\"" : "");
}

static bool begin_csv(struct compare_writer *w)
{
	batch_buffer_text(&w->out, w->look.bom ? "\xEF\xBB\xBF" : "");
	for (size_t c = 0; c < compare_column_count; c++) {
		batch_buffer_text(&w->out, c ? "," : "");
		put_cell(&w->out, compare_columns[c].key);
	}
	batch_buffer_text(&w->out, "\r\n");
	return !w->out.failed;
}

static bool write_csv(struct compare_writer *w, const struct compare_group *group)
{
	struct buffer made = {0};

	for (uint32_t i = 0; i < group->npairs; i++) {
		if (!compare_is_shown(w, &group->pairs[i]))
			continue;
		for (size_t c = 0; c < compare_column_count; c++) {
			const char *text =
				compare_cell(&compare_columns[c], group, &group->pairs[i], &made);

			batch_buffer_text(&w->out, c ? "," : "");
			put_cell(&w->out, text ? text : "");
		}
		batch_buffer_text(&w->out, "\r\n");
	}
	bool ok = !made.failed && !w->out.failed;
	batch_buffer_free(&made);
	return ok;
}

const struct compare_format compare_format_csv = {
	.name = "csv",
	.what = "comma-separated values, one row a difference",
	.begin = begin_csv,
	.group = write_csv,
};

/* ---- The workbook ---------------------------------------------------------------------------- */

enum { ROWS_MAX = LXW_ROW_MAX - 1, CELL_MAX = 32767 };

struct workbook {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *header, *plain[CHANGE_COUNT], *marked;
	lxw_row_t row;
	uint64_t left_out; /* differences beyond the rows of a sheet */
	bool failed;
};

static lxw_format *add_format(lxw_workbook *book, bool bold, lxw_color_t fill)
{
	lxw_format *format = workbook_add_format(book);

	if (format && bold)
		format_set_bold(format);
	if (format && fill != LXW_COLOR_UNSET)
		format_set_bg_color(format, fill);
	return format;
}

static void set_columns(struct workbook *s)
{
	for (size_t c = 0; c < compare_column_count; c++) {
		lxw_col_t col = (lxw_col_t)c;

		worksheet_set_column(s->sheet, col, col, compare_columns[c].width, NULL);
		worksheet_write_string(s->sheet, 0, col, compare_columns[c].zh, s->header);
	}
	worksheet_freeze_panes(s->sheet, 1, 0);
	s->row = 1;
}

static bool begin_book(struct compare_writer *w)
{
	static const lxw_color_t fills[CHANGE_COUNT] = {LXW_COLOR_UNSET, 0xFFF2CC, 0xE7E6F7,
	                                                0xE2EFDA, 0xFBE0DD};
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct workbook *s = calloc(1, sizeof *s);

	w->state = s;
	if (!s || !(s->book = workbook_new_opt(w->look.path, &options)) ||
	    !(s->sheet = workbook_add_worksheet(s->book, "变化")))
		return false;
	s->header = add_format(s->book, true, 0xD9E1F2);
	s->marked = add_format(s->book, true, 0xFFC7CE);
	for (int c = 0; c < CHANGE_COUNT; c++)
		s->plain[c] = add_format(s->book, false, fills[c]);
	set_columns(s);
	return s->header && s->marked;
}

/* Excel takes no more than 32767 characters a cell: bytes are more than characters. */
static void write_text(struct workbook *s, lxw_col_t col, const char *text, lxw_format *format)
{
	char cut[CELL_MAX + 1];
	size_t n = strlen(text);

	if (n > CELL_MAX) {
		for (n = CELL_MAX; ((unsigned char)text[n] & 0xC0) == 0x80; n--)
			;
		memcpy(cut, text, n);
		cut[n] = '\0';
		text = cut;
	}
	s->failed |= worksheet_write_string(s->sheet, s->row, col, text, format) != LXW_NO_ERROR;
}

static void write_row(struct workbook *s, const struct compare_group *group,
                      const struct compare_pair *pair, struct buffer *made)
{
	bool outlier = compare_has_finding(pair, PIFU_CHECK_TARGET_OUTLIER);

	for (size_t c = 0; c < compare_column_count; c++) {
		const char *text = compare_cell(&compare_columns[c], group, pair, made);
		lxw_format *format = outlier ? s->marked : s->plain[pair->change];
		lxw_col_t col = (lxw_col_t)c;

		if (!text)
			continue;
		if (compare_columns[c].kind == CELL_NUMBER && compare_is_number(text))
			s->failed |=
				worksheet_write_number(s->sheet, s->row, col, strtod(text, NULL),
			                               format) != LXW_NO_ERROR;
		else
			write_text(s, col, text, format);
	}
	s->row++;
}

static bool write_book(struct compare_writer *w, const struct compare_group *group)
{
	struct workbook *s = w->state;
	struct buffer made = {0};

	for (uint32_t i = 0; i < group->npairs; i++) {
		if (!compare_is_shown(w, &group->pairs[i]))
			continue;
		if (s->row > ROWS_MAX)
			s->left_out++;
		else
			write_row(s, group, &group->pairs[i], &made);
	}
	bool ok = !made.failed && !s->failed;
	batch_buffer_free(&made);
	return ok;
}

static void write_sum(struct workbook *s, lxw_worksheet *sheet, const char *what, uint64_t n)
{
	worksheet_write_string(sheet, s->row, 0, what, NULL);
	worksheet_write_number(sheet, s->row++, 1, (double)n, NULL);
}

static bool end_book(struct compare_writer *w, const struct compare_totals *totals)
{
	struct workbook *s = w->state;

	worksheet_autofilter(s->sheet, 0, 0, s->row - 1, (lxw_col_t)(compare_column_count - 1));
	lxw_worksheet *sums = workbook_add_worksheet(s->book, "合计");
	if (!sums)
		return false;
	s->row = 0;
	worksheet_set_column(sums, 0, 0, 24, NULL);
	write_sum(s, sums, "departments", totals->departments);
	for (int c = 0; c < CHANGE_COUNT; c++)
		write_sum(s, sums, compare_change_name((enum compare_change)c), totals->change[c]);
	write_sum(s, sums, "moved", totals->moved);
	write_sum(s, sums, "doubtful", totals->doubtful);
	write_sum(s, sums, "outliers", totals->outliers);
	if (s->left_out)
		write_sum(s, sums, "left out: the sheet is full", s->left_out);
	lxw_error error = workbook_close(s->book);
	s->book = NULL;
	return error == LXW_NO_ERROR;
}

static void close_book(struct compare_writer *w)
{
	struct workbook *s = w->state;

	if (s && s->book)
		lxw_workbook_free(s->book);
	free(s);
}

const struct compare_format compare_format_xlsx = {
	.name = "xlsx",
	.what = "an Excel workbook; wants --output",
	.is_file = true,
	.begin = begin_book,
	.group = write_book,
	.end = end_book,
	.close = close_book,
};
