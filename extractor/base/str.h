/* Text slices and growing buffers: the only two string types of the project.
 *
 * A `struct str` borrows bytes that live elsewhere (in an arena, in a mapped
 * file, in a literal) and is never freed. A `struct buf` owns its bytes and is
 * used where output grows. All text is UTF-8; neither type is NUL-terminated
 * unless a function says so. */
#ifndef PIFU_BASE_STR_H
#define PIFU_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *s;
	uint32_t n;
};

#define STR(literal) ((struct str){(literal), (uint32_t)sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})

static inline bool pifu_str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static inline struct str pifu_str_sub(struct str a, uint32_t from, uint32_t to)
{
	return (struct str){a.s + from, to - from};
}

/* Inline, so that a literal at the other end is compared by a load or two. */
static inline bool pifu_str_starts(struct str a, struct str prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.s, prefix.s, prefix.n) == 0);
}

static inline bool pifu_str_ends(struct str a, struct str suffix)
{
	return a.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(a.s + (a.n - suffix.n), suffix.s, suffix.n) == 0);
}

struct str pifu_str_of(const char *zero_terminated);
/** Offset of the first `needle` in `a`, or -1. */
int64_t pifu_str_find(struct str a, struct str needle);
/** `a` without ASCII blanks, U+00A0 and U+3000 at both ends. */
struct str pifu_str_trim(struct str a);
/** FNV-1a style 64-bit hash; stable between runs and machines. */
uint64_t pifu_str_hash(struct str a);

/** pifu_utf8_next for what is neither ASCII nor Chinese. */
uint32_t pifu_utf8_next_rare(struct str a, uint32_t *at);

/** Decode the code point at `*at` and move `*at` behind it.
 *  Input is valid UTF-8 (readers guarantee it); at a stray byte the result is
 *  U+FFFD and one byte is passed, so a loop always ends. */
static inline uint32_t pifu_utf8_next(struct str a, uint32_t *at)
{
	const unsigned char *p = (const unsigned char *)a.s + *at;

	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	/* U+1000 to U+CFFF: three bytes, and no exceptions among their leads. */
	if (p[0] < 0xE1 || p[0] > 0xEC || a.n - *at < 3 || (p[1] & 0xC0) != 0x80 ||
	    (p[2] & 0xC0) != 0x80)
		return pifu_utf8_next_rare(a, at);
	*at += 3;
	return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
}

/** Write `c` as UTF-8 to `out[4]`; returns the bytes written. */
unsigned pifu_utf8_put(char out[4], uint32_t c);
/** Number of code points in `a`, valid UTF-8. */
uint32_t pifu_utf8_count(struct str a);

struct buf {
	char *s;
	size_t n, cap;
	bool failed; /* an allocation failed; all later writes are no-ops */
	const struct pifu_allocator *allocator; /* NULL: the C library's */
};

void pifu_buf_put(struct buf *b, const void *bytes, size_t n);
void pifu_buf_str(struct buf *b, struct str s);
void pifu_buf_char(struct buf *b, char c);
void pifu_buf_uint(struct buf *b, uint64_t v);
void pifu_buf_fmt(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void pifu_buf_clear(struct buf *b)
{
	b->n = 0;
}
static inline struct str pifu_buf_view(const struct buf *b)
{
	return (struct str){b->s, (uint32_t)b->n};
}
void pifu_buf_free(struct buf *b);

#endif
