/* Stage 2, lines above a table: fields of the head that stand in one cell.
 *
 *     主管部门:某县农业局 (其中:财政拨款:100)        one field, by its colon
 *     |--label-| |--------value---------|
 *
 *     主管部门:某局    实施单位:某所                  fields that blanks part
 *     |--label-| |v|   |--label-| |v|
 *
 * A colon or a blank alone says little (标题:副标题); what stands before it must be
 * the name of a field, by the common lexicon. A line of the foot (填表人:某某) has
 * names and values too, and is left whole. */
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/words.h"

static const struct field *find_field(struct pifu_doc *doc, struct str text)
{
	struct token t = {.key = text};
	const struct meaning *m;
	pifu_word_look(doc, &t);
	if (!pifu_token_means(&t, MEANING_FIELD, &m) || pifu_token_means(&t, MEANING_LABEL, NULL))
		return NULL;
	return &doc->grammars->common->fields[m->id];
}

/* 填表人:某某 联系电话:123: fields, but of the foot. 填报单位:某局 opens a head as well as a
 * foot; where it stands tells which (classify.c). */
static bool is_foot(const struct pifu_doc *doc, uint32_t cell, const struct field *first)
{
	const struct rule *end = doc->grammars->common->end_rule;
	return end && !pifu_str_eq(first->key, STR("department")) &&
	       pifu_rule_match(end, doc->matcher, doc->normal[cell].key, 0, NULL, 0, NULL) == 1;
}

int64_t pifu_field_colon(struct pifu_doc *doc, uint32_t cell)
{
	const struct normal *text = &doc->normal[cell];
	const struct field *f;
	if (text->text.n < 10 || !memchr(text->text.s, ':', text->text.n))
		return -1;
	for (uint32_t at = text->text.n - 1 < 72 ? text->text.n - 1 : 72; at-- > 6;)
		if (text->text.s[at] == ':' &&
		    (f = find_field(doc, pifu_str_sub(text->text, 0, at))))
			return is_foot(doc, cell, f) ? -1 : (int64_t)at;
	return -1;
}

#define LABEL_BYTES 60

/* Bytes of what parts fields at `at`: a blank, or a ? that a blank was turned into. */
static uint32_t gap_at(struct str s, uint32_t at)
{
	if (s.s[at] == ' ' || s.s[at] == '\t' || s.s[at] == '?')
		return 1;
	bool wide = at + 2 < s.n && memcmp(s.s + at, "\xe3\x80\x80", 3) == 0;
	return wide ? 3 : at + 1 < s.n && memcmp(s.s + at, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static uint32_t skip_gap(struct str s, uint32_t at)
{
	uint32_t n;
	while (at < s.n && (n = gap_at(s, at)) > 0)
		at += n;
	return at;
}

/* Bytes of a colon at `at`, ASCII or full-width. */
static uint32_t colon_at(struct str s, uint32_t at)
{
	if (at < s.n && s.s[at] == ':')
		return 1;
	return at + 2 < s.n && memcmp(s.s + at, "：", 3) == 0 ? 3 : 0;
}

static const struct field *field_at(struct pifu_doc *doc, struct str raw, uint32_t from,
                                    uint32_t to)
{
	struct normal text;
	if (to - from < 6 || to - from > LABEL_BYTES ||
	    pifu_text_normalise(doc->arena, pifu_str_sub(raw, from, to), &text, NULL) != PIFU_OK)
		return NULL;
	return find_field(doc, text.key);
}

/* The field label at `from` that a gap, a colon or the end follows: its end, 0 if there is none.
 * A colon may be a part of it (其中:财政拨款, 单位:万元). */
static uint32_t label_end(struct pifu_doc *doc, struct str raw, uint32_t from,
                          const struct field **field)
{
	uint32_t at = from;
	while (at - from <= LABEL_BYTES) {
		while (at < raw.n && !gap_at(raw, at) && !colon_at(raw, at))
			at++;
		if ((*field = field_at(doc, raw, from, at)))
			return at;
		if (at >= raw.n || !colon_at(raw, at))
			return 0;
		at += colon_at(raw, at);
	}
	return 0;
}

/* Fields of a head line that blanks part: 主管部门:某局  实施单位:某所. Their labels
 * -> from, to; none if the line does not begin with a label or holds no value. */
static unsigned find_pairs(struct pifu_doc *doc, struct str raw, uint32_t *from, uint32_t *to,
                           const struct field **first)
{
	const struct field *field;
	unsigned n = 0;
	for (uint32_t at = skip_gap(raw, 0); at < raw.n && n < FIELD_PAIRS_MAX;) {
		uint32_t end = label_end(doc, raw, at, &field);
		if (!end && n == 0)
			return 0;
		if (n == 0)
			*first = field;
		if (end) {
			from[n] = at;
			to[n++] = end;
			at = end;
		}
		while (at < raw.n && !gap_at(raw, at))
			at++;
		at = skip_gap(raw, at);
	}
	return n;
}

unsigned pifu_field_pairs(struct pifu_doc *doc, uint32_t cell, struct field_pair *pairs)
{
	struct str raw = doc->grid.cells[cell].raw;
	uint32_t from[FIELD_PAIRS_MAX + 1], to[FIELD_PAIRS_MAX];
	const struct field *first = NULL;
	unsigned n = find_pairs(doc, raw, from, to, &first);
	bool apart = n > 0 && !is_foot(doc, cell, first) &&
	             (n > 1 || skip_gap(raw, to[0]) > to[0]) && skip_gap(raw, to[0]) < raw.n;
	if (!apart)
		return 0;
	from[n] = raw.n;
	for (unsigned i = 0; i < n; i++) {
		uint32_t value = skip_gap(raw, to[i]), end = from[i + 1];
		value = skip_gap(raw, value + colon_at(raw, value));
		pairs[i].label = pifu_str_sub(raw, from[i], to[i]);
		pairs[i].value = value < end ? pifu_str_sub(raw, value, end) : STR_NONE;
	}
	return n;
}

#define HEAD_LINE_BYTES 400

static bool colon_behind(struct str raw, struct str label)
{
	return colon_at(raw, (uint32_t)(label.s - raw.s) + label.n) > 0;
}

unsigned pifu_field_line(struct pifu_doc *doc, uint32_t cell, struct field_pair *pairs)
{
	struct str raw = doc->grid.cells[cell].raw, text = doc->normal[cell].text;
	if (raw.n > HEAD_LINE_BYTES || !memchr(text.s, ':', text.n) ||
	    pifu_str_find(raw, STR("指标")) >= 0)
		return 0;
	unsigned n = pifu_field_pairs(doc, cell, pairs), colons = 0;
	for (unsigned i = 0; i < n; i++)
		colons += colon_behind(raw, pairs[i].label);
	if (n > 0)
		return colons == n ? n : 0;
	int64_t colon = pifu_field_colon(doc, cell);
	if (colon <= 0)
		return 0;
	pairs[0].label = pifu_str_sub(text, 0, (uint32_t)colon);
	pairs[0].value = pifu_str_sub(text, (uint32_t)colon + 1, text.n);
	return 1;
}
