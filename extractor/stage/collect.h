/* Collecting records: the data that its parts share. */
#ifndef PIFU_STAGE_COLLECT_H
#define PIFU_STAGE_COLLECT_H

#include "model/doc.h"

#define GIVERS_MAX 8

/* The cells that give a carried value: a label and the halves joined to it. */
struct giver {
	uint32_t tokens[GIVERS_MAX];
	unsigned n;
	bool mended;
	bool restored;
	bool centred;
	bool plain;              /* its one cell says in so many words what is carried */
	bool repaired;           /* there is a repair to tell of it */
	bool single;             /* it is one cell: */
	struct source_cell cell; /* ready to be a record's, but for its field */
};

/* What is in force at one place of the table. */
struct carried {
	struct giver level1, level2, group;
};

/* The words of a target that stands in several columns. */
struct target_parts {
	struct str comparator, value, unit;
	uint32_t token, unit_token, comparator_token;
	unsigned values;
	uint32_t long_token; /* value of the long term, PIFU_NONE */
};

struct collector {
	struct pifu_doc *doc;
	struct carried carried;
	uint32_t function;  /* index into form.functions of the group in force, PIFU_NONE */
	struct str project; /* of the group in force, or of the head */
	struct str year, department; /* of the head; .s NULL */
	struct str function_no, function_name;
	struct str form_number;
	char id_prefix[48];  /* with the dash in front of a record's number */
	uint32_t id_length;  /* of the prefix */
	bool is_odd;         /* some word of the record at hand is not as most are (may_be_odd) */
	uint32_t accounted;  /* words of the data that have their account for good */
	bool has_long;       /* the form has a column for the long term */
	uint32_t first, end; /* tokens of the form's data */
	uint32_t reached; /* row of the grid that the records so far, or else the header, end at */
	double highest;   /* confidence of a record without a rival */
	struct str kinds[TARGET_TEXT + 1], comparators[COMPARATOR_APPROX + 1]; /* their codes */
	double doubt; /* a confidence below it is a doubtful record's */
	size_t functions_cap;
	struct pifu_record *record;         /* the record at hand */
	struct pifu_record *last;           /* the record before */
	struct str value[PIFU_FIELD_COUNT]; /* of the record at hand, until it is sealed, of: */
	uint32_t given;                     /* bit set of the fields that are not null */
	struct str *shared; /* of the record sealed last; NULL: none, or they are others since */
	struct source_cell *cells; /* of the record at hand; it gets a copy of the right size */
	size_t ncells, cells_cap;
	struct repair *repairs; /* of one record, which gets a copy of the right size */
	size_t nrepairs, repairs_cap;
	struct pifu_record *repairs_of; /* that record; NULL: none */
	struct str rival;               /* another reading of its target; .s NULL (values.c) */
	bool mixed;                     /* its target seems to hold other columns' values, too */
	bool roles_counted;
	uint32_t role_cells
		[ROLE_COUNT]; /* records of the form with a cell in that role, once counted */
	double weights;       /* sum of their weights */
};

/** c->record has `text` as its `field`, which it had not; .s NULL: it has none. */
static inline void pifu_collect_give(struct collector *c, pifu_field field, struct str text)
{
	c->value[field] = text;
	c->given |= (uint32_t)(text.s != NULL) << field;
}

/** What c->record has as its `field` so far; .s NULL: nothing. */
static inline struct str pifu_collect_given(const struct collector *c, pifu_field field)
{
	return c->given >> field & 1 ? c->value[field] : STR_NONE;
}

/** Word `token` is a source of `field` of c->record. */
pifu_status pifu_collect_source(struct collector *c, pifu_field field, uint32_t token,
                                pifu_error *err);
/** What stands in the source for word `token`; of a piece of a cell, its part of it. */
struct str pifu_collect_wording(const struct collector *c, uint32_t token);
/** A NUL-terminated copy of `text`. */
pifu_status pifu_collect_copy(struct collector *c, struct str text, struct str *out,
                              pifu_error *err);
/** Keep the wording of word `token` beside `field` where it is another. */
pifu_status pifu_collect_raw(struct collector *c, pifu_field field, uint32_t token,
                             pifu_error *err);
/** Put word `token` where its role says; parts of the target are gathered in `parts`. */
pifu_status pifu_collect_field(struct collector *c, uint32_t token, struct target_parts *parts,
                               pifu_error *err);
/** The target of c->record from its parts. */
pifu_status pifu_collect_target(struct collector *c, const struct target_parts *parts,
                                pifu_error *err);
/** The repair of fused values in word `token`; cost in hundredths. */
pifu_status pifu_collect_value_split(struct collector *c, uint32_t token, int32_t cost,
                                     pifu_error *err);
/** Repairs of record `rec` whose words are tokens [from, to) -> rec->repairs, rec->findings;
 *  of the words of its own only where c->is_odd. */
pifu_status pifu_collect_repairs(struct collector *c, uint32_t from, uint32_t to, pifu_error *err);
/** The repairs that were gathered go to their record. */
pifu_status pifu_collect_seal_repairs(struct collector *c, pifu_error *err);
/** Residue and fragments behind the last record belong to it. */
pifu_status pifu_collect_residue(struct collector *c, uint32_t token, pifu_error *err);
/** The id of the form's record of that number. */
pifu_status pifu_collect_id(struct collector *c, size_t number, pifu_error *err);
/** Cell `cell` of the grid as a source; its field is for the caller to say. */
struct source_cell pifu_collect_cell(const struct collector *c, uint32_t cell);
/** The column of `role` from 1 on, 0 when the form has none. */
size_t pifu_collect_slot(const struct collector *c, uint8_t role);
/** c->record gets its values and source cells. */
pifu_status pifu_collect_seal(struct collector *c, pifu_error *err);
/** The same in a form with two terms: one record for each value that the row has,
 *  in the order of their columns. */
pifu_status pifu_collect_terms(struct collector *c, const struct target_parts *parts,
                               pifu_error *err);
/** How c->record, whose words are among tokens [from, to), was cut out of its cells: repair, and what
 *  that leaves of its confidence. */
pifu_status pifu_collect_cuts(struct collector *c, uint32_t from, uint32_t to, pifu_error *err);
/** Confidence and alternatives from the margins of tokens [from, to). */
pifu_status pifu_collect_confidence(struct collector *c, uint32_t from, uint32_t to,
                                    pifu_error *err);

#endif
