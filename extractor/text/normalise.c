/* Normalisation of one cell: normal text, key, flags, and the way back.
 *
 *     raw --scan: plain?--yes--> text = key = raw, map NULL       (most cells)
 *             | no
 *             v
 *     raw --fold: plain?--yes--> text = key = folded, map         (full width, blanks)
 *             | no
 *             v
 *     raw -> glyphs -> decode -> strip -> tidy -> UTF-8 + map ----.
 *             ^                                                   | a step asks for
 *             '---------------------------------------------------' another round
 *
 * The scan is one look at each byte: ASCII and common Chinese text that no step
 * could change leaves by it without an allocation. Other cells become a row of
 * glyphs, each with the offset it came from, on which the steps work in place.
 *
 * The result must be its own normal form. Rounds go on until nothing changes;
 * a text that still changes after ROUNDS is no form's text (markup nested in
 * markup, on purpose) and stays raw, and so is its own normal form, too. */
#include "text/normalise.h"

#include "base/error.h"
#include "text/normalise_glyph.h"
#include "text/simplify.h"

enum {
	ROUNDS = 8,
	STACK_GLYPHS = 256,
	SLOW = 1 << 15, /* a character that the scan leaves to the steps */
	SIGN = 1 << 14, /* < > =: plain unless its neighbour says otherwise */
};

/* ---- The scan ------------------------------------------------------------ */

#define C4(f) f, f, f, f
#define C8(f) C4(f), C4(f)
#define COMPARE (TEXT_COMPARATOR | SIGN)

static const uint16_t ascii_class[128] = {
	/* 00 */ C8(SLOW),
	C8(SLOW),
	C8(SLOW),
	C8(SLOW),
	/*    blank        !           "  #     $     %             &     ' */
	TEXT_BLANK | SLOW,
	TEXT_PUNCT,
	0,
	SLOW,
	SLOW,
	TEXT_PERCENT,
	SLOW,
	0,
	/* (  )  *     +  ,           -  .  / */
	0,
	0,
	SLOW,
	0,
	TEXT_PUNCT,
	0,
	0,
	0,
	/* 0 */ C8(TEXT_DIGIT),
	TEXT_DIGIT,
	TEXT_DIGIT,
	/* :  ;           <        =        >        ? */
	0,
	TEXT_PUNCT,
	COMPARE,
	COMPARE,
	COMPARE,
	TEXT_PUNCT | SLOW,
	/* @  A */ 0,
	C8(TEXT_LATIN),
	C8(TEXT_LATIN),
	C8(TEXT_LATIN),
	TEXT_LATIN,
	TEXT_LATIN,
	/* [  \     ]  ^  _  ` */ 0,
	SLOW,
	0,
	0,
	0,
	0,
	/* a */ C8(TEXT_LATIN),
	C8(TEXT_LATIN),
	C8(TEXT_LATIN),
	TEXT_LATIN,
	TEXT_LATIN,
	/* {  |  }  ~               DEL */ 0,
	0,
	0,
	TEXT_COMPARATOR,
	SLOW,
};

/* Bit c - SIMPLIFY_FIRST: c is a digit of a Chinese numeral. */
#define AT(c) (((c)-SIMPLIFY_FIRST) / 32)
#define BIT(c) (1u << ((c)-SIMPLIFY_FIRST) % 32)

