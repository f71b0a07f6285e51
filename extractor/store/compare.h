/* Two years of indicators compared: what was added, dropped, changed.
 *
 *     OLD ─ read ─┐                             ┌─ read ─ NEW
 *                 v                             v
 *     spool: sorted by department on disk, one department at a time in memory
 *                                │
 *              sections (project, function) of both years are paired,
 *              then the indicators inside each pair of sections:
 *              least-cost assignment over how alike their names are
 *                                │
 *              each pair is judged: value, unit, comparator, ratio
 *                                v
 *               table, jsonl, csv, xlsx: one department after another
 *
 *     compare_read.c     records of a store, of JSON Lines, of a form read on the fly
 *     compare_spool.c    the sorting, and one department at a time
 *     compare_text.c     names folded, and how alike two of them are
 *     compare_unit.c     units and values: 2.5万元 is 25000元
 *     compare_assign.c   least-cost assignment, and by how much each pair wins
 *     compare_near.c     which names come into question for which
 *     compare_choose.c   the best choice among them
 *     compare_section.c  projects and functions of the two years
 *     compare_match.c    indicators of the two years
 *     compare_judge.c    what a pair's difference is
 *     compare_table.c, compare_lines.c, compare_sheet.c   the outputs
 *
 * Every function of one struct compare_group belongs to one thread. */
#ifndef PIFU_STORE_COMPARE_H
#define PIFU_STORE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pifu.h"

#define COMPARE_NONE UINT32_MAX

/* ---- Memory ------------------------------------------------------------------- */

/* Everything of one department; given back at once. */
struct compare_pool;
struct compare_pool *compare_pool_new(void);
void compare_pool_free(struct compare_pool *pool);
/** Zeroed memory for `n` objects of `size` bytes; NULL: no memory. n 0 gives some address. */
void *compare_pool_take(struct compare_pool *pool, size_t n, size_t size);

/* ---- Texts (compare_text.c) ------------------------------------------------------ */

/* A text folded for comparing: letters and digits only, in one case and form, without
 * its number in a list and without the year of its own form. */
struct compare_text {
	const uint16_t *c; /* UTF-16 */
	uint32_t n;
	const uint32_t *pairs; /* neighbours (both ends count as one), sorted; n + 1 of them */
};

/** Fold `text` (NULL: empty). `year` is the form's own ("2024"; NULL: none).
 *  owns: memory of the pool; errors: false when that runs out */
bool compare_text_fold(struct compare_pool *pool, const char *text, const char *year,
                       struct compare_text *out);
bool compare_text_same(const struct compare_text *a, const struct compare_text *b);
/** Dice's coefficient over neighbouring characters: 0 to 1. */
double compare_text_dice(const struct compare_text *a, const struct compare_text *b);
/** How alike two texts are: the mean of Dice's coefficient and of the share of characters
 *  that a longest common subsequence keeps; 1: the same after folding. */
double compare_text_similarity(const struct compare_text *a, const struct compare_text *b);
/** Characters that stand in place of others: of the smaller of both rests, when what both texts
 *  have in common, in any order, is taken away. Words put in or left out replace nothing. */
uint32_t compare_text_replaced(const struct compare_text *a, const struct compare_text *b);

/* ---- Units and values (compare_unit.c) --------------------------------------------- */

/* A unit taken apart: 万元/亩 is money, 10000, per 亩. */
struct compare_unit {
	const char *dimension; /* of units that may be converted; NULL: only equal texts agree */
	double factor;         /* to the dimension's base */
	const char *base;      /* the unit without its multiplier; loans of what was parsed */
	size_t nbase;
	const char *per; /* what follows the slash; "" for none */
};

/** Take `unit` apart (NULL or "": no unit, dimension and base NULL). A loan of `unit`. */
struct compare_unit compare_unit_parse(const char *unit);
/** May amounts in these units be compared after conversion? */
bool compare_unit_agree(const struct compare_unit *a, const struct compare_unit *b);

enum compare_sense { SENSE_NONE, SENSE_LEAST, SENSE_EXACT, SENSE_MOST, SENSE_ABOUT };

struct compare_value {
	bool number;              /* low holds */
	double low, high;         /* high = low where there is one number */
	enum compare_sense sense; /* at least, exactly, at most */
	bool open;                /* > or <, not ≥ or ≤ */
	struct compare_unit unit;
};

struct compare_item;
struct compare_value compare_value_of(const struct compare_item *item);

/* ---- Items, sections, pairs ---------------------------------------------------------- */

enum compare_side { COMPARE_OLD, COMPARE_NEW };

/* Another partner that came into question. */
struct compare_rival {
	enum compare_side side; /* the year it is of */
	uint32_t item;
	double score, similarity; /* score 0: there is none */
};

/* An indicator of one year. */
struct compare_item {
	const char *field[PIFU_FIELD_COUNT]; /* NULL: null */
	struct compare_text name, level1, level2, target;
	struct compare_value value;
	uint32_t name_id;          /* one for each folded name of the department */
	bool single;               /* no other indicator of its year is called so */
	uint32_t section;          /* of its side */
	uint32_t pair;             /* the pair it ended in; COMPARE_NONE: not yet */
	struct compare_rival near; /* of those that stayed alone, too */
};

/* A project and function of one year: indicators are matched inside it. */
struct compare_section {
	struct compare_text project, function;
	const char *kind, *number, *term; /* form family, number of the function; NULL: none */
	uint32_t *items;                  /* in the order of the source */
	uint32_t *names;                  /* their name_id, sorted */
	uint32_t nitems;
	uint32_t other; /* the section of the other year; COMPARE_NONE */
	double score;   /* how well they fit */
	bool doubtful;  /* another pairing of sections is nearly as good */
};

