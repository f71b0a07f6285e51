/* Labels in the middle of their block.
 *
 * A converter that places the text of a merged cell by its vertical centre
 * leaves the label beside the middle row of the rows that it governs:
 *
 *     row  function  level1    level2    name
 *      0                       数量指标   …        blocks of level 2: [0,2) [2,3)
 *      1             产出指标             …        level 1:           [0,3)
 *      2   职能1                质量指标   …        function:          [0,5)
 *      3             效益指标   社会效益   …
 *      4             满意度     满意度     …
 *
 * The sign is that the first row of the table has no level 1 while later rows
 * do. Then blocks must tile each column with a label in the middle of each, and
 * they must nest: level 2 within level 1 within function. A label with as many
 * rows above it as below has a block of odd length; of the two middle rows of an
 * even one the same side is taken through the whole form.
 *
 * All columns are tiled together, from the top, block by block of the innermost:
 * each may end in two places, and where it ends the blocks around it may end as
 * well, if their labels are in their middles, too. A state is where the open
 * blocks began; of all ways into a state the cheapest is kept (Viterbi). What is
 * paid for: a level 2 under a level 1 that is not its own, a label twice in one
 * block, and rows that look unlike the rows that the labels of the form stand
 * beside (centre_kin.c). Of both sides the cheaper tiling is taken; each label is then
 * read before the first row of its block. If there is no tiling nothing is moved.
 *
 * All records under moved labels carry a finding. Going back over the states
 * tells by how much the form is dearer if a row belongs to another block: rows
 * for which that is little are doubtful. */
#include "stage/centre.h"
#include "base/error.h"
#include "stage/classify.h"

#define STATES_MAX 96 /* kept for each block of the innermost column */
#define COST_PARENT 300
#define COST_TWICE 120
#define COST_ORDER 60
#define COST_MOST 80  /* for each level 1, of a tiling that is believed */
#define COST_LOWER 10 /* the upper of two middle rows is the more usual */
#define REST_NONE (INT32_MAX / 4)

/* ---- Tiling -------------------------------------------------------------------- */

/* Is row `at` the middle of [from, to)? */
static bool is_middle(const struct centre *c, uint32_t from, uint32_t at, uint32_t to)
{
	if (at < from || at >= to)
		return false;
	uint32_t above = at - from, below = to - at - 1;
	return above == below || (c->side != SIDE_LOWER && above + 1 == below) ||
	       (c->side != SIDE_UPPER && above == below + 1);
}

/* Label of `level` whose block begins at `from`: the first at or behind it. */
static uint32_t label_row(const struct centre *c, unsigned level, uint32_t from)
{
	return from <= c->n ? c->next[level][from] : c->n;
}

static const struct label *own_label(const struct centre *c, unsigned level, uint32_t row)
{
	uint16_t id = row < c->n ? c->label_id[level][row] : NO_LABEL;
	return id == NO_LABEL ? NULL : &c->a->grammar->labels[id];
}

/* What it costs that level 2 at `inner` stands under level 1 at `outer`. */
static int32_t parent_cost(const struct centre *c, uint32_t inner, uint32_t outer)
{
	const struct label *second = own_label(c, 2, inner);
	uint16_t first = outer < c->n ? c->label_id[1][outer] : NO_LABEL;
	if (!second || first == NO_LABEL || second->parent == first)
		return 0;
	bool alike = second->parent != NO_LABEL &&
	             pifu_str_eq(c->a->grammar->labels[second->parent].text,
	                         c->a->grammar->labels[first].text);
	bool let = first < 64 && (second->parents >> first & 1);
	return alike ? 0 : let ? COST_PARENT / 3 : COST_PARENT;
}

/* Of labels that stand in one block the vocabulary's order is usual: outputs, benefits,
 * satisfaction. What that of the block from `from` costs behind the one from `before`. */
static int32_t order_cost(const struct centre *c, unsigned level, uint32_t from, uint32_t before)
{
	uint32_t at = label_row(c, level, from), last = label_row(c, level, before);
	uint16_t id = at < c->n ? c->label_id[level][at] : NO_LABEL,
		 old = last < c->n ? c->label_id[level][last] : NO_LABEL;
	if (level == 0 || id == NO_LABEL || old == NO_LABEL || at == last)
		return 0;
	return id == old ? COST_TWICE : id < old ? COST_ORDER : 0;
}

