/* JSON strings and numbers, fast enough to vanish beside the reading.
 *
 * A string is copied eight bytes at a time. A word of eight bytes may be copied
 * as it is unless one of them is a quote, a backslash or a control character;
 * one subtraction for each of the three finds that out for all eight at once:
 *
 *     (x - 0x0101…) & ~x & 0x8080…    has bit 7 set in the lowest zero byte of x
 *     (w - 0x2020…) & ~w & 0x8080…    has it in the lowest byte under 0x20
 *
 * Higher bytes may be reported although they are clean (a borrow); then the
 * word goes byte by byte, which is right for every byte. */
#include "write/json.h"

#include <unicode/utf8.h>

#define ONES 0x0101010101010101u
#define TOPS 0x8080808080808080u
#define PIECE 4096 /* bytes escaped at one time: at most six times as long after it */

_Static_assert(PIECE * 6 + 8 <= OUT_ROOM, "a piece fits the room");

static inline uint64_t must_escape(uint64_t w)
{
	uint64_t quote = w ^ (ONES * '"');
	uint64_t slash = w ^ (ONES * '\\');

	return (((w - ONES * 0x20) & ~w) | ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash)) &
	       TOPS;
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

/* A tail of under eight bytes goes as the word that ends with the text, when
 * the word before it was copied as it is: the overlap is written twice, alike. */
static inline char *escape_piece(char *to, const char *s, size_t n)
{
	bool copied = false;
	uint64_t w;

	for (; n >= 8; s += 8, n -= 8) {
		memcpy(&w, s, 8);
		copied = !must_escape(w);
		if (copied) {
			memcpy(to, &w, 8);
			to += 8;
			continue;
		}
		for (int i = 0; i < 8; i++)
			to = put_byte(to, (unsigned char)s[i]);
	}
	if (copied && n) {
		memcpy(&w, s + n - 8, 8);
		if (!must_escape(w)) {
			memcpy(to + n - 8, &w, 8);
			return to + n;
		}
	}
	for (; n; s++, n--)
		to = put_byte(to, (unsigned char)*s);
	return to;
}

static void escape(struct out *o, const char *s, size_t n)
{
	while (n) {
		size_t piece = n < PIECE ? n : PIECE;
		char *to = pifu_out_room(o, piece * 6);

		o->n += (size_t)(escape_piece(to, s, piece) - to);
		s += piece;
		n -= piece;
	}
}

void pifu_json_put_str(struct out *o, struct str s)
{
	if (!s.s) {
		OUT_LITERAL(o, "null");
		return;
	}
	if (s.n > PIECE) {
		pifu_out_char(o, '"');
		escape(o, s.s, s.n);
		pifu_out_char(o, '"');
		return;
	}
	char *start = pifu_out_room(o, (size_t)s.n * 6 + 2);
	char *to = start;

	*to++ = '"';
	to = escape_piece(to, s.s, s.n);
	*to++ = '"';
	o->n += (size_t)(to - start);
}

void pifu_json_put_name(struct out *o, struct str s)
{
	if (!s.s) {
		OUT_LITERAL(o, "null");
		return;
	}
	pifu_out_char(o, '"');
	for (uint32_t at = 0; at < s.n;) {
		uint32_t from = at;
		UChar32 c;

		U8_NEXT((const uint8_t *)s.s, at, s.n, c);
		if (c < 0)
			OUT_LITERAL(o, "\xEF\xBF\xBD");
		else
			escape(o, s.s + from, at - from);
	}
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

static void put_number_or_string(struct out *o, struct str s, bool number)
{
	if (number)
		pifu_out_str(o, s);
	else
		pifu_json_put_str(o, s);
}

void pifu_json_put_number(struct out *o, struct str s)
{
	uint32_t end = decimal_end(s);

	put_number_or_string(o, s, end && exponent_end(s, end) == s.n);
}

void pifu_json_put_any(struct out *o, struct str s)
{
	put_number_or_string(o, s, s.n && s.n <= 15 && decimal_end(s) == s.n);
}

void pifu_json_put_position(struct out *o, uint32_t v)
{
	if (v == PIFU_NONE)
		OUT_LITERAL(o, "null");
	else
		pifu_out_uint(o, v);
}

static char *put_position(char *to, uint32_t v)
{
	if (v != PIFU_NONE)
		return pifu_out_digits(to, v);
	memcpy(to, "null", 4);
	return to + 4;
}

void pifu_json_put_place(struct out *o, struct place at)
{
	char *start = pifu_out_room(o, 3 * OUT_UINT + 4), *to = start;

	*to++ = '[';
	to = put_position(to, at.table);
	*to++ = ',';
	to = put_position(to, at.row);
	*to++ = ',';
	to = put_position(to, at.col);
	*to++ = ']';
	o->n += (size_t)(to - start);
}
