/* Stage 5, its memory: what comes again is not worked out again.
 *
 * What a word adds to the lattice depends on little: on the readings before it
 * (their states, and how much dearer each is than the best), on what the word
 * looks like, where it stands and what its row shows. Rows of a table are so much
 * alike that a few dozen such cases make up nearly all of it:
 *
 *     layer 7  --(sense 12, column 3, row begins)-->  layer 9:  NAME at 0
 *     layer 9  --(sense 4, column 4)------------->  layer 7:  TARGET at 0
 *
 * So each case that was worked out (align.c) is kept as a step: the nodes and
 * edges it gave, with costs that count from the best node before. When the case
 * comes again the step is laid down as it stands. This is the lattice made
 * deterministic as it is walked, as engines for regular expressions do it.
 *
 *     settings  columns, weights and trust of forms, numbered from 1
 *     layers    signatures of layers, numbered from 1
 *     senses    what words may look like, numbered from 1 (classes)
 *     slots     a hash: setting, layer, class, column, row -> step
 *
 * Two things keep a case out: what depends on the very text (the other half of a
 * cut label; the rest of a broken cell), and layers of more than MEMO_NODES nodes,
 * which are rare. So whoever lets a reading depend on more than the sense of a
 * word, its place and its row adds to needs_text().
 *
 * The tables grow with what a document shows, for most are small.
 *
 * Limits: they hold so many cases; when they are full they begin anew. */
#include "stage/memo.h"

#include "base/error.h"
#include "base/word.h"

enum {
	MEMO_NODES = 8,
	MEMO_EDGES = 32,
	LAYERS_MOST = 1 << 11,
	STEPS_MOST = 1 << 13,
	CLASSES_MOST = 1 << 10, /* and twice as many slots */
	STEP_SLOTS = 1 << 9,    /* at first; half of them at most are used */
	SETTINGS_MOST = 1 << 6,
	COLUMN_MOST = 1 << 12,
};

/* Groups of a step's nodes: those of the layer before by their node, or one of these. */
#define GROUP_NONE PIFU_NONE
#define GROUP_HERE (PIFU_NONE - 1)

/* A node as far as it bears on what follows; without padding, so that bytes compare. */
struct trace {
	int32_t cost; /* above the cheapest of its layer */
	uint16_t level1, level2;
	int8_t slot, shift;
	uint8_t flags;
	uint8_t group; /* 0 none, else number of the group among those of its layer */
};

struct traced_layer {
	uint32_t first, n; /* traces */
	uint32_t hash;
	bool open; /* a label is cut: what goes on depends on the text */
};

struct step_kept {
	struct node first;   /* the node of memo->nodes at `node`, for mostly there is but one */
	uint32_t node, edge; /* of memo->nodes, memo->edges */
	uint16_t next;       /* layer */
	uint8_t nnodes, nedges;
};

struct step_slot {
	uint64_t key; /* 0: free */
	uint32_t step;
};

/* What steps depend on besides their key. */
struct setting {
	const struct grammar *grammar;
	struct layout layout;
	unsigned reading;
	int8_t name_slot, target_slot, level2_slot;
	bool has_levels;
	uint32_t nslots;
	uint32_t homes[SLOTS_MAX];
	uint8_t roles[SLOTS_MAX];
};

struct memo {
	struct arena *arena;
	unsigned setting; /* of the form at hand */
	uint16_t layer;   /* the last one of the lattice; 0: not known */
	uint64_t key;     /* of the word at hand; 0: not to be kept */

	struct setting *settings;
	size_t nsettings, settings_cap;

	struct trace *traces;
	size_t ntraces, traces_cap;
	struct traced_layer *layers; /* [0] unused */
	size_t nlayers, layers_cap;
	uint16_t layer_slots[2 * LAYERS_MOST];

	struct node *nodes;
	size_t nnodes, nodes_cap;
	struct edge *edges;
	size_t nedges, edges_cap;
	struct step_kept *steps;
	size_t nsteps, steps_cap;
	struct step_slot *slots;
	size_t nslots; /* a power of two */

	struct sense *senses; /* [0] unused */
	size_t nsenses, senses_cap;
	uint16_t sense_slots[2 * CLASSES_MOST];
};

/* Of objects that were cleared as a whole before they were filled: their padding is alike. */
static bool same_bytes(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n) == 0;
}

static uint32_t hash_bytes(const void *bytes, size_t n)
{
	uint64_t hash = pifu_str_hash((struct str){bytes, (uint32_t)n});
	return (uint32_t)(hash ^ hash >> 32);
}

/* ---- The tables ---------------------------------------------------------------- */

