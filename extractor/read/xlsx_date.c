/* Dates and times by their format.
 *
 *   45356.75, yyyy"年"m"月"d"日" h:mm   days since 1899-12-30, and three quarters
 *   2024年3月5日 18:00                   of one; Excel's day 60 is 1900-02-29,
 *                                      which never was
 *
 * The letter m is minutes behind an hour or before seconds, else months. */
#include "read/xlsx_format.h"

#include <stdio.h>

#include <stdio.h>
#include <strings.h>

enum {
	DAY_MAX = 2958465, /* 9999-12-31 */
	DAY_1904 = 1462,   /* 1904-01-01 */
	MICROS = 1000000,  /* of a second, for fractions */
	SECONDS_A_DAY = 86400,
};

struct moment {
	int64_t days;                  /* as Excel counts from 1900 */
	int64_t elapsed;               /* days of the value itself */
	int64_t seconds;               /* of the day */
	int64_t micros;                /* of the second */
	int year, month, day, weekday; /* weekday 0: Sunday */
	bool chinese, numerals;        /* [$-804], [DBNum1] */
	bool half_day;                 /* hours go to twelve */
};

static bool is_letters(struct xlsx_token t, const char *set)
{
	return t.mark == XLSX_WORD && strchr(set, t.text.s[0]) != NULL;
}

/* [h], [mm], [s]: hours and so on that do not start anew with the day. */
static bool is_elapsed(struct xlsx_token t)
{
	if (t.mark != XLSX_BRACKET || t.text.n == 0)
		return false;
	for (uint32_t i = 0; i < t.text.n; i++)
		if (!strchr("hHmMsS", t.text.s[i]) || (t.text.s[i] | 0x20) != (t.text.s[0] | 0x20))
			return false;
	return true;
}

bool pifu_xlsx_is_date(struct str section)
{
	for (uint32_t at = 0; at < section.n;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (is_elapsed(t) || is_letters(t, "yYmMdDhHsSaAeE\xE4"))
			return true;
	}
	return false;
}

/* ---- Days --------------------------------------------------------------------- */

/* Year, month and day of a count of days since 1970-01-01. */
static void civil_date(int64_t days, struct moment *m)
{
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	m->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	m->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	m->year = (int)(yoe + era * 400 + (m->month <= 2));
}

static void set_date(struct moment *m)
{
	int64_t days = m->days;

	m->weekday = (int)((days + 6) % 7);
	if (days == 60) {
		m->year = 1900, m->month = 2, m->day = 29;
		return;
	}
	civil_date(days - 25569 + (days < 60), m);
	if (days == 0)
		m->year = 1900, m->month = 1, m->day = 0;
}

static int64_t integer_part(const struct xlsx_decimal *d)
{
	int64_t n = 0;
	for (int power = d->point - 1; power >= 0; power--)
		n = n * 10 + (pifu_xlsx_digit(d, power) - '0');
	return n;
}

/* Split a number of days; what is shown last is rounded, the rest is cut. */
static bool split_days(const struct xlsx_decimal *d, bool epoch1904, int64_t unit, struct moment *m)
{
	if ((d->negative && d->n) || d->point > 8)
		return false;
	int64_t fraction = 0; /* of a day, times ten to the 13th */
	for (int power = -1; power >= -13; power--)
		fraction = fraction * 10 + (pifu_xlsx_digit(d, power) - '0');
	/* 86400 * 10^6 / 10^13 = 864 / 10^5 */
	int64_t micros = fraction / 100000 * 864 + fraction % 100000 * 864 / 100000;
	micros = (micros + unit / 2) / unit * unit;
	m->elapsed = integer_part(d) + micros / ((int64_t)SECONDS_A_DAY * MICROS);
	m->days = m->elapsed + (epoch1904 ? DAY_1904 : 0);
	micros %= (int64_t)SECONDS_A_DAY * MICROS;
	m->seconds = micros / MICROS;
	m->micros = micros % MICROS;
	if (m->days > DAY_MAX)
		return false;
	set_date(m);
	return true;
}

/* ---- Words -------------------------------------------------------------------- */

