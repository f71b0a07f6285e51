/* What a single token looks like: the cost of reading its text in each role.
 *
 *     text            level1 level2  name  target  unit
 *     数量指标          -      0      7      7      -     closed vocabulary
 *     数置指标          -      1.2    4      …            one character off
 *     社会效益          -      0.1    …                   alias, may go on below
 *     巡河出动次数       5      5      0      3            a name's ending
 *     ≥36次/年         7      7      6      0            a target by rule
 *     持续改善          5      5      3      0.2          a qualitative target
 *
 * The numbers are the grammar's; the aligner adds what position and order say. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/align.h"
#include "stage/classify.h"
#include "stage/memo.h"
#include "stage/values.h"

#define POINTS_MOST 100

struct look {
	struct aligner *a;
	struct arena *arena;
	const struct token *t;
	const struct meaning *meanings;
	size_t nmeanings;
	uint32_t kinds; /* bit set of meaning kinds */
	uint32_t chars;
	bool ending;   /* ends like a name */
	bool weak;     /* ends as names do and targets may */
	bool function; /* is a function by rule */
	const struct target *target;
};

static int16_t cost_of(const struct look *k, enum cost c)
{
	return (int16_t)k->a->w[c];
}
static bool means(const struct look *k, enum meaning_kind kind)
{
	return k->kinds & MEANING_BIT(kind);
}

/* ---- Labels ------------------------------------------------------------------ */

static void add_label(struct sense *s, struct label_guess guess)
{
	for (unsigned i = 0; i < s->nlabels; i++)
		if (s->labels[i].label == guess.label)
			return;
	if (s->nlabels < LABELS_MAX)
		s->labels[s->nlabels++] = guess;
}

static void exact_labels(const struct look *k, struct sense *s)
{
	const struct grammar *g = k->a->grammar;
	for (size_t i = 0; i < k->nmeanings; i++) {
		const struct meaning *m = &k->meanings[i];
		if (m->kind != MEANING_LABEL)
			continue;
		bool partial = k->t->key.n < g->labels[m->id].text.n;
		add_label(s,
		          (struct label_guess){m->id, (int16_t)(m->penalty * 10), false, partial});
	}
}

/* A label with some characters misread: dearer the larger the share that is off. */
static void near_labels(const struct look *k, struct sense *s)
{
	struct near_label near[LABELS_MAX];
	unsigned max = k->chars >= 6 ? 2 : 1;
	size_t n = pifu_lexicon_near(k->a->grammar->lexicon, k->t->key, max, near, LABELS_MAX);
	for (size_t i = 0; i < n; i++) {
		int32_t cost = cost_of(k, COST_LABEL_FUZZY) * near[i].distance;
		add_label(s, (struct label_guess){near[i].label, (int16_t)cost, true, false});
	}
}

static void cut_labels(const struct look *k, struct sense *s)
{
	uint16_t labels[LABELS_MAX];
	size_t n = pifu_lexicon_begins(k->a->grammar->lexicon, k->t->key, labels, LABELS_MAX);
	for (size_t i = 0; i < n; i++)
		add_label(s, (struct label_guess){labels[i],
		                                  (int16_t)(cost_of(k, COST_LABEL_FUZZY) * 3 / 4),
		                                  true, true});
	s->tail = pifu_lexicon_ends(k->a->grammar->lexicon, k->t->key, labels, 1) > 0;
}

/* No label has digits or signs, and one that is misread or cut ends otherwise
 * than names do: most words need not be compared with the vocabulary at all. */
static bool may_be_cut_label(const struct look *k)
{
	if (k->chars > 14 || k->t->flags & (TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT))
		return false;
	return !k->ending || pifu_str_ends(k->t->key, STR("标"));
}

static void guess_labels(const struct look *k, struct sense *s)
{
	exact_labels(k, s);
	if (!may_be_cut_label(k))
		return;
	if (s->nlabels > 0)
		return;
	if (k->chars > 1) /* 效 is one character off 时效, and no more like it for that */
		near_labels(k, s);
	cut_labels(k, s);
}

/* ---- Roles ------------------------------------------------------------------- */

static bool is_exact_label(const struct sense *s)
{
	return s->nlabels > 0 && !s->labels[0].mended;
}

static int16_t level_cost(const struct look *k, const struct sense *s, unsigned level)
{
	int16_t best = cost_of(k, COST_LABEL_UNKNOWN);
	if (s->has_number)
		best += 200;
	for (unsigned i = 0; i < s->nlabels; i++)
		if (k->a->grammar->labels[s->labels[i].label].level == level &&
		    s->labels[i].cost < best)
			best = s->labels[i].cost;
	return best;
}

