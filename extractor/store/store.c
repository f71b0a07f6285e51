/* Opening and closing a store, its statements, its runs, its ledger. */
#include "own.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	APPLICATION = 1885955701, /* "pifu", as in schema.sql */
	SCHEMA = 1,
	PATIENCE = 60000, /* ms to wait for another writer */
};

static const char *const statement_sql[STATEMENT_COUNT] = {
#define STATEMENT(id, sql) sql,
#include "statements.def"
#undef STATEMENT
};

/* ---- Messages -------------------------------------------------------------------------- */

bool store_fail(struct store *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->message, sizeof s->message, format, args);
	va_end(args);
	return false;
}

bool store_fail_db(struct store *s, const char *what)
{
	return store_fail(s, "%s: %s", what, sqlite3_errmsg(s->db));
}

const char *store_message(const struct store *s)
{
	return s->message;
}

/* ---- Statements ------------------------------------------------------------------------ */

sqlite3_stmt *store_statement(struct store *s, enum statement id)
{
	if (!s->statements[id] &&
	    sqlite3_prepare_v3(s->db, statement_sql[id], -1, SQLITE_PREPARE_PERSISTENT,
	                       &s->statements[id], NULL) != SQLITE_OK) {
		store_fail_db(s, "store");
		return NULL;
	}
	return s->statements[id];
}

void store_rest(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
}