struct compare_year {
	struct compare_item *items;
	uint32_t nitems;
	struct compare_section *sections;
	uint32_t nsections;
};

enum compare_change {
	CHANGE_SAME,
	CHANGE_CHANGED, /* the target: value, comparator or unit */
	CHANGE_AMENDED, /* only wording, place, weight or basis */
	CHANGE_ADDED,
	CHANGE_DROPPED,
	CHANGE_COUNT
};

enum { COMPARE_RIVALS = 3 };

struct compare_finding {
	pifu_finding code;
	const char *text; /* what was seen */
};

enum { COMPARE_FINDINGS = 6 };

/* An indicator of both years, or of one. */
struct compare_pair {
	uint32_t old, new; /* COMPARE_NONE: added, dropped */
	double similarity; /* of the names, 1: the same after folding; 0 for one item alone */
	double score;      /* what the assignment weighed */
	double margin;     /* how much worse the best other pairing of all is; 1: there is none */
	struct compare_rival rivals[COMPARE_RIVALS];
	uint32_t nrivals;
	enum compare_change change;
	uint64_t fields; /* that differ: bits of pifu_field */
	double ratio;    /* new to old, in one unit; 0: there is none */
	struct compare_finding findings[COMPARE_FINDINGS];
	uint32_t nfindings;
	bool doubtful;
	bool moved; /* it stands in another function than the one its neighbours are in */
};

/* One department, both years. */
struct compare_group {
	struct compare_pool *pool; /* owns all texts */
	const char *department;    /* what the group is called */
	const char *other;         /* the name in the old year where it differs; NULL */
	struct compare_year year[2];
	struct compare_pair *pairs; /* in the order of the new year, what was dropped between */
	uint32_t npairs;
};

/* How to compare. */
struct compare_rules {
	double similarity; /* from which on two names may be one indicator */
	double outlier;    /* a ratio this large, or its inverse, is an outlier */
};
#define COMPARE_SIMILARITY 0.6
#define COMPARE_OUTLIER 10.0
#define COMPARE_MARGIN 0.08 /* a lead below this is doubtful */
#define COMPARE_WORD 2      /* characters that make another word when they are replaced */

/* ---- Assignment (compare_assign.c) ------------------------------------------------------ */

/* A dense problem: each row takes one column or none, each column at most one row. */
struct compare_costs {
	const float *gain; /* [rows][columns]; not above 0: may not be paired */
	uint32_t rows, columns;
};

/** Choose the pairs of the greatest sum of gains.
 *  shape:  column[rows] gets a column or COMPARE_NONE; margin[rows] by how much the best
 *          choice without the row's pair is worse (rows left alone: 0)
 *  errors: false when memory runs out
 *  cost:   rows² (rows + columns) steps, margins included
 *  source: shortest augmenting paths with potentials (Hungarian method); a margin is one
 *          more augmentation from the optimum with that pair forbidden */
bool compare_assign(const struct compare_costs *costs, uint32_t *column, double *margin);

/* ---- What comes into question (compare_near.c, compare_choose.c) -------------------------------------------- */

struct compare_edge {
	uint32_t old, new; /* indices into the lists asked about */
	float score;       /* what the assignment weighs, 0 to about 1 */
	float similarity;  /* of the names alone */
};

struct compare_edges {
	struct compare_edge *all;
	size_t n, cap;
};

/* Scores a candidate; not above 0: none. */
typedef float compare_score(const void *ctx, uint32_t old, uint32_t new, double similarity);

struct compare_lists {
	const struct compare_text *const *old, *const *new;
	uint32_t nold, nnew;
	double least; /* similarity from which on an edge is of interest */
};

/** All pairs of texts that are at least `least` alike and score above 0, by an index over
 *  their pairs of characters: texts that share nothing are never looked at. Of an old text
 *  the COMPARE_NEAR best are kept, so that memory grows with the texts, not their square.
 *  owns: the caller frees edges->all; errors: false when memory runs out */
bool compare_near(const struct compare_lists *lists, compare_score *score, const void *ctx,
                  struct compare_edges *edges);
enum { COMPARE_NEAR = 64 };
/* What an assignment over sparse edges gave. */
struct compare_choice {
	uint32_t *of_old; /* edge, or COMPARE_NONE */
	double *margin;   /* by old; 0 for those left alone */
};
/** The best assignment over edges whose score is at least `least`: each connected part by
 *  itself. A part of more than COMPARE_PART nodes a side is settled in the order of the
 *  scores, with its margins 0. */
enum { COMPARE_PART = 400 };
bool compare_choose(const struct compare_edges *edges, uint32_t nold, uint32_t nnew, double least,
                    struct compare_choice *out);

/* ---- The stages ------------------------------------------------------------------------------ */

/** Fold the texts of all items and gather them into sections; false: no memory. */
bool compare_sections_build(struct compare_group *group, enum compare_side side);
/** Pair the sections of both years. */
bool compare_sections_pair(struct compare_group *group);
/** Pair the indicators; group->pairs are made, ordered, not judged. */
bool compare_match(struct compare_group *group, const struct compare_rules *rules);
/** What differs in each pair, and what is odd about it. */
bool compare_judge(struct compare_group *group, const struct compare_rules *rules);
/** All of the above. */
bool compare_run(struct compare_group *group, const struct compare_rules *rules);

/** How similar the names of two items are, as the assignment weighs them: less where levels,
 *  terms or kinds of unit differ. */
double compare_item_score(const struct compare_item *old, const struct compare_item *new,
                          double similarity);

#endif