static bool is_short_label(const struct look *k)
{
	struct str key = k->t->key;
	return k->chars >= 4 && !pifu_str_ends(key, STR("指标")) &&
	       !pifu_str_ends(key, STR("目标")) && !pifu_str_ends(key, STR("值")) &&
	       !pifu_str_ends(key, STR("等"));
}

static int16_t name_cost(const struct look *k, const struct sense *s)
{
	if (k->function || s->filler)
		return cost_of(k, COST_LABEL_AS_TEXT) + 100;
	bool both = k->ending && k->chars >= 4 && !pifu_str_ends(k->t->key, STR("指标"));
	if (both && s->nlabels) /* 群众满意度 is a label's alias and a good name */
		return cost_of(k, COST_LABEL_AS_TEXT) / 6;
	if (is_exact_label(s)) /* 社会影响 is a label without 指标, and a lazy name */
		return (int16_t)(cost_of(k, COST_LABEL_AS_TEXT) / (is_short_label(k) ? 2 : 1));
	if (s->tail)
		return cost_of(k, COST_LABEL_UNKNOWN);
	if (s->sure || means(k, MEANING_UNIT) || means(k, MEANING_COMPARATOR) ||
	    means(k, MEANING_DIRECTION))
		return cost_of(k, COST_NAME_NUMERIC);
	if (!(k->t->flags & (TEXT_HAN | TEXT_LATIN)))
		return cost_of(k, COST_NAME_NUMERIC);
	int16_t cost = (int16_t)(s->nlabels ? cost_of(k, COST_LABEL_AS_TEXT) / 2 : 0);
	if (means(k, MEANING_WORDS))
		return cost + cost_of(k, COST_NAME_AS_TARGET);
	if (means(k, MEANING_STANDARD))
		return cost + cost_of(k, COST_WRONG_TYPE);
	if (k->ending)
		return cost;
	if (k->weak)
		return cost + cost_of(k, COST_NAME_PLAIN) / 4;
	cost += cost_of(k, COST_NAME_PLAIN);
	return k->chars < 3 ? cost + 150 : cost;
}

static int16_t target_cost(const struct look *k, const struct sense *s)
{
	if (k->function || s->filler)
		return cost_of(k, COST_LABEL_AS_TEXT) + 100;
	if (means(k, MEANING_WORDS) && !is_exact_label(s)) /* 满意 may be half a label, too */
		return s->sure ? 0 : 20;
	if (is_exact_label(s) || s->tail)
		return cost_of(k, COST_LABEL_AS_TEXT);
	if (s->sure && s->has_number)
		return k->target->unit.s || k->target->comparator ? 0 : 50;
	if (s->sure)
		return 0;
	if (means(k, MEANING_STANDARD) || means(k, MEANING_COMPARATOR) ||
	    means(k, MEANING_DIRECTION))
		return cost_of(k, COST_WRONG_TYPE);
	if (s->nlabels)
		return cost_of(k, COST_WRONG_TYPE);
	if (k->weak)
		return cost_of(k, COST_NAME_WEAK);
	return k->ending ? cost_of(k, COST_NAME_AS_TARGET) : cost_of(k, COST_TARGET_WORDS);
}

/* Last year's value, the value reached, a place's value: targets that may be anything. */
static int16_t value_cost(const struct look *k, const struct sense *s)
{
	int16_t cost = target_cost(k, s);
	return cost > 0 && cost <= 100 ? cost + 20 : cost;
}

static int16_t unit_cost(const struct look *k, const struct sense *s)
{
	if (means(k, MEANING_UNIT))
		return 0;
	if (s->sure && s->has_number)
		return cost_of(k, COST_NAME_NUMERIC);
	if (is_exact_label(s) || means(k, MEANING_COMPARATOR))
		return cost_of(k, COST_LABEL_AS_TEXT);
	return k->chars <= 4 ? 120 : cost_of(k, COST_LABEL_UNKNOWN);
}

static int16_t comparator_cost(const struct look *k, const struct sense *s)
{
	(void)s;
	if (means(k, MEANING_COMPARATOR))
		return 0;
	return means(k, MEANING_DIRECTION) ? 10 : cost_of(k, COST_NAME_NUMERIC);
}

static int16_t direction_cost(const struct look *k, const struct sense *s)
{
	(void)s;
	return means(k, MEANING_DIRECTION) ? 0 : cost_of(k, COST_LABEL_UNKNOWN);
}

