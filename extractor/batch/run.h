/* A run as its parts see it: the crew of workers (crew.c), the unpacking of archives
 * (archives.c), and what holds them together (conduct.c). */
#ifndef PIFU_BATCH_RUN_H
#define PIFU_BATCH_RUN_H

#include "conduct.h"
#include "pool.h"
#include "table.h"

enum {
	SCRATCH_SIZE = 1 << 18,
	UNDER_WAY_MAX = 1 << 16, /* documents in the queue */
};

struct run {
	const struct conduct *c;
	struct totals *t;
	struct process *workers;
	struct process unpacker;
	struct queue queue;
	struct line ready, archives, done;
	struct document *unpacking;
	bool member_owes_leave; /* the unpacker waits for us */
	bool inputs_ended;
	bool wants_list; /* the inputs stream, and have none yet */
	bool unwritable, fault;
	uint64_t unpack_since, stalled; /* ns: last leave given; end of the last long write */
	struct table names, hashes;     /* documents seen: by name; by hash, the first of them */
	char *scratch;
	struct pollfd *polled;
	struct buffer message;
};

uint64_t batch_now(void); /* CLOCK_MONOTONIC in ns */
/** Take a name that nobody has yet; true also where names do not matter. */
bool batch_run_take_name(struct run *r, const char *name);

/* ---- Workers (crew.c) ------------------------------------------------------------------ */

/** The document is done, but what it has given is void. */
void batch_crew_fail(struct run *r, struct document *d, pifu_status status, const char *message);
/** The process that had it died, with this wait status. */
void batch_crew_fail_crashed(struct run *r, struct document *d, int status);
/** Start the process unless it runs; false after a message: the run is at its end. */
bool batch_crew_start(struct run *r, struct process *p, bool unpacker);
/** Give ready documents to workers that have room. */
void batch_crew_give_out(struct run *r);
/** A worker has something to say. */
void batch_crew_hear(struct run *r, struct process *p);
/** End the workers whose document takes too long. */
void batch_crew_check_time(struct run *r);

/* ---- Archives (archives.c) ---------------------------------------------------------------- */

/** Begin with an archive, or let the unpacker go on, where there is room. */
void batch_archives_drive(struct run *r);
void batch_archives_hear(struct run *r);
void batch_archives_check_time(struct run *r);

#endif
