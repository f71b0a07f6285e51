/* Decimal numbers and the patterns of digits that show them.
 *
 *   #,##0.00   1234.5     integer digits stand from the right, the first place
 *   #|##0.00              takes all that are left over:
 *   1,234.50                  1,2|3|4 . 5|0
 *
 * The number is scaled first (a % is two places, a comma behind the digits
 * three), then rounded on its decimal digits: 1.005 by 0.00 is 1.01, as Excel
 * shows it, though no double is exactly 1.005. */
#include "read/xlsx_format.h"

#include <stdio.h>

enum { EXPONENT_MAX = 400, GENERAL_MAX = 21, GENERAL_MIN = -4 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- Decimals -------------------------------------------------------------- */

/* The exponent behind E, clamped; false where there is no number. */
static bool read_exponent(struct str s, int *exponent)
{
	uint32_t at = s.n && (s.s[0] == '-' || s.s[0] == '+');
	int n = 0;

	if (at == s.n)
		return false;
	for (; at < s.n; at++) {
		if (!is_digit(s.s[at]))
			return false;
		n = n < 10000 ? n * 10 + (s.s[at] - '0') : n;
	}
	*exponent = s.s[0] == '-' ? -n : n;
	return true;
}

/* One more digit of the text; all beyond the kept ones only move the point. */
static void take_digit(struct xlsx_decimal *d, char c, bool behind_point, int *seen)
{
	if (d->n == 0 && c == '0') {
		d->point -= behind_point;
		return;
	}
	if (d->n < XLSX_DIGITS + 1)
		d->digit[d->n++] = c;
	*seen += !behind_point;
}

static void strip_zeros(struct xlsx_decimal *d)
{
	while (d->n && d->digit[d->n - 1] == '0')
		d->n--;
	if (d->n == 0)
		d->point = 0;
}

/* Keep `n` digits (n < d->n), rounding half away from zero. */
static void keep_digits(struct xlsx_decimal *d, int n)
{
	bool up = d->digit[n] >= '5';

	d->n = n;
	while (up && d->n) {
		char *last = &d->digit[d->n - 1];
		up = *last == '9';
		if (up)
			d->n--;
		else
			++*last;
	}
	if (up) {
		d->digit[0] = '1';
		d->n = 1;
		d->point++;
	}
	strip_zeros(d);
}

bool pifu_xlsx_decimal(struct str s, struct xlsx_decimal *d)
{
	bool point = false;
	int seen = 0, exponent = 0;
	uint32_t at = 0, digits = 0;

	s = pifu_str_trim(s);
	*d = (struct xlsx_decimal){.negative = s.n && s.s[0] == '-'};
	for (at = s.n && (s.s[0] == '-' || s.s[0] == '+');
	     at < s.n && s.s[at] != 'e' && s.s[at] != 'E'; at++) {
		if (s.s[at] == '.' && !point)
			point = true;
		else if (!is_digit(s.s[at]))
			return false;
		else {
			digits++;
			take_digit(d, s.s[at], point, &seen);
		}
	}
	if (digits == 0 || (at < s.n && !read_exponent(pifu_str_sub(s, at + 1, s.n), &exponent)))
		return false;
	d->point = d->n ? d->point + seen + exponent : 0;
	if (d->n > XLSX_DIGITS)
		keep_digits(d, XLSX_DIGITS);
	strip_zeros(d);
	return d->point <= EXPONENT_MAX && d->point >= -EXPONENT_MAX;
}

void pifu_xlsx_round(struct xlsx_decimal *d, int places)
{
	int n = d->point + places;

	if (n < 0) {
		d->n = d->point = 0;
	} else if (n < d->n) {
		keep_digits(d, n);
	}
}

char pifu_xlsx_digit(const struct xlsx_decimal *d, int power)
{
	int index = d->point - 1 - power;
	return index >= 0 && index < d->n ? d->digit[index] : '0';
}

/* ---- General ---------------------------------------------------------------- */

static void show_scientific(struct buf *out, const struct xlsx_decimal *d)
{
	pifu_buf_char(out, d->digit[0]);
	if (d->n > 1) {
		pifu_buf_char(out, '.');
		pifu_buf_put(out, d->digit + 1, (size_t)d->n - 1);
	}
	int exponent = d->point - 1;
	pifu_buf_fmt(out, "E%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

void pifu_xlsx_show_general(struct buf *out, const struct xlsx_decimal *d)
{
	if (d->n == 0) {
		pifu_buf_char(out, '0');
		return;
	}
	if (d->negative)
		pifu_buf_char(out, '-');
	if (d->point > GENERAL_MAX || d->point < GENERAL_MIN) {
		show_scientific(out, d);
		return;
	}
	for (int power = d->point > 0 ? d->point - 1 : 0; power >= 0; power--)
		pifu_buf_char(out, pifu_xlsx_digit(d, power));
	if (d->n > d->point)
		pifu_buf_char(out, '.');
	for (int power = -1; power >= d->point - d->n; power--)
		pifu_buf_char(out, pifu_xlsx_digit(d, power));
}

/* ---- Patterns ---------------------------------------------------------------- */

/* What a section of digits asks for. */
struct pattern {
	int integer, fraction, exponent; /* places */
	int percent, scale;              /* % signs; commas that divide by 1000 */
	bool thousands, has_exponent, ratio;
};

static bool is_place(struct str t)
{
	return t.n == 1 && (t.s[0] == '0' || t.s[0] == '#' || t.s[0] == '?');
}

/* A comma groups thousands if a place follows it, else it scales. */
static void count_char(struct pattern *p, char c, bool *point, int *commas)
{
	if (c == '.') {
		*point = true;
	} else if (c == '%') {
		p->percent++;
	} else if (c == '/') {
		p->ratio = true;
	} else if (c == 'E') {
		p->has_exponent = true;
	} else if (c == ',') {
		*commas += p->integer > 0 && !*point;
		p->scale += *point;
	}
}

static struct pattern read_pattern(struct str section)
{
	struct pattern p = {0};
	bool point = false;
	int commas = 0;

	for (uint32_t at = 0;;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark == XLSX_END)
			break;
		if (t.mark != XLSX_CHAR)
			continue;
		if (!is_place(t.text)) {
			count_char(&p, t.text.s[0], &point, &commas);
			continue;
		}
		p.thousands |= commas > 0 && !point && !p.has_exponent;
		commas = point ? commas : 0;
		p.exponent += p.has_exponent;
		p.fraction += point && !p.has_exponent;
		p.integer += !point && !p.has_exponent;
	}
	p.scale += commas;
	return p;
}

struct digits_out {
	struct buf *out;
	struct pattern p;
	struct xlsx_decimal d;
	int place;    /* of integer, from the left */
	int decimal;  /* of fraction */
	int shown;    /* integer digits shown */
	int exponent; /* to show */
	int exponent_place;
	bool point;
};

/* Integer digits at this place: one, or at the first place all that are left. */
static void show_integer(struct digits_out *o, char place)
{
	int last = o->p.integer - 1 - o->place;
	int first = o->place == 0 && o->d.point - 1 > last ? o->d.point - 1 : last;

	for (int power = first; power >= last; power--) {
		bool beyond = power >= o->d.point || o->d.n == 0;
		if (beyond && place == '#')
			continue;
		pifu_buf_char(o->out, beyond && place == '?' ? ' ' : pifu_xlsx_digit(&o->d, power));
		o->shown++;
		if (o->p.thousands && power > 0 && power % 3 == 0)
			pifu_buf_char(o->out, ',');
	}
	o->place++;
}

static void show_fraction(struct digits_out *o, char place)
{
	int power = -1 - o->decimal++;
	bool beyond = power < o->d.point - o->d.n || o->d.n == 0;

	if (beyond && place == '#')
		return;
	pifu_buf_char(o->out, beyond && place == '?' ? ' ' : pifu_xlsx_digit(&o->d, power));
}

static void show_exponent(struct digits_out *o)
{
	int value = o->exponent < 0 ? -o->exponent : o->exponent;

	if (o->exponent_place++ == 0)
		pifu_buf_fmt(o->out, "%0*d", o->p.exponent, value);
}

static void show_place(struct digits_out *o, char place)
{
	if (o->p.has_exponent && o->exponent_place >= 0)
		show_exponent(o);
	else if (o->point)
		show_fraction(o, place);
	else
		show_integer(o, place);
}

static void show_char(struct digits_out *o, struct str t)
{
	switch (t.s[0]) {
	case '0':
	case '#':
	case '?':
		show_place(o, t.s[0]);
		break;
	case '.':
		o->point = true;
		pifu_buf_char(o->out, '.');
		break;
	case 'E':
		o->exponent_place = 0;
		pifu_buf_char(o->out, 'E');
		if (o->exponent < 0 || t.s[1] == '+')
			pifu_buf_char(o->out, o->exponent < 0 ? '-' : '+');
		break;
	case ',':
		break;
	default:
		pifu_buf_str(o->out, t);
		break;
	}
}

/* Move the point so that as many digits stand before it as there are places. */
static void normalise_exponent(struct digits_out *o)
{
	int step = o->p.integer > 0 ? o->p.integer : 1;

	if (o->d.n == 0)
		return;
	for (int tries = 0; tries < 2; tries++) {
		int exponent = o->d.point - 1;
		int low = exponent >= 0 ? exponent - exponent % step
		                        : exponent - (step + exponent % step) % step;
		o->exponent += low;
		o->d.point -= low;
		pifu_xlsx_round(&o->d, o->p.fraction);
	}
}

void pifu_xlsx_show_digits(struct buf *out, struct str section, struct xlsx_decimal d, bool minus)
{
	struct digits_out o = {.out = out,
	                       .p = read_pattern(section),
	                       .d = d,
	                       .exponent_place = -1};

	if (o.p.ratio && o.p.integer) { /* fractions (# ?/?) are shown as decimals */
		pifu_xlsx_show_general(out, &d);
		return;
	}
	if (o.d.n)
		o.d.point += 2 * o.p.percent - 3 * o.p.scale;
	if (o.p.has_exponent)
		normalise_exponent(&o);
	else
		pifu_xlsx_round(&o.d, o.p.fraction);
	if (minus)
		pifu_buf_char(out, '-');
	for (uint32_t at = 0;;) {
		struct xlsx_token t = pifu_xlsx_token(section, &at);
		if (t.mark == XLSX_END)
			break;
		if (t.mark == XLSX_CHAR)
			show_char(&o, t.text);
		else if (t.mark != XLSX_BRACKET)
			pifu_buf_str(out, t.text);
	}
}
