/* A record line, its values by name. */
#ifndef PIFU_STORE_RECORD_H
#define PIFU_STORE_RECORD_H

#include "pifu.h"
#include "tape.h"

/* Keys after the fields of pifu_fields.def. */
enum record_extra {
	EXTRA_PARTS,
	EXTRA_RAW,
	EXTRA_SOURCE,
	EXTRA_REPAIRS,
	EXTRA_CONFIDENCE,
	EXTRA_FINDINGS,
	EXTRA_CHECKS,
	EXTRA_ALTERNATIVES,
	EXTRA_COUNT,
};

/* NULL: the line has no such key. */
struct record_nodes {
	const struct node *field[PIFU_FIELD_COUNT];
	const struct node *extra[EXTRA_COUNT];
};

/** Sort the keys of a line; keys that are not known are passed over.
 *  errors: false where what makes a record (id, form, source) is missing */
bool store_record_sort(const struct node *line, struct record_nodes *out);
/** Is `code` in a list of codes? */
bool store_record_has(const struct node *codes, const char *code);

#endif
