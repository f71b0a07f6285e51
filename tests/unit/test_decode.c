/* Encodings by content, and decoding in runs of whole lines. */
#include "test_read.h"

#include "text/decode.h"
#include "text/encoding.h"

#define FFFD "\xEF\xBF\xBD"
/* 指标 and 社会效益 in GB18030 */
#define GB_ZB "\xD6\xB8\xB1\xEA"
#define GB_SHXY "\xC9\xE7\xBB\xE1\xD0\xA7\xD2\xE6"
#define BYTES(literal) literal, sizeof(literal) - 1

struct decoded {
	pifu_status status;
	struct buf text;
	struct findings findings;
	char encoding[64];
	size_t runs;
};

static struct decoded decode_bytes(const char *bytes, size_t n, const char *encoding, size_t want)
{
	struct decoded out = {.status = PIFU_OK};
	struct decode_source source = {
		.data = (const unsigned char *)bytes,
		.size = n,
		.encoding = encoding,
		.findings = &out.findings,
	};
	struct decoder *d = pifu_decoder_open(&source, NULL);
	struct str text;

	assert_non_null(d);
	snprintf(out.encoding, sizeof out.encoding, "%s", pifu_decoder_encoding(d));
	while ((out.status = pifu_decoder_read(d, want, &text, NULL)) == PIFU_OK && text.n) {
		pifu_buf_str(&out.text, text);
		out.runs++;
		if (!pifu_decoder_ended(d))
			assert_true(text.s[text.n - 1] == '\n' || text.s[text.n - 1] == '\r');
	}
	assert_true(pifu_decoder_ended(d));
	pifu_decoder_free(d);
	return out;
}

static void free_decoded(struct decoded *d)
{
	pifu_buf_free(&d->text);
	pifu_findings_free(&d->findings);
}

struct sample {
	const char *bytes;
	size_t n;
	const char *encoding, *text;
};

