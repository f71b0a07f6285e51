/* The sorting by department (compare_spool.h).
 *
 *     records as they come                 temporary database          one department
 *     side  department   fields            subject                      old   new
 *     old   公安局       …          ──>    1 公安局        ORDER BY     …     …
 *     old   园林局       …                 2 园林局        subject, ──> …
 *     new   公安局       …                 item            side, id
 *
 * SQLite's own temporary file does it: it stays in memory while it is small, is unlinked
 * from the start, and its sorter merges runs on disk. What a record belongs to is its
 * department; where the form names none its project, else the name of its file. */
#include "compare_spool.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_KB = 64 * 1024 };

struct compare_spool {
	sqlite3 *db;
	sqlite3_stmt *put_subject, *get_subject, *put_item, *get_items;
	char *last; /* what the last record belonged to: letter, year, blank, name */
	int64_t last_subject;
	uint64_t count[2];
	uint64_t subjects[2]; /* subjects of which a side has records, as long as it has one */
	int64_t only[2];      /* the first of them */
	bool one_group;
	int stepped; /* what the last step of get_items said */
	char message[256];
};

/* ---- Opening -------------------------------------------------------------------------- */

static bool fail(struct compare_spool *spool)
{
	snprintf(spool->message, sizeof spool->message, "temporary file: %s",
	         spool->db ? sqlite3_errmsg(spool->db) : "out of memory");
	return false;
}

static bool prepare(struct compare_spool *spool, const char *sql, sqlite3_stmt **out)
{
	return sqlite3_prepare_v2(spool->db, sql, -1, out, NULL) == SQLITE_OK || fail(spool);
}

