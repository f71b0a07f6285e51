/* Labels of a table that is laid out with blanks, and where they belong.
 *
 *     line   level 1     level 2      name
 *      0                              新装路灯数量        level 2 stands at its row,
 *      1                 数量指标       改造线路长度        level 1 in the middle of the
 *      2     产出指标                  编制专项规划        six rows that it spans
 *      3                 质量指标       亮灯率
 *      4                 时效指标       恢复照明时间
 *      5                 可持续影响      移交后养护单位
 *      6                 指标           落实情况
 *
 * Pieces of a label column are joined when together they are a label of the
 * vocabulary (可持续影响 + 指标); pieces of a function's name when each fills its
 * cell. Then two readings of the stretch are weighed: every label stands at the
 * first row of its block, or in its middle. For the second the rows are cut
 * into blocks so that labels are off their middles by as few lines as can be,
 * level 1 at the borders of level 2 and so on; such labels are read at the
 * first row of their block. */
#include "grammar/lexicon.h"
#include "stage/layout_own.h"

enum {
	NEAR_LINES = 3,   /* pieces of one label are at most so many lines apart */
	OFF_LINE = 10,    /* a label off the middle of its block, a line */
	OFF_ROW = 15,     /* a label beside no row */
	FIRST_BARE = 80,  /* the table begins without a label */
	SHARED_ROW = 100, /* two labels of one column at one row */
	LONE_OUTER = 30,  /* a label without one of the next level beside it */
	CARRIED = 10,     /* the page begins with rows of the page before */
	UNMOVED_BONUS = 10,
};

/* ---- Putting together ------------------------------------------------------------- */

/* Texts of pieces one after another; cut where the buffer ends, for labels are short. */
struct joined {
	char s[240];
	uint32_t n;
};

static void join_text(struct joined *j, struct str text)
{
	for (uint32_t i = 0; i < text.n && j->n < sizeof j->s; i++)
		if (text.s[i] != ' ')
			j->s[j->n++] = text.s[i];
}

static bool is_label(const struct frame *f, const struct joined *j)
{
	size_t n;
	const struct meaning *m = pifu_word_find(f->doc, (struct str){j->s, j->n}, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_LABEL)
			return true;
	return false;
}

/* One or two characters off, and its last piece is the end of some label. */
static bool is_near_label(const struct frame *f, const struct joined *j, const struct bit *last)
{
	const struct lexicon *lx = f->doc->grammars->common->lexicon;
	struct near_label near;
	uint16_t label;
	if (j->n > 45 || !pifu_lexicon_ends(lx, pifu_layout_text(f, last), &label, 1))
		return false;
	return pifu_lexicon_near(lx, (struct str){j->s, j->n}, 2, &near, 1) > 0;
}

static bool is_level(const struct frame *f, unsigned col)
{
	return f->columns[col].role == ROLE_LEVEL1 || f->columns[col].role == ROLE_LEVEL2;
}

static uint32_t y_of(const struct frame *f, const struct bit *b)
{
	return f->lines[b->line].y;
}

/* How many of the pieces can be parts of one label at most. */
static unsigned reach(const struct frame *f, const struct bit *const *bits, uint32_t n)
{
	unsigned most = 1;
	while (most < n && most < LABEL_LINES_MAX && !bits[most]->label &&
	       y_of(f, bits[most]) - y_of(f, bits[most - 1]) <= NEAR_LINES)
		most++;
	return most;
}

/* (50分) behind a label, or the rest of it. */
static bool goes_on(const struct frame *f, const struct joined *j, const struct bit *next)
{
	struct str text = pifu_layout_text(f, next);
	bool opens = pifu_str_starts(text, STR("(")) || pifu_str_starts(text, STR("（"));
	struct str so_far = {j->s, j->n};
	bool open = pifu_str_find(so_far, STR("（")) > pifu_str_find(so_far, STR("）")) ||
	            pifu_str_find(so_far, STR("(")) > pifu_str_find(so_far, STR(")"));
	return opens || open;
}

