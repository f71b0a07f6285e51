/* Where the pieces of a line stand, and under which column of the header.
 *
 *     display   0         1         2         3         4
 *     column    0123456789012345678901234567890123456789012
 *     header    一级指标   二级指标     三级指标       指标值      columns [0,4) [7,11) [16,20) [27,30)
 *     line      产出指标   数量指标     铺设管道      ≥3公里       pieces under them
 *     line                      临水路段加装的隔       含材料     long ones push what follows
 *
 * pdftotext counts a Han character as one column, terminals as two: both are
 * tried and the one kept under which more pieces line up with the header or
 * with each other. A line's pieces go to columns from left to right so that
 * the sum of their distances is least; the distance is the gap to what the
 * column is known to cover (which grows as pieces are placed), the distance
 * between left edges, centres or right edges, and what the text says. */
#include "grammar/lexicon.h"
#include "stage/layout_own.h"

#define FAR 10000
#define ASTRAY_WEIGHT 4 /* pieces that one value in a column of labels speaks against */

struct str pifu_layout_text(const struct frame *f, const struct bit *b)
{
	return pifu_str_sub(f->doc->grid.cells[b->cell].raw, b->from, b->to);
}

/* ---- Measuring ----------------------------------------------------------------- */

static bool is_wide(uint32_t c)
{
	return c >= 0x2e80 && (c < 0xff61 || c > 0xffdc);
}

static int32_t columns_of(const struct frame *f, struct str text)
{
	int32_t n = 0;
	for (uint32_t at = 0; at < text.n;)
		n += is_wide(pifu_utf8_next(text, &at)) ? (int32_t)f->han : 1;
	return n;
}

/* As printed: signs like ≥ are as wide as Han characters. */
static unsigned printed(uint32_t c)
{
	return c < 0x300 ? 1 : 2;
}

static uint16_t width_of(struct str text)
{
	unsigned n = 0;
	for (uint32_t at = 0; at < text.n && n < 60000;)
		n += printed(pifu_utf8_next(text, &at));
	return (uint16_t)n;
}

