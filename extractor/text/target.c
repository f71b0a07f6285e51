/* Targets: normal text in, comparator, number and unit out.
 *
 *     不低于 1,260 人次 / 年 以上        rule `number`
 *     ------ ----- ---------  ----
 *     comparator number unit  tail      the rule's named groups
 *       ge     1260  人次/年   (ge)
 *
 * What a target looks like is data: the grammar's `targets`, tried in order.
 * Most texts are no target at all, so a rule's flags say what a text must hold
 * before the rule is matched, and the normal text brings that knowledge along.
 * Only what a pattern cannot do is done here: numerals to decimals, the
 * comparator of two words (达到…左右), and doubt about a leading 2. */
#include "text/target.h"

#include "base/error.h"
#include "text/normalise.h"
#include "text/numeral.h"
#include "text/target_part.h"

enum { TARGET_MOST = 200 }; /* bytes; longer texts are sentences */

struct fit {
	const struct target_rule *rule;
	struct str whole; /* as written */
	struct str text; /* as matched: simplified, character by character, so that offsets agree */
	struct span groups[TARGET_SPANS];
};

static bool may_fit(const struct target_rule *rule, uint32_t flags)
{
	uint32_t need = rule->flags;
	if (need & TARGET_RULE_DIGIT && !(flags & TEXT_DIGIT))
		return false;
	if (need & TARGET_RULE_NUMERAL && !(flags & (TEXT_DIGIT | TEXT_HAN_DIGIT)))
		return false;
	if (need & TARGET_RULE_SIGN && !(flags & TEXT_COMPARATOR))
		return false;
	return !(need & TARGET_RULE_WORDS && flags & TEXT_DIGIT);
}

/* Text of a named group; .s NULL when it took no part. */
static struct str group_text(const struct fit *f, enum target_group name)
{
	uint8_t group = f->rule->groups[name];
	if (group == 0 || f->groups[group].from == PIFU_NONE)
		return STR_NONE;
	return pifu_str_sub(f->text, f->groups[group].from, f->groups[group].to);
}

/* The same place in the text as it was written. */
static struct str as_written(const struct fit *f, struct str part)
{
	return part.s ? (struct str){f->whole.s + (part.s - f->text.s), part.n} : part;
}

/* ---- Comparator ---------------------------------------------------------- */

/* `以上(含)`, `(含)以内`: the word without its remark. */
static struct str without_remark(struct str tail)
{
	if (tail.n && tail.s[0] == '(') {
		int64_t end = pifu_str_find(tail, STR(")"));
		tail = end < 0 ? tail : pifu_str_sub(tail, (uint32_t)end + 1, tail.n);
	}
	int64_t begin = pifu_str_find(tail, STR("("));
	tail = begin < 0 ? tail : pifu_str_sub(tail, 0, (uint32_t)begin);
	static const char *const joints[] = {"及", "或", "含"};
	for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
		if (pifu_str_starts(tail, pifu_str_of(joints[i])))
			tail = pifu_str_sub(tail, 3, tail.n);
	return tail;
}

static enum comparator mirrored(enum comparator c)
{
	switch (c) {
	case COMPARATOR_GE:
		return COMPARATOR_LE;
	case COMPARATOR_LE:
		return COMPARATOR_GE;
	case COMPARATOR_GT:
		return COMPARATOR_LT;
	case COMPARATOR_LT:
		return COMPARATOR_GT;
	default:
		return c;
	}
}

static enum comparator read_comparator(const struct fit *f)
{
	bool soft = true, tail_soft = true;
	struct str word = group_text(f, TARGET_GROUP_COMPARATOR),
		   tail = group_text(f, TARGET_GROUP_TAIL);
	enum comparator front = (enum comparator)f->rule->comparator;
	if (word.s)
		front = pifu_comparator_find(word, &soft);
	if (tail.s && soft) {
		enum comparator behind = pifu_comparator_find(without_remark(tail), &tail_soft);
		if (behind != COMPARATOR_NONE)
			front = behind;
	}
	return f->rule->flags & TARGET_RULE_MIRROR ? mirrored(front) : front;
}

/* ---- Kinds --------------------------------------------------------------- */

/* What became of an attempt. */
enum outcome { FITS, FITS_NOT, OUT_OF_MEMORY };

static enum outcome kept(struct str text)
{
	return text.s ? FITS : OUT_OF_MEMORY;
}

/* The numeral that fills the group `name`. */
static enum outcome read_numeral(const struct fit *f, struct arena *a, enum target_group name,
                                 struct str *decimal, bool *percent)
{
	uint32_t read = 0;
	struct str text = group_text(f, name);
	if (!text.s)
		return FITS_NOT;
	if (!pifu_numeral_parse(a, text, &read, decimal, percent))
		return OUT_OF_MEMORY;
	return read == text.n ? FITS : FITS_NOT;
}

static enum outcome fill_number(const struct fit *f, struct arena *a, struct target *t)
{
	bool percent;
	enum outcome outcome = read_numeral(f, a, TARGET_GROUP_NUMBER, &t->number, &percent);
	if (outcome != FITS)
		return outcome;
	t->comparator = read_comparator(f);
	t->unit = pifu_unit_canonical(as_written(f, group_text(f, TARGET_GROUP_UNIT)));
	if (percent && !t->unit.s)
		t->unit = STR("%");
	return pifu_target_suspect(a, t) ? FITS : OUT_OF_MEMORY;
}

