/* Every cap of the program with its reason (base/limits.def). */
#ifndef PIFU_BASE_LIMITS_H
#define PIFU_BASE_LIMITS_H

#include <stdint.h>

#include "pifu.h"

/* Their values, those of settable limits as long as nobody sets them. */
enum {
#define PIFU_CAP(id, name, value, most, reason) PIFU_LIMIT_##id = (value),
#define PIFU_LIMIT(id, value, reason) PIFU_LIMIT_##id = (value),
#include "base/limits.def"
#undef PIFU_CAP
#undef PIFU_LIMIT
};

/* The settable ones, in the order of pifu_limit_list. */
enum limit {
#define PIFU_CAP(id, name, value, most, reason) LIMIT_##id,
#include "base/limits.def"
#undef PIFU_CAP
	LIMIT_COUNT
};

/** The limit in force: of the options where they set it, else its default.
 *  units:  as its line in limits.def says, at least 1 and never above its `most`
 *  threads: any; options NULL: the default */
uint64_t pifu_limit(const pifu_options *options, enum limit limit);

#endif
