/* The head of a form, as later stages ask for it. */
#ifndef PIFU_STAGE_HEAD_H
#define PIFU_STAGE_HEAD_H

#include "model/doc.h"

/** Value of the first head field `key`; .s NULL when there is none. */
struct str pifu_form_value(const struct pifu_form *form, struct str key);
/** Columns of the form's table by its header -> doc->slots. */
void pifu_form_columns(struct pifu_doc *doc);

#endif
