/* One document into the store: lines of the worker protocol, one transaction.
 *
 *     closing line -> documents -+-> forms -> functions
 *     record line  -------------------+-> indicators -> cells, repairs, findings
 *
 * What the store knew of the path goes first; the integer keys of records whose
 * stable id comes back are kept aside (temp.kept) and given to them again.
 *
 * Documents of the same bytes share their rows. The first one has them, the
 * others point to it by duplicate_of. When the first one changes, its eldest
 * duplicate inherits the rows:
 *
 *     a.txt (rows)   b.txt -> a      a.txt changes      b.txt (rows)   a.txt (new rows)
 */
#include "own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "put.h"

/* ---- What the store knew --------------------------------------------------------------- */

static bool query_key(struct store *s, enum statement id, int64_t key, int64_t *out)
{
	sqlite3_stmt *statement = store_statement(s, id);

	*out = 0;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	store_rest(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE || store_fail_db(s, "store");
}

static bool drop_rows(struct store *s, int64_t document)
{
	static const enum statement drops[] = {SQL_FINDINGS_DROP,  SQL_CELLS_DROP,
	                                       SQL_REPAIRS_DROP,   SQL_INDICATORS_DROP,
	                                       SQL_FUNCTIONS_DROP, SQL_FORMS_DROP};

	if (!store_unindex(s, document))
		return false;
	for (size_t i = 0; i < sizeof drops / sizeof drops[0]; i++)
		if (!store_do_key(s, drops[i], document))
			return false;
	return true;
}

static bool bequeath(struct store *s, int64_t document, int64_t heir)
{
	static const enum statement moves[] = {SQL_HEIR_FORMS, SQL_HEIR_FINDINGS, SQL_HEIR_OTHERS};

	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
		sqlite3_stmt *statement = store_statement(s, moves[i]);

		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, document);
		sqlite3_bind_int64(statement, 2, heir);
		if (!store_run(s, statement))
			return false;
	}
	return store_do_key(s, SQL_HEIR_FREE, heir);
}

/* The rows of a document go, or pass to a duplicate that still has its bytes. */
static bool clear_document(struct store *s, int64_t document, bool same_bytes)
{
	int64_t heir = 0;

	if (!same_bytes && !query_key(s, SQL_DOCUMENT_HEIR, document, &heir))
		return false;
	return heir ? bequeath(s, document, heir) : drop_rows(s, document);
}

/* What is stored under a path: its key and whether its bytes are `sha256`. */
static bool find_document(struct store *s, const struct node *path, const struct node *sha256,
                          int64_t *key, bool *same_bytes)
{
	sqlite3_stmt *statement = store_statement(s, SQL_DOCUMENT_FIND);

	*key = 0;
	*same_bytes = false;
	if (!statement)
		return false;
	store_bind_node(statement, 1, path);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		const char *old = (const char *)sqlite3_column_text(statement, 1);

		*key = sqlite3_column_int64(statement, 0);
		*same_bytes = old && store_node_is(sha256, old);
	}
	store_rest(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE || store_fail_db(s, "store");
}

static bool clear_old(struct putting *p)
{
	struct store *s = p->store;
	bool same_bytes;

	p->known = false;
	if (!find_document(s, &p->path, p->sha256, &p->document, &same_bytes))
		return false;
	if (!p->document)
		return true;
	/* what fails now leaves its rows to those who were read */
	same_bytes = same_bytes && store_node_is(p->status, "ok");
	p->known = same_bytes;
	return (!same_bytes ||
	        (store_do(s, SQL_KEYS_CLEAR) && store_do_key(s, SQL_KEYS_KEEP, p->document))) &&
	       clear_document(s, p->document, same_bytes);
}

/* ---- Duplicates ----------------------------------------------------------------------------- */

static bool find_original(struct putting *p, bool *fine)
{
	sqlite3_stmt *statement = store_statement(p->store, SQL_CONTENT_OTHER);

	if (!statement)
		return false;
	store_bind_node(statement, 1, p->sha256);
	sqlite3_bind_int64(statement, 2, p->document);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		p->original = sqlite3_column_int64(statement, 0);
		*fine = sqlite3_column_int(statement, 1);
	}
	store_rest(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE || store_fail_db(p->store, "store");
}

/* Who holds the rows of the document that the caller names: it may be a duplicate
 * itself, even of the one that is put. */
static bool name_original(struct putting *p)
{
	struct node path = {p->doc->duplicate_of, (uint32_t)strlen(p->doc->duplicate_of), 1,
	                    NODE_TEXT};
	int64_t named = 0, holder = 0;
	bool same_bytes;

	if (!find_document(p->store, &path, p->sha256, &named, &same_bytes) ||
	    !query_key(p->store, SQL_DOCUMENT_HOLDER, named, &holder))
		return false;
	if (!holder || !same_bytes)
		return store_fail(p->store, "a duplicate of %s, which is not stored with its bytes",
		                  path.s);
	p->original = holder == p->document ? 0 : holder;
	return true;
}

/* A document that failed is nobody's original: whoever reads the same bytes
 * with more luck has its own rows. */
static bool settle_original(struct putting *p)
{
	bool fine = false;

	p->original = 0;
	if (p->doc->duplicate_of)
		return name_original(p);
	if (!p->sha256 || p->sha256->kind != NODE_TEXT || !store_node_is(p->status, "ok"))
		return true;
	if (!find_original(p, &fine))
		return false;
	if (!fine)
		p->original = 0;
	return true;
}

/* ---- The document ------------------------------------------------------------------------------ */

