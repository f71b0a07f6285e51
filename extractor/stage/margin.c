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

static void go_back(struct aligner *a)
{
	for (size_t i = 0; i < a->layer[a->n - 1]; i++)
		a->nodes[i].rest = REST_UNKNOWN;
	for (uint32_t i = a->layer[a->n - 1]; i < a->layer[a->n]; i++)
		a->nodes[i].rest = pifu_align_close(a, &a->nodes[i].state);
	for (size_t i = a->layer_edge[a->n]; i-- > a->layer_edge[1];) {
		const struct edge *e = &a->edges[i];
		int32_t rest = e->cost + a->nodes[e->to].rest;
		if (rest < a->nodes[e->from].rest)
			a->nodes[e->from].rest = rest;
	}
}

static uint32_t best_end(const struct aligner *a)
{
	uint32_t best = a->layer[a->n - 1];
	for (uint32_t i = best; i < a->layer[a->n]; i++)
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

static void find_rival(const struct aligner *a, size_t i, uint32_t chosen, struct view *v)
{
	const struct node *best = &a->nodes[chosen];
	int32_t whole = best->cost + best->rest;
	v->margin = COST_CAP;
	for (uint32_t k = a->layer[i]; k < a->layer[i + 1]; k++) {
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
	v->shift = n->step.slot < 0 ? 0 : n->step.shift;
	v->label = n->step.label;
	v->level1 = n->state.level1;
	v->level2 = n->state.level2;
	v->group = n->state.group;
	v->record = v->joined = PIFU_NONE;
	v->cost = n->step_cost;
}

/* Number the records: one begins with the first field behind a row start or a split. */
static void number_records(const struct aligner *a, const uint32_t *path)
{
	uint32_t record = PIFU_NONE;
	bool open = false;
	for (size_t i = 0; i < a->n; i++) {
		const struct node *n = &a->nodes[path[i]];
		struct view *v = &a->doc->view[a->tokens[i]];
		bool begins =
			i == 0 ||
			(a->doc->tokens[a->tokens[i]].row != a->doc->tokens[a->tokens[i - 1]].row &&
		         !n->step.joined) ||
			n->step.split;
		if (begins)
			open = false;
		if (!is_field(n))
			continue;
		if (!open)
			record++;
		open = true;
		v->record = record;
	}
}

pifu_status pifu_align_margins(struct aligner *a, pifu_error *err)
{
	uint32_t *path = pifu_arena_alloc(a->doc->work, a->n * sizeof *path);
	if (!path)
		return pifu_error_nomem(err);
	go_back(a);
	uint32_t at = best_end(a);
	for (size_t i = a->n; i-- > 0; at = a->nodes[at].previous)
		path[i] = at;
	for (size_t i = 0; i < a->n; i++) {
		struct view *v = &a->doc->view[a->tokens[i]];
		fill_view(a, &a->nodes[path[i]], v);
		find_rival(a, i, path[i], v);
	}
	number_records(a, path);
	return PIFU_OK;
}
