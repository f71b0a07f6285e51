/* The parts of a workbook that all sheets share.
 *
 *   workbook --sheets--> name, hidden, relationship --> worksheet part
 *            --sharedStrings--> texts by number
 *            --styles--> cell format by number --> number format
 *
 * Text of rich runs is joined, phonetic readings (rPh) are left out. Excel
 * writes characters that XML forbids as _x000D_; they are turned back. */
#include "read/xlsx.h"

#include "base/error.h"
#include "base/limits.h"
#include "read/xlsx_format.h"
#include "read/xlsx_text.h"

#include <stdlib.h>

static const char no_memory[] = "out of memory";

/* Grow a list of the book by one; NULL stops the parse. */
static void *grow(struct xlsx_book *book, struct xml *x, void *items, size_t n, size_t *cap,
                  size_t size)
{
	void *grown = n < *cap ? items : pifu_arena_grow(book->arena, items, n, cap, n + 1, size);

	if (!grown)
		pifu_xml_stop(x, PIFU_ERR_NOMEM, no_memory);
	return grown;
}

static struct str keep(struct xlsx_book *book, struct xml *x, struct str s)
{
	struct str kept = pifu_arena_str(book->arena, s.s ? s : STR(""));

	if (!kept.s)
		pifu_xml_stop(x, PIFU_ERR_NOMEM, no_memory);
	return kept;
}

/* ---- Workbook ----------------------------------------------------------------- */

enum { SHEET = 1, WORKBOOK_PR };

static const struct xml_name workbook_names[] = {
	{XML_NS_S, "sheet", SHEET},
	{XML_NS_S, "workbookPr", WORKBOOK_PR},
};

static void add_sheet(struct xlsx_book *book, struct xml *x, const struct xml_attrs *attrs)
{
	struct str state = pifu_xml_attr(attrs, "state");
	bool hidden = pifu_str_eq(state, STR("hidden")) || pifu_str_eq(state, STR("veryHidden"));
	struct xlsx_sheet *sheets =
		grow(book, x, book->sheets, book->nsheets, &book->sheets_cap, sizeof *sheets);

	if (!sheets)
		return;
	book->sheets = sheets;
	if (book->nsheets == pifu_limit(book->options, LIMIT_SHEETS)) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "the workbook has too many sheets (limit sheets)");
		return;
	}
	struct xlsx_sheet *sheet = &sheets[book->nsheets];
	*sheet = (struct xlsx_sheet){.hidden = hidden,
	                             .name = keep(book, x, pifu_xml_attr(attrs, "name"))};
	if (!sheet->name.s) /* the parse is stopped: the attributes are gone */
		return;
	sheet->rel = keep(book, x, pifu_xml_attr(attrs, "id"));
	book->nsheets++;
}

static void workbook_start(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct xlsx_book *book = ctx;
	struct str date1904;

	if (token == SHEET) {
		add_sheet(book, x, attrs);
		return;
	}
	date1904 = pifu_xml_attr(attrs, "date1904");
	book->epoch1904 = pifu_str_eq(date1904, STR("1")) || pifu_str_eq(date1904, STR("true"));
}

static void ignore_end(void *ctx, struct xml *x, unsigned token)
{
	(void)ctx, (void)x, (void)token;
}

/* The worksheet that `rel` leads to; charts and dialogs have no cells. */
static const char *worksheet_part(const struct ooxml_rels *rels, struct str rel)
{
	for (size_t i = 0; i < rels->n; i++)
		if (!rels->items[i].external && strcmp(rels->items[i].type, "worksheet") == 0 &&
		    pifu_str_eq(pifu_str_of(rels->items[i].id), rel))
			return rels->items[i].target;
	return NULL;
}

/* ---- Shared strings ------------------------------------------------------------ */

enum { STRING = 1, TEXT, PHONETIC };

static const struct xml_name string_names[] = {
	{XML_NS_S, "rPh", PHONETIC},
	{XML_NS_S, "si", STRING},
	{XML_NS_S, "t", TEXT},
};

struct strings_read {
	struct xlsx_book *book;
	struct buf text;
	bool collect;
};

static void string_start(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct strings_read *r = ctx;

	(void)attrs;
	if (token == PHONETIC)
		pifu_xml_skip(x);
	else if (token == STRING)
		pifu_buf_clear(&r->text);
	else
		r->collect = true;
}

static void string_text(void *ctx, struct xml *x, const char *s, size_t n)
{
	struct strings_read *r = ctx;

	if (r->collect)
		pifu_buf_put(&r->text, s, n);
	if (r->text.failed)
		pifu_xml_stop(x, PIFU_ERR_NOMEM, no_memory);
}

static void string_end(void *ctx, struct xml *x, unsigned token)
{
	struct strings_read *r = ctx;
	struct xlsx_book *book = r->book;

	r->collect = false;
	if (token != STRING)
		return;
	struct str *strings =
		grow(book, x, book->strings, book->nstrings, &book->strings_cap, sizeof *strings);
	if (!strings)
		return;
	book->strings = strings;
	pifu_xlsx_unescape(&r->text);
	strings[book->nstrings++] = keep(book, x, pifu_str_trim(pifu_buf_view(&r->text)));
}

static pifu_status read_strings(struct xlsx_book *book, const char *part, pifu_error *err)
{
	static const struct xml_handler handler = {
		.names = string_names,
		.nnames = sizeof string_names / sizeof *string_names,
		.start = string_start,
		.end = string_end,
		.text = string_text,
	};
	struct strings_read r = {.book = book, .text.allocator = book->allocator};
	pifu_status st = pifu_ooxml_parse(book->pkg, part, &handler, &r, err);

	pifu_buf_free(&r.text);
	return st;
}

