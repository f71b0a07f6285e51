/* Targets whose comparator, value and unit stand in columns of their own.
 *
 *     ≥     | 90    | %          ->  ≥90%
 *     大于等于 | 90% | 百分比       ->  大于等于90%     the value has its unit
 *     ≥     | ≥90   | %          ->  ≥90%           the value has its sign
 *     定性  | 优良  |            ->  优良           no comparator, no unit
 *     =     | 5万   | 元         ->  =5万元         a scale goes with the unit
 *
 * The value is read first; only what it lacks is taken from its neighbours. */
#include "text/target_part.h"

#include "base/error.h"
#include "text/normalise.h"
#include "text/numeral.h"

struct columns {
	struct str comparator, value, unit;
	enum comparator sign;
};

/* A unit column that says there is none: -, /, 无, 定性. */
static bool is_no_unit(struct str unit)
{
	static const char *const words[] = {"无", "定性", "—", "——", "-", "--", "/", "\\", "*"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (pifu_str_eq(unit, pifu_str_of(words[i])))
			return true;
	return unit.n == 0;
}

/* 万 and 亿 behind the value: part of the unit in the next column. */
static bool is_scale(struct str unit)
{
	static const char *const scales[] = {"十",   "百",   "千",   "万",  "亿",
	                                     "十万", "百万", "千万", "万亿"};
	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
		if (pifu_str_eq(unit, pifu_str_of(scales[i])))
			return true;
	return false;
}

/* A value that is a Chinese numeral alone is no target by itself: a unit makes it one. */
static bool read_bare_numeral(struct arena *a, const struct columns *c, struct target *t)
{
	struct str number;
	bool percent;
	uint32_t read = 0;
	if (t->sure || is_no_unit(c->unit))
		return true;
	if (!pifu_numeral_parse(a, c->value, &read, &number, &percent))
		return false;
	if (read == c->value.n)
		*t = (struct target){.kind = TARGET_NUMBER, .whole = c->value, .number = number};
	return true;
}

static bool add_unit(struct arena *a, const struct columns *c, struct target *t)
{
	if (is_no_unit(c->unit) || (t->unit.s && !is_scale(t->unit)))
		return true;
	struct str rest = c->unit, scale = t->unit;
	if (scale.s && pifu_str_starts(rest, scale))
		rest = pifu_str_sub(rest, scale.n, rest.n); /* 5万 | 万元 */
	t->whole = pifu_text_join(a, (struct str[]){t->whole, rest}, 2);
	t->unit = pifu_unit_canonical(rest);
	if (scale.s)
		t->unit = pifu_text_join(a, (struct str[]){scale, t->unit}, 2);
	return t->whole.s && t->unit.s;
}

static bool add_comparator(struct arena *a, const struct columns *c, struct target *t)
{
	if (c->sign == COMPARATOR_NONE || t->comparator != COMPARATOR_NONE)
		return true;
	struct str parts[] = {c->comparator, t->whole};
	t->whole = pifu_text_join(a, parts, 2);
	if (t->kind == TARGET_NUMBER)
		t->comparator = c->sign;
	return t->whole.s;
}

static bool join_columns(struct arena *a, const struct columns *c, struct target *t)
{
	if (!read_bare_numeral(a, c, t))
		return false;
	bool number = t->kind == TARGET_NUMBER || t->kind == TARGET_RANGE;
	if (number && !add_unit(a, c, t))
		return false;
	if (number)
		t->sure = true;
	if (t->misread && c->sign != COMPARATOR_NONE) {
		t->misread = false; /* the sign stands in its own column */
		t->rival = STR_NONE;
	}
	return add_comparator(a, c, t) && (t->misread || pifu_target_suspect(a, t));
}

pifu_status pifu_target_join(const struct grammar *g, struct matcher *m, struct arena *a,
                             struct str comparator, struct str value, struct str unit,
                             struct target *out, pifu_error *err)
{
	struct columns c = {comparator, value, unit, pifu_comparator_read(comparator)};
	struct normal normal;
	pifu_status st = pifu_text_normalise(a, value, &normal, err);
	if (st != PIFU_OK)
		return st;
	c.value = normal.text;
	st = pifu_target_read(g, m, a, c.value, normal.flags, out, err);
	if (st != PIFU_OK || out->kind == TARGET_MISSING)
		return st;
	return join_columns(a, &c, out) ? PIFU_OK : pifu_error_nomem(err);
}
