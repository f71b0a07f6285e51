/* Labels written downwards, a character a row, or cut over lines.
 *
 *     产 | 数量指标 | 新装路灯数量          产出指标 | 数量指标 | 新装路灯数量
 *     出 |         | 改造线路长度     ->            |         | 改造线路长度
 *     指 | 质量指标 | 亮灯率                        | 质量指标 | 亮灯率
 *     标 |         | 线路完好率                    |         | 线路完好率
 *
 * A run of single Han characters down one column, with nothing else of that column
 * between them, is put together when it is, from its first character to its last,
 * one or several words of the grammar: labels of levels, or headings (绩效指标
 * beside the table). A label stands where its first character stood; a heading
 * is accounted and is no word of the table. Text that is told one cell a line
 * is one column, and its vertical labels are runs of lines; there a label or a
 * header may also be cut over two or three lines (满意度指 + 标), of which none is
 * a word of the grammar by itself.
 *
 * All of these end in 标, a piece that is no word by itself: blocks without such a
 * piece are not looked at any closer.
 *
 * Limits: columns COLUMNS_MOST and beyond; runs of RUN_MOST characters. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/turn.h"
#include "stage/words.h"

enum { COLUMNS_MOST = LABEL_COLUMNS, RUN_LEAST = 3, RUN_MOST = 32, GAP_ROWS = 12 };
enum { WORD_BYTES = 200, PART_BYTES = LABEL_PART_BYTES, LINES_MOST = 3 };

static bool is_character(const struct token *t)
{
	return t->text.n == HAN_BYTES && (unsigned char)t->text.s[0] >= 0xE4 &&
	       (unsigned char)t->text.s[0] <= 0xE9;
}

void pifu_note_short(struct label_pieces *p, const struct token *t)
{
	p->tail |= !t->kinds && t->text.n <= PART_BYTES && pifu_str_ends(t->text, STR("标"));
	if (!is_character(t) || t->col >= COLUMNS_MOST)
		return;
	bool near = p->run[t->col] && t->row - p->row[t->col] <= GAP_ROWS;
	p->run[t->col] = near ? p->run[t->col] + 1 : 1;
	p->row[t->col] = t->row;
	p->runs |= p->run[t->col] >= RUN_LEAST;
}

/* A run that is open in its column. */
struct run {
	uint32_t tokens[RUN_MOST];
	unsigned n;
	uint32_t last_row; /* of any word in the column */
};

struct joiner {
	struct pifu_doc *doc;
	struct run runs[COLUMNS_MOST];
	uint8_t *drop; /* [ntokens] 1: part of a word above it, or of a heading */
	bool any, failed;
};

/* The word of the grammar at `at` of the run: its characters, 0 if there is none. */
static unsigned match_word(const struct joiner *j, struct str text, uint32_t at, bool *label)
{
	const struct lexicon *lx = j->doc->grammars->common->lexicon;
	const struct meaning *m;
	size_t n;
	uint32_t bytes = pifu_lexicon_longest(lx, text, at, MEANING_BIT(MEANING_LABEL), &m, &n);
	*label = bytes > HAN_BYTES;
	if (!*label)
		bytes = pifu_lexicon_longest(lx, text, at, MEANING_BIT(MEANING_HEADER), &m, &n);
	return bytes > HAN_BYTES ? bytes / HAN_BYTES : 0;
}

/* Words tokens[0 .. n) become one, at the first of them. */
static bool put_word(struct joiner *j, const uint32_t *tokens, unsigned n)
{
	struct pifu_doc *doc = j->doc;
	char *s = pifu_arena_alloc(doc->arena, WORD_BYTES);
	uint32_t *parts = pifu_arena_alloc(doc->arena, (doc->nparts + n) * sizeof *parts);
	struct normal normal;
	pifu_error err = {0};
	uint32_t bytes = 0;
	if (!s || !parts)
		return false;
	if (doc->nparts)
		memcpy(parts, doc->parts, doc->nparts * sizeof *parts);
	for (unsigned i = 0; i < n; i++) {
		const struct token *t = &doc->tokens[tokens[i]];
		memcpy(s + bytes, t->text.s, t->text.n);
		bytes += t->text.n;
		parts[doc->nparts + i] = t->cell;
	}
	if (pifu_text_normalise(doc->arena, (struct str){s, bytes}, &normal, &err) != PIFU_OK)
		return false;
	struct token *t = &doc->tokens[tokens[0]];
	t->text = t->raw = normal.text;
	t->key = normal.key;
	t->flags = (uint16_t)normal.flags;
	t->known = NULL;
	t->part = (uint32_t)doc->nparts;
	t->nparts = n;
	doc->parts = parts;
	doc->nparts += n;
	pifu_word_look(doc, t);
	j->any = true;
	return true;
}

/* The run ends: is it words of the grammar from end to end? */
static void close_run(struct joiner *j, struct run *r)
{
	struct pifu_doc *doc = j->doc;
	char s[RUN_MOST * HAN_BYTES];
	bool label;
	unsigned at = 0, n;
	for (unsigned i = 0; i < r->n; i++)
		memcpy(s + i * HAN_BYTES, doc->tokens[r->tokens[i]].text.s, HAN_BYTES);
	struct str text = {s, r->n * HAN_BYTES};
	while (at < r->n && (n = match_word(j, text, at * HAN_BYTES, &label)) > 0)
		at += n;
	bool whole = r->n >= RUN_LEAST && at == r->n;
	for (at = 0; whole && at < r->n && !j->failed; at += n) {
		n = match_word(j, text, at * HAN_BYTES, &label);
		for (unsigned i = 0; i < n; i++) {
			j->drop[r->tokens[at + i]] = !label || i > 0;
			if (!label)
				doc->account[doc->tokens[r->tokens[at + i]].cell] =
					PIFU_ACCOUNT_HEADER;
		}
		j->any = true;
		j->failed = label && !put_word(j, r->tokens + at, n);
	}
	r->n = 0;
}

