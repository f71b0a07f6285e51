/* For tests of the Word reader: packages made in memory with libzip. */
#ifndef PIFU_TEST_DOCX_MAKE_H
#define PIFU_TEST_DOCX_MAKE_H

#include "test_read_grid.h"

#include <string.h>
#include <zip.h>

#define W_ADDRESS "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

struct part {
	const char *name;
	const char *text;
	size_t n; /* 0: strlen(text) */
};

static const struct part made_types = {
	"[Content_Types].xml",
	"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>", 0};
static const struct part made_rels = {
	"_rels/.rels",
	"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"r1\" Type=\"http://x/officeDocument\" Target=\"word/document.xml\"/>"
	"</Relationships>",
	0};

/* The bytes of a zip of these parts; the caller frees. */
static inline unsigned char *make_zip(const struct part *parts, size_t n, bool stored, size_t *size)
{
	zip_error_t error;
	zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *z = zip_open_from_source(out, ZIP_CREATE | ZIP_TRUNCATE, &error);
	unsigned char *bytes;
	zip_stat_t st;

	assert_non_null(z);
	for (size_t i = 0; i < n; i++) {
		size_t length = parts[i].n ? parts[i].n : strlen(parts[i].text);
		zip_int64_t at = zip_file_add(z, parts[i].name,
		                              zip_source_buffer(z, parts[i].text, length, 0),
		                              ZIP_FL_ENC_UTF_8);
		assert_true(at >= 0);
		zip_set_file_compression(z, (zip_uint64_t)at,
		                         stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6);
		zip_file_set_mtime(z, (zip_uint64_t)at, 315532800, 0);
	}
	zip_source_keep(out);
	assert_int_equal(zip_close(z), 0);
	assert_int_equal(zip_source_open(out), 0);
	assert_int_equal(zip_source_stat(out, &st), 0);
	bytes = malloc(st.size);
	assert_non_null(bytes);
	assert_int_equal(zip_source_read(out, bytes, st.size), (zip_int64_t)st.size);
	zip_source_close(out);
	zip_source_free(out);
	*size = st.size;
	return bytes;
}

/* A Word file with this document part. */
static inline unsigned char *make_word(const char *document, size_t n, bool stored, size_t *size)
{
	struct part parts[] = {made_types, made_rels, {"word/document.xml", document, n}};

	return make_zip(parts, 3, stored, size);
}

/* `body` as a whole document part in `out`. */
static inline void make_document(struct buf *out, const char *body)
{
	pifu_buf_fmt(out, "<w:document xmlns:w=\"" W_ADDRESS "\"><w:body>");
	pifu_buf_str(out, pifu_str_of(body));
	pifu_buf_str(out, STR("</w:body></w:document>"));
}

#endif
