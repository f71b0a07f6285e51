/* Indicators of the two years (compare.h).
 *
 *     inside a pair of sections                        over the department
 *     2024              2025                           what is left of both years, where a
 *     警卫安保活动次数 ── 警卫安保次数     0.84         name stands once in each: it moved to
 *     参加警卫安保人次 ── 参加警卫安保人次 1            another function
 *     出动警力人次     ·  执勤天数         added
 *
 * What an edge weighs is the likeness of the names, less where the levels or the kind of
 * unit differ, and a trace more where target and place agree: the trace decides between
 * indicators that are called the same. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL1_DIFFERS 0.10
#define LEVEL2_DIFFERS 0.05
#define UNIT_DIFFERS 0.10
#define SAME_TARGET 0.01
#define PLACE_STEP 0.005
#define NEARLY 0.15      /* below the least likeness: told as what came into question */
#define MOVED_LEAST 0.85 /* names that moved to another function must be this alike */

/* ---- What an edge weighs ----------------------------------------------------------- */

static bool both_differ(const struct compare_text *a, const struct compare_text *b)
{
	return a->n && b->n && !compare_text_same(a, b);
}

double compare_item_score(const struct compare_item *old, const struct compare_item *new,
                          double similarity)
{
	double score = similarity;

	if (both_differ(&old->level1, &new->level1))
		score -= LEVEL1_DIFFERS;
	if (both_differ(&old->level2, &new->level2))
		score -= LEVEL2_DIFFERS;
	if (!compare_unit_agree(&old->value.unit, &new->value.unit))
		score -= UNIT_DIFFERS;
	if (old->target.n && compare_text_same(&old->target, &new->target))
		score += SAME_TARGET;
	return score;
}

/* One search: the indicators of two lists. */
struct search {
	struct compare_group *group;
	const struct compare_rules *rules;
	uint32_t *old, *new; /* items asked about */
	uint32_t nold, nnew;
	bool moved; /* over the whole department */
	struct compare_edges edges;
};

static float score_edge(const void *ctx, uint32_t old, uint32_t new, double similarity)
{
	const struct search *s = ctx;
	const struct compare_item *a = &s->group->year[COMPARE_OLD].items[s->old[old]];
	const struct compare_item *b = &s->group->year[COMPARE_NEW].items[s->new[new]];
	double score = compare_item_score(a, b, similarity);
	double place = (double)old / s->nold - (double)new / s->nnew;

	if (s->moved && (!a->single || !b->single))
		return 0;
	return (float)(score - PLACE_STEP * (place < 0 ? -place : place));
}

static const struct compare_text **list_texts(const struct compare_year *year,
                                              const uint32_t *items, uint32_t n)
{
	const struct compare_text **texts = malloc(n * sizeof *texts + 1);

	for (uint32_t i = 0; texts && i < n; i++)
		texts[i] = &year->items[items[i]].name;
	return texts;
}

static double least_of(const struct search *s)
{
	bool stricter = s->moved && s->rules->similarity < MOVED_LEAST;

	return stricter ? MOVED_LEAST : s->rules->similarity;
}

static bool find_edges(struct search *s)
{
	const struct compare_text **old = list_texts(&s->group->year[COMPARE_OLD], s->old, s->nold);
	const struct compare_text **new = list_texts(&s->group->year[COMPARE_NEW], s->new, s->nnew);
	struct compare_lists lists = {old, new, s->nold, s->nnew, least_of(s) - NEARLY};
	bool ok = old && new &&compare_near(&lists, score_edge, s, &s->edges);

	free(old);
	free(new);
	return ok;
}

/* ---- Pairs ------------------------------------------------------------------------------ */

static struct compare_pair *add_pair(struct compare_group *group, uint32_t old, uint32_t new)
{
	struct compare_pair *pair = &group->pairs[group->npairs];

	*pair = (struct compare_pair){.old = old, .new = new, .margin = 1};
	if (old != COMPARE_NONE)
		group->year[COMPARE_OLD].items[old].pair = group->npairs;
	if (new != COMPARE_NONE)
		group->year[COMPARE_NEW].items[new].pair = group->npairs;
	group->npairs++;
	return pair;
}

static void pair_chosen(struct search *s, const struct compare_choice *choice)
{
	for (uint32_t i = 0; i < s->nold; i++) {
		if (choice->of_old[i] == COMPARE_NONE)
			continue;
		const struct compare_edge *e = &s->edges.all[choice->of_old[i]];
		struct compare_pair *pair = add_pair(s->group, s->old[i], s->new[e->new]);

		pair->similarity = e->similarity;
		pair->score = e->score;
		pair->margin = choice->margin[i];
		pair->moved = s->moved;
	}
}

