/* The table of keys, and the check of a file against it. */
#include "grammar/keys.h"

#include <stdio.h>

#include "grammar/build.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- Words ---------------------------------------------------------------- */

static const char *const role_words[] = {
#define PIFU_ROLE(id, key, field, meaning) key,
#include "grammar/roles.def"
#undef PIFU_ROLE
};
static const char *const account_words[] = {
#define PIFU_ACCOUNT(id, code, meaning) code,
#include "pifu_codes.def"
#undef PIFU_ACCOUNT
};
static const char *const field_type_words[] = {"text", "amount", "goals", "year", "ignore"};
static const char *const kind_words[] = {"number", "range", "date", "text", "missing"};
static const char *const target_flag_words[] = {
#define PIFU_TARGET_FLAG(id, key, bit, meaning) key,
#include "text/target_flags.def"
#undef PIFU_TARGET_FLAG
};
static const char *const comparator_words[] = {"ge", "gt", "eq", "le", "lt", "approx"};

/* ---- Shapes of values ------------------------------------------------------ */

static const struct shape text = {.kind = SHAPE_TEXT, .expected = "a text"};
static const struct shape pattern = {.kind = SHAPE_TEXT, .expected = "a pattern"};
static const struct shape flag = {.kind = SHAPE_FLAG, .expected = "true or false"};
static const struct shape number = {.kind = SHAPE_NUMBER, .expected = "a number"};
static const struct shape texts = {.kind = SHAPE_LIST,
                                   .expected = "a list of texts",
                                   .item = &text};

#define WORD(list, what)                                                                   \
	{                                                                                  \
		.kind = SHAPE_WORD, .expected = what, .words = list, .nwords = COUNT(list) \
	}
#define MAP(list, what)                                                                 \
	{                                                                               \
		.kind = SHAPE_MAP, .expected = what, .keys = list, .nkeys = COUNT(list) \
	}
#define LIST(of, what)                                            \
	{                                                         \
		.kind = SHAPE_LIST, .expected = what, .item = &of \
	}
#define OPEN(of, what)                                            \
	{                                                         \
		.kind = SHAPE_OPEN, .expected = what, .item = &of \
	}

static const struct shape role = WORD(role_words, "a column");
static const struct shape account = WORD(account_words, "an account");
static const struct shape field_type = WORD(field_type_words, "a type of field");
static const struct shape target_kind = WORD(kind_words, "a kind of target");
static const struct shape comparator = WORD(comparator_words, "a comparator");
static const struct shape target_flag = WORD(target_flag_words, "a flag of a target rule");
static const struct shape target_flags = LIST(target_flag, "a list of flags");

static const struct key clue_keys[] = {
	{"title", &pattern, 0, NULL},
	{"field", &text, 0, NULL},
	{"column", &role, 0, NULL},
	{"score", &number, KEY_REQUIRED, NULL},
};
static const struct shape clue = MAP(clue_keys, "a clue {title, field or column; score}");
static const struct shape clues = LIST(clue, "a list of clues");

static const struct key field_keys[] = {
	{"labels", &texts, 0, NULL},
	{"type", &field_type, 0, NULL},
};
static const struct shape field = MAP(field_keys, "a field {labels, type}");
static const struct shape fields = OPEN(field, "a map of fields");

static const struct key column_keys[] = {
#define PIFU_ROLE(id, key, record_field, meaning) {key, &texts, 0, NULL},
#include "grammar/roles.def"
#undef PIFU_ROLE
};
static const struct shape columns = MAP(column_keys, "a map from columns to their headers");

static const struct key column_pattern_keys[] = {
	{"column", &role, KEY_REQUIRED, NULL},
	{"pattern", &pattern, KEY_REQUIRED, NULL},
};
static const struct shape column_pattern =
	MAP(column_pattern_keys, "a header pattern {column, pattern}");
static const struct shape column_patterns = LIST(column_pattern, "a list of header patterns");

static const struct key level1_keys[] = {
	{"label", &text, KEY_REQUIRED, NULL},
	{"aliases", &texts, 0, NULL},
};
static const struct key level2_keys[] = {
	{"label", &text, KEY_REQUIRED, NULL},
	{"under", &text, 0, NULL},
	{"also_under", &texts, 0, NULL},
	{"aliases", &texts, 0, NULL},
};
static const struct key both_keys[] = {
	{"level1", &text, KEY_REQUIRED, NULL},
	{"level2", &text, KEY_REQUIRED, NULL},
	{"aliases", &texts, KEY_REQUIRED, NULL},
};
static const struct shape level1 = MAP(level1_keys, "a level-1 label {label, aliases}");
static const struct shape level2 =
	MAP(level2_keys, "a level-2 label {label, under, also_under, aliases}");
