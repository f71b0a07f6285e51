/* Stage 3, its first part: header rows, which tell where a table begins and what
 * its columns hold.
 *
 *     核心职能 | 年度绩效指标                      group headings above     <- top
 *     一级指标 | 二级指标 | 三级指标 | 指标值        two roles of levels or names
 *     2024年 | 2025年                             value headings below
 *     职能1 | 产出指标 | …                         data                     <- end
 *
 * A header run is a row with at least two level or name headers, or (one cell
 * a line) such headers in consecutive rows:
 *
 *     一级指标  <- row
 *     二级指标
 *     指标值
 *     产出指标  <- end
 *
 * Rows that hold nothing but headers join the run from above and below; rows that
 * Word repeats on every page belong to it whatever they say. Every row is asked by
 * the lexicon alone, which is cheap; header rules (places, years) are matched only
 * where a header is likely. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/words.h"

#define ROLE_BIT(role) (1u << (role))
static const uint32_t level_or_name =
	ROLE_BIT(ROLE_LEVEL1) | ROLE_BIT(ROLE_LEVEL2) | ROLE_BIT(ROLE_NAME);

static bool rule_role(struct pifu_doc *doc, const struct token *t, uint16_t *role)
{
	const struct grammar *g = doc->grammars->common;
	for (size_t i = 0; i < g->nheader_rules; i++) {
		if (pifu_rule_match(g->header_rules[i].rule, doc->matcher, t->key, 0, NULL, 0,
		                    NULL) != 1)
			continue;
		*role = g->header_rules[i].role;
		return true;
	}
	return false;
}

/* 合计 is a column beside places, and foot elsewhere. */
static bool is_total(const struct token *t)
{
	return pifu_token_means(t, MEANING_NOISE, NULL);
}

/* 三级指标(个性指标) means what 三级指标 means. */
static bool bracketless_role(const struct pifu_doc *doc, struct str key, uint16_t *role)
{
	const char *open = memchr(key.s, '(', key.n);
	size_t n;
	if (!open || open == key.s)
		return false;
	struct str bare = pifu_str_sub(key, 0, (uint32_t)(open - key.s));
	const struct meaning *m = pifu_lexicon_find(doc->grammars->common->lexicon, bare, &n);
	for (size_t i = 0; m && i < n; i++) {
		if (m[i].kind != MEANING_HEADER)
			continue;
		*role = m[i].id;
		return true;
	}
	return false;
}

/* May the word be a header, by its own meaning or by a rule for words that have none? */
static bool may_head(const struct token *t)
{
	bool unknown = t->nmeanings == 0 || (t->nmeanings == 1 && is_total(t));
	return pifu_token_means(t, MEANING_HEADER, NULL) ||
	       (unknown && t->key.n >= 6 && t->key.n <= 60);
}

bool pifu_token_header(struct pifu_doc *doc, const struct token *t, uint16_t *role)
{
	const struct meaning *m;
	if (pifu_token_means(t, MEANING_HEADER, &m)) {
		*role = m->id;
		return true;
	}
	if (!may_head(t))
		return false;
	return rule_role(doc, t, role) || bracketless_role(doc, t->key, role);
}

#define UNDER_BYTES 120

bool pifu_header_under(struct pifu_doc *doc, const struct token *heading, const struct token *t,
                       uint16_t *role)
{
	char key[UNDER_BYTES];
	if (t->key.n == 0 || t->key.n + heading->key.n > sizeof key)
		return false;
	memcpy(key, t->key.s, t->key.n);
	memcpy(key + t->key.n, heading->key.s, heading->key.n);
	struct token both = {.key = {key, t->key.n + heading->key.n}};
	pifu_word_look(doc, &both);
	return pifu_token_header(doc, &both, role);
}

static bool is_marked(const struct pifu_doc *doc, size_t row)
{
	return pifu_doc_row(doc, (uint32_t)row)->marks & ROW_MARK_HEADER;
}

