/* Endings of names, read from the last character to the first.
 *
 *     root <- 率 [share] <- 格 <- 合 [more]          设备合格率: share, more is better
 *          |             <- 诉 <- 投 [less]          投诉率:     share, less is better
 *          |             <- 长 <- 增 [open]          增长率:     no share of a whole
 *          <- 数 [count] <- 人 [units 人 名 …]
 *
 * Each list marks the nodes at which its endings begin; a name walks down as
 * far as its characters go, and of each kind of mark the last one met (the
 * longest ending) counts. A name that does not end like any leaves at its
 * second character. */
#include "grammar/senses.h"

#include "grammar/build.h"
#include "text/normalise.h"
#include "text/simplify.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MARK_NONE, MARK_OPEN, MARK_SHARE, MARK_COUNT };

struct sense_node {
	uint8_t class;  /* MARK_… */
	uint8_t aim;    /* enum name_aim */
	uint16_t units; /* 0: none, else index + 1 */
};

struct sense_edge {
	uint32_t from, c; /* c 0: free */
	uint32_t to;
};

static inline size_t edge_slot(const struct name_senses *s, uint32_t from, uint32_t c)
{
	uint32_t h = (from * 0x9E3779B1u ^ c) * 0x85EBCA6Bu;
	size_t k = (h ^ h >> 15) & (s->slots - 1);
	while (s->edges[k].c && (s->edges[k].from != from || s->edges[k].c != c))
		k = (k + 1) & (s->slots - 1);
	return k;
}

/* The character that ends at `*at`, simplified; `*at` moves in front of it. */
static inline uint32_t step_back(struct str text, uint32_t *at)
{
	const unsigned char *u = (const unsigned char *)text.s + *at;
	uint32_t from = *at - 1, c;
	if (*at >= 3 && (u[-3] & 0xF0) == 0xE0) { /* nearly all: three bytes */
		*at -= 3;
		c = (u[-3] & 0x0Fu) << 12 | (u[-2] & 0x3Fu) << 6 | (u[-1] & 0x3Fu);
		return pifu_text_traditional(c) ? pifu_text_simplify(c) : c;
	}
	while (from > 0 && ((unsigned char)text.s[from] & 0xC0) == 0x80)
		from--;
	*at = from;
	return pifu_utf8_next(text, &from);
}

/* End of the name without a group in brackets behind it: 完成率(%). */
static uint32_t name_end(struct str name)
{
	if (name.n < 3 || name.s[name.n - 1] != ')')
		return name.n;
	uint32_t at = name.n - 1;
	while (at > 0 && name.s[at] != '(')
		at--;
	return at > 0 ? at : name.n;
}

void pifu_senses_read(const struct name_senses *s, struct str name, struct name_sense *out)
{
	static const uint8_t classes[] = {
		[MARK_OPEN] = NAME_OPEN,
		[MARK_SHARE] = NAME_SHARE,
		[MARK_COUNT] = NAME_COUNT,
	};
	uint32_t at = name_end(name), node = 0;

	*out = (struct name_sense){.class = NAME_OPEN};
	while (at > 0 && s->slots) {
		uint32_t c = step_back(name, &at);
		const struct sense_edge *e = &s->edges[edge_slot(s, node, c)];
		if (!e->c)
			return;
		node = e->to;
		const struct sense_node *n = &s->nodes[node];
		if (n->class)
			out->class = classes[n->class];
		if (n->class == MARK_OPEN)
			out->units = NULL;
		if (n->units)
			out->units = &s->units[n->units - 1];
		if (!n->aim)
			continue;
		out->aim = n->aim;
		out->stem = at;
	}
}

static struct str skip_scale(struct str unit)
{
	static const struct str scales[] = {{"百万", 6}, {"千万", 6}, {"万", 3}, {"亿", 3},
	                                    {"千", 3},   {"百", 3},   {"十", 3}};
	for (size_t i = 0; i < COUNT(scales); i++)
		if (pifu_str_starts(unit, scales[i]))
			return pifu_str_sub(unit, scales[i].n, unit.n);
	return unit;
}

/* The beginning of a unit in simplified characters; units are short. */
static struct str simplify_unit(struct str unit, char *out, uint32_t size)
{
	uint32_t n = 0;
	for (uint32_t at = 0; at < unit.n && n + 4 <= size;) {
		uint32_t c = pifu_utf8_next(unit, &at);
		n += pifu_utf8_put(out + n, pifu_text_traditional(c) ? pifu_text_simplify(c) : c);
	}
	return (struct str){out, n};
}

/* Units are a character or two: their last bytes differ, mostly. */
static bool begins_with_unit(struct str text, const struct unit_rule *rule)
{
	for (size_t i = 0; i < rule->n; i++) {
		struct str unit = rule->units[i];
		if (unit.n == 0 || (unit.n <= text.n && text.s[unit.n - 1] == unit.s[unit.n - 1] &&
		                    memcmp(text.s, unit.s, unit.n) == 0))
			return true;
	}
	return false;
}

