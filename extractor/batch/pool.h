/* The processes of a run: workers and the unpacker. */
#ifndef PIFU_BATCH_POOL_H
#define PIFU_BATCH_POOL_H

#include <sys/types.h>

#include "child.h"
#include "queue.h"

/* Documents a worker has at once: the one in hand and those that wait for it, so
 * that it never waits for the next. */
enum { POOL_DEPTH = 4 };

struct process {
	pid_t pid; /* 0: not running */
	int socket;
	struct child_page *page;           /* of a worker */
	struct document *jobs[POOL_DEPTH]; /* the first is in hand */
	unsigned n;

	struct wire_head head; /* of the message that is coming in */
	size_t have;           /* bytes of the head, then of the rest */
	struct buffer end;     /* what has come of a WIRE_END */
};

/** Start a process; false without memory or processes (errno). */
bool batch_process_start(struct process *p, const struct child_settings *s, bool unpacker);
/** Let it end, without waiting for it. */
void batch_process_stop(struct process *p);
/** End it, if it still runs; its wait status. *peak: bytes it took at most. */
int batch_process_end(struct process *p, uint64_t *peak);
/** Send the document to the worker; false: the worker is gone. */
bool batch_process_send(struct process *p, struct document *d);
/** Take what the worker has to say. Documents that are done are put into `done`, in order.
 *  false: the worker is gone */
bool batch_process_take(struct process *p, struct line *done, char *scratch, size_t size);
/** The worker's first document is no longer its. */
struct document *batch_process_first(struct process *p);
void batch_process_free(struct process *p);

#endif
