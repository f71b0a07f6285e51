/* Excel 2003 XML (SpreadsheetML 2003): a workbook in one XML file, often called .xls.
 *
 *     <Workbook> <Styles>    <Style ss:ID="s1"> <NumberFormat ss:Format="0%"/>
 *                <Worksheet ss:Name="表一">
 *                  <Table>   <Column ss:Index="2" ss:Hidden="1"/>
 *                            <Row ss:Index="3">
 *                              <Cell ss:MergeAcross="1" ss:StyleID="s1"> <Data>0.9</Data>
 *                  <x:WorksheetOptions> <x:Visible>SheetHidden</x:Visible>
 *
 * Cells and merged ranges are gathered as the XLSX reader gathers them and laid by
 * the same function. Places that are not said follow on: a row the row before, a cell
 * the cell before with all that it spans. Whether a sheet is hidden is told behind
 * its table, so a sheet is laid when it ends. Comments are no cells. */
#include "base/error.h"
#include "read/detect.h"
#include "read/formats.h"
#include "read/replay.h"
#include "read/xlsx.h"
#include "read/xlsx_format.h"

enum { PIECE = 32768 };

struct reader {
	const struct format *format;
	const pifu_allocator *allocator;
	const pifu_options *options;
	const struct input *in;
	struct findings *findings;
	struct replay replay;
	bool done;
};

struct style {
	struct str id, format;
};

struct hidden_columns {
	uint32_t first, last; /* from 0 */
};

/* The parse: the workbook so far and the sheet in hand. */
struct xmlss {
	struct xlsx_book book;
	struct arena *sheet_arena;
	struct xlsx_cells cells;
	struct grid *grid;
	pifu_error *err;
	uint32_t table;
	struct style *styles;
	size_t nstyles, styles_cap;
	struct hidden_columns *columns;
	size_t ncolumns, columns_cap;
	uint32_t next_column;            /* where an unplaced <Column> is */
	uint32_t row, col;               /* of the cell in hand */
	uint32_t next_row, next_col;     /* of the next one, where it is not placed */
	struct xlsx_range range;         /* of the cell in hand */
	struct str cell_format, type;    /* likewise; type is one of `types` */
	bool row_hidden, row_told, take; /* take: the text goes to `value` */
	struct buf value, shown;
};

enum token { CELL = 1, COLUMN, COMMENT, DATA, NUMBER_FORMAT, ROW, STYLE, VISIBLE, WORKSHEET };

static const struct xml_name names[] = {
	{XML_NS_SS, "Cell", CELL},
	{XML_NS_SS, "Column", COLUMN},
	{XML_NS_SS, "Comment", COMMENT},
	{XML_NS_SS, "Data", DATA},
	{XML_NS_SS, "NumberFormat", NUMBER_FORMAT},
	{XML_NS_SS, "Row", ROW},
	{XML_NS_SS, "Style", STYLE},
	{XML_NS_XL, "Visible", VISIBLE},
	{XML_NS_SS, "Worksheet", WORKSHEET},
};

static void stop_memory(struct xml *x)
{
	pifu_xml_stop(x, PIFU_ERR_NOMEM, NULL);
}

/* ---- Styles ------------------------------------------------------------------ */

/* Formats that have a name; those that depend on the country are China's. */
static const struct {
	struct str name, format;
} named[] = {
	{STR("General Number"), STR("General")},
	{STR("General Date"), STR("yyyy/m/d h:mm")},
	{STR("Long Date"), STR("yyyy\"年\"m\"月\"d\"日\"")},
	{STR("Medium Date"), STR("d-mmm-yy")},
	{STR("Short Date"), STR("yyyy/m/d")},
	{STR("Long Time"), STR("h:mm:ss")},
	{STR("Medium Time"), STR("h:mm AM/PM")},
	{STR("Short Time"), STR("h:mm")},
	{STR("Currency"), STR("\"¥\"#,##0.00;-\"¥\"#,##0.00")},
	{STR("Euro Currency"), STR("\"€\"#,##0.00;-\"€\"#,##0.00")},
	{STR("Fixed"), STR("0.00")},
	{STR("Standard"), STR("#,##0.00")},
	{STR("Percent"), STR("0.00%")},
	{STR("Scientific"), STR("0.00E+00")},
	{STR("Yes/No"), STR("\"Yes\";\"Yes\";\"No\"")},
	{STR("True/False"), STR("\"True\";\"True\";\"False\"")},
	{STR("On/Off"), STR("\"On\";\"On\";\"Off\"")},
};

