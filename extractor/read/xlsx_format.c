/* Sections of a number format, and the choice among them.
 *
 *   [>=10000]0.0,"万";[Red]-0;"无";"备注："@
 *   ^ condition        ^ <0    ^ 0   ^ text
 *
 * A format has up to four sections: positive, negative, zero, text; with fewer
 * the first one stands for those that are missing. The second shows no sign of
 * its own unless it writes one. Colours and padding (_x, *x) show nothing. */
#include "read/xlsx_format.h"

#include <strings.h>

enum { SECTIONS = 4 };

/* ---- Tokens ------------------------------------------------------------------ */

static struct xlsx_token make_token(enum xlsx_mark mark, struct str s, uint32_t from, uint32_t to)
{
	return (struct xlsx_token){mark, pifu_str_sub(s, from, to)};
}

static uint32_t utf8_end(struct str s, uint32_t at)
{
	if (at < s.n)
		pifu_utf8_next(s, &at);
	return at;
}

static uint32_t find_end(struct str s, uint32_t from, char c)
{
	const char *found = memchr(s.s + from, c, s.n - from);
	return found ? (uint32_t)(found - s.s) : s.n;
}

/* AM/PM, A/P and their Chinese wording are one token. */
static uint32_t half_day_length(struct str s)
{
	static const char *const words[] = {"AM/PM", "A/P", "上午/下午"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);
		if (s.n >= n && strncasecmp(s.s, words[i], n) == 0)
			return (uint32_t)n;
	}
	return 0;
}

static bool is_date_letter(char c)
{
	return c && strchr("yYmMdDhHsSaAeEgGbB", c) != NULL;
}

static struct xlsx_token word_token(struct str s, uint32_t *at)
{
	uint32_t from = *at, n = half_day_length(pifu_str_sub(s, from, s.n));

	if (n == 0)
		while (from + n < s.n && (s.s[from + n] | 0x20) == (s.s[from] | 0x20))
			n++;
	*at = from + n;
	return make_token(XLSX_WORD, s, from, *at);
}

/* [Red], [>=100] and [h] mean something; of [$¥-804], a currency and a language, the currency
 * is shown. */
static struct xlsx_token bracket_token(struct str s, uint32_t *at)
{
	uint32_t from = *at + 1, end = find_end(s, *at, ']');

	*at = end + 1;
	struct str inside = pifu_str_sub(s, from, end);
	uint32_t dash = find_end(inside, 0, '-');
	if (pifu_str_starts(inside, STR("$")) && dash > 1)
		return make_token(XLSX_LITERAL, inside, 1, dash);
	return (struct xlsx_token){XLSX_BRACKET, inside};
}

struct xlsx_token pifu_xlsx_token(struct str s, uint32_t *at)
{
	uint32_t from = *at;

	if (from >= s.n)
		return (struct xlsx_token){XLSX_END, STR_NONE};
	switch (s.s[from]) {
	case '"':
		*at = find_end(s, from + 1, '"') + 1;
		return make_token(XLSX_LITERAL, s, from + 1, *at <= s.n ? *at - 1 : s.n);
	case '\\':
		*at = utf8_end(s, from + 1);
		return make_token(XLSX_LITERAL, s, from + 1, *at);
	case '_':
		*at = utf8_end(s, from + 1);
		return (struct xlsx_token){XLSX_LITERAL, STR(" ")};
	case '*':
		*at = utf8_end(s, from + 1);
		return make_token(XLSX_LITERAL, s, from, from);
	case '[':
		return bracket_token(s, at);
	default:
		break;
	}
	if ((s.s[from] == 'E' || s.s[from] == 'e') && from + 1 < s.n &&
	    (s.s[from + 1] == '+' || s.s[from + 1] == '-')) {
		*at = from + 2;
		return (struct xlsx_token){XLSX_CHAR, s.s[from + 1] == '+' ? STR("E+") : STR("E-")};
	}
	if (is_date_letter(s.s[from]) || half_day_length(pifu_str_sub(s, from, s.n)))
		return word_token(s, at);
	*at = utf8_end(s, from);
	bool meant = strchr("0#?.,%/@", s.s[from]) != NULL;
	return make_token(meant ? XLSX_CHAR : XLSX_LITERAL, s, from, *at);
}

/* ---- Sections ---------------------------------------------------------------- */

