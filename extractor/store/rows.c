/* Records are asked for document by document: so they come in the order of the
 * input, and nothing large is ever sorted. */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static const char *const tables[] = {
	"runs", "documents", "forms", "functions", "indicators", "cells", "repairs", "findings",
};

const char *store_table(size_t index)
{
	return index < sizeof tables / sizeof tables[0] ? tables[index] : NULL;
}

bool store_table_known(const char *name)
{
	for (size_t i = 0; store_table(i); i++)
		if (strcmp(tables[i], name) == 0)
			return true;
	return strcmp(name, "records") == 0;
}

/* One statement and nothing behind it. */
static sqlite3_stmt *prepare(struct store *s, const char *sql, const char *what)
{
	sqlite3_stmt *statement = NULL;
	const char *rest = "";

	if (sqlite3_prepare_v2(s->db, sql, -1, &statement, &rest) != SQLITE_OK) {
		store_fail_db(s, what);
		return NULL;
	}
	if (statement && sqlite3_stmt_readonly(statement) && !rest[strspn(rest, " \t\n;")])
		return statement;
	sqlite3_finalize(statement);
	store_fail(s, "%s: it must be one condition that changes nothing", what);
	return NULL;
}

static char *print_query(struct store *s, const char *format, const char *value)
{
	char *sql = sqlite3_mprintf(format, value);

	if (!sql)
		store_fail(s, "out of memory");
	return sql;
}

bool store_rows_query(struct store *s, const char *sql, struct rows *out)
{
	*out = (struct rows){.store = s, .row = prepare(s, sql, "store")};
	return out->row != NULL;
}

bool store_rows_table(struct store *s, const char *table, struct rows *out)
{
	const char *order = strcmp(table, "records") == 0 ? "key"
	                    : strcmp(table, "cells") == 0 ? "indicator_id, place"
	                                                  : "id";
	char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY %s", table, order);
	bool ok = sql ? store_rows_query(s, sql, out) : store_fail(s, "out of memory");

	sqlite3_free(sql);
	return ok;
}

bool store_rows_records(struct store *s, const char *where, struct rows *out)
{
	char *sql = print_query(s,
	                        "SELECT * FROM records WHERE document_id = ?1 AND (%s)"
	                        " ORDER BY form, place",
	                        where ? where : "1");

	*out = (struct rows){.store = s};
	if (!sql)
		return false;
	out->row = prepare(s, sql, where ? "the condition" : "store");
	sqlite3_free(sql);
	if (out->row)
		out->documents =
			prepare(s,
		                "SELECT id FROM documents WHERE duplicate_of IS NULL ORDER BY id",
		                "store");
	if (out->documents)
		return true;
	store_rows_end(out);
	return false;
}

static bool next_document(struct rows *rows)
{
	if (sqlite3_step(rows->documents) != SQLITE_ROW)
		return false;
	sqlite3_reset(rows->row);
	sqlite3_bind_int64(rows->row, 1, sqlite3_column_int64(rows->documents, 0));
	return true;
}

bool store_rows_next(struct rows *rows)
{
	if (!rows->documents)
		return sqlite3_step(rows->row) == SQLITE_ROW;
	/* before the first document the row's statement asks for document NULL */
	for (;;) {
		int code = sqlite3_step(rows->row);

		if (code == SQLITE_ROW)
			return true;
		if (code != SQLITE_DONE || !next_document(rows))
			return false;
	}
}

bool store_rows_end(struct rows *rows)
{
	/* finalize gives the failure of the last step; after the rows' end it is none */
	int row = sqlite3_finalize(rows->row);
	int documents = sqlite3_finalize(rows->documents);

	rows->row = rows->documents = NULL;
	if (row == SQLITE_OK && documents == SQLITE_OK)
		return true;
	return store_fail_db(rows->store, "store");
}

const char *store_row_text(const struct rows *rows, int column, size_t *n)
{
	const char *text = (const char *)sqlite3_column_text(rows->row, column);

	*n = text ? (size_t)sqlite3_column_bytes(rows->row, column) : 0;
	return text;
}

/* ---- Records for others -------------------------------------------------------------- */

static const char *text_or_empty(const struct rows *rows, int column)
{
	size_t n;
	const char *text = store_row_text(rows, column, &n);

	return text ? text : "";
}

static void read_record(const struct rows *rows, struct store_record *out)
{
	size_t n;

	for (int f = 0; f < PIFU_FIELD_COUNT; f++)
		out->value[f] = store_row_text(rows, f, &n);
	out->key = sqlite3_column_int64(rows->row, COLUMN_KEY);
	out->confidence = sqlite3_column_double(rows->row, COLUMN_CONFIDENCE);
	out->doubtful = sqlite3_column_int(rows->row, COLUMN_DOUBTFUL);
	out->findings = text_or_empty(rows, COLUMN_FINDINGS);
	out->checks = text_or_empty(rows, COLUMN_CHECKS);
	out->repairs = text_or_empty(rows, COLUMN_REPAIRS);
}

bool store_each_record(struct store *s, const char *where, store_record_sink *sink, void *ctx)
{
	struct rows rows;
	struct store_record record;

	s->message[0] = '\0';
	if (!store_rows_records(s, where, &rows))
		return false;
	while (store_rows_next(&rows)) {
		read_record(&rows, &record);
		if (!sink(ctx, &record))
			break;
	}
	return store_rows_end(&rows);
}
