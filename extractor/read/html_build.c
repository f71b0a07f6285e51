/* Lines of text and tables from HTML's start, end and text events.
 *
 *   <h1>表</h1> text<br>text      each block and each line of it is a row of
 *   <table>…</table>              one cell; lines that follow one another share
 *   <p>填报人</p>                  a table number, each table has one of its own
 *
 * Left out are scripts, styles and the head with its <title> (it names the
 * page, often the site, and is no part of the form); what is hidden and the
 * readings of ruby are left out too, but with a finding that shows the text. */
#include "read/html_build.h"
#include "read/read.h"

#include <stdio.h>
#include <strings.h>

enum { SHOWN_OF_HIDDEN = 200 }; /* bytes that a finding about hidden text shows */

bool pifu_html_check(struct html_build *b, bool ok)
{
	if (!ok && b->status == PIFU_OK)
		b->status = pifu_error_nomem(b->err);
	return ok;
}

void *pifu_html_grow(struct html_build *b, void *items, uint32_t *cap, uint32_t need, size_t size)
{
	if (need <= *cap)
		return items;
	uint32_t more = *cap ? *cap * 2 : 8;
	void *grown = pifu_mem_realloc(b->allocator, items, more * size);
	if (pifu_html_check(b, grown != NULL))
		*cap = more;
	return grown;
}

struct str pifu_html_path(struct html_build *b, struct str own)
{
	if (b->path.n == 0)
		return pifu_arena_str(b->arena, own);
	uint32_t n = b->path.n + 1 + own.n;
	char *s = pifu_arena_alloc(b->arena, n + 1);
	if (!s)
		return STR_NONE;
	memcpy(s, b->path.s, b->path.n);
	s[b->path.n] = '/';
	memcpy(s + b->path.n + 1, own.s, own.n);
	s[n] = '\0';
	return (struct str){s, n};
}

void pifu_html_odd(struct html_build *b, pifu_finding code, struct str text)
{
	pifu_finding_add(b->findings, (struct finding){.code = code,
	                                               .line = b->line,
	                                               .table = PIFU_NONE,
	                                               .row = PIFU_NONE,
	                                               .col = PIFU_NONE,
	                                               .text = text});
}

struct row *pifu_html_row(struct html_build *b, uint32_t table, uint32_t number, uint32_t line)
{
	if (b->status != PIFU_OK)
		return NULL;
	struct row *row = pifu_grid_add_row(b->arena, b->grid, table, number);
	if (!pifu_html_check(b, row != NULL) || !row)
		return NULL;
	row->line = line;
	row->page = b->page;
	return row;
}

/* ---- Text between tables --------------------------------------------------- */

static struct str block_path(struct html_build *b)
{
	char path[48];
	int n = snprintf(path, sizeof path, "%s[%u]", pifu_html_tag(b->block),
	                 b->block_count[b->block]);
	return pifu_html_path(b, (struct str){path, (uint32_t)n});
}

/* One row of one cell, or a blank row, of the text between tables. */
static struct cell *flow_row(struct html_build *b, struct str text, uint32_t line)
{
	if (b->flow_table == PIFU_NONE) {
		b->flow_table = b->next_table++;
		b->flow_row = 0;
	}
	struct row *row = pifu_html_row(b, b->flow_table, b->flow_row++, line);
	if (!row || text.n == 0)
		return NULL;
	row->width = 1;
	struct str raw = pifu_arena_str(b->arena, text);
	struct cell *cell = raw.s ? pifu_grid_add_cell(b->arena, b->grid, 0, raw) : NULL;
	pifu_html_check(b, cell != NULL);
	return cell;
}