struct header_count {
	uint32_t roles; /* bit set of the roles seen */
	unsigned headers, others;
	bool name_too; /* a heading that may as well be the names' column: 绩效指标 */
};

static bool may_name(const struct token *t)
{
	for (unsigned i = 0; i < t->nmeanings; i++)
		if (t->meanings[i].kind == MEANING_HEADER && t->meanings[i].id == ROLE_NAME)
			return true;
	return false;
}

/* Header words of one row by the lexicon alone: cheap, run on every row. */
static struct header_count count_headers(const struct pifu_doc *doc, size_t row)
{
	struct header_count c = {0};
	if (!pifu_row_means(doc, row, MEANING_HEADER)) {
		c.others = doc->row_token[row + 1] - doc->row_token[row];
		return c;
	}
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		const struct meaning *m;
		if (!pifu_token_means(&doc->tokens[i], MEANING_HEADER, &m)) {
			c.others++;
			continue;
		}
		c.headers++;
		c.roles |= ROLE_BIT(m->id);
		c.name_too |= m->id == ROLE_BANNER && may_name(&doc->tokens[i]);
	}
	return c;
}

/* The same with the header rules, for rows that hold places or years. */
static struct header_count count_places(struct pifu_doc *doc, size_t row)
{
	struct header_count c = {0};
	unsigned totals = 0;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		uint16_t role;
		if (!pifu_token_header(doc, &doc->tokens[i], &role)) {
			c.others++;
			continue;
		}
		c.headers++;
		c.roles |= ROLE_BIT(role);
		totals += is_total(&doc->tokens[i]);
	}
	if (!(c.roles & ROLE_BIT(ROLE_PLACE)))
		c.others += totals, c.headers -= totals;
	return c;
}

static unsigned bits(uint32_t set)
{
	return (unsigned)__builtin_popcount(set);
}

/* Enough for a header: two of the level and name columns, or a name and a
 * target with nothing but headers around (forms without levels). */
static bool is_header_set(struct header_count c)
{
	if (bits(c.roles & level_or_name) >= 2)
		return c.headers > c.others;
	bool name = c.name_too || c.roles & ROLE_BIT(ROLE_NAME);
	return name && (c.roles & ROLE_BIT(ROLE_TARGET)) && c.others == 0;
}

/* A row that the document itself repeats on every page may have more unknown words than headers. */
static bool is_header_row(const struct pifu_doc *doc, size_t row, struct header_count c)
{
	uint32_t pair = ROLE_BIT(ROLE_NAME) | ROLE_BIT(ROLE_TARGET);

	if (c.headers >= 2 && is_marked(doc, row))
		return bits(c.roles & level_or_name) >= 2 || (c.roles & pair) == pair;
	return c.headers >= 2 && is_header_set(c);
}

static bool next_filled(const struct pifu_doc *doc, size_t *row)
{
	while (*row < doc->nrows && doc->row_token[*row] == doc->row_token[*row + 1])
		++*row;
	return *row < doc->nrows;
}

/* Consecutive one-cell rows that are headers (one cell a line): rows read, or 0. */
static size_t match_column_header(const struct pifu_doc *doc, size_t row)
{
	struct header_count all = {0};
	size_t at = row, end = row;
	while (next_filled(doc, &at)) {
		struct header_count c = count_headers(doc, at);
		if (c.headers != 1 || c.others != 0 || (all.roles & c.roles & level_or_name))
			break;
		all.headers++;
		all.roles |= c.roles;
		end = ++at;
	}
	return all.headers >= 3 && is_header_set(all) ? end - row : 0;
}

/* A row of the header that has no level column itself: group headings above
 * (核心职能 | 年度绩效指标) or value headings below (2024年 | 2025年). */
