/* Records: what a form says, with where each value came from. */
#ifndef PIFU_MODEL_RECORD_H
#define PIFU_MODEL_RECORD_H

#include "base/str.h"
#include "model/grid.h"
#include "pifu.h"

/* A cell by its place in the source grid. */
struct place {
	uint32_t table, row, col;
};

struct source_cell {
	const struct cell *cell; /* of the grid: says its path; NULL: it has none */
	struct place at;
	pifu_field field;
};

/* What a field was before normalisation, where that is another text. */
struct raw_value {
	struct str text;
	pifu_field field;
};

struct repair {
	pifu_repair code;
	int32_t cost; /* hundredths of a repair step */
	struct place *cells;
	size_t ncells;
	struct str reason; /* English, one clause */
};

/* Another reading of a doubtful record: the fields in which it differs. */
struct alternative {
	int32_t margin; /* hundredths: how much dearer than the best reading */
	pifu_field field;
	struct str text; /* .s NULL: null */
};

struct part { /* parts: [{place, target}] */
	struct str place, target;
};

/* Fields that the records of one function or project have in common. */
enum { SHARED_FIRST = PIFU_FIELD_FILE, SHARED_END = PIFU_FIELD_FUNCTION + 1 };

/* Its values are NUL-terminated, and asked for by pifu_record_value. */
struct pifu_record {
	struct str *shared;     /* [SHARED_END - SHARED_FIRST]; .s NULL: null; NULL: all are */
	struct str *own;        /* the other fields, in their order, but for those that are null */
	uint32_t own_set;       /* bit set of the fields in `own` */
	struct raw_value *raws; /* in the order of the fields */
	struct source_cell *cells;
	struct repair *repairs;
	struct alternative *alternatives;
	struct part *parts;
	uint32_t nraws, ncells, nrepairs, nalternatives, nparts;
	uint32_t table, row, page; /* of the name's cell */
	uint32_t line;             /* its source line from 1, 0 unknown */
	int32_t margin;            /* hundredths; INT32_MAX: no rival */
	double confidence;
	uint64_t findings; /* bit set of pifu_finding, checks included */
};

/* Bits of a set, counted side by side: without an instruction for it the compiler calls a
 * function, and this is asked for each value of each record. */
static inline unsigned pifu_set_size(uint32_t set)
{
	set -= set >> 1 & 0x55555555u;
	set = (set & 0x33333333u) + (set >> 2 & 0x33333333u);
	return ((set + (set >> 4)) & 0x0F0F0F0Fu) * 0x01010101u >> 24;
}

/** The value of `field`; .s NULL: null. */
static inline struct str pifu_record_value(const struct pifu_record *r, unsigned field)
{
	if (field >= SHARED_FIRST && field < SHARED_END)
		return r->shared ? r->shared[field - SHARED_FIRST] : STR_NONE;
	uint32_t bit = (uint32_t)1 << field;
	if (!(r->own_set & bit))
		return STR_NONE;
	return r->own[pifu_set_size(r->own_set & (bit - 1))];
}

/** The wording of `field` before normalisation; .s NULL: as value. */
static inline struct str pifu_record_wording(const struct pifu_record *r, pifu_field field)
{
	for (uint32_t i = 0; i < r->nraws; i++)
		if (r->raws[i].field == field)
			return r->raws[i].text;
	return STR_NONE;
}

struct form_field {
	struct str key, value;
	struct place at;
};
struct form_function {
	uint32_t number;
	struct str name;
	struct place at;
};

struct pifu_form {
	uint32_t number;
	struct str kind, title; /* NUL-terminated; title.s NULL: none */
	struct form_field *fields;
	size_t nfields;
	struct str *goals; /* NUL-terminated */
	size_t ngoals;
	struct form_function *functions;
	size_t nfunctions;
	struct pifu_record *records;
	size_t nrecords;
};

#endif
