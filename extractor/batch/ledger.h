/* The ledger: what a flat output holds of each document, as lines of JSON.
 *
 *     {"ledger":1,"stamp":"pifu 0.1.0 …"}
 *     {"document":"a.txt","sha256":"…","status":"ok",…,"offset":0,"bytes":2114,…}
 *     {"document":"b.txt",…}
 *     {"end":true,"bytes":61230,…}         only where the ledger is complete
 *
 * A line that is cut off or not understood ends the reading: what a power cut left
 * behind is dropped, what stands before it holds. */
#ifndef PIFU_BATCH_LEDGER_H
#define PIFU_BATCH_LEDGER_H

#include "sink.h"
#include "table.h"

struct ledger_entry {
	char *name;
	char *message; /* NULL: none */
	char *twin;    /* the document it is a duplicate of; NULL: none */
	char sha256[65], time[24];
	struct tally tally;
	uint64_t offset, bytes; /* its records in the output */
	uint32_t crc;
};

struct ledger {
	struct ledger_entry **all;
	size_t n, cap;
	struct table by_name; /* the last of each name */
	uint64_t end;         /* bytes of the file that were understood */
	uint64_t bytes;       /* of the output, where it is complete */
	bool complete, assembled;
};

/** Read the ledger `path`. One that is not there, or whose stamp is another, is empty.
 *  false: it cannot be read, or memory ran out (errno) */
bool batch_ledger_load(struct ledger *l, const char *path, const char *stamp);
/** A copy of the entry at the end; NULL without memory. */
struct ledger_entry *batch_ledger_add(struct ledger *l, const struct ledger_entry *e);
void batch_ledger_free(struct ledger *l);

void batch_ledger_put_stamp(struct buffer *b, const char *stamp);
void batch_ledger_put_entry(struct buffer *b, const struct ledger_entry *e);
/** assembled: the output was put together in a file of its own, and is not the part. */
void batch_ledger_put_end(struct buffer *b, uint64_t bytes, bool assembled);

#endif