static const uint32_t han_digits[AT(SIMPLIFY_LAST) + 1] = {
	[AT(0x4E00)] = BIT(0x4E00) | BIT(0x4E03) | BIT(0x4E07) | BIT(0x4E09), /* 一七万三 */
	[AT(0x4E24)] = BIT(0x4E24),                                           /* 两 */
	[AT(0x4E5D)] = BIT(0x4E5D),                                           /* 九 */
	[AT(0x4E8C)] = BIT(0x4E8C) | BIT(0x4E94),                             /* 二五 */
	[AT(0x4EBF)] = BIT(0x4EBF),                                           /* 亿 */
	[AT(0x4EDF)] = BIT(0x4EDF),                                           /* 仟 */
	[AT(0x4F0D)] = BIT(0x4F0D),                                           /* 伍 */
	[AT(0x4F70)] = BIT(0x4F70),                                           /* 佰 */
	[AT(0x516B)] = BIT(0x516B) | BIT(0x516D),                             /* 八六 */
	[AT(0x5341)] = BIT(0x5341) | BIT(0x5343),                             /* 十千 */
	[AT(0x53C1)] = BIT(0x53C1),                                           /* 叁 */
	[AT(0x56DB)] = BIT(0x56DB),                                           /* 四 */
	[AT(0x58F9)] = BIT(0x58F9),                                           /* 壹 */
	[AT(0x62FE)] = BIT(0x62FE),                                           /* 拾 */
	[AT(0x634C)] = BIT(0x634C),                                           /* 捌 */
	[AT(0x67D2)] = BIT(0x67D2),                                           /* 柒 */
	[AT(0x7396)] = BIT(0x7396),                                           /* 玖 */
	[AT(0x767E)] = BIT(0x767E),                                           /* 百 */
	[AT(0x8086)] = BIT(0x8086),                                           /* 肆 */
	[AT(0x8D30)] = BIT(0x8D30),                                           /* 贰 */
	[AT(0x9646)] = BIT(0x9646),                                           /* 陆 */
	[AT(0x96F6)] = BIT(0x96F6),                                           /* 零 */
};

static unsigned char byte_at(struct str s, uint32_t i)
{
	return i < s.n ? (unsigned char)s.s[i] : 0;
}

/* Class of an ASCII character by its neighbours as well. */
static uint32_t class_of_ascii(struct str s, uint32_t i)
{
	unsigned char c = (unsigned char)s.s[i], next = byte_at(s, i + 1);
	uint32_t class = ascii_class[c];
	if (c == ',' && i > 0 && glyph_is_digit(byte_at(s, i - 1)) && glyph_is_digit(next))
		return 0; /* 1,260 */
	if (class & SIGN && !glyph_is_digit(next) && next != 0 && (next < 0xE4 || next > 0xE9))
		class |= SLOW; /* >=, <br>, "> 5" */
	return class & ~(uint32_t)SIGN;
}

/* Class of U+2000 to U+3FFF: what is common there is named, the rest is SLOW. */
static uint32_t class_of_sign(struct str s, uint32_t i, uint32_t c)
{
	unsigned char next = byte_at(s, i + 3);
	switch (c) {
	case 0x2264:
	case 0x2265: /* ≤ ≥ */
		return TEXT_COMPARATOR |
		       (next == '=' || next == '<' || next == '>' || next == 0xE2 || next == 0xE3
		                ? SLOW
		                : 0u);
	case 0x2248: /* ≈ */
		return TEXT_COMPARATOR;
	case 0x2030: /* ‰ */
		return TEXT_PERCENT;
	case 0x2013:
	case 0x2014:
	case 0x2018:
	case 0x2019:
	case 0x201C:
	case 0x201D: /* – — ‘ ’ “ ” */
	case 0x3010:
	case 0x3011:
	case 0x3014:
	case 0x3015: /* 【 】 〔 〕 */
		return 0;
	case 0x3001:
	case 0x3002: /* 、 。 */
		return TEXT_PUNCT;
	case 0x300A:
	case 0x300B: /* 《 》 */
		return glyph_is_digit(next) || next == '=' ? SLOW : 0;
	case 0x3007:
		return TEXT_HAN | TEXT_HAN_DIGIT;
	default:
		return SLOW;
	}
}

/* Class of a character of U+4E00 to U+9FFF; nearly all have no more than TEXT_HAN. */
static inline uint32_t class_of_han(uint32_t c)
{
	uint32_t at = AT(c), bit = BIT(c), class = TEXT_HAN;
	if (!((han_digits[at] | pifu_simplify_set[at]) & bit))
		return class;
	if (han_digits[at] & bit)
		class |= TEXT_HAN_DIGIT;
	if (pifu_simplify_set[at] & bit)
		class |= TEXT_TRADITIONAL | SLOW;
	return class;
}

