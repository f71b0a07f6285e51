/* Terminal width of text (width.h).
 *
 * East Asian wide and full-width characters take two columns, combining marks
 * none, all else one; so do ambiguous ones (≥, —, lines), as terminals in UTF-8
 * have it. */
#include "write/width.h"

#include <string.h>
#include <unicode/uchar.h>

/* A character as it is shown. */
struct shown {
	uint32_t c;
	unsigned columns;
	bool visible; /* false: left out */
};

static bool is_wide(uint32_t c)
{
	int32_t width = u_getIntPropertyValue((UChar32)c, UCHAR_EAST_ASIAN_WIDTH);

	return width == U_EA_WIDE || width == U_EA_FULLWIDTH;
}

static struct shown show_rare(uint32_t c)
{
	switch (u_charType((UChar32)c)) {
	case U_CONTROL_CHAR:
	case U_SURROGATE:
		return (struct shown){c == '\t' || c == '\n' || c == '\r' ? ' ' : 0xFFFD, 1, true};
	case U_LINE_SEPARATOR:
	case U_PARAGRAPH_SEPARATOR:
		return (struct shown){' ', 1, true};
	case U_FORMAT_CHAR:
		return (struct shown){c, 0, false};
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
		return (struct shown){c, 0, true};
	default:
		return (struct shown){c, is_wide(c) ? 2 : 1, true};
	}
}

static struct shown show(uint32_t c)
{
	if (c >= 0x20 && c < 0x7F)
		return (struct shown){c, 1, true};
	if (c >= 0x4E00 && c <= 0x9FFF)
		return (struct shown){c, 2, true};
	return show_rare(c);
}

unsigned pifu_width_str(struct str s)
{
	unsigned columns = 0;

	for (uint32_t at = 0; at < s.n;)
		columns += show(pifu_utf8_next(s, &at)).columns;
	return columns;
}

static uint32_t fit(struct str s, unsigned columns, unsigned *used)
{
	uint32_t at = 0;

	*used = 0;
	while (at < s.n) {
		uint32_t next = at;
		unsigned width = show(pifu_utf8_next(s, &next)).columns;

		if (*used + width > columns)
			break;
		*used += width;
		at = next;
	}
	return at;
}

uint32_t pifu_width_fit(struct str s, unsigned columns)
{
	unsigned used;
	uint32_t n = fit(s, columns, &used);

	if (n == 0 && s.n)
		pifu_utf8_next(s, &n);
	return n;
}

static void put_shown(struct out *o, struct str s)
{
	for (uint32_t at = 0; at < s.n;) {
		struct shown c = show(pifu_utf8_next(s, &at));
		char bytes[4];

		if (c.visible)
			pifu_out_put(o, bytes, pifu_utf8_put(bytes, c.c));
	}
}

unsigned pifu_width_put(struct out *o, struct str s, unsigned columns)
{
	unsigned width = pifu_width_str(s);

	if (columns == 0 || width <= columns) {
		put_shown(o, s);
		return width;
	}
	uint32_t n = fit(s, columns - 1, &width);
	put_shown(o, (struct str){s.s, n});
	OUT_LITERAL(o, "…");
	return width + 1;
}

unsigned pifu_text_width(const char *text)
{
	return pifu_width_str(pifu_str_of(text));
}

/* Put a piece behind the `n` bytes there are; what does not fit is only counted. */
static size_t append(char *out, size_t size, size_t n, const char *bytes, size_t more)
{
	if (n + more < size) {
		memcpy(out + n, bytes, more);
		out[n + more] = '\0';
	}
	return n + more;
}

size_t pifu_text_fit(const char *text, unsigned columns, char *out, size_t size, unsigned *used)
{
	struct str s = pifu_str_of(text);
	unsigned width = pifu_width_str(s);
	bool cut = columns && width > columns;
	uint32_t end = cut ? fit(s, columns - 1, &width) : s.n;
	size_t n = 0;

	if (size)
		out[0] = '\0';
	for (uint32_t at = 0; at < end;) {
		struct shown c = show(pifu_utf8_next(s, &at));
		char bytes[4];

		if (c.visible)
			n = append(out, size, n, bytes, pifu_utf8_put(bytes, c.c));
	}
	if (cut)
		n = append(out, size, n, "…", sizeof "…" - 1);
	if (used)
		*used = width + cut;
	return n;
}
