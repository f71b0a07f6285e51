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
 *     START -> TITLE -> FIELD -> VALUE -> … -> HEADER … -> LEVEL1 -> LEVEL2
 *                                                ^            ^         v
 *                                                |            +-TARGET<-NAME
 *
 * follows[] says what may stand behind what, and its price. Costs are in
 * hundredths like the aligner's; a free text where a number could stand is
 * dear, a name with a name's ending is cheap.
 *
 * Limits: texts over CHARS_MAX are left whole; a target of free words is only
 * found in front of a label or at the end. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/words.h"

#define CHARS_MAX 8192
#define NAME_MAX_CHARS 45
#define TARGET_MAX_CHARS 24
#define TITLE_MAX_CHARS 44
#define ANCHOR_BYTES 12 /* 数量 and 单位 are too short to be sure of */
#define NEVER (INT32_MAX / 4)

enum kind { START, TITLE, FIELD, VALUE, HEADER, LEVEL1, LEVEL2, NAME, TARGET, KINDS };

/* follows[a][b]: cost of a segment of kind b behind one of kind a. */
static const int16_t follows[KINDS][KINDS] = {
	/*            START TITLE FIELD VALUE HEADER LEVEL1 LEVEL2 NAME TARGET */
	[START] = {-1, 20, 20, 100, 0, 10, 10, 50, -1},
	[TITLE] = {-1, 200, 0, 150, 0, -1, -1, -1, -1},
	[FIELD] = {-1, 100, 30, 30, 20, -1, -1, -1, -1},
	[VALUE] = {-1, 50, 0, -1, 0, -1, -1, -1, -1},
	[HEADER] = {-1, -1, 300, -1, 0, 0, 50, 100, -1},
	[LEVEL1] = {-1, -1, -1, -1, -1, 200, 0, 30, -1},
	[LEVEL2] = {-1, -1, -1, -1, -1, 100, 100, 0, -1},
	[NAME] = {-1, -1, -1, -1, -1, 300, 300, -1, 0},
	[TARGET] = {-1, 20, 60, 300, 100, 0, 0, 0, -1},
};

struct best {
	int32_t cost;
	uint16_t from; /* character where the last segment begins */
	uint8_t kind;  /* of the segment before it */
};

struct cutter {
	struct pifu_doc *doc;
	struct str text;
	uint32_t *at; /* [n + 1] byte offset of each character */
	uint32_t n;
	struct best (*best)[KINDS]; /* [n + 1] */
	uint8_t *anchor;            /* [n + 1] a known label, header or field begins here */
	uint16_t *inside;           /* [n + 2] anchors before this character */
	uint16_t *labels;           /* [n + 2] level labels before this character */
	bool failed;
};

/* Offer a segment of `kind` over characters [from, to). */
static void offer(struct cutter *c, uint32_t from, uint32_t to, enum kind kind, int32_t cost)
{
	struct best *b = &c->best[to][kind];
	for (unsigned before = 0; before < KINDS; before++) {
		int32_t so_far = c->best[from][before].cost;
		if (so_far >= NEVER || follows[before][kind] < 0)
			continue;
		int32_t whole = so_far + follows[before][kind] + cost;
		if (whole < b->cost)
			*b = (struct best){whole, (uint16_t)from, (uint8_t)before};
	}
}

static bool reachable(const struct cutter *c, uint32_t from, enum kind kind)
{
	for (unsigned before = 0; before < KINDS; before++)
		if (c->best[from][before].cost < NEVER && follows[before][kind] >= 0)
			return true;
	return false;
}

static uint32_t char_at(const struct cutter *c, uint32_t byte, uint32_t from)
{
	while (c->at[from] < byte)
		from++;
	return from;
}

static struct str slice(const struct cutter *c, uint32_t from, uint32_t to)
{
	return pifu_str_sub(c->text, c->at[from], c->at[to]);
}

/* ---- Anchors ---------------------------------------------------------------------- */

static const struct lexicon *lexicon(const struct cutter *c)
{
	return c->doc->grammars->common->lexicon;
}

static void offer_meaning(struct cutter *c, uint32_t from, uint32_t to, const struct meaning *m)
{
	const struct grammar *g = c->doc->grammars->common;
	switch (m->kind) {
	case MEANING_LABEL:
		offer(c, from, to, g->labels[m->id].level == 1 ? LEVEL1 : LEVEL2,
		      m->penalty * 10 + (c->at[to] - c->at[from] < ANCHOR_BYTES ? 80 : 0));
		break;
	case MEANING_HEADER:
		offer(c, from, to, HEADER, 0);
		break;
	case MEANING_FIELD:
		offer(c, from, to, FIELD, 0);
		break;
	default:
		break;
	}
}

static uint32_t longest(const struct cutter *c, uint32_t from, uint32_t kinds,
                        const struct meaning **m, size_t *n)
{
	return pifu_lexicon_longest(lexicon(c), c->text, c->at[from], kinds, m, n);
}

