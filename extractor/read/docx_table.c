/* Tables of a Word story: logical columns, merged cells, joined tables.
 *
 * A cell's column is the sum of what stands before it in its row: gridBefore and
 * the spans of the earlier cells. A vertical merge is one cell with a rowspan:
 *
 *     | restart | a |        merged[0] = that cell, span 1, row 0
 *     | cont.   | b |        found at column 0, row 0 = this row - 1: rowspan 2
 *     | cont. (span 2) |     starts at the same column: it goes on
 *     | d | cont.   |        no merge at column 1, none overlaps: a cell of its own
 *
 * A continuing cell of another span still goes on with the merge that begins at its
 * column; failing that, with the one it lies in. Text inside a continuing cell is
 * not shown by Word: it is hidden text.
 *
 * Blank cells are only worth a place if they span; whether a blank "restart" does is
 * known later, so they are written and taken out again at the end (compact). */
#include "base/error.h"
#include "read/docx_own.h"

struct frame *pifu_docx_open_row(struct docx *d)
{
	struct frame *f = d->top;

	return f->kind == FRAME_TABLE && f->table.row.depth ? f : NULL;
}

struct frame *pifu_docx_open_cell(struct docx *d)
{
	struct frame *f = d->top;

	return f->kind == FRAME_TABLE && f->table.cell.depth ? f : NULL;
}

uint32_t pifu_docx_clamp(struct docx *d, int64_t n, uint32_t least)
{
	int64_t most = (int64_t)pifu_limit(d->options, LIMIT_WORD_COLUMNS);

	if (n < (int64_t)least)
		return least;
	if (n <= most)
		return (uint32_t)n;
	pifu_docx_tell(d, PIFU_FINDING_SPAN_CLAMPED, &d->told_clamp, STR_NONE);
	return (uint32_t)most;
}

/* ---- Tables ---------------------------------------------------------------- */

/* Where rows of a table found now go, and where it stands. */
void pifu_docx_begin_table(struct docx *d)
{
	struct frame *outer = d->top;
	bool in_cell = outer->kind == FRAME_TABLE;
	bool waits = in_cell || outer->para.depth;
	struct str place = in_cell ? pifu_docx_place(d, outer) : outer->path;
	struct str path = pifu_docx_path(d, place, "tbl", ++outer->ntables, NULL, 0);
	struct grid *sink = waits ? &outer->pending : outer->sink;

	if (path.s)
		pifu_docx_push(d, FRAME_TABLE, path, sink);
}

static bool same_width(uint32_t a, uint32_t b)
{
	enum { TOLERANCE = 20 }; /* twips: one point, no eye sees it */

	return (a > b ? a - b : b - a) <= TOLERANCE;
}

/* Are two tables of one flow, with nothing but empty paragraphs between, one? */
static bool is_continued(const struct table_state *a, const struct table_state *b)
{
	if (a->columns == 0 || a->columns != b->columns || a->columns > PIFU_LIMIT_WORD_COLUMNS)
		return false;
	for (uint32_t i = 0; i < a->columns; i++)
		if (!same_width(a->widths[i], b->widths[i]))
			return false;
	return true;
}

static void take_over(struct table_state *t, struct table_state *last)
{
	struct merged *spare = t->merged;
	size_t cap = t->merged_cap;
	uint32_t used = t->merged_used;

	t->number = last->number;
	t->next_row = last->next_row;
	t->merged = last->merged;
	t->merged_cap = last->merged_cap;
	t->merged_used = last->merged_used;
	last->merged = spare;
	last->merged_cap = cap;
	last->merged_used = used;
}

/* The first row of a table: a number of its own, or that of the table it goes on with. */
static void number_table(struct docx *d, struct frame *f)
{
	struct frame *flow = f->below;
	struct frame *last = flow->kind == FRAME_FLOW ? flow->flow.last_table : NULL;
	bool told = false;

	flow->flow.blanks = 0;
	flow->flow.table = PIFU_NONE;
	if (last && f->sink == last->sink && is_continued(&last->table, &f->table)) {
		take_over(&f->table, &last->table);
		f->table.part = true;
		pifu_docx_tell(d, PIFU_FINDING_TABLE_JOINED, &told, f->path);
	} else {
		f->table.number = d->ntables++;
	}
	pifu_docx_forget_table(d, flow);
}

void pifu_docx_end_table(struct docx *d)
{
	struct frame *f = d->top, *flow = f->below;

	if (flow->kind != FRAME_FLOW || f->table.number == PIFU_NONE) {
		pifu_docx_pop(d);
		return;
	}
	pifu_docx_flush(d, f);
	d->text.n = f->text_start;
	d->top = flow;
	flow->flow.last_table = f;
}

