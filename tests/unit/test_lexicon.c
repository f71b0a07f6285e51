/* Lexicons: exact, fuzzy and prefix lookup, each checked against plain search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "grammar/lexicon.h"

struct word {
	const char *text;
	struct meaning meaning;
};

static const struct word words[] = {
	{"产出指标", {MEANING_LABEL, 0, 0}},
	{"产出", {MEANING_LABEL, 1, 0}},
	{"效益指标", {MEANING_LABEL, 0, 1}},
	{"成本指标", {MEANING_LABEL, 0, 2}},
	{"数量指标", {MEANING_LABEL, 0, 3}},
	{"质量指标", {MEANING_LABEL, 0, 4}},
	{"成本指标", {MEANING_LABEL, 0, 5}},
	{"可持续影响指标", {MEANING_LABEL, 0, 6}},
	{"可持续影响", {MEANING_LABEL, 1, 6}},
	{"数量", {MEANING_LABEL, 1, 3}},
	{"指标值", {MEANING_HEADER, 0, ROLE_TARGET}},
	{"指标", {MEANING_HEADER, 0, ROLE_NAME}},
	{"个", {MEANING_UNIT, 0, 0}},
	{"个月", {MEANING_UNIT, 0, 0}},
	{"成本指标值", {MEANING_HEADER, 0, ROLE_TARGET}},
};
enum { WORDS = sizeof words / sizeof *words };

struct bench {
	struct arena *arena;
	struct lexicon *lexicon;
};

static int setup(void **state)
{
	static struct bench b;
	b.arena = pifu_arena_new(NULL);
	b.lexicon = b.arena ? pifu_lexicon_new(b.arena) : NULL;
	for (size_t i = 0; b.lexicon && i < WORDS; i++)
		if (!pifu_lexicon_add(b.arena, b.lexicon, pifu_str_of(words[i].text),
		                      words[i].meaning))
			return -1;
	*state = &b;
	return b.lexicon && pifu_lexicon_seal(b.arena, b.lexicon) ? 0 : -1;
}

static int teardown(void **state)
{
	pifu_arena_free(((struct bench *)*state)->arena);
	return 0;
}

static const struct lexicon *lexicon_of(void **state)
{
	return ((struct bench *)*state)->lexicon;
}

static void test_find(void **state)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(lexicon_of(state), STR("数量指标"), &n);
	assert_int_equal(n, 1);
	assert_int_equal(m->kind, MEANING_LABEL);
	assert_int_equal(m->id, 3);
	assert_null(pifu_lexicon_find(lexicon_of(state), STR("数量指标值"), &n));
	assert_int_equal(n, 0);
	assert_null(pifu_lexicon_find(lexicon_of(state), STR(""), &n));
	assert_null(pifu_lexicon_find(lexicon_of(state), STR_NONE, &n));
}

/* Both meanings, in the order in which they were added. */
static void test_two_meanings(void **state)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(lexicon_of(state), STR("成本指标"), &n);
	assert_int_equal(n, 2);
	assert_int_equal(m[0].id, 2);
	assert_int_equal(m[1].id, 5);
}

/* The same meaning twice is one, with the lower penalty. */
static void test_same_meaning(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);
	struct lexicon *lx = pifu_lexicon_new(a);
	size_t n;
	assert_true(pifu_lexicon_add(a, lx, STR("满意度"), (struct meaning){MEANING_LABEL, 3, 7}));
	assert_true(pifu_lexicon_add(a, lx, STR("满意度"), (struct meaning){MEANING_LABEL, 1, 7}));
	assert_true(pifu_lexicon_seal(a, lx));
	const struct meaning *m = pifu_lexicon_find(lx, STR("满意度"), &n);
	assert_int_equal(n, 1);
	assert_int_equal(m->penalty, 1);
	pifu_arena_free(a);
}

static void test_empty(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);
	struct lexicon *lx = pifu_lexicon_new(a);
	const struct meaning *m;
	struct near_label near[2];
	uint16_t labels[2];
	size_t n;
	assert_true(pifu_lexicon_seal(a, lx));
	assert_null(pifu_lexicon_find(lx, STR("数量"), &n));
	assert_int_equal(pifu_lexicon_near(lx, STR("数量"), 2, near, 2), 0);
	assert_int_equal(pifu_lexicon_begins(lx, STR("数量"), labels, 2), 0);
	assert_int_equal(pifu_lexicon_ends(lx, STR("数量"), labels, 2), 0);
	assert_int_equal(pifu_lexicon_longest(lx, STR("数量"), 0, UINT32_MAX, &m, &n), 0);
	pifu_arena_free(a);
}

