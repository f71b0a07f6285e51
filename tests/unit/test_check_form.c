/* The meaning checks of whole forms: levels, weights and amounts in, findings out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "test_check.h"

static const char *findings_of(const struct bench *b, char *out)
{
	out[0] = '\0';
	for (size_t i = 0; i < b->doc.findings.n; i++)
		add_code(out, pifu_finding_code(b->doc.findings.items[i].code));
	return out;
}

struct weights {
	const char *title, *kind;
	bool no_levels;
	const char *rows[6]; /* level 1, name, weight; function in front after a slash */
	const char *findings, *text;
};

/* "产出指标 检查次数 50" or "路灯/产出指标 检查次数 50" */
static void add_row(struct bench *b, const char *row, char (*words)[64])
{
	struct fields f = {0};
	const char *slash = strchr(row, '/');
	if (slash) {
		snprintf(words[3], 64, "%.*s", (int)(slash - row), row);
		f.function = words[3];
		row = slash + 1;
	}
	int n = sscanf(row, "%63s %63s %63s", words[0], words[1], words[2]);
	assert_true(n >= 2);
	f.level1 = strcmp(words[0], "-") == 0 ? NULL : words[0];
	f.name = words[1];
	f.weight = n == 3 ? words[2] : NULL;
	f.target = "9项";
	add(b, &f);
}

static const struct weights forms[] = {
	/* levels */
	{.rows = {"产出指标 甲", "效益指标 乙", "满意度指标 丙"}, .findings = ""},
	{.rows = {"效益指标 乙", "满意度指标 丙"}, .findings = "no-output"},
	{.rows = {"产出指标 甲", "效益指标 乙"}, .findings = "no-satisfaction"},
	{.rows = {"产出指标 甲", "效益指标 住户满意度"}, .findings = ""},
	{.rows = {"履职效能 甲", "满意度指标 丙"}, .findings = ""},
	{.rows = {"- 甲", "- 乙"}, .findings = ""},
	{.rows = {"效益指标 乙"}, .no_levels = true, .findings = ""},
	/* weights */
	{.rows = {"产出指标 甲 50", "效益指标 乙 40", "满意度指标 丙 10"}, .findings = ""},
	{.rows = {"产出指标 甲 50", "效益指标 乙 30", "满意度指标 丙 10"}, .findings = ""},
	{.rows = {"产出指标 甲 50%", "效益指标 乙 40%", "满意度指标 丙 10%"}, .findings = ""},
	{.rows = {"产出指标 甲 0.5", "效益指标 乙 0.4", "满意度指标 丙 0.1"}, .findings = ""},
	{.rows = {"产出指标 甲 33.3", "效益指标 乙 33.3", "满意度指标 丙 33.3"}, .findings = ""},
	{.rows = {"产出指标 甲 50", "效益指标 乙 35", "满意度指标 丙 10"},
         .findings = "weight-sum",
         .text = "95"},
	{.rows = {"产出指标 甲 5.25", "效益指标 乙 3", "满意度指标 丙 1"},
         .findings = "weight-sum",
         .text = "9.25"},
	{.rows = {"产出指标 甲 50", "效益指标 乙", "满意度指标 丙 10"}, .findings = ""},
	{.rows = {"产出指标 甲 50", "效益指标 乙 高", "满意度指标 丙 10"}, .findings = ""},
	{.rows = {"产出指标 甲 20", "满意度指标 丙 10"}, .findings = ""},
	{.rows = {"路灯/产出指标 甲 90", "路灯/满意度指标 丙 10", "桥灯/产出指标 甲 80",
                  "桥灯/满意度指标 丙 20"},
         .findings = ""},
	{.rows = {"路灯/产出指标 甲 90", "路灯/满意度指标 丙 10", "桥灯/产出指标 甲 70",
                  "桥灯/满意度指标 丙 20"},
         .findings = ""},
	{.rows = {"路灯/产出指标 甲 90", "路灯/满意度指标 丙 10", "桥灯/产出指标 甲 60",
                  "桥灯/满意度指标 丙 20"},
         .findings = "weight-sum",
         .text = "180"},
	/* how a self-evaluation weighs its groups */
	{.kind = "self-evaluation",
         .rows = {"产出指标 甲 50", "效益指标 乙 30", "满意度指标 丙 10"},
         .findings = ""},
	{.kind = "self-evaluation",
         .rows = {"产出指标 甲 50", "效益指标 乙 30", "满意度指标 丙 10", "预算执行 丁 10"},
         .findings = ""},
	{.kind = "self-evaluation",
         .rows = {"产出指标 甲 60", "效益指标 乙 20", "满意度指标 丙 10"},
         .findings = "score-split",
         .text = "产出 60, 效益 20, 满意度 10"},
	{.kind = "self-evaluation",
         .title = "部门整体支出绩效自评表",
         .rows = {"产出指标 甲 60", "效益指标 乙 20", "满意度指标 丙 10"},
         .findings = ""},
	{.kind = "self-evaluation",
         .rows = {"成本指标 丁 20", "产出指标 甲 40", "效益指标 乙 20", "满意度指标 丙 10"},
         .findings = ""},
	{.kind = "self-evaluation",
         .rows = {"产出指标 甲 50", "产出指标 丁 10", "效益指标 满意 40"},
         .findings = ""},
	{.rows = {"产出指标 甲 60", "效益指标 乙 20", "满意度指标 丙 10"}, .findings = ""},
};

