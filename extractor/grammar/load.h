/* Loading grammars from texts in memory; pifu_grammars_load() gets them from a folder. */
#ifndef PIFU_GRAMMAR_LOAD_H
#define PIFU_GRAMMAR_LOAD_H

#include "base/str.h"
#include "pifu.h"

struct grammar_text {
	struct str file; /* for messages */
	struct str yaml;
};

/** All families of `texts`, one of which must be named common.
 *  errors: as pifu_grammars_load
 *  owns:   the caller frees with pifu_grammars_free; texts are copied */
pifu_grammars *pifu_grammars_read(const struct grammar_text *texts, size_t count,
                                  const pifu_allocator *allocator, pifu_error *err);

#endif
