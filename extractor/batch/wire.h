/* Messages between the batch and its processes, over a pair of sockets.
 *
 *     +------+------+---------------+
 *     | kind | size | size bytes    |     a descriptor may come with the first byte
 *     +------+------+---------------+
 *
 * Both ends are the same program on the same machine, so numbers are as the
 * machine has them. */
#ifndef PIFU_BATCH_WIRE_H
#define PIFU_BATCH_WIRE_H

#include <sys/uio.h>

#include "buffer.h"

enum wire_kind {
	/* to a worker */
	WIRE_JOB = 1, /* struct wire_job, then the document's name and its NUL */
	/* from a worker */
	WIRE_RECORDS, /* a piece of its records */
	WIRE_LINE,    /* a piece of its closing line */
	WIRE_END,     /* struct wire_end, then the message and its NUL */
	/* to the unpacker */
	WIRE_ARCHIVE, /* the path of an archive and its NUL */
	WIRE_MORE,    /* the next member may come */
	/* from the unpacker */
	WIRE_MEMBER,   /* struct wire_member, name, NUL, message, NUL; the bytes as a descriptor */
	WIRE_UNPACKED, /* the archive is done */
};

struct wire_job {
	char known[65]; /* the hash of the last run; "": none */
};

/* What came of a document. */
struct tally {
	uint64_t bytes; /* of the input */
	uint64_t forms, records, doubtful, repairs;
	uint32_t status;  /* a pifu_status */
	bool is_archive;  /* to be unpacked: it is no document */
	bool unchanged;   /* its hash is the known one: nothing was read */
	bool worker_ends; /* the worker has grown too large and goes */
};

struct wire_end {
	struct tally tally;
	uint32_t crc; /* of the records, as zlib counts */
	char sha256[65];
};

struct wire_member {
	uint64_t packed; /* bytes of the archive consumed so far */
	uint32_t status; /* not PIFU_OK: the member cannot be read, no descriptor comes */
};

struct wire_head {
	uint32_t kind, size;
};

/** Send a message of up to 3 parts, `fd` with it unless it is -1; false: the other end is gone. */
bool batch_wire_send(int socket, enum wire_kind kind, const struct iovec *parts, int n, int fd);
/** Wait for a message; its bytes replace those of `b`. *fd: what came with it, or -1.
 *  false: the other end is gone, or memory ran out. */
bool batch_wire_take(int socket, struct wire_head *head, struct buffer *b, int *fd);

#endif
