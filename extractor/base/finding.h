/* Findings: what is odd about a document. They never change control flow. */
#ifndef PIFU_BASE_FINDING_H
#define PIFU_BASE_FINDING_H

#include "base/str.h"
#include "pifu.h"

struct finding {
	pifu_finding code;
	uint32_t line, column;    /* from 1; 0 unknown */
	uint32_t table, row, col; /* grid position, PIFU_NONE unknown */
	struct str text;          /* what was seen, in the list's memory */
};

/** A growing list with plain memory of its own (it outlives blocks). At most
 *  PIFU_LIMIT_FINDINGS are kept, the rest is counted in `dropped`. */
struct findings {
	struct finding *items;
	size_t n, cap;
	size_t dropped;
	const pifu_allocator *allocator;
};

/** Add one; out of memory counts as dropped. */
void pifu_finding_add(struct findings *list, struct finding f);
void pifu_findings_free(struct findings *list);

#endif
