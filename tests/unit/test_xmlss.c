/* Excel 2003 XML: places that follow on, values as shown, what is left out, and files
 * that are damaged or ask for too much. */
#include "test_read_grid.h"

#include <string.h>

#include "base/limits.h"
#include "read/formats.h"

#define BOOK(inside)                                                 \
	"<?xml version=\"1.0\"?><Workbook "                          \
	"xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "    \
	"xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" " \
	"xmlns:x=\"urn:schemas-microsoft-com:office:excel\">" inside "</Workbook>"
#define SHEET(rows) "<Worksheet ss:Name=\"表\"><Table>" rows "</Table></Worksheet>"
#define TEXT(s) "<Data ss:Type=\"String\">" s "</Data>"
#define CELL(s) "<Cell>" TEXT(s) "</Cell>"

static struct shown show_book(const char *text, const pifu_options *options)
{
	struct input in = {"memory", (const unsigned char *)text, strlen(text)};
	struct show_how how = {.options = options};

	return show_grid(&pifu_format_xmlss, in, how);
}

static void expect(const char *text, const pifu_options *options, const char *shown)
{
	struct shown s = show_book(text, options);

	assert_int_equal(s.status, PIFU_OK);
	assert_string_equal(s.text.s ? s.text.s : "", shown);
	pifu_buf_free(&s.text);
}

static void expect_failure(const char *text, const pifu_options *options, pifu_status status)
{
	struct shown s = show_book(text, options);

	assert_int_equal(s.status, status);
	assert_true(s.err.message[0]);
	pifu_buf_free(&s.text);
}

