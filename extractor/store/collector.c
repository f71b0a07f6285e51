/* Documents of this process into a store. */
#include "collector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../batch/closing.h"

enum { KEEP = 1 << 20 };

struct collector {
	struct collector_wanted wanted;
	struct store *store;
	struct buffer records, line;
	struct closing closing;
};

struct collector *store_collector_new(const struct collector_wanted *wanted, char *message,
                                      size_t size)
{
	struct collector *c = calloc(1, sizeof *c);
	bool lasting = strcmp(wanted->format, "sqlite") == 0;

	if (!c) {
		snprintf(message, size, "out of memory");
		return NULL;
	}
	c->wanted = *wanted;
	c->store = store_open(lasting ? wanted->output : "", STORE_WRITE, message, size);
	if (c->store && store_run_begin(c->store, &(struct store_run){.command = wanted->command}))
		return c;
	if (c->store)
		snprintf(message, size, "%s: %s", wanted->output, store_message(c->store));
	store_collector_free(c);
	return NULL;
}

void store_collector_free(struct collector *c)
{
	if (!c)
		return;
	store_free(c->store);
	batch_buffer_free(&c->records);
	batch_buffer_free(&c->line);
	batch_closing_free(&c->closing);
	free(c);
}

const char *store_collector_message(const struct collector *c)
{
	return store_message(c->store);
}

/* ---- A document ------------------------------------------------------------------------ */

int store_collector_take(void *ctx, const char *bytes, size_t n)
{
	struct collector *c = ctx;

	batch_buffer_put(&c->records, bytes, n);
	return c->records.failed;
}

void store_collector_begin(struct collector *c, const char *name)
{
	batch_buffer_clear(&c->records, KEEP);
	batch_buffer_clear(&c->line, KEEP);
	batch_closing_begin(&c->closing, name);
}

void store_collector_form(struct collector *c, const pifu_form *form)
{
	batch_closing_form(&c->closing, form);
}

bool store_collector_document(struct collector *c, const pifu_doc *doc, const pifu_error *err)
{
	struct store_document put = {0};

	batch_closing_write(&c->closing, doc, err, &c->line);
	if (err->status != PIFU_OK)
		batch_buffer_clear(&c->records, KEEP);
	put.closing = c->line.s;
	put.nclosing = c->line.n;
	put.records = c->records.s;
	put.nrecords = c->records.n;
	return !c->line.failed && store_put(c->store, &put);
}

bool store_collector_finish(struct collector *c)
{
	struct store_export how = {.format = c->wanted.format, .columns = c->wanted.columns};

	if (!store_run_end(c->store, "done", NULL))
		return false;
	if (strcmp(c->wanted.format, "sqlite") == 0)
		return true;
	return store_export_file(c->store, &how, c->wanted.output);
}
