/* Decimal text: the one spelling a number has in records. */
#ifndef PIFU_TEXT_NUMERAL_H
#define PIFU_TEXT_NUMERAL_H

#include "base/arena.h"
#include "base/str.h"

/** Bytes of a number in digits at the start of `text` (1,260 and -0.50 are one); 0: none. */
uint32_t pifu_decimal_length(struct str text);

/** Canonical decimal of a number in digits: 1,260 -> 1260, 100.00 -> 100, .5 -> 0.5,
 *  0.0900000762939453 -> 0.09 (what is left of a float is rounded away).
 *  errors: .s NULL when out of memory
 *  owns:   the result is in the arena, or in `digits` where nothing changed */
struct str pifu_decimal_canonical(struct arena *a, struct str digits);

/** Canonical decimal of -`decimal`. */
struct str pifu_decimal_negate(struct arena *a, struct str decimal);

/** As pifu_numeral_read (text/target.h), but tells the two failures apart: false when
 *  out of memory; *read is 0 where no numeral begins the text. */
bool pifu_numeral_parse(struct arena *a, struct str text, uint32_t *read, struct str *decimal,
                        bool *percent);

#endif
