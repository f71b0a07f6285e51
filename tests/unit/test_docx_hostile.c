/* Word files that are broken or mean harm: each ends in its own status, in bounded
 * work; with salvage, damage (never a limit) ends in what could be read and a finding. */
#include "test_docx_make.h"

#include "read/formats.h"
#include "read/ooxml.h"

static struct shown read_bytes(const unsigned char *bytes, size_t size, const pifu_options *options)
{
	return show_grid(&pifu_format_docx, show_input(bytes, size),
	                 (struct show_how){.options = options});
}

static pifu_status status_of(const unsigned char *bytes, size_t size, const pifu_options *options)
{
	struct shown s = read_bytes(bytes, size, options);

	if (s.status != PIFU_OK)
		assert_true(s.err.status == s.status && s.err.message[0] != '\0');
	pifu_buf_free(&s.text);
	return s.status;
}

/* Status of a document part, packed into a Word file. */
static pifu_status status_of_part(const struct buf *part)
{
	size_t size;
	unsigned char *bytes = make_word(part->s, part->n, false, &size);
	pifu_status status = status_of(bytes, size, NULL);

	free(bytes);
	return status;
}

static pifu_status status_of_body(const char *body)
{
	struct buf part = {0};
	pifu_status status;

	make_document(&part, body);
	status = status_of_part(&part);
	pifu_buf_free(&part);
	return status;
}

static void repeat(struct buf *out, const char *s, size_t times)
{
	for (size_t i = 0; i < times; i++)
		pifu_buf_str(out, pifu_str_of(s));
}

static void test_honest(void **state)
{
	(void)state;
	assert_int_equal(status_of_body("<w:p><w:r><w:t>x</w:t></w:r></w:p>"), PIFU_OK);
	assert_int_equal(status_of_body(""), PIFU_OK);
}

static void test_doctype(void **state)
{
	static const char bomb[] = "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"
				   "<w:document xmlns:w=\"" W_ADDRESS
				   "\"><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>";
	struct buf part = {0};

	(void)state;
	pifu_buf_put(&part, bomb, sizeof(bomb) - 1);
	assert_int_equal(status_of_part(&part), PIFU_ERR_DAMAGED);
	pifu_buf_free(&part);
	assert_int_equal(status_of_body("<w:p><w:r><w:t>&unknown;</w:t></w:r></w:p>"),
	                 PIFU_ERR_DAMAGED);
	assert_int_equal(status_of_body("<w:p>"), PIFU_ERR_DAMAGED);
}

/* Bytes that are no text of the named encoding: an error, never a document without text. */
static void test_wrong_encoding(void **state)
{
	static const char gb[] = "<?xml version=\"1.0\" encoding=\"GB18030\"?>"
				 "<w:document xmlns:w=\"" W_ADDRESS
				 "\"><w:body><w:p><w:r><w:t>\xDE\xFF\xE2\x89</w:t></w:r></w:p>"
				 "</w:body></w:document>";
	struct buf part = {0};

	(void)state;
	pifu_buf_put(&part, gb, sizeof(gb) - 1);
	assert_int_equal(status_of_part(&part), PIFU_ERR_DAMAGED);
	pifu_buf_free(&part);
}

static void test_depth(void **state)
{
	struct buf body = {0};

	(void)state;
	repeat(&body, "<w:sdt>", 240);
	repeat(&body, "</w:sdt>", 240);
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_OK);
	pifu_buf_clear(&body);
	repeat(&body, "<w:sdt>", 100000);
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT);
	pifu_buf_free(&body);
}

static void add_attributes(struct buf *body, const char *name, size_t n)
{
	pifu_buf_str(body, STR("<w:p"));
	for (size_t i = 0; i < n; i++)
		pifu_buf_fmt(body, " %s%zu=\"u\"", name, i);
	pifu_buf_str(body, STR("/>"));
	pifu_buf_char(body, '\0');
}

static void test_attributes(void **state)
{
	static const size_t many[] = {300, 3000, 100000};
	struct buf body = {0};

	(void)state;
	add_attributes(&body, "a", 250);
	assert_int_equal(status_of_body(body.s), PIFU_OK);
	for (size_t i = 0; i < 3; i++) {
		pifu_buf_clear(&body);
		add_attributes(&body, "a", many[i]);
		assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT);
		pifu_buf_clear(&body);
		add_attributes(&body, "xmlns:a", 2 * many[i]);
		assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT);
	}
	pifu_buf_free(&body);
}