static struct str find_style(const struct xmlss *m, struct str id)
{
	for (size_t i = 0; id.n && i < m->nstyles; i++)
		if (pifu_str_eq(m->styles[i].id, id))
			return m->styles[i].format;
	return STR_NONE;
}

/* A style begins with the format of its parent, or of the default style. */
static void start_style(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	struct str parent = pifu_xml_attr(attrs, "Parent");
	struct style s = {pifu_arena_str(m->book.arena, pifu_xml_attr(attrs, "ID")), STR_NONE};
	struct style *all = pifu_arena_grow(m->book.arena, m->styles, m->nstyles, &m->styles_cap,
	                                    m->nstyles + 1, sizeof *all);

	if (!all || !s.id.s) {
		stop_memory(x);
		return;
	}
	m->styles = all;
	s.format = find_style(m, parent.n ? parent : STR("Default"));
	if (m->nstyles >= PIFU_LIMIT_SHEET_STYLES / 64)
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "the workbook has too many styles");
	else
		all[m->nstyles++] = s;
}

static void start_number_format(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	struct str format = pifu_xml_attr(attrs, "Format");

	if (!m->nstyles || pifu_xml_parent(x, 1) != STYLE || !format.n)
		return;
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
		if (pifu_str_eq(named[i].name, format))
			format = named[i].format;
	if (format.n > PIFU_LIMIT_SHEET_FORMAT) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "a number format is too long");
		return;
	}
	format = pifu_arena_str(m->book.arena, format);
	if (!format.s)
		stop_memory(x);
	m->styles[m->nstyles - 1].format = format;
}

/* ---- Sheets -------------------------------------------------------------------- */

static void start_sheet(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	struct xlsx_book *b = &m->book;
	struct xlsx_sheet *all = pifu_arena_grow(b->arena, b->sheets, b->nsheets, &b->sheets_cap,
	                                         b->nsheets + 1, sizeof *all);
	struct str name = pifu_arena_str(b->arena, pifu_xml_attr(attrs, "Name"));

	if (!all || !name.s) {
		stop_memory(x);
		return;
	}
	b->sheets = all;
	if (b->nsheets == pifu_limit(b->options, LIMIT_SHEETS)) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "the workbook has too many sheets (limit sheets)");
		return;
	}
	all[b->nsheets++] = (struct xlsx_sheet){.name = name};
	pifu_arena_reset(m->sheet_arena);
	m->cells = (struct xlsx_cells){.arena = m->sheet_arena, .text = m->cells.text};
	m->columns = NULL;
	m->ncolumns = m->columns_cap = 0;
	m->next_column = m->next_row = 0;
}

static void tell_left_out(struct xmlss *m, size_t index)
{
	pifu_xlsx_tell_hidden(&m->book, index, m->cells.hidden_rows, "rows");
	pifu_xlsx_tell_hidden(&m->book, index, m->cells.hidden_cols, "cells in hidden columns");
	pifu_xlsx_tell_hidden(&m->book, index, m->cells.unseen,
	                      "numbers with a format that shows nothing");
}

static void end_sheet(struct xmlss *m, struct xml *x)
{
	struct xlsx_book *b = &m->book;
	size_t index = b->nsheets - 1, before = m->grid->nrows;

	if (b->nsheets == 0)
		return;
	if (b->sheets[index].hidden && !b->keep_hidden) {
		pifu_xlsx_tell_hidden(b, index, 1, NULL);
		return;
	}
	tell_left_out(m, index);
	if (pifu_xlsx_to_grid(b, index, &m->cells, m->table, m->grid, m->err) != PIFU_OK)
		stop_memory(x);
	m->table += m->grid->nrows > before;
}

