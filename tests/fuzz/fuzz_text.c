/* Any bytes through detection, the text reader and the grid dump. What must hold
 * for all of them, else abort():
 *
 *   - texts are valid UTF-8 without NUL
 *   - blocks of any size, and going back anywhere, give the same grid
 *   - dump(read(dump(x))) = dump(x)
 *   - findings are told once, however often a row is read */
#include "read/formats.h"
#include "text/encoding.h"
#include "write/grid.h"

#include <stdlib.h>

struct pass {
	const struct format *format;
	const pifu_options *options;
	size_t want;
	bool rewinds;
};

struct outcome {
	pifu_status status;
	struct buf dump;
	size_t findings;
};

static void demand(bool law)
{
	if (!law)
		abort();
}

static void check_cells(const struct grid *g)
{
	for (size_t i = 0; i < g->ncells; i++) {
		const struct cell *c = &g->cells[i];
		demand(pifu_utf8_prefix((const unsigned char *)c->raw.s, c->raw.n) == c->raw.n);
		demand(c->row < g->nrows && c->rowspan && c->colspan);
		demand(c->raw.n || c->rowspan > 1 || c->colspan > 1);
	}
}

/* Give back a row chosen by what was read: the first one at times, but never
 * twice the same, or the reading would not end. */
static void give_back(const struct pass *p, struct reader *r, struct grid *g, bool *end)
{
	size_t at = 1 + g->ncells * 7 % (g->nrows ? g->nrows : 1);

	if (at >= g->nrows)
		return;
	p->format->rewind(r, g, at);
	g->nrows = at;
	g->ncells = g->rows[at].first;
	*end = false;
}

static pifu_status read_blocks(const struct pass *p, struct reader *r, struct buf *dump)
{
	struct arena *arena = pifu_arena_new(NULL);
	pifu_status status = PIFU_OK;
	bool end = false;

	demand(arena != NULL);
	pifu_grid_dump(&(struct grid){0}, true, dump);
	while (status == PIFU_OK && !end) {
		struct grid g = {0};
		pifu_arena_reset(arena);
		status = p->format->next(r, arena, p->want, &g, &end, NULL);
		demand(status != PIFU_OK || end || g.nrows);
		if (status == PIFU_OK && p->rewinds)
			give_back(p, r, &g, &end);
		check_cells(&g);
		pifu_grid_dump(&g, false, dump);
	}
	pifu_arena_free(arena);
	return status;
}

static struct outcome read_all(const struct pass *p, const uint8_t *data, size_t size)
{
	struct input in = {"fuzz", data, size};
	struct findings findings = {0};
	struct outcome out = {.status = PIFU_OK};
	struct reader *r = p->format->open(&in, p->options, &findings, NULL);

	demand(r != NULL);
	out.status = read_blocks(p, r, &out.dump);
	out.findings = findings.n + findings.dropped;
	p->format->close(r);
	pifu_findings_free(&findings);
	return out;
}

static void demand_same(const struct outcome *a, struct outcome *b)
{
	demand(a->dump.n == b->dump.n && memcmp(a->dump.s, b->dump.s, a->dump.n) == 0);
	pifu_buf_free(&b->dump);
}

static void check_laws(const struct format *format, const pifu_options *options,
                       const uint8_t *data, size_t size)
{
	struct pass whole = {format, options, SIZE_MAX, false};
	struct pass pieces = {format, options, 1 + size % 61, true};
	struct outcome first = read_all(&whole, data, size);

	if (first.status == PIFU_OK) {
		struct outcome second = read_all(&pieces, data, size);
		demand(second.status == PIFU_OK && second.findings == first.findings);
		demand_same(&first, &second);
		struct pass again = {&pifu_format_grid, NULL, pieces.want, true};
		struct outcome third =
			read_all(&again, (const uint8_t *)first.dump.s, first.dump.n);
		demand(third.status == PIFU_OK && third.findings == 0);
		demand_same(&first, &third);
	} else {
		demand(format == &pifu_format_grid && first.status == PIFU_ERR_DAMAGED);
	}
	pifu_buf_free(&first.dump);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"GBK",     "UTF-16", "UTF-16BE", "UTF-8",
	                                    "GB18030", "Big5",   "HZ"};
	pifu_options named = {.encoding = names[size % (sizeof names / sizeof names[0])]};
	struct input in = {"fuzz", data, size};
	pifu_error err = {0};
	const struct format *format = pifu_format_detect(&in, NULL, &err);

	demand(format || err.status == PIFU_ERR_FORMAT);
	check_laws(&pifu_format_text, NULL, data, size);
	check_laws(&pifu_format_text, &named, data, size);
	check_laws(&pifu_format_grid, NULL, data, size);
	return 0;
}
