/* Labels in the middle of their block.
 *
 * A converter that places the text of a merged cell by its vertical centre
 * leaves the label beside the middle row of the rows that it governs:
 *
 *     row  function  level1    level2    name
 *      0                       数量指标   …        blocks of level 2: [0,2) [2,3)
 *      1             产出指标             …        level 1:           [0,3)
 *      2   职能1                质量指标   …        function:          [0,5)
 *      3             效益指标   社会效益   …
 *      4             满意度     满意度     …
 *
 * The sign is that the first row of the table has no level 1 while later rows
 * do. Then the labels of each column must cut the rows into blocks with a label
 * in the middle of each (of two middle rows either will do), and blocks must
 * nest: level 2 within level 1 within function. If such a cut exists, each
 * label is read before the first row of its block; if not, nothing is moved.
 *
 * The cut is searched from the top, label by label, going back where a block
 * does not come out; steps are capped. Of several cuts the first is taken, and
 * all records under moved labels carry a finding. */
#include "base/error.h"
#include "stage/align.h"
#include "stage/classify.h"

#define STEPS_MAX 200000
#define LEVELS 3
#define OPTIONS 3

struct centre {
	struct aligner *a;
	uint32_t *rows; /* rows of words that hold data */
	uint32_t n;
	uint32_t *label[LEVELS]; /* [n] token of the label in that column, PIFU_NONE */
	uint32_t *start[LEVELS]; /* [n] at a label's row: first row of its block */
	uint8_t *option;         /* [n] search state of the level at hand */
	uint32_t steps;
	bool used[LEVELS]; /* the form has such a column */
};

static uint32_t find_home(const struct pifu_doc *doc, uint8_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role)
			return doc->slots[i].home;
	return PIFU_NONE;
}

static uint32_t next_label(const struct centre *c, unsigned level, uint32_t from, uint32_t end)
{
	while (from < end && c->label[level][from] == PIFU_NONE)
		from++;
	return from;
}

/* End of the block that starts at `start` with its label at `at`, by option:
 * exact middle, upper of two, lower of two. */
static uint32_t block_end(uint32_t start, uint32_t at, unsigned option)
{
	static const int extra[OPTIONS] = {1, 2, 0};
	return (uint32_t)((int64_t)2 * at - start + extra[option]);
}

static bool cut_block(struct centre *c, unsigned level, uint32_t from, uint32_t to);

/* A block is good when the columns to its right can be cut within it. */
static bool is_good(struct centre *c, unsigned level, uint32_t from, uint32_t to)
{
	for (unsigned below = level + 1; below < LEVELS; below++)
		if (c->used[below])
			return cut_block(c, below, from, to);
	return true;
}

/* Try the options of label `at` from c->option[at] on; its block's end, or 0. */
static uint32_t try_label(struct centre *c, unsigned level, uint32_t start, uint32_t at,
                          uint32_t to)
{
	for (; c->option[at * LEVELS + level] < OPTIONS; c->option[at * LEVELS + level]++) {
		uint32_t end = block_end(start, at, c->option[at * LEVELS + level]);
		uint32_t next = next_label(c, level, at + 1, to);
		if (++c->steps > STEPS_MAX)
			return 0;
		if (end <= at || end > to || end > next || (next == to && end != to))
			continue;
		if (is_good(c, level, start, end))
			return end;
	}
	return 0;
}

/* Cut rows [from, to) by the labels of one column; levels nest three deep at most. */
static bool cut_block(struct centre *c, unsigned level, uint32_t from, uint32_t to)
{
	uint32_t start = from, at = next_label(c, level, from, to);
	if (at == to)
		return false;
	c->option[at * LEVELS + level] = 0;
	for (;;) {
		uint32_t end = try_label(c, level, start, at, to);
		if (c->steps > STEPS_MAX)
			return false;
		if (end) {
			c->start[level][at] = start;
			if (end == to)
				return true;
			start = end;
			at = next_label(c, level, end, to);
			c->option[at * LEVELS + level] = 0;
			continue;
		}
		if (start == from) /* the first label has no option left */
			return false;
		for (at--; c->label[level][at] == PIFU_NONE;)
			at--;
		start = c->start[level][at];
		c->option[at * LEVELS + level]++;
	}
}

