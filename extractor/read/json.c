/* JSON as document converters write it: Markdown and HTML in strings.
 *
 *   bytes --decode--> JSON --json_read--> pieces of lines --html_pieces--> rows
 *
 * One file may hold several values one after another (JSON Lines). */
#include "base/error.h"
#include "read/html.h"
#include "read/json_read.h"

struct reader {
	const struct format *format;
	struct html_text_source source;
	struct html_pieces pieces;
	struct json_read read;
};

static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next byte behind blanks; 0 at the end. */
static unsigned char next_byte(const struct input *in, size_t *at)
{
	while (*at < in->size && is_space(in->data[*at]))
		++*at;
	return *at < in->size ? in->data[(*at)++] : 0;
}

/* An object or array at the front, and a key soon after: a text may begin with [附件]. */
static int score_json(const struct input *in)
{
	size_t at = in->size >= 3 && memcmp(in->data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	unsigned char first = next_byte(in, &at), second = next_byte(in, &at);

	if ((first != '{' || second != '"') && (first != '[' || !second || !strchr("{[\"", second)))
		return 0;
	size_t end = in->size < 65536 ? in->size : 65536;
	for (; at + 1 < end; at++)
		if (in->data[at] == '"' && (in->data[at + 1] == ':' || is_space(in->data[at + 1])))
			return 85;
	return 0;
}

static void close_json(struct reader *r)
{
	const pifu_allocator *allocator = r->read.allocator;

	pifu_html_pieces_free(&r->pieces);
	pifu_json_read_free(&r->read);
	pifu_html_text_release(&r->source);
	pifu_mem_free(allocator, r);
}

static void tell_salvaged(struct findings *findings)
{
	pifu_finding_add(findings, (struct finding){.code = PIFU_FINDING_SALVAGED,
	                                            .table = PIFU_NONE,
	                                            .row = PIFU_NONE,
	                                            .col = PIFU_NONE,
	                                            .text = STR("the JSON ends in the middle")});
}

static pifu_status fill_reader(struct reader *r, const struct input *in,
                               const pifu_options *options, struct findings *findings,
                               pifu_error *err)
{
	bool salvaged = false;
	pifu_status st = pifu_html_pieces_init(&r->pieces, options, findings, err);

	r->read.most_depth = (uint32_t)pifu_limit(options, LIMIT_JSON_DEPTH);
	r->read.arena = pifu_arena_new(r->read.allocator);
	if (st == PIFU_OK && !r->read.arena)
		st = pifu_error_nomem(err);
	if (st == PIFU_OK)
		st = pifu_html_text_load(&r->source, in, options, findings, err);
	if (st == PIFU_OK)
		st = pifu_json_parse(&r->read, r->source.text, options && options->salvage,
		                     &salvaged, err);
	if (salvaged)
		tell_salvaged(findings);
	const struct html_piece *pieces = r->read.pieces.items;
	for (uint32_t i = 0; st == PIFU_OK && i < r->read.pieces.n; i++)
		st = pifu_html_pieces_add(&r->pieces, pieces[i], err);
	return st;
}

static struct reader *open_json(const struct input *in, const pifu_options *options,
                                struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct reader *r = pifu_mem_alloc(allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	memset(r, 0, sizeof *r);
	r->format = &pifu_format_json;
	r->read.allocator = r->read.path.allocator = allocator;
	if (fill_reader(r, in, options, findings, err) == PIFU_OK)
		return r;
	close_json(r);
	return NULL;
}

static pifu_status next_json(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                             bool *end, pifu_error *err)
{
	return pifu_html_pieces_next(&r->pieces, arena, want, grid, end, err);
}

static void rewind_json(struct reader *r, const struct grid *grid, size_t row)
{
	pifu_html_pieces_rewind(&r->pieces, grid, row);
}

const struct format pifu_format_json = {
	.name = "json",
	.what = "JSON of document converters (MinerU, Docling, PaddleOCR)",
	.score = score_json,
	.open = open_json,
	.next = next_json,
	.rewind = rewind_json,
	.close = close_json,
};
