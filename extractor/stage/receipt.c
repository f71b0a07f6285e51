/* The conservation receipt: every non-blank cell of the input in one account.
 *
 *     cells read = record fields + form fields + headers + labels carried down
 *                + fragments joined + noise with a reason
 *
 * Cells outside forms are noise by the kind of their row. A cell that no stage
 * accounted for stays in `none`, and the receipt does not balance: exit code 7. */
#include "base/error.h"
#include "stage/stage.h"

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

/* A row of the grid may be several rows of words: the kind of the first stands for it. */
pifu_status pifu_stage_receipt(struct pifu_doc *doc, uint32_t to, pifu_error *err)
{
	uint32_t end = to < doc->nrows ? doc->row_grid[to] : (uint32_t)doc->grid.nrows;
	uint32_t words = 0;
	for (uint32_t r = doc->counted; r < end; r++) {
		const struct row *row = &doc->grid.rows[r];
		while (words < doc->nrows && doc->row_grid[words] < r)
			words++;
		enum row_kind kind = words < doc->nrows ? doc->row_kind[words] : ROW_TEXT;
		for (uint32_t i = row->first; i < row->first + row->count; i++) {
			if (doc->grid.cells[i].raw.n == 0)
				continue;
			bool in_form = doc->span && words >= doc->span->begin;
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
	doc->counted = end;
	return doc->rows_dump && doc->rows_dump->failed ? pifu_error_nomem(err) : PIFU_OK;
}
