/* What a run tells on standard error: progress, failures, and a summary at the end. */
#ifndef PIFU_BATCH_PROGRESS_H
#define PIFU_BATCH_PROGRESS_H

#include "conduct.h"

enum progress_how { PROGRESS_NONE, PROGRESS_LINES, PROGRESS_BAR, PROGRESS_JSON };

struct progress {
	enum progress_how how;
	uint64_t files, bytes; /* of all inputs; bytes 0: not known */
	const char *ledger;    /* where failures are told in full; NULL: nowhere */
	double begun, shown;   /* seconds */
	unsigned told;         /* failures */
	bool open;             /* a bar stands on the last line */
	int width;
};

/** "auto", "json" or "none" (NULL: auto). */
void batch_progress_begin(struct progress *p, const char *how);
/** conduct.watch; ctx is the struct progress. */
void batch_progress_watch(void *ctx, const struct totals *t, const struct outcome *o);
/** `end`: "done", "stopped" … */
void batch_progress_end(struct progress *p, const struct totals *t, const char *end);

#endif
