/* Merging follows the table of keys (keys.c), which is no deeper than four
 * levels: recursion goes by the table, not by the file.
 *
 *     base   units: [个, 人]       rules: {number: A, sign: B}
 *     own    units: [头]           rules: {number: C}
 *     ->     units: [个, 人, 头]   rules: {number: C, sign: B} */
#include "grammar/merge.h"

#include "grammar/keys.h"

static struct node *merge_nodes(struct arena *a, const struct shape *shape, unsigned flags,
                                struct node *base, struct node *own);

static bool add_all(struct arena *a, struct node *to, const struct node *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!pifu_tree_add(a, to, from->members[i]))
			return false;
	return true;
}

static struct node *merge_lists(struct arena *a, unsigned flags, const struct node *base,
                                const struct node *own)
{
	bool own_first = flags & KEY_OWN_FIRST;
	struct node *n = pifu_tree_copy(a, own);
	if (!n || !add_all(a, n, own_first ? own : base) || !add_all(a, n, own_first ? base : own))
		return NULL;
	return n;
}

static const struct member *find_member(const struct node *map, struct str key)
{
	for (size_t i = 0; i < map->count; i++)
		if (pifu_str_eq(map->members[i].key, key))
			return &map->members[i];
	return NULL;
}

static const struct key *key_of(const struct shape *shape, struct str name)
{
	for (size_t i = 0; i < shape->nkeys; i++)
		if (pifu_str_eq(name, pifu_str_of(shape->keys[i].name)))
			return &shape->keys[i];
	return NULL;
}

/* The member as inherited, with the family's own laid over it. */
static bool inherit_member(struct arena *a, const struct shape *shape, struct node *to,
                           const struct member *base, const struct node *own)
{
	const struct key *k = key_of(shape, base->key);
	unsigned flags = k ? k->flags : 0;
	if (flags & KEY_OWN)
		return true;
	struct member merged = *base;
	const struct member *over = find_member(own, base->key);
	if (over) {
		merged = *over;
		merged.value =
			merge_nodes(a, k ? k->shape : shape->item, flags, base->value, over->value);
	}
	return merged.value && pifu_tree_add(a, to, merged);
}

static bool is_inherited(const struct shape *shape, const struct node *base, struct str key)
{
	const struct key *k = key_of(shape, key);
	return !(k && k->flags & KEY_OWN) && find_member(base, key);
}

static struct node *merge_maps(struct arena *a, const struct shape *shape, const struct node *base,
                               const struct node *own)
{
	struct node *n = pifu_tree_copy(a, own);
	if (!n)
		return NULL;
	/* Inherited members first: the number of a field is the same in all families. */
	for (size_t i = 0; i < base->count; i++)
		if (!inherit_member(a, shape, n, &base->members[i], own))
			return NULL;
	for (size_t i = 0; i < own->count; i++)
		if (!is_inherited(shape, base, own->members[i].key) &&
		    !pifu_tree_add(a, n, own->members[i]))
			return NULL;
	return n;
}

static struct node *merge_nodes(struct arena *a, const struct shape *shape, unsigned flags,
                                struct node *base, struct node *own)
{
	switch (shape->kind) {
	case SHAPE_LIST:
		return merge_lists(a, flags, base, own);
	case SHAPE_MAP:
	case SHAPE_OPEN:
		return merge_maps(a, shape, base, own);
	default:
		return own;
	}
}

struct node *pifu_tree_merge(struct arena *a, const struct node *base, struct node *own)
{
	return base ? merge_maps(a, &pifu_grammar_shape, base, own) : own;
}