static const char *const month_names[] = {
	"January", "February", "March",     "April",   "May",      "June",
	"July",    "August",   "September", "October", "November", "December",
};
static const char *const day_names[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
};
static const char *const day_numerals[] = {"日", "一", "二", "三", "四", "五", "六"};
static const char *const numerals[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

static void put(struct buf *out, const char *s)
{
	pifu_buf_put(out, s, strlen(s));
}

/* A year by its digits, all else up to 99 as a number: 二〇二四, 十二. */
static void show_numerals(struct buf *out, int value, bool by_digit)
{
	char digits[16];
	snprintf(digits, sizeof digits, "%d", value);
	if (by_digit || value < 10 || value > 99) {
		for (const char *c = digits; *c; c++)
			put(out, numerals[*c - '0']);
		return;
	}
	if (value >= 20)
		put(out, numerals[value / 10]);
	put(out, "十");
	if (value % 10)
		put(out, numerals[value % 10]);
}

static void show_count(struct buf *out, const struct moment *m, int64_t value, uint32_t width)
{
	if (m->numerals && value < 100)
		show_numerals(out, (int)value, false);
	else
		pifu_buf_fmt(out, "%0*lld", width > 1 ? 2 : 1, (long long)value);
}

static void show_year(struct buf *out, const struct moment *m, struct xlsx_token t)
{
	int year = t.text.n <= 2 && (t.text.s[0] | 0x20) == 'y' ? m->year % 100 : m->year;

	if (m->numerals)
		show_numerals(out, year, true);
	else
		pifu_buf_fmt(out, "%02d", year);
}

static void show_month(struct buf *out, const struct moment *m, uint32_t n)
{
	const char *name = month_names[m->month - 1];

	if (n < 3)
		show_count(out, m, m->month, n);
	else if (m->chinese) {
		show_numerals(out, m->month, false);
		put(out, "月");
	} else
		pifu_buf_put(out, name, n == 3 ? 3 : n == 5 ? 1 : strlen(name));
}

static void show_weekday(struct buf *out, const struct moment *m, uint32_t n, bool numeral)
{
	if (numeral || m->chinese) {
		if (n > 3)
			put(out, "星期");
		else if (!numeral)
			put(out, "周");
		put(out, day_numerals[m->weekday]);
		return;
	}
	pifu_buf_put(out, day_names[m->weekday], n == 3 ? 3 : strlen(day_names[m->weekday]));
}

static void show_half_day(struct buf *out, const struct moment *m, struct str t)
{
	bool late = m->seconds >= SECONDS_A_DAY / 2;

	if ((t.s[0] | 0x20) != 'a')
		put(out, late ? "下午" : "上午");
	else if (t.n == 3)
		put(out, late ? "P" : "A");
	else
		put(out, late ? "PM" : "AM");
}

/* ---- A section ------------------------------------------------------------------ */

/* Is the m at this place minutes? `before` is the last time letter, `at` behind it. */
static bool means_minutes(struct str section, uint32_t at, char before)
{
	if (before == 'h')
		return true;
	while (at < section.n) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark == XLSX_WORD)
			return (t.text.s[0] | 0x20) == 's';
		if (is_elapsed(t))
			return (t.text.s[0] | 0x20) == 's';
	}
	return false;
}

static void show_elapsed(struct buf *out, const struct moment *m, struct str t)
{
	int64_t seconds = m->elapsed * SECONDS_A_DAY + m->seconds;
	char unit = (char)(t.s[0] | 0x20);

	show_count(out, m,
	           unit == 'h'   ? seconds / 3600
	           : unit == 'm' ? seconds / 60
	                         : seconds,
	           t.n);
}

static void show_hour(struct buf *out, const struct moment *m, uint32_t n)
{
	int64_t hour = m->seconds / 3600;

	if (m->half_day)
		hour = hour % 12 ? hour % 12 : 12;
	show_count(out, m, hour, n);
}

