/* Values that an export damaged: fused cells, misread signs, lost characters.
 *
 * Fused values are taken apart by what the columns expect. Where a row leaves
 * empty what other rows fill, and all of it may stand in the one cell it has:
 *
 *     header   三级指标   | 分值 | 年度指标值 | 实际完成值 | 得分
 *     others   维修闸门数 | 10  | ≥14座     | 15座      | 10
 *     row      安装水位尺 | 10≥266米≥266米10
 *     cuts                  10|≥266米|≥266米|10      one piece for each column
 *
 * the text may be cut before a sign, behind a unit or percent sign, at one place
 * between two digits, and in the middle of a word said twice. Each piece must be
 * what its column holds: a weight up to 100, a target by rule. Of all ways to cut
 * it so, the likeliest counts (score not over weight, one unit, shares up to 100);
 * where a second is nearly as likely the record is doubtful and carries the other
 * reading. Digits alone (210010) are a number as they stand: they are cut only if
 * the weight that comes off completes the form's weights to 100, else the record
 * keeps them and is doubtful. So does one whose text has digits, is no target and
 * cannot be cut, while a column beside it is empty.
 *
 * A share over 100 % that begins with a 2, or with 二, may be a misread ≥ (292%
 * for ≥92%). Nobody can tell from the text: the record keeps what stands there,
 * is doubtful, and carries the other reading.
 *
 * Limits: pieces in the order of the columns; eight columns; words that differ
 * (及时完成) are not cut. */
#include <math.h>

#include "base/error.h"
#include "stage/align.h"
#include "stage/collect.h"
#include "stage/values.h"

enum { TEXT_MOST = 120, SURE_MARGIN = 15, ALL_WEIGHTS = 100 };
#define DOUBTED 0.45 /* the most that a doubtful value leaves of a confidence */

#define ROLE_BIT(role) (1u << (role))
static const uint32_t value_roles =
	ROLE_BIT(ROLE_TARGET) | ROLE_BIT(ROLE_WEIGHT) | ROLE_BIT(ROLE_ACTUAL) |
	ROLE_BIT(ROLE_SCORE) | ROLE_BIT(ROLE_PRIOR) | ROLE_BIT(ROLE_LONG) | ROLE_BIT(ROLE_PLACE);
static const uint32_t target_parts =
	ROLE_BIT(ROLE_UNIT) | ROLE_BIT(ROLE_COMPARATOR) | ROLE_BIT(ROLE_DIRECTION);

static bool is_value(uint8_t role)
{
	return value_roles >> role & 1;
}

/* ---- Which columns the text may fill ---------------------------------------------- */

/* Records of the form that have a cell in each role, and the sum of their weights. */
static void count_roles(struct collector *c)
{
	const struct pifu_doc *doc = c->doc;
	c->roles_counted = true;
	for (uint32_t i = c->first; i < c->end; i++) {
		if (doc->view[i].reading != READ_FIELD)
			continue;
		c->role_cells[doc->view[i].role]++;
		if (doc->view[i].role == ROLE_WEIGHT && doc->targets[i])
			c->weights += pifu_values_number(doc->targets[i]->number);
	}
}

/* Do at least half of the records fill the column? */
static bool is_usual(const struct collector *c, uint8_t role)
{
	return c->role_cells[role] * 2 >= c->role_cells[ROLE_NAME] && c->role_cells[role] > 1;
}

static uint32_t roles_of(const struct collector *c, uint32_t from, uint32_t to, uint32_t record)
{
	uint32_t roles = 0;
	for (uint32_t i = from; i < to; i++)
		if (c->doc->view[i].record == record && c->doc->view[i].reading == READ_FIELD)
			roles |= ROLE_BIT(c->doc->view[i].role);
	return roles;
}

/* The columns side by side with the text's own that the record leaves empty. */
static void find_columns(struct splitting *s, uint32_t filled)
{
	const struct pifu_doc *doc = s->c->doc;
	size_t at = 0, first, n = 0;
	filled &= ~ROLE_BIT(s->anchor);
	while (at < doc->nslots && doc->slots[at].role != s->anchor)
		at++;
	for (first = at; first > 0 && at < doc->nslots; first--) {
		uint8_t role = doc->slots[first - 1].role;
		bool open = is_value(role) && !(filled & ROLE_BIT(role)) && is_usual(s->c, role);
		if (!open && !(target_parts >> role & 1))
			break;
	}
	for (size_t i = first; i < doc->nslots; i++) {
		uint8_t role = doc->slots[i].role;
		bool open = i == at ||
		            (is_value(role) && !(filled & ROLE_BIT(role)) && is_usual(s->c, role));
		if (!open && !(target_parts >> role & 1))
			break;
		if (open && n == VALUE_PIECES)
			return;
		if (!open)
			continue;
		s->slots[n] = i;
		s->roles[n++] = role;
	}
	s->n = (unsigned)n;
}

