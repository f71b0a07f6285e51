/* Every allocation may fail: the n-th one is made to fail, for n from 1 to the
 * number that a whole extraction takes, on every sample and golden input.
 *
 *     n:      1 2 3 4 5 6 7 …
 *     once    . . . x . . .      a single failure
 *     onward  . . . x x x x      memory has run out for good
 *
 * Each run must end with PIFU_ERR_NOMEM or with all its records, and give
 * everything back. Where a run takes too many allocations to try them all, n
 * goes on in steps of changing length: the test stays short and repeatable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pifu.h"

enum { INPUTS_MAX = 512, PATH_MAX_LEN = 1024, RUNS = 150 };

/* ---- An allocator that fails ------------------------------------------------ */

struct failing {
	size_t calls;   /* allocations asked for so far */
	size_t fail_at; /* which one fails, from 1; 0: none */
	bool onward;    /* and all after it */
	size_t live;    /* blocks not yet given back */
	pifu_allocator allocator;
};

static bool refuses(struct failing *f)
{
	f->calls++;
	if (f->fail_at == 0)
		return false;
	return f->onward ? f->calls >= f->fail_at : f->calls == f->fail_at;
}

static void *take(void *ctx, size_t size)
{
	struct failing *f = ctx;
	void *block = refuses(f) ? NULL : malloc(size ? size : 1);

	f->live += block != NULL;
	return block;
}

static void *retake(void *ctx, void *old, size_t size)
{
	struct failing *f = ctx;
	void *block = refuses(f) ? NULL : realloc(old, size ? size : 1);

	f->live += block != NULL && old == NULL;
	return block;
}

static void give_back(void *ctx, void *block)
{
	struct failing *f = ctx;

	f->live -= block != NULL;
	free(block);
}

static void set_failing(struct failing *f, size_t fail_at, bool onward)
{
	*f = (struct failing){.fail_at = fail_at, .onward = onward};
	f->allocator = (pifu_allocator){take, retake, give_back, f};
}

/* ---- What is run -------------------------------------------------------------- */

struct job {
	const pifu_grammars *grammars;
	const char *bytes;
	size_t size;
	const char *stage; /* NULL: extract; "explain"; else a stage to dump */
};

struct outcome {
	pifu_status status;
	size_t records;
};

static int swallow(void *ctx, const char *bytes, size_t n)
{
	(void)bytes;
	*(size_t *)ctx += n;
	return 0;
}

/* Read every record, so that nothing stays unused. */
static size_t read_form(const pifu_form *form)
{
	size_t n = pifu_form_record_count(form), texts = 0;

	for (size_t i = 0; i < n; i++)
		for (int field = 0; field < PIFU_FIELD_COUNT; field++)
			texts += pifu_record_text(pifu_form_record(form, i), (pifu_field)field) !=
			         NULL;
	assert_true(n == 0 || texts > 0);
	return n;
}

static struct outcome read_all(pifu_doc *doc, pifu_error *err)
{
	struct outcome out = {PIFU_OK, 0};
	const pifu_form *form;

	while ((form = pifu_doc_next(doc, err)))
		out.records += read_form(form);
	out.status = err->status;
	return out;
}

static struct outcome dump_all(pifu_doc *doc, const char *stage, pifu_error *err)
{
	struct outcome out = {PIFU_OK, 0};

	if (strcmp(stage, "explain") == 0)
		out.status = pifu_doc_explain(doc, swallow, &out.records, err);
	else
		out.status = pifu_doc_dump(doc, stage, swallow, &out.records, err);
	return out;
}

static struct outcome run_job(const struct job *job, struct failing *f)
{
	pifu_error err = {0};
	pifu_options options = pifu_options_default();
	struct outcome out;
	pifu_doc *doc;

	options.allocator = &f->allocator;
	options.file_name = "form";
	doc = pifu_doc_open_memory(job->grammars, job->bytes, job->size, &options, &err);
	if (!doc)
		out = (struct outcome){err.status, 0};
	else
		out = job->stage ? dump_all(doc, job->stage, &err) : read_all(doc, &err);
	pifu_doc_free(doc);
	return out;
}

static struct outcome load_grammars(const struct job *job, struct failing *f)
{
	pifu_error err = {0};
	pifu_options options = pifu_options_default();
	struct outcome out = {PIFU_OK, 0};
	pifu_grammars *grammars;

	(void)job;
	options.allocator = &f->allocator;
	grammars = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", &options, &err);
	if (grammars)
		out.records = pifu_grammars_count(grammars);
	else
		out.status = err.status;
	pifu_grammars_free(grammars);
	return out;
}

typedef struct outcome run_once(const struct job *job, struct failing *f);

/* ---- Failing at every place ------------------------------------------------------ */