/* ---- Rows and columns ------------------------------------------------------------ */

static bool is_hidden(const struct xml_attrs *attrs, const char *size)
{
	return pifu_xml_int(attrs, "Hidden", 0) == 1 || pifu_xml_int(attrs, size, 1) == 0;
}

/* A place from 1 that the attributes say, from 0; else `next`. */
static uint32_t place_of(const struct xml_attrs *attrs, uint32_t next, uint32_t most)
{
	int64_t index = pifu_xml_int(attrs, "Index", 0);

	return index >= 1 && index <= most ? (uint32_t)index - 1 : next;
}

static uint32_t span_of(const struct xml_attrs *attrs, const char *name, uint32_t most)
{
	int64_t span = pifu_xml_int(attrs, name, 0);

	return span < 0 ? 0 : span < most ? (uint32_t)span : most;
}

static void start_column(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	uint32_t first = place_of(attrs, m->next_column, XLSX_COLUMNS);
	uint32_t last = first + span_of(attrs, "Span", XLSX_COLUMNS);

	m->next_column = last < XLSX_COLUMNS ? last + 1 : XLSX_COLUMNS;
	if (!is_hidden(attrs, "Width") || m->ncolumns == XLSX_COLUMNS)
		return;
	struct hidden_columns *all = pifu_arena_grow(m->sheet_arena, m->columns, m->ncolumns,
	                                             &m->columns_cap, m->ncolumns + 1, sizeof *all);
	if (!all) {
		stop_memory(x);
		return;
	}
	m->columns = all;
	all[m->ncolumns++] = (struct hidden_columns){first, last};
}

static bool column_hidden(const struct xmlss *m, uint32_t col)
{
	for (size_t i = 0; i < m->ncolumns; i++)
		if (col >= m->columns[i].first && col <= m->columns[i].last)
			return true;
	return false;
}

static void start_row(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	m->row = place_of(attrs, m->next_row, XLSX_ROWS);
	if (m->row >= XLSX_ROWS) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "a sheet has more rows than Excel takes");
		return;
	}
	m->next_row = m->row + 1 + span_of(attrs, "Span", XLSX_ROWS);
	m->next_col = 0;
	m->row_hidden = is_hidden(attrs, "Height");
	m->row_told = false;
}

/* ---- Cells ---------------------------------------------------------------------- */

static void start_cell(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	m->col = place_of(attrs, m->next_col, XLSX_COLUMNS);
	if (m->col >= XLSX_COLUMNS) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "a row has more cells than Excel takes");
		return;
	}
	m->range = (struct xlsx_range){m->row, m->col,
	                               m->row + span_of(attrs, "MergeDown", XLSX_ROWS - 1 - m->row),
	                               m->col + span_of(attrs, "MergeAcross",
	                                                XLSX_COLUMNS - 1 - m->col)};
	m->next_col = m->range.last_col + 1;
	m->cell_format = find_style(m, pifu_xml_attr(attrs, "StyleID"));
	if (!m->cell_format.s)
		m->cell_format = find_style(m, STR("Default"));
	m->type = STR("String");
	pifu_buf_clear(&m->value);
}

static void start_data(struct xmlss *m, struct xml *x, const struct xml_attrs *attrs)
{
	static const struct str types[] = {STR("Number"), STR("DateTime"), STR("Boolean")};
	struct str type = pifu_xml_attr(attrs, "Type");

	if (pifu_xml_parent(x, 1) != CELL)
		return;
	m->take = true;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (pifu_str_eq(types[i], type))
			m->type = types[i];
}

