/* Text dumps of the stages, for looking at and for tests.
 *
 *     grid     the raw grid; itself an input format (write/grid.c)
 *     text     table row col flags, normal text and matching key of each cell
 *     rows     table row kind col account text: what each cell became
 *     view     table row col reading role record shift level1 level2 margin text
 *     records  form, number and the main fields of each record
 *
 * All are tab-separated with one header line. The grid dump stops before the
 * other stages, so it works on a document in which no form is recognised. */
#include "base/error.h"
#include "model/doc.h"
#include "write/grid.h"

static void put_text(struct buf *out, struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		pifu_buf_char(out, text.s[i] == '\t' || text.s[i] == '\n' ? ' ' : text.s[i]);
}

static pifu_status flush(struct buf *out, pifu_sink sink, void *ctx, pifu_error *err)
{
	if (out->failed)
		return pifu_error_nomem(err);
	if (out->n && sink(ctx, out->s, out->n) != 0)
		return pifu_error_set(err, PIFU_ERR_WRITE, "the output could not be written");
	pifu_buf_clear(out);
	return PIFU_OK;
}

/* ---- grid: straight from the reader ------------------------------------------- */

static pifu_status dump_grid(struct pifu_doc *doc, struct buf *out, pifu_sink sink, void *ctx,
                             pifu_error *err)
{
	bool header = true;
	do {
		pifu_status st = pifu_doc_read_grid(doc, PIFU_LIMIT_BLOCK_BYTES, err);
		if (st != PIFU_OK)
			return st;
		pifu_grid_dump(&doc->grid, header, out);
		header = false;
		if ((st = flush(out, sink, ctx, err)) != PIFU_OK)
			return st;
	} while (!doc->end);
	return PIFU_OK;
}

/* ---- the others: form by form --------------------------------------------------- */

static void put_place(struct buf *out, const struct pifu_doc *doc, uint32_t row, uint32_t col)
{
	const struct row *r = pifu_doc_row(doc, row);
	pifu_buf_fmt(out, "%u\t%u\t%u\t", r->table, r->number, col);
}

static void text_form(struct pifu_doc *doc, struct buf *out)
{
	uint32_t first = pifu_doc_row(doc, doc->span->begin)->first;
	uint32_t last = doc->span->end == doc->nrows ? (uint32_t)doc->grid.ncells
	                                             : pifu_doc_row(doc, doc->span->end)->first;
	for (uint32_t i = first; i < last; i++) {
		const struct row *r = &doc->grid.rows[doc->grid.cells[i].row];
		pifu_buf_fmt(out, "%u\t%u\t%u\t", r->table, r->number, doc->grid.cells[i].col);
		pifu_buf_fmt(out, "%04x\t", doc->normal[i].flags);
		put_text(out, doc->normal[i].text);
		pifu_buf_char(out, '\t');
		put_text(out, doc->normal[i].key);
		pifu_buf_char(out, '\n');
	}
}

static const char *const role_keys[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) key,
#include "grammar/roles.def"
#undef PIFU_ROLE
};

static void put_label(struct buf *out, const struct pifu_doc *doc, uint16_t label)
{
	pifu_buf_str(out, label == UINT16_MAX ? STR("-") : doc->grammar->labels[label].text);
	pifu_buf_char(out, '\t');
}

static void view_form(struct pifu_doc *doc, struct buf *out)
{
	for (uint32_t i = doc->row_token[doc->span->begin]; i < doc->row_token[doc->span->end];
	     i++) {
		const struct token *t = &doc->tokens[i];
		const struct view *v = &doc->view[i];
		if (v->reading == READ_NONE)
			continue;
		put_place(out, doc, t->row, t->col);
		pifu_buf_fmt(out, "%s\t%s\t", pifu_reading_name(v->reading), role_keys[v->role]);
		pifu_buf_fmt(out, v->record == PIFU_NONE ? "-\t" : "%u\t", v->record);
		pifu_buf_fmt(out, "%d\t", v->shift);
		put_label(out, doc, v->level1);
		put_label(out, doc, v->level2);
		pifu_buf_fmt(out, "%.2f\t%.2f\t", v->cost / 100.0, v->margin / 100.0);
		put_text(out, t->text);
		pifu_buf_char(out, '\n');
	}
}

static void records_form(struct pifu_doc *doc, struct buf *out)
{
	static const pifu_field fields[] = {
		PIFU_FIELD_FORM,   PIFU_FIELD_PROJECT, PIFU_FIELD_FUNCTION_NO, PIFU_FIELD_FUNCTION,
		PIFU_FIELD_LEVEL1, PIFU_FIELD_LEVEL2,  PIFU_FIELD_NAME,        PIFU_FIELD_TARGET,
	};
	for (size_t i = 0; i < doc->form.nrecords; i++) {
		const struct pifu_record *rec = &doc->form.records[i];
		for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
			put_text(out, pifu_record_value(rec, fields[k]));
			pifu_buf_char(out, '\t');
		}
		pifu_buf_fmt(out, "%.3f\n", rec->confidence);
	}
}

static const struct {
	const char *name, *header;
	void (*form)(struct pifu_doc *, struct buf *);
} stages[] = {
	{"text", "table\trow\tcol\tflags\ttext\tkey\n", text_form},
	{"rows", "table\trow\tkind\tcol\taccount\ttext\n", NULL},
	{"view",
         "table\trow\tcol\treading\trole\trecord\tshift\tlevel1\tlevel2\tcost\tmargin\ttext\n",
         view_form},
	{"records",
         "form\tproject\tfunction_no\tfunction\tlevel1\tlevel2\tname\ttarget\tconfidence\n",
         records_form},
};

static pifu_status dump_forms(struct pifu_doc *doc, size_t stage, struct buf *out, pifu_sink sink,
                              void *ctx, pifu_error *err)
{
	pifu_error local = {0};
	if (!err)
		err = &local;
	pifu_buf_str(out, pifu_str_of(stages[stage].header));
	doc->rows_dump = stages[stage].form ? NULL : out;
	doc->keeps_normal = true;
	pifu_status st = PIFU_OK;
	while (st == PIFU_OK && pifu_doc_next(doc, err)) {
		if (stages[stage].form)
			stages[stage].form(doc, out);
		st = flush(out, sink, ctx, err);
	}
	doc->rows_dump = NULL;
	if (st == PIFU_OK)
		st = err->status;
	return st == PIFU_OK ? flush(out, sink, ctx, err) : st;
}

pifu_status pifu_doc_dump(pifu_doc *doc, const char *stage, pifu_sink sink, void *ctx,
                          pifu_error *err)
{
	struct buf out = {.allocator = doc->options.allocator};
	pifu_status st = PIFU_ERR_USAGE;
	if (strcmp(stage, "grid") == 0)
		st = dump_grid(doc, &out, sink, ctx, err);
	else
		for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
			if (strcmp(stage, stages[i].name) == 0)
				st = dump_forms(doc, i, &out, sink, ctx, err);
	if (st == PIFU_ERR_USAGE)
		pifu_error_set(err, st, "no stage '%s'; there are grid, text, rows, view, records",
		               stage);
	pifu_buf_free(&out);
	return st;
}