static unsigned split_sections(struct str format, struct str *section)
{
	unsigned n = 0;
	uint32_t from = 0, at = 0;

	while (at < format.n && n + 1 < SECTIONS) {
		struct xlsx_token t = pifu_xlsx_token(format, &at);
		if (t.mark != XLSX_LITERAL || t.text.n != 1 || t.text.s[0] != ';' ||
		    t.text.s != format.s + at - 1)
			continue;
		section[n++] = pifu_str_sub(format, from, at - 1);
		from = at;
	}
	section[n++] = pifu_str_sub(format, from < format.n ? from : format.n, format.n);
	return n;
}

/* -1, 0 or 1 as `a` is below, at or above `b`. */
static int compare(const struct xlsx_decimal *a, const struct xlsx_decimal *b)
{
	int sign_a = a->n ? (a->negative ? -1 : 1) : 0, sign_b = b->n ? (b->negative ? -1 : 1) : 0;

	if (sign_a != sign_b || sign_a == 0)
		return (sign_a > sign_b) - (sign_a < sign_b);
	if (a->point != b->point)
		return a->point > b->point ? sign_a : -sign_a;
	for (int i = 0; i < a->n || i < b->n; i++) {
		char x = i < a->n ? a->digit[i] : '0', y = i < b->n ? b->digit[i] : '0';
		if (x != y)
			return x > y ? sign_a : -sign_a;
	}
	return 0;
}

/* The condition [>=100] of a section: 1 it holds, 0 it does not, -1 there is none. */
static int holds_condition(struct str section, const struct xlsx_decimal *d)
{
	for (uint32_t at = 0; at < section.n;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark != XLSX_BRACKET || t.text.n < 2 || !strchr("<>=", t.text.s[0]))
			continue;
		uint32_t op = 1 + (strchr("<>=", t.text.s[1]) != NULL);
		struct xlsx_decimal bound;
		if (!pifu_xlsx_decimal(pifu_str_sub(t.text, op, t.text.n), &bound))
			return -1;
		int order = compare(d, &bound);
		bool equal = t.text.s[op - 1] == '=' || t.text.s[0] == '=';
		bool below = t.text.s[0] == '<',
		     above = t.text.s[0] == '>' || (op == 2 && t.text.s[1] == '>');
		return (order < 0 && below) || (order > 0 && above) || (order == 0 && equal);
	}
	return -1;
}

/* Which section shows `d`; *minus: the section shows no sign of its own accord. */
static unsigned choose_section(const struct str *section, unsigned n, const struct xlsx_decimal *d,
                               bool *minus)
{
	bool negative = d->negative && d->n;
	int first = holds_condition(section[0], d);

	*minus = negative;
	if (first >= 0) {
		if (first || n == 1)
			return 0;
		int second = n > 2 ? holds_condition(section[1], d) : -1;
		return n > 2 && (second == 0 || (second < 0 && !negative)) ? 2 : 1;
	}
	if (n > 1 && negative) {
		*minus = false;
		return 1;
	}
	return n > 2 && d->n == 0 ? 2 : 0;
}

/* "General", or its Chinese name, as some programs store it. */
static uint32_t general_length(struct str s)
{
	if (s.n >= 7 && strncasecmp(s.s, "General", 7) == 0)
		return 7;
	struct str chinese = STR("G/通用格式");
	return pifu_str_starts(s, chinese) ? chinese.n : 0;
}

static bool is_general(struct str section)
{
	for (uint32_t at = 0; at < section.n; at++)
		if (general_length(pifu_str_sub(section, at, section.n)))
			return true;
	return false;
}

static bool has_char(struct str section, const char *set)
{
	for (uint32_t at = 0; at < section.n;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark == XLSX_CHAR && strchr(set, t.text.s[0]))
			return true;
	}
	return false;
}

/* "General" with literal text around it, as in General"人". */
static void show_general_section(struct buf *out, struct str section, struct xlsx_decimal d,
                                 bool minus)
{
	d.negative = minus;
	for (uint32_t at = 0; at < section.n;) {
		uint32_t general = general_length(pifu_str_sub(section, at, section.n));
		if (general) {
			pifu_xlsx_show_general(out, &d);
			at += general;
			continue;
		}
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark != XLSX_BRACKET)
			pifu_buf_str(out, t.text);
	}
}

/* Text around nothing: a section such as "无" or "-". */
static void show_literals(struct buf *out, struct str section, struct str value)
{
	for (uint32_t at = 0; at < section.n;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark == XLSX_CHAR && t.text.s[0] == '@')
			pifu_buf_str(out, value);
		else if (t.mark != XLSX_BRACKET)
			pifu_buf_str(out, t.text);
	}
}

