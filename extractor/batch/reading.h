/* Reading one document: its records go to a sink as they come, its closing
 * line is a text at the end. */
#ifndef PIFU_BATCH_READING_H
#define PIFU_BATCH_READING_H

#include "closing.h"

/* Set up once, then used for document after document. */
struct reading {
	const pifu_grammars *grammars;
	pifu_options options;
	const char *format;  /* of the records */
	const char *columns; /* as in pifu_write_options */
	pifu_sink sink;      /* takes the records; what a document that fails gave is void */
	void *ctx;
	bool timing; /* tell the seconds */

	/* what came of the last document */
	struct closing closing;
	struct buffer line;
	pifu_error err;
	char sha256[65]; /* "" where unknown */
};

/** Read `path`, or `bytes` where they are given. */
void batch_reading_run(struct reading *r, const char *path, const void *bytes, size_t size);
void batch_reading_free(struct reading *r);

#endif
