/* Projects and functions of the two years (compare.h).
 *
 *     2024                                2025
 *     1 安保执勤     4 indicators  ────   1 安保执勤               same name
 *     2 禁毒宣传     3 indicators  ─ ╲─   2 户籍管理               new
 *     3 服装购置费   5 indicators  ──╲╳─  3 禁毒宣传               same name, another number
 *                                     ╲   4 服装与装备购置费       half the name, the same content
 *
 * Sections with the same names are one. For the others the assignment weighs how alike
 * the names are, and which share of their indicators is called the same. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

enum { SECTION_PAIRS_MAX = 1000000 };
#define SECTION_LEAST 0.4
#define UNNAMED 0.4 /* a section with a name and one without */

/* ---- Gathering -------------------------------------------------------------------- */

static int compare_folded(const struct compare_text *a, const struct compare_text *b)
{
	uint32_t n = a->n < b->n ? a->n : b->n;

	for (uint32_t i = 0; i < n; i++)
		if (a->c[i] != b->c[i])
			return a->c[i] < b->c[i] ? -1 : 1;
	return (a->n > b->n) - (a->n < b->n);
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* An item on its way into a section. */
struct entry {
	struct compare_section key;
	uint32_t item;
};

static int compare_keys(const struct compare_section *x, const struct compare_section *y)
{
	int order = compare_texts(x->kind, y->kind);

	if (!order)
		order = compare_texts(x->term, y->term);
	if (!order)
		order = compare_folded(&x->project, &y->project);
	if (!order)
		order = compare_folded(&x->function, &y->function);
	if (!order && x->function.n == 0)
		order = compare_texts(x->number, y->number);
	return order;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = compare_keys(&x->key, &y->key);

	return order ? order : (x->item > y->item) - (x->item < y->item);
}

static int compare_sections(const void *a, const void *b)
{
	const struct compare_section *x = a, *y = b;

	return (x->items[0] > y->items[0]) - (x->items[0] < y->items[0]);
}

static bool fold_item(struct compare_pool *pool, struct compare_item *item, struct entry *entry)
{
	const char *const *f = item->field;
	const char *year = f[PIFU_FIELD_YEAR];

	entry->key = (struct compare_section){.kind = f[PIFU_FIELD_KIND],
	                                      .number = f[PIFU_FIELD_FUNCTION_NO],
	                                      .term = f[PIFU_FIELD_TERM],
	                                      .other = COMPARE_NONE};
	item->pair = COMPARE_NONE;
	item->value = compare_value_of(item);
	return compare_text_fold(pool, f[PIFU_FIELD_NAME], year, &item->name) &&
	       compare_text_fold(pool, f[PIFU_FIELD_LEVEL1], NULL, &item->level1) &&
	       compare_text_fold(pool, f[PIFU_FIELD_LEVEL2], NULL, &item->level2) &&
	       compare_text_fold(pool, f[PIFU_FIELD_TARGET], year, &item->target) &&
	       compare_text_fold(pool, f[PIFU_FIELD_PROJECT], year, &entry->key.project) &&
	       compare_text_fold(pool, f[PIFU_FIELD_FUNCTION], year, &entry->key.function);
}

/* Entries of one key stand together: each run of them is a section. */
static bool cut_sections(struct compare_pool *pool, struct compare_year *year,
                         const struct entry *entries)
{
	uint32_t *items = compare_pool_take(pool, year->nitems, sizeof *items);

	year->sections = compare_pool_take(pool, year->nitems, sizeof *year->sections);
	if (!items || !year->sections)
		return false;
	for (uint32_t i = 0; i < year->nitems; i++) {
		if (i == 0 || compare_keys(&entries[i - 1].key, &entries[i].key) != 0) {
			year->sections[year->nsections] = entries[i].key;
			year->sections[year->nsections++].items = items + i;
		}
		items[i] = entries[i].item;
		year->sections[year->nsections - 1].nitems++;
	}
	qsort(year->sections, year->nsections, sizeof *year->sections, compare_sections);
	for (uint32_t s = 0; s < year->nsections; s++)
		for (uint32_t i = 0; i < year->sections[s].nitems; i++)
			year->items[year->sections[s].items[i]].section = s;
	return true;
}

bool compare_sections_build(struct compare_group *group, enum compare_side side)
{
	struct compare_year *year = &group->year[side];
	struct entry *entries = calloc((size_t)year->nitems + 1, sizeof *entries);
	bool ok = entries != NULL;

	for (uint32_t i = 0; ok && i < year->nitems; i++) {
		entries[i].item = i;
		ok = fold_item(group->pool, &year->items[i], &entries[i]);
	}
	if (ok && year->nitems)
		qsort(entries, year->nitems, sizeof *entries, compare_entries);
	ok = ok && cut_sections(group->pool, year, entries);
	free(entries);
	return ok;
}

/* ---- Names of the whole department ----------------------------------------------------- */

struct named {
	struct compare_item *item;
	enum compare_side side;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = compare_folded(&x->item->name, &y->item->name);

	return order ? order : (int)x->side - (int)y->side;
}

static void number_names(struct named *all, uint32_t n)
{
	for (uint32_t begin = 0, end, id = 0; begin < n; begin = end, id++) {
		uint32_t count[2] = {0, 0};

		for (end = begin; end < n; end++) {
			if (compare_folded(&all[begin].item->name, &all[end].item->name) != 0)
				break;
			count[all[end].side]++;
		}
		for (uint32_t i = begin; i < end; i++) {
			all[i].item->name_id = id;
			all[i].item->single = count[all[i].side] == 1;
		}
	}
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool list_names(struct compare_pool *pool, struct compare_year *year)
{
	for (uint32_t s = 0; s < year->nsections; s++) {
		struct compare_section *section = &year->sections[s];

		section->names = compare_pool_take(pool, section->nitems, sizeof(uint32_t));
		if (!section->names)
			return false;
		for (uint32_t i = 0; i < section->nitems; i++)
			section->names[i] = year->items[section->items[i]].name_id;
		qsort(section->names, section->nitems, sizeof(uint32_t), compare_numbers);
	}
	return true;
}

static bool name_items(struct compare_group *group)
{
	uint32_t n = 0, all = group->year[0].nitems + group->year[1].nitems;
	struct named *named = malloc(all * sizeof *named + 1);

	if (!named)
		return false;
	for (int side = COMPARE_OLD; side <= COMPARE_NEW; side++)
		for (uint32_t i = 0; i < group->year[side].nitems; i++)
			named[n++] = (struct named){&group->year[side].items[i],
			                            (enum compare_side)side};
	qsort(named, n, sizeof *named, compare_named);
	number_names(named, n);
	free(named);
	return list_names(group->pool, &group->year[COMPARE_OLD]) &&
	       list_names(group->pool, &group->year[COMPARE_NEW]);
}

/* ---- Pairing ------------------------------------------------------------------------------ */

static double content_likeness(const struct compare_section *a, const struct compare_section *b)
{
	uint32_t i = 0, k = 0, shared = 0;

	while (i < a->nitems && k < b->nitems) {
		if (a->names[i] == b->names[k])
			shared++, i++, k++;
		else if (a->names[i] < b->names[k])
			i++;
		else
			k++;
	}
	return 2.0 * shared / (a->nitems + b->nitems);
}

static double name_likeness(const struct compare_text *a, const struct compare_text *b)
{
	if ((a->n == 0) != (b->n == 0))
		return UNNAMED;
	return compare_text_similarity(a, b);
}

static double section_score(const struct compare_section *a, const struct compare_section *b)
{
	double function = name_likeness(&a->function, &b->function);
	double project = name_likeness(&a->project, &b->project);
	double score = (function < project ? function : project) / 2 + content_likeness(a, b) / 2;

	if (compare_texts(a->kind, b->kind) != 0)
		score -= 0.1; /* a plan and its self-evaluation, where there is nothing nearer */
	if (compare_texts(a->term, b->term) != 0)
		score -= a->term && b->term ? 0.3 : 0.05;
	if (a->number && b->number && strcmp(a->number, b->number) == 0)
		score += 0.02;
	return score;
}

static void join_sections(struct compare_group *group, uint32_t old, uint32_t new, double score)
{
	group->year[COMPARE_OLD].sections[old].other = new;
	group->year[COMPARE_OLD].sections[old].score = score;
	group->year[COMPARE_NEW].sections[new].other = old;
	group->year[COMPARE_NEW].sections[new].score = score;
}

struct sorted {
	const struct compare_section *section;
	uint32_t at;
};

static int compare_sorted(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return compare_keys(x->section, y->section);
}

static struct sorted *sort_sections(const struct compare_year *year)
{
	struct sorted *all = malloc(year->nsections * sizeof *all + 1);

	for (uint32_t s = 0; all && s < year->nsections; s++)
		all[s] = (struct sorted){&year->sections[s], s};
	if (all && year->nsections)
		qsort(all, year->nsections, sizeof *all, compare_sorted);
	return all;
}

/* Each key is there once in a year, so that a merge finds those that are the same. */
static bool join_same(struct compare_group *group)
{
	struct sorted *old = sort_sections(&group->year[COMPARE_OLD]);
	struct sorted *new = sort_sections(&group->year[COMPARE_NEW]);
	uint32_t i = 0, k = 0;

	while (old && new &&i < group->year[COMPARE_OLD].nsections &&
	       k < group->year[COMPARE_NEW].nsections) {
		int order = compare_keys(old[i].section, new[k].section);

		if (order == 0)
			join_sections(group, old[i].at, new[k].at, 1);
		i += order <= 0;
		k += order >= 0;
	}
	bool ok = old && new;
	free(old);
	free(new);
	return ok;
}

static uint32_t list_rest(const struct compare_year *year, uint32_t *rest)
{
	uint32_t n = 0;

	for (uint32_t s = 0; s < year->nsections; s++)
		if (year->sections[s].other == COMPARE_NONE)
			rest[n++] = s;
	return n;
}

struct rests {
	uint32_t *old, *new, nold, nnew;
};

static bool weigh_rest(const struct compare_group *group, const struct rests *r,
                       struct compare_edges *edges)
{
	edges->all = malloc((size_t)r->nold * r->nnew * sizeof *edges->all + 1);
	if (!edges->all)
		return false;
	for (uint32_t i = 0; i < r->nold; i++) {
		for (uint32_t k = 0; k < r->nnew; k++) {
			const struct compare_section *a =
				&group->year[COMPARE_OLD].sections[r->old[i]];
			const struct compare_section *b =
				&group->year[COMPARE_NEW].sections[r->new[k]];
			float score = (float)section_score(a, b);

			if (score >= SECTION_LEAST)
				edges->all[edges->n++] = (struct compare_edge){i, k, score, score};
		}
	}
	return true;
}

static bool choose_rest(struct compare_group *group, const struct rests *r,
                        const struct compare_edges *edges)
{
	struct compare_choice choice = {malloc(r->nold * sizeof(uint32_t) + 1),
	                                malloc(r->nold * sizeof(double) + 1)};
	bool ok = choice.of_old && choice.margin &&
	          compare_choose(edges, r->nold, r->nnew, SECTION_LEAST, &choice);

	for (uint32_t i = 0; ok && i < r->nold; i++) {
		if (choice.of_old[i] == COMPARE_NONE)
			continue;
		const struct compare_edge *e = &edges->all[choice.of_old[i]];
		join_sections(group, r->old[i], r->new[e->new], e->score);
		group->year[COMPARE_OLD].sections[r->old[i]].doubtful =
			choice.margin[i] < COMPARE_MARGIN;
	}
	free(choice.of_old);
	free(choice.margin);
	return ok;
}

static bool join_rest(struct compare_group *group)
{
	struct rests r = {
		.old = malloc(group->year[COMPARE_OLD].nsections * sizeof *r.old + 1),
		.new = malloc(group->year[COMPARE_NEW].nsections * sizeof *r.new + 1),
	};
	struct compare_edges edges = {0};
	bool ok = r.old && r.new;

	if (ok) {
		r.nold = list_rest(&group->year[COMPARE_OLD], r.old);
		r.nnew = list_rest(&group->year[COMPARE_NEW], r.new);
	}
	if (ok && r.nold && r.nnew && (uint64_t)r.nold * r.nnew <= SECTION_PAIRS_MAX)
		ok = weigh_rest(group, &r, &edges) && choose_rest(group, &r, &edges);
	free(edges.all);
	free(r.old);
	free(r.new);
	return ok;
}

bool compare_sections_pair(struct compare_group *group)
{
	return name_items(group) && join_same(group) && join_rest(group);
}
