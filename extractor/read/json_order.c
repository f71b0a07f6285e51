/* Docling's order of reading. Its texts, tables and groups are lists of their
 * own; what follows what is said by references, beginning with the body:
 *
 *   body   -> #/texts/0, #/groups/0, #/tables/0
 *   groups/0 -> #/texts/1, #/texts/2
 *
 * The pieces are put in that order; those that nothing refers to (headers and
 * footers of pages) come last, in the order of the file. */
#include "read/json_read.h"

#include <stdlib.h>

struct named {
	uint64_t self;
	uint32_t piece;
};

struct ordering {
	struct json_read *r;
	struct named *names; /* pieces by name */
	struct html_piece *sorted;
	uint32_t nsorted;
	bool *taken;            /* of each piece */
	bool *followed;         /* of each link */
	struct json_list stack; /* uint32_t: links to follow */
};

static int compare_links(const void *a, const void *b)
{
	const struct json_link *x = a, *y = b;
	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static int compare_names(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	if (x->self != y->self)
		return x->self < y->self ? -1 : 1;
	return (x->piece > y->piece) - (x->piece < y->piece);
}

static void take_piece(struct ordering *o, uint32_t piece)
{
	const struct html_piece *pieces = o->r->pieces.items;

	if (o->taken[piece])
		return;
	o->taken[piece] = true;
	o->sorted[o->nsorted++] = pieces[piece];
}

/* The pieces that are called `self`. */
static void take_named(struct ordering *o, uint64_t self)
{
	uint32_t low = 0, high = o->r->pieces.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (o->names[middle].self < self)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < o->r->pieces.n && o->names[low].self == self; low++)
		take_piece(o, o->names[low].piece);
}

/* Put the links below `parent` on the stack, the first one on top. */
static bool push_children(struct ordering *o, uint64_t parent)
{
	const struct json_link *links = o->r->links.items;
	uint32_t low = 0, high = o->r->links.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (links[middle].parent <= parent)
			low = middle + 1;
		else
			high = middle;
	}
	for (uint32_t i = low; i > 0 && links[i - 1].parent == parent; i--) {
		if (o->followed[i - 1])
			continue;
		uint32_t *top = pifu_json_push(o->r, &o->stack, sizeof *top);
		if (!top)
			return false;
		*top = i - 1;
		o->followed[i - 1] = true;
	}
	return true;
}

static bool follow_links(struct ordering *o)
{
	const struct json_link *links = o->r->links.items;

	if (!push_children(o, pifu_str_hash(STR("#/body"))))
		return false;
	while (o->stack.n) {
		uint32_t link = ((uint32_t *)o->stack.items)[--o->stack.n];
		take_named(o, links[link].child);
		if (!push_children(o, links[link].child))
			return false;
	}
	for (uint32_t i = 0; i < o->r->pieces.n; i++)
		take_piece(o, i);
	return true;
}

static bool fill_names(struct ordering *o)
{
	const uint64_t *selves = o->r->selves.items;
	uint32_t n = o->r->pieces.n;

	o->names = pifu_arena_zalloc(o->r->arena, n, sizeof *o->names);
	o->sorted = pifu_arena_zalloc(o->r->arena, n, sizeof *o->sorted);
	o->taken = pifu_arena_zalloc(o->r->arena, n, sizeof *o->taken);
	o->followed = pifu_arena_zalloc(o->r->arena, o->r->links.n, sizeof *o->followed);
	if (!o->names || !o->sorted || !o->taken || !o->followed)
		return false;
	for (uint32_t i = 0; i < n; i++)
		o->names[i] = (struct named){selves[i], i};
	qsort(o->names, n, sizeof *o->names, compare_names);
	return true;
}

bool pifu_json_order(struct json_read *r)
{
	struct ordering o = {.r = r};

	if (r->links.n == 0 || r->pieces.n == 0)
		return true;
	qsort(r->links.items, r->links.n, sizeof(struct json_link), compare_links);
	bool ok = fill_names(&o) && follow_links(&o);
	if (ok)
		memcpy(r->pieces.items, o.sorted, o.nsorted * sizeof *o.sorted);
	else if (r->status == PIFU_OK)
		r->status = pifu_error_nomem(r->err);
	pifu_mem_free(r->allocator, o.stack.items);
	return ok;
}
