/* Workbooks: those described in tests/xlsx against the grids beside them, the
 * twins of one form in three formats, and hostile sheets.
 * PIFU_ACCEPT=1 writes the .grid files anew; look at the difference. */
#include "test_xlsx_make.h"

#include "base/limits.h"
#include "read/formats.h"
#include "test_read_fail.h"

#define FOLDER PIFU_SOURCE_DIR "/tests/xlsx"

/* ---- Described workbooks ------------------------------------------------------ */

static void check_described(const char *name)
{
	char description[512], grid[512];
	size_t size, n;

	snprintf(description, sizeof description, FOLDER "/%s.sheet", name);
	snprintf(grid, sizeof grid, FOLDER "/%s.grid", name);
	char *bytes = make_workbook(description, &size);
	struct input in = show_input(bytes, size);
	assert_true(pifu_format_xlsx.score(&in) >= 80);
	struct shown one = show_grid(&pifu_format_xlsx, in, (struct show_how){0});
	struct shown cut =
		show_grid(&pifu_format_xlsx, in, (struct show_how){.want = 1, .give_back = true});
	assert_int_equal(one.status, PIFU_OK);
	if (getenv("PIFU_ACCEPT")) {
		FILE *f = fopen(grid, "wb");
		assert_non_null(f);
		fputs(one.text.s, f);
		fclose(f);
	}
	char *expected = load_file(grid, &n);
	assert_string_equal(one.text.s, expected);
	assert_string_equal(cut.text.s, expected);
	pifu_buf_free(&one.text);
	pifu_buf_free(&cut.text);
	free(expected);
	free(bytes);
}

static void described_workbooks(void **state)
{
	(void)state;
	check_described("01-form");
	check_described("02-odd");
}

/* ---- Twins -------------------------------------------------------------------- */

enum { ROWS = 16, COLS = 8 };
struct values {
	char cell[ROWS][COLS][128];
	size_t rows;
};

/* The values of the rows of five columns, merged cells repeated in all they span. */
static void take_values(const struct format *format, struct input in, struct values *v)
{
	struct findings findings = {0};
	struct grid g = {0};
	pifu_error err = {0};
	bool end;
	struct arena *arena = pifu_arena_new(NULL);
	struct reader *r = format->open(&in, NULL, &findings, &err);

	memset(v, 0, sizeof *v);
	assert_non_null(r);
	assert_int_equal(format->next(r, arena, 1 << 20, &g, &end, &err), PIFU_OK);
	size_t skip = 0; /* rows of another shape: the title */
	while (skip < g.nrows && (g.rows[skip].count < 5))
		skip++;
	for (size_t i = skip; i < g.nrows && i - skip < ROWS; i++, v->rows++)
		for (uint32_t k = 0; k < g.rows[i].count; k++) {
			const struct cell *c = &g.cells[g.rows[i].first + k];
			for (uint32_t y = 0; y < c->rowspan && i - skip + y < ROWS; y++)
				for (uint32_t x = 0; x < c->colspan && c->col + x < COLS; x++)
					snprintf(v->cell[i - skip + y][c->col + x], 128, "%.*s",
					         (int)c->raw.n, c->raw.s);
		}
	format->close(r);
	pifu_arena_free(arena);
	pifu_findings_free(&findings);
}

static void twins_agree(void **state)
{
	(void)state;
	static struct values text, html, xlsx;
	size_t n;
	char *bytes = load_file(FOLDER "/twins/form.txt", &n);
	take_values(&pifu_format_text, show_input(bytes, n), &text);
	free(bytes);
	bytes = load_file(FOLDER "/twins/form.html", &n);
	take_values(&pifu_format_html, show_input(bytes, n), &html);
	free(bytes);
	bytes = make_workbook(FOLDER "/twins/form.sheet", &n);
	take_values(&pifu_format_xlsx, show_input(bytes, n), &xlsx);
	free(bytes);
	assert_int_equal(text.rows, 8);
	assert_int_equal(html.rows, 8);
	assert_int_equal(xlsx.rows, 8);
	for (size_t i = 0; i < 8; i++)
		for (size_t k = 0; k < 5; k++) {
			assert_string_equal(html.cell[i][k], text.cell[i][k]);
			assert_string_equal(xlsx.cell[i][k], text.cell[i][k]);
		}
}

/* ---- Hostile and broken ---------------------------------------------------------- */

#define SHEET(inner) "<worksheet xmlns=\"" MADE_MAIN "\">" inner "</worksheet>"

static struct shown show_sheet(const char *sheet, const char *strings, const char *styles)
{
	size_t size;
	char *bytes = make_sheet_package(sheet, strings, styles, &size);
	struct shown s =
		show_grid(&pifu_format_xlsx, show_input(bytes, size), (struct show_how){0});
	free(bytes);
	return s;
}

static void expect_sheet(const char *sheet, const char *strings, const char *styles,
                         const char *grid)
{
	struct shown s = show_sheet(sheet, strings, styles);
	assert_int_equal(s.status, PIFU_OK);
	assert_string_equal(s.text.s, grid);
	pifu_buf_free(&s.text);
}

