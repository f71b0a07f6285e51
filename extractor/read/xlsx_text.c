/* Texts and places of cells as Excel writes them. */
#include "read/xlsx_text.h"

#include "read/xlsx.h"

/* ---- _xHHHH_ --------------------------------------------------------------------- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code of "_xHHHH_" at the front of `s`; 0: it is none, or no character of its own. */
static uint32_t escaped_code(struct str s)
{
	uint32_t code = 0;

	if (s.n < 7 || s.s[0] != '_' || s.s[1] != 'x' || s.s[6] != '_')
		return 0;
	for (uint32_t i = 2; i < 6; i++) {
		int value = hex_value(s.s[i]);
		if (value < 0)
			return 0;
		code = code << 4 | (uint32_t)value;
	}
	return code >= 0xD800 && code < 0xE000 ? 0 : code;
}

void pifu_xlsx_unescape(struct buf *text)
{
	struct str s = pifu_buf_view(text);
	uint32_t to = 0;

	if (!s.s || (!memchr(s.s, '_', s.n) && !memchr(s.s, '\r', s.n)))
		return;
	for (uint32_t at = 0; at < s.n;) {
		uint32_t code = escaped_code(pifu_str_sub(s, at, s.n));
		uint32_t step = code ? 7 : 1;
		if (code == '\r' || (!code && s.s[at] == '\r')) {
			at += step; /* a line feed follows, or nothing that shows */
			continue;
		}
		if (code)
			to += pifu_utf8_put(text->s + to, code);
		else
			text->s[to++] = s.s[at];
		at += step;
	}
	text->n = to;
}

/* ---- Places ---------------------------------------------------------------------- */

bool pifu_xlsx_place(struct str ref, uint32_t *row, uint32_t *col)
{
	uint32_t at = 0, c = 0, r = 0;

	for (; at < ref.n && at < 4 && ((ref.s[at] & ~0x20) >= 'A' && (ref.s[at] & ~0x20) <= 'Z');
	     at++)
		c = c * 26 + (uint32_t)((ref.s[at] & ~0x20) - 'A' + 1);
	uint32_t letters = at;
	for (; at < ref.n && at < letters + 8 && ref.s[at] >= '0' && ref.s[at] <= '9'; at++)
		r = r * 10 + (uint32_t)(ref.s[at] - '0');
	if (at != ref.n || c == 0 || c > XLSX_COLUMNS || r == 0 || r > XLSX_ROWS)
		return false;
	*row = r - 1;
	*col = c - 1;
	return true;
}

static bool needs_quotes(struct str name)
{
	for (uint32_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.s[i];
		bool plain = c >= 0x80 || c == '_' || (c >= '0' && c <= '9' && i) ||
		             ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!plain)
			return true;
	}
	return name.n == 0;
}

static void put_name(struct buf *out, struct str name)
{
	bool quotes = needs_quotes(name);

	if (quotes)
		pifu_buf_char(out, '\'');
	for (uint32_t i = 0; i < name.n; i++) {
		if (name.s[i] == '\'')
			pifu_buf_char(out, '\'');
		pifu_buf_char(out, name.s[i]);
	}
	if (quotes)
		pifu_buf_char(out, '\'');
}

void pifu_xlsx_path(struct buf *out, struct str sheet, uint32_t row, uint32_t col)
{
	char letters[4];
	unsigned n = 0;

	put_name(out, sheet);
	pifu_buf_char(out, '!');
	for (uint32_t c = col + 1; c; c = (c - 1) / 26)
		letters[n++] = (char)('A' + (c - 1) % 26);
	while (n)
		pifu_buf_char(out, letters[--n]);
	pifu_buf_uint(out, row + 1);
}
