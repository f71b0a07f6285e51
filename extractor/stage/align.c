/* Stage 5: the least-cost reading of the whole table.
 *
 * Damage moves cells, so no row can be trusted on its own. The words of all
 * rows are read together, one after another, as one sentence of roles:
 *
 *     words    职能1 产出指标 数量指标 警卫次数 ≥25次  警卫人次 ≥1000人次  质量指标 …
 *     layers     o      o       o        o      o       o        o          o
 *                 \______\_______\________\______\_______\________\_________\__ best
 *                         o       o        o      o                  others
 *
 * A node is one way to read the words so far: what the open record has, which
 * labels are carried, by how many columns the run of cells is moved. An edge
 * reads one more word in one of the ways that readings.c knows. Nodes of a layer
 * that are dearer than the best by COST_CAP are given up (Viterbi with a beam),
 * so the cost grows linearly with the words. Margins come from the way back
 * (margin.c), which is gone wherever a layer has but one node left: no reading goes
 * round it, so what stands before it is settled, and the lattice begins anew.
 * Memory grows with the longest doubt.
 *
 * Limits: a record is read in the order of its columns; a word belongs to one
 * field. */
#include "stage/align.h"
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/memo.h"
#include "stage/stage.h"
#include "stage/values.h"

/* ---- Layers ---------------------------------------------------------------------- */

static bool same_state(const struct state *a, const struct state *b)
{
	return a->group == b->group && a->level1 == b->level1 && a->level2 == b->level2 &&
	       a->slot == b->slot && a->shift == b->shift && a->flags == b->flags;
}

static bool same_node(const struct node *n, const struct state *s, const struct step *how)
{
	return n->step.reading == how->reading && n->step.slot == how->slot &&
	       n->step.split == how->split && n->step.joined == how->joined &&
	       same_state(&n->state, s);
}

static struct node *add_node(struct expansion *x)
{
	struct aligner *a = x->a;
	struct node *nodes = pifu_arena_grow(a->doc->work, a->nodes, a->nnodes, &a->nodes_cap,
	                                     a->nnodes + 1, sizeof *nodes);
	if (!nodes) {
		x->failed = true;
		return NULL;
	}
	a->nodes = nodes;
	return &nodes[a->nnodes++];
}

static void add_edge(struct expansion *x, const struct node *to, int32_t cost)
{
	struct aligner *a = x->a;
	struct edge *edges = pifu_arena_grow(a->doc->work, a->edges, a->nedges, &a->edges_cap,
	                                     a->nedges + 1, sizeof *edges);
	if (!edges) {
		x->failed = true;
		return;
	}
	a->edges = edges;
	edges[a->nedges++] = (struct edge){x->from, (uint32_t)(to - a->nodes), cost};
}

/* Edges into a node that another reading replaces lead nowhere. */
static void drop_edges(struct expansion *x, const struct node *n)
{
	struct aligner *a = x->a;
	uint32_t to = (uint32_t)(n - a->nodes);
	size_t kept = x->edges;
	for (size_t i = x->edges; i < a->nedges; i++)
		if (a->edges[i].to != to)
			a->edges[kept++] = a->edges[i];
	a->nedges = kept;
}

/* Where a new node of the layer goes: at the end, or in place of the dearest. */
static struct node *place_node(struct expansion *x, int32_t cost)
{
	struct aligner *a = x->a;
	if (a->nnodes - x->layer < PIFU_LIMIT_BEAM)
		return add_node(x);
	struct node *worst = &a->nodes[x->layer];
	for (struct node *n = worst; n < a->nodes + a->nnodes; n++)
		if (n->cost > worst->cost)
			worst = n;
	if (worst->cost <= cost)
		return NULL;
	drop_edges(x, worst);
	return worst;
}

void pifu_align_offer(struct expansion *x, const struct state *s, const struct step *how,
                      int32_t step_cost)
{
	struct aligner *a = x->a;
	int32_t cost = x->base + step_cost;
	if (cost > x->best + COST_CAP || x->failed)
		return;
	struct node *n = NULL;
	for (size_t i = x->layer; i < a->nnodes && !n; i++)
		if (same_node(&a->nodes[i], s, how))
			n = &a->nodes[i];
	uint32_t from = x->from;
	int32_t paid = cost - (from == PIFU_NONE ? 0 : a->nodes[from].cost);
	bool dearer = n && n->cost <= cost;
	if (!n && !(n = place_node(x, cost)))
		return;
	add_edge(x, n, paid);
	if (dearer)
		return;
	*n = (struct node){
		.state = *s, .step = *how, .cost = cost, .step_cost = paid, .previous = from};
	if (cost < x->best)
		x->best = cost;
}

/* ---- Records begin and end ------------------------------------------------------------ */

int32_t pifu_align_close(const struct aligner *a, const struct state *s)
{
	if (!(s->flags & STATE_NAME) || (s->flags & STATE_TARGET) || a->target_slot < 0)
		return 0;
	return a->w[COST_TARGET_MISSING];
}

static void begin_record(struct state *s)
{
	s->slot = -1;
	s->flags &= STATE_LEVEL1_PART | STATE_LEVEL2_PART;
}

