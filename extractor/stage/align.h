/* The aligner's own data: what a token may be, and the lattice of readings. */
#ifndef PIFU_STAGE_ALIGN_H
#define PIFU_STAGE_ALIGN_H

#include "model/doc.h"
#include "model/known.h"

#define NO_LABEL UINT16_MAX
#define COST_CAP 600       /* a reading this much dearer than the best is given up */
#define FETCH_AHEAD 4      /* words between fetching a known sense and asking for it */
#define SENSE_AHEAD 64     /* words whose senses are found out together */
#define FUNCTION_WORDS 400 /* words in which a form shows how it writes functions */

/* How much positions may be trusted, in percent of the grammar's costs. */
struct layout {
	uint32_t levels_seen; /* bit set of the level-1 labels that stand in the form */
	bool lines;           /* one cell a line: no columns at all */
	bool dropped;         /* a fifth of the labels stand left of their column */
	int move, join, split;
};

/* The state between tokens: what is carried and what the open record has. */
enum state_flag {
	STATE_NAME = 1 << 0,
	STATE_TARGET = 1 << 1,
	STATE_FIELD = 1 << 2,       /* the record has begun */
	STATE_LEVEL1_PART = 1 << 3, /* the carried label is cut: its other half may follow */
	STATE_LEVEL2_PART = 1 << 4,
	STATE_LABEL = 1 << 5,       /* a label stands in this row, no record yet */
	STATE_LEVEL1_HERE = 1 << 6, /* the carried level 1 is written in this row */
};
#define SHIFT_NONE INT8_MIN

struct state {
	uint32_t group;          /* token of the function or project, PIFU_NONE */
	uint16_t level1, level2; /* labels in force, NO_LABEL */
	int8_t slot;             /* last column used by the open record, -1 */
	int8_t shift;            /* of the run of cells just read, SHIFT_NONE */
	uint8_t flags;           /* enum state_flag */
};

/* How the token of a node was read. */
struct step {
	uint8_t reading;                    /* enum reading */
	int8_t slot;                        /* column it went to, -1 */
	bool restored, split, joined, rest; /* as in struct view */
	bool mended;
	uint16_t label;
	int8_t shift;
};

struct node {
	struct state state;
	struct step step;
	int32_t cost;      /* of the cheapest reading up to here */
	int32_t rest;      /* of the cheapest continuation from here */
	int32_t step_cost; /* of this token in the cheapest reading */
	uint32_t previous; /* node of the token before, in the cheapest reading */
};

struct edge {
	uint32_t from, to; /* nodes */
	int32_t cost;
};

/* The first node of a token's layer and the first edge into it. */
struct layer {
	uint32_t node, edge;
};

struct aligner {
	struct pifu_doc *doc;
	const struct grammar *grammar;
	const int32_t *w; /* grammar->costs */
	struct layout layout;
	uint32_t *tokens; /* the form's data tokens, in order */
	size_t n;
	/* Senses of the tokens from `sensed` on, each known or its own. */
	const struct known_sense *senses[SENSE_AHEAD];
	struct known_sense own[SENSE_AHEAD];
	size_t sensed;
	const struct sense *sense; /* of the token at hand */
	uint16_t sense_class;      /* its number (memo.h), 0: none */
	struct memo *memo;
	bool bare_row;        /* its row holds nothing but labels, their remains and short texts */
	bool after_gap;       /* a blank line or a page break stands before its row */
	bool odd_place;       /* its row stands outside the table */
	bool covered;         /* a cell with a level 1 spans its row, by the format's word */
	uint32_t cover_end;   /* row of the grid behind that span */
	bool ruled_functions; /* functions of this form follow the family's rule */
	unsigned reading;     /* pifu_known_reading: what known texts mean in this form */
	int8_t name_slot, target_slot, level2_slot;
	uint32_t roles;  /* bit set of the roles that its columns have */
	uint32_t widest; /* lines: width of the widest whole name, in half Han characters */
	struct node *nodes;
	size_t nnodes, nodes_cap;
	struct edge *edges;
	size_t nedges, edges_cap;
	struct layer *layers; /* [nlayers + 1] of tokens base, base + 1, … */
	size_t nlayers, layers_cap;
	size_t base;    /* token of the first layer */
	size_t settled; /* tokens that have their view */
	uint32_t *path; /* node of each layer in the best reading */
	size_t path_cap;
	uint32_t record; /* number of the last record settled, PIFU_NONE */
	bool open;       /* that record may go on */
};