static void test_encodings(void **state)
{
	static const struct sample samples[] = {
		{BYTES(""), "UTF-8", ""},
		{BYTES("abc"), "UTF-8", "abc"},
		{BYTES("指标\n"), "UTF-8", "指标\n"},
		{BYTES("\xEF\xBB\xBF指标"), "UTF-8", "指标"},
		{BYTES("\xFF\xFE\x07\x63\x07\x68\n\0"), "UTF-16LE", "指标\n"},
		{BYTES("\xFE\xFF\x63\x07\x68\x07\0\n"), "UTF-16BE", "指标\n"},
		{BYTES("\x07\x63\x07\x68\t\0"
	               "1\0%\0\n\0"),
	         "UTF-16LE", "指标\t1%\n"},
		{BYTES("\x63\x07\x68\x07\0\t\0"
	               "1\0%\0\n"),
	         "UTF-16BE", "指标\t1%\n"},
		{BYTES("\xFF\xFE\0\0\x07\x63\0\0"), "UTF-32LE", "指"},
		{BYTES(GB_ZB "\t" GB_SHXY "\n"), "GB18030", "指标\t社会效益\n"},
		{BYTES("\x84\x31\x95\x33" GB_ZB), "GB18030", "指标"},
		{BYTES(GB_ZB "\x95\x32\x82\x36\x81\x7C"), "GB18030", "指标𠀀亅"},
		/* surrogate pairs become one character */
		{BYTES("\xFF\xFE\x40\xD8\0\xDC\n\0"), "UTF-16LE", "𠀀\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct decoded d = decode_bytes(samples[i].bytes, samples[i].n, NULL, 1);
		assert_string_equal(d.encoding, samples[i].encoding);
		assert_string_equal(shown(&d.text), samples[i].text);
		assert_int_equal(d.findings.n, 0);
		free_decoded(&d);
	}
}

static void test_named(void **state)
{
	static const struct sample samples[] = {
		{BYTES(GB_ZB), "GBK", "指标"},
		{BYTES("\xEF\xBB\xBF"
	               "a"),
	         "UTF-8", "a"},
		{BYTES("\xFF\xFE\x07\x63"), "UTF-16", "指"},
		{BYTES("\xFF\xFE\x07\x63"), "UTF-16LE", "指"},
		{BYTES("a\0\xFF\xFE"
	               "b\0\xFF\xFE"),
	         "UTF-16LE",
	         "a\xEF\xBB\xBF"
	         "b\xEF\xBB\xBF"},
		{BYTES("\xBC\xC6\xB6\x71"), "Big5", "數量"},
		{BYTES("~{VPND~}\n"), "HZ-GB-2312", "中文\n"},
		{BYTES("\xC1\xC2\x25"), "ibm-37", "AB\n"},
		/* UTF-8 by name: nothing is taken for GB18030 */
		{BYTES("a\n" GB_ZB "\n"), "UTF-8", "a\n\xD6\xB8" FFFD FFFD "\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct decoded d =
			decode_bytes(samples[i].bytes, samples[i].n, samples[i].encoding, 1);
		assert_string_equal(shown(&d.text), samples[i].text);
		free_decoded(&d);
	}
}

static void test_unknown_names(void **state)
{
	static const char *const names[] = {"", "latin-99", "UTF-8000"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct decode_source source = {.encoding = names[i]};
		pifu_error err = {0};
		assert_null(pifu_decoder_open(&source, &err));
		assert_int_equal(err.status, PIFU_ERR_ENCODING);
	}
}

/* ---- Damage ------------------------------------------------------------------ */

struct damage {
	const char *bytes;
	size_t n;
	const char *text;
	const char *findings; /* code line:column text; … */
};

static const char *list_findings(const struct findings *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++)
		pifu_buf_fmt(out, "%s%s %u:%u %s", i ? "; " : "",
		             list->items[i].code == PIFU_FINDING_BAD_BYTES ? "bad" : "mixed",
		             list->items[i].line, list->items[i].column, list->items[i].text.s);
	return shown(out);
}

static void test_damage(void **state)
{
	static const struct damage cases[] = {
		{BYTES("ab\xFF"
	               "c\n指\xFE\xFF标\n"),
	         "ab" FFFD "c\n指" FFFD FFFD "标\n", "bad 1:3 FF; bad 2:2 FE"},
		{BYTES("a\0b\n"), "a" FFFD "b\n", "bad 1:2 00"},
		/* a character cut short is one replacement, also at the end */
		{BYTES("指标\xE6\x8Cx\n指标\xE6\x8C"), "指标" FFFD "x\n指标" FFFD,
	         "bad 1:3 E6 8C; bad 2:3 E6 8C"},
		{BYTES("指标\r\n\xED\xA0\x80\r\r\xC0\x80"),
	         "指标\r\n" FFFD FFFD FFFD "\r\r" FFFD FFFD, "bad 2:1 ED; bad 4:1 C0"},
		/* a passage of GB18030 in UTF-8; ASCII does not end it */
		{BYTES("部门整体支出绩效目标\n" GB_SHXY "\n100%\n" GB_ZB "\n指标\n" GB_ZB "\n"),
	         "部门整体支出绩效目标\n社会效益\n100%\n指标\n指标\n指标\n",
	         "mixed 2:1 GB18030; mixed 6:1 GB18030"},
		/* UTF-8 that lost a byte stays UTF-8, though its bytes are GB18030 by form */
		{BYTES("社会效益指标\n\xE6\x8C\x87\xE6\xA0\nab\n"),
	         "社会效益指标\n指" FFFD "\nab\n", "bad 2:2 E6 A0"},
		/* a passage of UTF-8 in GB18030 */
		{BYTES(GB_SHXY GB_SHXY GB_SHXY GB_SHXY "\n社会效益\n" GB_ZB "\n"),
	         "社会效益社会效益社会效益社会效益\n社会效益\n指标\n", "mixed 2:1 UTF-8"},
		/* broken GB18030: a lead byte before a line end, at the end, and NUL */
		{BYTES(GB_SHXY "\xD6\n" GB_ZB "\0\xFF" GB_ZB "\n\x81\x30\x81"),
	         "社会效益" FFFD "\n指标" FFFD FFFD "指标\n" FFFD,
	         "bad 1:5 D6; bad 2:3 00; bad 3:1 81 30 81"},
		{BYTES(GB_SHXY "\n\x81\x30\x81"
	                       "A\n"),
	         "社会效益\n" FFFD "0丄\n", "bad 2:1 81"},
		/* what the converter looks at again stands at the very end */
		{BYTES(GB_SHXY "\n\x81\x30\x81"
	                       "A"),
	         "社会效益\n" FFFD "0丄", "bad 2:1 81"},
		/* lone surrogates and half a unit in UTF-16 */
		{BYTES("\xFF\xFE"
	               "a\0\0\xD8"
	               "b\0\n\0\0\xDC"
	               "c\0\n"),
	         "a" FFFD "b\n" FFFD "c" FFFD, "bad 1:2 00 D8; bad 2:1 00 DC; bad 2:3 0A"},
		{BYTES("\xFF\xFE"
	               "a\0\0\0\0\xD8"),
	         "a" FFFD FFFD, "bad 1:2 00"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct decoded d = decode_bytes(cases[i].bytes, cases[i].n, NULL, 1);
		struct buf found = {0};
		assert_string_equal(shown(&d.text), cases[i].text);
		assert_string_equal(list_findings(&d.findings, &found), cases[i].findings);
		pifu_buf_free(&found);
		free_decoded(&d);
	}
}

/* Strict by the book: every sequence of two bytes, and the edges of longer ones. */
static void test_strict_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, valid;
	} edges[] = {
		{BYTES("\x7F"), 1},
		{BYTES("\0"), 0},
		{BYTES("\xC1\xBF"), 0},
		{BYTES("\xE0\x9F\xBF"), 0},
		{BYTES("\xE0\xA0\x80"), 3},
		{BYTES("\xED\x9F\xBF"), 3},
		{BYTES("\xED\xA0\x80"), 0},
		{BYTES("\xEE\x80\x80"), 3},
		{BYTES("\xF0\x8F\xBF\xBF"), 0},
		{BYTES("\xF0\x90\x80\x80"), 4},
		{BYTES("\xF4\x8F\xBF\xBF"), 4},
		{BYTES("\xF4\x90\x80\x80"), 0},
		{BYTES("\xF5\x80\x80\x80"), 0},
		{BYTES("abcdefgh\0"), 8},
		{BYTES("1234567\x80"), 7},
		{BYTES("指标指标\xE6\x8C"), 12},
	};
	unsigned good = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(edges); i++)
		assert_int_equal(pifu_utf8_prefix((const unsigned char *)edges[i].bytes,
		                                  edges[i].n),
		                 edges[i].valid);
	for (unsigned v = 0; v < 0x10000; v++) {
		unsigned char pair[2] = {(unsigned char)(v >> 8), (unsigned char)v};
		good += pifu_utf8_prefix(pair, 2) == 2;
	}
	assert_int_equal(good, 127 * 127 + 30 * 64);
}