static void test_near(void **state)
{
	struct near_label near[4];
	const struct lexicon *lx = lexicon_of(state);
	assert_int_equal(pifu_lexicon_near(lx, STR("数置指标"), 1, near, 4), 1);
	assert_int_equal(near[0].label, 3);
	assert_int_equal(near[0].distance, 1);
	assert_int_equal(near[0].length, 4);
	/* A character too many, one too few. */
	assert_int_equal(pifu_lexicon_near(lx, STR("可持续的影响指标"), 1, near, 4), 1);
	assert_int_equal(near[0].label, 6);
	assert_int_equal(pifu_lexicon_near(lx, STR("可持影响指标"), 1, near, 4), 1);
	/* 质指标 is one from 质量指标, two from 数量指标: the nearest first. */
	assert_true(pifu_lexicon_near(lx, STR("质指标"), 2, near, 4) >= 2);
	assert_int_equal(near[0].label, 4);
	assert_int_equal(near[0].distance, 1);
	assert_int_equal(near[1].distance, 2);
	assert_int_equal(pifu_lexicon_near(lx, STR("县域道路养护里程"), 2, near, 4), 0);
	assert_int_equal(pifu_lexicon_near(lx, STR("质指标"), 2, near, 0), 0);
	assert_int_equal(pifu_lexicon_near(lx, STR("质指标"), 2, near, 1), 1);
	assert_int_equal(near[0].label, 4);
}

static void test_begins_ends(void **state)
{
	uint16_t labels[8];
	const struct lexicon *lx = lexicon_of(state);
	assert_int_equal(pifu_lexicon_begins(lx, STR("可持续"), labels, 8), 1);
	assert_int_equal(labels[0], 6);
	/* A prefix in the proper sense: 可持续影响 is one of 可持续影响指标. */
	assert_int_equal(pifu_lexicon_begins(lx, STR("可持续影响指标"), labels, 8), 0);
	assert_int_equal(pifu_lexicon_begins(lx, STR("可"), labels, 8), 0);
	assert_int_equal(pifu_lexicon_ends(lx, STR("影响指标"), labels, 8), 1);
	assert_int_equal(labels[0], 6);
	assert_int_equal(pifu_lexicon_ends(lx, STR("指标"), labels, 8), 7);
	assert_int_equal(pifu_lexicon_ends(lx, STR("指标"), labels, 3), 3);
	assert_int_equal(pifu_lexicon_ends(lx, STR("标"), labels, 8), 0);
	assert_int_equal(pifu_lexicon_ends(lx, STR("数量指标"), labels, 8), 0);
}

static void test_longest(void **state)
{
	const struct lexicon *lx = lexicon_of(state);
	const struct meaning *m;
	size_t n;
	struct str text = STR("职能成本指标值10个月");
	uint32_t label = MEANING_BIT(MEANING_LABEL), header = MEANING_BIT(MEANING_HEADER);
	assert_int_equal(pifu_lexicon_longest(lx, text, 0, UINT32_MAX, &m, &n), 0);
	assert_int_equal(pifu_lexicon_longest(lx, text, 6, label, &m, &n), 12);
	assert_int_equal(n, 2);
	assert_int_equal(pifu_lexicon_longest(lx, text, 6, header, &m, &n), 15);
	assert_int_equal(m->id, ROLE_TARGET);
	assert_int_equal(pifu_lexicon_longest(lx, text, 23, MEANING_BIT(MEANING_UNIT), &m, &n), 6);
	assert_int_equal(pifu_lexicon_longest(lx, text, 23, label, &m, &n), 0);
	assert_int_equal(pifu_lexicon_longest(lx, text, text.n, UINT32_MAX, &m, &n), 0);
}

/* ---- Against plain search --------------------------------------------------------- */

static uint32_t decode(const char *text, uint32_t *out)
{
	struct str s = pifu_str_of(text);
	uint32_t n = 0;
	for (uint32_t at = 0; at < s.n;)
		out[n++] = pifu_utf8_next(s, &at);
	return n;
}