static bool run_sql(struct compare_spool *spool, const char *sql)
{
	return sqlite3_exec(spool->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(spool);
}

static bool open_tables(struct compare_spool *spool)
{
	char cache[64];

	if (sqlite3_open_v2("", &spool->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK)
		return fail(spool);
	snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d", CACHE_KB);
	return run_sql(spool, cache) &&
	       run_sql(spool, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
	                      "CREATE TABLE subject (id INTEGER PRIMARY KEY, key BLOB UNIQUE);"
	                      "CREATE TABLE item (id INTEGER PRIMARY KEY, subject INTEGER,"
	                      " side INTEGER, fields BLOB);"
	                      "BEGIN") &&
	       prepare(spool, "INSERT INTO subject (key) VALUES (?) ON CONFLICT DO NOTHING",
	               &spool->put_subject) &&
	       prepare(spool, "SELECT id FROM subject WHERE key = ?", &spool->get_subject) &&
	       prepare(spool, "INSERT INTO item (subject, side, fields) VALUES (?, ?, ?)",
	               &spool->put_item);
}

struct compare_spool *compare_spool_open(void)
{
	struct compare_spool *spool = calloc(1, sizeof *spool);

	if (spool)
		open_tables(spool); /* a failure is told by the first record */
	return spool;
}

void compare_spool_free(struct compare_spool *spool)
{
	if (!spool)
		return;
	sqlite3_finalize(spool->put_subject);
	sqlite3_finalize(spool->get_subject);
	sqlite3_finalize(spool->put_item);
	sqlite3_finalize(spool->get_items);
	sqlite3_close(spool->db);
	free(spool->last);
	free(spool);
}

const char *compare_spool_message(const struct compare_spool *spool)
{
	return spool ? spool->message : "out of memory";
}

uint64_t compare_spool_count(const struct compare_spool *spool, enum compare_side side)
{
	return spool->count[side];
}

/* ---- Taking ---------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "";
}

/* What a record belongs to; the letter keeps departments and projects apart. */
static const char *subject_of(const char *const field[], char *letter)
{
	*letter = 'd';
	if (field[PIFU_FIELD_DEPARTMENT])
		return field[PIFU_FIELD_DEPARTMENT];
	*letter = 'p';
	if (field[PIFU_FIELD_PROJECT])
		return field[PIFU_FIELD_PROJECT];
	*letter = 'f';
	return base_name(field[PIFU_FIELD_FILE]);
}

/* Records of one form follow each other: most belong to what the last one did. */
static bool is_last(const struct compare_spool *spool, char letter, const char *year,
                    const char *text)
{
	const char *last = spool->last;
	size_t n = strlen(year);

	return last && last[0] == letter && strncmp(last + 1, year, n) == 0 && last[n + 1] == ' ' &&
	       strcmp(last + n + 2, text) == 0;
}

static bool remember(struct compare_spool *spool, char letter, const char *year, const char *text)
{
	size_t size = strlen(year) + strlen(text) + 3;

	free(spool->last);
	spool->last = malloc(size);
	if (!spool->last)
		return fail(spool);
	snprintf(spool->last, size, "%c%s %s", letter, year, text);
	return true;
}

/* The number of a folded name. */
static bool look_up(struct compare_spool *spool, const struct compare_text *key, char letter)
{
	char bytes[8192] = {letter};
	size_t n = key->n * sizeof *key->c;

	n = n < sizeof bytes - 1 ? n : sizeof bytes - 1;
	memcpy(bytes + 1, key->c, n);
	sqlite3_bind_blob(spool->put_subject, 1, bytes, (int)n + 1, SQLITE_STATIC);
	bool ok = sqlite3_step(spool->put_subject) == SQLITE_DONE;
	sqlite3_reset(spool->put_subject);
	sqlite3_bind_blob(spool->get_subject, 1, bytes, (int)n + 1, SQLITE_STATIC);
	ok = ok && sqlite3_step(spool->get_subject) == SQLITE_ROW;
	if (ok)
		spool->last_subject = sqlite3_column_int64(spool->get_subject, 0);
	sqlite3_reset(spool->get_subject);
	return ok || fail(spool);
}

static bool find_subject(struct compare_spool *spool, const char *const field[])
{
	char letter;
	const char *text = subject_of(field, &letter);
	const char *year = field[PIFU_FIELD_YEAR] ? field[PIFU_FIELD_YEAR] : "";
	struct compare_text key;

	if (is_last(spool, letter, year, text))
		return true;
	struct compare_pool *pool = compare_pool_new();
	bool ok = pool && compare_text_fold(pool, text, field[PIFU_FIELD_YEAR], &key);
	ok = ok ? look_up(spool, &key, letter) && remember(spool, letter, year, text) : fail(spool);
	compare_pool_free(pool);
	return ok;
}

static void count_subject(struct compare_spool *spool, enum compare_side side)
{
	if (spool->count[side]++ == 0) {
		spool->only[side] = spool->last_subject;
		spool->subjects[side] = 1;
	} else if (spool->last_subject != spool->only[side]) {
		spool->subjects[side] = 2; /* or more */
	}
}

/* Fields one after another: \1 and the text with its NUL, or \0 for null. */
static char *pack(const char *const field[], size_t *size)
{
	size_t n = 0;

	for (int f = 0; f < PIFU_FIELD_COUNT; f++)
		n += 1 + (field[f] ? strlen(field[f]) + 1 : 0);
	char *bytes = malloc(n);
	*size = n;
	for (size_t at = 0, f = 0; bytes && f < PIFU_FIELD_COUNT; f++) {
		size_t m = field[f] ? strlen(field[f]) + 1 : 0;

		bytes[at++] = field[f] != NULL;
		if (m)
			memcpy(bytes + at, field[f], m);
		at += m;
	}
	return bytes;
}

bool compare_spool_add(struct compare_spool *spool, enum compare_side side,
                       const char *const field[PIFU_FIELD_COUNT])
{
	size_t n;

	if (!spool->put_item) /* it could not be opened */
		return false;
	if (!find_subject(spool, field))
		return false;
	char *bytes = pack(field, &n);
	if (!bytes || n > INT32_MAX)
		return free(bytes), fail(spool);
	count_subject(spool, side);
	sqlite3_bind_int64(spool->put_item, 1, spool->last_subject);
	sqlite3_bind_int(spool->put_item, 2, (int)side);
	sqlite3_bind_blob(spool->put_item, 3, bytes, (int)n, free);
	bool ok = sqlite3_step(spool->put_item) == SQLITE_DONE;
	sqlite3_reset(spool->put_item);
	return ok || fail(spool);
}

/* ---- Giving back --------------------------------------------------------------------------- */

bool compare_spool_sort(struct compare_spool *spool, bool one_group)
{
	if (!spool->put_item)
		return false;
	bool alone = spool->subjects[0] == 1 && spool->subjects[1] == 1;

	spool->one_group = one_group || alone;
	if (!run_sql(spool, "COMMIT"))
		return false;
	const char *sql =
		spool->one_group
			? "SELECT 0, side, fields FROM item ORDER BY side, id"
			: "SELECT subject, side, fields FROM item ORDER BY subject, side, id";
	if (!prepare(spool, sql, &spool->get_items))
		return false;
	spool->stepped = sqlite3_step(spool->get_items);
	return spool->stepped == SQLITE_ROW || spool->stepped == SQLITE_DONE || fail(spool);
}

static bool unpack(struct compare_pool *pool, sqlite3_stmt *row, struct compare_item *item)
{
	size_t n = (size_t)sqlite3_column_bytes(row, 2);
	char *bytes = compare_pool_take(pool, n, 1);

	if (!bytes)
		return false;
	memcpy(bytes, sqlite3_column_blob(row, 2), n);
	for (size_t at = 0, f = 0; f < PIFU_FIELD_COUNT && at < n; f++) {
		if (bytes[at++] == 0)
			continue;
		item->field[f] = bytes + at;
		at += strlen(bytes + at) + 1;
	}
	return true;
}

struct items {
	struct compare_item *all;
	uint32_t n, cap;
};

static bool add_item(struct compare_spool *spool, struct compare_pool *pool, struct items *items)
{
	if (items->n == items->cap) {
		uint32_t cap = items->cap ? 2 * items->cap : 128;
		struct compare_item *all =
			cap < items->cap ? NULL : realloc(items->all, cap * sizeof *all);

		if (!all)
			return false;
		items->all = all;
		items->cap = cap;
	}
	struct compare_item *item = &items->all[items->n++];
	*item = (struct compare_item){.pair = COMPARE_NONE};
	return unpack(pool, spool->get_items, item);
}

static bool keep_items(struct compare_pool *pool, const struct items *items,
                       struct compare_year *year)
{
	year->nitems = items->n;
	year->items = compare_pool_take(pool, items->n, sizeof *items->all);
	if (year->items && items->n)
		memcpy(year->items, items->all, items->n * sizeof *items->all);
	return year->items;
}

static bool read_group(struct compare_spool *spool, struct compare_group *group)
{
	struct items items[2] = {{0}};
	int64_t subject = sqlite3_column_int64(spool->get_items, 0);
	bool ok = true;

	while (ok && spool->stepped == SQLITE_ROW &&
	       sqlite3_column_int64(spool->get_items, 0) == subject) {
		int side = sqlite3_column_int(spool->get_items, 1) == COMPARE_OLD ? COMPARE_OLD
		                                                                  : COMPARE_NEW;

		ok = add_item(spool, group->pool, &items[side]);
		spool->stepped = sqlite3_step(spool->get_items);
	}
	for (int side = COMPARE_OLD; ok && side <= COMPARE_NEW; side++)
		ok = keep_items(group->pool, &items[side], &group->year[side]);
	free(items[0].all);
	free(items[1].all);
	return ok;
}

static const char *name_of(const struct compare_year *year)
{
	char letter;

	return year->nitems ? subject_of(year->items[0].field, &letter) : NULL;
}

static bool same_folded(struct compare_group *group, const char *a, const char *b)
{
	struct compare_text x, y;
	const char *old = group->year[COMPARE_OLD].items[0].field[PIFU_FIELD_YEAR];
	const char *new = group->year[COMPARE_NEW].items[0].field[PIFU_FIELD_YEAR];

	return compare_text_fold(group->pool, a, old, &x) &&
	       compare_text_fold(group->pool, b, new, &y) && compare_text_same(&x, &y);
}

static void name_group(struct compare_group *group)
{
	const char *old = name_of(&group->year[COMPARE_OLD]);
	const char *new = name_of(&group->year[COMPARE_NEW]);

	group->department = new ? new : old;
	if (old && new && !same_folded(group, old, new))
		group->other = old;
}

int compare_spool_next(struct compare_spool *spool, struct compare_group *group)
{
	*group = (struct compare_group){0};
	if (spool->stepped == SQLITE_DONE)
		return 0;
	if (spool->stepped != SQLITE_ROW)
		return fail(spool), -1;
	group->pool = compare_pool_new();
	if (!group->pool || !read_group(spool, group))
		return fail(spool), -1;
	if (spool->stepped != SQLITE_ROW && spool->stepped != SQLITE_DONE)
		return fail(spool), -1;
	name_group(group);
	return 1;
}