/* ---- Runs -------------------------------------------------------------------- */

static void test_runs(void **state)
{
	static const char text[] = "ab\ncd\r\nef\rgh";
	static const char *const encodings[] = {"UTF-8",
	                                        "GBK"}; /* direct, and through the window */
	static const struct {
		size_t want, runs;
	} runs[] = {{0, 4}, {1, 4}, {3, 4}, {4, 2}, {7, 2}, {8, 2}, {10, 2}, {11, 1}, {1000, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		for (size_t k = 0; k < COUNT(runs); k++) {
			struct decoded d =
				decode_bytes(text, sizeof text - 1, encodings[i], runs[k].want);
			assert_string_equal(shown(&d.text), text);
			assert_int_equal(d.runs, runs[k].runs);
			free_decoded(&d);
		}
	}
}

static void test_back(void **state)
{
	static const char *const encodings[] = {"UTF-8", "GBK"};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct decode_source source = {
			.data = (const unsigned char *)"ab\ncd\nef\n",
			.size = 9,
			.encoding = encodings[i],
		};
		struct decoder *d = pifu_decoder_open(&source, NULL);
		struct str text;
		pifu_decoder_read(d, 6, &text, NULL);
		assert_int_equal(text.n, 6);
		pifu_decoder_back(d, 3);
		assert_false(pifu_decoder_ended(d));
		pifu_decoder_read(d, 100, &text, NULL);
		assert_int_equal(text.n, 6);
		assert_memory_equal(text.s, "cd\nef\n", 6);
		assert_true(pifu_decoder_ended(d));
		pifu_decoder_back(d, 6);
		pifu_decoder_read(d, 1, &text, NULL);
		assert_memory_equal(text.s, "cd\n", 3);
		pifu_decoder_free(d);
	}
}