/* A number or a Latin word is never parted; Han characters are. */
static uint16_t unit_of(struct str text)
{
	unsigned n = 0;
	for (uint32_t at = 0; at < text.n && n < 60000;) {
		uint32_t c = pifu_utf8_next(text, &at);
		if (c >= 0x300 || c == ' ')
			return (uint16_t)(n ? n : 2);
		n++;
	}
	return (uint16_t)n;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins_value(struct str text)
{
	static const struct str signs[] = {{"≥", 3},  {"≤", 3},  {"≧", 3},  {"≦", 3},
	                                   {"＞", 3}, {"＜", 3}, {"＝", 3}, {">", 1},
	                                   {"<", 1},  {"=", 1},  {"±", 2}};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (pifu_str_starts(text, signs[i]))
			return true;
	return text.n > 0 && is_digit(text.s[0]);
}

static bool is_prose(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (is_digit(text.s[i]) || text.s[i] == '%')
			return false;
	return text.n > 6 && !begins_value(text);
}

static bool means(const struct frame *f, struct str text, enum meaning_kind kind)
{
	size_t n;
	const struct meaning *m = pifu_word_find(f->doc, text, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == kind)
			return true;
	return false;
}

static void measure(struct frame *f, struct bit *b)
{
	const struct cell *cell = &f->doc->grid.cells[b->cell];
	struct str before = {cell->raw.s - cell->lead, cell->lead + b->from};
	struct str text = pifu_layout_text(f, b);
	b->left = columns_of(f, before);
	b->right = b->left + columns_of(f, text);
	b->width = width_of(text);
	b->unit = unit_of(text);
	b->label = means(f, text, MEANING_LABEL);
	b->value = begins_value(text);
	b->prose = is_prose(text);
}

static bool add_bit(struct frame *f, struct bit b)
{
	struct bit *bits = pifu_arena_grow(f->doc->arena, f->bits, f->nbits, &f->bits_cap,
	                                   f->nbits + 1, sizeof *bits);
	if (!bits)
		return false;
	f->bits = bits;
	measure(f, &b);
	bits[f->nbits++] = b;
	return true;
}

/* The header's left edge that a blank within the piece stands before: its offset, or 0. */
static uint32_t find_edge(const struct frame *f, const struct bit *b)
{
	const struct cell *cell = &f->doc->grid.cells[b->cell];
	struct str raw = cell->raw;
	for (uint32_t at = b->from; at + 1 < b->to; at++) {
		if (raw.s[at] != ' ' || raw.s[at + 1] == ' ')
			continue;
		struct str before = {raw.s - cell->lead, cell->lead + at + 1};
		int32_t column = columns_of(f, before);
		for (unsigned c = 1; c < f->ncolumns; c++)
			if (f->columns[c].left == column && f->columns[c - 1].right > b->left)
				return at;
	}
	return 0;
}

/* 442,000.00: an amount behind a blank, up to the end of the piece; its blank, or 0. */
static uint32_t find_amount(const struct frame *f, const struct bit *b)
{
	struct str raw = f->doc->grid.cells[b->cell].raw;
	uint32_t at = b->to;
	bool parted = false;
	while (at > b->from &&
	       (is_digit(raw.s[at - 1]) || raw.s[at - 1] == ',' || raw.s[at - 1] == '.'))
		parted |= !is_digit(raw.s[--at]);
	bool text =
		at > b->from + 3 && raw.s[at - 1] == ' ' && (unsigned char)raw.s[at - 2] >= 0x80;
	return parted && text && at < b->to ? at - 1 : 0;
}

static bool has_comparators(const struct frame *f)
{
	for (unsigned c = 0; c < f->ncolumns; c++)
		if (f->columns[c].role == ROLE_COMPARATOR)
			return true;
	return false;
}

/* The first blank within the piece that stands before a comparator, or behind one that
 * opens the piece: its offset, or 0. */
static uint32_t find_sign(const struct frame *f, const struct bit *b)
{
	struct str raw = f->doc->grid.cells[b->cell].raw;
	uint32_t word = b->from, blank = 0;
	for (uint32_t at = b->from; at <= b->to; at++) {
		if (at < b->to && raw.s[at] != ' ')
			continue;
		if (at > word && means(f, pifu_str_sub(raw, word, at), MEANING_COMPARATOR))
			return blank ? blank : at < b->to ? at : 0;
		blank = at;
		word = at + 1;
	}
	return 0;
}

/* A single blank parts two cells where the second stands at the edge of a header, and
 * beside a comparator that has a column of its own. */
static bool add_piece(struct frame *f, struct bit b)
{
	measure(f, &b);
	uint32_t edge = find_edge(f, &b);
	if (!edge && f->signs)
		edge = find_sign(f, &b);
	if (!edge && f->columns[0].label)
		edge = find_amount(f, &b);
	if (!edge)
		return add_bit(f, b);
	struct bit rest = b;
	b.to = edge;
	rest.from = edge + 1;
	return add_bit(f, b) && add_piece(f, rest);
}

pifu_status pifu_layout_cut(struct frame *f, uint32_t line, struct line_style style)
{
	struct laid_line *l = &f->lines[line];
	pifu_status st = pifu_cut_line(f->doc, l->cell, style, &f->pieces, f->err);
	if (st != PIFU_OK)
		return st;
	l->bit = (uint32_t)f->nbits;
	f->signs = has_comparators(f);
	for (size_t i = 0; i < f->pieces.n; i++) {
		struct bit b = {.cell = l->cell,
		                .from = f->pieces.items[i].from,
		                .to = f->pieces.items[i].to,
		                .line = line};
		if (!add_piece(f, b))
			return pifu_error_nomem(f->err);
	}
	l->nbits = (uint32_t)(f->nbits - l->bit);
	return PIFU_OK;
}

/* ---- Distances ------------------------------------------------------------------ */

static int32_t gap_between(int32_t left, int32_t right, int32_t from, int32_t to)
{
	if (left >= to)
		return left - to + 1;
	return right <= from ? from - right + 1 : 0;
}

static int32_t smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}
static int32_t apart(int32_t a, int32_t b)
{
	return a < b ? b - a : a - b;
}

/* Distance of edges or centres, whichever line up best. */
static int32_t edge_distance(const struct bit *b, const struct laid_column *c)
{
	int32_t edges = smaller(apart(b->left, c->left), apart(b->right, c->right));
	return smaller(edges, apart(b->left + b->right, c->left + c->right) / 2);
}

static bool is_score_role(uint8_t role)
{
	return role == ROLE_WEIGHT || role == ROLE_SCORE;
}

static int32_t text_distance(const struct bit *b, const struct laid_column *c)
{
	if (b->label) /* 群众满意度 is a label's alias, and a name or the end of one */
		return c->label ? 0 : c->role == ROLE_NAME ? 4 : 12;
	if (b->value)
		return c->label ? 12 : c->role == ROLE_NAME ? 8 : 0;
	return b->prose && is_score_role(c->role) ? 8 : 0;
}

static int32_t distance(const struct bit *b, const struct laid_column *c)
{
	int32_t edges = edge_distance(b, c);
	return 2 * gap_between(b->left, b->right, c->from, c->to) + (edges < 40 ? edges : 40) +
	       text_distance(b, c);
}

/* ---- Columns of one line ----------------------------------------------------------- */

/* Least sum of distances, columns rising; two pieces in one column are dear. */
static void place_line(struct frame *f, const struct laid_line *l)
{
	int32_t best[COLUMNS_MAX + 1][COLUMNS_MAX];
	uint8_t before[COLUMNS_MAX + 1][COLUMNS_MAX];
	uint32_t n = l->nbits < COLUMNS_MAX ? l->nbits : COLUMNS_MAX;
	if (f->ncolumns == 0)
		return;
	for (uint32_t i = 0; i < n; i++) {
		for (unsigned c = 0; c < f->ncolumns; c++) {
			int32_t least = i == 0 ? 0 : best[i - 1][c] + FAR;
			before[i][c] = (uint8_t)c;
			for (unsigned p = 0; i > 0 && p < c; p++) {
				if (best[i - 1][p] >= least)
					continue;
				least = best[i - 1][p];
				before[i][c] = (uint8_t)p;
			}
			best[i][c] = least + distance(&f->bits[l->bit + i], &f->columns[c]);
		}
	}
	unsigned col = 0;
	for (unsigned c = 1; n > 0 && c < f->ncolumns; c++)
		if (best[n - 1][c] < best[n - 1][col])
			col = c;
	for (uint32_t i = n; i-- > 0; col = before[i][col])
		f->bits[l->bit + i].col = (uint8_t)col;
	for (uint32_t i = n; i < l->nbits; i++)
		f->bits[l->bit + i].col = (uint8_t)(f->ncolumns - 1);
}

