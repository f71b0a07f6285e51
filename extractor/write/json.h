/* JSON pieces shared by the writers of JSON. */
#ifndef PIFU_WRITE_JSON_H
#define PIFU_WRITE_JSON_H

#include "model/record.h"
#include "write/out.h"

/* The most bytes of a text of `n` bytes as a JSON string, with what its end is padded by,
 * and of a place. */
#define JSON_STR_ROOM(n) ((size_t)(n)*6 + 16)
#define JSON_PLACE_ROOM (3 * OUT_UINT + 4)

/** As pifu_json_put_str, _number and _place, at `to`, which has JSON_STR_ROOM or
 *  JSON_PLACE_ROOM; the end of what was written. */
char *pifu_json_str_at(char *to, struct str s);
char *pifu_json_number_at(char *to, struct str s);
/** The same for what need not be a number: plain decimals that a double holds exactly enough
 *  (15 digits) are numbers, all else is a string. */
char *pifu_json_any_at(char *to, struct str s);
char *pifu_json_place_at(char *to, struct place at);
/** At least OUT_UINT bytes of room. */
static inline char *pifu_json_position_at(char *to, uint32_t v)
{
	if (v < 10) { /* most columns, tables and pages */
		*to = (char)('0' + v);
		return to + 1;
	}
	if (v != PIFU_NONE)
		return pifu_out_digits(to, v);
	memcpy(to, "null", 4);
	return to + 4;
}

/** `s` as a JSON string, or null. The text is valid UTF-8 by contract. */
void pifu_json_put_str(struct out *o, struct str s);
/** The same for text from outside (file names): what is no UTF-8 becomes U+FFFD. */
void pifu_json_put_name(struct out *o, struct str s);
/** A number where `s` is written as JSON writes numbers, else a string, or null. */
void pifu_json_put_number(struct out *o, struct str s);
/** A grid position; PIFU_NONE is null. */
void pifu_json_put_position(struct out *o, uint32_t v);
/** [table, row, col] */
void pifu_json_put_place(struct out *o, struct place at);

/* The most bytes of a field's key with its null: `,"function_no":null`. */
#define JSON_KEY_ROOM 24

enum { JSON_ROWS = 8, JSON_ROW_TEXT = 24 };

/* Writes the records of one form after the other. What records of a function have
 * in common (file … function) is escaped once and copied while it stays the same. */
struct record_json {
	struct out head; /* `"file":…,…,"function":…` of the record before */
	const struct str *head_of;
	bool head_known;
	struct out source; /* `,"source":{"sha256":"…"` */
	char nulls[PIFU_FIELD_COUNT * JSON_KEY_ROOM];
	uint16_t null_at[PIFU_FIELD_COUNT + 1];
	/* `[table,row,` of rows last written: a record and those behind it name a few of them
	 * several times. */
	struct json_row {
		uint32_t table, row;
		uint32_t length; /* 0: none is known here */
		char text[JSON_ROW_TEXT];
	} rows[JSON_ROWS];
	struct out file; /* `,"file":…` of the record before, and whose it is */
	struct str file_of;
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
