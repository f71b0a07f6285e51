/* Grammar files that are wrong: each message with its place, and what loading
 * makes of files that are right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "grammar/lexicon.h"
#include "grammar/load.h"

#define HEAD "name: common\ntitle: x\n"

/* ---- Wrong files --------------------------------------------------------------- */

struct wrong {
	const char *yaml;
	uint32_t line, column;
	const char *message; /* a part of it */
};

static const struct wrong wrong[] = {
	/* Keys. */
	{HEAD "columns:\n  comparater: [x]\n", 4, 3,
         "unknown key 'comparater' in 'columns'; did you mean 'comparator'?"},
	{HEAD "colums: {}\n", 3, 1, "unknown key 'colums' in the grammar; did you mean 'columns'?"},
	{HEAD "zzzzzzzz: {}\n", 3, 1,
         "unknown key 'zzzzzzzz' in the grammar; expected one of name, title, extends, abstract, "},
	{HEAD "column_patterns: [{column: nmae, pattern: x}]\n", 3, 28,
         "unknown word 'nmae' in 'column'; did you mean 'name'?"},
	{HEAD "fields:\n  a: {type: zzzzzz}\n", 4, 13,
         "unknown word 'zzzzzz' in 'type'; expected one of text, amount, goals, year, ignore"},
	{HEAD "costs: {mov: 1}\n", 3, 9, "unknown key 'mov' in 'costs'; did you mean 'move'?"},
	{HEAD "fields:\n  a: {label: [x]}\n", 4, 7,
         "unknown key 'label' in 'fields'; did you mean 'labels'?"},
	{HEAD "levels:\n  level2:\n    - lable: x\n", 5, 7,
         "unknown key 'lable' in 'level2'; did you mean 'label'?"},
	{HEAD "units: [a]\nunits: [b]\n", 4, 1, "key 'units' stands twice; first in line 3"},
	{"title: x\n", 1, 1, "the grammar lacks the key 'name'"},
	{HEAD "column_patterns:\n  - column: name\n", 4, 5,
         "'column_patterns' lacks the key 'pattern'"},
	{HEAD "fields:\n  Dept: {}\n", 4, 3, "'Dept' in 'fields' is no name: small letters"},
	/* Types. */
	{HEAD "units: 个\n", 3, 8, "expected a list of texts in 'units', found a text"},
	{HEAD "units:\n", 3, 7, "expected a list of texts in 'units', found nothing"},
	{HEAD "units: [个, [人]]\n", 3, 12, "expected a text in 'units', found a list"},
	{HEAD "fields: [x]\n", 3, 9, "expected a map of fields in 'fields', found a list"},
	{HEAD "abstract: yes\n", 3, 11, "expected true or false in 'abstract', found a text"},
	{HEAD "costs: {move: '1'}\n", 3, 16, "expected a number in 'move', found a text"},
	{HEAD "costs: {move: 1.5x}\n", 3, 15, "expected a number in 'move', found a text"},
	{HEAD "costs: {move: -1}\n", 3, 15, "a cost is between 0 and 1000"},
	{HEAD "costs: {doubt: 7}\n", 3, 16, "a confidence is between 0 and 1"},
	{HEAD "costs: {certain: 0}\n", 3, 18, "a margin is more than 0"},
	{HEAD "name_endings: {}\n", 3, 15,
         "expected a list of texts in 'name_endings', found a map"},
	{HEAD "noise: [{words: [x], account: noise-webb}]\n", 3, 31,
         "unknown word 'noise-webb' in 'account'; did you mean 'noise-web'?"},
	{HEAD "noise: [{account: noise-web}]\n", 3, 9, "either a 'pattern' or a list of 'words'"},
	{HEAD "targets: [{pattern: a, kind: nummer}]\n", 3, 30, "did you mean 'number'?"},
	{HEAD "targets: [{pattern: a, kind: number, flags: [digits]}]\n", 3, 46,
         "did you mean 'digit'?"},
	{HEAD "recognise: [{score: 3}]\n", 3, 13, "a clue is one of 'title', 'field' and 'column'"},
	{HEAD "recognise: [{title: a, column: name, score: 3}]\n", 3, 13, "a clue is one of"},
	{HEAD "recognise: [{title: a, score: 5000}]\n", 3, 31, "a score is between"},
	/* References. */
	{HEAD "fields: {duty: {}}\nrecognise: [{field: dutty, score: 3}]\n", 4, 21,
         "no field is named 'dutty' in 'fields'; did you mean 'duty'?"},
	{HEAD
         "levels:\n  level1: [{label: 产出指标}]\n  level2: [{label: 数量指标, under: 产出指栎}]\n",
         5, 33, "'产出指栎' is no label of level 1; did you mean '产出指标'?"},
	{HEAD "levels:\n  both: [{level1: 满意度指标, level2: x, aliases: [y]}]\n", 4, 19,
         "is no label of level 1"},
	{HEAD "extends: commom\n", 3, 10, "no grammar is named 'commom'; did you mean 'common'?"},
	{HEAD "extends: common\n", 3, 10, "'extends' runs in a circle"},
	{"name: Common\ntitle: x\n", 1, 7, "a family's name is made of a-z"},
	{"name: other\ntitle: x\n", 0, 0, "the folder has no grammar named 'common'"},
	/* Patterns: the place within the pattern where PCRE2 stopped. */
	{HEAD "patterns: {end: 'ab(cd'}\n", 3, 23, "missing closing parenthesis"},
	{HEAD "patterns:\n  end: '数量[b-a]'\n", 4, 14, "range out of order in character class"},
	{HEAD "patterns: {end: 'a  b  *+*'}\n", 3, 26,
         "quantifier does not follow a repeatable item"},
	{HEAD "rules: {sign: '[≥'}\npatterns: {end: 'ab{sign}c'}\n", 3, 18,
         "missing terminating ] for character class"},
	{HEAD "rules: {sign: 'x[b-a]'}\npatterns: {end: 'ab{sign}c'}\n", 3, 20,
         "range out of order"},
	{HEAD "rules: {sign: a}\npatterns: {end: 'ab{sing}c'}\n", 4, 20,
         "no pattern is named 'sing' in 'rules'; did you mean 'sign'?"},
	{HEAD "rules: {a: 'x{b}', b: 'y{a}'}\npatterns: {end: '{a}'}\n", 3, 25,
         "pattern 'a' contains itself"},
	/* A fragment that no pattern uses is no less wrong. */
	{HEAD "rules: {sign: 'ab(c'}\n", 3, 20, "rule 'sign': missing closing parenthesis"},
	{HEAD "rules: {sign: 'ab{sing}'}\n", 3, 18, "no pattern is named 'sing' in 'rules'"},
	{HEAD "rules: {a: 'x{b}', b: 'y{a}'}\n", 3, 25, "pattern 'a' contains itself"},
	{HEAD "patterns: {year: '\\d+'}\n", 3, 19, "the pattern lacks the group (?<year>...)"},
	{HEAD "patterns: {end: '\\Ca'}\n", 3, 20, "using \\C is disabled"},
	/* YAML. */
	{HEAD "units: [a\n", 4, 1, "bad YAML"},
	{HEAD "units: &a [x]\nwords: *a\n", 4, 8, "aliases (*name) are not taken"},
	{"", 1, 1, "a grammar is a map of keys"},
	{"- a\n", 1, 1, "a grammar is a map of keys"},
	{HEAD "---\nname: b\n", 3, 1, "a grammar file holds one document"},
	{HEAD "? [a, b]\n: c\n", 3, 3, "a key must be a plain text"},
	{HEAD "words: ['　']\n", 3, 10, "'　' is empty once marks and blanks are taken off"},
	{HEAD "words: [好\xff]\n", 3, 10, "bad YAML: invalid leading UTF-8 octet"},
	{"\xEF\xBB\xBF" HEAD "colums: {}\n", 3, 1, "did you mean 'columns'?"},
};

