/* Marks of prose: what sets the labels of the indicators below it.
 *
 *     【产出指标-数量指标】            brackets, two labels
 *     (一)产出指标  ● 产出指标        a number or a bullet in front
 *     产出指标-数量指标:机柜≥77台      up to the colon
 *     一级指标:产出指标 二级指标:数量指标   words for their columns are passed over
 *     一级指标:产出指标;二级指标:数量指标;三级指标:机柜数量   so is that of the name,
 *                                       with its colon: there the mark ends
 *     【项目概况】                   brackets, but no labels: ends those in force
 *
 * What stands in the mark must be labels of the grammar, headers of level
 * columns, scores and what parts them, and nothing else. */
#include "grammar/lexicon.h"
#include "stage/prose.h"

#define FIELD_MARK_BYTES 72

static bool is_any(struct str text, uint32_t at, const struct str *list, size_t n, uint32_t *bytes)
{
	struct str rest = pifu_str_sub(text, at, text.n);
	for (size_t i = 0; i < n && rest.n; i++) {
		if (list[i].s[0] != rest.s[0] || !pifu_str_starts(rest, list[i]))
			continue;
		*bytes = list[i].n;
		return true;
	}
	return false;
}

#define COUNT(a) (sizeof(a) / sizeof *(a))
static const struct str opening[] = {{"【", 3}, {"[", 1},  {"〔", 3}, {"(", 1},  {"「", 3},
                                     {"《", 3}, {"〖", 3}, {"『", 3}, {"〈", 3}, {"{", 1}};
static const struct str closing[] = {{"】", 3}, {"]", 1},  {"〕", 3}, {")", 1},  {"」", 3},
                                     {"》", 3}, {"〗", 3}, {"』", 3}, {"〉", 3}, {"}", 1}};
static const struct str parting[] = {
	{"-", 1}, {"—", 3},  {"–", 3},  {"~", 1},  {"/", 1},  {"、", 3}, {"·", 2},
	{"|", 1}, {"\\", 1}, {">", 1},  {"→", 3},  {":", 1},  {",", 1},  {"+", 1},
	{" ", 1}, {"_", 1},  {"和", 3}, {"及", 3}, {"之", 3}, {"*", 1},  {";", 1},
};
static const struct str bullets[] = {{"●", 3}, {"○", 3}, {"■", 3}, {"□", 3}, {"◆", 3},
                                     {"★", 3}, {"▲", 3}, {"▶", 3}, {"►", 3}, {"•", 3},
                                     {"·", 2}, {"*", 1}, {"-", 1}, {"—", 3}, {" ", 1}};
static const struct str ordinals[] = {
	{"一", 3}, {"二", 3}, {"三", 3}, {"四", 3}, {"五", 3}, {"六", 3}, {"七", 3},
	{"八", 3}, {"九", 3}, {"十", 3}, {"0", 1},  {"1", 1},  {"2", 1},  {"3", 1},
	{"4", 1},  {"5", 1},  {"6", 1},  {"7", 1},  {"8", 1},  {"9", 1},
};
static const struct str ordinal_ends[] = {{")", 1}, {"、", 3}, {".", 1}, {",", 1}};

/* (一) 1. 二、 in front of a mark: its bytes, 0 if there is none. */
static uint32_t read_ordinal(struct str text)
{
	uint32_t at = text.n && text.s[0] == '(', from = at, bytes;
	while (at < text.n && is_any(text, at, ordinals, COUNT(ordinals), &bytes))
		at += bytes;
	if (at == from || at - from > 9 || at >= text.n ||
	    !is_any(text, at, ordinal_ends, COUNT(ordinal_ends), &bytes))
		return 0;
	at += bytes;
	while (at < text.n && is_any(text, at, ordinal_ends, COUNT(ordinal_ends), &bytes))
		at += bytes;
	return at;
}

/* The bracket that opens at `at`: bytes of it, and what closes it. */
static uint32_t read_opening(struct str text, uint32_t at, struct str *close)
{
	struct str rest = pifu_str_sub(text, at, text.n);
	for (size_t i = 0; i < COUNT(opening); i++) {
		if (opening[i].s[0] != rest.s[0] || !pifu_str_starts(rest, opening[i]))
			continue;
		*close = closing[i];
		return opening[i].n;
	}
	return 0;
}

/* Bytes of a score behind a label: (50分). */
static uint32_t read_score(struct str text, uint32_t at)
{
	if (at >= text.n || text.s[at] != '(')
		return 0;
	struct str rest = pifu_str_sub(text, at, text.n);
	int64_t end = pifu_str_find(rest, STR(")"));
	bool digit = rest.n > 1 && rest.s[1] >= '0' && rest.s[1] <= '9';
	return digit && end > 0 && end < 16 ? (uint32_t)end + 1 : 0;
}

static uint8_t label_level(const struct pifu_doc *doc, const struct meaning *m, size_t n,
                           uint8_t wanted)
{
	uint8_t level = 0;
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_LABEL &&
		    (!level || doc->grammars->common->labels[m[i].id].level == wanted))
			level = doc->grammars->common->labels[m[i].id].level;
	return level;
}

static bool is_level_header(const struct meaning *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_HEADER &&
		    (m[i].id == ROLE_LEVEL1 || m[i].id == ROLE_LEVEL2))
			return true;
	return false;
}

