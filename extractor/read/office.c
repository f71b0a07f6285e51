/* Old Office documents and RTF, through LibreOffice:
 *
 *     .doc .dot .wps .rtf, XML of Word 2003
 *                         --LibreOffice--> DOCX --the Word reader--> grid
 *     .xls .xlt .et       --LibreOffice--> XLSX --the Excel reader--> grid
 *
 * DOCX and XLSX keep most of what the readers ask for: merged cells as merged,
 * tracked changes, hidden text and rows, numbering, headers and notes, number
 * formats. (HTML loses headers, notes and changes; text loses the tables.)
 *
 * What is inside tells, not the name of the file: `{\rtf`, the streams of an OLE
 * container, the first record of a sheet without one, the vocabulary of the XML. That it was converted is told by a finding; hash and file are those
 * of the original, rows and paths those of what LibreOffice made of it. */
#include "base/error.h"
#include "read/convert.h"
#include "read/detect.h"
#include "read/formats.h"
#include "read/ole.h"

struct reader {
	const struct format *format;
	const pifu_allocator *allocator;
	const struct format *inner; /* of what LibreOffice wrote */
	struct reader *reader;      /* the inner format's; NULL: it could not be opened */
	struct converted converted;
	struct input input; /* these bytes under the original's name */
};

#define WRITER "docx", "MS Word 2007 XML"
#define CALC "xlsx", "Calc MS Excel 2007 XML"

static const struct conversion word = {"doc", WRITER, "an old Word document", "libreoffice-writer"};
static const struct conversion works = {"wps", WRITER, "a Works document", "libreoffice-writer"};
static const struct conversion rtf = {"rtf", WRITER, "an RTF document", "libreoffice-writer"};
static const struct conversion wordml = {"xml", WRITER, "a Word 2003 XML document",
                                         "libreoffice-writer"};
static const struct conversion sheet = {"xls", CALC, "an old Excel workbook", "libreoffice-calc"};

static bool is_rtf(const struct input *in)
{
	return in->size >= 6 && memcmp(in->data, "{\\rtf", 5) == 0;
}

/* Excel 2 to 4: no container, the first record says which (BIFF) and that it is a sheet or a book. */
static bool is_bare_sheet(const struct input *in)
{
	const unsigned char *p = in->data;
	bool begins = in->size > 8 && p[0] == 9 && (p[1] == 0 || p[1] == 2 || p[1] == 4);

	return begins && (p[2] == 4 || p[2] == 6) && p[3] == 0 &&
	       ((p[6] == 0x10 && p[7] == 0) || (p[6] == 0 && p[7] == 1));
}

/* The address of its vocabulary in the first bytes, UTF-16 too, and no web page around it. */
static bool is_wordml(const struct input *in)
{
	char head[PIFU_HEAD + 1];

	pifu_head_read(in, head);
	return strstr(head, "http://schemas.microsoft.com/office/word/2003/wordml\"") &&
	       strstr(head, "wordDocument") && !strstr(head, "<html");
}

/* How the input is to be converted; NULL: it is none of ours. */
static const struct conversion *choose(const struct input *in, enum ole_kind kind)
{
	switch (kind) {
	case OLE_WORD:
	case OLE_WORD_ENCRYPTED:
		return &word;
	case OLE_SHEET:
	case OLE_SHEET_ENCRYPTED:
		return &sheet;
	case OLE_WORKS:
		return &works;
	default:
		return is_rtf(in)          ? &rtf
		       : is_bare_sheet(in) ? &sheet
		       : is_wordml(in)     ? &wordml
		                           : NULL;
	}
}

static int score_office(const struct input *in)
{
	return choose(in, pifu_ole_kind(in)) ? 90 : 0;
}

static void close_office(struct reader *r)
{
	if (r->reader)
		r->inner->close(r->reader);
	pifu_converted_free(&r->converted);
	pifu_mem_free(r->allocator, r);
}

static void tell_converted(const struct conversion *c, struct findings *findings)
{
	struct finding f = {.code = PIFU_FINDING_CONVERTED,
	                    .table = PIFU_NONE,
	                    .row = PIFU_NONE,
	                    .col = PIFU_NONE,
	                    .text = pifu_str_of(c->what)};

	if (findings)
		pifu_finding_add(findings, f);
}

static pifu_status tell_locked(const struct conversion *c, pifu_error *err)
{
	return pifu_error_set(err, PIFU_ERR_ENCRYPTED, "%s is protected by a password", c->what);
}

/* Workbooks that are only write-protected are encrypted, too, by a password that
 * LibreOffice knows: whether a workbook is locked shows when it cannot be read. */
static pifu_status convert(const struct input *in, const pifu_options *options,
                           struct converted *out, pifu_error *err)
{
	enum ole_kind kind = pifu_ole_kind(in);
	const struct conversion *c = choose(in, kind);

	if (!c)
		return pifu_error_set(
			err, PIFU_ERR_FORMAT,
			"this is no Word, Excel or WPS file of the old kind, nor RTF");
	if (kind == OLE_WORD_ENCRYPTED)
		return tell_locked(c, err);
	pifu_status st = pifu_convert(c, in, options, out, err);
	return st == PIFU_ERR_TOOL && kind == OLE_SHEET_ENCRYPTED ? tell_locked(c, err) : st;
}

static pifu_status fill_reader(struct reader *r, const struct input *in,
                               const pifu_options *options, struct findings *findings,
                               pifu_error *err)
{
	pifu_status st = convert(in, options, &r->converted, err);

	if (st != PIFU_OK)
		return st;
	const struct conversion *c = choose(in, pifu_ole_kind(in));
	tell_converted(c, findings);
	r->input = (struct input){in->name, r->converted.bytes, r->converted.size};
	r->inner = c == &sheet ? &pifu_format_xlsx : &pifu_format_docx;
	r->reader = r->inner->open(&r->input, options, findings, err);
	return r->reader ? PIFU_OK : PIFU_ERR_DAMAGED;
}

static struct reader *open_office(const struct input *in, const pifu_options *options,
                                  struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct reader *r = pifu_mem_alloc(allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){.format = &pifu_format_office, .allocator = allocator};
	if (fill_reader(r, in, options, findings, err) == PIFU_OK)
		return r;
	close_office(r);
	return NULL;
}

static pifu_status next_office(struct reader *r, struct arena *arena, size_t want,
                               struct grid *grid, bool *end, pifu_error *err)
{
	return r->inner->next(r->reader, arena, want, grid, end, err);
}

static void rewind_office(struct reader *r, const struct grid *grid, size_t row)
{
	r->inner->rewind(r->reader, grid, row);
}

const struct format pifu_format_office = {
	.name = "office",
	.what = "old Word, Excel and WPS files (.doc, .xls, .wps, .et) and RTF, through "
		"LibreOffice",
	.score = score_office,
	.open = open_office,
	.next = next_office,
	.rewind = rewind_office,
	.close = close_office,
};
