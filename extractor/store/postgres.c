/* A store for PostgreSQL: COPY in its text format, tables with parents first.
 *
 *     pifu sql --schema postgres | psql forms
 *     pifu export forms.sqlite -f postgres | psql forms
 *
 * With a table's name it is the stream of one COPY alone:
 *
 *     pifu export forms.sqlite -f postgres --table documents |
 *         psql -c 'COPY documents FROM STDIN' forms */
#include <string.h>

#include "stream.h"

/* Backslash, tab and line ends are escaped, null is \N: no text can end a row,
 * a column or the stream, and none is ever read as SQL. PostgreSQL has no NUL. */
static void put_text(struct buffer *b, const char *s, size_t n)
{
	static const char special[] = "\\\t\n\r", escape[] = "\\tnr";

	for (size_t from = 0; from < n;) {
		size_t run = strcspn(s + from, special);

		run = run < n - from ? run : n - from;
		batch_buffer_put(b, s + from, run);
		from += run;
		const char *found = from < n && s[from] ? strchr(special, s[from]) : NULL;
		if (found) {
			batch_buffer_text(b, "\\");
			batch_buffer_put(b, &escape[found - special], 1);
		}
		from++;
	}
}

static void put_row(struct stream *out, const struct rows *rows, int columns)
{
	for (int i = 0; i < columns; i++) {
		size_t n;
		const char *value = store_row_text(rows, i, &n);

		batch_buffer_text(&out->bytes, i ? "\t" : "");
		if (value)
			put_text(&out->bytes, value, n);
		else
			batch_buffer_text(&out->bytes, "\\N");
	}
	batch_buffer_text(&out->bytes, "\n");
	store_stream_pass(out, false);
}

/* COPY forms (id, document_id, …) FROM stdin; */
static void put_command(struct buffer *b, const char *table, sqlite3_stmt *row, int columns)
{
	batch_buffer_text(b, "COPY ");
	batch_buffer_text(b, table);
	for (int i = 0; i < columns; i++) {
		batch_buffer_text(b, i ? ", " : " (");
		batch_buffer_text(b, sqlite3_column_name(row, i));
	}
	batch_buffer_text(b, ") FROM stdin;\n");
}

static bool write_table(struct store *s, const char *table, bool script, struct stream *out)
{
	struct rows rows;

	if (!store_rows_table(s, table, &rows))
		return false;
	int columns = sqlite3_column_count(rows.row);
	if (script)
		put_command(&out->bytes, table, rows.row, columns);
	while (!out->failed && store_rows_next(&rows))
		put_row(out, &rows, columns);
	batch_buffer_text(&out->bytes, script ? "\\.\n\n" : "");
	return store_rows_end(&rows);
}

bool store_postgres_write(struct store *s, const struct store_export *how, struct stream *out)
{
	const char *table;

	if (how->table)
		return write_table(s, how->table, false, out);
	batch_buffer_text(&out->bytes, "\\set ON_ERROR_STOP on\n"
	                               "SET client_encoding = 'UTF8';\n"
	                               "BEGIN;\n\n");
	for (size_t i = 0; (table = store_table(i)); i++)
		if (!write_table(s, table, true, out))
			return false;
	batch_buffer_text(&out->bytes, "COMMIT;\nANALYZE;\n");
	return true;
}