static const struct shape both =
	MAP(both_keys, "a label over both levels {level1, level2, aliases}");
static const struct shape level1_list = LIST(level1, "a list of level-1 labels");
static const struct shape level2_list = LIST(level2, "a list of level-2 labels");
static const struct shape both_list = LIST(both, "a list of labels over both levels");
static const struct key level_keys[] = {
	{"level1", &level1_list, 0, NULL},
	{"level2", &level2_list, 0, NULL},
	{"both", &both_list, 0, NULL},
};
static const struct shape levels = MAP(level_keys, "the levels {level1, level2, both}");

static const struct key pattern_keys[] = {
	{"function", &pattern, 0, NULL},    {"title", &pattern, 0, NULL},
	{"year", &pattern, 0, NULL},        {"end", &pattern, 0, NULL},
	{"name_mark", &pattern, 0, NULL},   {"placeholder", &pattern, 0, NULL},
	{"label_score", &pattern, 0, NULL},
};
static const struct shape patterns = MAP(pattern_keys, "a map of patterns");

static const struct shape pattern_list = LIST(pattern, "a list of patterns");
static const struct key prose_keys[] = {
	{"items", &pattern_list, 0, NULL},
	{"amount", &pattern, 0, NULL},
	{"project", &pattern, 0, NULL},
};
static const struct shape prose = MAP(prose_keys, "the patterns of prose {items, amount, project}");

static const struct key noise_keys[] = {
	{"pattern", &pattern, 0, NULL},
	{"words", &texts, 0, NULL},
	{"account", &account, KEY_REQUIRED, NULL},
};
static const struct shape noise_item = MAP(noise_keys, "noise {pattern or words; account}");
static const struct shape noise = LIST(noise_item, "a list of noise");

static const struct key comparator_keys[] = {
	{"ge", &texts, 0, NULL}, {"gt", &texts, 0, NULL}, {"eq", &texts, 0, NULL},
	{"le", &texts, 0, NULL}, {"lt", &texts, 0, NULL}, {"approx", &texts, 0, NULL},
};
static const struct shape comparators =
	MAP(comparator_keys, "a map from comparators to their spellings");

static const struct shape rules = OPEN(pattern, "a map of named patterns");

static const struct key target_keys[] = {
	{"name", &text, 0, NULL},
	{"pattern", &pattern, KEY_REQUIRED, NULL},
	{"kind", &target_kind, KEY_REQUIRED, NULL},
	{"comparator", &comparator, 0, NULL},
	{"flags", &target_flags, 0, NULL},
};
static const struct shape target =
	MAP(target_keys, "a target rule {pattern, kind, comparator, flags}");
static const struct shape targets = LIST(target, "a list of target rules");

static const struct key name_unit_keys[] = {
	{"endings", &texts, KEY_REQUIRED, NULL},
	{"units", &texts, KEY_REQUIRED, NULL},
};
static const struct shape name_unit = MAP(name_unit_keys, "a rule about units {endings, units}");
static const struct shape name_unit_list = LIST(name_unit, "a list of rules about units");
static const struct key sense_keys[] = {
	{"shares", &texts, 0, NULL},      {"counts", &texts, 0, NULL},
	{"open", &texts, 0, NULL},        {"more", &texts, 0, NULL},
	{"less", &texts, 0, NULL},        {"turns", &texts, 0, NULL},
	{"less_unless", &texts, 0, NULL}, {"units", &name_unit_list, 0, NULL},
};
static const struct shape senses = MAP(sense_keys, "a map of what names say of their targets");

static const struct key cost_keys[] = {
#define PIFU_COST(id, key, value, meaning) {key, &number, 0, NULL},
#include "grammar/costs.def"
#undef PIFU_COST
};
static const struct shape costs = MAP(cost_keys, "a map of costs");

static const struct key sample_keys[] = {
	{"input", &text, KEY_REQUIRED, NULL},
	{"expected", &texts, KEY_REQUIRED, NULL},
};
static const struct shape sample = MAP(sample_keys, "a sample {input, expected}");
static const struct shape samples = LIST(sample, "a list of samples");

