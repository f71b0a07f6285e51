/* Drafting a grammar: what the public function promises, where memory runs out,
 * and what the scan takes from families that add words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/grammar.h"
#include "grammar/lexicon.h"
#include "grammar/load.h"
#include "pifu.h"

static const char form[] = "青鹭区督导计分表\n"
			   "督导大类\t督导要目\t须办\t占分\n"
			   "环境整治\t清运垃圾数量\t≥30吨\t40\n"
			   "\t道路保洁率\t≥98%\t30\n"
			   "安全生产\t隐患整改率\t100%\t30\n";

static const char essay[] = "各单位要抓好环境整治。\n下周检查。\n";

/* ---- Memory ----------------------------------------------------------------- */

struct failing {
	size_t calls, fail_at, live;
	pifu_allocator allocator;
};

static void *take(void *ctx, size_t size)
{
	struct failing *f = ctx;
	void *block = ++f->calls == f->fail_at ? NULL : malloc(size ? size : 1);
	f->live += block != NULL;
	return block;
}

static void *retake(void *ctx, void *old, size_t size)
{
	struct failing *f = ctx;
	void *block = ++f->calls == f->fail_at ? NULL : realloc(old, size ? size : 1);
	f->live += block != NULL && !old;
	return block;
}

static void give_back(void *ctx, void *block)
{
	struct failing *f = ctx;
	f->live -= block != NULL;
	free(block);
}

/* ---- Drafts -------------------------------------------------------------------- */

struct text {
	char bytes[16384];
	size_t n;
	bool refuse;
};

static int gather(void *ctx, const char *bytes, size_t n)
{
	struct text *t = ctx;
	if (t->refuse || t->n + n >= sizeof t->bytes)
		return 1;
	memcpy(t->bytes + t->n, bytes, n);
	t->n += n;
	t->bytes[t->n] = '\0';
	return 0;
}

static pifu_status draft(const pifu_grammars *g, const char *input, const char *name,
                         struct text *out, const pifu_allocator *allocator, pifu_error *err)
{
	pifu_options options = pifu_options_default();
	options.allocator = allocator;
	pifu_doc *doc = pifu_doc_open_memory(g, input, strlen(input), &options, err);
	if (!doc)
		return err->status;
	pifu_status st = pifu_doc_draft(doc, name, gather, out, err);
	pifu_doc_free(doc);
	return st;
}

static int load(void **state)
{
	pifu_error err = {0};
	*state = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	return *state ? 0 : -1;
}

static int unload(void **state)
{
	pifu_grammars_free(*state);
	return 0;
}

static void check_lines(const char *draft, const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strstr(draft, lines[i]))
			fail_msg("the draft lacks %s:\n%s", lines[i], draft);
}

static void test_draft(void **state)
{
	struct text out = {.n = 0};
	pifu_error err;
	assert_int_equal(draft(*state, form, NULL, &out, NULL, &err), PIFU_OK);
	static const char *const lines[] = {
		"name: draft\n",
		"extends: common\n",
		"  - {title: '督导计分表', score: 100}\n",
		"  level1: ['督导大类']\n",
		"  name: ['督导要目']\n",
		"  target: ['须办']\n",
		"  weight: ['占分']\n",
		"    - {label: '环境整治'}\n",
		"      - '环境整治 |  | 道路保洁率 | ≥98%'\n",
	};
	check_lines(out.bytes, lines, sizeof lines / sizeof *lines);
}

/* Headers of explanations (考核要点) and of what was done (达成值), above names and targets. */
static void test_known_headers_give_way(void **state)
{
	static const char known[] = "青鹭区任务清单\n"
				    "编号\t考核要点\t达成值\t牵头处室\n"
				    "1\t清运垃圾数量\t≥30吨\t环卫股\n"
				    "2\t道路保洁率\t≥98%\t环卫股\n"
				    "3\t隐患整改率\t100%\t安全股\n";
	struct text out = {.n = 0};
	pifu_error err;
	assert_int_equal(draft(*state, known, NULL, &out, NULL, &err), PIFU_OK);
	static const char *const lines[] = {
		"  name: ['考核要点']\n",
		"  target: ['达成值']\n",
		"道路保洁率 | ≥98%'\n",
	};
	check_lines(out.bytes, lines, sizeof lines / sizeof *lines);
}

static void test_errors(void **state)
{
	struct text out = {.n = 0};
	pifu_error err;
	assert_int_equal(draft(*state, form, "Big Name", &out, NULL, &err), PIFU_ERR_USAGE);
	assert_int_equal(draft(*state, form, "", &out, NULL, &err), PIFU_ERR_USAGE);
	assert_int_equal(draft(*state, form, "common", &out, NULL, &err), PIFU_ERR_USAGE);
	assert_non_null(strstr(err.message, "common"));
	assert_int_equal(draft(*state, essay, "essay", &out, NULL, &err), PIFU_ERR_FORMAT);
	assert_int_equal(draft(*state, "", "nothing", &out, NULL, &err), PIFU_ERR_FORMAT);
	assert_int_equal(out.n, 0);
	out.refuse = true;
	assert_int_equal(draft(*state, form, NULL, &out, NULL, &err), PIFU_ERR_WRITE);
}