static void forget_steps(struct memo *m)
{
	memset(m->layer_slots, 0, sizeof m->layer_slots);
	memset(m->slots, 0, m->nslots * sizeof *m->slots);
	m->ntraces = m->nnodes = m->nedges = m->nsettings = m->nsteps = 0;
	m->nlayers = 1;
	m->layer = 0;
}

static struct memo *new_memo(struct pifu_doc *doc)
{
	struct memo *m = pifu_arena_zalloc(doc->keep, 1, sizeof *m);
	if (!m)
		return NULL;
	m->arena = doc->keep;
	m->nsenses = m->nlayers = 1;
	m->nslots = STEP_SLOTS;
	m->slots = ARENA_ARRAY(m->arena, struct step_slot, m->nslots);
	m->layers = pifu_arena_grow(m->arena, NULL, 0, &m->layers_cap, 1, sizeof *m->layers);
	return m->slots && m->layers ? m : NULL;
}

/* Cleared before, for settings are compared as bytes. */
static void fill_setting(const struct aligner *a, struct setting *s)
{
	const struct pifu_doc *doc = a->doc;
	s->grammar = a->grammar;
	s->layout.levels_seen = a->layout.levels_seen;
	s->layout.lines = a->layout.lines;
	s->layout.move = a->layout.move;
	s->layout.join = a->layout.join;
	s->layout.split = a->layout.split;
	s->reading = a->reading;
	s->name_slot = a->name_slot;
	s->target_slot = a->target_slot;
	s->level2_slot = a->level2_slot;
	s->has_levels = doc->has_levels;
	s->nslots = (uint32_t)doc->nslots;
	for (size_t i = 0; i < doc->nslots; i++) {
		s->homes[i] = doc->slots[i].home;
		s->roles[i] = doc->slots[i].role;
	}
}

/* Documents know few settings. */
static pifu_status number_setting(struct memo *m, const struct setting *s, pifu_error *err)
{
	for (m->setting = 0; m->setting < m->nsettings; m->setting++)
		if (same_bytes(&m->settings[m->setting], s, sizeof *s))
			return PIFU_OK;
	if (m->nsettings == SETTINGS_MOST)
		forget_steps(m);
	struct setting *all = pifu_arena_grow(m->arena, m->settings, m->nsettings, &m->settings_cap,
	                                      m->nsettings + 1, sizeof *all);
	if (!all)
		return pifu_error_nomem(err);
	m->settings = all;
	m->setting = (unsigned)m->nsettings;
	memcpy(&all[m->nsettings++], s, sizeof *s);
	return PIFU_OK;
}

pifu_status pifu_memo_begin(struct aligner *a, pifu_error *err)
{
	struct pifu_doc *doc = a->doc;
	if (!doc->memo && !(doc->memo = new_memo(doc)))
		return pifu_error_nomem(err);
	struct memo *m = a->memo = doc->memo;
	struct setting setting;
	memset(&setting, 0, sizeof setting);
	fill_setting(a, &setting);
	m->layer = 0;
	return number_setting(m, &setting, err);
}

/* ---- Senses --------------------------------------------------------------------- */

pifu_status pifu_memo_class(struct memo *m, const struct sense *sense, uint16_t *class,
                            pifu_error *err)
{
	size_t said = offsetof(struct sense, labels) + sense->nlabels * sizeof *sense->labels;
	size_t at = hash_bytes(sense, said) % (2 * CLASSES_MOST);
	for (; m->sense_slots[at]; at = (at + 1) % (2 * CLASSES_MOST)) {
		*class = m->sense_slots[at];
		if (same_bytes(&m->senses[*class], sense, said))
			return PIFU_OK;
	}
	*class = 0;
	if (m->nsenses == CLASSES_MOST)
		return PIFU_OK;
	struct sense *senses = pifu_arena_grow(m->arena, m->senses, m->nsenses, &m->senses_cap,
	                                       m->nsenses + 1, sizeof *senses);
	if (!senses)
		return pifu_error_nomem(err);
	m->senses = senses;
	memset(&senses[m->nsenses], 0, sizeof *senses);
	memcpy(&senses[m->nsenses], sense, said);
	*class = m->sense_slots[at] = (uint16_t)m->nsenses++;
	return PIFU_OK;
}

/* ---- Layers --------------------------------------------------------------------- */

/* Nodes of the last layer of the lattice. */
static const struct node *last_layer(const struct aligner *a, size_t *n)
{
	uint32_t first = a->layers[a->nlayers - 1].node;
	*n = a->nnodes - first;
	return a->nodes + first;
}

