/* Roles for columns whose headers nobody knows.
 *
 * Each column is scored for each role by what its cells look like and by what its
 * header sounds like; the best pair of all is settled first, then the next, so that
 * a column that is surely the name leaves the doubtful ones to other roles:
 *
 *     header    cells                        level1  name  target  unit  weight
 *     考评大类   1 text, carried over 3 rows     83     30     20            1.
 *     考评事项   3 names                          0    130     10            2.
 *     应达数     3 plain numbers                        0     70            60
 *     计数      3 units                                            100
 *     占分      3 plain numbers, sum 100                      40            130
 *
 * Numbers are points of a hundred for the cells and tens for the header's words. */
#include "grammar/draft.h"

static const char *const role_keys[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) key,
#include "grammar/roles.def"
#undef PIFU_ROLE
};

const char *pifu_draft_role_key(uint8_t role)
{
	return role_keys[role];
}

/* ---- By the header ---------------------------------------------------------------- */

/* Parts of headers, and what they say in tens of points. */
static const struct {
	const char *part;
	uint8_t role;
	int8_t weight;
} hints[] = {
	{"大类", ROLE_LEVEL1, 4},     {"一级", ROLE_LEVEL1, 6},    {"类别", ROLE_LEVEL1, 2},
	{"维度", ROLE_LEVEL1, 3},     {"小类", ROLE_LEVEL2, 4},    {"二级", ROLE_LEVEL2, 6},
	{"子类", ROLE_LEVEL2, 4},     {"分类", ROLE_LEVEL2, 2},    {"三级", ROLE_NAME, 6},
	{"指标", ROLE_NAME, 3},       {"事项", ROLE_NAME, 3},      {"内容", ROLE_NAME, 2},
	{"名称", ROLE_NAME, 2},       {"要点", ROLE_NAME, 2},      {"项目名", ROLE_PROJECT, 5},
	{"任务", ROLE_PROJECT, 2},    {"职能", ROLE_FUNCTION, 5},  {"职责", ROLE_FUNCTION, 5},
	{"应", ROLE_TARGET, 5},       {"须", ROLE_TARGET, 5},      {"目标", ROLE_TARGET, 4},
	{"要求", ROLE_TARGET, 3},     {"计划", ROLE_TARGET, 3},    {"值", ROLE_TARGET, 2},
	{"预期", ROLE_TARGET, 3},     {"单位", ROLE_UNIT, 3},      {"计量", ROLE_UNIT, 4},
	{"符号", ROLE_COMPARATOR, 4}, {"方向", ROLE_DIRECTION, 4}, {"权", ROLE_WEIGHT, 5},
	{"分值", ROLE_WEIGHT, 5},     {"满分", ROLE_WEIGHT, 5},    {"占分", ROLE_WEIGHT, 5},
	{"得分", ROLE_SCORE, 6},      {"评分", ROLE_SCORE, 4},     {"自评", ROLE_SCORE, 4},
	{"扣分", ROLE_SCORE, 4},      {"完成", ROLE_ACTUAL, 4},    {"实际", ROLE_ACTUAL, 5},
	{"实绩", ROLE_ACTUAL, 5},     {"已", ROLE_ACTUAL, 4},      {"现", ROLE_ACTUAL, 4},
	{"上年", ROLE_PRIOR, 6},      {"去年", ROLE_PRIOR, 6},     {"往年", ROLE_PRIOR, 6},
	{"基期", ROLE_PRIOR, 6},      {"长期", ROLE_LONG, 6},      {"说明", ROLE_BASIS, 4},
	{"依据", ROLE_BASIS, 5},      {"办法", ROLE_BASIS, 4},     {"口径", ROLE_BASIS, 5},
	{"标准", ROLE_BASIS, 4},      {"备注", ROLE_NOTE, 6},      {"原因", ROLE_NOTE, 6},
	{"问题", ROLE_NOTE, 4},       {"措施", ROLE_NOTE, 4},      {"序", ROLE_OTHER, 5},
	{"编号", ROLE_OTHER, 6},      {"责任", ROLE_OTHER, 6},     {"科室", ROLE_OTHER, 6},
	{"金额", ROLE_OTHER, 4},      {"牵头", ROLE_OTHER, 6},
};

int pifu_draft_hint(struct str header, uint8_t role)
{
	int most = 0;
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (hints[i].role == role && hints[i].weight > most &&
		    pifu_str_find(header, pifu_str_of(hints[i].part)) >= 0)
			most = hints[i].weight;
	return most;
}

/* ---- By the cells ------------------------------------------------------------------- */