static bool is_header_side(struct pifu_doc *doc, size_t row)
{
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (!may_head(&doc->tokens[i]))
			return false;
	struct header_count c = count_places(doc, row);
	return c.headers > 0 && c.others == 0;
}

/* The heading of values in row `above` that a word at `col` stands under. */
static const struct token *heading_over(const struct pifu_doc *doc, size_t above, uint32_t col)
{
	const struct token *found = NULL;
	for (uint32_t i = doc->row_token[above]; i < doc->row_token[above + 1]; i++) {
		const struct meaning *m;
		const struct token *t = &doc->tokens[i];
		if (t->col <= col)
			found = pifu_token_means(t, MEANING_HEADER, &m) && m->id == ROLE_TARGET
			                ? t
			                : NULL;
	}
	return found;
}

/* 中长期 | 年度 under 指标值: only together with that they are headers. */
static bool is_under_values(struct pifu_doc *doc, size_t above, size_t row)
{
	uint16_t role;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		const struct token *t = &doc->tokens[i];
		const struct token *heading = heading_over(doc, above, t->col);
		if (!heading || t->flags & (TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT) ||
		    !pifu_header_under(doc, heading, t, &role))
			return false;
	}
	return true;
}

/* Lines of places behind a column of headers: 全市, 甲县, 乙区. */
static size_t match_places(struct pifu_doc *doc, size_t row)
{
	size_t at = row, end = row;
	bool place = false;
	uint16_t role;
	while (next_filled(doc, &at) && doc->row_token[at + 1] - doc->row_token[at] == 1 &&
	       pifu_token_header(doc, &doc->tokens[doc->row_token[at]], &role) &&
	       (role == ROLE_PLACE || role == ROLE_TARGET)) {
		place |= role == ROLE_PLACE;
		end = ++at;
	}
	return place ? end : row;
}

size_t pifu_header_end(struct pifu_doc *doc, size_t row)
{
	struct header_count c = count_headers(doc, row);
	size_t end = row;
	if ((c.roles & ROLE_BIT(ROLE_NAME)) && c.others >= 2 && !is_header_set(c)) {
		struct header_count places = count_places(doc, row);
		if (places.roles & ROLE_BIT(ROLE_PLACE))
			c = places;
	}
	if (is_header_row(doc, row, c)) {
		end = row + 1;
	} else if (c.headers == 1 && c.others == 0) {
		size_t lines = match_column_header(doc, row);
		return lines ? match_places(doc, row + lines) : row;
	}
	if (end == row)
		return row;
	size_t below = end;
	while (next_filled(doc, &below) && doc->row_token[below + 1] - doc->row_token[below] >= 2 &&
	       ((is_marked(doc, below) && !pifu_row_evidence(doc, (uint32_t)below)) ||
	        is_header_side(doc, below) || is_under_values(doc, row, below)))
		end = ++below;
	return end;
}

/* 专项名称 | 资金额 | 绩效指标: a heading over several columns among others of which
 * one may be unknown. */
static bool is_banner_row(struct pifu_doc *doc, size_t row)
{
	struct header_count c = count_places(doc, row);
	return c.roles & ROLE_BIT(ROLE_BANNER) && c.headers >= 2 && c.others <= 1 &&
	       c.roles & ~ROLE_BIT(ROLE_BANNER);
}

size_t pifu_header_top(struct pifu_doc *doc, size_t row, size_t floor)
{
	while (row > floor) {
		size_t above = row - 1;
		while (above > floor && doc->row_token[above] == doc->row_token[above + 1])
			above--;
		uint32_t words = doc->row_token[above + 1] - doc->row_token[above];
		bool lone = words == 1 && count_headers(doc, above).headers == 0; /* 苍坪林场 */
		bool banner = words > 0 && is_banner_row(doc, above) &&
		              doc->tokens[doc->row_token[row]].col > 0;
		if (words == 0 || lone || !(is_header_side(doc, above) || banner))
			break;
		row = above;
	}
	return row;
}