static unsigned plain_distance(const char *a, const char *b)
{
	uint32_t x[64], y[64];
	uint32_t nx = decode(a, x), ny = decode(b, y);
	unsigned d[65][65];
	for (uint32_t i = 0; i <= nx; i++)
		for (uint32_t j = 0; j <= ny; j++) {
			unsigned best = i + j;
			if (i && j) {
				best = d[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
				best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
				best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			}
			d[i][j] = best;
		}
	return d[nx][ny];
}

static unsigned plain_nearest(const char *text, uint16_t label)
{
	unsigned best = 99;
	for (size_t i = 0; i < WORDS; i++) {
		if (words[i].meaning.kind != MEANING_LABEL || words[i].meaning.id != label)
			continue;
		unsigned d = plain_distance(text, words[i].text);
		best = d < best ? d : best;
	}
	return best;
}

static void check_near(const struct lexicon *lx, const char *text, unsigned max)
{
	struct near_label near[16];
	size_t n = pifu_lexicon_near(lx, pifu_str_of(text), max, near, 16), expected = 0;
	for (uint16_t label = 0; label < 7; label++)
		expected += plain_nearest(text, label) <= max;
	assert_int_equal(n, expected);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(near[i].distance, plain_nearest(text, near[i].label));
		if (i > 0)
			assert_true(near[i].distance >= near[i - 1].distance);
	}
}

/* Random texts from few characters, so that many of them come near a label. */
static void test_random_near(void **state)
{
	static const char *const chars[] = {"数", "量", "指", "标", "质", "成", "本", "可", "持",
	                                    "续", "影", "响", "产", "出", "效", "益", "山", "a"};
	uint32_t seed = 7;
	for (int round = 0; round < 20000; round++) {
		char text[64] = "";
		seed = seed * 1664525 + 1013904223;
		for (uint32_t n = 1 + (seed >> 16) % 8; n > 0; n--) {
			seed = seed * 1664525 + 1013904223;
			strcat(text, chars[(seed >> 16) % 18]);
		}
		check_near(lexicon_of(state), text, 1 + (unsigned)round % 3);
	}
}

static size_t plain_longest(const char *text, uint32_t kinds)
{
	size_t best = 0;
	for (size_t i = 0; i < WORDS; i++) {
		size_t n = strlen(words[i].text);
		if (kinds & MEANING_BIT(words[i].meaning.kind) && n > best &&
		    !strncmp(text, words[i].text, n))
			best = n;
	}
	return best;
}

static void test_random_longest(void **state)
{
	static const char *const parts[] = {"产出", "指标", "值",     "成本", "数量",
	                                    "个",   "月",   "可持续", "影响", "x"};
	uint32_t seed = 11;
	for (int round = 0; round < 20000; round++) {
		char text[128] = "";
		for (int n = 0; n < 5; n++) {
			seed = seed * 1664525 + 1013904223;
			strcat(text, parts[(seed >> 16) % 10]);
		}
		uint32_t kinds = (seed >> 8) % 16 ? (seed >> 8) % 16 : UINT32_MAX;
		const struct meaning *m;
		size_t n;
		uint32_t got = pifu_lexicon_longest(lexicon_of(state), pifu_str_of(text), 0, kinds,
		                                    &m, &n);
		assert_int_equal(got, plain_longest(text, kinds));
		assert_int_equal(got > 0, m != NULL);
	}
}

/* Ten thousand keys: the table grows, and every key is found again. */
static void test_many(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);
	struct lexicon *lx = pifu_lexicon_new(a);
	char text[32];
	size_t n;
	for (uint16_t i = 0; i < 10000; i++) {
		snprintf(text, sizeof text, "指标%u号", i);
		struct str key = pifu_arena_str(a, pifu_str_of(text));
		assert_true(pifu_lexicon_add(a, lx, key, (struct meaning){MEANING_FIELD, 0, i}));
	}
	assert_true(pifu_lexicon_seal(a, lx));
	for (uint16_t i = 0; i < 10000; i++) {
		snprintf(text, sizeof text, "指标%u号", i);
		const struct meaning *m = pifu_lexicon_find(lx, pifu_str_of(text), &n);
		assert_non_null(m);
		assert_int_equal(m->id, i);
	}
	assert_null(pifu_lexicon_find(lx, STR("指标10000号"), &n));
	pifu_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),           cmocka_unit_test(test_two_meanings),
		cmocka_unit_test(test_same_meaning),   cmocka_unit_test(test_empty),
		cmocka_unit_test(test_near),           cmocka_unit_test(test_begins_ends),
		cmocka_unit_test(test_longest),        cmocka_unit_test(test_random_near),
		cmocka_unit_test(test_random_longest), cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
