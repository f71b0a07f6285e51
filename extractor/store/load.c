/* pifu load: answers of workers, from files or standard input, into a store. */
#include "../cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

static const char closing_mark[] = "{\"document\":";

/* Lines of one document, gathered until its closing line comes. */
struct gathering {
	struct store *store;
	const char *name; /* of the stream that is read */
	unsigned long line;
	char *lines;
	size_t n, cap;
	uint64_t documents, records;
};

static bool gather(struct gathering *g, const char *line, size_t n)
{
	if (n > g->cap - g->n) {
		size_t cap = (g->n + n) * 2;
		char *lines = realloc(g->lines, cap);

		if (!lines) {
			cli_say("%s: out of memory", g->name);
			return false;
		}
		g->lines = lines;
		g->cap = cap;
	}
	memcpy(g->lines + g->n, line, n);
	g->n += n;
	g->records++;
	return true;
}

static bool put_document(struct gathering *g, const char *line, size_t n)
{
	struct store_document doc = {.closing = line,
	                             .nclosing = n,
	                             .records = g->lines,
	                             .nrecords = g->n};

	if (!store_put(g->store, &doc)) {
		cli_say("%s:%lu: %s", g->name, g->line, store_message(g->store));
		return false;
	}
	g->n = 0;
	g->documents++;
	return true;
}

static bool load_stream(struct gathering *g, FILE *in)
{
	char *line = NULL;
	size_t size = 0, mark = sizeof closing_mark - 1;
	ssize_t n;
	bool ok = true;

	while (ok && (n = getline(&line, &size, in)) > 0) {
		g->line++;
		if ((size_t)n >= mark && memcmp(line, closing_mark, mark) == 0)
			ok = put_document(g, line, (size_t)n);
		else
			ok = gather(g, line, (size_t)n);
	}
	free(line);
	if (ok && ferror(in)) {
		cli_say("%s: %s", g->name, strerror(errno));
		return false;
	}
	if (ok && g->n)
		cli_say("%s:%lu: the last document has no closing line; its records are left out",
		        g->name, g->line);
	return ok && g->n == 0;
}

static bool load_file(struct gathering *g, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : fopen(path, "rb");

	g->name = standard ? "standard input" : path;
	g->line = 0;
	g->n = 0;
	if (!in) {
		cli_say("%s: %s", path, strerror(errno));
		return false;
	}
	bool ok = load_stream(g, in);
	if (!standard)
		fclose(in);
	return ok;
}

static int load_all(struct gathering *g, const struct arguments *args)
{
	bool ok = true;

	if (args->count == 1)
		ok = load_file(g, "-");
	for (int i = 1; i < args->count; i++)
		ok = load_file(g, args->items[i]) && ok;
	if (!store_run_end(g->store, ok ? "done" : "failed", NULL)) {
		cli_say("%s: %s", args->items[0], store_message(g->store));
		return pifu_status_exit(PIFU_ERR_WRITE);
	}
	return ok ? 0 : pifu_status_exit(PIFU_ERR_FORMAT);
}

int cli_load_run(const struct settings *s, const struct arguments *args)
{
	char why[512];
	struct gathering g = {.store = store_open(args->items[0], STORE_WRITE, why, sizeof why)};

	(void)s;
	if (!g.store) {
		cli_say("%s", why);
		return pifu_status_exit(PIFU_ERR_WRITE);
	}
	int exit_code = pifu_status_exit(PIFU_ERR_WRITE);
	if (store_run_begin(g.store, &(struct store_run){.command = "pifu load"}))
		exit_code = load_all(&g, args);
	else
		cli_say("%s: %s", args->items[0], store_message(g.store));
	store_free(g.store);
	free(g.lines);
	return exit_code;
}
