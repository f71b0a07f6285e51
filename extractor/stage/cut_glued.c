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
	bool table;                 /* a line below the header of a table */
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
		if (c->labels[from + chars] > c->labels[from])
			return; /* a whole label stands in it */
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
	bool row = from == 0 && (c->labels[1] || c->table);
	int32_t labelled = row ? 150 : 0; /* a row of the table, no prose */
	for (uint32_t to = from + 1; to <= c->n; to++)
		if (to == c->n || c->anchor[to])
			offer(c, from, to, VALUE,
			      (int32_t)(to - from) / 10 + run_over(c, from + 1, to) + labelled);
}

/* ---- Names and targets ------------------------------------------------------------------ */

/* 率 of 含水率(外运前): what stands in brackets behind it says nothing. */
static struct str cut_bracket(struct str name)
{
	uint32_t open = name.n;
	if (!pifu_str_ends(name, STR(")")))
		return name;
	while (open > 0 && name.s[open - 1] != '(')
		open--;
	return open > 3 ? pifu_str_sub(name, 0, open - 1) : name;
}

static bool has_ending(const struct cutter *c, struct str name)
{
	const struct grammar *g = c->doc->grammars->common;
	name = cut_bracket(name);
	return pifu_endings_match(&g->name_endings, name) ||
	       pifu_endings_match(&g->weak_endings, name);
}

/* Words of two characters with which targets begin: 不断缩小, 不低于…, 有所… */
static bool opens_words(const struct cutter *c, uint32_t from)
{
	static const char words[] =
		"不断持续显著明显逐步逐年进一有所有效稳步不低不少不超不高基本得到";
	struct str word = from + 2 <= c->n ? slice(c, from, from + 2) : STR_NONE;
	for (size_t i = 0; word.n == 6 && i + 6 < sizeof words; i += 6)
		if (memcmp(words + i, word.s, 6) == 0)
			return true;
	return false;
}

/* What a name seldom holds, up to and with the character at `i`: a sign, or words
 * that are a target (>= three characters) and go on with what could be a name. */
static int32_t odd_in_name(const struct cutter *c, uint32_t from, uint32_t i)
{
	struct str sign = slice(c, i, i + 1);
	const struct meaning *m;
	size_t n;
	if (pifu_str_eq(sign, STR("≥")) || pifu_str_eq(sign, STR("≤")) ||
	    pifu_str_eq(sign, STR("=")) || pifu_str_eq(sign, STR("<")) ||
	    pifu_str_eq(sign, STR(">")))
		return 200;
	if (i == from)
		return pifu_str_eq(sign, STR("/")) || pifu_str_eq(sign, STR("%")) ? 200 : 0;
	bool words = opens_words(c, i) || longest(c, i, MEANING_BIT(MEANING_WORDS), &m, &n) >= 9;
	return words ? 40 : 0;
}

/* A number within a name is suspicious: 防火隔离带18千米|组织演练. */
static int32_t number_in_name(const struct cutter *c, uint32_t from, uint32_t i)
{
	const char *s = c->text.s + c->at[i];
	bool digit = *s >= '0' && *s <= '9', before = i > from && s[-1] >= '0' && s[-1] <= '9';
	return digit && !before && i > from + 1 ? 60 : 0;
}

/* What is done, with which many names begin. */
static bool opens_name(const struct cutter *c, uint32_t from)
{
	static const char verbs[] =
		"新建新增新购购置购买采购组织开展举办完成建设改造维修维护更新更换培训发放补助"
		"补贴保障印制制作聘用租赁安装修建修复建成建立扩建举行实施支持扶持资助救助"
		"检测监测检查巡查排查处理受理办理接待服务覆盖带动吸纳减少降低提高提升改善";
	if (from + 2 > c->n)
		return false;
	struct str word = slice(c, from, from + 2);
	for (size_t i = 0; word.n == 6 && i + 6 < sizeof verbs; i += 6)
		if (memcmp(verbs + i, word.s, 6) == 0)
			return true;
	return false;
}

static void offer_name(struct cutter *c, uint32_t from)
{
	if (!reachable(c, from, NAME))
		return;
	int32_t odd = odd_in_name(c, from, from) - (opens_name(c, from) ? 30 : 0);
	for (uint32_t to = from + 2; to <= c->n && to <= from + NAME_MAX_CHARS; to++) {
		int32_t cost = has_ending(c, slice(c, from, to)) ? 0 : 80;
		odd += odd_in_name(c, from, to - 1) + number_in_name(c, from, to - 1);
		if (pifu_str_find(slice(c, from, to), STR("指标")) >= 0)
			cost += 150;
		int32_t labels = c->labels[to] - c->labels[from];
		cost += 150 * labels + 40 * (c->inside[to] - c->inside[from] - labels);
		offer(c, from, to, NAME, cost + odd + (int32_t)(to - from));
	}
}

/* Characters with which dates, periods, numerals and words for a change begin. */
static bool opens_target(struct str sign)
{
	static const char first[] =
		"每次本当年月季全上下第春夏秋冬国中元五汛暑寒截一二两三四五六七八"
		"九十百按较比达无不零未有显明持逐稳进基大切充良优完";
	for (size_t i = 0; sign.n == 3 && i + 3 < sizeof first; i += 3)
		if (memcmp(first + i, sign.s, 3) == 0)
			return true;
	return false;
}

static bool starts_target(const struct cutter *c, uint32_t from)
{
	unsigned char first = (unsigned char)c->text.s[c->at[from]];
	if (first < 0x80)
		return strchr("0123456789<>=", first) && first;
	struct str sign = slice(c, from, from + 1);
	if (pifu_str_eq(sign, STR("≥")) || pifu_str_eq(sign, STR("≤")) || opens_target(sign))
		return true;
	return longest(c, from, MEANING_BIT(MEANING_COMPARATOR), &(const struct meaning *){NULL},
	               &(size_t){0}) > 0;
}

