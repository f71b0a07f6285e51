/* CSV out of a store: records with the columns of `pifu extract --format csv`, and
 * byte for byte the same; or any table with all its columns. */
#include <string.h>

#include "stream.h"

enum { PASS = 1 << 16 };

void store_stream_pass(struct stream *out, bool end)
{
	if (!out->failed && !out->bytes.failed && out->bytes.n && (end || out->bytes.n >= PASS))
		out->failed = out->sink(out->ctx, out->bytes.s, out->bytes.n) != 0;
	else if (!end && out->bytes.n < PASS)
		return;
	out->failed |= out->bytes.failed;
	batch_buffer_clear(&out->bytes, 4 * PASS);
}

/* ---- Values ---------------------------------------------------------------------------- */

static bool is_number(const char *s, size_t n)
{
	size_t sign = n && (s[0] == '-' || s[0] == '+'), digits = 0, dots = 0;

	for (size_t i = sign; i < n; i++) {
		digits += s[i] >= '0' && s[i] <= '9';
		dots += s[i] == '.';
	}
	return digits > 0 && dots <= 1 && digits + dots + sign == n && s[n - 1] != '.';
}

/* = + - @ and their full-width twins, a tab, a line end: as in the library's csv. */
static bool begins_formula(const char *s, size_t n)
{
	static const char *const wide[] = {"＝", "＋", "－", "＠"};

	if (n == 0 || s[0] == '\0')
		return false;
	if (strchr("=+-@\t\r\n", s[0]))
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (n >= strlen(wide[i]) && memcmp(s, wide[i], strlen(wide[i])) == 0)
			return true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool wants_quotes(const char *s, size_t n)
{
	if (n == 0)
		return false;
	if (is_blank(s[0]) || is_blank(s[n - 1]))
		return true;
	for (size_t i = 0; i < n; i++)
		if (s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r')
			return true;
	return false;
}

void store_csv_put(struct buffer *b, const char *s, size_t n, bool guard)
{
	const char *mark = guard && begins_formula(s, n) && !is_number(s, n) ? "'" : "";

	if (!wants_quotes(s, n)) {
		batch_buffer_text(b, mark);
		batch_buffer_put(b, s, n);
		return;
	}
	batch_buffer_text(b, "\"");
	batch_buffer_text(b, mark);
	for (size_t from = 0; from < n;) {
		const char *quote = memchr(s + from, '"', n - from);
		size_t end = quote ? (size_t)(quote - s) + 1 : n;

		batch_buffer_put(b, s + from, end - from);
		if (quote)
			batch_buffer_text(b, "\"");
		from = end;
	}
	batch_buffer_text(b, "\"");
}

/* ---- Columns -------------------------------------------------------------------------------- */

static const struct shown by_key[] = {
#define PIFU_FIELD(id, key, type, zh, meaning) {key, SHOWN_VALUE, COLUMN_##id},
#include "pifu_fields.def"
#undef PIFU_FIELD
	{"confidence", SHOWN_VALUE, COLUMN_CONFIDENCE},
	{"findings", SHOWN_VALUE, COLUMN_FINDINGS},
	{"checks", SHOWN_VALUE, COLUMN_CHECKS},
	{"repairs", SHOWN_VALUE, COLUMN_REPAIRS},
};

static const struct shown by_exchange[] = {
#define PIFU_EXCHANGE(zh, kind, column) {zh, SHOWN_##kind, COLUMN_##column},
#include "pifu_exchange.def"
#undef PIFU_EXCHANGE
};

static const struct {
	const char *code, *word;
} words[] = {
#define PIFU_EXCHANGE_WORD(code, zh) {code, zh},
#include "pifu_exchange.def"
#undef PIFU_EXCHANGE_WORD
};

const struct shown *store_shown(const char *name, size_t *n)
{
	if (name && strcmp(name, "zh") == 0) {
		*n = sizeof by_exchange / sizeof by_exchange[0];
		return by_exchange;
	}
	*n = sizeof by_key / sizeof by_key[0];
	return !name || strcmp(name, "keys") == 0 ? by_key : NULL;
}

static const char *word_of(const char *code, size_t *n)
{
	for (size_t i = 0; code && i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i].code, code) != 0)
			continue;
		*n = strlen(words[i].word);
		return words[i].word;
	}
	return code;
}