/* A new row ends the open record, or (dear in a table, less so when its target
 * is still to come, free in lines) goes on with it. */
static void expand_row_start(struct expansion *x, const struct node *n)
{
	x->state.shift = SHIFT_NONE;
	struct state open = x->state;
	begin_record(&x->state);
	if (x->a->layout.lines && !(open.flags & STATE_FIELD))
		x->state.flags |= open.flags & STATE_LEVEL1_HERE;
	x->base = n->cost + pifu_align_close(x->a, &open);
	pifu_align_read(x);
	if (!(open.flags & STATE_FIELD))
		return;
	x->state = open;
	x->joined = true;
	int32_t join = pifu_align_weight(x, COST_ROW_JOIN) * x->a->layout.join / 100;
	x->base = n->cost + (open.flags & STATE_TARGET ? join : join / 2);
	pifu_align_read(x);
}

/* Within a row the record goes on; a second record in it is dear. */
static void expand_in_row(struct expansion *x, const struct node *n)
{
	x->base = n->cost;
	pifu_align_read(x);
	if (!(n->state.flags & STATE_NAME))
		return;
	begin_record(&x->state);
	x->split = true;
	x->base = n->cost + pifu_align_close(x->a, &n->state) +
	          pifu_align_weight(x, COST_ROW_SPLIT) * x->a->layout.split / 100;
	pifu_align_read(x);
}

static void expand_node(struct expansion *x, uint32_t from, bool row_start)
{
	const struct node n = x->a->nodes[from];
	x->from = from;
	x->state = n.state;
	x->split = x->joined = false;
	if (row_start)
		expand_row_start(x, &n);
	else
		expand_in_row(x, &n);
}

/* Give up what turned out too dear once the layer was complete. */
static void prune_layer(struct expansion *x)
{
	struct aligner *a = x->a;
	uint32_t moved[PIFU_LIMIT_BEAM];
	size_t kept = x->layer, edges = x->edges;
	for (size_t i = x->layer; i < a->nnodes; i++) {
		bool keep = a->nodes[i].cost <= x->best + COST_CAP;
		moved[i - x->layer] = keep ? (uint32_t)kept : PIFU_NONE;
		if (keep)
			a->nodes[kept++] = a->nodes[i];
	}
	for (size_t i = x->edges; i < a->nedges; i++) {
		struct edge e = a->edges[i];
		e.to = moved[e.to - x->layer];
		if (e.to != PIFU_NONE)
			a->edges[edges++] = e;
	}
	a->nnodes = kept;
	a->nedges = edges;
}

static uint32_t cheapest(const struct aligner *a, const struct layer *layer)
{
	uint32_t best = layer->node;
	for (uint32_t i = best; i < a->nnodes; i++)
		if (a->nodes[i].cost < a->nodes[best].cost)
			best = i;
	return best;
}

/* From all nodes of the last layer; the cheapest first, so that the others are
 * soon too dear. */
static void expand_layer(struct expansion *x, bool row_start)
{
	const struct aligner *a = x->a;
	const struct layer *last = &a->layers[a->nlayers - 1];
	uint32_t first = last->node, best = cheapest(a, last);
	expand_node(x, best, row_start);
	for (uint32_t from = first; from < x->layer && !x->failed; from++)
		if (from != best && a->nodes[from].cost <= x->best + COST_CAP)
			expand_node(x, from, row_start);
}

pifu_status pifu_align_expand(struct aligner *a, pifu_error *err)
{
	const struct pifu_doc *doc = a->doc;
	size_t i = a->base + a->nlayers;
	struct expansion x = {.a = a,
	                      .token = a->tokens[i],
	                      .t = &doc->tokens[a->tokens[i]],
	                      .layer = (uint32_t)a->nnodes,
	                      .edges = (uint32_t)a->nedges,
	                      .best = INT32_MAX - 2 * COST_CAP};
	struct layer *layers = pifu_arena_grow(doc->work, a->layers, a->nlayers + 1, &a->layers_cap,
	                                       a->nlayers + 2, sizeof *layers);
	if (!layers)
		return pifu_error_nomem(err);
	a->layers = layers;
	layers[a->nlayers] = (struct layer){x.layer, x.edges};
	if (i == 0) {
		x.from = PIFU_NONE;
		x.state = (struct state){PIFU_NONE, NO_LABEL, NO_LABEL, -1, SHIFT_NONE, 0};
		pifu_align_read(&x);
	} else {
		expand_layer(&x, doc->tokens[a->tokens[i - 1]].row != x.t->row);
	}
	prune_layer(&x);
	layers[++a->nlayers] = (struct layer){(uint32_t)a->nnodes, (uint32_t)a->nedges};
	return x.failed ? pifu_error_nomem(err) : PIFU_OK;
}

/* ---- The stage ---------------------------------------------------------------------------- */

