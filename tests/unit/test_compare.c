/* Two years compared: whole departments, and what is said of their targets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/compare.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* ---- Departments ----------------------------------------------------------------------------- */

struct line {
	const char *function, *level2, *name, *target, *comparator, *number, *unit;
};

static void fill_year(struct compare_group *group, enum compare_side side, const struct line *lines,
                      uint32_t n)
{
	struct compare_year *year = &group->year[side];

	year->nitems = n;
	year->items = compare_pool_take(group->pool, n, sizeof *year->items);
	for (uint32_t i = 0; i < n; i++) {
		const char **f = year->items[i].field;

		f[PIFU_FIELD_YEAR] = side == COMPARE_OLD ? "2024" : "2025";
		f[PIFU_FIELD_KIND] = "department";
		f[PIFU_FIELD_FUNCTION] = lines[i].function;
		f[PIFU_FIELD_LEVEL1] = "产出指标";
		f[PIFU_FIELD_LEVEL2] = lines[i].level2;
		f[PIFU_FIELD_NAME] = lines[i].name;
		f[PIFU_FIELD_TARGET] = lines[i].target;
		f[PIFU_FIELD_COMPARATOR] = lines[i].comparator;
		f[PIFU_FIELD_NUMBER] = lines[i].number;
		f[PIFU_FIELD_UNIT] = lines[i].unit;
	}
}

static void compare_lines(struct compare_group *group, const struct line *old, uint32_t nold,
                          const struct line *new, uint32_t nnew)
{
	struct compare_rules rules = {COMPARE_SIMILARITY, COMPARE_OUTLIER};

	*group = (struct compare_group){.pool = compare_pool_new(), .department = "某局"};
	fill_year(group, COMPARE_OLD, old, nold);
	fill_year(group, COMPARE_NEW, new, nnew);
	assert_true(compare_run(group, &rules));
}

static const struct compare_pair *pair_of(const struct compare_group *group, uint32_t old)
{
	for (uint32_t i = 0; i < group->npairs; i++)
		if (group->pairs[i].old == old)
			return &group->pairs[i];
	return NULL;
}

static bool has(const struct compare_pair *pair, pifu_finding code)
{
	for (uint32_t i = 0; i < pair->nfindings; i++)
		if (pair->findings[i].code == code)
			return true;
	return false;
}

static void test_department(void **state)
{
	static const struct line old[] = {
		{"安保执勤", "数量指标", "警卫安保活动次数", "≥25次", "ge", "25", "次"},
		{"安保执勤", "数量指标", "参加安保人次", "≥900人次", "ge", "900", "人次"},
		{"安保执勤", "质量指标", "安保无差错率", "≥99%", "ge", "99", "%"},
		{"安保执勤", "质量指标", "群众满意度", "≥90%", "ge", "90", "%"},
		{"服装购置费", "数量指标", "服装配备人数", "≥237人", "ge", "237", "人"},
		{"服装购置费", "质量指标", "服装合格率", "≥95%", "ge", "95", "%"},
		{"服装购置费", "质量指标", "群众满意度", "≥80%", "ge", "80", "%"},
		{"服装购置费", "时效指标", "无人机巡查里程", "≥70公里", "ge", "70", "公里"},
	};
	static const struct line new[] = {
		{"服装与装备购置经费", "数量指标", "服装配备人数", "≥240人", "ge", "240", "人"},
		{"服装与装备购置经费", "质量指标", "服装合格率", "≥95%", "ge", "95", "%"},
		{"服装与装备购置经费", "质量指标", "群众满意度", "≥80%", "ge", "80", "%"},
		{"安保执勤", "数量指标", "新增执勤岗亭", "≥3座", "ge", "3", "座"},
		{"安保执勤", "数量指标", "警卫安保次数", "≥25次", "ge", "25", "次"},
		{"安保执勤", "质量指标", "安保无差错率", "≥99%", "ge", "99", "%"},
		{"安保执勤", "质量指标", "群众满意度", "≥90%", "ge", "90", "%"},
		{"安保执勤", "质量指标", "无人机巡查里程", "≥70公里", "ge", "70", "公里"},
	};
	static const uint32_t expected[] = {4, COMPARE_NONE, 5, 6, 0, 1, 2, 7};
	struct compare_group g;

	(void)state;
	compare_lines(&g, old, COUNT(old), new, COUNT(new));
	for (uint32_t i = 0; i < COUNT(old); i++)
		if (pair_of(&g, i)->new != expected[i])
			fail_msg("%s: %u", old[i].name, pair_of(&g, i)->new);
	assert_int_equal(g.npairs, COUNT(new) + 1);
	assert_int_equal(pair_of(&g, 0)->change, CHANGE_AMENDED);
	assert_int_equal(pair_of(&g, 1)->change, CHANGE_DROPPED);
	assert_int_equal(pair_of(&g, 2)->change, CHANGE_SAME);
	assert_int_equal(pair_of(&g, 4)->change, CHANGE_CHANGED);
	assert_true(pair_of(&g, 7)->moved);
	assert_true(pair_of(&g, 7)->fields >> PIFU_FIELD_FUNCTION & 1);
	for (uint32_t i = 0; i < g.npairs; i++)
		assert_false(g.pairs[i].doubtful);
	/* in the order of the new year; what was dropped follows its neighbour above */
	assert_int_equal(g.pairs[0].new, 0);
	assert_int_equal(g.pairs[4].new, 4);
	assert_int_equal(g.pairs[5].old, 1);
	compare_pool_free(g.pool);
}

