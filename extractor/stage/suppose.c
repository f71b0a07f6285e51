/* A header where there is none.
 *
 * A page cut out of a form, or indicators told in prose, have no header. The
 * columns of prose are known (prose.h); those of rows are told by what stands in
 * the rows that carry the most labels:
 *
 *     产出指标 | 数量指标 | 疏浚沟渠长度 | ≥ | 26 | 公里 | 10
 *     LEVEL1    LEVEL2    NAME       COMP TARGET UNIT OTHER
 *
 * Rows are taken for a table only if at least three of them have both a level
 * label and a target, or (one cell a line) if there are at least three lines of
 * each. The form then carries the finding `header-supposed`.
 *
 * Limits: what no row of the page shows (a function, a second value column) is
 * not supposed. */
#include "stage/suppose.h"

#include "stage/classify.h"
#include "stage/prose.h"

#define ROWS_LEAST 3
#define GAP_MOST 4 /* rows without evidence inside the table */
#define COLS 32

enum look {
	LOOK_LEVEL1,
	LOOK_LEVEL2,
	LOOK_COMPARATOR,
	LOOK_UNIT,
	LOOK_TARGET,
	LOOK_NUMBER,
	LOOK_BANNER,
	LOOK_TEXT,
	LOOKS
};

/* ---- What a word looks like ----------------------------------------------------------- */

static bool has_level(const struct pifu_doc *doc, const struct token *t, unsigned level)
{
	for (unsigned i = 0; i < t->nmeanings; i++)
		if (t->meanings[i].kind == MEANING_LABEL &&
		    doc->grammars->common->labels[t->meanings[i].id].level == level)
			return true;
	return false;
}

static bool is_number(struct str key)
{
	for (uint32_t i = 0; i < key.n; i++)
		if (!strchr("0123456789.,", key.s[i]) || !key.s[i])
			return false;
	return key.n > 0;
}

static enum look look_at(const struct pifu_doc *doc, const struct token *t, bool level1_seen)
{
	bool first = has_level(doc, t, 1), second = has_level(doc, t, 2);
	const struct meaning *m;
	if (first && (!second || !level1_seen))
		return LOOK_LEVEL1;
	if (second)
		return LOOK_LEVEL2;
	if (pifu_token_means(t, MEANING_COMPARATOR, NULL))
		return LOOK_COMPARATOR;
	if (pifu_token_means(t, MEANING_UNIT, NULL))
		return LOOK_UNIT;
	if (is_number(t->key))
		return LOOK_NUMBER;
	if (t->flags & (TEXT_COMPARATOR | TEXT_PERCENT) || pifu_token_means(t, MEANING_WORDS, NULL))
		return LOOK_TARGET;
	if (pifu_token_means(t, MEANING_HEADER, &m) && m->id == ROLE_BANNER)
		return LOOK_BANNER;
	bool digit_first = t->key.n && t->key.s[0] >= '0' && t->key.s[0] <= '9';
	return digit_first && t->key.n <= 30 ? LOOK_TARGET : LOOK_TEXT;
}

static unsigned count_labels(const struct pifu_doc *doc, uint32_t row)
{
	unsigned n = 0;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		n += pifu_token_means(&doc->tokens[i], MEANING_LABEL, NULL);
	return n;
}

static unsigned row_words(const struct pifu_doc *doc, uint32_t row)
{
	return doc->row_token[row + 1] - doc->row_token[row];
}

static bool holds_target(const struct pifu_doc *doc, uint32_t row)
{
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		enum look look = look_at(doc, &doc->tokens[i], true);
		if (look == LOOK_TARGET || look == LOOK_COMPARATOR)
			return true;
	}
	return false;
}

/* ---- Where the table is ------------------------------------------------------------------ */

struct rows {
	unsigned full;    /* rows with a label, a name and a target */
	unsigned labels;  /* lines that are a label */
	unsigned targets; /* lines that are a target */
	uint32_t begin, end, gap;
};

static void count_row(const struct pifu_doc *doc, uint32_t row, struct rows *n)
{
	unsigned words = row_words(doc, row);
	n->full += words >= 3 && count_labels(doc, row) > 0 && holds_target(doc, row);
	if (words != 1)
		return;
	const struct token *t = &doc->tokens[doc->row_token[row]];
	n->labels += pifu_token_means(t, MEANING_LABEL, NULL);
	n->targets += t->flags & (TEXT_COMPARATOR | TEXT_PERCENT) && t->key.n <= 36;
}

static bool is_enough(const struct rows *n)
{
	return n->full >= ROWS_LEAST || (n->labels >= ROWS_LEAST && n->targets >= ROWS_LEAST);
}

bool pifu_suppose_rows(struct pifu_doc *doc, uint32_t from, uint32_t to, uint32_t *begin,
                       uint32_t *end)
{
	struct rows n = {.begin = PIFU_NONE};
	for (uint32_t r = from; r < to; r++) {
		if (row_words(doc, r) == 0)
			continue;
		bool evidence = doc->row_kind[r] != ROW_NOISE && pifu_row_evidence(doc, r);
		if (!evidence && n.begin != PIFU_NONE && ++n.gap > GAP_MOST) {
			if (is_enough(&n))
				break;
			n = (struct rows){.begin = PIFU_NONE};
		}
		if (!evidence)
			continue;
		if (n.begin == PIFU_NONE)
			n.begin = r;
		n.gap = 0;
		n.end = r + 1;
		count_row(doc, r, &n);
	}
	if (n.begin == PIFU_NONE || !is_enough(&n))
		return false;
	*begin = n.begin;
	*end = n.end;
	return true;
}

