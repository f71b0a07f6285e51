/* Headers of two rows, in a table that is laid out with blanks.
 *
 *     一级指标   二级指标   三级指标          年度指标值            分值      the header's line
 *                                 指标性质  指标值  计量单位              a tier below it
 *
 *               绩效指标                   年度指标值            分值      a tier above it
 *     一级指标   二级指标   三级指标    指标性质  指标值  计量单位
 *
 * A tier is a line of nothing but headers, beside the header's own. A heading that
 * has headings under it is no column: those under it are, and it is read with the
 * first of them. A heading of values (年度指标值) has headings of values under it, or
 * words that are one only together with it (长期, 年度); 绩效指标 those of levels and
 * names. Of several headings the nearest has them. All else in a tier is a column
 * of its own. */
#include "grammar/lexicon.h"
#include "stage/layout_own.h"

static bool is_value(uint8_t role)
{
	const uint32_t roles = 1u << ROLE_TARGET | 1u << ROLE_COMPARATOR | 1u << ROLE_UNIT |
	                       1u << ROLE_PRIOR | 1u << ROLE_LONG | 1u << ROLE_PLACE |
	                       1u << ROLE_DIRECTION;
	return roles >> role & 1;
}

static bool is_label(uint8_t role)
{
	return role == ROLE_LEVEL1 || role == ROLE_LEVEL2 || role == ROLE_NAME;
}

/* May a column of role `below` stand under a heading of role `above`? */
static bool may_head(uint8_t above, uint8_t below)
{
	return above == ROLE_TARGET ? is_value(below) : above == ROLE_BANNER && is_label(below);
}

static int32_t gap(const struct bit *a, const struct bit *b)
{
	if (a->left < b->right && b->left < a->right)
		return 0;
	return a->left < b->left ? b->left - a->right : a->left - b->right;
}

static bool known_header(const struct frame *f, const char *s, uint32_t n, uint8_t *role)
{
	size_t k;
	const struct meaning *m = pifu_word_find(f->doc, (struct str){s, n}, &k);
	for (size_t i = 0; i < k; i++)
		if (m[i].kind == MEANING_HEADER) {
			*role = (uint8_t)m[i].id;
			return true;
		}
	return false;
}

/* 长期 under 指标值 means what 长期指标值 means. */
static bool role_under(const struct frame *f, const struct bit *heading, const struct bit *b,
                       uint8_t *role)
{
	char s[256];
	struct str own = pifu_layout_text(f, b), over = pifu_layout_text(f, heading);
	if (own.n + over.n > sizeof s)
		return false;
	memcpy(s, own.s, own.n);
	memcpy(s + own.n, over.s, over.n);
	return known_header(f, s, own.n + over.n, role);
}

/* ---- A tier below ------------------------------------------------------------------ */

/* The heading that piece `b` stands under, its role there, and whether it is a header only
 * together with that; f->ncolumns: under none. */
static unsigned heading_of(struct frame *f, const struct bit *b, uint8_t *role, bool *joined)
{
	unsigned best = f->ncolumns;
	int32_t least = INT32_MAX;
	for (unsigned c = 0; c < f->ncolumns; c++) {
		uint8_t under;
		const struct bit *heading = &f->columns[c].head[0];
		bool told = pifu_layout_role(f, pifu_layout_text(f, b), &under) &&
		            may_head(f->columns[c].role, under);
		if (!told &&
		    !(f->columns[c].role == ROLE_TARGET && role_under(f, heading, b, &under)))
			continue;
		if (gap(heading, b) >= least)
			continue;
		least = gap(heading, b);
		best = c;
		*role = under;
		*joined = !told;
	}
	return best;
}

static struct laid_column column_of(const struct bit *b, uint8_t role)
{
	return (struct laid_column){
		.role = role, .head = {*b}, .nhead = 1, .left = b->left, .right = b->right};
}

static void insert(struct laid_column *columns, unsigned *n, const struct laid_column *c)
{
	unsigned at = (*n)++;
	for (; at > 0 && columns[at - 1].head[0].left > c->head[0].left; at--)
		columns[at] = columns[at - 1];
	columns[at] = *c;
}

/* The tier in line `line` below: its pieces are columns in place of their headings. */
static bool take_below(struct frame *f, const struct laid_line *l)
{
	struct laid_column columns[COLUMNS_MAX];
	bool heads[COLUMNS_MAX] = {false};
	unsigned n = 0;
	for (uint32_t k = 0; k < l->nbits; k++) {
		const struct bit *b = &f->bits[l->bit + k];
		uint8_t role = ROLE_OTHER;
		bool joined = false;
		unsigned heading = heading_of(f, b, &role, &joined);
		if (heading == f->ncolumns || n + f->ncolumns >= COLUMNS_MAX)
			return false;
		struct laid_column c = column_of(b, role);
		c.over = f->columns[heading].head[0];
		c.has_over = joined || !heads[heading];
		c.joined = joined;
		heads[heading] = true;
		columns[n++] = c;
	}
	for (unsigned c = 0; c < f->ncolumns; c++)
		if (!heads[c])
			insert(columns, &n, &f->columns[c]);
	memcpy(f->columns, columns, n * sizeof *columns);
	f->ncolumns = n;
	return true;
}

/* ---- A tier above ------------------------------------------------------------------ */

/* Columns that stand under piece `b` of the tier rather than under another of it. */
static unsigned first_under(const struct frame *f, const struct laid_line *l, const uint8_t *roles,
                            uint32_t at)
{
	for (unsigned c = 0; c < f->ncolumns; c++) {
		const struct bit *head = &f->columns[c].head[0];
		int32_t own = gap(&f->bits[l->bit + at], head);
		bool nearest = may_head(roles[at], f->columns[c].role);
		for (uint32_t k = 0; k < l->nbits && nearest; k++)
			nearest = k == at || !may_head(roles[k], f->columns[c].role) ||
			          gap(&f->bits[l->bit + k], head) >= own;
		if (nearest)
			return c;
	}
	return f->ncolumns;
}

/* The tier in line `line` above: headings of columns, and columns of their own. */
static bool take_above(struct frame *f, const struct laid_line *l)
{
	uint8_t roles[COLUMNS_MAX];
	unsigned under[COLUMNS_MAX];
	if (l->nbits + f->ncolumns > COLUMNS_MAX)
		return false;
	for (uint32_t k = 0; k < l->nbits; k++)
		if (!pifu_layout_role(f, pifu_layout_text(f, &f->bits[l->bit + k]), &roles[k]))
			return false;
	for (uint32_t k = 0; k < l->nbits; k++)
		under[k] = first_under(f, l, roles, k);
	struct laid_column columns[COLUMNS_MAX];
	unsigned n = f->ncolumns;
	memcpy(columns, f->columns, n * sizeof *columns);
	for (uint32_t k = 0; k < l->nbits; k++)
		if (under[k] < f->ncolumns) {
			columns[under[k]].over = f->bits[l->bit + k];
			columns[under[k]].has_over = true;
		}
	for (uint32_t k = 0; k < l->nbits; k++) {
		struct laid_column c = column_of(&f->bits[l->bit + k], roles[k]);
		if (under[k] == f->ncolumns)
			insert(columns, &n, &c);
	}
	memcpy(f->columns, columns, n * sizeof *columns);
	f->ncolumns = n;
	return true;
}

bool pifu_layout_tier(struct frame *f, uint32_t line, bool above)
{
	const struct laid_line *l = &f->lines[line];
	if (l->nbits == 0 || l->nbits > COLUMNS_MAX)
		return false;
	return above ? take_above(f, l) : take_below(f, l);
}
