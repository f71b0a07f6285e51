/* Cutting text in which nothing parts the cells.
 *
 *     产出指标数量指标加固石刻数量≥26方采集影像数量≥1300张质量指标…
 *     [level1][level2][--name---][tgt][--name---][-tgt--][level2]…
 *
 * The cheapest row of segments from one end of the text to the other. Anchors
 * are what the grammar knows: labels, headers, head fields and targets by rule;
 * between them lie names and values. best[i][kind] is the cheapest way to cut
 * the first i characters so that the last segment is of that kind:
 *
 *     START -> TITLE -> FIELD -> VALUE -> … -> HEADER … -> GROUP -> LEVEL1 -> LEVEL2
 *                                                ^           ^        ^         v
 *                                                |           +--------+-COLUMN<-NAME
 *
 * follows[] says what may stand behind what, and its price. Behind a name stand
 * the values of its record, a kind for each column of values that the header
 * has (weight, target, …; without a header the target alone), in their order;
 * one left out costs. Costs are in hundredths like the aligner's; a free text
 * where a number could stand is dear, a name with a name's ending is cheap.
 *
 * Every segment that was offered is kept, so that the way back can tell how much
 * dearer the text is without a piece, and what stands in its place (cut_margin.c).
 *
 * Limits: texts over CHARS_MAX are left whole; a target of free words is only
 * found in front of a label or at the end. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/cut_own.h"

#define CHARS_MAX 8192
#define TITLE_MAX_CHARS 44
#define GROUP_MAX_CHARS 60
#define ANCHOR_BYTES 12 /* 数量 and 单位 are too short to be sure of */
#define SKIP_COLUMN 90  /* a column of values left out between two others */
#define TABLE_VALUE 300 /* a line below the header that begins with neither label nor name */
#define SKIP_LAST 50    /* left out behind the last */

/* follows[a][b]: cost of a segment of kind b behind one of kind a. */
static const int16_t follows[COLUMN + 1][COLUMN + 1] = {
	/*            START TITLE FIELD VALUE HEADER GROUP LEVEL1 LEVEL2 NAME COLUMN */
	[START] = {-1, 20, 20, 100, 0, 0, 10, 10, 50, -1},
	[TITLE] = {-1, 200, 0, 150, 0, -1, 150, -1, -1, -1},
	[FIELD] = {-1, 100, 30, 30, 20, -1, -1, -1, -1, -1},
	[VALUE] = {-1, 50, 0, -1, 0, -1, -1, -1, -1, -1},
	[HEADER] = {-1, -1, 300, -1, 0, 0, 0, 50, 100, -1},
	[GROUP] = {-1, -1, -1, -1, -1, -1, 0, 100, 200, -1},
	[LEVEL1] = {-1, -1, -1, -1, -1, -1, 200, 0, 30, -1},
	[LEVEL2] = {-1, -1, -1, -1, -1, -1, 100, 100, 0, -1},
	[NAME] = {-1, -1, -1, -1, -1, 300, 300, 300, -1, 0},
	[COLUMN] = {-1, 20, 60, 300, 100, 0, 0, 0, 0, -1},
};

/* Columns [from, to) left out: the target's is missed most. */
static int16_t skip_cost(const struct line_style *style, unsigned from, unsigned to, int16_t each)
{
	int16_t cost = 0;
	for (unsigned i = from; i < to; i++)
		cost = (int16_t)(cost + (style->values[i] == ROLE_TARGET ? 200 : each));
	return cost;
}

/* follows[] with a kind for each column. */
static void set_follows(struct cutter *c)
{
	unsigned n = c->style.nvalues;
	c->kinds = COLUMN + n;
	for (unsigned a = 0; a < c->kinds; a++)
		for (unsigned b = 0; b < c->kinds; b++)
			c->follows[a][b] =
				follows[a < COLUMN ? a : COLUMN][b < COLUMN ? b : COLUMN];
	if (c->style.table) /* 资金来源 in a name below the header is no field */
		c->follows[START][VALUE] = TABLE_VALUE;
	for (unsigned i = 0; i < n; i++) {
		c->follows[NAME][COLUMN + i] = skip_cost(&c->style, 0, i, SKIP_COLUMN);
		for (unsigned k = i + 1; k < n; k++)
			c->follows[COLUMN + i][COLUMN + k] =
				skip_cost(&c->style, i + 1, k, SKIP_COLUMN);
		for (unsigned b = TITLE; b < COLUMN; b++)
			if (c->follows[COLUMN + i][b] >= 0)
				c->follows[COLUMN + i][b] =
					(int16_t)(c->follows[COLUMN + i][b] +
				                  skip_cost(&c->style, i + 1, n, SKIP_LAST));
	}
}

