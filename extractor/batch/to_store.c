/* A sink into the SQLite store, which is its own ledger: what it knows of a document
 * under the stamp of this run need not be read again. Documents come in the order
 * of the input, each in one transaction, so a run that is killed has put some from the
 * front, and the next run goes on behind them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../store/store.h"
#include "sinks.h"

struct to_store {
	struct sink sink;
	struct store_wanted wanted;
	struct store *store;
};

static bool fail(const struct to_store *s)
{
	fprintf(stderr, "pifu: %s: %s\n", s->wanted.path, store_message(s->store));
	return false;
}

static bool status_of(const char *name, uint32_t *status)
{
	for (uint32_t i = 0; i < PIFU_STATUS_COUNT; i++) {
		*status = i;
		if (strcmp(pifu_status_name((pifu_status)i), name) == 0)
			return true;
	}
	return false;
}

/* Read with the same program, grammars and options? */
static bool is_ours(const struct to_store *s, const struct store_entry *e)
{
	return strncmp(e->grammar, s->wanted.stamp, sizeof e->grammar - 1) == 0;
}

static bool known(struct sink *sink, const char *name, struct known *out)
{
	struct to_store *s = (struct to_store *)sink;
	struct store_entry e;

	if (s->wanted.fresh || !store_known(s->store, name, &e) || !is_ours(s, &e) || !*e.sha256)
		return false;
	out->tally = (struct tally){.forms = e.forms,
	                            .records = e.records,
	                            .doubtful = e.doubtful,
	                            .repairs = e.repairs};
	memcpy(out->sha256, e.sha256, sizeof out->sha256);
	return status_of(e.status, &out->tally.status) &&
	       (out->tally.status == PIFU_OK || !s->wanted.retry_failed);
}

static bool put(struct sink *sink, const struct outcome *o)
{
	struct to_store *s = (struct to_store *)sink;
	struct store_document d = {.closing = o->line,
	                           .nclosing = o->line_size,
	                           .records = o->records,
	                           .nrecords = o->size,
	                           .duplicate_of = o->duplicate_of,
	                           .size = o->tally.bytes};

	return o->tally.unchanged || store_put(s->store, &d) || fail(s);
}

static bool tick(struct sink *sink)
{
	(void)sink;
	return true;
}

static bool end(struct sink *sink, bool whole)
{
	struct to_store *s = (struct to_store *)sink;

	return store_run_end(s->store, whole ? "done" : "stopped", NULL) || fail(s);
}

static void free_sink(struct sink *sink)
{
	store_free(((struct to_store *)sink)->store);
	free(sink);
}

struct sink *batch_store_new(const struct store_wanted *w)
{
	struct to_store *s = calloc(1, sizeof *s);
	struct store_run run = {.command = "batch", .grammar = w->stamp};
	char message[600] = "out of memory";

	if (s)
		s->store = store_open(w->path, STORE_WRITE, message, sizeof message);
	if (!s || !s->store) {
		fprintf(stderr, "pifu: %s: %s\n", w->path, message);
		free(s);
		return NULL;
	}
	s->wanted = *w;
	s->sink = (struct sink){.lines = true,
	                        .known = known,
	                        .put = put,
	                        .tick = tick,
	                        .end = end,
	                        .free = free_sink};
	if (store_run_begin(s->store, &run))
		return &s->sink;
	fail(s);
	free_sink(&s->sink);
	return NULL;
}
