/* The value of a head field: where it stands, how far it goes, and its unit.
 *
 *     主管部门                      the value is the next word of the row, or else
 *     凌波区绿化管理事务中            (one cell a line) the next line that is no label;
 *     心                           a line that was cut goes on
 *     实施单位                      up to the next known word
 *
 * A line goes on when the text below is nobody's: where blank lines part the
 * cells, the line directly below; else lines as long as the first and then one
 * that is no longer, if the first is long (or the rest is but a character or
 * two). Goals go on to the next known word in any case. A text in quotes ends
 * with its quote.
 *
 * Amounts without a unit get that of their label, 预算数(万元), or of the head,
 * 单位:万元. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/head.h"

#define LINES_MOST 40
#define LONG_CHARS 8     /* a line that may have been cut at the edge of its cell */
#define REST_CHARS 2     /* what is cut off a short one */
#define BEFORE_WORDS 200 /* words before and behind a label among which its unit is looked for */
#define UNIT_WORDS 40
#define NOTE_BYTES 60

static bool is_value(const struct token *t)
{
	return !pifu_token_means(t, MEANING_FIELD, NULL);
}

static uint32_t row_words(const struct pifu_doc *doc, uint32_t row)
{
	return doc->row_token[row + 1] - doc->row_token[row];
}

/* (2026年-2026年), (元): a note to the label, no value. */
static bool is_note(const struct token *t)
{
	return t->text.n > 2 && t->text.n <= NOTE_BYTES && t->text.s[0] == '(' &&
	       t->text.s[t->text.n - 1] == ')' &&
	       pifu_str_find(pifu_str_sub(t->text, 1, t->text.n), STR("(")) < 0;
}

/* The word alone in the row below word `token`, which may be a value. */
static uint32_t word_below(const struct pifu_doc *doc, uint32_t token)
{
	uint32_t next = token + 1;
	if (next >= doc->span->header_token || !is_value(&doc->tokens[next]))
		return PIFU_NONE;
	uint32_t row = doc->tokens[next].row;
	return row_words(doc, row) == 1 && doc->row_kind[row] == ROW_TEXT ? next : PIFU_NONE;
}

/* Words of the row, all of them values; 0 if not. */
static uint32_t count_values(const struct pifu_doc *doc, uint32_t row)
{
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	bool head = doc->row_kind[row] == ROW_TEXT || doc->row_kind[row] == ROW_HEAD;
	if (end > doc->span->header_token || !head)
		return 0;
	for (uint32_t i = first; i < end; i++)
		if (!is_value(&doc->tokens[i]))
			return 0;
	return end - first;
}

/* Labels side by side that end their row, and their values in the row below:
 *
 *     年度总体目标 | 预期目标 | 实际完成情况      the first may be a heading beside both
 *                 | 采购器材 | 已采购             rows */
static uint32_t value_below(const struct pifu_doc *doc, uint32_t label)
{
	uint32_t row = doc->tokens[label].row, end = doc->row_token[row + 1], first = end;
	while (first > doc->row_token[row] && !is_value(&doc->tokens[first - 1]))
		first--;
	if (end - first < 2 || label < first || end >= doc->span->header_token)
		return PIFU_NONE;
	uint32_t below = doc->tokens[end].row, values = count_values(doc, below);
	if (values < 2 || values + 1 < end - first || values > end - first || end - label > values)
		return PIFU_NONE;
	return doc->row_token[below + 1] - (end - label);
}

static bool is_heading(const struct token *t)
{
	return !is_value(t) || pifu_token_means(t, MEANING_HEADER, NULL);
}

/* Headings of amounts, and the row of the total below them:
 *
 *     项目资金(万元) | 年初预算数 | 全年执行数 | 执行率      the first may be missing
 *     年度资金总额   | 50        | 48        | 96%  */
