/* How sure the pieces of glued text are.
 *
 *     维修面积 | ≥400平方米          the cheapest cut     whole  20
 *     维修     | 面积≥400平方米      no target by rule    whole 340
 *
 * Going back over the segments that were offered gives each place and kind the
 * cost of its cheapest end; a segment's own cheapest beginning and that end make
 * the cheapest whole cut with that segment in it. A piece's margin is the whole
 * cost of the cheapest cut in which another segment stands over the piece, minus
 * the best; that segment, if it is of the piece's kind, is its rival. */
#include "stage/cut_own.h"

/* rest[at][kind]: cost of the cheapest end of the text behind a segment of `kind`. */
static void go_back(const struct cutter *c, int32_t (*rest)[CUT_KINDS])
{
	for (uint32_t at = 0; at <= c->n; at++)
		for (unsigned k = 0; k < c->kinds; k++)
			rest[at][k] = at == c->n ? pifu_cut_end(c, k) : NEVER;
	for (size_t i = c->nsegments; i-- > 0;) {
		const struct segment *seg = &c->segments[i];
		int32_t end = rest[seg->to][seg->kind];
		if (end >= NEVER)
			continue;
		for (unsigned before = 0; before < c->kinds; before++) {
			int32_t cost = c->follows[before][seg->kind] + seg->cost + end;
			if (c->follows[before][seg->kind] >= 0 && cost < rest[seg->from][before])
				rest[seg->from][before] = cost;
		}
	}
}

static void rival(const struct cutter *c, const struct segment *seg, int32_t margin,
                  struct piece *p)
{
	uint32_t from = c->at[seg->from], to = c->at[seg->to];
	if ((from == p->from && to == p->to && seg->kind == p->kind) || margin >= p->margin)
		return;
	bool alike = seg->kind == p->kind;
	p->margin = margin < 0 ? 0 : margin;
	p->rival_from = alike ? from : 0;
	p->rival_to = alike ? to : 0;
}

bool pifu_cut_margins(const struct cutter *c, struct piece *pieces, size_t n, int32_t whole)
{
	int32_t(*rest)[CUT_KINDS] = pifu_arena_alloc(c->doc->arena, (c->n + 1) * sizeof *rest);
	if (!rest)
		return false;
	go_back(c, rest);
	for (size_t i = 0; i < n; i++)
		pieces[i].margin = CUT_CAP;
	size_t first = 0;
	for (size_t i = 0; i < c->nsegments; i++) {
		const struct segment *seg = &c->segments[i];
		int32_t end = rest[seg->to][seg->kind];
		while (first < n && pieces[first].to <= c->at[seg->from])
			first++;
		for (size_t k = first; end < NEVER && k < n && pieces[k].from < c->at[seg->to]; k++)
			rival(c, seg, seg->least + end - whole, &pieces[k]);
	}
	return true;
}
