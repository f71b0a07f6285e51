/* Which lines are one row of the table.
 *
 *     line   name column            target      note column
 *      0     改造老旧小区、背街小巷及                     \
 *      1                             ≥12.6 公里  含附属配电     > one row: cells wrapped,
 *      2     城乡结合部照明线路                   设施          /  the others in its middle
 *      3     编制照明专项规划          1部                        the next
 *
 * The lines are cut into rows at least cost. A row pays for a missing name or
 * target, for cells that stand neither in its middle (or at its top: both are
 * tried on the whole stretch), for blank lines within it and, in each column,
 * for joining pieces that were hardly cut by the cell's edge: the next word
 * would still have fitted behind the upper piece, or the lower one begins a
 * value of its own. Labels are left out, for merged cells span rows
 * (layout_labels.c). */
#include "grammar/endings.h"
#include "grammar/lexicon.h"
#include "stage/layout_own.h"

enum {
	NO_NAME = 60,
	NO_TARGET = 15,
	SCRAP = 45,      /* a name without a target that is no more than */
	SCRAP_WIDTH = 4, /* wide, in half Han characters: rather the rest of the one above */
	REST = 20,       /* what a page break cut off */
	OFF_MIDDLE = 10, /* a line */
	OFF_TOP = 15,
	BLANK_WITHIN = 30,
	NO_BLANK_BETWEEN = 20,
	JOIN_FULL = 3,   /* the upper piece fills its cell */
	JOIN_FITS = 8,   /* the next word would just have fitted */
	JOIN_SHORT = 10, /* it does not; and for each character of room: */
	JOIN_ROOM = 2,
	JOIN_SIGN = 40, /* the lower piece begins with a comparator */
	JOIN_DIGIT = 20,
	JOIN_POINTS = 40, /* scores and weights are never wrapped */
	JOIN_ENDED = 10,  /* the upper piece ends as names do */
	OPEN_BRACKET = 12,
	TWO_LABELS = 40, /* two labels of one column at one row */
	PART_NAME = 14,  /* a row ends within a name that fills its cell and is not ended */
	PART_WORDS = 4,
	NEAR = 2, /* lines between two pieces of a cell, one of them empty at most */
};

static bool opens_bracket(struct str text)
{
	int open = 0;
	for (uint32_t at = 0; at < text.n;) {
		uint32_t c = pifu_utf8_next(text, &at);
		open += c == '(' || c == 0xff08 || c == 0x300a || c == 0x201c;
		open -= c == ')' || c == 0xff09 || c == 0x300b || c == 0x201d;
	}
	return open > 0;
}

/* What parts of a text one beside the other show that they belong together: 2025年1月 至2026年. */
static bool is_linked(struct str above, struct str below)
{
	static const struct str links[] = {{"至", 3}, {"—", 3},  {"-", 1},  {"~", 1},  {"/", 1},
	                                   {"·", 2},  {"、", 3}, {"和", 3}, {"及", 3}, {"的", 3}};
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (pifu_str_starts(below, links[i]) || pifu_str_ends(above, links[i]))
			return true;
	return pifu_str_starts(below, STR(")")) || pifu_str_starts(below, STR("）"));
}

static bool is_narrow_role(uint8_t role)
{
	return role == ROLE_WEIGHT || role == ROLE_SCORE || role == ROLE_COMPARATOR ||
	       role == ROLE_UNIT;
}

/* Beginning as a value does where one must be expected. */
static int value_cost(const struct frame *f, const struct bit *v)
{
	if (!v->value || f->columns[v->col].role == ROLE_NAME ||
	    f->columns[v->col].role == ROLE_NOTE)
		return 0;
	struct str text = pifu_layout_text(f, v);
	return text.s[0] >= '0' && text.s[0] <= '9' ? JOIN_DIGIT : JOIN_SIGN;
}

int pifu_layout_join_cost(const struct frame *f, const struct bit *u, const struct bit *v)
{
	const struct laid_column *c = &f->columns[u->col];
	struct str above = pifu_layout_text(f, u);
	int room = (int)c->width - u->width - v->unit;
	int cost = room < 0   ? JOIN_FULL
	           : room < 2 ? JOIN_FITS
	                      : JOIN_SHORT + JOIN_ROOM * (room < 20 ? room : 20);
	if (is_narrow_role(c->role))
		cost += JOIN_POINTS;
	cost += value_cost(f, v);
	if (c->role == ROLE_NAME &&
	    pifu_endings_match(&f->doc->grammars->common->name_endings, above))
		cost += JOIN_ENDED;
	if (opens_bracket(above) || is_linked(above, pifu_layout_text(f, v)))
		cost -= OPEN_BRACKET;
	return cost > 0 ? cost : 0;
}

