/* One HTML table: its cells become rows of the grid.
 *
 * A row is pending until its </tr>: the texts of its cells gather in one buffer
 * and are copied to the block when the row is whole, so a block may end at any
 * row. A table inside a cell of another one is either content of a form or, far
 * more often, the page's layout:
 *
 *   <table> layout            <table> data: two rows before it say
 *     <tr><td> menu             <tr><td>项目名称 <td>…    something in two
 *         <td> title            <tr><td>主管部门 <td>…    cells or more
 *           <table> form        <tr><td>绩效指标 <td><table>…
 *
 * A layout table dissolves: its text becomes lines, like text outside tables.
 * A data table stays a table; the row that holds the inner table is written up
 * to that place, then come the inner table's rows under a number of their own,
 * then what is left of the row. Both keep the order of the source. A table of
 * one row with one cell is a frame around text and dissolves too. */
#include "read/html_build.h"
#include "read/read.h"

#include <stdio.h>

struct html_table *pifu_html_top(struct html_build *b)
{
	return b->ntables ? &b->tables[b->ntables - 1] : NULL;
}

static struct str cell_text(const struct html_table *t, const struct html_cell *c)
{
	return c->n ? (struct str){t->row_text.s + c->at, c->n} : STR("");
}

static struct str cell_path(struct html_build *b, const struct html_table *t,
                            const struct html_cell *c)
{
	char path[96];
	int n = snprintf(path, sizeof path, "table[%u]/tr[%u]/td[%u]", t->element, t->tr,
	                 c->number);
	struct str own = {path, (uint32_t)n};

	return pifu_html_path(b, own);
}

/* ---- Rows ----------------------------------------------------------------- */

static void emit_cell(struct html_build *b, struct html_table *t, const struct html_cell *c)
{
	struct str text = cell_text(t, c);
	bool spans = c->rowspan > 1 || c->colspan > 1;

	if (text.n == 0 && !spans)
		return;
	struct str raw = pifu_arena_str(b->arena, text);
	struct cell *cell = raw.s ? pifu_grid_add_cell(b->arena, b->grid, c->col, raw) : NULL;
	if (!pifu_html_check(b, cell != NULL) || !cell)
		return;
	cell->rowspan = (uint16_t)c->rowspan;
	cell->colspan = (uint16_t)c->colspan;
	cell->path = cell_path(b, t, c);
	if (pifu_html_check(b, cell->path.s != NULL) && c->rowspan > 1)
		pifu_html_spans_name(&t->spans, c->col, c->colspan,
		                     (uint32_t)(cell - b->grid->cells));
}

/* Write the pending row, or the part of it that is there. */
static void emit_row(struct html_build *b, struct html_table *t)
{
	if (t->number == PIFU_NONE) {
		t->number = b->next_table++;
		b->flow_table = PIFU_NONE;
	}
	struct row *row = pifu_html_row(b, t->number, t->row++, t->line);
	if (!row)
		return;
	row->width = pifu_html_spans_width(&t->spans, t->tr - 1);
	uint32_t saying = 0;
	for (uint32_t i = 0; i < t->ncells && b->status == PIFU_OK; i++) {
		saying += t->cells[i].n > 0;
		emit_cell(b, t, &t->cells[i]);
	}
	t->wide += saying > 1;
	t->ncells = 0;
	pifu_buf_clear(&t->row_text);
}

/* A layout table's pending cells are lines of text. */
static void dissolve_row(struct html_build *b, struct html_table *t)
{
	for (uint32_t i = 0; i < t->ncells && b->status == PIFU_OK; i++) {
		struct str path = cell_path(b, t, &t->cells[i]);
		if (pifu_html_check(b, path.s != NULL))
			pifu_html_flow_lines(b, cell_text(t, &t->cells[i]), path);
	}
	t->ncells = 0;
	pifu_buf_clear(&t->row_text);
}

static bool is_frame(const struct html_table *t)
{
	if (t->tr != 1 || t->ncells != 1)
		return false;
	struct str text = cell_text(t, &t->cells[0]);
	return text.n && memchr(text.s, '\n', text.n) != NULL;
}

void pifu_html_row_start(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	if (!t) {
		pifu_html_table_start(b, true);
		if (!(t = pifu_html_top(b)) || b->status != PIFU_OK)
			return;
	}
	if (t->in_row)
		pifu_html_row_end(b);
	if (t->held)
		emit_row(b, t);
	pifu_html_flow_end(b);
	t->held = false;
	t->in_row = true;
	t->tr++;
	t->td = t->col = 0;
	t->line = b->line;
}

void pifu_html_row_end(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	if (!t || !t->in_row)
		return;
	if (t->in_cell)
		pifu_html_cell_end(b);
	t->in_row = false;
	if (t->layout)
		pifu_html_flow_end(b);
	else if (is_frame(t))
		t->held = true;
	else
		emit_row(b, t);
}

/* ---- Cells ---------------------------------------------------------------- */

/* The standard's rules for integers: blanks, a sign, digits, anything. */
static uint32_t read_span(const char *value, uint32_t fallback)
{
	if (!value)
		return fallback;
	while (*value == ' ' || (*value >= '\t' && *value <= '\r'))
		value++;
	if (*value == '+')
		value++;
	if (*value < '0' || *value > '9')
		return fallback;
	uint32_t n = 0;
	for (; *value >= '0' && *value <= '9'; value++)
		n = n < 1000000 ? n * 10 + (uint32_t)(*value - '0') : n;
	return n;
}

