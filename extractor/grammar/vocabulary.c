/* The vocabularies of a family: fields, headers, levels, words.
 *
 * Every text is folded as cells are (simplified characters, no blanks, no
 * marks), so that one hash of a cell's key answers what it may mean. For level
 * labels the forms vary in a regular way, and nobody should have to write that
 * out. From the stem of each label and alias (数量 of 数量指标) come
 *
 *     数量指标  数量  数量目标  数量值  数量指标值  数量指标等  数量等
 *
 * each a little dearer the further it is from the canonical wording, so that a
 * text that is one label's alias and another's own name is read as the latter
 * where nothing else speaks. A bare stem that is a word for targets is left out. */
#include "base/error.h"
#include "base/limits.h"
#include "grammar/build.h"
#include "grammar/keys.h"
#include "text/normalise.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct str pifu_build_fold(struct builder *b, struct node *n)
{
	if (n->folded.s)
		return n->folded;
	struct normal normal;
	if (pifu_text_normalise(b->arena, n->text, &normal, b->err) != PIFU_OK) {
		if (b->err)
			pifu_error_place(b->err, n->file.s, n->line, n->column);
		return STR_NONE;
	}
	if (normal.key.n == 0) {
		pifu_tree_error(n, b->err, "'%s' is empty once marks and blanks are taken off",
		                n->text.s);
		return STR_NONE;
	}
	n->folded = normal.key;
	return n->folded;
}

bool pifu_build_add(struct builder *b, struct node *n, enum meaning_kind kind, uint16_t id,
                    uint8_t penalty)
{
	struct str key = pifu_build_fold(b, n);
	if (!key.s)
		return false;
	struct meaning m = {(uint8_t)kind, penalty, id};
	return pifu_lexicon_add(b->arena, b->g->lexicon, key, m) || pifu_build_nomem(b);
}

bool pifu_build_add_all(struct builder *b, const struct node *list, enum meaning_kind kind,
                        uint16_t id, uint8_t penalty)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (!pifu_build_add(b, list->members[i].value, kind, id, penalty))
			return false;
	return true;
}

/* ---- Variants of a text -------------------------------------------------------- */

/* What may follow a text, and how far that is from the text itself. */
struct ending {
	struct str text;
	uint8_t penalty;
};

static bool add_variant(struct builder *b, struct node *n, struct str stem, const struct ending *e)
{
	pifu_buf_clear(&b->text);
	pifu_buf_str(&b->text, stem);
	pifu_buf_str(&b->text, e->text);
	if (b->text.failed)
		return pifu_build_nomem(b);
	struct str text = pifu_arena_str(b->arena, pifu_buf_view(&b->text));
	if (!text.s)
		return pifu_build_nomem(b);
	n->variants[n->nvariants] = text;
	n->penalties[n->nvariants++] = e->penalty;
	return true;
}

/* Put each ending behind the stem, once for all families that inherit the node. */
static bool make_variants(struct builder *b, struct node *n, struct str stem,
                          const struct ending *endings, size_t count)
{
	n->nvariants = 0;
	n->penalties = ARENA_ARRAY(b->arena, uint8_t, count);
	n->variants = ARENA_ARRAY(b->arena, struct str, count);
	if (!n->penalties || !n->variants)
		return pifu_build_nomem(b);
	for (size_t i = 0; i < count; i++)
		if (!add_variant(b, n, stem, &endings[i]))
			return false;
	return true;
}

/* ---- Head fields ---------------------------------------------------------------- */

static const char *const field_types[] = {
	[FIELD_TEXT] = "text", [FIELD_AMOUNT] = "amount", [FIELD_GOALS] = "goals",
	[FIELD_YEAR] = "year", [FIELD_IGNORE] = "ignore",
};