static void offer_known(struct cutter *c, uint32_t from)
{
	static const enum meaning_kind kinds[] = {MEANING_LABEL, MEANING_HEADER, MEANING_FIELD};
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		const struct meaning *m;
		size_t n;
		uint32_t bytes = longest(c, from, MEANING_BIT(kinds[k]), &m, &n);
		if (!bytes)
			continue;
		uint32_t to = char_at(c, c->at[from] + bytes, from);
		for (size_t i = 0; i < n; i++)
			if (m[i].kind == kinds[k])
				offer_meaning(c, from, to, &m[i]);
	}
}

/* A label with one character misread: 数置指标, 产岀指标. */
static void offer_misread(struct cutter *c, uint32_t from)
{
	for (uint32_t chars = 4; chars <= 9 && from + chars <= c->n; chars++) {
		struct str word = slice(c, from, from + chars);
		struct near_label near[2];
		if (!pifu_str_ends(word, STR("指标")) ||
		    pifu_lexicon_near(lexicon(c), word, 1, near, 2) == 0)
			continue;
		const struct label *label = &c->doc->grammars->common->labels[near[0].label];
		if (near[0].distance == 1)
			offer(c, from, from + chars, label->level == 1 ? LEVEL1 : LEVEL2, 120);
	}
}

/* ---- Titles and values ---------------------------------------------------------------- */

static void offer_title(struct cutter *c, uint32_t from)
{
	const struct rule *rule = c->doc->grammars->common->title_rule;
	if (!rule || !reachable(c, from, TITLE))
		return;
	for (uint32_t to = from + 4; to <= c->n && to <= from + TITLE_MAX_CHARS; to++) {
		if (!pifu_str_ends(slice(c, from, to), STR("表")) &&
		    !pifu_str_ends(slice(c, from, to), STR("年度")) &&
		    !pifu_str_ends(slice(c, from, to), STR("年度)")))
			continue;
		if (pifu_rule_match(rule, c->doc->matcher, slice(c, from, to), 0, NULL, 0, NULL) ==
		    1)
			offer(c, from, to, TITLE, 30 + 300 * (c->labels[to] - c->labels[from]));
	}
}

/* Known words within [from, to): a free text that runs over them is suspicious. */
static int32_t run_over(const struct cutter *c, uint32_t from, uint32_t to)
{
	return 150 * (c->inside[to] - c->inside[from]);
}

/* A value of the head goes on to the next anchor or to the end. */
static void offer_value(struct cutter *c, uint32_t from)
{
	if (!reachable(c, from, VALUE))
		return;
	int32_t labelled = from == 0 && c->labels[1] ? 150 : 0; /* a row of the table, no prose */
	for (uint32_t to = from + 1; to <= c->n; to++)
		if (to == c->n || c->anchor[to])
			offer(c, from, to, VALUE,
			      (int32_t)(to - from) / 10 + run_over(c, from + 1, to) + labelled);
}

/* ---- Names and targets ------------------------------------------------------------------ */

static bool has_ending(const struct cutter *c, struct str name)
{
	const struct grammar *g = c->doc->grammars->common;
	return pifu_endings_match(&g->name_endings, name) ||
	       pifu_endings_match(&g->weak_endings, name);
}

static void offer_name(struct cutter *c, uint32_t from)
{
	if (!reachable(c, from, NAME))
		return;
	for (uint32_t to = from + 2; to <= c->n && to <= from + NAME_MAX_CHARS; to++) {
		int32_t cost = has_ending(c, slice(c, from, to)) ? 0 : 80;
		if (pifu_str_find(slice(c, from, to), STR("指标")) >= 0)
			cost += 150;
		offer(c, from, to, NAME, cost + run_over(c, from, to) + (int32_t)(to - from));
	}
}

static bool starts_target(const struct cutter *c, uint32_t from)
{
	unsigned char first = (unsigned char)c->text.s[c->at[from]];
	if (first < 0x80)
		return strchr("0123456789<>=", first) && first;
	struct str sign = slice(c, from, from + 1);
	if (pifu_str_eq(sign, STR("≥")) || pifu_str_eq(sign, STR("≤")))
		return true;
	return longest(c, from, MEANING_BIT(MEANING_COMPARATOR), &(const struct meaning *){NULL},
	               &(size_t){0}) > 0;
}

static int32_t unit_cost(const struct cutter *c, const struct target *t, bool at_end)
{
	if (t->kind != TARGET_NUMBER && t->kind != TARGET_RANGE)
		return 0;
	if (!t->unit.s || t->unit.n == 0)
		return at_end ? 20 : 100;
	size_t n;
	const struct meaning *m = pifu_lexicon_find(lexicon(c), t->unit, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_UNIT)
			return 0;
	if (pifu_str_find(t->unit, STR("/")) > 0)
		return 40 + (int32_t)t->unit.n;
	return 100 + (int32_t)t->unit.n * 15;
}

