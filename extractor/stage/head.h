/* The head of a form, as later stages ask for it. */
#ifndef PIFU_STAGE_HEAD_H
#define PIFU_STAGE_HEAD_H

#include "model/doc.h"

/* The value of a head field: words [first, end), joined; what is left of an
 * amount glued to the next label names that field. */
struct head_value {
	uint32_t first, end; /* first == PIFU_NONE: none */
	struct str text;     /* amounts with the unit of their label or head */
	uint16_t next_field; /* UINT16_MAX: none */
};

/** The value of the field whose label is word `label` (head_value.c).
 *  errors: PIFU_ERR_NOMEM
 *  owns:   text in the form's arena or the word's */
pifu_status pifu_head_value(struct pifu_doc *doc, uint32_t label, enum field_type type,
                            struct head_value *out, pifu_error *err);

/** The value of the field whose label is word `label`, in word `value` of a row below it. */
pifu_status pifu_head_value_at(struct pifu_doc *doc, uint32_t label, uint32_t value,
                               enum field_type type, struct head_value *out, pifu_error *err);

/** Whether word `token` of a value is a page number that stands between its lines. */
bool pifu_head_is_page(const struct pifu_doc *doc, const struct head_value *v, uint32_t token);

/* A field that prose tells: words [first, end). */
struct prose_field {
	const struct field *field;
	struct str value;
	uint32_t first, end;
};

/** The next field that prose tells in words [*at, end), *at behind it (head_prose.c); false when
 *  there is none, or when *st says why.
 *  errors: PIFU_ERR_NOMEM */
bool pifu_head_prose(struct pifu_doc *doc, uint32_t *at, uint32_t end, struct prose_field *out,
                     pifu_status *st, pifu_error *err);

/** Whose form it is: the field `department`; a project's form that has none is its
 *  supervisor's (主管部门), or else its implementer's (实施单位). .s NULL: nobody's. */
struct str pifu_form_department(const struct pifu_doc *doc);

/** Value of the first head field `key`; .s NULL when there is none. */
struct str pifu_form_value(const struct pifu_form *form, struct str key);
/** Columns of the form's table by its header -> doc->slots. */
void pifu_form_columns(struct pifu_doc *doc);
/** Levels in front of names, and the columns of the first header below one that comes again
 *  in another order (permute.c) -> doc->slots, and columns of the form's words. */
void pifu_form_permute(struct pifu_doc *doc);

/** Words [first, end) of a value in whose middle `label` stands (head_around.c), the label
 *  among them; false if it does not. */
bool pifu_head_around(const struct pifu_doc *doc, uint32_t label, uint32_t *first, uint32_t *end);

#endif