void pifu_html_flow_lines(struct html_build *b, struct str s, struct str path)
{
	for (uint32_t at = 0; at < s.n && b->status == PIFU_OK;) {
		const char *feed = memchr(s.s + at, '\n', s.n - at);
		uint32_t end = feed ? (uint32_t)(feed - s.s) : s.n;
		struct cell *cell =
			flow_row(b, pifu_str_trim(pifu_str_sub(s, at, end)), b->flow_line);
		if (cell) {
			cell->path = path.s ? path : block_path(b);
			pifu_html_check(b, cell->path.s != NULL);
		}
		at = end + 1;
	}
}

void pifu_html_flow_end(struct html_build *b)
{
	if (!pifu_html_check(b, !b->flow.bytes.failed))
		return;
	pifu_html_flow_lines(b, pifu_buf_view(&b->flow.bytes), STR_NONE);
	pifu_html_text_clear(&b->flow);
	b->flow_line = b->line;
}

void pifu_html_build_line(struct html_build *b, struct str s)
{
	if (b->status != PIFU_OK)
		return;
	pifu_html_flow_end(b);
	struct cell *cell = flow_row(b, pifu_str_trim(s), b->line);
	if (cell)
		cell->path = b->path;
}

/* ---- Events ---------------------------------------------------------------- */

/* Where text goes now: into the open cell, or between the tables. */
static struct html_text *text_target(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	return t && t->in_cell && !t->layout ? &t->text : &b->flow;
}

static void break_line(struct html_build *b)
{
	struct html_text *t = text_target(b);

	if (t == &b->flow)
		pifu_html_flow_end(b);
	else
		t->line = true;
}

/* Rows without a <table> around them end where other content begins. */
static void end_implied(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	if (t && t->implied && !t->in_cell)
		pifu_html_table_end(b);
}

static bool is_blank(struct str s)
{
	for (uint32_t i = 0; i < s.n; i++)
		if (s.s[i] != ' ' && (s.s[i] < '\t' || s.s[i] > '\r'))
			return false;
	return true;
}

static void add_text(struct html_build *b, struct str s)
{
	if (!is_blank(s))
		end_implied(b);
	struct html_text *t = text_target(b);
	if (t == &b->flow && t->bytes.n == 0)
		b->flow_line = b->line;
	pifu_html_text_add(t, s, b->pre > 0);
	pifu_html_check(b, !t->bytes.failed);
}

void pifu_html_build_text(struct html_build *b, struct str s)
{
	if (b->status != PIFU_OK)
		return;
	if (!b->skip) {
		add_text(b, s);
		return;
	}
	if (b->skip_noted && b->skipped.bytes.n < SHOWN_OF_HIDDEN) {
		pifu_html_text_add(&b->skipped, s, false);
		pifu_html_check(b, !b->skipped.bytes.failed);
	}
}

/* What a reader of the page sees of a form control. */
static void show_input(struct html_build *b, const char *const *attrs)
{
	static const char *const unseen[] = {
		"hidden", "password", "submit", "button", "checkbox",
		"radio",  "image",    "reset",  "file",
	};
	const char *type = pifu_html_attr(attrs, "type"), *value = pifu_html_attr(attrs, "value");

	for (size_t i = 0; type && i < sizeof unseen / sizeof *unseen; i++)
		if (strcasecmp(type, unseen[i]) == 0)
			return;
	if (value)
		add_text(b, pifu_str_of(value));
}

static void start_block(struct html_build *b, unsigned tag)
{
	end_implied(b);
	break_line(b);
	b->block = tag;
	b->block_count[tag]++;
}

static void start_caption(struct html_build *b, unsigned tag)
{
	struct html_table *t = pifu_html_top(b);

	if (t && t->in_row)
		pifu_html_row_end(b);
	start_block(b, tag);
}

static void start_skip(struct html_build *b, bool noted)
{
	b->skip = 1;
	b->skip_noted = noted;
	pifu_html_text_clear(&b->skipped);
}

