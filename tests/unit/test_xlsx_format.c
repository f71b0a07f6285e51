/* Number formats: what a spreadsheet shows for a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "read/xlsx_format.h"

struct shown_case {
	const char *value, *format, *shown;
};

static void check_cases(const struct shown_case *cases, size_t n, bool epoch1904)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out = {0};
		struct xlsx_decimal d;
		if (!pifu_xlsx_decimal(pifu_str_of(cases[i].value), &d))
			fail_msg("%s is no number", cases[i].value);
		pifu_xlsx_show_number(&out, pifu_str_of(cases[i].format), &d, epoch1904);
		pifu_buf_char(&out, '\0');
		if (strcmp(out.s, cases[i].shown) != 0)
			fail_msg("%s by %s: %s, not %s", cases[i].value, cases[i].format, out.s,
			         cases[i].shown);
		pifu_buf_free(&out);
	}
}
#define CHECK(cases, epoch) check_cases(cases, sizeof(cases) / sizeof *(cases), epoch)

static void general_numbers(void **state)
{
	(void)state;
	static const struct shown_case cases[] = {
		{"0.30000000000000004", "General", "0.3"},
		{"0.1", "General", "0.1"},
		{"100", "General", "100"},
		{"1E2", "General", "100"},
		{"-0.5", "General", "-0.5"},
		{"0", "General", "0"},
		{"-0", "General", "0"},
		{"118.59999999999999", "General", "118.6"},
		{"0.99999999999999989", "General", "1"},
		{"123456789012345678", "General", "123456789012346000"},
		{"1E+22", "General", "1E+22"},
		{"1.5e-7", "General", "1.5E-07"},
		{"0.00012", "General", "0.00012"},
		{".5", "General", "0.5"},
		{"12", "", "12"},
		{"12", "@", "12"},
		{"36", "General\"场\"", "36场"},
		{"-36", "G/通用格式\"场\"", "-36场"},
		{"7", "# ?/?", "7"},
	};
	CHECK(cases, false);
}

static void patterns_of_digits(void **state)
{
	(void)state;
	static const struct shown_case cases[] = {
		{"0.9", "0%", "90%"},
		{"0.9", "0.00%", "90.00%"},
		{"0.285", "0%", "29%"},
		{"0.95499999999999996", "0.0%", "95.5%"},
		{"1.0049999999999999", "0.00", "1.01"}, /* how 1.005 is stored */
		{"1.005", "0.00", "1.01"},
		{"2.5", "0", "3"},
		{"-2.5", "0", "-3"},
		{"0.4", "0", "0"},
		{"9.995", "0.00", "10.00"},
		{"999.999", "0.0", "1000.0"},
		{"1234567.891", "#,##0", "1,234,568"},
		{"1234567.891", "#,##0.00", "1,234,567.89"},
		{"12", "#,##0", "12"},
		{"123", "#,##0", "123"},
		{"1000", "#,##0", "1,000"},
		{"0", "#,##0", "0"},
		{"0", "#", ""},
		{"0.5", "#.##", ".5"},
		{"1", "0.##", "1."},
		{"1.25", "0.0#", "1.25"},
		{"1.2", "0.0#", "1.2"},
		{"7", "000", "007"},
		{"13800000000", "000-0000-0000", "138-0000-0000"},
		{"12345678", "0.0,\"千元\"", "12345.7千元"},
		{"12345678", "0.00,,", "12.35"},
		{"12345", "0.00E+00", "1.23E+04"},
		{"0.00012", "0.0E+0", "1.2E-4"},
		{"99999", "0.0E+00", "1.0E+05"},
		{"12345", "##0.0E+0", "12.3E+3"},
		{"95", "\"≥\"0\"%\"", "≥95%"},
		{"400", "≥0平方米", "≥400平方米"},
		{"25", "0\\次", "25次"},
		{"3.5", "0.0_ ", "3.5 "},
		{"12", "\"¥\"#,##0.00", "¥12.00"},
		{"12", "[Red]0.0", "12.0"},
		{"5", "0\"人", "5人"}, /* an open quote */
		{"5", "[open", ""},
		{"1234.5", "[$¥-804]#,##0.00", "¥1,234.50"},
		{"-12", "_-[$£-809]* #,##0.00_-;\\-[$£-809]* #,##0.00_-", "-£12.00 "},
		{"12", "[$元]0", "元12"},
		{"12", "0[$-804]", "12"},
		{"12", "0[$", "12"},
	};
	CHECK(cases, false);
}

static void sections_and_conditions(void **state)
{
	(void)state;
	static const struct shown_case cases[] = {
		{"-3", "0.00;(0.00)", "(3.00)"},
		{"3", "0.00;(0.00)", "3.00"},
		{"0", "0.00;(0.00);\"无\"", "无"},
		{"-3", "#,##0;[Red]-#,##0", "-3"},
		{"5", "0;0;0;@", "5"},
		{"1", "[=1]\"是\";[=0]\"否\";General", "是"},
		{"0", "[=1]\"是\";[=0]\"否\";General", "否"},
		{"7", "[=1]\"是\";[=0]\"否\";General", "7"},
		{"120000", "[>=10000]0.0,\"千\";0", "120.0千"},
		{"50", "[>=10000]0.0,\"千\";0", "50"},
		{"4", ";;;", ""},
		{"4", "\"合格\"", "合格"},
	};
	CHECK(cases, false);
}

