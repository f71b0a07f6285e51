/* Rules: what matches, what a bad pattern says, and that no pattern can hang. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/limits.h"
#include "grammar/rule.h"

static struct rule *make_rule(const char *pattern)
{
	pifu_error err = {0};
	struct rule *r = pifu_rule_new(STR("test"), pifu_str_of(pattern), NULL, &err);
	if (!r)
		fail_msg("%s", err.message);
	return r;
}

static void test_groups(void **state)
{
	(void)state;
	struct matcher *m = pifu_matcher_new(NULL);
	struct rule *r = make_rule("^(?<sign>≥)?(?<number>\\d+)(?<unit>\\p{Han}+)?$");
	struct span g[8];
	pifu_error err = {0};
	assert_int_equal(pifu_rule_match(r, m, STR("≥25次"), 0, g, 8, &err), 1);
	uint32_t number = pifu_rule_group(r, "number"), sign = pifu_rule_group(r, "sign");
	assert_int_equal(g[0].from, 0);
	assert_int_equal(g[0].to, 8);
	assert_int_equal(g[number].from, 3);
	assert_int_equal(g[number].to, 5);
	assert_int_equal(pifu_rule_match(r, m, STR("25"), 0, g, 8, &err), 1);
	assert_int_equal(g[sign].from, PIFU_NONE);
	assert_int_equal(g[7].from, PIFU_NONE);
	assert_int_equal(pifu_rule_match(r, m, STR("次25"), 0, g, 8, &err), 0);
	assert_int_equal(pifu_rule_group(r, "price"), 0);
	assert_true(pifu_str_eq(pifu_rule_name(r), STR("test")));
	pifu_rule_free(r);
	pifu_matcher_free(m);
}

static void test_from(void **state)
{
	(void)state;
	struct matcher *m = pifu_matcher_new(NULL);
	struct rule *r = make_rule("\\d");
	struct span g[1];
	assert_int_equal(pifu_rule_match(r, m, STR("1人2次"), 1, g, 1, NULL), 1);
	assert_int_equal(g[0].from, 4);
	assert_int_equal(pifu_rule_match(r, m, STR("1人2次"), 5, g, 1, NULL), 0);
	assert_int_equal(pifu_rule_match(r, m, STR("1人2次"), 100, g, 1, NULL), 0);
	assert_int_equal(pifu_rule_match(r, m, STR_NONE, 0, g, 1, NULL), 0);
	pifu_rule_free(r);
	pifu_matcher_free(m);
}

static void test_bad_pattern(void **state)
{
	(void)state;
	pifu_error err = {0};
	assert_null(pifu_rule_new(STR("broken"), STR("人(数"), NULL, &err));
	assert_int_equal(err.status, PIFU_ERR_GRAMMAR);
	assert_int_equal(err.column, 8); /* seven bytes were read */
	assert_non_null(strstr(err.message, "broken"));
	assert_non_null(strstr(err.message, "missing closing parenthesis"));
}

/* Without limits this takes 2^60 steps. */
static void test_limit(void **state)
{
	(void)state;
	struct matcher *m = pifu_matcher_new(NULL);
	struct rule *r = make_rule("^(?:a+)+(?:b|a+c)$");
	char text[61];
	memset(text, 'a', 60);
	text[60] = 'd';
	pifu_error err = {0};
	assert_int_equal(pifu_rule_match(r, m, (struct str){text, 61}, 0, NULL, 0, &err), -1);
	assert_int_equal(err.status, PIFU_ERR_GRAMMAR);
	assert_non_null(strstr(err.message, "'test'"));
	assert_non_null(strstr(err.message, "limit"));
	/* The matcher is as good as before. */
	assert_int_equal(pifu_rule_match(r, m, STR("aab"), 0, NULL, 0, &err), 1);
	pifu_rule_free(r);
	pifu_matcher_free(m);
}