/* Clamp as the standard does; zero rows mean "to the end of the row group". */
static void read_spans(struct html_build *b, struct html_cell *c, const char *const *attrs)
{
	uint32_t columns = (uint32_t)pifu_limit(b->options, LIMIT_HTML_COLSPAN);
	uint32_t rows = (uint32_t)pifu_limit(b->options, LIMIT_ROWSPAN);

	c->colspan = read_span(pifu_html_attr(attrs, "colspan"), 1);
	c->rowspan = read_span(pifu_html_attr(attrs, "rowspan"), 1);
	if (c->colspan > columns || c->rowspan > rows)
		pifu_html_odd(b, PIFU_FINDING_SPAN_CLAMPED,
		              STR("more columns or rows than HTML allows"));
	if (c->colspan > columns)
		c->colspan = columns;
	if (c->rowspan > rows || c->rowspan == 0)
		c->rowspan = rows;
	if (c->colspan == 0)
		c->colspan = 1;
}

static void place_cell(struct html_build *b, struct html_table *t, const char *const *attrs)
{
	struct html_cell *c = &t->cell;
	uint32_t row = t->tr - 1;
	bool overlap = false;

	read_spans(b, c, attrs);
	c->number = ++t->td;
	c->col = pifu_html_spans_free(&t->spans, row, t->col);
	if (c->col >= PIFU_LIMIT_COLUMNS)
		c->col = PIFU_LIMIT_COLUMNS - 1; /* joined to the last column */
	if (c->colspan > PIFU_LIMIT_COLUMNS - c->col)
		c->colspan = PIFU_LIMIT_COLUMNS - c->col;
	t->col = c->col + c->colspan;
	if (!pifu_html_check(b, pifu_html_spans_fill(&t->spans, row, c->col, c->colspan, c->rowspan,
	                                             &overlap)))
		return;
	if (overlap && t->col < PIFU_LIMIT_COLUMNS)
		pifu_html_odd(b, PIFU_FINDING_SPAN_CLAMPED,
		              STR("a cell runs into one from a row above"));
}

void pifu_html_cell_start(struct html_build *b, const char *const *attrs)
{
	struct html_table *t = pifu_html_top(b);

	if (!t || !t->in_row) {
		pifu_html_row_start(b);
		if (!(t = pifu_html_top(b)) || b->status != PIFU_OK)
			return;
	}
	if (t->in_cell)
		pifu_html_cell_end(b);
	pifu_html_flow_end(b);
	t->in_cell = true;
	pifu_html_text_clear(&t->text);
	if (!t->layout)
		place_cell(b, t, attrs);
}

static bool same_column(const struct html_table *t)
{
	return t->ncells && t->cells[t->ncells - 1].col == t->cell.col;
}

/* Keep the open cell's text for the pending row. */
static void keep_cell(struct html_build *b, struct html_table *t)
{
	struct str text = pifu_str_trim(pifu_buf_view(&t->text.bytes));

	if (same_column(t)) {
		struct html_cell *last = &t->cells[t->ncells - 1];
		if (text.n) {
			pifu_buf_char(&t->row_text, ' ');
			pifu_buf_str(&t->row_text, text);
			last->n += text.n + 1;
		}
	} else {
		struct html_cell *cells =
			pifu_html_grow(b, t->cells, &t->cells_cap, t->ncells + 1, sizeof *cells);
		if (!cells)
			return;
		t->cells = cells;
		t->cell.at = (uint32_t)t->row_text.n;
		t->cell.n = text.n;
		cells[t->ncells++] = t->cell;
		pifu_buf_str(&t->row_text, text);
	}
	pifu_html_check(b, !t->row_text.failed && !t->text.bytes.failed);
	pifu_html_text_clear(&t->text);
}

void pifu_html_cell_end(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	if (!t || !t->in_cell)
		return;
	t->in_cell = false;
	if (t->layout)
		pifu_html_flow_end(b);
	else
		keep_cell(b, t);
}

/* ---- Tables --------------------------------------------------------------- */

/* A table begins inside the open cell of `t`. */
static void enter_nested(struct html_build *b, struct html_table *t)
{
	keep_cell(b, t);
	if (t->wide < 2) {
		t->layout = true;
		dissolve_row(b, t);
		return;
	}
	emit_row(b, t);
	t->cell.rowspan = t->cell.colspan = 1; /* what follows it here is text of a further row */
}

void pifu_html_table_start(struct html_build *b, bool implied)
{
	struct html_table *t = pifu_html_top(b);

	if (t && t->implied && !t->in_cell)
		pifu_html_table_end(b);
	else if (t && t->in_cell && !t->layout)
		enter_nested(b, t);
	pifu_html_flow_end(b);
	struct html_table *tables =
		pifu_html_grow(b, b->tables, &b->tables_cap, b->ntables + 1, sizeof *tables);
	if (!tables || b->status != PIFU_OK)
		return;
	b->tables = tables;
	b->tables[b->ntables++] = (struct html_table){
		.number = PIFU_NONE,
		.element = ++b->table_elements,
		.implied = implied,
		.spans.allocator = b->allocator,
		.row_text.allocator = b->allocator,
		.text.bytes.allocator = b->allocator,
	};
}

void pifu_html_group(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	if (!t)
		return;
	pifu_html_row_end(b);
	pifu_html_spans_end(&t->spans, t->tr, b->grid);
}

void pifu_html_table_end(struct html_build *b)
{
	struct html_table *t = pifu_html_top(b);

	if (!t)
		return;
	pifu_html_group(b);
	pifu_html_flow_end(b);
	if (t->held)
		dissolve_row(b, t);
	pifu_html_table_free(b, t);
	b->ntables--;
}

void pifu_html_table_free(struct html_build *b, struct html_table *t)
{
	pifu_mem_free(b->allocator, t->spans.slots);
	pifu_mem_free(b->allocator, t->cells);
	pifu_buf_free(&t->row_text);
	pifu_buf_free(&t->text.bytes);
}
