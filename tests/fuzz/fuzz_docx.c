/* Any bytes as a Word file: container, relationships, parts. The seeds are flat OPC
 * files, in which all parts are text (made by tests/fixtures/make_docx.py --seeds);
 * zips to begin with are made by --seeds-zip. What must hold, else abort():
 *
 *   - a failure has a status and a message, and salvage turns damage into success or
 *     into a failure, never into a crash
 *   - texts are valid UTF-8, spans positive, columns of a row rise
 *   - reading twice gives the same, and so do rows given back
 *   - the policies change what is read, never whether it can be read */
#include <stdlib.h>

#include "read/formats.h"
#include "text/encoding.h"

struct outcome {
	pifu_status status;
	uint64_t hash;
	size_t rows;
};

static void demand(bool law)
{
	if (!law)
		abort();
}

static uint64_t mix(uint64_t hash, uint64_t n)
{
	return (hash ^ n) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
}

static uint64_t check_row(const struct grid *g, const struct row *r, uint64_t hash)
{
	hash = mix(mix(hash, r->table), r->number);
	for (uint32_t k = r->first; k < r->first + r->count; k++) {
		const struct cell *c = &g->cells[k];

		demand(c->rowspan >= 1 && c->colspan >= 1 && c->path.n);
		demand(k == r->first || c->col > g->cells[k - 1].col);
		demand(c->raw.n || c->rowspan > 1 || c->colspan > 1);
		demand(pifu_utf8_prefix((const unsigned char *)c->raw.s, c->raw.n) == c->raw.n);
		hash = mix(mix(hash, pifu_str_hash(c->raw)), c->col);
	}
	return hash;
}

static void read_all(struct reader *r, bool give_back, struct outcome *out, pifu_error *err)
{
	struct arena *arena = pifu_arena_new(NULL);
	bool end = false;

	while (arena && !end) {
		struct grid g = {0};
		size_t keep;

		pifu_arena_reset(arena);
		out->status = pifu_format_docx.next(r, arena, 1 << 20, &g, &end, err);
		if (out->status != PIFU_OK)
			break;
		keep = give_back ? g.nrows / 2 : g.nrows;
		for (size_t i = 0; i < keep; i++)
			out->hash = check_row(&g, &g.rows[i], out->hash);
		out->rows += keep;
		if (keep < g.nrows) {
			pifu_format_docx.rewind(r, &g, keep);
			end = false;
		}
		give_back = false;
	}
	pifu_arena_free(arena);
}

static struct outcome read_word(const struct input *in, const pifu_options *options, bool give_back)
{
	struct findings findings = {0};
	struct outcome out = {0};
	pifu_error err = {0};
	struct reader *r = pifu_format_docx.open(in, options, &findings, &err);

	if (r) {
		read_all(r, give_back, &out, &err);
		pifu_format_docx.close(r);
	} else {
		out.status = err.status;
		demand(out.status != PIFU_OK);
	}
	demand(out.status == PIFU_OK || err.message[0]);
	pifu_findings_free(&findings);
	return out;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct input in = {"fuzz", data, size};
	pifu_options plain = {.limits[LIMIT_INFLATED] = 1 << 22};
	pifu_options other = {.limits[LIMIT_INFLATED] = 1 << 22,
	                      .changes = "original",
	                      .hidden = true,
	                      .salvage = true};
	struct outcome first, again;

	if (pifu_format_docx.score(&in) == 0 && size > 0 && data[0] != 'P' && data[0] != '<')
		return 0;
	first = read_word(&in, &plain, false);
	again = read_word(&in, &plain, true);
	demand(first.status == again.status && first.hash == again.hash &&
	       first.rows == again.rows);
	again = read_word(&in, &other, false);
	demand(first.status != PIFU_OK || again.status == PIFU_OK ||
	       again.status == PIFU_ERR_LIMIT);
	return 0;
}
