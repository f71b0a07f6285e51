/* Records: what a form says, with where each value came from. */
#ifndef PIFU_MODEL_RECORD_H
#define PIFU_MODEL_RECORD_H

#include "base/str.h"
#include "pifu.h"

/* A cell by its place in the source grid. */
struct place {
	uint32_t table, row, col;
};

struct source_cell {
	pifu_field field;
	struct place at;
	struct str path; /* inside the document, .s NULL in text */
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

struct pifu_record {
	struct str value[PIFU_FIELD_COUNT]; /* .s NULL: null; NUL-terminated when not */
	struct str raw[PIFU_FIELD_COUNT];   /* .s NULL: as value */
	uint32_t table, row, page;          /* of the name's cell */
	uint32_t line;                      /* its source line from 1, 0 unknown */
	struct source_cell *cells;
	size_t ncells;
	struct repair *repairs;
	size_t nrepairs;
	struct alternative *alternatives;
	size_t nalternatives;
	struct part *parts;
	size_t nparts;
	int32_t margin; /* hundredths; INT32_MAX: no rival */
	double confidence;
	uint64_t findings; /* bit set of pifu_finding, checks included */
};

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