/* ---- The form ------------------------------------------------------------------ */

static bool is_label_of(const struct centre *c, const struct token *t, unsigned level)
{
	const struct pifu_doc *doc = c->a->doc;
	if (level == 0)
		return !pifu_token_means(t, MEANING_LABEL, NULL);
	for (unsigned i = 0; i < t->nmeanings; i++)
		if (t->meanings[i].kind == MEANING_LABEL &&
		    doc->grammars->common->labels[t->meanings[i].id].level == level)
			return true;
	return false;
}

static void note_labels(struct centre *c, uint32_t row, const uint32_t *homes)
{
	const struct pifu_doc *doc = c->a->doc;
	for (unsigned level = 0; level < LEVELS; level++)
		c->label[level][c->n] = PIFU_NONE;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		for (unsigned level = 0; level < LEVELS; level++)
			if (doc->tokens[i].col == homes[level] &&
			    is_label_of(c, &doc->tokens[i], level))
				c->label[level][c->n] = i;
	c->rows[c->n++] = row;
}

static bool gather_rows(struct centre *c)
{
	struct pifu_doc *doc = c->a->doc;
	uint32_t homes[LEVELS] = {find_home(doc, ROLE_FUNCTION), find_home(doc, ROLE_LEVEL1),
	                          find_home(doc, ROLE_LEVEL2)};
	size_t rows = doc->span->data_end - doc->span->header_end;
	c->rows = ARENA_ARRAY(doc->work, uint32_t, rows + 1);
	c->option = ARENA_ARRAY(doc->work, uint8_t, (rows + 1) * LEVELS);
	bool ok = c->rows && c->option;
	for (unsigned level = 0; level < LEVELS; level++) {
		c->used[level] = homes[level] != PIFU_NONE;
		c->label[level] = ARENA_ARRAY(doc->work, uint32_t, rows + 1);
		c->start[level] = ARENA_ARRAY(doc->work, uint32_t, rows + 1);
		ok = ok && c->label[level] && c->start[level];
	}
	for (uint32_t r = doc->span->header_end; ok && r < doc->span->data_end; r++)
		if (doc->row_kind[r] == ROW_DATA && doc->row_token[r] < doc->row_token[r + 1])
			note_labels(c, r, homes);
	return ok;
}

/* The first row of data has no level 1: the sign of centred labels. */
static bool has_sign(const struct aligner *a)
{
	const struct pifu_doc *doc = a->doc;
	uint32_t home = find_home(doc, ROLE_LEVEL1);
	if (a->layout.lines || a->layout.move < 100 || home == PIFU_NONE || a->n == 0)
		return false;
	uint32_t row = doc->tokens[a->tokens[0]].row;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (doc->tokens[i].col <= home)
			return false;
	return true;
}

/* The tokens in the order in which they are to be read. */
static bool reorder(struct centre *c)
{
	struct aligner *a = c->a;
	struct pifu_doc *doc = a->doc;
	uint32_t *order = ARENA_ARRAY(doc->work, uint32_t, a->n + 1);
	if (!order)
		return false;
	size_t n = 0;
	for (uint32_t r = 0; r < c->n; r++) {
		for (unsigned level = 0; level < LEVELS; level++)
			for (uint32_t at = r; at < c->n && c->used[level]; at++) {
				if (c->label[level][at] == PIFU_NONE)
					continue;
				if (c->start[level][at] != r)
					break;
				order[n++] = c->label[level][at];
				doc->view[c->label[level][at]].centred = at != r;
			}
		for (uint32_t i = doc->row_token[c->rows[r]]; i < doc->row_token[c->rows[r] + 1];
		     i++)
			if (i != c->label[0][r] && i != c->label[1][r] && i != c->label[2][r])
				order[n++] = i;
	}
	a->tokens = order;
	a->n = n;
	return true;
}

pifu_status pifu_align_centred(struct aligner *a, pifu_error *err)
{
	struct centre c = {.a = a};
	if (!has_sign(a))
		return PIFU_OK;
	if (!gather_rows(&c))
		return pifu_error_nomem(err);
	unsigned top = c.used[0] ? 0 : 1;
	if (!cut_block(&c, top, 0, c.n))
		return PIFU_OK;
	return reorder(&c) ? PIFU_OK : pifu_error_nomem(err);
}
