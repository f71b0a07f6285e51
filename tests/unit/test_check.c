/* The meaning checks of records: fields in, checks out; for each what it is meant
 * for, and what looks alike and is fine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "test_check.h"

static const char *checks_of(const struct pifu_record *rec, char *out)
{
	out[0] = '\0';
	for (size_t i = 0; i < pifu_record_check_count(rec); i++)
		add_code(out, pifu_finding_code(pifu_record_check(rec, i)));
	return out;
}

/* ---- One record each -------------------------------------------------------------- */

static const struct {
	const char *name, *target, *level2, *checks;
} singles[] = {
	/* rate-over-100 */
	{"器材完好率", "≥100%", "质量指标", "rate-over-100"},
	{"器材完好率", ">100%", "质量指标", "rate-over-100"},
	{"器材完好率", "=120%", "质量指标", "rate-over-100"},
	{"器材完好率(%)", "≥100%", "质量指标", "rate-over-100"},
	{"开课班级占比", "不低于100%", "质量指标", "rate-over-100"},
	{"器材完好率", "=100%", "质量指标", ""},
	{"器材完好率", "100%", "质量指标", ""},
	{"器材完好率", "≥99.99%", "质量指标", ""},
	{"差错控制率", "≤100%", "质量指标", ""},
	{"单价控制率", "≤120%", "成本指标", ""},
	{"门票收入增长率", "≥120%", "经济效益指标", ""},
	{"服务效率", "≥100%", "质量指标", ""},
	{"维修质量", "≥100%", "质量指标", ""},
	{"偏离率", "95%-105%", "质量指标", ""},
	/* unit-name-mismatch */
	{"培训讲解员人数", "≥40个", "数量指标", "unit-name-mismatch"},
	{"培训講解員人數", "≥40個", "数量指标", "unit-name-mismatch"},
	{"巡查次数", "≥40人", "数量指标", "unit-name-mismatch"},
	{"巡查及时率", "≥3次/年", "时效指标", "unit-name-mismatch"},
	{"铺装面积", "≥300米", "数量指标", "unit-name-mismatch"},
	{"修复时间", "≤95%", "时效指标", "unit-name-mismatch"},
	{"台账总额", "≤3台", "成本指标", "unit-name-mismatch"},
	{"提高办证效率", "≥12个月", "社会效益指标", "unit-name-mismatch"},
	{"提高办证效率", "≥20%", "社会效益指标", ""},
	{"培训讲解员人数", "≥40人/年", "数量指标", ""},
	{"培训講解員人數", "≥4萬人", "数量指标", ""},
	{"新建平台数", "≥4个", "数量指标", ""},
	{"监管账户数", "≥4个", "数量指标", ""},
	{"监管贫困户数", "≥4个", "数量指标", "unit-name-mismatch"},
	{"出动车次数", "≥4车次", "数量指标", ""},
	{"入馆人次", "≥4万人次", "数量指标", ""},
	{"入馆人次", "≥4万", "数量指标", ""},
	{"管理费用", "≤4万/年", "成本指标", ""},
	{"铺装面积(平方米)", "≥300", "数量指标", ""},
	{"铺装面积", "≥1.2万㎡", "数量指标", ""},
	{"清运频率", "≥2次/天", "时效指标", ""},
	{"整改时限", "≤5个工作日", "时效指标", ""},
	{"灯具指数", "≥3级", "质量指标", ""},
	/* comparator-sense */
	{"游客投诉率", "≥3%", "质量指标", "comparator-sense"},
	{"安全事故起数", "≥1起", "社会效益指标", "comparator-sense"},
	{"报修响应时间", ">2小时", "时效指标", "comparator-sense"},
	{"住户满意度", "≤90%", "服务对象满意度指标", "comparator-sense"},
	{"展品合格率", "<95%", "质量指标", "comparator-sense"},
	{"展品不合格率", "≥5%", "质量指标", "comparator-sense"},
	{"录入无差错率", "≤98%", "质量指标", "comparator-sense"},
	{"游客投诉率", "≤3%", "质量指标", ""},
	{"游客投诉率", "=3%", "质量指标", ""},
	{"投诉办结率", "≥95%", "质量指标", ""},
	{"受理投诉件数", "≥300件", "数量指标", ""},
	{"安全事故下降率", "≥10%", "社会效益指标", ""},
	{"降低事故发生率", "≥10%", "社会效益指标", ""},
	{"展品不合格率", "≤5%", "质量指标", ""},
	{"录入无差错率", "≥98%", "质量指标", ""},
	{"住户满意度", "≥90%", "服务对象满意度指标", ""},
	{"不合格食品处置率", "≥95%", "质量指标", ""},
	{"馆舍开放时间", "≥8小时", "时效指标", ""},
	{"单价控制率", "≤98%", "成本指标", ""},
	/* number-due */
	{"补种行道树", "及时", "数量指标", "number-due"},
	{"补种行道树株数", "定性", "数量指标", "number-due"},
	{"器材完好率", "良好", "质量指标", "number-due"},
	{"铺装面积", "达标", "质量指标", "number-due"},
	{"补种行道树", "每月补种2次", "数量指标", ""},
	{"补种行道树", "≥30株", "数量指标", ""},
	{"补种行道树", NULL, "数量指标", ""},
	{"补种及时性", "及时", "时效指标", ""},
	{"竣工时间", "按期完成", "时效指标", ""},
	{"竣工时间", "10月底前", "数量指标", ""},
	{"绿地管护制度", "健全", "质量指标", ""},
	{"工作效率", "提高", "质量指标", ""},
};

