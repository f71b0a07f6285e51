/* Which texts come into question for which, and the choice among them (compare.h).
 *
 * An index over the pairs of characters of all new texts gives, for an old one, how many
 * pairs each new one shares with it, without looking at those that share none:
 *
 *     养护 -> 0, 4, 7      护公 -> 0       个数 -> 0, 3, 4
 *
 * Dice's coefficient follows from the counts. As the likeness is the mean of that and of
 * another share, texts whose coefficient is below 2 * least - 1 need no closer look.
 *
 * The edges left fall into connected parts, each of which is a small assignment. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

struct posting {
	uint32_t pair, text;
};

struct index {
	struct posting *postings;
	size_t n;
	uint32_t *shared; /* [nnew] of the old text in hand */
	uint32_t *met;    /* [nnew] new texts that share something */
};

static int compare_postings(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;

	if (x->pair != y->pair)
		return x->pair < y->pair ? -1 : 1;
	return (x->text > y->text) - (x->text < y->text);
}

static bool build_index(struct index *index, const struct compare_lists *lists)
{
	size_t n = 0;

	for (uint32_t t = 0; t < lists->nnew; t++)
		n += lists->new[t]->n + 1;
	*index = (struct index){.postings = malloc((n + 1) * sizeof *index->postings),
	                        .shared = calloc(lists->nnew + 1, sizeof *index->shared),
	                        .met = calloc(lists->nnew + 1, sizeof *index->met)};
	if (!index->postings || !index->shared || !index->met)
		return false;
	for (uint32_t t = 0; t < lists->nnew; t++)
		for (uint32_t i = 0; i <= lists->new[t]->n; i++)
			index->postings[index->n++] = (struct posting){lists->new[t]->pairs[i], t};
	qsort(index->postings, index->n, sizeof *index->postings, compare_postings);
	return true;
}

static void free_index(struct index *index)
{
	free(index->postings);
	free(index->shared);
	free(index->met);
}

static size_t first_posting(const struct index *index, uint32_t pair)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->postings[middle].pair < pair)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The new texts that share pairs with `text`; how many they are. What a new text has
 * twice counts twice, so that the counts are never too low. */
static uint32_t meet(struct index *index, const struct compare_text *text)
{
	uint32_t nmet = 0;

	for (uint32_t i = 0; i <= text->n; i++) {
		if (i > 0 && text->pairs[i] == text->pairs[i - 1])
			continue;
		for (size_t p = first_posting(index, text->pairs[i]);
		     p < index->n && index->postings[p].pair == text->pairs[i]; p++) {
			uint32_t t = index->postings[p].text;

			if (index->shared[t]++ == 0)
				index->met[nmet++] = t;
		}
	}
	return nmet;
}

static bool add_edge(struct compare_edges *edges, struct compare_edge edge)
{
	if (edges->n == edges->cap) {
		size_t cap = edges->cap ? 2 * edges->cap : 256;
		struct compare_edge *all = realloc(edges->all, cap * sizeof *all);

		if (!all)
			return false;
		edges->all = all;
		edges->cap = cap;
	}
	edges->all[edges->n++] = edge;
	return true;
}

struct asking {
	const struct compare_lists *lists;
	compare_score *score;
	const void *ctx;
	struct compare_edges *edges;
};

static bool look_closer(const struct asking *a, uint32_t old, uint32_t new)
{
	double similarity = compare_text_similarity(a->lists->old[old], a->lists->new[new]);
	float score = similarity < a->lists->least ? 0 : a->score(a->ctx, old, new, similarity);

	return score <= 0 ||
	       add_edge(a->edges, (struct compare_edge){old, new, score, (float)similarity});
}

static bool may_be_near(const struct compare_lists *lists, uint32_t old, uint32_t new,
                        uint32_t shared)
{
	double all = lists->old[old]->n + lists->new[new]->n + 2;

	return 2.0 * shared / all >= 2 * lists->least - 1;
}

static int compare_edges_down(const void *a, const void *b)
{
	const struct compare_edge *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->new > y->new) - (x->new < y->new);
}

static void keep_best(struct compare_edges *edges, size_t begun)
{
	if (edges->n - begun <= COMPARE_NEAR)
		return;
	qsort(edges->all + begun, edges->n - begun, sizeof *edges->all, compare_edges_down);
	edges->n = begun + COMPARE_NEAR;
}

static bool ask_one(const struct asking *a, struct index *index, uint32_t old)
{
	uint32_t nmet = meet(index, a->lists->old[old]);
	size_t begun = a->edges->n;
	bool ok = true;

	for (uint32_t i = 0; i < nmet; i++) {
		uint32_t new = index->met[i];

		if (ok && may_be_near(a->lists, old, new, index->shared[new]))
			ok = look_closer(a, old, new);
		index->shared[new] = 0;
	}
	keep_best(a->edges, begun);
	return ok;
}

bool compare_near(const struct compare_lists *lists, compare_score *score, const void *ctx,
                  struct compare_edges *edges)
{
	struct asking asking = {lists, score, ctx, edges};
	struct index index;
	bool ok = build_index(&index, lists);

	*edges = (struct compare_edges){0};
	for (uint32_t old = 0; ok && old < lists->nold; old++)
		ok = ask_one(&asking, &index, old);
	free_index(&index);
	return ok;
}
