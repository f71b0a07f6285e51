/* pifu check: findings and checks of documents, forms and records, one line
 * each, in the order of their places.
 *
 *     form 1   of its records   7  7  9  12      of the document  3  5  40
 *              told             3  5  7  7  9  12                 40 waits
 *     form 2   …                                                  40 …
 *
 * A form's records are a loan until the next form, so they are told with it;
 * a finding of the document waits for the form that reaches its place. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* Where something stands; what has no place comes last. */
struct spot {
	uint32_t line, column, table, row;
};

struct item {
	struct spot at;
	const pifu_record *record; /* NULL: a finding of the document */
	size_t index;              /* of the finding in the document, or order in the record */
	pifu_finding code;
};

struct items {
	struct item *all;
	size_t n, cap;
};

struct listing {
	struct run *run;
	const pifu_doc *doc;
	const char *name;
	struct items told, waiting;
	size_t seen; /* findings of the document taken so far */
};

/* ---- Lists ------------------------------------------------------------------------- */

static bool add_item(struct items *list, struct item item)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? 2 * list->cap : 64;
		struct item *all = realloc(list->all, cap * sizeof *all);

		if (!all)
			return false;
		list->all = all;
		list->cap = cap;
	}
	list->all[list->n++] = item;
	return true;
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_spots(const struct spot *a, const struct spot *b)
{
	int order = compare(a->line, b->line);

	if (!order)
		order = compare(a->table, b->table);
	return order ? order : compare(a->row, b->row);
}

/* At one place the document speaks first, and codes keep their order. */
static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare_spots(&x->at, &y->at);

	if (!order)
		order = (x->record != NULL) - (y->record != NULL);
	if (!order)
		order = compare(x->at.column, y->at.column);
	if (!order && x->record != y->record)
		order = x->record < y->record ? -1
		                              : 1; /* of one form: in the order of its records */
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* ---- Lines ------------------------------------------------------------------------- */

static void print_place(FILE *file, const struct spot *at, const char *name)
{
	char place[4200];
	uint32_t line = at->line == UINT32_MAX ? 0 : at->line;

	cli_place_print(place, sizeof place, name, line, at->column);
	fputs(place, file);
	if (!line && at->table != PIFU_NONE && at->row != PIFU_NONE)
		fprintf(file, ": table %u row %u", at->table, at->row);
}

static void print_item(const struct listing *l, const struct item *item)
{
	FILE *file = l->run->output.file;
	const char *text = "", *target = NULL;

	if (item->record) {
		text = pifu_record_text(item->record, PIFU_FIELD_NAME);
		target = pifu_record_text(item->record, PIFU_FIELD_TARGET);
	} else {
		text = pifu_doc_finding_at(l->doc, item->index).text;
	}
	print_place(file, &item->at, l->name);
	fprintf(file, ": %s: %s: %s%s%s%s%s\n",
	        cli_severity_name(pifu_finding_severity(item->code)), pifu_finding_code(item->code),
	        text ? text : "", target ? " " : "", target ? target : "",
	        (text && *text) || target || item->record ? ": " : "",
	        cli_finding_meaning(item->code));
}

static void print_items(struct listing *l)
{
	struct items *list = &l->told;

	if (list->n > 0)
		qsort(list->all, list->n, sizeof *list->all, compare_items);
	for (size_t i = 0; i < list->n; i++)
		print_item(l, &list->all[i]);
	list->n = 0;
}

/* ---- Gathering ----------------------------------------------------------------------- */

static struct spot spot_of(const pifu_record *record)
{
	pifu_place at = pifu_record_place(record);

	return (struct spot){at.line, 0, at.table, at.row};
}

static bool add_record(struct listing *l, const pifu_record *record)
{
	size_t findings = pifu_record_finding_count(record);
	size_t all = findings + pifu_record_check_count(record);

	for (size_t i = 0; i < all; i++) {
		pifu_finding code = i < findings ? pifu_record_finding(record, i)
		                                 : pifu_record_check(record, i - findings);
		struct item item = {spot_of(record), record, i, code};

		if (cli_run_note(l->run, code) && !add_item(&l->told, item))
			return false;
	}
	return true;
}

/* Findings of the document that have come since the last form. */
static bool add_waiting(struct listing *l)
{
	for (; l->seen < pifu_doc_finding_count(l->doc); l->seen++) {
		pifu_doc_finding f = pifu_doc_finding_at(l->doc, l->seen);
		bool nowhere = f.line == 0 && f.table == PIFU_NONE;
		struct item item = {{nowhere ? UINT32_MAX : f.line, f.column, f.table, f.row},
		                    NULL,
		                    l->seen,
		                    f.finding};

		if (cli_run_note(l->run, f.finding) && !add_item(&l->waiting, item))
			return false;
	}
	return true;
}

/* Those that stand no later than `last` wait no longer; NULL: all. */
static bool take_waiting(struct listing *l, const struct spot *last)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->waiting.n; i++) {
		struct item item = l->waiting.all[i];

		if (last && compare_spots(&item.at, last) > 0)
			l->waiting.all[kept++] = item;
		else if (!add_item(&l->told, item))
			return false;
	}
	l->waiting.n = kept;
	return true;
}

static bool list_form(struct listing *l, const pifu_form *form)
{
	size_t n = pifu_form_record_count(form);
	struct spot last = {0};

	for (size_t i = 0; i < n; i++) {
		struct spot at = spot_of(pifu_form_record(form, i));

		if (compare_spots(&at, &last) > 0)
			last = at;
		if (!add_record(l, pifu_form_record(form, i)))
			return false;
	}
	if (!add_waiting(l) || !take_waiting(l, &last))
		return false;
	print_items(l);
	return true;
}

static pifu_status no_memory(pifu_error *err)
{
	err->status = PIFU_ERR_NOMEM;
	snprintf(err->message, sizeof err->message, "out of memory");
	return err->status;
}

static pifu_status list_document(struct listing *l, pifu_doc *doc, pifu_error *err)
{
	const pifu_form *form;

	while ((form = pifu_doc_next(doc, err)))
		if (!list_form(l, form))
			return no_memory(err);
	pifu_status status = err->status;
	if (!add_waiting(l) || !take_waiting(l, NULL))
		return no_memory(err);
	print_items(l);
	return status;
}

static pifu_status check_document(struct run *run, pifu_doc *doc, const char *name, pifu_error *err)
{
	struct listing l = {.run = run, .doc = doc, .name = name};
	pifu_status status = list_document(&l, doc, err);

	free(l.told.all);
	free(l.waiting.all);
	if (status == PIFU_OK)
		cli_run_receipt(run, doc, name);
	return status;
}

int cli_check_run(const struct settings *s, const struct arguments *args)
{
	struct run run = {.settings = s};

	if (cli_run_begin(&run, args))
		cli_run_inputs(&run, args, check_document);
	return cli_run_end(&run);
}
