/* A run: inputs in, workers in between, a sink at the end. */
#ifndef PIFU_BATCH_CONDUCT_H
#define PIFU_BATCH_CONDUCT_H

#include "child.h"
#include "inputs.h"
#include "sink.h"

/* What came of a run. */
struct totals {
	uint64_t documents, unchanged, failed, duplicates, formless, repeated, archives;
	uint64_t forms, records, doubtful, repairs, bytes;
	uint64_t by_status[PIFU_STATUS_COUNT];
	uint64_t unpacked;    /* bytes of the archive in hand that are unpacked */
	uint64_t restarts;    /* of workers that died */
	uint64_t worker_peak; /* bytes of the largest process that has ended */
};

struct conduct {
	struct child_settings child;
	unsigned jobs;
	double timeout; /* seconds for a document; 0: none */
	bool unique;    /* tell duplicates, take a name once; needs memory for each document */
	struct inputs *inputs;
	int list; /* what to wait for when the inputs stream; -1 */
	struct sink *sink;
	/** Told of each document as it is done, and at least twice a second (o: NULL). */
	void (*watch)(void *ctx, const struct totals *t, const struct outcome *o);
	void *ctx;
};

enum conduct_end { CONDUCT_DONE, CONDUCT_STOPPED, CONDUCT_UNWRITABLE, CONDUCT_FAULT };

/** Run to the end, or to SIGINT, SIGTERM or SIGHUP (CONDUCT_STOPPED, *signal). */
enum conduct_end batch_conduct(const struct conduct *c, struct totals *t, int *signal);

#endif