static uint32_t total_below(const struct pifu_doc *doc, uint32_t label)
{
	uint32_t row = doc->tokens[label].row, first = doc->row_token[row];
	uint32_t end = doc->row_token[row + 1];
	const struct meaning *m;
	for (uint32_t i = first; i < end; i++)
		if (!is_heading(&doc->tokens[i]))
			return PIFU_NONE;
	if (end - first < 2 || end >= doc->span->header_token ||
	    !pifu_token_means(&doc->tokens[end], MEANING_FIELD, &m) ||
	    !pifu_str_eq(doc->grammars->common->fields[m->id].key, STR("budget")))
		return PIFU_NONE;
	uint32_t below = doc->tokens[end].row, words = row_words(doc, below);
	bool fits = words == end - first || words == end - first + 1;
	for (uint32_t i = end + 1; i < end + words; i++)
		fits = fits && is_value(&doc->tokens[i]);
	uint32_t value = end + words - (end - label);
	return fits && value > end ? value : PIFU_NONE;
}

static uint32_t value_in_rows_below(const struct pifu_doc *doc, uint32_t label)
{
	uint32_t value = value_below(doc, label);
	return value == PIFU_NONE ? total_below(doc, label) : value;
}

/* The field whose label stands alone in its row, NULL if none does. */
static const struct field *lone_label(const struct pifu_doc *doc, uint32_t token)
{
	const struct meaning *m;
	bool lone = token >= doc->row_token[doc->span->begin] && token < doc->span->header_token &&
	            row_words(doc, doc->tokens[token].row) == 1;
	return lone && pifu_token_means(&doc->tokens[token], MEANING_FIELD, &m)
	               ? &doc->grammars->common->fields[m->id]
	               : NULL;
}

static bool is_pair(const struct pifu_doc *doc, uint32_t first)
{
	const struct field *goals = lone_label(doc, first), *done = lone_label(doc, first + 1);
	return goals && done && goals->type == FIELD_GOALS &&
	       pifu_str_eq(done->key, STR("goals_done"));
}

/* The same one cell a line: 预期目标, 实际完成情况, then both values. With more lines nobody
 * knows where the first ends, and neither label has a value. True: `label` is of such a pair. */
static bool is_stacked(const struct pifu_doc *doc, uint32_t label, uint32_t *value)
{
	uint32_t first = is_pair(doc, label) ? label : label - 1, end = first + 2;
	*value = PIFU_NONE;
	if ((label == 0 && first != label) || !is_pair(doc, first))
		return false;
	while (end < doc->span->header_token && row_words(doc, doc->tokens[end].row) == 1 &&
	       count_values(doc, doc->tokens[end].row) == 1)
		end++;
	if (end - first == 4)
		*value = label + 2;
	return true;
}

static uint32_t find_first(struct pifu_doc *doc, uint32_t label)
{
	uint32_t row = doc->tokens[label].row, next = label + 1;
	bool last = next == doc->row_token[row + 1];
	uint32_t below = last || is_heading(&doc->tokens[next]) ? value_in_rows_below(doc, label)
	                                                        : PIFU_NONE;
	if (below != PIFU_NONE)
		return below;
	if (!last)
		return is_value(&doc->tokens[next]) ? next : PIFU_NONE;
	if (label > doc->row_token[row])
		return PIFU_NONE;
	next = word_below(doc, label);
	if (next == PIFU_NONE || !is_note(&doc->tokens[next]))
		return next;
	doc->row_kind[doc->tokens[next].row] = ROW_HEAD;
	doc->account[doc->tokens[next].cell] = PIFU_ACCOUNT_FORM;
	return word_below(doc, next);
}

/* ---- How far it goes ------------------------------------------------------------------- */

static bool is_unknown(const struct pifu_doc *doc, uint32_t token)
{
	const struct token *t = &doc->tokens[token];
	return row_words(doc, t->row) == 1 && doc->row_kind[t->row] == ROW_TEXT &&
	       t->nmeanings == 0;
}