/* What one column of a row holds. */
struct stack {
	const struct bit *last;
	uint32_t top, bottom; /* y */
	unsigned width;       /* of all pieces */
	unsigned labels;      /* of a label column */
};

struct row_cost {
	const struct frame *f;
	struct stack stacks[COLUMNS_MAX];
	int joins, blanks;
	uint32_t top, bottom;
	bool rest; /* may be what a page break cut off */
};

static void stack_line(struct row_cost *r, const struct laid_line *l)
{
	const struct frame *f = r->f;
	for (uint32_t k = 0; k < l->nbits; k++) {
		const struct bit *b = &f->bits[l->bit + k];
		struct stack *s = &r->stacks[b->col];
		if (f->columns[b->col].label) {
			if (b->label && s->labels++)
				r->joins += TWO_LABELS;
			continue;
		}
		if (s->last && s->last->line != b->line)
			r->joins += pifu_layout_join_cost(f, s->last, b);
		if (!s->last)
			s->top = l->y;
		s->last = b;
		s->bottom = l->y;
		s->width += b->width;
	}
	r->bottom = l->y;
}

static int cost_of_place(const struct row_cost *r, const struct stack *s)
{
	if (!r->f->middle)
		return (int)(s->top - r->top) * OFF_TOP;
	int off = (int)(s->top + s->bottom) - (int)(r->top + r->bottom);
	return (off < 0 ? -off : off) * OFF_MIDDLE / 2;
}

static int cost_of_row(const struct row_cost *r)
{
	const struct frame *f = r->f;
	int cost = r->joins + r->blanks + (r->rest ? REST : 0);
	unsigned name = f->name < f->ncolumns ? r->stacks[f->name].width : 0;
	for (unsigned c = 0; c < f->ncolumns; c++)
		if (r->stacks[c].last)
			cost += cost_of_place(r, &r->stacks[c]);
	if (f->name < f->ncolumns && !r->rest && !r->stacks[f->name].last)
		cost += NO_NAME;
	if (f->target < f->ncolumns && !r->rest && !r->stacks[f->target].last)
		cost += NO_TARGET + (name && name <= SCRAP_WIDTH ? SCRAP : 0);
	return cost;
}

/* Blank lines between two lines of the body: those that no label stands in. */
static uint32_t blanks_between(const struct frame *f, uint32_t above, uint32_t below)
{
	uint32_t between = below - above - 1;
	uint32_t gap = f->lines[below].y - f->lines[above].y - 1;
	return gap > between ? gap - between : 0;
}

/* The piece of column `col` nearest to the border before body line `at`: above it (step -1) or below. */
static const struct bit *find_near(const struct frame *f, uint32_t at, int step, unsigned col)
{
	for (unsigned i = 0; i < NEAR; i++) {
		int64_t line = (int64_t)at + (step < 0 ? -1 - (int64_t)i : (int64_t)i);
		if (line < 0 || line >= f->nbody)
			return NULL;
		const struct laid_line *l = &f->lines[f->body[line]];
		for (uint32_t k = 0; k < l->nbits; k++)
			if (f->bits[l->bit + k].col == col)
				return &f->bits[l->bit + k];
	}
	return NULL;
}

/* A target as it stands: a value, or words that targets are. */
static bool is_own_target(const struct frame *f, const struct bit *b)
{
	size_t n;
	if (!b || b->value)
		return b != NULL;
	const struct meaning *m =
		pifu_lexicon_find(f->doc->grammars->common->lexicon, pifu_layout_text(f, b), &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_WORDS)
			return true;
	return false;
}

/* Both lines at the border before body line `at` have a target of their own. */
static bool has_targets(const struct frame *f, uint32_t at)
{
	const struct bit *above = NULL, *below = NULL;
	if (f->target >= f->ncolumns)
		return false;
	const struct laid_line *u = &f->lines[f->body[at - 1]], *v = &f->lines[f->body[at]];
	for (uint32_t k = 0; k < u->nbits; k++)
		if (f->bits[u->bit + k].col == f->target)
			above = &f->bits[u->bit + k];
	for (uint32_t k = 0; k < v->nbits; k++)
		if (f->bits[v->bit + k].col == f->target)
			below = &f->bits[v->bit + k];
	return is_own_target(f, above) && is_own_target(f, below);
}

