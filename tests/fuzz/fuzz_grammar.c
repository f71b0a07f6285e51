/* Any bytes as a grammar file, alone and as a family that extends `common`. What
 * must hold for all of them, else abort():
 *
 *   - loading ends with a set or with an error that names what is wrong
 *   - every rule of a set can be matched against any text: a hit, a miss or a
 *     limit, never a hang
 *   - what is shown of a family can be loaded and shows the same again */
#include <stdlib.h>

#include "grammar/grammar.h"
#include "grammar/load.h"

static void demand(bool law)
{
	if (!law)
		abort();
}

static int gather(void *ctx, const char *bytes, size_t n)
{
	pifu_buf_put(ctx, bytes, n);
	return 0;
}

static pifu_grammars *load(struct str yaml, bool with_base)
{
	static const char base[] = "name: common\ntitle: b\nrules: {n: '\\d+'}\nunits: [个]\n"
				   "fields: {duty: {labels: [职责]}}\n"
				   "levels: {level1: [{label: 产出指标}], level2: [{label: "
				   "数量指标, under: 产出指标}]}\n"
				   "targets: [{pattern: '^{n}$', kind: number}]\n";
	struct grammar_text texts[2] = {{STR("fuzz.yaml"), yaml}, {STR("base.yaml"), STR(base)}};
	pifu_error err = {0};
	pifu_grammars *set = pifu_grammars_read(texts, with_base ? 2 : 1, NULL, &err);
	demand(set || (err.status != PIFU_OK && err.message[0]));
	return set;
}

static void match_all(const pifu_grammars *set)
{
	static const char *const subjects[] = {"", "≥25次/年",
	                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
	                                       "产出指标(50分)"};
	struct matcher *m = pifu_matcher_new(NULL);
	struct span groups[8];
	demand(m != NULL);
	for (size_t i = 0; i < set->nrules && i < 16; i++)
		for (size_t k = 0; k < sizeof subjects / sizeof *subjects; k++) {
			pifu_error err = {0};
			int hit = pifu_rule_match(set->rules[i], m, pifu_str_of(subjects[k]), 0,
			                          groups, 8, &err);
			demand(hit >= 0 || err.status == PIFU_ERR_GRAMMAR);
		}
	pifu_matcher_free(m);
}

static void show_again(const pifu_grammars *set, bool with_base)
{
	for (size_t i = 0; i < set->count; i++) {
		struct buf first = {0}, second = {0};
		if (with_base && set->items[i] == set->common)
			continue;
		demand(pifu_grammars_show(set, i, gather, &first, NULL) == PIFU_OK);
		pifu_grammars *again = load(pifu_buf_view(&first), with_base);
		demand(again && again->count == set->count);
		demand(pifu_grammars_show(again, i, gather, &second, NULL) == PIFU_OK);
		demand(pifu_str_eq(pifu_buf_view(&first), pifu_buf_view(&second)));
		pifu_grammars_free(again);
		pifu_buf_free(&first);
		pifu_buf_free(&second);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str yaml = {(const char *)data, (uint32_t)size};
	for (int with_base = 0; with_base < 2; with_base++) {
		pifu_grammars *set = load(yaml, with_base);
		if (!set)
			continue;
		match_all(set);
		show_again(set, with_base);
		pifu_grammars_free(set);
	}
	return 0;
}