/* Which of two functions became the new one nobody can tell: all its pairs are doubtful. */
static void test_doubtful_function(void **state)
{
	static const struct line old[] = {
		{"甲项工作经费", "数量指标", "巡查次数", "≥9次", "ge", "9", "次"},
		{"乙项工作经费", "数量指标", "巡查次数", "≥9次", "ge", "9", "次"},
	};
	static const struct line new[] = {
		{"丙项工作经费", "数量指标", "巡查次数", "≥9次", "ge", "9", "次"},
	};
	struct compare_group g;

	(void)state;
	compare_lines(&g, old, COUNT(old), new, COUNT(new));
	assert_int_equal(g.npairs, 2);
	const struct compare_pair *pair =
		pair_of(&g, 0)->new == 0 ? pair_of(&g, 0) : pair_of(&g, 1);
	assert_int_equal(pair->new, 0);
	assert_true(pair->doubtful);
	assert_true(has(pair, PIFU_FINDING_MATCH_DOUBTFUL));
	compare_pool_free(g.pool);
	compare_lines(&g, old, 1, new, 1); /* with one there is no question */
	assert_int_equal(g.npairs, 1);
	assert_false(g.pairs[0].doubtful);
	compare_pool_free(g.pool);
}

/* Every item of both years is in exactly one pair. */
static void test_nothing_lost(void **state)
{
	static const char *const words[] = {"宣传", "培训",   "巡查", "次数",
	                                    "人数", "合格率", "经费"};
	struct line lines[2][40];
	char names[2][40][64];
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 200; round++) {
		unsigned seen[2][40] = {{0}};
		uint32_t n[2] = {seed % 40, seed / 64 % 40};
		struct compare_group g;

		for (int side = 0; side < 2; side++) {
			for (uint32_t i = 0; i < n[side]; i++) {
				seed = seed * 1664525u + 1013904223u;
				snprintf(names[side][i], sizeof names[side][i], "%s%s%s",
				         words[seed >> 8 & 3], words[seed >> 12 & 3],
				         words[3 + (seed >> 16 & 3)]);
				lines[side][i] = (struct line){seed >> 20 & 1 ? "甲项" : "乙项",
				                               "数量指标",
				                               names[side][i],
				                               "≥1次",
				                               "ge",
				                               "1",
				                               "次"};
			}
		}
		compare_lines(&g, lines[0], n[0], lines[1], n[1]);
		for (uint32_t i = 0; i < g.npairs; i++) {
			if (g.pairs[i].old != COMPARE_NONE)
				seen[0][g.pairs[i].old]++;
			if (g.pairs[i].new != COMPARE_NONE)
				seen[1][g.pairs[i].new]++;
		}
		for (int side = 0; side < 2; side++)
			for (uint32_t i = 0; i < n[side]; i++)
				assert_int_equal(seen[side][i], 1);
		compare_pool_free(g.pool);
		seed = seed * 1664525u + 1013904223u;
	}
}

