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

static inline uint32_t word_load_half(const void *p)
{
	uint32_t half;

	memcpy(&half, p, sizeof half);
	return le32toh(half);
}

/** The `n` bytes at `p`, n from 0 to 7; the bytes above them are zero. Loads overlap, so
 *  that no branch hangs on each bit of n:
 *
 *      n = 6   [a b c d]          n = 3   [a] [b]
 *                  [c d e f]                  [b] [c] */
static inline uint64_t word_load_tail(const void *p, size_t n)
{
	const unsigned char *bytes = p;

	if (n >= 4)
		return word_load_half(bytes) | (uint64_t)word_load_half(bytes + n - 4)
		                                       << (8 * (n - 4));
	if (n == 0)
		return 0;
	size_t middle = n / 2;
	return bytes[0] | (uint64_t)bytes[middle] << (8 * middle) |
	       (uint64_t)bytes[n - 1] << (8 * (n - 1));
}

/** The last n % 8 bytes of the `n` at `p`, as word_load_tail has them: one load where there are
 *  eight bytes. */
static inline uint64_t word_load_rest(const void *p, size_t n)
{
	const unsigned char *bytes = p;

	if (n < 8)
		return word_load_tail(bytes, n);
	return word_load(bytes + n - 8) >> (56 - 8 * (n % 8)) >> 8;
}

#endif