static pifu_grammars *read_one(const char *yaml, pifu_error *err)
{
	struct grammar_text text = {STR("c.yaml"), pifu_str_of(yaml)};
	return pifu_grammars_read(&text, 1, NULL, err);
}

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		pifu_error err = {0};
		pifu_grammars *g = read_one(wrong[i].yaml, &err);
		if (g)
			fail_msg("no error: %s", wrong[i].yaml);
		if (!strstr(err.message, wrong[i].message))
			fail_msg("expected: %s\nfound: %s", wrong[i].message, err.message);
		assert_int_equal(err.status, PIFU_ERR_GRAMMAR);
		bool same = err.line == wrong[i].line && err.column == wrong[i].column;
		if (wrong[i].line && !same)
			fail_msg("%s\nat %u:%u, expected %u:%u", err.message, err.line, err.column,
			         wrong[i].line, wrong[i].column);
		if (wrong[i].line)
			assert_string_equal(err.file, "c.yaml");
	}
}

/* Depth, and fragments that double each time: ends with a message, soon. */
static void test_bombs(void **state)
{
	(void)state;
	char deep[400] = HEAD "units: ";
	for (int i = 0; i < 100; i++)
		strcat(deep, "[");
	pifu_error err = {0};
	assert_null(read_one(deep, &err));
	assert_non_null(strstr(err.message, "nested too deep"));

	const char *doubling = HEAD "rules: {a: xxxxxxxxxx, b: '{a}{a}{a}{a}{a}{a}{a}{a}', c: "
				    "'{b}{b}{b}{b}{b}{b}{b}{b}',\n"
				    "  d: '{c}{c}{c}{c}{c}{c}{c}{c}', e: "
				    "'{d}{d}{d}{d}{d}{d}{d}{d}', f: '{e}{e}{e}{e}{e}{e}{e}{e}'}\n"
				    "patterns: {end: '{f}'}\n";
	assert_null(read_one(doubling, &err));
	assert_non_null(strstr(err.message, "too long with its fragments in place"));
}