static uint32_t class_of_wide(struct str s, uint32_t i, uint32_t c)
{
	return c >= SIMPLIFY_FIRST && c <= SIMPLIFY_LAST ? class_of_han(c) : class_of_sign(s, i, c);
}

/* Behind the Chinese characters from `i` on that have no more than TEXT_HAN. Any three bytes
 * may be taken for one: those that are none are out of the range of the sets. */
static inline uint32_t skip_han(const unsigned char *p, size_t i, size_t n)
{
	for (; i + 2 < n; i += 3) {
		uint32_t c = ((uint32_t)p[i] << 12) + ((uint32_t)p[i + 1] << 6) + p[i + 2] -
		             (0xE2080 + SIMPLIFY_FIRST); /* less the marks of UTF-8 */
		if (c > SIMPLIFY_LAST - SIMPLIFY_FIRST ||
		    (han_digits[c / 32] | pifu_simplify_set[c / 32]) >> c % 32 & 1)
			break;
	}
	return (uint32_t)i;
}

/* Class of the character at *at, which moves behind it. */
static uint32_t class_at(struct str s, uint32_t *at)
{
	const unsigned char *p = (const unsigned char *)s.s + *at;
	uint32_t i = *at;
	if (p[0] < 0x80) {
		*at += 1;
		return class_of_ascii(s, i);
	}
	if (p[0] < 0xE2 || p[0] > 0xE9 || s.n - i < 3)
		return SLOW;
	*at += 3;
	return class_of_wide(s, i, (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u));
}

/* Flags of the text up to where it stops being plain, at *at; true: it is plain to its end. */
static bool scan_plain(struct str s, uint32_t *flags, uint32_t *at)
{
	uint32_t i = 0, all = 0;
	*at = 0;
	while (i < s.n && !(all & SLOW)) {
		uint32_t from = i;
		i = skip_han((const unsigned char *)s.s, i, s.n);
		all |= i > from ? TEXT_HAN : 0;
		*at = i;
		if (i < s.n)
			all |= class_at(s, &i);
	}
	*flags = all & ~(uint32_t)SLOW;
	return !(all & SLOW);
}

/* Flags of a normal text, whatever it holds. */
static uint32_t flags_of(struct str s)
{
	uint32_t all = 0;
	for (uint32_t i = 0; i < s.n;) {
		uint32_t from = i, c = pifu_utf8_next(s, &i);
		if (c < 0x80)
			all |= class_of_ascii(s, from);
		else if (c == 0xB1)
			all |= TEXT_COMPARATOR;
		else if (c == 0xFFFD)
			all |= TEXT_FILLER;
		else if (c < 0x2000)
			all |= TEXT_LATIN;
		else if (glyph_is_han(c))
			all |= class_of_wide(s, from, c) | TEXT_HAN;
		else
			all |= class_of_wide(s, from, c);
	}
	return all & ~(uint32_t)SLOW;
}

/* ---- The rounds ---------------------------------------------------------- */

/* A text on its way: map NULL means that it is the raw text itself. */
struct draft {
	struct str text;
	uint32_t *map;
	uint32_t flags;
	bool again;
};

