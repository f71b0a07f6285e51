/* The grid dump: writing it, reading it back, and what is no dump. */
#include "test_read.h"

#define HEADER PIFU_GRID_HEADER "\n"

static void test_dump_of_text(void **state)
{
	static const struct {
		const char *text, *dump;
	} cases[] = {
		{"", ""},
		{"标题\n", "0\t0\t0\t1\t1\t1\t标题\n"},
		{"a\t\tb\t\t\n", "0\t0\t0\t1\t1\t1\ta\n0\t0\t2\t1\t1\t1\tb\n0\t0\t4\t1\t1\t1\t\n"},
		{"\t\t\n", "0\t0\t2\t1\t1\t1\t\n"},
		{"|\n", "0\t0\t0\t1\t1\t1\t\n"},
		{"a\n\n\f\nb\n", "0\t0\t0\t1\t1\t1\ta\n0\t2\t0\t1\t1\t2\tb\n"},
		{"|a\tb\\c|\n", "0\t0\t0\t1\t1\t1\ta\\tb\\\\c\n"},
		{"a\tb\n甲\n", "0\t0\t0\t1\t1\t1\ta\n0\t0\t1\t1\t1\t1\tb\n1\t0\t0\t1\t1\t1\t甲\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading r = read_text(cases[i].text, WHOLE);
		assert_string_equal(shown(&r.dump), cases[i].dump);
		assert_dump_law(&r);
		free_reading(&r);
	}
}

static void test_header(void **state)
{
	struct grid g = {0};
	struct buf out = {0};

	(void)state;
	pifu_grid_dump(&g, true, &out);
	assert_string_equal(shown(&out), "table\trow\tcol\trowspan\tcolspan\tpage\ttext\n");
	pifu_buf_free(&out);
}

/* What text cannot say but other formats do: spans, gaps, unknown pages, order. */
static void test_read_back(void **state)
{
	static const struct {
		const char *dump, *sketch;
	} cases[] = {
		{"", ""},
		{"0\t2\t0\t1\t1\t1\ta\n", "0.2@0/1 0:a\n"},
		{"0\t0\t0\t3\t2\t1\ta\n0\t0\t2\t1\t4\t1\t\n0\t0\t7\t1\t1\t1\t\n0\t1\t2\t1\t1\t1\tb"
	         "\n",
	         "0.0@0/8 0+2x3:a 2+4:\n0.1@0/3 2:b\n"},
		{"0\t0\t0\t1\t1\t0\ta\n7\t5\t0\t1\t1\t3\tb\n", "0.0@0/1 0:a\n7.5@0p3/1 0:b\n"},
		/* a nested table stands between the rows of its own */
		{"0\t0\t0\t1\t1\t1\ta\n1\t0\t0\t1\t1\t1\tb\n0\t1\t0\t1\t1\t1\tc\n",
	         "0.0@0/1 0:a\n1.0@0/1 0:b\n0.1@0/1 0:c\n"},
		/* what the format says of rows: of one without cells, too */
		{"0\t0\t0\t0\t2\t1\t\n0\t0\t0\t1\t1\t1\ta\n0\t0\t1\t1\t1\t1\tb\n"
	         "0\t1\t0\t1\t1\t1\tc\n0\t2\t0\t0\t3\t2\t\n0\t3\t0\t0\t1\t2\t\n"
	         "0\t3\t2\t1\t1\t2\td\n",
	         "0.0@0/2!2 0:a 1:b\n0.1@0/1 0:c\n0.2@0p2/0!3\n0.3@0p2/3!1 2:d\n"},
		{"0\t0\t0\t1\t1\t1\ta\\n\\t\\r\\\\n\n", "0.0@0/1 0:a\n\t\r\\n\n"},
		{"4294967294\t4294967294\t16383\t65535\t65535\t4294967294\tx",
	         "4294967294.4294967294@0p4294967294/81918 16383+65535x65535:x\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf dump = {0};
		pifu_buf_fmt(&dump, HEADER "%s", cases[i].dump);
		for (size_t want = 1; want <= WHOLE; want = want == 1    ? 60
		                                            : want == 60 ? WHOLE
		                                                         : WHOLE + 1) {
			struct reading r = read_bytes(dump.s, dump.n, NULL, want);
			assert_int_equal(r.status, PIFU_OK);
			assert_string_equal(shown(&r.sketch), cases[i].sketch);
			assert_dump_law(&r);
			free_reading(&r);
		}
		pifu_buf_free(&dump);
	}
}

static void test_line_ends(void **state)
{
	static const char dump[] = "\xEF\xBB\xBF" PIFU_GRID_HEADER "\r\n0\t0\t0\t1\t1\t1\t指标\r\n"
				   "0\t0\t1\t1\t1\t1\t \xE3\x80\x80\r\n";
	struct reading r = read_text(dump, WHOLE);

	(void)state;
	assert_int_equal(r.status, PIFU_OK);
	assert_string_equal(r.format, "grid");
	assert_string_equal(shown(&r.sketch), "0.0@0/2 0:指标\n");
	free_reading(&r);
}

static void test_damage(void **state)
{
	static const struct {
		const char *dump;
		uint32_t line, column;
		const char *expected;
	} cases[] = {
		{"x", 2, 1, "a table number"},
		{"0\t0\t0\t1\t1\t1", 2, 11, "a page number"},
		{"0\t0\t0\t1\t1\t1\ta\n\n", 3, 1, "a table number"},
		{"-1\t0\t0\t1\t1\t1\ta", 2, 1, "a table number"},
		{"0\t4294967295\t0\t1\t1\t1\ta", 2, 3, "a row number"},
		{"0\t99999999999999999999\t0\t1\t1\t1\ta", 2, 3, "a row number"},
		{"0\t0\t16384\t1\t1\t1\ta", 2, 5, "a column from 0 to 16383"},
		{"0\t0\t0\t0\t1\t1\ta", 2, 1, "a row span of 0"},
		{"0\t0\t0\t0\t4\t1\t", 2, 1, "a row span of 0"},
		{"0\t0\t1\t0\t1\t1\t", 2, 1, "a row span of 0"},
		{"0\t0\t0\t0\t1\t1\t\n0\t0\t0\t0\t2\t1\t", 3, 1, "a row span of 0"},
		{"0\t0\t0\t1\t1\t1\ta\n0\t0\t1\t0\t1\t1\t", 3, 1, "a row span of 0"},
		{"0\t0\t0\t65536\t1\t1\ta", 2, 7, "a row span from 0"},
		{"0\t0\t0\t1\t65536\t1\ta", 2, 9, "a column span"},
		{"0\t0\t0\t1\t1\t 1\ta", 2, 11, "a page number"},
		{"0\t0\t0\t1\t1\t1\t指标\tb", 2, 15, "the end of the line"},
		{"0\t0\t0\t1\t1\t1\ta\rb", 2, 14, "the end of the line"},
		{"0\t0\t0\t1\t1\t1\t指\\x", 2, 14, "\\t, \\n, \\r or \\\\"},
		{"0\t0\t0\t1\t1\t1\t\\", 2, 13, "\\t, \\n, \\r or \\\\"},
		{"0\t3\t0\t1\t1\t1\ta\n0\t2\t0\t1\t1\t1\tb", 3, 1, "row numbers that rise"},
		{"0\t3\t1\t1\t1\t1\ta\n0\t3\t1\t1\t1\t1\tb", 3, 1, "columns that rise"},
		{"0\t3\t1\t1\t1\t1\ta\n0\t3\t2\t1\t1\t2\tb", 3, 1, "one page number"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf dump = {0};
		pifu_buf_fmt(&dump, HEADER "%s", cases[i].dump);
		for (size_t want = 1; want <= WHOLE; want = want == 1 ? WHOLE : WHOLE + 1) {
			struct reading r = read_bytes(dump.s, dump.n, NULL, want);
			assert_int_equal(r.status, PIFU_ERR_DAMAGED);
			assert_int_equal(r.err.line, cases[i].line);
			assert_int_equal(r.err.column, cases[i].column);
			assert_string_equal(r.err.file, "form.txt");
			assert_non_null(strstr(r.err.message, cases[i].expected));
			free_reading(&r);
		}
		pifu_buf_free(&dump);
	}
}

/* Named but not meant: the header is what makes a dump. */
static void test_named(void **state)
{
	pifu_options options = {.input_format = "grid"};
	struct reading r = read_bytes("标题\n", 7, &options, WHOLE);

	(void)state;
	assert_int_equal(r.status, PIFU_ERR_DAMAGED);
	assert_int_equal(r.err.line, 1);
	free_reading(&r);
	r = read_text("table\trow\tcol\trowspan\tcolspan\tpage\n", WHOLE);
	assert_string_equal(r.format, "text");
	free_reading(&r);
}

/* A row of many lines is never cut by a block. */
static void test_wide_row(void **state)
{
	struct buf dump = {0};

	(void)state;
	pifu_buf_str(&dump, STR(HEADER));
	for (unsigned row = 0; row < 3; row++)
		for (unsigned col = 0; col < 2000; col++)
			pifu_buf_fmt(&dump, "0\t%u\t%u\t1\t1\t1\t第%u列\n", row, col, col);
	struct reading r = read_bytes(dump.s, dump.n, NULL, 1000);
	assert_int_equal(r.rows, 3);
	assert_int_equal(r.cells, 6000);
	assert_int_equal(r.dump.n + sizeof HEADER - 1, dump.n);
	assert_memory_equal(r.dump.s, dump.s + sizeof HEADER - 1, r.dump.n);
	free_reading(&r);
	pifu_buf_free(&dump);
}

static void test_bad_bytes(void **state)
{
	static const char dump[] = HEADER "0\t0\t0\t1\t1\t1\ta\xFF"
					  "b\0\n";
	struct reading r = read_bytes(dump, sizeof dump - 1, NULL, WHOLE);

	(void)state;
	assert_string_equal(shown(&r.sketch), "0.0@0/1 0:a\xEF\xBF\xBD"
	                                      "b\xEF\xBF\xBD\n");
	assert_int_equal(r.findings.n, 2);
	assert_int_equal(r.findings.items[0].line, 2);
	free_reading(&r);
}

static void test_no_memory(void **state)
{
	static const char dump[] = HEADER "0\t0\t0\t1\t1\t1\ta\\\\b\n0\t1\t0\t1\t1\t1\tc\n";
	struct failing f = {0};
	pifu_allocator allocator = {failing_alloc, failing_realloc, failing_free, &f};
	pifu_options options = {.allocator = &allocator};
	size_t failures = 0;

	(void)state;
	for (size_t n = 1;; n++) {
		f = (struct failing){.fail_at = n};
		struct reading r = read_bytes(dump, sizeof dump - 1, &options, 1);
		failures += r.status == PIFU_ERR_NOMEM;
		assert_true(r.status == PIFU_OK ? r.rows == 2 : r.status == PIFU_ERR_NOMEM);
		free_reading(&r);
		assert_int_equal(f.alive, 0);
		if (f.calls < n)
			break;
	}
	assert_true(failures >= 4);
	/* the writer: its buffer says so */
	struct row row = {.width = 1};
	struct grid g = {.rows = &row, .nrows = 1};
	struct buf out = {.allocator = &allocator};
	f = (struct failing){.fail_at = 1};
	pifu_grid_dump(&g, true, &out);
	assert_true(out.failed);
	pifu_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dump_of_text), cmocka_unit_test(test_header),
		cmocka_unit_test(test_read_back),    cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_damage),       cmocka_unit_test(test_named),
		cmocka_unit_test(test_wide_row),     cmocka_unit_test(test_bad_bytes),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