static void test_forms(void **state)
{
	struct bench *b = *state;
	char words[6][4][64], found[TEXT_MAX];
	for (size_t i = 0; i < COUNT(forms); i++) {
		start_form(b);
		if (forms[i].kind)
			b->doc.form.kind = pifu_str_of(forms[i].kind);
		b->doc.form.title = pifu_str_of(forms[i].title);
		b->doc.has_levels = !forms[i].no_levels;
		for (size_t k = 0; k < COUNT(forms[i].rows) && forms[i].rows[k]; k++)
			add_row(b, forms[i].rows[k], words[k]);
		run(b);
		b->doc.has_levels = true;
		if (strcmp(findings_of(b, found), forms[i].findings) != 0)
			fail_msg("form %zu: '%s', expected '%s'", i, found, forms[i].findings);
		if (!forms[i].text)
			continue;
		assert_string_equal(b->doc.findings.items[0].text.s, forms[i].text);
		assert_int_equal(b->doc.findings.items[0].line, 1); /* where the sum begins */
	}
}

/* In a table of several projects each has weights of its own. */
static void test_projects(void **state)
{
	struct bench *b = *state;
	static const char *const rows[] = {
		"产出指标 甲 50", "效益指标 乙 40", "满意度指标 丙 10",
		"产出指标 甲 50", "效益指标 乙 20", "满意度指标 丙 10",
	};
	char words[COUNT(rows)][4][64], found[TEXT_MAX];
	start_form(b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		add_row(b, rows[i], words[i]);
		put(&b->records[i], PIFU_FIELD_PROJECT, i < 3 ? "河堤" : "泵站");
	}
	run(b);
	assert_string_equal(findings_of(b, found), "weight-sum");
	assert_string_equal(b->doc.findings.items[0].text.s, "80");
	assert_int_equal(b->doc.findings.items[0].line, 4);
}

static void test_amounts(void **state)
{
	static const struct {
		const char *fields[10]; /* key, value */
		const char *text;       /* NULL: no finding */
	} cases[] = {
		{{"budget", "80", "fund_fiscal", "50", "fund_other", "30"}, NULL},
		{{"budget", "80", "fund_fiscal", "50", "fund_other", "20"}, "80, 50 + 20"},
		{{"budget", "1,208.40万元", "fund_fiscal", "1,200万元", "fund_other", "8.4 万元"},
	         NULL},
		{{"budget", "80", "fund_fiscal", "80", "fund_fiscal", "60", "fund_fiscal", "20",
	          "fund_other", "0"},
	         NULL},
		{{"budget", "80", "fund_fiscal", "0", "fund_fiscal", "50", "fund_other", "30",
	          "budget", "80"},
	         NULL},
		{{"budget", "80", "fund_fiscal", "50", "fund_other", "20", "fund_carried", "10"},
	         NULL},
		{{"budget", "80", "fund_fiscal", "50"}, NULL},
		{{"budget", "80", "fund_fiscal", "90"}, "80, 90"},
		{{"budget", "80", "fund_fiscal", "50万元", "fund_other", "20"}, NULL},
		{{"budget", "80万元", "fund_fiscal", "500000元", "fund_other", "20万元"}, NULL},
		{{"budget", "80", "budget", "240", "fund_fiscal", "50", "fund_other", "20"}, NULL},
		{{"budget", "80(含上年)", "fund_fiscal", "50", "fund_other", "20"}, NULL},
		{{"budget", "80", "fund_fiscal", "—", "fund_other", "20"}, NULL},
		{{"budget", "33.33", "fund_fiscal", "16.67", "fund_other", "16.67"}, NULL},
		{{"budget", "80", "budget_basic", "50", "budget_project", "30"}, NULL},
		{{"budget", "80", "budget_basic", "50", "budget_project", "20.5"}, "80, 50 + 20.5"},
	};
	struct bench *b = *state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct form_field fields[5];
		size_t n = 0;
		for (; n < 5 && cases[i].fields[2 * n]; n++)
			fields[n] = (struct form_field){pifu_str_of(cases[i].fields[2 * n]),
			                                pifu_str_of(cases[i].fields[2 * n + 1]),
			                                {0, 3, 1}};
		start_form(b);
		b->doc.form.fields = fields;
		b->doc.form.nfields = n;
		run(b);
		if (b->doc.findings.n != (cases[i].text != NULL))
			fail_msg("amounts %zu: %zu findings", i, b->doc.findings.n);
		if (!cases[i].text)
			continue;
		assert_int_equal(b->doc.findings.items[0].code, PIFU_CHECK_AMOUNT_SUM);
		assert_string_equal(b->doc.findings.items[0].text.s, cases[i].text);
		assert_int_equal(b->doc.findings.items[0].row, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_projects),
		cmocka_unit_test(test_amounts),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
