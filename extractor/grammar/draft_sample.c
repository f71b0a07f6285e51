/* The form's own rows as the sample of its drafted family.
 *
 *     rows of the grid -> lines of tab-separated text -> read with the families that
 *     are loaded and the draft -> what came out is what the sample expects
 *
 * A sample is given only where the draft reads its own form: recognised as of its
 * family, with records, and every cell accounted for. Long tables are cut behind
 * SAMPLE_ROWS rows. */
#include "base/error.h"
#include "grammar/draft.h"
#include "grammar/folder.h"
#include "grammar/load.h"

enum { SAMPLE_ROWS = 60, HEAD_ROWS = 20, WIDTH = 64 };

struct sampling {
	struct draft *d;
	struct arena *arena;
	struct buf text;     /* the sample's input */
	struct buf expected; /* its lines in YAML */
	size_t records;
	bool cut;        /* the table goes on behind the sample */
	bool other;      /* a form was taken for one of another family */
	bool barred;     /* a text has a bar, which parts what is expected */
	bool unbalanced; /* the receipt did not account for every cell */
	pifu_error *err;
};

/* ---- Input ------------------------------------------------------------------ */

static void put_row(struct sampling *s, const struct row *row)
{
	const struct grid *g = &s->d->doc->grid;
	uint32_t col = 0;
	for (uint32_t i = 0; i < row->count; i++) {
		const struct cell *c = &g->cells[row->first + i];
		for (; col < c->col && col < WIDTH; col++)
			pifu_buf_char(&s->text, '\t');
		pifu_draft_line(&s->text, c->raw);
	}
	for (; col + 1 < row->width && col < WIDTH && row->count > 0; col++)
		pifu_buf_char(&s->text, '\t');
	pifu_buf_char(&s->text, '\n');
}

/* Rows of the grid [from, to): the head from the title on, the header, the data. */
static void sample_extent(struct sampling *s, uint32_t *from, uint32_t *to)
{
	const struct draft *d = s->d;
	const struct pifu_doc *doc = d->doc;
	uint32_t top = d->title != PIFU_NONE   ? doc->tokens[d->title].row
	               : d->header > HEAD_ROWS ? d->header - HEAD_ROWS
	                                       : 0;
	uint32_t end = d->end;
	s->cut = end - d->header_end > SAMPLE_ROWS;
	if (s->cut)
		end = d->header_end + SAMPLE_ROWS;
	*from = doc->row_grid[top];
	*to = end < doc->nrows ? doc->row_grid[end] : (uint32_t)doc->grid.nrows;
	if (*to == *from || (end < doc->nrows && end > 0 && doc->row_grid[end - 1] == *to))
		++*to; /* a row that holds a whole table */
}

static void put_input(struct sampling *s)
{
	const struct grid *g = &s->d->doc->grid;
	uint32_t from, to;
	sample_extent(s, &from, &to);
	while (from < to && g->rows[from].count == 0)
		from++;
	while (to > from && g->rows[to - 1].count == 0)
		to--;
	for (uint32_t i = from; i < to; i++)
		put_row(s, &g->rows[i]);
}

/* ---- Reading it ---------------------------------------------------------------- */

static bool read_texts(struct sampling *s, struct grammar_text *texts)
{
	const struct pifu_grammars *set = s->d->doc->grammars;
	for (size_t i = 0; i < set->count; i++) {
		texts[i].file = set->items[i]->file;
		texts[i].yaml = pifu_folder_read(s->arena, texts[i].file, s->err);
		if (!texts[i].yaml.s)
			return false;
	}
	texts[set->count] = (struct grammar_text){STR("draft.yaml"), pifu_buf_view(&s->d->out)};
	return true;
}

/* The loaded families and the draft. */
static pifu_grammars *load_draft(struct sampling *s)
{
	const struct pifu_grammars *set = s->d->doc->grammars;
	struct grammar_text *texts = ARENA_ARRAY(s->arena, struct grammar_text, set->count + 1);
	if (!texts) {
		pifu_error_nomem(s->err);
		return NULL;
	}
	const pifu_allocator *allocator = s->d->doc->options.allocator;
	return read_texts(s, texts) ? pifu_grammars_read(texts, set->count + 1, allocator, s->err)
	                            : NULL;
}

static void put_part(struct sampling *s, struct buf *line, const pifu_record *record,
                     pifu_field field)
{
	const char *text = pifu_record_text(record, field);
	if (text)
		pifu_buf_str(line, pifu_str_of(text));
	s->barred |= text && strchr(text, '|');
	if (field != PIFU_FIELD_TARGET)
		pifu_buf_str(line, STR(" | "));
}