/* ---- What comes of it ---------------------------------------------------------------------- */

static struct str piece_text(const struct splitting *s, const unsigned *at, unsigned i)
{
	return pifu_str_sub(s->text, s->cuts[at[i]], s->cuts[at[i + 1]]);
}

/* The piece of the column that the text was read in. */
static struct str own_piece(const struct splitting *s, const unsigned *at)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->roles[i] == s->anchor)
			return piece_text(s, at, i);
	return s->text;
}

/* Digits alone, with a sign or without: a number as they stand. */
static bool is_bold(struct str text)
{
	if (pifu_values_kind((unsigned char)text.s[text.n - 1]) != KIND_DIGIT)
		return false; /* most targets end in a unit */
	for (uint32_t i = 0; i < text.n;) {
		bool first = i == 0;
		enum char_kind kind = pifu_values_kind(pifu_utf8_next(text, &i));
		if (kind != KIND_DIGIT && !(first && kind == KIND_SIGN))
			return false;
	}
	return true;
}

/* The weight that the cut takes off is the one that the form's weights lack. */
static bool completes_weights(const struct splitting *s)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->roles[i] == ROLE_WEIGHT)
			return fabs(s->c->weights + pifu_values_number(piece_text(s, s->best, i)) -
			            ALL_WEIGHTS) < 0.005;
	return false;
}

static pifu_status put_place(struct splitting *s, unsigned i, pifu_error *err)
{
	struct pifu_doc *doc = s->c->doc;
	struct pifu_record *rec = s->c->record;
	uint32_t header = doc->slots[s->slots[i]].token;
	if (header == PIFU_NONE || rec->nparts >= SLOTS_MAX)
		return PIFU_OK;
	if (!rec->parts)
		rec->parts = ARENA_ARRAY(doc->work, struct part, SLOTS_MAX);
	struct str place = pifu_arena_str(doc->work, doc->tokens[header].text);
	struct str target = pifu_arena_str(doc->work, piece_text(s, s->best, i));
	if (!rec->parts || !place.s || !target.s)
		return pifu_error_nomem(err);
	rec->parts[rec->nparts++] = (struct part){place, target};
	return PIFU_OK;
}

static const pifu_field role_fields[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) [ROLE_##id] = (field),
#include "grammar/roles.def"
#undef PIFU_ROLE
};

static pifu_status put_piece(struct splitting *s, unsigned i, pifu_error *err)
{
	struct collector *c = s->c;
	pifu_field field = role_fields[s->roles[i]];
	if (s->roles[i] == ROLE_PLACE)
		return put_place(s, i, err);
	if (s->roles[i] == ROLE_TARGET || field == PIFU_FIELD_COUNT)
		return PIFU_OK;
	if (s->roles[i] == ROLE_WEIGHT)
		c->weights += pifu_values_number(piece_text(s, s->best, i));
	struct str text = pifu_arena_str(c->doc->work, piece_text(s, s->best, i));
	if (!text.s)
		return pifu_error_nomem(err);
	pifu_collect_give(c, field, text);
	return pifu_collect_source(c, field, s->token, err);
}

static pifu_status apply_split(struct splitting *s, struct str *value, pifu_error *err)
{
	struct collector *c = s->c;
	pifu_status st = PIFU_OK;
	if (s->second_cost != INT32_MAX && s->second_cost - s->best_cost < SURE_MARGIN)
		c->rival = own_piece(s, s->second);
	*value = own_piece(s, s->best);
	if (s->anchor == ROLE_PLACE)
		c->record->nparts = 0;
	for (unsigned i = 0; i < s->n && st == PIFU_OK; i++)
		st = put_piece(s, i, err);
	c->record->findings |= (uint64_t)1 << PIFU_FINDING_TARGET_SPLIT;
	return st == PIFU_OK ? pifu_collect_value_split(c, s->token, s->best_cost, err) : st;
}

static pifu_status split_value(struct collector *c, const struct value_words *w, struct str *value,
                               bool bold, pifu_error *err)
{
	const struct pifu_doc *doc = c->doc;
	struct splitting s = {.c = c,
	                      .token = w->token,
	                      .text = *value,
	                      .anchor = doc->view[w->token].role};
	if (!c->roles_counted)
		count_roles(c);
	find_columns(&s, roles_of(c, w->from, w->to, doc->view[w->token].record));
	if (s.n < 2)
		return PIFU_OK;
	pifu_status st = pifu_values_cut(&s, err);
	if (st != PIFU_OK || s.best_cost == INT32_MAX) {
		c->mixed = s.anchor == ROLE_TARGET && doc->tokens[w->token].flags & TEXT_DIGIT;
		return st;
	}
	if (!bold || completes_weights(&s))
		return apply_split(&s, value, err);
	c->rival = own_piece(&s, s.best);
	return PIFU_OK;
}