/* What it costs that a row ends before body line `at`: texts that fill their cells should go on. */
static int cost_of_border(const struct frame *f, uint32_t at)
{
	int cost = 0;
	if (blanks_between(f, f->body[at - 1], f->body[at]))
		return 0;
	for (unsigned c = 0; c < f->ncolumns; c++) {
		const struct bit *u = f->columns[c].label ? NULL : find_near(f, at, -1, c);
		const struct bit *v = u ? find_near(f, at, 1, c) : NULL;
		if (v && u->prose && pifu_layout_join_cost(f, u, v) <= JOIN_FULL &&
		    !has_targets(f, at))
			cost += c == f->name ? PART_NAME : PART_WORDS;
	}
	return f->apart && f->body[at] == f->body[at - 1] + 1 ? cost + NO_BLANK_BETWEEN : cost;
}

struct cutting {
	int *cost;      /* [nbody + 1] of the cheapest cut of the lines before */
	uint32_t *from; /* [nbody + 1] where its last row begins */
};

/* All rows that begin at body line `i`. */
static void try_rows(struct frame *f, struct cutting *c, uint32_t i)
{
	struct row_cost r = {.f = f, .top = f->lines[f->body[i]].y};
	int before = c->cost[i] + (i > 0 ? cost_of_border(f, i) : 0);
	for (uint32_t k = i; k < f->nbody && k < i + ROW_LINES_MAX; k++) {
		if (k > i)
			r.blanks +=
				(int)blanks_between(f, f->body[k - 1], f->body[k]) * BLANK_WITHIN;
		stack_line(&r, &f->lines[f->body[k]]);
		r.rest = i == 0 && f->last_row != PIFU_NONE && !r.stacks[f->name].last;
		int cost = before + cost_of_row(&r);
		if (cost >= c->cost[k + 1])
			continue;
		c->cost[k + 1] = cost;
		c->from[k + 1] = i;
	}
}

static int cut_rows(struct frame *f, struct cutting *c, bool middle)
{
	f->middle = middle;
	for (uint32_t i = 1; i <= f->nbody; i++)
		c->cost[i] = INT32_MAX / 2;
	c->cost[0] = 0;
	for (uint32_t i = 0; i < f->nbody; i++)
		try_rows(f, c, i);
	return c->cost[f->nbody];
}

static void take_rows(struct frame *f, const struct cutting *c)
{
	uint32_t n = 0;
	for (uint32_t end = f->nbody; end > 0; end = c->from[end])
		n++;
	f->nspans = n;
	for (uint32_t end = f->nbody; end > 0; end = c->from[end])
		f->spans[--n] = (struct laid_span){c->from[end],
		                                   end,
		                                   f->lines[f->body[c->from[end]]].y,
		                                   f->lines[f->body[end - 1]].y,
		                                   0,
		                                   0};
}

/* Do blank lines stand between the rows? At least every other line then has one behind it. */
static bool has_blanks(const struct frame *f)
{
	uint32_t blanks = 0;
	for (uint32_t i = 1; i < f->nbody; i++)
		blanks += blanks_between(f, f->body[i - 1], f->body[i]) > 0;
	return blanks * 10 >= f->nbody * 4;
}

pifu_status pifu_layout_rows(struct frame *f, uint32_t from, uint32_t to)
{
	struct cutting c;
	f->nbody = f->nspans = 0;
	for (uint32_t i = from; i < to; i++)
		if (f->lines[i].body > 0)
			f->body[f->nbody++] = i;
	c.cost = ARENA_ARRAY(f->doc->arena, int, f->nbody + 1);
	c.from = ARENA_ARRAY(f->doc->arena, uint32_t, f->nbody + 1);
	if (!c.cost || !c.from)
		return pifu_error_nomem(f->err);
	f->apart = has_blanks(f);
	int middle = cut_rows(f, &c, true);
	if (cut_rows(f, &c, false) >= middle)
		cut_rows(f, &c, true);
	take_rows(f, &c);
	return PIFU_OK;
}
