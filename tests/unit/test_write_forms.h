/* Forms made by hand, and a sink that gathers, for the tests of the writers. */
#ifndef TEST_WRITE_FORMS_H
#define TEST_WRITE_FORMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_record.h"
#include "write/writer.h"

/* ---- What the writers hand out ------------------------------------------- */

struct gathered {
	struct buf text;
	int calls;
	int fail_at; /* the call that fails, from 1; 0: none */
};

static inline int gather(void *ctx, const char *bytes, size_t n)
{
	struct gathered *g = ctx;

	if (++g->calls == g->fail_at)
		return 1;
	pifu_buf_put(&g->text, bytes, n);
	return 0;
}

/* The text so far, terminated. */
static inline const char *gathered_text(struct gathered *g)
{
	pifu_buf_char(&g->text, '\0');
	g->text.n--;
	return g->text.s;
}

/* ---- Forms ------------------------------------------------------------------ */

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static inline struct str text_of(const char *s)
{
	return pifu_str_of(s);
}

static inline struct document_facts sample_facts(const char *file)
{
	return (struct document_facts){.file = file, .sha256 = SHA};
}

/* A plain record of a park bureau's form; tests change what they look at. */
static inline struct pifu_record sample_record(const char *name, const char *target)
{
	struct pifu_record r = {.row = 5, .table = 0, .page = 1, .confidence = 0.99};

	put_value(&r, PIFU_FIELD_ID, text_of("a1b2"));
	put_value(&r, PIFU_FIELD_FILE, text_of("park.txt"));
	put_value(&r, PIFU_FIELD_FORM, text_of("1"));
	put_value(&r, PIFU_FIELD_KIND, text_of("department"));
	put_value(&r, PIFU_FIELD_TITLE, text_of("2025年部门整体支出绩效目标批复表"));
	put_value(&r, PIFU_FIELD_YEAR, text_of("2025"));
	put_value(&r, PIFU_FIELD_DEPARTMENT, text_of("青禾县园林局"));
	put_value(&r, PIFU_FIELD_FUNCTION_NO, text_of("1"));
	put_value(&r, PIFU_FIELD_FUNCTION, text_of("公园绿地养护"));
	put_value(&r, PIFU_FIELD_LEVEL1, text_of("产出指标"));
	put_value(&r, PIFU_FIELD_LEVEL2, text_of("数量指标"));
	put_value(&r, PIFU_FIELD_NAME, text_of(name));
	put_value(&r, PIFU_FIELD_TARGET, text_of(target));
	put_value(&r, PIFU_FIELD_TARGET_KIND, text_of(target ? "number" : "missing"));
	return r;
}

static inline struct pifu_form sample_form(struct pifu_record *records, size_t n)
{
	return (struct pifu_form){
		.number = 1,
		.kind = STR("department"),
		.title = STR("2025年部门整体支出绩效目标批复表"),
		.records = records,
		.nrecords = n,
	};
}

/* All that `format` writes for one document with one form. */
static inline const char *write_one(struct gathered *g, const char *format,
                                    const pifu_write_options *options, const pifu_form *form)
{
	struct document_facts facts = sample_facts("park.txt");
	pifu_writer *w = pifu_writer_new(format, options, gather, g, NULL);

	assert_non_null(w);
	assert_int_equal(pifu_writer_put_form(w, &facts, form, NULL), PIFU_OK);
	assert_int_equal(pifu_writer_put_document(w, &facts, NULL), PIFU_OK);
	assert_int_equal(pifu_writer_finish(w, NULL), PIFU_OK);
	pifu_writer_free(w);
	return gathered_text(g);
}

#endif
