/* A sink without memory: records, or the worker's protocol, to a descriptor. What is
 * done is written out at once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "sinks.h"

struct stream {
	struct sink sink;
	int fd;
};

static bool write_bytes(const struct stream *s, const char *bytes, size_t n)
{
	if (batch_file_write(s->fd, bytes, n))
		return true;
	if (errno != EPIPE) /* a reader that has enough needs no telling */
		fprintf(stderr, "pifu: standard output: %s\n", strerror(errno));
	return false;
}

static bool put(struct sink *sink, const struct outcome *o)
{
	struct stream *s = (struct stream *)sink;

	return write_bytes(s, o->records, o->size) &&
	       (!sink->lines || write_bytes(s, o->line, o->line_size));
}

static bool tick(struct sink *sink)
{
	(void)sink;
	return true;
}

static bool end(struct sink *sink, bool whole)
{
	(void)sink;
	(void)whole;
	return true;
}

static void free_stream(struct sink *sink)
{
	free(sink);
}

struct sink *batch_stream_new(int fd, bool lines, const char *header, size_t n)
{
	struct stream *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->sink = (struct sink){
		.lines = lines, .put = put, .tick = tick, .end = end, .free = free_stream};
	s->fd = fd;
	if (!write_bytes(s, header, n)) {
		free(s);
		return NULL;
	}
	return &s->sink;
}
