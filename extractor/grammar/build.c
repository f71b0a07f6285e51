/* The keys of a family that are lists, patterns and numbers; names and
 * vocabularies are built in vocabulary.c. */
#include "grammar/build.h"

#include <stdio.h>

#include "base/error.h"
#include "grammar/keys.h"
#include "grammar/pattern.h"
#include "text/target.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool pifu_build_nomem(struct builder *b)
{
	pifu_error_nomem(b->err);
	return false;
}

uint16_t pifu_build_index(struct str word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pifu_str_eq(word, pifu_str_of(names[i])))
			return (uint16_t)i;
	return 0;
}

int32_t pifu_build_hundredths(struct str number)
{
	bool minus = number.n > 0 && number.s[0] == '-';
	int64_t value = 0;
	int decimals = -1; /* digits behind the point so far */
	for (uint32_t i = minus; i < number.n && decimals < 2; i++) {
		if (number.s[i] == '.') {
			decimals = 0;
			continue;
		}
		value = value * 10 + (number.s[i] - '0');
		decimals += decimals >= 0;
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
		value *= 10;
	return (int32_t)(minus ? -value : value);
}

/* What a rule is called in messages: its own name, or where it stands. */
static struct str rule_name(const struct node *item, char *out, size_t size)
{
	struct str own = pifu_tree_text(item, "name");
	if (own.s)
		return own;
	const char *slash = strrchr(item->file.s, '/');
	snprintf(out, size, "%s:%u", slash ? slash + 1 : item->file.s, item->line);
	return pifu_str_of(out);
}

static struct rule *compile_item(struct builder *b, const struct node *item)
{
	char buffer[200];
	return pifu_pattern_compile(b, pifu_tree_get(item, "pattern"),
	                            rule_name(item, buffer, sizeof buffer));
}

/* ---- Name, title ------------------------------------------------------------ */

bool pifu_build_name(struct builder *b, const struct node *value)
{
	for (uint32_t i = 0; i < value->text.n; i++) {
		char c = value->text.s[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
		if (!fine)
			return pifu_tree_error(value, b->err,
			                       "a family's name is made of a-z, 0-9 and -");
	}
	b->g->name = value->text;
	return true;
}

bool pifu_build_title(struct builder *b, const struct node *value)
{
	b->g->title = value->text;
	return true;
}

bool pifu_build_abstract(struct builder *b, const struct node *value)
{
	b->g->abstract = pifu_str_eq(value->text, STR("true"));
	return true;
}

/* ---- Patterns ---------------------------------------------------------------- */

static bool need_group(struct builder *b, const struct node *at, const struct rule *r,
                       const char *group)
{
	if (!group || pifu_rule_group(r, group))
		return true;
	return pifu_tree_error(at, b->err, "the pattern lacks the group (?<%s>...)", group);
}

bool pifu_build_patterns(struct builder *b, const struct node *value)
{
	struct grammar *g = b->g;
	const struct {
		const char *key;
		struct rule **into;
		const char *group;
	} slots[] = {
		{"function", &g->function_rule, "name"}, {"title", &g->title_rule, NULL},
		{"year", &g->year_rule, "year"},         {"end", &g->end_rule, NULL},
		{"name_mark", &g->name_mark, NULL},      {"placeholder", &g->placeholder, NULL},
		{"label_score", &g->label_score, NULL},
	};
	for (size_t i = 0; i < COUNT(slots); i++) {
		struct node *n = pifu_tree_get(value, slots[i].key);
		if (!n)
			continue;
		*slots[i].into = pifu_pattern_compile(b, n, pifu_str_of(slots[i].key));
		if (!*slots[i].into || !need_group(b, n, *slots[i].into, slots[i].group))
			return false;
	}
	return true;
}

/* One pattern of prose; a family may leave it out. */
static bool build_prose_rule(struct builder *b, struct node *n, const char *group,
                             struct rule **into)
{
	*into = n ? pifu_pattern_compile(b, n, STR("prose")) : NULL;
	return !n || (*into && need_group(b, n, *into, group));
}

bool pifu_build_prose(struct builder *b, const struct node *value)
{
	struct prose_rules *p = &b->g->prose;
	const struct node *items = pifu_tree_get(value, "items");
	size_t n = items ? items->count : 0;
	*p = (struct prose_rules){.items = ARENA_ARRAY(b->arena, struct rule *, n + 1)};
	if (!p->items)
		return pifu_build_nomem(b);
	for (; p->nitems < n; p->nitems++) {
		struct node *item = items->members[p->nitems].value;
		if (!build_prose_rule(b, item, "name", &p->items[p->nitems]) ||
		    !need_group(b, item, p->items[p->nitems], "target"))
			return false;
	}
	return build_prose_rule(b, pifu_tree_get(value, "amount"), NULL, &p->amount) &&
	       build_prose_rule(b, pifu_tree_get(value, "project"), "name", &p->project);
}

bool pifu_build_column_patterns(struct builder *b, const struct node *value)
{
	struct grammar *g = b->g;
	g->nheader_rules = 0;
	g->header_rules = ARENA_ARRAY(b->arena, struct header_rule, value->count);
	if (!g->header_rules)
		return pifu_build_nomem(b);
	for (size_t i = 0; i < value->count; i++) {
		const struct node *item = value->members[i].value;
		struct header_rule *h = &g->header_rules[i];
		h->role = pifu_keys_role(pifu_tree_text(item, "column"));
		h->rule = compile_item(b, item);
		if (!h->rule)
			return false;
		g->nheader_rules++;
	}
	return true;
}

/* ---- Recognition ------------------------------------------------------------- */

static bool find_field(struct builder *b, const struct node *key, uint16_t *id)
{
	const char *names[256];
	size_t n = 0;
	for (; n < b->g->nfields && n < COUNT(names); n++) {
		names[n] = b->g->fields[n].key.s;
		if (pifu_str_eq(key->text, b->g->fields[n].key)) {
			*id = (uint16_t)n;
			return true;
		}
	}
	const char *near = pifu_keys_suggest(key->text, names, n);
	return pifu_tree_error(key, b->err, "no field is named '%s' in 'fields'%s%s%s", key->text.s,
	                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool build_clue(struct builder *b, const struct node *item, struct clue *c)
{
	struct node *title = pifu_tree_get(item, "title");
	const struct node *field = pifu_tree_get(item, "field");
	const struct node *column = pifu_tree_get(item, "column");
	if ((title != NULL) + (field != NULL) + (column != NULL) != 1)
		return pifu_tree_error(item, b->err,
		                       "a clue is one of 'title', 'field' and 'column'");
	int32_t score = pifu_build_hundredths(pifu_tree_text(item, "score")) / 100;
	if (score < -1000 || score > 1000)
		return pifu_tree_error(pifu_tree_get(item, "score"), b->err,
		                       "a score is between -1000 and 1000");
	c->score = (int16_t)score;
	if (title) {
		char buffer[200];
		c->kind = CLUE_TITLE;
		c->title = pifu_pattern_compile(b, title, rule_name(item, buffer, sizeof buffer));
		return c->title != NULL;
	}
	c->kind = field ? CLUE_FIELD : CLUE_COLUMN;
	if (field)
		return find_field(b, field, &c->id);
	c->id = pifu_keys_role(column->text);
	return true;
}

bool pifu_build_clues(struct builder *b, const struct node *value)
{
	struct grammar *g = b->g;
	g->nclues = 0;
	g->clues = ARENA_ARRAY(b->arena, struct clue, value->count);
	if (!g->clues)
		return pifu_build_nomem(b);
	for (; g->nclues < value->count; g->nclues++)
		if (!build_clue(b, value->members[g->nclues].value, &g->clues[g->nclues]))
			return false;
	return true;
}

/* ---- Noise -------------------------------------------------------------------- */

static const char *const account_codes[] = {
#define PIFU_ACCOUNT(id, code, meaning) code,
#include "pifu_codes.def"
#undef PIFU_ACCOUNT
};

static bool build_noise_item(struct builder *b, const struct node *item)
{
	const struct node *pattern = pifu_tree_get(item, "pattern");
	const struct node *words = pifu_tree_get(item, "words");
	uint16_t account = pifu_build_index(pifu_tree_text(item, "account"), account_codes,
	                                    COUNT(account_codes));
	if ((pattern != NULL) == (words != NULL))
		return pifu_tree_error(item, b->err,
		                       "noise is either a 'pattern' or a list of 'words'");
	if (words)
		return pifu_build_add_all(b, words, MEANING_NOISE, account, 0);
	struct rule *r = compile_item(b, item);
	if (!r)
		return false;
	b->g->noise[b->g->nnoise++] = (struct noise_rule){r, (pifu_account)account};
	return true;
}

bool pifu_build_noise(struct builder *b, const struct node *value)
{
	b->g->nnoise = 0;
	b->g->noise = ARENA_ARRAY(b->arena, struct noise_rule, value->count);
	if (!b->g->noise)
		return pifu_build_nomem(b);
	for (size_t i = 0; i < value->count; i++)
		if (!build_noise_item(b, value->members[i].value))
			return false;
	return true;
}

/* ---- Targets ------------------------------------------------------------------- */

static const struct {
	const char *key;
	uint8_t bits;
} target_flags[] = {
#define PIFU_TARGET_FLAG(id, key, bit, meaning) {key, (uint8_t)(1u << (bit))},
#include "text/target_flags.def"
#undef PIFU_TARGET_FLAG
};

static uint8_t read_flags(const struct node *list)
{
	uint8_t flags = 0;
	for (size_t i = 0; list && i < list->count; i++)
		for (size_t k = 0; k < COUNT(target_flags); k++)
			if (pifu_str_eq(list->members[i].value->text,
			                pifu_str_of(target_flags[k].key)))
				flags |= target_flags[k].bits;
	return flags;
}

static const char *const kind_names[] = {
	[TARGET_MISSING] = "missing", [TARGET_NUMBER] = "number", [TARGET_RANGE] = "range",
	[TARGET_DATE] = "date",       [TARGET_TEXT] = "text",
};
static const char *const comparator_keys[] = {
	[COMPARATOR_NONE] = "",         [COMPARATOR_GE] = "ge", [COMPARATOR_GT] = "gt",
	[COMPARATOR_EQ] = "eq",         [COMPARATOR_LE] = "le", [COMPARATOR_LT] = "lt",
	[COMPARATOR_APPROX] = "approx",
};

static void find_groups(struct target_rule *t)
{
	static const char *const names[TARGET_GROUPS] = {
		[TARGET_GROUP_COMPARATOR] = "comparator",
		[TARGET_GROUP_NUMBER] = "number",
		[TARGET_GROUP_MAX] = "max",
		[TARGET_GROUP_UNIT] = "unit",
		[TARGET_GROUP_TAIL] = "tail",
	};
	for (size_t i = 0; i < TARGET_GROUPS; i++) {
		uint32_t group = pifu_rule_group(t->rule, names[i]);
		t->groups[i] = (uint8_t)(group < TARGET_SPANS ? group : 0);
		if (t->groups[i] >= t->ngroups)
			t->ngroups = (uint8_t)(t->groups[i] + 1);
	}
}

bool pifu_build_targets(struct builder *b, const struct node *value)
{
	struct grammar *g = b->g;
	g->ntargets = 0;
	g->targets = ARENA_ARRAY(b->arena, struct target_rule, value->count);
	if (!g->targets)
		return pifu_build_nomem(b);
	for (; g->ntargets < value->count; g->ntargets++) {
		const struct node *item = value->members[g->ntargets].value;
		struct target_rule *t = &g->targets[g->ntargets];
		t->rule = compile_item(b, item);
		if (!t->rule)
			return false;
		t->kind = (uint8_t)pifu_build_index(pifu_tree_text(item, "kind"), kind_names,
		                                    COUNT(kind_names));
		t->comparator = (uint8_t)pifu_build_index(pifu_tree_text(item, "comparator"),
		                                          comparator_keys, COUNT(comparator_keys));
		t->flags = read_flags(pifu_tree_get(item, "flags"));
		find_groups(t);
	}
	return true;
}

bool pifu_build_comparators(struct builder *b, const struct node *value)
{
	for (size_t i = 0; i < value->count; i++) {
		uint16_t id = pifu_build_index(value->members[i].key, comparator_keys,
		                               COUNT(comparator_keys));
		if (!pifu_build_add_all(b, value->members[i].value, MEANING_COMPARATOR, id, 0))
			return false;
	}
	return true;
}

/* ---- Costs ---------------------------------------------------------------------- */

static const struct {
	const char *key;
	double value;
} cost_table[COST_COUNT] = {
#define PIFU_COST(id, key, value, meaning) {key, value},
#include "grammar/costs.def"
#undef PIFU_COST
};

static void default_costs(struct grammar *g)
{
	for (size_t i = 0; i < COST_COUNT; i++)
		g->costs[i] = (int32_t)(cost_table[i].value * 100 + 0.5);
}

bool pifu_build_costs(struct builder *b, const struct node *value)
{
	for (size_t i = 0; i < COST_COUNT; i++) {
		const struct node *n = pifu_tree_get(value, cost_table[i].key);
		if (!n)
			continue;
		int32_t cost = pifu_build_hundredths(n->text);
		if (i == COST_DOUBT && (cost < 0 || cost > 100))
			return pifu_tree_error(n, b->err, "a confidence is between 0 and 1");
		if (i == COST_CERTAIN && cost == 0)
			return pifu_tree_error(n, b->err, "a margin is more than 0");
		if (cost < 0 || cost > 100000)
			return pifu_tree_error(n, b->err, "a cost is between 0 and 1000");
		b->g->costs[i] = cost;
	}
	return true;
}

/* ---- Samples --------------------------------------------------------------------- */

static bool build_sample(struct builder *b, const struct node *item, struct sample *s)
{
	const struct node *input = pifu_tree_get(item, "input");
	const struct node *expected = pifu_tree_get(item, "expected");
	*s = (struct sample){.file = item->file, .line = input->line, .input = input->text};
	s->expected = ARENA_ARRAY(b->arena, struct str, expected->count);
	s->expected_line = ARENA_ARRAY(b->arena, uint32_t, expected->count);
	if (!s->expected || !s->expected_line)
		return pifu_build_nomem(b);
	for (; s->nexpected < expected->count; s->nexpected++) {
		s->expected[s->nexpected] = expected->members[s->nexpected].value->text;
		s->expected_line[s->nexpected] = expected->members[s->nexpected].line;
	}
	return true;
}

bool pifu_build_samples(struct builder *b, const struct node *value)
{
	struct grammar *g = b->g;
	g->nsamples = 0;
	g->samples = ARENA_ARRAY(b->arena, struct sample, value->count);
	if (!g->samples)
		return pifu_build_nomem(b);
	for (; g->nsamples < value->count; g->nsamples++)
		if (!build_sample(b, value->members[g->nsamples].value, &g->samples[g->nsamples]))
			return false;
	return true;
}

/* ---- The family -------------------------------------------------------------------- */

/* A lexicon of the family's own is needed where any of its vocabularies is. */
static bool has_own_words(const struct builder *b)
{
	if (!b->base)
		return true;
	for (size_t i = 0; i < pifu_grammar_shape.nkeys; i++) {
		const struct key *k = &pifu_grammar_shape.keys[i];
		if (k->flags & KEY_WORDS &&
		    pifu_tree_get(b->root, k->name) != pifu_tree_get(b->base->tree, k->name))
			return true;
	}
	return false;
}

static bool must_build(const struct builder *b, const struct key *k, const struct node *value,
                       bool own_words)
{
	if (!value || !k->build)
		return false;
	if (!b->base || k->flags & KEY_OWN || value != pifu_tree_get(b->base->tree, k->name))
		return true;
	bool own_rules = b->fragments != pifu_tree_get(b->base->tree, "rules");
	return (own_words && k->flags & KEY_WORDS) || (own_rules && k->flags & KEY_PATTERNS);
}

static void start_family(struct builder *b)
{
	struct grammar *g = b->g;
	if (b->base)
		*g = *b->base;
	else
		default_costs(g);
	g->abstract = false;
	g->samples = NULL;
	g->nsamples = 0;
	g->tree = b->root;
	b->fragments = pifu_tree_get(b->root, "rules");
}

bool pifu_family_build(struct builder *b)
{
	start_family(b);
	bool own_words = has_own_words(b);
	if (own_words && !(b->g->lexicon = pifu_lexicon_new(b->arena)))
		return pifu_build_nomem(b);
	for (size_t i = 0; i < pifu_grammar_shape.nkeys; i++) {
		const struct key *k = &pifu_grammar_shape.keys[i];
		const struct node *value = pifu_tree_get(b->root, k->name);
		if (must_build(b, k, value, own_words) && !k->build(b, value))
			return false;
	}
	if (own_words && !pifu_lexicon_seal(b->arena, b->g->lexicon))
		return pifu_build_nomem(b);
	return pifu_pattern_unused(b);
}
