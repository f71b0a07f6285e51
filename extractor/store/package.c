/* A store as a Frictionless Data Package: a folder of CSV resources, and
 * datapackage.json that tells their columns (Table Schema), keys and sizes.
 *
 *     records.csv   the view: one row an indicator      datapackage.json
 *     documents.csv forms.csv functions.csv cells.csv repairs.csv findings.csv runs.csv
 *
 * `indicators` is not among them: `records` has all of it under the same key.
 * The description comes last, so a folder that has one is complete. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stream.h"

/* ---- What is told of columns --------------------------------------------------------------- */

/* Columns whose type SQLite does not tell. */
static const struct {
	const char *column, *table, *type; /* table NULL: in any */
} special_types[] = {
	{"doubtful", "records", "boolean"},
	{"balanced", NULL, "boolean"},
	{"parts", NULL, "array"},
	{"raw", NULL, "object"},
	{"alternatives", NULL, "array"},
	{"accounts", NULL, "object"},
	{"fields", NULL, "object"},
	{"goals", NULL, "array"},
	{"cells", "repairs", "array"},
	{"begun", NULL, "datetime"},
	{"ended", NULL, "datetime"},
	{"read_at", NULL, "datetime"},
	{"weight", NULL, "any"},
	{"actual", NULL, "any"},
	{"score", NULL, "any"},
};

static const struct {
	const char *key, *zh, *meaning;
} field_facts[] = {
#define PIFU_FIELD(id, key, type, zh, meaning) {key, zh, meaning},
#include "pifu_fields.def"
#undef PIFU_FIELD
};

/* Foreign keys of the view, which SQLite does not know. */
static const struct {
	const char *column, *table;
} record_keys[] = {{"document_id", "documents"}, {"form_id", "forms"}};

static const char *type_of(const char *table, const char *column, const char *declared)
{
	for (size_t i = 0; i < sizeof special_types / sizeof special_types[0]; i++)
		if (strcmp(special_types[i].column, column) == 0 &&
		    (!special_types[i].table || strcmp(special_types[i].table, table) == 0))
			return special_types[i].type;
	if (!declared || strcmp(declared, "TEXT") == 0)
		return "string";
	return strcmp(declared, "INTEGER") == 0 ? "integer" : "number";
}

/* The view's `indicators.id` is called key. */
static const char *resource_of(const char *table)
{
	return strcmp(table, "indicators") == 0 ? "records" : table;
}

static const char *key_of(const char *table)
{
	return strcmp(table, "indicators") == 0 ? "key" : "id";
}

/* ---- datapackage.json ------------------------------------------------------------------------- */

static void put_pair(struct buffer *b, const char *key, const char *value)
{
	batch_buffer_key(b, key);
	batch_buffer_json(b, value);
}

static void put_field(struct buffer *b, const char *table, const char *column, const char *declared)
{
	const char *type = type_of(table, column, declared);

	batch_buffer_text(b, "{\"name\":");
	batch_buffer_json(b, column);
	put_pair(b, "type", type);
	if (strcmp(type, "boolean") == 0)
		batch_buffer_text(b, ",\"trueValues\":[\"1\"],\"falseValues\":[\"0\"]");
	for (size_t i = 0; strcmp(table, "records") == 0 && i < PIFU_FIELD_COUNT; i++) {
		if (strcmp(field_facts[i].key, column) != 0)
			continue;
		put_pair(b, "title", field_facts[i].zh);
		put_pair(b, "description", field_facts[i].meaning);
	}
	batch_buffer_text(b, "}");
}

static bool put_fields(struct store *s, const char *table, struct buffer *b)
{
	struct rows rows;

	if (!store_rows_table(s, table, &rows))
		return false;
	batch_buffer_text(b, ",\n   \"schema\":{\"fields\":[");
	for (int i = 0; i < sqlite3_column_count(rows.row); i++) {
		batch_buffer_text(b, i ? ",\n    " : "\n    ");
		put_field(b, table, sqlite3_column_name(rows.row, i),
		          sqlite3_column_decltype(rows.row, i));
	}
	batch_buffer_text(b, "]");
	return store_rows_end(&rows);
}

static void put_reference(struct buffer *b, const char **comma, const char *column,
                          const char *table, const char *own)
{
	batch_buffer_text(b, *comma);
	batch_buffer_text(b, "{\"fields\":");
	batch_buffer_json(b, column);
	batch_buffer_text(b, ",\"reference\":{\"resource\":");
	batch_buffer_json(b, strcmp(table, own) == 0 ? "" : resource_of(table));
	put_pair(b, "fields", key_of(table));
	batch_buffer_text(b, "}}");
	*comma = ",\n    ";
}

static bool put_references(struct store *s, const char *table, struct buffer *b)
{
	const char *comma = "";
	struct rows rows;
	char sql[128];

	snprintf(sql, sizeof sql,
	         "SELECT \"from\", \"table\" FROM pragma_foreign_key_list('%s') ORDER BY id DESC",
	         table);
	if (!store_rows_query(s, sql, &rows))
		return false;
	batch_buffer_key(b, "foreignKeys");
	batch_buffer_text(b, "[");
	while (store_rows_next(&rows)) {
		size_t n;
		const char *column = store_row_text(&rows, 0, &n);

		put_reference(b, &comma, column, store_row_text(&rows, 1, &n), table);
	}
	for (size_t i = 0; strcmp(table, "records") == 0 && i < 2; i++)
		put_reference(b, &comma, record_keys[i].column, record_keys[i].table, table);
	batch_buffer_text(b, "]");
	return store_rows_end(&rows);
}

