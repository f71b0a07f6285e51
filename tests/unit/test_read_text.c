/* The text reader: lines, kinds of lines, tables, pages, hostile text. */
#include "test_read.h"

struct sample {
	const char *text, *sketch;
};

static void check_samples(const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_sketch(samples[i].text, samples[i].sketch);
}

static void test_nothing(void **state)
{
	static const struct sample samples[] = {
		{"", ""},       {"\n", ""},           {"\n\n \n\r\n\xE3\x80\x80\n", ""},
		{"\f\f\n", ""}, {"\xEF\xBB\xBF", ""},
	};
	(void)state;
	check_samples(samples, COUNT(samples));
}

static void test_plain_lines(void **state)
{
	static const struct sample samples[] = {
		{"标题", "0.0@1/1 0:标题\n"},
		{"a\nb\n", "0.0@1/1 0:a\n0.1@2/1 0:b\n"},
		{"a\r\nb\rc", "0.0@1/1 0:a\n0.1@2/1 0:b\n0.2@3/1 0:c\n"},
		{"  \xE3\x80\x80 指标名称  指标值 \n", "0.0@1/1 0:指标名称  指标值\n"},
		/* U+2028 and U+0085 are characters of the text */
		{"a\xE2\x80\xA8"
	         "b\xC2\x85"
	         "c",
	         "0.0@1/1 0:a\xE2\x80\xA8"
	         "b\xC2\x85"
	         "c\n"},
		{"-----\n- 项目", "0.0@1/1 0:-----\n0.1@2/1 0:- 项目\n"},
	};
	(void)state;
	check_samples(samples, COUNT(samples));
}

static void test_gaps_and_pages(void **state)
{
	static const struct sample samples[] = {
		{"\n\na\n\n\nb\n", "0.0@3/1 0:a\n0.3@6/1 0:b\n"},
		{"a\n\f\nb", "0.0@1/1 0:a\n0.1@3p2/1 0:b\n"},
		{"a\n\fb\n\f\fc", "0.0@1/1 0:a\n0.1@2p2/1 0:b\n0.2@3p4/1 0:c\n"},
		{"a\fb\nc", "0.0@1/1 0:a\n0.1@1p2/1 0:b\n0.2@2p2/1 0:c\n"},
		{"a\f\n\nb", "0.0@1/1 0:a\n0.2@3p2/1 0:b\n"},
		/* blank lines and form feeds do not end a table; those before a new one are no gap */
		{"a\tb\n\n\f\nc\td\n\n甲\n",
	         "0.0@1/2 0:a 1:b\n0.2@4p2/2 0:c 1:d\n1.0@6p2/1 0:甲\n"},
	};
	(void)state;
	check_samples(samples, COUNT(samples));
}

static void test_tabs(void **state)
{
	static const struct sample samples[] = {
		{"a\tb", "0.0@1/2 0:a 1:b\n"},
		{"\t\ta \t\n", "0.0@1/4 2:a\n"},
		{"\t\t\n", "0.0@1/3\n"},
		{"a|b\tc", "0.0@1/2 0:a|b 1:c\n"},
		{"--\t-------\t---", "0.0@1/3 0:-- 1:------- 2:---\n"},
		{" \t \xC2\xA0\t\xE3\x80\x80\n", "0.0@1/3\n"},
		{"标题\na\tb\nc\td\n尾\n",
	         "0.0@1/1 0:标题\n1.0@2/2 0:a 1:b\n1.1@3/2 0:c 1:d\n2.0@4/1 0:尾\n"},
	};
	(void)state;
	check_samples(samples, COUNT(samples));
}

static void test_pipes(void **state)
{
	static const struct sample samples[] = {
		{"| a | b |", "0.0@1/2 0:a 1:b\n"},
		{"a | b |", "0.0@1/2 0:a 1:b\n"},
		{"a|b", "0.0@1/2 0:a 1:b\n"},
		{"|a|b", "0.0@1/2 0:a 1:b\n"},
		{"| | a | |", "0.0@1/3 1:a\n"},
		{"a | b |||||", "0.0@1/6 0:a 1:b\n"},
		{"||||||", "0.0@1/5\n"},
		{"|", "0.0@1/1\n"},
		{"| |", "0.0@1/1\n"},
		{"|\ta\t|", "0.0@1/1 0:a\n"},
		{"  |a|  ", "0.0@1/1 0:a\n"},
		{"|x\\|y|z|", "0.0@1/2 0:x\\|y 1:z\n"},
		{"|x\\\\|y|", "0.0@1/2 0:x\\\\ 1:y\n"},
		{"a\\|b", "0.0@1/1 0:a\\|b\n"},
		{"|a<br>b|c|", "0.0@1/2 0:a<br>b 1:c\n"},
		{"|a|b|\n|---|:--:|\n|c|d|",
	         "0.0@1/2 0:a 1:b\n0.1@2/2 0:--- 1::--:\n0.2@3/2 0:c 1:d\n"},
		{"+----+--+\n| a  | b|\n+====+==+\n",
	         "0.0@1/2 0:---- 1:--\n0.1@2/2 0:a 1:b\n0.2@3/2 0:==== 1:==\n"},
		{"+86 123\n+-5%\n+--\n", "0.0@1/1 0:+86 123\n0.1@2/1 0:+-5%\n0.2@3/1 0:+--\n"},
	};
	(void)state;
	check_samples(samples, COUNT(samples));
}

