/* Every family's samples give the records it says, and a sample that does not is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "grammar/grammar.h"
#include "grammar/load.h"

#ifndef PIFU_SOURCE_DIR
#define PIFU_SOURCE_DIR "."
#endif

static int gather(void *ctx, const char *bytes, size_t n)
{
	pifu_buf_put(ctx, bytes, n);
	return 0;
}

static void test_samples(void **state)
{
	(void)state;
	pifu_error err = {0};
	pifu_grammars *set = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	if (!set)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	struct buf told = {0};
	size_t all = 0;
	for (size_t i = 0; i < set->count; i++) {
		size_t ran = 0;
		pifu_grammars_check(set, i, &ran, gather, &told, &err);
		assert_int_equal(ran, set->items[i]->nsamples);
		all += ran;
	}
	if (told.n)
		fail_msg("%.*s", (int)told.n, told.s);
	assert_true(all >= 5);
	pifu_buf_free(&told);
	pifu_grammars_free(set);
}

/* A sample with one wrong line, one too many and none of the rest. */
static void test_failing_sample(void **state)
{
	(void)state;
	struct buf common = {0};
	pifu_error err = {0};
	pifu_grammars *set = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	assert_non_null(set);
	size_t at = 0;
	while (set->items[at] != set->common)
		at++;
	assert_int_equal(pifu_grammars_show(set, at, gather, &common, &err), PIFU_OK);
	pifu_grammars_free(set);

	struct grammar_text texts[] = {
		{STR("common.yaml"), pifu_buf_view(&common)},
		{STR("own.yaml"), STR("name: own\ntitle: t\nextends: common\n"
	                              "recognise: [{title: 绩效目标, score: 9}]\n"
	                              "samples:\n"
	                              "  - input: |\n"
	                              "      项目支出绩效目标表\n"
	                              "      一级指标\t二级指标\t三级指标\t指标值\n"
	                              "      产出指标\t数量指标\t栽植灌木株数\t≥800株\n"
	                              "      产出指标\t质量指标\t灌木成活率\t≥90%\n"
	                              "    expected:\n"
	                              "      - 产出指标 | 数量指标 | 栽植灌木株数 | ≥700株\n")},
	};
	set = pifu_grammars_read(texts, 2, NULL, &err);
	if (!set)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	struct buf told = {0};
	size_t ran = 0;
	assert_int_equal(pifu_grammars_check(set, 1, &ran, gather, &told, &err), PIFU_ERR_GRAMMAR);
	pifu_buf_char(&told, '\0');
	assert_int_equal(ran, 1);
	assert_non_null(strstr(told.s,
	                       "own.yaml:12: expected 产出指标|数量指标|栽植灌木株数|≥700株, "
	                       "found 产出指标|数量指标|栽植灌木株数|≥800株\n"));
	assert_non_null(strstr(told.s, "own.yaml:6: a record beyond what is expected: "));
	assert_int_equal(pifu_grammars_check(set, 7, NULL, NULL, NULL, NULL), PIFU_ERR_USAGE);
	pifu_buf_free(&told);
	pifu_buf_free(&common);
	pifu_grammars_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_failing_sample),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