/* ---- Right files ------------------------------------------------------------------ */

static const char base_yaml[] =
	"name: common\ntitle: 基础\nabstract: true\n"
	"rules: {digits: '\\d+', sign: '[≥≤]'}\n"
	"fields:\n  department: {labels: [单位名称]}\n  budget: {labels: [预算数], type: amount}\n"
	"columns: {name: [三级指标], target: [指标值]}\n"
	"levels:\n"
	"  level1: [{label: 产出指标, aliases: [项目完成指标]}, {label: 满意度指标}]\n"
	"  level2:\n"
	"    - {label: 数量指标, under: 产出指标}\n"
	"    - {label: 服务对象满意度指标, under: 满意度指标, also_under: [产出指标]}\n"
	"  both: [{level1: 满意度指标, level2: 服务对象满意度指标, aliases: [社会公众满意度]}]\n"
	"patterns: {end: '^合计', year: '(?<year>{digits})年'}\n"
	"units: [个]\n"
	"targets: [{pattern: '^{sign}?{digits}$', kind: number, flags: [digit]}]\n"
	"costs: {move: 2.5, doubt: 0.25}\n";

static const char own_yaml[] =
	"name: fund\ntitle: 资金\nextends: common\n"
	"rules: {sign: '[≥≤=]'}\n"
	"fields:\n  department: {labels: [预算单位]}\n  fund: {labels: [资金名称]}\n"
	"columns: {target: [目标值]}\n"
	"levels:\n  level1: [{label: 效益指标}, {label: 产出指标, aliases: [产值]}]\n"
	"  level2: [{label: 经济指标, under: 效益指标}]\n"
	"patterns: {end: '^总计'}\n"
	"units: [亩]\n"
	"targets: [{pattern: '^未定$', kind: missing}]\n"
	"costs: {move: 3}\n"
	"recognise: [{field: fund, score: 7}, {title: 资金, score: -2}]\n"
	"samples: [{input: a, expected: [b, c]}]\n";

static pifu_grammars *read_two(void)
{
	struct grammar_text texts[] = {{STR("own.yaml"), pifu_str_of(own_yaml)},
	                               {STR("base.yaml"), pifu_str_of(base_yaml)}};
	pifu_error err = {0};
	pifu_grammars *g = pifu_grammars_read(texts, 2, NULL, &err);
	if (!g)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	return g;
}

static const struct meaning *means(const struct grammar *g, const char *key, enum meaning_kind kind)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(g->lexicon, pifu_str_of(key), &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == kind)
			return &m[i];
	return NULL;
}