static int32_t cheapest_of(const struct node *nodes, size_t n)
{
	int32_t best = nodes[0].cost;
	for (size_t i = 1; i < n; i++)
		best = nodes[i].cost < best ? nodes[i].cost : best;
	return best;
}

static uint8_t group_number(const struct node *nodes, size_t i)
{
	size_t k = 0;
	if (nodes[i].state.group == PIFU_NONE)
		return 0;
	while (nodes[k].state.group != nodes[i].state.group)
		k++;
	return (uint8_t)(k + 1);
}

static bool trace_nodes(const struct node *nodes, size_t n, struct trace *out)
{
	int32_t best = cheapest_of(nodes, n);
	bool open = false;
	for (size_t i = 0; i < n; i++) {
		const struct state *s = &nodes[i].state;
		out[i] = (struct trace){
			nodes[i].cost - best,  s->level1, s->level2, s->slot, s->shift, s->flags,
			group_number(nodes, i)};
		open |= s->flags & (STATE_LEVEL1_PART | STATE_LEVEL2_PART);
	}
	return open;
}

static bool same_traces(const struct memo *m, const struct traced_layer *layer,
                        const struct trace *traces, size_t n)
{
	return layer->n == n && memcmp(m->traces + layer->first, traces, n * sizeof *traces) == 0;
}

/* The number of the lattice's last layer, known or new; 0: it is not to be kept. */
static pifu_status number_layer(struct aligner *a, uint16_t *number, pifu_error *err)
{
	struct memo *m = a->memo;
	struct trace traces[MEMO_NODES];
	size_t n;
	const struct node *nodes = last_layer(a, &n);
	*number = 0;
	if (n > MEMO_NODES)
		return PIFU_OK;
	bool open = trace_nodes(nodes, n, traces);
	uint32_t hash = hash_bytes(traces, n * sizeof *traces);
	size_t at = hash % (2 * LAYERS_MOST);
	for (; m->layer_slots[at]; at = (at + 1) % (2 * LAYERS_MOST)) {
		const struct traced_layer *l = &m->layers[m->layer_slots[at]];
		if (l->hash != hash || !same_traces(m, l, traces, n))
			continue;
		*number = m->layer_slots[at];
		return PIFU_OK;
	}
	if (m->nlayers == LAYERS_MOST)
		return PIFU_OK;
	struct trace *all = pifu_arena_grow(m->arena, m->traces, m->ntraces, &m->traces_cap,
	                                    m->ntraces + n, sizeof *all);
	if (!all)
		return pifu_error_nomem(err);
	m->traces = all;
	struct traced_layer *layers =
		pifu_arena_grow(m->arena, m->layers, m->nlayers, &m->layers_cap, m->nlayers + 1,
	                        sizeof *layers);
	if (!layers)
		return pifu_error_nomem(err);
	m->layers = layers;
	memcpy(all + m->ntraces, traces, n * sizeof *traces);
	m->layers[m->nlayers] =
		(struct traced_layer){(uint32_t)m->ntraces, (uint32_t)n, hash, open};
	m->ntraces += n;
	*number = m->layer_slots[at] = (uint16_t)m->nlayers++;
	return PIFU_OK;
}

/* ---- Steps ----------------------------------------------------------------------- */

/* May the word be the rest of what a node before it left open in the row above? It may be
 * that of a name whose target is still to come; behind a gap also that of a target. */
static bool may_go_on(const struct aligner *a)
{
	size_t n;
	const struct node *nodes = last_layer(a, &n);
	for (size_t i = 0; i < n; i++) {
		const struct state *s = &nodes[i].state;
		bool target = s->slot >= 0 && a->doc->slots[s->slot].role == ROLE_TARGET;
		if (s->slot >= 0 && s->slot == a->name_slot ? !(s->flags & STATE_TARGET)
		                                            : target && a->after_gap)
			return true;
	}
	return false;
}

static bool completes(const struct aligner *a, uint16_t label, struct str key)
{
	if (label == NO_LABEL)
		return false;
	struct str whole = a->grammar->labels[label].text;
	return key.n < whole.n && pifu_str_ends(whole, key);
}

/* Is the word the other half of a label that some node carries cut? */
static bool may_complete(const struct aligner *a, struct str key)
{
	size_t n;
	const struct node *nodes = last_layer(a, &n);
	for (size_t i = 0; i < n; i++) {
		const struct state *s = &nodes[i].state;
		if ((s->flags & STATE_LEVEL1_PART && completes(a, s->level1, key)) ||
		    (s->flags & STATE_LEVEL2_PART && completes(a, s->level2, key)))
			return true;
	}
	return false;
}

