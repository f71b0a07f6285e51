/* What the tests of readers share: reading bytes to the end, and a short way to
 * write a grid down:
 *
 *   0.2@4/3 0:a 2:b        table 0, row 2, source line 4, width 3, two cells
 *   0.3@5p2/3              the same on page 2, no cells
 *   0.4@0/4 0+2:a 2x3:b    a column span of 2, a row span of 3 */
#ifndef PIFU_TEST_READ_H
#define PIFU_TEST_READ_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "read/formats.h"
#include "write/grid.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define WHOLE ((size_t)1 << 30)

struct reading {
	pifu_status status;
	pifu_error err;
	struct buf dump;   /* the grid dump without header */
	struct buf sketch; /* as above */
	struct findings findings;
	size_t rows, cells, blocks;
	const char *format;
	char encoding[64];
};

static inline void sketch_row(struct buf *out, const struct grid *g, const struct row *row)
{
	pifu_buf_fmt(out, "%u.%u@%u", row->table, row->number, row->line);
	if (row->page > 1)
		pifu_buf_fmt(out, "p%u", row->page);
	pifu_buf_fmt(out, "/%u", row->width);
	if (row->marks)
		pifu_buf_fmt(out, "!%u", row->marks);
	for (uint32_t i = 0; i < row->count; i++) {
		const struct cell *c = &g->cells[row->first + i];
		pifu_buf_fmt(out, " %u", c->col);
		if (c->colspan > 1)
			pifu_buf_fmt(out, "+%u", c->colspan);
		if (c->rowspan > 1)
			pifu_buf_fmt(out, "x%u", c->rowspan);
		pifu_buf_fmt(out, ":%.*s", (int)c->raw.n, c->raw.s ? c->raw.s : "");
	}
	pifu_buf_char(out, '\n');
}

static inline void keep_block(struct reading *r, const struct grid *g)
{
	pifu_grid_dump(g, false, &r->dump);
	for (size_t i = 0; i < g->nrows; i++)
		sketch_row(&r->sketch, g, &g->rows[i]);
	r->rows += g->nrows;
	r->cells += g->ncells;
	r->blocks++;
}

/* Every second block is given back from its middle row on. */
static inline void give_back(const struct format *f, struct reader *reader, struct grid *g,
                             bool *end)
{
	size_t at = g->nrows / 2;

	if (g->nrows < 2)
		return;
	f->rewind(reader, g, at);
	g->nrows = at;
	g->ncells = g->rows[at].first;
	*end = false;
}

static inline pifu_status read_blocks(struct reading *r, const struct format *f,
                                      struct reader *reader, struct arena *arena, size_t want)
{
	bool end = false, rewinds = want != WHOLE;

	while (!end) {
		struct grid g = {0};
		pifu_arena_reset(arena);
		pifu_status status = f->next(reader, arena, want, &g, &end, &r->err);
		if (status != PIFU_OK)
			return status;
		if (rewinds && r->blocks % 2 == 0)
			give_back(f, reader, &g, &end);
		keep_block(r, &g);
	}
	return PIFU_OK;
}

/* Read bytes to their end in blocks of about `want` bytes. Less than WHOLE: with
 * going back now and then. */
static inline struct reading read_bytes(const void *bytes, size_t n, const pifu_options *options,
                                        size_t want)
{
	struct reading r = {.status = PIFU_OK};
	struct input in = {"form.txt", bytes, n};
	const struct format *f = pifu_format_detect(&in, options, &r.err);

	r.findings.allocator = options ? options->allocator : NULL;
	struct reader *reader = f ? f->open(&in, options, &r.findings, &r.err) : NULL;
	struct arena *arena = pifu_arena_new(options ? options->allocator : NULL);
	if (reader && arena) {
		r.format = f->name;
		snprintf(r.encoding, sizeof r.encoding, "%s", f->encoding(reader));
		r.status = read_blocks(&r, f, reader, arena, want);
	} else {
		r.status = f && !reader ? r.err.status : f ? PIFU_ERR_NOMEM : r.err.status;
	}
	if (f)
		f->close(reader);
	pifu_arena_free(arena);
	return r;
}

static inline struct reading read_text(const char *text, size_t want)
{
	return read_bytes(text, strlen(text), NULL, want);
}

static inline void free_reading(struct reading *r)
{
	pifu_buf_free(&r->dump);
	pifu_buf_free(&r->sketch);
	pifu_findings_free(&r->findings);
}

/* NUL-terminated view of a buffer. */
static inline const char *shown(struct buf *b)
{
	pifu_buf_char(b, '\0');
	b->n--;
	return b->s;
}

static inline void assert_sketch(const char *text, const char *expected)
{
	static const size_t wants[] = {WHOLE, 1, 7, 40};

	for (size_t i = 0; i < COUNT(wants); i++) {
		struct reading r = read_text(text, wants[i]);
		assert_int_equal(r.status, PIFU_OK);
		assert_string_equal(shown(&r.sketch), expected);
		free_reading(&r);
	}
}

/* dump(read(dump(x))) = dump(x) */
static inline void assert_dump_law(const struct reading *first)
{
	struct buf dump = {0};

	pifu_buf_str(&dump, STR(PIFU_GRID_HEADER "\n"));
	pifu_buf_put(&dump, first->dump.s, first->dump.n);
	for (size_t want = 1; want <= WHOLE; want = want == 1     ? 100
	                                            : want == 100 ? WHOLE
	                                                          : WHOLE + 1) {
		struct reading again = read_bytes(dump.s, dump.n, NULL, want);
		assert_int_equal(again.status, PIFU_OK);
		assert_string_equal(again.format, "grid");
		assert_int_equal(again.dump.n, first->dump.n);
		if (first->dump.n)
			assert_memory_equal(again.dump.s, first->dump.s, first->dump.n);
		assert_int_equal(again.rows, first->rows);
		assert_int_equal(again.cells, first->cells);
		free_reading(&again);
	}
	pifu_buf_free(&dump);
}

/* ---- An allocator that fails at the n-th call ------------------------------ */

struct failing {
	size_t calls, fail_at; /* 0: never */
	long alive;
};

static inline void *failing_realloc(void *ctx, void *block, size_t size)
{
	struct failing *f = ctx;

	if (++f->calls == f->fail_at)
		return NULL;
	f->alive += block == NULL;
	return realloc(block, size);
}

static inline void *failing_alloc(void *ctx, size_t size)
{
	return failing_realloc(ctx, NULL, size);
}

static inline void failing_free(void *ctx, void *block)
{
	((struct failing *)ctx)->alive -= block != NULL;
	free(block);
}

#endif