/* Points of a column all of whose cells look so. */
static const int8_t look_points[ROLE_COUNT][LOOK_COUNT] = {
	[ROLE_FUNCTION] = {[LOOK_TEXT] = 10, [LOOK_NAME] = 5, [LOOK_PROSE] = 10},
	[ROLE_PROJECT] = {[LOOK_TEXT] = 9, [LOOK_NAME] = 4, [LOOK_PROSE] = 6},
	[ROLE_LEVEL1] = {[LOOK_LEVEL1] = 100,
                         [LOOK_LEVEL2] = 40,
                         [LOOK_TEXT] = 10,
                         [LOOK_NAME] = 5,
                         [LOOK_WORDS] = 5},
	[ROLE_LEVEL2] = {[LOOK_LEVEL1] = 40,
                         [LOOK_LEVEL2] = 100,
                         [LOOK_TEXT] = 10,
                         [LOOK_NAME] = 5,
                         [LOOK_WORDS] = 5},
	[ROLE_NAME] = {[LOOK_LEVEL2] = 10,
                       [LOOK_NAME] = 100,
                       [LOOK_TEXT] = 50,
                       [LOOK_PROSE] = 20,
                       [LOOK_WORDS] = 10},
	[ROLE_BASIS] =
		{[LOOK_STANDARD] = 100, [LOOK_PROSE] = 70, [LOOK_TEXT] = 25, [LOOK_NAME] = 10},
	[ROLE_DIRECTION] = {[LOOK_DIRECTION] = 100},
	[ROLE_COMPARATOR] = {[LOOK_SIGN] = 100, [LOOK_DIRECTION] = 20},
	[ROLE_TARGET] = {[LOOK_TARGET] = 100,
                         [LOOK_DATE] = 80,
                         [LOOK_WORDS] = 70,
                         [LOOK_NUMBER] = 40,
                         [LOOK_TEXT] = 20,
                         [LOOK_PROSE] = 10,
                         [LOOK_UNIT] = 5},
	[ROLE_UNIT] = {[LOOK_UNIT] = 100, [LOOK_DIRECTION] = 10},
	[ROLE_WEIGHT] = {[LOOK_NUMBER] = 60},
	[ROLE_PRIOR] =
		{[LOOK_TARGET] = 80, [LOOK_DATE] = 50, [LOOK_WORDS] = 40, [LOOK_NUMBER] = 30},
	[ROLE_LONG] = {[LOOK_TARGET] = 80, [LOOK_DATE] = 60, [LOOK_WORDS] = 50, [LOOK_NUMBER] = 30},
	[ROLE_ACTUAL] =
		{[LOOK_TARGET] = 85, [LOOK_DATE] = 60, [LOOK_WORDS] = 55, [LOOK_NUMBER] = 30},
	[ROLE_SCORE] = {[LOOK_NUMBER] = 45},
	[ROLE_NOTE] = {[LOOK_PROSE] = 50, [LOOK_TEXT] = 30, [LOOK_WORDS] = 20},
};

enum { LEAST = 20, OTHER_POINTS = 15, MISSING_LEAST = 60 };

/* How far texts are carried down: the share of rows that hold no new one, in percent. */
static int carried(const struct draft *d, const struct draft_column *c)
{
	if (d->rows == 0 || c->distinct >= d->rows)
		return 0;
	return (int)((d->rows - c->distinct) * 100 / d->rows);
}

static bool is_text(const struct draft_column *c)
{
	return c->cells > 0 &&
	       (c->looks[LOOK_TEXT] + c->looks[LOOK_NAME] + c->looks[LOOK_PROSE]) * 2 >= c->cells;
}

/* Labels and functions govern several rows, names do not. */
static int group_points(const struct draft *d, const struct draft_column *c, uint8_t role)
{
	int share = carried(d, c);
	if (!is_text(c))
		return 0;
	switch (role) {
	case ROLE_LEVEL1:
		return share / 2;
	case ROLE_LEVEL2:
		return share * 2 / 5;
	case ROLE_FUNCTION:
		return share * 9 / 20;
	case ROLE_NAME:
		return -share * 3 / 5;
	default:
		return 0;
	}
}

/* Weights sum to 100 and none is larger. */
static int points_points(const struct draft_column *c, uint8_t role)
{
	if (c->looks[LOOK_NUMBER] * 2 < c->cells || c->cells == 0)
		return 0;
	if (role == ROLE_OTHER)
		return c->counted && c->cells > 2 ? 100 : 0;
	if (role != ROLE_WEIGHT && role != ROLE_SCORE)
		return 0;
	if (c->largest > 10000)
		return -40;
	return role == ROLE_WEIGHT ? (c->sum == 10000 || c->sum == 9000 ? 30 : -25) : 0;
}

