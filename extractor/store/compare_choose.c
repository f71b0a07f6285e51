/* The best assignment over sparse edges, one connected part after another (compare.h).
 *
 *     old 0 ── new 1       old 2 ── new 0        old 4      new 3
 *           ╲                     ╱
 *     old 1 ── new 2       old 3 ─               (alone, both)
 *
 * Parts are found by union-find over the edges that are good enough, listed by their
 * smallest node, and solved as dense problems. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

struct parts {
	const struct compare_edges *edges;
	uint32_t nold, nodes; /* old ones first */
	double least;
	uint32_t *root;  /* [nodes] */
	uint32_t *place; /* [nodes] of a node among its side of the part */
	uint32_t *order; /* [nedges] edges, those of a part together */
	size_t n;        /* edges that are good enough */
	struct compare_choice *out;
};

static uint32_t find_root(uint32_t *root, uint32_t node)
{
	while (root[node] != node) {
		root[node] = root[root[node]];
		node = root[node];
	}
	return node;
}

static void join_nodes(uint32_t *root, uint32_t a, uint32_t b)
{
	a = find_root(root, a);
	b = find_root(root, b);
	if (a < b)
		root[b] = a;
	else
		root[a] = b;
}

/* Edges of one part stand together, and keep their order in it: a counting sort. */
static bool sort_edges(struct parts *p)
{
	uint32_t *start = calloc((size_t)p->nodes + 1, sizeof *start);

	if (!start)
		return false;
	for (size_t e = 0; e < p->edges->n; e++)
		if (p->edges->all[e].score >= p->least)
			start[find_root(p->root, p->edges->all[e].old) + 1]++;
	for (uint32_t i = 0; i < p->nodes; i++)
		start[i + 1] += start[i];
	p->n = start[p->nodes];
	for (size_t e = 0; e < p->edges->n; e++)
		if (p->edges->all[e].score >= p->least)
			p->order[start[find_root(p->root, p->edges->all[e].old)]++] = (uint32_t)e;
	free(start);
	return true;
}

static bool find_parts(struct parts *p)
{
	p->root = malloc(p->nodes * sizeof *p->root + 1);
	p->place = malloc(p->nodes * sizeof *p->place + 1);
	p->order = calloc(p->edges->n + 1, sizeof *p->order);
	if (!p->root || !p->place || !p->order)
		return false;
	for (uint32_t i = 0; i < p->nodes; i++)
		p->root[i] = i;
	for (size_t e = 0; e < p->edges->n; e++) {
		const struct compare_edge *edge = &p->edges->all[e];

		if (edge->score >= p->least)
			join_nodes(p->root, edge->old, p->nold + edge->new);
	}
	return sort_edges(p);
}

/* ---- A part ---------------------------------------------------------------------------- */

static uint32_t give_place(struct parts *p, uint32_t node, uint32_t *count)
{
	if (p->place[node] == COMPARE_NONE)
		p->place[node] = (*count)++;
	return p->place[node];
}

static const struct compare_edge *edge_at(const struct parts *p, size_t i)
{
	return &p->edges->all[p->order[i]];
}

static void number_nodes(struct parts *p, size_t begin, size_t end, struct compare_costs *costs)
{
	for (size_t i = begin; i < end; i++) {
		p->place[edge_at(p, i)->old] = COMPARE_NONE;
		p->place[p->nold + edge_at(p, i)->new] = COMPARE_NONE;
	}
	for (size_t i = begin; i < end; i++) {
		give_place(p, edge_at(p, i)->old, &costs->rows);
		give_place(p, p->nold + edge_at(p, i)->new, &costs->columns);
	}
}

static void take_edge(struct parts *p, size_t i, double margin)
{
	p->out->of_old[edge_at(p, i)->old] = p->order[i];
	p->out->margin[edge_at(p, i)->old] = margin;
}

/* A pair gains what its score is above the least, and a little so that the least counts. */
static bool solve_part(struct parts *p, size_t begin, size_t end, struct compare_costs *costs)
{
	float *gain = calloc((size_t)costs->rows * costs->columns + 1, sizeof *gain);
	uint32_t *column = malloc(costs->rows * sizeof *column + 1);
	double *margin = malloc(costs->rows * sizeof *margin + 1);
	bool ok = gain && column && margin;

	costs->gain = gain;
	for (size_t i = begin; ok && i < end; i++) {
		const struct compare_edge *e = edge_at(p, i);
		size_t at = (size_t)p->place[e->old] * costs->columns + p->place[p->nold + e->new];

		gain[at] = e->score - (float)p->least + 1e-4f;
	}
	ok = ok && compare_assign(costs, column, margin);
	for (size_t i = begin; ok && i < end; i++) {
		uint32_t row = p->place[edge_at(p, i)->old];

		if (column[row] == p->place[p->nold + edge_at(p, i)->new])
			take_edge(p, i, margin[row]);
	}
	free(gain);
	free(column);
	free(margin);
	return ok;
}

struct ranked {
	float score;
	size_t at;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* A part too large for an assignment: the best edge first, and so on. */
static bool settle_part(struct parts *p, size_t begin, size_t end)
{
	struct ranked *ranks = malloc((end - begin) * sizeof *ranks);

	if (!ranks)
		return false;
	for (size_t i = begin; i < end; i++)
		ranks[i - begin] = (struct ranked){edge_at(p, i)->score, i};
	qsort(ranks, end - begin, sizeof *ranks, compare_ranks);
	for (size_t k = 0; k < end - begin; k++) {
		size_t i = ranks[k].at;
		uint32_t new = p->nold + edge_at(p, i)->new;

		if (p->out->of_old[edge_at(p, i)->old] != COMPARE_NONE ||
		    p->place[new] == COMPARE_NONE)
			continue;
		take_edge(p, i, 0);
		p->place[new] = COMPARE_NONE;
	}
	free(ranks);
	return true;
}

static bool solve_parts(struct parts *p)
{
	bool ok = true;

	for (size_t begin = 0, end; ok && begin < p->n; begin = end) {
		struct compare_costs costs = {0};
		uint32_t root = find_root(p->root, edge_at(p, begin)->old);

		end = begin + 1;
		while (end < p->n && find_root(p->root, edge_at(p, end)->old) == root)
			end++;
		number_nodes(p, begin, end, &costs);
		if (end == begin + 1)
			take_edge(p, begin, edge_at(p, begin)->score - p->least);
		else if (costs.rows > COMPARE_PART || costs.columns > COMPARE_PART)
			ok = settle_part(p, begin, end);
		else
			ok = solve_part(p, begin, end, &costs);
	}
	return ok;
}

bool compare_choose(const struct compare_edges *edges, uint32_t nold, uint32_t nnew, double least,
                    struct compare_choice *out)
{
	struct parts p = {
		.edges = edges, .nold = nold, .nodes = nold + nnew, .least = least, .out = out};

	for (uint32_t i = 0; i < nold; i++) {
		out->of_old[i] = COMPARE_NONE;
		out->margin[i] = 0;
	}
	bool ok = find_parts(&p) && solve_parts(&p);
	free(p.root);
	free(p.place);
	free(p.order);
	return ok;
}
