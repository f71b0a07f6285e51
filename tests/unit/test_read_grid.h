/* For tests of readers: a document's grid as text, one cell a line.
 *
 *     table row col rowspan colspan page path text      (tabs; \n \t \\ escaped)
 *
 * A blank row is a line with "-" in the place of its column. Findings follow as
 * "! code text". Blocks of any size, and rows given back, must not show. */
#ifndef PIFU_TEST_READ_GRID_H
#define PIFU_TEST_READ_GRID_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "read/read.h"

struct shown {
	struct buf text;
	pifu_status status; /* of the opening or of the last block */
	pifu_error err;
	size_t blocks;
	uint64_t rows, cells;
};

struct show_how {
	const pifu_options *options;
	size_t want;    /* block size; 0: all in one */
	bool give_back; /* give back the last third of every block, as a cut form is */
	bool quiet;     /* count only */
};

static inline void show_text(struct buf *out, struct str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		const char *escape = s.s[i] == '\n'   ? "\\n"
		                     : s.s[i] == '\t' ? "\\t"
		                     : s.s[i] == '\\' ? "\\\\"
		                                      : NULL;
		if (escape)
			pifu_buf_put(out, escape, 2);
		else
			pifu_buf_char(out, s.s[i]);
	}
}

static inline void show_rows(struct buf *out, const struct grid *g, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		const struct row *r = &g->rows[i];
		if (r->count == 0)
			pifu_buf_fmt(out, "%u\t%u\t-\n", r->table, r->number);
		for (uint32_t k = r->first; k < r->first + r->count; k++) {
			const struct cell *c = &g->cells[k];
			pifu_buf_fmt(out, "%u\t%u\t%u\t%u\t%u\t%u\t", r->table, r->number, c->col,
			             c->rowspan, c->colspan, r->page);
			show_text(out, c->path);
			if (c->path_row)
				pifu_buf_fmt(out, "/tr[%u]/tc[%u]", c->path_row, c->path_cell);
			pifu_buf_char(out, '\t');
			show_text(out, c->raw);
			pifu_buf_char(out, '\n');
		}
	}
}

static inline void show_findings(struct buf *out, const struct findings *list)
{
	for (size_t i = 0; i < list->n; i++) {
		pifu_buf_fmt(out, "! %s\t", pifu_finding_code(list->items[i].code));
		show_text(out, list->items[i].text);
		pifu_buf_char(out, '\n');
	}
}

/* Every cell belongs to its row, columns rise, spans are positive. */
static inline void check_grid(const struct grid *g)
{
	for (size_t i = 0; i < g->nrows; i++) {
		const struct row *r = &g->rows[i];
		assert_true((size_t)r->first + r->count <= g->ncells);
		for (uint32_t k = r->first; k < r->first + r->count; k++) {
			assert_int_equal(g->cells[k].row, i);
			assert_true(g->cells[k].rowspan >= 1 && g->cells[k].colspan >= 1);
			assert_true(k == r->first || g->cells[k].col > g->cells[k - 1].col);
		}
	}
}

static inline pifu_status show_blocks(const struct format *f, struct reader *r, struct arena *arena,
                                      const struct show_how *how, struct shown *s)
{
	bool end = false, gave = false;

	while (!end) {
		struct grid g = {0};
		pifu_arena_reset(arena);
		pifu_status st =
			f->next(r, arena, how->want ? how->want : SIZE_MAX / 8, &g, &end, &s->err);
		if (st != PIFU_OK)
			return st;
		check_grid(&g);
		/* every second block is cut, and the last one never twice */
		gave = how->give_back && !gave && g.nrows > 2;
		size_t keep = gave ? g.nrows - g.nrows / 3 : g.nrows;
		if (gave) {
			f->rewind(r, &g, keep);
			end = false;
		}
		s->blocks++;
		s->rows += keep;
		s->cells += g.ncells;
		if (!how->quiet)
			show_rows(&s->text, &g, keep);
	}
	return PIFU_OK;
}

/* Read `in` with `format`; the caller frees s.text. */
static inline struct shown show_grid(const struct format *format, struct input in,
                                     struct show_how how)
{
	struct shown s = {0};
	struct findings findings = {.allocator = how.options ? how.options->allocator : NULL};
	struct arena *arena = pifu_arena_new(NULL);
	struct reader *r = format->open(&in, how.options, &findings, &s.err);

	assert_non_null(arena);
	if (r) {
		s.status = show_blocks(format, r, arena, &how, &s);
		format->close(r);
	} else {
		s.status = s.err.status;
	}
	show_findings(&s.text, &findings);
	pifu_buf_char(&s.text, '\0');
	pifu_findings_free(&findings);
	pifu_arena_free(arena);
	return s;
}

static inline struct input show_input(const void *bytes, size_t size)
{
	return (struct input){.name = "test", .data = bytes, .size = size};
}

/* The whole file in memory; fails the test where it cannot be read. */
static inline char *load_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		fail_msg("cannot open %s", path);
	fseek(f, 0, SEEK_END);
	long n = ftell(f);
	rewind(f);
	char *bytes = malloc((size_t)n + 1);
	assert_non_null(bytes);
	*size = fread(bytes, 1, (size_t)n, f);
	bytes[*size] = '\0';
	fclose(f);
	return bytes;
}

#endif
