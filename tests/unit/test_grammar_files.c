/* The grammars that pifu brings along: the words of published forms are known,
 * the patterns tell what they should, and what is shown can be loaded again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "grammar/keys.h"
#include "grammar/lexicon.h"
#include "grammar/load.h"
#include "text/normalise.h"

#ifndef PIFU_SOURCE_DIR
#define PIFU_SOURCE_DIR "."
#endif

struct bench {
	pifu_grammars *set;
	const struct grammar *common;
	struct arena *arena;
	struct matcher *matcher;
};

static int setup(void **state)
{
	static struct bench b;
	pifu_error err = {0};
	b.set = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	if (!b.set) {
		print_error("%s:%u:%u: %s\n", err.file, err.line, err.column, err.message);
		return -1;
	}
	b.common = b.set->common;
	b.arena = pifu_arena_new(NULL);
	b.matcher = pifu_matcher_new(NULL);
	*state = &b;
	return b.arena && b.matcher ? 0 : -1;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	pifu_grammars_free(b->set);
	pifu_matcher_free(b->matcher);
	pifu_arena_free(b->arena);
	return 0;
}

static struct str key_of(struct bench *b, const char *text)
{
	struct normal n;
	assert_int_equal(pifu_text_normalise(b->arena, pifu_str_of(text), &n, NULL), PIFU_OK);
	return n.key;
}

static const struct meaning *means(struct bench *b, const char *text, enum meaning_kind kind)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(b->common->lexicon, key_of(b, text), &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == kind)
			return &m[i];
	return NULL;
}

/* ---- Headers ------------------------------------------------------------------------ */

struct header {
	enum role role;
	const char *texts[24];
};

static const struct header headers[] = {
	{ROLE_FUNCTION, {"核心职能", "部门职能", "职能"}},
	{ROLE_PROJECT,
         {"项目名称", "项目支出名称", "专项名称", "专项资金名称", "一级项目名称", "二级项目名称",
          "单位名称(项目类别/支出项目)", "年度目标任务", "支出项目名称"}},
	{ROLE_LEVEL1,
         {"一级指标", "一级目标", "一级", "绩效指标分类", "评价指标", "一级\n指标", "一级 指标",
          "一级指标*"}},
	{ROLE_LEVEL2, {"二级指标", "二级", "二级指标(长期)", "二级指标（年度）", "评价内容"}},
	{ROLE_NAME,
         {"三级指标", "三级", "三级指标名称", "指标内容", "指标名称", "指标", "考核指标",
          "三级指标(长期)", "三级指标(年度)"}},
	{ROLE_BASIS,
         {"绩效指标描述", "指标解释", "指标说明", "绩效标准", "指标标准或依据",
          "绩效指标值设定依据", "评价标准", "评分标准", "参考标准"}},
	{ROLE_COMPARATOR, {"指标性质", "绩效指标性质", "指标方向", "计算符号", "运算符号"}},
	{ROLE_DIRECTION, {"指标方向性"}},
	{ROLE_TARGET,
         {"指标值", "年度指标值", "年度(/项目)指标值", "指标值(年度)", "指标值(包含数字及文字描述)",
          "指标值及单位", "目标值", "指标目标值", "年度数值", "年度目标指标值", "年初目标值(A)",
          "年初指标值", "调整指标值", "当年预期实现值", "绩效指标值", "绩效目标值",
          "年度工作目标"}},
	{ROLE_LONG, {"指标值(长期)"}},
	{ROLE_UNIT, {"计量单位", "度量单位", "绩效度量单位"}},
	{ROLE_WEIGHT, {"权重", "指标权重(分)", "分值", "权数"}},
	{ROLE_SCORE, {"得分"}},
	{ROLE_OTHER, {"得分系数(%)", "是否核心指标"}},
	{ROLE_ACTUAL, {"实际完成值(B)", "全年实际值", "全年完成值", "完成值"}},
	{ROLE_NOTE, {"偏差原因分析及改进措施", "未完成原因分析", "备注"}},
	{ROLE_BANNER, {"绩效指标", "年度绩效指标", "绩效目标", "绩 效 指 标", "年度\n绩效\n指标"}},
};