/* ---- Rows ------------------------------------------------------------------ */

void pifu_docx_begin_row(struct docx *d)
{
	struct table_state *t = &d->top->table;

	t->source_rows++;
	t->row = (struct row_state){.depth = pifu_xml_depth(d->x), .page = d->page};
	t->cell.start = d->text.n;
}

/* Header rows count from the top of a table down to the first other row. */
static uint8_t take_marks(struct table_state *t)
{
	uint8_t marks = t->part ? ROW_MARK_PART : 0;

	t->part = false;
	t->below_header = t->below_header || !t->row.header;
	return t->below_header ? marks : marks | ROW_MARK_HEADER;
}

/* The row is in the grid from its first cell on. */
static bool write_row(struct docx *d, struct frame *f)
{
	struct row_state *row = &f->table.row;
	struct row *r;

	if (row->written)
		return true;
	if (f->table.number == PIFU_NONE)
		number_table(d, f);
	r = pifu_docx_row(d, f->sink, f->table.number, f->table.next_row++);
	if (!r)
		return false;
	r->page = row->page;
	r->marks = take_marks(&f->table);
	row->written = true;
	return true;
}

void pifu_docx_end_row(struct docx *d)
{
	struct frame *f = d->top;
	struct row_state *row = &f->table.row;
	uint32_t width = row->col + row->after;

	row->depth = 0;
	if (!row->gone && write_row(d, f))
		f->sink->rows[f->sink->nrows - 1].width =
			width > f->table.columns ? width : f->table.columns;
	d->text.n = f->text_start;
	pifu_docx_flush(d, f);
}

/* ---- Cells ----------------------------------------------------------------- */

void pifu_docx_begin_cell(struct docx *d)
{
	struct table_state *t = &d->top->table;

	t->row.ncells++;
	t->cell = (struct cell_state){.depth = pifu_xml_depth(d->x), .span = 1, .start = d->text.n};
	d->top->joining = false;
	d->top->ntables = d->top->nboxes = d->top->nparagraphs = 0;
}

static bool make_room(struct docx *d, struct table_state *t, uint32_t columns)
{
	size_t old = t->merged_cap;
	struct merged *m;

	if (columns <= old)
		return true;
	m = pifu_arena_grow(d->arena, t->merged, old, &t->merged_cap, columns, sizeof(*m));
	if (!m) {
		pifu_docx_nomem(d);
		t->merged_cap = old;
		return false;
	}
	memset(m + old, 0, (t->merged_cap - old) * sizeof(*m));
	t->merged = m;
	return true;
}

static bool is_open(const struct merged *m, uint32_t row)
{
	return m->cell && (m->row == row || m->row + 1 == row);
}

/* The merge that a continuing cell at `col` goes on with: the one that begins
 * there, else the one whose columns it lies in. */
static struct merged *find_merge(struct table_state *t, uint32_t col, uint32_t row)
{
	uint32_t last = col < t->merged_used ? col : t->merged_used;

	if (col < t->merged_used && is_open(&t->merged[col], row))
		return &t->merged[col];
	for (uint32_t back = 1; back <= PIFU_LIMIT_WORD_COLUMNS && back <= last; back++) {
		struct merged *m = &t->merged[last - back];

		if (is_open(m, row))
			return last - back + m->span > col ? m : NULL;
	}
	return NULL;
}

static void clear_merges(struct table_state *t, uint32_t col, uint32_t span)
{
	for (uint32_t c = col; c < col + span && c < t->merged_used; c++)
		t->merged[c].cell = 0;
}

/* Text that Word does not show, in a cell that a merge covers. */
static void add_covered_text(struct docx *d, struct cell *c, size_t start)
{
	if (pifu_docx_is_blank(d, start))
		return;
	if (!d->hidden) {
		pifu_docx_tell(d, PIFU_FINDING_TEXT_HIDDEN, &d->told_hidden,
		               pifu_str_trim((struct str){d->text.s + start,
		                                          (uint32_t)(d->text.n - start)}));
		return;
	}
	if (c->raw.n) {
		pifu_docx_insert(d, start, STR("\n"));
		pifu_docx_insert(d, start, c->raw);
	}
	if (!d->text.failed)
		c->raw = pifu_arena_str(d->arena,
		                        pifu_str_trim((struct str){d->text.s + start,
		                                                   (uint32_t)(d->text.n - start)}));
	if (d->text.failed || !c->raw.s)
		pifu_docx_nomem(d);
}