/* Does how the word is read depend on more of its text than its sense tells? */
static bool needs_text(const struct aligner *a, const struct token *t, bool starts)
{
	const struct sense *s = a->sense;
	if (s->tail || s->left_over || a->layout.lines)
		return true;
	bool rest = starts && !(a->after_gap && s->nlabels); /* no label is the rest behind a gap */
	return ((rest || t->raw.s) && may_go_on(a)) ||
	       (a->memo->layers[a->memo->layer].open && may_complete(a, t->key));
}

/* 0: the case depends on more than a key tells. */
static uint64_t key_of(const struct aligner *a, size_t i)
{
	const struct memo *m = a->memo;
	const struct pifu_doc *doc = a->doc;
	const struct token *t = &doc->tokens[a->tokens[i]];
	bool starts = doc->tokens[a->tokens[i - 1]].row != t->row,
	     apart = t->moved || doc->view[a->tokens[i]].centred;
	if (!m->layer || !a->sense_class || t->col >= COLUMN_MOST || needs_text(a, t, starts))
		return 0;
	uint32_t row = starts | a->bare_row << 1 | a->odd_place << 2 | a->covered << 3 |
	               apart << 4 | a->after_gap << 5;
	return (uint64_t)m->layer << 48 | (uint64_t)a->sense_class << 32 | m->setting << 24 |
	       t->col << 8 | row;
}

static struct step_slot *find_slot(struct memo *m, uint64_t key)
{
	uint64_t hash = key * 0x9E3779B97F4A7C15u;
	size_t at = hash >> 40 & (m->nslots - 1);
	while (m->slots[at].key && m->slots[at].key != key)
		at = (at + 1) & (m->nslots - 1);
	return &m->slots[at];
}

static bool grow_slots(struct memo *m)
{
	struct step_slot *old = m->slots;
	size_t n = m->nslots;
	struct step_slot *slots = ARENA_ARRAY(m->arena, struct step_slot, 2 * n);
	if (!slots)
		return false;
	m->slots = slots;
	m->nslots = 2 * n;
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			*find_slot(m, old[i].key) = old[i];
	return true;
}

/* A node of a step at its place behind the last layer, which begins at `before`. It is
 * copied as a whole and then set right: taken apart it costs three times as much. */
static inline void place_node(const struct aligner *a, const struct node *kept,
                              const struct node *before, int32_t base, struct node *to)
{
	uint32_t group = kept->state.group;
	if (group == GROUP_HERE)
		group = a->tokens[a->base + a->nlayers];
	else if (group != GROUP_NONE)
		group = before[group].state.group;
	memcpy(to, kept, sizeof *to);
	to->state.group = group;
	to->cost += base;
	to->previous += (uint32_t)(before - a->nodes);
}

static bool make_room(struct aligner *a, const struct step_kept *s)
{
	struct arena *work = a->doc->work;
	struct node *nodes = pifu_arena_grow(work, a->nodes, a->nnodes, &a->nodes_cap,
	                                     a->nnodes + s->nnodes, sizeof *nodes);
	struct edge *edges = pifu_arena_grow(work, a->edges, a->nedges, &a->edges_cap,
	                                     a->nedges + s->nedges, sizeof *edges);
	struct layer *layers = pifu_arena_grow(work, a->layers, a->nlayers + 1, &a->layers_cap,
	                                       a->nlayers + 2, sizeof *layers);
	if (nodes)
		a->nodes = nodes;
	if (edges)
		a->edges = edges;
	if (layers)
		a->layers = layers;
	return nodes && edges && layers;
}

/* False when there is no memory: then the word is worked out, which tells it. */
static bool lay_step(struct aligner *a, const struct step_kept *s)
{
	const struct memo *m = a->memo;
	if (!make_room(a, s))
		return false;
	size_t n;
	const struct node *before = last_layer(a, &n);
	uint32_t first = (uint32_t)(before - a->nodes), layer = (uint32_t)a->nnodes;
	int32_t base = cheapest_of(before, n);
	for (unsigned i = 0; i < s->nnodes; i++)
		place_node(a, &m->nodes[s->node + i], before, base, &a->nodes[layer + i]);
	for (unsigned i = 0; i < s->nedges; i++) {
		struct edge e = m->edges[s->edge + i];
		a->edges[a->nedges + i] = (struct edge){e.from + first, e.to + layer, e.cost};
	}
	a->layers[a->nlayers] = (struct layer){layer, (uint32_t)a->nedges};
	a->nnodes += s->nnodes;
	a->nedges += s->nedges;
	a->layers[++a->nlayers] = (struct layer){(uint32_t)a->nnodes, (uint32_t)a->nedges};
	return true;
}

