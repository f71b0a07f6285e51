/* HTML without its own file: recognition, the table model, limits, and memory
 * that runs out. */
#include "test_read_fail.h"

#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "read/formats.h"
#include "read/html_pieces.h"

/* ---- Recognition ----------------------------------------------------------------- */

static void recognition(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum html_mode mode;
	} cases[] = {
		{"<!DOCTYPE HTML PUBLIC \"x\"><p>", HTML_PAGE},
		{"\xEF\xBB\xBF \n<!-- x --><HTML><body>", HTML_PAGE},
		{"<?xml version=\"1.0\"?><html xmlns=\"x\">", HTML_PAGE},
		{"<div class=a>文</div>", HTML_PAGE},
		{"<tr><td>a</td></tr>", HTML_PAGE},
		{"文件头\n<p>a</p>\n<p>b</p>\n<div>c</div>", HTML_PAGE},
		{"# 标题\n\n<table><tr><td>a</td></tr></table>", HTML_LINES},
		{"<table>\n<tr><td>a", HTML_LINES},
		{"", HTML_NOT},
		{"数量 < 5 且 > 3", HTML_NOT},
		{"<年度>绩效<目标>", HTML_NOT},
		{"<pkg:package>", HTML_NOT},
		{"<?xml version=\"1.0\"?><w:wordDocument><w:p>a</w:p></w:wordDocument>", HTML_NOT},
		{"| 一级<br>指标 | 二级 |\n|---|---|\n| a | b<br>c |", HTML_NOT},
		{"<tablet> 平板 <td>", HTML_NOT},
		{"产出指标\t数量指标\t<b>5</b>", HTML_NOT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int score;
		if (pifu_html_mode(pifu_str_of(cases[i].text), &score) != cases[i].mode)
			fail_msg("%s", cases[i].text);
		assert_true((score > 0) == (cases[i].mode != HTML_NOT));
	}
}

static void declared_charsets(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"<meta charset=gbk>", "gbk"},
		{"<META HTTP-EQUIV='Content-Type' CONTENT='text/html; CharSet = GB2312'>",
	         "GB2312"},
		{"<?xml version='1.0' encoding=\"big5\"?>", "big5"},
		{"<meta name=a><meta charset=\"utf-8\"/>", "utf-8"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(pifu_str_eq(pifu_html_charset(pifu_str_of(cases[i][0])),
		                        pifu_str_of(cases[i][1])));
	assert_null(pifu_html_charset(STR("<p>charset=gbk</p>")).s);
	assert_null(pifu_html_charset(STR("<meta charset=")).s);
}

/* ---- Small documents -------------------------------------------------------------- */

static void expect_grid(const char *html, const char *grid)
{
	struct shown s =
		show_grid(&pifu_format_html, show_input(html, strlen(html)), (struct show_how){0});
	assert_int_equal(s.status, PIFU_OK);
	if (strcmp(s.text.s, grid) != 0)
		fail_msg("%s gives\n%s", html, s.text.s);
	pifu_buf_free(&s.text);
}

static void small_documents(void **state)
{
	(void)state;
	expect_grid("<html>", "");
	expect_grid("<table></table>", "");
	expect_grid("<html><td>a", "0\t0\t0\t1\t1\t0\ttable[1]/tr[1]/td[1]\ta\n");
	expect_grid("<html></td></tr></table></p><p>x", "0\t0\t0\t1\t1\t0\tp[1]\tx\n");
	expect_grid("<html><table><tr></tr><tr><td>a</table>",
	            "0\t0\t-\n0\t1\t0\t1\t1\t0\ttable[1]/tr[2]/td[1]\ta\n");
	expect_grid("<html><table><tr><td>&nbsp;<td colspan=2>　</table>",
	            "0\t0\t1\t1\t2\t0\ttable[1]/tr[1]/td[2]\t\n");
	expect_grid("<html><p hidden>a</p><p style='color:red;display : NONE'>b</p><p "
	            "style='x-display:none'>c",
	            "0\t0\t0\t1\t1\t0\tp[1]\tc\n! text-hidden\ta\n! text-hidden\tb\n");
}

static void hidden_text_on_request(void **state)
{
	(void)state;
	static const char html[] =
		"<html><table><tr hidden><td>a</td></tr><tr><td>b</td></tr></table>";
	pifu_options options = {.hidden = true};
	struct shown s = show_grid(&pifu_format_html, show_input(html, sizeof html - 1),
	                           (struct show_how){.options = &options});
	assert_int_equal(s.cells, 2);
	assert_null(strstr(s.text.s, "!"));
	pifu_buf_free(&s.text);
}

/* ---- Limits ------------------------------------------------------------------------ */

/* `head`, then `unit` repeated to about `size` bytes. */
static struct buf repeat(const char *head, const char *unit, size_t size)
{
	struct buf b = {0};
	size_t n = strlen(unit);
	pifu_buf_put(&b, head, strlen(head));
	while (b.n < size)
		pifu_buf_put(&b, unit, n);
	assert_false(b.failed);
	return b;
}

