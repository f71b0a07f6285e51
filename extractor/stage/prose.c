/* Indicators told in lines of prose, in place of a table.
 *
 *     望湖县水库巡查管护                          PROJECT
 *     1906000                                    (an amount: what stands before it is a name)
 *     【项目概况】:…                              a mark of another kind: no labels in force
 *     【产出指标-数量指标】                         LABEL LABEL
 *     指标1:巡查水库座数(≥36座)                    NAME TARGET
 *     指标2:更换水尺(≥12把);标识牌(≥40块)           NAME TARGET, NAME TARGET
 *
 * A mark is known by its labels: text in brackets, or up to a colon or the end
 * of its line, that is nothing but labels of the grammar, words for their
 * columns (一级指标:) and what parts them. Texts behind a mark, up to the next
 * one, are cut into indicators where one ends (; 。) or the next begins (指标2:),
 * and each into name and target by the patterns of the grammar. A piece that no
 * pattern fits goes with the one before it; a line that was cut goes on below.
 *
 * Pieces become words (words.c), one row each, at the columns of a supposed
 * header PROJECT LEVEL1 LEVEL2 NAME TARGET, and are read as a table is.
 *
 * Limits: only a block with two strong marks (in brackets, of two labels, or
 * with a colon) and three indicators, and few sentences under its marks, holds
 * prose: an essay that speaks of indicators is no form. */
#include "stage/prose.h"

#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/words.h"

#define MARKS_LEAST 2
#define ITEMS_LEAST 3
#define LONG_CELL 36 /* bytes: shorter cells of a table hold no mark and indicator */
#define JOIN_LINES 3 /* lines that one indicator may go on for */
#define NAME_BYTES 240
#define PLAIN_BYTES 90 /* name or target without a number */
#define LISTED_BYTES 45
#define SENTENCE_BYTES 60
#define ITEM_BYTES 1200 /* an indicator, or several that commas part */

struct finder {
	struct pifu_doc *doc;
	const struct grammar *g;
	bool open;    /* labels are in force */
	bool listed;  /* a semicolon stands behind the text at hand: one of a list */
	bool fresh;   /* since the last indicator no mark has been met */
	uint32_t gap; /* first cell behind the last indicator */
	unsigned marks, items;
	unsigned sentences; /* under a mark, and no indicator */
	pifu_status status;
	pifu_error *err;
};

/* ---- Pieces ------------------------------------------------------------------------ */

static bool add_piece(struct finder *f, struct prose_piece piece)
{
	struct prose *p = &f->doc->prose;
	struct prose_piece *all =
		pifu_arena_grow(f->doc->arena, p->pieces, p->n, &p->cap, p->n + 1, sizeof *all);
	if (!all) {
		f->status = pifu_error_nomem(f->err);
		return false;
	}
	p->pieces = all;
	all[p->n++] = piece;
	return true;
}

bool pifu_prose_join(struct pifu_doc *doc, struct prose_piece *piece, uint32_t first, uint32_t n)
{
	uint32_t *parts = pifu_arena_grow(doc->arena, doc->parts, doc->nparts,
	                                  &doc->prose.parts_cap, doc->nparts + n, sizeof *parts);
	if (!parts)
		return false;
	doc->parts = parts;
	piece->cells = (uint32_t)doc->nparts;
	piece->ncells = n;
	for (uint32_t i = 0; i < n; i++)
		parts[doc->nparts++] = first + i;
	return true;
}

/* The first mark behind an indicator: a project may have been named before it. */
static void take_project(struct finder *f, uint32_t cell)
{
	struct prose_piece piece;
	if (f->fresh && pifu_prose_project(f->doc, f->gap, cell, &piece))
		add_piece(f, piece);
	f->fresh = false;
}

static void take_mark(struct finder *f, uint32_t cell, const struct prose_mark *m)
{
	take_project(f, cell);
	f->open = m->n > 0;
	f->marks += m->strong;
	if (!m->n)
		return;
	struct prose_piece piece = {.cell = cell, .kind = PROSE_LABEL};
	for (unsigned i = 0; i < m->n; i++) {
		piece.col[piece.n] = m->level[i] == 1 ? PROSE_COL_LEVEL1 : PROSE_COL_LEVEL2;
		piece.part[piece.n++] = m->labels[i];
	}
	add_piece(f, piece);
}

/* ---- Indicators ---------------------------------------------------------------------- */

struct item {
	struct str name, target; /* target.s NULL: it has none */
	bool numbered;           /* 指标1: stands in front */
};