static bool choose_pairs(struct search *s)
{
	struct compare_choice choice = {malloc(s->nold * sizeof(uint32_t) + 1),
	                                malloc(s->nold * sizeof(double) + 1)};
	bool ok = choice.of_old && choice.margin &&
	          compare_choose(&s->edges, s->nold, s->nnew, least_of(s), &choice);

	if (ok)
		pair_chosen(s, &choice);
	free(choice.of_old);
	free(choice.margin);
	return ok;
}

/* ---- What else came into question ----------------------------------------------------------- */

static void offer_rival(struct compare_pair *pair, struct compare_rival rival)
{
	uint32_t at = pair->nrivals;

	while (at > 0 && pair->rivals[at - 1].score < rival.score)
		at--;
	if (at == COMPARE_RIVALS)
		return;
	if (pair->nrivals < COMPARE_RIVALS)
		pair->nrivals++;
	for (uint32_t i = pair->nrivals - 1; i > at; i--)
		pair->rivals[i] = pair->rivals[i - 1];
	pair->rivals[at] = rival;
}

static void keep_nearest(struct compare_item *item, struct compare_rival rival)
{
	if (item->pair == COMPARE_NONE && rival.score > item->near.score)
		item->near = rival;
}

/* What nearly was a pair: told with the pair there is, or with both that stayed alone. */
static void note_edge(struct search *s, const struct compare_edge *edge)
{
	struct compare_item *old = &s->group->year[COMPARE_OLD].items[s->old[edge->old]];
	struct compare_item *new = &s->group->year[COMPARE_NEW].items[s->new[edge->new]];
	struct compare_rival rivals[2] = {{COMPARE_OLD, s->old[edge->old], edge->score,
	                                   edge->similarity},
	                                  {COMPARE_NEW, s->new[edge->new], edge->score,
	                                   edge->similarity}};
	struct compare_pair *pairs = s->group->pairs;

	if (old->pair == COMPARE_NONE && new->pair == COMPARE_NONE) {
		keep_nearest(old, rivals[COMPARE_NEW]);
		keep_nearest(new, rivals[COMPARE_OLD]);
		return;
	}
	if (old->pair == new->pair)
		return;
	if (old->pair != COMPARE_NONE && edge->score >= pairs[old->pair].score - 2 * COMPARE_MARGIN)
		offer_rival(&pairs[old->pair], rivals[COMPARE_NEW]);
	if (new->pair != COMPARE_NONE && edge->score >= pairs[new->pair].score - 2 * COMPARE_MARGIN)
		offer_rival(&pairs[new->pair], rivals[COMPARE_OLD]);
}

static bool run_search(struct search *s)
{
	bool ok = true;

	if (s->nold && s->nnew)
		ok = find_edges(s) && choose_pairs(s);
	for (size_t e = 0; ok && e < s->edges.n; e++)
		note_edge(s, &s->edges.all[e]);
	free(s->edges.all);
	s->edges = (struct compare_edges){0};
	return ok;
}

/* Two indicators that say the same: which of them it is makes no difference. */
static bool is_twin(const struct compare_item *a, const struct compare_item *b)
{
	return compare_text_same(&a->name, &b->name) && compare_text_same(&a->target, &b->target) &&
	       compare_text_same(&a->level2, &b->level2);
}

static bool has_true_rival(const struct compare_group *group, const struct compare_pair *pair)
{
	for (uint32_t i = 0; i < pair->nrivals; i++) {
		const struct compare_rival *r = &pair->rivals[i];
		uint32_t chosen = r->side == COMPARE_OLD ? pair->old : pair->new;
		const struct compare_item *items = group->year[r->side].items;

		if (!is_twin(&items[r->item], &items[chosen]))
			return true;
	}
	return false;
}

/* 服装采购及时率 and 服装发放及时率 are alike, and not the same: a word stands for another. */
static bool has_other_word(const struct compare_group *group, const struct compare_pair *pair)
{
	return compare_text_replaced(&group->year[COMPARE_OLD].items[pair->old].name,
	                             &group->year[COMPARE_NEW].items[pair->new].name) >=
	       COMPARE_WORD;
}

static void judge_pair(const struct compare_group *group, const struct compare_rules *rules,
                       struct compare_pair *pair)
{
	bool weak = pair->score < rules->similarity + COMPARE_MARGIN;

