/* What the difference of a pair is, and what is odd about it (compare.h).
 *
 *     ≥25次      -> ≥2500次        changed   ratio 100: target-outlier
 *     ≤2.5万元   -> ≤25000元       amended   the same value; unit-changed
 *     ≤25万元    -> ≤25元          changed   ratio 0.0001: target-outlier, the unit's doing
 *     ≥90%       -> ≤90%           changed   comparator-flipped
 *     2024年12月底前 -> 2025年12月底前   same: both say the year of their form
 *
 * Where one of the units is missing, the amounts are compared under the reading that
 * brings them nearest to each other, so that a lost unit alone is no outlier. */
#include "compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BIT_OF(field) (UINT64_C(1) << PIFU_FIELD_##field)
#define TARGET_FIELDS \
	(BIT_OF(TARGET) | BIT_OF(COMPARATOR) | BIT_OF(NUMBER) | BIT_OF(NUMBER_MAX) | BIT_OF(UNIT))
#define SAME_AMOUNT 1e-9

struct judging {
	struct compare_group *group;
	const struct compare_rules *rules;
	struct compare_pair *pair;
	const struct compare_item *old, *new;
	double factor; /* that brings new amounts into the old unit; 0: there is none */
	bool failed;
};

/* ---- Amounts ----------------------------------------------------------------------- */

static bool is_near(double a, double b)
{
	double size = fabs(a) > fabs(b) ? fabs(a) : fabs(b);

	return fabs(a - b) <= SAME_AMOUNT * size;
}

/* How far a factor leaves the amounts apart: 0: it makes them the same. */
static double distance(const struct compare_value *old, const struct compare_value *new,
                       double factor)
{
	if (old->low <= 0 || new->low <= 0)
		return fabs(new->low *factor - old->low);
	return fabs(log(new->low *factor / old->low));
}

/* One of the units is missing: it may have been the other one, or a bare share of 1. */
static double guess_factor(const struct compare_value *old, const struct compare_value *new)
{
	const struct compare_unit *known = old->unit.base ? &old->unit : &new->unit;
	bool share = known->dimension && strcmp(known->dimension, "share") == 0;
	double sure = known == &old->unit ? 1 / known->factor : known->factor;
	double guesses[3] = {1, sure, share ? (known == &old->unit ? 100 : 0.01) : 1};
	double best = guesses[0];

	for (int i = 1; i < 3; i++)
		if (distance(old, new, guesses[i]) < distance(old, new, best) - SAME_AMOUNT)
			best = guesses[i];
	return best;
}

static double find_factor(const struct compare_value *old, const struct compare_value *new)
{
	if (!old->number || !new->number)
		return 0;
	if (!old->unit.base && !new->unit.base)
		return 1;
	if (!old->unit.base || !new->unit.base)
		return guess_factor(old, new);
	if (!compare_unit_agree(&old->unit, &new->unit))
		return 0;
	return new->unit.factor / old->unit.factor;
}

static enum compare_sense plain_sense(enum compare_sense sense)
{
	return sense == SENSE_NONE ? SENSE_EXACT : sense; /* `280人次` is meant as `=280人次` */
}

static bool same_sense(const struct compare_value *a, const struct compare_value *b)
{
	return plain_sense(a->sense) == plain_sense(b->sense) && a->open == b->open;
}

/* ---- Fields that differ ---------------------------------------------------------------- */

static const struct compare_section *section_of(const struct judging *j, enum compare_side side)
{
	const struct compare_item *item = side == COMPARE_OLD ? j->old : j->new;

	return &j->group->year[side].sections[item->section];
}

static bool text_differs(const struct judging *j, pifu_field field)
{
	const char *a = j->old->field[field], *b = j->new->field[field];

	return strcmp(a ? a : "", b ? b : "") != 0;
}

static void add_field(struct judging *j, pifu_field field, bool differs)
{
	if (differs)
		j->pair->fields |= UINT64_C(1) << field;
}

static bool unit_differs(const struct judging *j)
{
	const struct compare_unit *a = &j->old->value.unit, *b = &j->new->value.unit;

	if (!a->base || !b->base)
		return a->base != b->base;
	return !compare_unit_agree(a, b) || !is_near(a->factor, b->factor);
}

