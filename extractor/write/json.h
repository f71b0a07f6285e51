/* JSON pieces shared by the writers of JSON. */
#ifndef PIFU_WRITE_JSON_H
#define PIFU_WRITE_JSON_H

#include "model/record.h"
#include "write/out.h"

/** `s` as a JSON string, or null. The text is valid UTF-8 by contract. */
void pifu_json_put_str(struct out *o, struct str s);
/** The same for text from outside (file names): what is no UTF-8 becomes U+FFFD. */
void pifu_json_put_name(struct out *o, struct str s);
/** A number where `s` is written as JSON writes numbers, else a string, or null. */
void pifu_json_put_number(struct out *o, struct str s);
/** The same for what need not be a number: plain decimals that a double holds
 *  exactly enough (15 digits) are numbers, all else is a string. */
void pifu_json_put_any(struct out *o, struct str s);
/** A grid position; PIFU_NONE is null. */
void pifu_json_put_position(struct out *o, uint32_t v);
/** [table, row, col] */
void pifu_json_put_place(struct out *o, struct place at);

/* The most bytes of a field's key with its null: `,"function_no":null`. */
#define JSON_KEY_ROOM 24

/* Writes the records of one form after the other. What records of a function have
 * in common (file … function) is escaped once and copied while it stays the same. */
struct record_json {
	struct out head; /* `"file":…,…,"function":…` of the record before */
	const struct str *head_of;
	bool head_known;
	struct out source; /* `,"source":{"sha256":"…"` */
	char nulls[PIFU_FIELD_COUNT * JSON_KEY_ROOM];
	uint16_t null_at[PIFU_FIELD_COUNT + 1];
};

bool pifu_record_json_open(struct record_json *j, const pifu_allocator *allocator);
void pifu_record_json_close(struct record_json *j);
/** Before the records of a form. */
void pifu_record_json_form(struct record_json *j, const char *sha256);
/** One record as one object without line breaks; key order of DESIGN.md 4. */
void pifu_record_json(struct record_json *j, struct out *o, const pifu_record *r);
/** The first failure of its inner buffers. */
pifu_status pifu_record_json_status(const struct record_json *j);

#endif