static void take_token(struct joiner *j, uint32_t i)
{
	const struct token *t = &j->doc->tokens[i];
	if (t->col >= COLUMNS_MOST)
		return;
	struct run *r = &j->runs[t->col];
	bool character = is_character(t);
	if (r->n && (!character || r->n == RUN_MOST || t->row - r->last_row > GAP_ROWS))
		close_run(j, r);
	if (character) {
		r->tokens[r->n++] = i;
		r->last_row = t->row;
	}
}

/* ---- Lines --------------------------------------------------------------------- */

/* The only word of a plain line, short, and no word of the grammar. */
static bool is_scrap(const struct pifu_doc *doc, uint32_t i)
{
	const struct token *t = &doc->tokens[i];
	const struct row *row = pifu_doc_row(doc, t->row);
	return t->nmeanings == 0 && t->text.n <= PART_BYTES && t->nparts == 0 &&
	       pifu_row_is_line(row) && doc->row_token[t->row + 1] - doc->row_token[t->row] == 1;
}

static bool is_below(const struct pifu_doc *doc, uint32_t above, uint32_t below)
{
	const struct row *a = pifu_doc_row(doc, doc->tokens[above].row),
			 *b = pifu_doc_row(doc, doc->tokens[below].row);
	return a->table == b->table && a->page == b->page && a->number + 1 == b->number;
}

/* A label or header that was cut over lines, from word `i` on: its lines, 0 if there is none. */
static unsigned match_lines(const struct pifu_doc *doc, uint32_t i)
{
	const uint32_t kinds = MEANING_BIT(MEANING_LABEL) | MEANING_BIT(MEANING_HEADER);
	char s[LINES_MOST * PART_BYTES];
	uint32_t bytes = 0;
	for (unsigned n = 0; n < LINES_MOST && i + n < doc->ntokens; n++) {
		if (!is_scrap(doc, i + n) || (n > 0 && !is_below(doc, i + n - 1, i + n)))
			return 0;
		memcpy(s + bytes, doc->tokens[i + n].text.s, doc->tokens[i + n].text.n);
		bytes += doc->tokens[i + n].text.n;
		size_t k;
		const struct meaning *m = pifu_lexicon_find(doc->grammars->common->lexicon,
		                                            (struct str){s, bytes}, &k);
		for (size_t at = 0; at < k; at++)
			if (MEANING_BIT(m[at].kind) & kinds)
				return n + 1;
	}
	return 0;
}

static void take_lines(struct joiner *j)
{
	const struct pifu_doc *doc = j->doc;
	uint32_t next = 0; /* behind the lines that were joined last */
	for (uint32_t r = 0; r < doc->nrows && !j->failed; r++) {
		uint32_t i = doc->row_token[r];
		if (doc->row_token[r + 1] - i != 1 || doc->row_look[r].kinds || i < next ||
		    j->drop[i])
			continue;
		unsigned n = match_lines(doc, i);
		uint32_t tokens[LINES_MOST] = {i, i + 1, i + 2};
		if (n < 2 || n > LINES_MOST)
			continue;
		j->failed = !put_word(j, tokens, n);
		for (unsigned k = 1; k < n; k++)
			j->drop[i + k] = 1;
		next = i + n;
	}
}

/* The words without those that are part of others. */
static void drop_tokens(struct joiner *j)
{
	struct pifu_doc *doc = j->doc;
	uint32_t out = 0, row = 0;
	for (uint32_t i = 0; i < doc->ntokens; i++) {
		for (; row < doc->nrows && doc->row_token[row] == i; row++)
			doc->row_token[row] = out;
		if (!j->drop[i])
			doc->tokens[out++] = doc->tokens[i];
	}
	for (; row <= doc->nrows; row++)
		doc->row_token[row] = out;
	doc->ntokens = out;
}

static void take_runs(struct joiner *j)
{
	for (uint32_t i = 0; i < j->doc->ntokens && !j->failed; i++)
		take_token(j, i);
	for (unsigned c = 0; c < COLUMNS_MOST && !j->failed; c++)
		close_run(j, &j->runs[c]);
}

pifu_status pifu_join_vertical(struct pifu_doc *doc, const struct label_pieces *pieces,
                               pifu_error *err)
{
	struct joiner j = {.doc = doc};
	if (doc->prose.n > 0 || !pieces->tail || !(pieces->runs || pieces->lines))
		return PIFU_OK;
	j.drop = pifu_arena_zalloc(doc->arena, doc->ntokens + 1, 1);
	if (!j.drop)
		return pifu_error_nomem(err);
	if (pieces->runs)
		take_runs(&j);
	if (!j.failed)
		take_lines(&j);
	if (j.failed)
		return pifu_error_nomem(err);
	if (!j.any)
		return PIFU_OK;
	drop_tokens(&j);
	return pifu_rows_look(doc, err);
}
