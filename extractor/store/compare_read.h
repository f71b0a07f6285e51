/* The inputs of a comparison: stores, JSON Lines, forms. */
#ifndef PIFU_STORE_COMPARE_READ_H
#define PIFU_STORE_COMPARE_READ_H

#include "../cli/cli.h"
#include "compare_spool.h"

/* What is taken of one input. */
struct compare_selection {
	const char *department; /* a part of the name; NULL: all */
	const char *year;       /* NULL: all */
};

struct compare_input {
	const char *path; /* "-": standard input */
	enum compare_side side;
	struct compare_selection take;
	const struct settings *settings;
	struct compare_spool *spool;
	pifu_grammars *grammars; /* loaded when a form is read; the caller frees them */

	/* what was seen */
	uint64_t records, taken;
	char year[16]; /* of the first record taken that has one */
	bool mixed;    /* there are records of other years, too */
};

/** Read the input into the spool. What it is, its content says.
 *  errors: a status, after a message on standard error */
pifu_status compare_read(struct compare_input *input);

#endif
