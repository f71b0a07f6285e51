/* Running the samples that a grammar carries.
 *
 * A sample is read as any document is: by the public interface, the family being
 * recognised, not told. Its records are printed in the form of the expected lines
 *
 *     level1 | level2 | name | target
 *     function or project | level1 | level2 | name | target
 *     project | function | level1 | level2 | name | target
 *
 * (an expected line decides by its number of bars which of them it is; an empty
 * part is a null) and compared one by one. */
#include "base/error.h"
#include "grammar/grammar.h"

/* One sample being run. */
struct run {
	const struct grammar *g;
	const struct sample *sample;
	struct buf line;   /* a message, or a record as a line */
	struct buf wanted; /* an expected line, tidied */
	size_t next;       /* expected line that the next record must equal */
	bool failed;
	pifu_sink sink;
	void *ctx;
	pifu_error *err;
};

static bool is_failed_buf(const struct run *r)
{
	return r->line.failed || r->wanted.failed;
}

/* Tell `file:line: what a then b`. */
static pifu_status tell(struct run *r, uint32_t line, const char *what, struct str a,
                        const char *then, struct str b)
{
	struct buf m = {.allocator = r->line.allocator};
	pifu_buf_fmt(&m, "%s:%u: %s", r->sample->file.s, line, what);
	pifu_buf_str(&m, a);
	pifu_buf_str(&m, pifu_str_of(then));
	pifu_buf_str(&m, b);
	pifu_buf_char(&m, '\n');
	r->failed = true;
	pifu_status st = PIFU_OK;
	if (m.failed)
		st = pifu_error_nomem(r->err);
	else if (r->sink && r->sink(r->ctx, m.s, m.n) != 0)
		st = pifu_error_set(r->err, PIFU_ERR_WRITE, "the output cannot be written");
	pifu_buf_free(&m);
	return st;
}

/* ---- Lines ------------------------------------------------------------------- */

static size_t count_bars(struct str s)
{
	size_t n = 0;
	for (uint32_t i = 0; i < s.n; i++)
		n += s.s[i] == '|';
	return n;
}

/* The expected line without blanks around its bars. */
static void tidy_expected(struct buf *out, struct str s)
{
	pifu_buf_clear(out);
	for (uint32_t from = 0, i = 0; i <= s.n; i++) {
		if (i < s.n && s.s[i] != '|')
			continue;
		pifu_buf_str(out, pifu_str_trim(pifu_str_sub(s, from, i)));
		if (i < s.n)
			pifu_buf_char(out, '|');
		from = i + 1;
	}
}

static void put_field(struct buf *out, const pifu_record *record, pifu_field field)
{
	const char *text = pifu_record_text(record, field);
	if (text)
		pifu_buf_str(out, pifu_str_of(text));
}

static void put_record(struct buf *out, const pifu_record *record, size_t bars)
{
	static const pifu_field fields[] = {
		PIFU_FIELD_LEVEL1,
		PIFU_FIELD_LEVEL2,
		PIFU_FIELD_NAME,
		PIFU_FIELD_TARGET,
	};
	pifu_buf_clear(out);
	bool function = pifu_record_text(record, PIFU_FIELD_FUNCTION) != NULL;
	if (bars >= 5 || (bars == 4 && !function)) {
		put_field(out, record, PIFU_FIELD_PROJECT);
		pifu_buf_char(out, '|');
	}
	if (bars >= 5 || (bars == 4 && function)) {
		put_field(out, record, PIFU_FIELD_FUNCTION);
		pifu_buf_char(out, '|');
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (i > 0)
			pifu_buf_char(out, '|');
		put_field(out, record, fields[i]);
	}
}

/* ---- Comparing ------------------------------------------------------------------ */