static void put_primary_key(struct buffer *b, const char *table)
{
	const char *key = strcmp(table, "records") == 0 ? "[\"key\"]"
	                  : strcmp(table, "cells") == 0 ? "[\"indicator_id\",\"place\"]"
	                                                : "[\"id\"]";

	batch_buffer_key(b, "primaryKey");
	batch_buffer_text(b, key);
}

static bool put_resource(struct store *s, const char *table, uint64_t bytes, struct buffer *b)
{
	batch_buffer_text(b, "\n  {\"name\":");
	batch_buffer_json(b, table);
	batch_buffer_text(b, ",\"path\":\"");
	batch_buffer_text(b, table);
	batch_buffer_text(b, ".csv\",\"profile\":\"tabular-data-resource\",\"format\":\"csv\","
	                     "\"mediatype\":\"text/csv\",\"encoding\":\"utf-8\",\"bytes\":");
	batch_buffer_uint(b, bytes);
	batch_buffer_text(b, ",\n   \"dialect\":{\"delimiter\":\",\",\"lineTerminator\":\"\\r\\n\","
	                     "\"quoteChar\":\"\\\"\",\"doubleQuote\":true,\"header\":true}");
	if (!put_fields(s, table, b))
		return false;
	put_primary_key(b, table);
	if (!put_references(s, table, b))
		return false;
	batch_buffer_text(b, ",\"missingValues\":[\"\"]}}");
	return true;
}

/* ---- Files ---------------------------------------------------------------------------------------- */

struct folder {
	struct store *store;
	char path[4096];
};

/* A file of the folder: `name`.part until it is whole. */
static bool file_name(struct folder *f, const char *name, const char *ending, char *out,
                      size_t size)
{
	int n = snprintf(out, size, "%s/%s%s", f->path, name, ending);

	if (n > 0 && (size_t)n < size)
		return true;
	return store_fail(f->store, "the path is too long");
}

static int write_file(void *ctx, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ctx) != n;
}

static bool close_file(struct folder *f, FILE *file, const char *name, bool ok)
{
	char part[4200], whole[4200];

	if (!file_name(f, name, ".part", part, sizeof part) ||
	    !file_name(f, name, "", whole, sizeof whole))
		ok = false;
	if (fclose(file) != 0 && ok)
		ok = store_fail(f->store, "%s: %s", name, strerror(errno));
	if (ok && rename(part, whole) != 0)
		ok = store_fail(f->store, "%s: %s", name, strerror(errno));
	if (!ok)
		unlink(part);
	return ok;
}

static FILE *open_file(struct folder *f, const char *name)
{
	char part[4200];

	if (!file_name(f, name, ".part", part, sizeof part))
		return NULL;
	FILE *file = fopen(part, "wb");
	if (!file)
		store_fail(f->store, "%s: %s", part, strerror(errno));
	return file;
}

static bool write_resource(struct folder *f, const char *table, uint64_t *bytes)
{
	struct stream out = {.sink = write_file};
	char name[64];

	snprintf(name, sizeof name, "%s.csv", table);
	FILE *file = open_file(f, name);
	if (!file)
		return false;
	out.ctx = file;
	bool ok = store_csv_table(f->store, table, false, &out);
	store_stream_pass(&out, true);
	if (ok && out.failed)
		ok = store_fail(f->store, "%s: %s", name, strerror(errno));
	*bytes = (uint64_t)ftell(file);
	batch_buffer_free(&out.bytes);
	return close_file(f, file, name, ok);
}

static bool write_description(struct folder *f, struct buffer *b)
{
	FILE *file = open_file(f, "datapackage.json");

	if (!file)
		return false;
	bool ok = fwrite(b->s, 1, b->n, file) == b->n;
	if (!ok)
		store_fail(f->store, "datapackage.json: %s", strerror(errno));
	return close_file(f, file, "datapackage.json", ok);
}

static bool write_resources(struct folder *f, struct buffer *b)
{
	const char *comma = "";

	for (size_t i = 0; store_table(i); i++) {
		const char *table = resource_of(store_table(i));
		uint64_t bytes;

		batch_buffer_text(b, comma);
		comma = ",";
		if (!write_resource(f, table, &bytes) || !put_resource(f->store, table, bytes, b))
			return false;
	}
	return true;
}

/* DIR/datapackage.json, DIR/ and DIR all name the folder DIR. */
static bool name_folder(struct folder *f, const char *path)
{
	static const char last[] = "datapackage.json";
	size_t n = strlen(path);

	if (n >= sizeof last - 1 && strcmp(path + n - (sizeof last - 1), last) == 0)
		n -= sizeof last - 1;
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n >= sizeof f->path - 64)
		return store_fail(f->store, "the path is too long");
	snprintf(f->path, sizeof f->path, "%.*s", n ? (int)n : 1, n ? path : ".");
	if (mkdir(f->path, 0777) == 0 || errno == EEXIST)
		return true;
	return store_fail(f->store, "%s", strerror(errno));
}

bool store_package_write(struct store *s, const struct store_export *how, const char *path)
{
	struct folder f = {.store = s};
	struct buffer b = {0};

	(void)how;
	if (!name_folder(&f, path))
		return false;
	batch_buffer_text(&b, "{\"profile\":\"tabular-data-package\",\"name\":\"pifu\","
	                      "\"title\":\"绩效指标\",\n \"description\":\"Indicators of approval "
	                      "forms, read by pifu. A text that a spreadsheet would run as a "
	                      "formula begins with an apostrophe.\",\n \"resources\":[");
	bool ok = write_resources(&f, &b);
	batch_buffer_text(&b, "]}\n");
	if (ok && b.failed)
		ok = store_fail(s, "out of memory");
	ok = ok && write_description(&f, &b);
	batch_buffer_free(&b);
	return ok;
}