static unsigned count_level_pieces(const struct frame *f, const struct bit *const *bits, uint32_t n)
{
	unsigned most = reach(f, bits, n), take = 1;
	for (unsigned t = most; t > 1 && take == 1; t--) {
		struct joined j = {.n = 0};
		for (unsigned i = 0; i < t; i++)
			join_text(&j, pifu_layout_text(f, bits[i]));
		if (is_label(f, &j) || is_near_label(f, &j, bits[t - 1]))
			take = t;
	}
	struct joined j = {.n = 0};
	for (unsigned i = 0; i < take; i++)
		join_text(&j, pifu_layout_text(f, bits[i]));
	while (take < most && goes_on(f, &j, bits[take]))
		join_text(&j, pifu_layout_text(f, bits[take++]));
	return take;
}

/* A function's name goes on as long as its pieces fill the cell. */
static unsigned count_group_pieces(const struct frame *f, const struct bit *const *bits, uint32_t n)
{
	const struct rule *rule = f->doc->grammars->common->function_rule;
	unsigned take = 1;
	while (take < n && take < LABEL_LINES_MAX) {
		const struct bit *u = bits[take - 1], *v = bits[take];
		if (y_of(f, v) - y_of(f, u) > 2 || u->width + v->unit <= f->columns[u->col].width)
			break;
		if (rule && pifu_rule_match(rule, f->doc->matcher, pifu_layout_text(f, v), 0, NULL,
		                            0, NULL) == 1)
			break;
		take++;
	}
	return take;
}

/* The other half of the label that the page before ended with: pieces taken. */
static unsigned count_rest(const struct frame *f, const struct bit *const *bits, uint32_t n,
                           unsigned col)
{
	uint32_t last = f->last_label[col];
	if (last == PIFU_NONE || n == 0 || bits[0]->label || !is_level(f, col))
		return 0;
	unsigned most = reach(f, bits, n);
	for (unsigned t = most; t > 0; t--) {
		struct joined j = {.n = 0};
		join_text(&j, f->out->words[last].raw);
		for (unsigned i = 0; i < t; i++)
			join_text(&j, pifu_layout_text(f, bits[i]));
		if (is_label(f, &j))
			return t;
	}
	return 0;
}

/* The pieces of one label column, top to bottom. */
static const struct bit **gather_bits(const struct frame *f, uint32_t from, uint32_t to,
                                      unsigned col, uint32_t *n)
{
	size_t room = 1;
	for (uint32_t i = from; i < to; i++)
		room += f->lines[i].nbits;
	const struct bit **bits = pifu_arena_alloc(f->doc->arena, room * sizeof *bits);
	*n = 0;
	for (uint32_t i = from; bits && i < to; i++)
		for (uint32_t k = 0; k < f->lines[i].nbits; k++)
			if (f->bits[f->lines[i].bit + k].col == col)
				bits[(*n)++] = &f->bits[f->lines[i].bit + k];
	return bits;
}

pifu_status pifu_layout_labels(struct frame *f, uint32_t from, uint32_t to, unsigned col,
                               struct laid_labels *out)
{
	uint32_t n;
	const struct bit **bits = gather_bits(f, from, to, col, &n);
	out->items = bits ? ARENA_ARRAY(f->doc->arena, struct laid_label, n + 1) : NULL;
	out->n = 0;
	if (!out->items)
		return pifu_error_nomem(f->err);
	unsigned rest = count_rest(f, bits, n, col);
	if (rest && !pifu_layout_extend(f, f->last_label[col], bits, rest))
		return pifu_error_nomem(f->err);
	for (uint32_t i = rest; i < n;) {
		struct laid_label *label = &out->items[out->n++];
		label->n = is_level(f, col) ? count_level_pieces(f, bits + i, n - i)
		                            : count_group_pieces(f, bits + i, n - i);
		memcpy(label->bits, bits + i, label->n * sizeof *bits);
		i += label->n;
	}
	return PIFU_OK;
}