static void compare_amounts(struct judging *j)
{
	const struct compare_value *a = &j->old->value, *b = &j->new->value;

	add_field(j, PIFU_FIELD_COMPARATOR, !same_sense(a, b));
	add_field(j, PIFU_FIELD_UNIT, unit_differs(j));
	add_field(j, PIFU_FIELD_NUMBER, j->factor == 0 || !is_near(a->low, b->low * j->factor));
	add_field(j, PIFU_FIELD_NUMBER_MAX,
	          j->factor == 0 || !is_near(a->high, b->high * j->factor));
	if (j->factor > 0 && a->low > 0 && b->low > 0)
		j->pair->ratio = b->low * j->factor / a->low;
}

static void compare_targets(struct judging *j)
{
	const struct compare_value *a = &j->old->value, *b = &j->new->value;

	if (a->number && b->number)
		compare_amounts(j);
	else
		add_field(j, PIFU_FIELD_TARGET,
		          a->number != b->number ||
		                  !compare_text_same(&j->old->target, &j->new->target));
	if (j->pair->fields & (BIT_OF(COMPARATOR) | BIT_OF(NUMBER) | BIT_OF(NUMBER_MAX)))
		j->pair->fields |= BIT_OF(TARGET);
}

static void compare_fields(struct judging *j)
{
	const struct compare_section *a = section_of(j, COMPARE_OLD);
	const struct compare_section *b = section_of(j, COMPARE_NEW);

	compare_targets(j);
	add_field(j, PIFU_FIELD_NAME, !compare_text_same(&j->old->name, &j->new->name));
	add_field(j, PIFU_FIELD_LEVEL1, !compare_text_same(&j->old->level1, &j->new->level1));
	add_field(j, PIFU_FIELD_LEVEL2, !compare_text_same(&j->old->level2, &j->new->level2));
	add_field(j, PIFU_FIELD_PROJECT, !compare_text_same(&a->project, &b->project));
	add_field(j, PIFU_FIELD_FUNCTION, !compare_text_same(&a->function, &b->function));
	add_field(j, PIFU_FIELD_WEIGHT, text_differs(j, PIFU_FIELD_WEIGHT));
	add_field(j, PIFU_FIELD_BASIS, text_differs(j, PIFU_FIELD_BASIS));
}

/* ---- Findings ------------------------------------------------------------------------------ */

/* Bytes before the last character of `text`, which may have been cut. */
static size_t drop_character(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
		n--;
	return n > 0 ? n - 1 : 0;
}

__attribute__((format(printf, 3, 4))) static void add_finding(struct judging *j, pifu_finding code,
                                                              const char *format, ...)
{
	char text[600];
	va_list args;

	va_start(args, format);
	int whole = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	size_t n = strlen(text);
	if (whole >= (int)sizeof text)
		n = drop_character(text, n);
	char *kept = compare_pool_take(j->group->pool, n + 1, 1);
	if (!kept) {
		j->failed = true;
		return;
	}
	memcpy(kept, text, n);
	if (j->pair->nfindings < COMPARE_FINDINGS)
		j->pair->findings[j->pair->nfindings++] = (struct compare_finding){code, kept};
}

static const char *shown(const char *text)
{
	return text ? text : "—";
}

/* The number stayed as it was, what changed is what it counts. */
static bool is_unit_slip(const struct judging *j)
{
	return is_near(j->old->value.low, j->new->value.low) && !is_near(j->factor, 1);
}

static void find_outlier(struct judging *j)
{
	double ratio = j->pair->ratio;
	double limit = j->rules->outlier;

	/* 9.5 / 0.95 is not quite 10 */
	if (ratio <= 0 || (ratio < limit * (1 - SAME_AMOUNT) && ratio > (1 + SAME_AMOUNT) / limit))
		return;
	add_finding(j, PIFU_CHECK_TARGET_OUTLIER, "%s became %s, %.4g times as much%s",
	            shown(j->old->field[PIFU_FIELD_TARGET]),
	            shown(j->new->field[PIFU_FIELD_TARGET]), ratio,
	            is_unit_slip(j) ? ": the unit changed and the number did not" : "");
}

static void find_unit_change(struct judging *j)
{
	const char *a = j->old->field[PIFU_FIELD_UNIT], *b = j->new->field[PIFU_FIELD_UNIT];

	if (!(j->pair->fields & BIT_OF(UNIT)))
		return;
	if (!a || !b)
		add_finding(j, PIFU_CHECK_UNIT_CHANGED, "%s became %s: one has no unit", shown(a),
		            shown(b));
	else if (j->factor == 0)
		add_finding(j, PIFU_CHECK_UNIT_CHANGED,
		            "%s became %s: these amounts cannot be compared", a, b);
	else
		add_finding(j, PIFU_CHECK_UNIT_CHANGED, "%s became %s, 1 to %.10g", a, b,
		            1 / j->factor);
}

