/* Tables whose columns are laid out with blanks, as `pdftotext -layout` prints
 * them: cells wrapped over several lines, rows with and without blank lines
 * between, the header again on each page.
 *
 *     一级指标   二级指标      三级指标           指标值       备注      <- header: columns
 *                          改造老旧小区、背街小           含附属配
 *     产出指标   数量指标                       ≥12.6公里          \  one row, three lines
 *                          巷照明线路总长             电设施     /
 *                          - 1 -                                <- none of the table
 *     一级指标   二级指标      三级指标           指标值       备注      <- the next page
 *                                                  改造         <- rest of the last note
 *
 * A region is a header and the lines under it, up to the next header, a title
 * or a head field. Its lines are cut into pieces and the pieces put under the
 * header's columns (layout_place.c). Page numbers and page breaks cut it into
 * stretches; in each the lines are cut into rows (layout_rows.c) and labels
 * put together and brought to their rows (layout_labels.c). Pieces of a column
 * and row, top to bottom, are a word; what a page break cut off is added to the
 * word before. If too few pieces line up with anything the lines are not laid
 * out at all and are left to be cut one by one.
 *
 * Limits: one header row, whose cells may be wrapped over the line above and
 * the line below; only blanks part cells, so two cells that touch are one. */
#include "grammar/lexicon.h"
#include "stage/layout_own.h"

#define ALIGNED_TENTHS 6 /* share of the pieces that must line up */
#define PAGE_BITS 4      /* pieces of a page number */

/* ---- Words ----------------------------------------------------------------------- */

static bool add_part(struct frame *f, uint32_t cell)
{
	struct pifu_doc *doc = f->doc;
	uint32_t *parts = pifu_arena_grow(doc->arena, doc->parts, doc->nparts, &f->out->parts_cap,
	                                  doc->nparts + 1, sizeof *parts);
	if (!parts)
		return false;
	doc->parts = parts;
	parts[doc->nparts++] = cell;
	return true;
}

/* Between Latin letters or digits of two lines a blank stood, between Han none. */
static bool needs_blank(struct str above, struct str below)
{
	if (above.n == 0 || below.n == 0)
		return false;
	char a = above.s[above.n - 1], b = below.s[0];
	bool letter = (a >= 'a' && a <= 'z') || (a >= 'A' && a <= 'Z');
	return letter && ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z'));
}

bool pifu_layout_join(struct frame *f, struct laid_word *w, const struct bit *const *bits,
                      unsigned n)
{
	size_t room = w->raw.n;
	for (unsigned i = 0; i < n; i++)
		room += bits[i]->to - bits[i]->from + 1u;
	char *s = pifu_arena_alloc(f->doc->arena, room + 1);
	if (!s)
		return false;
	struct str raw = {s, w->raw.n};
	if (w->raw.n)
		memcpy(s, w->raw.s, w->raw.n);
	for (unsigned i = 0; i < n; i++) {
		struct str text = pifu_layout_text(f, bits[i]);
		if (needs_blank(raw, text))
			s[raw.n++] = ' ';
		memcpy(s + raw.n, text.s, text.n);
		raw.n += text.n;
	}
	w->raw = raw;
	return true;
}

bool pifu_layout_extend(struct frame *f, uint32_t word, const struct bit *const *bits, unsigned n)
{
	struct pifu_doc *doc = f->doc;
	struct laid_word *w = &f->out->words[word];
	uint32_t part = (uint32_t)doc->nparts;
	for (uint32_t i = 0; i < w->nparts; i++)
		if (!add_part(f, doc->parts[w->part + i]))
			return false;
	for (unsigned i = 0; i < n; i++) /* two pieces of one line are one cell */
		if ((doc->nparts == part || doc->parts[doc->nparts - 1] != bits[i]->cell) &&
		    !add_part(f, bits[i]->cell))
			return false;
	w->part = part;
	w->nparts = (uint32_t)doc->nparts - part;
	return pifu_layout_join(f, w, bits, n);
}

uint32_t pifu_layout_word(struct frame *f, uint32_t col, const struct bit *const *bits, unsigned n)
{
	struct laid *out = f->out;
	struct laid_word *words = pifu_arena_grow(f->doc->arena, out->words, out->nwords,
	                                          &out->words_cap, out->nwords + 1, sizeof *words);
	if (!words)
		return PIFU_NONE;
	out->words = words;
	words[out->nwords] = (struct laid_word){.col = col, .raw = STR("")};
	if (!pifu_layout_extend(f, (uint32_t)out->nwords, bits, n))
		return PIFU_NONE;
	out->rows[out->nrows - 1].count++;
	return (uint32_t)out->nwords++;
}

