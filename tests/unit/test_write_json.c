/* The JSON writers: escapes, numbers, every composite key, several documents. */
#include "test_write_forms.h"

#include "write/json.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Pieces ------------------------------------------------------------------ */

typedef void put_piece(struct out *o, struct str s);

static void check_piece(put_piece *put, struct str in, const char *expected)
{
	struct out o;

	assert_true(pifu_out_open(&o, NULL, NULL, NULL));
	put(&o, in);
	pifu_out_char(&o, '\0');
	assert_int_equal(o.status, PIFU_OK);
	assert_string_equal(o.s, expected);
	pifu_out_close(&o);
}

static void test_strings(void **state)
{
	(void)state;
	check_piece(pifu_json_put_str, STR(""), "\"\"");
	check_piece(pifu_json_put_str, STR_NONE, "null");
	check_piece(pifu_json_put_str, STR("a\"b\\c"), "\"a\\\"b\\\\c\"");
	check_piece(pifu_json_put_str, STR("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"");
	check_piece(pifu_json_put_str, ((struct str){"\0\x01\x1f", 3}),
	            "\"\\u0000\\u0001\\u001f\"");
	check_piece(pifu_json_put_str, STR("≥95%养护"), "\"≥95%养护\"");
	check_piece(pifu_json_put_str, STR("\x7f"), "\"\x7f\"");
}

/* What escaping a byte alone gives. */
static size_t escape_byte(char *to, unsigned char c)
{
	static const char named[] = "\"\\\b\t\n\f\r", names[] = "\"\\btnfr";
	const char *at = c ? strchr(named, c) : NULL;

	if (at)
		return (size_t)sprintf(to, "\\%c", names[at - named]);
	return (size_t)(c < 0x20 ? sprintf(to, "\\u%04x", c) : sprintf(to, "%c", c));
}

/* A text of `size` x with byte `c` at `at`, written as bytes would be. */
static void check_byte_at(unsigned char c, uint32_t at, uint32_t size)
{
	char text[24], expected[24 * 6 + 3];
	size_t n = 0;

	memset(text, c == 'x' ? 'y' : 'x', sizeof text);
	text[at] = (char)c;
	expected[n++] = '"';
	for (uint32_t i = 0; i < size; i++)
		n += escape_byte(expected + n, (unsigned char)text[i]);
	memcpy(expected + n, "\"", 2);
	check_piece(pifu_json_put_str, (struct str){text, size}, expected);
}

/* Words of eight bytes, and what is left behind the last, must give what single bytes give. */
static void test_words_equal_bytes(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (uint32_t size = 1; size <= 24; size++)
			for (uint32_t at = 0; at < size; at++)
				check_byte_at((unsigned char)c, at, size);
}

static void test_long_strings(void **state)
{
	enum { N = 100000 };
	char *text = malloc(N);
	struct out o;

	(void)state;
	assert_non_null(text);
	memset(text, '\x01', N);
	assert_true(pifu_out_open(&o, NULL, NULL, NULL));
	pifu_json_put_str(&o, (struct str){text, N});
	assert_int_equal(o.n, N * 6 + 2);
	for (size_t i = 0; i < N; i++)
		assert_memory_equal(o.s + 1 + i * 6, "\\u0001", 6);
	pifu_out_close(&o);
	free(text);
}

static void test_names(void **state)
{
	(void)state;
	check_piece(pifu_json_put_name, STR("a\"\xB1\xED.txt"),
	            "\"a\\\"\xEF\xBF\xBD\xEF\xBF\xBD.txt\"");
	check_piece(pifu_json_put_name, STR("批复\xE8"), "\"批复\xEF\xBF\xBD\"");
	check_piece(pifu_json_put_name, STR("\xED\xA0\x80"),
	            "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
	check_piece(pifu_json_put_name, STR("好.txt"), "\"好.txt\"");
}

/* What stands in a record's columns of any text. */
static void put_any(struct out *o, struct str s)
{
	char *to = pifu_out_room(o, JSON_STR_ROOM(s.n));

	o->n += (size_t)(pifu_json_any_at(to, s) - to);
}

static void test_numbers(void **state)
{
	static const char *const numbers[] = {"0", "-0", "12", "-3.5", "0.05", "1e5", "2.5E-3"};
	static const char *const texts[] = {"",    "-",   "007", "1.",   ".5",  "+1",  "1e",
	                                    "1e+", "0x1", "1 ",  "12个", "NaN", "--1", "1.2.3"};
	char quoted[32];

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		check_piece(pifu_json_put_number, text_of(numbers[i]), numbers[i]);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		snprintf(quoted, sizeof quoted, "\"%s\"", texts[i]);
		check_piece(pifu_json_put_number, text_of(texts[i]), quoted);
		check_piece(put_any, text_of(texts[i]), quoted);
	}
	check_piece(pifu_json_put_number, STR_NONE, "null");
	check_piece(put_any, STR_NONE, "null");
	check_piece(put_any, STR("12.5"), "12.5");
	check_piece(put_any, STR("1e5"), "\"1e5\"");
	check_piece(put_any, STR("123456789012345"), "123456789012345");
	check_piece(put_any, STR("1234567890123456"), "\"1234567890123456\"");
}

static void test_shares(void **state)
{
	static const struct {
		double share;
		const char *text;
	} cases[] = {{0, "0"},          {1, "1"},          {0.5, "0.5"}, {0.29, "0.29"},
	             {0.4996, "0.499"}, {0.9999, "0.999"}, {-1, "0"},    {7, "1"},
	             {0.007, "0.007"},  {0.0 / 0.0, "0"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct out o;

		assert_true(pifu_out_open(&o, NULL, NULL, NULL));
		pifu_out_share(&o, cases[i].share);
		pifu_out_char(&o, '\0');
		assert_string_equal(o.s, cases[i].text);
		pifu_out_close(&o);
	}
}

static void put_hundredths(struct out *o, int64_t v)
{
	char *to = pifu_out_room(o, 2 * OUT_UINT);

	o->n += (size_t)(pifu_out_hundredths_at(to, v) - to);
}

static void test_integers(void **state)
{
	struct out o;

	(void)state;
	assert_true(pifu_out_open(&o, NULL, NULL, NULL));
	pifu_out_uint(&o, 0);
	for (uint64_t v = 9; v < 10000; v = v * 10 + 9) {
		pifu_out_char(&o, ' ');
		pifu_out_uint(&o, v);
		pifu_out_char(&o, ' ');
		pifu_out_uint(&o, v + 1);
	}
	pifu_out_char(&o, ' ');
	pifu_out_uint(&o, UINT64_MAX);
	pifu_out_char(&o, ' ');
	put_hundredths(&o, -5);
	pifu_out_char(&o, ' ');
	put_hundredths(&o, 130);
	pifu_out_char(&o, ' ');
	put_hundredths(&o, INT64_MIN);
	pifu_out_char(&o, '\0');
	assert_string_equal(o.s, "0 9 10 99 100 999 1000 9999 10000 18446744073709551615 -0.05 1.3 "
	                         "-92233720368547758.08");
	pifu_out_close(&o);
}

/* ---- Records -------------------------------------------------------------------- */

static const char plain_line[] =
	"{\"id\":\"a1b2\",\"file\":\"park.txt\",\"form\":1,\"kind\":\"department\","
	"\"title\":\"2025年部门整体支出绩效目标批复表\",\"year\":2025,\"department\":"
	"\"青禾县园林局\","
	"\"project\":null,\"function_no\":1,\"function\":\"公园绿地养护\",\"level1\":\"产出指标\","
	"\"level2\":\"数量指标\",\"name\":\"养护公园个数\",\"target\":\"≥12个\","
	"\"target_kind\":\"number\",\"comparator\":null,\"number\":null,\"number_max\":null,"
	"\"unit\":null,\"weight\":null,\"basis\":null,\"actual\":null,\"score\":null,\"note\":null,"
	"\"term\":null,\"parts\":null,\"raw\":{},\"source\":{\"sha256\":\"" SHA "\",\"table\":0,"
	"\"page\":1,\"row\":5,\"cells\":{}},\"repairs\":[],\"confidence\":0.99,\"findings\":[],"
	"\"checks\":[],\"alternatives\":[]}\n";

static void test_plain_record(void **state)
{
	struct pifu_record r = sample_record("养护公园个数", "≥12个");
	struct pifu_form form = sample_form(&r, 1);
	struct gathered g = {0};

	(void)state;
	assert_string_equal(write_one(&g, "jsonl", NULL, &form), plain_line);
	pifu_buf_free(&g.text);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no %s in %s", part, text);
}

static void test_composite_keys(void **state)
{
	struct pifu_record r = sample_record("树木\"成活\"率", "≥95%");
	const struct cell whole = {.path = STR("p1")},
			  step = {.path = STR("d#tbl[1]"), .path_row = 12, .path_cell = 4};
	struct source_cell cells[] = {
		{&whole, {0, 5, 3}, PIFU_FIELD_NAME},
		{NULL, {0, 5, 4}, PIFU_FIELD_TARGET},
		{NULL, {0, 6, PIFU_NONE}, PIFU_FIELD_NAME},
		{&step, {0, 5, 5}, PIFU_FIELD_TARGET},
	};
	struct raw_value raws[] = {{STR("树木“成活”率"), PIFU_FIELD_NAME},
	                           {STR("$\\geq 95\\%$"), PIFU_FIELD_TARGET}};
	struct place moved[] = {{0, 5, 3}, {0, 5, 4}};
	struct repair repairs[] = {{PIFU_REPAIR_ROW_SHIFTED, 130, moved, 2, STR("left by one")}};
	struct alternative alternatives[] = {{40, PIFU_FIELD_TARGET, STR_NONE}};
	struct part parts[] = {{STR("东区"), STR("≥90%")}, {STR("西区"), STR_NONE}};
	struct pifu_form form = sample_form(&r, 1);
	struct gathered g = {0};

	(void)state;
	r.cells = cells, r.ncells = 4;
	r.raws = raws, r.nraws = 2;
	r.repairs = repairs, r.nrepairs = 1;
	r.alternatives = alternatives, r.nalternatives = 1;
	r.parts = parts, r.nparts = 2;
	r.page = 0;
	r.findings = (uint64_t)1 << PIFU_FINDING_DOUBTFUL |
	             (uint64_t)1 << PIFU_FINDING_LABEL_MENDED |
	             (uint64_t)1 << PIFU_CHECK_RATE_OVER_100;
	const char *line = write_one(&g, "jsonl", NULL, &form);
	assert_has(line, "\"name\":\"树木\\\"成活\\\"率\"");
	assert_has(line, "\"raw\":{\"name\":\"树木“成活”率\",\"target\":\"$\\\\geq 95\\\\%$\"}");
	assert_has(line, "\"page\":null,\"row\":5,\"cells\":{\"name\":[[0,5,3],[0,6,null]],"
	                 "\"target\":[[0,5,4],[0,5,5]]},\"path\":{\"name\":[\"p1\",null],"
	                 "\"target\":[null,\"d#tbl[1]/tr[12]/tc[4]\"]}}");
	assert_has(line, "\"repairs\":[{\"code\":\"row-shifted\",\"cells\":[[0,5,3],[0,5,4]],"
	                 "\"cost\":1.3,\"reason\":\"left by one\"}]");
	assert_has(line,
	           "\"findings\":[\"doubtful\",\"label-mended\"],\"checks\":[\"rate-over-100\"]");
	assert_has(line, "\"alternatives\":[{\"field\":\"target\",\"text\":null,\"margin\":0.4}]");
	assert_has(line, "\"parts\":[{\"place\":\"东区\",\"target\":\"≥90%\"},"
	                 "{\"place\":\"西区\",\"target\":null}]");
	pifu_buf_clear(&g.text);
	r.findings = 0; /* who is sure names no alternatives */
	assert_has(write_one(&g, "jsonl", NULL, &form), "\"alternatives\":[]");
	pifu_buf_free(&g.text);
}

/* The copied head must follow the records: a project that changes, another form. */
static void test_head_follows(void **state)
{
	struct pifu_record r[3] = {sample_record("甲", "1"), sample_record("乙", "2"),
	                           sample_record("丙", "3")};
	struct pifu_form form = sample_form(r, 3);
	struct gathered g = {0};

	(void)state;
	put_value(&r[1], PIFU_FIELD_PROJECT, STR("绿道"));
	put_value(&r[2], PIFU_FIELD_PROJECT, STR("绿"));
	const char *text = write_one(&g, "jsonl", NULL, &form);
	assert_has(text, "\"project\":null,\"function_no\":1,");
	assert_has(text, "\"project\":\"绿道\",");
	assert_has(text, "\"project\":\"绿\",");
	pifu_buf_free(&g.text);
}

/* ---- Documents --------------------------------------------------------------------- */

static void test_documents(void **state)
{
	struct pifu_record r = sample_record("养护公园个数", "≥12个");
	struct pifu_form form = sample_form(&r, 1), empty = sample_form(NULL, 0);
	struct form_field fields[] = {{STR("year"), STR("2026"), {0, 1, 0}}};
	struct form_function functions[] = {{1, STR("公园绿地养护"), {0, 4, 0}},
	                                    {0, STR("其他"), {0, 9, 0}}};
	struct str goals[] = {STR("绿地常青"), STR("设施完好")};
	pifu_doc_finding finding = {
		PIFU_FINDING_BAD_BYTES, 3, 0, PIFU_NONE, PIFU_NONE, PIFU_NONE, "x\x01"};
	struct document_facts facts = sample_facts("a\xFF.txt");
	struct gathered g = {0};
	pifu_writer *w = pifu_writer_new("json", NULL, gather, &g, NULL);

	(void)state;
	assert_non_null(w);
	form.functions = functions, form.nfunctions = 2;
	form.goals = goals, form.ngoals = 2;
	empty.fields = fields, empty.nfields = 1;
	empty.number = 2;
	facts.findings = &finding, facts.nfindings = 1;
	facts.receipt = (pifu_receipt){.cells = 7, .forms = 2, .records = 1, .balanced = true};
	facts.receipt.accounts[PIFU_ACCOUNT_RECORD] = 7;
	assert_int_equal(pifu_writer_put_form(w, &facts, &form, NULL), PIFU_OK);
	assert_int_equal(pifu_writer_put_form(w, &facts, &empty, NULL), PIFU_OK);
	assert_int_equal(pifu_writer_put_document(w, &facts, NULL), PIFU_OK);
	facts = sample_facts("b.txt");
	assert_int_equal(pifu_writer_put_document(w, &facts, NULL), PIFU_OK);
	assert_int_equal(pifu_writer_finish(w, NULL), PIFU_OK);
	pifu_writer_free(w);

	const char *text = gathered_text(&g);
	assert_has(text, "{\n  \"file\": \"a\xEF\xBF\xBD.txt\",\n  \"sha256\": \"" SHA "\",\n");
	assert_has(text, "\"records\":1},\n    {\"no\":2,\"kind\":\"department\",");
	assert_has(text, "\"year\":2026,\"department\":null,\"records\":0}\n  ],\n");
	assert_has(text, "\"fields\": [\n    "
	                 "{\"form\":2,\"key\":\"year\",\"value\":\"2026\",\"cell\":[0,1,0]}\n");
	assert_has(text, "\"goals\": [\n    {\"form\":1,\"text\":\"绿地常青\"},\n    {\"form\":1,");
	assert_has(text, "{\"form\":1,\"no\":null,\"name\":\"其他\",\"cell\":[0,9,0]}");
	assert_has(
		text,
		"\"findings\": [\n    {\"code\":\"bad-bytes\",\"severity\":\"warning\",\"line\":3,"
		"\"column\":null,\"cell\":null,\"text\":\"x\\u0001\"}\n  ],\n");
	assert_has(text, "\"receipt\": {\"cells\":7,\"accounts\":{\"none\":0,\"record-field\":7,");
	assert_has(text,
	           "\"forms\":2,\"records\":1,\"balanced\":true}\n}\n{\n  \"file\": \"b.txt\",");
	assert_has(strstr(text, "b.txt"), "\"indicators\": [],");
	pifu_buf_free(&g.text);
}

/* ---- Sinks and errors ---------------------------------------------------------------- */

static void test_sink_fails(void **state)
{
	struct pifu_record r = sample_record("养护公园个数", "≥12个");
	struct pifu_form form = sample_form(&r, 1);
	struct document_facts facts = sample_facts("a");
	struct gathered g = {.fail_at = 2};
	pifu_writer *w = pifu_writer_new("jsonl", NULL, gather, &g, NULL);
	pifu_error err = {0};
	pifu_status status = PIFU_OK;

	(void)state;
	for (int i = 0; i < 2000 && status == PIFU_OK; i++)
		status = pifu_writer_put_form(w, &facts, &form, &err);
	assert_int_equal(status, PIFU_ERR_WRITE);
	assert_int_equal(err.status, PIFU_ERR_WRITE);
	assert_int_equal(pifu_writer_finish(w, NULL), PIFU_ERR_WRITE);
	assert_int_equal(g.calls, 2); /* a sink that failed is left alone */
	pifu_writer_free(w);
	pifu_buf_free(&g.text);
}

/* ---- The n-th allocation fails ----------------------------------------------------- */

static void *failing_alloc(void *left, size_t size)
{
	return (*(int *)left)-- > 0 ? malloc(size) : NULL;
}

static void *failing_realloc(void *left, void *block, size_t size)
{
	return (*(int *)left)-- > 0 ? realloc(block, size) : NULL;
}

static void plain_free(void *left, void *block)
{
	(void)left;
	free(block);
}

/* Enough forms that every growing buffer grows; the worst status of all calls. */
static pifu_status write_much(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	pifu_status worst = PIFU_OK;

	for (int i = 0; i < 200; i++)
		if (pifu_writer_put_form(w, d, form, NULL) != PIFU_OK)
			worst = PIFU_ERR_NOMEM;
	if (pifu_writer_put_document(w, d, NULL) != PIFU_OK ||
	    pifu_writer_finish(w, NULL) != PIFU_OK)
		worst = PIFU_ERR_NOMEM;
	return worst;
}

/* Writing once with `n` allocations that succeed; true when that was enough. */
static bool write_with(const char *format, int n, const pifu_form *form)
{
	int left = n;
	const pifu_allocator allocator = {failing_alloc, failing_realloc, plain_free, &left};
	pifu_write_options options = {.allocator = &allocator};
	struct document_facts facts = sample_facts("park.txt");
	struct gathered g = {0};
	pifu_error err = {0};
	pifu_writer *w = pifu_writer_new(format, &options, gather, &g, &err);
	bool enough = w && write_much(w, &facts, form) == PIFU_OK;

	assert_int_equal(enough, left >= 0); /* a failure is never kept secret */
	if (!w)
		assert_int_equal(err.status, PIFU_ERR_NOMEM);
	pifu_writer_free(w);
	pifu_buf_free(&g.text);
	return enough;
}

static void test_allocations_fail(void **state)
{
	struct pifu_record r = sample_record("养护公园个数", "=12个");
	struct str goals[] = {STR("绿地常青")};
	struct form_function functions[] = {{1, STR("公园绿地养护"), {0, 4, 0}}};
	struct pifu_form form = sample_form(&r, 1);
	const char *format;

	(void)state;
	form.goals = goals, form.ngoals = 1;
	form.functions = functions, form.nfunctions = 1;
	for (size_t i = 0; (format = pifu_writer_list(i, NULL)); i++) {
		int n = 0;

		while (!write_with(format, n, &form))
			n++;
		assert_true(n >= 3);
	}
}

static void test_unknown_format(void **state)
{
	pifu_error err = {0};
	const char *what = NULL;

	(void)state;
	assert_null(pifu_writer_new("jsonnl", NULL, gather, NULL, &err));
	assert_int_equal(err.status, PIFU_ERR_USAGE);
	assert_null(pifu_writer_new(NULL, NULL, gather, NULL, &err));
	assert_string_equal(pifu_writer_list(0, &what), "jsonl");
	assert_non_null(what);
	assert_null(pifu_writer_list(5, NULL));
	pifu_writer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),          cmocka_unit_test(test_words_equal_bytes),
		cmocka_unit_test(test_long_strings),     cmocka_unit_test(test_names),
		cmocka_unit_test(test_numbers),          cmocka_unit_test(test_shares),
		cmocka_unit_test(test_integers),         cmocka_unit_test(test_plain_record),
		cmocka_unit_test(test_composite_keys),   cmocka_unit_test(test_head_follows),
		cmocka_unit_test(test_documents),        cmocka_unit_test(test_sink_fails),
		cmocka_unit_test(test_allocations_fail), cmocka_unit_test(test_unknown_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
