/* Which characters have a simplified form, for callers that scan many. */
#ifndef PIFU_TEXT_SIMPLIFY_H
#define PIFU_TEXT_SIMPLIFY_H

#include <stdbool.h>
#include <stdint.h>

enum { SIMPLIFY_FIRST = 0x4E00, SIMPLIFY_LAST = 0x9FFF };

/* Bit c - SIMPLIFY_FIRST: c has a simplified form (simplify_table.h). */
extern const uint32_t pifu_simplify_set[];

/** Whether `c` has a simplified form of its own: one bit looked up. */
static inline bool pifu_text_traditional(uint32_t c)
{
	if (c < SIMPLIFY_FIRST || c > SIMPLIFY_LAST)
		return false;
	uint32_t at = c - SIMPLIFY_FIRST;
	return pifu_simplify_set[at / 32] >> (at % 32) & 1;
}

#endif
