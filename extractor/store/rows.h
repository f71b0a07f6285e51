/* Rows of a store for exports: records in the order of the input, tables by key. */
#ifndef PIFU_STORE_ROWS_H
#define PIFU_STORE_ROWS_H

#include "own.h"

/* Columns of the view `records`: those of CSV, then what else a record has. */
enum record_column {
#define PIFU_FIELD(id, key, type, zh, meaning) COLUMN_##id,
#include "pifu_fields.def"
#undef PIFU_FIELD
	COLUMN_CONFIDENCE,
	COLUMN_FINDINGS,
	COLUMN_CHECKS,
	COLUMN_REPAIRS,
	CSV_COLUMNS,
	COLUMN_DOUBTFUL = CSV_COLUMNS,
	COLUMN_SHA256,
	COLUMN_PAGE,
	COLUMN_TABLE,
	COLUMN_ROW,
	COLUMN_PARTS,
	COLUMN_RAW,
	COLUMN_ALTERNATIVES,
	COLUMN_PLACE,
	COLUMN_KEY,
};

struct rows {
	struct store *store;
	sqlite3_stmt *documents; /* NULL: `row` gives all */
	sqlite3_stmt *row;
};

/** All records that fulfil `where` (NULL: all), with the view's columns.
 *  errors: false after a message: no condition, or an unreadable store */
bool store_rows_records(struct store *store, const char *where, struct rows *out);
/** All rows of a table or view by its primary key; false after a message. */
bool store_rows_table(struct store *store, const char *table, struct rows *out);
/** All rows of a query; false after a message. */
bool store_rows_query(struct store *store, const char *sql, struct rows *out);
/** The next row is in out->row; false at the end or after a message. */
bool store_rows_next(struct rows *rows);
/** Free them; false when they ended by a failure. */
bool store_rows_end(struct rows *rows);

/** The text of a column, NULL for null; `*n` in bytes. A loan until the next row. */
const char *store_row_text(const struct rows *rows, int column, size_t *n);

/** The tables of a store, parents first; NULL past the end. */
const char *store_table(size_t index);
/** Is it a table of the list, or the view `records`? */
bool store_table_known(const char *name);

#endif