/* ---- What its columns are ------------------------------------------------------------------ */

struct votes {
	uint16_t look[COLS][LOOKS];
	unsigned rows;
};

/* Rows that carry the most labels show all the columns. */
static void count_votes(const struct pifu_doc *doc, struct votes *v)
{
	const struct form_span *f = doc->span;
	unsigned most = 0;
	for (uint32_t r = f->header_end; r < f->data_end; r++)
		if (doc->row_kind[r] == ROW_DATA && count_labels(doc, r) > most)
			most = count_labels(doc, r);
	for (uint32_t r = f->header_end; r < f->data_end && v->rows < UINT16_MAX; r++) {
		if (doc->row_kind[r] != ROW_DATA || count_labels(doc, r) < most)
			continue;
		bool level1 = false;
		v->rows++;
		for (uint32_t i = doc->row_token[r]; i < doc->row_token[r + 1]; i++) {
			enum look look = look_at(doc, &doc->tokens[i], level1);
			level1 |= look == LOOK_LEVEL1;
			if (doc->tokens[i].col < COLS)
				v->look[doc->tokens[i].col][look]++;
		}
	}
}

static enum look elect(const struct votes *v, uint32_t col)
{
	unsigned best = LOOKS;
	for (unsigned k = 0; k < LOOKS; k++)
		if (v->look[col][k] && (best == LOOKS || v->look[col][k] > v->look[col][best]))
			best = k;
	return (enum look)best;
}

#define SEEN(role) (1u << (role))

/* The role of a column behind columns of the roles in `seen`. */
static uint8_t choose_role(enum look look, uint32_t seen)
{
	bool name = seen & SEEN(ROLE_NAME), target = seen & SEEN(ROLE_TARGET);
	bool levels = seen & (SEEN(ROLE_LEVEL1) | SEEN(ROLE_LEVEL2));
	switch (look) {
	case LOOK_LEVEL1:
		return seen & SEEN(ROLE_LEVEL1) ? ROLE_OTHER : ROLE_LEVEL1;
	case LOOK_LEVEL2:
		return seen & SEEN(ROLE_LEVEL2) ? ROLE_OTHER : ROLE_LEVEL2;
	case LOOK_BANNER:
		return ROLE_BANNER;
	case LOOK_COMPARATOR:
		return seen & SEEN(ROLE_COMPARATOR) ? ROLE_OTHER : ROLE_COMPARATOR;
	case LOOK_UNIT:
		return seen & SEEN(ROLE_UNIT) ? ROLE_OTHER : ROLE_UNIT;
	case LOOK_TARGET:
	case LOOK_NUMBER:
		return name && !target ? ROLE_TARGET : ROLE_OTHER;
	default:
		if (!levels)
			return ROLE_PROJECT;
		return !name ? ROLE_NAME : target ? ROLE_NOTE : ROLE_BASIS;
	}
}

static bool is_function_column(struct pifu_doc *doc, uint32_t col)
{
	const struct rule *rule = doc->grammars->common->function_rule;
	const struct form_span *f = doc->span;
	for (uint32_t i = f->header_token_end; rule && i < doc->row_token[f->data_end]; i++) {
		const struct token *t = &doc->tokens[i];
		if (t->col == col && t->key.n >= 7 &&
		    pifu_rule_match(rule, doc->matcher, t->key, 0, NULL, 0, NULL) == 1)
			return true;
	}
	return false;
}

static void put_slots(struct pifu_doc *doc, const uint8_t *roles, size_t n)
{
	for (uint32_t i = 0; i < n; i++)
		doc->slots[i] = (struct slot){roles[i], i, PIFU_NONE};
	doc->nslots = n;
}

static void suppose_by_votes(struct pifu_doc *doc)
{
	struct votes v = {0};
	uint32_t seen = 0;
	count_votes(doc, &v);
	doc->nslots = 0;
	for (uint32_t col = 0; col < COLS; col++) {
		enum look look = elect(&v, col);
		if (look == LOOKS)
			continue;
		uint8_t role = choose_role(look, seen);
		if (role == ROLE_PROJECT && is_function_column(doc, col))
			role = ROLE_FUNCTION;
		seen |= SEEN(role);
		doc->slots[doc->nslots++] = (struct slot){role, col, PIFU_NONE};
	}
	/* Targets in words look like texts: the last of them stands in for it. */
	for (size_t i = doc->nslots; !(seen & SEEN(ROLE_TARGET)) && i-- > 0;) {
		if (doc->slots[i].role != ROLE_BASIS)
			continue;
		doc->slots[i].role = ROLE_TARGET;
		seen |= SEEN(ROLE_TARGET);
	}
}

/* One cell a line: all words stand alone. */
static bool is_lines(const struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	unsigned rows = 0, single = 0;
	for (uint32_t r = f->header_end; r < f->data_end; r++) {
		rows += row_words(doc, r) > 0;
		single += row_words(doc, r) == 1;
	}
	return single * 10 >= rows * 8;
}

void pifu_suppose_columns(struct pifu_doc *doc)
{
	static const uint8_t prose[] = {ROLE_PROJECT, ROLE_LEVEL1, ROLE_LEVEL2, ROLE_NAME,
	                                ROLE_TARGET};
	if (doc->span->supposed == SUPPOSED_PROSE)
		put_slots(doc, prose, sizeof prose);
	else if (is_lines(doc))
		put_slots(doc, prose + 1, sizeof prose - 1);
	else
		suppose_by_votes(doc);
	doc->has_levels = true;
}