static void test_doubt(void **state)
{
	static const struct line old[] = {
		{"甲", "数量指标", "宣传活动场次", "≥5次", "ge", "5", "次"},
		{"甲", "数量指标", "巡查次数", "≥9次", "ge", "9", "次"},
		{"甲", "数量指标", "设备检修", "≥1次", "ge", "1", "次"},
		{"甲", "数量指标", "设备检修", "≥1次", "ge", "1", "次"},
		{"甲", "数量指标", "道路养护里程长度", "≥1公里", "ge", "1", "公里"},
	};
	static const struct line new[] = {
		{"甲", "数量指标", "宣传活动甲场次", "≥6次", "ge", "6", "次"},
		{"甲", "数量指标", "宣传活动乙场次", "≥7次", "ge", "7", "次"},
		{"甲", "数量指标", "巡查次数", "≥9次", "ge", "9", "次"},
		{"甲", "数量指标", "设备检修", "≥1次", "ge", "1", "次"},
		{"甲", "数量指标", "设备检修", "≥1次", "ge", "1", "次"},
		{"甲", "数量指标", "养护道路长度", "≥1公里", "ge", "1", "公里"},
	};
	struct compare_group g;

	(void)state;
	compare_lines(&g, old, COUNT(old), new, COUNT(new));
	const struct compare_pair *pair = pair_of(&g, 0);
	assert_true(pair->doubtful); /* two candidates, equally good */
	assert_true(has(pair, PIFU_FINDING_MATCH_DOUBTFUL));
	assert_int_equal(pair->nrivals, 1);
	assert_int_equal(pair->rivals[0].item, 1 - pair->new);
	assert_false(pair_of(&g, 1)->doubtful);
	assert_false(pair_of(&g, 2)->doubtful); /* twins: which is which makes no difference */
	assert_false(pair_of(&g, 3)->doubtful);
	assert_true(pair_of(&g, 4)->doubtful); /* only just, or nearly */
	compare_pool_free(g.pool);
}

/* ---- Judging ------------------------------------------------------------------------------------ */

#define OUTLIER PIFU_CHECK_TARGET_OUTLIER
#define FLIP PIFU_CHECK_COMPARATOR_FLIPPED
#define UNIT PIFU_CHECK_UNIT_CHANGED
#define LOST PIFU_FINDING_TARGET_MISSING

