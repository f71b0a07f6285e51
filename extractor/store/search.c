/* The words of `search`.
 *
 * SQLite's own tokenizers take a run of Chinese for one word (unicode61) or know
 * pieces of three characters only (trigram), and most Chinese words have two. A
 * tokenizer of our own would leave readers without it at the door. So the text
 * is cut here, and any SQLite finds the pieces:
 *
 *     公用经费保障  ->  公用 用经 经费 费保 保障  公用经 用经费 …  公用经费 用经费保 …
 *     GPS设备12台   ->  gps 设备 12 台
 *
 * A run of one character stays itself; letters and digits stay whole.
 *
 * Entering words costs more than the rows themselves, most of it for writing
 * the index anew at each commit. It is done for many documents at once, at the
 * end of a run; store_facts.indexed says how far, so a run that was killed is
 * made good by the next. */
#include "own.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE_LEAST = 2, PIECE_MOST = 4 };

/* Where a piece may begin: the characters of a run, in bytes. */
struct run {
	const char *s;
	size_t at[256];
	size_t n; /* characters; at[n] is the end */
};

struct words {
	char *out;
	size_t n;
};

/* ---- Characters ------------------------------------------------------------------------ */

static size_t character_bytes(unsigned char first)
{
	if (first < 0xC0)
		return 1;
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static bool is_ascii_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Han characters, by their UTF-8: U+3400-9FFF and U+F900-FAFF, and planes 2 and 3. */
static bool is_han(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	if (n == 4)
		return u[0] == 0xF0 && (u[1] & 0xE0) == 0xA0;
	if (n != 3)
		return false;
	unsigned code =
		(unsigned)(u[0] & 0x0F) << 12 | (unsigned)(u[1] & 0x3F) << 6 | (u[2] & 0x3Fu);
	return (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF);
}

/* ---- Pieces --------------------------------------------------------------------------------- */

static void put_piece(struct words *w, const char *s, size_t n)
{
	memcpy(w->out + w->n, s, n);
	w->n += n;
	w->out[w->n++] = ' ';
}

static void put_pieces(struct words *w, const struct run *r)
{
	if (r->n < PIECE_LEAST && r->n > 0)
		put_piece(w, r->s, r->at[r->n]);
	for (size_t size = PIECE_LEAST; size <= PIECE_MOST; size++)
		for (size_t i = 0; i + size <= r->n; i++)
			put_piece(w, r->s + r->at[i], r->at[i + size] - r->at[i]);
}

/* Take a run of Han characters; a long one is taken in parts that overlap. */
static size_t take_han(struct words *w, const char *s, size_t n)
{
	struct run r = {.s = s};
	size_t most = sizeof r.at / sizeof r.at[0] - 1, end = 0;

	while (end < n && r.n < most) {
		size_t bytes = character_bytes((unsigned char)s[end]);

		if (bytes > n - end || !is_han(s + end, bytes))
			break;
		r.at[r.n++] = end;
		end += bytes;
	}
	r.at[r.n] = end;
	put_pieces(w, &r);
	return r.n == most ? r.at[most - (PIECE_MOST - 1)] : end;
}

static size_t take_ascii(struct words *w, const char *s, size_t n)
{
	size_t end = 0;

	while (end < n && is_ascii_word((unsigned char)s[end]))
		end++;
	put_piece(w, s, end);
	return end;
}

static void put_text(struct words *w, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t bytes = character_bytes((unsigned char)s[i]);

		if (bytes > n - i)
			return;
		if (is_ascii_word((unsigned char)s[i]))
			i += take_ascii(w, s + i, n - i);
		else if (is_han(s + i, bytes))
			i += take_han(w, s + i, n - i);
		else
			i += bytes;
	}
}

/* ---- Rows --------------------------------------------------------------------------------------- */

struct word_text {
	const char *s;
	size_t n;
};