static void dates_and_times(void **state)
{
	(void)state;
	static const struct shown_case cases[] = {
		{"45626", "yyyy\"年\"m\"月\"d\"日\"", "2024年11月30日"},
		{"45356", "yyyy/m/d", "2024/3/5"},
		{"45356", "yyyy-mm-dd", "2024-03-05"},
		{"45356", "[$-804]yyyy\"年\"m\"月\"d\"日\";@", "2024年3月5日"},
		{"45356", "[$-804]dddd", "星期二"},
		{"45356", "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\";@", "二〇二四年三月五日"},
		{"45657", "[DBNum1][$-804]m\"月\"d\"日\"", "十二月三十一日"},
		{"45356", "yy.m", "24.3"},
		{"45356", "d-mmm-yy", "5-Mar-24"},
		{"45356", "mmmm", "March"},
		{"45356", "aaaa", "星期二"},
		{"45356", "aaa", "二"},
		{"45356", "dddd", "Tuesday"},
		{"45356.75", "yyyy/m/d h:mm", "2024/3/5 18:00"},
		{"0.5", "h:mm", "12:00"},
		{"0.75", "h:mm AM/PM", "6:00 PM"},
		{"0.25", "上午/下午h\"时\"mm\"分\"", "上午6时00分"},
		{"0.000011574074074074", "s", "1"},
		{"1.5", "[h]:mm:ss", "36:00:00"},
		{"0.0625", "[mm]:ss", "90:00"},
		{"0.999999999", "h:mm:ss", "0:00:00"},
		{"60", "yyyy/m/d", "1900/2/29"},
		{"59", "yyyy/m/d", "1900/2/28"},
		{"61", "yyyy/m/d", "1900/3/1"},
		{"1", "yyyy/m/d", "1900/1/1"},
		{"-1", "yyyy/m/d", "-1"},
		{"99999999", "yyyy/m/d", "99999999"},
		{"45350", "yyyy/m/d", "2024/2/28"},
		{"2958465", "yyyy/m/d", "9999/12/31"},
	};
	static const struct shown_case mac[] = {{"43894", "yyyy/m/d", "2024/3/5"},
	                                        {"0", "yyyy/m/d", "1904/1/1"}};
	CHECK(cases, false);
	CHECK(mac, true);
}

static void texts(void **state)
{
	(void)state;
	static const struct shown_case cases[] = {
		{"优良", "General", "优良"},
		{"优良", "@", "优良"},
		{"优良", "0.00", "优良"},
		{"优良", "0;0;0;\"评\"@", "评优良"},
		{"优良", "\"共\"@\"项\"", "共优良项"},
		{"优良", ";;;", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {0};
		pifu_xlsx_show_text(&out, pifu_str_of(cases[i].format),
		                    pifu_str_of(cases[i].value));
		pifu_buf_char(&out, '\0');
		assert_string_equal(out.s, cases[i].shown);
		pifu_buf_free(&out);
	}
}

static void builtin_formats(void **state)
{
	(void)state;
	static const struct {
		uint32_t id;
		const char *value, *shown;
	} cases[] = {
		{0, "1.5", "1.5"},
		{1, "1.5", "2"},
		{2, "1.5", "1.50"},
		{3, "1500", "1,500"},
		{9, "0.9", "90%"},
		{10, "0.9", "90.00%"},
		{14, "45356", "2024/3/5"},
		{31, "45356", "2024年3月5日"},
		{41, "0", "-"},
		{43, "-5", "-5.00"},
		{49, "12", "12"},
		{57, "45356", "2024年3月"},
		{999, "1.5", "1.5"},
		{20, "0.5", "12:00"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {0};
		struct xlsx_decimal d;
		assert_true(pifu_xlsx_decimal(pifu_str_of(cases[i].value), &d));
		pifu_xlsx_show_number(&out, pifu_xlsx_builtin(cases[i].id), &d, false);
		pifu_buf_char(&out, '\0');
		assert_string_equal(out.s, cases[i].shown);
		pifu_buf_free(&out);
	}
}

static void no_numbers(void **state)
{
	(void)state;
	static const char *const texts[] = {"",    "-",    ".",   "1.2.3",  "1e", "1e+",
	                                    "12x", "0x10", "nan", "1e9999", "--1"};
	struct xlsx_decimal d;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (pifu_xlsx_decimal(pifu_str_of(texts[i]), &d))
			fail_msg("%s was taken for a number", texts[i]);
}

/* Whatever the format, the formatter ends and stays within its text. */
static void any_format_is_harmless(void **state)
{
	(void)state;
	static const char pieces[][8] = {"0",     "#",  "?",    ".",   ",",      "%", ";",
	                                 "\"",    "\\", "_",    "*",   "[",      "]", "E+",
	                                 "y",     "m",  "d",    "h",   "s",      "@", "年",
	                                 "AM/PM", "/",  "[>1]", "[h]", "General"};
	uint32_t seed = 20240305;

	for (int round = 0; round < 20000; round++) {
		char format[128] = "";
		struct buf out = {0};
		struct xlsx_decimal d;
		for (int i = 0; i < 10; i++) {
			seed = seed * 1664525u + 1013904223u;
			strcat(format, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
		}
		assert_true(pifu_xlsx_decimal(STR("-45356.0987654321"), &d));
		size_t n = strlen(format);
		char *exact = test_malloc(n);
		memcpy(exact, format, n);
		pifu_xlsx_show_number(&out, (struct str){exact, (uint32_t)n}, &d, false);
		pifu_xlsx_show_text(&out, (struct str){exact, (uint32_t)n}, STR("文"));
		assert_true(out.n < 4096);
		test_free(exact);
		pifu_buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(general_numbers),
		cmocka_unit_test(patterns_of_digits),
		cmocka_unit_test(sections_and_conditions),
		cmocka_unit_test(dates_and_times),
		cmocka_unit_test(texts),
		cmocka_unit_test(builtin_formats),
		cmocka_unit_test(no_numbers),
		cmocka_unit_test(any_format_is_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
