/* What the endings of names say of their targets: the grammar key `senses`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "grammar/grammar.h"
#include "grammar/load.h"

#ifndef PIFU_SOURCE_DIR
#define PIFU_SOURCE_DIR "."
#endif

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void test_senses(void **state)
{
	static const struct {
		const char *name;
		enum name_class class;
		enum name_aim aim;
		bool units;
	} cases[] = {
		{"合格率", NAME_SHARE, AIM_MORE, true},
		{"展品合格率", NAME_SHARE, AIM_MORE, true},
		{"展品合格率(%)", NAME_SHARE, AIM_MORE, true},
		{"投訴率", NAME_SHARE, AIM_LESS, true},
		{"增长率", NAME_OPEN, AIM_NONE, false},
		{"效率", NAME_OPEN, AIM_NONE, true},
		{"频率", NAME_OPEN, AIM_NONE, false},
		{"率", NAME_SHARE, AIM_NONE, true},
		{"人数", NAME_COUNT, AIM_NONE, true},
		{"指数", NAME_OPEN, AIM_NONE, false},
		{"维修", NAME_OPEN, AIM_NONE, false},
		{"", NAME_OPEN, AIM_NONE, false},
		{")", NAME_OPEN, AIM_NONE, false},
		{"(率)", NAME_OPEN, AIM_NONE, false},
		{"x率", NAME_SHARE, AIM_NONE, true},
		{"rate", NAME_OPEN, AIM_NONE, false},
	};
	(void)state;
	pifu_error err = {0};
	pifu_grammars *set = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	if (!set)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct name_sense sense;
		pifu_senses_read(&set->common->senses, pifu_str_of(cases[i].name), &sense);
		if (sense.class != cases[i].class || sense.aim != cases[i].aim ||
		    !!sense.units != cases[i].units)
			fail_msg("'%s': class %d aim %d units %d", cases[i].name, (int)sense.class,
			         (int)sense.aim, sense.units != NULL);
	}
	pifu_grammars_free(set);
}

#define BASE "name: common\ntitle: t\nabstract: true\n"
#define OWN "name: own\ntitle: t\nextends: common\n"

/* A family adds to what it inherits, and the family it inherits from is as before. */
static void test_inherited_senses(void **state)
{
	(void)state;
	struct grammar_text texts[] = {
		{STR("common.yaml"),
	         STR(BASE "senses:\n  shares: [率]\n  units: [{endings: [人数], units: [人]}]\n")},
		{STR("own.yaml"),
	         STR(OWN "senses:\n  open: [汇率]\n  units: [{endings: [棵数], units: [棵]}]\n")},
	};
	pifu_error err = {0};
	pifu_grammars *set = pifu_grammars_read(texts, COUNT(texts), NULL, &err);
	if (!set)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	for (size_t i = 0; i < set->count; i++) {
		bool own = pifu_str_eq(set->items[i]->name, STR("own"));
		const struct name_senses *senses = &set->items[i]->senses;
		struct name_sense sense;
		pifu_senses_read(senses, STR("完好率"), &sense);
		assert_int_equal(sense.class, NAME_SHARE);
		pifu_senses_read(senses, STR("汇率"), &sense);
		assert_int_equal(sense.class, own ? NAME_OPEN : NAME_SHARE);
		pifu_senses_read(senses, STR("人数"), &sense);
		assert_true(pifu_senses_fit(sense.units, STR("万人/年")));
		assert_false(pifu_senses_fit(sense.units, STR("个")));
		pifu_senses_read(senses, STR("棵数"), &sense);
		assert_int_equal(sense.units != NULL, own);
	}
	pifu_grammars_free(set);
}

static void test_wrong_senses(void **state)
{
	static const struct {
		struct str text;
		uint32_t line, column;
		const char *message;
	} cases[] = {
		{STR(BASE "senses: {share: [率]}\n"), 4, 10, "unknown key 'share'"},
		{STR(BASE "senses: {shares: 率}\n"), 4, 18, "expected a list of texts"},
		{STR(BASE "senses:\n  units: [{endings: [人数]}]\n"), 5, 11, "units"},
		{STR(BASE "senses:\n  more: [率, '　']\n"), 5, 14, "is empty once marks"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct grammar_text text = {STR("common.yaml"), cases[i].text};
		pifu_error err = {0};
		if (pifu_grammars_read(&text, 1, NULL, &err))
			fail_msg("%zu was taken", i);
		assert_int_equal(err.status, PIFU_ERR_GRAMMAR);
		if (err.line != cases[i].line || err.column != cases[i].column ||
		    !strstr(err.message, cases[i].message))
			fail_msg("%zu: %u:%u: %s", i, err.line, err.column, err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_senses),
		cmocka_unit_test(test_inherited_senses),
		cmocka_unit_test(test_wrong_senses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
