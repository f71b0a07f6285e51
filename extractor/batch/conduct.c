/* A run.
 *
 *     inputs ──> ready ──> workers ──> queue, in the order of the input ──> sink
 *                  ^          |
 *                  |          └─ "it is an archive" ──> archives
 *                  └─────────────── members ──────────── unpacker
 *
 * Everything happens in one loop over poll: fill the line of ready documents, give
 * them to workers, hear what they say, end those that take too long, hand on what
 * is done and has nothing unfinished before it. An archive keeps its place in the
 * queue until it is unpacked; its members are put in before it.
 *
 * A worker that dies costs the document it had in hand. Those that waited for it
 * go back to the front of the line. */
#include "conduct.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run.h"

enum {
	ARCHIVES_MAX = 8, /* that wait to be unpacked, before more inputs are looked at */
	TICK_MS = 200,
};

static volatile sig_atomic_t stop_signal;

static void note_signal(int number)
{
	stop_signal = number;
}

uint64_t batch_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* ---- Inputs ------------------------------------------------------------- */

bool batch_run_take_name(struct run *r, const char *name)
{
	char *kept;

	if (!r->c->unique)
		return true;
	if (batch_table_get(&r->names, name))
		return false;
	kept = strdup(name);
	if (!kept || !batch_table_set(&r->names, kept, kept))
		r->fault = true;
	return true;
}

static void add_input(struct run *r, const char *path, const char *why)
{
	struct document *d;

	if (!batch_run_take_name(r, path)) {
		r->t->repeated++;
		return;
	}
	d = batch_queue_add(&r->queue, NULL, path, -1);
	if (!d) {
		r->fault = true;
	} else if (why) {
		batch_crew_fail(r, d, PIFU_ERR_OPEN, why);
	} else {
		d->is_known = r->c->sink->known && r->c->sink->known(r->c->sink, path, &d->known);
		batch_line_add(&r->ready, d);
	}
}

static void take_inputs(struct run *r)
{
	const char *path, *why;

	r->wants_list = false;
	while (!r->inputs_ended && r->ready.n < (size_t)POOL_DEPTH * r->c->jobs &&
	       r->queue.n < UNDER_WAY_MAX && r->archives.n < ARCHIVES_MAX && !r->fault) {
		enum input_kind kind = batch_inputs_next(r->c->inputs, &path, &why);

		if (kind == INPUT_WAIT) {
			r->wants_list = true;
			return;
		}
		if (kind == INPUT_END)
			r->inputs_ended = true;
		else
			add_input(r, path, kind == INPUT_FAULT ? why : NULL);
	}
}

/* ---- What is done ------------------------------------------------------------------------------------ */

static const char *find_twin(struct run *r, const struct document *d)
{
	const char *first;
	char *hash, *name;

	if (!r->c->unique || !*d->sha256)
		return NULL;
	first = batch_table_get(&r->hashes, d->sha256);
	if (first)
		return first;
	hash = strdup(d->sha256);
	name = batch_table_get(&r->names, d->name);
	if (!hash || !batch_table_set(&r->hashes, hash, name))
		r->fault = true;
	return NULL;
}

static void count(struct totals *t, const struct outcome *o)
{
	bool fine = o->tally.status == PIFU_OK;

	t->documents++;
	t->unchanged += o->tally.unchanged;
	t->failed += !fine;
	t->duplicates += o->duplicate_of != NULL;
	t->formless += fine && o->tally.forms == 0;
	t->forms += o->tally.forms;
	t->records += o->tally.records;
	t->doubtful += o->tally.doubtful;
	t->repairs += o->tally.repairs;
	t->bytes += o->tally.bytes;
	if (o->tally.status < PIFU_STATUS_COUNT)
		t->by_status[o->tally.status]++;
}

static void hand_on(struct run *r, struct document *d)
{
	struct outcome o = {.name = d->name,
	                    .sha256 = d->sha256,
	                    .message = d->message ? d->message : "",
	                    .tally = d->tally,
	                    .records = d->records.s,
	                    .size = d->records.n,
	                    .crc = d->crc,
	                    .line = d->line.s,
	                    .line_size = d->line.n};

	if (!batch_queue_recall(&r->queue, d)) {
		r->fault = true;
		return;
	}
	o.records = d->records.s ? d->records.s : "";
	o.line = d->line.s ? d->line.s : "";
	if (strchr(d->name, '!')) /* a member counts with its archive */
		o.tally.bytes = 0;
	o.duplicate_of = find_twin(r, d);
	if (!r->c->sink->put(r->c->sink, &o))
		r->unwritable = true;
	count(r->t, &o);
	if (r->c->watch)
		r->c->watch(r->c->ctx, r->t, &o);
	batch_queue_drop(&r->queue, d);
}

static void hand_on_done(struct run *r)
{
	uint64_t begun = batch_now();

	while (r->queue.head && r->queue.head->state == DOCUMENT_DONE && !r->unwritable &&
	       !r->fault)
		hand_on(r, r->queue.head);
	/* while we waited for the output, nobody heard the workers */
	if (batch_now() - begun > 100000000U)
		r->stalled = batch_now();
}