bool pifu_senses_fit(const struct unit_rule *rule, struct str unit)
{
	if (begins_with_unit(unit, rule)) /* as it stands, which is the simplified way */
		return true;
	char buffer[64];
	struct str whole = simplify_unit(unit, buffer, sizeof buffer), plain = skip_scale(whole);
	if (plain.n == 0 || plain.s[0] == '/') /* 万, 万/年: the unit itself is left to the name */
		return true;
	return begins_with_unit(whole, rule) || begins_with_unit(plain, rule);
}

/* ---- Building -------------------------------------------------------------------- */

/* Add an ending's characters; the node of its first one, 0 when it is empty. */
static uint32_t add_ending(struct name_senses *s, struct str ending)
{
	uint32_t at = ending.n, node = 0;
	while (at > 0) {
		uint32_t c = step_back(ending, &at);
		struct sense_edge *e = &s->edges[edge_slot(s, node, c)];
		if (!e->c)
			*e = (struct sense_edge){node, c, (uint32_t)s->nnodes++};
		node = e->to;
	}
	return node;
}

/* Room for every character of every list that is given. */
static bool make_room(struct builder *b, struct name_senses *s, const struct node *const *lists,
                      size_t n)
{
	size_t chars = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; lists[i] && k < lists[i]->count; k++) {
			struct str text = pifu_build_fold(b, lists[i]->members[k].value);
			if (!text.s)
				return false;
			chars += pifu_utf8_count(text);
		}
	s->slots = 16;
	while (s->slots < 3 * chars)
		s->slots *= 2;
	s->nodes = ARENA_ARRAY(b->arena, struct sense_node, chars);
	s->edges = ARENA_ARRAY(b->arena, struct sense_edge, s->slots);
	s->nnodes = 1;
	return (s->nodes && s->edges) || pifu_build_nomem(b);
}

static bool copy_list(struct builder *b, const struct node *list, struct str **out, size_t *n)
{
	*n = 0;
	*out = ARENA_ARRAY(b->arena, struct str, list ? list->count + 1 : 1);
	if (!*out)
		return pifu_build_nomem(b);
	for (; list && *n < list->count; ++*n)
		if (!((*out)[*n] = pifu_build_fold(b, list->members[*n].value)).s)
			return false;
	return true;
}

/* The texts are folded already: make_room() has seen to it. */
static void mark_class(struct name_senses *s, const struct node *list, uint8_t mark)
{
	for (size_t i = 0; list && i < list->count; i++)
		s->nodes[add_ending(s, list->members[i].value->folded)].class = mark;
}

static void mark_aim(struct name_senses *s, const struct node *list, enum name_aim aim)
{
	for (size_t i = 0; list && i < list->count; i++)
		s->nodes[add_ending(s, list->members[i].value->folded)].aim = (uint8_t)aim;
}

static bool mark_units(struct builder *b, struct name_senses *s, const struct node *item)
{
	const struct node *endings = pifu_tree_get(item, "endings");
	struct unit_rule *rule = &s->units[s->nunits++];
	if (!copy_list(b, pifu_tree_get(item, "units"), &rule->units, &rule->n))
		return false;
	for (size_t i = 0; i < endings->count; i++)
		s->nodes[add_ending(s, endings->members[i].value->folded)].units =
			(uint16_t)s->nunits;
	return true;
}

/* The lists of endings: four of the map, and one of each rule about units. */
static bool gather_lists(struct builder *b, const struct node *value, const struct node *units,
                         const struct node ***lists, size_t *n)
{
	static const char *const keys[] = {"shares", "counts", "open", "more", "less"};
	*lists = ARENA_ARRAY(b->arena, const struct node *,
	                     COUNT(keys) + (units ? units->count : 0));
	if (!*lists)
		return pifu_build_nomem(b);
	*n = 0;
	for (size_t i = 0; i < COUNT(keys); i++)
		(*lists)[(*n)++] = pifu_tree_get(value, keys[i]);
	for (size_t i = 0; units && i < units->count; i++)
		(*lists)[(*n)++] = pifu_tree_get(units->members[i].value, "endings");
	return true;
}

bool pifu_build_senses(struct builder *b, const struct node *value)
{
	struct name_senses s = {0};
	const struct node *units = pifu_tree_get(value, "units"), **lists;
	size_t nlists = 0;
	if (units && units->count >= UINT16_MAX)
		return pifu_tree_error(units, b->err, "too many rules about units");
	if (!gather_lists(b, value, units, &lists, &nlists) || !make_room(b, &s, lists, nlists) ||
	    !copy_list(b, pifu_tree_get(value, "turns"), &s.turns, &s.nturns) ||
	    !copy_list(b, pifu_tree_get(value, "less_unless"), &s.less_unless, &s.nless_unless))
		return false;
	s.units = ARENA_ARRAY(b->arena, struct unit_rule, units ? units->count + 1 : 1);
	if (!s.units)
		return pifu_build_nomem(b);
	mark_class(&s, lists[0], MARK_SHARE);
	mark_class(&s, lists[1], MARK_COUNT);
	mark_class(&s, lists[2], MARK_OPEN);
	mark_aim(&s, lists[3], AIM_MORE);
	mark_aim(&s, lists[4], AIM_LESS);
	for (size_t i = 0; units && i < units->count; i++)
		if (!mark_units(b, &s, units->members[i].value))
			return false;
	b->g->senses = s;
	return true;
}
