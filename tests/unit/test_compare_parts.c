/* What comparing two years rests on: names, units, the assignment. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/compare.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* ---- Names --------------------------------------------------------------------------- */

static void fold(struct compare_pool *pool, const char *text, const char *year,
                 struct compare_text *out)
{
	assert_true(compare_text_fold(pool, text, year, out));
}

static void test_folding(void **state)
{
	static const struct {
		const char *a, *b, *year;
		bool same;
	} cases[] = {
		{"1.培训人次", "培训人次", NULL, true},
		{"（２）培训 人次", "培训人次", NULL, true},
		{"指标3:培训人次", "培训人次", NULL, true},
		{"12、培训“人次”", "培训人次", NULL, true},
		{"2024年度培训人次", "培训人次", "2024", true},
		{"2024年培训人次", "培训人次", "2024", true},
		{"2023年培训人次", "培训人次", "2024", false},
		{"ＡＢ级景区(个)", "ab级景区个", NULL, true},
		{"110警情处置率", "警情处置率", NULL, false},
		{"1.5公里道路", "公里道路", NULL, false},
		{"合格率≥95%", "合格率95%", NULL, true},
		{"合格率95%", "合格率95", NULL, false},
	};
	struct compare_pool *pool = compare_pool_new();
	struct compare_text a, b;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		fold(pool, cases[i].a, cases[i].year, &a);
		fold(pool, cases[i].b, NULL, &b);
		if (compare_text_same(&a, &b) != cases[i].same)
			fail_msg("%s, %s", cases[i].a, cases[i].b);
	}
	fold(pool, NULL, NULL, &a);
	fold(pool, "", NULL, &b);
	assert_true(compare_text_same(&a, &b));
	assert_int_equal(a.n, 0);
	compare_pool_free(pool);
}

static void test_likeness(void **state)
{
	static const struct {
		const char *a, *b;
		bool alike;
	} cases[] = {
		{"警卫安保活动次数", "警卫安保次数", true},
		{"辅警服装配备人数", "辅警服装配备人数量", true},
		{"禁毒宣传活动次数", "开展禁毒宣传活动次数", true},
		{"群众满意度", "人民群众满意度", true},
		{"服务对象满意率", "服务对象满意度", true},
		{"系统故障修复处理时间", "系统故障修复时间", true},
		{"道路标志标线维护更新次数", "道路标志、标线更新维护次数", true},
		{"警卫安保活动次数", "禁毒宣传活动次数", false},
		{"服装质量合格率", "体检完成及时率", false},
		{"保障村警人数", "在押人员数", false},
		{"培训人次", "培训天数", false},
		{"群众满意度", "村警满意度", false},
		{"雷达购置数量", "信号灯维修数量", false},
	};
	struct compare_pool *pool = compare_pool_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct compare_text a, b;

		fold(pool, cases[i].a, NULL, &a);
		fold(pool, cases[i].b, NULL, &b);
		double there = compare_text_similarity(&a, &b);
		assert_true(there == compare_text_similarity(&b, &a));
		assert_true(there > 0 && there < 1);
		assert_true(compare_text_similarity(&a, &a) == 1);
		if ((there >= COMPARE_SIMILARITY) != cases[i].alike)
			fail_msg("%s, %s: %.3f", cases[i].a, cases[i].b, there);
	}
	compare_pool_free(pool);
}

static void test_other_words(void **state)
{
	static const struct {
		const char *a, *b;
		uint32_t replaced;
	} cases[] = {
		{"服装采购及时率", "服装发放及时率", 2},
		{"维护更新次数", "更新维护次数", 0},
		{"警卫安保活动次数", "警卫安保次数", 0},
		{"满意率", "满意度", 1},
		{"", "满意度", 0},
	};
	struct compare_pool *pool = compare_pool_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct compare_text a, b;

		fold(pool, cases[i].a, NULL, &a);
		fold(pool, cases[i].b, NULL, &b);
		assert_int_equal(compare_text_replaced(&a, &b), cases[i].replaced);
		assert_int_equal(compare_text_replaced(&b, &a), cases[i].replaced);
	}
	compare_pool_free(pool);
}

/* ---- Units ---------------------------------------------------------------------------- */

