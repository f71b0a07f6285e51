/* The Word reader's lists and small parts: element names, symbols, numbering formats. */
#include "test_read_grid.h"

#include <string.h>

#include "read/docx_own.h"

/* The search by halves needs the names in order, with no pair twice. */
static void test_names_are_sorted(void **state)
{
	const struct xml_name *names = pifu_docx_story.names;

	(void)state;
	for (size_t i = 1; i < pifu_docx_story.nnames; i++) {
		int order = strcmp(names[i - 1].local, names[i].local);

		if (order > 0 || (order == 0 && names[i - 1].ns >= names[i].ns))
			fail_msg("docx_names.def: %s stands in the wrong place", names[i].local);
	}
}

/* Every entry is found, so the list is sorted; and it has no control codes. */
static void test_symbols_are_found(void **state)
{
	static const struct {
		enum symbol_font font;
		uint32_t code, shown;
	} all[] = {
#define SYMBOL(font, code, shown) {FONT_##font, code, shown},
#include "read/docx_symbol.def"
#undef SYMBOL
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(pifu_docx_symbol(all[i].font, all[i].code), all[i].shown);
		assert_true(all[i].code >= 0x20 && all[i].shown >= 0x20);
	}
	assert_int_equal(pifu_docx_symbol(FONT_SYMBOL, 0xF0B3), 0x2265);
	assert_int_equal(pifu_docx_symbol(FONT_SYMBOL, 0xB3), 0x2265);
	assert_int_equal(pifu_docx_symbol(FONT_WINGDINGS, 0xF0), 0x21E8);
	assert_int_equal(pifu_docx_symbol(FONT_PLAIN, 0xB3), 0);
	assert_int_equal(pifu_docx_font(STR("Wingdings 2")), FONT_WINGDINGS2);
	assert_int_equal(pifu_docx_font(STR("SimSun")), FONT_PLAIN);
	assert_int_equal(pifu_docx_font(STR_NONE), FONT_PLAIN);
}

static const struct {
	const char *format;
	int32_t n;
	const char *printed;
} numbers[] = {
	{"decimal", 7, "7"},
	{"decimal", -3, "-3"},
	{"noSuchFormat", 12, "12"},
	{"decimalZero", 5, "05"},
	{"decimalZero", 12, "12"},
	{"upperRoman", 1994, "MCMXCIV"},
	{"lowerRoman", 4, "iv"},
	{"upperRoman", 0, "0"},
	{"lowerLetter", 1, "a"},
	{"upperLetter", 26, "Z"},
	{"lowerLetter", 28, "bb"},
	{"upperLetter", 0, "0"},
	{"ordinal", 1, "1st"},
	{"ordinal", 12, "12th"},
	{"ordinal", 23, "23rd"},
	{"chineseCounting", 3, "三"},
	{"chineseCounting", 10, "十"},
	{"chineseCounting", 11, "十一"},
	{"chineseCounting", 20, "二十"},
	{"chineseCounting", 105, "一○五"},
	{"chineseCountingThousand", 0, "零"},
	{"chineseCountingThousand", 12, "十二"},
	{"chineseCountingThousand", 105, "一百零五"},
	{"chineseCountingThousand", 110, "一百一十"},
	{"chineseCountingThousand", 1005, "一千零五"},
	{"chineseCountingThousand", 10010, "一万零一十"},
	{"chineseCountingThousand", 120000, "十二万"},
	{"chineseLegalSimplified", 12, "壹拾贰"},
	{"ideographLegalTraditional", 3, "參"},
	{"ideographDigital", 2024, "二○二四"},
	{"ideographTraditional", 10, "癸"},
	{"ideographTraditional", 11, "11"},
	{"ideographZodiac", 5, "辰"},
	{"decimalEnclosedCircle", 20, "⑳"},
	{"decimalEnclosedCircleChinese", 3, "③"},
	{"decimalEnclosedParen", 13, "⒀"},
	{"decimalEnclosedFullstop", 2, "⒉"},
	{"decimalFullWidth", 30, "３０"},
	{"none", 4, ""},
	{"bullet", 4, ""},
};

static void test_numbers(void **state)
{
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		pifu_buf_clear(&out);
		pifu_docx_format_number(&out, numbers[i].n, pifu_str_of(numbers[i].format));
		pifu_buf_char(&out, '\0');
		assert_string_equal(out.s, numbers[i].printed);
	}
	pifu_buf_free(&out);
}

/* Every sign of ⑴…⒇ in its place: a slip in the list would not show otherwise. */
static void test_enclosed_in_order(void **state)
{
	struct buf out = {0};

	(void)state;
	for (int32_t n = 1; n <= 20; n++) {
		struct str s;
		uint32_t at = 0;

		pifu_buf_clear(&out);
		pifu_docx_format_number(&out, n, STR("decimalEnclosedParen"));
		s = pifu_buf_view(&out);
		assert_int_equal(pifu_utf8_next(s, &at), 0x2474 + n - 1);
	}
	pifu_buf_free(&out);
}

static void test_attributes(void **state)
{
	const unsigned char value[] = "-12 true 0";
	const unsigned char *raw[] = {
		(const unsigned char *)"w",   NULL, NULL, value,     value + 3,
		(const unsigned char *)"on",  NULL, NULL, value + 4, value + 8,
		(const unsigned char *)"off", NULL, NULL, value + 9, value + 10};
	struct xml_attrs attrs = {raw, 3};

	(void)state;
	assert_int_equal(pifu_xml_int(&attrs, "w", 5), -12);
	assert_int_equal(pifu_xml_int(&attrs, "on", 5), 5);
	assert_int_equal(pifu_xml_int(&attrs, "none", 5), 5);
	assert_true(pifu_xml_on(&attrs, "on"));
	assert_true(pifu_xml_on(&attrs, "none"));
	assert_false(pifu_xml_on(&attrs, "off"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_sorted), cmocka_unit_test(test_symbols_are_found),
		cmocka_unit_test(test_numbers),          cmocka_unit_test(test_enclosed_in_order),
		cmocka_unit_test(test_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
