/* Numbers in Word's numbering formats (ST_NumberFormat).
 *
 * Three kinds: systems of writing numbers (decimal, Roman, letters, Chinese), closed
 * runs of signs (甲乙丙, ①②③), and the rest, which fall back to decimal. */
#include "read/docx_own.h"

static const char *const digits_zh[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const digits_legal[] = {"零", "壹", "贰", "叁", "肆",
                                           "伍", "陆", "柒", "捌", "玖"};
static const char *const digits_legal_t[] = {"零", "壹", "貳", "參", "肆",
                                             "伍", "陸", "柒", "捌", "玖"};
static const char *const places_zh[] = {"", "十", "百", "千"};
static const char *const places_legal[] = {"", "拾", "佰", "仟"};

static void put_text(struct buf *out, const char *s)
{
	pifu_buf_str(out, pifu_str_of(s));
}

static void put_decimal(struct buf *out, int32_t n)
{
	if (n < 0)
		pifu_buf_char(out, '-');
	pifu_buf_uint(out, (uint64_t)(n < 0 ? -(int64_t)n : n));
}

static void put_roman(struct buf *out, int32_t n, bool upper)
{
	static const struct {
		int32_t value;
		const char *upper, *lower;
	} steps[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"}, {400, "CD", "cd"},
	             {100, "C", "c"},  {90, "XC", "xc"},  {50, "L", "l"},  {40, "XL", "xl"},
	             {10, "X", "x"},   {9, "IX", "ix"},   {5, "V", "v"},   {4, "IV", "iv"},
	             {1, "I", "i"}};

	if (n < 1 || n > 9999) {
		put_decimal(out, n);
		return;
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		for (; n >= steps[i].value; n -= steps[i].value)
			put_text(out, upper ? steps[i].upper : steps[i].lower);
}

/* a … z, aa … zz, aaa …: Word repeats the letter */
static void put_letters(struct buf *out, int32_t n, bool upper)
{
	int32_t times = (n - 1) / 26 + 1;

	if (n < 1 || times > 30) {
		put_decimal(out, n);
		return;
	}
	for (int32_t i = 0; i < times; i++)
		pifu_buf_char(out, (char)((upper ? 'A' : 'a') + (n - 1) % 26));
}

/* 一百零五: places with their names, runs of zeros as one 零, 一十 at the front as 十 */
static void put_places(struct buf *out, int32_t n, const char *const *digits,
                       const char *const *places, bool short_ten)
{
	int32_t power = 1000;
	bool begun = false, zero = false;

	for (int place = 3; place >= 0; place--, power /= 10) {
		int32_t digit = n / power % 10;

		if (digit == 0) {
			zero = begun;
			continue;
		}
		if (zero)
			put_text(out, digits[0]);
		if (!(short_ten && !begun && place == 1 && digit == 1))
			put_text(out, digits[digit]);
		put_text(out, places[place]);
		begun = true;
		zero = false;
	}
}

static void put_chinese(struct buf *out, int32_t n, const char *const *digits,
                        const char *const *places, bool short_ten)
{
	if (n < 0 || n > 99999999) {
		put_decimal(out, n);
		return;
	}
	if (n == 0)
		put_text(out, digits[0]);
	if (n >= 10000) {
		put_places(out, n / 10000, digits, places, short_ten);
		put_text(out, "万");
		if (n % 10000 && n % 10000 < 1000)
			put_text(out, digits[0]);
	}
	put_places(out, n % 10000, digits, places, short_ten && n < 10000);
}

/* 一○五: digit by digit */
static void put_digits(struct buf *out, int32_t n)
{
	char decimal[12];
	size_t k = sizeof(decimal);

	do
		decimal[--k] = (char)(n % 10);
	while ((n /= 10) != 0);
	for (; k < sizeof(decimal); k++)
		put_text(out, decimal[k] ? digits_zh[(int)decimal[k]] : "○");
}

static void put_counting(struct buf *out, int32_t n)
{
	if (n > 0 && n < 100)
		put_chinese(out, n, digits_zh, places_zh, true);
	else if (n >= 0)
		put_digits(out, n);
	else
		put_decimal(out, n);
}

/* The n-th sign of a run; decimal beyond its end. */
static void put_sign(struct buf *out, int32_t n, struct str signs)
{
	uint32_t at = 0;

	for (int32_t i = 1; at < signs.n; i++) {
		uint32_t from = at;

		pifu_utf8_next(signs, &at);
		if (i == n) {
			pifu_buf_str(out, pifu_str_sub(signs, from, at));
			return;
		}
	}
	put_decimal(out, n);
}

static void put_full_width(struct buf *out, int32_t n)
{
	char decimal[12], utf8[4];
	size_t k = sizeof(decimal);

	if (n < 0) {
		put_decimal(out, n);
		return;
	}
	do
		decimal[--k] = (char)(n % 10);
	while ((n /= 10) != 0);
	for (; k < sizeof(decimal); k++)
		pifu_buf_put(out, utf8, pifu_utf8_put(utf8, 0xFF10 + (uint32_t)decimal[k]));
}

static void put_ordinal(struct buf *out, int32_t n)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};
	int32_t last = n % 10, tens = n / 10 % 10;

	put_decimal(out, n);
	put_text(out, tens != 1 && last >= 1 && last <= 3 ? ends[last] : ends[0]);
}

