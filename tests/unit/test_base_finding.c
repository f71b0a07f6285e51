/* Findings and errors: copies, caps, whole characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/finding.h"
#include "base/limits.h"

static void a_finding_outlives_its_text(void **state)
{
	(void)state;
	struct findings list = {0};
	char text[] = "坏字节";

	pifu_finding_add(&list, (struct finding){.code = PIFU_FINDING_BAD_BYTES,
	                                         .line = 3,
	                                         .row = PIFU_NONE,
	                                         .text = pifu_str_of(text)});
	memset(text, 'x', sizeof text - 1);
	pifu_finding_add(&list, (struct finding){.code = PIFU_FINDING_NO_FORM});
	assert_int_equal(list.n, 2);
	assert_string_equal(list.items[0].text.s, "坏字节");
	assert_int_equal(list.items[0].line, 3);
	assert_int_equal(list.items[0].row, PIFU_NONE);
	assert_string_equal(list.items[1].text.s, "");
	pifu_findings_free(&list);
	assert_null(list.items);
	pifu_findings_free(NULL);
}

static void a_long_text_is_cut_between_characters(void **state)
{
	(void)state;
	struct findings list = {0};
	char text[3001] = {0};

	for (uint32_t shift = 0; shift < 3; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "字", 3);
		pifu_finding_add(&list, (struct finding){.text = pifu_str_of(text)});
		struct str kept = list.items[shift].text;
		assert_true(kept.n <= PIFU_LIMIT_FINDING_TEXT);
		assert_true(kept.n > PIFU_LIMIT_FINDING_TEXT - 4);
		assert_int_equal((kept.n - shift) % 3, 0);
		assert_int_equal(kept.s[kept.n], '\0');
	}
	pifu_findings_free(&list);
}

static void what_is_too_much_is_counted(void **state)
{
	(void)state;
	struct findings list = {0};

	for (size_t i = 0; i < PIFU_LIMIT_FINDINGS + 5; i++)
		pifu_finding_add(&list, (struct finding){.code = PIFU_FINDING_DOUBTFUL});
	assert_int_equal(list.n, PIFU_LIMIT_FINDINGS);
	assert_int_equal(list.dropped, 5);
	pifu_findings_free(&list);
}

/* Grants ctx calls, then none. */
static bool grant(void *ctx)
{
	size_t *left = ctx;
	return *left > 0 && (*left)-- > 0;
}

static void *scarce_alloc(void *ctx, size_t size)
{
	return grant(ctx) ? malloc(size) : NULL;
}

static void *scarce_realloc(void *ctx, void *block, size_t size)
{
	return grant(ctx) ? realloc(block, size) : NULL;
}

static void plain_free(void *ctx, void *block)
{
	(void)ctx;
	free(block);
}

static void no_memory_counts_as_dropped(void **state)
{
	(void)state;
	for (size_t granted = 0; granted < 30; granted++) {
		size_t left = granted;
		pifu_allocator scarce = {scarce_alloc, scarce_realloc, plain_free, &left};
		struct findings list = {.allocator = &scarce};

		for (int i = 0; i < 40; i++)
			pifu_finding_add(&list, (struct finding){.text = STR("x")});
		assert_int_equal(list.n + list.dropped, 40);
		assert_true(list.dropped > 0);
		pifu_findings_free(&list);
	}
}

static void an_error_says_what_and_where(void **state)
{
	(void)state;
	pifu_error err = {0};

	assert_int_equal(pifu_error_set(&err, PIFU_ERR_GRAMMAR, "no key %s", "costs"),
	                 PIFU_ERR_GRAMMAR);
	pifu_error_place(&err, "grammars/部门.yaml", 12, 5);
	assert_int_equal(err.status, PIFU_ERR_GRAMMAR);
	assert_string_equal(err.message, "no key costs");
	assert_string_equal(err.file, "grammars/部门.yaml");
	assert_int_equal(err.line, 12);
	assert_int_equal(err.column, 5);
	/* Wrapping: the old message is an argument of the new one. */
	pifu_error_set(&err, PIFU_ERR_LIMIT, "rule: %s", err.message);
	assert_string_equal(err.message, "rule: no key costs");
	assert_int_equal(err.line, 0);
	assert_int_equal(pifu_error_nomem(&err), PIFU_ERR_NOMEM);
	assert_int_equal(pifu_error_set(NULL, PIFU_ERR_OPEN, "x"), PIFU_ERR_OPEN);
	pifu_error_place(NULL, "x", 1, 1);
}

static void long_error_texts_are_cut_between_characters(void **state)
{
	(void)state;
	pifu_error err = {0};
	char text[1501] = {0};

	for (size_t shift = 0; shift < 3; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "字", 3);
		pifu_error_set(&err, PIFU_ERR_OPEN, "%s", text);
		pifu_error_place(&err, text, 0, 0);
		assert_int_equal((strlen(err.message) - shift) % 3, 0);
		assert_int_equal((strlen(err.file) - shift) % 3, 0);
		assert_true(strlen(err.message) > sizeof err.message - 4);
		assert_true(strlen(err.file) > sizeof err.file - 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_outlives_its_text),
		cmocka_unit_test(a_long_text_is_cut_between_characters),
		cmocka_unit_test(what_is_too_much_is_counted),
		cmocka_unit_test(no_memory_counts_as_dropped),
		cmocka_unit_test(an_error_says_what_and_where),
		cmocka_unit_test(long_error_texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
