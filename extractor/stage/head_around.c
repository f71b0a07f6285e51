/* Values that stand around their labels, in text that is laid out with blanks.
 *
 *                 对县、乡、村三级公路开展日常保洁,保持      the cell's text, wrapped
 *     总体目标                                      its label, in the middle
 *                 边沟畅通,保障群众出行安全。
 *
 * A label at the beginning of its line, with lines of one indent directly above and
 * below, is in the middle of its value; there are as many lines below as above. What
 * an earlier field took is nobody's any more.
 *
 * Limits: a wrapped label is none; no blank line stands between the lines. */
#include "stage/classify.h"
#include "stage/head.h"

#define LINES_MOST 20
#define INDENT_LEAST 4 /* of the value behind its label */
#define INDENT_OFF 1   /* blanks by which lines of one cell differ */

static const struct cell *cell_of(const struct pifu_doc *doc, uint32_t token)
{
	return &doc->grid.cells[doc->tokens[token].cell];
}

/* A line of text that nobody has taken, directly above or below another word's. */
static bool is_free_line(const struct pifu_doc *doc, uint32_t token, uint32_t beside)
{
	const struct token *t = &doc->tokens[token];
	uint32_t row = t->row, number = pifu_doc_row(doc, row)->number,
		 other = pifu_doc_row(doc, doc->tokens[beside].row)->number;
	return doc->row_token[row + 1] - doc->row_token[row] == 1 &&
	       doc->row_kind[row] == ROW_TEXT && t->nmeanings == 0 &&
	       (number + 1 == other || other + 1 == number);
}

static bool same_indent(const struct pifu_doc *doc, uint32_t a, uint32_t b)
{
	uint32_t left = cell_of(doc, a)->lead, right = cell_of(doc, b)->lead;
	return left > right ? left - right <= INDENT_OFF : right - left <= INDENT_OFF;
}

bool pifu_head_around(const struct pifu_doc *doc, uint32_t label, uint32_t *first, uint32_t *end)
{
	uint32_t begin = doc->row_token[doc->span->begin], stop = doc->span->header_token,
		 row = doc->tokens[label].row, last = doc->row_token[row + 1];
	if (label > doc->row_token[row] || last - label > 2 || label == begin || last >= stop ||
	    !is_free_line(doc, label - 1, label) || !is_free_line(doc, last, label) ||
	    !same_indent(doc, label - 1, last) ||
	    cell_of(doc, last)->lead < cell_of(doc, label)->lead + INDENT_LEAST)
		return false;
	unsigned above = 1, below = 1;
	while (above < LINES_MOST && label - above > begin &&
	       is_free_line(doc, label - above - 1, label - above) &&
	       same_indent(doc, label - above - 1, last))
		above++;
	while (below < above && last + below < stop &&
	       is_free_line(doc, last + below, last + below - 1) &&
	       same_indent(doc, last + below, last))
		below++;
	*first = label - (below < above ? below : above);
	*end = last + below;
	return true;
}
