/* Documents read in this process, on their way into a store or a file made of one:
 * `pifu extract -o OUT.sqlite`, `-o OUT.xlsx`, `-o OUT/datapackage.json`.
 *
 *     writer (jsonl) -> store_collector_take ----+
 *     form           -> store_collector_form ----+-> store_collector_document -> store_put
 *
 * A file that is no store is made at the end from a temporary one. */
#ifndef PIFU_STORE_COLLECTOR_H
#define PIFU_STORE_COLLECTOR_H

#include "store.h"

struct collector;

struct collector_wanted {
	const char *output;
	const char *format;  /* by store_format_of; one that is a file, or "sqlite" */
	const char *columns; /* as in struct store_export */
	const char *command; /* of the run */
};

/** A collector whose documents end in `output`; NULL after a message in `message`. */
struct collector *store_collector_new(const struct collector_wanted *wanted, char *message,
                                      size_t size);
/** A pifu_sink for record lines; ctx is the collector. */
int store_collector_take(void *ctx, const char *bytes, size_t n);
/** Begin a document that records call `name`. */
void store_collector_begin(struct collector *c, const char *name);
void store_collector_form(struct collector *c, const pifu_form *form);
/** The end of the document: with `err` of its failure, its records do not count.
 *  doc:    NULL where it could not be opened
 *  errors: false: it could not be stored, see store_collector_message */
bool store_collector_document(struct collector *c, const pifu_doc *doc, const pifu_error *err);
/** The end of all: write the output. false: see store_collector_message. */
bool store_collector_finish(struct collector *c);
const char *store_collector_message(const struct collector *c);
void store_collector_free(struct collector *c);

#endif
