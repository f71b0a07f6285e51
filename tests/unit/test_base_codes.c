/* The lists of codes and fields: complete, unique, well formed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pifu.h"

static bool is_code(const char *code)
{
	return *code && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(code);
}

static void every_code_is_listed_once_and_explained(void **state)
{
	(void)state;
	size_t n = 0;

	for (const pifu_code_info *code; (code = pifu_code_list(n)); n++) {
		assert_true(is_code(code->code));
		assert_true(strlen(code->meaning) > 5);
		for (size_t i = 0; i < n; i++) {
			const pifu_code_info *other = pifu_code_list(i);
			assert_false(!strcmp(code->kind, other->kind) &&
			             !strcmp(code->code, other->code));
		}
	}
	assert_int_equal(n, PIFU_STATUS_COUNT + PIFU_FINDING_AND_CHECK_COUNT + PIFU_REPAIR_COUNT +
	                            PIFU_ACCOUNT_COUNT);
	assert_null(pifu_code_list(SIZE_MAX));
}

static void a_finding_and_a_check_never_share_a_code(void **state)
{
	(void)state;
	for (unsigned f = 0; f < PIFU_CHECK_FIRST; f++) {
		for (unsigned c = PIFU_CHECK_FIRST; c < PIFU_FINDING_AND_CHECK_COUNT; c++)
			assert_string_not_equal(pifu_finding_code((pifu_finding)f),
			                        pifu_finding_code((pifu_finding)c));
	}
}

static void enums_and_names_agree(void **state)
{
	(void)state;
	assert_string_equal(pifu_status_name(PIFU_OK), "ok");
	assert_string_equal(pifu_status_name(PIFU_ERR_INTERNAL), "internal");
	assert_string_equal(pifu_finding_code(PIFU_FINDING_NO_FORM), "no-form");
	assert_string_equal(pifu_finding_code(PIFU_FINDING_TARGET_MISSING), "target-missing");
	assert_string_equal(pifu_finding_code(PIFU_CHECK_RATE_OVER_100), "rate-over-100");
	assert_int_equal(pifu_finding_severity(PIFU_FINDING_LABEL_MENDED), PIFU_NOTICE);
	assert_int_equal(pifu_finding_severity(PIFU_FINDING_DOUBTFUL), PIFU_WARNING);
	assert_string_equal(pifu_repair_code(PIFU_REPAIR_ROW_SHIFTED), "row-shifted");
	assert_string_equal(pifu_account_code(PIFU_ACCOUNT_NONE), "none");
	assert_string_equal(pifu_account_code(PIFU_ACCOUNT_RECORD), "record-field");
}

static void statuses_have_documented_exits(void **state)
{
	(void)state;
	static const int documented[] = {0, 2, 3, 4, 5, 6, 7, 70};

	assert_int_equal(pifu_status_exit(PIFU_OK), 0);
	assert_int_equal(pifu_status_exit(PIFU_ERR_USAGE), 2);
	assert_int_equal(pifu_status_exit(PIFU_ERR_DAMAGED), 3);
	assert_int_equal(pifu_status_exit(PIFU_ERR_LIMIT), 4);
	assert_int_equal(pifu_status_exit(PIFU_ERR_WRITE), 5);
	assert_int_equal(pifu_status_exit(PIFU_ERR_RECEIPT), 7);
	assert_int_equal(pifu_status_exit(PIFU_ERR_NOMEM), 70);
	for (unsigned s = 1; s < PIFU_STATUS_COUNT; s++) {
		int code = pifu_status_exit((pifu_status)s);
		size_t i = 1;
		while (i < sizeof documented / sizeof *documented && documented[i] != code)
			i++;
		assert_true(i < sizeof documented / sizeof *documented);
	}
}

static void fields_are_the_keys_of_a_record(void **state)
{
	(void)state;
	assert_string_equal(pifu_field_key(PIFU_FIELD_ID), "id");
	assert_string_equal(pifu_field_key(PIFU_FIELD_TERM), "term");
	assert_string_equal(pifu_field_zh(PIFU_FIELD_NAME), "三级绩效指标名称");
	assert_string_equal(pifu_field_type(PIFU_FIELD_NUMBER), "NUM");
	for (unsigned f = 0; f < PIFU_FIELD_COUNT; f++) {
		const char *type = pifu_field_type((pifu_field)f);
		assert_true(strstr("TEXT INT NUM ANY", type) != NULL);
		for (unsigned g = 0; g < f; g++) {
			assert_string_not_equal(pifu_field_key((pifu_field)f),
			                        pifu_field_key((pifu_field)g));
			assert_string_not_equal(pifu_field_zh((pifu_field)f),
			                        pifu_field_zh((pifu_field)g));
		}
	}
}

static void numbers_outside_the_lists_are_survived(void **state)
{
	(void)state;
	assert_string_equal(pifu_status_name((pifu_status)9999), "unknown");
	assert_int_equal(pifu_status_exit((pifu_status)9999), 70);
	assert_string_equal(pifu_finding_code((pifu_finding)9999), "unknown");
	assert_string_equal(pifu_repair_code((pifu_repair)9999), "unknown");
	assert_string_equal(pifu_account_code((pifu_account)9999), "unknown");
	assert_string_equal(pifu_field_key((pifu_field)9999), "unknown");
}

static void versions_are_told(void **state)
{
	(void)state;
	char text[200], cut[8];

	assert_string_equal(pifu_version(), PIFU_VERSION);
	size_t n = pifu_version_libraries(text, sizeof text);
	assert_int_equal(n, strlen(text));
	static const char *const names[] = {"ICU ", "PCRE2 ", "libyaml ", "OpenSSL "};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *at = strstr(text, names[i]);
		assert_non_null(at);
		at += strlen(names[i]);
		assert_true(*at >= '0' && *at <= '9');
	}
	assert_int_equal(pifu_version_libraries(cut, sizeof cut), n);
	assert_int_equal(strlen(cut), sizeof cut - 1);
	assert_int_equal(pifu_version_libraries(NULL, 0), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_is_listed_once_and_explained),
		cmocka_unit_test(a_finding_and_a_check_never_share_a_code),
		cmocka_unit_test(enums_and_names_agree),
		cmocka_unit_test(statuses_have_documented_exits),
		cmocka_unit_test(fields_are_the_keys_of_a_record),
		cmocka_unit_test(numbers_outside_the_lists_are_survived),
		cmocka_unit_test(versions_are_told),
	};

	return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
