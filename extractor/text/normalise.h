/* Normalisation of one cell's text, with a way back to the raw text. */
#ifndef PIFU_TEXT_NORMALISE_H
#define PIFU_TEXT_NORMALISE_H

#include "base/arena.h"
#include "base/str.h"

/** What kinds of characters the normal text holds (a bit set). */
enum text_flag {
	TEXT_DIGIT = 1 << 0,      /* 0-9 */
	TEXT_HAN_DIGIT = 1 << 1,  /* 一二三…十百千万亿 or 百分之 */
	TEXT_COMPARATOR = 1 << 2, /* ≥ ≤ > < = ± ~ */
	TEXT_HAN = 1 << 3,
	TEXT_LATIN = 1 << 4,
	TEXT_BLANK = 1 << 5,        /* blanks remain between words */
	TEXT_BREAK = 1 << 6,        /* the raw text had a line break */
	TEXT_PERCENT = 1 << 7,      /* % or ‰ */
	TEXT_LATEX = 1 << 8,        /* LaTeX was taken off */
	TEXT_SYMBOL = 1 << 9,       /* a private-use symbol or a look-alike became a comparator */
	TEXT_FILLER = 1 << 10,      /* U+FFFD, ? runs or other filler */
	TEXT_TRADITIONAL = 1 << 11, /* the key differs by traditional characters */
	TEXT_PUNCT = 1 << 12,       /* sentence punctuation 。；，、 or their ASCII forms */
	TEXT_MARK = 1 << 13,        /* template marks ★ * # were taken off the key */
};

struct normal {
	struct str
		text; /* what records carry: NFKC, comparators as ≥ ≤ > < =, no blanks inside Chinese */
	struct str
		key; /* what matching sees: text in simplified characters, without any blanks or marks */
	uint32_t *
		map; /* map[i]: offset in raw of text byte i, map[text.n] = raw.n; NULL: identity */
	uint32_t flags; /* enum text_flag */
};

/** Normalise `raw`.
 *  shape:   one cell in, one normal text out; text.s may point into raw when nothing changed
 *  units:   byte offsets
 *  errors:  PIFU_ERR_NOMEM
 *  owns:    all in the arena
 *  threads: any number, no shared state that changes
 *  source:  Unicode UAX #15 (NFKC); the sign and LaTeX spellings of published forms */
pifu_status pifu_text_normalise(struct arena *a, struct str raw, struct normal *out,
                                pifu_error *err);

/** The simplified form of a code point, itself where there is none. */
uint32_t pifu_text_simplify(uint32_t c);

#endif