/* Random bytes in hexadecimal, so that packing does not trip the ratio first. */
static void add_noise(struct buf *out, size_t n)
{
	uint64_t seed = out->n; /* never the same twice in one text */

	for (size_t i = 0; i < n; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		pifu_buf_char(out, "0123456789abcdef"[seed >> 60]);
	}
}

static void test_long_tokens(void **state)
{
	struct buf body = {0};

	(void)state;
	pifu_buf_str(&body, STR("<!--"));
	add_noise(&body, 3 << 20);
	pifu_buf_str(&body, STR("-->"));
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT);
	pifu_buf_clear(&body);
	pifu_buf_str(&body, STR("<w:p a=\""));
	add_noise(&body, 3 << 20);
	pifu_buf_str(&body, STR("\"/>"));
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT);
	pifu_buf_clear(&body);
	pifu_buf_str(&body, STR("<w:p a=\""));
	add_noise(&body, 300000); /* a picture in an attribute: honest files have such */
	pifu_buf_str(&body, STR("\"/>"));
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_OK);
	pifu_buf_free(&body);
}

static void test_bombs(void **state)
{
	pifu_options small = {.limits[LIMIT_INFLATED] = 100000};
	struct buf body = {0}, part = {0};
	size_t size;
	unsigned char *bytes;

	(void)state;
	repeat(&body, "          ", 2000000);
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT); /* the ratio */
	pifu_buf_clear(&body);
	pifu_buf_str(&body, STR("<w:p><w:r><w:t>"));
	add_noise(&body, 200000);
	pifu_buf_str(&body, STR("</w:t></w:r></w:p>"));
	pifu_buf_char(&body, '\0');
	make_document(&part, body.s);
	bytes = make_word(part.s, part.n, false, &size);
	assert_int_equal(status_of(bytes, size, NULL), PIFU_OK);
	assert_int_equal(status_of(bytes, size, &small), PIFU_ERR_LIMIT); /* the budget */
	free(bytes);
	pifu_buf_free(&body);
	pifu_buf_free(&part);
}

/* The directory says the part is small: only counting while inflating helps. */
static void test_lying_size(void **state)
{
	struct buf body = {0}, part = {0};
	size_t size, found = 0;
	unsigned char *bytes;

	(void)state;
	repeat(&body, "          ", 2000000);
	pifu_buf_char(&body, '\0');
	make_document(&part, body.s);
	bytes = make_word(part.s, part.n, false, &size);
	for (size_t i = 0; i + 46 < size; i++)
		if (memcmp(bytes + i, "PK\1\2", 4) == 0 &&
		    memcmp(bytes + i + 46, "word/document.xml", 17) == 0) {
			memset(bytes + i + 24, 0, 4);
			bytes[i + 25] = 8; /* 2048 bytes, it says */
			found++;
		}
	assert_int_equal(found, 1);
	assert_int_equal(status_of(bytes, size, NULL), PIFU_ERR_LIMIT);
	free(bytes);
	pifu_buf_free(&body);
	pifu_buf_free(&part);
}

static void test_many_cells(void **state)
{
	struct buf body = {0};

	(void)state;
	pifu_buf_str(&body, STR("<w:tbl><w:tr>"));
	repeat(&body, "<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>", 16000);
	pifu_buf_str(&body, STR("</w:tr></w:tbl>"));
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_OK);
	pifu_buf_clear(&body);
	pifu_buf_str(&body, STR("<w:tbl><w:tr>"));
	repeat(&body, "<w:tc><w:tcPr><w:gridSpan w:val=\"60\"/></w:tcPr></w:tc>", 300);
	pifu_buf_str(&body, STR("</w:tr></w:tbl>"));
	pifu_buf_char(&body, '\0');
	assert_int_equal(status_of_body(body.s), PIFU_ERR_LIMIT);
	pifu_buf_free(&body);
}