static void test_targets(void **state)
{
	static const struct {
		const char *target[2], *comparator[2], *number[2], *unit[2];
		enum compare_change change;
		double ratio;
		int codes[3]; /* -1: no more */
	} cases[] = {
		{{"≥25次", "≥2500次"},
	         {"ge", "ge"},
	         {"25", "2500"},
	         {"次", "次"},
	         CHANGE_CHANGED,
	         100,
	         {OUTLIER, -1, -1}},
		{{"≥2500次", "≥25次"},
	         {"ge", "ge"},
	         {"2500", "25"},
	         {"次", "次"},
	         CHANGE_CHANGED,
	         0.01,
	         {OUTLIER, -1, -1}},
		{{"≥25次", "≥249次"},
	         {"ge", "ge"},
	         {"25", "249"},
	         {"次", "次"},
	         CHANGE_CHANGED,
	         9.96,
	         {-1, -1, -1}},
		{{"≥0.95", "≥9.5"},
	         {"ge", "ge"},
	         {"0.95", "9.5"},
	         {NULL, NULL},
	         CHANGE_CHANGED,
	         10,
	         {OUTLIER, -1, -1}},
		{{"≤2.5万元", "≤25000元"},
	         {"le", "le"},
	         {"2.5", "25000"},
	         {"万元", "元"},
	         CHANGE_AMENDED,
	         1,
	         {UNIT, -1, -1}},
		{{"≤25万元", "≤25元"},
	         {"le", "le"},
	         {"25", "25"},
	         {"万元", "元"},
	         CHANGE_CHANGED,
	         1e-4,
	         {OUTLIER, UNIT, -1}},
		{{"≥90%", "≤90%"},
	         {"ge", "le"},
	         {"90", "90"},
	         {"%", "%"},
	         CHANGE_CHANGED,
	         1,
	         {FLIP, -1, -1}},
		{{"≥90%", ">90%"},
	         {"ge", "gt"},
	         {"90", "90"},
	         {"%", "%"},
	         CHANGE_CHANGED,
	         1,
	         {-1, -1, -1}},
		{{"280人次", "=280人次"},
	         {NULL, "eq"},
	         {"280", "280"},
	         {"人次", "人次"},
	         CHANGE_SAME,
	         1,
	         {-1, -1, -1}},
		{{"≥90%", "≥0.9"},
	         {"ge", "ge"},
	         {"90", "0.9"},
	         {"%", NULL},
	         CHANGE_AMENDED,
	         1,
	         {UNIT, -1, -1}},
		{{"≥25次", "≥25"},
	         {"ge", "ge"},
	         {"25", "25"},
	         {"次", NULL},
	         CHANGE_AMENDED,
	         1,
	         {UNIT, -1, -1}},
		{{"≥2.5万元", "≥25000"},
	         {"ge", "ge"},
	         {"2.5", "25000"},
	         {"万元", NULL},
	         CHANGE_AMENDED,
	         1,
	         {UNIT, -1, -1}},
		{{"≥12个", "≥12座"},
	         {"ge", "ge"},
	         {"12", "12"},
	         {"个", "座"},
	         CHANGE_SAME,
	         1,
	         {-1, -1, -1}},
		{{"≥12个", "≥12元"},
	         {"ge", "ge"},
	         {"12", "12"},
	         {"个", "元"},
	         CHANGE_CHANGED,
	         0,
	         {UNIT, -1, -1}},
		{{"0起", "≤5起"},
	         {"eq", "le"},
	         {"0", "5"},
	         {"起", "起"},
	         CHANGE_CHANGED,
	         0,
	         {-1, -1, -1}},
		{{"2024年12月底前", "2025年12月底前"},
	         {NULL, NULL},
	         {NULL, NULL},
	         {NULL, NULL},
	         CHANGE_SAME,
	         0,
	         {-1, -1, -1}},
		{{"2024年12月底前", "2025年11月底前"},
	         {NULL, NULL},
	         {NULL, NULL},
	         {NULL, NULL},
	         CHANGE_CHANGED,
	         0,
	         {-1, -1, -1}},
		{{"显著提升", "有所提升"},
	         {NULL, NULL},
	         {NULL, NULL},
	         {NULL, NULL},
	         CHANGE_CHANGED,
	         0,
	         {-1, -1, -1}},
		{{"≥90%", "优良"},
	         {"ge", NULL},
	         {"90", NULL},
	         {"%", NULL},
	         CHANGE_CHANGED,
	         0,
	         {-1, -1, -1}},
		{{"≥90%", NULL},
	         {"ge", NULL},
	         {"90", NULL},
	         {"%", NULL},
	         CHANGE_CHANGED,
	         0,
	         {LOST, -1, -1}},
		{{NULL, NULL},
	         {NULL, NULL},
	         {NULL, NULL},
	         {NULL, NULL},
	         CHANGE_SAME,
	         0,
	         {-1, -1, -1}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct line lines[2];
		struct compare_group g;
		uint32_t codes = 0;

		for (int s = 0; s < 2; s++)
			lines[s] = (struct line){"甲",
			                         "数量指标",
			                         "某指标",
			                         cases[i].target[s],
			                         cases[i].comparator[s],
			                         cases[i].number[s],
			                         cases[i].unit[s]};
		compare_lines(&g, &lines[0], 1, &lines[1], 1);
		assert_int_equal(g.npairs, 1);
		const struct compare_pair *pair = &g.pairs[0];
		if (pair->change != cases[i].change || fabs(pair->ratio - cases[i].ratio) > 1e-9)
			fail_msg("case %zu: change %d, ratio %g", i, (int)pair->change,
			         pair->ratio);
		for (; codes < 3 && cases[i].codes[codes] >= 0; codes++)
			if (!has(pair, (pifu_finding)cases[i].codes[codes]))
				fail_msg("case %zu: finding %u is not there", i, codes);
		if (pair->nfindings != codes)
			fail_msg("case %zu: %u findings, %u expected", i, pair->nfindings, codes);
		compare_pool_free(g.pool);
	}
}

/* What is said of a pair has room for 599 bytes, and ends with a whole character. */
static void test_long_finding(void **state)
{
	enum { CHARACTERS = 250, FITTING = 197, HAN = 3 };
	char target[CHARACTERS * HAN + 1] = "";
	struct line lines[2] = {{"甲", "数量指标", "某指标", target, NULL, NULL, NULL},
	                        {"甲", "数量指标", "某指标", NULL, NULL, NULL, NULL}};
	struct compare_group g;

	(void)state;
	for (size_t i = 0; i < CHARACTERS; i++)
		memcpy(target + i * HAN, "标", HAN);
	compare_lines(&g, &lines[0], 1, &lines[1], 1);
	assert_int_equal(g.npairs, 1);
	assert_int_equal(g.pairs[0].nfindings, 1);
	const char *text = g.pairs[0].findings[0].text, said[] = "it was ";
	assert_int_equal(strlen(text), sizeof said - 1 + FITTING * HAN);
	assert_memory_equal(text, said, sizeof said - 1);
	assert_memory_equal(text + sizeof said - 1, target, FITTING * HAN);
	compare_pool_free(g.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_department),   cmocka_unit_test(test_doubtful_function),
		cmocka_unit_test(test_nothing_lost), cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_targets),      cmocka_unit_test(test_long_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