static void keep_segment(struct cutter *c, struct segment seg)
{
	struct segment *all = pifu_arena_grow(c->doc->arena, c->segments, c->nsegments,
	                                      &c->segments_cap, c->nsegments + 1, sizeof *all);
	if (!all) {
		c->failed = true;
		return;
	}
	c->segments = all;
	all[c->nsegments++] = seg;
}

void pifu_cut_offer(struct cutter *c, uint32_t from, uint32_t to, unsigned kind, int32_t cost)
{
	struct best *b = &c->best[to][kind];
	int32_t least = NEVER;
	for (unsigned before = 0; before < c->kinds; before++) {
		int32_t so_far = c->best[from][before].cost;
		if (so_far >= NEVER || c->follows[before][kind] < 0)
			continue;
		int32_t whole = so_far + c->follows[before][kind] + cost;
		if (whole < least)
			least = whole;
		if (whole < b->cost)
			*b = (struct best){whole, (uint16_t)from, (uint8_t)before};
	}
	if (least < c->least[to])
		c->least[to] = least;
	if (least < NEVER && least <= c->least[to] + CUT_CAP)
		keep_segment(c, (struct segment){least, cost, (uint16_t)from, (uint16_t)to,
		                                 (uint8_t)kind});
}

bool pifu_cut_reachable(const struct cutter *c, uint32_t from, unsigned kind)
{
	for (unsigned before = 0; before < c->kinds; before++)
		if (c->best[from][before].cost < NEVER && c->follows[before][kind] >= 0)
			return true;
	return false;
}

/* ---- Anchors ---------------------------------------------------------------------- */

static void offer_meaning(struct cutter *c, uint32_t from, uint32_t to, const struct meaning *m)
{
	const struct grammar *g = c->doc->grammars->common;
	switch (m->kind) {
	case MEANING_LABEL:
		pifu_cut_offer(c, from, to, g->labels[m->id].level == 1 ? LEVEL1 : LEVEL2,
		               m->penalty * 10 + (c->at[to] - c->at[from] < ANCHOR_BYTES ? 80 : 0));
		break;
	case MEANING_HEADER:
		pifu_cut_offer(c, from, to, HEADER, 0);
		break;
	case MEANING_FIELD:
		pifu_cut_offer(c, from, to, FIELD, 0);
		break;
	default:
		break;
	}
}

/* A label that ends earlier: 数量指标 of 数量指标值, where a name begins with 值守. */
static void offer_shorter(struct cutter *c, uint32_t from, uint32_t to)
{
	size_t n;
	if (to - from < 5)
		return;
	const struct meaning *m = pifu_lexicon_find(cut_lexicon(c), cut_slice(c, from, to - 1), &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_LABEL)
			offer_meaning(c, from, to - 1, &m[i]);
}

/* Behind the score of a label that ends at `to`, 产出指标(50分); `to` where it has none. */
static uint32_t score_end(const struct cutter *c, uint32_t to)
{
	uint32_t at = to + 1;
	if (to >= c->n || c->text.s[c->at[to]] != '(')
		return to;
	while (at < c->n && at < to + 5 && c->text.s[c->at[at]] >= '0' &&
	       c->text.s[c->at[at]] <= '9')
		at++;
	bool points =
		at > to + 1 && at + 2 <= c->n && pifu_str_eq(cut_slice(c, at, at + 2), STR("分)"));
	return points ? at + 2 : to;
}

static void offer_known(struct cutter *c, uint32_t from)
{
	static const enum meaning_kind kinds[] = {MEANING_LABEL, MEANING_HEADER, MEANING_FIELD};
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		const struct meaning *m;
		size_t n;
		uint32_t bytes = cut_longest(c, from, MEANING_BIT(kinds[k]), &m, &n);
		if (!bytes)
			continue;
		uint32_t to = cut_char_at(c, c->at[from] + bytes, from);
		for (size_t i = 0; i < n; i++)
			if (m[i].kind == kinds[k])
				offer_meaning(c, from, to, &m[i]);
		uint32_t behind = score_end(c, to);
		for (size_t i = 0; behind > to && i < n; i++)
			if (m[i].kind == MEANING_LABEL)
				offer_meaning(c, from, behind, &m[i]);
		if (kinds[k] == MEANING_LABEL)
			offer_shorter(c, from, to);
	}
}

/* A label with one character misread: 数置指标, 产岀指标. */
static void offer_misread(struct cutter *c, uint32_t from)
{
	for (uint32_t chars = 4; chars <= 9 && from + chars <= c->n; chars++) {
		if (c->labels[from + chars] > c->labels[from])
			return; /* a whole label stands in it */
		struct str word = cut_slice(c, from, from + chars);
		struct near_label near[2];
		if (!pifu_str_ends(word, STR("指标")) ||
		    pifu_lexicon_near(cut_lexicon(c), word, 1, near, 2) == 0)
			continue;
		const struct label *label = &c->doc->grammars->common->labels[near[0].label];
		if (near[0].distance == 1)
			pifu_cut_offer(c, from, from + chars, label->level == 1 ? LEVEL1 : LEVEL2,
			               120);
	}
}

