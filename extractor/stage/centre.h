/* Labels in the middle of their blocks: the data of centre.c and centre_kin.c. */
#ifndef PIFU_STAGE_CENTRE_H
#define PIFU_STAGE_CENTRE_H

#include "grammar/lexicon.h"
#include "stage/align.h"

#define LEVELS 3 /* function, level 1, level 2 */

/* Which of the two middle rows of an even block has the label. */
enum side { SIDE_UPPER, SIDE_LOWER, SIDE_EITHER, SIDES };

/* Where the open blocks of each level began, and the cheapest way there. */
struct tiling {
	uint32_t start[LEVELS];
	int32_t cost;
	uint32_t previous; /* state, PIFU_NONE: the first */
};

struct way {
	uint32_t from, to; /* states */
	int32_t cost;
};

struct doubt {
	int32_t margin;          /* to the cheapest tiling that puts the row under other labels, */
	uint32_t labels[LEVELS]; /* those: rows where they stand, n: none */
};

struct centre {
	struct aligner *a;
	uint32_t *rows; /* rows of words that hold data */
	uint32_t n;
	uint32_t *label[LEVELS];     /* [n] token of the label in that column, PIFU_NONE */
	uint16_t *label_id[LEVELS];  /* [n] its meaning, NO_LABEL */
	uint32_t *next[LEVELS];      /* [n + 2] the first row at or behind with a label, n: none */
	uint32_t *start[LEVELS];     /* [n] at a label's row: first row of its block */
	uint32_t (*governs)[LEVELS]; /* [n] rows of the labels that govern the row */
	bool used[LEVELS];           /* the form has such a column, with labels */
	unsigned levels[LEVELS], depth;
	uint8_t side;   /* enum side */
	uint32_t other; /* last state of the tiling with the other side, PIFU_NONE: there is none */
	struct tiling *states;
	size_t nstates, cap, first_state, last_state; /* those of the tiling that is taken */
	struct way *ways;
	size_t nways, ways_cap, first_way, last_way;
	struct doubt *doubt; /* [n] */
	struct kin *kin;     /* [n] what the row looks like; NULL before that was learned */
	struct kin_count *counts;
	uint32_t counts_size;
	bool failed;
};

/** What rows look like, and what those look like that are sure, by c->governs and c->doubt;
 *  false when out of memory. */
bool pifu_centre_learn(struct centre *c);
/** What it costs that rows [from, to) are of the block with its label at row `at`; 0 before
 *  anything was learned. */
int32_t pifu_centre_kin(const struct centre *c, uint32_t at, uint32_t from, uint32_t to);

#endif