static int16_t points_cost(const struct look *k, const struct sense *s)
{
	if (!s->has_number)
		return cost_of(k, COST_WRONG_TYPE) + 50;
	bool plain = !k->target->unit.s && !k->target->comparator;
	bool over = k->target->kind == TARGET_NUMBER && k->target->number.n > 2 &&
	            pifu_values_number(k->target->number) > POINTS_MOST;
	if (over || k->target->comparator)
		return 200;
	return plain || !(k->t->flags & TEXT_HAN) ? 0 : 200;
}

static int16_t prose_cost(const struct look *k, const struct sense *s)
{
	if (means(k, MEANING_STANDARD))
		return 0;
	if (is_exact_label(s) || k->function)
		return cost_of(k, COST_LABEL_AS_TEXT);
	if (k->ending || k->weak)
		return 160;
	return s->has_number ? 200 : 60;
}

/* A remark is a sentence; what ends like a name is rather the next indicator. */
static int16_t note_cost(const struct look *k, const struct sense *s)
{
	return (int16_t)(prose_cost(k, s) + (k->ending ? 60 : 0));
}

static int16_t function_cost(const struct look *k, const struct sense *s)
{
	if (k->function)
		return 0;
	if (k->a->ruled_functions)
		return cost_of(k, COST_LABEL_AS_TEXT);
	return prose_cost(k, s) + 40;
}

/* An amount or a number beside the names of projects is none. */
static int16_t project_cost(const struct look *k, const struct sense *s)
{
	const struct pifu_doc *doc = k->a->doc;
	if (doc->row_kind[k->t->row] == ROW_HEAD)
		return 0;
	if (doc->slots[0].role == ROLE_PROJECT && doc->slots[0].token == PIFU_NONE &&
	    doc->span->project_rows)
		return COST_CAP;
	if (s->sure || !(k->t->flags & (TEXT_HAN | TEXT_LATIN)))
		return cost_of(k, COST_NAME_NUMERIC);
	if (is_exact_label(s) || k->function)
		return cost_of(k, COST_LABEL_AS_TEXT);
	return k->ending || k->weak ? 60 : 40;
}

static int16_t banner_cost(const struct look *k, const struct sense *s)
{
	(void)s;
	for (size_t i = 0; i < k->nmeanings; i++)
		if (k->meanings[i].kind == MEANING_HEADER && k->meanings[i].id == ROLE_BANNER)
			return 0;
	return COST_CAP;
}

/* What looks like an indicator or its target (≥31000平方米) is rather that of its row. */
static int16_t other_cost(const struct look *k, const struct sense *s)
{
	if (is_exact_label(s) || k->function)
		return cost_of(k, COST_LABEL_AS_TEXT);
	if (s->has_number)
		return k->target->comparator && k->target->unit.s ? 120 : 20;
	return k->ending ? 120 : 80;
}

static int16_t level1_cost(const struct look *k, const struct sense *s)
{
	return level_cost(k, s, 1);
}
static int16_t level2_cost(const struct look *k, const struct sense *s)
{
	return level_cost(k, s, 2);
}

/* Role and what a word costs in it. A list, not a table of functions, for this is done
 * for every text: in a row they need no calls. */
#define ROLE_COSTS(X)                  \
	X(FUNCTION, function_cost)     \
	X(PROJECT, project_cost)       \
	X(LEVEL1, level1_cost)         \
	X(LEVEL2, level2_cost)         \
	X(NAME, name_cost)             \
	X(BASIS, prose_cost)           \
	X(DIRECTION, direction_cost)   \
	X(COMPARATOR, comparator_cost) \
	X(TARGET, target_cost)         \
	X(UNIT, unit_cost)             \
	X(WEIGHT, points_cost)         \
	X(PRIOR, value_cost)           \
	X(LONG, value_cost)            \
	X(ACTUAL, value_cost)          \
	X(SCORE, points_cost)          \
	X(NOTE, note_cost)             \
	X(PLACE, value_cost)           \
	X(BANNER, banner_cost)         \
	X(OTHER, other_cost)