/* A function begins with the level 1 that the form begins with. */
static int32_t first_cost(const struct centre *c, uint32_t from)
{
	uint32_t at = c->used[1] ? label_row(c, 1, from) : c->n;
	uint16_t first = c->used[1] ? c->label_id[1][c->next[1][0]] : NO_LABEL;
	return at < c->n && c->label_id[1][at] != first ? COST_ORDER : 0;
}

static void add_state(struct centre *c, const struct tiling *t)
{
	struct tiling *all = pifu_arena_grow(c->a->doc->work, c->states, c->nstates, &c->cap,
	                                     c->nstates + 1, sizeof *all);
	if (!all) {
		c->failed = true;
		return;
	}
	c->states = all;
	all[c->nstates++] = *t;
}

static void add_way(struct centre *c, uint32_t from, uint32_t to, int32_t cost)
{
	struct way *all = pifu_arena_grow(c->a->doc->work, c->ways, c->nways, &c->ways_cap,
	                                  c->nways + 1, sizeof *all);
	if (!all) {
		c->failed = true;
		return;
	}
	c->ways = all;
	all[c->nways++] = (struct way){from, to, cost};
}

/* May each open block around the innermost still end with its label in its middle? */
static bool is_alive(const struct centre *c, const struct tiling *t)
{
	uint32_t end = t->start[c->levels[c->depth - 1]];
	for (unsigned k = 0; k + 1 < c->depth; k++) {
		unsigned level = c->levels[k];
		uint32_t at = label_row(c, level, t->start[level]);
		if (t->start[level] == end)
			continue;
		if (at == c->n ||
		    end > 2 * at - t->start[level] + (c->side == SIDE_LOWER ? 1 : 2) ||
		    end > label_row(c, level, at + 1))
			return false;
	}
	return true;
}

/* Offer a state to the layer that begins at `layer`. */
static void offer(struct centre *c, size_t layer, uint32_t from, const struct tiling *t,
                  int32_t cost)
{
	struct tiling *same = NULL;
	if (!is_alive(c, t))
		return;
	for (size_t i = layer; i < c->nstates && !same; i++)
		if (memcmp(c->states[i].start, t->start, sizeof t->start) == 0)
			same = &c->states[i];
	if (!same) {
		if (c->nstates - layer >= STATES_MAX)
			return;
		add_state(c, t);
		if (c->failed)
			return;
		same = &c->states[c->nstates - 1];
		same->cost = REST_NONE;
	}
	uint32_t at = (uint32_t)(same - c->states);
	add_way(c, from, at, cost);
	int32_t whole = c->states[from].cost + cost;
	if (whole < c->states[at].cost) {
		c->states[at].cost = whole;
		c->states[at].previous = from;
	}
}

/* The innermost block of state `from` ends at `end`: the blocks around it go on, or
 * end as well, one after the other from the inside. */
static void close_blocks(struct centre *c, size_t layer, uint32_t from, uint32_t end, int32_t cost)
{
	struct tiling t = c->states[from];
	unsigned inner = c->levels[c->depth - 1];
	uint32_t began = t.start[inner];
	t.start[inner] = end;
	for (unsigned k = c->depth; k-- > 0;) {
		unsigned level = c->levels[k], above = k > 0 ? c->levels[k - 1] : 0;
		if (k + 1 < c->depth) { /* close it, too */
			uint32_t start = t.start[level], at = label_row(c, level, start);
			if (!is_middle(c, start, at, end) || label_row(c, level, at + 1) < end)
				return;
			began = start;
			t.start[level] = end;
		}
		if (end == c->n) {
			if (k == 0)
				offer(c, layer, from, &t, cost);
			continue;
		}
		bool open = k > 0 && label_row(c, above, t.start[above]) < c->n;
		int32_t order = level == 0 ? first_cost(c, end) : order_cost(c, level, end, began);
		if (k == 0 || open)
			offer(c, layer, from, &t, cost + order);
	}
}

/* All ways on from state `from`, whose innermost block has its label at `at`. */
static void expand(struct centre *c, size_t layer, uint32_t from)
{
	unsigned inner = c->levels[c->depth - 1];
	uint32_t start = c->states[from].start[inner], at = label_row(c, inner, start);
	uint32_t next = label_row(c, inner, at + 1);
	uint32_t outer = c->depth > 1 ? label_row(c, 1, c->states[from].start[1]) : c->n;
	int32_t parent = inner == 2 && c->used[1] ? parent_cost(c, at, outer) : 0;
	for (uint32_t end = at + 1; end <= next && !c->failed; end++)
		if (is_middle(c, start, at, end) && (next < c->n || end == c->n))
			close_blocks(c, layer, from, end,
			             parent + pifu_centre_kin(c, at, start, end));
}

