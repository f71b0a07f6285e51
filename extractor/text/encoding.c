/* Recognising encodings by content.
 *
 * UTF-8 proves itself: Chinese text in another encoding is hardly ever valid. So
 * the order is mark, strict UTF-8, UTF-16 by its NULs, and only then a weighing of
 * UTF-8 with damage against GB18030:
 *
 *   as UTF-8     bytes inside well-formed sequences  :  bytes outside
 *   as GB18030   pairs of signs and common characters (lead A1-A9 and B0-D7,
 *                trail A1-FE)  :  other pairs
 *
 *   指标 in UTF-8     E6 8C 87 E6 A0 87    pairs E68C 87E6 A087: valid, none common
 *   指标 in GB18030   D6 B8 B1 EA          no UTF-8 at all, both pairs common
 *
 * The second weight matters: UTF-8 that lost a byte is often valid GB18030 by
 * its form, and would come out as nonsense characters. */
#include "text/encoding.h"

#include "base/word.h"

enum {
	SAMPLE_UTF16 = 64 * 1024,
	JUDGE_BEFORE = 1024 * 1024, /* bytes weighed around the first bad place */
	JUDGE_BEHIND = 4 * 1024 * 1024,
	PARTS_LINE = 2,  /* a line among UTF-8 needs half to be GB18030 */
	PARTS_WHOLE = 4, /* a document that is no UTF-8: traditional characters are not common */
};

/* ---- UTF-8 --------------------------------------------------------------- */

/* What may follow a lead byte: the number of bytes and the range of the first. */
struct lead {
	unsigned length;
	unsigned char low, high;
};

static struct lead lead_of(unsigned char c)
{
	if (c < 0xC2 || c > 0xF4)
		return (struct lead){0, 0, 0};
	if (c < 0xE0)
		return (struct lead){2, 0x80, 0xBF};
	if (c < 0xF0)
		return (struct lead){3, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF};
	return (struct lead){4, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF};
}

unsigned pifu_utf8_sequence(const unsigned char *p, size_t n, unsigned *bad)
{
	*bad = 1;
	if (p[0] > 0 && p[0] < 0x80)
		return 1;
	struct lead lead = lead_of(p[0]);
	if (!lead.length || n < 2 || p[1] < lead.low || p[1] > lead.high)
		return 0;
	unsigned i = 2;
	while (i < lead.length && i < n && (p[i] & 0xC0) == 0x80)
		i++;
	*bad = i;
	return i == lead.length ? i : 0;
}

/* Whether the eight bytes of `word` are ASCII or characters of three bytes, as nearly all text
 * of forms is. `tails` are the places of continuation bytes that the word before it asks for (bit 7
 * of each), and then those that this one asks of the next:
 *
 *     word           E6 8C 87 09 E6 A0 87 E5     指 tab 标, and the first byte of another
 *     leads          80 .. .. .. 80 .. .. 80
 *     asked for      .. 80 80 .. .. 80 80 ..     and so it is; two of the next word
 *
 * E0 and ED, whose second byte is bounded, NUL, and longer or shorter characters: false. */
static inline bool is_common_word(uint64_t word, uint64_t *tails)
{
	uint64_t high = word & WORD_HIGHS;
	uint64_t leads = high & word << 1;
	uint64_t asked = leads * 0x10100 | *tails; /* one and two bytes on */
	/* Bit 7 of each byte tells: 21 or more, no 2D, 30 or more. */
	uint64_t low = word & WORD_ONES * 0x3F;
	uint64_t least = low + WORD_ONES * (0x80 - 0x21);
	uint64_t other = (low ^ WORD_ONES * 0x2D) + WORD_ONES * 0x7F;
	uint64_t above = low + WORD_ONES * (0x80 - 0x30);
	uint64_t nul = (word - WORD_ONES) & ~word & WORD_HIGHS;

	*tails = leads >> 48 | leads >> 56;
	return ((high ^ leads ^ asked) | (leads & ~(least & other & ~above)) | nul) == 0;
}

