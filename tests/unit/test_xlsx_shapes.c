/* Text boxes of a sheet: above and below its cells, hidden ones, once of two branches. */
#include "test_xlsx_make.h"

#include "read/formats.h"

#define XDR                                                                                  \
	"xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" " \
	"xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "                 \
	"xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
#define BOX(row, properties, paragraphs)                                                  \
	"<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>" row                  \
	"</xdr:row></xdr:from><xdr:to><xdr:row>99</xdr:row></xdr:to><xdr:sp><xdr:nvSpPr>" \
	"<xdr:cNvPr id=\"2\"" properties "/></xdr:nvSpPr><xdr:txBody>" paragraphs         \
	"</xdr:txBody></xdr:sp></xdr:twoCellAnchor>"
#define P(text) "<a:p><a:r><a:t>" text "</a:t></a:r></a:p>"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

static struct shown show_book(const char *drawing, const pifu_options *options)
{
	const struct made_part parts[] = {
		{"[Content_Types].xml",
	         "<Types xmlns=\"" PACKAGE "content-types\"><Override PartName=\"/xl/w.xml\" "
	         "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml."
	         "sheet.main+xml\"/></Types>",
	         0},
		{"_rels/.rels",
	         "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"a\" "
	         "Type=\"" MADE_REL "/officeDocument\" Target=\"xl/w.xml\"/></Relationships>",
	         0},
		{"xl/w.xml",
	         "<workbook xmlns=\"" MADE_MAIN "\" xmlns:r=\"" MADE_REL "\"><sheets>"
	         "<sheet name=\"表\" r:id=\"s\"/></sheets></workbook>",
	         0},
		{"xl/_rels/w.xml.rels",
	         "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"s\" "
	         "Type=\"" MADE_REL "/worksheet\" Target=\"s.xml\"/></Relationships>",
	         0},
		{"xl/s.xml",
	         "<worksheet xmlns=\"" MADE_MAIN "\"><sheetData><row r=\"4\"><c r=\"B4\">"
	         "<v>7</v></c></row></sheetData></worksheet>",
	         0},
		{"xl/_rels/s.xml.rels",
	         "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"d\" "
	         "Type=\"" MADE_REL "/drawing\" Target=\"d.xml\"/></Relationships>",
	         0},
		{"xl/d.xml", drawing, 0},
	};
	size_t size;
	char *bytes = make_package(parts, sizeof parts / sizeof parts[0], &size);
	struct shown s = show_grid(&pifu_format_xlsx, show_input(bytes, size),
	                           (struct show_how){.options = options});

	free(bytes);
	return s;
}

static void expect(const char *drawing, const pifu_options *options, const char *shown)
{
	struct shown s = show_book(drawing, options);

	assert_int_equal(s.status, PIFU_OK);
	assert_string_equal(s.text.s, shown);
	pifu_buf_free(&s.text);
}

static void test_places(void **state)
{
	(void)state;
	expect("<xdr:wsDr " XDR ">" BOX("9", "", P("说明"))
	               BOX("0", "",
	                   P("附件2") "<a:p/>"
	                              "<a:p><a:r><a:t>绩效</a:t></a:r><a:br/>"
	                              "<a:r><a:t>目标</a:t></a:r></a:p>") "</xdr:wsDr>",
	       NULL,
	       "0\t0\t0\t1\t1\t1\t表!shape[2]/p[1]\t附件2\n"
	       "0\t1\t0\t1\t1\t1\t表!shape[2]/p[3]\t绩效\\n目标\n"
	       "1\t3\t1\t1\t1\t1\t表!B4\t7\n2\t0\t0\t1\t1\t1\t表!shape[1]/p[1]\t说明\n");
}

static void test_hidden(void **state)
{
	static const char drawing[] =
		"<xdr:wsDr " XDR ">" BOX("0", " hidden=\"1\"", P("看不见") P("也看不见"))
			BOX("0", " hidden=\"0\"", P("看得见")) "</xdr:wsDr>";
	pifu_options all = {.hidden = true};

	(void)state;
	expect(drawing, NULL,
	       "0\t0\t0\t1\t1\t1\t表!shape[2]/p[1]\t看得见\n1\t3\t1\t1\t1\t1\t表!B4\t7\n"
	       "! text-hidden\t1 hidden shapes of sheet 表\n");
	expect(drawing, &all,
	       "0\t0\t0\t1\t1\t1\t表!shape[1]/p[1]\t看不见\n0\t1\t0\t1\t1\t1\t表!shape[1]/"
	       "p[2]\t也看不见"
	       "\n0\t2\t0\t1\t1\t1\t表!shape[2]/p[1]\t看得见\n1\t3\t1\t1\t1\t1\t表!B4\t7\n");
}

static void test_branches(void **state)
{
	(void)state;
	expect("<xdr:wsDr " XDR "><mc:AlternateContent><mc:Choice Requires=\"a\">" BOX(
		       "0", "",
		       P("一次")) "</mc:Choice><mc:Fallback>" BOX("0", "",
	                                                          P("两次")) "</mc:Fallback></"
	                                                                     "mc:AlternateContent><"
	                                                                     "/xdr:wsDr>",
	       NULL, "0\t0\t0\t1\t1\t1\t表!shape[1]/p[1]\t一次\n1\t3\t1\t1\t1\t1\t表!B4\t7\n");
}

static void test_limits(void **state)
{
	pifu_options text = {.limits[LIMIT_SHEET_TEXT] = 20};
	struct shown s =
		show_book("<xdr:wsDr " XDR ">" BOX("0", "", P("一二三四五六七")) "</xdr:wsDr>",
	                  &text);

	(void)state;
	assert_int_equal(s.status, PIFU_ERR_LIMIT);
	pifu_buf_free(&s.text);
	s = show_book("<xdr:wsDr " XDR "><xdr:sp>", NULL);
	assert_int_equal(s.status, PIFU_ERR_DAMAGED);
	pifu_buf_free(&s.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
