/* The rows of a document: forms and functions out of its closing line,
 * indicators with their cells, repairs and findings out of its record lines. */
#include "put.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* ---- Forms and functions --------------------------------------------------------------- */

/* The key that what is called `name` had before the document was put again; 0: none. */
static bool old_key(struct putting *p, const char *name, size_t n, int64_t *key)
{
	sqlite3_stmt *statement = p->known ? store_statement(p->store, SQL_KEY_OF) : NULL;

	*key = 0;
	if (!statement)
		return !p->known;
	sqlite3_bind_text(statement, 1, name, (int)n, SQLITE_STATIC);
	if (sqlite3_step(statement) == SQLITE_ROW)
		*key = sqlite3_column_int64(statement, 0);
	store_rest(statement);
	return true;
}

/* The rows a closing line asks for, so that no list must grow. */
static bool make_room(struct putting *p, const struct node *forms)
{
	size_t nforms = 0, nfunctions = 0;

	for (const struct node *f = store_node_first(forms); f; f = store_node_after(forms, f)) {
		const struct node *list = store_node_find(f, "functions");

		nforms++;
		for (const struct node *u = store_node_first(list); u;
		     u = store_node_after(list, u))
			nfunctions++;
	}
	p->forms = calloc(nforms + 1, sizeof *p->forms);
	p->functions = calloc(nfunctions + 1, sizeof *p->functions);
	return (p->forms && p->functions) || store_fail(p->store, "out of memory");
}

static bool put_function(struct putting *p, const struct form_row *form, int64_t place,
                         struct function_row *function)
{
	sqlite3_stmt *statement = store_statement(p->store, SQL_FUNCTION_PUT);
	char name[64];
	int n = snprintf(name, sizeof name, "function %lld %lld", (long long)form->no,
	                 (long long)place);
	int64_t old;

	if (!statement || !old_key(p, name, (size_t)n, &old))
		return false;
	store_bind_some(statement, 5, old);
	sqlite3_bind_int64(statement, 1, form->key);
	sqlite3_bind_int64(statement, 2, place);
	store_bind_node(statement, 3, function->no);
	store_bind_node(statement, 4, function->name);
	if (!store_run(p->store, statement))
		return false;
	function->key = sqlite3_last_insert_rowid(p->store->db);
	return true;
}

static bool put_functions(struct putting *p, struct form_row *form, const struct node *list)
{
	form->function = p->nfunctions;
	for (const struct node *u = store_node_first(list); u; u = store_node_after(list, u)) {
		struct function_row *function = &p->functions[p->nfunctions++];

		function->no = store_node_find(u, "no");
		function->name = store_node_find(u, "name");
		if (!put_function(p, form, (int64_t)++form->functions, function))
			return false;
	}
	return true;
}

static bool put_form(struct putting *p, const struct node *f)
{
	static const char *const keys[] = {"form",       "kind",    "title",  "year",
	                                   "department", "project", "fields", "goals"};
	sqlite3_stmt *statement = store_statement(p->store, SQL_FORM_PUT);
	struct form_row *form = &p->forms[p->nforms++];
	char name[64];
	int64_t old;

	if (!statement)
		return false;
	if (!store_node_int(store_node_find(f, "form"), &form->no))
		return store_fail(p->store, "the closing line has a form without a number");
	int n = snprintf(name, sizeof name, "form %lld", (long long)form->no);
	if (!old_key(p, name, (size_t)n, &old))
		return false;
	store_bind_some(statement, 10, old);
	sqlite3_bind_int64(statement, 1, p->document);
	for (int i = 0; i < 8; i++)
		store_bind_node(statement, 2 + i, store_node_find(f, keys[i]));
	if (!store_run(p->store, statement))
		return false;
	form->key = sqlite3_last_insert_rowid(p->store->db);
	return put_functions(p, form, store_node_find(f, "functions"));
}

