/* JSON strings and numbers, fast enough to vanish beside the reading.
 *
 * A string is copied eight bytes at a time (base/word.h). It may be copied as it
 * is when it has no backslash and nothing under `#`: control characters and the
 * quote stand there, and, rare in Chinese, the blank and `!`. Any other string is
 * copied again, the words that need it byte by byte. A text of less than eight bytes
 * is filled up with a letter, which is written, too, and not counted. */
#include "write/json.h"

#include <unicode/utf8.h>

#include "base/word.h"

#define PIECE 4096 /* bytes escaped at one time: at most six times as long after it */

_Static_assert(JSON_STR_ROOM(PIECE) <= OUT_ROOM, "a piece fits the room");

/* Bit 7 of some byte is set if the word may need one; other bits say nothing. No byte from
 * 0x80 on needs one, and for all others w ^ `\` has the same bit 7 as w: one `& ~w` does. */
static inline uint64_t may_need_escape(uint64_t w)
{
	uint64_t slash = w ^ (WORD_ONES * '\\');

	return ((w - WORD_ONES * '#') | (slash - WORD_ONES)) & ~w;
}

static inline bool must_escape(uint64_t w)
{
	uint64_t slash = w ^ (WORD_ONES * '\\'), quote = w ^ (WORD_ONES * '"');
	uint64_t under = (w - WORD_ONES * ' ') & ~w;

	return (under | ((slash - WORD_ONES) & ~slash) | ((quote - WORD_ONES) & ~quote)) &
	       WORD_HIGHS;
}

static const char short_escape[256] = {
	['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\t'] = 't',
	['\n'] = 'n', ['\f'] = 'f',  ['\r'] = 'r',
};

static inline char *put_byte(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (short_escape[c]) {
		*to++ = '\\';
		*to++ = short_escape[c];
	} else if (c < 0x20) {
		*to++ = '\\';
		*to++ = 'u';
		*to++ = '0';
		*to++ = '0';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	} else {
		*to++ = (char)c;
	}
	return to;
}

static char *escape_bytes(char *to, const char *s, size_t n)
{
	for (; n; s++, n--)
		to = put_byte(to, (unsigned char)*s);
	return to;
}

/* Most words of a text with a blank, or with a quote, are clean. */
static __attribute__((noinline)) char *escape_words(char *to, const char *s, size_t n)
{
	for (; n >= 8; s += 8, n -= 8) {
		uint64_t word = word_load(s);
		if (must_escape(word)) {
			to = escape_bytes(to, s, 8);
			continue;
		}
		word_store(to, word);
		to += 8;
	}
	return escape_bytes(to, s, n);
}

static inline uint64_t copy_word(char *to, uint64_t word)
{
	word_store(to, word);
	return may_need_escape(word);
}

/* As if all were clean, and once more with care if it was not: one branch a text. The last
 * word overlaps the one before it; up to seven bytes are written behind a shorter text. */
static inline char *escape_text(char *to, const char *s, size_t n)
{
	uint64_t odd = 0;

	if (n < 8) {
		odd = copy_word(to, word_load_tail(s, n) | WORD_ONES * 'z' << 8 * n);
	} else {
		for (size_t at = 0; at < n - 8; at += 8)
			odd |= copy_word(to + at, word_load(s + at));
		odd |= copy_word(to + n - 8, word_load(s + n - 8));
	}
	return odd & WORD_HIGHS ? escape_words(to, s, n) : to + n;
}

static void escape(struct out *o, const char *s, size_t n)
{
	while (n) {
		size_t piece = n < PIECE ? n : PIECE;
		char *to = pifu_out_room(o, JSON_STR_ROOM(piece));

		o->n += (size_t)(escape_text(to, s, piece) - to);
		s += piece;
		n -= piece;
	}
}

static char *put_null(char *to)
{
	memcpy(to, "null", 4);
	return to + 4;
}