static void test_headers(void **state)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		for (size_t k = 0; k < 24 && headers[i].texts[k]; k++) {
			const struct meaning *m =
				means(*state, headers[i].texts[k], MEANING_HEADER);
			if (!m || m->id != headers[i].role)
				fail_msg("header %s: role %d, not %d", headers[i].texts[k],
				         m ? m->id : -1, headers[i].role);
		}
	/* A banner that may be the column of names, and a column that may be a field. */
	size_t n;
	struct bench *b = *state;
	const struct meaning *m = pifu_lexicon_find(b->common->lexicon, STR("绩效指标"), &n);
	assert_int_equal(n, 2);
	assert_int_equal(m[1].id, ROLE_NAME);
	assert_non_null(means(b, "项目名称", MEANING_FIELD));
}

static int header_role(struct bench *b, const char *text)
{
	const struct grammar *g = b->common;
	for (size_t i = 0; i < g->nheader_rules; i++)
		if (pifu_rule_match(g->header_rules[i].rule, b->matcher, key_of(b, text), 0, NULL,
		                    0, NULL) == 1)
			return g->header_rules[i].role;
	return ROLE_NONE;
}

static void test_header_rules(void **state)
{
	assert_int_equal(header_role(*state, "2024年实际实现值"), ROLE_PRIOR);
	assert_int_equal(header_role(*state, "2021年度完成值"), ROLE_PRIOR);
	assert_int_equal(header_role(*state, "预期2025年实现值"), ROLE_TARGET);
	assert_int_equal(header_role(*state, "２０２６年目标值"), ROLE_TARGET);
	assert_int_equal(header_role(*state, "2024-2026年目标值"), ROLE_LONG);
	assert_int_equal(header_role(*state, "青云县"), ROLE_PLACE);
	assert_int_equal(header_role(*state, "建设小区"), ROLE_NONE);
	assert_int_equal(header_role(*state, "2025年安排社区培训12期"), ROLE_NONE);
}

/* ---- Labels -------------------------------------------------------------------------- */

struct label_case {
	const char *text, *label;
	unsigned level;
};

static const struct label_case label_cases[] = {
	{"产出指标", "产出指标", 1},
	{"产出", "产出指标", 1},
	{"产出值", "产出指标", 1},
	{"项目完成指标", "产出指标", 1},
	{"效益指标", "效益指标", 1},
	{"效益值", "效益指标", 1},
	{"项目效益指标", "效益指标", 1},
	{"效果指标", "效益指标", 1},
	{"满意度指标", "满意度指标", 1},
	{"成本指标", "成本指标", 1},
	{"成本指标", "成本指标", 2},
	{"投入", "投入指标", 1},
	{"项目决策", "决策指标", 1},
	{"过程", "过程指标", 1},
	{"管理", "管理指标", 1},
	{"數量指標", "数量指标", 2},
	{"数量", "数量指标", 2},
	{"数量目标", "数量指标", 2},
	{"质 量 指 标", "质量指标", 2},
	{"时效", "时效指标", 2},
	{"进度指标", "进度指标", 2},
	{"经济成本指标", "经济成本指标", 2},
	{"社会成本指标", "社会成本指标", 2},
	{"生态环境成本指标", "生态环境成本指标", 2},
	{"经济效益", "经济效益指标", 2},
	{"社会效益", "社会效益指标", 2},
	{"生态效益", "生态效益指标", 2},
	{"环境效益", "生态效益指标", 2},
	{"生态环境效益指标", "生态效益指标", 2},
	{"可持续影响", "可持续影响指标", 2},
	{"服务对象满意度", "服务对象满意度指标", 2},
	{"服务对象满意度指标等", "服务对象满意度指标", 2},
	{"满意度指标", "服务对象满意度指标", 2},
	{"社会公众或服务对象满意度指标", "满意度指标", 1},
	{"社会公众或服务对象满意度指标", "服务对象满意度指标", 2},
};