static void test_encrypted(void **state)
{
	/* a FAT of one sector, a directory of one: the root and a stream of that name */
	static const char name[] = "EncryptedPackage";
	unsigned char ole[3 * 512] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
	unsigned char *stream = ole + 1024 + 128;

	ole[30] = 9;
	ole[48] = 1;
	ole[1024 + 76] = 1;
	memset(ole + 1024 + 68, 0xFF, 8);
	for (size_t i = 0; i < sizeof(name); i++)
		stream[2 * i] = (unsigned char)name[i];
	stream[64] = 2 * sizeof(name);
	stream[66] = 2;
	memset(stream + 68, 0xFF, 12);
	struct input in = show_input(ole, sizeof(ole));
	struct buf part = {0};
	size_t size;
	unsigned char *bytes;

	(void)state;
	assert_int_equal(pifu_ooxml_sniff(&in), OOXML_ENCRYPTED);
	assert_int_equal(status_of(ole, sizeof(ole), NULL), PIFU_ERR_ENCRYPTED);
	make_document(&part, "<w:p/>");
	bytes = make_word(part.s, part.n, false, &size);
	for (size_t i = 0; i + 30 < size; i++) {
		if (memcmp(bytes + i, "PK\1\2", 4) == 0)
			bytes[i + 8] |= 1;
		if (memcmp(bytes + i, "PK\3\4", 4) == 0)
			bytes[i + 6] |= 1;
	}
	assert_int_equal(status_of(bytes, size, NULL), PIFU_ERR_ENCRYPTED);
	free(bytes);
	pifu_buf_free(&part);
}

static void test_missing_parts(void **state)
{
	static const struct part rels_only[] = {
		{"[Content_Types].xml", "<Types/>", 0},
		{"_rels/.rels",
	         "<Relationships "
	         "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>",
	         0}};
	size_t size;
	unsigned char *bytes = make_zip(rels_only, 2, false, &size);

	(void)state;
	assert_int_equal(status_of(bytes, size, NULL), PIFU_ERR_DAMAGED);
	free(bytes);
	/* without relationships the customary name still finds the document */
	bytes = make_zip(&(struct part){"word/document.xml",
	                                "<w:document xmlns:w=\"" W_ADDRESS "\"/>", 0},
	                 1, false, &size);
	assert_int_equal(status_of(bytes, size, NULL), PIFU_OK);
	free(bytes);
}

/* ---- Damage, with and without salvage ---------------------------------------- */

static unsigned char *make_rows(size_t rows, bool stored, size_t *size)
{
	struct buf body = {0}, part = {0};
	unsigned char *bytes;

	pifu_buf_str(&body, STR("<w:tbl>"));
	for (size_t i = 0; i < rows; i++) {
		pifu_buf_fmt(&body, "<w:tr><w:tc><w:p><w:r><w:t>row %zu ", i);
		add_noise(&body, 200);
		pifu_buf_str(&body, STR("</w:t></w:r></w:p></w:tc></w:tr>"));
	}
	pifu_buf_str(&body, STR("</w:tbl>"));
	pifu_buf_char(&body, '\0');
	make_document(&part, body.s);
	bytes = make_word(part.s, part.n, stored, size);
	pifu_buf_free(&body);
	pifu_buf_free(&part);
	return bytes;
}

static void test_cut_off(void **state)
{
	pifu_options salvage = {.salvage = true};
	size_t size;
	unsigned char *bytes = make_rows(300, false, &size);
	struct shown s;

	(void)state;
	assert_int_equal(status_of(bytes, size / 2, NULL), PIFU_ERR_DAMAGED);
	s = read_bytes(bytes, size / 2, &salvage);
	assert_int_equal(s.status, PIFU_OK);
	assert_true(s.rows > 100 && s.rows < 200);
	assert_non_null(strstr(s.text.s, "row 0 "));
	assert_non_null(strstr(s.text.s, "! salvaged"));
	pifu_buf_free(&s.text);
	free(bytes);
}

static void test_cut_anywhere(void **state)
{
	pifu_options salvage = {.salvage = true};
	size_t size;
	unsigned char *bytes = make_rows(10, false, &size);

	(void)state;
	for (size_t n = 0; n < size; n += 7) {
		unsigned char *cut = malloc(n ? n : 1); /* its own block: overruns show */
		assert_non_null(cut);
		memcpy(cut, bytes, n);
		assert_int_not_equal(status_of(cut, n, NULL), PIFU_OK);
		status_of(cut, n, &salvage);
		free(cut);
	}
	free(bytes);
}