/* The tiling with one side for even blocks; the state at its end, PIFU_NONE: there is none. */
static uint32_t tile(struct centre *c)
{
	unsigned inner = c->levels[c->depth - 1];
	size_t layer = c->nstates;
	struct tiling first = {.cost = c->side == SIDE_UPPER ? 0 : COST_LOWER,
	                       .previous = PIFU_NONE};
	add_state(c, &first);
	c->first_state = layer;
	c->first_way = c->nways;
	for (uint32_t at = c->next[inner][0]; at < c->n && !c->failed;
	     at = c->next[inner][at + 1]) {
		size_t end = c->nstates;
		for (size_t i = layer; i < end; i++)
			expand(c, end, (uint32_t)i);
		layer = end;
	}
	if (c->failed || layer == c->nstates || c->states[layer].start[inner] != c->n)
		return PIFU_NONE;
	return (uint32_t)layer; /* all blocks end at n: one state */
}

/* ---- Doubt ---------------------------------------------------------------------- */

/* The labels that govern the rows of the innermost block of a state. */
static void block_labels(const struct centre *c, const struct tiling *t, uint32_t *labels)
{
	for (unsigned level = 0; level < LEVELS; level++)
		labels[level] = c->used[level] ? label_row(c, level, t->start[level]) : c->n;
}

/* The innermost block between two states is a rival where it has other labels. */
static void doubt_block(struct centre *c, uint32_t from, uint32_t to, int32_t margin)
{
	unsigned inner = c->levels[c->depth - 1];
	uint32_t labels[LEVELS];
	block_labels(c, &c->states[from], labels);
	for (uint32_t r = c->states[from].start[inner]; r < c->states[to].start[inner]; r++) {
		if (margin >= c->doubt[r].margin ||
		    memcmp(labels, c->governs[r], sizeof labels) == 0)
			continue;
		c->doubt[r].margin = margin;
		memcpy(c->doubt[r].labels, labels, sizeof labels);
	}
}

/* Rows that nearly as cheap a tiling puts under other labels. */
static bool find_doubts(struct centre *c, uint32_t last)
{
	size_t nstates = c->last_state - c->first_state;
	int32_t *rest = pifu_arena_alloc(c->a->doc->work, nstates * sizeof *rest);
	c->doubt = ARENA_ARRAY(c->a->doc->work, struct doubt, c->n + 1);
	if (!rest || !c->doubt)
		return false;
	for (size_t i = 0; i < nstates; i++)
		rest[i] = REST_NONE;
	rest[last - c->first_state] = 0;
	for (size_t i = c->last_way; i-- > c->first_way;) {
		const struct way *w = &c->ways[i];
		int32_t cost = rest[w->to - c->first_state] + w->cost;
		if (cost < rest[w->from - c->first_state])
			rest[w->from - c->first_state] = cost;
	}
	for (uint32_t r = 0; r < c->n; r++)
		c->doubt[r].margin = REST_NONE;
	for (size_t i = c->first_way; i < c->last_way; i++) {
		const struct way *w = &c->ways[i];
		const struct tiling *from = &c->states[w->from];
		int32_t margin =
			from->cost + w->cost + rest[w->to - c->first_state] - c->states[last].cost;
		doubt_block(c, w->from, w->to, margin);
	}
	for (uint32_t to = c->other, from; to != PIFU_NONE; to = from)
		if ((from = c->states[to].previous) != PIFU_NONE)
			doubt_block(c, from, to, c->states[c->other].cost - c->states[last].cost);
	return true;
}

/* Blocks of the tiling that ends in state `last` -> c->start, c->governs, c->doubt. */
static bool take_tiling(struct centre *c, uint32_t last)
{
	unsigned inner = c->levels[c->depth - 1];
	for (uint32_t to = last, from; (from = c->states[to].previous) != PIFU_NONE; to = from) {
		const struct tiling *t = &c->states[from];
		uint32_t labels[LEVELS];
		block_labels(c, t, labels);
		for (unsigned level = 0; level < LEVELS; level++)
			if (labels[level] < c->n)
				c->start[level][labels[level]] = t->start[level];
		for (uint32_t r = t->start[inner]; r < c->states[to].start[inner]; r++)
			memcpy(c->governs[r], labels, sizeof labels);
	}
	return find_doubts(c, last);
}

