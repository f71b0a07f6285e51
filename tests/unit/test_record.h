/* Values of records made by hand. Their memory is a ring: good for the records of one test. */
#ifndef TEST_RECORD_H
#define TEST_RECORD_H

#include "model/record.h"

enum { RECORD_RING = 400 };

static inline void open_record(struct pifu_record *r)
{
	static struct str ring[RECORD_RING][PIFU_FIELD_COUNT];
	static size_t used;
	struct str *room = ring[used++ % RECORD_RING];

	memset(room, 0, sizeof ring[0]);
	r->shared = room;
	r->own = room + (SHARED_END - SHARED_FIRST);
}

/* `value` into `field`; .s NULL takes it out. */
static inline void put_value(struct pifu_record *r, unsigned field, struct str value)
{
	struct str all[PIFU_FIELD_COUNT];
	size_t n = 0;

	if (!r->shared)
		open_record(r);
	for (unsigned f = 0; f < PIFU_FIELD_COUNT; f++)
		all[f] = f == field ? value : pifu_record_value(r, f);
	r->own_set = 0;
	for (unsigned f = 0; f < PIFU_FIELD_COUNT; f++) {
		if (f >= SHARED_FIRST && f < SHARED_END) {
			r->shared[f - SHARED_FIRST] = all[f];
		} else if (all[f].s) {
			r->own_set |= (uint32_t)1 << f;
			r->own[n++] = all[f];
		}
	}
}

#endif
