/* The table of an unknown form: where its header is, and what its cells look like.
 *
 *     row  words                                        header score
 *      0   白鹭县重点工作考评计分表                          one word: no row of a table
 *      1   考评大类 | 考评小类 | 考评事项 | 应达数 | 计数       short, no digits, numbers below: best
 *      2   履职质效 | 办件     | 窗口办件量 | 1200  | 件       digits
 *      3            |         | 按时办结率 | 98    | %        too few words
 *
 * Where the scan found a form its header is taken. Elsewhere the widest table is
 * (of two, the longer), and of its first rows the one that looks most like a header:
 * short words, known headers, as many as the table is wide, none of them repeated
 * below. A header of several rows gives each column the lowest word that stands over
 * it; a cell belongs to the last header at or before its own column. */
#include "base/error.h"
#include "grammar/draft.h"
#include "stage/classify.h"

enum { FIRST_ROWS = 30, LOOK_ROWS = 400, BELOW = 10 };

static uint32_t words_of(const struct pifu_doc *doc, uint32_t row)
{
	return doc->row_token[row + 1] - doc->row_token[row];
}

/* ---- The table --------------------------------------------------------------- */

struct extent {
	uint32_t from, to; /* rows of words */
	uint32_t width;    /* words of its second fullest row */
};

/* The rows that come from one table of the grid. */
static struct extent table_at(const struct pifu_doc *doc, uint32_t row)
{
	struct extent t = {row, row, 0};
	uint32_t table = pifu_doc_row(doc, row)->table, most = 0;
	for (; t.to < doc->nrows && pifu_doc_row(doc, t.to)->table == table; t.to++) {
		uint32_t n = words_of(doc, t.to);
		if (n > most) {
			t.width = most;
			most = n;
		} else if (n > t.width) {
			t.width = n;
		}
	}
	return t;
}

static bool is_better(const struct extent *a, const struct extent *b)
{
	if (a->width != b->width)
		return a->width > b->width;
	return a->to - a->from > b->to - b->from;
}

static struct extent widest_table(const struct pifu_doc *doc)
{
	struct extent best = {0};
	for (uint32_t row = 0; row < doc->nrows;) {
		struct extent t = table_at(doc, row);
		if (t.width >= 2 && t.width <= SLOTS_MAX && is_better(&t, &best))
			best = t;
		row = t.to;
	}
	return best;
}

/* ---- The header ---------------------------------------------------------------- */

/* How often the word stands below in its column, and how many cells there have digits. */
static void look_below(const struct pifu_doc *doc, uint32_t token, uint32_t end, unsigned *same,
                       unsigned *digits)
{
	const struct token *t = &doc->tokens[token];
	*same = *digits = 0;
	for (uint32_t row = t->row + 1; row < end && row <= t->row + BELOW; row++) {
		for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
			const struct token *below = &doc->tokens[i];
			if (below->col != t->col)
				continue;
			*same += pifu_str_eq(below->key, t->key);
			*digits += (below->flags & TEXT_DIGIT) != 0;
		}
	}
}

static int header_likeness(struct pifu_doc *doc, uint32_t token, uint32_t end)
{
	static const uint8_t contents[] = {MEANING_LABEL, MEANING_UNIT,     MEANING_COMPARATOR,
	                                   MEANING_WORDS, MEANING_STANDARD, MEANING_DIRECTION};
	const struct token *t = &doc->tokens[token];
	unsigned same, digits;
	uint16_t role;
	int score = pifu_utf8_count(t->key) <= 12 ? 1 : -2;
	look_below(doc, token, end, &same, &digits);
	if (pifu_token_header(doc, t, &role))
		return score + 4 - 2 * (int)same;
	for (size_t i = 0; i < sizeof contents; i++)
		if (pifu_token_means(t, contents[i], NULL))
			score -= 2;
	if (t->flags & (TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT))
		score -= 3;
	else if (digits > 1)
		score += 2;
	return score - 2 * (int)same;
}

/* A level label stands below headers, never among them. */
static bool has_label(const struct pifu_doc *doc, uint32_t row)
{
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (pifu_token_means(&doc->tokens[i], MEANING_LABEL, NULL) &&
		    !pifu_token_means(&doc->tokens[i], MEANING_HEADER, NULL))
			return true;
	return false;
}