/* ---- The form ------------------------------------------------------------------ */

static uint32_t find_home(const struct pifu_doc *doc, uint8_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role)
			return doc->slots[i].home;
	return PIFU_NONE;
}

static bool is_label_of(const struct centre *c, const struct token *t, unsigned level)
{
	const struct pifu_doc *doc = c->a->doc;
	if (level == 0)
		return !pifu_token_means(t, MEANING_LABEL, NULL);
	for (unsigned i = 0; i < t->nmeanings; i++)
		if (t->meanings[i].kind == MEANING_LABEL &&
		    doc->grammars->common->labels[t->meanings[i].id].level == level)
			return true;
	return false;
}

static void note_labels(struct centre *c, uint32_t row, const uint32_t *homes)
{
	const struct pifu_doc *doc = c->a->doc;
	for (unsigned level = 0; level < LEVELS; level++)
		c->label[level][c->n] = PIFU_NONE;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		for (unsigned level = 0; level < LEVELS; level++)
			if (doc->tokens[i].col == homes[level] &&
			    is_label_of(c, &doc->tokens[i], level))
				c->label[level][c->n] = i;
	c->rows[c->n++] = row;
}

static bool gather_rows(struct centre *c)
{
	struct pifu_doc *doc = c->a->doc;
	uint32_t homes[LEVELS] = {find_home(doc, ROLE_FUNCTION), find_home(doc, ROLE_LEVEL1),
	                          find_home(doc, ROLE_LEVEL2)};
	size_t rows = doc->span->data_end - doc->span->header_end;
	c->rows = ARENA_ARRAY(doc->work, uint32_t, rows + 1);
	c->governs = pifu_arena_zalloc(doc->work, rows + 1, sizeof *c->governs);
	bool ok = c->rows && c->governs;
	for (unsigned level = 0; level < LEVELS; level++) {
		c->used[level] = homes[level] != PIFU_NONE;
		c->label[level] = ARENA_ARRAY(doc->work, uint32_t, rows + 1);
		c->start[level] = ARENA_ARRAY(doc->work, uint32_t, rows + 1);
		c->next[level] = ARENA_ARRAY(doc->work, uint32_t, rows + 2);
		c->label_id[level] = ARENA_ARRAY(doc->work, uint16_t, rows + 1);
		ok = ok && c->label[level] && c->start[level] && c->next[level] &&
		     c->label_id[level];
	}
	for (uint32_t r = doc->span->header_end; ok && r < doc->span->data_end; r++)
		if (doc->row_kind[r] == ROW_DATA && doc->row_token[r] < doc->row_token[r + 1])
			note_labels(c, r, homes);
	return ok;
}

/* The first row of data has no level 1: the sign of centred labels. */
static bool has_sign(const struct aligner *a)
{
	const struct pifu_doc *doc = a->doc;
	uint32_t home = find_home(doc, ROLE_LEVEL1);
	if (a->layout.lines || a->layout.move < 100 || home == PIFU_NONE || a->n == 0)
		return false;
	uint32_t row = doc->tokens[a->tokens[0]].row;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (doc->tokens[i].col <= home)
			return false;
	return true;
}

/* The tokens in the order in which they are to be read. */
static bool reorder(struct centre *c)
{
	struct aligner *a = c->a;
	struct pifu_doc *doc = a->doc;
	uint32_t *order = ARENA_ARRAY(doc->work, uint32_t, a->n + 1);
	if (!order)
		return false;
	size_t n = 0;
	for (uint32_t r = 0; r < c->n; r++) {
		for (unsigned level = 0; level < LEVELS; level++)
			for (uint32_t at = r; at < c->n && c->used[level]; at++) {
				if (c->label[level][at] == PIFU_NONE)
					continue;
				if (c->start[level][at] != r)
					break;
				order[n++] = c->label[level][at];
				doc->view[c->label[level][at]].centred = at != r;
			}
		for (uint32_t i = doc->row_token[c->rows[r]]; i < doc->row_token[c->rows[r] + 1];
		     i++)
			if (i != c->label[0][r] && i != c->label[1][r] && i != c->label[2][r])
				order[n++] = i;
	}
	a->tokens = order;
	a->n = n;
	return true;
}