	if (pair->margin < COMPARE_MARGIN)
		pair->doubtful = weak || has_true_rival(group, pair);
	if (pair->similarity < 1 && has_other_word(group, pair))
		pair->doubtful = true;
	uint32_t section = group->year[COMPARE_OLD].items[pair->old].section;
	if (!pair->moved && group->year[COMPARE_OLD].sections[section].doubtful)
		pair->doubtful = true;
	if (!pair->doubtful)
		pair->nrivals = 0;
}

/* An item alone is doubtful when another one alone is nearly like enough. */
static void judge_alone(const struct compare_group *group, const struct compare_rules *rules,
                        struct compare_pair *pair)
{
	const struct compare_item *item = pair->new == COMPARE_NONE
	                                          ? &group->year[COMPARE_OLD].items[pair->old]
	                                          : &group->year[COMPARE_NEW].items[pair->new];
	const struct compare_rival *near = &item->near;

	if (near->score <= 0)
		return;
	const struct compare_pair *its =
		&group->pairs[group->year[near->side].items[near->item].pair];
	if (its->old != COMPARE_NONE && its->new != COMPARE_NONE)
		return; /* it found another one */
	pair->rivals[0] = *near;
	pair->nrivals = 1;
	pair->doubtful = near->score >= rules->similarity - COMPARE_MARGIN;
}

static void judge_doubt(struct compare_group *group, const struct compare_rules *rules)
{
	for (uint32_t i = 0; i < group->npairs; i++) {
		struct compare_pair *pair = &group->pairs[i];

		if (pair->old == COMPARE_NONE || pair->new == COMPARE_NONE)
			judge_alone(group, rules, pair);
		else
			judge_pair(group, rules, pair);
	}
}

/* ---- The department ------------------------------------------------------------------------------ */

/* A name that stands once in each year, in both sections, under the same levels, is that
 * indicator: it needs no assignment. The items left go into the lists of the search. */
static bool is_the_same(const struct compare_item *a, const struct compare_item *b)
{
	return a->single && b->single && a->name.n && compare_text_same(&a->name, &b->name) &&
	       compare_text_same(&a->level1, &b->level1) &&
	       compare_text_same(&a->level2, &b->level2) &&
	       compare_unit_agree(&a->value.unit, &b->value.unit);
}

static void pair_same(struct compare_group *group, const struct compare_section *old,
                      const struct compare_section *new, uint32_t *by_name)
{
	struct compare_item *olds = group->year[COMPARE_OLD].items;
	struct compare_item *news = group->year[COMPARE_NEW].items;

	for (uint32_t i = 0; i < new->nitems; i++)
		by_name[news[new->items[i]].name_id] = new->items[i];
	for (uint32_t i = 0; i < old->nitems; i++) {
		uint32_t other = by_name[olds[old->items[i]].name_id];

		if (other == COMPARE_NONE || news[other].pair != COMPARE_NONE ||
		    !is_the_same(&olds[old->items[i]], &news[other]))
			continue;
		struct compare_pair *pair = add_pair(group, old->items[i], other);
		pair->similarity = pair->score = 1;
	}
	for (uint32_t i = 0; i < new->nitems; i++)
		by_name[news[new->items[i]].name_id] = COMPARE_NONE;
}

static uint32_t list_rest(const struct compare_year *year, const struct compare_section *section,
                          uint32_t *items)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < section->nitems; i++)
		if (year->items[section->items[i]].pair == COMPARE_NONE)
			items[n++] = section->items[i];
	return n;
}

/* Lists that are long enough for any section, and for all of the department. */
struct lists {
	uint32_t *old, *new, *by_name;
};

static bool match_section(struct compare_group *group, const struct compare_rules *rules,
                          const struct compare_section *old, struct lists *lists)
{
	const struct compare_section *new = &group->year[COMPARE_NEW].sections[old->other];
	struct search s = {.group = group, .rules = rules, .old = lists->old, .new = lists->new};

	pair_same(group, old, new, lists->by_name);
	s.nold = list_rest(&group->year[COMPARE_OLD], old, s.old);
	s.nnew = list_rest(&group->year[COMPARE_NEW], new, s.new);
	return run_search(&s);
}

static bool match_sections(struct compare_group *group, const struct compare_rules *rules,
                           struct lists *lists)
{
	for (uint32_t i = 0; i < group->year[COMPARE_OLD].nsections; i++) {
		const struct compare_section *old = &group->year[COMPARE_OLD].sections[i];

		if (old->other != COMPARE_NONE && !match_section(group, rules, old, lists))
			return false;
	}
	return true;
}

