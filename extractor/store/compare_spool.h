/* Records of two years on their way to the comparison: taken in any order, given back
 * one department at a time. */
#ifndef PIFU_STORE_COMPARE_SPOOL_H
#define PIFU_STORE_COMPARE_SPOOL_H

#include "compare.h"

struct compare_spool;

struct compare_spool *compare_spool_open(void);
void compare_spool_free(struct compare_spool *spool);
/** Why the last call failed. */
const char *compare_spool_message(const struct compare_spool *spool);

/** Take the fields of a record, NULL for null; they are borrowed for the call.
 *  errors: false: no room for the temporary file, no memory */
bool compare_spool_add(struct compare_spool *spool, enum compare_side side,
                       const char *const field[PIFU_FIELD_COUNT]);
/** Records taken so far. */
uint64_t compare_spool_count(const struct compare_spool *spool, enum compare_side side);

/** All has been taken. Two sides of one department each are one group whatever the names;
 *  so are all records with `one_group`. */
bool compare_spool_sort(struct compare_spool *spool, bool one_group);
/** The next department, those of the old year first, in the order they came.
 *  errors: 1: there is one; 0: that was all; -1: failed
 *  owns:   the caller frees group->pool */
int compare_spool_next(struct compare_spool *spool, struct compare_group *group);

#endif
