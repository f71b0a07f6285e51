/* Names and values of glued text: what a stretch of characters looks like.
 *
 *     加固石刻数量 | ≥26方 | 采集影像数量 | 10 | ≥1300张 | …
 *     a name ends like names do and holds no sign, seldom a number or words of a
 *     target; a value is a target by rule with a unit that is known, words that
 *     targets are, or (for weights and scores) a plain number up to 100
 *
 * Every stretch that may be one is offered to the search (cut_glued.c), a value
 * once for each column that may hold it. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/cut_own.h"

#define NAME_MAX_CHARS 45
#define TARGET_MAX_CHARS 24
#define POINTS_MAX_CHARS 5
#define STANDARD_COST 5
#define EACH_NAME 40 /* of two cuts the one with fewer records */

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

static bool is_sign(const struct cutter *c, uint32_t at)
{
	struct str sign = cut_slice(c, at, at + 1);
	return pifu_str_eq(sign, STR("≥")) || pifu_str_eq(sign, STR("≤")) ||
	       pifu_str_eq(sign, STR("<")) || pifu_str_eq(sign, STR(">")) ||
	       pifu_str_eq(sign, STR("="));
}

static bool is_points(uint8_t role)
{
	return role == ROLE_WEIGHT || role == ROLE_SCORE;
}

static bool is_digit(const struct cutter *c, uint32_t at)
{
	unsigned char byte = (unsigned char)c->text.s[c->at[at]];
	return byte >= '0' && byte <= '9';
}

/* A digit, or a unit behind one, is rather the end of a value than the beginning of a name. */
static bool is_value_rest(const struct cutter *c, uint32_t from)
{
	const struct meaning *m;
	size_t n;
	if (is_digit(c, from))
		return true;
	return from > 0 && is_digit(c, from - 1) &&
	       cut_longest(c, from, MEANING_BIT(MEANING_UNIT), &m, &n) > 0;
}

/* ---- Names --------------------------------------------------------------------- */

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
	static const char words[] = "不断持续显著明显逐步逐年进一有所有效稳步不低不少不超不高得到";
	struct str word = from + 2 <= c->n ? cut_slice(c, from, from + 2) : STR_NONE;
	for (size_t i = 0; word.n == 6 && i + 6 < sizeof words; i += 6)
		if (memcmp(words + i, word.s, 6) == 0)
			return true;
	return false;
}

/* 验收合格 of 验收合格率 is no target. */
static bool is_measured(const struct cutter *c, uint32_t from, uint32_t bytes)
{
	static const char measures[] = "率度性数量比值";
	uint32_t at = c->at[from] + bytes;
	for (size_t i = 0; at + 3 <= c->text.n && i + 3 < sizeof measures; i += 3)
		if (memcmp(c->text.s + at, measures + i, 3) == 0)
			return true;
	return false;
}

/* What a name seldom holds, up to and with the character at `i`: a sign, or words
 * that are a target (>= three characters) and go on with what could be a name. */
static int32_t odd_in_name(const struct cutter *c, uint32_t from, uint32_t i)
{
	struct str sign = cut_slice(c, i, i + 1);
	const struct meaning *m;
	size_t n;
	if (is_sign(c, i))
		return 200;
	if (i == from)
		return pifu_str_eq(sign, STR("/")) || pifu_str_eq(sign, STR("%")) ? 200 : 0;
	uint32_t bytes = cut_longest(c, i, MEANING_BIT(MEANING_WORDS), &m, &n);
	bool words = opens_words(c, i) || (bytes >= 9 && !is_measured(c, i, bytes));
	return words ? 80 : 0;
}

/* What is done, with which many names begin. */
static bool opens_name(const struct cutter *c, uint32_t from)
{
	static const char verbs[] =
		"新建新增新购购置购买采购组织开展举办完成建设改造维修维护更新更换培训发放补助"
		"补贴保障印制制作聘用租赁安装修建修复建成建立扩建举行实施支持扶持资助救助"
		"值守值班值勤检测监测检查巡查排查处理受理办理接待服务覆盖带动吸纳减少降低提高提升改"
		"善";
	if (from + 2 > c->n)
		return false;
	struct str word = cut_slice(c, from, from + 2);
	for (size_t i = 0; word.n == 6 && i + 6 < sizeof verbs; i += 6)
		if (memcmp(verbs + i, word.s, 6) == 0)
			return true;
	return false;
}