bool store_put_forms(struct putting *p)
{
	const struct node *forms = store_node_find(p->closing, "forms");

	if (!make_room(p, forms))
		return false;
	for (const struct node *f = store_node_first(forms); f; f = store_node_after(forms, f))
		if (!put_form(p, f))
			return false;
	return true;
}

/* ---- A record's parents -------------------------------------------------------------------- */

static struct form_row *find_form(struct putting *p, const struct node *number)
{
	int64_t no = 0;

	store_node_int(number, &no);
	/* records come form by form */
	for (size_t i = p->nforms; i-- > 0;)
		if (p->forms[i].no == no)
			return &p->forms[i];
	store_fail(p->store, "a record belongs to form %lld, which the closing line does not know",
	           (long long)no);
	return NULL;
}

static bool is_same(const struct node *a, const struct node *b)
{
	bool no_a = !a || a->kind == NODE_NULL, no_b = !b || b->kind == NODE_NULL;

	if (no_a || no_b)
		return no_a && no_b;
	return a->kind == b->kind && a->n == b->n && memcmp(a->s, b->s, a->n) == 0;
}

/* A function that only records name. */
static bool add_function(struct putting *p, const struct form_row *form,
                         struct function_row *function)
{
	sqlite3_stmt *find = store_statement(p->store, SQL_FUNCTION_FIND);
	sqlite3_stmt *count = store_statement(p->store, SQL_FUNCTION_PLACE);

	if (!find || !count)
		return false;
	sqlite3_bind_int64(find, 1, form->key);
	store_bind_node(find, 2, function->no);
	store_bind_node(find, 3, function->name);
	if (sqlite3_step(find) == SQLITE_ROW)
		function->key = sqlite3_column_int64(find, 0);
	store_rest(find);
	if (function->key)
		return true;
	sqlite3_bind_int64(count, 1, form->key);
	int64_t place = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int64(count, 0) : 0;
	store_rest(count);
	return put_function(p, form, place + 1, function);
}

/* The function of a record, `*key` 0: none. Records of a function stand together. */
static bool find_function(struct putting *p, struct form_row *form, const struct record_nodes *r,
                          int64_t *key)
{
	struct function_row asked = {r->field[PIFU_FIELD_FUNCTION_NO],
	                             r->field[PIFU_FIELD_FUNCTION], 0};

	*key = 0;
	if (is_same(asked.no, NULL) && is_same(asked.name, NULL))
		return true;
	for (size_t i = 0; i < form->functions; i++) {
		size_t at = (form->last + i) % form->functions;
		const struct function_row *known = &p->functions[form->function + at];

		if (!is_same(known->no, asked.no) || !is_same(known->name, asked.name))
			continue;
		form->last = at;
		*key = known->key;
		return true;
	}
	if (!add_function(p, form, &asked))
		return false;
	*key = asked.key;
	return true;
}

/* ---- A record's children ----------------------------------------------------------------------- */

static bool put_cell(struct store *s, sqlite3_stmt *statement, const struct node *cell,
                     const struct node *path)
{
	const struct node *at = store_node_first(cell);

	for (int i = 4; i <= 6; i++) {
		store_bind_node(statement, i, at);
		at = at ? store_node_after(cell, at) : NULL;
	}
	store_bind_node(statement, 7, path);
	return store_run(s, statement);
}

/* "cells":{"name":[[1,5,3],…],…}, and beside it "path":{"name":["…",…],…}. */
static bool put_cells(struct store *s, int64_t indicator, const struct node *source)
{
	const struct node *fields = store_node_find(source, "cells");
	const struct node *paths = store_node_find(source, "path");
	sqlite3_stmt *statement = store_statement(s, SQL_CELL_PUT);
	int place = 0;

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, indicator);
	for (const struct node *f = store_node_first(fields); f;
	     f = store_node_after(fields, f + 1)) {
		char key[64];
		size_t n = f->n < sizeof key ? f->n : sizeof key - 1;

		memcpy(key, f->s, n);
		key[n] = '\0';
		const struct node *list = f + 1, *inner = store_node_find(paths, key);
		const struct node *path = store_node_first(inner);

		store_bind_node(statement, 3, f);
		for (const struct node *c = store_node_first(list); c;
		     c = store_node_after(list, c)) {
			sqlite3_bind_int(statement, 2, ++place);
			if (!put_cell(s, statement, c, path))
				return false;
			path = path ? store_node_after(inner, path) : NULL;
		}
	}
	return true;
}

