/* What a document without any form shows: the text of the finding `no-form`.
 *
 *     only 3 lines of text, 12 rows of up to 4 cells; most like a header: 指标名称, 单位;
 *     a title: 2025年度工作要点
 *
 * The place of the finding is the line that is most like a header, or else the
 * title's. Blocks are asked one after another, and only while no form was met. */
#include <stdio.h>

#include "stage/classify.h"
#include "stage/stage.h"

/* The beginning of `text` that fits, in whole characters, behind what is there. */
static void append(char *out, size_t size, struct str text)
{
	size_t at = strlen(out), n = text.n < size - 1 - at ? text.n : size - 1 - at;
	while (n < text.n && n > 0 && ((unsigned char)text.s[n] & 0xC0) == 0x80)
		n--;
	memcpy(out + at, text.s, n);
	out[at + n] = '\0';
}

/* Of the rows that hold headers the one with the most is kept. */
static void note_headers(struct pifu_doc *doc, size_t row)
{
	struct seen *s = &doc->seen;
	unsigned headers = 0;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		headers += pifu_token_means(&doc->tokens[i], MEANING_HEADER, NULL);
	if (headers <= s->headers)
		return;
	s->headers = headers;
	s->header_line = pifu_doc_row(doc, (uint32_t)row)->line;
	s->header[0] = '\0';
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		if (!pifu_token_means(&doc->tokens[i], MEANING_HEADER, NULL))
			continue;
		append(s->header, sizeof s->header, s->header[0] ? STR(", ") : STR(""));
		append(s->header, sizeof s->header, doc->tokens[i].text);
	}
}

static void note_title(struct pifu_doc *doc, size_t row)
{
	struct seen *s = &doc->seen;
	if (s->title[0] || doc->row_kind[row] != ROW_TITLE)
		return;
	s->title_line = pifu_doc_row(doc, (uint32_t)row)->line;
	append(s->title, sizeof s->title, doc->tokens[doc->row_token[row]].text);
}

void pifu_seen_block(struct pifu_doc *doc)
{
	struct seen *s = &doc->seen;
	for (size_t row = 0; row < doc->nrows; row++) {
		uint32_t words = doc->row_token[row + 1] - doc->row_token[row];
		s->lines += words == 1;
		s->rows += words > 1;
		if (words > s->widest)
			s->widest = words;
		note_headers(doc, row);
		note_title(doc, row);
	}
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void pifu_seen_tell(struct pifu_doc *doc)
{
	const struct seen *s = &doc->seen;
	char text[PIFU_LIMIT_FINDING_TEXT];
	int n = snprintf(text, sizeof text, s->lines || s->rows ? "only " : "nothing");
	if (s->lines)
		n += snprintf(text + n, sizeof text - (size_t)n, "%llu line%s of text%s",
		              (unsigned long long)s->lines, plural(s->lines), s->rows ? ", " : "");
	if (s->rows)
		snprintf(text + n, sizeof text - (size_t)n, "%llu row%s of up to %u cells",
		         (unsigned long long)s->rows, plural(s->rows), s->widest);
	if (s->headers) {
		append(text, sizeof text, STR("; most like a header: "));
		append(text, sizeof text, pifu_str_of(s->header));
	}
	if (s->title[0]) {
		append(text, sizeof text, STR("; a title: "));
		append(text, sizeof text, pifu_str_of(s->title));
	}
	struct finding f = {.code = PIFU_FINDING_NO_FORM,
	                    .line = s->headers ? s->header_line : s->title_line,
	                    .table = PIFU_NONE,
	                    .row = PIFU_NONE,
	                    .col = PIFU_NONE,
	                    .text = pifu_str_of(text)};
	pifu_finding_add(&doc->findings, f);
}