void pifu_xlsx_show_number(struct buf *out, struct str format, const struct xlsx_decimal *d,
                           bool epoch1904)
{
	struct str section[SECTIONS];
	bool minus;
	unsigned n = split_sections(format, section);
	struct str s = section[choose_section(section, n < 4 ? n : 3, d, &minus)];

	if (format.n == 0 || has_char(s, "@"))
		pifu_xlsx_show_general(out, d);
	else if (is_general(s))
		show_general_section(out, s, *d, minus);
	else if (pifu_xlsx_is_date(s)) {
		if (!pifu_xlsx_show_date(out, s, d, epoch1904))
			pifu_xlsx_show_general(out, d);
	} else if (has_char(s, "0#?"))
		pifu_xlsx_show_digits(out, s, *d, minus);
	else
		show_literals(out, s, STR(""));
}

void pifu_xlsx_show_text(struct buf *out, struct str format, struct str text)
{
	struct str section[SECTIONS];
	unsigned n = split_sections(format, section);
	struct str s = section[n - 1];

	if (format.n && (n == SECTIONS || has_char(s, "@")))
		show_literals(out, s, text);
	else
		pifu_buf_str(out, text);
}

/* ---- Built-in formats ---------------------------------------------------------- */

/* Those that depend on the country are China's (ECMA-376, part 1, 18.8.30). */
static const struct {
	uint32_t id;
	struct str format;
} builtin[] = {
	{1, STR("0")},
	{2, STR("0.00")},
	{3, STR("#,##0")},
	{4, STR("#,##0.00")},
	{9, STR("0%")},
	{10, STR("0.00%")},
	{11, STR("0.00E+00")},
	{12, STR("# ?/?")},
	{13, STR("# ?"
                 "?/?"
                 "?")},
	{14, STR("yyyy/m/d")},
	{15, STR("d-mmm-yy")},
	{16, STR("d-mmm")},
	{17, STR("mmm-yy")},
	{18, STR("h:mm AM/PM")},
	{19, STR("h:mm:ss AM/PM")},
	{20, STR("h:mm")},
	{21, STR("h:mm:ss")},
	{22, STR("yyyy/m/d h:mm")},
	{27, STR("yyyy\"年\"m\"月\"")},
	{28, STR("m\"月\"d\"日\"")},
	{29, STR("m\"月\"d\"日\"")},
	{30, STR("m/d/yy")},
	{31, STR("yyyy\"年\"m\"月\"d\"日\"")},
	{32, STR("h\"时\"mm\"分\"")},
	{33, STR("h\"时\"mm\"分\"ss\"秒\"")},
	{34, STR("上午/下午h\"时\"mm\"分\"")},
	{35, STR("上午/下午h\"时\"mm\"分\"ss\"秒\"")},
	{36, STR("yyyy\"年\"m\"月\"")},
	{37, STR("#,##0;-#,##0")},
	{38, STR("#,##0;-#,##0")},
	{39, STR("#,##0.00;-#,##0.00")},
	{40, STR("#,##0.00;-#,##0.00")},
	{41, STR("#,##0;-#,##0;\"-\";@")},
	{42, STR("\"¥\"#,##0;-\"¥\"#,##0;\"-\";@")},
	{43, STR("#,##0.00;-#,##0.00;\"-\";@")},
	{44, STR("\"¥\"#,##0.00;-\"¥\"#,##0.00;\"-\";@")},
	{45, STR("mm:ss")},
	{46, STR("[h]:mm:ss")},
	{47, STR("mm:ss.0")},
	{48, STR("##0.0E+0")},
	{49, STR("@")},
	{50, STR("yyyy\"年\"m\"月\"")},
	{51, STR("m\"月\"d\"日\"")},
	{52, STR("yyyy\"年\"m\"月\"")},
	{53, STR("m\"月\"d\"日\"")},
	{54, STR("m\"月\"d\"日\"")},
	{55, STR("上午/下午h\"时\"mm\"分\"")},
	{56, STR("上午/下午h\"时\"mm\"分\"ss\"秒\"")},
	{57, STR("yyyy\"年\"m\"月\"")},
	{58, STR("m\"月\"d\"日\"")},
};

struct str pifu_xlsx_builtin(uint32_t id)
{
	for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
		if (builtin[i].id == id)
			return builtin[i].format;
	return STR("General");
}