/* Behind the common words from `i` on, where a character begins. */
static size_t skip_common(const unsigned char *p, size_t i, size_t n)
{
	uint64_t tails = 0, before = 0;

	for (; i + 8 <= n; i += 8) {
		before = tails;
		if (!is_common_word(word_load(p + i), &tails)) {
			tails = before;
			break;
		}
	}
	/* One or two bytes are wanted still: back to their lead. */
	if (!tails)
		return i;
	return tails & 0x8000 ? i - 1 : i - 2;
}

size_t pifu_utf8_prefix(const unsigned char *p, size_t n)
{
	unsigned bad;

	for (size_t i = 0;;) {
		i = skip_common(p, i, n);
		size_t stop = n - i > 8 ? i + 8 : n;
		while (i < stop) {
			unsigned length = pifu_utf8_sequence(p + i, n - i, &bad);
			if (!length)
				return i;
			i += length;
		}
		if (i == n)
			return n;
	}
}

/* ---- Weighing ------------------------------------------------------------ */

static void weigh_utf8(const unsigned char *p, size_t n, struct encoding_weight *w)
{
	unsigned bad;

	for (size_t i = 0; i < n;) {
		unsigned length = pifu_utf8_sequence(p + i, n - i, &bad);
		if (length > 1)
			w->utf8_good += length;
		else if (!length && p[i])
			w->utf8_bad += bad;
		i += length ? length : bad;
	}
}

static bool is_between(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

/* Length of the GB18030 character at a byte that is not ASCII; 0: none. */
static size_t gb_length(const unsigned char *p, size_t n)
{
	if (n < 2 || !is_between(p[0], 0x81, 0xFE))
		return 0;
	if (is_between(p[1], 0x40, 0xFE) && p[1] != 0x7F)
		return 2;
	return n >= 4 && is_between(p[1], 0x30, 0x39) && is_between(p[2], 0x81, 0xFE) &&
	                       is_between(p[3], 0x30, 0x39)
	               ? 4
	               : 0;
}

static void weigh_gb(const unsigned char *p, size_t n, struct encoding_weight *w)
{
	for (size_t i = 0; i < n;) {
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		size_t length = gb_length(p + i, n - i);
		w->gb_bad += !length;
		w->gb_pairs += length != 0;
		if (length == 2 && p[i + 1] >= 0xA1) {
			w->gb_common += is_between(p[i], 0xB0, 0xD7);
			w->gb_signs += is_between(p[i], 0xA1, 0xA9);
		}
		i += length ? length : 1;
	}
}

struct encoding_weight pifu_encoding_weigh(const unsigned char *p, size_t n)
{
	struct encoding_weight w = {0};

	weigh_utf8(p, n, &w);
	weigh_gb(p, n, &w);
	return w;
}

/* Some Chinese, and at least one part in `parts` what Chinese text is made of. */
static bool is_usual_gb(const struct encoding_weight *w, size_t parts)
{
	return w->gb_common > 0 && (w->gb_common + w->gb_signs) * parts >= w->gb_pairs;
}

enum line_encoding pifu_encoding_of_line(const unsigned char *p, size_t n, bool mostly_gb)
{
	struct encoding_weight w = {0};
	bool valid = pifu_utf8_prefix(p, n) == n;

	if (!valid && mostly_gb)
		return ENCODED_GB18030;
	weigh_gb(p, n, &w);
	if (valid && !w.gb_pairs && !w.gb_bad)
		return ENCODED_ASCII;
	if (valid)
		return mostly_gb && w.gb_bad == 0 && is_usual_gb(&w, PARTS_LINE) ? ENCODED_GB18030
		                                                                 : ENCODED_UTF8;
	if (w.gb_bad || !is_usual_gb(&w, PARTS_LINE))
		return ENCODED_BROKEN;
	weigh_utf8(p, n, &w);
	return w.utf8_good <= w.utf8_bad ? ENCODED_GB18030 : ENCODED_BROKEN;
}

/* ---- Marks and UTF-16 ---------------------------------------------------- */

/* The longer mark first: UTF-32LE begins as UTF-16LE does. */
static const struct {
	const char *bytes;
	size_t n;
	const char *name;
} marks[] = {
	{"\xEF\xBB\xBF", 3, "UTF-8"},    {"\xFF\xFE\0\0", 4, "UTF-32LE"},
	{"\0\0\xFE\xFF", 4, "UTF-32BE"}, {"\xFF\xFE", 2, "UTF-16LE"},
	{"\xFE\xFF", 2, "UTF-16BE"},     {"\x84\x31\x95\x33", 4, "GB18030"},
};

size_t pifu_encoding_mark(const unsigned char *p, size_t n, const char **name)
{
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (n >= marks[i].n && memcmp(p, marks[i].bytes, marks[i].n) == 0) {
			*name = marks[i].name;
			return marks[i].n;
		}
	}
	return 0;
}

