/* Frames, paragraphs and rows of a Word story.
 *
 * A paragraph of a flow is a row of one cell. Consecutive paragraphs are one table
 * of width 1; empty ones between them are rows without cells, kept back until it
 * is known that another paragraph follows:
 *
 *     p "标题"   -> table 0 row 0
 *     p ""       -> (row 1)        written when the next one comes
 *     p "单位:"  -> table 0 row 2
 *     tbl        -> table 1 …
 *
 * A paragraph of a cell is a line of its text. A paragraph whose mark is deleted or
 * hidden goes on in the next one; its numbering label is the next one's.
 *
 * Pages: Word leaves a mark where its last layout broke the page, after an explicit
 * break too. A mark that follows an explicit break with no text between is the same
 * break. A row is on the page where its first text is. */
#include "base/error.h"
#include "read/docx_own.h"

void pifu_docx_nomem(struct docx *d)
{
	d->text.failed = true;
	if (d->x)
		pifu_xml_stop(d->x, PIFU_ERR_NOMEM, NULL);
}

void pifu_docx_tell(struct docx *d, pifu_finding code, bool *told, struct str text)
{
	struct finding f = {
		.code = code, .table = PIFU_NONE, .row = PIFU_NONE, .col = PIFU_NONE, .text = text};

	if (d->findings && !*told)
		pifu_finding_add(d->findings, f);
	*told = true;
}

/* ---- Places --------------------------------------------------------------- */

static size_t put_step(char *out, const char *step, uint32_t n)
{
	char digits[10];
	size_t at = 0, k = sizeof(digits), m = strlen(step);

	memcpy(out, step, m);
	at = m;
	out[at++] = '[';
	do
		digits[--k] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	memcpy(out + at, digits + k, sizeof(digits) - k);
	at += sizeof(digits) - k;
	out[at++] = ']';
	return at;
}

struct str pifu_docx_path(struct docx *d, struct str path, const char *step, uint32_t n,
                          const char *step2, uint32_t n2)
{
	char tail[64];
	size_t at = 0;
	char *out;

	if (path.n && path.s[path.n - 1] != '#')
		tail[at++] = '/';
	at += put_step(tail + at, step, n);
	if (step2) {
		tail[at++] = '/';
		at += put_step(tail + at, step2, n2);
	}
	out = pifu_arena_alloc(d->arena, path.n + at + 1);
	if (!out) {
		pifu_docx_nomem(d);
		return STR_NONE;
	}
	memcpy(out, path.s, path.n);
	memcpy(out + path.n, tail, at);
	out[path.n + at] = '\0';
	return (struct str){out, (uint32_t)(path.n + at)};
}

struct str pifu_docx_place(struct docx *d, const struct frame *f)
{
	if (f->kind == FRAME_FLOW)
		return pifu_docx_path(d, f->path, "p", f->nparagraphs, NULL, 0);
	return pifu_docx_path(d, f->path, "tr", f->table.source_rows, "tc", f->table.row.ncells);
}

/* ---- Frames --------------------------------------------------------------- */

struct frame *pifu_docx_push(struct docx *d, enum frame_kind kind, struct str path,
                             struct grid *sink)
{
	struct frame *f = d->spare;
	struct grid pending = {0};
	struct merged *merged = NULL;
	size_t merged_cap = 0;

	if (f) {
		d->spare = f->below;
		pending = f->pending;
		merged = f->table.merged;
		merged_cap = f->table.merged_cap;
		if (f->table.merged_used)
			memset(merged, 0, f->table.merged_used * sizeof(*merged));
	} else if (!(f = ARENA_NEW(d->arena, struct frame))) {
		pifu_docx_nomem(d);
		return NULL;
	}
	*f = (struct frame){.kind = kind,
	                    .depth = d->x ? pifu_xml_depth(d->x) : 0,
	                    .below = d->top,
	                    .path = path,
	                    .sink = sink,
	                    .text_start = d->text.n};
	pending.nrows = pending.ncells = 0;
	f->pending = pending;
	f->flow.table = PIFU_NONE;
	f->table.number = PIFU_NONE;
	f->table.merged = merged;
	f->table.merged_cap = merged_cap;
	d->top = f;
	return f;
}

static void put_aside(struct docx *d, struct frame *f)
{
	f->below = d->spare;
	d->spare = f;
}

void pifu_docx_forget_table(struct docx *d, struct frame *flow)
{
	if (flow->flow.last_table)
		put_aside(d, flow->flow.last_table);
	flow->flow.last_table = NULL;
}

/* ---- Rows ----------------------------------------------------------------- */

struct row *pifu_docx_row(struct docx *d, struct grid *sink, uint32_t table, uint32_t number)
{
	struct row *r = pifu_grid_add_row(d->arena, sink, table, number);

	if (!r) {
		pifu_docx_nomem(d);
		return NULL;
	}
	if (pifu_arena_used(d->arena) > pifu_limit(d->options, LIMIT_GRID_BYTES) && d->x)
		pifu_xml_stop(d->x, PIFU_ERR_LIMIT,
		              "the tables of the document take too much memory (limit grid-bytes)");
	r->page = d->page;
	return r;
}

struct cell *pifu_docx_cell(struct docx *d, struct grid *sink, uint32_t col, size_t start,
                            struct str path)
{
	struct str text = {NULL, 0};
	struct cell *c = NULL;