/* One reading behind one reading: nothing is left to weigh. */
static void pass_step(struct aligner *a, const struct step_kept *s)
{
	place_node(a, &s->first, a->nodes, a->nodes[0].cost, &a->nodes[0]);
	pifu_align_pass(a);
}

bool pifu_memo_replay(struct aligner *a, size_t i)
{
	struct memo *m = a->memo;
	m->key = i == 0 ? 0 : key_of(a, i);
	const struct step_slot *slot = m->key ? find_slot(m, m->key) : NULL;
	if (!slot || !slot->key)
		return false;
	const struct step_kept *s = &m->steps[slot->step];
	if (s->nnodes == 1 && a->nlayers == 1 && a->nnodes == 1)
		pass_step(a, s);
	else if (!lay_step(a, s))
		return false;
	m->layer = s->next;
	return true;
}

/* The group of a new node, told by the layer before. */
static uint32_t group_code(const struct aligner *a, uint32_t group, uint32_t first, uint32_t end)
{
	if (group == PIFU_NONE)
		return GROUP_NONE;
	for (uint32_t k = first; k < end; k++)
		if (a->nodes[k].state.group == group)
			return k - first;
	return GROUP_HERE;
}

static bool keep_nodes(struct aligner *a, const struct layer *before, const struct layer *layer)
{
	struct memo *m = a->memo;
	size_t n = a->nnodes - layer->node;
	struct node *nodes = pifu_arena_grow(m->arena, m->nodes, m->nnodes, &m->nodes_cap,
	                                     m->nnodes + n, sizeof *nodes);
	if (!nodes)
		return false;
	m->nodes = nodes;
	int32_t base = cheapest_of(a->nodes + before->node, layer->node - before->node);
	for (size_t i = 0; i < n; i++) {
		struct node kept = a->nodes[layer->node + i];
		kept.cost -= base;
		kept.previous -= before->node;
		kept.state.group = group_code(a, kept.state.group, before->node, layer->node);
		nodes[m->nnodes++] = kept;
	}
	return true;
}

static bool keep_edges(struct aligner *a, const struct layer *before, const struct layer *layer)
{
	struct memo *m = a->memo;
	size_t n = a->nedges - layer->edge;
	struct edge *edges = pifu_arena_grow(m->arena, m->edges, m->nedges, &m->edges_cap,
	                                     m->nedges + n, sizeof *edges);
	if (!edges)
		return false;
	m->edges = edges;
	for (size_t i = layer->edge; i < a->nedges; i++)
		edges[m->nedges++] = (struct edge){a->edges[i].from - before->node,
		                                   a->edges[i].to - layer->node, a->edges[i].cost};
	return true;
}

static pifu_status keep_step(struct aligner *a, uint16_t next, pifu_error *err)
{
	struct memo *m = a->memo;
	const struct layer *layer = &a->layers[a->nlayers - 1];
	struct step_kept s = {.node = (uint32_t)m->nnodes,
	                      .edge = (uint32_t)m->nedges,
	                      .next = next,
	                      .nnodes = (uint8_t)(a->nnodes - layer->node),
	                      .nedges = (uint8_t)(a->nedges - layer->edge)};
	struct step_kept *steps = pifu_arena_grow(m->arena, m->steps, m->nsteps, &m->steps_cap,
	                                          m->nsteps + 1, sizeof *steps);
	if (steps)
		m->steps = steps;
	if (!steps || (2 * (m->nsteps + 1) > m->nslots && !grow_slots(m)) ||
	    !keep_nodes(a, layer - 1, layer) || !keep_edges(a, layer - 1, layer))
		return pifu_error_nomem(err);
	s.first = m->nodes[s.node];
	m->steps[m->nsteps] = s;
	*find_slot(m, m->key) = (struct step_slot){m->key, (uint32_t)m->nsteps++};
	return PIFU_OK;
}

pifu_status pifu_memo_learn(struct aligner *a, pifu_error *err)
{
	struct memo *m = a->memo;
	uint64_t key = m->key;
	if (m->nlayers == LAYERS_MOST || m->nsteps == STEPS_MOST) {
		struct setting setting = m->settings[m->setting];
		forget_steps(m);
		m->settings[m->nsettings++] = setting;
		m->setting = 0;
		key = 0;
	}
	pifu_status st = number_layer(a, &m->layer, err);
	bool small = a->nedges - a->layers[a->nlayers - 1].edge <= MEMO_EDGES;
	return st == PIFU_OK && key && m->layer && small ? keep_step(a, m->layer, err) : st;
}
