/* The header of a table that is laid out with blanks.
 *
 *     line above                                偏差原因分析及
 *     header      一级指标  二级指标  三级指标  指标值                分值
 *     line below                                改进措施
 *
 * Each piece of the header's line is a column, whatever it says. Cells of the
 * header may be wrapped: pieces of the lines directly above and below, put
 * together with what stands over or under them, must then all be headers. A
 * line for which that does not hold may be a second row of the header
 * (layout_tier.c), or it is none of it. */
#include <limits.h>

#include "grammar/lexicon.h"
#include "stage/layout_own.h"

/* Pieces of the line that are no headers, cut at runs of `gap` blanks; UINT_MAX: no
 * header is among them. */
static unsigned count_others(struct frame *f, const struct row *r, unsigned gap)
{
	unsigned others = 0, usual = f->style.gap;
	f->style.gap = gap;
	bool cut = pifu_layout_peek(f, r);
	f->head_style = f->style;
	f->style.gap = usual;
	for (uint32_t i = 0; cut && i < f->pieces.n; i++)
		others += !f->pieces.items[i].header;
	return cut && f->pieces.header_to > f->pieces.header_from ? others : UINT_MAX;
}

/* Narrow columns may touch in the header: then single blanks part its words. */
static bool cut_header(struct frame *f, const struct row *r)
{
	unsigned wide = count_others(f, r, f->style.gap);
	if (f->failed || wide == 0)
		return !f->failed;
	if (count_others(f, r, 1) >= wide && wide < UINT_MAX)
		count_others(f, r, f->style.gap);
	return !f->failed;
}

/* Does this row hold the header of a table, and not a whole table? */
bool pifu_layout_is_header(struct frame *f, uint32_t row)
{
	const struct row *r = &f->doc->grid.rows[row];
	if (!pifu_row_is_line(r))
		return false;
	struct str raw = f->doc->grid.cells[r->first].raw;
	if (raw.n < 24 || !pifu_speaks_of_indicators(raw))
		return false;
	if (!cut_header(f, r))
		return false;
	uint32_t run = f->pieces.header_to - f->pieces.header_from, others = 0;
	for (uint32_t i = 0; i < f->pieces.n; i++)
		others += !f->pieces.items[i].header;
	return run > 0 && others < 4 && f->pieces.n <= COLUMNS_MAX;
}

bool pifu_layout_role(struct frame *f, struct str raw, uint8_t *role)
{
	struct normal text;
	if (pifu_text_normalise(f->doc->arena, raw, &text, f->err) != PIFU_OK) {
		f->failed = true;
		return false;
	}
	struct token t = {.text = text.text, .key = text.key, .flags = (uint16_t)text.flags};
	uint16_t id;
	pifu_word_look(f->doc, &t);
	if (!pifu_token_header(f->doc, &t, &id))
		return false;
	*role = (uint8_t)id;
	return true;
}

/* The role of a header whose pieces are `bits`; false if they are none. */
static bool header_role(struct frame *f, const struct bit *const *bits, unsigned n, uint8_t *role)
{
	struct laid_word w = {.raw = STR("")};
	if (!pifu_layout_join(f, &w, bits, n)) {
		f->failed = true;
		return false;
	}
	return pifu_layout_role(f, w.raw, role);
}

static bool overlap(const struct bit *a, const struct bit *b)
{
	return a->left < b->right && b->left < a->right;
}

static const struct bit *find_over(const struct frame *f, uint32_t line, const struct bit *b)
{
	const struct laid_line *l = &f->lines[line];
	for (uint32_t k = 0; k < l->nbits; k++)
		if (overlap(&f->bits[l->bit + k], b))
			return &f->bits[l->bit + k];
	return NULL;
}

static void set_head(struct laid_column *c, const struct bit *const *bits, unsigned n)
{
	c->nhead = n;
	for (unsigned i = 0; i < n; i++)
		c->head[i] = *bits[i];
}

static void insert_column(struct frame *f, const struct laid_column *c)
{
	unsigned at = f->ncolumns++;
	for (; at > 0 && f->columns[at - 1].head[0].left > c->head[0].left; at--)
		f->columns[at] = f->columns[at - 1];
	f->columns[at] = *c;
}

