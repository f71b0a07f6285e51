/* The line: bytes -> grid -> normalise -> classify -> (for each form) head ->
 * align -> collect -> check -> records. One call for each stage, nothing else.
 *
 *   block:  |..title head header rows..|..title head header rows..|..title he|
 *            form 1                     form 2                     cut: read again
 *                                                                  with what follows
 *
 * A form never spans blocks: the reader is set back to the start of the form
 * that a block cut, and a form longer than a block doubles the block. So memory
 * grows with the longest form, not with the file. */
#include "base/error.h"
#include "grammar/rule.h"
#include "model/doc.h"
#include "stage/stage.h"

static pifu_status check_block_limit(struct pifu_doc *doc, pifu_error *err)
{
	uint64_t cap = pifu_limit(&doc->options, LIMIT_FORM_BYTES);
	if (doc->want <= cap)
		return PIFU_OK;
	pifu_error_set(err, PIFU_ERR_LIMIT,
	               "a single form is longer than %llu bytes (limit form-bytes)",
	               (unsigned long long)cap);
	pifu_error_place(err, doc->file.s, 0, 0);
	return PIFU_ERR_LIMIT;
}

/* A rule that ran into its limits read nothing: what was made without it counts for nothing. */
static pifu_status check_matches(struct pifu_doc *doc, pifu_error *err)
{
	return pifu_matcher_check(doc->matcher, err);
}

/* Read and classify one block of at least doc->want bytes. */
static pifu_status read_block(struct pifu_doc *doc, pifu_error *err)
{
	doc->nspans = doc->next_span = 0;
	doc->span = NULL;
	doc->counted = 0;
	pifu_status st = pifu_doc_read_grid(doc, doc->want, err);
	if (doc->end)
		pifu_doc_pass_input(doc);
	if (st != PIFU_OK)
		return st;
	pifu_stage_trim(doc);
	st = pifu_stage_normalise(doc, err);
	if (st == PIFU_OK)
		st = pifu_stage_words(doc, err);
	if (st == PIFU_OK)
		st = pifu_stage_classify(doc, err);
	return st == PIFU_OK ? check_matches(doc, err) : st;
}

/* Give the last form, which the block may have cut, back to the reader. */
static bool give_back(struct pifu_doc *doc)
{
	if (doc->nspans < 2)
		return false;
	uint32_t begin = doc->spans[doc->nspans - 1].begin;
	uint32_t cut = doc->row_grid[begin];
	if (begin > 0 && doc->row_grid[begin - 1] == cut)
		return false;
	doc->nspans--;
	doc->format->rewind(doc->reader, &doc->grid, cut);
	doc->grid.nrows = cut;
	doc->nrows = begin;
	return true;
}

/* A block without a form: all but its end, where a head may begin, is done with. */
static bool pass_text(struct pifu_doc *doc)
{
	if (doc->grid.nrows <= PIFU_LIMIT_HEAD_ROWS)
		return false;
	uint32_t cut = (uint32_t)doc->grid.nrows - PIFU_LIMIT_HEAD_ROWS;
	doc->format->rewind(doc->reader, &doc->grid, cut);
	while (doc->nrows > 0 && doc->row_grid[doc->nrows - 1] >= cut)
		doc->nrows--;
	doc->grid.nrows = cut;
	return true;
}

/* A block that ends within its last form gives that form back to the reader. */
static pifu_status next_block(struct pifu_doc *doc, pifu_error *err)
{
	doc->want = PIFU_LIMIT_BLOCK_BYTES;
	for (;;) {
		pifu_status st = read_block(doc, err);
		if (st != PIFU_OK)
			return st;
		if (doc->end)
			break;
		if (give_back(doc))
			break;
		if (doc->nspans == 0 && pass_text(doc))
			break;
		doc->format->rewind(doc->reader, &doc->grid, 0);
		doc->want *= 2;
		if ((st = check_block_limit(doc, err)) != PIFU_OK)
			return st;
	}
	if (doc->forms == 0 && doc->nspans == 0)
		pifu_seen_block(doc);
	uint32_t first = doc->nspans ? doc->spans[0].begin : (uint32_t)doc->nrows;
	return pifu_stage_receipt(doc, first, err);
}

static pifu_status read_form(struct pifu_doc *doc, pifu_error *err)
{
	static pifu_status (*const stages[])(struct pifu_doc *, pifu_error *) = {
		pifu_stage_head,  pifu_stage_align, pifu_stage_collect,
		pifu_stage_check, check_matches,
	};
	pifu_arena_reset(doc->work);
	doc->span = &doc->spans[doc->next_span++];
	doc->form = (struct pifu_form){.number = ++doc->forms};
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
		pifu_status st = stages[i](doc, err);
		if (st != PIFU_OK)
			return st;
	}
	doc->receipt.forms++;
	doc->receipt.records += doc->form.nrecords;
	return pifu_stage_receipt(doc, doc->span->end, err);
}

const pifu_form *pifu_doc_next(pifu_doc *doc, pifu_error *err)
{
	if (err)
		*err = (pifu_error){0};
	while (doc->next_span >= doc->nspans) {
		if (doc->end) {
			if (doc->forms == 0)
				pifu_seen_tell(doc);
			return NULL;
		}
		if (next_block(doc, err) != PIFU_OK)
			return NULL;
	}
	if (read_form(doc, err) != PIFU_OK)
		return NULL;
	return &doc->form;
}
