/* The closing line: key order is part of the contract. */
#include "closing.h"

#include <stdio.h>
#include <string.h>

static const char *const severities[] = {"info", "notice", "warning", "error"};

static void put_pair(struct buffer *b, const char *key, const char *value)
{
	batch_buffer_key(b, key);
	batch_buffer_json(b, value);
}

static void put_count(struct buffer *b, const char *key, uint64_t n)
{
	batch_buffer_key(b, key);
	batch_buffer_uint(b, n);
}

/* A position counted from `first`; null where it is unknown. */
static void put_position(struct buffer *b, const char *key, uint32_t n, uint32_t first)
{
	batch_buffer_key(b, key);
	if (n == PIFU_NONE || n < first)
		batch_buffer_text(b, "null");
	else
		batch_buffer_uint(b, n);
}

/* ---- Forms ---------------------------------------------------------------------------- */

static const char *field_named(const pifu_form *form, const char *key)
{
	const char *known, *value;

	for (size_t i = 0; (known = pifu_form_field(form, i, &value)); i++)
		if (strcmp(known, key) == 0)
			return value;
	return NULL;
}

/* What the records say of their form, or, when there is none, its head. */
static const char *form_value(const pifu_form *form, pifu_field field)
{
	const pifu_record *first = pifu_form_record(form, 0);
	const char *value = first ? pifu_record_text(first, field) : NULL;

	return value ? value : field_named(form, pifu_field_key(field));
}

static bool is_plain_number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n < 10 && !text[n] && (text[0] != '0' || n == 1);
}

static void put_year(struct buffer *b, const char *year)
{
	batch_buffer_key(b, "year");
	batch_buffer_text(b, year && is_plain_number(year) ? year : "null");
}

/* Of a key that comes twice the first counts, as for the records. */
static bool is_repeated(const pifu_form *form, size_t index)
{
	const char *key = pifu_form_field(form, index, NULL);

	for (size_t i = 0; i < index; i++)
		if (strcmp(pifu_form_field(form, i, NULL), key) == 0)
			return true;
	return false;
}

static void put_fields(struct buffer *b, const pifu_form *form)
{
	const char *key, *value, *comma = "";

	batch_buffer_key(b, "fields");
	batch_buffer_text(b, "{");
	for (size_t i = 0; (key = pifu_form_field(form, i, &value)); i++) {
		if (is_repeated(form, i))
			continue;
		batch_buffer_text(b, comma);
		batch_buffer_json(b, key);
		batch_buffer_text(b, ":");
		batch_buffer_json(b, value);
		comma = ",";
	}
	batch_buffer_text(b, "}");
}

static void put_goals(struct buffer *b, const pifu_form *form)
{
	const char *goal;

	batch_buffer_key(b, "goals");
	batch_buffer_text(b, "[");
	for (size_t i = 0; (goal = pifu_form_goal(form, i)); i++) {
		batch_buffer_text(b, i ? "," : "");
		batch_buffer_json(b, goal);
	}
	batch_buffer_text(b, "]");
}

static void put_functions(struct buffer *b, const pifu_form *form)
{
	const char *name;
	uint32_t number;

	batch_buffer_key(b, "functions");
	batch_buffer_text(b, "[");
	for (size_t i = 0; (name = pifu_form_function(form, i, &number)); i++) {
		batch_buffer_text(b, i ? ",{\"no\":" : "{\"no\":");
		if (number)
			batch_buffer_uint(b, number);
		else
			batch_buffer_text(b, "null");
		put_pair(b, "name", name);
		batch_buffer_text(b, "}");
	}
	batch_buffer_text(b, "]");
}

static void count_records(struct closing *c, const pifu_form *form)
{
	size_t n = pifu_form_record_count(form);

	for (size_t i = 0; i < n; i++) {
		const pifu_record *record = pifu_form_record(form, i);

		c->doubtful += pifu_record_doubtful(record);
		c->repairs += pifu_record_repair_count(record);
	}
	c->records += n;
	c->form_count++;
}

void batch_closing_form(struct closing *c, const pifu_form *form)
{
	struct buffer *b = &c->forms;

	batch_buffer_text(b, b->n ? ",{\"form\":" : "{\"form\":");
	batch_buffer_uint(b, pifu_form_number(form));
	put_pair(b, "kind", pifu_form_kind(form));
	put_pair(b, "title", pifu_form_title(form));
	put_year(b, form_value(form, PIFU_FIELD_YEAR));
	put_pair(b, "department", form_value(form, PIFU_FIELD_DEPARTMENT));
	put_pair(b, "project", form_value(form, PIFU_FIELD_PROJECT));
	put_count(b, "records", pifu_form_record_count(form));
	put_fields(b, form);
	put_goals(b, form);
	put_functions(b, form);
	batch_buffer_text(b, "}");
	count_records(c, form);
}

/* ---- The document ------------------------------------------------------------------------ */