static void odd_sheets(void **state)
{
	(void)state;
	/* places missing, out of order, twice, and beyond the sheet */
	expect_sheet(SHEET("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></"
	                   "c></row></sheetData>"),
	             NULL, NULL,
	             "0\t0\t0\t1\t1\t1\t表!A1\t1\n0\t0\t1\t1\t1\t1\t表!B1\t2\n0\t1\t0\t1\t1\t1\t表!"
	             "A2\t3\n");
	expect_sheet(SHEET("<sheetData><row r=\"2\"><c r=\"B2\"><v>2</v></c><c "
	                   "r=\"A2\"><v>1</v></c></row>"
	                   "<row r=\"1\"><c r=\"A1\"><v>0</v></c></row></sheetData>"),
	             NULL, NULL,
	             "0\t0\t0\t1\t1\t1\t表!A1\t0\n0\t1\t0\t1\t1\t1\t表!A2\t1\n0\t1\t1\t1\t1\t1\t表!"
	             "B2\t2\n");
	/* a shared string that is not there, an unknown type, a format that is not there */
	expect_sheet(SHEET("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>9</v></c><c r=\"B1\" "
	                   "t=\"zz\"><v>x</v></c>"
	                   "<c r=\"C1\" s=\"77\"><v>1.50</v></c></row></sheetData>"),
	             NULL, NULL, "0\t0\t1\t1\t1\t1\t表!B1\tx\n0\t0\t2\t1\t1\t1\t表!C1\t1.5\n");
	/* all rows hidden by default, one shown */
	expect_sheet(SHEET("<sheetFormatPr zeroHeight=\"1\"/><sheetData><row r=\"1\"><c "
	                   "r=\"A1\"><v>1</v></c></row>"
	                   "<row r=\"2\" hidden=\"0\"><c r=\"A2\"><v>2</v></c></row></sheetData>"),
	             NULL, NULL, "0\t1\t0\t1\t1\t1\t表!A2\t2\n! text-hidden\t1 rows of sheet 表\n");
}

static void huge_merged_ranges_cost_nothing(void **state)
{
	(void)state;
	struct shown s = show_sheet(
		SHEET("<dimension ref=\"A1:XFD1048576\"/><cols><col min=\"1\" "
	              "max=\"16384\"/></cols>"
	              "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>"
	              "<mergeCells><mergeCell ref=\"A1:XFD1048576\"/><mergeCell ref=\"A1:B1\"/>"
	              "<mergeCell ref=\"B1:A1\"/><mergeCell ref=\"ZZZZ1:A1\"/></mergeCells>"),
		NULL, NULL);
	assert_int_equal(s.status, PIFU_OK);
	assert_string_equal(s.text.s, "0\t0\t0\t65534\t16384\t1\t表!A1\t1\n");
	pifu_buf_free(&s.text);
}

/* One long shared string named by very many cells must not fill the memory. */
static void repeated_strings_are_limited(void **state)
{
	(void)state;
	struct buf strings = {0}, sheet = {0};
	enum { LONG = 1 << 20, CELLS = 400 };

	pifu_buf_fmt(&strings, "<sst xmlns=\"" MADE_MAIN "\"><si><t>");
	for (int i = 0; i < LONG; i++)
		pifu_buf_char(&strings, (char)('a' + i % 23));
	pifu_buf_fmt(&strings, "</t></si></sst>%c", '\0');
	pifu_buf_fmt(&sheet, "<worksheet xmlns=\"" MADE_MAIN "\"><sheetData>");
	for (int i = 1; i <= CELLS; i++)
		pifu_buf_fmt(&sheet, "<row r=\"%d\"><c r=\"A%d\" t=\"s\"><v>0</v></c></row>", i, i);
	pifu_buf_fmt(&sheet, "</sheetData></worksheet>%c", '\0');
	struct shown s = show_sheet(sheet.s, strings.s, NULL);
	assert_int_equal(s.status, PIFU_ERR_LIMIT);
	pifu_buf_free(&s.text);
	pifu_buf_free(&strings);
	pifu_buf_free(&sheet);
}

static void broken_packages(void **state)
{
	(void)state;
	size_t size;
	char *bytes = make_workbook(FOLDER "/01-form.sheet", &size);
	struct show_how how = {0};

	for (size_t cut = size - 1; cut > 100; cut -= 97) {
		char *exact = malloc(cut);
		assert_non_null(exact);
		memcpy(exact, bytes, cut);
		struct shown s = show_grid(&pifu_format_xlsx, show_input(exact, cut), how);
		assert_int_equal(s.status, PIFU_ERR_DAMAGED);
		assert_true(s.err.message[0]);
		pifu_buf_free(&s.text);
		free(exact);
	}
	for (size_t at = 30; at < size;
	     at += 61) { /* a wrong byte anywhere: no crash, no endless loop */
		bytes[at] = (char)~bytes[at];
		struct shown s = show_grid(&pifu_format_xlsx, show_input(bytes, size), how);
		bytes[at] = (char)~bytes[at];
		pifu_buf_free(&s.text);
	}
	free(bytes);
	struct shown s =
		show_sheet("<worksheet xmlns=\"" MADE_MAIN "\"><sheetData><row>", NULL, NULL);
	assert_int_equal(s.status, PIFU_ERR_DAMAGED);
	pifu_buf_free(&s.text);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	size_t size;
	char *bytes = make_workbook(FOLDER "/01-form.sheet", &size);
	fail_each(&pifu_format_xlsx, bytes, size, "01-form.sheet");
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(described_workbooks),
		cmocka_unit_test(twins_agree),
		cmocka_unit_test(odd_sheets),
		cmocka_unit_test(huge_merged_ranges_cost_nothing),
		cmocka_unit_test(repeated_strings_are_limited),
		cmocka_unit_test(broken_packages),
		cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
