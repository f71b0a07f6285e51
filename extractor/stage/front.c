/* Level columns that stand behind the names are put in front of them.
 *
 *     序号 | 指标名称 | 指标值 | 一级指标 | 二级指标          一级指标 | 二级指标 | 序号 | 指标名称 | 指标值
 *     1   | 回收箱   | ≥75组 | 产出指标 | 数量指标    ->   产出指标 | 数量指标 | 1   | 回收箱   | ≥75组
 *     2   | 清运时限 | ≤12小时 |        | 时效指标                  时效指标 | 2   | 清运时限 | ≤12小时
 *
 * A record is read in the order of its columns and takes the labels met before
 * its name. The sign is a header row that begins with a header and has one
 * names' column in front of a level's. Words keep their cells; only their order
 * in the row and the numbers of their columns are new.
 *
 * Limits: a table with two names' columns is left as it is; rows of one word stay
 * where they are. */
#include "base/error.h"
#include "stage/classify.h"
#include "stage/turn.h"

#define ROW_WORDS SLOTS_MAX
#define COLS_MOST 64

/* New numbers of the columns of one table. */
struct fronting {
	uint8_t col[COLS_MOST];
};

static uint8_t role_of(const struct token *t)
{
	const struct meaning *m;
	return pifu_token_means(t, MEANING_HEADER, &m) ? (uint8_t)m->id : ROLE_NONE;
}

static bool governs(uint8_t role)
{
	return role == ROLE_FUNCTION || role == ROLE_LEVEL1 || role == ROLE_LEVEL2;
}

/* A header row in which a level follows the only names' column. */
static bool is_late(const struct pifu_doc *doc, size_t row)
{
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	unsigned names = 0, late = 0;
	if (end - first < 3 || end - first > ROW_WORDS || role_of(&doc->tokens[first]) == ROLE_NONE)
		return false;
	for (uint32_t i = first; i < end; i++) {
		uint8_t role = role_of(&doc->tokens[i]);
		names += role == ROLE_NAME;
		late += names && (role == ROLE_LEVEL1 || role == ROLE_LEVEL2);
	}
	return names == 1 && late > 0 && doc->tokens[end - 1].col < COLS_MOST;
}

/* Columns of what governs come first, by rank; the others follow in their order. */
static void number_columns(const struct pifu_doc *doc, size_t row, struct fronting *f)
{
	static const uint8_t ranks[] = {ROLE_FUNCTION, ROLE_LEVEL1, ROLE_LEVEL2};
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	uint8_t next = 0;
	bool taken[COLS_MOST] = {false};
	for (size_t k = 0; k < sizeof ranks / sizeof *ranks; k++)
		for (uint32_t i = first; i < end; i++)
			if (role_of(&doc->tokens[i]) == ranks[k]) {
				f->col[doc->tokens[i].col] = next++;
				taken[doc->tokens[i].col] = true;
			}
	for (unsigned c = 0; c < COLS_MOST; c++)
		if (!taken[c])
			f->col[c] = next++;
}

/* Words of a row in the order of their new columns. */
static void sort_row(struct pifu_doc *doc, uint32_t first, uint32_t end)
{
	for (uint32_t i = first + 1; i < end; i++) {
		struct token t = doc->tokens[i];
		uint32_t at = i;
		for (; at > first && doc->tokens[at - 1].col > t.col; at--)
			doc->tokens[at] = doc->tokens[at - 1];
		doc->tokens[at] = t;
	}
}

static void front_row(struct pifu_doc *doc, size_t row, const struct fronting *f)
{
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	if (end - first < 2 || end - first > ROW_WORDS)
		return;
	for (uint32_t i = first; i < end; i++)
		if (doc->tokens[i].col < COLS_MOST)
			doc->tokens[i].col = f->col[doc->tokens[i].col];
	sort_row(doc, first, end);
}

/* Another header has columns of its own, a head field ends the table. */
static bool ends_table(const struct pifu_doc *doc, size_t row)
{
	uint32_t first = doc->row_token[row];
	if (doc->row_token[row + 1] == first)
		return false;
	const struct token *t = &doc->tokens[first];
	return !pifu_token_means(t, MEANING_LABEL, NULL) &&
	       (governs(role_of(t)) || pifu_token_means(t, MEANING_FIELD, NULL));
}

void pifu_front_labels(struct pifu_doc *doc)
{
	if (doc->prose.n)
		return;
	for (size_t r = 0; r < doc->nrows; r++) {
		struct fronting f;
		if (!is_late(doc, r))
			continue;
		number_columns(doc, r, &f);
		front_row(doc, r, &f);
		while (r + 1 < doc->nrows && !is_late(doc, r + 1) && !ends_table(doc, r + 1))
			front_row(doc, ++r, &f);
	}
}