static void test_merge(void **state)
{
	(void)state;
	pifu_grammars *set = read_two();
	assert_int_equal(pifu_grammars_count(set), 2);
	assert_string_equal(pifu_grammars_name(set, 0), "common"); /* by name, not by file */
	assert_string_equal(pifu_grammars_title(set, 1), "资金");
	assert_string_equal(pifu_grammars_file(set, 1), "own.yaml");
	assert_null(pifu_grammars_name(set, 2));
	const struct grammar *base = set->items[0], *own = set->items[1];
	assert_ptr_not_equal(set->common, base); /* the scan knows the words of both (scan.h) */
	assert_string_equal(set->common->name.s, "common");
	assert_non_null(means(set->common, "目标值", MEANING_HEADER));
	assert_null(means(base, "目标值", MEANING_HEADER));
	assert_true(base->abstract);
	assert_false(own->abstract);
	assert_true(base->fingerprint != own->fingerprint);

	/* Lists are joined, own rules of targets first, texts override. */
	assert_non_null(means(own, "个", MEANING_UNIT));
	assert_non_null(means(own, "亩", MEANING_UNIT));
	assert_null(means(base, "亩", MEANING_UNIT));
	assert_int_equal(own->ntargets, 2);
	assert_int_equal(own->targets[0].kind, 0);
	struct matcher *m = pifu_matcher_new(NULL);
	assert_int_equal(pifu_rule_match(own->targets[1].rule, m, STR("=5"), 0, NULL, 0, NULL), 1);
	assert_int_equal(pifu_rule_match(base->targets[0].rule, m, STR("=5"), 0, NULL, 0, NULL), 0);
	assert_int_equal(pifu_rule_match(own->end_rule, m, STR("合计"), 0, NULL, 0, NULL), 0);
	assert_int_equal(pifu_rule_match(own->end_rule, m, STR("总计"), 0, NULL, 0, NULL), 1);
	assert_ptr_equal(own->year_rule, base->year_rule); /* not compiled twice */
	pifu_matcher_free(m);
	assert_int_equal(own->costs[COST_MOVE], 300);
	assert_int_equal(base->costs[COST_MOVE], 250);
	assert_int_equal(own->costs[COST_DOUBT], 25);
	assert_int_equal(own->costs[COST_CERTAIN], 200); /* the default */

	/* A field has one number in all families. */
	assert_int_equal(means(own, "预算单位", MEANING_FIELD)->id,
	                 means(base, "单位名称", MEANING_FIELD)->id);
	assert_int_equal(means(own, "预算数", MEANING_FIELD)->id,
	                 means(base, "预算数", MEANING_FIELD)->id);
	assert_non_null(means(base, "预算数(万元):", MEANING_FIELD));
	assert_non_null(means(base, "单位名称:", MEANING_FIELD));
	assert_null(means(base, "单位名称(万元)", MEANING_FIELD));
	assert_int_equal(base->fields[1].type, FIELD_AMOUNT);
	assert_int_equal(own->nclues, 2);
	assert_int_equal(own->clues[0].id, means(own, "资金名称", MEANING_FIELD)->id);
	assert_int_equal(own->clues[1].score, -2);
	assert_int_equal(own->nsamples, 1);
	assert_int_equal(own->samples[0].nexpected, 2);
	assert_int_equal(own->samples[0].expected_line[1], 17);
	pifu_grammars_free(set);
}

static void test_labels(void **state)
{
	(void)state;
	pifu_grammars *set = read_two();
	const struct grammar *base = set->items[0], *own = set->items[1];
	uint16_t output = means(base, "产出指标", MEANING_LABEL)->id;
	uint16_t count = means(base, "数量", MEANING_LABEL)->id;
	uint16_t service = means(base, "服务对象满意度", MEANING_LABEL)->id;
	assert_int_equal(means(base, "产出指标", MEANING_LABEL)->penalty, 0);
	assert_int_equal(means(base, "数量", MEANING_LABEL)->penalty, 1);
	assert_true(means(base, "项目完成等", MEANING_LABEL)->penalty > 1);
	assert_int_equal(means(base, "项目完成指标", MEANING_LABEL)->id, output);
	assert_int_equal(base->labels[output].level, 1);
	assert_int_equal(base->labels[count].level, 2);
	assert_int_equal(base->labels[count].parent, output);
	assert_true(base->labels[service].parents >> output & 1);

	/* One text over both columns: a label of level 1 that implies its level 2. */
	const struct label *both = &base->labels[means(base, "社会公众满意度", MEANING_LABEL)->id];
	uint16_t satisfied = means(base, "满意度指标", MEANING_LABEL)->id;
	assert_int_equal(both->level, 1);
	assert_int_equal(both->implies, service);
	assert_true(pifu_str_eq(both->text, base->labels[satisfied].text));
	assert_true(base->labels[service].parents >> (both - base->labels) & 1);
	assert_true(base->labels[service].parents >> satisfied & 1);

	/* What a family adds leaves the numbers alone. */
	assert_int_equal(means(own, "数量指标", MEANING_LABEL)->id, count);
	assert_int_equal(means(own, "产值", MEANING_LABEL)->id, output);
	assert_int_equal(own->nlabels, base->nlabels + 2);
	const struct label *economy = &own->labels[means(own, "经济", MEANING_LABEL)->id];
	assert_true(pifu_str_eq(own->labels[economy->parent].text, STR("效益指标")));
	pifu_grammars_free(set);
}

