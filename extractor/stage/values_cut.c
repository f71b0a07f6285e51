/* Where a fused text is cut: of all ways to cut it, the likeliest and the next.
 *
 *     text   10≥266米≥266米10
 *     cuts   |  |     |     |  |     find_cuts: where it may be cut at all
 *     at     0  1     2     3  4     next_choice: one piece for each column
 *     cost   10 as a weight + ≥266米 as a target + … + how they go together
 *
 * Each choice of cuts costs what its pieces cost in their columns and with one
 * another (cut_cost); a piece that its column cannot hold ends the choice. Pieces
 * are read once, however many choices share them. What becomes of the cheapest
 * is told in values.c. */
#include <math.h>

#include "base/error.h"
#include "stage/values.h"

enum { HIGHEST_RATE = 100 };

/* ---- Characters and numbers ------------------------------------------------------------ */

enum char_kind pifu_values_kind(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return KIND_DIGIT;
	if (c == '.' || c == ',')
		return KIND_POINT;
	if (c == 0x2265 || c == 0x2264 || c == '<' || c == '>' || c == '=')
		return KIND_SIGN;
	return c == '%' || c == 0x2030 ? KIND_PERCENT : KIND_OTHER;
}

double pifu_values_number(struct str number)
{
	double value = 0, scale = 0;
	if (!number.s)
		return 0;
	for (uint32_t i = number.n && number.s[0] == '-'; i < number.n; i++) {
		if (number.s[i] == '.')
			scale = 1;
		else
			value = value * 10 + (number.s[i] - '0'), scale *= 10;
	}
	return scale > 1 ? value / scale : value;
}

static bool is_points(uint8_t role)
{
	return role == ROLE_WEIGHT || role == ROLE_SCORE;
}

/* ---- Where it may be cut -------------------------------------------------------------- */

static bool may_cut(enum char_kind before, enum char_kind after)
{
	if (before == KIND_SIGN || before == KIND_POINT || after == KIND_POINT ||
	    after == KIND_PERCENT)
		return false;
	return after == KIND_SIGN || before != KIND_OTHER || after == KIND_DIGIT;
}

/* Is `at` the middle of a word said twice: 及时|及时? */
static bool is_twin(struct str text, uint32_t at)
{
	uint32_t most = at < text.n - at ? at : text.n - at;
	for (uint32_t n = 6; n <= most; n += 3) {
		struct str twin = pifu_str_sub(text, at - n, at);
		if (pifu_str_eq(twin, pifu_str_sub(text, at, at + n)) &&
		    pifu_values_kind((unsigned char)twin.s[0]) == KIND_OTHER)
			return true;
	}
	return false;
}

static bool find_cuts(struct splitting *s)
{
	enum char_kind before = KIND_OTHER;
	s->ncuts = 0;
	for (uint32_t i = 0; i <= s->text.n;) {
		uint32_t at = i, c = i < s->text.n ? pifu_utf8_next(s->text, &i) : (i++, 0u);
		enum char_kind kind = pifu_values_kind(c);
		bool edge = at == 0 || at == s->text.n;
		if (edge || may_cut(before, kind) || is_twin(s->text, at)) {
			if (s->ncuts == VALUE_CUTS)
				return false;
			s->digit_cut[s->ncuts] =
				!edge && before == KIND_DIGIT && kind == KIND_DIGIT;
			s->cuts[s->ncuts++] = at;
		}
		before = kind;
	}
	return s->ncuts > s->n;
}

/* ---- What a cut costs --------------------------------------------------------------------- */

/* What the piece holds of what its cell holds. */
static uint32_t piece_flags(struct str text, uint32_t flags)
{
	uint32_t here = 0;
	for (uint32_t i = 0; i < text.n;) {
		enum char_kind kind = pifu_values_kind(pifu_utf8_next(text, &i));
		here |= kind == KIND_DIGIT ? TEXT_DIGIT : kind == KIND_SIGN ? TEXT_COMPARATOR : 0;
		here |= kind == KIND_PERCENT ? TEXT_PERCENT : 0;
	}
	return here | (flags & ~(uint32_t)(TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT));
}

static pifu_status read_piece(struct splitting *s, unsigned from, unsigned to,
                              const struct target **out, pifu_error *err)
{
	struct pifu_doc *doc = s->c->doc;
	if (!s->pieces[from][to]) {
		struct str text = pifu_str_sub(s->text, s->cuts[from], s->cuts[to]);
		struct target *t = pifu_arena_alloc(doc->work, sizeof *t);
		if (!t)
			return pifu_error_nomem(err);
		uint32_t flags = piece_flags(text, doc->tokens[s->token].flags);
		pifu_status st = pifu_target_read(doc->grammar, doc->matcher, doc->work, text,
		                                  flags, t, err);
		if (st != PIFU_OK)
			return st;
		s->pieces[from][to] = t;
	}
	*out = s->pieces[from][to];
	return PIFU_OK;
}

