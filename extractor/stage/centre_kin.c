/* Which rows look alike: what the form's own rows say about the blocks of centred labels.
 *
 *     应急广播覆盖村数   753个     beside 数量指标
 *     报修处理及时率     ≥90%     beside 时效指标
 *     宣传资料印制份数   ≥300份    beside none: ends and counts like the first
 *
 * A row has four features: the last two characters of its name, the last one, what
 * stands behind the digits of its target, and whether that is a percentage, another
 * unit or no number at all. They are counted by label over the rows
 * that are sure: those that a label stands beside, and those that every cheap tiling
 * puts under the same one (if but one side comes out). A row costs in a block what its features were seen
 * less under the block's label than under others; features never seen cost nothing. */
#include "stage/centre.h"
#include "stage/classify.h"

enum { FEATURES = 4, ANY_LABEL = 0xfffe, SURE = 100 };
static const int32_t worth[FEATURES] = {60, 30, 30, 30};

struct kin {
	uint32_t features[FEATURES]; /* 0: the row has not got it */
};

struct kin_count {
	uint32_t key;
	uint32_t count;
};

static uint32_t home_of(const struct pifu_doc *doc, uint8_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role)
			return doc->slots[i].home;
	return PIFU_NONE;
}

static const struct token *token_at(const struct pifu_doc *doc, uint32_t row, uint32_t col)
{
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (doc->tokens[i].col == col)
			return &doc->tokens[i];
	return NULL;
}

/* The last `chars` characters. */
static struct str last_chars(struct str text, unsigned chars)
{
	uint32_t at = text.n;
	while (chars > 0 && at > 0) {
		at--;
		chars -= (text.s[at] & 0xC0) != 0x80;
	}
	return pifu_str_sub(text, at, text.n);
}

/* What stands behind the last digit: 户, %; without a digit one word for all. */
static struct str unit_of(struct str target)
{
	for (uint32_t at = target.n; at > 0; at--)
		if (target.s[at - 1] >= '0' && target.s[at - 1] <= '9')
			return pifu_str_sub(target, at, target.n);
	return STR("…");
}

static struct str kind_of(struct str target)
{
	struct str unit = unit_of(target);
	if (pifu_str_ends(unit, STR("%")))
		return STR("%");
	return unit.n == 0 || pifu_str_eq(unit, STR("…")) ? unit : STR("#");
}

static uint32_t feature(unsigned kind, struct str text)
{
	uint32_t h = (uint32_t)pifu_str_hash(text) * 3u + kind;
	return text.n ? h | 1u : 0;
}

static void look_at(const struct centre *c, uint32_t row, struct kin *kin)
{
	const struct pifu_doc *doc = c->a->doc;
	const struct token *name = token_at(doc, c->rows[row], home_of(doc, ROLE_NAME)),
			   *target = token_at(doc, c->rows[row], home_of(doc, ROLE_TARGET));
	if (name) {
		kin->features[0] = feature(0, last_chars(name->key, 2));
		kin->features[1] = feature(1, last_chars(name->key, 1));
	}
	if (!target)
		return;
	kin->features[2] = feature(2, unit_of(target->key));
	kin->features[3] = feature(3, kind_of(target->key));
}

/* ---- Counts ---------------------------------------------------------------------- */

static uint32_t mix(uint32_t feature, uint32_t label)
{
	uint32_t key = (feature ^ label * 0x9E3779B9u) * 0x85EBCA6Bu;
	return key ? key : 1;
}

static struct kin_count *find_count(const struct centre *c, uint32_t feature, uint32_t label)
{
	uint32_t key = mix(feature, label), mask = c->counts_size - 1, i = key & mask;
	while (c->counts[i].key && c->counts[i].key != key)
		i = (i + 1) & mask;
	return &c->counts[i];
}

static void count(struct centre *c, uint32_t feature, uint32_t label)
{
	struct kin_count *at = find_count(c, feature, label);
	at->key = mix(feature, label);
	at->count++;
}

static unsigned inner_level(const struct centre *c)
{
	return c->levels[c->depth - 1];
}

bool pifu_centre_learn(struct centre *c)
{
	unsigned inner = inner_level(c);
	c->counts_size = 64;
	while (c->counts_size < c->n * FEATURES * 4)
		c->counts_size *= 2;
	c->counts = pifu_arena_zalloc(c->a->doc->work, c->counts_size, sizeof *c->counts);
	c->kin = pifu_arena_zalloc(c->a->doc->work, c->n + 1, sizeof *c->kin);
	if (!c->counts || !c->kin)
		return false;
	for (uint32_t r = 0; r < c->n; r++) {
		uint32_t at = c->governs[r][inner];
		look_at(c, r, &c->kin[r]);
		bool sure = at == r || (c->doubt[r].margin >= SURE && c->other == PIFU_NONE);
		if (at >= c->n || !sure)
			continue;
		for (unsigned k = 0; k < FEATURES; k++) {
			if (!c->kin[r].features[k])
				continue;
			count(c, c->kin[r].features[k], c->label_id[inner][at]);
			count(c, c->kin[r].features[k], ANY_LABEL);
		}
	}
	return true;
}

static int32_t row_cost(const struct centre *c, uint32_t row, uint16_t label)
{
	int32_t cost = 0;
	for (unsigned k = 0; k < FEATURES; k++) {
		uint32_t f = c->kin[row].features[k];
		int32_t all = f ? (int32_t)find_count(c, f, ANY_LABEL)->count : 0;
		if (all == 0)
			continue;
		int32_t own = (int32_t)find_count(c, f, label)->count;
		cost += worth[k] - (2 * own + 1) * worth[k] / (2 * all + 2);
	}
	return cost;
}

int32_t pifu_centre_kin(const struct centre *c, uint32_t at, uint32_t from, uint32_t to)
{
	int32_t cost = 0;
	uint16_t label = c->kin ? c->label_id[inner_level(c)][at] : NO_LABEL;
	if (label == NO_LABEL)
		return 0;
	for (uint32_t r = from; r < to; r++)
		cost += r == at ? 0 : row_cost(c, r, label);
	return cost;
}