static pifu_status compare_record(struct run *r, const pifu_record *record)
{
	const struct sample *s = r->sample;
	bool beyond = r->next >= s->nexpected;
	struct str expected = beyond ? STR_NONE : s->expected[r->next];
	uint32_t line = beyond ? s->line : s->expected_line[r->next];
	put_record(&r->line, record, beyond ? 4 : count_bars(expected));
	tidy_expected(&r->wanted, expected);
	r->next++;
	if (is_failed_buf(r))
		return pifu_error_nomem(r->err);
	if (beyond)
		return tell(r, line, "a record beyond what is expected: ", pifu_buf_view(&r->line),
		            "", STR_NONE);
	if (pifu_str_eq(pifu_buf_view(&r->line), pifu_buf_view(&r->wanted)))
		return PIFU_OK;
	return tell(r, line, "expected ", pifu_buf_view(&r->wanted), ", found ",
	            pifu_buf_view(&r->line));
}

static pifu_status compare_form(struct run *r, const pifu_form *form)
{
	struct str kind = pifu_str_of(pifu_form_kind(form));
	pifu_status st = PIFU_OK;
	if (!pifu_str_eq(kind, r->g->name))
		st = tell(r, r->sample->line, "the sample is recognised as ", kind, ", not ",
		          r->g->name);
	for (size_t i = 0; st == PIFU_OK && i < pifu_form_record_count(form); i++)
		st = compare_record(r, pifu_form_record(form, i));
	return st;
}

static pifu_status tell_missing(struct run *r)
{
	pifu_status st = PIFU_OK;
	for (; st == PIFU_OK && r->next < r->sample->nexpected; r->next++)
		st = tell(r, r->sample->expected_line[r->next], "expected ",
		          r->sample->expected[r->next], ", found nothing", STR_NONE);
	return st;
}

static pifu_status read_sample(struct run *r, pifu_doc *doc)
{
	pifu_error why = {0};
	const pifu_form *form;
	pifu_status st = PIFU_OK;
	while (st == PIFU_OK && (form = pifu_doc_next(doc, &why)))
		st = compare_form(r, form);
	if (st == PIFU_OK && why.status != PIFU_OK)
		st = tell(r, r->sample->line,
		          "the sample cannot be read: ", pifu_str_of(why.message), "", STR_NONE);
	else if (st == PIFU_OK)
		st = tell_missing(r);
	if (st == PIFU_OK && !pifu_doc_receipt(doc).balanced)
		st = tell(r, r->sample->line, "the receipt of the sample does not balance",
		          STR_NONE, "", STR_NONE);
	return st;
}

static pifu_status run_sample(struct run *r, const pifu_grammars *grammars)
{
	pifu_options options = pifu_options_default();
	options.allocator = grammars->allocator;
	options.file_name = r->sample->file.s;
	r->next = 0;
	pifu_doc *doc = pifu_doc_open_memory(grammars, r->sample->input.s, r->sample->input.n,
	                                     &options, r->err);
	if (!doc)
		return r->err ? r->err->status : PIFU_ERR_INTERNAL;
	pifu_status st = read_sample(r, doc);
	pifu_doc_free(doc);
	return st;
}

pifu_status pifu_grammars_check(const pifu_grammars *grammars, size_t index, size_t *ran,
                                pifu_sink sink, void *ctx, pifu_error *err)
{
	pifu_error own = {0};
	if (!err)
		err = &own;
	if (ran)
		*ran = 0;
	if (index >= grammars->count)
		return pifu_error_set(err, PIFU_ERR_USAGE, "there is no grammar number %zu", index);
	const struct grammar *g = grammars->items[index];
	struct run r = {.g = g, .sink = sink, .ctx = ctx, .err = err};
	r.line.allocator = r.wanted.allocator = grammars->allocator;
	pifu_status st = PIFU_OK;
	for (size_t i = 0; st == PIFU_OK && i < g->nsamples; i++) {
		r.sample = &g->samples[i];
		st = run_sample(&r, grammars);
		if (ran && st == PIFU_OK)
			++*ran;
	}
	pifu_buf_free(&r.line);
	pifu_buf_free(&r.wanted);
	if (st == PIFU_OK && r.failed)
		return pifu_error_set(err, PIFU_ERR_GRAMMAR, "a sample of '%s' fails", g->name.s);
	return st;
}