static void test_wrong_checksum(void **state)
{
	pifu_options salvage = {.salvage = true};
	size_t size, at;
	unsigned char *bytes = make_rows(50, true, &size);
	struct shown s;

	(void)state;
	for (at = 0; memcmp(bytes + at, "row 25 ", 7) != 0; at++)
		assert_true(at < size);
	bytes[at] = 'R';
	assert_int_equal(status_of(bytes, size, NULL), PIFU_ERR_DAMAGED);
	s = read_bytes(bytes, size, &salvage);
	assert_int_equal(s.status, PIFU_OK);
	assert_int_equal(s.rows, 50);
	assert_non_null(strstr(s.text.s, "checksum"));
	pifu_buf_free(&s.text);
	free(bytes);
}

/* ---- The n-th allocation fails -------------------------------------------------- */

struct countdown {
	size_t left;
	bool failed;
};

static bool is_due(struct countdown *c)
{
	if (c->left == 0)
		c->failed = true;
	else
		c->left--;
	return c->failed;
}

static void *count_alloc(void *ctx, size_t size)
{
	return is_due(ctx) ? NULL : malloc(size);
}

static void *count_realloc(void *ctx, void *block, size_t size)
{
	return is_due(ctx) ? NULL : realloc(block, size);
}

static void count_free(void *ctx, void *block)
{
	(void)ctx;
	free(block);
}

static const char all_kinds[] =
	"<w:p><w:pPr><w:pStyle w:val=\"A\"/><w:numPr><w:numId "
	"w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>p</w:t>"
	"<w:pict><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:pict></"
	"w:r></w:p>"
	"<w:tbl><w:tblGrid><w:gridCol w:w=\"1\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:vMerge "
	"w:val=\"restart\"/></w:tcPr>"
	"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>in</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></"
	"w:tc></w:tr>"
	"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></"
	"w:tbl>";

static void test_allocations(void **state)
{
	static const char styles[] =
		"<w:styles xmlns:w=\"" W_ADDRESS "\"><w:style w:styleId=\"A\"/></w:styles>";
	static const char numbering[] =
		"<w:numbering xmlns:w=\"" W_ADDRESS
		"\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\">"
		"<w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num "
		"w:numId=\"1\"><w:abstractNumId w:val=\"0\"/>"
		"</w:num></w:numbering>";
	static const char rels[] =
		"<Relationships "
		"xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
		"<Relationship Id=\"a\" Type=\"x/styles\" Target=\"styles.xml\"/>"
		"<Relationship Id=\"b\" Type=\"x/numbering\" "
		"Target=\"/word/numbering.xml\"/></Relationships>";
	struct buf document = {0};
	size_t size, n = 0;
	unsigned char *bytes;
	struct countdown c;

	(void)state;
	make_document(&document, all_kinds);
	struct part parts[] = {made_types,
	                       made_rels,
	                       {"word/document.xml", document.s, document.n},
	                       {"word/styles.xml", styles, 0},
	                       {"word/numbering.xml", numbering, 0},
	                       {"word/_rels/document.xml.rels", rels, 0}};
	bytes = make_zip(parts, 6, false, &size);
	do {
		c = (struct countdown){.left = n++};
		pifu_allocator allocator = {count_alloc, count_realloc, count_free, &c};
		pifu_options options = {.allocator = &allocator, .hidden = true};
		struct shown s = read_bytes(bytes, size, &options);

		/* a finding that finds no memory is counted as dropped, the reading goes on */
		assert_true(s.status == PIFU_OK || s.status == PIFU_ERR_NOMEM);
		assert_true(c.failed || s.status == PIFU_OK);
		pifu_buf_free(&s.text);
	} while (c.failed);
	assert_true(n > 5);
	free(bytes);
	pifu_buf_free(&document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),         cmocka_unit_test(test_doctype),
		cmocka_unit_test(test_wrong_encoding), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_attributes),     cmocka_unit_test(test_long_tokens),
		cmocka_unit_test(test_bombs),          cmocka_unit_test(test_lying_size),
		cmocka_unit_test(test_many_cells),     cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_missing_parts),  cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_cut_anywhere),   cmocka_unit_test(test_wrong_checksum),
		cmocka_unit_test(test_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