/* ---- Where they belong ------------------------------------------------------------- */

enum { EIGHTHS = 8, PADDING = 2 }; /* of a line; between the text of a row and its edges */

/* Lines of the page are not evenly spaced (cells in the middle of their rows stand between others'
 * lines), so heights are told by the tallest cell of each row. */
static void lay_spans(struct frame *f)
{
	uint32_t blanks = 0;
	for (uint32_t i = 1; i < f->nspans; i++)
		blanks += f->apart ? f->spans[i].top - f->spans[i - 1].bottom - 1 : 0;
	int padding = PADDING + (f->nspans > 1 ? (int)(blanks * EIGHTHS / (f->nspans - 1)) : 0);
	int y = 0;
	for (uint32_t i = 0; i < f->nspans; i++) {
		struct laid_span *s = &f->spans[i];
		int pieces[COLUMNS_MAX] = {0}, tallest = 1;
		for (uint32_t k = s->from; k < s->to; k++) {
			const struct laid_line *l = &f->lines[f->body[k]];
			for (uint32_t b = l->bit; b < l->bit + l->nbits; b++)
				if (!f->columns[f->bits[b].col].label &&
				    ++pieces[f->bits[b].col] > tallest)
					tallest = pieces[f->bits[b].col];
		}
		s->low = y;
		s->high = y += tallest * EIGHTHS + padding;
	}
}

/* One label as a point between rows: spans [low, high] are those it stands beside. */
struct point {
	int middle; /* as spans' low and high */
	uint32_t low, high;
	uint32_t home; /* the nearest span */
	bool beside;   /* it stands beside a row */
};

/* Twice the line `line` in span `s`, as a place of the page. */
static int place_in(const struct laid_span *s, uint32_t line)
{
	if (line <= s->top * 2)
		return s->top == s->bottom && line == s->top * 2 ? (s->low + s->high) / 2
		                                                 : s->low + EIGHTHS / 2;
	if (line >= s->bottom * 2)
		return s->high - EIGHTHS / 2;
	return s->low + (int)((line - s->top * 2 + 1) * (uint32_t)(s->high - s->low) /
	                      ((s->bottom - s->top + 1) * 2));
}

static struct point find_point(const struct frame *f, const struct laid_label *label, uint32_t from)
{
	uint32_t first = y_of(f, label->bits[0]), line = first + y_of(f, label->bits[label->n - 1]),
		 i = from;
	while (i + 1 < f->nspans && f->spans[i].bottom * 2 < line)
		i++;
	struct point p = {.middle = place_in(&f->spans[i], line), .low = i, .high = i, .home = i};
	p.beside = f->spans[i].top * 2 <= line && line <= f->spans[i].bottom * 2;
	if (!p.beside && i > 0 && f->spans[i].top * 2 >= line) {
		p.middle = f->spans[i].low;
		p.high = i - 1;
		if (line - f->spans[i - 1].bottom * 2 < f->spans[i].top * 2 - line)
			p.home = i - 1;
	}
	for (uint32_t k = p.home + 1;
	     k-- > 0 && f->spans[k].bottom >= first;) /* at the top: where it begins */
		if (f->spans[k].top <= first)
			p.home = k;
	return p;
}

/* Blocks of one column: cost, and where each label's block begins. */
struct blocks {
	struct point *points;
	uint32_t *start; /* [n] in the best cut */
	int top, middle; /* cost of both readings; middle < 0: impossible */
	uint32_t n;
};

