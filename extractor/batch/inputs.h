/* The files of a run, one by one and always in the same order: operands as they
 * are given, the files of a folder sorted by the bytes of their names, subfolders
 * among them. Or the paths of a list that streams, as they come. */
#ifndef PIFU_BATCH_INPUTS_H
#define PIFU_BATCH_INPUTS_H

#include "buffer.h"

struct inputs_wanted {
	char *const *operands;
	int count;
	int list;                 /* a descriptor with further paths, of files only; -1: none */
	bool nul;                 /* its paths end with NUL */
	bool recursive;           /* go into subfolders */
	const char *const *globs; /* files of folders that are taken; NULL at the end, none: all */
	const char *output;       /* what the run writes is no input; NULL: nothing */
	unsigned shard, shards;   /* take only every shards-th file, from number `shard` (from 1) */
};

struct inputs;

enum input_kind { INPUT_END, INPUT_FILE, INPUT_FAULT, INPUT_WAIT };

/** NULL: out of memory. `w` and what it points to is borrowed. */
struct inputs *batch_inputs_new(const struct inputs_wanted *w);
/** The next file.
 *  INPUT_FAULT: a folder that cannot be read, *why says why; INPUT_WAIT: a list that
 *  streams has no more yet: poll it, then call batch_inputs_feed */
enum input_kind batch_inputs_next(struct inputs *in, const char **path, const char **why);
/** Read what the list has; false when that failed (errno). */
bool batch_inputs_feed(struct inputs *in);
void batch_inputs_free(struct inputs *in);

#endif
