/* What reading and joining of targets share. Only text/target*.c includes this. */
#ifndef PIFU_TEXT_TARGET_PART_H
#define PIFU_TEXT_TARGET_PART_H

#include "text/target.h"

/** A unit as records carry it: brackets gone, 百分比 as %; .s NULL when nothing is left. */
struct str pifu_unit_canonical(struct str unit);

/** Comparator of `word`; *soft: a word behind the number says it better. */
enum comparator pifu_comparator_find(struct str word, bool *soft);

/** Set misread and rival where a bare percentage over 100 begins with a 2 without
 *  which it is one of at most 100. false when out of memory. */
bool pifu_target_suspect(struct arena *a, struct target *t);

/** Up to four texts joined in the arena; .s NULL when out of memory. */
struct str pifu_text_join(struct arena *a, const struct str *parts, size_t n);

#endif