bool store_run(struct store *s, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	if (code != SQLITE_DONE && code != SQLITE_ROW)
		store_fail_db(s, "store");
	sqlite3_reset(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW;
}

bool store_do(struct store *s, enum statement id)
{
	sqlite3_stmt *statement = store_statement(s, id);

	return statement && store_run(s, statement);
}

bool store_do_key(struct store *s, enum statement id, int64_t key)
{
	sqlite3_stmt *statement = store_statement(s, id);

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	return store_run(s, statement);
}

void store_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

void store_bind_some(sqlite3_stmt *statement, int at, int64_t number)
{
	if (number > 0)
		sqlite3_bind_int64(statement, at, number);
	else
		sqlite3_bind_null(statement, at);
}

static void bind_number(sqlite3_stmt *statement, int at, const struct node *node)
{
	int64_t whole;

	if (store_node_int(node, &whole))
		sqlite3_bind_int64(statement, at, whole);
	else
		sqlite3_bind_double(statement, at, store_node_double(node));
}

void store_bind_node(sqlite3_stmt *statement, int at, const struct node *node)
{
	switch (node ? node->kind : NODE_NULL) {
	case NODE_NULL:
		sqlite3_bind_null(statement, at);
		break;
	case NODE_FALSE:
	case NODE_TRUE:
		sqlite3_bind_int(statement, at, node->kind == NODE_TRUE);
		break;
	case NODE_NUMBER:
		bind_number(statement, at, node);
		break;
	case NODE_TEXT:
	case NODE_KEY:
	case NODE_OBJECT:
	case NODE_LIST:
		sqlite3_bind_text(statement, at, node->s, (int)node->n, SQLITE_STATIC);
		break;
	}
}

const char *store_time(const char *given, char out[32])
{
	time_t now = time(NULL);
	struct tm utc;

	if (given)
		return given;
	gmtime_r(&now, &utc);
	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return out;
}

/* ---- Opening --------------------------------------------------------------------------- */

static int pragma_number(struct store *s, const char *sql)
{
	sqlite3_stmt *statement;
	int number = -1;

	if (sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

static bool execute(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return store_fail_db(s, "store");
}

/* A new file becomes a store in one transaction. */
static bool make_schema(struct store *s)
{
	if (!execute(s, "PRAGMA journal_mode = WAL") || !execute(s, "BEGIN IMMEDIATE"))
		return false;
	/* another process may have been faster */
	if (pragma_number(s, "PRAGMA user_version") == SCHEMA)
		return execute(s, "COMMIT");
	return execute(s, (const char *)pifu_sql_store) && execute(s, "COMMIT");
}

static bool check_schema(struct store *s, enum store_mode mode)
{
	int application = pragma_number(s, "PRAGMA application_id");
	int version = pragma_number(s, "PRAGMA user_version");
	int tables = pragma_number(s, "SELECT count(*) FROM sqlite_schema");

	if (application < 0 || version < 0 || tables < 0)
		return store_fail_db(s, "cannot be read as a store");
	if (tables == 0 && mode == STORE_WRITE)
		return make_schema(s);
	if (application != APPLICATION)
		return store_fail(s, "no store of pifu");
	if (version != SCHEMA)
		return store_fail(s, "a store of schema %d; this program knows %d", version,
		                  SCHEMA);
	return true;
}

/* Foreign keys are declared for readers. put.c gives every row a parent that it
 * has just written, so they are not looked up row by row. */
static bool set_up(struct store *s)
{
	return execute(s, "PRAGMA journal_mode = WAL") &&
	       execute(s, "PRAGMA synchronous = NORMAL") &&
	       execute(s, "PRAGMA wal_autocheckpoint = 4000") &&
	       execute(s, "PRAGMA cache_size = -32768") &&
	       execute(s, "PRAGMA secure_delete = OFF") &&
	       execute(s, "CREATE TEMP TABLE kept (record_id TEXT PRIMARY KEY, id INTEGER)"
	                  " WITHOUT ROWID");
}

bool store_read_indexed(struct store *s)
{
	sqlite3_stmt *statement = store_statement(s, SQL_INDEXED);

	if (!statement)
		return false;
	bool found = sqlite3_step(statement) == SQLITE_ROW;
	s->indexed = found ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return found || store_fail(s, "the store is damaged: no row in store_facts");
}

static bool open_store(struct store *s, const char *path, enum store_mode mode)
{
	int flags = mode == STORE_READ ? SQLITE_OPEN_READONLY
	                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	s->closing = store_tape_new();
	s->line = store_tape_new();
	if (!s->closing || !s->line)
		return store_fail(s, "out of memory");
	/* no sums of memory over all threads; refused, and no harm, once SQLite is at work */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (mode == STORE_READ && access(path, R_OK) != 0)
		return store_fail(s, "%s", strerror(errno));
	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return store_fail(s, "%s", s->db ? sqlite3_errmsg(s->db) : "out of memory");
	sqlite3_busy_timeout(s->db, PATIENCE);
	return check_schema(s, mode) && (mode == STORE_READ || set_up(s)) && store_read_indexed(s);
}

struct store *store_open(const char *path, enum store_mode mode, char *message, size_t size)
{
	struct store *s = calloc(1, sizeof *s);

	if (!s) {
		snprintf(message, size, "%s: out of memory", path);
		return NULL;
	}
	if (open_store(s, path, mode))
		return s;
	snprintf(message, size, "%s: %s", path, s->message);
	store_free(s);
	return NULL;
}

void store_free(struct store *s)
{
	if (!s)
		return;
	if (s->run)
		store_run_end(s, NULL, NULL);
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	store_tape_free(s->closing);
	store_tape_free(s->line);
	free(s->words);
	free(s);
}

/* ---- Runs ---------------------------------------------------------------------------------- */

bool store_run_begin(struct store *s, const struct store_run *run)
{
	char now[32], program[64];
	sqlite3_stmt *statement = store_statement(s, SQL_RUN_ADD);

	s->message[0] = '\0';
	if (!statement)
		return false;
	snprintf(program, sizeof program, "pifu %s", pifu_version());
	store_bind_text(statement, 1, store_time(run->time, now));
	store_bind_text(statement, 2, run->command);
	store_bind_text(statement, 3, run->program ? run->program : program);
	store_bind_text(statement, 4, run->grammar);
	if (!store_run(s, statement))
		return false;
	s->run = sqlite3_last_insert_rowid(s->db);
	return true;
}

bool store_run_end(struct store *s, const char *status, const char *time)
{
	char now[32];
	sqlite3_stmt *statement = store_statement(s, SQL_RUN_END);

	s->message[0] = '\0';
	if (!statement || !store_index(s))
		return false;
	sqlite3_bind_int64(statement, 1, s->run);
	store_bind_text(statement, 2, store_time(time, now));
	store_bind_text(statement, 3, status);
	s->run = 0;
	return store_run(s, statement);
}

/* ---- The ledger ------------------------------------------------------------------------------ */

static void copy_column(char *out, size_t size, sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	snprintf(out, size, "%s", text ? text : "");
}

static void read_entry(sqlite3_stmt *statement, struct store_entry *out)
{
	copy_column(out->sha256, sizeof out->sha256, statement, 0);
	copy_column(out->status, sizeof out->status, statement, 1);
	copy_column(out->program, sizeof out->program, statement, 2);
	copy_column(out->grammar, sizeof out->grammar, statement, 3);
	copy_column(out->time, sizeof out->time, statement, 4);
	out->duplicate = sqlite3_column_type(statement, 5) != SQLITE_NULL;
	out->size = (uint64_t)sqlite3_column_int64(statement, 6);
	out->records = (uint64_t)sqlite3_column_int64(statement, 7);
	out->doubtful = (uint64_t)sqlite3_column_int64(statement, 8);
	out->modified = sqlite3_column_int64(statement, 9);
	out->forms = (uint64_t)sqlite3_column_int64(statement, 10);
	out->repairs = (uint64_t)sqlite3_column_int64(statement, 11);
}

/* The first row of a query by text; NULL: none, or a message. */
static sqlite3_stmt *look_up(struct store *s, enum statement id, const char *text)
{
	sqlite3_stmt *statement = store_statement(s, id);

	s->message[0] = '\0';
	if (!statement)
		return NULL;
	store_bind_text(statement, 1, text);
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		return statement;
	if (code != SQLITE_DONE)
		store_fail_db(s, "store");
	store_rest(statement);
	return NULL;
}

bool store_known(struct store *s, const char *path, struct store_entry *out)
{
	sqlite3_stmt *statement = look_up(s, SQL_KNOWN, path);

	if (!statement)
		return false;
	read_entry(statement, out);
	store_rest(statement);
	return true;
}

const char *store_content(struct store *s, const char *sha256)
{
	sqlite3_stmt *statement = look_up(s, SQL_CONTENT_PATH, sha256);

	if (!statement)
		return NULL;
	copy_column(s->content, sizeof s->content, statement, 0);
	store_rest(statement);
	return s->content;
}

bool store_sum(struct store *s, struct store_totals *out)
{
	sqlite3_stmt *statement = store_statement(s, SQL_TOTALS);
	uint64_t *const sums[] = {&out->documents, &out->failed,  &out->duplicates,
	                          &out->forms,     &out->records, &out->doubtful,
	                          &out->repairs,   &out->findings};

	s->message[0] = '\0';
	if (!statement)
		return false;
	if (sqlite3_step(statement) != SQLITE_ROW) {
		store_rest(statement);
		return store_fail_db(s, "store");
	}
	for (int i = 0; i < 8; i++)
		*sums[i] = (uint64_t)sqlite3_column_int64(statement, i);
	store_rest(statement);
	return true;
}
