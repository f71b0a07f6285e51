/* The formats a store can be written in, and how they reach their place. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"

static const struct format {
	const char *name, *what;
	bool (*stream)(struct store *s, const struct store_export *how, struct stream *out);
	bool (*file)(struct store *s, const struct store_export *how, const char *path);
	bool folder;       /* the file is a folder and cares for its parts itself */
	const char *names; /* what its paths end with, apart by blanks */
} formats[] = {
	{"csv", "records, or a --table, as comma-separated values", store_csv_write, NULL, false,
         ".csv"},
	{"jsonl", "JSON Lines: the records as extract wrote them", store_jsonl_write, NULL, false,
         ".jsonl .ndjson"},
	{"xlsx", "Excel workbook: records, repairs, findings, documents", NULL,
         store_workbook_write, false, ".xlsx"},
	{"datapackage", "Frictionless Data Package: a folder of CSV", NULL, store_package_write,
         true, "datapackage.json /"},
	{"postgres", "script of COPY for psql, or of one --table the stream", store_postgres_write,
         NULL, false, ".sql"},
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

const char *store_format_list(size_t index, const char **what, bool *file)
{
	if (index >= FORMATS)
		return NULL;
	if (what)
		*what = formats[index].what;
	if (file)
		*file = formats[index].file != NULL;
	return formats[index].name;
}

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; name && i < FORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

/* ---- By the name of a path ---------------------------------------------------------------- */

static bool ends_with(const char *path, const char *ending, size_t n)
{
	size_t length = strlen(path);

	return length >= n && memcmp(path + length - n, ending, n) == 0;
}

static bool ends_with_any(const char *path, const char *endings)
{
	while (*endings) {
		size_t n = strcspn(endings, " ");

		if (ends_with(path, endings, n))
			return true;
		endings += n + (endings[n] == ' ');
	}
	return false;
}

const char *store_format_of(const char *path)
{
	if (ends_with_any(path, ".sqlite .sqlite3 .db"))
		return "sqlite";
	for (size_t i = 0; i < FORMATS; i++)
		if (ends_with_any(path, formats[i].names))
			return formats[i].name;
	return NULL;
}

/* ---- Writing ---------------------------------------------------------------------------------- */

bool store_export_check(struct store *s, const struct store_export *how)
{
	struct rows rows;
	size_t n;

	s->message[0] = '\0';
	if (!find_format(how->format))
		return store_fail(s, "no format '%s'", how->format ? how->format : "");
	if (how->table && !store_table_known(how->table))
		return store_fail(s, "no table '%s'", how->table);
	if (!store_shown(how->columns, &n))
		return store_fail(s, "no columns '%s'", how->columns);
	return !how->where || (store_rows_records(s, how->where, &rows) && store_rows_end(&rows));
}

/* One state of the store from first to last, whatever is written meanwhile. */
static bool begin_reading(struct store *s)
{
	if (sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return store_fail_db(s, "store");
}

static void end_reading(struct store *s)
{
	sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
}

bool store_export_stream(struct store *s, const struct store_export *how, pifu_sink sink, void *ctx)
{
	const struct format *format = find_format(how->format);
	struct stream out = {.sink = sink, .ctx = ctx};

	if (!store_export_check(s, how))
		return false;
	if (!format->stream)
		return store_fail(s, "%s is a file, not a stream; name it by --output",
		                  format->name);
	if (!begin_reading(s))
		return false;
	bool ok = format->stream(s, how, &out);
	end_reading(s);
	store_stream_pass(&out, true);
	if (ok && out.failed)
		ok = store_fail(s, out.bytes.failed ? "out of memory" : "the output failed");
	batch_buffer_free(&out.bytes);
	return ok;
}

static int write_stdio(void *ctx, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ctx) != n;
}

static bool stream_to_file(struct store *s, const struct store_export *how, const char *path)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		return store_fail(s, "%s", strerror(errno));
	bool ok = store_export_stream(s, how, write_stdio, file);
	if (fclose(file) != 0 && ok)
		ok = store_fail(s, "%s", strerror(errno));
	return ok;
}

static bool write_part(struct store *s, const struct store_export *how, const struct format *format,
                       const char *part)
{
	if (!format->file)
		return stream_to_file(s, how, part);
	if (!begin_reading(s))
		return false;
	bool ok = format->file(s, how, part);
	end_reading(s);
	return ok;
}

bool store_export_file(struct store *s, const struct store_export *how, const char *path)
{
	const struct format *format = find_format(how->format);

	if (!store_export_check(s, how))
		return false;
	if (format->folder)
		return write_part(s, how, format, path);
	size_t size = strlen(path) + sizeof ".part";
	char *part = malloc(size);
	if (!part)
		return store_fail(s, "out of memory");
	snprintf(part, size, "%s.part", path);
	bool ok = write_part(s, how, format, part);
	if (ok && rename(part, path) != 0)
		ok = store_fail(s, "%s", strerror(errno));
	if (!ok)
		unlink(part);
	free(part);
	return ok;
}
