/* JSON: one object a document.
 *
 *     {
 *       "file": "a.txt",
 *       "sha256": "…",
 *       "form": [
 *         {"no":1,"kind":"department",…}
 *       ],
 *       "fields": […], "goals": […], "functions": […],
 *       "indicators": [
 *         {…a record, as in JSON Lines…}
 *       ],
 *       "findings": […],
 *       "receipt": {…}
 *     }
 *
 * The forms come one by one, but each list holds all of them, so the lists
 * grow side by side until the document ends: memory grows with the document.
 * JSON Lines is the format for streams. */
#include "write/json.h"
#include "write/writer.h"

enum list { LIST_FORM, LIST_FIELDS, LIST_GOALS, LIST_FUNCTIONS, LIST_INDICATORS, LIST_COUNT };

static const char *const list_names[LIST_COUNT] = {
	[LIST_FORM] = "form",           [LIST_FIELDS] = "fields",         [LIST_GOALS] = "goals",
	[LIST_FUNCTIONS] = "functions", [LIST_INDICATORS] = "indicators",
};

struct json_state {
	struct out lists[LIST_COUNT];
	struct record_json record;
};

static bool open_json(pifu_writer *w)
{
	struct json_state *s = w->state;
	bool fine = pifu_record_json_open(&s->record, w->options.allocator);

	for (int i = 0; i < LIST_COUNT; i++)
		fine = pifu_out_open(&s->lists[i], NULL, NULL, w->options.allocator) && fine;
	return fine;
}

static void close_json(pifu_writer *w)
{
	struct json_state *s = w->state;

	for (int i = 0; i < LIST_COUNT; i++)
		pifu_out_close(&s->lists[i]);
	pifu_record_json_close(&s->record);
}

static pifu_status status_json(const pifu_writer *w)
{
	const struct json_state *s = w->state;

	for (int i = 0; i < LIST_COUNT; i++)
		if (s->lists[i].status != PIFU_OK)
			return s->lists[i].status;
	return pifu_record_json_status(&s->record);
}

/* ---- Items of the lists ------------------------------------------------------ */

/* The next item of a list, on a line of its own. */
static void begin_item(struct out *o)
{
	if (o->n)
		pifu_out_char(o, ',');
	OUT_LITERAL(o, "\n    ");
}

static void put_pair(struct out *o, const char *key, struct str value)
{
	OUT_LITERAL(o, ",\"");
	pifu_out_text(o, key);
	OUT_LITERAL(o, "\":");
	pifu_json_put_str(o, value);
}

static struct str field_value(const pifu_form *form, const char *key)
{
	for (size_t i = 0; i < form->nfields; i++)
		if (pifu_str_eq(form->fields[i].key, pifu_str_of(key)))
			return form->fields[i].value;
	return STR_NONE;
}

/* What the records say of their form, or, when there is none, its head. */
static struct str form_value(const pifu_form *form, pifu_field field)
{
	if (form->nrecords && pifu_record_value(&form->records[0], field).s)
		return pifu_record_value(&form->records[0], field);
	return field_value(form, pifu_field_key(field));
}

static void add_form(struct out *o, const pifu_form *form)
{
	begin_item(o);
	OUT_LITERAL(o, "{\"no\":");
	pifu_out_uint(o, form->number);
	put_pair(o, "kind", form->kind);
	put_pair(o, "title", form->title);
	OUT_LITERAL(o, ",\"year\":");
	pifu_json_put_number(o, form_value(form, PIFU_FIELD_YEAR));
	put_pair(o, "department", form_value(form, PIFU_FIELD_DEPARTMENT));
	OUT_LITERAL(o, ",\"records\":");
	pifu_out_uint(o, form->nrecords);
	pifu_out_char(o, '}');
}

static void begin_form_item(struct out *o, const pifu_form *form)
{
	begin_item(o);
	OUT_LITERAL(o, "{\"form\":");
	pifu_out_uint(o, form->number);
}

static void add_fields(struct out *o, const pifu_form *form)
{
	for (size_t i = 0; i < form->nfields; i++) {
		begin_form_item(o, form);
		put_pair(o, "key", form->fields[i].key);
		put_pair(o, "value", form->fields[i].value);
		OUT_LITERAL(o, ",\"cell\":");
		pifu_json_put_place(o, form->fields[i].at);
		pifu_out_char(o, '}');
	}
}

static void add_goals(struct out *o, const pifu_form *form)
{
	for (size_t i = 0; i < form->ngoals; i++) {
		begin_form_item(o, form);
		put_pair(o, "text", form->goals[i]);
		pifu_out_char(o, '}');
	}
}