static void test_no_copy(void **state)
{
	static const char text[] = "\xEF\xBB\xBF指标\t数量\n|甲|\n";
	struct input in = {"form.txt", (const unsigned char *)text, sizeof text - 1};
	const struct format *f = pifu_format_detect(&in, NULL, NULL);
	struct reader *r = f->open(&in, NULL, NULL, NULL);
	struct arena *arena = pifu_arena_new(NULL);
	struct grid g = {0};
	bool end = false;

	(void)state;
	assert_int_equal(f->next(r, arena, 100, &g, &end, NULL), PIFU_OK);
	assert_true(end);
	assert_int_equal(g.ncells, 3);
	for (size_t i = 0; i < g.ncells; i++)
		assert_true(g.cells[i].raw.s > text && g.cells[i].raw.s < text + sizeof text);
	f->close(r);
	pifu_arena_free(arena);
}

/* One block of any size, and any going back, give the same rows. */
static void test_blocks_agree(void **state)
{
	struct buf text = {0};

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		pifu_buf_fmt(&text, "职能%u\t产出指标\t\t≥%u次\t\n", i, i * 7);
		pifu_buf_fmt(&text, i % 5 ? "|名称%u|≥%u%%|\r\n" : "\n\f%u\n\n%u\r", i, i);
	}
	struct reading whole = read_bytes(text.s, text.n, NULL, WHOLE);
	assert_int_equal(whole.blocks, 1);
	for (size_t want = 1; want < 100000; want = want * 9 + 1) {
		struct reading r = read_bytes(text.s, text.n, NULL, want);
		assert_true(r.blocks > 1);
		assert_string_equal(shown(&r.sketch), shown(&whole.sketch));
		free_reading(&r);
	}
	assert_dump_law(&whole);
	free_reading(&whole);
	pifu_buf_free(&text);
}

/* ---- Hostile text ----------------------------------------------------------- */

static void put_times(struct buf *b, const char *what, size_t times)
{
	for (size_t i = 0; i < times; i++)
		pifu_buf_str(b, pifu_str_of(what));
}

static void test_long_line(void **state)
{
	struct buf text = {0};

	(void)state;
	put_times(&text, "长行无断,", 10 * 1024 * 1024 / 13);
	size_t length = text.n;
	pifu_buf_str(&text, STR("\n短\n"));
	struct reading r = read_bytes(text.s, text.n, NULL, 1000);
	assert_int_equal(r.status, PIFU_OK);
	assert_int_equal(r.rows, 2);
	assert_int_equal(r.cells, 2);
	assert_true(r.dump.n > length);
	free_reading(&r);
	pifu_buf_free(&text);
}

/* Beyond the last column cells are joined to the last one, with their separators. */
static void check_columns(const char *cell, const char *end, const char *last)
{
	struct buf text = {0};
	struct arena *arena = pifu_arena_new(NULL);
	struct grid g = {0};
	bool done = false;

	put_times(&text, cell, 100000);
	pifu_buf_str(&text, pifu_str_of(end));
	struct input in = {"form.txt", (unsigned char *)text.s, text.n};
	struct reader *r = pifu_format_text.open(&in, NULL, NULL, NULL);
	assert_int_equal(pifu_format_text.next(r, arena, 1, &g, &done, NULL), PIFU_OK);
	assert_int_equal(g.nrows, 1);
	assert_int_equal(g.rows[0].width, PIFU_LIMIT_COLUMNS);
	assert_int_equal(g.ncells, PIFU_LIMIT_COLUMNS);
	struct cell *joined = &g.cells[g.ncells - 1];
	assert_int_equal(joined->col, PIFU_LIMIT_COLUMNS - 1);
	assert_int_equal(joined->raw.n, (100000 - PIFU_LIMIT_COLUMNS + 1) * 2 + strlen(last) - 2);
	assert_memory_equal(joined->raw.s + joined->raw.n - strlen(last), last, strlen(last));
	pifu_format_text.close(r);
	pifu_arena_free(arena);
	pifu_buf_free(&text);
}

static void test_many_columns(void **state)
{
	(void)state;
	check_columns("x\t", "", "x");
	check_columns("y|", "z", "y|z");
}