/* A digit that goes on behind the cut belongs to the number. */
static bool cuts_number(const struct cutter *c, uint32_t to)
{
	if (to >= c->n || to == 0)
		return false;
	unsigned char next = (unsigned char)c->text.s[c->at[to]],
		      last = (unsigned char)c->text.s[c->at[to] - 1];
	bool digit = (next >= '0' && next <= '9') || next == '.' || next == '%' || next == ',';
	return digit && last >= '-' && last <= '9';
}

static void offer_rule_target(struct cutter *c, uint32_t from)
{
	for (uint32_t to = from + 1; to <= c->n && to <= from + TARGET_MAX_CHARS && !c->failed;
	     to++) {
		if (cuts_number(c, to))
			continue;
		struct target t;
		pifu_error err = {0};
		const uint32_t flags = TEXT_DIGIT | TEXT_COMPARATOR | TEXT_HAN | TEXT_PERCENT;
		if (pifu_target_read(c->doc->grammars->common, c->doc->matcher, c->doc->arena,
		                     slice(c, from, to), flags, &t, &err) != PIFU_OK) {
			c->failed = err.status == PIFU_ERR_NOMEM;
			return;
		}
		if (t.sure)
			offer(c, from, to, TARGET, unit_cost(c, &t, to == c->n || c->anchor[to]));
	}
}

static void offer_words_target(struct cutter *c, uint32_t from)
{
	const struct meaning *m;
	size_t n;
	uint32_t bytes = longest(c, from, MEANING_BIT(MEANING_WORDS), &m, &n);
	if (bytes)
		offer(c, from, char_at(c, c->at[from] + bytes, from), TARGET, 20);
	for (uint32_t to = from + 1; to <= c->n && to <= from + TARGET_MAX_CHARS; to++)
		if (to == c->n || c->anchor[to])
			offer(c, from, to, TARGET, 200 + (int32_t)(to - from) * 3);
}

static void offer_target(struct cutter *c, uint32_t from)
{
	if (c->best[from][NAME].cost >= NEVER)
		return;
	if (starts_target(c, from))
		offer_rule_target(c, from);
	offer_words_target(c, from);
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
	if (!c->at || !c->best || !c->anchor || !c->inside || !c->labels)
		return false;
	for (uint32_t byte = 0; byte < c->text.n && c->n < chars;) {
		c->at[c->n++] = byte;
		pifu_utf8_next(c->text, &byte);
	}
	c->at[c->n] = c->text.n;
	for (uint32_t i = 0; i <= c->n; i++)
		for (unsigned k = 0; k < KINDS; k++)
			c->best[i][k].cost = NEVER;
	c->best[0][START].cost = 0;
	return true;
}

static void find_anchors(struct cutter *c)
{
	const uint32_t kinds = MEANING_BIT(MEANING_FIELD);
	const struct meaning *m;
	size_t n;
	for (uint32_t i = 0; i < c->n; i++) {
		bool label = longest(c, i, MEANING_BIT(MEANING_LABEL), &m, &n) >= ANCHOR_BYTES;
		bool header = longest(c, i, MEANING_BIT(MEANING_HEADER), &m, &n) >= 9;
		c->anchor[i] = label || header || longest(c, i, kinds, &m, &n) >= ANCHOR_BYTES;
		c->inside[i + 1] = (uint16_t)(c->inside[i] + c->anchor[i]);
		c->labels[i + 1] = (uint16_t)(c->labels[i] + label);
	}
	c->inside[c->n + 1] = c->inside[c->n];
	c->labels[c->n + 1] = c->labels[c->n];
}

/* A text may end behind a name, but its target is missed. */
static int32_t end_cost(const struct cutter *c, unsigned kind)
{
	return c->best[c->n][kind].cost + (kind == NAME ? 150 : 0);
}

static bool take_pieces(struct cutter *c, struct pieces *out)
{
	unsigned kind = START;
	for (unsigned k = 1; k < KINDS; k++)
		if (end_cost(c, k) < end_cost(c, kind))
			kind = k;
	size_t first = out->n;
	for (uint32_t at = c->n; at > 0;) {
		struct best b = c->best[at][kind];
		if (kind == START || !pifu_piece_add(c->doc, out, c->at[b.from], c->at[at]))
			return kind == START && pifu_piece_add(c->doc, out, 0, c->text.n);
		at = b.from;
		kind = b.kind;
	}
	for (size_t i = first, k = out->n; i + 1 < k; i++) {
		struct piece last = out->items[--k];
		out->items[k] = out->items[i];
		out->items[i] = last;
	}
	return true;
}

pifu_status pifu_cut_glued(struct pifu_doc *doc, struct str text, struct pieces *out,
                           pifu_error *err)
{
	struct cutter c = {.doc = doc, .text = text};
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
		offer_name(&c, i);
		offer_target(&c, i);
	}
	if (c.failed || !take_pieces(&c, out))
		return pifu_error_nomem(err);
	return PIFU_OK;
}
