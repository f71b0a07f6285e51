/* CSV and TSV: quoting, formula guard, header, byte order mark. */
#include "test_write_forms.h"

#include <stdio.h>
#include <stdlib.h>

static const char header[] =
	"id,file,form,kind,title,year,department,project,function_no,function,level1,level2,name,"
	"target,"
	"target_kind,comparator,number,number_max,unit,weight,basis,actual,score,note,term,"
	"confidence,findings,checks,repairs\r\n";

/* What the column `name` holds when a record's name is `name`, header skipped. */
static void check_name(const char *format, const char *name, const char *expected)
{
	struct pifu_record r = {.confidence = 1};
	struct pifu_form form = sample_form(&r, 1);
	struct gathered g = {0};
	char separator = *format == 'c' ? ',' : '\t';
	char wanted[256];

	put_value(&r, PIFU_FIELD_NAME, text_of(name));
	const char *row = strchr(write_one(&g, format, NULL, &form), '\n') + 1;
	for (int i = 0; i < PIFU_FIELD_NAME; i++) {
		assert_int_equal(*row, separator);
		row++;
	}
	int n = snprintf(wanted, sizeof wanted, "%s%c", expected, separator);
	if (strncmp(row, wanted, (size_t)n) != 0)
		fail_msg("%s: %s is not %s", format, row, wanted);
	pifu_buf_free(&g.text);
}

static void test_csv_quotes(void **state)
{
	(void)state;
	check_name("csv", "养护", "养护");
	check_name("csv", "a,b", "\"a,b\"");
	check_name("csv", "a\"b", "\"a\"\"b\"");
	check_name("csv", "a\r\nb", "\"a\r\nb\"");
	check_name("csv", " a", "\" a\"");
	check_name("csv", "a b", "a b");
	check_name("csv", "", "");
}

static void test_formula_guard(void **state)
{
	static const char *const guarded[] = {"=100%", "=1+1", "+SUM(A1)", "-5%", "@x",
	                                      "-",     "+",    "-1-1",     "=",   "－3个",
	                                      "＝A1",  "-1.",  "-1.2.3"};
	static const char *const plain[] = {"-3", "+1.5", "-.5", "≥95%", "12", "0.5", "a=b"};
	char expected[64];

	(void)state;
	for (size_t i = 0; i < sizeof guarded / sizeof guarded[0]; i++) {
		snprintf(expected, sizeof expected, "'%s", guarded[i]);
		check_name("csv", guarded[i], expected);
		check_name("tsv", guarded[i], expected);
	}
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		check_name("csv", plain[i], plain[i]);
	check_name("csv", "\t=1", "'\t=1");
	check_name("csv", "\r1", "\"'\r1\"");
	check_name("tsv", "\t=1", "' =1");
}

static void test_tsv_borders(void **state)
{
	(void)state;
	check_name("tsv", "a\tb", "a b");
	check_name("tsv", "a\r\n\tb\n", "a b ");
	check_name("tsv", "a\"b,c", "a\"b,c");
}

static void test_header_once(void **state)
{
	struct pifu_record r[2] = {sample_record("甲", "≥1个"), sample_record("乙", "=2个")};
	struct repair repairs[] = {{.code = PIFU_REPAIR_ROW_SHIFTED},
	                           {.code = PIFU_REPAIR_LABEL_CARRIED}};
	struct pifu_form form = sample_form(r, 2);
	struct document_facts facts = sample_facts("park.txt");
	struct gathered g = {0};
	pifu_writer *w = pifu_writer_new("csv", NULL, gather, &g, NULL);

	(void)state;
	r[0].repairs = repairs, r[0].nrepairs = 2;
	r[0].findings = (uint64_t)1 << PIFU_FINDING_DOUBTFUL |
	                (uint64_t)1 << PIFU_FINDING_TARGET_MISSING |
	                (uint64_t)1 << PIFU_CHECK_DUPLICATE_INDICATOR;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pifu_writer_put_form(w, &facts, &form, NULL), PIFU_OK);
	assert_int_equal(pifu_writer_finish(w, NULL), PIFU_OK);
	pifu_writer_free(w);
	const char *text = gathered_text(&g);
	assert_memory_equal(text, header, sizeof header - 1);
	assert_null(strstr(text + 1, "id,file"));
	assert_non_null(strstr(text, ",0.99,doubtful;target-missing,duplicate-indicator,"
	                             "row-shifted;label-carried\r\n"));
	assert_non_null(strstr(text, ",'=2个,number,"));
	pifu_buf_free(&g.text);
}

static void test_header_without_records(void **state)
{
	struct gathered g = {0};
	pifu_write_options options = {.bom = true};
	pifu_writer *w = pifu_writer_new("csv", &options, gather, &g, NULL);

	(void)state;
	assert_int_equal(pifu_writer_finish(w, NULL), PIFU_OK);
	pifu_writer_free(w);
	const char *text = gathered_text(&g);
	assert_memory_equal(text, "\xEF\xBB\xBF", 3);
	assert_string_equal(text + 3, header);
	pifu_buf_free(&g.text);
}

static const char zh_begin[] = "项目代码,项目名称,一级绩效指标代码,一级绩效指标名称,"
			       "二级绩效指标代码,二级绩效指标名称,三级绩效指标代码,"
			       "三级绩效指标名称,绩效指标说明,指标值,计算符号,数值,数值上限,"
			       "计量单位,指标值类型,";

/* The columns of the exchange sheet: signs for codes, and 定性 without a unit. */
static void test_exchange_columns(void **state)
{
	static const struct {
		const char *target, *kind, *comparator, *unit, *expected;
	} cases[] = {
		{"≥12个", "number", "ge", "个", ",甲,,≥12个,≥,,,个,数值,"},
		{"=2个", "number", "eq", "个", ",甲,,'=2个,=,,,个,数值,"},
		{"显著改善", "text", NULL, "级", ",甲,,显著改善,定性,,,,定性,"},
		{NULL, "missing", NULL, NULL, ",甲,,,,,,,缺失,"},
	};
	pifu_write_options options = {.columns = "zh"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pifu_record r = {.confidence = 1};
		struct pifu_form form = sample_form(&r, 1);
		struct gathered g = {0};

		put_value(&r, PIFU_FIELD_NAME, text_of("甲"));
		put_value(&r, PIFU_FIELD_TARGET, text_of(cases[i].target));
		put_value(&r, PIFU_FIELD_TARGET_KIND, text_of(cases[i].kind));
		put_value(&r, PIFU_FIELD_COMPARATOR, text_of(cases[i].comparator));
		put_value(&r, PIFU_FIELD_UNIT, text_of(cases[i].unit));
		const char *text = write_one(&g, "csv", &options, &form);
		assert_memory_equal(text, zh_begin, sizeof zh_begin - 1);
		if (!strstr(text, cases[i].expected))
			fail_msg("%s holds no %s", text, cases[i].expected);
		pifu_buf_free(&g.text);
	}
}

static void test_unknown_columns(void **state)
{
	pifu_write_options options = {.columns = "cn"};
	struct gathered g = {0};
	pifu_error err = {0};

	(void)state;
	assert_null(pifu_writer_new("csv", &options, gather, &g, &err));
	assert_int_equal(err.status, PIFU_ERR_USAGE);
	assert_non_null(strstr(err.message, "cn"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_quotes),
		cmocka_unit_test(test_formula_guard),
		cmocka_unit_test(test_tsv_borders),
		cmocka_unit_test(test_header_once),
		cmocka_unit_test(test_header_without_records),
		cmocka_unit_test(test_exchange_columns),
		cmocka_unit_test(test_unknown_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