/* Has the form several columns of values at all? */
static bool has_columns(const struct pifu_doc *doc)
{
	unsigned n = 0;
	for (size_t i = 0; i < doc->nslots; i++)
		n += is_value(doc->slots[i].role);
	return n > 1;
}

pifu_status pifu_values_split(struct collector *c, const struct value_words *w, struct str *value,
                              pifu_error *err)
{
	const struct pifu_doc *doc = c->doc;
	const struct target *whole = doc->targets[w->token];
	if (doc->nslots < 2 || value->n < 2 || value->n > TEXT_MOST || doc->lines)
		return PIFU_OK;
	bool bold = is_bold(*value);
	if ((whole && whole->sure && !bold) || !has_columns(doc))
		return PIFU_OK;
	return split_value(c, w, value, bold, err);
}

/* The one place that a row without a total fills may hold those of all places. */
pifu_status pifu_values_places(struct collector *c, const struct value_words *w, pifu_error *err)
{
	struct value_words words = *w;
	uint32_t record = c->doc->view[w->from].record;
	if (c->record->nparts != 1)
		return PIFU_OK;
	while (words.token < w->to && !(c->doc->view[words.token].record == record &&
	                                c->doc->view[words.token].role == ROLE_PLACE))
		words.token++;
	if (words.token == w->to)
		return PIFU_OK;
	struct str value = c->doc->tokens[words.token].text;
	return pifu_values_split(c, &words, &value, err);
}

/* Where the number at the end of a name begins: 更换启闭机10 -> of 10; name.n: there is none. */
static uint32_t number_of_name(struct str name)
{
	uint32_t at = name.n;
	while (at > 0 && name.s[at - 1] >= '0' && name.s[at - 1] <= '9')
		at--;
	bool han = at >= 6 && (unsigned char)name.s[at - 1] >= 0x80;
	double value = pifu_values_number(pifu_str_sub(name, at, name.n));
	return han && name.n > at && name.s[at] != '0' && value <= ALL_WEIGHTS ? at : name.n;
}

/* Does the column of weights follow that of names? */
static bool weights_follow(const struct pifu_doc *doc)
{
	for (size_t i = 0; i + 1 < doc->nslots; i++)
		if (doc->slots[i].role == ROLE_NAME)
			return doc->slots[i + 1].role == ROLE_WEIGHT;
	return false;
}

pifu_status pifu_values_name(struct collector *c, const struct value_words *w, pifu_error *err)
{
	struct str name = pifu_collect_given(c, PIFU_FIELD_NAME);
	bool weighed = pifu_collect_given(c, PIFU_FIELD_WEIGHT).s != NULL;
	uint32_t at = name.n && !weighed ? number_of_name(name) : name.n;
	if (at == name.n || !weights_follow(c->doc))
		return PIFU_OK;
	if (!c->roles_counted)
		count_roles(c);
	uint32_t filled = roles_of(c, w->from, w->to, c->doc->view[w->from].record);
	if (!is_usual(c, ROLE_WEIGHT) || !(filled & ROLE_BIT(ROLE_TARGET)))
		return PIFU_OK;
	struct str weight = pifu_arena_str(c->doc->work, pifu_str_sub(name, at, name.n));
	struct str front = pifu_arena_str(c->doc->work, pifu_str_sub(name, 0, at));
	if (!weight.s || !front.s)
		return pifu_error_nomem(err);
	pifu_collect_give(c, PIFU_FIELD_NAME, front);
	pifu_collect_give(c, PIFU_FIELD_WEIGHT, weight);
	c->record->findings |= (uint64_t)1 << PIFU_FINDING_TARGET_SPLIT;
	pifu_status st = pifu_collect_source(c, PIFU_FIELD_WEIGHT, w->token, err);
	return st == PIFU_OK ? pifu_collect_value_split(c, w->token, 0, err) : st;
}

/* ---- Misread signs ---------------------------------------------------------------------------- */

static bool ends_like_share(struct str name)
{
	static const struct str ends[] = {{"率", 3},     {"比例", 6},   {"比率", 6},
	                                  {"占比", 6},   {"比重", 6},   {"满意度", 9},
	                                  {"知晓度", 9}, {"认可度", 9}, {"覆盖面", 9}};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (pifu_str_ends(name, ends[i]))
			return true;
	return false;
}