static bool has_label(struct bench *b, const struct label_case *c)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(b->common->lexicon, key_of(b, c->text), &n);
	for (size_t i = 0; i < n; i++) {
		const struct label *l = &b->common->labels[m[i].id];
		if (m[i].kind == MEANING_LABEL && l->level == c->level &&
		    pifu_str_eq(l->text, pifu_str_of(c->label)))
			return true;
	}
	return false;
}

static void test_labels(void **state)
{
	for (size_t i = 0; i < sizeof label_cases / sizeof *label_cases; i++)
		if (!has_label(*state, &label_cases[i]))
			fail_msg("%s is not %s of level %u", label_cases[i].text,
			         label_cases[i].label, label_cases[i].level);
}

/* Level by level: every level-2 label has a parent, and that parent lets it stand. */
static void test_parents(void **state)
{
	const struct grammar *g = ((struct bench *)*state)->common;
	for (size_t i = 0; i < g->nlabels; i++) {
		const struct label *l = &g->labels[i];
		if (l->level == 1) {
			assert_true(i < 64);
			continue;
		}
		assert_true(l->parent < g->nlabels);
		assert_int_equal(g->labels[l->parent].level, 1);
		assert_true(l->parents >> l->parent & 1);
	}
}

/* ---- Patterns ------------------------------------------------------------------------- */

static bool fits(struct bench *b, const struct rule *r, const char *text)
{
	return pifu_rule_match(r, b->matcher, key_of(b, text), 0, NULL, 0, NULL) == 1;
}

