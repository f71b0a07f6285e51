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
#define FIELD_BYTES 60
#define PAIR_BLANKS 4

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

#define KNOWN_BYTES 120 /* of the longest word that the lexicon knows, and more */

/* The text in simplified characters -> out[KNOWN_BYTES + 4]; its bytes, 0 if it has none else. */
static uint32_t simplify(struct str word, char *out)
{
	uint32_t n = 0;
	bool other = false;
	for (uint32_t at = 0; at < word.n;) {
		uint32_t c = pifu_utf8_next(word, &at), plain = pifu_text_simplify(c);
		other |= plain != c;
		n += pifu_utf8_put(out + n, plain);
	}
	return other ? n : 0;
}

const struct meaning *pifu_word_find(const struct pifu_doc *doc, struct str word, size_t *n)
{
	char plain[KNOWN_BYTES + 4];
	const struct lexicon *lx = doc->grammars->common->lexicon;
	const struct meaning *m = pifu_lexicon_find(lx, word, n);
	if (*n || word.n > KNOWN_BYTES)
		return m;
	uint32_t bytes = simplify(word, plain);
	return bytes ? pifu_lexicon_find(lx, (struct str){plain, bytes}, n) : m;
}

static const struct meaning *look(const struct pifu_doc *doc, struct str word, size_t *n)
{
	return pifu_word_find(doc, word, n);
}

bool pifu_speaks_of_indicators(struct str raw)
{
	return pifu_str_find(raw, STR("指标")) >= 0 || pifu_str_find(raw, STR("指標")) >= 0;
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

/* 一级 指标, 产出 指标: two pieces that one known word is. */
static bool is_one_label(const struct pifu_doc *doc, struct str left, struct str right)
{
	char both[64];
	if (!pifu_str_eq(right, STR("指标")) || left.n + right.n > sizeof both)
		return false;
	memcpy(both, left.s, left.n);
	memcpy(both + left.n, right.s, right.n);
	struct str word = {both, left.n + right.n};
	return word_means(doc, word, MEANING_LABEL, NULL) ||
	       word_means(doc, word, MEANING_HEADER, NULL);
}

/* ≥98 %: a sign stands before the number, so the unit is no column of its own. */
static bool is_one_value(const struct pifu_doc *doc, struct str left, struct str right)
{
	static const struct str signs[] = {{"≥", 3}, {"≤", 3}, {">", 1}, {"<", 1}, {"=", 1}};
	bool sign = false;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		sign |= pifu_str_starts(left, signs[i]);
	bool digit = left.n > 1 && left.s[left.n - 1] >= '0' && left.s[left.n - 1] <= '9';
	return sign && digit && word_means(doc, right, MEANING_UNIT, NULL);
}

/* 职能1: 公交线网优化 */
static bool is_one_function(struct str left, struct str right)
{
	bool colon = pifu_str_ends(left, STR(":")) || pifu_str_ends(left, STR("："));
	return colon && right.n >= 6 && pifu_str_find(left, STR("职能")) >= 0 && left.n <= 24;
}

/* Where one blank parts cells, some of them stand within words. */
static void join_pieces(const struct pifu_doc *doc, struct str raw, struct pieces *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct piece *last = n ? &p->items[n - 1] : NULL;
		struct str right = pifu_str_sub(raw, p->items[i].from, p->items[i].to);
		struct str left = last ? pifu_str_sub(raw, last->from, last->to) : STR_NONE;
		if (last && (is_one_label(doc, left, right) || is_one_value(doc, left, right) ||
		             is_one_function(left, right)))
			last->to = p->items[i].to;
		else
			p->items[n++] = p->items[i];
	}
	p->n = n;
}

/* A whole label at `at`: a long name pushed it to the right. */
static bool label_follows(const struct pifu_doc *doc, struct str raw, uint32_t at)
{
	uint32_t end = at;
	while (end < raw.n && !blank_at(raw, end))
		end++;
	struct str word = pifu_str_sub(raw, at, end);
	return word.n >= 12 && pifu_str_ends(word, STR("指标")) &&
	       word_means(doc, word, MEANING_LABEL, NULL);
}

