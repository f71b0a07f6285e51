/* The table for terminals: widths, layout, marks, and text that would steer the terminal. */
#include "test_write_forms.h"

#include "write/width.h"

static void check_put(struct str in, unsigned columns, const char *expected, unsigned used)
{
	struct out o;

	assert_true(pifu_out_open(&o, NULL, NULL, NULL));
	assert_int_equal(pifu_width_put(&o, in, columns), used);
	pifu_out_char(&o, '\0');
	assert_string_equal(o.s, expected);
	pifu_out_close(&o);
}

static void test_widths(void **state)
{
	(void)state;
	assert_int_equal(pifu_width_str(STR("abc")), 3);
	assert_int_equal(pifu_width_str(STR("养护")), 4);
	assert_int_equal(pifu_width_str(STR("≥95%")), 4);
	assert_int_equal(pifu_width_str(STR("（一）")), 6);
	assert_int_equal(pifu_width_str(STR("e\xCC\x81")), 1); /* a combining accent */
	assert_int_equal(pifu_width_str(STR("𠮷")), 2);
	assert_int_equal(pifu_width_str(STR("a\xE2\x80\x8B"
	                                    "b")),
	                 2); /* zero width space */
	assert_int_equal(pifu_width_fit(STR("养护公园"), 5), 6);
	assert_int_equal(pifu_width_fit(STR("养护"), 1), 3); /* at least one */
	assert_int_equal(pifu_width_fit(STR(""), 1), 0);
}

static void test_cutting(void **state)
{
	(void)state;
	check_put(STR("养护公园"), 0, "养护公园", 8);
	check_put(STR("养护公园"), 8, "养护公园", 8);
	check_put(STR("养护公园"), 7, "养护公…", 7);
	check_put(STR("养护公园"), 6, "养护…", 5);
	check_put(STR("abc"), 1, "…", 1);
}

static void test_steering(void **state)
{
	(void)state;
	check_put(STR("a\033[31mb"), 0, "a\xEF\xBF\xBD[31mb", 7);
	check_put(STR("a\nb\tc\r"), 0, "a b c ", 6);
	check_put(STR("a\xE2\x80\xAE"
	              "b"),
	          0, "ab", 2); /* right-to-left override */
	check_put(STR("\xC2\x9B"
	              "1m"),
	          0,
	          "\xEF\xBF\xBD"
	          "1m",
	          3); /* CSI as one character */
}

static void set_levels(struct pifu_record *r, const char *level1, const char *level2)
{
	put_value(r, PIFU_FIELD_LEVEL1, text_of(level1));
	put_value(r, PIFU_FIELD_LEVEL2, text_of(level2));
}

static const char expected_table[] =
	"2025年部门整体支出绩效目标批复表\n"
	"2025  青禾县园林局  department  park.txt\n"
	"\n"
	"职能                  一级指标  二级指标  三级指标      指标值\n"
	"────────────────────  ────────  ────────  ────────────  ──────\n"
	"1 公园绿地养护        产出指标  数量指标  养护公园个数  ≥12个\n"
	"                                质量指标  养护合格率    ≥95%    *\n"
	"\n"
	"2 古树名木保护与城市  产出指标  质量指标  古树健康率    —\n"
	"行道树更新            效益指标            公众意识      提高    ?0.41 *\n"
	"\n"
	"none.txt: no form was recognised\n"
	"\n"
	"1 form, 4 records: 2 repaired *, 1 doubtful ?, 1 without target —\n";

static void test_layout(void **state)
{
	struct pifu_record r[] = {sample_record("养护公园个数", "≥12个"),
	                          sample_record("养护合格率", "≥95%"),
	                          sample_record("古树健康率", NULL),
	                          sample_record("公众意识", "提高")};
	struct repair repair = {.code = PIFU_REPAIR_ROW_SHIFTED};
	struct pifu_form form = sample_form(r, 4);
	struct document_facts facts = sample_facts("park.txt"), none = sample_facts("none.txt");
	struct gathered g = {0};
	pifu_writer *w = pifu_writer_new("table", NULL, gather, &g, NULL);

	(void)state;
	set_levels(&r[1], "产出指标", "质量指标");
	set_levels(&r[2], "产出指标", "质量指标");
	set_levels(&r[3], "效益指标", NULL);
	for (int i = 2; i < 4; i++) {
		put_value(&r[i], PIFU_FIELD_FUNCTION_NO, STR("2"));
		put_value(&r[i], PIFU_FIELD_FUNCTION, STR("古树名木保护与城市行道树更新"));
	}
	r[1].repairs = r[3].repairs = &repair;
	r[1].nrepairs = r[3].nrepairs = 1;
	r[3].findings = (uint64_t)1 << PIFU_FINDING_DOUBTFUL;
	r[3].confidence = 0.41;
	pifu_writer_put_form(w, &facts, &form, NULL);
	pifu_writer_put_document(w, &facts, NULL);
	pifu_writer_put_document(w, &none, NULL);
	assert_int_equal(pifu_writer_finish(w, NULL), PIFU_OK);
	pifu_writer_free(w);
	assert_string_equal(gathered_text(&g), expected_table);
	pifu_buf_free(&g.text);
}

/* No line is wider than the terminal, and no line ends in blanks. */
static void test_narrow(void **state)
{
	struct pifu_record r[] = {sample_record("养护公园个数与绿地面积之比例", "≥12个"),
	                          sample_record("养护合格率", "全年保持在百分之九十五以上")};
	struct pifu_form form = sample_form(r, 2);

	(void)state;
	for (unsigned width = 38; width < 120; width++) {
		struct gathered g = {0};
		pifu_write_options options = {.width = width};
		const char *text = write_one(&g, "table", &options, &form);

		for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
			struct str s = {line, (uint32_t)(end - line)};

			if (!strstr(line, "form,") || end < strstr(line, "form,"))
				assert_true(pifu_width_str(s) <= width);
			assert_true(s.n == 0 || s.s[s.n - 1] != ' ');
		}
		pifu_buf_free(&g.text);
	}
}

static void test_colour(void **state)
{
	struct pifu_record r = sample_record("养护合格率", NULL);
	struct pifu_form form = sample_form(&r, 1);
	struct gathered g = {0};
	pifu_write_options options = {.color = true};

	(void)state;
	const char *text = write_one(&g, "table", &options, &form);
	assert_non_null(strstr(text, "\033[1m2025年部门整体支出绩效目标批复表\033[0m\n"));
	assert_non_null(strstr(text, "\033[31m—\033[0m"));
	pifu_buf_free(&g.text);
}

/* A form without functions and levels has no columns for them. */
static void test_columns_left_out(void **state)
{
	struct pifu_record r = sample_record("养护合格率", "≥95%");
	struct pifu_form form = sample_form(&r, 1);
	struct gathered g = {0};

	(void)state;
	set_levels(&r, NULL, NULL);
	put_value(&r, PIFU_FIELD_FUNCTION, STR_NONE);
	put_value(&r, PIFU_FIELD_FUNCTION_NO, STR_NONE);
	assert_non_null(strstr(write_one(&g, "table", NULL, &form),
	                       "\n三级指标    指标值\n──────────  ──────\n养护合格率  ≥95%\n"));
	pifu_buf_free(&g.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),           cmocka_unit_test(test_cutting),
		cmocka_unit_test(test_steering),         cmocka_unit_test(test_layout),
		cmocka_unit_test(test_narrow),           cmocka_unit_test(test_colour),
		cmocka_unit_test(test_columns_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