/* One word that is read from every node before it: the layer under construction. */
struct expansion {
	struct aligner *a;
	const struct token *t;
	uint32_t token;
	uint32_t from;      /* node that is expanded */
	struct state state; /* before the word */
	int32_t base;       /* cost before the word: closing or joining a record */
	bool split, joined;
	uint32_t layer; /* first node of the layer that is built */
	uint32_t edges; /* first edge into it */
	int32_t best;   /* cheapest node of the layer so far */
	bool failed;
};

static inline int32_t pifu_align_weight(const struct expansion *x, enum cost c)
{
	return x->a->w[c];
}

/** What token `t` looks like -> *out: what is known of its text, else `own`, which is filled.
 *  A parsed target is kept in doc->targets. a->reading is set.
 *  errors: PIFU_ERR_NOMEM, PIFU_ERR_GRAMMAR when a rule runs into its limits */
pifu_status pifu_align_sense(struct aligner *a, uint32_t t, struct known_sense *own,
                             const struct known_sense **out, pifu_error *err);
/** Trust in positions, from where labels and cells of the form stand. */
void pifu_align_layout(struct aligner *a);
/** Labels that stand in the middle of their blocks are read before them -> a->tokens. */
pifu_status pifu_align_centred(struct aligner *a, pifu_error *err);
/** Functions and projects alone in the middle of theirs (centre_group.c) -> a->tokens. */
pifu_status pifu_align_groups(struct aligner *a, pifu_error *err);
/** What the row of token `t` shows: bare_row, after_gap, odd_place, covered. */
void pifu_align_row(struct aligner *a, const struct token *t);
/* What it costs to leave a level-2 label under the level 1 in force, and to restore
 * its usual one; -1: not to be thought of. */
struct level_costs {
	int32_t keep, restore;
};
struct level_costs pifu_align_levels(const struct aligner *a, const struct state *s,
                                     const struct label *level2);
/** Where positions do not tell: the cost of going on in column `slot` with columns of numbers
 *  left out. What follows a word tells what the word was. */
int32_t pifu_align_skip(const struct aligner *a, const struct state *s, unsigned slot);
/** Whether the form's functions follow the family's rule. */
void pifu_align_functions(struct aligner *a);
/** Readings of the token behind the last layer from all readings before it -> one layer of nodes. */
pifu_status pifu_align_expand(struct aligner *a, pifu_error *err);
/** Every reading of the word of `x` from its state -> pifu_align_offer (readings.c). */
void pifu_align_read(struct expansion *x);
/** Offer one reading of the word to the layer; x->failed: out of memory. */
void pifu_align_offer(struct expansion *x, const struct state *s, const struct step *how,
                      int32_t step_cost);
/** The widest whole name of the form -> a->widest. */
void pifu_align_widest(struct aligner *a);
/** What it costs to read word `t` as the rest of the field in column `slot` that the word
 *  before it began, in the row above (rest.c); COST_CAP when it cannot be. */
int32_t pifu_align_rest(const struct aligner *a, uint32_t t, const struct state *s, unsigned slot);
/** Cost of ending the open record of `s`. */
int32_t pifu_align_close(const struct aligner *a, const struct state *s);
/** The best reading of the tokens in the lattice and their margins -> doc->view.
 *  The last layer alone stays in the lattice: it is the form's last one (`end`), or
 *  has a single node.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_align_settle(struct aligner *a, bool end, pifu_error *err);
/** The same for one word more, whose only reading has taken the place of the lattice's single
 *  node. */
void pifu_align_pass(struct aligner *a);

#endif