static uint32_t list_alone(const struct compare_year *year, uint32_t *items)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < year->nitems; i++)
		if (year->items[i].pair == COMPARE_NONE)
			items[n++] = i;
	return n;
}

static bool match_moved(struct compare_group *group, const struct compare_rules *rules,
                        struct lists *lists)
{
	struct search s = {.group = group,
	                   .rules = rules,
	                   .old = lists->old,
	                   .new = lists->new,
	                   .moved = true};

	s.nold = list_alone(&group->year[COMPARE_OLD], s.old);
	s.nnew = list_alone(&group->year[COMPARE_NEW], s.new);
	return run_search(&s);
}

static bool match_all(struct compare_group *group, const struct compare_rules *rules)
{
	uint32_t nold = group->year[COMPARE_OLD].nitems, nnew = group->year[COMPARE_NEW].nitems;
	size_t names = (size_t)nold + nnew;
	struct lists lists = {malloc(nold * sizeof(uint32_t) + 1),
	                      malloc(nnew * sizeof(uint32_t) + 1),
	                      malloc(names * sizeof(uint32_t) + 1)};
	bool ok = lists.old && lists.new &&lists.by_name;

	for (size_t i = 0; ok && i < names; i++)
		lists.by_name[i] = COMPARE_NONE;
	ok = ok && match_sections(group, rules, &lists) && match_moved(group, rules, &lists);
	free(lists.old);
	free(lists.new);
	free(lists.by_name);
	return ok;
}

static void pair_alone(struct compare_group *group)
{
	for (uint32_t i = 0; i < group->year[COMPARE_OLD].nitems; i++)
		if (group->year[COMPARE_OLD].items[i].pair == COMPARE_NONE)
			add_pair(group, i, COMPARE_NONE);
	for (uint32_t i = 0; i < group->year[COMPARE_NEW].nitems; i++)
		if (group->year[COMPARE_NEW].items[i].pair == COMPARE_NONE)
			add_pair(group, COMPARE_NONE, i);
}

/* ---- Order ---------------------------------------------------------------------------------------- */

struct ordered {
	struct compare_pair pair;
	uint32_t anchor; /* item of the new year */
	int rank;        /* before, at, after it */
};

static int compare_ordered(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (x->anchor != y->anchor)
		return x->anchor < y->anchor ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank - y->rank;
	return (x->pair.old > y->pair.old) - (x->pair.old < y->pair.old);
}

/* What was dropped stands after the item of the new year that its neighbour above became,
 * or before all of its section, or, where that is gone, at the end. */
static void anchor_section(const struct compare_group *group, const struct compare_section *section,
                           struct ordered *all)
{
	const struct compare_year *years = group->year;
	struct ordered at = {.anchor = COMPARE_NONE};

	if (section->other != COMPARE_NONE)
		at = (struct ordered){.anchor =
		                              years[COMPARE_NEW].sections[section->other].items[0],
		                      .rank = -1};
	for (uint32_t i = 0; i < section->nitems; i++) {
		uint32_t index = years[COMPARE_OLD].items[section->items[i]].pair;
		const struct compare_pair *pair = &group->pairs[index];

		if (pair->new == COMPARE_NONE) {
			all[index].anchor = at.anchor;
			all[index].rank = at.rank;
		} else if (!pair->moved) {
			at = (struct ordered){.anchor = pair->new, .rank = 1};
		}
	}
}

static bool order_pairs(struct compare_group *group)
{
	struct ordered *all = calloc((size_t)group->npairs + 1, sizeof *all);

	if (!all)
		return false;
	for (uint32_t i = 0; i < group->npairs; i++) {
		all[i].pair = group->pairs[i];
		all[i].anchor = all[i].pair.new;
	}
	for (uint32_t s = 0; s < group->year[COMPARE_OLD].nsections; s++)
		anchor_section(group, &group->year[COMPARE_OLD].sections[s], all);
	qsort(all, group->npairs, sizeof *all, compare_ordered);
	for (uint32_t i = 0; i < group->npairs; i++)
		group->pairs[i] = all[i].pair;
	free(all);
	return true;
}

bool compare_match(struct compare_group *group, const struct compare_rules *rules)
{
	size_t most = (size_t)group->year[COMPARE_OLD].nitems + group->year[COMPARE_NEW].nitems;

	group->pairs = compare_pool_take(group->pool, most, sizeof *group->pairs);
	group->npairs = 0;
	if (!group->pairs || !match_all(group, rules))
		return false;
	pair_alone(group);
	judge_doubt(group, rules);
	return order_pairs(group);
}