/* Do blank lines part rows of two words? */
static bool is_parted(const struct pifu_doc *doc, uint32_t a, uint32_t b)
{
	return pifu_doc_row(doc, doc->tokens[b].row)->number >
	       pifu_doc_row(doc, doc->tokens[a].row)->number + 1;
}

static uint32_t chars(const struct pifu_doc *doc, uint32_t token)
{
	return pifu_utf8_count(doc->tokens[token].text);
}

static bool ends_quote(struct str text)
{
	return pifu_str_ends(text, STR("\"")) || pifu_str_ends(text, STR("”"));
}

static bool starts_quote(struct str text)
{
	return pifu_str_starts(text, STR("\"")) || pifu_str_starts(text, STR("“"));
}

/* Behind the last line of a text in quotes; PIFU_NONE when it has no end. */
static uint32_t quote_end(const struct pifu_doc *doc, uint32_t first, uint32_t stop)
{
	if (doc->tokens[first].text.n > 1 && ends_quote(doc->tokens[first].text))
		return first + 1;
	for (uint32_t i = first + 1; i < stop; i++)
		if (ends_quote(doc->tokens[i].text))
			return i + 1;
	return PIFU_NONE;
}

static bool is_goal_line(const struct pifu_doc *doc, uint32_t token)
{
	struct str text = doc->tokens[token].text;
	return chars(doc, token) >= LONG_CHARS || (text.n && text.s[0] >= '0' && text.s[0] <= '9');
}

/* Lines of a text cut at the edge of its cell: all but the last are full. */
static bool is_cut_text(const struct pifu_doc *doc, uint32_t first, uint32_t end)
{
	uint32_t width = chars(doc, first);
	for (uint32_t i = first + 1; i < end; i++) {
		uint32_t n = chars(doc, i);
		bool last = i + 1 == end;
		if (n > width + 2 || (!last && n + 2 < width))
			return false;
		if (last && width < LONG_CHARS && (n > REST_CHARS || n >= width))
			return false;
	}
	return true;
}

/* Behind the last line of the value that begins with word `first`. */
static uint32_t find_end(const struct pifu_doc *doc, uint32_t label, uint32_t first,
                         enum field_type type)
{
	uint32_t stop = first + 1, header = doc->span->header_token;
	bool goals = type == FIELD_GOALS, apart = doc->tokens[label].row != doc->tokens[first].row;
	bool parted = apart && is_parted(doc, label, first);
	if (first + 1 < doc->row_token[doc->tokens[first].row + 1] ||
	    (type != FIELD_TEXT && !goals))
		return first + 1;
	while (stop < header && stop - first < LINES_MOST && is_unknown(doc, stop)) {
		if (is_parted(doc, stop - 1, stop) && !(goals && parted && is_goal_line(doc, stop)))
			break;
		stop++;
	}
	if (starts_quote(doc->tokens[first].text) && quote_end(doc, first, stop) != PIFU_NONE)
		return quote_end(doc, first, stop);
	bool known = stop == header || !is_unknown(doc, stop) || is_parted(doc, stop - 1, stop);
	if (goals || parted || (known && is_cut_text(doc, first, stop)))
		return stop;
	return first + 1;
}

/* ---- Its text ----------------------------------------------------------------------------- */

static struct str strip_quotes(struct str text)
{
	if (!starts_quote(text) || !ends_quote(text) || text.n < 2)
		return text;
	uint32_t from = text.s[0] == '"' ? 1 : 3, to = text.s[text.n - 1] == '"' ? 1 : 3;
	return text.n > from + to ? pifu_str_trim(pifu_str_sub(text, from, text.n - to)) : text;
}

/* A line with a number alone, between lines of a text: the page ended there. */
bool pifu_head_is_page(const struct pifu_doc *doc, const struct head_value *v, uint32_t token)
{
	const struct token *t = &doc->tokens[token];
	if (token <= v->first || token + 1 >= v->end || t->text.n > 3 ||
	    row_words(doc, t->row) != 1)
		return false;
	for (uint32_t i = 0; i < t->text.n; i++)
		if (t->text.s[i] < '0' || t->text.s[i] > '9')
			return false;
	return t->text.n > 0;
}

