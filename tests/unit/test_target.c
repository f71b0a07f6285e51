/* Targets: the table of targets.def read by the grammar's own rules, columns
 * joined, and the law that a printed target reads as the same target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "text/normalise.h"
#include "text/target.h"

#ifndef PIFU_SOURCE_DIR
#define PIFU_SOURCE_DIR "."
#endif

struct bench {
	pifu_grammars *grammars;
	const struct grammar *common;
	struct matcher *matcher;
	struct arena *arena;
};

static int setup(void **state)
{
	static struct bench b;
	pifu_error err = {0};
	b.grammars = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	if (!b.grammars) {
		fprintf(stderr, "%s:%u:%u: %s\n", err.file, err.line, err.column, err.message);
		return -1;
	}
	b.common = b.grammars->common;
	b.matcher = pifu_matcher_new(NULL);
	b.arena = pifu_arena_new(NULL);
	*state = &b;
	return b.common && b.matcher && b.arena ? 0 : -1;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	pifu_arena_free(b->arena);
	pifu_matcher_free(b->matcher);
	pifu_grammars_free(b->grammars);
	return 0;
}

static struct target read_raw(struct bench *b, const char *raw)
{
	struct normal n;
	struct target t;
	pifu_error err = {0};
	assert_int_equal(pifu_text_normalise(b->arena, pifu_str_of(raw), &n, &err), PIFU_OK);
	pifu_status st =
		pifu_target_read(b->common, b->matcher, b->arena, n.text, n.flags, &t, &err);
	if (st != PIFU_OK)
		fail_msg("'%s': %s", raw, err.message);
	return t;
}

/* ---- The table ----------------------------------------------------------- */

struct expected {
	const char *text;
	enum target_kind kind;
	bool sure;
	const char *comparator, *number, *max, *unit, *rival;
};

static const struct expected table[] = {
#define NUM(text, comparator, number, unit) \
	{text, TARGET_NUMBER, true, comparator, number, "", unit, NULL},
#define RNG(text, number, max, unit) {text, TARGET_RANGE, true, "", number, max, unit, NULL},
#define DAT(text) {text, TARGET_DATE, true, "", "", "", "", NULL},
#define TXT(text) {text, TARGET_TEXT, true, "", "", "", "", NULL},
#define MIS(text) {text, TARGET_MISSING, true, "", "", "", "", NULL},
#define NOT(text) {text, TARGET_TEXT, false, "", "", "", "", NULL},
#define WEK(text, comparator, number, unit) \
	{text, TARGET_NUMBER, false, comparator, number, "", unit, NULL},
#define RIV(text, rival) {text, TARGET_TEXT, true, NULL, NULL, NULL, NULL, rival},
#include "targets.def"
#include "targets_more.def"
};
enum { TABLE_SIZE = sizeof table / sizeof *table };

static bool same(struct str s, const char *expected)
{
	return pifu_str_eq(s, pifu_str_of(expected));
}

static struct str comparator_name(const struct target *t)
{
	const char *name = pifu_comparator_name(t->comparator);
	return name ? pifu_str_of(name) : STR("");
}

/* A rival leaves open whether the suspicious text is a number or words. */
static bool fits(const struct target *t, const struct expected *e)
{
	if (t->sure != e->sure || t->misread != (e->rival != NULL))
		return false;
	if (e->rival)
		return same(t->rival, e->rival);
	return t->kind == e->kind && same(comparator_name(t), e->comparator) &&
	       same(t->number, e->number) && same(t->number_max, e->max) && same(t->unit, e->unit);
}

static void tell(const char *text, const struct target *t)
{
	printf("wrong: '%s' is %s%s %.*s [%.*s] to [%.*s] unit [%.*s] rival [%.*s]\n", text,
	       pifu_target_kind_name(t->kind), t->sure ? "" : " (not sure)",
	       (int)comparator_name(t).n, comparator_name(t).s, (int)t->number.n,
	       t->number.s ? t->number.s : "", (int)t->number_max.n,
	       t->number_max.s ? t->number_max.s : "", (int)t->unit.n, t->unit.s ? t->unit.s : "",
	       (int)t->rival.n, t->rival.s ? t->rival.s : "");
}

