/* The documents under way, in the order of the input. */
#ifndef PIFU_BATCH_QUEUE_H
#define PIFU_BATCH_QUEUE_H

#include <sys/types.h>

#include "sink.h"

enum document_state {
	DOCUMENT_READY, /* waits for a worker */
	DOCUMENT_SENT,
	DOCUMENT_ARCHIVE, /* holds the place of an archive's members, which come before it */
	DOCUMENT_DONE,
};

struct document {
	struct document *before, *after; /* order of the input */
	struct document *next;           /* of the line it stands in */
	enum document_state state;
	unsigned tries;
	char *name;
	int fd;        /* its bytes, -1: the file called name */
	uint64_t held; /* bytes behind fd */
	struct known known;
	bool is_known;
	struct tally tally;
	char sha256[65];
	char *message;
	struct buffer records, line;
	uint32_t crc;
	off_t spilled; /* where records and line stand in the spill file; -1: in memory */
};

/* Documents that wait for something, first come first served. */
struct line {
	struct document *first, *last;
	size_t n;
};

struct queue {
	struct document *head, *tail;
	size_t n;
	uint64_t held;   /* bytes of members that wait */
	uint64_t kept;   /* bytes of finished documents in memory */
	int spill;       /* -1: not needed yet */
	off_t spill_end; /* spilled so far; 0 once all is taken back */
	size_t spilled;  /* documents in there */
};

void batch_queue_init(struct queue *q);
/** A new document before `place` (NULL: at the end); takes over `fd`. NULL: out of memory. */
struct document *batch_queue_add(struct queue *q, struct document *place, const char *name, int fd);
/** The document is done: when too much is in memory its records go to a file. */
void batch_queue_done(struct queue *q, struct document *d);
/** Records and line of a document are in memory again; false: they could not be read. */
bool batch_queue_recall(struct queue *q, struct document *d);
void batch_queue_drop(struct queue *q, struct document *d);
/** Forget the bytes of a member that nobody needs any more. */
void batch_queue_close(struct queue *q, struct document *d);
void batch_queue_free(struct queue *q);

void batch_line_add(struct line *l, struct document *d);
void batch_line_add_first(struct line *l, struct document *d);
/** NULL when it is empty. */
struct document *batch_line_take(struct line *l);

#endif