#define UNIT_CHARS 6 /* that a number and its unit have at most */

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A number within a name is suspicious, most so where a name could begin behind it:
 * 防火隔离带18千米|组织演练, but 0-6岁, PM2.5. */
static int32_t number_in_name(const struct cutter *c, uint32_t from, uint32_t i)
{
	const char *s = c->text.s + c->at[i];
	if (!is_digit(c, i) || i <= from + 1 || is_digit(c, i - 1) || strchr("-~.", s[-1]) ||
	    is_letter(s[-1]))
		return 0;
	for (uint32_t next = i + 2; next <= i + UNIT_CHARS && next < c->n; next++)
		if (opens_name(c, next))
			return 100;
	return 50;
}

void pifu_cut_names(struct cutter *c, uint32_t from)
{
	if (!pifu_cut_reachable(c, from, NAME))
		return;
	int32_t odd = odd_in_name(c, from, from) - (opens_name(c, from) ? 30 : 0);
	int32_t rest = is_value_rest(c, from) ? 60 : 0;
	for (uint32_t to = from + 2; to <= c->n && to <= from + NAME_MAX_CHARS; to++) {
		if (is_sign(c, to - 1))
			return; /* a name has no comparator */
		odd += odd_in_name(c, from, to - 1) + number_in_name(c, from, to - 1);
		if (cuts_number(c, to))
			continue;
		int32_t cost = EACH_NAME + rest + (has_ending(c, cut_slice(c, from, to)) ? 0 : 80);
		if (pifu_str_find(cut_slice(c, from, to), STR("指标")) >= 0)
			cost += 200;
		int32_t labels = c->labels[to] - c->labels[from];
		cost += 150 * labels + 40 * (c->inside[to] - c->inside[from] - labels);
		pifu_cut_offer(c, from, to, NAME, cost + odd + (int32_t)(to - from));
	}
}

/* ---- Values -------------------------------------------------------------------- */

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
	if (is_sign(c, from))
		return true;
	if (first < 0x80)
		return first >= '0' && first <= '9';
	return opens_target(cut_slice(c, from, from + 1)) ||
	       cut_longest(c, from, MEANING_BIT(MEANING_COMPARATOR),
	                   &(const struct meaning *){NULL}, &(size_t){0}) > 0;
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
	const struct meaning *m = pifu_lexicon_find(cut_lexicon(c), cut_scale(unit), &n);
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

/* A value for every column that may hold one. */
static void offer_value(struct cutter *c, uint32_t from, uint32_t to, int32_t cost)
{
	for (unsigned i = 0; i < c->style.nvalues; i++)
		if (!is_points(c->style.values[i]) && c->style.values[i] != ROLE_BASIS)
			pifu_cut_offer(c, from, to, COLUMN + i, cost);
}

/* 计划标准: a standard by name, where the header has a column of standards. */
static void offer_standard(struct cutter *c, uint32_t from)
{
	const struct meaning *m;
	size_t n;
	for (unsigned i = 0; i < c->style.nvalues; i++) {
		if (c->style.values[i] != ROLE_BASIS)
			continue;
		uint32_t bytes = cut_longest(c, from, MEANING_BIT(MEANING_STANDARD), &m, &n);
		if (bytes)
			pifu_cut_offer(c, from, cut_char_at(c, c->at[from] + bytes, from),
			               COLUMN + i, STANDARD_COST);
	}
}

/* 228: a value of 22 and a score of 8, where the form has scores. */
static bool may_part(const struct cutter *c, uint32_t from, uint32_t to)
{
	bool points = false;
	for (unsigned i = 1; i < c->style.nvalues; i++)
		points |= is_points(c->style.values[i]);
	for (uint32_t i = from; points && i <= to; i++)
		points = is_digit(c, i);
	return points && c->text.s[c->at[to]] != '0';
}

/* What a target by rule at [from, to) costs; NEVER: it is none. */
static int32_t target_cost(struct cutter *c, uint32_t from, uint32_t to, uint32_t flags)
{
	int32_t parted = cuts_number(c, to) ? 20 : 0;
	struct target t;
	pifu_error err = {0};
	if (parted && !may_part(c, from, to))
		return NEVER;
	if (pifu_target_sure(c->doc->grammars->common, c->doc->matcher, c->doc->arena,
	                     cut_slice(c, from, to), flags, &t, &err) != PIFU_OK) {
		c->failed = err.status == PIFU_ERR_NOMEM;
		return NEVER;
	}
	if (!t.sure)
		return NEVER;
	bool at_end = parted || to == c->n || c->anchor[to];
	int32_t half = c->words_end >= c->at[to] ? 100 : 0;
	return t.kind == TARGET_TEXT ? words_cost(to - from, at_end) + half
	                             : unit_cost(c, &t, at_end) + parted;
}

