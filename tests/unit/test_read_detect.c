/* The choice of a format, and what is said of bytes that no reader takes. */
#include "test_read.h"

#include "read/detect.h"

#define BYTES(literal) (const unsigned char *)(literal), sizeof(literal) - 1

static const struct format *detect(const unsigned char *bytes, size_t n,
                                   const pifu_options *options, pifu_error *err)
{
	struct input in = {"some/form.bin", bytes, n};

	*err = (pifu_error){0};
	return pifu_format_detect(&in, options, err);
}

static void test_text_and_grid(void **state)
{
	static const struct {
		const unsigned char *bytes;
		size_t n;
		const char *format;
	} cases[] = {
		{NULL, 0, "text"},
		{BYTES(""), "text"},
		{BYTES("2025年部门整体支出绩效目标表\n"), "text"},
		{BYTES("\xD6\xB8\xB1\xEA\t\xD6\xB8\xB1\xEA\n"), "text"},
		{BYTES("\xFF\xFE\x07\x63\x07\x68"), "text"},
		{BYTES("a\0b"), "text"},
		{BYTES("\0"), "text"},
		{BYTES("a\x1B[1mb\x1B[0m\x1A"), "text"},
		{BYTES(PIFU_GRID_HEADER), "grid"},
		{BYTES(PIFU_GRID_HEADER "\n"), "grid"},
		{BYTES(PIFU_GRID_HEADER "\r\n"), "grid"},
		{BYTES(PIFU_GRID_HEADER "s\n"), "text"},
		{BYTES("Table\trow\tcol\trowspan\tcolspan\tpage\ttext\n"), "text"},
		{BYTES("table\trow\tcol"), "text"},
	};
	pifu_error err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct format *f = detect(cases[i].bytes, cases[i].n, NULL, &err);
		assert_non_null(f);
		assert_string_equal(f->name, cases[i].format);
		assert_int_equal(err.status, PIFU_OK);
	}
}

/* Neither text nor grid scores anything for what is known as another kind. */
static void test_magics(void **state)
{
	static const struct {
		const unsigned char *bytes;
		size_t n;
		const char *what;
	} cases[] = {
		{BYTES("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"), "PDF"},
		{BYTES("PK\3\4\x14\0\6\0"), "zip"},
		{BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "OLE"},
		{BYTES("{\\rtf1\\ansi"), "RTF"},
		{BYTES("\x89PNG\r\n\x1A\n"), "PNG"},
		{BYTES("\xFF\xD8\xFF\xE0"), "JPEG"},
		{BYTES("\x1F\x8B\x08\0"), "gzip"},
		{BYTES("7z\xBC\xAF\x27\x1C"), "7z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct input in = {"form", cases[i].bytes, cases[i].n};
		assert_non_null(pifu_magic_find(&in));
		assert_non_null(strstr(pifu_magic_find(&in)->what, cases[i].what));
		assert_int_equal(pifu_format_text.score(&in), 0);
		assert_int_equal(pifu_format_grid.score(&in), 0);
	}
}

static void test_refusal(void **state)
{
	pifu_error err;

	(void)state;
	assert_null(detect(BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), NULL, &err));
	assert_int_equal(err.status, PIFU_ERR_FORMAT);
	assert_string_equal(err.file, "some/form.bin");
	assert_non_null(strstr(err.message, "PNG image"));
	assert_non_null(strstr(err.message, "text"));
	struct input in = {NULL, BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR")};
	assert_null(pifu_format_detect(&in, NULL, NULL));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 24;
}

/* Random bytes are no text in any size that tells, unless the encoding is named. */
static void test_binary(void **state)
{
	static unsigned char bytes[100000];
	uint32_t seed = 7;
	pifu_options named = {.encoding = "windows-1252"};
	pifu_error err;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)next_random(&seed);
	for (size_t n = 1000; n <= sizeof bytes; n *= 10) {
		assert_null(detect(bytes, n, NULL, &err));
		assert_int_equal(err.status, PIFU_ERR_FORMAT);
		assert_non_null(strstr(err.message, "binary data"));
		assert_string_equal(detect(bytes, n, &named, &err)->name, "text");
	}
	memset(bytes, 0, sizeof bytes);
	assert_null(detect(bytes, sizeof bytes, NULL, &err));
}

/* Text of which every twentieth byte is broken is still text. */
static void test_broken_text(void **state)
{
	struct buf text = {0};
	pifu_error err;

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		pifu_buf_str(&text, i % 2 ? STR("绩效目标") : STR("指标值\xFF\xC0\n"));
	assert_non_null(detect((unsigned char *)text.s, text.n, NULL, &err));
	pifu_buf_free(&text);
}

static void test_names(void **state)
{
	pifu_options options = {.input_format = "text"};
	pifu_error err;
	const char *what = NULL;
	size_t n = 0;

	(void)state;
	assert_ptr_equal(detect(BYTES("PK\3\4"), &options, &err), &pifu_format_text);
	options.input_format = "pages";
	assert_null(detect(BYTES("a"), &options, &err));
	assert_int_equal(err.status, PIFU_ERR_USAGE);
	assert_non_null(strstr(err.message, "'pages'"));
	assert_non_null(strstr(err.message, "grid"));
	for (; pifu_formats()[n]; n++) {
		assert_string_equal(pifu_format_list(n, &what), pifu_formats()[n]->name);
		assert_string_equal(what, pifu_formats()[n]->what);
	}
	assert_null(pifu_format_list(n, &what));
	assert_non_null(pifu_format_list(0, NULL));
}

static void test_grid_helpers(void **state)
{
	struct arena *arena = pifu_arena_new(NULL);
	struct grid g = {0};

	(void)state;
	assert_null(pifu_grid_add_cell(arena, &g, 0, STR("a")));
	for (uint32_t i = 0; i < 1000; i++) {
		assert_non_null(pifu_grid_add_row(arena, &g, 3, i));
		for (uint32_t k = 0; k < i % 5; k++)
			assert_non_null(pifu_grid_add_cell(arena, &g, k, STR("指标")));
	}
	assert_int_equal(g.nrows, 1000);
	assert_int_equal(g.ncells, 2000);
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(g.rows[i].number, i);
		assert_int_equal(g.rows[i].count, i % 5);
		for (uint32_t k = 0; k < i % 5; k++) {
			const struct cell *c = &g.cells[g.rows[i].first + k];
			assert_true(c->row == i && c->col == k && c->rowspan == 1 &&
			            c->colspan == 1);
		}
	}
	pifu_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_and_grid), cmocka_unit_test(test_magics),
		cmocka_unit_test(test_refusal),       cmocka_unit_test(test_binary),
		cmocka_unit_test(test_broken_text),   cmocka_unit_test(test_names),
		cmocka_unit_test(test_grid_helpers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
