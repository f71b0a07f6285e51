/* Stage 5, its edges: the ways to read one word.
 *
 * The record is open at some column; the word may go to each column behind it, as
 * what that column holds, or finish what was cut, or be set aside:
 *
 *     columns   职能      一级指标   二级指标   三级指标   指标值
 *     open record         产出指标
 *     word                         数量指标
 *
 *     read_slot       level 2 by its column; a name; a target   (columns behind)
 *     read_fragments  the other half of a label or a function's name
 *     read_rest       what the cell above broke off
 *     read_parted     what a blank within a name broke off
 *     read_aside      residue in a row of bare labels, else noise
 *
 * Each way costs what the text says (sense.c), what the place says (one run of
 * cells moved by the same step is paid once: move_cost) and what the order of
 * levels says (trust.c); it is offered to the layer, which keeps the cheap ones. */
#include "base/str.h"
#include "stage/align.h"

#define FILLER_COST 10 /* to set aside what says of itself that it says nothing: 同上 */

/* Cost of a word at `col` read in column `slot`, and the shift that it shows. */
static int32_t move_cost(const struct aligner *a, const struct state *s, uint32_t col,
                         unsigned slot, int8_t *shift)
{
	int64_t d = (int64_t)col - (int64_t)a->doc->slots[slot].home;
	if (d > 100 || d < -100)
		d = d > 0 ? 100 : -100;
	*shift = a->layout.lines ? 0 : (int8_t)d;
	if (a->layout.lines || d == 0 || d == s->shift)
		return 0;
	int32_t steps = (int32_t)(d > 0 ? d : -d) - 1;
	return (a->w[COST_MOVE] + steps * a->w[COST_MOVE_STEP]) * a->layout.move / 100;
}

static uint8_t role_of(const struct expansion *x, unsigned slot)
{
	return x->a->doc->slots[slot].role;
}

static const struct label *label_of(const struct expansion *x, uint16_t id)
{
	return &x->a->grammar->labels[id];
}

static void read_level1(struct expansion *x, struct state s, struct step how, int32_t cost,
                        const struct label_guess *guess)
{
	if (s.level1 == guess->label)
		cost += pifu_align_weight(x, COST_LEVEL_REPEATED);
	else
		s.level2 = NO_LABEL;
	s.level1 = how.label = guess->label;
	s.flags = (uint8_t)(s.flags & ~(STATE_LEVEL1_PART | STATE_LEVEL2_PART));
	if (!x->t->moved && !x->a->doc->view[x->token].centred)
		s.flags |= STATE_LEVEL1_HERE;
	if (guess->partial)
		s.flags |= STATE_LEVEL1_PART;
	if (label_of(x, guess->label)->implies != NO_LABEL)
		s.level2 = label_of(x, guess->label)->implies;
	how.mended = guess->mended;
	pifu_align_offer(x, &s, &how, cost + guess->cost);
}

static void read_level2(struct expansion *x, struct state s, struct step how, int32_t cost,
                        const struct label_guess *guess)
{
	const struct label *label = label_of(x, guess->label);
	struct level_costs costs = pifu_align_levels(x->a, &s, label);
	cost += guess->cost;
	if (s.level2 == guess->label)
		cost += pifu_align_weight(x, COST_LEVEL_REPEATED);
	s.level2 = how.label = guess->label;
	s.flags = (uint8_t)(s.flags & ~STATE_LEVEL2_PART);
	if (guess->partial)
		s.flags |= STATE_LEVEL2_PART;
	how.mended = guess->mended;
	if (costs.keep >= 0)
		pifu_align_offer(x, &s, &how, cost + costs.keep);
	if (costs.restore < 0)
		return;
	s.level1 = label->parent;
	how.restored = true;
	pifu_align_offer(x, &s, &how, cost + costs.restore);
}

static void read_label(struct expansion *x, struct state s, struct step how, int32_t cost,
                       unsigned level)
{
	const struct sense *sense = x->a->sense;
	how.reading = READ_LABEL;
	s.flags |= STATE_LABEL;
	for (unsigned i = 0; i < sense->nlabels; i++) {
		const struct label_guess *guess = &sense->labels[i];
		if (label_of(x, guess->label)->level != level)
			continue;
		if (level == 1)
			read_level1(x, s, how, cost, guess);
		else
			read_level2(x, s, how, cost, guess);
	}
}