static void show_word(struct buf *out, const struct moment *m, struct xlsx_token t, bool minutes)
{
	uint32_t n = t.text.n;

	if (memchr(t.text.s, '/', n)) {
		show_half_day(out, m, t.text);
		return;
	}
	switch (t.text.s[0] | 0x20) {
	case 'y':
	case 'e':
		show_year(out, m, t);
		break;
	case 'm':
		if (minutes)
			show_count(out, m, m->seconds / 60 % 60, n);
		else
			show_month(out, m, n);
		break;
	case 'd':
		if (n < 3)
			show_count(out, m, m->day, n);
		else
			show_weekday(out, m, n, false);
		break;
	case 'a':
		show_weekday(out, m, n, true);
		break;
	case 'h':
		show_hour(out, m, n);
		break;
	case 's':
		show_count(out, m, m->seconds % 60, n);
		break;
	default:
		break; /* eras */
	}
}

/* What the whole section says about its parts; returns the unit to round to, in microseconds. */
static int64_t scan_section(struct str section, struct moment *m)
{
	int64_t unit = (int64_t)MICROS;
	char last = 0;

	for (uint32_t at = 0; at < section.n;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark == XLSX_BRACKET && pifu_str_starts(t.text, STR("$")))
			m->chinese |= pifu_str_ends(t.text, STR("804"));
		if (t.mark == XLSX_BRACKET && t.text.n == 6 &&
		    strncasecmp(t.text.s, "DBNum1", 6) == 0)
			m->numerals = true;
		if (t.mark == XLSX_WORD && memchr(t.text.s, '/', t.text.n))
			m->half_day = true;
		if (t.mark == XLSX_CHAR && t.text.s[0] == '0' && last == '.' && unit > 1000)
			unit /= 10;
		else if (t.mark == XLSX_CHAR)
			last = t.text.s[0];
	}
	return unit;
}

bool pifu_xlsx_show_date(struct buf *out, struct str section, const struct xlsx_decimal *d,
                         bool epoch1904)
{
	struct moment m = {0};
	int64_t unit = scan_section(section, &m), tenth = MICROS;
	char before = 0;

	if (!split_days(d, epoch1904, unit, &m))
		return false;
	for (uint32_t at = 0; at < section.n;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (is_elapsed(t)) {
			show_elapsed(out, &m, t.text);
			before = (char)(t.text.s[0] | 0x20);
		} else if (t.mark == XLSX_WORD) {
			bool minutes = (t.text.s[0] | 0x20) == 'm' && t.text.n < 3 &&
			               means_minutes(section, at, before);
			show_word(out, &m, t, minutes);
			before = memchr(t.text.s, '/', t.text.n) ? before
			                                         : (char)(t.text.s[0] | 0x20);
		} else if (t.mark == XLSX_CHAR && t.text.s[0] == '0') {
			tenth /= tenth > 1 ? 10 : 1;
			pifu_buf_char(out, (char)('0' + m.micros / tenth % 10));
		} else if (t.mark != XLSX_BRACKET) {
			pifu_buf_str(out, t.text);
		}
	}
	return true;
}

/* ---- ISO dates ----------------------------------------------------------------- */

/* The digits [from, to) as a number; -1 where there are others. */
static int64_t read_digits(struct str s, uint32_t from, uint32_t to)
{
	int64_t n = 0;

	for (uint32_t i = from; i < to; i++) {
		if (i >= s.n || s.s[i] < '0' || s.s[i] > '9')
			return -1;
		n = n * 10 + (s.s[i] - '0');
	}
	return n;
}

/* Days since 1970-01-01; years begin in March, so that leap days come last. */
static int64_t count_days(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool pifu_xlsx_iso_days(struct str iso, struct xlsx_decimal *days)
{
	int64_t year = read_digits(iso, 0, 4), month = read_digits(iso, 5, 7),
		day = read_digits(iso, 8, 10), seconds = 0;
	char text[48];

	if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	if (iso.n >= 19) {
		int64_t h = read_digits(iso, 11, 13), m = read_digits(iso, 14, 16),
			s = read_digits(iso, 17, 19);
		if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
			return false;
		seconds = (h * 60 + m) * 60 + s;
	}
	int64_t n = count_days(year, month, day) + 25569;
	n -= n < 61; /* Excel's 1900 has a 29th of February */
	int64_t billionths = (seconds * INT64_C(1000000000) + SECONDS_A_DAY / 2) / SECONDS_A_DAY;
	int length =
		snprintf(text, sizeof text, "%lld.%09lld", (long long)n, (long long)billionths);
	return n >= 0 && pifu_xlsx_decimal((struct str){text, (uint32_t)length}, days);
}
