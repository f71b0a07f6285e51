/* Reading one document: its records as one text, its closing line as another. */
#ifndef PIFU_BATCH_READING_H
#define PIFU_BATCH_READING_H

#include "closing.h"

/* Set up once, then used for document after document. */
struct reading {
	const pifu_grammars *grammars;
	pifu_options options;
	const char *format; /* of the records; NULL: jsonl */
	bool timing;        /* tell the seconds */

	/* what came of the last document */
	struct buffer records, line;
	struct closing closing;
	pifu_status status;
	char sha256[65]; /* "" where unknown */
};

/** Read `path`, or `bytes` where they are given, into records, line, status.
 *  Records of a document that fails are dropped. */
void batch_reading_run(struct reading *r, const char *path, const void *bytes, size_t size);
void batch_reading_free(struct reading *r);

#endif