static void test_titles(void **state)
{
	static const char *const titles[] = {
		"2025年部门整体支出绩效目标批复表",
		"项目支出绩效目标申报表",
		"绩效目标表",
		"绩效目标申报表（产业类）",
		"部门整体支出绩效自评表",
		"专项债券项目绩效目标表(打包项目)",
		"3.河道清淤-2024年度绩效目标表",
		"部门预算项目绩效目标申报表(2026年度)",
		"部门整体支出绩效目标批复表（续）",
		"项目支出绩效自评表1",
	};
	static const char *const others[] = {
		"关于做好绩效目标填报工作的通知",
		"绩效目标表由各单位填写,于月底前上报。",
		"年度绩效目标",
		"绩效指标",
		"请各单位按时报送项目支出绩效目标表。",
		"部门整体支出绩效目标",
		"预算表",
	};
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (!fits(b, b->common->title_rule, titles[i]))
			fail_msg("no title: %s", titles[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (fits(b, b->common->title_rule, others[i]))
			fail_msg("a title: %s", others[i]);
}

static void check_group(struct bench *b, const struct rule *r, const char *text, const char *group,
                        const char *expected)
{
	struct span g[8];
	struct str key = key_of(b, text);
	if (pifu_rule_match(r, b->matcher, key, 0, g, 8, NULL) != 1) {
		if (expected)
			fail_msg("%s: no match", text);
		return;
	}
	struct span found = g[pifu_rule_group(r, group)];
	assert_int_not_equal(found.from, PIFU_NONE);
	struct str part = pifu_str_sub(key, found.from, found.to);
	if (!expected || !pifu_str_eq(part, pifu_str_of(expected)))
		fail_msg("%s: %s is %.*s", text, group, (int)part.n, part.s);
}

static void test_years(void **state)
{
	struct bench *b = *state;
	const struct rule *r = b->common->year_rule;
	check_group(b, r, "2025年部门整体支出绩效目标批复表", "year", "2025");
	check_group(b, r, "（２０２４年度）", "year", "2024");
	check_group(b, r, "(2024)", "year", "2024");
	check_group(b, r, "某县2023年项目支出绩效目标表", "year", "2023");
	check_group(b, r, "发布时间:2024年03月12日", "year", NULL);
	check_group(b, r, "2024-03-12", "year", NULL);
}

static void test_functions(void **state)
{
	struct bench *b = *state;
	const struct rule *r = b->common->function_rule;
	check_group(b, r, "职能1: 湿地巡护", "name", "湿地巡护");
	check_group(b, r, "职能12：苗圃", "no", "12");
	check_group(b, r, "职能十二 苗木培育", "name", "苗木培育");
	check_group(b, r, "核心职能2、花木养护", "name", "花木养护");
	check_group(b, r, "职能", "name", NULL);
	check_group(b, r, "部门职能概述", "name", NULL);
}

static void test_marks(void **state)
{
	struct bench *b = *state;
	assert_true(fits(b, b->common->placeholder, "……"));
	assert_true(fits(b, b->common->placeholder, "指标1："));
	assert_true(fits(b, b->common->placeholder, "≥××%"));
	assert_false(fits(b, b->common->placeholder, "≥90%"));
	assert_false(fits(b, b->common->placeholder, "无人机架次"));
	assert_true(fits(b, b->common->label_score, "产出指标(50分)"));
	assert_true(fits(b, b->common->label_score, "成本指标（0-20）分"));
	assert_true(fits(b, b->common->name_mark, "指标2:培训人数"));
	assert_false(fits(b, b->common->name_mark, "5G基站数量"));
	assert_true(fits(b, b->common->end_rule, "填表人：甲"));
	assert_true(fits(b, b->common->end_rule, "注：本表一式两份"));
	assert_true(fits(b, b->common->end_rule, "总分"));
	assert_false(fits(b, b->common->end_rule, "合计划拨资金"));
	assert_false(fits(b, b->common->end_rule, "单位门户网站更新次数"));
}

struct noise_case {
	const char *text;
	pifu_account account; /* PIFU_ACCOUNT_NONE: no noise */
};

static const struct noise_case noise_cases[] = {
	{"- 1 -", PIFU_ACCOUNT_NOISE_PAGE},
	{"— 12 —", PIFU_ACCOUNT_NOISE_PAGE},
	{"第1页 共3页", PIFU_ACCOUNT_NOISE_PAGE},
	{"第 2 页，共 5 页", PIFU_ACCOUNT_NOISE_PAGE},
	{"附件3", PIFU_ACCOUNT_NOISE_PAGE},
	{"| --- | :---: |", PIFU_ACCOUNT_NOISE_RULE},
	{"─────────", PIFU_ACCOUNT_NOISE_RULE},
	{"打印本页", PIFU_ACCOUNT_NOISE_WEB},
	{"关闭窗口", PIFU_ACCOUNT_NOISE_WEB},
	{"发布时间:2024-05-06 来源:财政股", PIFU_ACCOUNT_NOISE_WEB},
	{"浏览次数：31", PIFU_ACCOUNT_NOISE_WEB},
	{"字号：[大 中 小]", PIFU_ACCOUNT_NOISE_WEB},
	{"扫一扫在手机打开当前页", PIFU_ACCOUNT_NOISE_WEB},
	{"分享到：", PIFU_ACCOUNT_NOISE_WEB},
	{"填表人：甲 联系电话：000", PIFU_ACCOUNT_NOISE_FOOT},
	{"注：指标值按年填写。", PIFU_ACCOUNT_NOISE_FOOT},
	{"总分", PIFU_ACCOUNT_NOISE_FOOT},
	{"单位负责人签字：", PIFU_ACCOUNT_NOISE_FOOT},
	{"12", PIFU_ACCOUNT_NONE},
	{"绿化带修剪面积", PIFU_ACCOUNT_NONE},
	{"≥12次", PIFU_ACCOUNT_NONE},
	{"网站信息更新条数", PIFU_ACCOUNT_NONE},
	{"群众来访接待批次", PIFU_ACCOUNT_NONE},
};

static pifu_account noise_of(struct bench *b, const char *text)
{
	const struct meaning *m = means(b, text, MEANING_NOISE);
	if (m)
		return (pifu_account)m->id;
	const struct grammar *g = b->common;
	for (size_t i = 0; i < g->nnoise; i++)
		if (fits(b, g->noise[i].rule, text))
			return g->noise[i].account;
	return PIFU_ACCOUNT_NONE;
}

static void test_noise(void **state)
{
	for (size_t i = 0; i < sizeof noise_cases / sizeof *noise_cases; i++)
		if (noise_of(*state, noise_cases[i].text) != noise_cases[i].account)
			fail_msg("%s: %s", noise_cases[i].text,
			         pifu_account_code(noise_of(*state, noise_cases[i].text)));
}

/* ---- Families ---------------------------------------------------------------------------- */

static void test_families(void **state)
{
	static const char *const expected[] = {"common", "department", "project", "self-evaluation",
	                                       "special-fund"};
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		size_t at = 0;
		while (at < b->set->count &&
		       strcmp(pifu_grammars_name(b->set, at), expected[i]) != 0)
			at++;
		if (at == b->set->count)
			fail_msg("no family %s", expected[i]);
	}
	for (size_t i = 0; i < b->set->count; i++) {
		const struct grammar *g = b->set->items[i];
		assert_true(g->abstract || g->nsamples > 0);
		assert_true(g->abstract || g->nclues > 0);
		assert_true(g->ntargets >= 10);
		assert_non_null(g->function_rule);
	}
}

/* ---- Show ---------------------------------------------------------------------------------- */

static int gather(void *ctx, const char *bytes, size_t n)
{
	pifu_buf_put(ctx, bytes, n);
	return 0;
}

static int refuse(void *ctx, const char *bytes, size_t n)
{
	(void)ctx, (void)bytes, (void)n;
	return 1;
}

/* A family as shown stands alone, and shown again it is the same text. */
static void test_show(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < b->set->count; i++) {
		struct buf first = {0}, second = {0};
		pifu_error err = {0};
		assert_int_equal(pifu_grammars_show(b->set, i, gather, &first, &err), PIFU_OK);
		struct grammar_text texts[2] = {{STR("shown.yaml"), pifu_buf_view(&first)},
		                                {STR("c.yaml"), STR("name: common\ntitle: c\n")}};
		bool is_common = b->set->items[i] == b->common;
		pifu_grammars *again = pifu_grammars_read(texts, is_common ? 1 : 2, NULL, &err);
		if (!again)
			fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
		assert_int_equal(pifu_grammars_show(again, is_common ? 0 : 1, gather, &second,
		                                    &err),
		                 PIFU_OK);
		assert_int_equal(first.n, second.n);
		assert_memory_equal(first.s, second.s, first.n);
		pifu_grammars_free(again);
		pifu_buf_free(&first);
		pifu_buf_free(&second);
	}
	assert_int_equal(pifu_grammars_show(b->set, 0, refuse, NULL, NULL), PIFU_ERR_WRITE);
	assert_int_equal(pifu_grammars_show(b->set, 999, refuse, NULL, NULL), PIFU_ERR_USAGE);
}

