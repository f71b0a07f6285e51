/* Step 1 of normalisation: bytes to NFKC glyphs.
 *
 *     E5 8D A0 EF BC 9E 39 EF BC 90        raw bytes
 *        占        ＞     9      ０          characters, each with its offset
 *        占        >      9      0          glyphs: ＞ and ０ by a sum, no table
 *
 * Nearly all text is Han, ASCII and full-width forms, which need no library.
 * Anything else goes to ICU in pieces that begin and end where NFKC can neither
 * compose nor reorder over the edge; every glyph of a piece is given the offset
 * at which the piece begins. A piece has at most PIECE characters: what goes on
 * longer is no text, and ICU's reordering is quadratic in it. */
#include "text/normalise_glyph.h"

#include <unicode/unorm2.h>

#include "text/symbol.h"

enum { PIECE = 32, PIECE_UNITS = 2 * PIECE, RESULT_UNITS = 20 * PIECE };

void pifu_glyphs_push(struct glyphs *g, uint32_t c, uint32_t at)
{
	if (g->n == g->cap) {
		struct glyph *more = pifu_arena_alloc(g->arena, 2 * g->cap * sizeof *more);
		if (!more) {
			g->failed = true;
			return;
		}
		memcpy(more, g->v, g->n * sizeof *more);
		g->v = more;
		g->cap *= 2;
	}
	g->v[g->n++] = (struct glyph){c, at};
}

/* ---- What kinds of characters there are --------------------------------- */

static bool is_break(uint32_t c)
{
	return (c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || is_break(c) || c == 0xA0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000 ||
	       c == 0x2800 || c == 0x3164 || c == 0xFFA0;
}

/* Controls, zero-width characters, directions, variation selectors, tags. */
static bool is_nothing(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
	       (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

/* Characters that NFKC leaves alone and that nothing combines with. */
static bool is_inert(uint32_t c)
{
	if (glyph_is_han(c) && c < 0x2F800)
		return true;
	return (c >= 0x2010 && c <= 0x2023 && c != 0x2011 && c != 0x2017) || c == 0xB7 ||
	       c == 0xD7 || c == 0xB0 || c == 0xB1 || c == 0x2264 || c == 0x2265 || c == 0x2248 ||
	       (c >= 0x3001 && c <= 0x3020) || (c >= 0x2500 && c <= 0x266F) || c == 0xFFFD;
}

/* Vowels with a tone mark: pinyin may have been added in brackets. */
static bool is_tone(uint32_t c)
{
	return c == 0x101 || c == 0xE1 || c == 0x1CE || c == 0xE0 || c == 0x113 || c == 0xE9 ||
	       c == 0x11B || c == 0xE8 || c == 0x12B || c == 0xED || c == 0x1D0 || c == 0xEC ||
	       c == 0x14D || c == 0xF3 || c == 0x1D2 || c == 0xF2 || c == 0x16B || c == 0xFA ||
	       c == 0x1D4 || c == 0xF9 || (c >= 0x1D6 && c <= 0x1DC);
}

static void push_ascii(struct glyphs *g, uint32_t c, uint32_t at)
{
	if (c == '\\' || c == '$' || c == '&' || c == '*' || c == '<' || c == '`' || c == '?')
		g->markup = true;
	pifu_glyphs_push(g, c, at);
}

/* ---- The piece that needs ICU ------------------------------------------- */

struct piece {
	UChar units[PIECE_UNITS];
	int32_t n;
	unsigned characters;
	uint32_t at;
};

static void add_unit(struct piece *p, uint32_t c)
{
	if (c > 0xFFFF) {
		p->units[p->n++] = (UChar)(0xD7C0 + (c >> 10));
		p->units[p->n++] = (UChar)(0xDC00 + (c & 0x3FF));
	} else {
		p->units[p->n++] = (UChar)c;
	}
	p->characters++;
}

static void push_result(struct glyphs *g, const UChar *units, int32_t n, uint32_t at)
{
	for (int32_t i = 0; i < n; i++) {
		uint32_t c = units[i];
		if (c >= 0xD800 && c <= 0xDBFF && i + 1 < n)
			c = (c << 10) + units[++i] - ((0xD800u << 10) + 0xDC00 - 0x10000);
		if (is_blank(c))
			c = ' ';
		if (is_tone(c))
			g->markup = true;
		if (!is_nothing(c))
			push_ascii(g, c, at);
	}
}

static void push_piece(struct glyphs *g, const UNormalizer2 *nfkc, const struct piece *p)
{
	UChar out[RESULT_UNITS];
	UErrorCode code = U_ZERO_ERROR;
	int32_t n = unorm2_normalize(nfkc, p->units, p->n, out, RESULT_UNITS, &code);
	if (U_SUCCESS(code))
		push_result(g, out, n, p->at);
	else
		push_result(g, p->units, p->n, p->at);
}

/* The glyph before `c` belongs to its piece if the two may compose. */
static void begin_piece(struct glyphs *g, const UNormalizer2 *nfkc, struct piece *p, uint32_t c,
                        uint32_t at)
{
	p->n = 0;
	p->characters = 0;
	p->at = at;
	if (g->n > 0 && !unorm2_hasBoundaryBefore(nfkc, (UChar32)c)) {
		p->at = g->v[--g->n].at;
		add_unit(p, g->v[g->n].c);
	}
	add_unit(p, c);
}

/* `c` was decoded at `from`; *at is behind it and moves behind the piece. */
static void decode_piece(struct glyphs *g, struct str text, uint32_t c, uint32_t from, uint32_t *at)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);
	g->again = true;
	if (!nfkc) {
		pifu_glyphs_push(g, c, from);
		return;
	}
	struct piece p;
	begin_piece(g, nfkc, &p, c, from);
	while (*at < text.n && p.characters < PIECE) {
		uint32_t next = *at;
		uint32_t d = pifu_utf8_next(text, &next);
		if (unorm2_hasBoundaryBefore(nfkc, (UChar32)d))
			break;
		if (!is_nothing(d))
			add_unit(&p, d);
		*at = next;
	}
	push_piece(g, nfkc, &p);
}

/* ---- One character ------------------------------------------------------- */

/* Wingdings 2 has its open box where Symbol has ≤: only in front of a digit, or
 * alone, it is the comparator. */
static uint32_t symbol_of(struct str text, uint32_t c, uint32_t from, uint32_t at)
{
	if (c != 0xF0A3)
		return pifu_text_symbol(c);
	uint32_t next = ' ';
	while (at < text.n && is_blank(next))
		next = pifu_utf8_next(text, &at);
	bool alone = from == 0 && is_blank(next);
	bool digit = glyph_is_digit(next) || (next >= 0xFF10 && next <= 0xFF19);
	return alone || digit ? 0x2264 : 0x25A1;
}

/* ① in front of a text is a number that lists it; NFKC would make it a digit of the text. */
static bool push_ordinal(struct glyphs *g, uint32_t c, uint32_t at)
{
	if (c < 0x2460 || c > 0x2473) /* ① to ⑳ */
		return false;
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].c != ' ')
			return false;
	uint32_t no = c - 0x2460 + 1;
	pifu_glyphs_push(g, '(', at);
	if (no >= 10)
		pifu_glyphs_push(g, '0' + no / 10, at);
	pifu_glyphs_push(g, '0' + no % 10, at);
	pifu_glyphs_push(g, ')', at);
	return true;
}

