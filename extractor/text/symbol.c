/* Look-alikes, radicals and symbol fonts: one character for another.
 *
 * symbol.def is one sorted list; a search by halves over some 250 entries is
 * quick enough for what only odd characters reach. The order is checked by
 * the unit tests. */
#include "text/symbol.h"

#include <stddef.h>

struct symbol {
	uint16_t from, to;
};

static const struct symbol symbols[] = {
#define PIFU_SYMBOL(from, to) {0x##from, 0x##to},
#include "text/symbol.def"
#undef PIFU_SYMBOL
};

uint32_t pifu_text_symbol(uint32_t c)
{
	size_t low = 0, high = sizeof symbols / sizeof *symbols;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (symbols[middle].from < c)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < sizeof symbols / sizeof *symbols && symbols[low].from == c)
		return symbols[low].to;
	return c;
}
