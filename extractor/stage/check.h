/* The meaning checks: what their parts share. */
#ifndef PIFU_STAGE_CHECK_H
#define PIFU_STAGE_CHECK_H

#include "grammar/senses.h"
#include "model/doc.h"

/* Weights of the records of one project, or of the form where it has one. */
struct weight_run {
	const struct pifu_record *first;
	size_t n, weighted;
	bool odd;                /* a weight that is no plain number, or two terms in one table */
	int64_t total, function; /* ten-thousandths; of the run, of its function so far */
	bool functions_full;     /* every function so far weighs 100 by itself */
	int64_t groups[4];       /* output, benefit, satisfaction, other */
};

struct subjects;

struct checker {
	struct pifu_doc *doc;
	struct pifu_record *rec;
	uint32_t number;                    /* of the record in the form */
	struct str value[PIFU_FIELD_COUNT]; /* its own fields; of those in rec->own_set alone */
	struct name_sense sense;            /* of its name */
	enum name_aim asked; /* what its comparator asks for: more (≥), less (≤) */
	/* records seen, by function, project and name */
	uint32_t *seen; /* record number + 1 */
	size_t slots;
	const char *function, *project; /* texts that `place_hash` is of */
	uint64_t place_hash;
	/* the form as a whole */
	const char *level1; /* text last looked at */
	bool has_output, has_satisfaction, has_levels;
	unsigned group; /* of `level1`, index into weight_run.groups */
	struct weight_run run;
	struct subjects *subjects; /* NULL: fewer than two functions */
};

/** A plain decimal, `分` or `%` behind it allowed, in ten-thousandths; false: no such text. */
bool pifu_check_decimal(struct str text, int64_t *out);
/** A field of the record at hand: looked up once, asked for many times. */
static inline struct str pifu_check_value(const struct checker *c, unsigned field)
{
	if (field >= SHARED_FIRST && field < SHARED_END)
		return pifu_record_value(c->rec, field);
	return c->rec->own_set >> field & 1 ? c->value[field] : STR_NONE;
}
static inline void pifu_check_mark(struct pifu_record *rec, pifu_finding check)
{
	rec->findings |= (uint64_t)1 << check;
}

/** Everything that one record says of itself, and whether it stands twice. */
void pifu_check_record(struct checker *c);
/** Count one record towards what the form says as a whole. */
void pifu_check_form_add(struct checker *c);
/** All records are counted: findings of the document about the form. */
void pifu_check_form_end(struct checker *c);
/** Room for the subjects of the form's functions; false when out of memory. */
bool pifu_check_subjects_new(struct checker *c);
void pifu_check_subjects_add(struct checker *c);
void pifu_check_subjects_end(struct checker *c);

#endif
