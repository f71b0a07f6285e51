/* Inheritance: a family's own tree laid over the one it extends. */
#ifndef PIFU_GRAMMAR_MERGE_H
#define PIFU_GRAMMAR_MERGE_H

#include "grammar/tree.h"

/** `own` over `base` (both checked against the table of keys).
 *  shape:   texts override, lists are joined (own items last, or first where the
 *           first fit wins), maps are merged key by key; name, title, extends,
 *           abstract and samples are not inherited
 *  errors:  NULL when out of memory
 *  owns:    a new tree in the arena that shares nodes with both; `base` may be NULL */
struct node *pifu_tree_merge(struct arena *a, const struct node *base, struct node *own);

#endif
