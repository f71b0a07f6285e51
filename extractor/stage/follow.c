/* Where a table that is told one cell a line ends.
 *
 *     满意度指标          label: evidence
 *     服务对象满意度指标   label
 *     用水单位满意度      a name, for a value follows
 *     ≥92%              a target: evidence
 *     95%               the actual value     room for three values behind
 *     10                the weight           the target, by the header
 *     10                the score
 *     3                 no room: a page number, foot
 *
 * Behind the last line with evidence values go on as long as the header has
 * columns for them, and a name goes on with the value below it. Columns of
 * notes are no room: anything could be one. */
#include "grammar/lexicon.h"
#include "stage/classify.h"

#define VALUE_BYTES 30
#define NAME_BYTES 90

static const struct token *only_token(const struct pifu_doc *doc, uint32_t row)
{
	uint32_t first = doc->row_token[row];
	return doc->row_token[row + 1] - first == 1 ? &doc->tokens[first] : NULL;
}

/* The day on which the form was filled in is no value. */
static bool is_day(const struct token *t)
{
	return pifu_str_find(t->key, STR("年")) > 0 && pifu_str_find(t->key, STR("月")) > 0 &&
	       pifu_str_ends(t->key, STR("日"));
}

static bool is_value(const struct token *t)
{
	const uint32_t signs = TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT;
	if (!t || t->key.n > VALUE_BYTES || pifu_token_means(t, MEANING_LABEL, NULL))
		return false;
	if (pifu_token_means(t, MEANING_WORDS, NULL) || pifu_token_means(t, MEANING_UNIT, NULL) ||
	    pifu_token_means(t, MEANING_COMPARATOR, NULL) ||
	    pifu_token_means(t, MEANING_STANDARD, NULL))
		return true;
	return t->nmeanings == 0 && t->flags & signs && !is_day(t) &&
	       pifu_str_find(t->key, STR(":")) < 0;
}

static bool looks_valued(const struct token *t)
{
	bool digit = t->key.n && t->key.s[0] >= '0' && t->key.s[0] <= '9';
	return t->flags & (TEXT_PERCENT | TEXT_COMPARATOR) || (digit && t->key.n <= VALUE_BYTES) ||
	       pifu_token_means(t, MEANING_WORDS, NULL);
}

static uint32_t next_filled(const struct pifu_doc *doc, uint32_t row)
{
	while (row < doc->nrows && doc->row_token[row] == doc->row_token[row + 1])
		row++;
	return row;
}

bool pifu_line_opens(const struct pifu_doc *doc, const struct form_span *f, uint32_t row)
{
	uint32_t next = next_filled(doc, row + 1);
	if (next_filled(doc, f->data_end) != row || next >= doc->nrows)
		return false;
	const struct token *name = only_token(doc, row), *below = only_token(doc, next);
	return name && below && name->nmeanings == 0 && name->key.n <= NAME_BYTES &&
	       name->flags & TEXT_HAN && (looks_valued(below) || pifu_token_is_target(doc, below));
}

/* Columns of values behind the name; 0 where the header is not one cell a line. */
static uint32_t value_columns(struct pifu_doc *doc, const struct form_span *f)
{
	const uint32_t words = 1u << ROLE_NOTE | 1u << ROLE_OTHER;
	uint32_t n = 0;
	bool behind = false;
	for (uint32_t r = f->header; r < f->header_end; r++) {
		const struct token *t = only_token(doc, r);
		uint16_t role;
		if (!t && doc->row_token[r] < doc->row_token[r + 1])
			return 0;
		if (!t || !pifu_token_header(doc, t, &role))
			continue;
		n += behind && !(words >> role & 1);
		behind |= role == ROLE_NAME;
	}
	return n;
}

bool pifu_line_follows(struct pifu_doc *doc, const struct form_span *f, uint32_t row)
{
	const struct token *t = only_token(doc, row);
	bool next_to = t && doc->row_token[f->data_end] == doc->row_token[row];
	uint32_t room = next_to ? value_columns(doc, f) : 0;
	if (room == 0)
		return false;
	if (!is_value(t))
		return false;
	for (uint32_t i = doc->row_token[row], first = doc->row_token[f->header_end];
	     i-- > first && room > 0 && is_value(&doc->tokens[i]);)
		room--;
	return room > 0;
}