/* \r at the end of a piece of source, \n at the front of the next. */
static void test_split_return(void **state)
{
	struct buf bytes = {0};

	(void)state;
	while (bytes.n < 65536 - 1)
		pifu_buf_char(&bytes, 'x');
	pifu_buf_str(&bytes, STR("\r\nyy\r\n\xFF"));
	struct decoded d = decode_bytes(bytes.s, bytes.n, "GB18030", 1);
	assert_int_equal(d.runs, 3);
	assert_int_equal(d.findings.n, 1);
	assert_int_equal(d.findings.items[0].line, 3);
	free_decoded(&d);
	pifu_buf_free(&bytes);
}

/* Broken four bytes over the seam: three of them are read again, at the very end. */
static void test_split_character(void **state)
{
	struct buf bytes = {0};

	(void)state;
	while (bytes.n < 65536 - 2)
		pifu_buf_char(&bytes, 'x');
	pifu_buf_str(&bytes, STR("\x81\x30\x81"
	                         "A"));
	struct decoded d = decode_bytes(bytes.s, bytes.n, "GB18030", 1);
	const char *end = FFFD "0丄";
	assert_string_equal(shown(&d.text) + 65536 - 2, end);
	assert_int_equal(d.findings.n, 1);
	free_decoded(&d);
	pifu_buf_free(&bytes);
}

/* Many pieces: characters over the seams, places far behind, one run or many. */
static void test_long_input(void **state)
{
	struct buf bytes = {0};

	(void)state;
	pifu_buf_char(&bytes, 'x'); /* pairs at odd offsets */
	for (unsigned i = 0; i < 40000; i++)
		pifu_buf_str(&bytes, i % 9 ? STR(GB_SHXY) : STR(GB_ZB "\n"));
	pifu_buf_str(&bytes, STR(GB_ZB "\xFF\n"));
	for (size_t want = 1; want <= WHOLE; want *= 1 << 15) {
		struct decoded d = decode_bytes(bytes.s, bytes.n, NULL, want);
		struct decoded named = decode_bytes(bytes.s, bytes.n, "GB18030", want);
		assert_string_equal(d.encoding, "GB18030");
		assert_string_equal(shown(&d.text), shown(&named.text));
		assert_int_equal(d.findings.n, 1);
		assert_int_equal(d.findings.items[0].line, 4446);
		assert_int_equal(d.findings.items[0].column, 3 + 4 * (39999 - 39996));
		assert_int_equal(named.findings.items[0].line, d.findings.items[0].line);
		assert_int_equal(named.findings.items[0].column, d.findings.items[0].column);
		free_decoded(&d);
		free_decoded(&named);
	}
	pifu_buf_free(&bytes);
}

/* A few NULs in ASCII are no UTF-16, and a few letters no GB18030. */
static void test_guesses(void **state)
{
	static const struct sample samples[] = {
		{BYTES("indicator\0name\nnumber\0\n of things\n"), "UTF-8", NULL},
		{BYTES("caf\xE9 au lait\n"), "UTF-8", NULL},
		{BYTES("\xE6\x8C\x87\xE6\xA0\x87\xE5\x90\n"), "UTF-8", NULL},
		{BYTES(GB_SHXY "\xD6"), "GB18030", NULL},
		{BYTES("a\0b\0c\0d\0\n\0"), "UTF-16LE", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct encoding e =
			pifu_encoding_guess((const unsigned char *)samples[i].bytes, samples[i].n);
		assert_string_equal(e.name, samples[i].encoding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_strict_utf8),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_split_return),
		cmocka_unit_test(test_split_character),
		cmocka_unit_test(test_long_input),
		cmocka_unit_test(test_guesses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
