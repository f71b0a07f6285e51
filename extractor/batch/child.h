/* What runs in the processes of a batch: a worker that reads documents, and the
 * unpacker that takes archives apart. Both are forked off the program, so the
 * grammars are loaded once and shared. */
#ifndef PIFU_BATCH_CHILD_H
#define PIFU_BATCH_CHILD_H

#include "wire.h"

#include "pifu.h"

/* How documents are read; the same for all processes. */
struct child_settings {
	const pifu_grammars *grammars;
	pifu_options options;
	const char *format, *columns; /* of the records */
	size_t header;                /* bytes that the format begins each output with */
	bool lines, timing;           /* closing lines are wanted; tell the seconds */
	uint64_t memory;              /* limit of a process in bytes; 0: none */
	uint64_t member;              /* limit of an archive's member in bytes */
	unsigned depth;               /* archives within archives */
	const char *const *globs;     /* which members are taken; NULL at the end, none: all */
};

/* What a worker is at, in memory it shares with the batch: told without a message. */
struct child_page {
	uint64_t begun;  /* when the document in hand was begun, CLOCK_MONOTONIC in ns; 0: none */
	char sha256[65]; /* its hash, "" until it is known */
};

/** The life of a worker: until the socket ends. Never returns. */
_Noreturn void batch_child_work(const struct child_settings *s, int socket,
                                struct child_page *page);
/** The life of the unpacker. */
_Noreturn void batch_child_unpack(const struct child_settings *s, int socket);
/** First thing in a forked process: nothing is left open but standard error and the
 *  socket, whose number is returned; it dies with its parent, and takes no more than
 *  `memory` bytes (0: no limit). */
int batch_child_settle(int socket, uint64_t memory, int parent);

#endif
