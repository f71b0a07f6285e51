/* Text boxes of a sheet: what its drawing part says in shapes.
 *
 *     <xdr:twoCellAnchor> <xdr:from> <xdr:row>0</xdr:row>
 *         <xdr:sp> <xdr:cNvPr hidden="1"/> <xdr:txBody> <a:p> <a:r> <a:t>附件2</a:t>
 *
 * Each paragraph is a row of one cell. Boxes that begin above the first cell of the
 * sheet are a table before its own, the others one behind it. Charts are parts of
 * their own and are not read; comments are shown by no sheet. */
#include "base/error.h"
#include "read/xlsx.h"

enum { FALLBACK = 1, BREAK, PROPERTIES, FROM, PARAGRAPH, ROW, SHAPE, TEXT };

static const struct xml_name names[] = {
	{XML_NS_MC, "Fallback", FALLBACK},   {XML_NS_A, "br", BREAK},
	{XML_NS_OTHER, "cNvPr", PROPERTIES}, {XML_NS_OTHER, "from", FROM},
	{XML_NS_A, "p", PARAGRAPH},          {XML_NS_OTHER, "row", ROW},
	{XML_NS_OTHER, "sp", SHAPE},         {XML_NS_A, "t", TEXT},
};

struct shape_read {
	struct xlsx_book *book;
	struct xlsx_shapes *out;
	struct buf text;
	uint32_t row, shape, paragraph;
	uint32_t unseen; /* hidden shapes with text */
	bool hidden, told, take;
};

static void start_element(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct shape_read *r = ctx;

	if (token == FALLBACK) {
		pifu_xml_skip(x);
	} else if (token == SHAPE) {
		r->shape++;
		r->paragraph = 0;
		r->hidden = r->told = false;
	} else if (token == PROPERTIES) {
		r->hidden = pifu_xml_attr(attrs, "hidden").n && pifu_xml_on(attrs, "hidden");
	} else if (token == BREAK) {
		pifu_buf_char(&r->text, '\n');
	} else if (token == PARAGRAPH || token == ROW) {
		pifu_buf_clear(&r->text);
	}
	r->take = token == TEXT || (token == ROW && pifu_xml_parent(x, 1) == FROM);
}

static void end_paragraph(struct shape_read *r, struct xml *x)
{
	struct xlsx_shapes *s = r->out;
	struct str text = pifu_str_trim(pifu_buf_view(&r->text));

	r->paragraph++;
	if (!text.n || !r->shape)
		return;
	if (r->hidden && !r->book->keep_hidden) {
		r->unseen += !r->told;
		r->told = true;
		return;
	}
	if ((r->book->text += text.n) > pifu_limit(r->book->options, LIMIT_SHEET_TEXT)) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT,
		              "the workbook has too much text (limit sheet-text)");
		return;
	}
	struct xlsx_line *all =
		pifu_arena_grow(s->arena, s->items, s->n, &s->cap, s->n + 1, sizeof *all);
	text = pifu_arena_str(s->text, text);
	if (!all || !text.s) {
		pifu_xml_stop(x, PIFU_ERR_NOMEM, NULL);
		return;
	}
	s->items = all;
	all[s->n++] = (struct xlsx_line){r->row, r->shape, r->paragraph, text};
}

static void end_element(void *ctx, struct xml *x, unsigned token)
{
	struct shape_read *r = ctx;
	struct str digits = pifu_buf_view(&r->text);

	if (token == PARAGRAPH) {
		end_paragraph(r, x);
	} else if (token == ROW && r->take) {
		r->row = 0;
		for (uint32_t i = 0; i < digits.n && r->row < XLSX_ROWS; i++)
			if (digits.s[i] >= '0' && digits.s[i] <= '9')
				r->row = r->row * 10 + (uint32_t)(digits.s[i] - '0');
	}
	r->take = false;
	if (r->text.failed)
		pifu_xml_stop(x, PIFU_ERR_NOMEM, NULL);
}

static void take_text(void *ctx, struct xml *x, const char *s, size_t n)
{
	struct shape_read *r = ctx;

	(void)x;
	if (r->take)
		pifu_buf_put(&r->text, s, n);
}

pifu_status pifu_xlsx_shapes(struct xlsx_book *book, size_t index, struct xlsx_shapes *out,
                             pifu_error *err)
{
	static const struct xml_handler handler = {.names = names,
	                                           .nnames = sizeof names / sizeof *names,
	                                           .start = start_element,
	                                           .end = end_element,
	                                           .text = take_text};
	struct shape_read r = {.book = book, .out = out, .text.allocator = book->allocator};
	struct ooxml_rels rels = {0};
	pifu_status st = pifu_ooxml_rels(book->pkg, book->sheets[index].part, &rels, err);
	const char *part = st == PIFU_OK ? pifu_ooxml_rel_type(&rels, "drawing") : NULL;

	if (part && pifu_ooxml_has(book->pkg, part))
		st = pifu_ooxml_parse(book->pkg, part, &handler, &r, err);
	pifu_buf_free(&r.text);
	pifu_xlsx_tell_hidden(book, index, r.unseen, "hidden shapes");
	return st;
}

/* "表一!shape[2]/p[1]" */
static bool lay_line(struct xlsx_book *book, size_t index, const struct xlsx_shapes *s,
                     const struct xlsx_line *line, struct grid *grid)
{
	struct buf path = {.allocator = book->allocator};
	struct cell *cell = pifu_grid_add_cell(s->text, grid, 0, line->text);
	struct str name = book->sheets[index].name;

	pifu_buf_fmt(&path, "%.*s!shape[%u]/p[%u]", (int)name.n, name.s, line->shape,
	             line->paragraph);
	if (cell && !path.failed)
		cell->path = pifu_arena_str(s->text, pifu_buf_view(&path));
	pifu_buf_free(&path);
	return cell && cell->path.s;
}

pifu_status pifu_xlsx_lay_shapes(struct xlsx_book *book, size_t index, const struct xlsx_shapes *s,
                                 const struct xlsx_span *rows, uint32_t table, struct grid *grid,
                                 pifu_error *err)
{
	uint32_t number = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct xlsx_line *line = &s->items[i];

		if (line->row < rows->first || line->row >= rows->end)
			continue;
		struct row *row = pifu_grid_add_row(s->text, grid, table, number++);
		if (!row)
			return pifu_error_nomem(err);
		row->page = (uint32_t)index + 1;
		row->width = 1;
		if (!lay_line(book, index, s, line, grid))
			return pifu_error_nomem(err);
	}
	return PIFU_OK;
}