static void put_expected(struct sampling *s, const pifu_record *record)
{
	static const pifu_field fields[] = {
		PIFU_FIELD_PROJECT, PIFU_FIELD_FUNCTION, PIFU_FIELD_LEVEL1,
		PIFU_FIELD_LEVEL2,  PIFU_FIELD_NAME,     PIFU_FIELD_TARGET,
	};
	struct buf line = {.allocator = s->expected.allocator};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (i > 1 || pifu_record_text(record, fields[i]))
			put_part(s, &line, record, fields[i]);
	pifu_buf_str(&s->expected, STR("      - "));
	pifu_draft_quote(&s->expected, pifu_buf_view(&line));
	pifu_buf_char(&s->expected, '\n');
	s->expected.failed |= line.failed;
	pifu_buf_free(&line);
	s->records++;
}

static pifu_status read_forms(struct sampling *s, pifu_doc *doc)
{
	const pifu_form *form;
	while ((form = pifu_doc_next(doc, s->err))) {
		s->other |= !pifu_str_eq(pifu_str_of(pifu_form_kind(form)), s->d->name);
		for (size_t i = 0; i < pifu_form_record_count(form); i++)
			put_expected(s, pifu_form_record(form, i));
	}
	s->unbalanced = !pifu_doc_receipt(doc).balanced;
	return s->err->status;
}

static pifu_status read_sample(struct sampling *s, const pifu_grammars *set)
{
	pifu_options options = pifu_options_default();
	options.allocator = s->d->doc->options.allocator;
	pifu_doc *doc = pifu_doc_open_memory(set, s->text.s, s->text.n, &options, s->err);
	if (!doc)
		return s->err->status;
	pifu_status st = read_forms(s, doc);
	pifu_doc_free(doc);
	return st;
}

/* ---- Writing it ------------------------------------------------------------------ */

static void put_lines(struct buf *out, struct str text)
{
	bool start = true;
	for (uint32_t i = 0; i < text.n; i++) {
		if (start && text.s[i] != '\n')
			pifu_buf_str(out, STR("      "));
		pifu_buf_char(out, text.s[i]);
		start = text.s[i] == '\n';
	}
}

/* Why there can be no sample; NULL when there can. */
static const char *refusal(const struct sampling *s)
{
	if (s->records == 0)
		return "the draft does not read its own form yet";
	if (s->other)
		return "the form is taken for another family's";
	if (s->unbalanced)
		return "the draft loses cells of its own form";
	return s->barred ? "a sample cannot expect texts that hold a bar" : NULL;
}

static void write_sample(struct sampling *s)
{
	struct buf *out = &s->d->out;
	const char *why = refusal(s);
	if (why) {
		pifu_buf_fmt(out, "# No sample: %s.\n", why);
		return;
	}
	if (s->cut)
		pifu_buf_fmt(out, "# The first %d rows of the table.\n", SAMPLE_ROWS);
	bool indented = s->text.n > 0 && (s->text.s[0] == '\t' || s->text.s[0] == ' ');
	pifu_buf_str(out, STR("samples:\n  - input: |"));
	pifu_buf_str(out,
	             indented ? STR("2\n") : STR("\n")); /* YAML would take the tab for its own */
	put_lines(out, pifu_buf_view(&s->text));
	pifu_buf_str(out, STR("    expected:\n"));
	pifu_buf_str(out, pifu_buf_view(&s->expected));
}

static pifu_status run_sampling(struct sampling *s)
{
	put_input(s);
	if (s->text.failed)
		return pifu_error_nomem(s->err);
	pifu_grammars *set = load_draft(s);
	if (!set)
		return s->err->status;
	pifu_status st = read_sample(s, set);
	pifu_grammars_free(set);
	if (st == PIFU_OK && s->expected.failed)
		st = pifu_error_nomem(s->err);
	if (st == PIFU_OK)
		write_sample(s);
	return st;
}

pifu_status pifu_draft_sample(struct draft *d, bool *claimed, pifu_error *err)
{
	const pifu_allocator *allocator = d->doc->options.allocator;
	struct sampling s = {.d = d, .arena = pifu_arena_new(allocator), .err = err};
	s.text.allocator = s.expected.allocator = allocator;
	pifu_status st = s.arena ? run_sampling(&s) : pifu_error_nomem(err);
	*claimed = s.other;
	pifu_buf_free(&s.text);
	pifu_buf_free(&s.expected);
	pifu_arena_free(s.arena);
	return st;
}