/* The columns that the header's own line names: one for each of its pieces, whatever they are. */
static void take_columns(struct frame *f, uint32_t line)
{
	const struct laid_line *l = &f->lines[line];
	f->ncolumns = 0;
	for (uint32_t k = 0; k < l->nbits && k < COLUMNS_MAX; k++) {
		const struct bit *b = &f->bits[l->bit + k];
		struct laid_column *c = &f->columns[f->ncolumns++];
		*c = (struct laid_column){.role = ROLE_OTHER};
		set_head(c, &b, 1);
		header_role(f, &b, 1, &c->role);
	}
}

/* The piece `b` above or below the header's line, with what stands over or under it, as a header. */
static bool wrap_piece(struct frame *f, const uint32_t *lines, const struct bit *b)
{
	const struct bit *bits[3];
	struct laid_column column = {.role = ROLE_OTHER};
	unsigned n = 0, at = f->ncolumns;
	for (unsigned i = 0; i < 3; i++) {
		const struct bit *part = lines[i] == PIFU_NONE ? NULL : find_over(f, lines[i], b);
		if (part)
			bits[n++] = part;
	}
	for (unsigned c = 0; c < f->ncolumns; c++)
		for (unsigned i = 0; i < n; i++)
			for (unsigned k = 0; k < f->columns[c].nhead; k++)
				if (f->columns[c].head[k].cell == bits[i]->cell &&
				    f->columns[c].head[k].from == bits[i]->from)
					at = c;
	if (n < 2 || !header_role(f, bits, n, &column.role))
		return false;
	set_head(&column, bits, n);
	if (at < f->ncolumns)
		f->columns[at] = column;
	else if (f->ncolumns < COLUMNS_MAX)
		insert_column(f, &column);
	return true;
}

/* Header cells wrapped over the lines above and below: each piece there must be part of a header. */
static bool wrap_header(struct frame *f, const uint32_t *lines)
{
	take_columns(f, lines[1]);
	for (unsigned i = 0; i < 3; i += 2) {
		if (lines[i] == PIFU_NONE)
			continue;
		const struct laid_line *l = &f->lines[lines[i]];
		for (uint32_t k = 0; k < l->nbits; k++)
			if (!wrap_piece(f, lines, &f->bits[l->bit + k]))
				return false;
	}
	return true;
}

static bool is_beside(const struct pifu_doc *doc, uint32_t above, uint32_t below)
{
	const struct row *a = &doc->grid.rows[above], *b = &doc->grid.rows[below];
	return pifu_row_is_line(a) && pifu_row_is_line(b) && a->table == b->table &&
	       a->page == b->page && a->number + 1 == b->number;
}

/* Beside projects stands what is said of them: cells that span their rows, too. */
static void note_sides(struct frame *f)
{
	bool project = false;
	unsigned level = 0;
	for (; level < f->name; level++) {
		uint8_t role = f->columns[level].role;
		if (role == ROLE_LEVEL1 || role == ROLE_LEVEL2)
			break;
		project |= role == ROLE_PROJECT;
	}
	for (unsigned c = 0; project && c < level; c++) {
		f->columns[c].side = !f->columns[c].label;
		f->columns[c].label = true;
	}
}

/* Levels in front of a second names' column: another table side by side. */
static void note_second(struct frame *f)
{
	bool second = false;
	for (unsigned c = f->ncolumns; c-- > f->name + 1;) {
		uint8_t role = f->columns[c].role;
		second |= role == ROLE_NAME;
		f->columns[c].label |= second && (role == ROLE_LEVEL1 || role == ROLE_LEVEL2);
	}
}

