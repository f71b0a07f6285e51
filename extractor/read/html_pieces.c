/* Pieces of a document into grid blocks.
 *
 * Plain lines with tables between them, as vision models and converters write:
 *
 *   # 绩效目标表                     a row of one cell
 *   （2024年度）<table><tr>…</table>  a row of one cell, then a table
 *                                   a blank row
 *   <p>填报人</p>                    a line with tags is read as HTML
 *
 * The lines are rows as they stand, Markdown and all; each table is a little
 * page of its own for the parser. A table that never ends takes the rest. Lines
 * with a Markdown table among them are the text reader's. */
#include "read/html_pieces.h"

#include "read/formats.h"

enum { OVERRUN = 4 }; /* a block goes on to the end of a table, up to so many times its size */

pifu_status pifu_html_pieces_init(struct html_pieces *p, const pifu_options *options,
                                  struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;

	p->build = (struct html_build){
		.findings = findings,
		.allocator = allocator,
		.options = options,
		.keep_hidden = options && options->hidden,
		.flow_table = PIFU_NONE,
		.flow.bytes.allocator = allocator,
		.skipped.bytes.allocator = allocator,
	};
	p->table = PIFU_NONE;
	return pifu_replay_init(&p->replay, allocator) ? PIFU_OK : pifu_error_nomem(err);
}

pifu_status pifu_html_pieces_add(struct html_pieces *p, struct html_piece piece, pifu_error *err)
{
	p->build.err = err;
	struct html_piece *items =
		pifu_html_grow(&p->build, p->items, &p->cap, p->n + 1, sizeof *items);
	if (!items)
		return p->build.status;
	p->items = items;
	items[p->n++] = piece;
	return PIFU_OK;
}

/* ---- Lines ------------------------------------------------------------------ */

/* The end of the table that begins at `at`; inner tables belong to it. */
static uint32_t table_end(struct str s, uint32_t at)
{
	uint32_t depth = 0, open = at, close = at;

	for (;; at++) {
		open = open < at || open == 0 ? pifu_html_find_tag(s, at, "<table") : open;
		close = close <= at ? pifu_html_find_tag(s, at, "</table") : close;
		if (close == s.n)
			return s.n;
		at = open < close ? open : close;
		depth += at == open;
		if (at == open) {
			open = 0;
			continue;
		}
		if (depth-- <= 1) {
			const char *end = memchr(s.s + close, '>', s.n - close);
			return end ? (uint32_t)(end - s.s) + 1 : s.n;
		}
	}
}

static uint32_t count_lines(struct str s)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < s.n; i++)
		n += s.s[i] == '\n';
	return n;
}

/* Read [at, end) of the piece as a little page. */
static void start_page(struct html_pieces *p, struct str text, uint32_t end)
{
	struct str page = pifu_str_sub(text, p->at, end);

	pifu_html_feed_start(&p->feed, &p->build, page, p->line);
	p->at = end;
	p->line += p->line ? count_lines(page) : 0;
}

/* One line, or what is left of it before a table. A blank rest beside a table is no line. */
static void read_line(struct html_pieces *p, struct str text)
{
	const char *feed = memchr(text.s + p->at, '\n', p->table - p->at);
	uint32_t end = feed ? (uint32_t)(feed - text.s) : p->table;
	struct str line = pifu_str_sub(text, p->at, end);
	bool whole = feed && (p->at == 0 || text.s[p->at - 1] == '\n');

	p->build.line = p->line;
	if (pifu_html_marked_up(line))
		start_page(p, text, end);
	else if (whole || pifu_str_trim(line).n)
		pifu_html_build_line(&p->build, line);
	p->at = end;
	if (feed) {
		p->at++;
		p->line += p->line > 0;
	}
}

/* ---- Pipe tables --------------------------------------------------------------- */

/* Lines with a Markdown table among them: the text reader cuts them. */
static bool has_pipe_table(struct str s)
{
	bool pipes = s.n && s.s[0] == '|';

	for (uint32_t at = 0; at + 1 < s.n && !pipes; at++) {
		const char *feed = memchr(s.s + at, '\n', s.n - at);
		if (!feed)
			return false;
		at = (uint32_t)(feed - s.s);
		pipes = at + 1 < s.n && feed[1] == '|';
	}
	return pipes;
}

/* Rows of the text reader, their tables numbered behind ours. */
static void take_rows(struct html_pieces *p, const struct grid *from)
{
	struct html_build *b = &p->build;
	uint32_t base = b->next_table;

	for (size_t i = 0; i < from->nrows && b->status == PIFU_OK; i++) {
		const struct row *r = &from->rows[i];
		struct row *row = pifu_html_row(b, base + r->table, r->number,
		                                p->line ? p->line + r->line - 1 : 0);
		if (!row)
			return;
		row->width = r->width;
		b->next_table = base + r->table + 1;
		for (uint32_t k = r->first; k < r->first + r->count; k++) {
			struct cell *cell =
				pifu_grid_add_cell(b->arena, b->grid, from->cells[k].col,
			                           from->cells[k].raw);
			if (!pifu_html_check(b, cell != NULL) || !cell)
				return;
			cell->path = b->path;
		}
	}
	b->flow_table = PIFU_NONE;
}

