/* A sink for files that are made as a whole: workbooks, data packages.
 *
 *     documents -> OUT.lines (flat, with its ledger) -> a store for the moment -> OUT
 *
 * OUT.lines holds the worker's protocol, in the order of the input. It stays beside OUT,
 * so that the next run reads only what has changed; OUT is made anew at the end of
 * each run. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../store/store.h"
#include "file.h"
#include "ledger.h"
#include "sinks.h"

struct made {
	struct sink sink;
	struct made_wanted wanted;
	struct sink *flat;
	char *lines, *ledger;
};

static bool known(struct sink *sink, const char *name, struct known *out)
{
	struct sink *flat = ((struct made *)sink)->flat;

	return flat->known(flat, name, out);
}

static bool put(struct sink *sink, const struct outcome *o)
{
	struct sink *flat = ((struct made *)sink)->flat;

	return flat->put(flat, o);
}

static bool tick(struct sink *sink)
{
	struct sink *flat = ((struct made *)sink)->flat;

	return flat->tick(flat);
}

static bool fail(const struct made *m, const char *why)
{
	fprintf(stderr, "pifu: %s: %s\n", m->wanted.path, why);
	return false;
}

/* ---- From lines to a store ----------------------------------------------------------------- */

/* The closing line is the last of a document's. */
static bool put_lines(struct store *store, const struct ledger_entry *e, const char *lines)
{
	size_t n = (size_t)e->bytes, at = n ? n - 1 : 0;

	while (at > 0 && lines[at - 1] != '\n')
		at--;
	struct store_document d = {.closing = lines + at,
	                           .nclosing = n - at,
	                           .records = lines,
	                           .nrecords = at,
	                           .duplicate_of = e->twin,
	                           .time = e->time};
	return store_put(store, &d);
}

static bool load_document(const struct made *m, struct store *store, int fd,
                          const struct ledger_entry *e)
{
	char *lines = e->bytes < SIZE_MAX ? malloc((size_t)e->bytes + 1) : NULL;
	bool fine = lines && batch_file_read_at(fd, lines, (size_t)e->bytes, e->offset);

	if (!fine)
		fail(m, "its lines cannot be read");
	else if (!put_lines(store, e, lines))
		fine = fail(m, store_message(store));
	free(lines);
	return fine;
}

static bool load_all(const struct made *m, struct store *store)
{
	struct ledger ledger;
	int fd = open(m->lines, O_RDONLY | O_CLOEXEC);
	bool fine = batch_ledger_load(&ledger, m->ledger, m->wanted.flat.stamp) && fd >= 0;

	if (!fine)
		fail(m, strerror(errno));
	for (size_t i = 0; fine && i < ledger.n; i++)
		fine = load_document(m, store, fd, ledger.all[i]);
	batch_ledger_free(&ledger);
	if (fd >= 0)
		close(fd);
	return fine;
}

static bool make(const struct made *m)
{
	struct store_run run = {.command = "batch", .grammar = m->wanted.flat.stamp};
	struct store_export how = {.format = m->wanted.format, .columns = m->wanted.columns};
	char message[600] = "";
	struct store *store = store_open("", STORE_WRITE, message, sizeof message);

	if (!store)
		return fail(m, message);
	bool fine = store_run_begin(store, &run) || fail(m, store_message(store));
	fine = fine && load_all(m, store);
	if (fine)
		fine = (store_run_end(store, "done", NULL) &&
		        store_export_file(store, &how, m->wanted.path)) ||
		       fail(m, store_message(store));
	store_free(store);
	return fine;
}

static bool end(struct sink *sink, bool whole)
{
	struct made *m = (struct made *)sink;

	return m->flat->end(m->flat, whole) && (!whole || make(m));
}

static void free_made(struct sink *sink)
{
	struct made *m = (struct made *)sink;

	if (m->flat)
		m->flat->free(m->flat);
	free(m->lines);
	free(m->ledger);
	free(m);
}

/* A folder is named by its slash, or by its datapackage.json: its lines stand beside it. */
static char *name_lines(const char *path)
{
	static const char description[] = "/datapackage.json";
	size_t n = strlen(path), last = sizeof description - 1;

	if (n > last && strcmp(path + n - last, description) == 0)
		n -= last;
	else if (n > 1 && path[n - 1] == '/')
		n--;
	char *plain = strndup(path, n);
	char *lines = plain ? batch_file_beside(plain, ".lines") : NULL;

	free(plain);
	return lines;
}

struct sink *batch_made_new(const struct made_wanted *w)
{
	struct made *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->wanted = *w;
	m->lines = name_lines(w->path);
	m->ledger = m->lines ? batch_file_beside(m->lines, ".ledger") : NULL;
	m->sink = (struct sink){.lines = true,
	                        .known = known,
	                        .put = put,
	                        .tick = tick,
	                        .end = end,
	                        .free = free_made};
	m->wanted.flat.path = m->lines;
	m->wanted.flat.lines = true;
	m->flat = m->ledger ? batch_flat_new(&m->wanted.flat) : NULL;
	if (m->flat)
		return &m->sink;
	free_made(&m->sink);
	return NULL;
}