/* ---- The loop ---------------------------------------------------------------------------------------- */

static void wait_for_news(struct run *r)
{
	struct pollfd *polled = r->polled;
	nfds_t n = 0;

	for (; n < r->c->jobs; n++) {
		const struct process *p = &r->workers[n];

		polled[n] =
			(struct pollfd){.fd = p->pid && p->n ? p->socket : -1, .events = POLLIN};
	}
	bool unpacks = r->unpacking && !r->member_owes_leave;
	polled[n++] = (struct pollfd){.fd = unpacks ? r->unpacker.socket : -1, .events = POLLIN};
	polled[n++] = (struct pollfd){.fd = r->wants_list ? r->c->list : -1, .events = POLLIN};
	if (poll(polled, n, TICK_MS) <= 0)
		return;
	for (nfds_t i = 0; i < r->c->jobs; i++)
		if (polled[i].revents)
			batch_crew_hear(r, &r->workers[i]);
	if (polled[n - 2].revents)
		batch_archives_hear(r);
	if (polled[n - 1].revents && !batch_inputs_feed(r->c->inputs))
		r->fault = true;
}

static bool is_over(const struct run *r)
{
	return r->inputs_ended && !r->queue.n;
}

static bool may_go_on(const struct run *r)
{
	return !stop_signal && !r->unwritable && !r->fault;
}

static void loop(struct run *r)
{
	while (may_go_on(r)) {
		take_inputs(r);
		batch_archives_drive(r);
		batch_crew_give_out(r);
		hand_on_done(r);
		if (!r->c->sink->tick(r->c->sink))
			r->unwritable = true;
		if (r->c->watch)
			r->c->watch(r->c->ctx, r->t, NULL);
		if (is_over(r) || !may_go_on(r))
			break;
		wait_for_news(r);
		batch_crew_check_time(r);
		batch_archives_check_time(r);
	}
}

/* ---- Signals, beginning and end ---------------------------------------------------------------------- */

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};

enum { STOPPING = sizeof stopping / sizeof stopping[0] };

struct signals {
	struct sigaction before[STOPPING], pipe;
};

static void catch_signals(struct signals *s)
{
	struct sigaction action = {.sa_handler = note_signal}, ignore = {.sa_handler = SIG_IGN};

	stop_signal = 0;
	for (int i = 0; i < STOPPING; i++) {
		sigaction(stopping[i], NULL, &s->before[i]);
		if (s->before[i].sa_handler == SIG_IGN) /* nohup */
			continue;
		sigaction(stopping[i], &action, NULL);
	}
	sigaction(SIGPIPE, &ignore, &s->pipe);
}

static void release_signals(const struct signals *s)
{
	for (int i = 0; i < STOPPING; i++)
		sigaction(stopping[i], &s->before[i], NULL);
	sigaction(SIGPIPE, &s->pipe, NULL);
}

static void free_keys(struct table *t)
{
	for (size_t i = 0; i < t->cap; i++)
		free((char *)(uintptr_t)t->entries[i].key);
	batch_table_free(t);
}

static bool begin(struct run *r)
{
	batch_queue_init(&r->queue);
	r->workers = calloc(r->c->jobs, sizeof *r->workers);
	r->polled = calloc(r->c->jobs + 2, sizeof *r->polled);
	r->scratch = malloc(SCRATCH_SIZE);
	return r->workers && r->polled && r->scratch;
}

static void end(struct run *r)
{
	for (unsigned i = 0; r->workers && i < r->c->jobs; i++)
		batch_process_stop(&r->workers[i]);
	for (unsigned i = 0; r->workers && i < r->c->jobs; i++) {
		batch_process_end(&r->workers[i], &r->t->worker_peak);
		batch_process_free(&r->workers[i]);
	}
	batch_process_end(&r->unpacker, &r->t->worker_peak);
	batch_process_free(&r->unpacker);
	batch_queue_free(&r->queue);
	batch_buffer_free(&r->message);
	free_keys(&r->hashes);
	free_keys(&r->names);
	free(r->workers);
	free(r->polled);
	free(r->scratch);
}

enum conduct_end batch_conduct(const struct conduct *c, struct totals *t, int *signal)
{
	struct run r = {.c = c, .t = t};
	struct signals signals;
	bool whole;

	catch_signals(&signals);
	if (begin(&r))
		loop(&r);
	else
		r.fault = true;
	whole = is_over(&r) && may_go_on(&r);
	end(&r);
	if (!c->sink->end(c->sink, whole))
		r.unwritable = true;
	*signal = stop_signal;
	release_signals(&signals);
	if (r.unwritable)
		return CONDUCT_UNWRITABLE;
	if (whole)
		return CONDUCT_DONE;
	return stop_signal ? CONDUCT_STOPPED : CONDUCT_FAULT;
}