/* Does a colon stand in the word at `at`? */
static bool colon_ahead(struct str raw, uint32_t at)
{
	for (; at < raw.n && !blank_at(raw, at); at++)
		if (raw.s[at] == ':' || pifu_str_starts(pifu_str_sub(raw, at, raw.n), STR("：")))
			return true;
	return false;
}

static bool is_field(const struct pifu_doc *doc, struct str word)
{
	struct normal n;
	return word.n <= FIELD_BYTES &&
	       pifu_text_normalise(doc->arena, word, &n, NULL) == PIFU_OK &&
	       word_means(doc, n.key, MEANING_FIELD, NULL);
}

/* Cut at runs of at least `gap` blanks; in wider gaps one blank parts a label from the rest, and the
 * field that opens a line from one with a colon (项目资金(万元) 年度资金总额:100). */
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
		struct str word = pifu_str_sub(raw, from, at);
		bool part = width >= gap || word_means(doc, word, MEANING_LABEL, NULL) ||
		            label_follows(doc, raw, at + blanks) ||
		            (from == 0 && colon_ahead(raw, at + blanks) && is_field(doc, word));
		if (part && !pifu_piece_add(doc, out, from, at))
			return pifu_error_nomem(err);
		at += blanks;
		if (part || from + blanks == at)
			from = at;
	}
	if (!pifu_piece_add(doc, out, from, raw.n))
		return pifu_error_nomem(err);
	if (gap == 1)
		join_pieces(doc, raw, out);
	return PIFU_OK;
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

/* 三级指标        指标值 alone in a line, far apart: the others are wrapped around it. */
static bool is_wide_pair(struct str text, const struct pieces *p, uint32_t i)
{
	unsigned width;
	if (p->n != 2 || i != 1)
		return false;
	blank_run(text, p->items[0].to, &width);
	return width >= PAIR_BLANKS;
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
		bool enough = i + 1 - from >= 3 || is_wide_pair(text, p, i);
		if (enough && pifu_header_enough(roles, i + 1 - from, 0) &&
		    i + 1 - from > p->header_to - p->header_from) {
			p->header_from = from;
			p->header_to = i + 1;
		}
	}
	return p->header_to > p->header_from;
}

/* Columns of values: what stands between two names in glued text. */
static bool is_value(uint16_t role)
{
	const uint32_t values = ROLE_BIT(ROLE_TARGET) | ROLE_BIT(ROLE_WEIGHT) |
	                        ROLE_BIT(ROLE_ACTUAL) | ROLE_BIT(ROLE_SCORE) |
	                        ROLE_BIT(ROLE_PRIOR) | ROLE_BIT(ROLE_LONG) | ROLE_BIT(ROLE_PLACE) |
	                        ROLE_BIT(ROLE_BASIS);
	return values >> role & 1;
}

bool pifu_cut_columns(const struct pifu_doc *doc, struct str text, const struct pieces *p,
                      struct line_style *style)
{
	struct line_style found = {.mode = style->mode, .gap = style->gap, .table = style->table};
	bool behind = false;
	for (uint32_t i = p->header_from; i < p->header_to; i++) {
		uint16_t role = ROLE_NONE;
		word_means(doc, pifu_str_sub(text, p->items[i].from, p->items[i].to),
		           MEANING_HEADER, &role);
		if (behind && is_value(role) && found.nvalues < STYLE_VALUES)
			found.values[found.nvalues++] = (uint8_t)role;
		behind |= role == ROLE_NAME;
	}
	bool same = found.nvalues == style->nvalues &&
	            memcmp(found.values, style->values, found.nvalues) == 0;
	if (found.nvalues == 0 || same)
		return false;
	*style = found;
	return true;
}

/* 三级指标分值 is the header of a weight; in a header that has no names it is two,
 * 三级指标 and 分值, that were glued. */