/* ---- Styles --------------------------------------------------------------------- */

enum { NUM_FMT = 1, CELL_XFS, XF };

static const struct xml_name style_names[] = {
	{XML_NS_S, "cellXfs", CELL_XFS},
	{XML_NS_S, "numFmt", NUM_FMT},
	{XML_NS_S, "xf", XF},
};

struct own_format {
	uint32_t id;
	struct str format;
};

struct styles_read {
	struct xlsx_book *book;
	struct own_format *own;
	size_t n, cap;
	bool in_cell_formats;
};

static struct str format_of(const struct styles_read *r, uint32_t id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->own[i].id == id)
			return r->own[i].format;
	return pifu_xlsx_builtin(id);
}

static void add_own_format(struct styles_read *r, struct xml *x, const struct xml_attrs *attrs)
{
	struct str code = pifu_xml_attr(attrs, "formatCode");
	struct own_format *own;

	if (r->n >= PIFU_LIMIT_SHEET_STYLES / 64 || code.n > PIFU_LIMIT_SHEET_FORMAT) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "too many number formats, or one too long");
		return;
	}
	own = grow(r->book, x, r->own, r->n, &r->cap, sizeof *own);
	if (!own)
		return;
	r->own = own;
	own[r->n++] = (struct own_format){
		.id = (uint32_t)pifu_xml_int(attrs, "numFmtId", 0),
		.format = keep(r->book, x, code),
	};
}

static void add_cell_format(struct styles_read *r, struct xml *x, const struct xml_attrs *attrs)
{
	struct xlsx_book *book = r->book;
	struct str *formats =
		grow(book, x, book->formats, book->nformats, &book->formats_cap, sizeof *formats);

	if (!formats)
		return;
	book->formats = formats;
	if (book->nformats == PIFU_LIMIT_SHEET_STYLES)
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "the workbook has too many cell formats");
	else
		formats[book->nformats++] =
			format_of(r, (uint32_t)pifu_xml_int(attrs, "numFmtId", 0));
}

static void style_start(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct styles_read *r = ctx;

	if (token == CELL_XFS)
		r->in_cell_formats = true;
	else if (token == NUM_FMT)
		add_own_format(r, x, attrs);
	else if (r->in_cell_formats)
		add_cell_format(r, x, attrs);
}

static void style_end(void *ctx, struct xml *x, unsigned token)
{
	struct styles_read *r = ctx;

	(void)x;
	if (token == CELL_XFS)
		r->in_cell_formats = false;
}

static pifu_status read_styles(struct xlsx_book *book, const char *part, pifu_error *err)
{
	static const struct xml_handler handler = {
		.names = style_names,
		.nnames = sizeof style_names / sizeof *style_names,
		.start = style_start,
		.end = style_end,
	};
	struct styles_read r = {.book = book};

	return pifu_ooxml_parse(book->pkg, part, &handler, &r, err);
}

/* ---- Opening -------------------------------------------------------------------- */

static pifu_status read_workbook(struct xlsx_book *book, const char *part,
                                 const struct ooxml_rels *rels, pifu_error *err)
{
	static const struct xml_handler handler = {
		.names = workbook_names,
		.nnames = sizeof workbook_names / sizeof *workbook_names,
		.start = workbook_start,
		.end = ignore_end,
	};
	pifu_status st = pifu_ooxml_parse(book->pkg, part, &handler, book, err);

	for (size_t i = 0; st == PIFU_OK && i < book->nsheets; i++)
		book->sheets[i].part = worksheet_part(rels, book->sheets[i].rel);
	if (st == PIFU_OK && book->nsheets == 0)
		st = pifu_error_set(err, PIFU_ERR_DAMAGED, "the workbook names no sheets");
	return st;
}

static pifu_status read_parts(struct xlsx_book *book, pifu_error *err)
{
	struct ooxml_rels rels;
	const char *main_part = pifu_ooxml_main(book->pkg, err);

	if (!main_part)
		return err && err->status != PIFU_OK ? err->status : PIFU_ERR_DAMAGED;
	if (pifu_str_ends(pifu_str_of(main_part), STR(".bin")))
		return pifu_error_set(err, PIFU_ERR_FORMAT,
		                      "this is a binary workbook (.xlsb); save it as .xlsx");
	pifu_status st = pifu_ooxml_rels(book->pkg, main_part, &rels, err);
	if (st == PIFU_OK)
		st = read_workbook(book, main_part, &rels, err);
	const char *strings = pifu_ooxml_rel_type(&rels, "sharedStrings"),
		   *styles = pifu_ooxml_rel_type(&rels, "styles");
	if (st == PIFU_OK && strings)
		st = read_strings(book, strings, err);
	if (st == PIFU_OK && styles)
		st = read_styles(book, styles, err);
	return st;
}

pifu_status pifu_xlsx_open(struct xlsx_book *book, const struct input *in,
                           const pifu_options *options, struct findings *findings, pifu_error *err)
{
	*book = (struct xlsx_book){
		.findings = findings,
		.allocator = options ? options->allocator : NULL,
		.options = options,
		.keep_hidden = options && options->hidden,
	};
	pifu_error own = {0};
	book->arena = pifu_arena_new(book->allocator);
	if (!book->arena)
		return pifu_error_nomem(err);
	book->pkg = pifu_ooxml_open(in, options, findings, &own);
	pifu_status st = book->pkg ? read_parts(book, &own) : own.status;
	if (err && st != PIFU_OK)
		*err = own;
	return st;
}

void pifu_xlsx_close(struct xlsx_book *book)
{
	pifu_ooxml_free(book->pkg);
	pifu_arena_free(book->arena);
	*book = (struct xlsx_book){0};
}
