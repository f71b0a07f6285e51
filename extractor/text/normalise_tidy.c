/* Step 3 of normalisation: comparators become one sign, blanks go.
 *
 *     ≥ 98 %            ->  ≥98%          blanks beside signs, Han and punctuation
 *     经 济 效益        ->  经济效益
 *     968.191 8         ->  968.1918      blanks inside a number
 *     2023 2024         ->  2023 2024     two numbers: both have two digits or more
 *     Windows  Server   ->  Windows Server
 *     >= ＞＝ =>        ->  ≥             a run of signs that says one thing
 *     》95%             ->  >95%          a bracket that never was opened
 *
 * A step that may give another one something to do asks for a second round. */
#include "text/normalise_glyph.h"

enum { GE = 0x2265, LE = 0x2264, GROUP = 3, NUMBER_MOST = 32 };

static bool is_sign(uint32_t c)
{
	return c == '<' || c == '>' || c == '=' || c == GE || c == LE;
}

static bool is_combining(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36F) || c == 0x3099 || c == 0x309A ||
	       (c >= 0x20D0 && c <= 0x20FF);
}

/* Letters that words of more than one character are made of. */
static bool is_letter(uint32_t c)
{
	return glyph_is_ascii_letter(c) || (c >= 0xC0 && c <= 0x1FFF && c != 0xD7 && c != 0xF7);
}

/* ---- Blanks -------------------------------------------------------------- */

static size_t digits_before(const struct glyphs *g, size_t end, bool *point)
{
	size_t n = 0;
	while (n < end && n < NUMBER_MOST && glyph_is_digit(g->v[end - 1 - n].c))
		n++;
	*point = n < end && g->v[end - 1 - n].c == '.';
	return n;
}

static size_t digits_behind(const struct glyphs *g, size_t from)
{
	size_t n = 0;
	while (from + n < g->n && n < NUMBER_MOST && glyph_is_digit(g->v[from + n].c))
		n++;
	return n;
}

/* Whether a blank between two digits parts two numbers: not if one side is a
 * single digit, not inside decimals, not before a group of thousands. */
static bool parts_numbers(const struct glyphs *g, size_t left_end, size_t right)
{
	bool point;
	size_t before = digits_before(g, left_end, &point);
	size_t behind = digits_behind(g, right);
	return before >= 2 && behind >= 2 && behind != GROUP && !point;
}

static bool keeps_blank(const struct glyphs *g, size_t left_end, size_t right)
{
	if (left_end == 0 || right == g->n)
		return false;
	uint32_t a = g->v[left_end - 1].c, b = g->v[right].c;
	if (is_combining(b))
		return true;
	if (glyph_is_digit(a) && glyph_is_digit(b))
		return parts_numbers(g, left_end, right);
	return is_letter(a) && (is_letter(b) || glyph_is_digit(b));
}

static void drop_blanks(struct glyphs *g)
{
	size_t w = 0;
	for (size_t i = 0; i < g->n;) {
		if (g->v[i].c != ' ') {
			g->v[w++] = g->v[i++];
			continue;
		}
		size_t right = i;
		while (right < g->n && g->v[right].c == ' ')
			right++;
		if (keeps_blank(g, w, right)) {
			/* Digits that move together behind it may come to look like a group. */
			g->again |= glyph_is_digit(g->v[right].c);
			g->v[w++] = g->v[i];
		}
		i = right;
	}
	g->again |= g->markup && w < g->n; /* what stands together now may be markup */
	g->n = w;
}

/* ---- Comparators --------------------------------------------------------- */

static bool holds(const struct glyphs *g, uint32_t c)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].c == c)
			return true;
	return false;
}

static uint32_t next_char(const struct glyphs *g, size_t i)
{
	return i + 1 < g->n ? g->v[i + 1].c : 0;
}

/* 》 and 《 that open or close nothing, and a double line that is no rule, are
 * comparators directly before a digit (or before an = that is). */
static void read_look_alikes(struct glyphs *g)
{
	bool opens = holds(g, 0x300A), closes = holds(g, 0x300B);
	for (size_t i = 0; i < g->n; i++) {
		uint32_t c = g->v[i].c, next = next_char(g, i), to = 0;
		bool number = glyph_is_digit(next) ||
		              (next == '=' && glyph_is_digit(next_char(g, i + 1)));
		if (c == 0x300B && !opens && number)
			to = '>';
		else if (c == 0x300A && !closes && number)
			to = '<';
		else if (c == 0x2550 && (glyph_is_digit(next) || g->n == 1))
			to = '=';
		if (!to)
			continue;
		g->v[i].c = to;
		g->flags |= TEXT_SYMBOL;
		g->again = true;
	}
}

/* One sign for the run v[from..to), 0 when it says no one thing. */
static uint32_t sign_of(const struct glyphs *g, size_t from, size_t to)
{
	bool more = false, less = false, equal = false;
	size_t pure = 0;
	for (size_t i = from; i < to; i++) {
		uint32_t c = g->v[i].c;
		more |= c == '>' || c == GE;
		less |= c == '<' || c == LE;
		equal |= c == '=' || c == GE || c == LE;
		pure += c == '=';
	}
	if ((more && less) || to - from > 3)
		return 0;
	if (!more && !less)
		return pure == 2 ? '=' : 0;
	return equal ? (more ? GE : LE) : 0;
}

static void join_signs(struct glyphs *g)
{
	size_t w = 0;
	for (size_t i = 0; i < g->n;) {
		size_t end = i;
		while (end < g->n && is_sign(g->v[end].c))
			end++;
		uint32_t sign = end - i > 1 ? sign_of(g, i, end) : 0;
		if (sign) {
			g->v[w++] = (struct glyph){sign, g->v[i].at};
			g->again = true;
			i = end;
			continue;
		}
		do
			g->v[w++] = g->v[i++];
		while (i < end);
	}
	g->n = w;
}

void pifu_glyphs_tidy(struct glyphs *g)
{
	drop_blanks(g);
	read_look_alikes(g);
	join_signs(g);
}
