/* pifu batch: many inputs into one output. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../store/store.h"
#include "file.h"
#include "inputs.h"
#include "progress.h"
#include "setup.h"
#include "sinks.h"

struct batch {
	const struct settings *settings;
	struct setup setup;
	char **operands;
	int count;
	char *list;   /* what was read of --files-from */
	char *output; /* NULL: standard output */
	struct sink *sink;
	struct progress progress;
	char *ledger;
};

/* ---- Inputs ------------------------------------------------------------------------------ */

static bool read_list(struct batch *b, size_t *n)
{
	const char *path = b->settings->files_from;
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct buffer bytes = {0};
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 && batch_buffer_reserve(&bytes, 1 << 16)) {
		got = read(fd, bytes.s + bytes.n, 1 << 16);
		bytes.n += got > 0 ? (size_t)got : 0;
		if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		cli_say("%s: %s", path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	if (got == 0)
		bytes.s[bytes.n] = '\0';
	b->list = bytes.s;
	*n = bytes.n;
	return got == 0;
}

/* Each path of the list an operand behind those of the command line. */
static bool split_list(struct batch *b, size_t n)
{
	char end = b->settings->null ? '\0' : '\n';
	size_t most = (size_t)b->count + 1;

	for (size_t i = 0; i < n; i++)
		most += b->list[i] == end;
	char **operands =
		most < INT_MAX ? realloc(b->operands, (most + 1) * sizeof *operands) : NULL;
	if (!operands)
		return false;
	b->operands = operands;
	for (char *at = b->list; at < b->list + n;) {
		char *to = memchr(at, end, (size_t)(b->list + n - at));
		size_t length = to ? (size_t)(to - at) : (size_t)(b->list + n - at);

		at[length] = '\0';
		if (length && end == '\n' && at[length - 1] == '\r')
			at[length - 1] = '\0';
		if (*at)
			b->operands[b->count++] = at;
		at += length + 1;
	}
	return true;
}

static bool gather(struct batch *b, const struct arguments *args)
{
	size_t n = 0;

	b->operands = malloc(((size_t)args->count + 1) * sizeof *b->operands);
	if (!b->operands)
		return false;
	memcpy(b->operands, args->items, (size_t)args->count * sizeof *b->operands);
	b->count = args->count;
	return !b->settings->files_from || (read_list(b, &n) && split_list(b, n));
}

static struct inputs_wanted wanted_inputs(const struct batch *b)
{
	return (struct inputs_wanted){.operands = b->operands,
	                              .count = b->count,
	                              .list = -1,
	                              .recursive = b->settings->recursive,
	                              .globs = b->settings->globs.items,
	                              .output = b->output,
	                              .shard = b->setup.shard,
	                              .shards = b->setup.shards};
}

/* How much there is to do, so that one can say how long it takes. */
static void measure(struct batch *b)
{
	struct inputs_wanted w = wanted_inputs(b);
	struct inputs *in = batch_inputs_new(&w);
	const char *path, *why;
	struct stat st;

	while (in && batch_inputs_next(in, &path, &why) != INPUT_END) {
		b->progress.files++;
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			b->progress.bytes += (uint64_t)st.st_size;
	}
	batch_inputs_free(in);
}

/* ---- Output --------------------------------------------------------------------------------- */

/* What takes a store to be made, "sqlite" itself included; NULL: nothing. */
static const char *stored_format(const struct settings *s)
{
	const char *wanted = s->format, *name;
	bool file;

	if (!wanted && s->output)
		wanted = store_format_of(s->output);
	if (!wanted || strcmp(wanted, "sqlite") == 0)
		return wanted;
	for (size_t i = 0; (name = store_format_list(i, NULL, &file)); i++)
		if (file && strcmp(name, wanted) == 0)
			return name;
	return NULL;
}

static const char *format_of(const struct settings *s)
{
	static const char *const endings[][2] = {
		{".jsonl", "jsonl"}, {".ndjson", "jsonl"}, {".csv", "csv"},
		{".tsv", "tsv"},     {".json", "json"},
	};
	const char *dot = s->output ? strrchr(s->output, '.') : NULL;

	if (stored_format(s))
		return pifu_writer_list(0, NULL); /* lines go into a store */
	if (s->format)
		return s->format;
	for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++)
		if (strcmp(dot, endings[i][0]) == 0)
			return endings[i][1];
	return pifu_writer_list(0, NULL);
}

static struct flat_wanted wanted_flat(const struct batch *b)
{
	return (struct flat_wanted){.path = b->output,
	                            .format = b->setup.child.format,
	                            .header = b->setup.header.s ? b->setup.header.s : "",
	                            .header_size = b->setup.header.n,
	                            .stamp = b->setup.stamp.s,
	                            .retry_failed = b->settings->retry_failed,
	                            .fresh = b->settings->fresh};
}

static struct sink *open_flat(struct batch *b)
{
	struct flat_wanted w = wanted_flat(b);

