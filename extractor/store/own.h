/* What the files of a store share. */
#ifndef PIFU_STORE_OWN_H
#define PIFU_STORE_OWN_H

#include <sqlite3.h>

#include "store.h"
#include "tape.h"

enum statement {
#define STATEMENT(id, sql) SQL_##id,
#include "statements.def"
#undef STATEMENT
	STATEMENT_COUNT
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	struct tape *closing, *line;
	int64_t run;     /* row of `runs`; 0: none is open */
	int64_t indexed; /* last indicator that `search` knows */
	char *words;     /* text in the making for `search` */
	size_t words_cap;
	char content[4096];
	char message[512];
};

extern const unsigned char pifu_sql_store[], pifu_sql_postgres[];

/** Keep a message; false. */
bool store_fail(struct store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Keep what SQLite says of the last call; false. */
bool store_fail_db(struct store *store, const char *what);

/** The statement, ready for its parameters; NULL after a message. */
sqlite3_stmt *store_statement(struct store *store, enum statement id);
/** Run a statement that gives no rows, then make it ready again. */
bool store_run(struct store *store, sqlite3_stmt *statement);
/** The same for one without parameters, or with one number. */
bool store_do(struct store *store, enum statement id);
bool store_do_key(struct store *store, enum statement id, int64_t key);
/** Give back what store_do_key or a query had bound. */
void store_rest(sqlite3_stmt *statement);

void store_bind_text(sqlite3_stmt *statement, int at, const char *text);
void store_bind_node(sqlite3_stmt *statement, int at, const struct node *node);
/** A number above 0; 0 becomes null. */
void store_bind_some(sqlite3_stmt *statement, int at, int64_t number);

/** ISO 8601, UTC, `time` itself where it is given. */
const char *store_time(const char *time, char out[32]);

/* ---- The words of `search` (search.c) -------------------------------------------------- */

/** How far `search` goes: another process may have written since. */
bool store_read_indexed(struct store *store);
/** Enter all indicators that are not in `search` yet. */
bool store_index(struct store *store);
/** Take the words of a document's indicators out, before its rows go. */
bool store_unindex(struct store *store, int64_t document);
/** Enter one indicator at once; nodes may be NULL. */
bool store_index_one(struct store *store, int64_t key, const struct node *const words[4]);

#endif
