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

static bool is_field_label(struct pifu_doc *doc, struct str text)
{
	struct token t = {.key = text};
	pifu_word_look(doc, &t);
	return pifu_token_means(&t, MEANING_FIELD, NULL) &&
	       !pifu_token_means(&t, MEANING_LABEL, NULL);
}

/* 填表人:某某 联系电话:123: fields, but of the foot. */
static bool is_foot(const struct pifu_doc *doc, uint32_t cell)
{
	const struct rule *end = doc->grammars->common->end_rule;
	return end &&
	       pifu_rule_match(end, doc->matcher, doc->normal[cell].key, 0, NULL, 0, NULL) == 1;
}

int64_t pifu_field_colon(struct pifu_doc *doc, uint32_t cell)
{
	const struct normal *text = &doc->normal[cell];
	if (text->text.n < 10 || !memchr(text->text.s, ':', text->text.n))
		return -1;
	for (uint32_t at = text->text.n - 1 < 72 ? text->text.n - 1 : 72; at-- > 6;)
		if (text->text.s[at] == ':' && is_field_label(doc, pifu_str_sub(text->text, 0, at)))
			return is_foot(doc, cell) ? -1 : (int64_t)at;
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

/* The field label at `from` that a gap, a colon or the end follows: its end, 0 if there is none. */
static uint32_t label_end(struct pifu_doc *doc, struct str raw, uint32_t from)
{
	uint32_t at = from;
	struct normal text;
	while (at < raw.n && at - from <= LABEL_BYTES && !gap_at(raw, at) && !colon_at(raw, at))
		at++;
	if (at - from < 6 || at - from > LABEL_BYTES ||
	    pifu_text_normalise(doc->arena, pifu_str_sub(raw, from, at), &text, NULL) != PIFU_OK)
		return 0;
	return is_field_label(doc, text.key) ? at : 0;
}

/* Fields of a head line that blanks part: 主管部门:某局  实施单位:某所. Their labels
 * -> from, to; none if the line does not begin with a label or holds no value. */
static unsigned find_pairs(struct pifu_doc *doc, struct str raw, uint32_t *from, uint32_t *to)
{
	unsigned n = 0;
	for (uint32_t at = skip_gap(raw, 0); at < raw.n && n < FIELD_PAIRS_MAX;) {
		uint32_t end = label_end(doc, raw, at);
		if (!end && n == 0)
			return 0;
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
	unsigned n = find_pairs(doc, raw, from, to);
	bool apart = n > 0 && !is_foot(doc, cell) && (n > 1 || skip_gap(raw, to[0]) > to[0]) &&
	             skip_gap(raw, to[0]) < raw.n;
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