enum system {
	DECIMAL,
	ZERO,
	UPPER_ROMAN,
	LOWER_ROMAN,
	UPPER_LETTER,
	LOWER_LETTER,
	ORDINAL,
	COUNTING,
	THOUSAND,
	LEGAL,
	LEGAL_T,
	DIGITS,
	FULL_WIDTH,
	NOTHING,
	SIGNS
};

static const struct {
	const char *name;
	enum system system;
	const char *signs;
} formats[] = {
	{"decimal", DECIMAL, ""},
	{"decimalZero", ZERO, ""},
	{"upperRoman", UPPER_ROMAN, ""},
	{"lowerRoman", LOWER_ROMAN, ""},
	{"upperLetter", UPPER_LETTER, ""},
	{"lowerLetter", LOWER_LETTER, ""},
	{"ordinal", ORDINAL, ""},
	{"none", NOTHING, ""},
	{"bullet", NOTHING, ""},
	{"chineseCounting", COUNTING, ""},
	{"taiwaneseCounting", COUNTING, ""},
	{"chineseCountingThousand", THOUSAND, ""},
	{"taiwaneseCountingThousand", THOUSAND, ""},
	{"japaneseCounting", THOUSAND, ""},
	{"chineseLegalSimplified", LEGAL, ""},
	{"ideographLegalTraditional", LEGAL_T, ""},
	{"ideographDigital", DIGITS, ""},
	{"taiwaneseDigital", DIGITS, ""},
	{"japaneseDigitalTenThousand", DIGITS, ""},
	{"decimalFullWidth", FULL_WIDTH, ""},
	{"decimalFullWidth2", FULL_WIDTH, ""},
	{"ideographTraditional", SIGNS, "甲乙丙丁戊己庚辛壬癸"},
	{"ideographZodiac", SIGNS, "子丑寅卯辰巳午未申酉戌亥"},
	{"ideographEnclosedCircle", SIGNS, "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"},
	{"decimalEnclosedCircle", SIGNS, "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"},
	{"decimalEnclosedCircleChinese", SIGNS, "①②③④⑤⑥⑦⑧⑨⑩"},
	{"decimalEnclosedParen", SIGNS, "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"},
	{"decimalEnclosedFullstop", SIGNS, "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"},
};

void pifu_docx_format_number(struct buf *out, int32_t n, struct str format)
{
	size_t i = 0, count = sizeof(formats) / sizeof(formats[0]);

	while (i < count && !pifu_str_eq(format, pifu_str_of(formats[i].name)))
		i++;
	switch (i < count ? formats[i].system : DECIMAL) {
	case UPPER_ROMAN:
	case LOWER_ROMAN:
		put_roman(out, n, formats[i].system == UPPER_ROMAN);
		break;
	case UPPER_LETTER:
	case LOWER_LETTER:
		put_letters(out, n, formats[i].system == UPPER_LETTER);
		break;
	case ZERO:
		if (n >= 0 && n < 10)
			pifu_buf_char(out, '0');
		put_decimal(out, n);
		break;
	case ORDINAL:
		put_ordinal(out, n);
		break;
	case COUNTING:
		put_counting(out, n);
		break;
	case THOUSAND:
		put_chinese(out, n, digits_zh, places_zh, true);
		break;
	case LEGAL:
		put_chinese(out, n, digits_legal, places_legal, false);
		break;
	case LEGAL_T:
		put_chinese(out, n, digits_legal_t, places_legal, false);
		break;
	case DIGITS:
		n < 0 ? put_decimal(out, n) : put_digits(out, n);
		break;
	case FULL_WIDTH:
		put_full_width(out, n);
		break;
	case SIGNS:
		put_sign(out, n, pifu_str_of(formats[i].signs));
		break;
	case NOTHING:
		break;
	default:
		put_decimal(out, n);
	}
}
