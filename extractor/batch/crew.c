/* The workers of a run, and what becomes of the documents in their hands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "closing.h"
#include "run.h"

enum {
	TRIES = 3, /* of a document whose workers die before they begin it */
};

/* ---- Documents that end without a worker's answer ------------------------------------------ */

static void finish(struct run *r, struct document *d)
{
	if (d->tally.unchanged) {
		uint64_t bytes = d->tally.bytes;

		d->tally = d->known.tally;
		d->tally.bytes = bytes;
		d->tally.unchanged = true;
	}
	if (d->records.failed || d->line.failed) {
		r->fault = true;
		return;
	}
	if (d->tally.status != PIFU_OK && !d->tally.unchanged)
		batch_buffer_clear(&d->records, 0);
	batch_queue_done(&r->queue, d);
}

/* What it has given so far is void. */
void batch_crew_fail(struct run *r, struct document *d, pifu_status status, const char *message)
{
	pifu_error err = {.status = status};

	snprintf(err.message, sizeof err.message, "%s", message);
	batch_buffer_clear(&d->records, 0);
	batch_buffer_clear(&d->line, 0);
	d->tally = (struct tally){.status = status, .bytes = d->tally.bytes};
	char *told = strdup(message); /* before: it may be the document's own */
	free(d->message);
	d->message = told;
	if (r->c->child.lines)
		batch_closing_failed(d->name, *d->sha256 ? d->sha256 : NULL, &err, &d->line);
	finish(r, d);
}

void batch_crew_fail_crashed(struct run *r, struct document *d, int status)
{
	char message[160];
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (number)
		snprintf(message, sizeof message, "the process was ended by signal %d (%s)", number,
		         strsignal(number));
	else
		snprintf(message, sizeof message, "the process ended with exit code %d",
		         WIFEXITED(status) ? WEXITSTATUS(status) : 0);
	batch_crew_fail(r, d, PIFU_ERR_CRASH, message);
}

static void fail_late(struct run *r, struct document *d)
{
	char message[80];

	snprintf(message, sizeof message, "took longer than %g seconds", r->c->timeout);
	batch_crew_fail(r, d, PIFU_ERR_TIME, message);
}

/* ---- Workers ------------------------------------------------------------------------------------ */

/* Back to the front of the line; what it has given so far is void. */
static void put_back(struct run *r, struct document *d)
{
	d->state = DOCUMENT_READY;
	batch_buffer_clear(&d->records, 0);
	batch_buffer_clear(&d->line, 0);
	batch_line_add_first(&r->ready, d);
}

enum loss { LOST_DIED, LOST_LATE, LOST_RETIRED };

/* A worker is gone, or has to go. The document it had in hand is lost with it; one
 * that it had not begun is given to another, though not for ever. */
static void lose_worker(struct run *r, struct process *p, enum loss loss)
{
	bool begun = p->page->begun != 0;
	int status = batch_process_end(p, &r->t->worker_peak);

	r->t->restarts += loss != LOST_RETIRED;
	while (p->n > 1)
		put_back(r, p->jobs[--p->n]);
	if (!p->n)
		return;
	struct document *d = batch_process_first(p);
	d->tries += loss != LOST_RETIRED;
	if (begun)
		memcpy(d->sha256, p->page->sha256, sizeof d->sha256);
	if (begun && loss == LOST_LATE)
		fail_late(r, d);
	else if (begun || d->tries == TRIES)
		batch_crew_fail_crashed(r, d, status);
	else
		put_back(r, d);
}

static void settle_done(struct run *r)
{
	struct document *d;

	while ((d = batch_line_take(&r->done))) {
		if (d->tally.is_archive) {
			d->state = DOCUMENT_ARCHIVE;
			batch_line_add(&r->archives, d);
		} else {
			finish(r, d);
		}
	}
}

void batch_crew_hear(struct run *r, struct process *p)
{
	bool alive = batch_process_take(p, &r->done, r->scratch, SCRATCH_SIZE);
	bool retires = r->done.last && r->done.last->tally.worker_ends;

	settle_done(r);
	if (!alive || retires)
		lose_worker(r, p, retires ? LOST_RETIRED : LOST_DIED);
}

void batch_crew_check_time(struct run *r)
{
	uint64_t allowed = (uint64_t)(r->c->timeout * 1e9), t = batch_now();

	for (unsigned i = 0; i < r->c->jobs && allowed; i++) {
		struct process *p = &r->workers[i];
		uint64_t begun = p->pid ? __atomic_load_n(&p->page->begun, __ATOMIC_ACQUIRE) : 0;

		if (begun && begun < r->stalled)
			begun = r->stalled;
		if (begun && t > begun && t - begun > allowed)
			lose_worker(r, p, LOST_LATE);
	}
}

bool batch_crew_start(struct run *r, struct process *p, bool unpacker)
{
	if (p->pid || batch_process_start(p, &r->c->child, unpacker))
		return true;
	fprintf(stderr, "pifu: a worker cannot be started: %s\n", strerror(errno));
	r->fault = true;
	return false;
}

/* One document each in turn, so that none has two while another has none. */
void batch_crew_give_out(struct run *r)
{
	for (unsigned depth = 0; depth < POOL_DEPTH; depth++) {
		for (unsigned i = 0; i < r->c->jobs && r->ready.n; i++) {
			struct process *p = &r->workers[i];

			if ((p->pid && p->n > depth) || !batch_crew_start(r, p, false))
				continue;
			struct document *d = batch_line_take(&r->ready);
			if (!batch_process_send(p, d)) {
				batch_line_add_first(&r->ready, d);
				lose_worker(r, p, LOST_DIED);
			}
		}
	}
}