static unsigned size_in_utf8(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static bool encode(const struct glyphs *g, struct draft *d, uint32_t raw_size)
{
	uint32_t size = 0;
	for (size_t i = 0; i < g->n; i++)
		size += size_in_utf8(g->v[i].c);
	char *text = pifu_arena_alloc(g->arena, size + 1u);
	uint32_t *map = pifu_arena_alloc(g->arena, (size + 1u) * sizeof *map);
	if (!text || !map)
		return false;
	uint32_t w = 0;
	for (size_t i = 0; i < g->n; i++) {
		uint32_t from = g->v[i].at;
		unsigned n = pifu_utf8_put(text + w, g->v[i].c);
		while (n-- > 0) {
			map[w] = d->map ? d->map[from] : from;
			w++;
		}
	}
	text[w] = '\0';
	map[w] = raw_size;
	d->text = (struct str){text, w};
	d->map = map;
	return true;
}

static bool same_text(const struct glyphs *g, struct str text)
{
	uint32_t at = 0;
	for (size_t i = 0; i < g->n; i++)
		if (at >= text.n || g->v[i].c != pifu_utf8_next(text, &at))
			return false;
	return at == text.n;
}

/* One round; false when out of memory. */
static bool rewrite(struct arena *a, struct draft *d, uint32_t raw_size)
{
	struct glyph stack[STACK_GLYPHS];
	struct glyphs g = {.v = stack, .cap = STACK_GLYPHS, .arena = a};
	if (d->text.n > STACK_GLYPHS) {
		g.cap = d->text.n;
		g.v = pifu_arena_alloc(a, g.cap * sizeof *g.v);
		if (!g.v)
			return false;
	}
	pifu_glyphs_decode(&g, d->text);
	if (g.failed)
		return false;
	if (g.markup)
		pifu_glyphs_strip(&g);
	pifu_glyphs_tidy(&g);
	d->flags |= g.flags;
	d->again = g.again;
	if (same_text(&g, d->text)) {
		d->again = false;
		return true;
	}
	return encode(&g, d, raw_size);
}

static bool rewrite_rounds(struct arena *a, struct str raw, struct draft *d)
{
	uint32_t ignored, at;
	for (unsigned round = 0; round < ROUNDS; round++) {
		if (!rewrite(a, d, raw.n))
			return false;
		if (!d->again || scan_plain(d->text, &ignored, &at))
			return true;
	}
	*d = (struct draft){.text = raw, .flags = d->flags};
	return true;
}

/* ---- The short way ------------------------------------------------------- */

/* A text on its way that needs no glyphs: full-width forms become ASCII, blanks go.
 *
 *     ＜298 万元（含税）  ->  <298万元(含税)
 *
 * If that is plain, the steps would have come to the same: no step changes a plain text, and
 * of the blanks none stood between letters or digits, where one may stay. */
struct fold {
	char *text;
	uint32_t *map;
	uint32_t n;
	bool parted; /* a blank follows the letter or digit that text[n - 1] is */
};

static bool is_word_char(unsigned char c)
{
	return glyph_is_digit(c) || glyph_is_ascii_letter(c);
}

static bool fold_ascii(struct fold *f, unsigned char c, uint32_t from)
{
	if (c == ' ') {
		f->parted = f->n > 0 && is_word_char((unsigned char)f->text[f->n - 1]);
		return true;
	}
	if (f->parted && is_word_char(c))
		return false;
	f->parted = false;
	f->text[f->n] = (char)c;
	f->map[f->n++] = from;
	return true;
}

static void fold_wide(struct fold *f, const char *s, uint32_t from)
{
	for (unsigned k = 0; k < 3; k++) {
		f->text[f->n + k] = s[k];
		f->map[f->n + k] = from;
	}
	f->n += 3;
	f->parted = false;
}

/* False: something stands there that is neither wide, full width, ASCII nor a blank. */
static bool fold_text(struct fold *f, struct str raw)
{
	const unsigned char *p = (const unsigned char *)raw.s;
	for (uint32_t i = 0; i < raw.n;) {
		if (p[i] < 0x80) {
			if (!fold_ascii(f, p[i], i))
				return false;
			i++;
			continue;
		}
		if (raw.n - i < 3 || p[i] < 0xE2)
			return false;
		uint32_t c = (p[i] & 15u) << 12 | (p[i + 1] & 63u) << 6 | (p[i + 2] & 63u);
		if (p[i] <= 0xE9 && c != 0x3000)
			fold_wide(f, raw.s + i, i);
		else if ((c != 0x3000 && (p[i] != 0xEF || c < 0xFF01 || c > 0xFF5E)) ||
		         !fold_ascii(f, c == 0x3000 ? ' ' : (unsigned char)(c - 0xFEE0), i))
			return false;
		i += 3;
	}
	return true;
}

/* Whether the character at `at`, which is not plain, is one that folding changes. */
static bool may_fold(struct str raw, uint32_t at)
{
	struct str rest = pifu_str_sub(raw, at, raw.n);
	return rest.n && (rest.s[0] == ' ' || (unsigned char)rest.s[0] == 0xEF ||
	                  pifu_str_starts(rest, STR("\xE3\x80\x80")));
}

/* *out as it would come from the rounds, or left as it was; false when out of memory. */
static bool normalise_short(struct arena *a, struct str raw, struct normal *out, bool *done)
{
	struct fold f = {.text = pifu_arena_alloc(a, raw.n + 1u),
	                 .map = pifu_arena_alloc(a, (raw.n + 1u) * sizeof *f.map)};
	if (!f.text || !f.map)
		return false;
	*done = fold_text(&f, raw);
	struct str text = {f.text, f.n};
	uint32_t flags = 0, at;
	*done = *done && scan_plain(text, &flags, &at);
	if (!*done)
		return true;
	f.text[f.n] = '\0';
	f.map[f.n] = raw.n;
	*out = (struct normal){.text = text, .key = text, .map = f.map, .flags = flags};
	return true;
}

/* ---- The key ------------------------------------------------------------- */

/* Marks that templates put in front of or behind a text: ★ * # ☆ ● ▲ ◆ ■ */
static bool is_mark(uint32_t c)
{
	return c == 0x2605 || c == '*' || c == '#' || c == 0x2606 || c == 0x25CF || c == 0x25B2 ||
	       c == 0x25C6 || c == 0x25A0;
}

/* The text without marks at its ends; marks alone are the whole text. */
static struct str inside_marks(struct str text)
{
	uint32_t begin = text.n, end = 0;
	for (uint32_t i = 0; i < text.n;) {
		uint32_t from = i, c = pifu_utf8_next(text, &i);
		if (is_mark(c))
			continue;
		begin = begin < from ? begin : from;
		end = i;
	}
	return begin < end ? pifu_str_sub(text, begin, end) : text;
}

/* Simplified characters are as long as traditional ones (three bytes), so the
 * key is never longer than the text. */
static bool make_key(struct arena *a, struct normal *out)
{
	struct str inner = inside_marks(out->text);
	if (inner.n != out->text.n)
		out->flags |= TEXT_MARK;
	out->key = inner;
	if (!(out->flags & (TEXT_TRADITIONAL | TEXT_BLANK)))
		return true;
	char *key = pifu_arena_alloc(a, inner.n + 1u);
	if (!key)
		return false;
	uint32_t w = 0;
	for (uint32_t i = 0; i < inner.n;) {
		uint32_t c = pifu_utf8_next(inner, &i);
		if (c != ' ')
			w += pifu_utf8_put(key + w, pifu_text_simplify(c));
	}
	key[w] = '\0';
	out->key = (struct str){key, w};
	return true;
}

pifu_status pifu_text_normalise(struct arena *a, struct str raw, struct normal *out,
                                pifu_error *err)
{
	*out = (struct normal){.text = raw, .key = raw};
	uint32_t at;
	if (scan_plain(raw, &out->flags, &at))
		return PIFU_OK;
	bool done = false;
	if (may_fold(raw, at) && !normalise_short(a, raw, out, &done))
		return pifu_error_nomem(err);
	if (done)
		return PIFU_OK;
	struct draft d = {.text = raw};
	if (!rewrite_rounds(a, raw, &d))
		return pifu_error_nomem(err);
	out->text = d.text;
	out->map = d.map;
	out->flags = d.flags | flags_of(d.text);
	return make_key(a, out) ? PIFU_OK : pifu_error_nomem(err);
}