static void fill_costs(const struct look *k, struct sense *s, uint32_t roles)
{
	s->cost[ROLE_NONE] = COST_CAP;
#define FILL(role, cost_in)           \
	if (roles >> ROLE_##role & 1) \
		s->cost[ROLE_##role] = cost_in(k, s);
	ROLE_COSTS(FILL)
#undef FILL
}

/* ---- The look ------------------------------------------------------------------ */

/* Texts that cannot be a target by rule are not shown to the rules. */
static bool may_be_target(const struct token *t)
{
	const uint32_t signs = TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT | TEXT_HAN_DIGIT;
	return t->text.n <= 200 && (t->flags & signs);
}

static pifu_status look_target(struct look *k, struct sense *s, uint32_t token, pifu_error *err)
{
	struct pifu_doc *doc = k->a->doc;
	if (!may_be_target(k->t) || s->nlabels)
		return PIFU_OK;
	struct target read;
	pifu_status st = pifu_target_sure(k->a->grammar, doc->matcher, k->arena, k->t->text,
	                                  k->t->flags, &read, err);
	if (st != PIFU_OK || !read.sure)
		return st;
	struct target *target = pifu_arena_alloc(k->arena, sizeof *target);
	if (!target)
		return pifu_error_nomem(err);
	*target = read;
	k->target = doc->targets[token] = target;
	s->sure = true;
	s->has_number = target->kind == TARGET_NUMBER || target->kind == TARGET_RANGE;
	return PIFU_OK;
}

static bool is_function(const struct look *k)
{
	const struct rule *rule = k->a->grammar->function_rule;
	return k->a->ruled_functions && k->t->key.n >= 7 && k->chars < 80 && !k->nmeanings &&
	       pifu_rule_match(rule, k->a->doc->matcher, k->t->key, 0, NULL, 0, NULL) == 1;
}

static bool is_filler(const struct look *k)
{
	for (size_t i = 0; i < k->nmeanings; i++)
		if (k->meanings[i].kind == MEANING_NOISE &&
		    k->meanings[i].id == PIFU_ACCOUNT_NOISE_FILLER)
			return true;
	return false;
}

/* The costs of the roles in the set `roles`; targets that are read are kept in `arena`. */
static pifu_status look_at(struct aligner *a, uint32_t token, uint32_t roles, struct arena *arena,
                           struct sense *s, pifu_error *err)
{
	memset(s, 0, offsetof(struct sense, labels));
	struct look k = {.a = a, .arena = arena, .t = &a->doc->tokens[token]};
	if (a->grammar->lexicon == a->doc->grammars->common->lexicon) {
		k.meanings = k.t->meanings;
		k.nmeanings = k.t->nmeanings;
	} else {
		k.meanings = pifu_lexicon_find(a->grammar->lexicon, k.t->key, &k.nmeanings);
	}
	for (size_t i = 0; i < k.nmeanings; i++)
		k.kinds |= MEANING_BIT(k.meanings[i].kind);
	k.chars = pifu_utf8_count(k.t->key);
	uint32_t ending = pifu_endings_match(&a->grammar->name_endings, k.t->key),
		 weak = pifu_endings_match(&a->grammar->weak_endings, k.t->key);
	k.ending = ending > 0 && ending >= weak; /* 度 of 满意度, but 制度 */
	k.weak = !k.ending && weak > 0;
	guess_labels(&k, s);
	k.function = s->nlabels == 0 && is_function(&k);
	pifu_status st = k.function ? PIFU_OK : look_target(&k, s, token, err);
	if (st != PIFU_OK)
		return st;
	s->filler = is_filler(&k);
	s->ends_label = pifu_str_ends(k.t->key, STR("标")) || pifu_str_ends(k.t->key, STR("指"));
	s->left_over = pifu_str_ends(STR("指标"), k.t->key);
	fill_costs(&k, s, roles);
	return PIFU_OK;
}

static pifu_status look_sense(struct aligner *a, uint32_t token, uint32_t roles,
                              struct arena *arena, struct known_sense *out, pifu_error *err)
{
	pifu_status st = look_at(a, token, roles, arena, &out->sense, err);
	out->target = a->doc->targets[token];
	out->told = NULL;
	return st == PIFU_OK ? pifu_memo_class(a->memo, &out->sense, &out->class, err) : st;
}

/* What is known of a text holds for all words of that text. */
pifu_status pifu_align_sense(struct aligner *a, uint32_t token, struct known_sense *own,
                             const struct known_sense **out, pifu_error *err)
{
	struct pifu_doc *doc = a->doc;
	struct known_text *known = doc->tokens[token].known;
	if (!known) {
		*out = own;
		return look_sense(a, token, a->roles, doc->work, own, err);
	}
	struct known_sense *kept = known->senses[a->reading];
	*out = kept;
	if (kept) {
		doc->targets[token] = kept->target;
		return PIFU_OK;
	}
	struct arena *arena = pifu_known_arena(doc->known);
	if (!(kept = pifu_arena_alloc(arena, sizeof *kept)))
		return pifu_error_nomem(err);
	/* What is kept serves forms of other columns, too. */
	pifu_status st = look_sense(a, token, UINT32_MAX, arena, kept, err);
	if (st == PIFU_OK)
		*out = known->senses[a->reading] = kept;
	return st;
}