/* In the order of building: who refers to another comes after it. */
static const struct key grammar_keys[] = {
	{"name", &text, KEY_REQUIRED | KEY_OWN, pifu_build_name},
	{"title", &text, KEY_REQUIRED | KEY_OWN, pifu_build_title},
	{"extends", &text, KEY_OWN, NULL},
	{"abstract", &flag, KEY_OWN, pifu_build_abstract},
	{"rules", &rules, 0, NULL},
	{"fields", &fields, KEY_WORDS, pifu_build_fields},
	{"columns", &columns, KEY_WORDS, pifu_build_columns},
	{"column_patterns", &column_patterns, KEY_OWN_FIRST | KEY_PATTERNS,
         pifu_build_column_patterns},
	{"recognise", &clues, KEY_PATTERNS, pifu_build_clues},
	{"levels", &levels, KEY_WORDS, pifu_build_levels},
	{"patterns", &patterns, KEY_PATTERNS, pifu_build_patterns},
	{"prose", &prose, KEY_PATTERNS, pifu_build_prose},
	{"noise", &noise, KEY_OWN_FIRST | KEY_WORDS | KEY_PATTERNS, pifu_build_noise},
	{"comparators", &comparators, KEY_WORDS, pifu_build_comparators},
	{"words", &texts, KEY_WORDS, pifu_build_words},
	{"units", &texts, KEY_WORDS, pifu_build_units},
	{"directions", &texts, KEY_WORDS, pifu_build_directions},
	{"standards", &texts, KEY_WORDS, pifu_build_standards},
	{"name_endings", &texts, 0, pifu_build_name_endings},
	{"name_endings_weak", &texts, 0, pifu_build_weak_endings},
	{"senses", &senses, 0, pifu_build_senses},
	{"targets", &targets, KEY_OWN_FIRST | KEY_PATTERNS, pifu_build_targets},
	{"costs", &costs, 0, pifu_build_costs},
	{"samples", &samples, KEY_OWN, pifu_build_samples},
};
const struct shape pifu_grammar_shape = MAP(grammar_keys, "a grammar");

/* ---- Suggestions ----------------------------------------------------------- */

