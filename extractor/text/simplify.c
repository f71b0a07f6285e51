/* Traditional to simplified characters, one for one.
 *
 *     c -> bit c of simplify_set: 0 -> c itself
 *                                 1 -> simplify_to[number of bits set before it]
 *
 * The bit set is 2.6 KB, so that asking about a character that is simplified
 * already (nearly all are) stays in the first-level cache. The table is
 * constant data, written by simplify_make.py from ICU's Hant-Hans. */
#include "text/simplify.h"

#include "text/normalise.h"
#include "text/simplify_table.h"

static unsigned count_bits(uint32_t word)
{
	unsigned n = 0;
	for (; word; word &= word - 1)
		n++;
	return n;
}

uint32_t pifu_text_simplify(uint32_t c)
{
	if (!pifu_text_traditional(c))
		return c;
	uint32_t at = c - SIMPLIFY_FIRST;
	uint32_t before = pifu_simplify_set[at / 32] & ((1u << (at % 32)) - 1);
	return simplify_to[simplify_rank[at / 32] + count_bits(before)];
}
