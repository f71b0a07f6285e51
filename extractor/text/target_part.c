/* Parts of targets: comparators, units, the suspicion of a misread sign, print. */
#include "text/target_part.h"

#include <string.h>

static const char *const kind_names[] = {
	[TARGET_MISSING] = "missing", [TARGET_NUMBER] = "number", [TARGET_RANGE] = "range",
	[TARGET_DATE] = "date",       [TARGET_TEXT] = "text",
};
static const char *const comparator_names[] = {
	[COMPARATOR_NONE] = NULL,       [COMPARATOR_GE] = "ge", [COMPARATOR_GT] = "gt",
	[COMPARATOR_EQ] = "eq",         [COMPARATOR_LE] = "le", [COMPARATOR_LT] = "lt",
	[COMPARATOR_APPROX] = "approx",
};
static const char *const comparator_signs[] = {
	[COMPARATOR_NONE] = "",     [COMPARATOR_GE] = "≥", [COMPARATOR_GT] = ">",
	[COMPARATOR_EQ] = "=",      [COMPARATOR_LE] = "≤", [COMPARATOR_LT] = "<",
	[COMPARATOR_APPROX] = "约",
};

const char *pifu_target_kind_name(enum target_kind kind)
{
	return kind_names[kind];
}

const char *pifu_comparator_name(enum comparator c)
{
	return comparator_names[c];
}

const char *pifu_comparator_sign(enum comparator c)
{
	return comparator_signs[c];
}

/* ---- Comparators --------------------------------------------------------- */

static const struct {
	struct str text;
	enum comparator comparator;
	bool soft;
} words[] = {
#define PIFU_TARGET_WORD(text, comparator, soft) \
	{{text, (uint32_t)sizeof(text) - 1}, COMPARATOR_##comparator, soft},
#include "text/target_words.def"
#undef PIFU_TARGET_WORD
};

enum { WORD_BYTES = 24, HAN_BYTES = 3 };

/* 不得低于 is 不低于. Returns the bytes written to `out`. */
static uint32_t without_modal(struct str word, char out[WORD_BYTES])
{
	static const char modals[] = "得能应可";
	struct str not = STR("不");
	if (word.n > WORD_BYTES || word.n < 3 * HAN_BYTES || !pifu_str_starts(word, not ))
		return 0;
	for (const char *m = modals; *m; m += HAN_BYTES) {
		if (memcmp(word.s + not .n, m, HAN_BYTES) != 0)
			continue;
		memcpy(out, word.s, not .n);
		memcpy(out + not .n, word.s + not .n + HAN_BYTES, word.n - not .n - HAN_BYTES);
		return word.n - HAN_BYTES;
	}
	return 0;
}

enum comparator pifu_comparator_find(struct str word, bool *soft)
{
	char plain[WORD_BYTES];
	uint32_t n = without_modal(word, plain);
	if (n)
		word = (struct str){plain, n};
	*soft = true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!pifu_str_eq(words[i].text, word))
			continue;
		*soft = words[i].soft;
		return words[i].comparator;
	}
	return COMPARATOR_NONE;
}

enum comparator pifu_comparator_read(struct str word)
{
	bool soft;
	return pifu_comparator_find(word, &soft);
}

/* ---- Units --------------------------------------------------------------- */

struct str pifu_unit_canonical(struct str unit)
{
	while (unit.n >= 2 && unit.s[0] == '(' && unit.s[unit.n - 1] == ')')
		unit = pifu_str_sub(unit, 1, unit.n - 1);
	if (pifu_str_eq(unit, STR("百分比")))
		return STR("%");
	return unit.n ? unit : STR_NONE;
}

/* ---- A misread sign ------------------------------------------------------ */

/* At most 100, as canonical decimal text. */
static bool is_share(struct str number)
{
	uint32_t whole = 0;
	while (whole < number.n && number.s[whole] >= '0' && number.s[whole] <= '9')
		whole++;
	if (whole == 0 || number.s[0] == '0')
		return false;
	return whole < 3 || pifu_str_eq(number, STR("100"));
}

bool pifu_target_suspect(struct arena *a, struct target *t)
{
	if (t->kind != TARGET_NUMBER || t->comparator != COMPARATOR_NONE || !t->number.s ||
	    !pifu_str_eq(t->unit, STR("%")) || is_share(t->number) || t->number.s[0] != '2')
		return true;
	struct str rest = pifu_str_sub(t->number, 1, t->number.n);
	if (!is_share(rest))
		return true;
	t->rival = pifu_text_join(a, (struct str[]){STR("≥"), rest, t->unit}, 3);
	t->misread = t->rival.s != NULL;
	return t->misread;
}

/* ---- Print --------------------------------------------------------------- */

struct str pifu_text_join(struct arena *a, const struct str *parts, size_t n)
{
	uint32_t size = 0;
	for (size_t i = 0; i < n; i++)
		size += parts[i].n;
	char *out = pifu_arena_alloc(a, size + 1u);
	if (!out)
		return STR_NONE;
	uint32_t w = 0;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n)
			memcpy(out + w, parts[i].s, parts[i].n);
		w += parts[i].n;
	}
	out[w] = '\0';
	return (struct str){out, w};
}

/* Whether the source had the unit in brackets: without a comparator in front,
 * only that shows that an unusual word is a unit. */
static bool had_brackets(const struct target *t)
{
	return t->comparator == COMPARATOR_NONE && t->unit.s && pifu_str_ends(t->whole, STR(")")) &&
	       pifu_str_find(t->whole, STR("(")) + 2 + (int64_t)t->unit.n == (int64_t)t->whole.n;
}

static struct str print_number(struct arena *a, const struct target *t)
{
	bool brackets = had_brackets(t);
	struct str parts[] = {
		pifu_str_of(pifu_comparator_sign(t->comparator)),
		t->number,
		brackets ? STR("(") : STR(""),
		t->unit,
		brackets ? STR(")") : STR(""),
	};
	return pifu_text_join(a, parts, sizeof parts / sizeof *parts);
}

static struct str print_range(struct arena *a, const struct target *t)
{
	bool minus = t->number.s[0] == '-' || t->number_max.s[0] == '-';
	bool brackets = had_brackets(t);
	struct str parts[] = {
		t->number,     minus ? STR("~") : STR("-"),
		t->number_max, brackets ? STR("(") : STR(""),
		t->unit,       brackets ? STR(")") : STR(""),
	};
	return pifu_text_join(a, parts, sizeof parts / sizeof *parts);
}

struct str pifu_target_print(struct arena *a, const struct target *t)
{
	if (t->kind == TARGET_NUMBER && t->number.s)
		return print_number(a, t);
	if (t->kind == TARGET_RANGE && t->number.s && t->number_max.s)
		return print_range(a, t);
	return t->kind == TARGET_MISSING ? STR("") : t->whole;
}
