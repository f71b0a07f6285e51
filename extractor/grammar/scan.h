/* The words by which documents are scanned before a form's family is known. */
#ifndef PIFU_GRAMMAR_SCAN_H
#define PIFU_GRAMMAR_SCAN_H

#include "grammar/tree.h"

/** Does a family's own file add headers, labels or a title of its own? */
bool pifu_scan_adds(const struct node *own);
/** `base` (a merged tree of common, or one that this made) with the headers, labels
 *  and title of a family's own file.
 *  errors: NULL when out of memory
 *  owns:   all in the arena, nodes shared with both */
struct node *pifu_scan_merge(struct arena *a, const struct node *base, const struct node *own);

#endif