/* The words of a value; its label may stand among them. */
static struct str join_words(struct pifu_doc *doc, uint32_t label, uint32_t first, uint32_t end)
{
	const struct head_value v = {.first = first, .end = end};
	uint32_t n = 0, w = 0;
	for (uint32_t i = first; i < end; i++)
		n += doc->tokens[i].text.n;
	char *text = pifu_arena_alloc(doc->work, n + 1u);
	if (!text)
		return STR_NONE;
	for (uint32_t i = first; i < end; i++) {
		if (i == label || pifu_head_is_page(doc, &v, i))
			continue;
		memcpy(text + w, doc->tokens[i].text.s, doc->tokens[i].text.n);
		w += doc->tokens[i].text.n;
	}
	text[w] = '\0';
	return (struct str){text, w};
}

/* ---- Units of amounts ------------------------------------------------------------------------ */

static struct str unit_in(struct str text)
{
	static const struct {
		struct str sign, unit;
	} signs[] = {
		{{"(万元)", 8}, {"万元", 6}},       {{"(元)", 5}, {"元", 3}},
		{{"(亿元)", 8}, {"亿元", 6}},       {{"单位:万元", 13}, {"万元", 6}},
		{{"单位:元", 10}, {"元", 3}},       {{"单位:人民币万元", 22}, {"万元", 6}},
		{{"单位:人民币元", 19}, {"元", 3}}, {{"单位:亿元", 13}, {"亿元", 6}},
	};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (pifu_str_find(text, signs[i].sign) >= 0)
			return signs[i].unit;
	return STR_NONE;
}

/* 单位:万元 in one word, or 金额单位 and its value as words of their own. */
static struct str unit_of(const struct pifu_doc *doc, uint32_t token)
{
	static const struct str units[] = {{"万元", 6}, {"元", 3}, {"亿元", 6}};
	const struct token *t = &doc->tokens[token];
	const struct meaning *m;
	struct str unit = unit_in(t->text);
	if (unit.s || token == 0 || !pifu_token_means(t - 1, MEANING_FIELD, &m) ||
	    doc->grammars->common->fields[m->id].type != FIELD_IGNORE)
		return unit;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (pifu_str_eq(t->key, units[i]))
			return units[i];
	return STR_NONE;
}

/* The unit that the label, what stands before it, or else the rest of the head gives. */
static struct str find_unit(const struct pifu_doc *doc, uint32_t label)
{
	uint32_t begin = doc->row_token[doc->span->begin], end = doc->span->header_token;
	begin = label - begin > BEFORE_WORDS ? label - BEFORE_WORDS : begin;
	for (uint32_t i = label + 1; i-- > begin;) {
		struct str unit = unit_of(doc, i);
		if (unit.s)
			return unit;
	}
	for (uint32_t i = label + 1; i < end && i < label + UNIT_WORDS; i++) {
		struct str unit = unit_of(doc, i);
		if (unit.s)
			return unit;
	}
	return STR_NONE;
}

/* Bytes of the number in front of `text`. */
static uint32_t number_bytes(struct str text)
{
	uint32_t n = 0;
	while (n < text.n && text.s[n] && strchr("0123456789.,", text.s[n]))
		n++;
	return n > 0 && text.s[0] >= '0' && text.s[0] <= '9' ? n : 0;
}

