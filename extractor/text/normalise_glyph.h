/* The steps of normalisation, on a row of glyphs: characters that know where
 * in the raw text they began. Only text/normalise*.c includes this. */
#ifndef PIFU_TEXT_NORMALISE_GLYPH_H
#define PIFU_TEXT_NORMALISE_GLYPH_H

#include "base/arena.h"
#include "text/normalise.h"

struct glyph {
	uint32_t c;  /* code point */
	uint32_t at; /* byte offset of its first byte in the text it was decoded from */
};

struct glyphs {
	struct glyph *v;
	size_t n, cap;
	struct arena *arena;
	uint32_t flags; /* enum text_flag: what the steps met and took away */
	bool markup;    /* a character that may belong to markup was seen */
	bool again;     /* the result may change once more: normalise it again */
	bool failed;    /* out of memory */
};

/** Append; sets `failed` when out of memory. */
void pifu_glyphs_push(struct glyphs *g, uint32_t c, uint32_t at);

/** Step 1: decode `text` to NFKC glyphs. Width, radicals, symbol fonts and
 *  blanks of every kind are resolved; what has no width is dropped. */
void pifu_glyphs_decode(struct glyphs *g, struct str text);

/** Step 2: take off HTML, Markdown and LaTeX. Glyphs only become fewer. */
void pifu_glyphs_strip(struct glyphs *g);

/** Step 3: bring comparators to one sign and blanks to none, or to one
 *  between Latin words. Glyphs only become fewer. */
void pifu_glyphs_tidy(struct glyphs *g);

static inline bool glyph_is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool glyph_is_ascii_letter(uint32_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool glyph_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

#endif