const char *store_shown_text(const struct rows *rows, const struct shown *shown, size_t *n)
{
	size_t nkind;
	const char *value = store_row_text(rows, shown->column, n), *kind;

	if (shown->kind == SHOWN_VALUE)
		return value;
	if (shown->kind == SHOWN_EMPTY)
		return NULL;
	if (shown->kind == SHOWN_CODE)
		return word_of(value, n);
	kind = store_row_text(rows, COLUMN_TARGET_KIND, &nkind);
	bool words_only = kind && strcmp(kind, "text") == 0;
	if (shown->kind == SHOWN_UNIT)
		return words_only ? NULL : value;
	return word_of(words_only && !value ? kind : value, n);
}

/* ---- Records --------------------------------------------------------------------------------- */

static void put_header(struct stream *out, const struct shown *shown, size_t n, bool bom)
{
	if (bom)
		batch_buffer_text(&out->bytes, "\xEF\xBB\xBF");
	for (size_t i = 0; i < n; i++) {
		batch_buffer_text(&out->bytes, i ? "," : "");
		batch_buffer_text(&out->bytes, shown[i].header);
	}
	batch_buffer_text(&out->bytes, "\r\n");
}

static void put_row(struct stream *out, const struct rows *rows, const struct shown *shown,
                    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;
		const char *value = store_shown_text(rows, &shown[i], &n);

		batch_buffer_text(&out->bytes, i ? "," : "");
		if (value)
			store_csv_put(&out->bytes, value, n, shown[i].kind != SHOWN_SIGN);
	}
	batch_buffer_text(&out->bytes, "\r\n");
	store_stream_pass(out, false);
}

static bool write_records(struct store *s, const struct store_export *how, struct stream *out)
{
	struct rows rows;
	size_t n;
	const struct shown *shown = store_shown(how->columns, &n);

	if (!shown)
		return store_fail(s, "no columns '%s'", how->columns);
	if (!store_rows_records(s, how->where, &rows))
		return false;
	put_header(out, shown, n, how->bom);
	while (!out->failed && store_rows_next(&rows))
		put_row(out, &rows, shown, n);
	return store_rows_end(&rows);
}

/* ---- Tables ------------------------------------------------------------------------------------ */

bool store_csv_table(struct store *s, const char *table, bool bom, struct stream *out)
{
	struct rows rows;

	if (!store_rows_table(s, table, &rows))
		return false;
	int columns = sqlite3_column_count(rows.row);
	batch_buffer_text(&out->bytes, bom ? "\xEF\xBB\xBF" : "");
	for (int i = 0; i < columns; i++) {
		batch_buffer_text(&out->bytes, i ? "," : "");
		batch_buffer_text(&out->bytes, sqlite3_column_name(rows.row, i));
	}
	batch_buffer_text(&out->bytes, "\r\n");
	while (!out->failed && store_rows_next(&rows)) {
		for (int i = 0; i < columns; i++) {
			size_t n;
			const char *value = store_row_text(&rows, i, &n);

			batch_buffer_text(&out->bytes, i ? "," : "");
			if (value)
				store_csv_put(&out->bytes, value, n, true);
		}
		batch_buffer_text(&out->bytes, "\r\n");
		store_stream_pass(out, false);
	}
	return store_rows_end(&rows);
}

bool store_csv_write(struct store *s, const struct store_export *how, struct stream *out)
{
	if (how->table)
		return store_csv_table(s, how->table, how->bom, out);
	return write_records(s, how, out);
}