/* The meaning of a label in its column. */
static uint16_t find_label(const struct centre *c, const struct token *t, unsigned level)
{
	const struct grammar *g = c->a->grammar;
	size_t n;
	const struct meaning *m = pifu_lexicon_find(g->lexicon, t->key, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_LABEL && g->labels[m[i].id].level == level)
			return m[i].id;
	return NO_LABEL;
}

/* Where labels follow one another, and what they are; columns without labels do not count. */
static void index_labels(struct centre *c)
{
	for (unsigned level = 0; level < LEVELS; level++) {
		if (!c->used[level])
			continue;
		c->next[level][c->n] = c->n;
		c->next[level][c->n + 1] = c->n;
		for (uint32_t r = c->n; r-- > 0;) {
			uint32_t t = c->label[level][r];
			c->next[level][r] = t == PIFU_NONE ? c->next[level][r + 1] : r;
			c->label_id[level][r] =
				t == PIFU_NONE ? NO_LABEL
					       : find_label(c, &c->a->doc->tokens[t], level);
		}
		c->used[level] = c->next[level][0] < c->n;
		if (c->used[level])
			c->levels[c->depth++] = level;
	}
}

/* The name of a row that may as well stand under other labels knows that. */
static void note_doubts(const struct centre *c)
{
	struct aligner *a = c->a;
	for (uint32_t r = 0; r < c->n; r++) {
		const struct doubt *d = &c->doubt[r];
		if (d->margin >= COST_CAP)
			continue;
		for (uint32_t i = a->doc->row_token[c->rows[r]];
		     i < a->doc->row_token[c->rows[r] + 1]; i++) {
			struct view *v = &a->doc->view[i];
			if (i == c->label[0][r] || i == c->label[1][r] || i == c->label[2][r])
				continue;
			v->doubted = true;
			v->margin = d->margin < 0 ? 0 : d->margin;
			v->rival_reading = READ_FIELD;
			v->rival_level1 =
				d->labels[1] < c->n ? c->label_id[1][d->labels[1]] : NO_LABEL;
			v->rival_level2 =
				d->labels[2] < c->n ? c->label_id[2][d->labels[2]] : NO_LABEL;
			break;
		}
	}
}

/* The cheapest tiling: with one side for all even blocks, or if there is none so, with either. */
static uint32_t find_tiling(struct centre *c)
{
	uint32_t best = PIFU_NONE;
	size_t state = 0, way = 0, states = 0, ways = 0;
	c->other = PIFU_NONE;
	for (unsigned side = 0; side < SIDES && (side < SIDE_EITHER || best == PIFU_NONE); side++) {
		c->side = (uint8_t)side;
		uint32_t last = tile(c);
		if (last == PIFU_NONE)
			continue;
		if (best != PIFU_NONE && c->states[best].cost <= c->states[last].cost) {
			c->other = last;
			continue;
		}
		c->other = best;
		best = last;
		state = c->first_state, way = c->first_way;
		states = c->nstates, ways = c->nways;
	}
	c->first_state = state, c->first_way = way;
	c->last_state = states, c->last_way = ways;
	return best;
}

static int32_t count_labels(const struct centre *c, unsigned level)
{
	int32_t n = 0;
	for (uint32_t r = c->next[level][0]; r < c->n; r = c->next[level][r + 1])
		n++;
	return n;
}

pifu_status pifu_align_centred(struct aligner *a, pifu_error *err)
{
	struct centre c = {.a = a};
	if (!has_sign(a))
		return PIFU_OK;
	if (!gather_rows(&c))
		return pifu_error_nomem(err);
	index_labels(&c);
	uint32_t last = c.used[1] ? find_tiling(&c) : PIFU_NONE;
	if (last == PIFU_NONE || c.states[last].cost >= count_labels(&c, 1) * COST_MOST)
		return c.failed ? pifu_error_nomem(err) : PIFU_OK;
	if (!take_tiling(&c, last) || !pifu_centre_learn(&c))
		return pifu_error_nomem(err);
	last = find_tiling(&c); /* there is one: costs forbid nothing */
	if (c.failed || last == PIFU_NONE || !take_tiling(&c, last))
		return pifu_error_nomem(err);
	note_doubts(&c);
	return reorder(&c) ? PIFU_OK : pifu_error_nomem(err);
}
