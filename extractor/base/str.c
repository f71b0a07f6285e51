/* Slices, UTF-8 and the growing buffer. */
#define _GNU_SOURCE /* memmem */
#include "base/str.h"

#include "base/arena.h"
#include "base/word.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT 0xFFFDu

/* ---- Slices -------------------------------------------------------------- */

struct str pifu_str_of(const char *zero_terminated)
{
	if (!zero_terminated)
		return STR_NONE;
	return (struct str){zero_terminated, (uint32_t)strlen(zero_terminated)};
}

int64_t pifu_str_find(struct str a, struct str needle)
{
	if (needle.n == 0)
		return 0;
	if (needle.n > a.n)
		return -1;
	const char *found = memmem(a.s, a.n, needle.s, needle.n);
	return found ? found - a.s : -1;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of the blank that `a` begins with; 0: none. */
static uint32_t leading_blank(struct str a)
{
	if (a.n >= 1 && is_blank(a.s[0]))
		return 1;
	if (a.n >= 2 && memcmp(a.s, "\xC2\xA0", 2) == 0)
		return 2;
	return a.n >= 3 && memcmp(a.s, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
}

static uint32_t trailing_blank(struct str a)
{
	if (a.n >= 1 && is_blank(a.s[a.n - 1]))
		return 1;
	if (a.n >= 2 && memcmp(a.s + a.n - 2, "\xC2\xA0", 2) == 0)
		return 2;
	return a.n >= 3 && memcmp(a.s + a.n - 3, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
}

struct str pifu_str_trim(struct str a)
{
	uint32_t n;

	while ((n = leading_blank(a)))
		a = pifu_str_sub(a, n, a.n);
	while ((n = trailing_blank(a)))
		a.n -= n;
	return a;
}

/* FNV-1a over words of eight bytes, least significant first, so that the
 * result does not depend on the machine; the high half is folded back because
 * multiplication never carries downwards. */
static uint64_t mix_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x100000001B3u;
	return hash ^ (hash >> 29);
}

uint64_t pifu_str_hash(struct str a)
{
	const unsigned char *p = (const unsigned char *)a.s;
	uint64_t hash = mix_word(0xCBF29CE484222325u, a.n);
	uint32_t i = 0;

	for (; a.n - i >= 8; i += 8)
		hash = mix_word(hash, word_load(p + i));
	hash = mix_word(hash, word_load_rest(p, a.n));
	return mix_word(hash, hash >> 32);
}

/* ---- UTF-8 --------------------------------------------------------------- */

/* Length of the sequence that `lead` opens and the bits it gives; 0: none. */
static unsigned open_sequence(unsigned char lead, uint32_t *bits)
{
	if (lead >= 0xC2 && lead <= 0xDF) {
		*bits = lead & 0x1Fu;
		return 2;
	}
	if (lead >= 0xE0 && lead <= 0xEF) {
		*bits = lead & 0x0Fu;
		return 3;
	}
	if (lead >= 0xF0 && lead <= 0xF4) {
		*bits = lead & 0x07u;
		return 4;
	}
	return 0;
}

static bool is_scalar(uint32_t c, unsigned length)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};

	return c >= least[length] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

uint32_t pifu_utf8_next_rare(struct str a, uint32_t *at)
{
	const unsigned char *p = (const unsigned char *)a.s + *at;
	uint32_t c = 0;

	unsigned length = open_sequence(p[0], &c);
	if (length == 0 || a.n - *at < length) {
		*at += 1;
		return REPLACEMENT;
	}
	for (unsigned i = 1; i < length; i++) {
		if ((p[i] & 0xC0) != 0x80) {
			*at += 1;
			return REPLACEMENT;
		}
		c = c << 6 | (p[i] & 0x3Fu);
	}
	if (!is_scalar(c, length)) {
		*at += 1;
		return REPLACEMENT;
	}
	*at += length;
	return c;
}

unsigned pifu_utf8_put(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = REPLACEMENT;
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* Bytes that continue a character, of the eight in `word`: bit 7 is set, bit 6 is not. */
static uint32_t count_tails(uint64_t word)
{
	return (uint32_t)(((word >> 7 & ~(word >> 6) & WORD_ONES) * WORD_ONES) >> 56);
}

uint32_t pifu_utf8_count(struct str a)
{
	const unsigned char *p = (const unsigned char *)a.s;
	uint32_t i = 0, tails = 0;

	for (; a.n - i >= 8; i += 8)
		tails += count_tails(word_load(p + i));
	return a.n - tails - count_tails(word_load_rest(p, a.n));
}

/* ---- The growing buffer -------------------------------------------------- */

/* Room for `n` more bytes and a NUL. */
static bool make_room(struct buf *b, size_t n)
{
	if (b->failed)
		return false;
	if (n < b->cap - b->n)
		return true;
	size_t cap = b->cap ? b->cap : 64;
	size_t need = b->n + n + 1;
	if (need <= n) {
		b->failed = true;
		return false;
	}
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	char *s = pifu_mem_realloc(b->allocator, b->s, cap);
	if (!s) {
		b->failed = true;
		return false;
	}
	b->s = s;
	b->cap = cap;
	return true;
}

void pifu_buf_put(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0 || !make_room(b, n))
		return;
	memcpy(b->s + b->n, bytes, n);
	b->n += n;
}

void pifu_buf_str(struct buf *b, struct str s)
{
	pifu_buf_put(b, s.s, s.n);
}

void pifu_buf_char(struct buf *b, char c)
{
	if (make_room(b, 1))
		b->s[b->n++] = c;
}

void pifu_buf_uint(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	pifu_buf_put(b, digits + at, sizeof digits - at);
}

/* Print into what room there is; the length wanted, or -1. */
static int print_into(struct buf *b, const char *format, va_list args)
{
	if (!make_room(b, 64))
		return -1;
	return vsnprintf(b->s + b->n, b->cap - b->n, format, args);
}

void pifu_buf_fmt(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int wanted = print_into(b, format, args);
	va_end(args);
	if (wanted < 0 || !make_room(b, (size_t)wanted))
		return;
	va_start(args, format);
	vsnprintf(b->s + b->n, b->cap - b->n, format, args);
	va_end(args);
	b->n += (size_t)wanted;
}

void pifu_buf_free(struct buf *b)
{
	pifu_mem_free(b->allocator, b->s);
	*b = (struct buf){.allocator = b->allocator};
}
