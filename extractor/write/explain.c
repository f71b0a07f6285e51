/* For each row: what was read, what it cost, and its best rival.
 *
 *     row 24  -2 时效指标 = level2 | 辅警体检及时率 = name | ≥90% = target
 *             cost 1.60; rival +3.40: 辅警体检及时率 = level2
 */
#include "base/error.h"
#include "model/doc.h"

static const char *const role_keys[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) key,
#include "grammar/roles.def"
#undef PIFU_ROLE
};

static void put_word(struct buf *out, const struct pifu_doc *doc, uint32_t token)
{
	const struct view *v = &doc->view[token];
	pifu_buf_str(out, doc->tokens[token].text);
	pifu_buf_fmt(out, " = %s",
	             v->reading == READ_FIELD || v->reading == READ_LABEL ||
	                             v->reading == READ_GROUP
	                     ? role_keys[v->role]
	                     : pifu_reading_name(v->reading));
	if (v->shift)
		pifu_buf_fmt(out, " (%+d)", v->shift);
}

static void put_rival(struct buf *out, const struct pifu_doc *doc, uint32_t token)
{
	const struct view *v = &doc->view[token];
	pifu_buf_fmt(out, "; best rival +%.2f: ", v->margin / 100.0);
	pifu_buf_str(out, doc->tokens[token].text);
	pifu_buf_fmt(out, " = %s",
	             v->rival_role == ROLE_NONE ? pifu_reading_name(v->rival_reading)
	                                        : role_keys[v->rival_role]);
	if (v->rival_level1 != v->level1 && v->rival_level1 != UINT16_MAX) {
		pifu_buf_str(out, STR(" under "));
		pifu_buf_str(out, doc->grammar->labels[v->rival_level1].text);
	}
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
			pifu_buf_fmt(out, "table %u row %u: ", r->table, r->number);
		else
			pifu_buf_str(out, STR(" | "));
		put_word(out, doc, i);
		cost += v->cost;
		if (v->margin < 800 &&
		    (weakest == PIFU_NONE || v->margin < doc->view[weakest].margin))
			weakest = i;
	}
	if (!words)
		return;
	pifu_buf_fmt(out, "\n    cost %.2f", cost / 100.0);
	if (weakest != PIFU_NONE)
		put_rival(out, doc, weakest);
	else
		pifu_buf_str(out, STR("; no rival"));
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
