/* The grid of a document with the path of every cell, for comparing it with what
 * other readers give: the dump of stage grid and a last column. Over the readers
 * alone, no grammar is needed.
 *
 *     #table row col rowspan colspan page text path      (tabs; \n \t \\ escaped)
 *
 * usage: cells FILE [FORMAT]      exit code: that of the status */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "read/read.h"

static void put_text(struct str s)
{
	for (uint32_t i = 0; i < s.n; i++)
		switch (s.s[i]) {
		case '\n':
			fputs("\\n", stdout);
			break;
		case '\t':
			fputs("\\t", stdout);
			break;
		case '\r':
			fputs("\\r", stdout);
			break;
		case '\\':
			fputs("\\\\", stdout);
			break;
		default:
			putchar(s.s[i]);
		}
}

static void put_grid(const struct grid *g)
{
	for (size_t i = 0; i < g->ncells; i++) {
		const struct cell *c = &g->cells[i];
		const struct row *r = &g->rows[c->row];

		printf("%u\t%u\t%u\t%u\t%u\t%u\t", r->table, r->number, c->col, c->rowspan,
		       c->colspan, r->page);
		put_text(c->raw);
		putchar('\t');
		put_text(c->path);
		if (c->path_row)
			printf("/tr[%u]/tc[%u]", c->path_row, c->path_cell);
		putchar('\n');
	}
}

static pifu_status read_blocks(const struct format *format, struct reader *r, pifu_error *err)
{
	struct arena *arena = pifu_arena_new(NULL);
	pifu_status status = arena ? PIFU_OK : PIFU_ERR_NOMEM;

	for (bool end = false; status == PIFU_OK && !end;) {
		struct grid g = {0};

		pifu_arena_reset(arena);
		status = format->next(r, arena, (size_t)1 << 20, &g, &end, err);
		if (status == PIFU_OK)
			put_grid(&g);
	}
	pifu_arena_free(arena);
	return status;
}

static pifu_status read_document(const struct input *in, const pifu_options *options,
                                 pifu_error *err)
{
	struct findings findings = {0};
	const struct format *format = pifu_format_detect(in, options, err);
	struct reader *r = format ? format->open(in, options, &findings, err) : NULL;
	pifu_status status = r ? read_blocks(format, r, err) : err->status;

	if (r)
		format->close(r);
	for (size_t i = 0; i < findings.n; i++)
		fprintf(stderr, "! %s\t%.*s\n", pifu_finding_code(findings.items[i].code),
		        (int)findings.items[i].text.n, findings.items[i].text.s);
	pifu_findings_free(&findings);
	return status;
}

static unsigned char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	unsigned char *bytes = NULL;

	if (f && fseek(f, 0, SEEK_END) == 0) {
		*n = (size_t)ftell(f);
		rewind(f);
		bytes = malloc(*n + 1);
		if (bytes && fread(bytes, 1, *n, f) != *n)
			*n = 0;
	}
	if (f)
		fclose(f);
	return bytes;
}

int main(int argc, char **argv)
{
	pifu_options options = pifu_options_default();
	struct input in = {.name = argc > 1 ? argv[1] : ""};
	pifu_error err = {0};
	pifu_status status;

	if (argc < 2)
		return 2;
	options.input_format = argc > 2 ? argv[2] : NULL;
	in.data = read_file(argv[1], &in.size);
	if (!in.data)
		return 3;
	puts("#table\trow\tcol\trowspan\tcolspan\tpage\ttext\tpath");
	status = read_document(&in, &options, &err);
	if (status != PIFU_OK)
		fprintf(stderr, "cells: %s: %s\n", argv[1], err.message);
	free((void *)in.data);
	return status == PIFU_OK ? 0 : pifu_status_exit(status);
}