static void start_element(struct html_build *b, enum html_kind kind, unsigned tag,
                          const char *const *attrs)
{
	switch (kind) {
	case HTML_BLOCK:
		start_block(b, tag);
		break;
	case HTML_PRE:
		start_block(b, tag);
		b->pre++;
		break;
	case HTML_CAPTION:
		start_caption(b, tag);
		break;
	case HTML_BREAK:
		break_line(b);
		break;
	case HTML_INPUT:
		show_input(b, attrs);
		break;
	case HTML_TABLE:
		pifu_html_table_start(b, false);
		break;
	case HTML_GROUP:
		pifu_html_group(b);
		break;
	case HTML_ROW:
		pifu_html_row_start(b);
		break;
	case HTML_CELL:
		pifu_html_cell_start(b, attrs);
		break;
	default:
		break;
	}
}

void pifu_html_build_start(struct html_build *b, const char *name, const char *const *attrs)
{
	unsigned tag;

	if (b->status != PIFU_OK)
		return;
	if (++b->depth > pifu_limit(b->options, LIMIT_HTML_DEPTH)) {
		b->status = pifu_error_set(
			b->err, PIFU_ERR_LIMIT,
			"more than %u HTML elements are open at one place (limit html-depth)",
			b->depth - 1);
		return;
	}
	if (b->skip) {
		b->skip++;
		return;
	}
	enum html_kind kind = pifu_html_kind(name, &tag);
	bool hidden = kind == HTML_NOTE || (!b->keep_hidden && pifu_html_hidden(attrs));
	if (kind == HTML_SKIP || hidden)
		start_skip(b, hidden && kind != HTML_SKIP);
	else
		start_element(b, kind, tag, attrs);
}

static void end_skip(struct html_build *b)
{
	if (--b->skip || !b->skip_noted)
		return;
	struct str seen = pifu_str_trim(pifu_buf_view(&b->skipped.bytes));
	if (seen.n)
		pifu_html_odd(b, PIFU_FINDING_TEXT_HIDDEN, seen);
}

void pifu_html_build_end(struct html_build *b, const char *name)
{
	unsigned tag;

	if (b->status != PIFU_OK)
		return;
	b->depth -= b->depth > 0;
	if (b->skip) {
		end_skip(b);
		return;
	}
	enum html_kind kind = pifu_html_kind(name, &tag);
	switch (kind) {
	case HTML_PRE:
		b->pre -= b->pre > 0;
		break_line(b);
		break;
	case HTML_BLOCK:
	case HTML_CAPTION:
		break_line(b);
		break;
	case HTML_TABLE:
		pifu_html_table_end(b);
		break;
	case HTML_GROUP:
		pifu_html_group(b);
		break;
	case HTML_ROW:
		pifu_html_row_end(b);
		break;
	case HTML_CELL:
		pifu_html_cell_end(b);
		break;
	default:
		break;
	}
}

/* ---- Life ------------------------------------------------------------------ */

void pifu_html_build_finish(struct html_build *b)
{
	while (b->ntables && b->status == PIFU_OK)
		pifu_html_table_end(b);
	if (b->status == PIFU_OK)
		pifu_html_flow_end(b);
	b->depth = b->skip = b->pre = 0;
}

void pifu_html_build_moved(struct html_build *b, uint32_t first)
{
	for (uint32_t i = 0; i < b->ntables; i++)
		pifu_html_spans_move(&b->tables[i].spans, first);
}

void pifu_html_build_block(struct html_build *b, struct arena *arena, struct grid *grid,
                           pifu_error *err, bool rewound)
{
	b->arena = arena;
	b->grid = grid;
	b->err = err;
	if (!rewound)
		pifu_html_build_moved(b, PIFU_NONE);
}

void pifu_html_build_free(struct html_build *b)
{
	for (uint32_t i = 0; i < b->ntables; i++)
		pifu_html_table_free(b, &b->tables[i]);
	pifu_mem_free(b->allocator, b->tables);
	pifu_buf_free(&b->flow.bytes);
	pifu_buf_free(&b->skipped.bytes);
}
