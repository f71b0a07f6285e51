/* Values that an export damaged, between collect.c and values.c. */
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
/** Take filler off the end of a target. */
void pifu_values_trim(struct collector *c, struct str *value);
/** A sign that may be misread: finding and rival of c->record. */
void pifu_values_suspect(struct collector *c, const struct target *t);
/** What is left to say when c->record is complete: lost text, its parent, its rival. */
pifu_status pifu_values_settle(struct collector *c, const struct value_words *w, uint32_t record,
                               pifu_error *err);

#endif