/* 292% may be meant where the name is no share; 二90% is no number at all. */
void pifu_values_suspect(struct collector *c, const struct target *t)
{
	struct pifu_record *rec = c->record;
	if (!t->misread ||
	    (t->kind == TARGET_NUMBER && !ends_like_share(pifu_collect_given(c, PIFU_FIELD_NAME))))
		return;
	rec->findings |= (uint64_t)1 << PIFU_FINDING_COMPARATOR_MISREAD;
	c->rival = t->rival;
}

/* ---- Lost characters ----------------------------------------------------------------------------- */

/* A mark that fills a gap behind the value is none of it. */
void pifu_values_trim(struct collector *c, struct str *value)
{
	uint32_t n = value->n;
	while (n > 0 && (value->s[n - 1] == '?'))
		n--;
	if (n == 0 || n == value->n)
		return;
	struct str rest = pifu_str_sub(*value, 0, n);
	if (pifu_values_kind((unsigned char)rest.s[0]) == KIND_OTHER &&
	    pifu_values_kind((unsigned char)rest.s[n - 1]) == KIND_OTHER &&
	    !pifu_str_starts(rest, STR("≥")) && !pifu_str_starts(rest, STR("≤")))
		return; /* words: a question, perhaps */
	*value = rest;
	c->record->findings |= (uint64_t)1 << PIFU_FINDING_TEXT_LOST;
}

static void find_lost(struct collector *c, const struct value_words *w, uint32_t record)
{
	const struct pifu_doc *doc = c->doc;
	for (uint32_t i = w->from; i < w->to; i++) {
		const struct view *v = &doc->view[i];
		bool told = v->role == ROLE_NAME || v->role == ROLE_TARGET || v->role == ROLE_UNIT;
		if (v->record == record && told && doc->tokens[i].flags & TEXT_FILLER)
			c->record->findings |= (uint64_t)1 << PIFU_FINDING_TEXT_LOST;
	}
}

/* ---- Parents --------------------------------------------------------------------------------------- */

/* 其中:, 1. 2. (1) ① in front of a name: one of several under another. */
static bool is_child(const struct pifu_record *rec, struct str name)
{
	struct str raw = pifu_record_wording(rec, PIFU_FIELD_NAME);
	if (pifu_str_starts(name, STR("其中")))
		return true;
	if (!raw.s || raw.n < 3)
		return false;
	uint32_t at = 0, c = pifu_utf8_next(raw, &at);
	bool bracket = c == '(' || c == 0xff08;
	if (bracket)
		c = pifu_utf8_next(raw, &at);
	if (c >= 0x2460 && c <= 0x2473)
		return true;
	uint32_t mark = at < raw.n ? pifu_utf8_next(raw, &at) : 0;
	bool closed = mark == ')' || mark == 0xff09,
	     stopped = mark == '.' || mark == 0x3001 || mark == 0xff0e;
	return c >= '1' && c <= '9' && (bracket ? closed : stopped);
}

/* The indicator before, which has no target, is the parent of this one. */
static void find_parent(struct collector *c)
{
	struct pifu_record *last = c->last;
	uint64_t missing = (uint64_t)1 << PIFU_FINDING_TARGET_MISSING;
	if (last && last->findings & missing && !(c->record->findings & missing) &&
	    is_child(c->record, pifu_collect_given(c, PIFU_FIELD_NAME)) &&
	    !is_child(last, pifu_record_value(last, PIFU_FIELD_NAME)))
		last->findings |= (uint64_t)1 << PIFU_FINDING_PARENT;
}

/* ---- The end of a record ------------------------------------------------------------------------------ */

static pifu_status add_rival(struct collector *c, pifu_error *err)
{
	struct pifu_record *rec = c->record;
	struct alternative *all =
		ARENA_ARRAY(c->doc->work, struct alternative, rec->nalternatives + 1);
	struct str text = pifu_arena_str(c->doc->work, c->rival);
	if (!all || !text.s)
		return pifu_error_nomem(err);
	if (rec->nalternatives)
		memcpy(all, rec->alternatives, rec->nalternatives * sizeof *all);
	all[rec->nalternatives++] = (struct alternative){0, PIFU_FIELD_TARGET, text};
	rec->alternatives = all;
	rec->findings |= (uint64_t)1 << PIFU_FINDING_DOUBTFUL;
	rec->confidence = fmin(rec->confidence, DOUBTED);
	return PIFU_OK;
}

pifu_status pifu_values_settle(struct collector *c, const struct value_words *w, uint32_t record,
                               pifu_error *err)
{
	if (c->is_odd)
		find_lost(c, w, record);
	find_parent(c);
	if (c->mixed) {
		c->record->findings |= (uint64_t)1 << PIFU_FINDING_DOUBTFUL;
		c->record->confidence = fmin(c->record->confidence, DOUBTED);
	}
	return c->rival.s ? add_rival(c, err) : PIFU_OK;
}