/* Whether a target by rule begins at `from`. A target that stops within a known
 * unit (批 of 批次/千人) is dearer than the one that ends behind it. */
static bool offer_rule_target(struct cutter *c, uint32_t from)
{
	int32_t costs[TARGET_MAX_CHARS + 1];
	uint32_t known = 0, most = c->n - from < TARGET_MAX_CHARS ? c->n - from : TARGET_MAX_CHARS;
	uint32_t flags = TEXT_COMPARATOR | TEXT_HAN | TEXT_PERCENT | TEXT_HAN_DIGIT;
	bool sure = false;
	for (uint32_t k = 1; k <= most && !c->failed; k++) {
		if (is_digit(c, from + k - 1))
			flags |= TEXT_DIGIT;
		costs[k] = target_cost(c, from, from + k, flags);
		sure |= costs[k] < NEVER;
		if (costs[k] <= UNIT_KNOWN)
			known = k;
	}
	for (uint32_t k = 1; k <= most && !c->failed; k++)
		if (costs[k] < NEVER)
			offer_value(c, from, from + k,
			            costs[k] + (k < known ? 90 : 0) +
			                    cut_run_over(c, from + 1, from + k));
	return sure;
}

/* 符合部颁标准, 按合同约定: words that say with what a thing agrees. */
static bool opens_accord(const struct cutter *c, uint32_t from)
{
	static const char words[] = "符合满足遵守遵照按照依照优于";
	struct str word = from + 2 <= c->n ? cut_slice(c, from, from + 2) : STR_NONE;
	for (size_t i = 0; word.n == 6 && i + 6 < sizeof words; i += 6)
		if (memcmp(words + i, word.s, 6) == 0)
			return true;
	return false;
}

/* Free words up to the next anchor: dear where a target by rule begins, less so
 * behind a word that opens one (达到Ⅲ类). */
static void offer_words_target(struct cutter *c, uint32_t from, bool sure)
{
	const struct meaning *m;
	size_t n;
	bool opened = cut_longest(c, from, MEANING_BIT(MEANING_COMPARATOR), &m, &n) >= 6 ||
	              opens_accord(c, from);
	int32_t free_words = sure ? 350 : opened ? 120 : 200;
	uint32_t bytes = cut_longest(c, from, MEANING_BIT(MEANING_WORDS), &m, &n);
	if (bytes) {
		uint32_t to = cut_char_at(c, c->at[from] + bytes, from);
		offer_value(c, from, to,
		            5 + words_cost(to - from, to == c->n || c->anchor[to]) +
		                    (c->words_end >= c->at[to] ? 100 : 0));
	}
	for (uint32_t to = from + 1; to <= c->n && to <= from + TARGET_MAX_CHARS; to++) {
		free_words += to > from + 1 && is_sign(c, to - 1) ? 150 : 0;
		if (to == c->n || c->anchor[to])
			offer_value(c, from, to,
			            free_words + (int32_t)(to - from) * 3 +
			                    cut_run_over(c, from + 1, to));
	}
}

/* Does the header put the weight directly in front of the target? */
static bool weight_first(const struct cutter *c)
{
	for (unsigned i = 0; i + 1 < c->style.nvalues; i++)
		if (c->style.values[i] == ROLE_WEIGHT)
			return c->style.values[i + 1] == ROLE_TARGET;
	return false;
}

/* 59段: a weight of 5 and a target of 9段. The usual weights are cheaper. */
static void offer_weights(struct cutter *c, uint32_t from)
{
	static const uint8_t usual[] = {2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50};
	unsigned value = 0;
	for (uint32_t to = from; to < from + 2 && to + 1 < c->n && is_digit(c, to); to++) {
		value = value * 10 + (unsigned)(c->text.s[c->at[to]] - '0');
		bool zero = c->text.s[c->at[to + 1]] == '0' && to + 2 < c->n && is_digit(c, to + 2);
		if (value == 0 || zero || !is_digit(c, to + 1))
			continue;
		bool is_usual = memchr(usual, (int)value, sizeof usual) != NULL;
		for (unsigned i = 0; i < c->style.nvalues; i++)
			if (c->style.values[i] == ROLE_WEIGHT)
				pifu_cut_offer(c, from, to + 1, COLUMN + i, is_usual ? 15 : 35);
	}
}