static enum outcome fill_range(const struct fit *f, struct arena *a, struct target *t)
{
	bool percent;
	enum outcome outcome = read_numeral(f, a, TARGET_GROUP_NUMBER, &t->number, &percent);
	if (outcome != FITS)
		return outcome;
	t->unit = pifu_unit_canonical(as_written(f, group_text(f, TARGET_GROUP_UNIT)));
	if (!(f->rule->flags & TARGET_RULE_AROUND))
		return read_numeral(f, a, TARGET_GROUP_MAX, &t->number_max, &percent);
	t->number_max = t->number;
	t->number = pifu_decimal_negate(a, t->number);
	return kept(t->number);
}

/* The text from the sign or number on, read with a sign. */
static enum outcome fill_misread(const struct fit *f, struct arena *a, struct target *t)
{
	struct str sign = group_text(f, TARGET_GROUP_COMPARATOR),
		   number = group_text(f, TARGET_GROUP_NUMBER);
	struct str from = sign.s ? sign : number;
	if (!from.s)
		return FITS_NOT;
	uint32_t at = (uint32_t)(from.s - f->text.s);
	struct str parts[] = {sign.s ? STR("") : STR("≥"), pifu_str_sub(f->whole, at, f->whole.n)};
	t->rival = pifu_text_join(a, parts, 2);
	t->misread = t->rival.s != NULL;
	return kept(t->rival);
}

static enum outcome fill(const struct fit *f, struct arena *a, struct target *t)
{
	t->kind = (enum target_kind)f->rule->kind;
	if (f->rule->flags & TARGET_RULE_MISREAD)
		return fill_misread(f, a, t);
	if (t->kind == TARGET_NUMBER)
		return fill_number(f, a, t);
	if (t->kind == TARGET_RANGE)
		return fill_range(f, a, t);
	return FITS;
}

/* ---- Reading ------------------------------------------------------------- */

/* The text without blanks, and with `simplify` in simplified characters, which
 * are as long in UTF-8 as the traditional ones. .s NULL when out of memory. */
static struct str rewrite(struct arena *a, struct str text, bool simplify)
{
	char *out = pifu_arena_alloc(a, text.n + 4u);
	uint32_t w = 0;
	if (!out)
		return STR_NONE;
	for (uint32_t i = 0; i < text.n;) {
		uint32_t c = pifu_utf8_next(text, &i);
		if (c != ' ')
			w += pifu_utf8_put(out + w, simplify ? pifu_text_simplify(c) : c);
	}
	out[w] = '\0';
	return (struct str){out, w};
}

static bool prepare(struct fit *f, struct arena *a, struct str text, uint32_t flags)
{
	f->whole = flags & TEXT_BLANK ? rewrite(a, text, false) : text;
	f->text = flags & TEXT_TRADITIONAL && f->whole.s ? rewrite(a, f->whole, true) : f->whole;
	return f->text.s && f->whole.s;
}

/* Try one rule: 1 it fits and is filled in, 0 it does not, -1 failed. */
static int try_rule(struct fit *f, struct matcher *m, struct arena *a, struct target *t,
                    pifu_error *err)
{
	int found = pifu_rule_match(f->rule->rule, m, f->text, 0, f->groups, f->rule->ngroups, err);
	if (found != 1)
		return found;
	bool sure = !(f->rule->flags & TARGET_RULE_WEAK);
	struct target read = {.whole = f->whole, .sure = sure, .rule = t->rule};
	enum outcome outcome = fill(f, a, &read);
	if (outcome == OUT_OF_MEMORY) {
		pifu_error_nomem(err);
		return -1;
	}
	if (outcome == FITS)
		*t = read;
	return outcome == FITS;
}

/* By all rules but those that have one of the flags `without`. */
static pifu_status read_target(const struct grammar *g, struct matcher *m, struct arena *a,
                               struct str text, uint32_t flags, uint32_t without,
                               struct target *out, pifu_error *err)
{
	*out = (struct target){.kind = TARGET_MISSING, .sure = true, .whole = text};
	if (text.n == 0)
		return PIFU_OK;
	struct fit f;
	if (!prepare(&f, a, text, flags))
		return pifu_error_nomem(err);
	*out = (struct target){.kind = TARGET_TEXT, .whole = f.whole};
	if (text.n > TARGET_MOST)
		return PIFU_OK;
	pifu_error ignored;
	pifu_error *told = err ? err : &ignored;
	for (size_t i = 0; i < g->ntargets; i++) {
		f.rule = &g->targets[i];
		out->rule = (uint16_t)i;
		if (f.rule->flags & without || !may_fit(f.rule, flags))
			continue;
		int found = try_rule(&f, m, a, out, told);
		if (found > 0)
			return PIFU_OK;
		if (found < 0)
			return told->status;
	}
	out->rule = 0;
	return PIFU_OK;
}

pifu_status pifu_target_read(const struct grammar *g, struct matcher *m, struct arena *a,
                             struct str text, uint32_t flags, struct target *out, pifu_error *err)
{
	return read_target(g, m, a, text, flags, 0, out, err);
}

pifu_status pifu_target_sure(const struct grammar *g, struct matcher *m, struct arena *a,
                             struct str text, uint32_t flags, struct target *out, pifu_error *err)
{
	return read_target(g, m, a, text, flags, TARGET_RULE_WEAK, out, err);
}
