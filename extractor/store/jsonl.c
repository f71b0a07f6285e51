/* JSON Lines out of a store: the lines that `pifu extract` wrote, put together again
 * from the tables.
 *
 *     view records -> fields, parts, raw …      cells -> source.cells, source.path
 *     findings     -> findings, checks          repairs -> repairs */
#include <stdio.h>
#include <string.h>

#include "stream.h"

/* The children of a record, asked for record by record. */
struct children {
	sqlite3_stmt *cells, *findings, *repairs;
};

static const char cells_sql[] = "SELECT field, table_no, row_no, col_no, path FROM cells"
				" WHERE indicator_id = ?1 ORDER BY place";
static const char findings_sql[] = "SELECT code FROM findings WHERE indicator_id = ?1"
				   " AND kind = ?2 ORDER BY id";
static const char repairs_sql[] = "SELECT code, cells, cost, reason FROM repairs"
				  " WHERE indicator_id = ?1 ORDER BY id";

/* ---- Values ------------------------------------------------------------------------------ */

/* A column as JSON: a number as it is, a text as a string. */
static void put_column(struct buffer *b, sqlite3_stmt *row, int column)
{
	int type = sqlite3_column_type(row, column);
	const char *text = (const char *)sqlite3_column_text(row, column);

	if (type == SQLITE_TEXT)
		batch_buffer_json(b, text);
	else
		batch_buffer_text(b, text ? text : "null");
}

/* JSON that is kept as it came; `none` for null. */
static void put_json(struct buffer *b, sqlite3_stmt *row, int column, const char *none)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	batch_buffer_text(b, text ? text : none);
}

/* SQLite writes 25 of REAL as 25.0; the contract has 25. */
static void put_real(struct buffer *b, double value)
{
	char text[40];

	snprintf(text, sizeof text, "%.15g", value);
	batch_buffer_text(b, text);
}

static void put_fields(struct buffer *b, sqlite3_stmt *row)
{
	for (int f = 0; f < PIFU_FIELD_COUNT; f++) {
		batch_buffer_text(b, f ? ",\"" : "{\"");
		batch_buffer_text(b, pifu_field_key((pifu_field)f));
		batch_buffer_text(b, "\":");
		if (sqlite3_column_type(row, f) == SQLITE_FLOAT)
			put_real(b, sqlite3_column_double(row, f));
		else
			put_column(b, row, f);
	}
}

/* ---- Where it was read --------------------------------------------------------------------- */

static void put_cell(struct buffer *b, sqlite3_stmt *cell)
{
	for (int i = 1; i <= 3; i++) {
		batch_buffer_text(b, i == 1 ? "[" : ",");
		put_column(b, cell, i);
	}
	batch_buffer_text(b, "]");
}

static void put_path(struct buffer *b, sqlite3_stmt *cell)
{
	put_column(b, cell, 4);
}

/* `{"name":[…],"target":[…]}`: the cells of a field stand together. True: one has a path. */
static bool put_cells(struct buffer *b, sqlite3_stmt *cells,
                      void (*put)(struct buffer *b, sqlite3_stmt *cell))
{
	char field[64] = "";
	bool paths = false, begun = false;

	batch_buffer_text(b, "{");
	while (sqlite3_step(cells) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(cells, 0);

		if (begun && strcmp(name, field) == 0) {
			batch_buffer_text(b, ",");
		} else {
			batch_buffer_text(b, begun ? "],\"" : "\"");
			batch_buffer_text(b, name);
			batch_buffer_text(b, "\":[");
		}
		begun = true;
		snprintf(field, sizeof field, "%s", name);
		put(b, cells);
		paths |= sqlite3_column_type(cells, 4) != SQLITE_NULL;
	}
	batch_buffer_text(b, begun ? "]}" : "}");
	sqlite3_reset(cells);
	return paths;
}