/* Code units that forms are made of: ASCII, punctuation, signs, Chinese, full width. */
static bool is_usual_unit(unsigned c)
{
	static const struct {
		unsigned low, high;
	} usual[] = {
		{0x20, 0x7E},     {0xA0, 0xFF},     {0x2000, 0x206F}, {0x2100, 0x26FF},
		{0x2E80, 0x9FFF}, {0xF900, 0xFAFF}, {0xFF00, 0xFFEF},
	};

	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		if (c >= usual[i].low && c <= usual[i].high)
			return true;
	return c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* UTF-16 of one byte order, `high` being where the high byte of a unit stands:
 * nearly all units usual, NULs only as high bytes; and either many of them, or
 * bytes that are no UTF-8 beside them (ASCII with a few stray NULs is UTF-8). */
static bool is_utf16(const unsigned char *p, size_t n, unsigned high)
{
	size_t units = n / 2, usual = 0, narrow = 0, wrong = 0;
	struct encoding_weight w = {0};

	for (size_t i = 0; i + 1 < n; i += 2) {
		usual += is_usual_unit((unsigned)p[i + high] << 8 | p[i + 1 - high]);
		narrow += p[i + high] == 0;
		wrong += p[i + 1 - high] == 0;
	}
	if (units < 4 || !narrow || usual * 10 < units * 9 || wrong * 10 > narrow)
		return false;
	if (narrow * 4 >= units)
		return true;
	weigh_utf8(p, n, &w);
	return w.utf8_bad * 10 >= n;
}

static const char *find_utf16(const unsigned char *p, size_t n)
{
	size_t sample = n < SAMPLE_UTF16 ? n : SAMPLE_UTF16;

	if (!n || !memchr(p, 0, sample))
		return NULL;
	if (is_utf16(p, sample, 1))
		return "UTF-16LE";
	return is_utf16(p, sample, 0) ? "UTF-16BE" : NULL;
}

/* ---- The guess ----------------------------------------------------------- */

/* Which of the two explains the surroundings of the first bad byte better? */
static bool is_mostly_gb(const unsigned char *p, size_t n, size_t first_bad)
{
	size_t from = first_bad > JUDGE_BEFORE ? first_bad - JUDGE_BEFORE : 0;
	size_t to = n - first_bad > JUDGE_BEHIND ? first_bad + JUDGE_BEHIND : n;
	struct encoding_weight w = {0};

	while (from < first_bad && (p[from] & 0xC0) == 0x80)
		from++;
	weigh_utf8(p + from, to - from, &w);
	if (w.utf8_good >= w.utf8_bad)
		return false;
	weigh_gb(p + from, to - from, &w);
	return is_usual_gb(&w, PARTS_WHOLE);
}

struct encoding pifu_encoding_guess(const unsigned char *p, size_t n)
{
	struct encoding e = {.name = "UTF-8", .sure = true};

	e.mark = pifu_encoding_mark(p, n, &e.name);
	if (e.mark && strcmp(e.name, "UTF-8") != 0)
		return e;
	size_t valid = pifu_utf8_prefix(p + e.mark, n - e.mark);
	e.whole = valid == n - e.mark;
	if (e.mark || e.whole)
		return e;
	const char *wide = find_utf16(p, n);
	if (wide) {
		e.name = wide;
		return e;
	}
	e.sure = false;
	if (is_mostly_gb(p, n, valid))
		e.name = "GB18030";
	return e;
}