enum { SUGGEST_BYTES = 40, EXPECTED_BYTES = 360 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance of two short words, in bytes; neighbours that changed places count once. */
static size_t word_distance(struct str a, struct str b)
{
	size_t rows[3][SUGGEST_BYTES + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b.n; j++)
		above[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
			               above[j - 1] + (a.s[i - 1] != b.s[j - 1]));
			if (i > 1 && j > 1 && a.s[i - 1] == b.s[j - 2] && a.s[i - 2] == b.s[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		size_t *spare = before;
		before = above, above = row, row = spare;
	}
	return above[b.n];
}

const char *pifu_keys_suggest(struct str word, const char *const *names, size_t n)
{
	if (word.n > SUGGEST_BYTES)
		return NULL;
	const char *best = NULL;
	size_t least = word.n / 3 + 1; /* one slip in a short word, more in a long one */
	for (size_t i = 0; i < n; i++) {
		struct str name = pifu_str_of(names[i]);
		if (name.n > SUGGEST_BYTES)
			continue;
		size_t d = word_distance(word, name);
		if (d < least || (d == least && !best)) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

uint16_t pifu_keys_role(struct str key)
{
	return pifu_build_index(key, role_words, COUNT(role_words));
}

/* ---- The check -------------------------------------------------------------- */

static const char *found_kind(const struct node *n)
{
	if (n->kind == NODE_LIST)
		return "a list";
	if (n->kind == NODE_MAP)
		return "a map";
	return n->plain && n->text.n == 0 ? "nothing" : "a text";
}

static bool is_number(struct str t)
{
	uint32_t i = t.n > 0 && t.s[0] == '-';
	uint32_t digits = 0, dots = 0;
	for (; i < t.n; i++) {
		if (t.s[i] == '.')
			dots++;
		else if (t.s[i] >= '0' && t.s[i] <= '9')
			digits++;
		else
			return false;
	}
	return digits > 0 && digits <= 9 && dots <= 1;
}

static bool is_flag(struct str t)
{
	return pifu_str_eq(t, STR("true")) || pifu_str_eq(t, STR("false"));
}

static bool fits_kind(const struct shape *shape, const struct node *n)
{
	switch (shape->kind) {
	case SHAPE_LIST:
		return n->kind == NODE_LIST;
	case SHAPE_MAP:
	case SHAPE_OPEN:
		return n->kind == NODE_MAP;
	case SHAPE_FLAG:
		return n->kind == NODE_TEXT && n->plain && is_flag(n->text);
	case SHAPE_NUMBER:
		return n->kind == NODE_TEXT && n->plain && is_number(n->text);
	default:
		return n->kind == NODE_TEXT && !(n->plain && n->text.n == 0);
	}
}

/* What may stand in place of an unknown word: the nearest, or else all there are. */
static void expect_names(char *out, size_t size, struct str word, const char *const *names,
                         size_t n)
{
	const char *near = pifu_keys_suggest(word, names, n);
	if (near) {
		snprintf(out, size, "; did you mean '%s'?", near);
		return;
	}
	int at = snprintf(out, size, "; expected one of ");
	for (size_t i = 0; i < n && (size_t)at < size; i++)
		at += snprintf(out + at, size - (size_t)at, "%s%s", i ? ", " : "", names[i]);
}

static bool tell_unknown(const struct node *at, pifu_error *err, const char *what, struct str word,
                         const char *where, const char *expected)
{
	return pifu_tree_error(at, err, "unknown %s '%.*s' in %s%s", what,
	                       (int)(word.n < 60 ? word.n : 60), word.s, where, expected);
}

static bool tell_key(const struct node *at, pifu_error *err, struct str word,
                     const struct shape *shape, const char *where)
{
	const char *names[64];
	char expected[EXPECTED_BYTES];
	size_t n = 0;
	for (; shape->keys && n < shape->nkeys && n < COUNT(names); n++)
		names[n] = shape->keys[n].name;
	expect_names(expected, sizeof expected, word, names, n);
	return tell_unknown(at, err, "key", word, where, expected);
}

static bool check_word(const struct shape *shape, const struct node *n, const char *where,
                       pifu_error *err)
{
	char expected[EXPECTED_BYTES];
	for (size_t i = 0; i < shape->nwords; i++)
		if (pifu_str_eq(n->text, pifu_str_of(shape->words[i])))
			return true;
	expect_names(expected, sizeof expected, n->text, shape->words, shape->nwords);
	return tell_unknown(n, err, "word", n->text, where, expected);
}

static const struct key *find_key(const struct shape *shape, struct str name)
{
	for (size_t i = 0; i < shape->nkeys; i++)
		if (pifu_str_eq(name, pifu_str_of(shape->keys[i].name)))
			return &shape->keys[i];
	return NULL;
}

static bool check_node(const struct shape *shape, const struct node *n, const char *where,
                       pifu_error *err);

static bool check_required(const struct shape *shape, const struct node *n, const char *where,
                           pifu_error *err)
{
	for (size_t i = 0; i < shape->nkeys; i++)
		if (shape->keys[i].flags & KEY_REQUIRED && !pifu_tree_get(n, shape->keys[i].name))
			return pifu_tree_error(n, err, "%s lacks the key '%s'", where,
			                       shape->keys[i].name);
	return true;
}

/* A place of its own for a member's key, so that messages point at the key. */
static struct node key_place(const struct node *map, const struct member *m)
{
	return (struct node){.file = map->file, .line = m->line, .column = m->column};
}

static bool check_map(const struct shape *shape, const struct node *n, const char *where,
                      pifu_error *err)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct member *m = &n->members[i];
		const struct key *k = find_key(shape, m->key);
		const struct node at = key_place(n, m);
		if (!k)
			return tell_key(&at, err, m->key, shape, where);
		char inside[64];
		snprintf(inside, sizeof inside, "'%s'", k->name);
		if (!check_node(k->shape, m->value, inside, err))
			return false;
	}
	return check_required(shape, n, where, err);
}

/* Free names are those that {name} in a pattern can refer to. */
static bool is_name(struct str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		char c = s.s[i];
		bool letter = c >= 'a' && c <= 'z';
		bool later = (c >= '0' && c <= '9') || c == '_' || c == '-';
		if (!letter && !(later && i > 0))
			return false;
	}
	return s.n > 0;
}

static bool check_open(const struct shape *shape, const struct node *n, const char *where,
                       pifu_error *err)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct member *m = &n->members[i];
		const struct node at = key_place(n, m);
		if (!is_name(m->key))
			return pifu_tree_error(
				&at, err, "'%.*s' in %s is no name: small letters, digits, - and _",
				(int)(m->key.n < 60 ? m->key.n : 60), m->key.s, where);
		if (!check_node(shape->item, m->value, where, err))
			return false;
	}
	return true;
}

static bool check_list(const struct shape *shape, const struct node *n, const char *where,
                       pifu_error *err)
{
	for (size_t i = 0; i < n->count; i++)
		if (!check_node(shape->item, n->members[i].value, where, err))
			return false;
	return true;
}

/* Goes as deep as the table of shapes, not as the file. */
static bool check_node(const struct shape *shape, const struct node *n, const char *where,
                       pifu_error *err)
{
	if (!fits_kind(shape, n))
		return pifu_tree_error(n, err, "expected %s in %s, found %s", shape->expected,
		                       where, found_kind(n));
	switch (shape->kind) {
	case SHAPE_WORD:
		return check_word(shape, n, where, err);
	case SHAPE_LIST:
		return check_list(shape, n, where, err);
	case SHAPE_MAP:
		return check_map(shape, n, where, err);
	case SHAPE_OPEN:
		return check_open(shape, n, where, err);
	default:
		return true;
	}
}

bool pifu_keys_check(const struct node *root, pifu_error *err)
{
	return check_node(&pifu_grammar_shape, root, "the grammar", err);
}