/* A character of three bytes gives pieces of 6, 9 and 12 bytes and their
 * blanks: 30 bytes at most, and a part that is taken again adds little. */
static bool reserve_words(struct store *s, const struct word_text text[4])
{
	size_t need = 64;

	for (int i = 0; i < 4; i++)
		need += text[i].n * 12 + 64;
	if (need <= s->words_cap)
		return true;
	char *words = realloc(s->words, need);
	if (!words)
		return store_fail(s, "out of memory");
	s->words = words;
	s->words_cap = need;
	return true;
}

static bool write_words(struct store *s, enum statement id, int64_t key,
                        const struct word_text text[4])
{
	sqlite3_stmt *statement = store_statement(s, id);

	if (!statement || !reserve_words(s, text))
		return false;
	struct words w = {s->words, 0};
	sqlite3_bind_int64(statement, 1, key);
	for (int i = 0; i < 4; i++) {
		size_t from = w.n;

		put_text(&w, text[i].s, text[i].n);
		sqlite3_bind_text(statement, 2 + i, w.out + from, (int)(w.n - from), SQLITE_STATIC);
	}
	return store_run(s, statement);
}

static int64_t read_texts(sqlite3_stmt *row, struct word_text text[4])
{
	for (int i = 0; i < 4; i++) {
		text[i].s = (const char *)sqlite3_column_text(row, 1 + i);
		text[i].n = (size_t)sqlite3_column_bytes(row, 1 + i);
	}
	return sqlite3_column_int64(row, 0);
}

bool store_index_one(struct store *s, int64_t key, const struct node *const words[4])
{
	struct word_text text[4] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};

	for (int i = 0; i < 4; i++)
		if (words[i] && words[i]->kind == NODE_TEXT)
			text[i] = (struct word_text){words[i]->s, words[i]->n};
	return write_words(s, SQL_WORDS_PUT, key, text);
}

bool store_unindex(struct store *s, int64_t document)
{
	sqlite3_stmt *row = store_statement(s, SQL_WORDS_OF);
	struct word_text text[4];
	bool ok = true;
	int code = SQLITE_DONE;

	if (!row)
		return false;
	sqlite3_bind_int64(row, 1, document);
	sqlite3_bind_int64(row, 2, s->indexed);
	while (ok && (code = sqlite3_step(row)) == SQLITE_ROW)
		ok = write_words(s, SQL_WORDS_DROP, read_texts(row, text), text);
	if (ok && code != SQLITE_DONE)
		ok = store_fail_db(s, "store");
	store_rest(row);
	return ok;
}

/* One stretch of indicators in one transaction; `*more` false: there was none. */
static bool index_stretch(struct store *s, bool *more)
{
	sqlite3_stmt *row = store_statement(s, SQL_WORDS_AFTER);
	struct word_text text[4];
	int64_t last = s->indexed;
	bool ok = true;
	int code = SQLITE_DONE;

	if (!row)
		return false;
	sqlite3_bind_int64(row, 1, s->indexed);
	while (ok && (code = sqlite3_step(row)) == SQLITE_ROW) {
		last = read_texts(row, text);
		ok = write_words(s, SQL_WORDS_PUT, last, text);
	}
	if (ok && code != SQLITE_DONE)
		ok = store_fail_db(s, "store");
	store_rest(row);
	*more = last > s->indexed;
	if (!ok || (*more && !store_do_key(s, SQL_INDEXED_SET, last)))
		return false;
	s->indexed = last;
	return true;
}

bool store_index(struct store *s)
{
	bool more = true;

	while (more) {
		int64_t before = s->indexed;

		if (!store_do(s, SQL_BEGIN))
			return false;
		if (store_read_indexed(s) && index_stretch(s, &more) && store_do(s, SQL_COMMIT))
			continue;
		s->indexed = before;
		if (!sqlite3_get_autocommit(s->db))
			sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
		return false;
	}
	return true;
}
