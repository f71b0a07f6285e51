/* Numerals: digits and Chinese numerals to canonical decimal text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "text/numeral.h"
#include "text/target.h"

struct expected {
	const char *text;
	const char *decimal;
	uint32_t read; /* bytes */
	bool percent;
};

static const struct expected table[] = {
	{"12", "12", 2, false},
	{"1,260", "1260", 5, false},
	{"12,345,678.90", "12345678.9", 13, false},
	{"1,26", "1", 1, false},
	{"1234,567", "1234", 4, false},
	{"100.00", "100", 6, false},
	{"0.50%", "0.5", 4, false},
	{".5", "0.5", 2, false},
	{"5.", "5", 1, false},
	{"007", "7", 3, false},
	{"000", "0", 3, false},
	{"-3", "-3", 2, false},
	{"-0.0", "0", 4, false},
	{"+3", "3", 2, false},
	{"-", "", 0, false},
	{"", "", 0, false},
	{"1.2万", "1.2", 3, false},
	{"0.0900000762939453", "0.09", 18, false},
	{"0.9200000166893005", "0.92", 18, false},
	{"0.8999999761581421", "0.9", 18, false},
	{"99.9999999999", "100", 13, false},
	{"9.99999999999", "10", 13, false},
	{"-0.0900000762939453", "-0.09", 19, false},
	{"1234567.125", "1234567.125", 11, false},
	{"3.14159265358979", "3.14159265358979", 16, false},
	{"123456789012345678901234567890", "123456789012345678901234567890", 30, false},
	{"十", "10", 3, false},
	{"十二", "12", 6, false},
	{"二十", "20", 6, false},
	{"二十一", "21", 9, false},
	{"一百", "100", 6, false},
	{"一百零五", "105", 12, false},
	{"一百一十", "110", 12, false},
	{"一百二", "120", 9, false},
	{"三千五", "3500", 9, false},
	{"三千零五", "3005", 12, false},
	{"三万五千", "35000", 12, false},
	{"一万二", "12000", 9, false},
	{"十万", "100000", 6, false},
	{"一百二十万", "1200000", 15, false},
	{"一亿", "100000000", 6, false},
	{"一亿二千万", "120000000", 15, false},
	{"三万亿", "3000000000000", 9, false},
	{"一万二千亿", "1200000000000", 15, false},
	{"二〇二四", "2024", 12, false},
	{"二零二四年", "2024", 12, false},
	{"零", "0", 3, false},
	{"两", "2", 3, false},
	{"两千", "2000", 6, false},
	{"叁万伍仟", "35000", 12, false},
	{"一点五", "1.5", 9, false},
	{"九十八点五", "98.5", 15, false},
	{"三点", "3", 3, false},
	{"百分之九十", "90", 15, true},
	{"百分之百", "100", 12, true},
	{"百分之九十八点五以上", "98.5", 24, true},
	{"百分之", "", 0, false},
	{"千分之五", "0.5", 12, true},
	{"千分之十二", "1.2", 15, true},
	{"半", "", 0, false},
	{"半年", "", 0, false},
	{"千人", "", 0, false},
	{"万人", "", 0, false},
	{"百货", "", 0, false},
	{"人", "", 0, false},
	{"十二个月", "12", 6, false},
	{"三分之二", "3", 3, false},
	{"九九九九九九九九九九九九", "", 0, false},
};

static void check(struct arena *a, const struct expected *e)
{
	struct str decimal;
	bool percent;
	uint32_t read = pifu_numeral_read(a, pifu_str_of(e->text), &decimal, &percent);
	if (read == e->read && percent == e->percent &&
	    pifu_str_eq(decimal, pifu_str_of(e->decimal)))
		return;
	fail_msg("'%s' is read as '%.*s'%s (%u bytes)", e->text, (int)decimal.n,
	         decimal.s ? decimal.s : "", percent ? " percent" : "", read);
}

static void test_table(void **state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		check(*state, &table[i]);
}

/* Chinese numerals for 1 to 99999, written by the rules of the language. */
static void write_section(unsigned n, bool leading_one, char *out)
{
	static const char *const digits[] = {"零", "一", "二", "三", "四",
	                                     "五", "六", "七", "八", "九"};
	static const struct {
		unsigned value;
		const char *name;
	} units[] = {{10000, "万"}, {1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}};
	bool any = false, zero = false;
	for (size_t i = 0; i < 5; i++) {
		unsigned d = n / units[i].value % 10;
		if (d == 0) {
			zero = any;
			continue;
		}
		if (zero)
			strcat(out, digits[0]);
		if (d != 1 || units[i].value != 10 || any || leading_one)
			strcat(out, digits[d]);
		strcat(out, units[i].name);
		any = true;
		zero = false;
	}
}

static void test_counting(void **state)
{
	for (unsigned n = 1; n < 100000; n += n < 2000 ? 1 : 37) {
		char text[64] = "", expected[16];
		write_section(n, n % 2, text);
		snprintf(expected, sizeof expected, "%u", n);
		struct expected e = {text, expected, (uint32_t)strlen(text), false};
		check(*state, &e);
		pifu_arena_reset(*state);
	}
}

/* A canonical decimal is its own canonical form. */
static void test_canonical_is_stable(void **state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct str once = pifu_decimal_canonical(*state, pifu_str_of(table[i].decimal));
		assert_true(pifu_str_eq(once, pifu_str_of(table[i].decimal)));
	}
}

static void test_negate(void **state)
{
	assert_true(pifu_str_eq(pifu_decimal_negate(*state, STR("0.5")), STR("-0.5")));
	assert_true(pifu_str_eq(pifu_decimal_negate(*state, STR("-12")), STR("12")));
	assert_true(pifu_str_eq(pifu_decimal_negate(*state, STR("0")), STR("0")));
}

static int setup(void **state)
{
	*state = pifu_arena_new(NULL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	pifu_arena_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_counting),
		cmocka_unit_test(test_canonical_is_stable),
		cmocka_unit_test(test_negate),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
