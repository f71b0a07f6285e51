/* For tests: a workbook made from its description by tests/fixtures/make_xlsx.py,
 * and packages made from parts. */
#ifndef PIFU_TEST_XLSX_MAKE_H
#define PIFU_TEST_XLSX_MAKE_H

#include "test_read_grid.h"

#include <string.h>
#include <zip.h>

/* The workbook of `description`; the caller frees. */
static inline char *make_workbook(const char *description, size_t *size)
{
	char command[1024];
	size_t cap = 1 << 20;
	char *bytes = malloc(cap);

	assert_non_null(bytes);
	snprintf(command, sizeof command, "python3 %s/tests/fixtures/make_xlsx.py '%s' -",
	         PIFU_SOURCE_DIR, description);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	*size = fread(bytes, 1, cap, p);
	assert_int_equal(pclose(p), 0);
	assert_true(*size > 0 && *size < cap);
	return bytes;
}

struct made_part {
	const char *name, *content;
	size_t size; /* 0: of the text */
};

#define MADE_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define MADE_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/* A package of the parts that every workbook has, one sheet, and `sheet` and
 * `strings` (either may be NULL); the caller frees. */
static inline char *make_package(const struct made_part *parts, size_t n, size_t *size)
{
	zip_error_t error;
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *z = zip_open_from_source(source, ZIP_TRUNCATE, &error);

	assert_non_null(z);
	zip_source_keep(source);
	for (size_t i = 0; i < n; i++) {
		size_t bytes = parts[i].size ? parts[i].size : strlen(parts[i].content);
		zip_source_t *part = zip_source_buffer(z, parts[i].content, bytes, 0);
		assert_true(zip_file_add(z, parts[i].name, part, ZIP_FL_ENC_UTF_8) >= 0);
	}
	assert_int_equal(zip_close(z), 0);
	zip_stat_t stat;
	assert_int_equal(zip_source_stat(source, &stat), 0);
	*size = (size_t)stat.size;
	char *bytes = malloc(*size);
	assert_non_null(bytes);
	assert_int_equal(zip_source_open(source), 0);
	assert_int_equal(zip_source_read(source, bytes, *size), (zip_int64_t)*size);
	zip_source_close(source);
	zip_source_free(source);
	return bytes;
}

static inline char *make_sheet_package(const char *sheet, const char *strings, const char *styles,
                                       size_t *size)
{
	const struct made_part parts[] = {
		{"[Content_Types].xml",
	         "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
	         "<Override PartName=\"/book/main.xml\" "
	         "ContentType=\"application/vnd.openxmlformats-officedocument."
	         "spreadsheetml.sheet.main+xml\"/></Types>",
	         0},
		{"_rels/.rels",
	         "<Relationships "
	         "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	         "<Relationship Id=\"a\" Type=\"" MADE_REL
	         "/officeDocument\" Target=\"book/main.xml\"/></Relationships>",
	         0},
		{"book/main.xml",
	         "<workbook xmlns=\"" MADE_MAIN "\" xmlns:r=\"" MADE_REL "\"><sheets>"
	         "<sheet name=\"表\" sheetId=\"1\" r:id=\"s1\"/></sheets></workbook>",
	         0},
		{"book/_rels/main.xml.rels",
	         "<Relationships "
	         "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	         "<Relationship Id=\"s1\" Type=\"" MADE_REL "/worksheet\" Target=\"one.xml\"/>"
	         "<Relationship Id=\"s2\" Type=\"" MADE_REL
	         "/sharedStrings\" Target=\"/book/texts.xml\"/>"
	         "<Relationship Id=\"s3\" Type=\"" MADE_REL
	         "/styles\" Target=\"looks.xml\"/></Relationships>",
	         0},
		{"book/one.xml", sheet, 0},
		{"book/texts.xml", strings ? strings : "<sst xmlns=\"" MADE_MAIN "\"/>", 0},
		{"book/looks.xml", styles ? styles : "<styleSheet xmlns=\"" MADE_MAIN "\"/>", 0},
	};
	return make_package(parts, sizeof parts / sizeof *parts, size);
}

#endif