static void test_singles(void **state)
{
	struct bench *b = *state;
	char checks[TEXT_MAX];
	for (size_t i = 0; i < COUNT(singles); i++) {
		start_form(b);
		add(b, &(struct fields){.level1 = "产出指标",
		                        .level2 = singles[i].level2,
		                        .name = singles[i].name,
		                        .target = singles[i].target});
		run(b);
		if (strcmp(checks_of(&b->records[0], checks), singles[i].checks) != 0)
			fail_msg("%s %s: '%s', expected '%s'", singles[i].name,
			         singles[i].target ? singles[i].target : "-", checks,
			         singles[i].checks);
	}
}

/* Of a benefit a tendency may be all that can be said, but not under 数量指标. */
static void test_benefit(void **state)
{
	struct bench *b = *state;
	char checks[TEXT_MAX];
	start_form(b);
	add(b, &(struct fields){.level1 = "效益指标",
	                        .level2 = "生态效益指标",
	                        .name = "病虫害发生面积",
	                        .target = "减少"});
	add(b, &(struct fields){.level1 = "满意度指标", .name = "住户满意度", .target = "提高"});
	run(b);
	assert_string_equal(checks_of(&b->records[0], checks), "");
	assert_string_equal(checks_of(&b->records[1], checks), "number-due");
}

static void test_scores(void **state)
{
	static const struct {
		const char *weight, *score, *checks;
	} cases[] = {
		{"10", "10.5", "score-over-weight"},
		{"10分", "11分", "score-over-weight"},
		{"9.5", "9.51", "score-over-weight"},
		{"10", "10", ""},
		{"10", "10.00", ""},
		{"10", "8", ""},
		{"10", NULL, ""},
		{NULL, "12", ""},
		{"—", "12", ""},
		{"10", "优", ""},
	};
	struct bench *b = *state;
	char checks[TEXT_MAX];
	for (size_t i = 0; i < COUNT(cases); i++) {
		start_form(b);
		add(b, &(struct fields){.level1 = "产出指标",
		                        .name = "更换灯具",
		                        .target = "9盏",
		                        .weight = cases[i].weight,
		                        .score = cases[i].score});
		run(b);
		assert_string_equal(checks_of(&b->records[0], checks), cases[i].checks);
	}
}

/* The form's own wording is told; what was mended or restored is not. */
static void test_levels(void **state)
{
	static const struct {
		uint64_t findings;
		const char *checks;
	} cases[] = {
		{UINT64_C(1) << PIFU_FINDING_LEVEL_ORDER, "level-misplaced"},
		{UINT64_C(1) << PIFU_FINDING_LEVEL_ORDER | UINT64_C(1) << PIFU_FINDING_LABEL_MENDED,
	         ""},
		{UINT64_C(1) << PIFU_FINDING_LEVEL_ORDER | UINT64_C(1)
	                                                           << PIFU_FINDING_LEVEL_RESTORED,
	         ""},
		{UINT64_C(1) << PIFU_FINDING_LEVEL_ORDER | UINT64_C(1) << PIFU_FINDING_DOUBTFUL,
	         "level-misplaced"},
		{0, ""},
	};
	struct bench *b = *state;
	char checks[TEXT_MAX];
	for (size_t i = 0; i < COUNT(cases); i++) {
		start_form(b);
		struct pifu_record *rec = add(b, &(struct fields){.level1 = "产出指标",
		                                                  .level2 = "社会效益指标",
		                                                  .name = "更换灯具",
		                                                  .target = "9盏"});
		rec->findings = cases[i].findings;
		run(b);
		assert_string_equal(checks_of(rec, checks), cases[i].checks);
	}
}

/* ---- Several records ------------------------------------------------------------------ */

