/* Where the documents of a run go, one by one in the order of the input.
 *
 *     stream   records, or the worker's protocol, to a descriptor   (stream.c)
 *     flat     one file, and a ledger beside it                     (flat.c, ledger.c)
 *     store    the SQLite store                                     (to_store.c)
 *     made     a workbook or data package, by way of flat lines     (made.c) */
#ifndef PIFU_BATCH_SINK_H
#define PIFU_BATCH_SINK_H

#include "wire.h"

#include "pifu.h"

/* A document that is done. */
struct outcome {
	const char *name;
	const char *sha256;       /* "" where unknown */
	const char *message;      /* why it failed; "" */
	const char *duplicate_of; /* a document of the same bytes that came before; NULL: none */
	struct tally tally;
	const char *records; /* none of a document that failed, or is unchanged */
	size_t size;
	uint32_t crc;
	const char *line; /* its closing line, where the sink wants them */
	size_t line_size;
};

/* What an earlier run has left of a document. */
struct known {
	char sha256[65];
	struct tally tally;
};

struct sink {
	bool lines; /* closing lines are wanted */
	/** What is known of `name`; false: nothing, it has to be read. */
	bool (*known)(struct sink *sink, const char *name, struct known *out);
	/** Take the next document. With tally.unchanged: what is known of it stays as it is.
	 *  false: it cannot be written, after a message. */
	bool (*put)(struct sink *sink, const struct outcome *o);
	/** Called now and then, at least once a second. */
	bool (*tick)(struct sink *sink);
	/** The end; `whole`: all inputs have been there, else the next run goes on. */
	bool (*end)(struct sink *sink, bool whole);
	void (*free)(struct sink *sink);
};

#endif