static struct str cut_scale(struct str unit)
{
	static const char scales[] = "十百千万亿";
	for (size_t i = 0; unit.n > 3 && i + 3 < sizeof scales; i += 3)
		if (memcmp(scales + i, unit.s, 3) == 0)
			return cut_scale(pifu_str_sub(unit, 3, unit.n));
	return unit;
}

static bool is_unit(const struct cutter *c, struct str unit)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(lexicon(c), cut_scale(unit), &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_UNIT)
			return true;
	return false;
}

#define UNIT_KNOWN 10 /* a unit that costs no more is known */

/* A target of one or two characters (无, 优良) may as well be the middle of a name. */
static int32_t words_cost(uint32_t chars, bool at_end)
{
	static const int32_t costs[] = {120, 120, 60, 30};
	return at_end || chars > 3 ? 15 : costs[chars];
}

static int32_t unit_cost(const struct cutter *c, const struct target *t, bool at_end)
{
	if (t->kind != TARGET_NUMBER && t->kind != TARGET_RANGE)
		return 0;
	if (!t->unit.s || t->unit.n == 0)
		return at_end ? 20 : 100;
	if (is_unit(c, t->unit))
		return 0;
	int64_t per = pifu_str_find(t->unit, STR("/"));
	if (per > 0 && is_unit(c, pifu_str_sub(t->unit, 0, (uint32_t)per)) &&
	    is_unit(c, pifu_str_sub(t->unit, (uint32_t)per + 1, t->unit.n)))
		return 5;
	if (at_end && t->unit.n <= 12)
		return 20;
	return per > 0 ? 40 + (int32_t)t->unit.n : 100 + (int32_t)t->unit.n * 15;
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

/* Whether a target by rule begins at `from`. A target that stops within a known
 * unit (批 of 批次/千人) is a little dearer than the one that ends behind it. */
static bool offer_rule_target(struct cutter *c, uint32_t from)
{
	int32_t costs[TARGET_MAX_CHARS + 1];
	uint32_t known = 0, most = c->n - from < TARGET_MAX_CHARS ? c->n - from : TARGET_MAX_CHARS;
	bool sure = false;
	uint32_t flags = TEXT_COMPARATOR | TEXT_HAN | TEXT_PERCENT | TEXT_HAN_DIGIT;
	for (uint32_t k = 1; k <= most && !c->failed; k++) {
		struct target t;
		pifu_error err = {0};
		uint32_t to = from + k;
		char last = c->text.s[c->at[to] - 1];
		if (last >= '0' && last <= '9')
			flags |= TEXT_DIGIT;
		costs[k] = NEVER;
		if (cuts_number(c, to))
			continue;
		if (pifu_target_read(c->doc->grammars->common, c->doc->matcher, c->doc->arena,
		                     slice(c, from, to), flags, &t, &err) != PIFU_OK) {
			c->failed = err.status == PIFU_ERR_NOMEM;
			return false;
		}
		if (!t.sure)
			continue;
		sure = true;
		bool at_end = to == c->n || c->anchor[to];
		costs[k] = t.kind == TARGET_TEXT ? words_cost(k, at_end) : unit_cost(c, &t, at_end);
		if (costs[k] <= UNIT_KNOWN)
			known = k;
	}
	for (uint32_t k = 1; k <= most; k++)
		if (costs[k] < NEVER)
			offer(c, from, from + k, TARGET, costs[k] + (k < known ? 25 : 0));
	return sure;
}

/* Free words up to the next anchor: dear where a target by rule begins, less so
 * behind a word that opens one (达到Ⅲ类). */
static void offer_words_target(struct cutter *c, uint32_t from, bool sure)
{
	const struct meaning *m;
	size_t n;
	bool opened = longest(c, from, MEANING_BIT(MEANING_COMPARATOR), &m, &n) >= 6;
	int32_t free_words = sure ? 350 : opened ? 120 : 200;
	uint32_t bytes = longest(c, from, MEANING_BIT(MEANING_WORDS), &m, &n);
	if (bytes) {
		uint32_t to = char_at(c, c->at[from] + bytes, from);
		offer(c, from, to, TARGET, 5 + words_cost(to - from, to == c->n || c->anchor[to]));
	}
	for (uint32_t to = from + 1; to <= c->n && to <= from + TARGET_MAX_CHARS; to++)
		if (to == c->n || c->anchor[to])
			offer(c, from, to, TARGET,
			      free_words + (int32_t)(to - from) * 3 + run_over(c, from, to));
}

/* 2.5 of PM2.5 is no number, nor is 5. */
static bool is_within_word(const struct cutter *c, uint32_t from)
{
	const char *s = c->text.s + c->at[from];
	bool digit = *s >= '0' && *s <= '9';
	char before = from > 0 ? s[-1] : ' ';
	return digit && ((before >= '0' && before <= '9') || before == '.' ||
	                 (before >= 'A' && before <= 'Z') || (before >= 'a' && before <= 'z'));
}

static void offer_target(struct cutter *c, uint32_t from)
{
	if (c->best[from][NAME].cost >= NEVER || is_within_word(c, from))
		return;
	bool sure = starts_target(c, from) && offer_rule_target(c, from);
	offer_words_target(c, from, sure);
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

pifu_status pifu_cut_glued(struct pifu_doc *doc, struct str text, bool table, struct pieces *out,
                           pifu_error *err)
{
	struct cutter c = {.doc = doc, .text = text, .table = table};
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