static pifu_status part_header(struct pifu_doc *doc, struct str text, uint32_t roles,
                               struct pieces *p, pifu_error *err)
{
	const uint32_t labels = ROLE_BIT(ROLE_NAME) | ROLE_BIT(ROLE_LEVEL1) | ROLE_BIT(ROLE_LEVEL2);
	for (uint32_t i = 0; i < p->n; i++) {
		struct piece whole = p->items[i];
		for (uint32_t at = whole.from + 6; whole.header && at + 6 <= whole.to; at += 3) {
			uint16_t left, right;
			if (!word_means(doc, pifu_str_sub(text, whole.from, at), MEANING_HEADER,
			                &left) ||
			    !word_means(doc, pifu_str_sub(text, at, whole.to), MEANING_HEADER,
			                &right) ||
			    !(labels >> left & 1) || (roles >> left & 1) || !is_value(right))
				continue;
			if (!pifu_piece_add(doc, p, at, whole.to))
				return pifu_error_nomem(err);
			struct piece rest = p->items[p->n - 1];
			rest.header = true;
			memmove(&p->items[i + 2], &p->items[i + 1],
			        (p->n - i - 2) * sizeof *p->items);
			p->items[i + 1] = rest;
			p->items[i].to = at;
			roles |= ROLE_BIT(left);
			break;
		}
	}
	return PIFU_OK;
}

/* Glued text, and what its header is. */
static pifu_status cut_glued(struct pifu_doc *doc, struct str text, const struct line_style *style,
                             struct pieces *out, pifu_error *err)
{
	uint32_t roles = 0;
	pifu_status st = pifu_cut_glued(doc, text, style, out, err);
	if (st != PIFU_OK)
		return st;
	find_header_run(doc, text, out);
	for (uint32_t i = 0; i < out->n; i++) {
		uint16_t role;
		if (word_means(doc, pifu_str_sub(text, out->items[i].from, out->items[i].to),
		               MEANING_HEADER, &role))
			roles |= ROLE_BIT(role);
	}
	return part_header(doc, text, roles, out, err);
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

/* Glued text that has no header still shows a table by its anchors: labels, and behind each
 * name a target. A sentence ends the hope for one. */
bool pifu_cut_anchors(const struct pifu_doc *doc, struct str text, const struct pieces *p)
{
	unsigned labels = 0, names = 0, values = 0;
	for (uint32_t i = 0; i < p->n; i++) {
		uint16_t role;
		labels += word_means(doc, pifu_str_sub(text, p->items[i].from, p->items[i].to),
		                     MEANING_LABEL, &role);
		names += p->items[i].kind == CUT_NAME;
		values += p->items[i].kind > CUT_NAME;
	}
	return labels >= ANCHORS && values >= ANCHORS && names <= values + 1 &&
	       pifu_str_find(text, STR("。")) < 0;
}

pifu_status pifu_cut_style(struct pifu_doc *doc, uint32_t cell, struct line_style *style,
                           pifu_error *err)
{
	struct str raw = doc->grid.cells[cell].raw, text = doc->normal[cell].text;
	struct pieces p = {0};
	pifu_status st = PIFU_OK;
	*style = (struct line_style){.mode = LINE_CELL};
	if (raw.n < 24 || !pifu_speaks_of_indicators(raw))
		return PIFU_OK;
	if (has_blank(raw))
		st = cut_blanks(doc, raw, 1, &p, err);
	if (st == PIFU_OK && p.n && find_header_run(doc, raw, &p)) {
		*style = (struct line_style){.mode = LINE_BLANKS, .gap = usual_gap(raw, &p)};
		return PIFU_OK;
	}
	p.n = 0;
	if (st == PIFU_OK)
		st = cut_glued(doc, text, style, &p, err);
	if (st == PIFU_OK && (find_header_run(doc, text, &p) || pifu_cut_anchors(doc, text, &p))) {
		style->mode = LINE_GLUED;
		pifu_cut_columns(doc, text, &p, style);
	}
	return st;
}

pifu_status pifu_cut_line(struct pifu_doc *doc, uint32_t cell, struct line_style style,
                          struct pieces *out, pifu_error *err)
{
	struct str raw = doc->grid.cells[cell].raw, text = doc->normal[cell].text;
	out->n = 0;
	pifu_status st = style.mode == LINE_GLUED ? cut_glued(doc, text, &style, out, err)
	                                          : cut_blanks(doc, raw, style.gap, out, err);
	if (st == PIFU_OK)
		find_header_run(doc, style.mode == LINE_GLUED ? text : raw, out);
	return st;
}