static void hostile_pages_end(void **state)
{
	(void)state;
	static const struct {
		const char *head, *unit;
		pifu_status status;
	} cases[] = {
		{"<html>", "<div>", PIFU_ERR_LIMIT},
		{"<html>", "<table><tr><td>", PIFU_ERR_LIMIT},
		{"<html>", "<", PIFU_OK},
		{"<html>", "<!--", PIFU_OK},
		{"<html>", "<!", PIFU_OK},
		{"<html>", "<?", PIFU_OK},
		{"<html>", "<script>", PIFU_OK},
		{"<html>", "&", PIFU_OK},
		{"<html>", "&amp;lt", PIFU_OK},
		{"<html>", "&#x110000;&#0;&#xD800;", PIFU_OK},
		{"<html>", "</table></td>", PIFU_OK},
		{"<html><td title=\"", "a<b>", PIFU_OK},
		{"<html><table>", "<tr><td colspan=1000>", PIFU_OK},
		{"<html><table><tr>", "<td rowspan=65534 colspan=9>", PIFU_OK},
		{"<html><table><tr><td colspan=1000>", "<tbody>", PIFU_OK},
		{"<html><p>", "<br>", PIFU_OK},
		{"# x\n<table>", "<td></table>\n<table>", PIFU_OK},
		{"# x\n<table>", "<table>", PIFU_ERR_LIMIT},
		{"# x\n<table><td></table>", "<td>\n", PIFU_OK},
		{"<html>\xff\xfe", "\xf8\x88", PIFU_OK},
	};
	clock_t start = clock();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf html = repeat(cases[i].head, cases[i].unit, 200000);
		struct shown s = show_grid(&pifu_format_html, show_input(html.s, html.n),
		                           (struct show_how){.quiet = true});
		if (s.status != cases[i].status)
			fail_msg("%s%s: %d %s", cases[i].head, cases[i].unit, s.status,
			         s.err.message);
		pifu_buf_free(&s.text);
		pifu_buf_free(&html);
	}
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 60);
}

/* A tag whose quoted attribute is cut by every chunk must not stop the parser. */
static void chunks_end_anywhere(void **state)
{
	(void)state;
	struct buf html = {0};
	enum { ROWS = 3000 };

	pifu_buf_fmt(&html, "<html><table>");
	for (int i = 0; i < ROWS; i++)
		pifu_buf_fmt(&html, "<tr><td style=\"width:%dpx;height:\n12px\">%d</td></tr>", i,
		             i);
	for (size_t want = 1; want < 40000; want = want * 3 + 1) {
		struct shown s = show_grid(&pifu_format_html, show_input(html.s, html.n),
		                           (struct show_how){.want = want, .quiet = true});
		assert_int_equal(s.status, PIFU_OK);
		assert_int_equal(s.rows, ROWS);
		pifu_buf_free(&s.text);
	}
	pifu_buf_free(&html);
}

/* ---- Memory that runs out -------------------------------------------------------------- */

static void every_allocation_may_fail(void **state)
{
	(void)state;
	static const struct {
		const struct format *format;
		const char *file;
	} files[] = {
		{&pifu_format_html, "01-trs-editor.html"},
		{&pifu_format_html, "05-inner-table.html"},
		{&pifu_format_html, "08-vision-lines.md"},
		{&pifu_format_json, "13-mineru.json"},
		{&pifu_format_json, "14-docling.json"},
		{&pifu_format_json, "17-markdown.json"},
		{&pifu_format_mhtml, "16-saved.mht"},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[512];
		size_t n;
		snprintf(path, sizeof path, "%s/tests/html/%s", PIFU_SOURCE_DIR, files[i].file);
		char *bytes = load_file(path, &n);
		fail_each(files[i].format, bytes, n, files[i].file);
		free(bytes);
	}
}

/* ---- JSON that is cut off ------------------------------------------------------------------ */

static void cut_json(void **state)
{
	(void)state;
	size_t n;
	char *bytes = load_file(PIFU_SOURCE_DIR "/tests/html/13-mineru.json", &n);
	pifu_options salvage = {.salvage = true};
	size_t cut = (size_t)(strstr(bytes, "第二行") - bytes);

	struct shown s = show_grid(&pifu_format_json, show_input(bytes, cut), (struct show_how){0});
	assert_int_equal(s.status, PIFU_ERR_DAMAGED);
	assert_int_equal(s.err.line, 3);
	pifu_buf_free(&s.text);
	s = show_grid(&pifu_format_json, show_input(bytes, cut),
	              (struct show_how){.options = &salvage});
	assert_int_equal(s.status, PIFU_OK);
	assert_non_null(strstr(s.text.s, "≥5万株"));
	assert_non_null(strstr(s.text.s, "! salvaged"));
	pifu_buf_free(&s.text);
	free(bytes);
	struct buf deep = repeat("", "[", 1000);
	s = show_grid(&pifu_format_json, show_input(deep.s, deep.n), (struct show_how){0});
	assert_int_equal(s.status, PIFU_ERR_LIMIT);
	pifu_buf_free(&s.text);
	pifu_buf_free(&deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognition),
		cmocka_unit_test(declared_charsets),
		cmocka_unit_test(small_documents),
		cmocka_unit_test(hidden_text_on_request),
		cmocka_unit_test(hostile_pages_end),
		cmocka_unit_test(chunks_end_anywhere),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(cut_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