static pifu_status read_amount(struct pifu_doc *doc, uint32_t label, struct head_value *v,
                               pifu_error *err)
{
	uint32_t digits = number_bytes(v->text);
	struct str rest = pifu_str_sub(v->text, digits, v->text.n);
	size_t n;
	if (!digits)
		return PIFU_OK;
	const struct meaning *m = pifu_lexicon_find(doc->grammars->common->lexicon, rest, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_FIELD)
			v->next_field = m[i].id;
	if (rest.n && v->next_field == UINT16_MAX)
		return PIFU_OK;
	struct str unit = find_unit(doc, label);
	v->text = pifu_str_sub(v->text, 0, digits);
	if (!unit.s)
		return PIFU_OK;
	char *text = pifu_arena_alloc(doc->work, digits + unit.n + 2u);
	if (!text)
		return pifu_error_nomem(err);
	memcpy(text, v->text.s, digits);
	text[digits] = ' ';
	memcpy(text + digits + 1, unit.s, unit.n + 1);
	v->text = (struct str){text, digits + unit.n + 1};
	return PIFU_OK;
}

static bool has_digit(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (text.s[i] >= '0' && text.s[i] <= '9')
			return true;
	return false;
}

/* May the text be the field's value? A column's header is none, and years and
 * amounts have digits (or a dash for nothing). */
static bool is_fit(const struct pifu_doc *doc, struct str text, enum field_type type)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(doc->grammars->common->lexicon, text, &n);
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == MEANING_HEADER)
			return false;
	if (type == FIELD_YEAR)
		return has_digit(text);
	return type != FIELD_AMOUNT || text.n <= 3 || has_digit(text);
}

/* The number of 总额:436.2, the text itself where there is none. */
static struct str behind_colon(struct str text)
{
	for (uint32_t at = text.n; at-- > 0;)
		if (text.s[at] == ':' &&
		    number_bytes(pifu_str_sub(text, at + 1, text.n)) == text.n - at - 1 &&
		    at + 1 < text.n)
			return pifu_str_sub(text, at + 1, text.n);
	return text;
}

/* The text of a value as the field's type has it; out->first PIFU_NONE: it is none. */
static pifu_status settle_text(struct pifu_doc *doc, uint32_t label, enum field_type type,
                               struct head_value *out, pifu_error *err)
{
	if (!out->text.s)
		return pifu_error_nomem(err);
	out->text = strip_quotes(out->text);
	if (!is_fit(doc, out->text, type)) {
		out->first = PIFU_NONE;
		return PIFU_OK;
	}
	if (type == FIELD_AMOUNT)
		out->text = behind_colon(out->text);
	return type == FIELD_AMOUNT ? read_amount(doc, label, out, err) : PIFU_OK;
}

/* The words of the value: around the label, stacked below it, or behind it. */
static void find_words(struct pifu_doc *doc, uint32_t label, enum field_type type,
                       struct head_value *out)
{
	bool wide = type == FIELD_TEXT || type == FIELD_GOALS;
	if (wide && pifu_head_around(doc, label, &out->first, &out->end))
		return;
	bool stacked = is_stacked(doc, label, &out->first);
	if (!stacked)
		out->first = find_first(doc, label);
	if (out->first == PIFU_NONE)
		return;
	out->end = stacked ? out->first + 1 : find_end(doc, label, out->first, type);
	if (out->end == out->first + 1 &&
	    pifu_token_means(&doc->tokens[out->first], MEANING_NOISE, NULL)) /* (盖章) */
		out->first = PIFU_NONE;
}

pifu_status pifu_head_value(struct pifu_doc *doc, uint32_t label, enum field_type type,
                            struct head_value *out, pifu_error *err)
{
	*out = (struct head_value){.next_field = UINT16_MAX};
	find_words(doc, label, type, out);
	if (out->first == PIFU_NONE)
		return PIFU_OK;
	out->text = doc->tokens[out->first].text;
	if (out->end > out->first + 1)
		out->text = join_words(doc, label, out->first, out->end);
	return settle_text(doc, label, type, out, err);
}

pifu_status pifu_head_value_at(struct pifu_doc *doc, uint32_t label, uint32_t value,
                               enum field_type type, struct head_value *out, pifu_error *err)
{
	*out = (struct head_value){.first = value,
	                           .end = value + 1,
	                           .text = doc->tokens[value].text,
	                           .next_field = UINT16_MAX};
	return settle_text(doc, label, type, out, err);
}