/* An indicator that its labels do not govern is suspicious. */
static int32_t level_gap(const struct expansion *x, const struct state *s)
{
	if (!x->a->doc->has_levels)
		return 0;
	if (s->level1 == NO_LABEL)
		return pifu_align_weight(x, COST_LEVEL_MISSING);
	return s->level2 == NO_LABEL && x->a->level2_slot >= 0
	               ? pifu_align_weight(x, COST_LEVEL_MISSING) * 3 / 5
	               : 0;
}

static void read_field(struct expansion *x, struct state s, struct step how, int32_t cost)
{
	uint8_t role = role_of(x, (unsigned)how.slot);
	how.reading = READ_FIELD;
	if (role == ROLE_NAME) {
		cost += level_gap(x, &s);
		s.flags |= STATE_NAME;
	} else if (!(s.flags & STATE_NAME) && how.slot > x->a->name_slot) {
		if (!(s.flags & STATE_FIELD))
			cost += pifu_align_weight(x, COST_NAME_MISSING);
	}
	if (role == ROLE_TARGET || role == ROLE_LONG)
		s.flags |= STATE_TARGET;
	s.flags |= STATE_FIELD;
	pifu_align_offer(x, &s, &how, cost);
}

static void read_group(struct expansion *x, struct state s, struct step how, int32_t cost)
{
	how.reading = READ_GROUP;
	s.group = x->token;
	s.level1 = s.level2 = NO_LABEL;
	s.flags = (uint8_t)(s.flags & ~(STATE_LEVEL1_PART | STATE_LEVEL2_PART));
	pifu_align_offer(x, &s, &how, cost);
}

/* The word in column `slot` of the open record. */
static void read_slot(struct expansion *x, unsigned slot)
{
	uint8_t role = role_of(x, slot);
	int32_t cost = x->a->sense->cost[role];
	struct state s = x->state;
	struct step how = {.slot = (int8_t)slot,
	                   .label = NO_LABEL,
	                   .split = x->split,
	                   .joined = x->joined};
	if (cost >= COST_CAP || x->base + cost > x->best + COST_CAP)
		return;
	if ((role == ROLE_LEVEL1 || role == ROLE_LEVEL2) && x->a->sense->nlabels == 0)
		return;
	cost = move_cost(x->a, &s, x->t->col, slot, &how.shift);
	s.shift = how.shift;
	s.slot = (int8_t)slot;
	switch (role) {
	case ROLE_LEVEL1:
	case ROLE_LEVEL2:
		read_label(x, s, how, cost, role == ROLE_LEVEL1 ? 1 : 2);
		break;
	case ROLE_FUNCTION:
	case ROLE_PROJECT:
		read_group(x, s, how, cost + x->a->sense->cost[role]);
		break;
	case ROLE_BANNER:
		how.reading = READ_BANNER;
		pifu_align_offer(x, &s, &how, cost + x->a->sense->cost[role]);
		break;
	default:
		read_field(x, s, how,
		           cost + pifu_align_skip(x->a, &x->state, slot) + x->a->sense->cost[role]);
	}
}

/* The other half of a label that was cut: it completes the carried label. */
static void read_label_half(struct expansion *x, unsigned slot, uint16_t carried, bool part)
{
	if (carried == NO_LABEL || (!part && !x->a->sense->tail) ||
	    !pifu_str_ends(label_of(x, carried)->text, x->t->key) ||
	    x->t->key.n >= label_of(x, carried)->text.n)
		return;
	struct state s = x->state;
	struct step how = {.reading = READ_FRAGMENT,
	                   .slot = (int8_t)slot,
	                   .label = carried,
	                   .split = x->split,
	                   .joined = x->joined};
	int32_t cost = move_cost(x->a, &s, x->t->col, slot, &how.shift);
	cost += part ? pifu_align_weight(x, COST_FRAGMENT) / 5
	             : pifu_align_weight(x, COST_FRAGMENT);
	s.shift = how.shift;
	s.slot = (int8_t)slot;
	s.flags = (uint8_t)(s.flags & ~(role_of(x, slot) == ROLE_LEVEL1 ? STATE_LEVEL1_PART
	                                                                : STATE_LEVEL2_PART));
	pifu_align_offer(x, &s, &how, cost);
}