static struct str match_group(const struct rule *r, const struct span *at, struct str text,
                              const char *name)
{
	uint32_t k = pifu_rule_group(r, name);
	if (!k || k >= 8 || at[k].from == PIFU_NONE)
		return STR_NONE;
	return pifu_str_sub(text, at[k].from, at[k].to);
}

/* Bytes of the number in front: 指标1: */
static uint32_t read_number(struct finder *f, struct str text)
{
	struct span at;
	const struct rule *rule = f->g->name_mark;
	if (!rule || text.n == 0 ||
	    pifu_rule_match(rule, f->doc->matcher, text, 0, &at, 1, NULL) != 1 || at.from != 0)
		return 0;
	return at.to;
}

static bool word_means(const struct finder *f, struct str word, uint32_t kinds)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(f->doc->grammars->common->lexicon, word, &n);
	for (size_t i = 0; i < n; i++)
		if (MEANING_BIT(m[i].kind) & kinds)
			return true;
	return false;
}

static bool is_sure_target(struct finder *f, struct str text)
{
	struct target t;
	const uint32_t flags =
		TEXT_DIGIT | TEXT_HAN_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT | TEXT_HAN;
	if (text.n > 200)
		return false;
	pifu_status st =
		pifu_target_sure(f->g, f->doc->matcher, f->doc->arena, text, flags, &t, f->err);
	if (st == PIFU_ERR_NOMEM)
		f->status = st;
	return st == PIFU_OK && t.sure;
}

static bool has_han(struct str text)
{
	for (uint32_t at = 0; at < text.n;) {
		uint32_t c = pifu_utf8_next(text, &at);
		if (c >= 0x4E00 && c <= 0x9FFF)
			return true;
	}
	return false;
}

/* A head field's label may be the name of an indicator, too, where a number says so. */
static bool is_name(const struct finder *f, struct str name, bool numbered)
{
	const uint32_t known = MEANING_BIT(MEANING_NOISE) | MEANING_BIT(MEANING_HEADER) |
	                       (numbered ? 0 : MEANING_BIT(MEANING_FIELD));
	return name.n >= 6 && name.n <= NAME_BYTES && has_han(name) &&
	       !word_means(f, name, known) && pifu_str_find(name, STR("。")) < 0;
}

/* A name and what may be its target; in words only with a number in front, in
 * brackets, or behind a name that ends like one. */
static bool is_item(struct finder *f, const struct item *i, bool bracket)
{
	if (!is_name(f, i->name, i->numbered) || i->target.n == 0)
		return false;
	if (!i->numbered && pifu_str_find(i->name, STR(",")) >= 0)
		return false;
	if (is_sure_target(f, i->target) || word_means(f, i->target, MEANING_BIT(MEANING_WORDS)))
		return true;
	if (word_means(f, i->target, MEANING_BIT(MEANING_UNIT)))
		return false;
	bool ending = pifu_endings_match(&f->g->name_endings, i->name);
	bool brief = i->name.n <= PLAIN_BYTES && i->target.n <= PLAIN_BYTES;
	bool listed = f->listed && f->open && i->name.n <= LISTED_BYTES &&
	              i->target.n <= LISTED_BYTES && pifu_str_find(i->target, STR(",")) < 0;
	return i->numbered ? i->target.n <= NAME_BYTES : brief && (bracket || ending || listed);
}

/* 指标值: stands between name and target. */
static bool is_told(const struct item *i)
{
	const char *end = i->name.s + i->name.n;
	return i->name.s && i->target.s > end &&
	       pifu_str_find((struct str){end, (uint32_t)(i->target.s - end)}, STR("值")) >= 0;
}

static bool match_item(struct finder *f, struct str text, struct item *i)
{
	struct span at[8];
	*i = (struct item){.name = text};
	if (text.n > ITEM_BYTES)
		return false;
	uint32_t number = read_number(f, text);
	i->numbered = number > 0;
	text = pifu_str_trim(pifu_str_sub(text, number, text.n));
	for (size_t k = 0; k < f->g->prose.nitems && f->status == PIFU_OK; k++) {
		const struct rule *r = f->g->prose.items[k];
		if (pifu_rule_match(r, f->doc->matcher, text, 0, at, 8, NULL) != 1)
			continue;
		i->name = pifu_str_trim(match_group(r, at, text, "name"));
		i->target = pifu_str_trim(match_group(r, at, text, "target"));
		bool bracket = i->target.s + i->target.n < text.s + text.n;
		if (is_item(f, i, bracket || is_told(i)))
			return true;
	}
	i->name = text;
	i->target = STR_NONE;
	return false;
}

