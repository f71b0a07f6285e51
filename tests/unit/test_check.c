/* The meaning checks: fields in, checks out; for each what it is meant for, and
 * what looks alike and is fine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "stage/stage.h"
#include "test_record.h"
#include "text/normalise.h"

#ifndef PIFU_SOURCE_DIR
#define PIFU_SOURCE_DIR "."
#endif

enum { RECORDS_MAX = 40, TEXT_MAX = 256 };
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A document with one form, as collecting leaves it. */
struct bench {
	pifu_grammars *set;
	struct matcher *matcher;
	struct pifu_doc doc;
	struct pifu_record records[RECORDS_MAX];
};

static int setup(void **state)
{
	struct bench *b = test_calloc(1, sizeof *b);
	pifu_error err = {0};
	b->set = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	if (!b->set)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	b->matcher = pifu_matcher_new(NULL);
	b->doc.work = pifu_arena_new(NULL);
	assert_non_null(b->matcher);
	assert_non_null(b->doc.work);
	b->doc.grammar = b->set->common;
	b->doc.has_levels = true;
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	pifu_findings_free(&b->doc.findings);
	pifu_arena_free(b->doc.work);
	pifu_matcher_free(b->matcher);
	pifu_grammars_free(b->set);
	test_free(b);
	return 0;
}

static void start_form(struct bench *b)
{
	pifu_findings_free(&b->doc.findings);
	pifu_arena_reset(b->doc.work);
	memset(b->records, 0, sizeof b->records);
	b->doc.form =
		(struct pifu_form){.number = 1, .records = b->records, .kind = STR("project")};
}

/* ---- Records ------------------------------------------------------------------ */

struct fields {
	const char *function, *level1, *level2, *name, *target, *weight, *score;
};

static void put(struct pifu_record *rec, pifu_field field, const char *text)
{
	if (text)
		put_value(rec, field, pifu_str_of(text));
}

static void put_target(struct bench *b, struct pifu_record *rec, const char *raw)
{
	struct normal n;
	struct target t = {.kind = TARGET_MISSING};
	pifu_error err = {0};
	if (raw) {
		assert_int_equal(pifu_text_normalise(b->doc.work, pifu_str_of(raw), &n, &err),
		                 PIFU_OK);
		assert_int_equal(pifu_target_read(b->doc.grammar, b->matcher, b->doc.work, n.text,
		                                  n.flags, &t, &err),
		                 PIFU_OK);
	}
	put(rec, PIFU_FIELD_TARGET_KIND, pifu_target_kind_name(t.kind));
	put(rec, PIFU_FIELD_COMPARATOR, pifu_comparator_name(t.comparator));
	put_value(rec, PIFU_FIELD_TARGET, t.whole);
	put_value(rec, PIFU_FIELD_NUMBER, t.number);
	put_value(rec, PIFU_FIELD_NUMBER_MAX, t.number_max);
	put_value(rec, PIFU_FIELD_UNIT, t.unit);
}

/* As collecting does, records of one function share its text. */
static struct str find_function(const struct pifu_form *form, const char *name)
{
	for (size_t i = 0; name && i < form->nfunctions; i++)
		if (pifu_str_eq(form->functions[i].name, pifu_str_of(name)))
			return form->functions[i].name;
	return pifu_str_of(name);
}

static struct pifu_record *add(struct bench *b, const struct fields *f)
{
	struct pifu_record *rec = &b->records[b->doc.form.nrecords++];
	assert_true(b->doc.form.nrecords <= RECORDS_MAX);
	rec->line = (uint32_t)b->doc.form.nrecords;
	put(rec, PIFU_FIELD_LEVEL1, f->level1);
	put(rec, PIFU_FIELD_LEVEL2, f->level2);
	put(rec, PIFU_FIELD_NAME, f->name);
	put(rec, PIFU_FIELD_WEIGHT, f->weight);
	put(rec, PIFU_FIELD_SCORE, f->score);
	put_value(rec, PIFU_FIELD_FUNCTION, find_function(&b->doc.form, f->function));
	put_target(b, rec, f->target);
	return rec;
}

static void add_code(char *out, const char *code)
{
	size_t n = strlen(out);
	snprintf(out + n, TEXT_MAX - n, "%s%s", n ? " " : "", code);
}

static const char *checks_of(const struct pifu_record *rec, char *out)
{
	out[0] = '\0';
	for (size_t i = 0; i < pifu_record_check_count(rec); i++)
		add_code(out, pifu_finding_code(pifu_record_check(rec, i)));
	return out;
}

static const char *findings_of(const struct bench *b, char *out)
{
	out[0] = '\0';
	for (size_t i = 0; i < b->doc.findings.n; i++)
		add_code(out, pifu_finding_code(b->doc.findings.items[i].code));
	return out;
}

static void run(struct bench *b)
{
	pifu_error err = {0};
	assert_int_equal(pifu_stage_check(&b->doc, &err), PIFU_OK);
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

/* ---- The form ---------------------------------------------------------------------------- */

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
		cmocka_unit_test(test_singles),    cmocka_unit_test(test_benefit),
		cmocka_unit_test(test_scores),     cmocka_unit_test(test_levels),
		cmocka_unit_test(test_duplicates), cmocka_unit_test(test_other_function),
		cmocka_unit_test(test_forms),      cmocka_unit_test(test_projects),
		cmocka_unit_test(test_amounts),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
