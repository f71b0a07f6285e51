/* Values that an export damaged, between collect.c, values.c and values_cut.c. */
#ifndef PIFU_STAGE_VALUES_H
#define PIFU_STAGE_VALUES_H

#include "stage/collect.h"

/* The words of the record at hand, and the one that holds its target. */
struct value_words {
	uint32_t from, to, token;
};

/** Take fused values apart: *value becomes the target's piece, the other pieces go
 *  to their fields of c->record; repair, finding and a rival reading with them.
 *  errors: PIFU_ERR_NOMEM, PIFU_ERR_GRAMMAR; nothing happens where nothing is fused */
pifu_status pifu_values_split(struct collector *c, const struct value_words *w, struct str *value,
                              pifu_error *err);
/** The same for a record that has nothing but the value of one place; w->token: where to look from. */
pifu_status pifu_values_places(struct collector *c, const struct value_words *w, pifu_error *err);
/** A weight fused behind the name of a record that has none, where most have one: into its field.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_values_name(struct collector *c, const struct value_words *w, pifu_error *err);
/** Take filler off the end of a target. */
void pifu_values_trim(struct collector *c, struct str *value);
/** A sign that may be misread: finding and rival of c->record. */
void pifu_values_suspect(struct collector *c, const struct target *t);
/** What is left to say when c->record is complete: lost text, its parent, its rival. */
pifu_status pifu_values_settle(struct collector *c, const struct value_words *w, uint32_t record,
                               pifu_error *err);

/** Cut cells that hold what belongs in the empty columns behind them, before the table is
 *  read; the words of the block change.
 *  errors: PIFU_ERR_NOMEM, PIFU_ERR_GRAMMAR */
pifu_status pifu_form_fused(struct pifu_doc *doc, pifu_error *err);

/* ---- values_cut.c, for values.c -------------------------------------------------- */

enum { VALUE_PIECES = 8, VALUE_CUTS = 24 };

enum char_kind { KIND_DIGIT, KIND_POINT, KIND_SIGN, KIND_PERCENT, KIND_OTHER };

/* A fused text, the columns that it may fill, and the cheapest ways to cut it. */
struct splitting {
	struct collector *c;
	uint32_t token; /* of the fused text */
	struct str text;
	size_t slots[VALUE_PIECES];  /* columns of the pieces, in their order */
	uint8_t roles[VALUE_PIECES]; /* their roles */
	uint8_t anchor;              /* role of the column that the text was read in */
	unsigned n;
	uint32_t cuts[VALUE_CUTS];  /* where the text may be cut, 0 and its end included */
	bool digit_cut[VALUE_CUTS]; /* between two digits */
	unsigned ncuts;
	struct target *pieces[VALUE_CUTS][VALUE_CUTS]; /* [from][to] as read; NULL: not yet */
	unsigned best[VALUE_PIECES + 1], second[VALUE_PIECES + 1];
	int best_cost, second_cost; /* INT32_MAX: none */
};

enum char_kind pifu_values_kind(uint32_t c);
/** The value of a number's normal form, 0 when there is none. */
double pifu_values_number(struct str number);
/** The likeliest ways to cut s->text into s->n pieces, 2 or more -> best, second and
 *  their costs; best_cost INT32_MAX: it cannot be cut.
 *  errors: PIFU_ERR_NOMEM, PIFU_ERR_GRAMMAR */
pifu_status pifu_values_cut(struct splitting *s, pifu_error *err);

#endif
