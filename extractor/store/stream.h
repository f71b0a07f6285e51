/* Bytes on their way to a sink, and the rules of CSV and JSON that exports share. */
#ifndef PIFU_STORE_STREAM_H
#define PIFU_STORE_STREAM_H

#include "../batch/buffer.h"
#include "rows.h"

struct stream {
	struct buffer bytes;
	pifu_sink sink;
	void *ctx;
	bool failed;
};

/** Hand over what has gathered once it is much, or, at the end, all of it. */
void store_stream_pass(struct stream *out, bool end);

/** A value of CSV: quoted where RFC 4180 wants it, and guarded by an apostrophe where a
 *  spreadsheet would run it as a formula (`guard`). */
void store_csv_put(struct buffer *b, const char *s, size_t n, bool guard);

/* A column of records as people see it (`--columns`). */
struct shown {
	const char *header;
	enum shown_kind { SHOWN_VALUE, SHOWN_CODE, SHOWN_SIGN, SHOWN_UNIT, SHOWN_EMPTY } kind;
	int column; /* of the view */
};

/** The set `name` (NULL, "keys", "zh"); NULL: there is none. */
const struct shown *store_shown(const char *name, size_t *n);
/** Its value in a row, NULL for null. A loan until the next row. */
const char *store_shown_text(const struct rows *rows, const struct shown *shown, size_t *n);

/* Each writes one format; false after a message. */
bool store_csv_write(struct store *store, const struct store_export *how, struct stream *out);
bool store_jsonl_write(struct store *store, const struct store_export *how, struct stream *out);
bool store_postgres_write(struct store *store, const struct store_export *how, struct stream *out);
bool store_package_write(struct store *store, const struct store_export *how, const char *path);
bool store_workbook_write(struct store *store, const struct store_export *how, const char *path);

/** One table or view as CSV with all its columns, nulls empty. */
bool store_csv_table(struct store *store, const char *table, bool bom, struct stream *out);

#endif