static void find_flip(struct judging *j)
{
	enum compare_sense a = j->old->value.sense, b = j->new->value.sense;

	if ((a == SENSE_LEAST && b == SENSE_MOST) || (a == SENSE_MOST && b == SENSE_LEAST))
		add_finding(j, PIFU_CHECK_COMPARATOR_FLIPPED, "%s became %s",
		            a == SENSE_LEAST ? "at least" : "at most",
		            b == SENSE_LEAST ? "at least" : "at most");
}

static void find_loss(struct judging *j)
{
	const char *target = j->old->field[PIFU_FIELD_TARGET];

	if (target && !j->new->field[PIFU_FIELD_TARGET])
		add_finding(j, PIFU_FINDING_TARGET_MISSING, "it was %s", target);
}

static void tell_weak_pair(struct judging *j)
{
	const char *name = shown(j->old->field[PIFU_FIELD_NAME]);
	bool word = compare_text_replaced(&j->old->name, &j->new->name) >= COMPARE_WORD;

	if (section_of(j, COMPARE_OLD)->doubtful && !j->pair->moved)
		add_finding(j, PIFU_FINDING_MATCH_DOUBTFUL,
		            "its function may have been another: %s",
		            shown(j->old->field[PIFU_FIELD_FUNCTION]));
	else if (word)
		add_finding(j, PIFU_FINDING_MATCH_DOUBTFUL, "a word of %s was replaced", name);
	else
		add_finding(j, PIFU_FINDING_MATCH_DOUBTFUL, "%s is only %.2f alike", name,
		            j->pair->similarity);
}

static void find_doubt(struct judging *j)
{
	const struct compare_pair *pair = j->pair;
	bool alone = !j->old || !j->new;

	if (!pair->doubtful)
		return;
	if (pair->nrivals == 0) {
		if (!alone)
			tell_weak_pair(j);
		return;
	}
	const struct compare_rival *r = &pair->rivals[0];
	const struct compare_item *item = &j->group->year[r->side].items[r->item];
	add_finding(j, PIFU_FINDING_MATCH_DOUBTFUL, "%s of the %s year, %.2f alike, %s",
	            shown(item->field[PIFU_FIELD_NAME]), r->side == COMPARE_OLD ? "old" : "new",
	            r->similarity, alone ? "may be the same" : "fits nearly as well");
}

/* ---- Judging ----------------------------------------------------------------------------------- */

static const struct compare_item *item_of(const struct compare_group *group, enum compare_side side,
                                          uint32_t index)
{
	return index == COMPARE_NONE ? NULL : &group->year[side].items[index];
}

static void judge_both(struct judging *j)
{
	j->factor = find_factor(&j->old->value, &j->new->value);
	compare_fields(j);
	find_outlier(j);
	find_flip(j);
	find_unit_change(j);
	find_loss(j);
	if (j->pair->fields & TARGET_FIELDS & ~BIT_OF(UNIT))
		j->pair->change = CHANGE_CHANGED;
	else if (j->pair->fields)
		j->pair->change = CHANGE_AMENDED;
}

bool compare_judge(struct compare_group *group, const struct compare_rules *rules)
{
	for (uint32_t i = 0; i < group->npairs; i++) {
		struct compare_pair *pair = &group->pairs[i];
		struct judging j = {.group = group,
		                    .rules = rules,
		                    .pair = pair,
		                    .old = item_of(group, COMPARE_OLD, pair->old),
		                    .new = item_of(group, COMPARE_NEW, pair->new)};

		if (!j.old)
			pair->change = CHANGE_ADDED;
		else if (!j.new)
			pair->change = CHANGE_DROPPED;
		else
			judge_both(&j);
		find_doubt(&j);
		if (j.failed)
			return false;
	}
	return true;
}

bool compare_run(struct compare_group *group, const struct compare_rules *rules)
{
	return compare_sections_build(group, COMPARE_OLD) &&
	       compare_sections_build(group, COMPARE_NEW) && compare_sections_pair(group) &&
	       compare_match(group, rules) && compare_judge(group, rules);
}