/* An indicator of which only the name is left: numbered, and no sentence. */
static bool is_bare_item(const struct finder *f, const struct item *i)
{
	return i->numbered && is_name(f, i->name, true) && i->name.n <= PLAIN_BYTES &&
	       pifu_str_find(i->name, STR(":")) < 0;
}

static void take_item(struct finder *f, uint32_t cell, const struct item *i)
{
	struct prose_piece piece = {.cell = cell,
	                            .kind = PROSE_ITEM,
	                            .n = 1,
	                            .col = {PROSE_COL_NAME, PROSE_COL_TARGET},
	                            .part = {i->name, i->target}};
	piece.n = i->target.s ? 2 : 1;
	f->items += i->target.s != NULL;
	f->fresh = true;
	f->gap = cell + 1;
	add_piece(f, piece);
}

/* Is there an open bracket before `at`? */
static int depth_at(struct str text, uint32_t at)
{
	int depth = 0;
	for (uint32_t i = 0; i < at; i++)
		depth += (text.s[i] == '(') - (text.s[i] == ')');
	return depth;
}

/* 指标2: in the middle of a text begins an indicator. */
static bool starts_numbered(struct str text, uint32_t at)
{
	struct str rest = pifu_str_sub(text, at, text.n);
	if (at == 0 || !pifu_str_starts(rest, STR("指标")) || rest.n < 9 || rest.s[6] < '0' ||
	    rest.s[6] > '9')
		return false;
	uint32_t mark = rest.s[7] >= '0' && rest.s[7] <= '9' ? 8 : 7;
	return rest.s[mark] == ':' || rest.s[mark] == '.' ||
	       pifu_str_starts(pifu_str_sub(rest, mark, rest.n), STR("、"));
}

/* Where the indicator that begins at `from` may end: behind a stop, or before the next number. */
static uint32_t find_stop(struct str text, uint32_t from, uint32_t *stop)
{
	struct str here = pifu_str_sub(text, from, text.n);
	int depth = 0;
	for (uint32_t at = 0; at < here.n; at++) {
		bool full = pifu_str_starts(pifu_str_sub(here, at, here.n), STR("。"));
		*stop = full ? 3 : here.s[at] == ';';
		if ((*stop || starts_numbered(here, at)) && depth <= 0)
			return from + at;
		depth += (here.s[at] == '(') - (here.s[at] == ')');
	}
	*stop = 0;
	return text.n;
}

/* The comma behind which another whole indicator stands: 数量≥3台,合格率≥98%. */
static uint32_t find_comma(struct finder *f, struct str text)
{
	for (uint32_t at = 1; at + 1 < text.n; at++) {
		bool comma = text.s[at] == ',',
		     pause = pifu_str_starts(pifu_str_sub(text, at, text.n), STR("、"));
		struct item left, right;
		if ((!comma && !pause) || depth_at(text, at) != 0)
			continue;
		struct str rest = pifu_str_sub(text, at + (comma ? 1 : 3), text.n);
		if (pifu_str_find(rest, STR("值")) == 6 && rest.n > 9)
			continue; /* ,指标值: */
		if (match_item(f, pifu_str_sub(text, 0, at), &left) &&
		    match_item(f, rest, &right) && is_sure_target(f, left.target) &&
		    is_sure_target(f, right.target))
			return at;
	}
	return 0;
}

/* One indicator, or several that commas part. */
static bool take_text(struct finder *f, uint32_t cell, struct str text)
{
	struct item i;
	uint32_t comma;
	if (text.n > ITEM_BYTES) {
		f->sentences++;
		return false;
	}
	while (f->status == PIFU_OK && (comma = find_comma(f, text)) > 0) {
		if (match_item(f, pifu_str_sub(text, 0, comma), &i))
			take_item(f, cell, &i);
		text = pifu_str_sub(text, comma + (text.s[comma] == ',' ? 1 : 3), text.n);
	}
	if (!match_item(f, text, &i) && !is_bare_item(f, &i)) {
		f->sentences += text.n >= SENTENCE_BYTES;
		return false;
	}
	take_item(f, cell, &i);
	return true;
}

/* Cut [0, n) of a text behind a mark into indicators; what fits no pattern goes
 * with what stands before it. */
