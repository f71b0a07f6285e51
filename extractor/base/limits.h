/* Every cap of the program with its reason (base/limits.def). */
#ifndef PIFU_BASE_LIMITS_H
#define PIFU_BASE_LIMITS_H

#include <stdint.h>

enum {
#define PIFU_LIMIT(id, value, reason) PIFU_LIMIT_##id = (value),
#include "base/limits.def"
#undef PIFU_LIMIT
};

#endif