/* A weight or a score: up to 100, with one decimal. */
static void offer_points(struct cutter *c, uint32_t from)
{
	uint32_t to = from;
	double value = 0, scale = 0;
	for (; to < c->n && to < from + POINTS_MAX_CHARS; to++) {
		unsigned char digit = (unsigned char)c->text.s[c->at[to]];
		if (digit == '.' && scale <= 0 && to > from)
			scale = 1;
		else if (digit >= '0' && digit <= '9')
			value = value * 10 + (digit - '0'), scale *= 10;
		else
			break;
	}
	if (to == from || value > (scale > 1 ? 100 * scale : 100) || cuts_number(c, to))
		return;
	for (unsigned i = 0; i < c->style.nvalues; i++)
		if (is_points(c->style.values[i]))
			pifu_cut_offer(c, from, to, COLUMN + i, 0);
}

/* A number of at most two digits and one decimal at [from, to), in tenths. */
static unsigned read_tenths(const struct cutter *c, uint32_t from, uint32_t to)
{
	unsigned value = 0, scale = 10;
	for (uint32_t i = from; i < to; i++) {
		if (c->text.s[c->at[i]] == '.')
			scale = 1;
		else
			value = value * 10 + (unsigned)(c->text.s[c->at[i]] - '0');
	}
	return value * scale;
}

/* Behind the digits at `from`, with one decimal at most. */
static uint32_t digits_end(const struct cutter *c, uint32_t from)
{
	uint32_t to = from;
	while (to < c->n && is_digit(c, to))
		to++;
	if (to > from && to + 1 < c->n && c->text.s[c->at[to]] == '.' && is_digit(c, to + 1))
		to += 2;
	return to;
}

/* 1010, 109.8: a weight and a score of no more than it, fused; the same twice is cheapest. */
static void offer_fused_weights(struct cutter *c, uint32_t from)
{
	uint32_t end = digits_end(c, from);
	if (end - from < 2 || end - from > 2 * POINTS_MAX_CHARS || c->text.s[c->at[from]] == '0')
		return;
	for (uint32_t to = from + 1; to <= from + 2 && to < end && is_digit(c, to); to++) {
		unsigned weight = read_tenths(c, from, to), score = read_tenths(c, to, end);
		bool zero = c->text.s[c->at[to]] == '0' && to + 1 < end && is_digit(c, to + 1);
		if (zero || score > weight)
			continue;
		for (unsigned i = 0; i + 1 < c->style.nvalues; i++)
			if (c->style.values[i] == ROLE_WEIGHT &&
			    c->style.values[i + 1] == ROLE_SCORE)
				pifu_cut_offer(c, from, to, COLUMN + i, score == weight ? 10 : 25);
	}
}

/* 2.5 of PM2.5 is no number, nor is 5. */
static bool is_within_word(const struct cutter *c, uint32_t from)
{
	const char *s = c->text.s + c->at[from];
	bool digit = *s >= '0' && *s <= '9';
	char before = from > 0 ? s[-1] : ' ';
	if (digit && before >= '0' && before <= '9' && weight_first(c))
		return false;
	return digit && ((before >= '0' && before <= '9') || before == '.' ||
	                 (before >= 'A' && before <= 'Z') || (before >= 'a' && before <= 'z'));
}

/* 扩大 of 逐年扩大 is half a word. */
static void note_words(struct cutter *c, uint32_t from)
{
	const struct meaning *m;
	size_t n;
	uint32_t bytes = cut_longest(c, from, MEANING_BIT(MEANING_WORDS), &m, &n);
	if (bytes && c->at[from] + bytes > c->words_end)
		c->words_end = c->at[from] + bytes;
}

void pifu_cut_values(struct cutter *c, uint32_t from)
{
	bool open = false;
	for (unsigned i = 0; i < c->style.nvalues; i++)
		open |= pifu_cut_reachable(c, from, COLUMN + i);
	if (open) {
		bool sure = !is_within_word(c, from) && starts_target(c, from) &&
		            offer_rule_target(c, from);
		offer_words_target(c, from, sure);
		offer_standard(c, from);
		offer_points(c, from);
		if (is_digit(c, from) && (from == 0 || !is_digit(c, from - 1)))
			offer_fused_weights(c, from);
		if (weight_first(c) && !is_within_word(c, from))
			offer_weights(c, from);
	}
	note_words(c, from);
}