	b->progress.ledger = b->ledger;
	return batch_flat_new(&w);
}

static struct sink *open_made(struct batch *b, const char *format)
{
	struct made_wanted w = {.path = b->output,
	                        .format = format,
	                        .columns = b->settings->columns,
	                        .flat = wanted_flat(b)};

	return batch_made_new(&w);
}

static struct sink *open_store(const struct batch *b)
{
	struct store_wanted w = {.path = b->output,
	                         .stamp = b->setup.stamp.s,
	                         .retry_failed = b->settings->retry_failed,
	                         .fresh = b->settings->fresh};

	return batch_store_new(&w);
}

/* A link stands for the file it leads to. */
static bool open_file(struct batch *b, const char *path, const char *stored)
{
	b->output = realpath(path, NULL);
	if (!b->output || stored) {
		free(b->output);
		b->output = strdup(path);
	}
	b->ledger = b->output ? batch_file_beside(b->output, ".ledger") : NULL;
	if (!b->ledger)
		return false;
	if (!stored)
		b->sink = open_flat(b);
	else
		b->sink = strcmp(stored, "sqlite") == 0 ? open_store(b) : open_made(b, stored);
	return b->sink;
}

/* Devices and pipes take what comes. */
static bool open_stream(struct batch *b, const char *path)
{
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : STDOUT_FILENO;

	if (fd < 0) {
		cli_say("%s: %s", path, strerror(errno));
		return false;
	}
	b->sink = batch_stream_new(fd, false, b->setup.header.s ? b->setup.header.s : "",
	                           b->setup.header.n);
	return b->sink;
}

static bool open_output(struct batch *b)
{
	const char *path = b->settings->output, *stored = stored_format(b->settings);
	struct stat st;

	if (path && strcmp(path, "-") == 0)
		path = NULL;
	if (stored && !path) {
		cli_say("batch: %s is a file: name it by -o OUT", stored);
		return false;
	}
	if (path && (stored || stat(path, &st) != 0 || S_ISREG(st.st_mode)))
		return open_file(b, path, stored);
	return open_stream(b, path);
}

/* ---- The run ---------------------------------------------------------------------------------- */

static int end_run(struct batch *b, const struct totals *t, enum conduct_end end, int signal)
{
	static const char *const names[] = {
		[CONDUCT_DONE] = "done",
		[CONDUCT_STOPPED] = "stopped; the same command goes on from here",
		[CONDUCT_UNWRITABLE] = "the output cannot be written",
		[CONDUCT_FAULT] = "given up",
	};

	batch_progress_end(&b->progress, t, names[end]);
	switch (end) {
	case CONDUCT_DONE:
		return t->failed ? pifu_status_exit(PIFU_ERR_BATCH) : 0;
	case CONDUCT_UNWRITABLE:
		return pifu_status_exit(PIFU_ERR_WRITE);
	case CONDUCT_STOPPED:
		return batch_die(signal);
	default:
		return pifu_status_exit(PIFU_ERR_INTERNAL);
	}
}

static int run(struct batch *b)
{
	struct totals totals = {0};
	struct conduct c = {.child = b->setup.child,
	                    .jobs = b->setup.jobs ? b->setup.jobs : batch_setup_processors(),
	                    .timeout = b->setup.timeout,
	                    .unique = true,
	                    .list = -1,
	                    .sink = b->sink,
	                    .watch = batch_progress_watch,
	                    .ctx = &b->progress};
	struct inputs_wanted w = wanted_inputs(b);
	enum conduct_end end = CONDUCT_FAULT;
	int signal = 0;

	c.child.lines = b->sink->lines;
	batch_progress_begin(&b->progress, b->settings->progress);
	if (b->progress.how != PROGRESS_NONE)
		measure(b);
	c.inputs = batch_inputs_new(&w);
	if (c.inputs)
		end = batch_conduct(&c, &totals, &signal);
	batch_inputs_free(c.inputs);
	return end_run(b, &totals, end, signal);
}

static void free_batch(struct batch *b)
{
	if (b->sink)
		b->sink->free(b->sink);
	batch_setup_free(&b->setup);
	free(b->operands);
	free(b->list);
	free(b->output);
	free(b->ledger);
}

static int gather_and_run(struct batch *b, const struct arguments *args)
{
	if (!gather(b, args))
		return pifu_status_exit(PIFU_ERR_OPEN);
	if (!open_output(b))
		return pifu_status_exit(PIFU_ERR_WRITE);
	return run(b);
}

int cli_batch_run(const struct settings *s, const struct arguments *args)
{
	struct batch b = {.settings = s};
	int code;

	if (args->count == 0 && !s->files_from) {
		cli_say("batch: no INPUT is given; see pifu help batch");
		return pifu_status_exit(PIFU_ERR_USAGE);
	}
	code = batch_setup_open(&b.setup, s, format_of(s));
	if (code == 0)
		code = gather_and_run(&b, args);
	free_batch(&b);
	return code;
}