/* ---- The schema for editors --------------------------------------------------------------- */

static struct buf read_file(const char *path)
{
	struct buf b = {0};
	char block[4096];
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
		pifu_buf_put(&b, block, n);
	fclose(f);
	return b;
}

static void check_schema_name(struct str schema, const char *name)
{
	char quoted[80];
	snprintf(quoted, sizeof quoted, "\"%s\"", name);
	if (pifu_str_find(schema, pifu_str_of(quoted)) < 0)
		fail_msg("%s is not in grammar.schema.json", quoted);
}

/* Goes as deep as the table of keys. */
static void check_schema_shape(struct str schema, const struct shape *shape)
{
	for (size_t i = 0; i < shape->nwords; i++)
		check_schema_name(schema, shape->words[i]);
	for (size_t i = 0; i < shape->nkeys; i++) {
		check_schema_name(schema, shape->keys[i].name);
		check_schema_shape(schema, shape->keys[i].shape);
	}
	if (shape->item)
		check_schema_shape(schema, shape->item);
}

static void test_schema(void **state)
{
	(void)state;
	struct buf schema = read_file(PIFU_SOURCE_DIR "/grammars/grammar.schema.json");
	check_schema_shape(pifu_buf_view(&schema), &pifu_grammar_shape);
	pifu_buf_free(&schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),   cmocka_unit_test(test_header_rules),
		cmocka_unit_test(test_labels),    cmocka_unit_test(test_parents),
		cmocka_unit_test(test_titles),    cmocka_unit_test(test_years),
		cmocka_unit_test(test_functions), cmocka_unit_test(test_marks),
		cmocka_unit_test(test_noise),     cmocka_unit_test(test_families),
		cmocka_unit_test(test_show),      cmocka_unit_test(test_schema),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