/* The value as Excel shows it, in m->shown. */
static void show_value(struct xmlss *m)
{
	struct str value = pifu_buf_view(&m->value);
	struct str format = m->cell_format.n ? m->cell_format : STR("General");
	struct xlsx_decimal d;

	pifu_buf_clear(&m->shown);
	bool date = pifu_str_eq(m->type, STR("DateTime"));
	if ((pifu_str_eq(m->type, STR("Number")) && pifu_xlsx_decimal(value, &d)) ||
	    (date && pifu_xlsx_is_date(format) && pifu_xlsx_iso_days(value, &d)))
		pifu_xlsx_show_number(&m->shown, format, &d, false);
	else if (date && value.n >= 10)
		pifu_buf_put(&m->shown, value.s, 10);
	else if (pifu_str_eq(m->type, STR("Boolean")))
		pifu_buf_str(&m->shown, pifu_str_eq(value, STR("1")) ? STR("TRUE") : STR("FALSE"));
	else
		pifu_xlsx_show_text(&m->shown, format, value);
}

static bool leave_out(struct xmlss *m)
{
	bool column = column_hidden(m, m->col);

	if (m->book.keep_hidden || (!m->row_hidden && !column))
		return false;
	m->cells.hidden_cols += !m->row_hidden;
	m->cells.hidden_rows += m->row_hidden && !m->row_told;
	m->row_told = m->row_told || m->row_hidden;
	return true;
}

static void end_cell(struct xmlss *m, struct xml *x)
{
	struct str text;

	if (m->range.last_row > m->range.row || m->range.last_col > m->range.col)
		pifu_xlsx_keep_range(&m->book, &m->cells, x, m->range);
	if (m->value.n == 0)
		return;
	show_value(m);
	if (m->value.failed || m->shown.failed) {
		stop_memory(x);
		return;
	}
	text = pifu_str_trim(pifu_buf_view(&m->shown));
	if (!text.n && pifu_str_trim(pifu_buf_view(&m->value)).n) { /* a format such as ;;; */
		m->cells.unseen++;
		text = m->book.keep_hidden ? pifu_str_trim(pifu_buf_view(&m->value)) : text;
	}
	if (text.n && !leave_out(m))
		pifu_xlsx_keep_cell(&m->book, &m->cells, x,
		                    (struct xlsx_cell){m->row, m->col, text}, true);
}

/* ---- Events ---------------------------------------------------------------------- */

static void start_element(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	static void (*const starts[])(struct xmlss *, struct xml *, const struct xml_attrs *) = {
		[CELL] = start_cell,      [COLUMN] = start_column,
		[DATA] = start_data,      [NUMBER_FORMAT] = start_number_format,
		[ROW] = start_row,        [STYLE] = start_style,
		[WORKSHEET] = start_sheet};
	struct xmlss *m = ctx;

	if (token == COMMENT)
		pifu_xml_skip(x);
	else if (token == VISIBLE) {
		pifu_buf_clear(&m->value);
		m->take = true;
	} else if (starts[token])
		starts[token](m, x, attrs);
}

static void end_element(void *ctx, struct xml *x, unsigned token)
{
	struct xmlss *m = ctx;

	m->take = m->take && token != DATA && token != VISIBLE;
	if (token == CELL)
		end_cell(m, x);
	else if (token == WORKSHEET)
		end_sheet(m, x);
	else if (token == VISIBLE && m->book.nsheets)
		m->book.sheets[m->book.nsheets - 1].hidden =
			!pifu_str_eq(pifu_str_trim(pifu_buf_view(&m->value)), STR("SheetVisible"));
}

static void take_text(void *ctx, struct xml *x, const char *s, size_t n)
{
	struct xmlss *m = ctx;

	if (m->take)
		pifu_buf_put(&m->value, s, n);
	if (m->value.failed)
		stop_memory(x);
}

static const struct xml_handler handler = {.names = names,
                                           .nnames = sizeof names / sizeof names[0],
                                           .start = start_element,
                                           .end = end_element,
                                           .text = take_text};

/* ---- The format ------------------------------------------------------------------ */