static void test_score(void **state)
{
	static const char wide[] = "\xFF\xFE<\0W\0o\0r\0k\0b\0o\0o\0k\0";
	static const struct {
		const char *text;
		bool ours;
	} cases[] = {
		{BOOK(""), true},
		{"<Workbook/>", false},
		{"<html xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">Workbook", false},
		{"Workbook", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct input in = {"memory", (const unsigned char *)cases[i].text,
		                   strlen(cases[i].text)};
		assert_int_equal(pifu_format_xmlss.score(&in) > 0, cases[i].ours);
	}
	struct input in = {"memory", (const unsigned char *)wide, sizeof wide};
	assert_int_equal(pifu_format_xmlss.score(&in), 0);
}

static void test_places(void **state)
{
	(void)state;
	expect(BOOK(SHEET("<Row>" CELL("a") "<Cell ss:Index=\"4\" ss:MergeAcross=\"2\">" TEXT(
		       "b") "</Cell>" CELL("c") "</Row><Row ss:Index=\"5\" "
	                                        "ss:Span=\"2\"/><Row>" CELL("d") "</Row>")),
	       NULL,
	       "0\t0\t0\t1\t1\t1\t表!A1\ta\n0\t0\t3\t1\t3\t1\t表!D1\tb\n"
	       "0\t0\t6\t1\t1\t1\t表!G1\tc\n0\t7\t0\t1\t1\t1\t表!A8\td\n");
	/* places that cannot be are as if they were not said; a blank merged cell has a place */
	expect(BOOK(SHEET("<Row ss:Index=\"-3\"><Cell ss:Index=\"99999\" ss:MergeDown=\"-1\">" TEXT(
		       "a") "</Cell><Cell ss:MergeDown=\"1\"/></Row>")),
	       NULL, "0\t0\t0\t1\t1\t1\t表!A1\ta\n0\t0\t1\t2\t1\t1\t表!B1\t\n");
}

static void test_values(void **state)
{
#define STYLES                                                                       \
	"<Styles><Style ss:ID=\"Default\"><NumberFormat ss:Format=\"0.0\"/></Style>" \
	"<Style ss:ID=\"d\"><NumberFormat ss:Format=\"Short Date\"/></Style>"        \
	"<Style ss:ID=\"t\"><NumberFormat ss:Format=\"Short Time\"/></Style>"        \
	"<Style ss:ID=\"n\"><NumberFormat ss:Format=\";;;\"/></Style>"               \
	"<Style ss:ID=\"g\"><NumberFormat ss:Format=\"General\"/></Style></Styles>"
#define VALUE(style, type, s) \
	"<Row><Cell" style "><Data ss:Type=\"" type "\">" s "</Data></Cell></Row>"
	static const struct {
		const char *row, *shown;
	} cases[] = {
		{BOOK(STYLES SHEET(VALUE("", "Number", "2"))), "2.0"},
		{BOOK(STYLES SHEET(VALUE(" ss:StyleID=\"g\"", "Number", "1.2E3"))), "1200"},
		{BOOK(STYLES SHEET(VALUE("", "Number", "viel"))), "viel"},
		{BOOK(STYLES SHEET(
			 VALUE(" ss:StyleID=\"d\"", "DateTime", "2024-02-29T00:00:00.000"))),
	         "2024/2/29"},
		{BOOK(STYLES SHEET(
			 VALUE(" ss:StyleID=\"t\"", "DateTime", "1899-12-31T13:45:00.000"))),
	         "13:45"},
		{BOOK(STYLES SHEET(VALUE("", "DateTime", "2024-02-29T00:00:00.000"))),
	         "2024-02-29"},
		{BOOK(STYLES SHEET(VALUE(" ss:StyleID=\"d\"", "DateTime", "29.2.2024 um 8"))),
	         "29.2.2024"},
		{BOOK(STYLES SHEET(VALUE("", "Boolean", "1"))), "TRUE"},
		{BOOK(STYLES SHEET(VALUE("", "Error", "#N/A"))), "#N/A"},
		{BOOK(SHEET(VALUE("", "Number", "0.9"))), "0.9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char expected[64];
		snprintf(expected, sizeof expected, "0\t0\t0\t1\t1\t1\t表!A1\t%s\n",
		         cases[i].shown);
		expect(cases[i].row, NULL, expected);
	}
	expect(BOOK(STYLES SHEET(VALUE(" ss:StyleID=\"n\"", "Number", "3"))), NULL,
	       "! text-hidden\t1 numbers with a format that shows nothing of sheet 表\n");
}

static void test_hidden(void **state)
{
	static const char book[] = BOOK(
		"<Worksheet ss:Name=\"表\"><Table><Column ss:Span=\"1\"/><Column ss:Hidden=\"1\"/>"
		"<Row>" CELL("a") CELL("b") CELL("c") CELL("d") "</Row><Row ss:Hidden=\"1\">" CELL(
			"e") "</Row></Table></Worksheet>"
			     "<Worksheet ss:Name=\"二\"><Table><Row>" CELL(
				     "f") "</Row></"
					  "Table><x:WorksheetOptions><x:Visible>SheetVeryHidden"
					  "</x:Visible></x:WorksheetOptions></Worksheet>");
	pifu_options all = {.hidden = true};

	(void)state;
	expect(book, NULL,
	       "0\t0\t0\t1\t1\t1\t表!A1\ta\n0\t0\t1\t1\t1\t1\t表!B1\tb\n"
	       "0\t0\t3\t1\t1\t1\t表!D1\td\n! text-hidden\t1 rows of sheet 表\n"
	       "! text-hidden\t1 cells in hidden columns of sheet 表\n! text-hidden\tsheet 二\n");
	expect(book, &all,
	       "0\t0\t0\t1\t1\t1\t表!A1\ta\n0\t0\t1\t1\t1\t1\t表!B1\tb\n0\t0\t2\t1\t1\t1\t表!"
	       "C1\tc\n"
	       "0\t0\t3\t1\t1\t1\t表!D1\td\n0\t1\t0\t1\t1\t1\t表!A2\te\n1\t0\t0\t1\t1\t2\t二!"
	       "A1\tf\n");
}

static void test_limits(void **state)
{
	pifu_options cells = {.limits[LIMIT_SHEET_CELLS] = 1};
	pifu_options text = {.limits[LIMIT_SHEET_TEXT] = 1};
	pifu_options sheets = {.limits[LIMIT_SHEETS] = 1};
	pifu_options depth = {.limits[LIMIT_XML_DEPTH] = 3};
	static const char two[] = BOOK(SHEET("<Row>" CELL("a") CELL("b") "</Row>") SHEET(""));

	(void)state;
	expect_failure(two, &cells, PIFU_ERR_LIMIT);
	expect_failure(two, &text, PIFU_ERR_LIMIT);
	expect_failure(two, &sheets, PIFU_ERR_LIMIT);
	expect_failure(two, &depth, PIFU_ERR_LIMIT);
	expect_failure(BOOK(SHEET("<Row ss:Index=\"1048576\"/><Row/>")), NULL, PIFU_ERR_LIMIT);
	expect_failure(BOOK(SHEET("<Row><Cell ss:Index=\"16384\"/><Cell/></Row>")), NULL,
	               PIFU_ERR_LIMIT);
	expect_failure("<!DOCTYPE a><Workbook "
	               "xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
	               NULL, PIFU_ERR_DAMAGED);
}

static void test_damage(void **state)
{
	static const char cut[] =
		"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
		"xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">"
		"<Worksheet ss:Name=\"表\"><Table><Row>" CELL("a") "<Cell>";
	pifu_options salvage = {.salvage = true};
	struct shown s = show_book(cut, &salvage);

	(void)state;
	assert_int_equal(s.status, PIFU_OK);
	assert_non_null(strstr(s.text.s, "0\t0\t0\t1\t1\t1\t表!A1\ta\n"));
	assert_non_null(strstr(s.text.s, "! salvaged"));
	pifu_buf_free(&s.text);
	expect_failure(cut, NULL, PIFU_ERR_DAMAGED);
}

/* Bytes changed at random: read or refused, never more. */
static void test_noise(void **state)
{
	static const char book[] = BOOK(
		STYLES SHEET("<Column ss:Index=\"2\" ss:Hidden=\"1\"/><Row ss:Index=\"2\">" CELL(
			"a") "<Cell "
	                     "ss:MergeAcross=\"3\" ss:MergeDown=\"2\" ss:StyleID=\"d\"><Data "
	                     "ss:Type=\"DateTime\">2024-02-29T00:00:00.000</Data></Cell></Row>"));
	pifu_options salvage = {.salvage = true};
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		char noisy[sizeof book];
		memcpy(noisy, book, sizeof book);
		for (int k = 0; k < 1 + round % 4; k++) {
			seed = seed * 1103515245u + 12345u;
			noisy[(seed >> 8) % (sizeof book - 1)] =
				"<>\"/ 9-=a\x80"[(seed >> 24) % 10];
		}
		struct shown s = show_book(noisy, round % 2 ? &salvage : NULL);
		pifu_buf_free(&s.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score),  cmocka_unit_test(test_places),
		cmocka_unit_test(test_values), cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