	if (d->text.n > start)
		text = pifu_str_trim(
			(struct str){d->text.s + start, (uint32_t)(d->text.n - start)});
	text = pifu_arena_str(d->arena, text);
	if (text.s && !d->text.failed)
		c = pifu_grid_add_cell(d->arena, sink, col, text);
	if (!c) {
		pifu_docx_nomem(d);
		return NULL;
	}
	c->path = path;
	return c;
}

static bool copy_row(struct docx *d, struct grid *to, const struct grid *from, const struct row *r)
{
	struct row *copy = pifu_grid_add_row(d->arena, to, r->table, r->number);

	if (!copy)
		return false;
	copy->page = r->page;
	copy->marks = r->marks;
	for (uint32_t i = 0; i < r->count; i++) {
		const struct cell *cell = &from->cells[r->first + i];
		struct cell *c = pifu_grid_add_cell(d->arena, to, cell->col, cell->raw);

		if (!c)
			return false;
		c->rowspan = cell->rowspan;
		c->colspan = cell->colspan;
		c->path = cell->path;
		c->path_row = cell->path_row;
		c->path_cell = cell->path_cell;
	}
	to->rows[to->nrows - 1].width = r->width;
	return true;
}

void pifu_docx_flush(struct docx *d, struct frame *f)
{
	for (size_t i = 0; i < f->pending.nrows; i++)
		if (!copy_row(d, f->sink, &f->pending, &f->pending.rows[i])) {
			pifu_docx_nomem(d);
			break;
		}
	f->pending.nrows = f->pending.ncells = 0;
}

/* ---- Paragraphs ------------------------------------------------------------ */

bool pifu_docx_is_blank(const struct docx *d, size_t start)
{
	if (d->text.n <= start)
		return true;
	return pifu_str_trim((struct str){d->text.s + start, (uint32_t)(d->text.n - start)}).n == 0;
}

static void write_blanks(struct docx *d, struct frame *f)
{
	struct flow_state *flow = &f->flow;

	for (; flow->table != PIFU_NONE && flow->blanks; flow->blanks--)
		if (!pifu_docx_row(d, f->sink, flow->table, flow->next_row++))
			return;
	flow->blanks = 0;
}

static void write_paragraph(struct docx *d, struct frame *f, size_t start)
{
	struct flow_state *flow = &f->flow;
	struct row *r;

	if (pifu_docx_is_blank(d, start)) {
		flow->blanks++;
		return;
	}
	pifu_docx_forget_table(d, f);
	write_blanks(d, f);
	if (flow->table == PIFU_NONE) {
		flow->table = d->ntables++;
		flow->next_row = 0;
	}
	r = pifu_docx_row(d, f->sink, flow->table, flow->next_row++);
	if (!r)
		return;
	r->width = 1;
	r->page = f->para.page;
	pifu_docx_cell(d, f->sink, 0, start, pifu_docx_place(d, f));
}

static void end_flow_paragraph(struct docx *d, struct frame *f)
{
	write_paragraph(d, f, f->text_start);
	d->text.n = f->text_start;
	pifu_docx_flush(d, f);
}

void pifu_docx_begin_paragraph(struct docx *d)
{
	struct frame *f = d->top;
	size_t start = f->para.start;
	uint32_t page = f->joining ? f->para.page : d->page;

	if (f->kind == FRAME_TABLE && !f->joining && f->table.cell.paragraphs++)
		pifu_buf_char(&d->text, '\n');
	if (!f->joining)
		start = d->text.n;
	f->nparagraphs++;
	f->para = (struct para){.depth = pifu_xml_depth(d->x),
	                        .start = start,
	                        .page = page,
	                        .num_id = UNSET,
	                        .level = UNSET};
	f->look = (struct look){0};
}

static void put_label(struct docx *d, struct frame *f)
{
	pifu_buf_clear(&d->label);
	pifu_docx_label(d, &f->para, &d->label);
	if (d->label.n)
		pifu_docx_insert(d, f->para.start, pifu_buf_view(&d->label));
	d->text.failed = d->text.failed || d->label.failed;
}

void pifu_docx_end_paragraph(struct docx *d)
{
	struct frame *f = d->top;

	f->joining = f->para.mark_gone;
	if (!f->joining)
		put_label(d, f);
	f->para.depth = 0;
	f->para.instructions = 0;
	if (d->text.failed)
		pifu_docx_nomem(d);
	else if (f->kind == FRAME_FLOW && !f->joining)
		end_flow_paragraph(d, f);
}

void pifu_docx_pop(struct docx *d)
{
	struct frame *f = d->top;

	if (f->kind == FRAME_FLOW && f->joining)
		end_flow_paragraph(d, f);
	pifu_docx_flush(d, f);
	pifu_docx_forget_table(d, f);
	d->text.n = f->text_start;
	d->top = f->below;
	put_aside(d, f);
}

/* ---- Pages ----------------------------------------------------------------- */

void pifu_docx_page_break(struct docx *d, bool rendered)
{
	struct frame *f = d->top;
	struct row_state *row = &f->table.row;
	bool twin = rendered && d->page_pending;

	d->page_pending = !rendered;
	if (twin)
		return;
	d->page++;
	if (f->para.depth && pifu_docx_is_blank(d, f->para.start))
		f->para.page = d->page;
	if (f->kind == FRAME_TABLE && row->depth && !row->has_text &&
	    pifu_docx_is_blank(d, f->table.cell.start))
		row->page = d->page;
}