static void read_text(struct html_pieces *p, struct str text)
{
	struct html_build *b = &p->build;
	pifu_options options = {.encoding = "UTF-8", .allocator = b->allocator};
	struct input in = {"", (const unsigned char *)text.s, text.n};
	pifu_error err = {0};
	struct reader *r = pifu_format_text.open(&in, &options, b->findings, &err);
	bool end = r == NULL;

	pifu_html_flow_end(b);
	while (!end && err.status == PIFU_OK) {
		struct grid grid = {0};
		pifu_status st = pifu_format_text.next(r, b->arena, text.n + 1, &grid, &end, &err);
		if (st == PIFU_OK)
			take_rows(p, &grid);
	}
	if (r)
		pifu_format_text.close(r);
	if (err.status != PIFU_OK && b->status == PIFU_OK) {
		b->status = err.status;
		if (b->err)
			*b->err = err;
	}
}

/* What stands before the next table, if it holds a Markdown table. */
static bool read_pipes(struct html_pieces *p, struct str text)
{
	struct str part = pifu_str_sub(text, p->at, p->table);

	if (p->looked == p->table)
		return false;
	p->looked = p->table;
	if (!has_pipe_table(part))
		return false;
	read_text(p, part);
	p->at = p->table;
	p->line += p->line ? count_lines(part) : 0;
	return true;
}

/* A step of about `want` bytes; true at the end of the piece. */
static bool step_lines(struct html_pieces *p, struct str text, size_t want)
{
	uint32_t from = p->at;

	while (p->build.status == PIFU_OK && p->at - from < want) {
		if (p->feed.parser) {
			if (!pifu_html_feed_step(&p->feed, want))
				return false;
			continue;
		}
		if (p->at >= text.n)
			return true;
		if (p->table == PIFU_NONE || p->table < p->at)
			p->table = pifu_html_find_tag(text, p->at, "<table");
		if (p->table == p->at)
			start_page(p, text, table_end(text, p->at));
		else if (!read_pipes(p, text))
			read_line(p, text);
	}
	return false;
}

/* ---- Pieces ----------------------------------------------------------------- */

static void begin_piece(struct html_pieces *p, const struct html_piece *piece)
{
	p->begun = true;
	p->at = 0;
	p->line = piece->line;
	p->table = p->looked = PIFU_NONE;
	p->build.path = piece->path;
	p->build.page = piece->page;
	if (!piece->lines)
		pifu_html_feed_start(&p->feed, &p->build, piece->text, piece->line);
}

/* Bytes of the piece that are read. */
static uint32_t piece_position(const struct html_pieces *p, const struct html_piece *piece)
{
	if (!piece->lines)
		return p->feed.at;
	return p->feed.parser ? p->at - (p->feed.text.n - p->feed.at) : p->at;
}

/* A step of about `want` bytes; its size is added to *done. */
static void step_piece(struct html_pieces *p, size_t want, size_t *done)
{
	const struct html_piece *piece = &p->items[p->now];

	if (!p->begun)
		begin_piece(p, piece);
	uint32_t before = piece_position(p, piece);
	bool end = piece->lines ? step_lines(p, piece->text, want)
	                        : pifu_html_feed_step(&p->feed, want);
	*done += piece_position(p, piece) - before;
	if (!end)
		return;
	p->begun = false;
	p->now++;
}

static bool block_full(const struct html_pieces *p, size_t done, size_t want)
{
	return done >= want && (p->build.ntables == 0 || done / OVERRUN >= want);
}

pifu_status pifu_html_pieces_next(struct html_pieces *p, struct arena *arena, size_t want,
                                  struct grid *grid, bool *end, pifu_error *err)
{
	enum { STEP = 16 * 1024 };
	size_t done = 0, step = want < STEP ? want : STEP;

	pifu_html_build_block(&p->build, arena, grid, err, p->rewound);
	p->rewound = false;
	if (!pifu_replay_give(&p->replay, arena, grid))
		return pifu_error_nomem(err);
	while (p->build.status == PIFU_OK && p->now < p->n && !block_full(p, done, want))
		step_piece(p, step, &done);
	*end = p->now == p->n;
	return p->build.status;
}

void pifu_html_pieces_rewind(struct html_pieces *p, const struct grid *grid, size_t row)
{
	size_t first = row < grid->nrows ? grid->rows[row].first : grid->ncells;

	pifu_replay_keep(&p->replay, grid, row);
	pifu_html_build_moved(&p->build, (uint32_t)first);
	p->rewound = true;
}

void pifu_html_pieces_free(struct html_pieces *p)
{
	pifu_html_feed_free(&p->feed);
	pifu_mem_free(p->build.allocator, p->items);
	pifu_html_build_free(&p->build);
	pifu_replay_free(&p->replay);
}