static void test_long_subject(void **state)
{
	(void)state;
	uint32_t n = PIFU_LIMIT_REGEX_SUBJECT + 30;
	char *text = malloc(n);
	assert_non_null(text);
	for (uint32_t i = 0; i + 3 <= n; i += 3)
		memcpy(text + i, "数", 3);
	memcpy(text + n - 3, "量", 3);
	struct matcher *m = pifu_matcher_new(NULL);
	struct rule *seen = make_rule("数$"), *unseen = make_rule("量");
	assert_int_equal(pifu_rule_match(seen, m, (struct str){text, n}, 0, NULL, 0, NULL), 1);
	assert_int_equal(pifu_rule_match(unseen, m, (struct str){text, n}, 0, NULL, 0, NULL), 0);
	pifu_rule_free(seen);
	pifu_rule_free(unseen);
	pifu_matcher_free(m);
	free(text);
}

/* ---- Many threads, one rule -------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 2000 };

static void *match_often(void *rule)
{
	struct matcher *m = pifu_matcher_new(NULL);
	size_t hits = 0;
	for (int i = 0; m && i < ROUNDS; i++)
		hits += pifu_rule_match(rule, m, i % 2 ? STR("≥90%") : STR("及时"), 0, NULL, 0,
		                        NULL) == 1;
	pifu_matcher_free(m);
	return (void *)(uintptr_t)hits;
}

/* Threads meet at the first use, where the machine code is made. */
static void test_threads(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		struct rule *r = make_rule("^[≥≤]\\d+%$");
		pthread_t threads[THREADS];
		for (int i = 0; i < THREADS; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, match_often, r), 0);
		for (int i = 0; i < THREADS; i++) {
			void *hits = NULL;
			pthread_join(threads[i], &hits);
			assert_int_equal((uintptr_t)hits, ROUNDS / 2);
		}
		pifu_rule_free(r);
	}
}

/* ---- Memory that runs out ------------------------------------------------------ */

struct failing {
	size_t calls, fail_at, live;
};

static void *take(void *ctx, size_t size)
{
	struct failing *f = ctx;
	void *p = ++f->calls == f->fail_at ? NULL : malloc(size);
	f->live += p != NULL;
	return p;
}

static void *retake(void *ctx, void *old, size_t size)
{
	struct failing *f = ctx;
	void *p = ++f->calls == f->fail_at ? NULL : realloc(old, size);
	f->live += p != NULL && !old;
	return p;
}

static void give(void *ctx, void *block)
{
	struct failing *f = ctx;
	f->live -= block != NULL;
	free(block);
}

/* One try with allocation `n` failing; false when the rule or the matcher was not to be had. */
static bool try_failing(struct failing *f)
{
	pifu_allocator allocator = {take, retake, give, f};
	pifu_error err = {0};
	struct rule *r = pifu_rule_new(STR("r"), STR("(\\d+)次"), &allocator, &err);
	struct matcher *m = pifu_matcher_new(&allocator);
	if (!r)
		assert_int_equal(err.status, PIFU_ERR_NOMEM);
	bool both = r && m;
	if (both) /* a match needs no memory to be right */
		assert_int_equal(pifu_rule_match(r, m, STR("12次"), 0, NULL, 0, &err), 1);
	pifu_rule_free(r);
	pifu_matcher_free(m);
	assert_int_equal(f->live, 0);
	return both;
}

static void test_no_memory(void **state)
{
	(void)state;
	struct failing none = {0};
	assert_true(try_failing(&none));
	size_t refused = 0;
	for (size_t n = 1; n <= none.calls; n++)
		refused += !try_failing(&(struct failing){.fail_at = n});
	assert_true(refused >= 4); /* rule, code, matcher, match data at least */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),       cmocka_unit_test(test_from),
		cmocka_unit_test(test_bad_pattern),  cmocka_unit_test(test_limit),
		cmocka_unit_test(test_long_subject), cmocka_unit_test(test_threads),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
