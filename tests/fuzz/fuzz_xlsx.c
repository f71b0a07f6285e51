/* Workbooks. Bytes that begin like a zip are read as they are; all others are
 * the text of parts, put into a package, so that what is fuzzed is the reader
 * and not the inflating:
 *
 *     sheet part NUL shared strings NUL styles NUL workbook */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/arena.h"
#include "read/formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

static const char types[] =
	"<Types xmlns=\"" PACKAGE
	"content-types\"><Override PartName=\"/w.xml\" ContentType=\"application/"
	"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
static const char root[] =
	"<Relationships xmlns=\"" PACKAGE "relationships\">"
	"<Relationship Id=\"a\" Type=\"" REL "/officeDocument\" Target=\"w.xml\"/></Relationships>";
static const char links[] =
	"<Relationships xmlns=\"" PACKAGE "relationships\">"
	"<Relationship Id=\"a\" Type=\"" REL "/worksheet\" Target=\"s.xml\"/>"
	"<Relationship Id=\"b\" Type=\"" REL "/sharedStrings\" Target=\"t.xml\"/>"
	"<Relationship Id=\"c\" Type=\"" REL "/styles\" Target=\"y.xml\"/></Relationships>";
static const char workbook[] = "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL
			       "\"><sheets><sheet name=\"S\" r:id=\"a\"/></sheets></workbook>";

static void read_all(const void *bytes, size_t size)
{
	struct input in = {.name = "fuzz", .data = bytes, .size = size};
	const pifu_options options = {.salvage = true};
	struct findings findings = {0};
	pifu_error err = {0};
	const struct format *format = &pifu_format_xlsx;
	struct arena *arena = pifu_arena_new(NULL);
	struct reader *r = arena ? format->open(&in, &options, &findings, &err) : NULL;
	bool end = r == NULL;

	format->score(&in);
	while (!end) {
		struct grid grid = {0};
		if (format->next(r, arena, 256, &grid, &end, &err) != PIFU_OK)
			break;
		for (size_t i = 1; i < grid.ncells; i++)
			if (grid.cells[i].row == grid.cells[i - 1].row &&
			    grid.cells[i].col <= grid.cells[i - 1].col)
				abort();
	}
	if (r)
		format->close(r);
	pifu_arena_free(arena);
	pifu_findings_free(&findings);
}

static void add_part(zip_t *z, const char *name, const void *bytes, size_t size)
{
	zip_source_t *part = zip_source_buffer(z, bytes, size, 0);
	zip_int64_t index = part ? zip_file_add(z, name, part, 0) : -1;

	if (index < 0)
		abort();
	zip_set_file_compression(z, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

/* The next piece of the input, up to a NUL. */
static const char *take_piece(const uint8_t **data, size_t *size, size_t *n)
{
	const uint8_t *piece = *data, *nul = *size ? memchr(piece, '\0', *size) : NULL;

	*n = nul ? (size_t)(nul - piece) : *size;
	size_t used = *n + (nul != NULL);
	*data += used;
	*size -= used;
	return (const char *)piece;
}

static void read_parts(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"s.xml", "t.xml", "y.xml", "w.xml"};
	zip_error_t error;
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *z = source ? zip_open_from_source(source, ZIP_TRUNCATE, &error) : NULL;
	zip_stat_t stat;

	if (!z)
		abort();
	zip_source_keep(source);
	add_part(z, "[Content_Types].xml", types, sizeof types - 1);
	add_part(z, "_rels/.rels", root, sizeof root - 1);
	add_part(z, "_rels/w.xml.rels", links, sizeof links - 1);
	for (size_t i = 0; i < 4; i++) {
		size_t n;
		const char *piece = take_piece(&data, &size, &n);
		bool default_book = i == 3 && n == 0;
		add_part(z, names[i],
		         default_book ? workbook
		         : n          ? piece
		                      : "",
		         default_book ? sizeof workbook - 1 : n);
	}
	if (zip_close(z) != 0 || zip_source_stat(source, &stat) != 0 ||
	    zip_source_open(source) != 0)
		abort();
	void *bytes = malloc(stat.size);
	if (bytes && zip_source_read(source, bytes, stat.size) == (zip_int64_t)stat.size)
		read_all(bytes, stat.size);
	free(bytes);
	zip_source_close(source);
	zip_source_free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 2 && data[0] == 'P' && data[1] == 'K')
		read_all(data, size);
	else
		read_parts(data, size);
	return 0;
}