/* X of a row 项目名称:X between the records. */
static bool is_project_name(const struct pifu_doc *doc, uint32_t token)
{
	uint32_t row = doc->tokens[token].row, first = doc->row_token[row];
	const struct meaning *m;
	return doc->span->project_rows && doc->row_kind[row] == ROW_HEAD && token == first + 1 &&
	       doc->row_token[row + 1] == first + 2 &&
	       pifu_token_means(&doc->tokens[first], MEANING_FIELD, &m) &&
	       pifu_str_eq(doc->grammars->common->fields[m->id].key, STR("project"));
}

static pifu_status gather_tokens(struct aligner *a, pifu_error *err)
{
	struct pifu_doc *doc = a->doc;
	const struct form_span *f = doc->span;
	uint32_t first = f->header_token_end, end = doc->row_token[f->data_end];
	size_t n = end - first;
	a->tokens = pifu_arena_alloc(doc->work, (n + 1) * sizeof *a->tokens);
	if (!a->tokens)
		return pifu_error_nomem(err);
	for (uint32_t i = first; i < end; i++)
		doc->view[i].record = PIFU_NONE; /* a header among the rows has none */
	for (uint32_t i = first; i < end; i++) {
		uint32_t row = doc->tokens[i].row;
		if (doc->row_kind[row] == ROW_DATA || is_project_name(doc, i))
			a->tokens[a->n++] = i;
	}
	return PIFU_OK;
}

static int8_t find_slot(const struct pifu_doc *doc, uint8_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role)
			return (int8_t)i;
	return -1;
}

/* Senses of known texts lie far apart: they are asked for some words ahead. */
static void fetch_sense(const struct aligner *a, size_t word)
{
	const struct known_text *known = word < a->n ? a->doc->tokens[a->tokens[word]].known : NULL;
	if (known)
		__builtin_prefetch(known->senses[a->reading]);
}

/* What the words from `from` on look like. This is asked for many at a time, for the rules of
 * the grammar and the lattice would drive each other out of the cache. */
static pifu_status read_senses(struct aligner *a, size_t from, pifu_error *err)
{
	pifu_status st = PIFU_OK;
	a->sensed = from;
	for (size_t i = 0; i < SENSE_AHEAD && from + i < a->n && st == PIFU_OK; i++) {
		fetch_sense(a, from + i + FETCH_AHEAD);
		st = pifu_align_sense(a, a->tokens[from + i], &a->own[i], &a->senses[i], err);
	}
	return st;
}

/* The layer of word `i`: as it was laid before, or worked out. */
static pifu_status lay_layer(struct aligner *a, size_t i, pifu_error *err)
{
	if (pifu_memo_replay(a, i))
		return PIFU_OK;
	pifu_status st = pifu_align_expand(a, err);
	return st == PIFU_OK ? pifu_memo_learn(a, err) : st;
}

static pifu_status read_word(struct aligner *a, size_t i, pifu_error *err)
{
	const struct pifu_doc *doc = a->doc;
	const struct token *t = &doc->tokens[a->tokens[i]];
	const struct known_sense *sense = a->senses[i - a->sensed];
	a->sense = &sense->sense;
	a->sense_class = sense->class;
	if (i == 0 || doc->tokens[a->tokens[i - 1]].row != t->row)
		pifu_align_row(a, t);
	pifu_status st = lay_layer(a, i, err);
	if (st != PIFU_OK || a->settled == i + 1)
		return st;
	bool single = a->nnodes - a->layers[a->nlayers - 1].node == 1, end = i + 1 == a->n;
	return single || end ? pifu_align_settle(a, end, err) : PIFU_OK;
}

static pifu_status read_layout(struct aligner *a, pifu_error *err)
{
	struct pifu_doc *doc = a->doc;
	a->name_slot = find_slot(doc, ROLE_NAME);
	a->target_slot = find_slot(doc, ROLE_TARGET);
	a->level2_slot = find_slot(doc, ROLE_LEVEL2);
	for (size_t i = 0; i < doc->nslots; i++)
		a->roles |= 1u << doc->slots[i].role;
	pifu_status st = gather_tokens(a, err);
	if (st != PIFU_OK)
		return st;
	pifu_align_layout(a);
	pifu_align_functions(a);
	pifu_align_widest(a);
	doc->lines = a->layout.lines;
	a->reading = doc->reading = pifu_known_reading(doc->known, a->grammar, a->ruled_functions);
	if ((st = pifu_memo_begin(a, err)) != PIFU_OK ||
	    (st = pifu_align_centred(a, err)) != PIFU_OK)
		return st;
	return pifu_align_groups(a, err);
}

pifu_status pifu_stage_align(struct pifu_doc *doc, pifu_error *err)
{
	struct aligner a = {.doc = doc,
	                    .grammar = doc->grammar,
	                    .w = doc->grammar->costs,
	                    .record = PIFU_NONE};
	pifu_status st = pifu_form_fused(doc, err);
	if (st == PIFU_OK)
		st = read_layout(&a, err);
	doc->order = a.tokens;
	doc->norder = a.n;
	for (size_t i = 0; i < a.n && st == PIFU_OK; i++) {
		if (i % SENSE_AHEAD == 0)
			st = read_senses(&a, i, err);
		if (st == PIFU_OK)
			st = read_word(&a, i, err);
	}
	return st;
}