static bool take_items(struct finder *f, uint32_t cell, struct str text)
{
	bool any = false;
	uint32_t from = 0, stop;
	for (uint32_t at = 0; at < text.n && f->status == PIFU_OK;) {
		uint32_t end = find_stop(text, at, &stop);
		struct str part = pifu_str_trim(pifu_str_sub(text, from, end)), next;
		uint32_t after = end + stop, ignored;
		next = pifu_str_trim(pifu_str_sub(text, after, find_stop(text, after, &ignored)));
		struct item i;
		bool goes_on = next.n && !match_item(f, next, &i) && !is_bare_item(f, &i);
		at = after > at ? after : text.n;
		if (goes_on && at < text.n)
			continue;
		f->listed = stop == 1;
		any |= part.n && take_text(f, cell, part);
		f->listed = false;
		from = at;
	}
	return any;
}

/* ---- Texts ------------------------------------------------------------------------------ */

/* The next mark in brackets behind `from`, or the end. */
static uint32_t next_mark(const struct finder *f, struct str text, uint32_t from)
{
	struct prose_mark m;
	for (uint32_t at = from; at < text.n; at++) {
		bool box = text.s[at] == '[' ||
		           pifu_str_starts(pifu_str_sub(text, at, text.n), STR("【"));
		if (at > from && box && pifu_prose_mark(f->doc, pifu_str_sub(text, at, text.n), &m))
			return at;
	}
	return text.n;
}

/* The mark at the front of `rest`; a heading of Markdown (## 产出指标) is a strong one. */
static bool find_mark(const struct finder *f, uint32_t cell, struct str rest, struct prose_mark *m)
{
	struct str raw = f->doc->grid.cells[cell].raw;
	if (!pifu_prose_mark(f->doc, rest, m))
		return false;
	m->strong |=
		m->n > 0 && raw.n > 1 && (raw.s[0] == '#' || (raw.s[0] == '*' && raw.s[1] == '*'));
	return true;
}

/* All that one cell, or some lines joined, has to say. False: nothing of prose. */
static bool take_cell(struct finder *f, uint32_t cell, struct str text, bool line)
{
	bool any = false;
	for (uint32_t at = 0; at < text.n && f->status == PIFU_OK;) {
		struct prose_mark m;
		struct str rest = pifu_str_sub(text, at, text.n);
		if (find_mark(f, cell, rest, &m) && (m.strong || m.field || (line && f->open))) {
			take_mark(f, cell, &m);
			at += m.end;
			any = true;
			continue;
		}
		uint32_t end = next_mark(f, text, at);
		any |= f->open && take_items(f, cell, pifu_str_trim(pifu_str_sub(text, at, end)));
		at = end;
	}
	return any;
}

/* A line that was cut: numbered and without an end, or with a bracket still open. */
static bool is_cut(struct finder *f, struct str text)
{
	struct item i;
	struct prose_mark m;
	if (text.n == 0 || text.n > 4 * NAME_BYTES || pifu_prose_mark(f->doc, text, &m))
		return false;
	if (pifu_str_starts(text, STR("【")))
		return pifu_str_find(text, STR("】")) < 0;
	if (!f->open)
		return false;
	return depth_at(text, text.n) > 0 || (read_number(f, text) > 0 && !match_item(f, text, &i));
}

/* May line `row` be the rest of the one before it? */
static bool may_go_on(struct finder *f, const struct row *row, uint32_t number)
{
	const struct pifu_doc *doc = f->doc;
	struct prose_mark m;
	if (!pifu_row_is_line(row) || row->number != number + 1)
		return false;
	const struct normal *text = &doc->normal[row->first];
	const uint32_t known = MEANING_BIT(MEANING_FIELD) | MEANING_BIT(MEANING_LABEL) |
	                       MEANING_BIT(MEANING_NOISE);
	return text->text.n && !pifu_prose_mark(f->doc, text->text, &m) &&
	       read_number(f, text->text) == 0 && !word_means(f, text->key, known);
}

/* Lines from `r` on, joined as long as the text is cut: the joined text, and the lines in *n. */
static struct str join_lines(struct finder *f, size_t r, size_t *n)
{
	struct pifu_doc *doc = f->doc;
	const struct row *rows = doc->grid.rows;
	struct str text = doc->normal[rows[r].first].text;
	*n = 1;
	while (*n <= JOIN_LINES && r + *n < doc->grid.nrows && is_cut(f, text) &&
	       may_go_on(f, &rows[r + *n], rows[r + *n - 1].number)) {
		struct str more = doc->normal[rows[r + *n].first].text;
		char *joined = pifu_arena_alloc(doc->arena, text.n + more.n + 1u);
		if (!joined) {
			f->status = pifu_error_nomem(f->err);
			return text;
		}
		memcpy(joined, text.s, text.n);
		memcpy(joined + text.n, more.s, more.n);
		text = (struct str){joined, text.n + more.n};
		++*n;
	}
	return text;
}