/* Whether memory ran out as it should; fails the test for anything but that or success. */
static bool check_run(const char *name, const struct failing *f, struct outcome got,
                      struct outcome whole)
{
	bool complete = got.status == whole.status && got.records == whole.records;

	if (got.status != PIFU_ERR_NOMEM && !complete)
		fail_msg("%s: allocation %zu fails: status %s, %zu of %zu records", name,
		         f->fail_at, pifu_status_name(got.status), got.records, whole.records);
	if (f->live != 0)
		fail_msg("%s: allocation %zu fails: %zu blocks are lost", name, f->fail_at,
		         f->live);
	return got.status == PIFU_ERR_NOMEM;
}

/* The next n: each of the first, then on average `step` further, in no fixed rhythm. */
static size_t next_place(size_t n, size_t step)
{
	return n < RUNS / 3 ? n + 1 : n + 1 + (n * 2654435761u >> 7) % (2 * step - 1);
}

/* Number of runs that ended for want of memory. */
static size_t fail_everywhere(const char *name, run_once *run, const struct job *job, bool onward)
{
	struct failing f;
	size_t refused = 0, places;

	set_failing(&f, 0, false);
	struct outcome whole = run(job, &f);
	assert_false(check_run(name, &f, whole, whole));
	places = f.calls;
	for (size_t n = 1; n <= places; n = next_place(n, places / RUNS + 1)) {
		set_failing(&f, n, onward);
		refused += check_run(name, &f, run(job, &f), whole);
	}
	return refused;
}

static void fail_both_ways(const char *name, run_once *run, const struct job *job)
{
	size_t once = fail_everywhere(name, run, job, false);
	size_t onward = fail_everywhere(name, run, job, true);

	assert_true(once > 0 && onward > 0);
}

/* ---- The inputs -------------------------------------------------------------------- */

struct inputs {
	char path[INPUTS_MAX][PATH_MAX_LEN];
	size_t n;
};

static bool is_input(const char *folder, const char *name)
{
	bool sample = strstr(folder, "/samples") != NULL;

	if (!sample)
		return strncmp(name, "input.", 6) == 0;
	return strcmp(name, "README.md") != 0 && (strstr(name, ".txt") || strstr(name, ".md"));
}

static void add_inputs(struct inputs *in, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (!is_input(folder, entry->d_name))
			continue;
		assert_true(in->n < INPUTS_MAX);
		assert_true(snprintf(in->path[in->n++], PATH_MAX_LEN, "%s/%s", folder,
		                     entry->d_name) < PATH_MAX_LEN);
	}
	closedir(dir);
}

static void add_golden(struct inputs *in)
{
	const char *golden = PIFU_SOURCE_DIR "/tests/golden";
	char folder[PATH_MAX_LEN], gold[PATH_MAX_LEN + 16];
	DIR *dir = opendir(golden);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		snprintf(folder, sizeof folder, "%s/%s", golden, entry->d_name);
		snprintf(gold, sizeof gold, "%s/gold.tsv", folder);
		FILE *f = entry->d_name[0] == '.' ? NULL : fopen(gold, "r");
		if (!f)
			continue;
		fclose(f);
		add_inputs(in, folder);
	}
	closedir(dir);
}

static char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *bytes;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*n = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*n + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *n, f), *n);
	fclose(f);
	return bytes;
}

static struct inputs inputs;

/* ---- Tests --------------------------------------------------------------------------- */

static int load(void **state)
{
	pifu_error err = {0};
	pifu_grammars *grammars = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);

	if (!grammars)
		fprintf(stderr, "%s:%u: %s\n", err.file, err.line, err.message);
	*state = grammars;
	add_inputs(&inputs, PIFU_SOURCE_DIR "/samples");
	add_golden(&inputs);
	return grammars ? 0 : -1;
}

static int unload(void **state)
{
	pifu_grammars_free(*state);
	return 0;
}

static void test_every_input(void **state)
{
	assert_true(inputs.n >= 20);
	for (size_t i = 0; i < inputs.n; i++) {
		struct job job = {.grammars = *state};
		char *bytes = read_file(inputs.path[i], &job.size);

		job.bytes = bytes;
		fail_both_ways(inputs.path[i], run_job, &job);
		free(bytes);
	}
}

static void test_every_stage(void **state)
{
	static const char *const stages[] = {"grid", "text", "rows", "view", "records", "explain"};
	struct job job = {.grammars = *state};
	char *bytes = read_file(PIFU_SOURCE_DIR "/samples/police-department.txt", &job.size);

	job.bytes = bytes;
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
		job.stage = stages[i];
		fail_both_ways(stages[i], run_job, &job);
	}
	free(bytes);
}

static void test_grammars(void **state)
{
	(void)state;
	fail_both_ways("loading the grammars", load_grammars, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_input),
		cmocka_unit_test(test_every_stage),
		cmocka_unit_test(test_grammars),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