static bool put_repairs(struct store *s, int64_t indicator, const struct node *list)
{
	static const char *const keys[] = {"code", "cost", "reason", "cells"};

	for (const struct node *r = store_node_first(list); r; r = store_node_after(list, r)) {
		sqlite3_stmt *statement = store_statement(s, SQL_REPAIR_PUT);

		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, indicator);
		for (int i = 0; i < 4; i++)
			store_bind_node(statement, 2 + i, store_node_find(r, keys[i]));
		if (!store_run(s, statement))
			return false;
	}
	return true;
}

/* ---- Findings --------------------------------------------------------------------------------------- */

struct code_facts {
	const char *kind, *severity;
};

/* What kind of code it is, and how grave; a code of a later program is a finding. */
static struct code_facts facts_of(const struct node *code)
{
	static const char *const severities[] = {"info", "notice", "warning", "error"};
	const pifu_code_info *info;

	for (size_t i = 0; (info = pifu_code_list(i)); i++)
		if (store_node_is(code, info->code) &&
		    (strcmp(info->kind, "finding") == 0 || strcmp(info->kind, "check") == 0))
			return (struct code_facts){info->kind, severities[info->severity]};
	return (struct code_facts){"finding", "notice"};
}

static bool put_codes(struct putting *p, int64_t indicator, const struct node *codes)
{
	for (const struct node *c = store_node_first(codes); c; c = store_node_after(codes, c)) {
		sqlite3_stmt *statement = store_statement(p->store, SQL_FINDING_PUT);
		struct code_facts facts = facts_of(c);

		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, p->document);
		sqlite3_bind_int64(statement, 2, indicator);
		store_bind_text(statement, 3, facts.kind);
		store_bind_node(statement, 4, c);
		store_bind_text(statement, 5, facts.severity);
		for (int i = 6; i <= 11; i++)
			sqlite3_bind_null(statement, i);
		if (!store_run(p->store, statement))
			return false;
	}
	return true;
}

bool store_put_findings(struct putting *p)
{
	static const char *const keys[] = {"severity", "line", "column", "table",
	                                   "row",      "col",  "text"};
	const struct node *list = store_node_find(p->closing, "findings");

	for (const struct node *f = store_node_first(list); f; f = store_node_after(list, f)) {
		sqlite3_stmt *statement = store_statement(p->store, SQL_FINDING_PUT);
		const struct node *code = store_node_find(f, "code");

		if (!statement || !code)
			return statement && store_fail(p->store, "a finding without a code");
		sqlite3_bind_int64(statement, 1, p->document);
		sqlite3_bind_null(statement, 2);
		store_bind_text(statement, 3, facts_of(code).kind);
		store_bind_node(statement, 4, code);
		for (int i = 0; i < 7; i++)
			store_bind_node(statement, 5 + i, store_node_find(f, keys[i]));
		if (!store_run(p->store, statement))
			return false;
	}
	return true;
}

/* ---- Records ------------------------------------------------------------------------------------------ */

_Static_assert(PIFU_FIELD_LEVEL1 == PIFU_FIELD_FUNCTION + 1 &&
                       PIFU_FIELD_COUNT - PIFU_FIELD_LEVEL1 == 15,
               "a field more or less: schema.sql, schema.postgres.sql and INDICATOR_PUT follow");

/* An object or list that holds nothing is kept as null. */
static const struct node *unless_empty(const struct node *node)
{
	return node && node->span > 1 ? node : NULL;
}