/* The rest of a function's name, in its column on the next row. */
static void read_group_rest(struct expansion *x, unsigned slot)
{
	const struct sense *sense = x->a->sense;
	/* 项目管理 is a label, too, and 划项目管理 near one. */
	bool label = sense->left_over || (sense->nlabels && sense->ends_label);
	if (x->state.group == PIFU_NONE || label || sense->has_number ||
	    sense->cost[ROLE_FUNCTION] == 0)
		return;
	struct state s = x->state;
	struct step how = {.reading = READ_FRAGMENT,
	                   .slot = (int8_t)slot,
	                   .label = NO_LABEL,
	                   .split = x->split,
	                   .joined = x->joined};
	int32_t cost = move_cost(x->a, &s, x->t->col, slot, &how.shift);
	if (cost > 0 || x->a->layout.lines)
		return;
	s.slot = (int8_t)slot;
	s.shift = how.shift;
	pifu_align_offer(x, &s, &how,
	                 pifu_align_weight(x, COST_FRAGMENT) * (sense->nlabels ? 6 : 5) / 5);
}

static void read_fragments(struct expansion *x, unsigned slot)
{
	switch (role_of(x, slot)) {
	case ROLE_LEVEL1:
		read_label_half(x, slot, x->state.level1, x->state.flags & STATE_LEVEL1_PART);
		break;
	case ROLE_LEVEL2:
		read_label_half(x, slot, x->state.level2, x->state.flags & STATE_LEVEL2_PART);
		break;
	case ROLE_FUNCTION:
		if (x->a->ruled_functions)
			read_group_rest(x, slot);
		break;
	default:
		break;
	}
}

/* Set aside: residue of labels in a row that holds nothing else, or noise. */
static void read_aside(struct expansion *x)
{
	struct state s = x->state;
	struct step how = {.slot = -1, .label = NO_LABEL, .split = x->split, .joined = x->joined};
	how.reading = x->a->bare_row ? READ_RESIDUE : READ_NOISE;
	int32_t cost = pifu_align_weight(x, x->a->bare_row ? COST_RESIDUE : COST_NOISE);
	if (x->a->sense->filler)
		cost = FILLER_COST;
	if (x->a->bare_row && x->a->after_gap)
		cost = cost * 2 / 3;
	if (!x->a->bare_row && x->a->odd_place)
		cost /= 4;
	if (x->a->sense->has_number)
		cost += pifu_align_weight(x, COST_NOISE) / 2;
	pifu_align_offer(x, &s, &how, cost);
}

/* A name or a target that was cut at the edge of its cell goes on in the next row. */
static void read_rest(struct expansion *x)
{
	if (!x->joined || x->state.slot < 0)
		return;
	unsigned slot = (unsigned)x->state.slot;
	int32_t cost = pifu_align_rest(x->a, x->token, &x->state, slot);
	if (cost >= COST_CAP)
		return;
	struct state s = x->state;
	struct step how = {.reading = READ_FIELD,
	                   .slot = (int8_t)slot,
	                   .label = NO_LABEL,
	                   .joined = true,
	                   .rest = true};
	int32_t move = move_cost(x->a, &s, x->t->col, slot, &how.shift);
	if (x->a->layout.lines || x->a->after_gap) /* else it begins a line, wherever that stands */
		cost += move;
	s.shift = how.shift;
	pifu_align_offer(x, &s, &how, cost);
}

/* A blank within a name, where blanks part the cells of a line: the word behind it. */
static void read_parted(struct expansion *x)
{
	const struct aligner *a = x->a;
	const struct token *t = x->t, *before = x->token ? t - 1 : NULL;
	const struct sense *sense = a->sense;
	bool open = x->state.slot >= 0 && x->state.slot == a->name_slot &&
	            x->state.flags & STATE_NAME && !(x->state.flags & STATE_TARGET);
	if (!open || !before || x->split || x->joined || sense->has_number || sense->nlabels ||
	    !t->raw.s || t->nparts || before->row != t->row || before->cell != t->cell)
		return;
	struct state s = x->state;
	struct step how = {.reading = READ_FIELD, .slot = s.slot, .label = NO_LABEL, .rest = true};
	move_cost(a, &s, t->col, (unsigned)s.slot, &how.shift);
	s.shift = how.shift;
	pifu_align_offer(x, &s, &how, pifu_align_weight(x, COST_FRAGMENT));
}

void pifu_align_read(struct expansion *x)
{
	if (x->base > x->best + COST_CAP)
		return;
	for (unsigned slot = (unsigned)(x->state.slot + 1); slot < x->a->doc->nslots; slot++) {
		read_slot(x, slot);
		read_fragments(x, slot);
	}
	read_rest(x);
	read_parted(x);
	read_aside(x);
}