static void add_functions(struct out *o, const pifu_form *form)
{
	for (size_t i = 0; i < form->nfunctions; i++) {
		begin_form_item(o, form);
		OUT_LITERAL(o, ",\"no\":");
		pifu_json_put_position(o, form->functions[i].number ? form->functions[i].number
		                                                    : PIFU_NONE);
		put_pair(o, "name", form->functions[i].name);
		OUT_LITERAL(o, ",\"cell\":");
		pifu_json_put_place(o, form->functions[i].at);
		pifu_out_char(o, '}');
	}
}

static void write_form(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	struct json_state *s = w->state;

	add_form(&s->lists[LIST_FORM], form);
	add_fields(&s->lists[LIST_FIELDS], form);
	add_goals(&s->lists[LIST_GOALS], form);
	add_functions(&s->lists[LIST_FUNCTIONS], form);
	pifu_record_json_form(&s->record, d->sha256);
	for (size_t i = 0; i < form->nrecords; i++) {
		begin_item(&s->lists[LIST_INDICATORS]);
		pifu_record_json(&s->record, &s->lists[LIST_INDICATORS], &form->records[i]);
	}
}

/* ---- The document ------------------------------------------------------------- */

static void put_list(struct out *o, const char *name, struct out *items)
{
	OUT_LITERAL(o, ",\n  \"");
	pifu_out_text(o, name);
	OUT_LITERAL(o, "\": [");
	pifu_out_put(o, items->s, items->n);
	if (items->n)
		OUT_LITERAL(o, "\n  ");
	pifu_out_char(o, ']');
	items->n = 0;
}

static const char *severity_name(pifu_severity severity)
{
	static const char *const names[] = {"info", "notice", "warning", "error"};

	return names[severity <= PIFU_ERROR ? severity : PIFU_ERROR];
}

static void put_finding(struct out *o, const pifu_doc_finding *f)
{
	OUT_LITERAL(o, "{\"code\":\"");
	pifu_out_text(o, pifu_finding_code(f->finding));
	OUT_LITERAL(o, "\",\"severity\":\"");
	pifu_out_text(o, severity_name(pifu_finding_severity(f->finding)));
	OUT_LITERAL(o, "\",\"line\":");
	pifu_json_put_position(o, f->line ? f->line : PIFU_NONE);
	OUT_LITERAL(o, ",\"column\":");
	pifu_json_put_position(o, f->column ? f->column : PIFU_NONE);
	OUT_LITERAL(o, ",\"cell\":");
	if (f->table == PIFU_NONE)
		OUT_LITERAL(o, "null");
	else
		pifu_json_put_place(o, (struct place){f->table, f->row, f->col});
	put_pair(o, "text", pifu_str_of(f->text ? f->text : ""));
	pifu_out_char(o, '}');
}

static void put_findings(struct out *o, const struct document_facts *d)
{
	OUT_LITERAL(o, ",\n  \"findings\": [");
	for (size_t i = 0; i < d->nfindings; i++) {
		pifu_out_text(o, i ? ",\n    " : "\n    ");
		put_finding(o, &d->findings[i]);
	}
	pifu_out_text(o, d->nfindings ? "\n  ]" : "]");
}

static void put_count(struct out *o, const char *key, uint64_t n)
{
	OUT_LITERAL(o, "\"");
	pifu_out_text(o, key);
	OUT_LITERAL(o, "\":");
	pifu_out_uint(o, n);
}

static void put_receipt(struct out *o, const pifu_receipt *r)
{
	OUT_LITERAL(o, ",\n  \"receipt\": {");
	put_count(o, "cells", r->cells);
	OUT_LITERAL(o, ",\"accounts\":{");
	for (int i = 0; i < PIFU_ACCOUNT_COUNT; i++) {
		if (i)
			pifu_out_char(o, ',');
		put_count(o, pifu_account_code((pifu_account)i), r->accounts[i]);
	}
	OUT_LITERAL(o, "},");
	put_count(o, "forms", r->forms);
	pifu_out_char(o, ',');
	put_count(o, "records", r->records);
	OUT_LITERAL(o, ",\"balanced\":");
	pifu_out_text(o, r->balanced ? "true}" : "false}");
}

static void write_document(pifu_writer *w, const struct document_facts *d)
{
	struct json_state *s = w->state;

	OUT_LITERAL(&w->out, "{\n  \"file\": ");
	pifu_json_put_name(&w->out, pifu_str_of(d->file));
	OUT_LITERAL(&w->out, ",\n  \"sha256\": ");
	pifu_json_put_str(&w->out, pifu_str_of(d->sha256));
	for (int i = 0; i < LIST_COUNT; i++)
		put_list(&w->out, list_names[i], &s->lists[i]);
	put_findings(&w->out, d);
	put_receipt(&w->out, &d->receipt);
	OUT_LITERAL(&w->out, "\n}\n");
}

const struct writer_format pifu_writer_json = {
	.state = sizeof(struct json_state),
	.open = open_json,
	.form = write_form,
	.document = write_document,
	.status = status_json,
	.close = close_json,
};