/* The first two serve every field; an amount's label has its unit, a name's the word for a seal. */
static const struct ending amount_endings[] = {
	{{"", 0}, 0},        {{":", 1}, 0},    {{"(万元)", 8}, 0},
	{{"(万元):", 9}, 0}, {{"(元)", 5}, 0}, {{"(元):", 6}, 0},
};
static const struct ending text_endings[] = {
	{{"", 0}, 0},        {{":", 1}, 0},      {{"(盖章)", 8}, 0},
	{{"(盖章):", 9}, 0}, {{"(公章)", 8}, 0}, {{"(公章):", 9}, 0},
};

static bool make_field_variants(struct builder *b, struct node *n, struct str key,
                                enum field_type type)
{
	if (type == FIELD_AMOUNT)
		return make_variants(b, n, key, amount_endings, COUNT(amount_endings));
	return make_variants(b, n, key, text_endings, type == FIELD_TEXT ? COUNT(text_endings) : 2);
}

static bool add_field_label(struct builder *b, struct node *n, uint16_t id, enum field_type type)
{
	struct str key = pifu_build_fold(b, n);
	if (!key.s)
		return false;
	if (!n->variants && !make_field_variants(b, n, key, type))
		return false;
	struct meaning m = {MEANING_FIELD, 0, id};
	for (size_t i = 0; i < n->nvariants; i++)
		if (!pifu_lexicon_add(b->arena, b->g->lexicon, n->variants[i], m))
			return pifu_build_nomem(b);
	return true;
}

bool pifu_build_fields(struct builder *b, const struct node *value)
{
	struct grammar *g = b->g;
	g->nfields = 0;
	g->fields = ARENA_ARRAY(b->arena, struct field, value->count);
	if (!g->fields)
		return pifu_build_nomem(b);
	for (; g->nfields < value->count; g->nfields++) {
		const struct member *m = &value->members[g->nfields];
		const struct node *labels = pifu_tree_get(m->value, "labels");
		struct str type = pifu_tree_text(m->value, "type");
		struct field *f = &g->fields[g->nfields];
		f->key = m->key;
		f->type = (enum field_type)pifu_build_index(type, field_types, COUNT(field_types));
		for (size_t i = 0; labels && i < labels->count; i++)
			if (!add_field_label(b, labels->members[i].value, (uint16_t)g->nfields,
			                     f->type))
				return false;
	}
	return true;
}

/* ---- Columns ---------------------------------------------------------------------- */

bool pifu_build_columns(struct builder *b, const struct node *value)
{
	for (size_t i = 0; i < value->count; i++) {
		uint16_t role = pifu_keys_role(value->members[i].key);
		if (!pifu_build_add_all(b, value->members[i].value, MEANING_HEADER, role, 0))
			return false;
	}
	return true;
}

/* ---- Levels ------------------------------------------------------------------------ */

static const struct ending label_endings[] = {
	{{"指标", 6}, 0},   {{"", 0}, 1},       {{"目标", 6}, 2}, {{"值", 3}, 2},
	{{"指标值", 9}, 2}, {{"指标等", 9}, 2}, {{"等", 3}, 3},
};

static bool make_label_variants(struct builder *b, struct node *n)
{
	struct str stem = pifu_build_fold(b, n);
	if (!stem.s)
		return false;
	if (n->variants)
		return true;
	if (pifu_str_ends(stem, STR("指标")) && stem.n > 6)
		stem.n -= 6;
	return make_variants(b, n, stem, label_endings, COUNT(label_endings));
}

/* 满意 of 满意指标 and 完成 of 完成指标 are targets far more often than labels. */
static bool is_target_word(const struct builder *b, struct str text)
{
	const struct node *words = pifu_tree_get(b->root, "words");
	for (size_t i = 0; words && i < words->count; i++)
		if (pifu_str_eq(words->members[i].value->text, text))
			return true;
	return false;
}