/* ---- Titles and values ---------------------------------------------------------------- */

static void offer_title(struct cutter *c, uint32_t from)
{
	const struct rule *rule = c->doc->grammars->common->title_rule;
	if (!rule || !pifu_cut_reachable(c, from, TITLE))
		return;
	for (uint32_t to = from + 4; to <= c->n && to <= from + TITLE_MAX_CHARS; to++) {
		if (!pifu_str_ends(cut_slice(c, from, to), STR("表")) &&
		    !pifu_str_ends(cut_slice(c, from, to), STR("年度")) &&
		    !pifu_str_ends(cut_slice(c, from, to), STR("年度)")))
			continue;
		if (pifu_rule_match(rule, c->doc->matcher, cut_slice(c, from, to), 0, NULL, 0,
		                    NULL) == 1)
			pifu_cut_offer(c, from, to, TITLE,
			               30 + 300 * (c->labels[to] - c->labels[from]));
	}
}

static bool has_value_sign(const struct cutter *c)
{
	static const struct str signs[] = {{"≥", 3}, {"≤", 3}, {"%", 1}};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (pifu_str_find(c->text, signs[i]) > 0)
			return true;
	return false;
}

/* A value of the head goes on to the next anchor or to the end. */
static void offer_value(struct cutter *c, uint32_t from)
{
	if (!pifu_cut_reachable(c, from, VALUE))
		return;
	/* a row of the table is no prose */
	int32_t labelled = from > 0            ? 0
	                   : c->labels[1]      ? 400
	                   : has_value_sign(c) ? c->style.table ? 300 : 150
	                   : c->style.table    ? 150
	                                       : 0;
	for (uint32_t to = from + 1; to <= c->n; to++)
		if (to == c->n || c->anchor[to])
			pifu_cut_offer(c, from, to, VALUE,
			               (int32_t)(to - from) / 10 + cut_run_over(c, from + 1, to) +
			                       labelled);
}

/* A function with its number (职能2:夜间开放) goes on to the next level label or to the end. */
static void offer_group(struct cutter *c, uint32_t from)
{
	const struct rule *rule = c->doc->grammars->common->function_rule;
	if (!rule || c->n - from < 4 || !pifu_cut_reachable(c, from, GROUP))
		return;
	uint32_t to = from + 1;
	while (to < c->n && c->labels[to + 1] == c->labels[from])
		to++;
	if (to <= from + GROUP_MAX_CHARS &&
	    pifu_rule_match(rule, c->doc->matcher, cut_slice(c, from, to), 0, NULL, 0, NULL) == 1)
		pifu_cut_offer(c, from, to, GROUP, 0);
}

/* ---- The cut ------------------------------------------------------------------------------- */

static bool new_cutter(struct cutter *c)
{
	uint32_t chars = pifu_utf8_count(c->text);
	if (chars == 0 || chars > CHARS_MAX)
		return true;
	c->at = pifu_arena_alloc(c->doc->arena, (chars + 1) * sizeof *c->at);
	c->best = pifu_arena_alloc(c->doc->arena, (chars + 1) * sizeof *c->best);
	c->anchor = pifu_arena_zalloc(c->doc->arena, chars + 1, 1);
	c->inside = pifu_arena_zalloc(c->doc->arena, chars + 2, sizeof *c->inside);
	c->labels = pifu_arena_zalloc(c->doc->arena, chars + 2, sizeof *c->labels);
	c->least = pifu_arena_alloc(c->doc->arena, (chars + 1) * sizeof *c->least);
	if (!c->at || !c->best || !c->anchor || !c->inside || !c->labels || !c->least)
		return false;
	for (uint32_t byte = 0; byte < c->text.n && c->n < chars;) {
		c->at[c->n++] = byte;
		pifu_utf8_next(c->text, &byte);
	}
	c->at[c->n] = c->text.n;
	for (uint32_t i = 0; i <= c->n; i++) {
		c->least[i] = NEVER;
		for (unsigned k = 0; k < CUT_KINDS; k++)
			c->best[i][k].cost = NEVER;
	}
	c->best[0][START].cost = 0;
	return true;
}

/* 职能 is too short to be sure of, but not directly in front of 一级指标. */
static bool is_short_header(const struct cutter *c, uint32_t at)
{
	const struct meaning *m;
	size_t n;
	return at + 2 < c->n && cut_longest(c, at, MEANING_BIT(MEANING_HEADER), &m, &n) == 6 &&
	       cut_longest(c, at + 2, MEANING_BIT(MEANING_HEADER), &m, &n) >= ANCHOR_BYTES;
}

