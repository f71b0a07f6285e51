/* The documents under way. Records of documents that are done, but wait for one
 * before them, are kept in memory up to a limit and in a file beyond it. */
#include "queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_MAX = 64 << 20 };

void batch_queue_init(struct queue *q)
{
	*q = (struct queue){.spill = -1};
}

/* ---- Lines ------------------------------------------------------------------------------- */

void batch_line_add(struct line *l, struct document *d)
{
	d->next = NULL;
	if (l->last)
		l->last->next = d;
	else
		l->first = d;
	l->last = d;
	l->n++;
}

void batch_line_add_first(struct line *l, struct document *d)
{
	d->next = l->first;
	l->first = d;
	if (!l->last)
		l->last = d;
	l->n++;
}

struct document *batch_line_take(struct line *l)
{
	struct document *d = l->first;

	if (!d)
		return NULL;
	l->first = d->next;
	if (!l->first)
		l->last = NULL;
	l->n--;
	return d;
}

/* ---- Order of the input ---------------------------------------------------------------------- */

static uint64_t size_of(int fd)
{
	off_t n = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;

	return n > 0 ? (uint64_t)n : 0;
}

struct document *batch_queue_add(struct queue *q, struct document *place, const char *name, int fd)
{
	struct document *d = calloc(1, sizeof *d);

	if (d)
		d->name = strdup(name);
	if (!d || !d->name) {
		free(d);
		return NULL;
	}
	d->fd = fd;
	d->held = size_of(fd);
	d->spilled = -1;
	d->after = place;
	d->before = place ? place->before : q->tail;
	*(d->before ? &d->before->after : &q->head) = d;
	*(place ? &place->before : &q->tail) = d;
	q->held += d->held;
	q->n++;
	return d;
}

void batch_queue_close(struct queue *q, struct document *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	q->held -= d->held;
	d->held = 0;
}

static size_t bytes_of(const struct document *d)
{
	return d->records.n + d->line.n;
}

void batch_queue_drop(struct queue *q, struct document *d)
{
	*(d->before ? &d->before->after : &q->head) = d->after;
	*(d->after ? &d->after->before : &q->tail) = d->before;
	if (d->state == DOCUMENT_DONE)
		q->kept -= bytes_of(d);
	batch_queue_close(q, d);
	batch_buffer_free(&d->records);
	batch_buffer_free(&d->line);
	free(d->message);
	free(d->name);
	free(d);
	q->n--;
}

void batch_queue_free(struct queue *q)
{
	for (struct document *d = q->head, *after; d; d = after) {
		after = d->after;
		batch_queue_drop(q, d);
	}
	if (q->spill >= 0)
		close(q->spill);
}

/* ---- The spill ------------------------------------------------------------------------------- */

static int open_spill(void)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];

	snprintf(name, sizeof name, "%s/pifu-XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkstemp(name);
	if (fd >= 0) {
		unlink(name);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	return fd;
}

static bool put_at(int fd, const struct buffer *b, off_t at)
{
	for (size_t done = 0; done < b->n;) {
		ssize_t n = pwrite(fd, b->s + done, b->n - done, at + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool get_at(int fd, struct buffer *b, size_t size, off_t at)
{
	batch_buffer_clear(b, SIZE_MAX);
	if (!batch_buffer_reserve(b, size))
		return false;
	while (b->n < size) {
		ssize_t n = pread(fd, b->s + b->n, size - b->n, at + (off_t)b->n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		b->n += (size_t)n;
	}
	b->s[b->n] = '\0';
	return true;
}

/* Sizes stay in the buffers, their bytes go. Where there is no room for them, they
 * stay in memory. */
static void spill(struct queue *q, struct document *d)
{
	size_t records = d->records.n, line = d->line.n;

	if (q->spill < 0)
		q->spill = open_spill();
	if (q->spill < 0 || !put_at(q->spill, &d->records, q->spill_end) ||
	    !put_at(q->spill, &d->line, q->spill_end + (off_t)records))
		return;
	d->spilled = q->spill_end;
	q->spill_end += (off_t)(records + line);
	q->spilled++;
	q->kept -= records + line;
	batch_buffer_clear(&d->records, 0);
	batch_buffer_clear(&d->line, 0);
	d->records.n = records;
	d->line.n = line;
}

void batch_queue_done(struct queue *q, struct document *d)
{
	batch_queue_close(q, d);
	d->state = DOCUMENT_DONE;
	q->kept += bytes_of(d);
	if (q->kept > KEPT_MAX && d != q->head && bytes_of(d) > 0)
		spill(q, d);
}

bool batch_queue_recall(struct queue *q, struct document *d)
{
	size_t records = d->records.n, line = d->line.n;

	if (d->spilled < 0)
		return true;
	if (!get_at(q->spill, &d->records, records, d->spilled) ||
	    !get_at(q->spill, &d->line, line, d->spilled + (off_t)records))
		return false;
	q->kept += records + line;
	d->spilled = -1;
	if (--q->spilled == 0) {
		q->spill_end = 0;
		if (ftruncate(q->spill, 0) != 0)
			return true; /* room on the disk comes back later */
	}
	return true;
}
