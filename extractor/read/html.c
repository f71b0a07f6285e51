/* HTML: pages, fragments, files named .doc or .xls that are HTML, and plain or
 * Markdown text with HTML tables in it.
 *
 *   bytes --decode--> text --html_feed--> events --html_build--> rows
 *
 * The charset is found in the order of the standard: byte order mark, what the
 * page declares, what the bytes look like; but bytes that are valid UTF-8 are
 * UTF-8 whatever the page declares, for many sites declare what their editor
 * once wrote. Nothing is ever fetched. */
#include "read/html.h"

#include "base/error.h"
#include "read/html_pieces.h"
#include "read/replay.h"

struct reader {
	const struct format *format;
	struct html_text_source source;
	struct html_pieces pieces;
};

/* UTF-16 seen as ASCII: every other byte. Enough to recognise tags. */
static uint32_t squeeze_utf16(const struct input *in, char *out, uint32_t size)
{
	size_t odd = in->data[0] == 0xFE; /* big endian: the letters are the second bytes */
	uint32_t n = 0;

	for (size_t i = 2 + odd; i < in->size && n < size; i += 2)
		out[n++] = (char)in->data[i];
	return n;
}

static bool is_utf16(const struct input *in)
{
	return in->size > 2 && ((in->data[0] == 0xFF && in->data[1] == 0xFE) ||
	                        (in->data[0] == 0xFE && in->data[1] == 0xFF));
}

static struct str input_text(const struct input *in)
{
	size_t n = in->size < UINT32_MAX ? in->size : UINT32_MAX;
	return (struct str){(const char *)in->data, (uint32_t)n};
}

static int score_html(const struct input *in)
{
	char head[4096];
	int score = 0;

	if (in->size == 0)
		return 0;
	if (is_utf16(in))
		pifu_html_mode((struct str){head, squeeze_utf16(in, head, sizeof head)}, &score);
	else
		pifu_html_mode(input_text(in), &score);
	return score;
}

static void close_html(struct reader *r)
{
	const pifu_allocator *allocator = r->pieces.build.allocator;

	pifu_html_pieces_free(&r->pieces);
	pifu_html_text_release(&r->source);
	pifu_mem_free(allocator, r);
}

static pifu_status fill_reader(struct reader *r, const struct input *in,
                               const pifu_options *options, struct findings *findings,
                               pifu_error *err)
{
	int score;
	pifu_status st = pifu_html_pieces_init(&r->pieces, options, findings, err);

	if (st == PIFU_OK)
		st = pifu_html_text_load(&r->source, in, options, findings, err);
	if (st != PIFU_OK)
		return st;
	struct html_piece piece = {.text = r->source.text, .line = 1};
	piece.lines = pifu_html_mode(piece.text, &score) == HTML_LINES;
	return pifu_html_pieces_add(&r->pieces, piece, err);
}

static struct reader *open_html(const struct input *in, const pifu_options *options,
                                struct findings *findings, pifu_error *err)
{
	struct reader *r = pifu_mem_alloc(options ? options->allocator : NULL, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	memset(r, 0, sizeof *r);
	r->format = &pifu_format_html;
	if (fill_reader(r, in, options, findings, err) == PIFU_OK)
		return r;
	close_html(r);
	return NULL;
}

static pifu_status next_html(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                             bool *end, pifu_error *err)
{
	return pifu_html_pieces_next(&r->pieces, arena, want, grid, end, err);
}

static void rewind_html(struct reader *r, const struct grid *grid, size_t row)
{
	pifu_html_pieces_rewind(&r->pieces, grid, row);
}

const struct format pifu_format_html = {
	.name = "html",
	.what = "HTML pages and fragments, and text or Markdown with HTML tables in it",
	.score = score_html,
	.open = open_html,
	.next = next_html,
	.rewind = rewind_html,
	.close = close_html,
};