static void bind_ledger(struct putting *p, sqlite3_stmt *statement, char now[32])
{
	store_bind_some(statement, 10, (int64_t)p->doc->size);
	store_bind_some(statement, 11, p->doc->modified);
	store_bind_text(statement, 12, store_time(p->doc->time, now));
}

static int64_t count_of(const struct node *list)
{
	int64_t n = 0;

	for (const struct node *x = store_node_first(list); x; x = store_node_after(list, x))
		n++;
	return n;
}

static void bind_counts(struct putting *p, sqlite3_stmt *statement)
{
	static const char *const counts[] = {"records", "doubtful", "repairs"};
	const struct node *receipt = store_node_find(p->closing, "receipt");

	sqlite3_bind_int64(statement, 13, count_of(store_node_find(p->closing, "forms")));
	for (int i = 0; i < 3; i++) {
		int64_t n = 0;

		store_node_int(store_node_find(p->closing, counts[i]), &n);
		sqlite3_bind_int64(statement, 14 + i, n);
	}
	sqlite3_bind_int64(statement, 17, count_of(store_node_find(p->closing, "findings")));
	store_bind_node(statement, 18, store_node_find(receipt, "cells"));
	store_bind_node(statement, 19, store_node_find(receipt, "balanced"));
	store_bind_node(statement, 20, store_node_find(receipt, "accounts"));
}

static bool put_row(struct putting *p)
{
	sqlite3_stmt *statement = store_statement(p->store, SQL_DOCUMENT_PUT);
	const struct node *place = store_node_find(p->closing, "place");
	char now[32];

	if (!statement)
		return false;
	store_bind_node(statement, 1, &p->path);
	sqlite3_bind_int64(statement, 2, p->store->run);
	store_bind_some(statement, 3, p->original);
	store_bind_node(statement, 4, p->sha256);
	store_bind_node(statement, 5, store_node_find(p->closing, "format"));
	store_bind_node(statement, 6, p->status);
	store_bind_node(statement, 7, store_node_find(p->closing, "message"));
	store_bind_node(statement, 8, store_node_find(place, "line"));
	store_bind_node(statement, 9, store_node_find(place, "column"));
	bind_ledger(p, statement, now);
	bind_counts(p, statement);
	if (!store_run(p->store, statement))
		return false;
	if (!p->document)
		p->document = sqlite3_last_insert_rowid(p->store->db);
	return true;
}

static bool count_run(struct putting *p)
{
	sqlite3_stmt *statement = store_statement(p->store, SQL_RUN_COUNT);
	int64_t doubtful = 0;

	if (!statement)
		return false;
	store_node_int(store_node_find(p->closing, "doubtful"), &doubtful);
	sqlite3_bind_int64(statement, 1, p->store->run);
	sqlite3_bind_int(statement, 2, !store_node_is(p->status, "ok"));
	sqlite3_bind_int(statement, 3, p->original != 0);
	sqlite3_bind_int64(statement, 4, p->original ? 0 : p->records);
	sqlite3_bind_int64(statement, 5, p->original ? 0 : doubtful);
	return store_run(p->store, statement);
}

static bool put_all(struct putting *p)
{
	if (!store_read_indexed(p->store) || !clear_old(p) || !settle_original(p) || !put_row(p))
		return false;
	if (!p->original && !(store_put_forms(p) && store_put_records(p) && store_put_findings(p)))
		return false;
	return count_run(p);
}

/* ---- Calls ----------------------------------------------------------------------------------------- */

static bool read_closing(struct putting *p)
{
	const struct store_document *doc = p->doc;
	char why[160];

	p->closing =
		store_tape_read(p->store->closing, doc->closing, doc->nclosing, why, sizeof why);
	if (!p->closing)
		return store_fail(p->store, "the closing line: %s", why);
	const struct node *named = store_node_find(p->closing, "document");
	if (named)
		p->path = *named;
	if (doc->path)
		p->path = (struct node){doc->path, (uint32_t)strlen(doc->path), 1, NODE_TEXT};
	p->sha256 = store_node_find(p->closing, "sha256");
	p->status = store_node_find(p->closing, "status");
	if (p->path.kind == NODE_TEXT && p->status && p->status->kind == NODE_TEXT)
		return true;
	return store_fail(p->store, "the closing line names no document or no status");
}

static bool end_transaction(struct store *s, bool ok)
{
	char why[sizeof s->message];

	if (ok && store_do(s, SQL_COMMIT))
		return true;
	memcpy(why, s->message, sizeof why);
	if (!sqlite3_get_autocommit(s->db))
		store_do(s, SQL_ROLLBACK);
	memcpy(s->message, why, sizeof why);
	return false;
}

bool store_put(struct store *s, const struct store_document *doc)
{
	struct putting p = {.store = s, .doc = doc};

	s->message[0] = '\0';
	if (!read_closing(&p) || (!s->run && !store_run_begin(s, &(struct store_run){0})))
		return false;
	if (!store_do(s, SQL_BEGIN))
		return false;
	bool ok = end_transaction(s, put_all(&p));
	free(p.forms);
	free(p.functions);
	return ok;
}

bool store_remove(struct store *s, const char *path)
{
	struct node name = {path, (uint32_t)strlen(path), 1, NODE_TEXT};
	int64_t document = 0;
	bool same;

	s->message[0] = '\0';
	if (!store_do(s, SQL_BEGIN))
		return false;
	bool ok = store_read_indexed(s) && find_document(s, &name, NULL, &document, &same);
	if (ok && document)
		ok = clear_document(s, document, false) &&
		     store_do_key(s, SQL_DOCUMENT_DROP, document);
	return end_transaction(s, ok);
}