/* The names' column, and the targets' behind it: goals (年度目标) stand before it. */
static void name_columns(struct frame *f)
{
	f->name = f->target = f->ncolumns;
	for (unsigned c = 0; c < f->ncolumns; c++)
		if (f->columns[c].role == ROLE_NAME && f->name == f->ncolumns)
			f->name = c;
	for (unsigned c = f->name < f->ncolumns ? f->name : 0; c < f->ncolumns; c++)
		if (f->columns[c].role == ROLE_TARGET && f->target == f->ncolumns)
			f->target = c;
	for (unsigned c = 0; c < f->name && f->name < f->ncolumns; c++) {
		uint8_t role = f->columns[c].role;
		f->columns[c].label = role == ROLE_LEVEL1 || role == ROLE_LEVEL2 ||
		                      role == ROLE_FUNCTION || role == ROLE_PROJECT ||
		                      role == ROLE_BANNER;
	}
	if (f->name < f->ncolumns)
		note_sides(f);
	note_second(f);
}

#define AROUND 2 /* lines above and below that may be part of the header */

/* Lines around the header's own at `row`, cut; .nbits 0: there is none. */
static pifu_status cut_around(struct frame *f, uint32_t row, uint32_t floor)
{
	const struct pifu_doc *doc = f->doc;
	uint32_t first = row, last = row;
	while (first > floor && row - first < AROUND && is_beside(doc, first - 1, first))
		first--;
	while (last + 1 < doc->grid.nrows && last - row < AROUND && is_beside(doc, last, last + 1))
		last++;
	f->from = first;
	memset(f->lines, 0, (2 * AROUND + 1) * sizeof *f->lines);
	for (uint32_t at = first; at <= last; at++) {
		uint32_t i = at + AROUND - row;
		pifu_layout_line(f, i, at);
		pifu_status st = pifu_layout_cut(f, i, at == row ? f->head_style : f->style);
		if (st != PIFU_OK)
			return st;
	}
	return PIFU_OK;
}

/* Lines above (step -1) or below that are tiers, from the line at `i` on: the first that is none. */
static uint32_t take_tiers(struct frame *f, uint32_t i, bool above)
{
	while (i < 2 * AROUND + 1 && f->lines[i].nbits > 0 && pifu_layout_tier(f, i, above))
		i += above ? UINT32_MAX : 1;
	return i;
}

/* The header at `row`, a Han character f->han columns wide -> columns; the lines above
 * and below that could not be made part of it -> *left_out. */
static pifu_status read_head(struct frame *f, uint32_t row, uint32_t floor, unsigned *left_out)
{
	struct laid_line lines[2 * AROUND + 1];
	f->lines = lines;
	f->nbits = f->ncolumns = 0;
	pifu_status st = cut_around(f, row, floor);
	if (st != PIFU_OK)
		return st;
	const uint32_t own = AROUND, above = lines[own - 1].nbits ? own - 1 : PIFU_NONE,
		       below = lines[own + 1].nbits ? own + 1 : PIFU_NONE;
	const uint32_t tries[4][3] = {{above, own, below},
	                              {PIFU_NONE, own, below},
	                              {above, own, PIFU_NONE},
	                              {PIFU_NONE, own, PIFU_NONE}};
	unsigned i = 0;
	while (!wrap_header(f, tries[i]))
		i++;
	uint32_t top = take_tiers(f, tries[i][0] == PIFU_NONE ? own - 1 : own - 2, true) + 1;
	uint32_t end = take_tiers(f, tries[i][2] == PIFU_NONE ? own + 1 : own + 2, false);
	*left_out = (unsigned)(above != PIFU_NONE && top == own) +
	            (unsigned)(below != PIFU_NONE && end == own + 1);
	f->head_from = f->from = row + top - own;
	f->head_to = row + end - own;
	name_columns(f);
	return f->failed ? pifu_error_nomem(f->err) : PIFU_OK;
}

/* The header at `row` -> columns; rows [head_from, head_to) are its own. A Han character
 * is as wide as lets most lines be part of it. */
pifu_status pifu_layout_head(struct frame *f, uint32_t row, uint32_t floor)
{
	unsigned own = f->han == 2 ? 2 : 1, left_out, other;
	f->han = own;
	pifu_status st = read_head(f, row, floor, &left_out);
	if (st != PIFU_OK || left_out == 0)
		return st;
	f->han = 3 - own;
	st = read_head(f, row, floor, &other);
	if (st != PIFU_OK || other < left_out)
		return st;
	f->han = own;
	return read_head(f, row, floor, &left_out);
}