static bool *mark_borders(const struct frame *f, const struct blocks *inner, bool middle)
{
	bool *border = pifu_arena_zalloc(f->doc->arena, f->nspans + 1, sizeof *border);
	if (!border)
		return NULL;
	border[0] = border[f->nspans] = true;
	for (uint32_t i = 0; i <= f->nspans && !(inner && inner->n); i++)
		border[i] = true;
	for (uint32_t k = 0; inner && k < inner->n; k++)
		border[middle ? inner->start[k] : inner->points[k].home] = true;
	return border;
}

/* A label of one row stands in its middle, where the row's other cells do. */
static int cost_off_row(const struct frame *f, const struct point *p)
{
	int off = p->middle - (f->spans[p->home].low + f->spans[p->home].high) / 2;
	return f->middle ? (off < 0 ? -off : off) * OFF_LINE / EIGHTHS : 0;
}

static int cost_at_top(const struct frame *f, const struct blocks *b, const bool *inner)
{
	int cost = 0;
	for (uint32_t k = 0; k < b->n; k++) {
		const struct point *p = &b->points[k];
		cost += p->beside ? cost_off_row(f, p) : OFF_ROW;
		cost += inner[p->home] ? 0 : LONE_OUTER;
		cost += k > 0 && p->home == p[-1].home ? SHARED_ROW : 0;
	}
	return f->last_row == PIFU_NONE && b->points[0].home != 0 ? cost + FIRST_BARE : cost;
}

static int cost_of_block(const struct frame *f, const struct point *p, uint32_t start, uint32_t end)
{
	int off = p->middle - (f->spans[start].low + f->spans[end - 1].high) / 2;
	return (off < 0 ? -off : off) * OFF_LINE / EIGHTHS;
}

/* First and last place where the block of label `k` may begin. */
static uint32_t first_start(const struct blocks *b, uint32_t k)
{
	return k > 0 ? b->points[k - 1].high + 1 : 0;
}

#define IMPOSSIBLE (INT32_MAX / 2)

static uint32_t first_end(const struct frame *f, const struct blocks *b, uint32_t k)
{
	return k + 1 < b->n ? b->points[k].high + 1 : f->nspans;
}

static uint32_t last_end(const struct frame *f, const struct blocks *b, uint32_t k)
{
	return k + 1 < b->n ? b->points[k + 1].low : f->nspans;
}

/* Costs of the starts of label `k + 1` from those of label `k`, which all stand before them in `at`;
 * the best start for each end -> from. */
static void cut_label(const struct frame *f, const struct blocks *b, uint32_t k, const bool *border,
                      int *at, uint32_t *from)
{
	uint32_t first = first_start(b, k), last = b->points[k].low, end = first_end(f, b, k);
	for (uint32_t e = end; e <= last_end(f, b, k); e++) {
		int best = IMPOSSIBLE;
		for (uint32_t s = first; s <= last && s < e && border[e]; s++) {
			int before = at[s] == IMPOSSIBLE
			                     ? IMPOSSIBLE
			                     : at[s] + cost_of_block(f, &b->points[k], s, e);
			if (before >= best)
				continue;
			best = before;
			from[e - end] = s;
		}
		at[e] = best;
	}
}

/* Where the first block begins: at the top, or (not on the first page) below rows of the block before. */
static void seed_starts(const struct frame *f, const struct blocks *b, const bool *border, int *at)
{
	for (uint32_t s = 0; s <= f->nspans; s++)
		at[s] = IMPOSSIBLE;
	at[0] = 0;
	for (uint32_t s = 1; f->last_row != PIFU_NONE && s <= b->points[0].low; s++)
		at[s] = border[s] ? CARRIED : IMPOSSIBLE;
}

/* Ends of label k are starts of label k + 1. `from` keeps, for each label, only the places between
 * it and the next, so all of them together are as long as the spans. */
