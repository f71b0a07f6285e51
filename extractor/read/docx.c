/* Word documents (DOCX, DOCM, DOTX, DOTM, flat OPC XML): the order of the parts.
 *
 *     main part   the body, text boxes where they stand
 *     headers, footers, footnotes, endnotes   after the body, by their relationships
 *
 * One block holds the whole document: memory grows with its tables, not with the
 * file, which is inflated and parsed in pieces. */
#include "base/error.h"
#include "read/docx_own.h"
#include "read/formats.h"
#include "read/replay.h"

struct reader {
	const struct format *format;
	const pifu_options *options;
	struct findings *findings;
	struct ooxml *pkg;
	struct replay replay; /* rows that the caller gave back */
	bool done;
};

static int score_word(const struct input *in)
{
	switch (pifu_ooxml_sniff(in)) {
	case OOXML_WORD:
		return 95;
	case OOXML_ENCRYPTED:
		return 80; /* what is inside cannot be told; the message is the same for all */
	default:
		return 0;
	}
}

static void close_word(struct reader *r)
{
	if (!r)
		return;
	pifu_replay_free(&r->replay);
	pifu_ooxml_free(r->pkg);
	pifu_mem_free(r->options ? r->options->allocator : NULL, r);
}

static struct reader *open_word(const struct input *in, const pifu_options *options,
                                struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct reader *r = pifu_mem_alloc(allocator, sizeof(*r));

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){.format = &pifu_format_docx, .options = options, .findings = findings};
	r->pkg = pifu_ooxml_open(in, options, findings, err);
	if (!r->pkg) {
		pifu_mem_free(allocator, r);
		return NULL;
	}
	if (!pifu_replay_init(&r->replay, allocator)) {
		pifu_error_nomem(err);
		close_word(r);
		return NULL;
	}
	return r;
}

/* ---- Parts ----------------------------------------------------------------- */

pifu_status pifu_docx_part(struct docx *d, const char *part, pifu_error *err)
{
	struct buf path = {.allocator = d->text.allocator};
	pifu_status status;
	struct str kept;

	pifu_buf_fmt(&path, "%s#", part);
	kept = pifu_arena_str(d->arena, pifu_buf_view(&path));
	pifu_buf_free(&path);
	if (!kept.s || path.failed)
		return pifu_error_nomem(err);
	d->x = NULL;
	d->nunderstood = 0;
	d->nalternates = 0;
	d->nmath = 0;
	d->taking = false;
	if (!pifu_docx_push(d, FRAME_FLOW, kept, d->grid))
		return pifu_error_nomem(err);
	status = pifu_ooxml_parse(d->pkg, part, &pifu_docx_story, d, err);
	if (status != PIFU_OK)
		return status;
	pifu_docx_pop(d);
	return d->text.failed ? pifu_error_nomem(err) : PIFU_OK;
}

static pifu_status read_parts_of_type(struct docx *d, const char *type, pifu_error *err)
{
	for (size_t i = 0; i < d->rels.n; i++) {
		const struct ooxml_rel *rel = &d->rels.items[i];
		pifu_status status;

		if (rel->external || strcmp(rel->type, type) != 0 ||
		    !pifu_ooxml_has(d->pkg, rel->target))
			continue;
		status = pifu_docx_part(d, rel->target, err);
		if (status != PIFU_OK)
			return status;
	}
	return PIFU_OK;
}

static pifu_status read_parts(struct docx *d, pifu_error *err)
{
	static const char *const after_body[] = {"header", "footer", "footnotes", "endnotes"};
	const char *main = pifu_ooxml_main(d->pkg, err);
	pifu_status status;

	if (!main)
		return err && err->status ? err->status : PIFU_ERR_DAMAGED;
	status = pifu_ooxml_rels(d->pkg, main, &d->rels, err);
	if (status == PIFU_OK)
		status = pifu_docx_part(d, main, err);
	d->page = 0; /* headers and notes stand on many pages */
	for (size_t i = 0; i < sizeof(after_body) / sizeof(after_body[0]) && status == PIFU_OK; i++)
		status = read_parts_of_type(d, after_body[i], err);
	return status;
}

static pifu_status read_document(struct reader *r, struct arena *arena, struct arena *keep,
                                 struct grid *grid, pifu_error *err)
{
	const pifu_options *o = r->options;
	struct docx *d = ARENA_NEW(keep, struct docx);
	pifu_status status;

	if (!d)
		return pifu_error_nomem(err);
	d->pkg = r->pkg;
	d->arena = arena;
	d->keep = keep;
	d->findings = r->findings;
	d->grid = grid;
	d->options = o;
	d->page = 1;
	d->text.allocator = d->label.allocator = o ? o->allocator : NULL;
	d->hidden = o && o->hidden;
	d->original = o && o->changes && strcmp(o->changes, "original") == 0;
	status = read_parts(d, err);
	if (status == PIFU_OK && !pifu_docx_compact(d))
		status = pifu_error_nomem(err);
	pifu_buf_free(&d->text);
	pifu_buf_free(&d->label);
	return status;
}

static pifu_status next_word(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                             bool *end, pifu_error *err)
{
	struct arena *keep;
	pifu_status status;

	(void)want; /* a table cannot be cut before its last merged cell is known */
	*end = true;
	if (r->done)
		return pifu_replay_give(&r->replay, arena, grid) ? PIFU_OK : pifu_error_nomem(err);
	r->done = true;
	keep = pifu_arena_new(r->options ? r->options->allocator : NULL);
	if (!keep)
		return pifu_error_nomem(err);
	status = read_document(r, arena, keep, grid, err);
	pifu_arena_free(keep);
	return status;
}

static void rewind_word(struct reader *r, const struct grid *grid, size_t row)
{
	pifu_replay_keep(&r->replay, grid, row);
}

const struct format pifu_format_docx = {
	.name = "docx",
	.what = "Word document (DOCX, DOCM, DOTX, flat OPC XML)",
	.score = score_word,
	.open = open_word,
	.next = next_word,
	.rewind = rewind_word,
	.close = close_word,
};