static bool is_padded(const struct target *t)
{
	struct str whole = t->whole;
	return whole.n > 1 && whole.s[0] == '0' && whole.s[1] != '.';
}

/* The piece in its column: a cost, or -1 when it cannot be. */
static int piece_cost(uint8_t role, const struct target *t)
{
	bool plain = t->kind == TARGET_NUMBER && t->comparator == COMPARATOR_NONE && !t->unit.s;
	if (!t->sure || t->kind == TARGET_MISSING || is_padded(t))
		return -1;
	double value = t->kind == TARGET_NUMBER ? pifu_values_number(t->number) : 0;
	if (is_points(role)) {
		if (!plain || value > 100 || (role == ROLE_WEIGHT && value <= 0))
			return -1;
		return (value != floor(value) ? 8 : 0) + (value > 30 ? 10 : 0);
	}
	bool share = t->kind == TARGET_NUMBER && t->unit.s && pifu_str_eq(t->unit, STR("%"));
	return (plain ? 10 : 0) + (share && value > HIGHEST_RATE ? 80 : 0);
}

/* How badly the pieces go with one another. */
static int fit_cost(const struct splitting *s, const struct target *const *t)
{
	const struct target *by_role[ROLE_COUNT] = {NULL};
	int cost = 0;
	for (unsigned i = 0; i < s->n; i++)
		by_role[s->roles[i]] = t[i];
	const struct target *target = by_role[ROLE_TARGET], *actual = by_role[ROLE_ACTUAL];
	if (by_role[ROLE_WEIGHT] && by_role[ROLE_SCORE]) {
		double weight = pifu_values_number(by_role[ROLE_WEIGHT]->number),
		       score = pifu_values_number(by_role[ROLE_SCORE]->number);
		if (score > weight)
			return -1;
		cost += score < weight ? 10 : 0;
	}
	if (target && actual && target->kind == TARGET_NUMBER && actual->kind == TARGET_NUMBER) {
		double wanted = pifu_values_number(target->number),
		       reached = pifu_values_number(actual->number);
		bool far = reached * 5 < wanted || wanted * 5 < reached;
		cost += (pifu_str_eq(target->unit, actual->unit) || !actual->unit.s ? 0 : 30) +
		        (far ? 30 : 0);
	}
	return cost;
}

/* The cost of cutting at `at`; -1: it cannot be cut so. */
static pifu_status cut_cost(struct splitting *s, const unsigned *at, int *cost, pifu_error *err)
{
	const struct target *pieces[VALUE_PIECES] = {NULL};
	unsigned digits = 0;
	*cost = -1;
	int sum = 0;
	for (unsigned i = 1; i < s->n; i++)
		digits += s->digit_cut[at[i]];
	if (digits > 1)
		return PIFU_OK;
	for (unsigned i = 0; i < s->n; i++) {
		pifu_status st = read_piece(s, at[i], at[i + 1], &pieces[i], err);
		if (st != PIFU_OK || !pieces[i])
			return st;
		int piece = piece_cost(s->roles[i], pieces[i]);
		if (piece < 0)
			return PIFU_OK;
		sum += piece;
	}
	int fit = fit_cost(s, pieces);
	if (fit >= 0)
		*cost = sum + fit + (digits ? 5 : 0);
	return PIFU_OK;
}

/* The next choice of inner cuts, in order; false behind the last. */
static bool next_choice(const struct splitting *s, unsigned *at)
{
	for (unsigned i = s->n - 1; i > 0; i--) {
		if (at[i] + 1 >= s->ncuts - (s->n - i))
			continue;
		at[i]++;
		for (unsigned k = i + 1; k < s->n; k++)
			at[k] = at[k - 1] + 1;
		return true;
	}
	return false;
}

static void keep_choice(struct splitting *s, const unsigned *at, int cost)
{
	if (cost < s->best_cost) {
		memcpy(s->second, s->best, sizeof s->second);
		s->second_cost = s->best_cost;
		memcpy(s->best, at, sizeof s->best);
		s->best_cost = cost;
	} else if (cost < s->second_cost) {
		memcpy(s->second, at, sizeof s->second);
		s->second_cost = cost;
	}
}

pifu_status pifu_values_cut(struct splitting *s, pifu_error *err)
{
	unsigned at[VALUE_PIECES + 1] = {0};
	s->best_cost = s->second_cost = INT32_MAX;
	if (!find_cuts(s))
		return PIFU_OK;
	for (unsigned i = 0; i < s->n; i++)
		at[i] = i;
	at[s->n] = s->ncuts - 1;
	do {
		int cost;
		pifu_status st = cut_cost(s, at, &cost, err);
		if (st != PIFU_OK)
			return st;
		if (cost >= 0)
			keep_choice(s, at, cost);
	} while (next_choice(s, at));
	return PIFU_OK;
}