/* A column covers what stands under it and under no other header. */
static void grow_columns(struct frame *f)
{
	for (size_t i = 0; i < f->nbits; i++) {
		const struct bit *b = &f->bits[i];
		struct laid_column *c = &f->columns[b->col];
		bool left_free = b->col == 0 || b->left >= f->columns[b->col - 1].right;
		bool right_free =
			b->col + 1u >= f->ncolumns || b->right <= f->columns[b->col + 1].left;
		if (!left_free || !right_free || gap_between(b->left, b->right, c->from, c->to) > 0)
			continue;
		c->from = smaller(c->from, b->left);
		c->to = b->right > c->to ? b->right : c->to;
	}
}

static void place_lines(struct frame *f)
{
	for (uint32_t i = 0; i < f->nlines; i++)
		if (!f->lines[i].plain)
			place_line(f, &f->lines[i]);
}

/* Pieces right of the first column that line up with their header, or with a piece of another line. */
static bool is_aligned(const struct frame *f, size_t at)
{
	const struct bit *b = &f->bits[at];
	const struct laid_column *c = &f->columns[b->col];
	if (apart(b->left, c->left) <= 1 || apart(b->left + b->right, c->left + c->right) <= 2)
		return true;
	for (size_t i = at > 60 ? at - 60 : 0; i < f->nbits && i < at + 60; i++)
		if (f->bits[i].col == b->col && f->bits[i].line != b->line &&
		    f->bits[i].left == b->left)
			return true;
	return false;
}

/* A value under the header of labels or names: cells follow one another with no regard to
 * columns. A name may begin with a digit. */
static bool is_astray(const struct frame *f, const struct bit *b)
{
	uint8_t role = f->columns[b->col].role;
	if (!b->value || b->label)
		return false;
	struct str text = pifu_layout_text(f, b);
	return role == ROLE_LEVEL1 || role == ROLE_LEVEL2 ||
	       (role == ROLE_NAME && !is_digit(text.s[0]));
}

static unsigned count_aligned(const struct frame *f, unsigned *of)
{
	unsigned n = 0;
	*of = 0;
	for (size_t i = 0; i < f->nbits; i++) {
		if (f->bits[i].col == 0 || f->lines[f->bits[i].line].plain)
			continue;
		bool astray = is_astray(f, &f->bits[i]);
		*of += astray ? ASTRAY_WEIGHT : 1;
		n += !astray && is_aligned(f, i);
	}
	return n;
}

/* The header's own places, in display columns of f->han. */
void pifu_layout_measure_header(struct frame *f)
{
	for (unsigned c = 0; c < f->ncolumns; c++) {
		struct laid_column *col = &f->columns[c];
		for (unsigned k = 0; k < col->nhead; k++) {
			struct bit *b = &col->head[k];
			measure(f, b);
			col->left = k == 0 || b->left < col->left ? b->left : col->left;
			col->right = k == 0 || b->right > col->right ? b->right : col->right;
			col->width = k == 0 || b->width > col->width ? b->width : col->width;
		}
		col->from = col->left;
		col->to = col->right;
	}
}

/* A cell is at least so wide as most of the way to the next column: where no name is long
 * the widest fills none. */
static void widen_columns(struct frame *f)
{
	for (unsigned c = 0; c + 1 < f->ncolumns; c++) {
		int32_t gap = (f->columns[c + 1].left - f->columns[c].left) * 2 / 3;
		if (!f->columns[c].label && gap > f->columns[c].width && gap < FAR)
			f->columns[c].width = (uint16_t)gap;
	}
}

static void note_widths(struct frame *f)
{
	for (size_t i = 0; i < f->nbits; i++) {
		struct laid_column *c = &f->columns[f->bits[i].col];
		if (!f->lines[f->bits[i].line].plain && f->bits[i].width > c->width)
			c->width = f->bits[i].width;
	}
	widen_columns(f);
	for (uint32_t i = 0; i < f->nlines; i++)
		for (uint32_t k = 0; k < f->lines[i].nbits; k++)
			f->lines[i].body += !f->columns[f->bits[f->lines[i].bit + k].col].label;
}

unsigned pifu_layout_place(struct frame *f, unsigned *of)
{
	for (unsigned pass = 0; pass < 3; pass++) {
		place_lines(f);
		grow_columns(f);
	}
	place_lines(f);
	note_widths(f);
	return count_aligned(f, of);
}