static void decode_odd(struct glyphs *g, struct str text, uint32_t c, uint32_t from, uint32_t *at)
{
	uint32_t d = symbol_of(text, c, from, *at);
	if (d != c) {
		if (d == 0x2264 || d == 0x2265 || (c >= 0xE000 && c <= 0xF8FF))
			g->flags |= TEXT_SYMBOL;
		push_ascii(g, d, from);
	} else if (c == 0x2026) {
		for (unsigned i = 0; i < 3; i++)
			pifu_glyphs_push(g, '.', from);
	} else if (c >= 0xE000 && c <= 0xF8FF) {
		pifu_glyphs_push(g, c, from);
	} else if (!push_ordinal(g, c, from)) {
		decode_piece(g, text, c, from, at);
	}
}

void pifu_glyphs_decode(struct glyphs *g, struct str text)
{
	for (uint32_t at = 0; at < text.n && !g->failed;) {
		uint32_t from = at;
		uint32_t c = pifu_utf8_next(text, &at);
		if (c > 0x20 && c < 0x7F) {
			push_ascii(g, c, from);
		} else if (is_inert(c)) {
			pifu_glyphs_push(g, c, from);
		} else if (c >= 0xFF01 && c <= 0xFF5E) {
			/* A question mark of this width is punctuation, never filler. */
			if (c == 0xFF1F)
				g->flags |= TEXT_PUNCT;
			push_ascii(g, c - 0xFEE0, from);
		} else if (is_blank(c)) {
			g->flags |= is_break(c) ? TEXT_BREAK : 0;
			pifu_glyphs_push(g, ' ', from);
		} else if (!is_nothing(c)) {
			decode_odd(g, text, c, from, &at);
		}
	}
}
