/* Drafting a grammar: from a form that no family reads to a family that reads it.
 *
 *     bytes -> grid -> words -> scan          as for any document
 *           -> table, header, title           draft_table.c
 *           -> looks of cells, roles          draft_table.c, draft_role.c
 *           -> YAML                           draft_write.c
 *           -> read again with it: a sample   draft_sample.c
 *
 * The first block of the document that holds a table is enough. What is proposed
 * is a proposal: every guess stands in a comment with what it was made from. */
#include "grammar/draft.h"
#include "base/error.h"
#include "stage/stage.h"

static pifu_status read_block(struct pifu_doc *doc, pifu_error *err)
{
	pifu_status st = pifu_doc_read_grid(doc, PIFU_LIMIT_BLOCK_BYTES, err);
	if (st == PIFU_OK)
		st = pifu_stage_normalise(doc, err);
	if (st == PIFU_OK)
		st = pifu_stage_words(doc, err);
	return st == PIFU_OK ? pifu_stage_classify(doc, err) : st;
}

static pifu_status find_table(struct draft *d, pifu_error *err)
{
	do {
		pifu_status st = read_block(d->doc, err);
		if (st != PIFU_OK)
			return st;
		if (pifu_draft_table(d))
			return PIFU_OK;
		d->ncolumns = 0;
	} while (!d->doc->end);
	pifu_error_set(err, PIFU_ERR_FORMAT,
	               "no table with a header was found to draft a grammar from");
	pifu_error_place(err, d->doc->file.s, 0, 0);
	return PIFU_ERR_FORMAT;
}

static bool is_name(struct str name)
{
	for (uint32_t i = 0; i < name.n; i++) {
		char c = name.s[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return name.n > 0 && name.n < 64;
}

static pifu_status check_name(const struct draft *d, pifu_error *err)
{
	const struct pifu_grammars *set = d->doc->grammars;
	if (!is_name(d->name))
		return pifu_error_set(err, PIFU_ERR_USAGE,
		                      "a family's name is made of a-z, 0-9 and -, at most 63");
	for (size_t i = 0; i < set->count; i++)
		if (pifu_str_eq(set->items[i]->name, d->name))
			return pifu_error_set(err, PIFU_ERR_USAGE, "a family is named '%s' already",
			                      d->name.s);
	return PIFU_OK;
}

static pifu_status write_draft(struct draft *d, bool *claimed, pifu_error *err)
{
	pifu_draft_write(d);
	if (d->out.failed)
		return pifu_error_nomem(err);
	pifu_status st = pifu_draft_sample(d, claimed, err);
	return st == PIFU_OK && d->out.failed ? pifu_error_nomem(err) : st;
}

/* What another family claims by its title is tried again with a score that outbids it. */
static pifu_status make_draft(struct draft *d, pifu_error *err)
{
	pifu_status st = check_name(d, err);
	if (st == PIFU_OK)
		st = find_table(d, err);
	if (st == PIFU_OK)
		st = pifu_draft_look(d, err);
	if (st != PIFU_OK)
		return st;
	pifu_draft_roles(d);
	bool claimed = false;
	st = write_draft(d, &claimed, err);
	if (st != PIFU_OK || !claimed)
		return st;
	d->contested = true;
	pifu_buf_clear(&d->out);
	return write_draft(d, &claimed, err);
}

pifu_status pifu_doc_draft(pifu_doc *doc, const char *name, pifu_sink sink, void *ctx,
                           pifu_error *err)
{
	pifu_error local = {0};
	struct draft d = {.doc = doc, .name = pifu_str_of(name ? name : "draft")};
	d.out.allocator = doc->options.allocator;
	if (!err)
		err = &local;
	*err = (pifu_error){0};
	pifu_status st = make_draft(&d, err);
	if (st == PIFU_OK && d.out.n && sink(ctx, d.out.s, d.out.n) != 0)
		st = pifu_error_set(err, PIFU_ERR_WRITE, "the output could not be written");
	pifu_buf_free(&d.out);
	return st;
}
