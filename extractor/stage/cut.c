/* Lines that hold several cells: where to cut them.
 *
 * A line of plain text is one cell, unless a header shows that the export put
 * the cells of a row side by side:
 *
 *     一级指标 二级指标 三级指标 指标值        parted by blanks (gap 1)
 *     一级指标   二级指标     三级指标          parted by runs of blanks (gap 2)
 *     绩效指标一级指标二级指标指标内容指标值     glued: cut by the grammar
 *
 * The style of that header holds for all plain lines of the block. In a line
 * parted by runs of blanks, one blank still parts a label from what follows. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/words.h"

#define ROLE_BIT(role) (1u << (role))

bool pifu_header_enough(uint32_t roles, unsigned headers, unsigned others)
{
	const uint32_t levels = ROLE_BIT(ROLE_LEVEL1) | ROLE_BIT(ROLE_LEVEL2) | ROLE_BIT(ROLE_NAME);
	if (__builtin_popcount(roles & levels) >= 2)
		return headers > others;
	return (roles & ROLE_BIT(ROLE_NAME)) && (roles & ROLE_BIT(ROLE_TARGET)) && others == 0;
}

bool pifu_piece_add(struct pifu_doc *doc, struct pieces *out, uint32_t from, uint32_t to)
{
	if (to <= from)
		return true;
	struct piece *items = pifu_arena_grow(doc->arena, out->items, out->n, &out->cap, out->n + 1,
	                                      sizeof *items);
	if (!items)
		return false;
	out->items = items;
	items[out->n++] = (struct piece){.from = from, .to = to};
	return true;
}

/* ---- Blanks ---------------------------------------------------------------------- */

/* Bytes of the blank at `at`, 0 if there is none; an ideographic blank counts as two columns. */
static uint32_t blank_at(struct str s, uint32_t at)
{
	if (s.s[at] == ' ' || s.s[at] == '\t')
		return 1;
	if (at + 2 < s.n && memcmp(s.s + at, "\xe3\x80\x80", 3) == 0)
		return 3;
	return at + 1 < s.n && memcmp(s.s + at, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

/* The run of blanks at `at`: its bytes, and its columns in *width. */
static uint32_t blank_run(struct str s, uint32_t at, unsigned *width)
{
	uint32_t from = at, n;
	*width = 0;
	while (at < s.n && (n = blank_at(s, at)) > 0) {
		*width += n == 3 ? 2 : 1;
		at += n;
	}
	return at - from;
}

static const struct meaning *look(const struct pifu_doc *doc, struct str word, size_t *n)
{
	return pifu_lexicon_find(doc->grammars->common->lexicon, word, n);
}

static bool word_means(const struct pifu_doc *doc, struct str word, enum meaning_kind kind,
                       uint16_t *id)
{
	size_t n;
	const struct meaning *m = look(doc, word, &n);
	for (size_t i = 0; i < n; i++) {
		if (m[i].kind != kind)
			continue;
		if (id)
			*id = m[i].id;
		return true;
	}
	return false;
}

/* Cut at runs of at least `gap` blanks; in wider gaps one blank parts a label from the rest. */
static pifu_status cut_blanks(struct pifu_doc *doc, struct str raw, unsigned gap,
                              struct pieces *out, pifu_error *err)
{
	uint32_t from = 0;
	for (uint32_t at = 0; at < raw.n;) {
		unsigned width;
		uint32_t blanks = blank_run(raw, at, &width);
		if (!blanks) {
			at++;
			continue;
		}
		bool part = width >= gap ||
		            word_means(doc, pifu_str_sub(raw, from, at), MEANING_LABEL, NULL);
		if (part && !pifu_piece_add(doc, out, from, at))
			return pifu_error_nomem(err);
		at += blanks;
		if (part || from + blanks == at)
			from = at;
	}
	return pifu_piece_add(doc, out, from, raw.n) ? PIFU_OK : pifu_error_nomem(err);
}

/* ---- Headers ------------------------------------------------------------------------ */

/* The columns that a word may head: a set of role bits. */
static uint32_t header_bits(const struct pifu_doc *doc, struct str word)
{
	size_t n;
	uint32_t bits = 0;
	const struct meaning *m = look(doc, word, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_HEADER)
			bits |= ROLE_BIT(m[i].id);
	return bits;
}

/* The longest run of header words among the pieces. */
static bool find_header_run(const struct pifu_doc *doc, struct str text, struct pieces *p)
{
	uint32_t roles = 0, from = 0;
	p->header_from = p->header_to = 0;
	for (uint32_t i = 0; i < p->n; i++) {
		struct str word = pifu_str_sub(text, p->items[i].from, p->items[i].to);
		uint32_t bits = header_bits(doc, word);
		p->items[i].header = bits != 0;
		if (!p->items[i].header) {
			roles = 0;
			from = i + 1;
			continue;
		}
		roles |= bits;
		if (i + 1 - from >= 3 && pifu_header_enough(roles, i + 1 - from, 0) &&
		    i + 1 - from > p->header_to - p->header_from) {
			p->header_from = from;
			p->header_to = i + 1;
		}
	}
	return p->header_to > p->header_from;
}

/* Runs of blanks part the cells when they part most of the header's (two narrow columns may touch). */
static unsigned usual_gap(struct str raw, const struct pieces *p)
{
	unsigned runs = 0, gaps = 0;
	for (uint32_t i = p->header_from; i + 1 < p->header_to; i++, gaps++) {
		unsigned width;
		blank_run(raw, p->items[i].to, &width);
		runs += width >= 2;
	}
	return runs * 3 >= gaps * 2 ? 2 : 1;
}

static bool has_blank(struct str raw)
{
	for (uint32_t i = 0; i < raw.n; i++)
		if (blank_at(raw, i))
			return true;
	return false;
}

pifu_status pifu_cut_style(struct pifu_doc *doc, uint32_t cell, struct line_style *style,
                           pifu_error *err)
{
	struct str raw = doc->grid.cells[cell].raw, text = doc->normal[cell].text;
	struct pieces p = {0};
	pifu_status st = PIFU_OK;
	*style = (struct line_style){.mode = LINE_CELL};
	if (raw.n < 24 || pifu_str_find(raw, STR("指标")) < 0)
		return PIFU_OK;
	if (has_blank(raw))
		st = cut_blanks(doc, raw, 1, &p, err);
	if (st == PIFU_OK && p.n && find_header_run(doc, raw, &p)) {
		*style = (struct line_style){.mode = LINE_BLANKS, .gap = usual_gap(raw, &p)};
		return PIFU_OK;
	}
	p.n = 0;
	if (st == PIFU_OK)
		st = pifu_cut_glued(doc, text, false, &p, err);
	if (st == PIFU_OK && find_header_run(doc, text, &p))
		style->mode = LINE_GLUED;
	return st;
}

pifu_status pifu_cut_line(struct pifu_doc *doc, uint32_t cell, struct line_style style,
                          struct pieces *out, pifu_error *err)
{
	struct str raw = doc->grid.cells[cell].raw, text = doc->normal[cell].text;
	out->n = 0;
	pifu_status st = style.mode == LINE_GLUED ? pifu_cut_glued(doc, text, style.table, out, err)
	                                          : cut_blanks(doc, raw, style.gap, out, err);
	if (st == PIFU_OK)
		find_header_run(doc, style.mode == LINE_GLUED ? text : raw, out);
	return st;
}
