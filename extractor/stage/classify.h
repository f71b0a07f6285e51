/* What stages ask of a token. */
#ifndef PIFU_STAGE_CLASSIFY_H
#define PIFU_STAGE_CLASSIFY_H

#include "model/doc.h"

/** Whether the common lexicon gives `t` a meaning of `kind` (and which). */
static inline bool pifu_token_means(const struct token *t, enum meaning_kind kind,
                                    const struct meaning **out)
{
	if (!(t->kinds & MEANING_BIT(kind)))
		return false;
	const struct meaning *m = t->meanings;
	while (out && m->kind != kind)
		m++;
	if (out)
		*out = m;
	return true;
}

/** Whether a word of the row has a meaning of `kind`; before forms are read. */
static inline bool pifu_row_means(const struct pifu_doc *doc, size_t row, enum meaning_kind kind)
{
	return doc->row_look[row].kinds & MEANING_BIT(kind);
}

/** Whether `t` is a column header by lexicon or header rule, and of which role. */
bool pifu_token_header(struct pifu_doc *doc, const struct token *t, uint16_t *role);
/** The header run that begins at `row` (headers.c): its end, or `row` when there is none. */
size_t pifu_header_end(struct pifu_doc *doc, size_t row);
/** The first row of the header run at `row`: group headings directly above belong to it, but
 *  none above `floor`. */
size_t pifu_header_top(struct pifu_doc *doc, size_t row, size_t floor);
/** Does the row belong to an indicator table beyond doubt? */
bool pifu_row_evidence(struct pifu_doc *doc, uint32_t row);
/** Is `t` a target by rule, or words that are one? */
bool pifu_token_is_target(const struct pifu_doc *doc, const struct token *t);
/** Does a line directly behind the data of `f` open a record, for a value stands below it? */
bool pifu_line_opens(const struct pifu_doc *doc, const struct form_span *f, uint32_t row);
/** Does a line without evidence go on with the table of `f`, which is told one cell a line? */
bool pifu_line_follows(struct pifu_doc *doc, const struct form_span *f, uint32_t row);

/** The column that `t` heads under `heading`: 中长期 under 指标值 is 中长期指标值 (headers.c). */
bool pifu_header_under(struct pifu_doc *doc, const struct token *heading, const struct token *t,
                       uint16_t *role);

#endif