static bool add_row(struct frame *f, uint32_t grid_row, bool plain)
{
	struct laid *out = f->out;
	struct laid_row *rows = pifu_arena_grow(f->doc->arena, out->rows, out->nrows,
	                                        &out->rows_cap, out->nrows + 1, sizeof *rows);
	if (!rows)
		return false;
	out->rows = rows;
	rows[out->nrows++] = (struct laid_row){.grid_row = grid_row,
	                                       .plain = plain,
	                                       .first = (uint32_t)out->nwords};
	return true;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* The pieces of a row that is looked at; a failure is kept until somebody can report it. */
bool pifu_layout_peek(struct frame *f, const struct row *r)
{
	f->failed |= pifu_cut_line(f->doc, r->first, f->style, &f->pieces, f->err) != PIFU_OK;
	return !f->failed;
}

void pifu_layout_line(struct frame *f, uint32_t line, uint32_t grid_row)
{
	const struct row *r = &f->doc->grid.rows[grid_row];
	f->lines[line] = (struct laid_line){.grid_row = grid_row,
	                                    .cell = r->first,
	                                    .y = r->number - f->doc->grid.rows[f->from].number};
}

static bool rule_matches(struct frame *f, const struct rule *rule, struct str key)
{
	return rule && pifu_rule_match(rule, f->doc->matcher, key, 0, NULL, 0, NULL) == 1;
}

static bool means_field(struct frame *f, struct str text)
{
	struct normal n;
	if (pifu_text_normalise(f->doc->arena, text, &n, f->err) != PIFU_OK) {
		f->failed = true;
		return true;
	}
	struct token t = {.text = n.text, .key = n.key};
	pifu_word_look(f->doc, &t);
	return pifu_token_means(&t, MEANING_FIELD, NULL) &&
	       !pifu_token_means(&t, MEANING_LABEL, NULL);
}

#define NAME_LEAD 8 /* blanks that stand before a name, but before no head field */

/* The table ends before a title or a head field. */
static bool ends_table(struct frame *f, uint32_t row)
{
	const struct row *r = &f->doc->grid.rows[row];
	if (!pifu_row_is_line(r) || pifu_layout_is_header(f, row))
		return true;
	if (!pifu_layout_peek(f, r) || f->pieces.n == 0)
		return f->failed;
	const struct piece *first = &f->pieces.items[0];
	const struct cell *cell = &f->doc->grid.cells[r->first];
	if (cell->lead < NAME_LEAD &&
	    means_field(f, pifu_str_sub(cell->raw, first->from, first->to)))
		return true;
	return f->pieces.n == 1 && f->doc->normal[r->first].key.n <= 240 &&
	       rule_matches(f, f->doc->grammars->common->title_rule, f->doc->normal[r->first].key);
}

/* Of several pieces only a page number may be: 第 2 页   共 3 页. */
static bool is_furniture(struct frame *f, const struct laid_line *l)
{
	const struct grammar *g = f->doc->grammars->common;
	struct str key = f->doc->normal[l->cell].key;
	if (l->nbits > 1 && (l->nbits > PAGE_BITS || pifu_str_find(key, STR("页")) < 0))
		return false;
	for (size_t i = 0; i < g->nnoise; i++) {
		bool page = g->noise[i].account == PIFU_ACCOUNT_NOISE_PAGE;
		bool rule = g->noise[i].account == PIFU_ACCOUNT_NOISE_RULE && l->nbits == 1;
		if ((page || rule) && rule_matches(f, g->noise[i].rule, key))
			return true;
	}
	return false;
}

/* A single text under three headers or more is a sentence. */
static bool is_sentence(const struct frame *f, const struct laid_line *l)
{
	unsigned under = 0;
	for (unsigned c = 0; l->nbits == 1 && c < f->ncolumns; c++) {
		const struct bit *b = &f->bits[l->bit];
		under += b->left < f->columns[c].right && f->columns[c].left < b->right;
	}
	return under >= 3;
}

/* Lines that are none of the table; behind its end (填表人：…) all are, up to the next page. */
static void mark_plain(struct frame *f)
{
	bool ended = false;
	uint32_t page = PIFU_NONE;
	for (uint32_t i = 0; i < f->nlines; i++) {
		struct laid_line *l = &f->lines[i];
		uint32_t here = f->doc->grid.rows[l->grid_row].page;
		ended &= here == page;
		page = here;
		struct str first = l->nbits ? pifu_layout_text(f, &f->bits[l->bit]) : STR("");
		const struct rule *end = f->doc->grammars->common->end_rule;
		ended |= l->nbits > 0 && !f->bits[l->bit].label &&
		         (rule_matches(f, end, first) ||
		          rule_matches(f, end, f->doc->normal[l->cell].key));
		l->plain = ended || l->nbits == 0 || is_furniture(f, l) || is_sentence(f, l);
	}
}

/* Lines of the region under its header, measured with Han characters `han` wide. */
static pifu_status read_lines(struct frame *f, unsigned han, unsigned *aligned, unsigned *of)
{
	f->han = han;
	f->nbits = 0;
	pifu_layout_measure_header(f);
	f->nlines = f->to - f->head_to;
	f->lines = ARENA_ARRAY(f->doc->arena, struct laid_line, f->nlines + 1);
	f->body = ARENA_ARRAY(f->doc->arena, uint32_t, f->nlines + 1);
	f->spans = ARENA_ARRAY(f->doc->arena, struct laid_span, f->nlines + 1);
	if (!f->lines || !f->body || !f->spans)
		return pifu_error_nomem(f->err);
	for (uint32_t i = 0; i < f->nlines; i++) {
		pifu_layout_line(f, i, f->head_to + i);
		pifu_status st = pifu_layout_cut(f, i, f->style);
		if (st != PIFU_OK)
			return st;
	}
	mark_plain(f);
	pifu_layout_drop_side(f);
	*aligned = pifu_layout_place(f, of);
	return PIFU_OK;
}

/* Read the lines both ways and keep the better; `*laid` tells whether they are laid out at all. */
static pifu_status lay_lines(struct frame *f, bool *laid)
{
	unsigned one = 0, two = 0, of_one = 0, of_two = 0;
	pifu_status st = read_lines(f, 2, &two, &of_two);
	if (st == PIFU_OK)
		st = read_lines(f, 1, &one, &of_one);
	if (st == PIFU_OK && (uint64_t)two * of_one > (uint64_t)one * of_two)
		st = read_lines(f, 2, &one, &of_one);
	if (st == PIFU_OK)
		*laid = of_one > 0 && (uint64_t)one * 10 >= (uint64_t)of_one * ALIGNED_TENTHS;
	return st;
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* Pieces of span `s` in column `col`, top to bottom: their number (the first `max` are given). */
static unsigned column_bits(const struct frame *f, const struct laid_span *s, unsigned col,
                            const struct bit **bits, unsigned max)
{
	unsigned n = 0;
	for (uint32_t i = s->from; i < s->to; i++) {
		const struct laid_line *l = &f->lines[f->body[i]];
		for (uint32_t k = 0; k < l->nbits && n < max; k++)
			if (f->bits[l->bit + k].col == col)
				bits[n++] = &f->bits[l->bit + k];
	}
	return n;
}

#define CELL_BITS (ROW_LINES_MAX * COLUMNS_MAX)

static uint32_t find_word(const struct frame *f, uint32_t row, unsigned col)
{
	const struct laid_row *r = &f->out->rows[row];
	for (uint32_t i = r->first; i < r->first + r->count; i++)
		if (f->out->words[i].col == col)
			return i;
	return PIFU_NONE;
}

static bool has_home(const struct frame *f, const struct laid_labels *labels, uint32_t span)
{
	for (unsigned c = 0; c < f->ncolumns; c++)
		for (uint32_t i = 0; i < labels[c].n; i++)
			if (labels[c].items[i].home == span)
				return true;
	return false;
}

/* The first row of a page without label and name, whose cells go on where the last row's ended. */
static bool is_rest(const struct frame *f, const struct laid_labels *labels)
{
	const struct bit *bits[CELL_BITS];
	if (f->last_row == PIFU_NONE || f->nspans == 0 || has_home(f, labels, 0))
		return false;
	bool any = false, full = true;
	bool name = f->name < f->ncolumns && column_bits(f, &f->spans[0], f->name, bits, 1) > 0;
	bool target =
		f->target < f->ncolumns && column_bits(f, &f->spans[0], f->target, bits, 1) > 0;
	for (unsigned c = 0; c < f->ncolumns; c++) {
		if (f->columns[c].label || column_bits(f, &f->spans[0], c, bits, 1) == 0)
			continue;
		if (!f->last_bit[c].to || find_word(f, f->last_row, c) == PIFU_NONE)
			return false;
		any = true;
		full &= f->last_bit[c].width + bits[0]->unit >= f->columns[c].width &&
		        !bits[0]->value;
	}
	return any && (!name || !target) && full;
}

static pifu_status join_rest(struct frame *f)
{
	const struct bit *bits[CELL_BITS];
	for (unsigned c = 0; c < f->ncolumns; c++) {
		if (f->columns[c].label)
			continue;
		unsigned n = column_bits(f, &f->spans[0], c, bits, CELL_BITS);
		if (n && !pifu_layout_extend(f, find_word(f, f->last_row, c), bits, n))
			return pifu_error_nomem(f->err);
	}
	return PIFU_OK;
}

static pifu_status put_labels(struct frame *f, const struct laid_labels *labels, uint32_t span,
                              uint32_t *next)
{
	for (unsigned c = 0; c < f->ncolumns; c++) {
		for (; next[c] < labels[c].n && labels[c].items[next[c]].home <= span; next[c]++) {
			const struct laid_label *label = &labels[c].items[next[c]];
			uint32_t word = pifu_layout_word(f, c, label->bits, label->n);
			if (word == PIFU_NONE)
				return pifu_error_nomem(f->err);
			f->out->words[word].moved = label->moved;
			f->last_label[c] = word;
		}
	}
	return PIFU_OK;
}

static pifu_status put_row(struct frame *f, const struct laid_span *s)
{
	const struct bit *bits[CELL_BITS];
	for (unsigned c = 0; c < f->ncolumns; c++) {
		f->last_bit[c].to = 0;
		unsigned n = f->columns[c].label ? 0 : column_bits(f, s, c, bits, CELL_BITS);
		if (n == 0)
			continue;
		if (pifu_layout_word(f, c, bits, n) == PIFU_NONE)
			return pifu_error_nomem(f->err);
		f->last_bit[c] = *bits[n - 1];
	}
	f->last_row = (uint32_t)f->out->nrows - 1;
	return PIFU_OK;
}

static pifu_status put_stretch(struct frame *f, const struct laid_labels *labels, uint32_t from)
{
	uint32_t next[COLUMNS_MAX] = {0};
	pifu_status st = PIFU_OK;
	bool rest = is_rest(f, labels);
	if (rest)
		st = join_rest(f);
	for (uint32_t i = rest; i < f->nspans && st == PIFU_OK; i++) {
		if (!add_row(f, f->lines[f->body[f->spans[i].from]].grid_row, false))
			return pifu_error_nomem(f->err);
		st = put_labels(f, labels, i, next);
		if (st == PIFU_OK)
			st = put_row(f, &f->spans[i]);
	}
	if (st == PIFU_OK && f->nspans == (uint32_t)rest) { /* labels alone */
		if (!add_row(f, f->lines[from].grid_row, false))
			return pifu_error_nomem(f->err);
		st = put_labels(f, labels, PIFU_NONE, next);
	}
	return st;
}

/* Lines [from, to) without a page break or furniture between. */
static pifu_status read_stretch(struct frame *f, uint32_t from, uint32_t to)
{
	struct laid_labels labels[COLUMNS_MAX] = {0};
	pifu_status st = pifu_layout_rows(f, from, to);
	for (unsigned c = 0; c < f->ncolumns && st == PIFU_OK; c++)
		if (f->columns[c].label)
			st = pifu_layout_labels(f, from, to, c, &labels[c]);
	if (st == PIFU_OK)
		st = pifu_layout_settle(f, labels);
	return st == PIFU_OK ? put_stretch(f, labels, from) : st;
}

static bool is_stretch(const struct frame *f, uint32_t from, uint32_t line)
{
	const struct row *rows = f->doc->grid.rows;
	return line < f->nlines && !f->lines[line].plain &&
	       rows[f->lines[line].grid_row].page == rows[f->lines[from].grid_row].page;
}

/* A heading over columns is a cell of the first of them; its text is left out where theirs is enough. */
static bool put_over(struct frame *f, uint32_t word, const struct laid_column *c)
{
	const struct bit *over = &c->over;
	struct str raw = f->out->words[word].raw;
	if (!c->has_over)
		return true;
	bool ok = pifu_layout_extend(f, word, &over, 1);
	if (!c->joined)
		f->out->words[word].raw = raw;
	return ok;
}

static pifu_status put_header(struct frame *f)
{
	const struct bit *bits[3];
	if (!add_row(f, f->head_from, false))
		return pifu_error_nomem(f->err);
	for (unsigned c = 0; c < f->ncolumns; c++) {
		for (unsigned i = 0; i < f->columns[c].nhead; i++)
			bits[i] = &f->columns[c].head[i];
		uint32_t word = pifu_layout_word(f, c, bits, f->columns[c].nhead);
		if (word == PIFU_NONE || !put_over(f, word, &f->columns[c]))
			return pifu_error_nomem(f->err);
	}
	return PIFU_OK;
}

static pifu_status read_region(struct frame *f)
{
	struct laid *out = f->out;
	struct laid_table *tables =
		pifu_arena_grow(f->doc->arena, out->tables, out->ntables, &out->tables_cap,
	                        out->ntables + 1, sizeof *tables);
	if (!tables)
		return pifu_error_nomem(f->err);
	out->tables = tables;
	uint32_t first = (uint32_t)out->nrows;
	pifu_status st = put_header(f);
	pifu_layout_account_side(f);
	for (uint32_t i = 0; i < f->nlines && st == PIFU_OK;) {
		if (f->lines[i].plain) {
			if (!add_row(f, f->lines[i++].grid_row, true))
				st = pifu_error_nomem(f->err);
			continue;
		}
		uint32_t from = i;
		while (is_stretch(f, from, i))
			i++;
		st = read_stretch(f, from, i);
	}
	tables[out->ntables++] =
		(struct laid_table){f->from, f->to, first, (uint32_t)out->nrows - first};
	return st;
}

/* ---- Regions ------------------------------------------------------------------------------- */

/* A region with the same columns goes on with the table before. */
static void begin_region(struct frame *f, const struct frame *before, bool follows)
{
	if (follows && before->ncolumns == f->ncolumns) {
		for (unsigned c = 0; c < f->ncolumns; c++)
			if (before->columns[c].width > f->columns[c].width)
				f->columns[c].width = before->columns[c].width;
		return;
	}
	f->last_row = PIFU_NONE;
	f->centred = false;
	for (unsigned c = 0; c < COLUMNS_MAX; c++) {
		f->last_label[c] = PIFU_NONE;
		f->last_bit[c].to = 0;
	}
}

/* The region ends before the next header and before what is wrapped over the line above it. */
static pifu_status find_end(struct frame *f)
{
	const struct grid *g = &f->doc->grid;
	f->to = f->head_to;
	while (f->to < g->nrows && !ends_table(f, f->to))
		f->to++;
	bool header = !f->failed && f->to < g->nrows && pifu_layout_is_header(f, f->to);
	if (f->failed)
		return pifu_error_nomem(f->err);
	if (!header)
		return PIFU_OK;
	struct frame next = *f; /* its header is cut as is_header just found */
	next.pieces = (struct pieces){0};
	pifu_status st = pifu_layout_head(&next, f->to, f->head_to);
	f->to = next.from;
	f->bits = next.bits;
	f->bits_cap = next.bits_cap;
	return st;
}

pifu_status pifu_layout_read(struct pifu_doc *doc, struct line_style style, struct laid *out,
                             pifu_error *err)
{
	struct frame f = {.doc = doc,
	                  .out = out,
	                  .style = style,
	                  .err = err,
	                  .han = 1,
	                  .last_row = PIFU_NONE};
	uint32_t floor = 0;
	for (uint32_t row = 0; row < doc->grid.nrows; row++) {
		bool laid = false;
		bool header = pifu_layout_is_header(&f, row);
		if (f.failed)
			return pifu_error_nomem(err);
		if (!header)
			continue;
		struct frame before = f;
		f.han = 1;
		pifu_status st = pifu_layout_head(&f, row, floor);
		if (st == PIFU_OK)
			st = find_end(&f);
		if (st == PIFU_OK)
			st = lay_lines(&f, &laid);
		if (st != PIFU_OK)
			return st;
		if (!laid)
			continue;
		begin_region(&f, &before, floor > 0 && floor == f.from);
		if ((st = read_region(&f)) != PIFU_OK)
			return st;
		floor = f.to;
		row = f.to - 1;
	}
	return PIFU_OK;
}
