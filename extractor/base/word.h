/* Text eight bytes at a time, the first byte the least significant on every machine.
 *
 * Tests of all eight bytes at once, for any word w:
 *
 *     (w - WORD_ONES) & ~w & WORD_HIGHS            bit 7 is set in the lowest zero byte of w
 *     (w - WORD_ONES * 0x20) & ~w & WORD_HIGHS     the same for the lowest byte under 0x20
 *
 * Bytes above that one may be reported although they are clean (a borrow). */
#ifndef PIFU_BASE_WORD_H
#define PIFU_BASE_WORD_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WORD_ONES 0x0101010101010101u
#define WORD_HIGHS 0x8080808080808080u

static inline uint64_t word_load(const void *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return le64toh(word);
}

static inline void word_store(void *p, uint64_t word)
{
	word = htole64(word);
	memcpy(p, &word, sizeof word);
}

/** The `n` bytes at `p`, n from 0 to 7; the bytes above them are zero. */
static inline uint64_t word_load_tail(const void *p, size_t n)
{
	const unsigned char *bytes = p;
	uint64_t word = 0;
	unsigned at = 0;

	if (n & 4) {
		uint32_t four;
		memcpy(&four, bytes, sizeof four);
		word = le32toh(four);
		at = 4;
	}
	if (n & 2) {
		uint16_t two;
		memcpy(&two, bytes + at, sizeof two);
		word |= (uint64_t)le16toh(two) << (8 * at);
		at += 2;
	}
	return n & 1 ? word | (uint64_t)bytes[at] << (8 * at) : word;
}

#endif