static void test_memory(void **state)
{
	struct failing f = {.fail_at = 0};
	f.allocator = (pifu_allocator){take, retake, give_back, &f};
	struct text whole = {.n = 0};
	pifu_error err;
	assert_int_equal(draft(*state, form, NULL, &whole, &f.allocator, &err), PIFU_OK);
	size_t places = f.calls, step = places / 150 + 1;
	assert_true(places > 20);
	for (size_t n = 1; n <= places; n += n < 60 ? 1 : step) {
		struct text out = {.n = 0};
		f.calls = f.live = 0;
		f.fail_at = n;
		pifu_status st = draft(*state, form, NULL, &out, &f.allocator, &err);
		if (st == PIFU_OK)
			assert_string_equal(out.bytes, whole.bytes);
		else
			assert_int_equal(st, PIFU_ERR_NOMEM);
		assert_int_equal(f.live, 0);
	}
}

/* ---- The scan --------------------------------------------------------------------- */

static const char common[] =
	"name: common\ntitle: 共同\nabstract: true\n"
	"columns: {name: [三级指标], target: [指标值]}\n"
	"levels: {level1: [{label: 产出指标}], level2: [{label: 数量指标, under: 产出指标}]}\n"
	"patterns: {title: '目标表$'}\n";
static const char adding[] =
	"name: adding\ntitle: 督导\nextends: common\nrecognise: [{title: 督导, score: 50}]\n"
	"columns: {name: [督导要目]}\nlevels: {level1: [{label: 环境整治}]}\npatterns: {title: "
	"'计分表$'}\n";
static const char plain[] =
	"name: plain\ntitle: 目标表\nextends: common\nrecognise: [{title: 目标, score: 50}]\n";
static const char ruled[] = "name: ruled\ntitle: 另表\nextends: common\nrules: {end: "
			    "'台账$'}\npatterns: {title: '{end}'}\n";

static pifu_grammars *read_grammars(const char *const *yaml, size_t n)
{
	struct grammar_text texts[4];
	pifu_error err = {0};
	for (size_t i = 0; i < n; i++)
		texts[i] = (struct grammar_text){STR("x.yaml"), pifu_str_of(yaml[i])};
	static const char *const files[] = {"a.yaml", "b.yaml", "c.yaml", "d.yaml"};
	for (size_t i = 0; i < n; i++)
		texts[i].file = pifu_str_of(files[i]);
	pifu_grammars *g = pifu_grammars_read(texts, n, NULL, &err);
	if (!g)
		fail_msg("%s:%u: %s", err.file, err.line, err.message);
	return g;
}

static bool knows(const struct grammar *g, const char *word)
{
	size_t n;
	return pifu_lexicon_find(g->lexicon, pifu_str_of(word), &n) != NULL;
}

static bool is_title(const struct grammar *g, const char *title)
{
	struct matcher *m = pifu_matcher_new(NULL);
	int found = pifu_rule_match(g->title_rule, m, pifu_str_of(title), 0, NULL, 0, NULL);
	pifu_matcher_free(m);
	return found == 1;
}

static void test_scan_takes_words(void **state)
{
	(void)state;
	pifu_grammars *g = read_grammars((const char *const[]){common, adding, plain}, 3);
	assert_int_equal(pifu_grammars_count(g), 3);
	assert_ptr_not_equal(g->common, g->items[1]);
	assert_true(knows(g->common, "督导要目") && knows(g->common, "三级指标") &&
	            knows(g->common, "环境整治"));
	assert_true(is_title(g->common, "重点工作计分表") && is_title(g->common, "绩效目标表"));
	for (size_t i = 0; i < 3; i++) { /* families keep what is theirs */
		bool own = strcmp(g->items[i]->name.s, "adding") == 0;
		assert_int_equal(knows(g->items[i], "督导要目"), own);
		assert_int_equal(is_title(g->items[i], "重点工作计分表"), own);
	}
	assert_string_equal(g->common->name.s, "common");
	pifu_grammars_free(g);
}

static void test_scan_is_common(void **state)
{
	(void)state;
	pifu_grammars *g = read_grammars((const char *const[]){common, plain, ruled}, 3);
	assert_ptr_equal(g->common, g->items[0]);
	assert_false(is_title(g->common, "设备台账"));
	pifu_grammars_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_draft, load, unload),
		cmocka_unit_test_setup_teardown(test_known_headers_give_way, load, unload),
		cmocka_unit_test_setup_teardown(test_errors, load, unload),
		cmocka_unit_test_setup_teardown(test_memory, load, unload),
		cmocka_unit_test(test_scan_takes_words),
		cmocka_unit_test(test_scan_is_common),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
