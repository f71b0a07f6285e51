/* A document with one form, as collecting leaves it: the bench on which its checks run. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include "stage/stage.h"
#include "test_record.h"
#include "text/normalise.h"

#ifndef PIFU_SOURCE_DIR
#define PIFU_SOURCE_DIR "."
#endif

enum { RECORDS_MAX = 40, TEXT_MAX = 256 };
#define COUNT(a) (sizeof(a) / sizeof *(a))

struct bench {
	pifu_grammars *set;
	struct matcher *matcher;
	struct pifu_doc doc;
	struct pifu_record records[RECORDS_MAX];
};

static inline int setup(void **state)
{
	struct bench *b = test_calloc(1, sizeof *b);
	pifu_error err = {0};
	b->set = pifu_grammars_load(PIFU_SOURCE_DIR "/grammars", NULL, &err);
	if (!b->set)
		fail_msg("%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	b->matcher = pifu_matcher_new(NULL);
	b->doc.work = pifu_arena_new(NULL);
	assert_non_null(b->matcher);
	assert_non_null(b->doc.work);
	b->doc.grammar = b->set->common;
	b->doc.has_levels = true;
	*state = b;
	return 0;
}

static inline int teardown(void **state)
{
	struct bench *b = *state;
	pifu_findings_free(&b->doc.findings);
	pifu_arena_free(b->doc.work);
	pifu_matcher_free(b->matcher);
	pifu_grammars_free(b->set);
	test_free(b);
	return 0;
}

static inline void start_form(struct bench *b)
{
	pifu_findings_free(&b->doc.findings);
	pifu_arena_reset(b->doc.work);
	memset(b->records, 0, sizeof b->records);
	b->doc.form =
		(struct pifu_form){.number = 1, .records = b->records, .kind = STR("project")};
}

struct fields {
	const char *function, *level1, *level2, *name, *target, *weight, *score;
};

static inline void put(struct pifu_record *rec, pifu_field field, const char *text)
{
	if (text)
		put_value(rec, field, pifu_str_of(text));
}

static inline void put_target(struct bench *b, struct pifu_record *rec, const char *raw)
{
	struct normal n;
	struct target t = {.kind = TARGET_MISSING};
	pifu_error err = {0};
	if (raw) {
		assert_int_equal(pifu_text_normalise(b->doc.work, pifu_str_of(raw), &n, &err),
		                 PIFU_OK);
		assert_int_equal(pifu_target_read(b->doc.grammar, b->matcher, b->doc.work, n.text,
		                                  n.flags, &t, &err),
		                 PIFU_OK);
	}
	put(rec, PIFU_FIELD_TARGET_KIND, pifu_target_kind_name(t.kind));
	put(rec, PIFU_FIELD_COMPARATOR, pifu_comparator_name(t.comparator));
	put_value(rec, PIFU_FIELD_TARGET, t.whole);
	put_value(rec, PIFU_FIELD_NUMBER, t.number);
	put_value(rec, PIFU_FIELD_NUMBER_MAX, t.number_max);
	put_value(rec, PIFU_FIELD_UNIT, t.unit);
}

/* As collecting does, records of one function share its text. */
static inline struct str find_function(const struct pifu_form *form, const char *name)
{
	for (size_t i = 0; name && i < form->nfunctions; i++)
		if (pifu_str_eq(form->functions[i].name, pifu_str_of(name)))
			return form->functions[i].name;
	return pifu_str_of(name);
}

static inline struct pifu_record *add(struct bench *b, const struct fields *f)
{
	struct pifu_record *rec = &b->records[b->doc.form.nrecords++];
	assert_true(b->doc.form.nrecords <= RECORDS_MAX);
	rec->line = (uint32_t)b->doc.form.nrecords;
	put(rec, PIFU_FIELD_LEVEL1, f->level1);
	put(rec, PIFU_FIELD_LEVEL2, f->level2);
	put(rec, PIFU_FIELD_NAME, f->name);
	put(rec, PIFU_FIELD_WEIGHT, f->weight);
	put(rec, PIFU_FIELD_SCORE, f->score);
	put_value(rec, PIFU_FIELD_FUNCTION, find_function(&b->doc.form, f->function));
	put_target(b, rec, f->target);
	return rec;
}

static inline void add_code(char *out, const char *code)
{
	size_t n = strlen(out);
	snprintf(out + n, TEXT_MAX - n, "%s%s", n ? " " : "", code);
}

static inline void run(struct bench *b)
{
	pifu_error err = {0};
	assert_int_equal(pifu_stage_check(&b->doc, &err), PIFU_OK);
}

#endif
