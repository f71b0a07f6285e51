/* How texts end: a list of endings, asked for every word of a table. */
#ifndef PIFU_GRAMMAR_ENDINGS_H
#define PIFU_GRAMMAR_ENDINGS_H

#include "base/arena.h"
#include "base/str.h"

struct name_ending {
	uint64_t tail; /* its last eight bytes, the last one the most significant */
	const char *s;
	uint32_t n;
	uint16_t next; /* chain, 0: end, else index + 1 */
	uint8_t shift; /* bits of `tail` below those that it fills */
};

/* Endings that share the hash of their last two bytes hang in one chain. */
struct endings {
	struct name_ending *items;
	uint16_t first[256]; /* index + 1 */
	size_t n;
};

/** Room for `count` endings; false when out of memory. */
bool pifu_endings_new(struct arena *a, struct endings *e, size_t count);
void pifu_endings_add(struct endings *e, struct str ending);
/** Bytes of the longest ending that `text` ends with and is longer than; 0: of none. */
uint32_t pifu_endings_match(const struct endings *e, struct str text);

#endif