static void test_table(void **state)
{
	struct bench *b = *state;
	size_t wrong = 0;
	assert_true(TABLE_SIZE >= 400);
	for (size_t i = 0; i < TABLE_SIZE; i++) {
		struct target t = read_raw(b, table[i].text);
		if (fits(&t, &table[i]))
			continue;
		tell(table[i].text, &t);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* ---- The short rule --------------------------------------------------------- */

static bool same_text(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static bool same_reading(const struct target *a, const struct target *b)
{
	return a->kind == b->kind && a->comparator == b->comparator && a->sure == b->sure &&
	       a->misread == b->misread && same_text(a->whole, b->whole) &&
	       same_text(a->number, b->number) && same_text(a->number_max, b->number_max) &&
	       same_text(a->unit, b->unit) && same_text(a->rival, b->rival);
}

/* Whatever `number-plain` reads the rules behind it read alike. */
static void test_short_rule(void **state)
{
	static const char *const signs[] = {"", "≥", "≤", "=", ">", "<", "约", "≥≥"};
	static const char *const numbers[] = {"1",    "12",        "19",    "20",
	                                      "2024", "1999",      "2.5",   "2024.5",
	                                      "0",    "123456789", "1,260", "1234567890",
	                                      "3.00", "202405",    "1e3",   "12.",
	                                      "05",   "10.30"};
	static const char *const units[] = {
		"",           "%",        "‰",     "元",    "万元",    "亿元",      "个",
		"个月",       "个工作日", "人",    "人次",  "户",      "户次",      "场次",
		"批次",       "批",       "年",    "年底",  "年底前",  "月",        "月底前",
		"日",         "天",       "天内",  "次/年", "次/季度", "元/平方米", "元/月人",
		"次/周",      "起/年",    "处",    "件",    "件/人次", "平方米/年", "万",
		"千米",       "公里/天",  "年/次", "分钟",  "小时内",  "%以上",     "项/学期",
		"元/100公里", "人/",      "/年",
	};
	struct bench *b = *state;
	struct grammar rest = *b->common;
	size_t plain = 0;
	assert_true(same(pifu_rule_name(rest.targets[0].rule), "number-plain"));
	rest.targets++;
	rest.ntargets--;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
			for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
				char text[64];
				struct bench without = {NULL, &rest, b->matcher, b->arena};
				snprintf(text, sizeof text, "%s%s%s", signs[i], numbers[k],
				         units[u]);
				struct target one = read_raw(b, text),
					      two = read_raw(&without, text);
				plain += one.kind == TARGET_NUMBER && one.rule == 0;
				if (!same_reading(&one, &two))
					fail_msg("'%s' is read in two ways", text);
			}
	assert_true(plain > 500);
}

/* ---- Print and read again ------------------------------------------------ */

/* `b` is read from the print of `a`: what was a target only by its column may look like one then. */
static bool same_target(const struct target *a, const struct target *b)
{
	return a->kind == b->kind && a->comparator == b->comparator && (!a->sure || b->sure) &&
	       a->misread == b->misread && pifu_str_eq(a->number, b->number) &&
	       pifu_str_eq(a->number_max, b->number_max) && pifu_str_eq(a->unit, b->unit);
}

static void check_print(struct bench *b, const char *raw)
{
	struct target t = read_raw(b, raw);
	struct str printed = pifu_target_print(b->arena, &t);
	assert_non_null(printed.s);
	struct target again = read_raw(b, pifu_arena_str(b->arena, printed).s);
	if (same_target(&t, &again))
		return;
	tell(raw, &t);
	tell(pifu_arena_str(b->arena, printed).s, &again);
	fail_msg("the print '%.*s' of '%s' reads as another target", (int)printed.n, printed.s,
	         raw);
}

static void test_print_of_table(void **state)
{
	for (size_t i = 0; i < TABLE_SIZE; i++)
		check_print(*state, table[i].text);
}

static unsigned pick(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % n;
}

/* Targets put together at random from signs, words, numbers, units and tails. */
static void test_print_of_random(void **state)
{
	static const char *const fronts[] = {"",           "≥",          "≤",      ">",
	                                     "<",          "=",          "不低于", "不超过",
	                                     "约",         "达到",       "控制在", "每年",
	                                     "每月不少于", "较上年增长", "全年≥",  "至少"};
	static const char *const numbers[] = {"0",        "1",     "7.5",  "12",     "95",
	                                      "100.00",   "1,260", "2024", "0.03",   "十二",
	                                      "三万五千", "两",    "3-5",  "90%-95", "200000"};
	static const char *const units[] = {"",      "%",        "(%)",     "百分比",    "次",
	                                    "次/年", "个工作日", "元/月人", "万元/公里", "人次",
	                                    "年",    "月",       "个月",    "台(套)",    "km",
	                                    "万",    "亩",       "(个)",    "自然村",    "倍",
	                                    "日"};
	static const char *const tails[] = {"",     "",   "",         "以上", "以内",
	                                    "左右", "内", "(含)以上", "。",   "前"};
	unsigned seed = 20240601;
	for (unsigned i = 0; i < 20000; i++) {
		char text[128];
		snprintf(text, sizeof text, "%s%s%s%s", fronts[pick(&seed, 16)],
		         numbers[pick(&seed, 15)], units[pick(&seed, 21)], tails[pick(&seed, 10)]);
		check_print(*state, text);
		if (i % 500 == 0)
			pifu_arena_reset(((struct bench *)*state)->arena);
	}
}

/* ---- The text kept, the rule named --------------------------------------- */

static void check_whole(struct bench *b, const char *raw, const char *whole)
{
	struct target t = read_raw(b, raw);
	if (!same(t.whole, whole))
		fail_msg("'%s' is kept as '%.*s'", raw, (int)t.whole.n, t.whole.s);
}

static void test_whole(void **state)
{
	check_whole(*state, "不低于 95 %", "不低于95%");
	check_whole(*state, "＞＝９５％", "≥95%");
	check_whole(*state, "=100.00（%）", "=100.00(%)");
	check_whole(*state, "$\\geq 9 5 \\%$", "≥95%");
	check_whole(*state, "95% 以上", "95%以上");
	check_whole(*state, "不少於800篇", "不少於800篇");
	check_whole(*state, "Windows Server 2台", "WindowsServer2台");
	check_whole(*state, "0.0900000762939453", "0.0900000762939453");
}

static void test_rule_is_named(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *text, *rule;
	} cases[] = {
		{"≥25次/年", "number-plain"}, {"95%以上", "number"}, {"十二个月", "number-han"},
		{"12月底前", "date"},         {"3-5次", "range"},    {"≥**%", "unfilled"},
		{"显著提高", "words"},        {"二90%", "misread"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct target t = read_raw(b, cases[i].text);
		struct str name = pifu_rule_name(b->common->targets[t.rule].rule);
		if (!pifu_str_ends(name, pifu_str_of(cases[i].rule)))
			fail_msg("'%s' fits '%.*s'", cases[i].text, (int)name.n, name.s);
	}
}

static void test_long_text_is_no_target(void **state)
{
	char text[4096];
	memset(text, '9', sizeof text);
	text[sizeof text - 1] = '\0';
	struct target t = read_raw(*state, text);
	assert_false(t.sure);
	assert_int_equal(t.kind, TARGET_TEXT);
	memset(text, ',', 150);
	text[150] = '\0';
	assert_false(read_raw(*state, text).sure);
}

/* ---- Comparators --------------------------------------------------------- */

static void test_comparators(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		enum comparator c;
	} cases[] = {
		{"≥", COMPARATOR_GE},        {"≤", COMPARATOR_LE},
		{">", COMPARATOR_GT},        {"<", COMPARATOR_LT},
		{"=", COMPARATOR_EQ},        {"不低于", COMPARATOR_GE},
		{"不得低于", COMPARATOR_GE}, {"不应超过", COMPARATOR_LE},
		{"大于等于", COMPARATOR_GE}, {"小于", COMPARATOR_LT},
		{"约", COMPARATOR_APPROX},   {"以上", COMPARATOR_GE},
		{"定性", COMPARATOR_NONE},   {"正向", COMPARATOR_NONE},
		{"", COMPARATOR_NONE},       {"不", COMPARATOR_NONE},
		{"不得", COMPARATOR_NONE},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(pifu_comparator_read(pifu_str_of(cases[i].word)), cases[i].c);
	assert_null(pifu_comparator_name(COMPARATOR_NONE));
	assert_string_equal(pifu_comparator_name(COMPARATOR_APPROX), "approx");
	assert_string_equal(pifu_comparator_sign(COMPARATOR_NONE), "");
	for (int c = COMPARATOR_GE; c <= COMPARATOR_APPROX; c++) {
		struct str sign = pifu_str_of(pifu_comparator_sign((enum comparator)c));
		assert_int_equal(pifu_comparator_read(sign), c);
	}
}

/* ---- Joining ------------------------------------------------------------- */

struct join_case {
	const char *comparator, *value, *unit;
	const char *whole, *name, *number, *kept_unit;
	enum target_kind kind;
};

static const struct join_case joins[] = {
	{"≥", "90", "%", "≥90%", "ge", "90", "%", TARGET_NUMBER},
	{"≥", "90%", "%", "≥90%", "ge", "90", "%", TARGET_NUMBER},
	{"≥", "≥90", "%", "≥90%", "ge", "90", "%", TARGET_NUMBER},
	{"≥", "≥90%", "百分比", "≥90%", "ge", "90", "%", TARGET_NUMBER},
	{"≥", "90", "百分比", "≥90百分比", "ge", "90", "%", TARGET_NUMBER},
	{"≥", "90", "(%)", "≥90(%)", "ge", "90", "%", TARGET_NUMBER},
	{"=", "5万", "元", "=5万元", "eq", "5", "万元", TARGET_NUMBER},
	{"=", "5万", "万元", "=5万元", "eq", "5", "万元", TARGET_NUMBER},
	{"", "5", "万元", "5万元", "", "5", "万元", TARGET_NUMBER},
	{"大于等于", "12", "自然村", "大于等于12自然村", "ge", "12", "自然村", TARGET_NUMBER},
	{"", "12", "自然村", "12自然村", "", "12", "自然村", TARGET_NUMBER},
	{"正向", "12", "个", "12个", "", "12", "个", TARGET_NUMBER},
	{"定性", "优良", "", "优良", "", "", "", TARGET_TEXT},
	{"定性", "优良", "%", "优良", "", "", "", TARGET_TEXT},
	{"定性", "定性", "", "定性", "", "", "", TARGET_TEXT},
	{"=", "健全", "", "=健全", "", "", "", TARGET_TEXT},
	{"≤", "12月底前", "", "≤12月底前", "", "", "", TARGET_DATE},
	{"≥", "", "%", "", "", "", "", TARGET_MISSING},
	{"", "", "", "", "", "", "", TARGET_MISSING},
	{"≥", "**", "%", "**", "", "", "", TARGET_MISSING},
	{"≥", "十二", "个月", "≥十二个月", "ge", "12", "个月", TARGET_NUMBER},
	{"", "3-5", "次", "3-5次", "", "3", "次", TARGET_RANGE},
	{"≤", "1,260", "元", "≤1,260元", "le", "1260", "元", TARGET_NUMBER},
	{"≥", "0.0900000762939453", "万元", "≥0.0900000762939453万元", "ge", "0.09", "万元",
         TARGET_NUMBER},
	{"≥", "30", "/", "≥30", "ge", "30", "", TARGET_NUMBER},
	{"≥", "不低于30", "人", "不低于30人", "ge", "30", "人", TARGET_NUMBER},
	{"≥", "292", "%", "≥292%", "ge", "292", "%", TARGET_NUMBER},
	{"≥", "292%", "", "≥292%", "ge", "292", "%", TARGET_NUMBER},
};

static struct target join(struct bench *b, const char *comparator, const char *value,
                          const char *unit)
{
	struct target t;
	pifu_error err = {0};
	pifu_status st = pifu_target_join(b->common, b->matcher, b->arena, pifu_str_of(comparator),
	                                  pifu_str_of(value), pifu_str_of(unit), &t, &err);
	if (st != PIFU_OK)
		fail_msg("%s", err.message);
	return t;
}

static void test_join(void **state)
{
	for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
		const struct join_case *c = &joins[i];
		struct target t = join(*state, c->comparator, c->value, c->unit);
		bool right = t.kind == c->kind && same(t.whole, c->whole) &&
		             same(comparator_name(&t), c->name) && same(t.number, c->number) &&
		             same(t.unit, c->kept_unit) && !t.misread;
		if (right)
			continue;
		tell(c->value, &t);
		fail_msg("'%s' '%s' '%s' is joined to '%.*s'", c->comparator, c->value, c->unit,
		         (int)t.whole.n, t.whole.s);
	}
}

static void test_join_suspects_a_misread_sign(void **state)
{
	struct target t = join(*state, "", "292", "%");
	assert_true(t.misread);
	assert_true(same(t.rival, "≥92%"));
	t = join(*state, "正向", "292%", "");
	assert_true(t.misread);
}

/* ---- Memory -------------------------------------------------------------- */

struct scarce {
	size_t left;
};

static void *scarce_alloc(void *ctx, size_t size)
{
	struct scarce *s = ctx;
	return s->left && s->left-- ? malloc(size) : NULL;
}

static void *scarce_realloc(void *ctx, void *block, size_t size)
{
	struct scarce *s = ctx;
	return s->left && s->left-- ? realloc(block, size) : NULL;
}

static void scarce_free(void *ctx, void *block)
{
	(void)ctx;
	free(block);
}

/* With the n-th allocation failing the status says so, or the target is right. */
static bool try_scarce(struct bench *b, size_t n, const char *value)
{
	struct scarce scarce = {n};
	pifu_allocator allocator = {scarce_alloc, scarce_realloc, scarce_free, &scarce};
	struct arena *a = pifu_arena_new(&allocator);
	struct target t, right = join(b, "≥", value, "百分比");
	pifu_error err = {0};
	pifu_status st = PIFU_ERR_NOMEM;
	if (a)
		st = pifu_target_join(b->common, b->matcher, a, STR("≥"), pifu_str_of(value),
		                      STR("百分比"), &t, &err);
	if (st == PIFU_OK)
		assert_true(same_target(&t, &right) && pifu_str_eq(t.whole, right.whole));
	else
		assert_int_equal(st, PIFU_ERR_NOMEM);
	pifu_arena_free(a);
	return st == PIFU_OK;
}

static void test_scarce_memory(void **state)
{
	static const char *const values[] = {"１,260.50", "十二",     "3-5", "百分之九十",
	                                     "优",        "千分之五", "±5"};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		size_t n = 0;
		while (!try_scarce(*state, n, values[i]))
			assert_true(++n < 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_short_rule),
		cmocka_unit_test(test_print_of_table),
		cmocka_unit_test(test_print_of_random),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_rule_is_named),
		cmocka_unit_test(test_long_text_is_no_target),
		cmocka_unit_test(test_comparators),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_suspects_a_misread_sign),
		cmocka_unit_test(test_scarce_memory),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
