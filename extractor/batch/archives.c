/* Archives of a run: one after another through the unpacker, whose members are put
 * into the queue before the place that the archive holds there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

enum { HELD_MAX = 64 << 20 /* bytes of unpacked members that wait */ };

static void end_archive(struct run *r)
{
	struct document *d = r->unpacking;

	r->unpacking = NULL;
	r->t->archives++;
	r->t->unpacked = 0;
	r->t->bytes += d->tally.bytes;
	batch_queue_drop(&r->queue, d);
}

/* The place of the archive becomes that of its failure. */
static void fail_archive(struct run *r, pifu_status status, const char *message)
{
	struct document *d = r->unpacking;

	r->unpacking = NULL;
	batch_crew_fail(r, d, status, message);
}

/* Members of one name are told apart: `x.txt`, `x.txt#2` … */
static void take_member_name(struct run *r, struct buffer *name)
{
	size_t n = name->n;

	for (unsigned i = 2; !batch_run_take_name(r, name->s) && !name->failed; i++) {
		name->n = n;
		batch_buffer_text(name, "#");
		batch_buffer_uint(name, i);
	}
}

static void add_member(struct run *r, const struct wire_member *m, const char *name,
                       const char *message, int fd)
{
	struct buffer unique = {0};

	batch_buffer_text(&unique, name);
	take_member_name(r, &unique);
	struct document *d =
		unique.failed ? NULL : batch_queue_add(&r->queue, r->unpacking, unique.s, fd);
	batch_buffer_free(&unique);
	if (!d) {
		r->fault = true;
		if (fd >= 0)
			close(fd);
	} else if (m->status != PIFU_OK) {
		batch_crew_fail(r, d, (pifu_status)m->status, message);
	} else {
		d->is_known =
			r->c->sink->known && r->c->sink->known(r->c->sink, d->name, &d->known);
		batch_line_add(&r->ready, d);
	}
}

static void take_member(struct run *r, int fd)
{
	struct wire_member m;
	const char *name = r->message.s + sizeof m;

	memcpy(&m, r->message.s, sizeof m);
	/* what befalls the archive itself is told at its end */
	if (m.status != PIFU_OK && strcmp(name, r->unpacking->name) == 0) {
		r->unpacking->tally.status = m.status;
		free(r->unpacking->message);
		r->unpacking->message = strdup(name + strlen(name) + 1);
	} else {
		add_member(r, &m, name, name + strlen(name) + 1, fd);
	}
	r->t->unpacked = m.packed;
	r->member_owes_leave = true;
}

static void lose_unpacker(struct run *r)
{
	struct document *d = r->unpacking;
	int status = batch_process_end(&r->unpacker, &r->t->worker_peak);

	r->unpacking = NULL;
	r->t->restarts++;
	batch_crew_fail_crashed(r, d, status);
}

void batch_archives_hear(struct run *r)
{
	struct wire_head head;
	int fd;

	if (!batch_wire_take(r->unpacker.socket, &head, &r->message, &fd)) {
		lose_unpacker(r);
	} else if (head.kind == WIRE_MEMBER) {
		take_member(r, fd);
	} else if (r->unpacking->tally.status == PIFU_OK) {
		end_archive(r);
	} else {
		fail_archive(r, (pifu_status)r->unpacking->tally.status,
		             r->unpacking->message ? r->unpacking->message : "");
	}
}

static bool has_room(const struct run *r)
{
	return r->ready.n < 2 * (size_t)POOL_DEPTH * r->c->jobs && r->queue.held < HELD_MAX &&
	       r->queue.n < UNDER_WAY_MAX;
}

/* The unpacker may go on, or begin with the next archive. */
void batch_archives_drive(struct run *r)
{
	struct iovec path;

	if (r->unpacking && r->member_owes_leave && has_room(r)) {
		r->member_owes_leave = false;
		r->unpack_since = batch_now();
		batch_wire_send(r->unpacker.socket, WIRE_MORE, NULL, 0, -1);
	}
	if (r->unpacking || !r->archives.n || !batch_crew_start(r, &r->unpacker, true))
		return;
	r->unpacking = batch_line_take(&r->archives);
	r->unpacking->tally.status = PIFU_OK;
	r->member_owes_leave = false;
	r->unpack_since = batch_now();
	path = (struct iovec){r->unpacking->name, strlen(r->unpacking->name) + 1};
	/* one that is gone is noticed where it is heard */
	batch_wire_send(r->unpacker.socket, WIRE_ARCHIVE, &path, 1, -1);
}

void batch_archives_check_time(struct run *r)
{
	char message[80];

	if (!r->unpacking || r->member_owes_leave || r->c->timeout <= 0)
		return;
	if (batch_now() - r->unpack_since < (uint64_t)(r->c->timeout * 1e9))
		return;
	batch_process_end(&r->unpacker, &r->t->worker_peak);
	r->t->restarts++;
	snprintf(message, sizeof message, "a member took longer than %g seconds to unpack",
	         r->c->timeout);
	fail_archive(r, PIFU_ERR_TIME, message);
}