static size_t take_lines(struct finder *f, size_t r)
{
	const struct row *row = &f->doc->grid.rows[r];
	size_t n, before = f->doc->prose.n;
	struct str text = join_lines(f, r, &n);
	if (f->status != PIFU_OK || !take_cell(f, row->first, text, true))
		return 1;
	if (f->gap == row->first + 1)
		f->gap += (uint32_t)n - 1;
	for (size_t i = before; n > 1 && i < f->doc->prose.n && f->status == PIFU_OK; i++) {
		struct prose_piece *piece = &f->doc->prose.pieces[i];
		if (piece->cell == row->first &&
		    !pifu_prose_join(f->doc, piece, row->first, (uint32_t)n))
			f->status = pifu_error_nomem(f->err);
	}
	return n;
}

/* A row of cells: labels are in force only behind a mark of its own, or for numbered texts. */
static void take_cells(struct finder *f, const struct row *row)
{
	for (uint32_t i = row->first; i < row->first + row->count && f->status == PIFU_OK; i++) {
		struct str text = f->doc->normal[i].text;
		struct prose_mark m;
		bool marked = text.n >= LONG_CELL && pifu_prose_mark(f->doc, text, &m) &&
		              m.strong + m.field;
		if (!marked && !(f->open && read_number(f, text)))
			f->open = false;
		if (text.n >= LONG_CELL && (f->open || marked || next_mark(f, text, 0) < text.n))
			take_cell(f, i, text, false);
	}
}

/* Does 【 stand in the text? Few other characters begin with its first byte, and none has
 * that byte within. */
static bool has_box(struct str text)
{
	const char *s = text.s, *end = text.s + text.n;
	while (s < end && (s = memchr(s, '\xe3', (size_t)(end - s)))) {
		if (end - s >= 3 && memcmp(s, "【", 3) == 0)
			return true;
		s++;
	}
	return false;
}

/* Strong marks in the text of a cell, as far as they are worth counting. */
static __attribute__((noinline)) unsigned count_marks(const struct finder *f, uint32_t cell)
{
	struct str text = f->doc->normal[cell].text;
	struct prose_mark m;
	unsigned marks = 0;
	for (uint32_t at = 0; at < text.n && marks < MARKS_LEAST;) {
		marks += find_mark(f, cell, pifu_str_sub(text, at, text.n), &m) && m.strong;
		at = text.n < LONG_CELL ? text.n : next_mark(f, text, at);
	}
	return marks;
}

/* Enough marks that a closer look is worth its time? Looks at lines and long cells only. */
static bool has_marks(const struct finder *f)
{
	const struct pifu_doc *doc = f->doc;
	const struct normal *normal = doc->normal;
	unsigned marks = 0;
	for (size_t r = 0; r < doc->grid.nrows && marks < MARKS_LEAST; r++) {
		const struct row *row = &doc->grid.rows[r];
		uint32_t end = row->first + row->count;
		bool line = pifu_row_is_line(row);
		for (uint32_t i = row->first; i < end && marks < MARKS_LEAST; i++)
			if (line || (normal[i].text.n >= LONG_CELL && has_box(normal[i].text)))
				marks += count_marks(f, i);
	}
	return marks >= MARKS_LEAST;
}

pifu_status pifu_prose_find(struct pifu_doc *doc, pifu_error *err)
{
	struct finder f = {.doc = doc, .g = doc->grammars->common, .fresh = true, .err = err};
	doc->prose = (struct prose){0};
	if (f.g->prose.nitems == 0 || !has_marks(&f))
		return PIFU_OK;
	for (size_t r = 0; r < doc->grid.nrows && f.status == PIFU_OK;) {
		const struct row *row = &doc->grid.rows[r];
		if (pifu_row_is_line(row)) {
			r += take_lines(&f, r);
			continue;
		}
		take_cells(&f, row);
		r++;
	}
	if (f.marks >= MARKS_LEAST && f.items >= ITEMS_LEAST && f.items > 2 * f.sentences)
		return f.status;
	doc->prose = (struct prose){0};
	doc->parts = NULL;
	doc->nparts = 0;
	return f.status;
}