static void test_duplicates(void **state)
{
	struct bench *b = *state;
	char checks[TEXT_MAX];
	start_form(b);
	add(b, &(struct fields){.function = "路灯", .name = "更换灯具", .target = "9盏"});
	add(b, &(struct fields){.function = "路灯", .name = "更换灯具", .target = "8盏"});
	add(b, &(struct fields){.function = "桥灯", .name = "更换灯具", .target = "9盏"});
	add(b, &(struct fields){.function = "桥灯", .name = "更换灯具数", .target = "9盏"});
	add(b, &(struct fields){.function = "桥灯", .name = "", .target = "9盏"});
	add(b, &(struct fields){.function = "桥灯", .name = "", .target = "9盏"});
	struct pifu_record *yearly = add(b, &(struct fields){.name = "更换灯杆", .target = "9根"});
	struct pifu_record *longer = add(b, &(struct fields){.name = "更换灯杆", .target = "30根"});
	put(yearly, PIFU_FIELD_TERM, "year");
	put(longer, PIFU_FIELD_TERM, "long");
	run(b);
	for (size_t i = 0; i < b->doc.form.nrecords; i++)
		assert_string_equal(checks_of(&b->records[i], checks),
		                    i < 2 ? "duplicate-indicator" : "");
}

static struct form_function functions[] = {
	{1, {"湿地鸟类保护经费", 24}, {0, 0, 0}},
	{2, {"码头航标维护经费", 24}, {0, 0, 0}},
	{3, {"游船检验经费", 18}, {0, 0, 0}},
};

/* Indicators of outputs, by function; `+` in front: of benefit. `marked`: the one told. */
static const struct {
	const char *names[3][6];
	const char *marked;
} strays[] = {
	{{{"候鸟监测次数", "鸟巢安装处数", "伤鸟救护及时率", "湿地水质"},
          {"航标检查次数", "伤鸟救护处数"},
          {"检验艘数"}},
         "伤鸟救护处数"},
	/* the same of benefit */
	{{{"候鸟监测次数", "鸟巢安装处数", "伤鸟救护及时率", "湿地水质"},
          {"航标检查次数", "+伤鸟救护情况"},
          {"检验艘数"}},
         NULL},
	/* it names what it stands under as well */
	{{{"候鸟监测次数", "鸟巢安装处数", "伤鸟救护及时率", "湿地水质"},
          {"航标检查次数", "航标伤鸟救护处数"},
          {"检验艘数"}},
         NULL},
	/* few of the function's own names have the word */
	{{{"候鸟监测次数", "水样份数", "伤鸟救护及时率", "湿地水质", "巡护次数"},
          {"航标检查次数", "伤鸟救护处数"},
          {"检验艘数"}},
         NULL},
	/* the character, but in no word of that function's */
	{{{"候鸟监测次数", "鸟巢安装处数", "伤鸟救护及时率", "湿地水质"},
          {"航标检查次数", "驼鸟图案数"},
          {"检验艘数"}},
         NULL},
	/* a word that a third function has, too, is nobody's own */
	{{{"候鸟监测次数", "鸟巢安装处数", "伤鸟救护及时率", "鸟类种数"},
          {"航标检查次数", "伤鸟救护处数"},
          {"伤鸟告示块数"}},
         NULL},
	/* nor one that fills the other function */
	{{{"候鸟监测次数", "鸟巢安装处数", "伤鸟救护及时率"},
          {"伤鸟告示块数", "伤鸟救护处数"},
          {"检验艘数"}},
         NULL},
};

static void add_strays(struct bench *b, size_t i)
{
	start_form(b);
	b->doc.form.functions = functions;
	b->doc.form.nfunctions = COUNT(functions);
	for (size_t f = 0; f < COUNT(functions); f++)
		for (size_t k = 0; k < 6 && strays[i].names[f][k]; k++) {
			const char *name = strays[i].names[f][k];
			bool benefit = *name == '+';
			add(b, &(struct fields){.function = functions[f].name.s,
			                        .name = name + benefit,
			                        .target = "≥9",
			                        .level1 = benefit ? "效益指标" : "产出指标"});
		}
}

static void test_other_function(void **state)
{
	struct bench *b = *state;
	char checks[TEXT_MAX];
	for (size_t i = 0; i < COUNT(strays); i++) {
		add_strays(b, i);
		run(b);
		for (size_t k = 0; k < b->doc.form.nrecords; k++) {
			const char *name = pifu_record_value(&b->records[k], PIFU_FIELD_NAME).s;
			bool marked = strays[i].marked && strcmp(name, strays[i].marked) == 0;
			if (strcmp(checks_of(&b->records[k], checks),
			           marked ? "other-function" : "") != 0)
				fail_msg("form %zu, %s: '%s'", i, name, checks);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_singles),    cmocka_unit_test(test_benefit),
		cmocka_unit_test(test_scores),     cmocka_unit_test(test_levels),
		cmocka_unit_test(test_duplicates), cmocka_unit_test(test_other_function),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