static bool add_label_text(struct builder *b, struct node *n, uint16_t label, uint8_t penalty)
{
	if (!make_label_variants(b, n))
		return false;
	for (size_t i = 0; i < n->nvariants; i++) {
		struct meaning m = {MEANING_LABEL, (uint8_t)(n->penalties[i] + penalty), label};
		/* An alias written without 指标 is as it should be: 数量 as 数量. */
		if (pifu_str_eq(n->variants[i], n->folded))
			m.penalty = penalty;
		else if (n->penalties[i] == 1 && is_target_word(b, n->variants[i]))
			continue;
		if (!pifu_lexicon_add(b->arena, b->g->lexicon, n->variants[i], m))
			return pifu_build_nomem(b);
	}
	return true;
}

static bool add_label_texts(struct builder *b, const struct node *list, uint16_t label)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (!add_label_text(b, list->members[i].value, label, 1))
			return false;
	return true;
}

/* Index of the label with this text at this level, or UINT16_MAX. */
static uint16_t find_label(const struct grammar *g, uint8_t level, struct str text)
{
	for (size_t i = 0; i < g->nlabels; i++)
		if (g->labels[i].level == level && g->labels[i].implies == UINT16_MAX &&
		    pifu_str_eq(g->labels[i].text, text))
			return (uint16_t)i;
	return UINT16_MAX;
}

static bool refer_label(struct builder *b, const struct node *n, uint8_t level, uint16_t *id)
{
	*id = find_label(b->g, level, n->text);
	if (*id != UINT16_MAX)
		return true;
	const char *names[256];
	size_t count = 0;
	for (size_t i = 0; i < b->g->nlabels && count < COUNT(names); i++)
		if (b->g->labels[i].level == level)
			names[count++] = b->g->labels[i].text.s;
	const char *near = pifu_keys_suggest(n->text, names, count);
	return pifu_tree_error(n, b->err, "'%s' is no label of level %d%s%s%s", n->text.s, level,
	                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static struct label *new_label(struct builder *b, const struct node *at, uint8_t level,
                               struct str text)
{
	struct grammar *g = b->g;
	/* The bit set of parents has one bit for each level-1 label. */
	if (level == 1 && g->nlabels >= 64) {
		pifu_tree_error(at, b->err,
		                "no more than 64 labels can stand before the last of level 1");
		return NULL;
	}
	struct label *l = &g->labels[g->nlabels++];
	*l = (struct label){.text = text,
	                    .level = level,
	                    .parent = UINT16_MAX,
	                    .implies = UINT16_MAX};
	return l;
}

/* A label said a second time (a family adds aliases to an inherited one) is the same label. */
static struct label *open_label(struct builder *b, const struct node *item, uint8_t level)
{
	struct node *text = pifu_tree_get(item, "label");
	uint16_t id = find_label(b->g, level, text->text);
	struct label *l =
		id == UINT16_MAX ? new_label(b, item, level, text->text) : &b->g->labels[id];
	if (!l)
		return NULL;
	id = (uint16_t)(l - b->g->labels);
	if (!add_label_text(b, text, id, 0) ||
	    !add_label_texts(b, pifu_tree_get(item, "aliases"), id))
		return NULL;
	return l;
}

static bool build_level1(struct builder *b, const struct node *item)
{
	return open_label(b, item, 1) != NULL;
}

/* Whoever may stand under a label may stand under what else bears its text. */
static uint64_t parent_bits(const struct grammar *g, uint16_t parent)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < g->nlabels && i < 64; i++)
		if (g->labels[i].level == 1 &&
		    pifu_str_eq(g->labels[i].text, g->labels[parent].text))
			bits |= UINT64_C(1) << i;
	return bits;
}

static bool build_level2(struct builder *b, const struct node *item)
{
	struct label *l = open_label(b, item, 2);
	const struct node *under = pifu_tree_get(item, "under");
	const struct node *also = pifu_tree_get(item, "also_under");
	uint16_t id;
	if (!l)
		return false;
	if (under) {
		if (!refer_label(b, under, 1, &id))
			return false;
		l->parent = id;
		l->parents |= parent_bits(b->g, id);
	}
	for (size_t i = 0; also && i < also->count; i++) {
		if (!refer_label(b, also->members[i].value, 1, &id))
			return false;
		l->parents |= parent_bits(b->g, id);
	}
	return true;
}