static int row_likeness(struct pifu_doc *doc, const struct extent *t, uint32_t row)
{
	uint32_t n = words_of(doc, row);
	int score = (int)(n * 12 / t->width) - (int)(row - t->from) / 4;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		score += header_likeness(doc, i, t->to);
	return score;
}

static bool find_header(struct draft *d)
{
	struct pifu_doc *doc = d->doc;
	struct extent t = widest_table(doc);
	int best = 0;
	for (uint32_t row = t.from; row + 1 < t.to && row < t.from + FIRST_ROWS; row++) {
		if (words_of(doc, row) < 2 || has_label(doc, row))
			continue;
		int score = row_likeness(doc, &t, row);
		if (score <= best)
			continue;
		best = score;
		d->header = row;
	}
	d->header_end = d->header + 1;
	d->end = t.to;
	return best > 0;
}

/* The form of the scan with the most rows. */
static bool find_form(struct draft *d)
{
	const struct pifu_doc *doc = d->doc;
	const struct form_span *best = NULL;
	for (size_t i = 0; i < doc->nspans; i++) {
		const struct form_span *f = &doc->spans[i];
		if (!best || f->data_end - f->header_end > best->data_end - best->header_end)
			best = f;
	}
	if (!best || best->header_token_end - best->header_token < 2)
		return false;
	d->recognised = true;
	d->header = best->header;
	d->header_end = best->header_end;
	d->end = best->data_end;
	return true;
}

/* ---- The title ------------------------------------------------------------------- */

static bool sounds_like_title(struct str key)
{
	static const struct str ends[] = {{"表", 3},   {"单", 3},   {"书", 3},  {"册", 3},
	                                  {"批复", 6}, {"台账", 6}, {"情况", 6}};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (pifu_str_ends(key, ends[i]))
			return true;
	return false;
}

/* The nearest line above the header that is a title, or else sounds like one. */
static void find_title(struct draft *d)
{
	const struct pifu_doc *doc = d->doc;
	d->title = PIFU_NONE;
	for (uint32_t row = d->header; row-- > 0 && d->header - row <= FIRST_ROWS;) {
		if (words_of(doc, row) == 0 || words_of(doc, row) > 2)
			continue;
		uint32_t token = doc->row_token[row];
		if (doc->row_kind[row] == ROW_TITLE && (doc->tokens[token].flags & TEXT_HAN) &&
		    sounds_like_title(doc->tokens[token].key)) {
			d->title = token;
			return;
		}
		if (d->title == PIFU_NONE && sounds_like_title(doc->tokens[token].key))
			d->title = token;
	}
}

/* ---- Columns ---------------------------------------------------------------------- */

static void put_column(struct draft *d, uint32_t token)
{
	const struct token *t = &d->doc->tokens[token];
	uint16_t role = ROLE_OTHER;
	struct draft_column c = {.token = token, .col = t->col, .role = ROLE_OTHER};
	c.known = pifu_token_header(d->doc, t, &role);
	c.role = (uint8_t)role;
	size_t at = 0;
	while (at < d->ncolumns && d->columns[at].col < c.col)
		at++;
	if (at < d->ncolumns && d->columns[at].col == c.col) {
		d->columns[at] = c; /* the lower word of two */
		return;
	}
	if (d->ncolumns == SLOTS_MAX)
		return;
	memmove(&d->columns[at + 1], &d->columns[at], (d->ncolumns - at) * sizeof c);
	d->columns[at] = c;
	d->ncolumns++;
}

bool pifu_draft_table(struct draft *d)
{
	const struct pifu_doc *doc = d->doc;
	if (!find_form(d) && !find_header(d))
		return false;
	for (uint32_t i = doc->row_token[d->header]; i < doc->row_token[d->header_end]; i++)
		put_column(d, i);
	find_title(d);
	return d->ncolumns >= 2;
}

/* ---- What cells look like ------------------------------------------------------------ */

static enum look label_look(const struct pifu_doc *doc, const struct meaning *m)
{
	return doc->grammars->common->labels[m->id].level == 1 ? LOOK_LEVEL1 : LOOK_LEVEL2;
}