static void put_source(struct buffer *b, sqlite3_stmt *row, sqlite3_stmt *cells)
{
	static const struct {
		const char *key;
		int column;
	} places[] = {{"sha256", COLUMN_SHA256},
	              {"table", COLUMN_TABLE},
	              {"page", COLUMN_PAGE},
	              {"row", COLUMN_ROW}};

	batch_buffer_text(b, ",\"source\":{");
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		batch_buffer_text(b, i ? ",\"" : "\"");
		batch_buffer_text(b, places[i].key);
		batch_buffer_text(b, "\":");
		put_column(b, row, places[i].column);
	}
	batch_buffer_key(b, "cells");
	if (put_cells(b, cells, put_cell)) {
		batch_buffer_key(b, "path");
		put_cells(b, cells, put_path);
	}
	batch_buffer_text(b, "}");
}

/* ---- What was done and found ------------------------------------------------------------------ */

static void put_repairs(struct buffer *b, sqlite3_stmt *repairs)
{
	const char *comma = "";

	batch_buffer_key(b, "repairs");
	batch_buffer_text(b, "[");
	while (sqlite3_step(repairs) == SQLITE_ROW) {
		batch_buffer_text(b, comma);
		batch_buffer_text(b, "{\"code\":");
		put_column(b, repairs, 0);
		batch_buffer_key(b, "cells");
		put_json(b, repairs, 1, "[]");
		batch_buffer_key(b, "cost");
		put_real(b, sqlite3_column_double(repairs, 2));
		batch_buffer_key(b, "reason");
		put_column(b, repairs, 3);
		batch_buffer_text(b, "}");
		comma = ",";
	}
	batch_buffer_text(b, "]");
	sqlite3_reset(repairs);
}

static void put_codes(struct buffer *b, const char *key, const char *kind, sqlite3_stmt *findings)
{
	const char *comma = "";

	store_bind_text(findings, 2, kind);
	batch_buffer_key(b, key);
	batch_buffer_text(b, "[");
	while (sqlite3_step(findings) == SQLITE_ROW) {
		batch_buffer_text(b, comma);
		put_column(b, findings, 0);
		comma = ",";
	}
	batch_buffer_text(b, "]");
	sqlite3_reset(findings);
}

static void put_record(struct buffer *b, sqlite3_stmt *row, const struct children *of)
{
	int64_t key = sqlite3_column_int64(row, COLUMN_KEY);

	sqlite3_bind_int64(of->cells, 1, key);
	sqlite3_bind_int64(of->findings, 1, key);
	sqlite3_bind_int64(of->repairs, 1, key);
	put_fields(b, row);
	batch_buffer_key(b, "parts");
	put_json(b, row, COLUMN_PARTS, "null");
	batch_buffer_key(b, "raw");
	put_json(b, row, COLUMN_RAW, "{}");
	put_source(b, row, of->cells);
	put_repairs(b, of->repairs);
	batch_buffer_key(b, "confidence");
	put_real(b, sqlite3_column_double(row, COLUMN_CONFIDENCE));
	put_codes(b, "findings", "finding", of->findings);
	put_codes(b, "checks", "check", of->findings);
	batch_buffer_key(b, "alternatives");
	put_json(b, row, COLUMN_ALTERNATIVES, "[]");
	batch_buffer_text(b, "}\n");
}

static bool prepare_children(struct store *s, struct children *of)
{
	sqlite3_stmt **const statements[] = {&of->cells, &of->findings, &of->repairs};
	const char *const sql[] = {cells_sql, findings_sql, repairs_sql};

	for (int i = 0; i < 3; i++)
		if (sqlite3_prepare_v2(s->db, sql[i], -1, statements[i], NULL) != SQLITE_OK)
			return store_fail_db(s, "store");
	return true;
}

bool store_jsonl_write(struct store *s, const struct store_export *how, struct stream *out)
{
	struct children of = {NULL, NULL, NULL};
	struct rows rows;
	bool ok = prepare_children(s, &of) && store_rows_records(s, how->where, &rows);

	if (ok) {
		while (!out->failed && store_rows_next(&rows)) {
			put_record(&out->bytes, rows.row, &of);
			store_stream_pass(out, false);
		}
		ok = store_rows_end(&rows);
	}
	sqlite3_finalize(of.cells);
	sqlite3_finalize(of.findings);
	sqlite3_finalize(of.repairs);
	return ok;
}