static void test_units(void **state)
{
	static const struct {
		const char *a, *b;
		double ratio; /* an amount of 1 a in b; 0: they do not agree */
	} cases[] = {
		{"万元", "元", 1e4},     {"亿元", "万元", 1e4},   {"元", "元", 1},
		{"千米", "公里", 1},     {"公里", "米", 1000},    {"万亩", "亩", 1e4},
		{"公顷", "亩", 15},      {"吨", "公斤", 1000},    {"小时", "分钟", 60},
		{"天", "小时", 24},      {"年", "个月", 12},      {"比例", "%", 100},
		{"‰", "%", 0.1},         {"万人次", "人次", 1e4}, {"十万人", "人", 1e5},
		{"人", "名", 1},         {"个", "座", 1},         {"万元/亩", "元/亩", 1e4},
		{"万元/亩", "元/人", 0}, {"人", "人次", 0},       {"元", "个", 0},
		{"个月", "天", 0},       {"标准箱", "标准箱", 1}, {"万标准箱", "标准箱", 1e4},
		{"标准箱", "挂车", 0},   {"万", "万", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct compare_unit a = compare_unit_parse(cases[i].a);
		struct compare_unit b = compare_unit_parse(cases[i].b);
		bool agree = compare_unit_agree(&a, &b);

		assert_int_equal(agree, compare_unit_agree(&b, &a));
		if (agree != (cases[i].ratio > 0))
			fail_msg("%s, %s", cases[i].a, cases[i].b);
		if (agree && fabs(a.factor / b.factor / cases[i].ratio - 1) > 1e-9)
			fail_msg("%s, %s: %g", cases[i].a, cases[i].b, a.factor / b.factor);
	}
}

/* ---- Assignment --------------------------------------------------------------------------- */

/* The best sum of gains by trying everything; the pair row-column is forbidden. */
static double try_all(const struct compare_costs *c, uint32_t row, unsigned used, uint32_t no_row,
                      uint32_t no_column)
{
	if (row == c->rows)
		return 0;
	double best = try_all(c, row + 1, used, no_row, no_column);

	for (uint32_t k = 0; k < c->columns; k++) {
		float gain = c->gain[row * c->columns + k];

		if (gain <= 0 || used >> k & 1 || (row == no_row && k == no_column))
			continue;
		double sum = gain + try_all(c, row + 1, used | 1u << k, no_row, no_column);
		best = sum > best ? sum : best;
	}
	return best;
}

static void check_assignment(const struct compare_costs *c)
{
	uint32_t column[8];
	double margin[8], sum = 0, best = try_all(c, 0, 0, COMPARE_NONE, COMPARE_NONE);
	unsigned used = 0;

	assert_true(compare_assign(c, column, margin));
	for (uint32_t r = 0; r < c->rows; r++) {
		if (column[r] == COMPARE_NONE)
			continue;
		assert_false(used >> column[r] & 1);
		used |= 1u << column[r];
		sum += c->gain[r * c->columns + column[r]];
		double without = try_all(c, 0, 0, r, column[r]);
		double true_margin = best - without > 1 ? 1 : best - without;
		assert_true(fabs(margin[r] - true_margin) < 1e-5);
	}
	assert_true(fabs(sum - best) < 1e-5);
}

static void test_assignment(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		float gain[36];
		struct compare_costs c = {gain, 1 + seed % 6, 1 + seed / 7 % 6};

		for (uint32_t i = 0; i < c.rows * c.columns; i++) {
			seed = seed * 1664525u + 1013904223u;
			unsigned level =
				seed >> 24; /* few levels: many ties; a third is forbidden */
			gain[i] = level % 3 == 0 ? 0 : (float)(level % 11) / 10;
		}
		check_assignment(&c);
		seed = seed * 1664525u + 1013904223u;
	}
}

static void test_parts(void **state)
{
	/* 0-0, 0-1, 1-0 are one part; 2-2 another; 3-3 is too weak */
	struct compare_edge all[] = {{0, 0, 0.9f, 0.9f},
	                             {2, 2, 0.7f, 0.7f},
	                             {0, 1, 0.8f, 0.8f},
	                             {1, 0, 0.85f, 0.85f},
	                             {3, 3, 0.5f, 0.5f}};
	struct compare_edges edges = {all, COUNT(all), COUNT(all)};
	uint32_t of_old[5];
	double margin[5];
	struct compare_choice choice = {of_old, margin};

	(void)state;
	assert_true(compare_choose(&edges, 5, 4, 0.6, &choice));
	assert_int_equal(of_old[0], 2); /* 0-1 and 1-0 are worth more than 0-0 alone */
	assert_int_equal(of_old[1], 3);
	assert_int_equal(of_old[2], 1);
	assert_int_equal(of_old[3], COMPARE_NONE);
	assert_int_equal(of_old[4], COMPARE_NONE);
	assert_true(fabs(margin[2] - 0.1) < 1e-3);
	assert_true(fabs(margin[0] - 0.15) < 1e-3); /* 0.8 + 0.85 against 0.9 + 0.6 */
}

/* A part beyond COMPARE_PART is settled by the order of the scores. */
static void test_large_part(void **state)
{
	enum { N = COMPARE_PART + 50 };
	struct compare_edge *all = calloc((size_t)2 * N, sizeof *all);
	uint32_t *of_old = calloc(N, sizeof *of_old);
	double *margin = calloc(N, sizeof *margin);
	struct compare_edges edges = {all, 0, 0};
	struct compare_choice choice = {of_old, margin};

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		all[edges.n++] = (struct compare_edge){i, i, 0.9f, 0.9f};
		if (i + 1 < N)
			all[edges.n++] = (struct compare_edge){i, i + 1, 0.7f, 0.7f};
	}
	assert_true(compare_choose(&edges, N, N, 0.6, &choice));
	for (uint32_t i = 0; i < N; i++) {
		assert_int_equal(all[of_old[i]].new, i);
		assert_true(margin[i] == 0);
	}
	free(all);
	free(of_old);
	free(margin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folding),     cmocka_unit_test(test_likeness),
		cmocka_unit_test(test_other_words), cmocka_unit_test(test_units),
		cmocka_unit_test(test_assignment),  cmocka_unit_test(test_parts),
		cmocka_unit_test(test_large_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