/* What the lexicon says of the cell; LOOK_COUNT: nothing. */
static enum look known_look(const struct pifu_doc *doc, const struct token *t)
{
	static const struct {
		uint8_t kind;
		uint8_t look;
	} looks[] = {
		{MEANING_COMPARATOR, LOOK_SIGN},   {MEANING_DIRECTION, LOOK_DIRECTION},
		{MEANING_STANDARD, LOOK_STANDARD}, {MEANING_UNIT, LOOK_UNIT},
		{MEANING_WORDS, LOOK_WORDS},
	};
	const struct meaning *m;
	if (pifu_token_means(t, MEANING_LABEL, &m))
		return label_look(doc, m);
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
		if (pifu_token_means(t, looks[i].kind, NULL))
			return looks[i].look;
	return LOOK_COUNT;
}

static enum look target_look(const struct target *t)
{
	if (t->kind == TARGET_NUMBER && !t->unit.s && t->comparator == COMPARATOR_NONE)
		return LOOK_NUMBER;
	if (t->kind == TARGET_DATE)
		return LOOK_DATE;
	return t->kind == TARGET_TEXT && !t->misread ? LOOK_WORDS : LOOK_TARGET;
}

static enum look text_look(const struct pifu_doc *doc, const struct token *t)
{
	const struct grammar *g = doc->grammars->common;
	uint32_t chars = pifu_utf8_count(t->key);
	if (chars > 24 || (chars > 12 && t->flags & TEXT_PUNCT))
		return LOOK_PROSE;
	return pifu_endings_match(&g->name_endings, t->key) ? LOOK_NAME : LOOK_TEXT;
}

/* A plain number in hundredths, as far as that is exact. */
static int64_t hundredths(struct str number)
{
	int64_t value = 0;
	int decimals = -1;
	for (uint32_t i = 0; i < number.n && decimals < 2 && value < INT64_C(100000000000); i++) {
		if (number.s[i] == '.')
			decimals = 0;
		else if (number.s[i] >= '0' && number.s[i] <= '9')
			value = value * 10 + (number.s[i] - '0'), decimals += decimals >= 0;
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
		value *= 10;
	return value;
}

static void note_number(struct draft_column *c, struct str number)
{
	int64_t value = hundredths(number);
	c->counted = (c->looks[LOOK_NUMBER] == 0 || c->counted) &&
	             value == (c->looks[LOOK_NUMBER] + 1) * INT64_C(100);
	c->sum += value;
	if (value > c->largest)
		c->largest = value;
}

static pifu_status look_at(struct draft *d, struct draft_column *c, const struct token *t,
                           pifu_error *err)
{
	struct pifu_doc *doc = d->doc;
	enum look look = known_look(doc, t);
	if (look == LOOK_COUNT) {
		struct target target;
		pifu_status st = pifu_target_read(doc->grammars->common, doc->matcher, doc->arena,
		                                  t->text, t->flags, &target, err);
		if (st != PIFU_OK)
			return st;
		look = target.sure ? target_look(&target) : text_look(doc, t);
		if (look == LOOK_NUMBER)
			note_number(c, target.number);
	}
	c->looks[look]++;
	c->cells++;
	return PIFU_OK;
}

static size_t column_of(const struct draft *d, uint32_t col)
{
	size_t at = d->ncolumns;
	while (at > 0 && d->columns[at - 1].col > col)
		at--;
	return at - (at > 0);
}

/* The word was not met before in its column. */
static bool is_new(const struct draft *d, uint32_t token)
{
	const struct token *t = &d->doc->tokens[token];
	for (uint32_t i = d->doc->row_token[d->header_end]; i < token; i++)
		if (d->doc->tokens[i].col == t->col && pifu_str_eq(d->doc->tokens[i].key, t->key))
			return false;
	return true;
}

static bool is_data_row(const struct pifu_doc *doc, uint32_t row)
{
	uint8_t kind = doc->row_kind[row];
	return words_of(doc, row) > 0 && kind != ROW_TITLE && kind != ROW_NOISE &&
	       kind != ROW_HEADER && kind != ROW_FOOT;
}

pifu_status pifu_draft_look(struct draft *d, pifu_error *err)
{
	const struct pifu_doc *doc = d->doc;
	for (uint32_t row = d->header_end; row < d->end && d->rows < LOOK_ROWS; row++) {
		if (!is_data_row(doc, row))
			continue;
		d->rows++;
		for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
			struct draft_column *c = &d->columns[column_of(d, doc->tokens[i].col)];
			pifu_status st = look_at(d, c, &doc->tokens[i], err);
			if (st != PIFU_OK)
				return st;
			c->distinct += is_new(d, i);
		}
	}
	return PIFU_OK;
}