/* 三级指标: in front of the indicator's name: its bytes, 0 if it is none. */
static uint32_t read_name_header(const struct pifu_doc *doc, struct str text, uint32_t at)
{
	const struct meaning *found;
	size_t n;
	uint32_t bytes = pifu_lexicon_longest(doc->grammars->common->lexicon, text, at,
	                                      MEANING_BIT(MEANING_HEADER), &found, &n);
	if (!bytes || at + bytes >= text.n || text.s[at + bytes] != ':')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (found[i].id == ROLE_NAME)
			return bytes;
	return 0;
}

/* Nothing of the same word comes behind: 服务对象满意度:村民满意度≥90% tells no second label. */
static bool ends_label(struct str text, uint32_t at)
{
	uint32_t bytes;
	return at >= text.n || text.s[at] == '(' ||
	       is_any(text, at, parting, COUNT(parting), &bytes);
}

/* One label, word for its column, or what parts them, at `at`: its bytes, 0 for anything else. */
static uint32_t read_mark_word(const struct pifu_doc *doc, struct str text, uint32_t at,
                               struct prose_mark *m)
{
	const struct lexicon *lx = doc->grammars->common->lexicon;
	const struct meaning *found;
	size_t n;
	uint32_t bytes = pifu_lexicon_longest(lx, text, at, MEANING_BIT(MEANING_LABEL), &found, &n);
	if (bytes && m->n < 2) {
		m->level[m->n] = label_level(doc, found, n, m->n ? 2 : 1);
		m->labels[m->n++] = pifu_str_sub(text, at, at + bytes);
		return bytes;
	}
	bytes = pifu_lexicon_longest(lx, text, at, MEANING_BIT(MEANING_HEADER), &found, &n);
	if (bytes && is_level_header(found, n))
		return bytes;
	if (is_any(text, at, parting, COUNT(parting), &bytes))
		return bytes;
	return m->n ? read_score(text, at) : 0;
}

/* The labels of a mark from `at` up to `stop`; where they end. */
static uint32_t read_mark_words(const struct pifu_doc *doc, struct str text, uint32_t at,
                                struct str close, struct prose_mark *m)
{
	while (at < text.n &&
	       !(close.n && pifu_str_starts(pifu_str_sub(text, at, text.n), close))) {
		if (!close.n && text.s[at] == ':' && m->n && text.n - at > 1) {
			uint32_t next =
				read_mark_word(doc, text, at + 1, &(struct prose_mark){.n = m->n});
			if (!next || m->n == 2 || !ends_label(text, at + 1 + next))
				break;
		}
		uint32_t bytes = read_mark_word(doc, text, at, m);
		if (!bytes)
			break;
		at += bytes;
	}
	return at;
}

static bool read_boxed(const struct pifu_doc *doc, struct str text, uint32_t at, struct str close,
                       struct prose_mark *m)
{
	uint32_t reach = text.n - at < FIELD_MARK_BYTES + 3 ? text.n : at + FIELD_MARK_BYTES + 3;
	int64_t stop = pifu_str_find(pifu_str_sub(text, at, reach), close);
	if (stop < 6)
		return false;
	uint32_t end = read_mark_words(doc, text, at, close, m);
	m->strong = m->n > 0 && end == at + (uint32_t)stop;
	m->field = !m->strong && close.n == 3;
	m->end = at + (uint32_t)stop + close.n;
	return m->strong || m->field;
}

/* 群众满意度:≥90%: a label without 指标, and behind the colon a value: an indicator. */
static bool is_indicator(struct str text, uint32_t end, const struct prose_mark *m)
{
	static const struct str signs[] = {{"≥", 3}, {"≤", 3}, {">", 1}, {"<", 1}, {"=", 1}};
	uint32_t at = end < text.n && text.s[end] == ':' ? end + 1 : end, bytes;
	if (m->n != 1 || at >= text.n || pifu_str_ends(m->labels[0], STR("指标")))
		return false;
	return (text.s[at] >= '0' && text.s[at] <= '9') ||
	       is_any(text, at, signs, COUNT(signs), &bytes);
}

static bool read_plain(const struct pifu_doc *doc, struct str text, uint32_t at,
                       struct prose_mark *m)
{
	uint32_t end = read_mark_words(doc, text, at, STR_NONE, m);
	end += m->n ? read_name_header(doc, text, end) : 0;
	bool colon = (end < text.n && text.s[end] == ':') ||
	             (end > at && end == text.n && text.s[end - 1] == ':');
	bool parted = m->n == 2 && m->labels[0].s + m->labels[0].n < m->labels[1].s;
	if (m->n == 0 || (end < text.n && !colon) || is_indicator(text, end, m))
		return false;
	m->strong = colon || parted || at > 0;
	m->end = end;
	return true;
}

/* The mark at the front of `text`. */
bool pifu_prose_mark(const struct pifu_doc *doc, struct str text, struct prose_mark *m)
{
	*m = (struct prose_mark){0};
	struct str close = STR_NONE;
	uint32_t bullet = 0;
	while (bullet < text.n && is_any(text, bullet, bullets, COUNT(bullets), &m->end))
		bullet += m->end;
	m->end = 0;
	uint32_t at = bullet + read_ordinal(pifu_str_sub(text, bullet, text.n));
	uint32_t bracket = at < text.n ? read_opening(text, at, &close) : 0;
	bool found = bracket ? read_boxed(doc, text, at + bracket, close, m)
	                     : read_plain(doc, text, at, m);
	if (found && m->end < text.n && text.s[m->end] == ':')
		m->end++;
	return found;
}
