/* For each row: what was read, what it cost, and its best rival.
 *
 *     line 31 (table 1 row 24): 时效指标 = level2 (-1), 1.00 | 辅警体检及时率 = name (-1), 0.30
 *         cost 1.30; best rival +3.40: 辅警体检及时率 = target
 *
 * A word is told with the columns it sits beside its home and what it adds to the
 * cost. Readings much dearer than the best are given up while the table is read:
 * a row without a rival has none within that bound. */
#include "base/error.h"
#include "model/doc.h"
#include "stage/align.h"

static const char *const role_keys[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) key,
#include "grammar/roles.def"
#undef PIFU_ROLE
};

static const char *read_as(uint8_t reading, uint8_t role)
{
	return reading == READ_FIELD || reading == READ_LABEL || reading == READ_GROUP
	               ? role_keys[role]
	               : pifu_reading_name(reading);
}

static void put_word(struct buf *out, const struct pifu_doc *doc, uint32_t token)
{
	const struct view *v = &doc->view[token];
	pifu_buf_str(out, doc->tokens[token].text);
	pifu_buf_fmt(out, " = %s", read_as(v->reading, v->role));
	if (v->shift)
		pifu_buf_fmt(out, " (%+d)", v->shift);
	if (v->cost)
		pifu_buf_fmt(out, ", %.2f", v->cost / 100.0);
}

static const char *label_of(const struct pifu_doc *doc, uint16_t label, const char *none)
{
	return label == UINT16_MAX ? none : doc->grammar->labels[label].text.s;
}

/* The labels in force where they are others; the same role under the same labels is
 * that of another record or function. */
static void put_difference(struct buf *out, const struct pifu_doc *doc, const struct view *v)
{
	if (v->rival_level1 != v->level1 || v->rival_level2 != v->level2)
		pifu_buf_fmt(out, " under %s and %s", label_of(doc, v->rival_level1, "no level 1"),
		             label_of(doc, v->rival_level2, "no level 2"));
	else if (v->rival_reading == v->reading && v->rival_role == v->role)
		pifu_buf_str(out, STR(" of another record or function"));
}

static void put_rival(struct buf *out, const struct pifu_doc *doc, uint32_t token)
{
	const struct view *v = &doc->view[token];
	pifu_buf_fmt(out, "; best rival +%.2f: ", v->margin / 100.0);
	pifu_buf_str(out, doc->tokens[token].text);
	pifu_buf_fmt(out, " = %s", read_as(v->rival_reading, v->rival_role));
	put_difference(out, doc, v);
}

static void put_place(struct buf *out, const struct row *r)
{
	if (r->line)
		pifu_buf_fmt(out, "line %u (table %u row %u): ", r->line, r->table, r->number);
	else
		pifu_buf_fmt(out, "table %u row %u: ", r->table, r->number);
}

static void explain_row(struct buf *out, const struct pifu_doc *doc, uint32_t row)
{
	uint32_t weakest = PIFU_NONE;
	int32_t cost = 0;
	unsigned words = 0;
	const struct row *r = pifu_doc_row(doc, row);
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		const struct view *v = &doc->view[i];
		if (v->reading == READ_NONE)
			continue;
		if (words++ == 0)
			put_place(out, r);
		else
			pifu_buf_str(out, STR(" | "));
		put_word(out, doc, i);
		cost += v->cost;
		if (v->margin < COST_CAP &&
		    (weakest == PIFU_NONE || v->margin < doc->view[weakest].margin))
			weakest = i;
	}
	if (!words)
		return;
	pifu_buf_fmt(out, "\n    cost %.2f", cost / 100.0);
	if (weakest != PIFU_NONE)
		put_rival(out, doc, weakest);
	else
		pifu_buf_fmt(out, "; no rival within %.2f", COST_CAP / 100.0);
	pifu_buf_char(out, '\n');
}

static void explain_form(struct buf *out, const struct pifu_doc *doc)
{
	pifu_buf_fmt(out, "form %u, family %s, %s; columns", doc->form.number, doc->form.kind.s,
	             doc->lines ? "one cell a line" : "rows of cells");
	for (size_t i = 0; i < doc->nslots; i++)
		pifu_buf_fmt(out, " %s@%u", role_keys[doc->slots[i].role], doc->slots[i].home);
	pifu_buf_char(out, '\n');
	for (uint32_t r = doc->span->header_end; r < doc->span->data_end; r++)
		explain_row(out, doc, r);
}

pifu_status pifu_doc_explain(pifu_doc *doc, pifu_sink sink, void *ctx, pifu_error *err)
{
	pifu_error local = {0};
	struct buf out = {.allocator = doc->options.allocator};
	if (!err)
		err = &local;
	pifu_status st = PIFU_OK;
	while (st == PIFU_OK && pifu_doc_next(doc, err)) {
		explain_form(&out, doc);
		if (out.failed)
			st = pifu_error_nomem(err);
		else if (out.n && sink(ctx, out.s, out.n) != 0)
			st = pifu_error_set(err, PIFU_ERR_WRITE, "the output could not be written");
		pifu_buf_clear(&out);
	}
	pifu_buf_free(&out);
	return st == PIFU_OK ? err->status : st;
}