char *pifu_json_str_at(char *to, struct str s)
{
	if (!s.s)
		return put_null(to);
	*to++ = '"';
	to = escape_text(to, s.s, s.n);
	*to++ = '"';
	return to;
}

void pifu_json_put_str(struct out *o, struct str s)
{
	if (s.n > PIECE) {
		pifu_out_char(o, '"');
		escape(o, s.s, s.n);
		pifu_out_char(o, '"');
		return;
	}
	char *to = pifu_out_room(o, JSON_STR_ROOM(s.n));
	o->n += (size_t)(pifu_json_str_at(to, s) - to);
}

/* The same, what is no UTF-8 as U+FFFD. */
static void escape_name(struct out *o, struct str s)
{
	for (uint32_t at = 0; at < s.n;) {
		uint32_t from = at;
		UChar32 c;

		U8_NEXT((const uint8_t *)s.s, at, s.n, c);
		if (c < 0)
			OUT_LITERAL(o, "\xEF\xBF\xBD");
		else
			escape(o, s.s + from, at - from);
	}
}

void pifu_json_put_name(struct out *o, struct str s)
{
	if (!s.s) {
		OUT_LITERAL(o, "null");
		return;
	}
	pifu_out_char(o, '"');
	escape_name(o, s);
	pifu_out_char(o, '"');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static uint32_t skip_digits(struct str s, uint32_t at)
{
	while (at < s.n && is_digit(s.s[at]))
		at++;
	return at;
}

/* End of the plain decimal that `s` begins with: -?(0|[1-9][0-9]*)(\.[0-9]+)?; 0: none. */
static uint32_t decimal_end(struct str s)
{
	uint32_t start = s.n && s.s[0] == '-';
	uint32_t at = skip_digits(s, start);

	if (at == start || (s.s[start] == '0' && at > start + 1))
		return 0;
	if (at < s.n && s.s[at] == '.') {
		uint32_t end = skip_digits(s, at + 1);

		return end > at + 1 ? end : 0;
	}
	return at;
}

static uint32_t exponent_end(struct str s, uint32_t at)
{
	if (at >= s.n || (s.s[at] != 'e' && s.s[at] != 'E'))
		return at;
	uint32_t start = at + 1;

	if (start < s.n && (s.s[start] == '-' || s.s[start] == '+'))
		start++;
	uint32_t end = skip_digits(s, start);
	return end > start ? end : 0;
}

static char *put_plain(char *to, struct str s)
{
	memcpy(to, s.s, s.n);
	return to + s.n;
}

char *pifu_json_number_at(char *to, struct str s)
{
	uint32_t end = decimal_end(s);
	bool number = end && exponent_end(s, end) == s.n;

	return number ? put_plain(to, s) : pifu_json_str_at(to, s);
}

char *pifu_json_any_at(char *to, struct str s)
{
	bool number = s.n && s.n <= 15 && decimal_end(s) == s.n;

	return number ? put_plain(to, s) : pifu_json_str_at(to, s);
}

void pifu_json_put_number(struct out *o, struct str s)
{
	char *to;

	if (s.n > PIECE) {
		pifu_json_put_str(o, s);
		return;
	}
	to = pifu_out_room(o, JSON_STR_ROOM(s.n));
	o->n += (size_t)(pifu_json_number_at(to, s) - to);
}

void pifu_json_put_position(struct out *o, uint32_t v)
{
	char *to = pifu_out_room(o, OUT_UINT);

	o->n += (size_t)(pifu_json_position_at(to, v) - to);
}

char *pifu_json_place_at(char *to, struct place at)
{
	*to++ = '[';
	to = pifu_json_position_at(to, at.table);
	*to++ = ',';
	to = pifu_json_position_at(to, at.row);
	*to++ = ',';
	to = pifu_json_position_at(to, at.col);
	*to++ = ']';
	return to;
}

void pifu_json_put_place(struct out *o, struct place at)
{
	char *to = pifu_out_room(o, JSON_PLACE_ROOM);

	o->n += (size_t)(pifu_json_place_at(to, at) - to);
}