static bool cut_blocks(struct frame *f, struct blocks *b, const bool *border)
{
	int *at = ARENA_ARRAY(f->doc->arena, int, f->nspans + 1);
	uint32_t **from = ARENA_ARRAY(f->doc->arena, uint32_t *, b->n + 1);
	b->middle = -1;
	if (!at || !from)
		return false;
	seed_starts(f, b, border, at);
	for (uint32_t k = 0; k < b->n; k++) {
		uint32_t end = first_end(f, b, k), last = last_end(f, b, k);
		if (last < end)
			return true; /* two labels at one row */
		from[k] = ARENA_ARRAY(f->doc->arena, uint32_t, last - end + 1);
		if (!from[k])
			return false;
		cut_label(f, b, k, border, at, from[k]);
	}
	if (at[f->nspans] == IMPOSSIBLE)
		return true;
	b->middle = at[f->nspans];
	for (uint32_t k = b->n, e = f->nspans; k-- > 0; e = b->start[k])
		b->start[k] = from[k][e - first_end(f, b, k)];
	return true;
}

static bool new_blocks(const struct frame *f, const struct laid_labels *labels, struct blocks *b)
{
	b->n = labels->n;
	b->points = ARENA_ARRAY(f->doc->arena, struct point, labels->n + 1);
	b->start = ARENA_ARRAY(f->doc->arena, uint32_t, labels->n + 1);
	if (!b->points || !b->start)
		return false;
	for (uint32_t k = 0; k < b->n; k++)
		b->points[k] = find_point(f, &labels->items[k], k > 0 ? b->points[k - 1].high : 0);
	return true;
}

/* Both readings of one column; `inner` is the label column to its right, NULL if there is none. */
static bool weigh_column(struct frame *f, struct blocks *b, const struct blocks *inner)
{
	bool *top = mark_borders(f, inner, false);
	bool *middle = inner && inner->middle < 0 ? top : mark_borders(f, inner, true);
	if (!top || !middle)
		return false;
	b->top = cost_at_top(f, b, top);
	return cut_blocks(f, b, middle);
}

/* What is said of a project stays where it stands. */
static pifu_status settle_side(struct frame *f, struct laid_labels *labels)
{
	struct blocks b;
	if (!new_blocks(f, labels, &b))
		return pifu_error_nomem(f->err);
	for (uint32_t k = 0; k < labels->n; k++)
		labels->items[k].home = b.points[k].home;
	return PIFU_OK;
}

static void take_homes(struct laid_labels *labels, const struct blocks *b, bool middle)
{
	for (uint32_t k = 0; k < labels->n; k++) {
		labels->items[k].home = middle ? b->start[k] : b->points[k].home;
		labels->items[k].moved = middle && b->start[k] < b->points[k].low;
	}
}

pifu_status pifu_layout_settle(struct frame *f, struct laid_labels *columns)
{
	struct blocks blocks[COLUMNS_MAX] = {0};
	const struct blocks *inner = NULL;
	int top = 0, middle = 0;
	bool possible = f->middle;
	lay_spans(f);
	for (unsigned c = f->ncolumns; c-- > 0;) {
		if (f->columns[c].role == ROLE_NAME) /* of another table side by side */
			inner = NULL;
		if (!f->columns[c].label || columns[c].n == 0 || f->nspans == 0)
			continue;
		if (f->columns[c].side) {
			pifu_status st = settle_side(f, &columns[c]);
			if (st != PIFU_OK)
				return st;
			continue;
		}
		if (!new_blocks(f, &columns[c], &blocks[c]) || !weigh_column(f, &blocks[c], inner))
			return pifu_error_nomem(f->err);
		possible &= blocks[c].middle >= 0;
		top += blocks[c].top;
		middle += blocks[c].middle;
		inner = &blocks[c];
	}
	bool centred = possible && (f->centred ? middle < top + 3 * UNMOVED_BONUS
	                                       : middle + UNMOVED_BONUS < top);
	for (unsigned c = 0; c < f->ncolumns; c++)
		if (blocks[c].n)
			take_homes(&columns[c], &blocks[c], centred);
	if (inner)
		f->centred = centred;
	return PIFU_OK;
}