static void test_only_separators(void **state)
{
	static const struct {
		const char *mark;
		uint32_t width;
	} cases[] = {{"\t", PIFU_LIMIT_COLUMNS}, {"|", PIFU_LIMIT_COLUMNS - 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf text = {0};
		char expected[32];
		put_times(&text, cases[i].mark, 1000000);
		struct reading r = read_bytes(text.s, text.n, NULL, 1);
		snprintf(expected, sizeof expected, "0.0@1/%u\n", cases[i].width);
		assert_string_equal(shown(&r.sketch), expected);
		assert_dump_law(&r);
		free_reading(&r);
		pifu_buf_free(&text);
	}
}

static void test_slashes_and_feeds(void **state)
{
	struct buf text = {0};

	(void)state;
	put_times(&text, "\\", 1000000);
	put_times(&text, "\\|", 500000);
	pifu_buf_char(&text, '\n');
	put_times(&text, "\f", 1000000);
	pifu_buf_str(&text, STR("末页"));
	struct reading r = read_bytes(text.s, text.n, NULL, 100);
	assert_int_equal(r.status, PIFU_OK);
	assert_int_equal(r.rows, 2);
	const char *last = "0.1@2p1000001/1 0:末页\n";
	assert_string_equal(shown(&r.sketch) + r.sketch.n - strlen(last), last);
	assert_dump_law(&r);
	free_reading(&r);
	pifu_buf_free(&text);
}

/* A million blank lines cost no rows; a million rows cost a few blocks. */
static void test_many_lines(void **state)
{
	struct buf text = {0};

	(void)state;
	pifu_buf_str(&text, STR("头\n"));
	put_times(&text, "\r", 1000000);
	pifu_buf_str(&text, STR("尾\n"));
	put_times(&text, "|\n", 1000000);
	struct reading r = read_bytes(text.s, text.n, NULL, 65536);
	assert_int_equal(r.rows, 1000002);
	static const char first[] = "0.0@1/1 0:头\n0.1000001@1000002/1 0:尾\n1.0@1000003/1\n";
	assert_memory_equal(r.sketch.s, first, sizeof first - 1);
	free_reading(&r);
	pifu_buf_free(&text);
}

static void test_nuls_and_surrogates(void **state)
{
	static const char text[] = "a\0b\tc\n\xED\xA0\x80x\tstray\n";
	struct reading r = read_bytes(text, sizeof text - 1, NULL, 5);

	(void)state;
	assert_string_equal(shown(&r.sketch),
	                    "0.0@1/2 0:a\xEF\xBF\xBD"
	                    "b 1:c\n"
	                    "0.1@2/2 0:\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx 1:stray\n");
	assert_int_equal(r.findings.n, 2);
	assert_int_equal(r.findings.items[0].line, 1);
	assert_int_equal(r.findings.items[0].column, 2);
	assert_int_equal(r.findings.items[1].line, 2);
	assert_int_equal(r.findings.items[1].column, 1);
	assert_dump_law(&r);
	free_reading(&r);
}

static void test_no_memory(void **state)
{
	static const char text[] = "标题\n指标\t\xB5\xA5\n|a|b|\n\xFF\n";
	struct failing f = {0};
	pifu_allocator allocator = {failing_alloc, failing_realloc, failing_free, &f};
	pifu_options options = {.allocator = &allocator};
	size_t failures = 0;

	(void)state;
	for (size_t n = 1;; n++) {
		f = (struct failing){.fail_at = n};
		struct reading r = read_bytes(text, sizeof text - 1, &options, WHOLE);
		bool reached = f.calls >= n;
		if (r.status != PIFU_OK)
			assert_int_equal(r.status, PIFU_ERR_NOMEM);
		failures += r.status != PIFU_OK;
		assert_true(r.status != PIFU_OK || r.rows == 4);
		free_reading(&r);
		assert_int_equal(f.alive, 0);
		if (!reached)
			break;
	}
	assert_true(failures >= 4);
}

static void test_other_encodings(void **state)
{
	/* 0x7C is the second byte of 亅 here, and no pipe */
	static const char gbk[] = "\xD6\xB8\xB1\xEA|\xD6\xB5\n\x81|\x81|\n";
	pifu_options options = {.encoding = "GBK"};
	struct reading r = read_bytes(gbk, sizeof gbk - 1, &options, WHOLE);

	(void)state;
	assert_int_equal(r.status, PIFU_OK);
	assert_string_equal(shown(&r.sketch), "0.0@1/2 0:指标 1:值\n1.0@2/1 0:亅亅\n");
	free_reading(&r);

	options.encoding = "no-such-encoding";
	r = read_bytes(gbk, sizeof gbk - 1, &options, WHOLE);
	assert_int_equal(r.status, PIFU_ERR_ENCODING);
	assert_string_equal(r.err.file, "form.txt");
	assert_non_null(strstr(r.err.message, "no-such-encoding"));
	free_reading(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_plain_lines),
		cmocka_unit_test(test_gaps_and_pages),
		cmocka_unit_test(test_tabs),
		cmocka_unit_test(test_pipes),
		cmocka_unit_test(test_no_copy),
		cmocka_unit_test(test_blocks_agree),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_many_columns),
		cmocka_unit_test(test_only_separators),
		cmocka_unit_test(test_slashes_and_feeds),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_nuls_and_surrogates),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_other_encodings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
