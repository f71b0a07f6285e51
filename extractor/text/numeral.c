/* Numerals: digits to canonical decimal text, Chinese numerals to digits.
 *
 *     1,260 -> 1260      100.00 -> 100      0.0900000762939453 -> 0.09
 *     十二 -> 12         三万五千 -> 35000  二〇二四 -> 2024
 *     百分之九十 -> 90 and percent          千分之五 -> 0.5 and percent
 *
 * A Chinese numeral is summed from left to right: a digit waits for its unit;
 * 十 百 千 multiply it into the section; 万 and 亿 multiply the section.
 *
 *     三   万     五    千               section  sum
 *     3 -> 30000  5 ->  5000 = 35000     0..9999  the rest
 *
 * 一万二 is 12000: a last digit behind a unit counts a tenth of it, unless a 零
 * stands between (一百零五). Digits without any unit are read one by one.
 * Numbers stay decimal text: binary fractions would not print as they were. */
#include "text/numeral.h"

#include "text/target.h"

enum { DIGITS_MOST = 64, FLOAT_FRACTION = 8, FLOAT_DIGITS = 10 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char char_at(struct str s, uint32_t i)
{
	return i < s.n ? s.s[i] : '\0';
}

static uint32_t digits_length(struct str s, uint32_t from)
{
	uint32_t i = from;
	while (is_digit(char_at(s, i)))
		i++;
	return i - from;
}

uint32_t pifu_decimal_length(struct str text)
{
	uint32_t i = char_at(text, 0) == '-' || char_at(text, 0) == '+';
	uint32_t whole = digits_length(text, i);
	i += whole;
	if (whole >= 1 && whole <= 3)
		while (char_at(text, i) == ',' && digits_length(text, i + 1) == 3)
			i += 4;
	uint32_t fraction = char_at(text, i) == '.' ? digits_length(text, i + 1) : 0;
	if (whole == 0 && fraction == 0)
		return 0;
	return fraction ? i + 1 + fraction : i;
}

/* ---- Decimal text -------------------------------------------------------- */

/* Digits without sign and separators; the point stands before digit `point`. */
struct decimal {
	char digit[DIGITS_MOST];
	unsigned n, point;
	bool minus;
};

static bool take_apart(struct str s, struct decimal *d)
{
	bool fraction = false;
	*d = (struct decimal){.minus = char_at(s, 0) == '-'};
	for (uint32_t i = 0; i < s.n; i++) {
		fraction |= s.s[i] == '.';
		if (!is_digit(s.s[i]))
			continue;
		if (d->n == DIGITS_MOST)
			return false;
		d->digit[d->n++] = s.s[i];
		d->point += !fraction;
	}
	return d->n > 0;
}

static void drop_last_zeros(struct decimal *d)
{
	while (d->n > d->point && d->digit[d->n - 1] == '0')
		d->n--;
}

/* Keep `n` digits, rounding half up; the carry may run to the front. */
static void round_to(struct decimal *d, unsigned n)
{
	bool up = d->digit[n] >= '5';
	d->n = n;
	for (unsigned i = n; up && i-- > 0;) {
		up = d->digit[i] == '9';
		d->digit[i] = up ? '0' : (char)(d->digit[i] + 1);
	}
	if (!up)
		return;
	memmove(d->digit + 1, d->digit, d->n);
	d->digit[0] = '1';
	d->point++;
	d->n++;
}

/* What a float leaves: many digits of which 7, 6 or 5 significant ones end in
 * at least two zeros once rounded. Others keep all their digits. */
static void round_float(struct decimal *d)
{
	unsigned first = 0;
	while (first < d->n && d->digit[first] == '0')
		first++;
	if (d->n - d->point < FLOAT_FRACTION || d->n - first < FLOAT_DIGITS)
		return;
	for (unsigned keep = 7; keep >= 5; keep--) {
		struct decimal r = *d;
		if (first + keep < d->point || first + keep >= d->n)
			continue;
		round_to(&r, first + keep);
		unsigned rounded = r.n;
		drop_last_zeros(&r);
		if (rounded - r.n < 2)
			continue;
		*d = r;
		return;
	}
}

static struct str put_together(struct arena *a, const struct decimal *d)
{
	char *out = pifu_arena_alloc(a, DIGITS_MOST + 4);
	if (!out)
		return STR_NONE;
	unsigned first = 0;
	while (first + 1 < d->point && d->digit[first] == '0')
		first++;
	bool zero = true;
	for (unsigned i = first; i < d->n; i++)
		zero &= d->digit[i] == '0';
	unsigned n = 0;
	if (d->minus && !zero)
		out[n++] = '-';
	if (d->point == 0)
		out[n++] = '0';
	for (unsigned i = first; i < d->n; i++) {
		if (i == d->point)
			out[n++] = '.';
		out[n++] = d->digit[i];
	}
	out[n] = '\0';
	return (struct str){out, n};
}

/* Plain already: digits that begin with no zero, and nothing else. */
static bool is_canonical(struct str s)
{
	return s.n > 0 && digits_length(s, 0) == s.n && (s.n == 1 || s.s[0] != '0');
}

struct str pifu_decimal_canonical(struct arena *a, struct str digits)
{
	struct decimal d;
	if (is_canonical(digits) || !take_apart(digits, &d))
		return digits;
	round_float(&d);
	drop_last_zeros(&d);
	return put_together(a, &d);
}

struct str pifu_decimal_negate(struct arena *a, struct str decimal)
{
	struct decimal d;
	if (!take_apart(decimal, &d))
		return decimal;
	d.minus = !d.minus;
	return put_together(a, &d);
}

/* ---- Chinese numerals ---------------------------------------------------- */

enum numeral_kind { NOT_NUMERAL, DIGIT, UNIT, BIG_UNIT, POINT };

struct numeral_char {
	uint16_t c;
	uint8_t kind;
	uint32_t value;
};

static const struct numeral_char numeral_chars[] = {
	{0x3007, DIGIT, 0}, /* 〇 */
	{0x96F6, DIGIT, 0}, /* 零 */
	{0x4E00, DIGIT, 1},
	{0x58F9, DIGIT, 1}, /* 一 壹 */
	{0x4E8C, DIGIT, 2},
	{0x4E24, DIGIT, 2},
	{0x8D30, DIGIT, 2}, /* 二 两 贰 */
	{0x4E09, DIGIT, 3},
	{0x53C1, DIGIT, 3}, /* 三 叁 */
	{0x56DB, DIGIT, 4},
	{0x8086, DIGIT, 4}, /* 四 肆 */
	{0x4E94, DIGIT, 5},
	{0x4F0D, DIGIT, 5}, /* 五 伍 */
	{0x516D, DIGIT, 6},
	{0x9646, DIGIT, 6}, /* 六 陆 */
	{0x4E03, DIGIT, 7},
	{0x67D2, DIGIT, 7}, /* 七 柒 */
	{0x516B, DIGIT, 8},
	{0x634C, DIGIT, 8}, /* 八 捌 */
	{0x4E5D, DIGIT, 9},
	{0x7396, DIGIT, 9}, /* 九 玖 */
	{0x5341, UNIT, 10},
	{0x62FE, UNIT, 10}, /* 十 拾 */
	{0x767E, UNIT, 100},
	{0x4F70, UNIT, 100}, /* 百 佰 */
	{0x5343, UNIT, 1000},
	{0x4EDF, UNIT, 1000},          /* 千 仟 */
	{0x4E07, BIG_UNIT, 10000},     /* 万 */
	{0x4EBF, BIG_UNIT, 100000000}, /* 亿 */
	{0x70B9, POINT, 0},            /* 点 */
};

static struct numeral_char classify_char(uint32_t c)
{
	for (size_t i = 0; i < sizeof numeral_chars / sizeof *numeral_chars; i++)
		if (numeral_chars[i].c == c)
			return numeral_chars[i];
	return (struct numeral_char){.kind = NOT_NUMERAL};
}

struct sum {
	uint64_t total, section; /* below 亿 or 万, and above */
	uint64_t digits;         /* digits read one after another since the last unit */
	uint32_t ndigits;
	uint32_t unit; /* the last unit: 一万二 is 2 * 10000 / 10 */
	bool any_unit, zero, failed;
};

static void add_digit(struct sum *s, uint32_t value)
{
	s->zero |= value == 0;
	s->digits = s->digits * 10 + value;
	s->failed |= ++s->ndigits > 9;
}

static void add_unit(struct sum *s, uint32_t unit)
{
	uint64_t factor = s->ndigits ? s->digits : 1;
	s->failed |= s->ndigits > 0 && factor == 0 && s->section == 0 && s->total == 0;
	if (s->ndigits && s->digits == 0)
		factor = 1; /* 一百零十 */
	s->section += factor * unit;
	s->digits = s->ndigits = 0;
	s->unit = unit;
	s->any_unit = true;
	s->zero = false;
}

/* 万 takes the section below it; 亿 takes all before it (三万亿). */
static void add_big_unit(struct sum *s, uint32_t unit)
{
	uint64_t below = s->section + s->digits;
	if (unit == 100000000) {
		below += s->total;
		s->total = 0;
	}
	s->failed |= below == 0 || below > UINT64_C(100000000);
	s->total += s->failed ? 0 : below * unit;
	s->section = s->digits = s->ndigits = 0;
	s->unit = unit;
	s->any_unit = true;
	s->zero = false;
}

static uint64_t finish_sum(const struct sum *s)
{
	bool tenth = s->any_unit && s->ndigits == 1 && !s->zero && s->unit >= 100;
	uint64_t last = tenth ? s->digits * (s->unit / 10) : s->digits;
	return s->total + s->section + last;
}

/* Digits behind 点. */
static uint32_t read_fraction(struct str text, uint32_t at, char *out, unsigned *n)
{
	while (*n < DIGITS_MOST / 2) {
		uint32_t next = at;
		struct numeral_char c = {.kind = NOT_NUMERAL};
		if (next < text.n)
			c = classify_char(pifu_utf8_next(text, &next));
		if (c.kind != DIGIT)
			break;
		out[(*n)++] = (char)('0' + c.value);
		at = next;
	}
	return at;
}

static unsigned write_number(char *out, uint64_t value)
{
	char back[24];
	unsigned n = 0;
	do
		back[n++] = (char)('0' + value % 10);
	while (value /= 10);
	for (unsigned i = 0; i < n; i++)
		out[i] = back[n - 1 - i];
	return n;
}

/* Sum the numeral from *at on; false when there is none (千人, 百货). */
static bool read_sum(struct str text, uint32_t *at, struct sum *s)
{
	uint32_t begin = *at;
	while (*at < text.n) {
		uint32_t next = *at;
		struct numeral_char c = classify_char(pifu_utf8_next(text, &next));
		if (c.kind == NOT_NUMERAL || c.kind == POINT)
			break;
		if (*at == begin && (c.kind == BIG_UNIT || (c.kind == UNIT && c.value != 10)))
			return false;
		if (c.kind == DIGIT)
			add_digit(s, c.value);
		else if (c.kind == UNIT)
			add_unit(s, c.value);
		else
			add_big_unit(s, c.value);
		*at = next;
	}
	return *at > begin && !s->failed;
}

static uint32_t read_chinese(struct str text, uint32_t at, char *out, unsigned *n)
{
	struct sum s = {0};
	uint32_t begin = at;
	if (!read_sum(text, &at, &s))
		return 0;
	*n = write_number(out, finish_sum(&s));
	if (pifu_str_starts(pifu_str_sub(text, at, text.n), STR("点"))) {
		unsigned with_point = *n;
		out[with_point++] = '.';
		uint32_t end = read_fraction(text, at + 3, out, &with_point);
		if (end > at + 3) {
			*n = with_point;
			at = end;
		}
	}
	return at - begin;
}

/* ---- 百分之, 千分之 ------------------------------------------------------- */

static uint32_t read_part(struct str text, char *out, unsigned *n)
{
	const uint32_t head = (uint32_t)sizeof "百分之" - 1;
	struct str rest = pifu_str_sub(text, head, text.n);
	if (pifu_str_starts(rest, STR("百")) || pifu_str_starts(rest, STR("佰"))) {
		memcpy(out, "100", 3);
		*n = 3;
		return head + 3;
	}
	uint32_t read = read_chinese(text, head, out, n);
	return read ? head + read : 0;
}

/* A tenth of decimal text: 千分之五 is 0.5 %. */
static struct str tenth_of(struct arena *a, struct str decimal)
{
	struct decimal d;
	if (!take_apart(decimal, &d))
		return decimal;
	if (d.point > 0) {
		d.point--;
	} else if (d.n < DIGITS_MOST) {
		memmove(d.digit + 1, d.digit, d.n++);
		d.digit[0] = '0';
	}
	drop_last_zeros(&d);
	return put_together(a, &d);
}

static bool parse_chinese(struct arena *a, struct str text, uint32_t *read, struct str *decimal,
                          bool *percent)
{
	char out[DIGITS_MOST + 24];
	unsigned n = 0;
	bool thousandth = pifu_str_starts(text, STR("千分之"));
	*percent = thousandth || pifu_str_starts(text, STR("百分之"));
	*read = *percent ? read_part(text, out, &n) : read_chinese(text, 0, out, &n);
	if (*read == 0) {
		*percent = false;
		return true;
	}
	struct str kept = pifu_arena_str(a, (struct str){out, n});
	if (!kept.s)
		return false;
	*decimal = thousandth ? tenth_of(a, kept) : pifu_decimal_canonical(a, kept);
	return decimal->s != NULL;
}

bool pifu_numeral_parse(struct arena *a, struct str text, uint32_t *read, struct str *decimal,
                        bool *percent)
{
	*percent = false;
	*decimal = STR_NONE;
	*read = pifu_decimal_length(text);
	if (*read == 0)
		return parse_chinese(a, text, read, decimal, percent);
	*decimal = pifu_decimal_canonical(a, pifu_str_sub(text, 0, *read));
	return decimal->s != NULL;
}

uint32_t pifu_numeral_read(struct arena *a, struct str text, struct str *decimal, bool *percent)
{
	uint32_t read;
	return pifu_numeral_parse(a, text, &read, decimal, percent) ? read : 0;
}