/* A family without words of its own has no lexicon of its own. */
static void test_shared(void **state)
{
	(void)state;
	struct grammar_text texts[] = {
		{STR("a.yaml"), pifu_str_of(base_yaml)},
		{STR("b.yaml"),
	         STR("name: b\ntitle: b\nextends: common\nrecognise: [{title: b, score: 1}]\n")},
	};
	pifu_grammars *set = pifu_grammars_read(texts, 2, NULL, NULL);
	assert_non_null(set);
	assert_ptr_equal(set->items[0]->lexicon, set->items[1]->lexicon);
	assert_ptr_equal(set->items[0]->targets, set->items[1]->targets);
	assert_int_equal(set->items[0]->nclues, 1); /* b stands before common */
	assert_int_equal(set->items[1]->nclues, 0);
	assert_false(set->items[0]->abstract);
	pifu_grammars_free(set);
}

static void test_same_name(void **state)
{
	(void)state;
	struct grammar_text texts[] = {{STR("a.yaml"), pifu_str_of(base_yaml)},
	                               {STR("b.yaml"), pifu_str_of(base_yaml)}};
	pifu_error err = {0};
	assert_null(pifu_grammars_read(texts, 2, NULL, &err));
	assert_non_null(strstr(err.message, "has the name 'common', too"));
}

static void test_circle(void **state)
{
	(void)state;
	struct grammar_text texts[] = {
		{STR("c.yaml"), STR("name: common\ntitle: c\n")},
		{STR("a.yaml"), STR("name: a\ntitle: a\nextends: b\n")},
		{STR("b.yaml"), STR("name: b\ntitle: b\nextends: a\n")},
	};
	pifu_error err = {0};
	assert_null(pifu_grammars_read(texts, 3, NULL, &err));
	assert_string_equal(err.file, "a.yaml");
	assert_int_equal(err.line, 3);
	assert_non_null(strstr(err.message, "'extends' runs in a circle"));
}

static void test_folder(void **state)
{
	(void)state;
	pifu_error err = {0};
	assert_null(pifu_grammars_load("/nonexistent/folder", NULL, &err));
	assert_int_equal(err.status, PIFU_ERR_GRAMMAR);
	assert_string_equal(err.file, "/nonexistent/folder");
	char empty[] = "/tmp/pifu-test-XXXXXX";
	assert_non_null(mkdtemp(empty));
	assert_null(pifu_grammars_load(empty, NULL, &err));
	assert_non_null(strstr(err.message, "holds no grammar"));
	remove(empty);
}

/* ---- Memory that runs out ------------------------------------------------------------ */

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

static void try_failing(struct failing *f)
{
	pifu_allocator allocator = {take, retake, give, f};
	struct grammar_text texts[] = {{STR("own.yaml"), pifu_str_of(own_yaml)},
	                               {STR("base.yaml"), pifu_str_of(base_yaml)}};
	pifu_error err = {0};
	pifu_grammars *g = pifu_grammars_read(texts, 2, &allocator, &err);
	if (g)
		assert_true(f->fail_at == 0 || f->fail_at > f->calls);
	else
		assert_int_equal(err.status, PIFU_ERR_NOMEM);
	pifu_grammars_free(g);
	assert_int_equal(f->live, 0);
}

static void test_no_memory(void **state)
{
	(void)state;
	struct failing none = {0};
	try_failing(&none);
	assert_true(none.calls > 20);
	for (size_t n = 1; n <= none.calls; n++)
		try_failing(&(struct failing){.fail_at = n});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),     cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_merge),     cmocka_unit_test(test_labels),
		cmocka_unit_test(test_shared),    cmocka_unit_test(test_same_name),
		cmocka_unit_test(test_circle),    cmocka_unit_test(test_folder),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