static void put_status(struct buffer *b, const pifu_error *err)
{
	bool fine = err->status == PIFU_OK;

	put_pair(b, "status", pifu_status_name(err->status));
	put_pair(b, "message", fine || !err->message[0] ? NULL : err->message);
	batch_buffer_key(b, "place");
	if (fine || !err->line) {
		batch_buffer_text(b, "null");
		return;
	}
	batch_buffer_text(b, "{\"line\":");
	batch_buffer_uint(b, err->line);
	put_position(b, "column", err->column, 1);
	batch_buffer_text(b, "}");
}

static void put_findings(struct buffer *b, const pifu_doc *doc)
{
	size_t n = doc ? pifu_doc_finding_count(doc) : 0;

	batch_buffer_key(b, "findings");
	batch_buffer_text(b, "[");
	for (size_t i = 0; i < n; i++) {
		pifu_doc_finding f = pifu_doc_finding_at(doc, i);

		batch_buffer_text(b, i ? ",{\"code\":" : "{\"code\":");
		batch_buffer_json(b, pifu_finding_code(f.finding));
		put_pair(b, "severity", severities[pifu_finding_severity(f.finding)]);
		put_position(b, "line", f.line, 1);
		put_position(b, "column", f.column, 1);
		put_position(b, "table", f.table, 0);
		put_position(b, "row", f.table == PIFU_NONE ? PIFU_NONE : f.row, 0);
		put_position(b, "col", f.table == PIFU_NONE ? PIFU_NONE : f.col, 0);
		put_pair(b, "text", f.text);
		batch_buffer_text(b, "}");
	}
	batch_buffer_text(b, "]");
}

static void put_receipt(struct buffer *b, const pifu_doc *doc)
{
	batch_buffer_key(b, "receipt");
	if (!doc) {
		batch_buffer_text(b, "null");
		return;
	}
	pifu_receipt r = pifu_doc_receipt(doc);
	batch_buffer_text(b, "{\"cells\":");
	batch_buffer_uint(b, r.cells);
	batch_buffer_key(b, "balanced");
	batch_buffer_text(b, r.balanced ? "true" : "false");
	batch_buffer_key(b, "accounts");
	for (int i = 0; i < PIFU_ACCOUNT_COUNT; i++) {
		batch_buffer_text(b, i ? "," : "{");
		batch_buffer_json(b, pifu_account_code((pifu_account)i));
		batch_buffer_text(b, ":");
		batch_buffer_uint(b, r.accounts[i]);
	}
	batch_buffer_text(b, "}}");
}

static void put_seconds(struct buffer *b, double seconds)
{
	char text[32];

	if (seconds < 0)
		return;
	batch_buffer_key(b, "seconds");
	batch_buffer_put(b, text, (size_t)snprintf(text, sizeof text, "%.3f", seconds));
}

static void put_head(struct buffer *b, const char *document, const char *sha256, const char *format)
{
	batch_buffer_text(b, "{\"document\":");
	batch_buffer_json(b, document);
	put_pair(b, "sha256", sha256);
	put_pair(b, "format", format);
}

/* A document that failed has given nothing. */
void batch_closing_write(const struct closing *c, const pifu_doc *doc, const pifu_error *err,
                         struct buffer *out)
{
	bool fine = err->status == PIFU_OK;

	put_head(out, c->document, doc ? pifu_doc_sha256(doc) : NULL,
	         doc ? pifu_doc_format(doc) : NULL);
	put_status(out, err);
	batch_buffer_key(out, "forms");
	batch_buffer_text(out, "[");
	if (fine)
		batch_buffer_put(out, c->forms.s ? c->forms.s : "", c->forms.n);
	batch_buffer_text(out, "]");
	put_count(out, "records", fine ? c->records : 0);
	put_count(out, "doubtful", fine ? c->doubtful : 0);
	put_count(out, "repairs", fine ? c->repairs : 0);
	put_findings(out, doc);
	put_receipt(out, fine || err->status == PIFU_ERR_RECEIPT ? doc : NULL);
	put_seconds(out, c->seconds);
	batch_buffer_text(out, "}\n");
	out->failed |= c->forms.failed;
}

void batch_closing_failed(const char *document, const char *sha256, const pifu_error *err,
                          struct buffer *out)
{
	put_head(out, document, sha256, NULL);
	put_status(out, err);
	batch_buffer_text(out, ",\"forms\":[],\"records\":0,\"doubtful\":0,\"repairs\":0,"
	                       "\"findings\":[],\"receipt\":null}\n");
}

void batch_closing_begin(struct closing *c, const char *document)
{
	batch_buffer_clear(&c->forms, 1 << 20);
	c->document = document;
	c->form_count = c->records = c->doubtful = c->repairs = 0;
	c->seconds = -1;
}

void batch_closing_free(struct closing *c)
{
	batch_buffer_free(&c->forms);
}