static bool continue_down(struct docx *d, struct frame *f)
{
	struct table_state *t = &f->table;
	uint32_t row = t->next_row - 1;
	struct merged *m = find_merge(t, t->row.col, row);
	struct cell *c;

	if (!m)
		return false;
	c = &f->sink->cells[m->cell - 1];
	if (m->row != row && c->rowspan < pifu_limit(d->options, LIMIT_ROWSPAN))
		c->rowspan++;
	m->row = row;
	add_covered_text(d, c, t->cell.start);
	t->row.last = 0;
	return true;
}

static bool continue_right(struct docx *d, struct frame *f)
{
	struct table_state *t = &f->table;
	struct cell *c;

	if (!t->row.last)
		return false;
	c = &f->sink->cells[t->row.last - 1];
	c->colspan = (uint16_t)(c->colspan + t->cell.span > PIFU_LIMIT_COLUMNS
	                                ? PIFU_LIMIT_COLUMNS
	                                : c->colspan + t->cell.span);
	add_covered_text(d, c, t->cell.start);
	return true;
}

static void write_cell(struct docx *d, struct frame *f)
{
	struct table_state *t = &f->table;
	struct cell_state *cell = &t->cell;
	struct cell *c;
	bool tentative = cell->vertical || cell->horizontal;

	c = pifu_docx_cell(d, f->sink, t->row.col, cell->start, f->path);
	if (!c)
		return;
	c->path_row = t->source_rows;
	c->path_cell = t->row.ncells;
	c->colspan = (uint16_t)cell->span;
	t->row.last = (uint32_t)f->sink->ncells;
	t->row.has_text = t->row.has_text || c->raw.n;
	d->tentative = d->tentative || (!c->raw.n && cell->span == 1 && tentative);
	if (!cell->vertical || !make_room(d, t, t->row.col + 1))
		return;
	t->merged[t->row.col] =
		(struct merged){(uint32_t)f->sink->ncells, cell->span, t->next_row - 1};
	if (t->merged_used <= t->row.col)
		t->merged_used = t->row.col + 1;
}

static void place_cell(struct docx *d, struct frame *f)
{
	struct table_state *t = &f->table;
	struct cell_state *cell = &t->cell;

	if (cell->vertical == MERGE_CONTINUE && continue_down(d, f))
		return;
	if (cell->horizontal == MERGE_CONTINUE && continue_right(d, f))
		return;
	clear_merges(t, t->row.col, cell->span);
	t->row.last = 0;
	if (cell->span == 1 && !cell->vertical && !cell->horizontal &&
	    pifu_docx_is_blank(d, cell->start))
		return;
	write_cell(d, f);
}

void pifu_docx_end_cell(struct docx *d)
{
	struct frame *f = d->top;
	struct table_state *t = &f->table;

	t->cell.depth = 0;
	if (d->text.failed) {
		pifu_docx_nomem(d);
		return;
	}
	if (t->row.gone || t->cell.gone || !write_row(d, f)) {
		d->text.n = t->cell.start;
		return;
	}
	if (t->row.col + t->cell.span > PIFU_LIMIT_COLUMNS) {
		pifu_xml_stop(d->x, PIFU_ERR_LIMIT,
		              "a row has more columns than any table program takes");
		return;
	}
	place_cell(d, f);
	t->row.col += t->cell.span;
	d->text.n = t->cell.start;
}

/* ---- The end --------------------------------------------------------------- */

static bool is_idle(const struct cell *c)
{
	return !c->raw.n && c->rowspan == 1 && c->colspan == 1;
}

/* Numbers in the order of the grid: what waited was numbered before what it follows. */
static bool number_by_place(struct docx *d)
{
	uint32_t *number = ARENA_ARRAY(d->keep, uint32_t, d->ntables + (size_t)1);
	uint32_t n = 0;

	if (!number)
		return false;
	for (size_t i = 0; i < d->grid->nrows; i++) {
		struct row *r = &d->grid->rows[i];

		if (!number[r->table])
			number[r->table] = ++n;
		r->table = number[r->table] - 1;
	}
	return true;
}

static void drop_idle_cells(struct grid *g)
{
	uint32_t to = 0;

	for (size_t i = 0; i < g->nrows; i++) {
		struct row *r = &g->rows[i];
		uint32_t first = to;

		for (uint32_t k = r->first; k < r->first + r->count; k++)
			if (!is_idle(&g->cells[k]))
				g->cells[to++] = g->cells[k];
		r->first = first;
		r->count = to - first;
	}
	g->ncells = to;
}

bool pifu_docx_compact(struct docx *d)
{
	if (d->tentative)
		drop_idle_cells(d->grid);
	return number_by_place(d);
}
