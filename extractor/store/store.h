/* A store: one SQLite file with all documents, forms and records of many runs.
 *
 *     pifu batch -- lines of the worker protocol --> store_put -+
 *     pifu extract -o OUT.sqlite ------------------> store_put -+-> documents forms functions
 *                                                               |   indicators cells repairs
 *     pifu export, pifu diff <-- store_each_record <------------+   findings runs; view records
 *
 * One process writes, any number read beside it (WAL). A document is one
 * transaction: readers, and whoever comes after a kill, see all of it or
 * nothing. The tables are explained in schema.sql; they may be read by anybody,
 * written by this file's functions only. Integer keys are given in the order of
 * store_put, so the same documents in the same order give the same rows.
 *
 * Messages: functions that fail return false or NULL and say why in one line of
 * English; store_message() gives it until the next call. */
#ifndef PIFU_STORE_STORE_H
#define PIFU_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pifu.h"

struct store;

enum store_mode {
	STORE_WRITE, /* open for writing; made, or brought to the present schema, where needed */
	STORE_READ,  /* must exist; nothing is written */
};

/** Open or make the store `path`.
 *  path:    a file; with STORE_WRITE also ":memory:" and "" (SQLite's own temporary file)
 *  errors:  NULL, with the reason in `message`: not a store, a newer schema, another writer
 *           at work, no access, no memory
 *  owns:    the caller frees with store_free
 *  threads: a store belongs to one thread at a time */
struct store *store_open(const char *path, enum store_mode mode, char *message, size_t size);
/** End the run, if one is open, and close. What was put stays. */
void store_free(struct store *store);
/** Why the last call failed; "" after a success. A loan until the next call. */
const char *store_message(const struct store *store);

/* ---- Runs -------------------------------------------------------------------- */

/* One run of the program over many inputs: a row of `runs`. */
struct store_run {
	const char *command; /* the command line; NULL: not known */
	const char *program; /* "pifu 0.1.0"; NULL: pifu_version() */
	const char *grammar; /* version of the grammars, any text; NULL: not known */
	const char *time;    /* ISO 8601; NULL: now */
};

/** Begin a run: all that is put until store_run_end bears its number.
 *  A run that was killed stays without an end; it is data. */
bool store_run_begin(struct store *store, const struct store_run *run);
/** End it: its sums, its time, and what was put becomes searchable.
 *  status: "done", "interrupted", …; `time` as above */
bool store_run_end(struct store *store, const char *status, const char *time);

/* ---- Documents ---------------------------------------------------------------- */

/* One document as the worker protocol tells it. Texts are borrowed for the call. */
struct store_document {
	const char *closing; /* the closing line, its line end not needed */
	size_t nclosing;
	const char *records;      /* its record lines, each ended by \n; NULL: none */
	size_t nrecords;          /* in bytes */
	const char *path;         /* the ledger's key; NULL: the closing line's `document` */
	const char *duplicate_of; /* path of a document with the same bytes; NULL: none.
	                             Records of a duplicate are not kept twice. */
	const char *time;         /* when it was read, ISO 8601; NULL: now */
	uint64_t size;            /* of the input in bytes; 0: not known */
	int64_t modified;         /* its time of change, ns since 1970; 0: not known */
};

/** Put a document in the place of what the store knows under its path: one
 *  transaction. Rows whose stable id stays keep their integer keys.
 *  A document with the bytes and grammar of another one already stored is kept as its
 *  duplicate even when `duplicate_of` is NULL.
 *  errors: false: lines that are not of the protocol, no room on the disk, a locked file;
 *          the store is then as before the call */
bool store_put(struct store *store, const struct store_document *doc);
/** Take a document out, with all its rows; true also when it was not there. */
bool store_remove(struct store *store, const char *path);

/* What the ledger knows of a document. */
struct store_entry {
	char sha256[65];   /* "": it could not be read */
	char status[32];   /* "ok" or the name of a pifu_status, also "crashed", … */
	char program[64];  /* of the run that put it */
	char grammar[128]; /* the same */
	char time[40];
	bool duplicate;
	uint64_t size, forms, records, doubtful, repairs;
	int64_t modified;
};

/** Look up `path` in the ledger; false when it is not there (or on a failure: store_message). */
bool store_known(struct store *store, const char *path, struct store_entry *out);
/** The path of the document that holds the records of content `sha256`; NULL: none.
 *  A loan until the next call. */
const char *store_content(struct store *store, const char *sha256);

/** Sums of the whole store. */
struct store_totals {
	uint64_t documents, failed, duplicates, forms, records, doubtful, repairs, findings;
};
bool store_sum(struct store *store, struct store_totals *out);

/* ---- Records -------------------------------------------------------------------- */

/* One record, flat. Texts are loans until the callback returns. */
struct store_record {
	int64_t key;                         /* of `indicators`; 0 where read from a line */
	const char *value[PIFU_FIELD_COUNT]; /* as pifu_record_text gives it; NULL: null */
	double confidence;
	bool doubtful;
	const char *findings, *checks, *repairs; /* codes joined by `;`, "" for none */
};

/* Returns false to stop. */
typedef bool store_record_sink(void *ctx, const struct store_record *record);

/** Give each record to `sink`: documents in the order they came, forms and records in
 *  the order of the source. Duplicates give none.
 *  where:  a condition on the view `records` ("year = 2024"), NULL: all
 *  errors: false when the store cannot be read; stopping by the sink is none */
bool store_each_record(struct store *store, const char *where, store_record_sink *sink, void *ctx);

/* ---- Lines ------------------------------------------------------------------------ */

/* Reads lines of JSON Lines (a record each) into the same flat shape. */
struct store_lines;
struct store_lines *store_lines_new(void);
void store_lines_free(struct store_lines *lines);
/** Read one line of `n` bytes, its line end not needed.
 *  errors: false: no record; `message` says what is wrong with it
 *  owns:   `out` holds loans until the next call; `line` is borrowed as long */
bool store_lines_read(struct store_lines *lines, const char *line, size_t n,
                      struct store_record *out, char *message, size_t size);

/* ---- Exports ------------------------------------------------------------------------ */

/* Takes bytes: 0, or nonzero to stop (pifu_sink). */
struct store_export {
	const char *format; /* a name of store_format_list */
	const char
		*columns; /* csv: NULL or "keys": names of the fields, "zh": the exchange sheet's */
	const char *table; /* csv, postgres: one table or view only; NULL: `records`, or all */
	const char *where; /* as in store_each_record; NULL: all */
	bool bom;          /* csv: a byte order mark */
};

/** Name and description of the formats a store can be written in; NULL past the end.
 *  `*file`: it becomes a file (xlsx) or folder (datapackage), no stream. */
const char *store_format_list(size_t index, const char **what, bool *file);
/** Can it be done as asked? false: no such format, table or columns, or a condition that
 *  is none; see store_message. */
bool store_export_check(struct store *store, const struct store_export *how);
/** Write a store as a stream. */
bool store_export_stream(struct store *store, const struct store_export *how, pifu_sink sink,
                         void *ctx);
/** Write a store as the file or folder `path`, which appears when it is complete. */
bool store_export_file(struct store *store, const struct store_export *how, const char *path);
/** The format a path's name asks for (".xlsx", ".sqlite", "datapackage.json", ".csv" …);
 *  NULL: none. "sqlite" means a store itself. */
const char *store_format_of(const char *path);

#endif
