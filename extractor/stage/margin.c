/* The best reading of a table, and how far off the next best is, word by word.
 *
 * Going back through the lattice gives each node the cost of its cheapest
 * continuation; cost + rest is the cheapest whole reading through that node:
 *
 *     layer of 服装配发及时率     cost  rest  whole
 *       NAME, target lost         412    90   502   <- best reading
 *       TARGET without a name     920    60   980   margin 478
 *
 * A word's margin is the whole cost of the cheapest reading that takes the word
 * for something else (another role, or other labels in force) minus the best.
 * Nodes that differ only in what cannot change a record are no rivals. */
#include "base/error.h"
#include "stage/align.h"

#define REST_UNKNOWN (INT32_MAX / 2)

/* What follows a single node is the same for all readings: it counts nothing. */
static void go_back(struct aligner *a, bool end)
{
	const struct layer *last = &a->layers[a->nlayers - 1];
	for (size_t i = 0; i < last->node; i++)
		a->nodes[i].rest = REST_UNKNOWN;
	for (uint32_t i = last->node; i < a->nnodes; i++)
		a->nodes[i].rest = end ? pifu_align_close(a, &a->nodes[i].state) : 0;
	for (size_t i = a->nedges; i-- > a->layers[1].edge;) {
		const struct edge *e = &a->edges[i];
		int32_t rest = e->cost + a->nodes[e->to].rest;
		if (rest < a->nodes[e->from].rest)
			a->nodes[e->from].rest = rest;
	}
}

static uint32_t best_end(const struct aligner *a)
{
	uint32_t best = a->layers[a->nlayers - 1].node;
	for (uint32_t i = best; i < a->nnodes; i++)
		if (a->nodes[i].cost + a->nodes[i].rest < a->nodes[best].cost + a->nodes[best].rest)
			best = i;
	return best;
}

static bool is_field(const struct node *n)
{
	return n->step.reading == READ_FIELD;
}

static uint8_t node_role(const struct aligner *a, const struct node *n)
{
	return n->step.slot < 0 ? ROLE_NONE : a->doc->slots[n->step.slot].role;
}

/* Two labels may have one text (满意度指标, and 满意度指标 meant over both columns). */
static bool same_label(const struct aligner *a, uint16_t x, uint16_t y)
{
	return x == y || (x != NO_LABEL && y != NO_LABEL &&
	                  pifu_str_eq(a->grammar->labels[x].text, a->grammar->labels[y].text));
}

/* Would a record come out otherwise if the word were read as in `b`? */
static bool differs(const struct aligner *a, const struct node *x, const struct node *y)
{
	if (!same_label(a, x->state.level1, y->state.level1) ||
	    !same_label(a, x->state.level2, y->state.level2) || x->state.group != y->state.group ||
	    is_field(x) != is_field(y))
		return true;
	if (!is_field(x))
		return false;
	return node_role(a, x) != node_role(a, y) || x->step.split != y->step.split ||
	       x->step.joined != y->step.joined;
}

static void find_rival(const struct aligner *a, size_t layer, uint32_t chosen, struct view *v)
{
	const struct node *best = &a->nodes[chosen];
	int32_t whole = best->cost + best->rest;
	if (v->doubted)
		v->rival_role = v->role;
	else
		v->margin = COST_CAP;
	for (uint32_t k = a->layers[layer].node; k < a->layers[layer + 1].node; k++) {
		const struct node *n = &a->nodes[k];
		int32_t margin = n->cost + n->rest - whole;
		if (margin >= v->margin || !differs(a, best, n))
			continue;
		v->margin = margin < 0 ? 0 : margin;
		v->rival_reading = n->step.reading;
		v->rival_role = node_role(a, n);
		v->rival_level1 = n->state.level1;
		v->rival_level2 = n->state.level2;
	}
}

static void fill_view(const struct aligner *a, const struct node *n, struct view *v)
{
	v->reading = n->step.reading;
	v->role = node_role(a, n);
	v->restored = n->step.restored;
	v->split = n->step.split;
	v->row_joined = n->step.joined;
	v->rest = n->step.rest;
	v->shift = n->step.slot < 0 ? 0 : n->step.shift;
	v->label = n->step.label;
	v->level1 = n->state.level1;
	v->level2 = n->state.level2;
	v->group = n->state.group;
	v->record = v->joined = PIFU_NONE;
	v->cost = n->step_cost;
}

/* Number the records: one begins with the first field behind a row start or a split. */
static inline void number_record(struct aligner *a, size_t i, const struct node *n, struct view *v)
{
	const struct pifu_doc *doc = a->doc;
	bool row_start =
		i == 0 || doc->tokens[a->tokens[i]].row != doc->tokens[a->tokens[i - 1]].row;
	if (i == 0 || (row_start && !n->step.joined) || n->step.split)
		a->open = false;
	if (!is_field(n))
		return;
	if (!a->open)
		a->record++;
	a->open = true;
	v->record = a->record;
}

/* The last layer is the first of a new lattice. */
static void keep_last(struct aligner *a)
{
	uint32_t first = a->layers[a->nlayers - 1].node;
	a->nnodes -= first;
	memmove(a->nodes, a->nodes + first, a->nnodes * sizeof *a->nodes);
	a->nedges = 0;
	a->settled = a->base + a->nlayers;
	a->base = a->settled - 1;
	a->nlayers = 1;
	a->layers[0] = (struct layer){0, 0};
	a->layers[1] = (struct layer){(uint32_t)a->nnodes, 0};
}

void pifu_align_pass(struct aligner *a)
{
	const struct node *n = a->nodes;
	struct view *v = &a->doc->view[a->tokens[++a->base]];
	a->settled = a->base + 1;
	fill_view(a, n, v);
	if (v->doubted)
		v->rival_role = v->role;
	else
		v->margin = COST_CAP;
	number_record(a, a->base, n, v);
}

pifu_status pifu_align_settle(struct aligner *a, bool end, pifu_error *err)
{
	size_t n = a->nlayers;
	uint32_t *path = pifu_arena_grow(a->doc->work, a->path, 0, &a->path_cap, n, sizeof *path);
	if (!path)
		return pifu_error_nomem(err);
	a->path = path;
	go_back(a, end);
	uint32_t at = best_end(a);
	for (size_t i = n; i-- > 0; at = a->nodes[at].previous)
		path[i] = at;
	for (size_t i = a->settled - a->base; i < n; i++) {
		struct view *v = &a->doc->view[a->tokens[a->base + i]];
		fill_view(a, &a->nodes[path[i]], v);
		find_rival(a, i, path[i], v);
		number_record(a, a->base + i, &a->nodes[path[i]], v);
	}
	keep_last(a);
	return PIFU_OK;
}
