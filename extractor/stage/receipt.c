/* The conservation receipt: every non-blank cell of the input in one account.
 *
 *     cells read = record fields + form fields + headers + labels carried down
 *                + fragments joined + noise with a reason
 *
 * Cells outside forms are noise by the kind of their row. A cell that no stage
 * accounted for stays in `none`, and the receipt does not balance: exit code 7. */
#include "base/error.h"
#include "stage/classify.h"
#include "stage/stage.h"

#define FOOT_BYTES 90

static pifu_account outside(enum row_kind kind)
{
	return kind == ROW_NOISE ? PIFU_ACCOUNT_NOISE_PAGE : PIFU_ACCOUNT_NOISE_TEXT;
}

/* One line of `dump --stage rows`: table row kind col account text. */
static void dump_cell(struct pifu_doc *doc, const struct row *row, enum row_kind kind,
                      uint32_t cell)
{
	struct buf *out = doc->rows_dump;
	pifu_buf_fmt(out, "%u\t%u\t%s\t%u\t%s\t", row->table, row->number, pifu_row_kind_name(kind),
	             doc->grid.cells[cell].col, pifu_account_code(doc->account[cell]));
	struct str text = doc->normal[cell].text;
	for (uint32_t i = 0; i < text.n; i++)
		pifu_buf_char(out, text.s[i] == '\t' || text.s[i] == '\n' ? ' ' : text.s[i]);
	pifu_buf_char(out, '\n');
}

static void tell_aside(struct pifu_doc *doc, const struct token *t)
{
	const struct row *row = pifu_doc_row(doc, t->row);
	pifu_finding_add(&doc->findings, (struct finding){.code = PIFU_FINDING_SET_ASIDE,
	                                                  .line = row->line,
	                                                  .table = row->table,
	                                                  .row = row->number,
	                                                  .col = pifu_token_col(doc, t),
	                                                  .text = t->text});
}

/* The line behind the table, if it is set aside for no other reason than that nothing
 * speaks for it: it may be a name whose target was lost. */
static void tell_foot(struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	const struct rule *end = doc->grammars->common->end_rule;
	uint32_t r = f->data_end;
	while (r < f->end && doc->row_token[r] == doc->row_token[r + 1])
		r++;
	if (r == f->end || doc->row_kind[r] != ROW_FOOT || f->supposed)
		return;
	const struct token *t = &doc->tokens[doc->row_token[r]];
	if (t->key.n > FOOT_BYTES || !(t->flags & (TEXT_HAN | TEXT_LATIN)) ||
	    pifu_str_find(t->key, STR("。")) >= 0 || pifu_token_means(t, MEANING_NOISE, NULL) ||
	    (end && pifu_rule_match(end, doc->matcher, t->key, 0, NULL, 0, NULL) == 1))
		return;
	tell_aside(doc, t);
}

/* Words of the table that no column would have. */
static void tell_noise(struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	for (uint32_t i = f->header_token_end; i < doc->row_token[f->data_end]; i++)
		if (doc->view[i].reading == READ_NOISE)
			tell_aside(doc, &doc->tokens[i]);
}

/* The first row of words that comes from row `r` of the grid or one behind it. */
static uint32_t find_words(const struct pifu_doc *doc, uint32_t r)
{
	size_t low = 0, high = doc->nrows;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (doc->row_grid[middle] < r)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static void count_row(struct pifu_doc *doc, const struct row *row, enum row_kind kind, bool in_form)
{
	for (uint32_t i = row->first; i < row->first + row->count; i++) {
		if (doc->is_blank[i] && doc->grid.cells[i].raw.n == 0)
			continue;
		if (doc->account[i] == PIFU_ACCOUNT_NONE && !in_form)
			doc->account[i] = (uint8_t)outside(kind);
		if (doc->account[i] == PIFU_ACCOUNT_NONE && doc->is_blank[i])
			doc->account[i] = PIFU_ACCOUNT_NOISE_FILLER;
		doc->receipt.cells++;
		doc->receipt.accounts[doc->account[i]]++;
		if (doc->rows_dump)
			dump_cell(doc, row, kind, i);
	}
}

/* A row of the grid may be several rows of words: the kind of the first stands for it. */
pifu_status pifu_stage_receipt(struct pifu_doc *doc, uint32_t to, pifu_error *err)
{
	uint32_t end = to < doc->nrows ? doc->row_grid[to] : (uint32_t)doc->grid.nrows;
	uint32_t words = find_words(doc, doc->counted);
	if (doc->span && to == doc->span->end) {
		if (doc->has_noise)
			tell_noise(doc);
		tell_foot(doc);
	}
	for (uint32_t r = doc->counted; r < end; r++) {
		while (words < doc->nrows && doc->row_grid[words] < r)
			words++;
		enum row_kind kind = words < doc->nrows ? doc->row_kind[words] : ROW_TEXT;
		count_row(doc, &doc->grid.rows[r], kind, doc->span && words >= doc->span->begin);
	}
	doc->counted = end;
	return doc->rows_dump && doc->rows_dump->failed ? pifu_error_nomem(err) : PIFU_OK;
}
