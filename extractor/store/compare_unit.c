/* Units and values (compare.h).
 *
 *     2.5 万元/亩  ->  number 2.5, multiplier 10000, unit 元 of the dimension money, per 亩
 *
 * Two amounts may be compared when their units are of one dimension (or the same text)
 * and their `per` is the same. Without a unit on one side the numbers are taken as they
 * are: that a unit was lost shows elsewhere. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

struct known {
	const char *text, *dimension;
	double factor;
};

static const struct known units[] = {
#define UNIT(text, dimension, factor) {text, dimension, factor},
#include "compare_units.def"
#undef UNIT
};

static const struct {
	const char *text;
	double factor;
} multipliers[] = {{"十", 1e1}, {"百", 1e2}, {"千", 1e3}, {"万", 1e4}, {"亿", 1e8}};

static const struct known *find_unit(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strlen(units[i].text) == n && memcmp(units[i].text, s, n) == 0)
			return &units[i];
	return NULL;
}

/* Bytes of a multiplier that something follows, or that stands alone; 0: none. */
static size_t take_multiplier(const char *s, size_t n, double *factor)
{
	for (size_t i = 0; i < sizeof multipliers / sizeof multipliers[0]; i++) {
		size_t m = strlen(multipliers[i].text);

		if (m <= n && memcmp(s, multipliers[i].text, m) == 0) {
			*factor *= multipliers[i].factor;
			return m;
		}
	}
	return 0;
}

struct compare_unit compare_unit_parse(const char *unit)
{
	struct compare_unit u = {.factor = 1, .per = ""};

	if (!unit || !*unit)
		return u;
	size_t n = strcspn(unit, "/");
	u.per = unit[n] ? unit + n + 1 : "";
	const struct known *known = find_unit(unit, n);
	while (!known && n > 0) { /* 千米 is a unit, 万元 a multiplier and a unit */
		size_t m = take_multiplier(unit, n, &u.factor);

		if (m == 0)
			break;
		unit += m;
		n -= m;
		known = find_unit(unit, n);
	}
	u.base = unit;
	u.nbase = n;
	if (known) {
		u.dimension = known->dimension;
		u.factor *= known->factor;
	}
	return u;
}

static bool same_base(const struct compare_unit *a, const struct compare_unit *b)
{
	if (a->dimension && b->dimension)
		return strcmp(a->dimension, b->dimension) == 0;
	return a->nbase == b->nbase && memcmp(a->base, b->base, a->nbase) == 0;
}

bool compare_unit_agree(const struct compare_unit *a, const struct compare_unit *b)
{
	if (!a->base || !b->base)
		return true;
	return same_base(a, b) && strcmp(a->per, b->per) == 0;
}

/* ---- Values --------------------------------------------------------------------------- */

static void read_sense(const char *comparator, struct compare_value *v)
{
	static const struct {
		const char *name;
		enum compare_sense sense;
		bool open;
	} senses[] = {
		{"ge", SENSE_LEAST, false}, {"gt", SENSE_LEAST, true},
		{"eq", SENSE_EXACT, false}, {"le", SENSE_MOST, false},
		{"lt", SENSE_MOST, true},   {"approx", SENSE_ABOUT, false},
	};

	for (size_t i = 0; comparator && i < sizeof senses / sizeof senses[0]; i++) {
		if (strcmp(senses[i].name, comparator) == 0) {
			v->sense = senses[i].sense;
			v->open = senses[i].open;
		}
	}
}

static bool read_number(const char *text, double *out)
{
	char *end = NULL;

	if (!text || !*text)
		return false;
	*out = strtod(text, &end);
	return *end == '\0' && *out > -1e300 && *out < 1e300;
}

struct compare_value compare_value_of(const struct compare_item *item)
{
	struct compare_value v = {.unit = compare_unit_parse(item->field[PIFU_FIELD_UNIT])};

	read_sense(item->field[PIFU_FIELD_COMPARATOR], &v);
	v.number = read_number(item->field[PIFU_FIELD_NUMBER], &v.low);
	if (!read_number(item->field[PIFU_FIELD_NUMBER_MAX], &v.high))
		v.high = v.low;
	return v;
}