static void bind_values(sqlite3_stmt *statement, const struct record_nodes *r)
{
	const struct node *source = r->extra[EXTRA_SOURCE];

	store_bind_node(statement, 2, r->field[PIFU_FIELD_ID]);
	store_bind_node(statement, 6, r->field[PIFU_FIELD_PROJECT]);
	for (int f = PIFU_FIELD_LEVEL1; f < PIFU_FIELD_COUNT; f++)
		store_bind_node(statement, 7 + f - PIFU_FIELD_LEVEL1, r->field[f]);
	store_bind_node(statement, 22, unless_empty(r->extra[EXTRA_PARTS]));
	store_bind_node(statement, 23, unless_empty(r->extra[EXTRA_RAW]));
	store_bind_node(statement, 24, store_node_find(source, "page"));
	store_bind_node(statement, 25, store_node_find(source, "table"));
	store_bind_node(statement, 26, store_node_find(source, "row"));
	sqlite3_bind_double(statement, 27, store_node_double(r->extra[EXTRA_CONFIDENCE]));
	sqlite3_bind_int(statement, 28, store_record_has(r->extra[EXTRA_FINDINGS], "doubtful"));
	store_bind_node(statement, 29, unless_empty(r->extra[EXTRA_ALTERNATIVES]));
}

/* A key that comes back lies below what `search` has taken in, so its words
 * are entered at once. */
static bool put_indicator(struct putting *p, const struct record_nodes *r, int64_t *key)
{
	struct store *s = p->store;
	struct form_row *form = find_form(p, r->field[PIFU_FIELD_FORM]);
	sqlite3_stmt *statement = store_statement(s, SQL_INDICATOR_PUT);
	const struct node *id = r->field[PIFU_FIELD_ID];
	int64_t function, old;

	if (!form || !statement || !find_function(p, form, r, &function) ||
	    !old_key(p, id->s, id->n, &old))
		return false;
	store_bind_some(statement, 1, old);
	sqlite3_bind_int64(statement, 3, form->key);
	sqlite3_bind_int64(statement, 4, ++form->place);
	store_bind_some(statement, 5, function);
	bind_values(statement, r);
	if (!store_run(s, statement))
		return false;
	*key = sqlite3_last_insert_rowid(s->db);
	const struct node *const words[4] = {r->field[PIFU_FIELD_NAME], r->field[PIFU_FIELD_TARGET],
	                                     r->field[PIFU_FIELD_BASIS], r->field[PIFU_FIELD_NOTE]};
	return *key > s->indexed || store_index_one(s, *key, words);
}

static bool put_record(struct putting *p, const char *line, size_t n)
{
	struct store *s = p->store;
	struct record_nodes r;
	char why[160];
	const struct node *object = store_tape_read(s->line, line, n, why, sizeof why);
	int64_t key;

	if (!object)
		return store_fail(s, "record %lld: %s", (long long)p->records + 1, why);
	if (!store_record_sort(object, &r))
		return store_fail(s, "record %lld is none", (long long)p->records + 1);
	p->records++;
	return put_indicator(p, &r, &key) && put_cells(s, key, r.extra[EXTRA_SOURCE]) &&
	       put_repairs(s, key, r.extra[EXTRA_REPAIRS]) &&
	       put_codes(p, key, r.extra[EXTRA_FINDINGS]) &&
	       put_codes(p, key, r.extra[EXTRA_CHECKS]);
}

bool store_put_records(struct putting *p)
{
	const char *at = p->doc->records, *end = at + p->doc->nrecords;
	int64_t told = 0;

	while (at && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		if (stop > at && !put_record(p, at, (size_t)(stop - at)))
			return false;
		at = stop + 1;
	}
	store_node_int(store_node_find(p->closing, "records"), &told);
	if (told == p->records)
		return true;
	return store_fail(p->store, "the closing line tells of %lld records, %lld came",
	                  (long long)told, (long long)p->records);
}