/* A text over both columns: a level-1 label of its own, which implies its level 2. */
static bool build_both(struct builder *b, const struct node *item)
{
	struct grammar *g = b->g;
	struct node *level1 = pifu_tree_get(item, "level1");
	uint16_t first, second;
	if (!refer_label(b, level1, 1, &first) ||
	    !refer_label(b, pifu_tree_get(item, "level2"), 2, &second))
		return false;
	struct label *l = new_label(b, item, 1, g->labels[first].text);
	if (!l)
		return false;
	l->implies = second;
	for (size_t i = 0; i < g->nlabels; i++)
		if (first < 64 && g->labels[i].parents >> first & 1)
			g->labels[i].parents |= UINT64_C(1) << (l - g->labels);
	return add_label_texts(b, pifu_tree_get(item, "aliases"), (uint16_t)(l - g->labels));
}

/* The items of one list that come from one file. */
static bool build_items(struct builder *b, const struct node *list, struct str file,
                        bool (*build)(struct builder *, const struct node *))
{
	for (size_t i = 0; list && i < list->count; i++) {
		const struct node *item = list->members[i].value;
		if (pifu_str_eq(item->file, file) && !build(b, item))
			return false;
	}
	return true;
}

/* File by file along the line of inheritance: a label has one number in all
 * families that know it, whatever they add. */
bool pifu_build_levels(struct builder *b, const struct node *value)
{
	const struct node *level1 = pifu_tree_get(value, "level1");
	const struct node *level2 = pifu_tree_get(value, "level2");
	const struct node *both = pifu_tree_get(value, "both");
	size_t most = (level1 ? level1->count : 0) + (level2 ? level2->count : 0) +
	              (both ? both->count : 0);
	if (most >= UINT16_MAX)
		return pifu_tree_error(value, b->err, "too many labels");
	b->g->nlabels = 0;
	b->g->labels = ARENA_ARRAY(b->arena, struct label, most);
	if (!b->g->labels)
		return pifu_build_nomem(b);
	for (size_t i = 0; i < b->nlineage; i++)
		if (!build_items(b, level1, b->lineage[i], build_level1) ||
		    !build_items(b, level2, b->lineage[i], build_level2) ||
		    !build_items(b, both, b->lineage[i], build_both))
			return false;
	return true;
}

/* ---- Words --------------------------------------------------------------------------- */

bool pifu_build_words(struct builder *b, const struct node *value)
{
	return pifu_build_add_all(b, value, MEANING_WORDS, 0, 0);
}

bool pifu_build_units(struct builder *b, const struct node *value)
{
	return pifu_build_add_all(b, value, MEANING_UNIT, 0, 0);
}

bool pifu_build_directions(struct builder *b, const struct node *value)
{
	return pifu_build_add_all(b, value, MEANING_DIRECTION, 0, 0);
}

bool pifu_build_standards(struct builder *b, const struct node *value)
{
	return pifu_build_add_all(b, value, MEANING_STANDARD, 0, 0);
}

static bool build_endings(struct builder *b, const struct node *value, struct endings *endings)
{
	if (!pifu_endings_new(b->arena, endings, value->count))
		return pifu_build_nomem(b);
	for (size_t i = 0; i < value->count; i++) {
		struct str ending = pifu_build_fold(b, value->members[i].value);
		if (!ending.s)
			return false;
		pifu_endings_add(endings, ending);
	}
	return true;
}

bool pifu_build_name_endings(struct builder *b, const struct node *value)
{
	return build_endings(b, value, &b->g->name_endings);
}

bool pifu_build_weak_endings(struct builder *b, const struct node *value)
{
	return build_endings(b, value, &b->g->weak_endings);
}