static void find_anchors(struct cutter *c)
{
	const uint32_t kinds = MEANING_BIT(MEANING_FIELD);
	const struct meaning *m;
	size_t n;
	for (uint32_t i = 0; i < c->n; i++) {
		bool label = cut_longest(c, i, MEANING_BIT(MEANING_LABEL), &m, &n) >= ANCHOR_BYTES;
		bool header = cut_longest(c, i, MEANING_BIT(MEANING_HEADER), &m, &n) >= 9 ||
		              is_short_header(c, i);
		c->anchor[i] = label || header || cut_longest(c, i, kinds, &m, &n) >= ANCHOR_BYTES;
		c->inside[i + 1] = (uint16_t)(c->inside[i] + c->anchor[i]);
		c->labels[i + 1] = (uint16_t)(c->labels[i] + label);
	}
	c->inside[c->n + 1] = c->inside[c->n];
	c->labels[c->n + 1] = c->labels[c->n];
}

/* A text may end behind a name or before the last column, but that is missed. */
int32_t pifu_cut_end(const struct cutter *c, unsigned kind)
{
	if (kind >= COLUMN)
		return skip_cost(&c->style, kind - COLUMN + 1, c->style.nvalues, SKIP_LAST);
	return kind == NAME ? 150 : kind == START ? NEVER : 0;
}

static uint8_t piece_role(const struct cutter *c, const struct piece *p)
{
	return p->kind < COLUMN ? ROLE_NONE : c->style.values[p->kind - COLUMN];
}

/* Digits that hold a value and a score (228) part where the score is the weight. */
static void settle_scores(const struct cutter *c, struct piece *p, size_t n)
{
	struct str weight = STR_NONE;
	for (size_t i = 0; i < n; i++) {
		uint8_t role = piece_role(c, &p[i]);
		if (p[i].kind == NAME)
			weight = STR_NONE;
		if (role == ROLE_WEIGHT)
			weight = pifu_str_sub(c->text, p[i].from, p[i].to);
		if (role != ROLE_SCORE || !weight.s || p[i - 1].to != p[i].from)
			continue;
		struct str both = pifu_str_sub(c->text, p[i - 1].from, p[i].to);
		unsigned char last = (unsigned char)c->text.s[p[i].from - 1];
		bool digits = last >= '0' && last <= '9' && p[i - 1].kind > COLUMN;
		if (digits && both.n > weight.n && pifu_str_ends(both, weight))
			p[i - 1].to = p[i].from = p[i].to - weight.n;
	}
}

static bool take_pieces(struct cutter *c, struct pieces *out)
{
	unsigned kind = START;
	int32_t least = NEVER;
	for (unsigned k = 1; k < c->kinds; k++) {
		int32_t cost = c->best[c->n][k].cost + pifu_cut_end(c, k);
		if (cost < least)
			least = cost, kind = k;
	}
	size_t first = out->n;
	if (kind == START)
		return pifu_piece_add(c->doc, out, 0, c->text.n);
	for (uint32_t at = c->n; at > 0;) {
		struct best b = c->best[at][kind];
		if (!pifu_piece_add(c->doc, out, c->at[b.from], c->at[at]))
			return false;
		out->items[out->n - 1].kind = (uint8_t)kind;
		at = b.from;
		kind = b.kind;
	}
	for (size_t i = first, k = out->n; i + 1 < k; i++) {
		struct piece last = out->items[--k];
		out->items[k] = out->items[i];
		out->items[i] = last;
	}
	bool ok = pifu_cut_margins(c, &out->items[first], out->n - first, least);
	settle_scores(c, &out->items[first], out->n - first);
	return ok;
}

pifu_status pifu_cut_glued(struct pifu_doc *doc, struct str text, const struct line_style *style,
                           struct pieces *out, pifu_error *err)
{
	struct cutter c = {.doc = doc, .text = text, .style = *style};
	if (c.style.nvalues == 0)
		c.style.values[c.style.nvalues++] = ROLE_TARGET;
	set_follows(&c);
	if (!new_cutter(&c))
		return pifu_error_nomem(err);
	if (c.n == 0)
		return pifu_piece_add(doc, out, 0, text.n) ? PIFU_OK : pifu_error_nomem(err);
	find_anchors(&c);
	for (uint32_t i = 0; i < c.n && !c.failed; i++) {
		offer_known(&c, i);
		offer_misread(&c, i);
		offer_title(&c, i);
		offer_value(&c, i);
		offer_group(&c, i);
		pifu_cut_names(&c, i);
		pifu_cut_values(&c, i);
	}
	if (c.failed || !take_pieces(&c, out))
		return pifu_error_nomem(err);
	return PIFU_OK;
}
