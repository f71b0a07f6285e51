/* Stage 7: what the records say that is odd. One small function a check, all
 * in one table; a check looks at one record and at those before it in its form. */
#include "base/error.h"
#include "stage/stage.h"

struct checker {
	struct pifu_doc *doc;
	const struct pifu_record *rec;
	uint32_t *seen; /* hash of (function, name) -> record number + 1 */
	size_t slots;
	uint32_t number;
};

static struct str value(const struct checker *c, pifu_field field) { return c->rec->value[field]; }

static bool ends_with_any(struct str s, const struct str *ends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pifu_str_ends(s, ends[i]))
			return true;
	return false;
}

static const struct str rate_endings[] = {{"率", 3}, {"比例", 6}, {"比率", 6}, {"满意度", 9}, {"占比", 6}};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool is_rate(struct str name) { return ends_with_any(name, rate_endings, COUNT(rate_endings)); }

/* Is the decimal text `s` at least 100, or more than 100? */
static int compare_100(struct str s)
{
	uint32_t whole = 0;
	while (whole < s.n && s.s[whole] != '.')
		whole++;
	if (s.n == 0 || s.s[0] == '-' || whole < 3)
		return -1;
	if (whole > 3 || memcmp(s.s, "100", 3) > 0)
		return 1;
	for (uint32_t i = whole + 1; i < s.n; i++)
		if (s.s[i] != '0')
			return memcmp(s.s, "100", 3) < 0 ? -1 : 1;
	return memcmp(s.s, "100", 3) < 0 ? -1 : 0;
}

/* A rate cannot exceed 100 %, so `≥100%` means `=100%` (and `>100%` nothing). */
static bool rate_over_100(struct checker *c)
{
	struct str comparator = value(c, PIFU_FIELD_COMPARATOR);
	if (!pifu_str_eq(value(c, PIFU_FIELD_UNIT), STR("%")) || !is_rate(value(c, PIFU_FIELD_NAME)))
		return false;
	int over = compare_100(value(c, PIFU_FIELD_NUMBER));
	bool open = pifu_str_eq(comparator, STR("ge")) || pifu_str_eq(comparator, STR("gt"));
	return over > 0 || (over == 0 && open);
}

/* Names that end so are counted in one of these units; a unit may go on (次/年). */
struct name_unit {
	struct str ending;
	struct str units[10];
};
static const struct name_unit name_units[] = {
	{{"率", 3}, {{"%", 1}, {"‰", 3}, {"百分点", 9}}},
	{{"满意度", 9}, {{"%", 1}, {"分", 3}}},
	{{"人次", 6}, {{"人次", 6}, {"万人次", 9}, {"次", 3}}},
	{{"人数", 6}, {{"人", 3}, {"名", 3}, {"万人", 6}, {"位", 3}, {"户", 3}, {"%", 1}}},
	{{"次数", 6}, {{"次", 3}, {"场", 3}, {"回", 3}, {"期", 3}, {"轮", 3}, {"人次", 6}, {"万次", 6}, {"起", 3}}},
	{{"时间", 6}, {{"小时", 6}, {"分钟", 6}, {"天", 3}, {"日", 3}, {"个工作日", 12}, {"工作日", 9}, {"个月", 6},
	              {"月", 3}, {"年", 3}}},
	{{"面积", 6}, {{"平方米", 9}, {"亩", 3}, {"公顷", 6}, {"平方公里", 12}, {"万平方米", 12}, {"㎡", 3},
	              {"万亩", 6}, {"平米", 6}, {"m2", 2}}},
	{{"金额", 6}, {{"元", 3}, {"万元", 6}, {"亿元", 6}, {"千元", 6}, {"%", 1}}},
};

static bool unit_fits(struct str unit, const struct name_unit *rule)
{
	for (size_t i = 0; i < COUNT(rule->units) && rule->units[i].s; i++)
		if (pifu_str_starts(unit, rule->units[i]))
			return true;
	return false;
}

static bool unit_name_mismatch(struct checker *c)
{
	struct str unit = value(c, PIFU_FIELD_UNIT), name = value(c, PIFU_FIELD_NAME);
	if (!unit.s || unit.n == 0)
		return false;
	for (size_t i = 0; i < COUNT(name_units); i++)
		if (pifu_str_ends(name, name_units[i].ending))
			return !unit_fits(unit, &name_units[i]);
	return false;
}

static bool same_place(const struct pifu_record *a, const struct pifu_record *b)
{
	static const pifu_field fields[] = {PIFU_FIELD_NAME, PIFU_FIELD_FUNCTION, PIFU_FIELD_PROJECT, PIFU_FIELD_TERM};
	for (size_t i = 0; i < COUNT(fields); i++)
		if (!pifu_str_eq(a->value[fields[i]], b->value[fields[i]]))
			return false;
	return true;
}

/* The same name twice under one function or project; both records are marked. */
static bool duplicate_indicator(struct checker *c)
{
	struct pifu_form *form = &c->doc->form;
	uint64_t h = pifu_str_hash(value(c, PIFU_FIELD_NAME)) ^ 3 * pifu_str_hash(value(c, PIFU_FIELD_FUNCTION)) ^
	             5 * pifu_str_hash(value(c, PIFU_FIELD_PROJECT));
	if (value(c, PIFU_FIELD_NAME).n == 0)
		return false;
	for (size_t k = h & (c->slots - 1);; k = (k + 1) & (c->slots - 1)) {
		if (c->seen[k] == 0) {
			c->seen[k] = c->number + 1;
			return false;
		}
		struct pifu_record *other = &form->records[c->seen[k] - 1];
		if (!same_place(other, c->rec))
			continue;
		other->findings |= (uint64_t)1 << PIFU_CHECK_DUPLICATE_INDICATOR;
		return true;
	}
}

static const struct {
	pifu_finding code;
	bool (*holds)(struct checker *c);
} checks[] = {
	{PIFU_CHECK_RATE_OVER_100, rate_over_100},
	{PIFU_CHECK_UNIT_NAME_MISMATCH, unit_name_mismatch},
	{PIFU_CHECK_DUPLICATE_INDICATOR, duplicate_indicator},
};

pifu_status pifu_stage_check(struct pifu_doc *doc, pifu_error *err)
{
	struct checker c = {.doc = doc, .slots = 16};
	while (c.slots < 2 * doc->form.nrecords + 2)
		c.slots *= 2;
	c.seen = ARENA_ARRAY(doc->work, uint32_t, c.slots);
	if (!c.seen)
		return pifu_error_nomem(err);
	for (size_t i = 0; i < doc->form.nrecords; i++) {
		struct pifu_record *rec = &doc->form.records[i];
		c.rec = rec;
		c.number = (uint32_t)i;
		for (size_t k = 0; k < COUNT(checks); k++)
			if (checks[k].holds(&c))
				rec->findings |= (uint64_t)1 << checks[k].code;
	}
	return PIFU_OK;
}