/* The address of the vocabulary in the first bytes, UTF-16 too, and no web page around it. */
static int score_xmlss(const struct input *in)
{
	char head[PIFU_HEAD + 1];

	pifu_head_read(in, head);
	return strstr(head, "\"urn:schemas-microsoft-com:office:spreadsheet\"") &&
	                       strstr(head, "Workbook") && !strstr(head, "<html")
	               ? 92
	               : 0;
}

static void close_xmlss(struct reader *r)
{
	pifu_replay_free(&r->replay);
	pifu_mem_free(r->allocator, r);
}

static struct reader *open_xmlss(const struct input *in, const pifu_options *options,
                                 struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct reader *r = pifu_mem_alloc(allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){.format = &pifu_format_xmlss,
	                     .allocator = allocator,
	                     .options = options,
	                     .in = in,
	                     .findings = findings};
	if (pifu_replay_init(&r->replay, allocator))
		return r;
	pifu_error_nomem(err);
	close_xmlss(r);
	return NULL;
}

static void tell_salvaged(struct findings *findings, const char *what)
{
	struct finding f = {.code = PIFU_FINDING_SALVAGED,
	                    .table = PIFU_NONE,
	                    .row = PIFU_NONE,
	                    .col = PIFU_NONE,
	                    .text = pifu_str_of(what)};

	if (findings)
		pifu_finding_add(findings, f);
}

static pifu_status parse(const struct reader *r, struct xmlss *m, pifu_error *err)
{
	pifu_error own = {0};
	struct xml *x = pifu_xml_new(&handler, m, "the workbook", r->options, err);
	pifu_status st = PIFU_OK;

	if (!x)
		return PIFU_ERR_NOMEM;
	for (size_t at = 0; at < r->in->size && st == PIFU_OK; at += PIECE) {
		size_t left = r->in->size - at;

		st = pifu_xml_feed(x, r->in->data + at, left < PIECE ? left : PIECE, &own);
	}
	if (st == PIFU_OK)
		st = pifu_xml_finish(x, &own);
	if (st == PIFU_ERR_DAMAGED && r->options && r->options->salvage) {
		tell_salvaged(r->findings, own.message);
		pifu_xml_close_open(x);
		st = PIFU_OK;
	}
	pifu_xml_free(x);
	if (st != PIFU_OK && err)
		*err = own;
	return st;
}

static pifu_status read_book(const struct reader *r, struct arena *arena, struct grid *grid,
                             pifu_error *err)
{
	const pifu_allocator *a = r->allocator;
	struct xmlss m = {.book = {.findings = r->findings,
	                           .allocator = a,
	                           .options = r->options,
	                           .keep_hidden = r->options && r->options->hidden,
	                           .arena = pifu_arena_new(a)},
	                  .sheet_arena = pifu_arena_new(a),
	                  .cells.text = arena,
	                  .grid = grid,
	                  .err = err,
	                  .value.allocator = a,
	                  .shown.allocator = a};
	m.cells.arena = m.sheet_arena; /* also of cells outside any sheet, which are forgotten */
	pifu_status st = m.book.arena && m.sheet_arena ? parse(r, &m, err) : pifu_error_nomem(err);

	pifu_buf_free(&m.value);
	pifu_buf_free(&m.shown);
	pifu_arena_free(m.sheet_arena);
	pifu_arena_free(m.book.arena);
	return st;
}

static pifu_status next_xmlss(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                              bool *end, pifu_error *err)
{
	(void)want; /* sheets are laid whole, and there are few */
	*end = true;
	if (r->done)
		return pifu_replay_give(&r->replay, arena, grid) ? PIFU_OK : pifu_error_nomem(err);
	r->done = true;
	return read_book(r, arena, grid, err);
}

static void rewind_xmlss(struct reader *r, const struct grid *grid, size_t row)
{
	pifu_replay_keep(&r->replay, grid, row);
}

const struct format pifu_format_xmlss = {
	.name = "xmlss",
	.what = "Excel 2003 XML (a workbook in one XML file)",
	.score = score_xmlss,
	.open = open_xmlss,
	.next = next_xmlss,
	.rewind = rewind_xmlss,
	.close = close_xmlss,
};