static int score_role(const struct draft *d, const struct draft_column *c, uint8_t role)
{
	int hint = 10 * pifu_draft_hint(d->doc->tokens[c->token].key, role);
	if ((role == ROLE_PRIOR || role == ROLE_LONG || role == ROLE_PROJECT) && hint == 0)
		return 0;
	int score = role == ROLE_OTHER ? OTHER_POINTS : 0;
	for (unsigned i = 0; c->cells > 0 && i < LOOK_COUNT; i++)
		score += look_points[role][i] * (int)c->looks[i] / (int)c->cells;
	return score + hint + group_points(d, c, role) + points_points(c, role);
}

/* ---- All columns together ------------------------------------------------------------- */

static size_t find_role(const struct draft *d, const bool *settled, uint8_t role)
{
	size_t i = 0;
	while (i < d->ncolumns && !(settled[i] && d->columns[i].role == role))
		i++;
	return i;
}

static bool may_repeat(uint8_t role)
{
	return role == ROLE_OTHER || role == ROLE_NOTE || role == ROLE_BASIS;
}

static bool stands_left(uint8_t role)
{
	return role == ROLE_FUNCTION || role == ROLE_PROJECT || role == ROLE_LEVEL1 ||
	       role == ROLE_LEVEL2;
}

/* Functions, levels and names stand in this order, from left to right. */
static bool fits_order(const struct draft *d, const bool *settled, size_t at, uint8_t role)
{
	if (!stands_left(role) && role != ROLE_NAME)
		return true;
	for (size_t i = 0; i < d->ncolumns; i++) {
		uint8_t other = d->columns[i].role;
		if (!settled[i] || (!stands_left(other) && other != ROLE_NAME))
			continue;
		if ((other < role && i > at) || (other > role && i < at))
			return false;
	}
	return true;
}

static bool is_possible(const struct draft *d, const bool *settled, size_t at, uint8_t role)
{
	if (role == ROLE_NONE || role == ROLE_BANNER || role == ROLE_PLACE)
		return false;
	if (!may_repeat(role) && find_role(d, settled, role) < d->ncolumns)
		return false;
	return fits_order(d, settled, at, role);
}

/* Settle the surest of the open columns; false when none is left. */
static bool settle_one(struct draft *d, bool *settled)
{
	size_t best = d->ncolumns;
	uint8_t best_role = ROLE_OTHER;
	int best_score = -1;
	for (size_t i = 0; i < d->ncolumns; i++) {
		for (uint8_t role = 0; !settled[i] && role < ROLE_COUNT; role++) {
			if (!is_possible(d, settled, i, role))
				continue;
			int score = score_role(d, &d->columns[i], role);
			if (score <= best_score)
				continue;
			best = i;
			best_role = role;
			best_score = score;
		}
	}
	if (best == d->ncolumns)
		return false;
	struct draft_column *c = &d->columns[best];
	settled[best] = true;
	c->role = best_score < LEAST ? ROLE_OTHER : best_role;
	c->score = best_score;
	bool level = c->role == ROLE_LEVEL1 || c->role == ROLE_LEVEL2;
	c->level_words = level && (c->looks[LOOK_LEVEL1] + c->looks[LOOK_LEVEL2]) * 2 < c->cells;
	return true;
}

/* A column that has its role by its header, but that nothing of the table hangs on. */
static bool may_give_way(const struct draft_column *c)
{
	const uint32_t roles = 1u << ROLE_BASIS | 1u << ROLE_NOTE | 1u << ROLE_OTHER |
	                       1u << ROLE_BANNER | 1u << ROLE_ACTUAL | 1u << ROLE_PRIOR |
	                       1u << ROLE_LONG;
	return c->known && roles >> c->role & 1;
}

/* Names or targets that no column has: those of a known header whose cells look so
 * (考核要点, else an explanation, above names) rather than none. */
static void settle_missing(struct draft *d, const bool *settled, uint8_t role)
{
	size_t best = d->ncolumns;
	int best_score = MISSING_LEAST;
	if (find_role(d, settled, role) < d->ncolumns)
		return;
	for (size_t i = 0; i < d->ncolumns; i++) {
		const struct draft_column *c = &d->columns[i];
		int score = score_role(d, c, role);
		if (!may_give_way(c) || score < best_score || !fits_order(d, settled, i, role))
			continue;
		best = i;
		best_score = score;
	}
	if (best == d->ncolumns)
		return;
	d->columns[best].role = role;
	d->columns[best].known = false;
	d->columns[best].score = best_score;
}

void pifu_draft_roles(struct draft *d)
{
	bool settled[SLOTS_MAX] = {false};
	for (size_t i = 0; i < d->ncolumns; i++)
		settled[i] = d->columns[i].known;
	while (settle_one(d, settled))
		;
	settle_missing(d, settled, ROLE_NAME);
	settle_missing(d, settled, ROLE_TARGET);
}
