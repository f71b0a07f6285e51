/* Cells in which the export fused what belongs in the empty columns behind them.
 *
 *     header   三级指标 | 分值 | 年度指标值 | 实际完成值 | 得分
 *     others   维修闸门 | 10  | ≥14座     | 15座      | 10
 *     row      更换启闭机10≥34台 |  |  | ≥36台10
 *     cut      更换启闭机|10|≥34台        | ≥36台|10     each piece in its column
 *
 * Before the table is read, a cell is cut where the columns right behind it are
 * empty in its row and filled in others, if its text is as many values as
 * there are such columns (values_cut.c), with a name in front where the cell is
 * a name's. The pieces then stand in their columns like any other word; each
 * knows its cut, so that the record tells it. A text that is a target as it
 * stands is left alone, and so are digits alone, which nothing parts.
 *
 * Limits: cells that stand in a column of the header; what moved or has no
 * columns is left to the values' own repair (values.c). */
#include "base/error.h"
#include "stage/align.h"
#include "stage/classify.h"
#include "stage/values.h"
#include "stage/words.h"

enum { FUSED_MOST = 160, NAME_LEAST = 6, SURE_MARGIN = 15, DOUBT_MARGIN = 86, COLUMNS_MOST = 64 };

struct fusion {
	uint32_t token;
	uint32_t from[VALUE_PIECES + 1]; /* of each piece in the word's text */
	uint8_t slot[VALUE_PIECES + 1];
	unsigned n;
	int32_t margin;
	struct str rival;
};

struct fuser {
	struct pifu_doc *doc;
	int8_t slot_at[COLUMNS_MOST]; /* slot whose home the column is, -1 */
	bool usual[SLOTS_MAX];        /* a third of the rows fill it */
	bool counted;                 /* usual is known: few forms ask for it */
	struct fusion *found;
	size_t n, cap;
};

static bool is_value(uint8_t role)
{
	const uint32_t roles = 1u << ROLE_TARGET | 1u << ROLE_WEIGHT | 1u << ROLE_ACTUAL |
	                       1u << ROLE_SCORE | 1u << ROLE_PRIOR | 1u << ROLE_LONG |
	                       1u << ROLE_PLACE;
	return roles >> role & 1;
}

static bool is_part(uint8_t role)
{
	return role == ROLE_UNIT || role == ROLE_COMPARATOR || role == ROLE_DIRECTION;
}

static bool is_data(const struct pifu_doc *doc, uint32_t row)
{
	return doc->row_kind[row] == ROW_DATA;
}

/* ---- Columns ------------------------------------------------------------------- */

static int slot_of(const struct fuser *f, uint32_t col)
{
	return col < COLUMNS_MOST ? f->slot_at[col] : -1;
}

static void find_slots(struct fuser *f)
{
	memset(f->slot_at, -1, sizeof f->slot_at);
	for (size_t i = 0; i < f->doc->nslots; i++)
		if (f->doc->slots[i].home < COLUMNS_MOST)
			f->slot_at[f->doc->slots[i].home] = (int8_t)i;
}

static void find_usual(struct fuser *f)
{
	const struct pifu_doc *doc = f->doc;
	uint32_t filled[SLOTS_MAX] = {0}, names = 0;
	f->counted = true;
	for (uint32_t i = doc->span->header_token_end; i < doc->row_token[doc->span->data_end];
	     i++) {
		int slot = slot_of(f, doc->tokens[i].col);
		if (slot < 0)
			continue;
		filled[slot]++;
		names += doc->slots[slot].role == ROLE_NAME;
	}
	for (size_t i = 0; i < doc->nslots; i++)
		f->usual[i] =
			is_value(doc->slots[i].role) && filled[i] > 1 && filled[i] * 3 >= names;
}

/* Columns of values behind slot `at` that the row leaves empty up to its next word. */
static unsigned open_slots(struct fuser *f, uint32_t token, unsigned at, uint8_t *slots)
{
	const struct pifu_doc *doc = f->doc;
	if (!f->counted)
		find_usual(f);
	bool last = token + 1 == doc->row_token[doc->tokens[token].row + 1];
	uint32_t next = last ? UINT32_MAX : doc->tokens[token + 1].col;
	unsigned n = 0;
	for (size_t i = at + 1; i < doc->nslots && doc->slots[i].home < next; i++) {
		if (f->usual[i] && n < VALUE_PIECES - 1)
			slots[n++] = (uint8_t)i;
		else if (!is_part(doc->slots[i].role))
			break;
	}
	return n;
}

/* ---- One cell ------------------------------------------------------------------- */

/* Digits alone, with a sign or without: nothing tells where they part. */
static bool is_bold(struct str text)
{
	for (uint32_t i = 0; i < text.n;) {
		bool first = i == 0;
		enum char_kind kind = pifu_values_kind(pifu_utf8_next(text, &i));
		if (kind != KIND_DIGIT && !(first && kind == KIND_SIGN))
			return false;
	}
	return true;
}

static pifu_status cut_values(struct fuser *f, uint32_t token, struct str text,
                              const uint8_t *slots, unsigned n, struct splitting *s,
                              pifu_error *err)
{
	static const struct splitting none;
	struct collector c = {.doc = f->doc};
	*s = none;
	s->c = &c;
	s->token = token;
	s->text = text;
	s->n = n;
	for (unsigned i = 0; i < n; i++)
		s->roles[i] = f->doc->slots[slots[i]].role;
	s->best_cost = INT32_MAX;
	return pifu_values_cut(s, err);
}

static pifu_status keep(struct fuser *f, struct fusion *at, const struct splitting *s,
                        uint32_t front, const uint8_t *slots, pifu_error *err)
{
	for (unsigned i = 0; i < s->n; i++) {
		at->from[at->n] = front + s->cuts[s->best[i]];
		at->slot[at->n++] = slots[i];
		if (s->second_cost != INT32_MAX && s->roles[i] == ROLE_TARGET)
			at->rival = pifu_str_sub(s->text, s->cuts[s->second[i]],
			                         s->cuts[s->second[i + 1]]);
	}
	int gap = s->second_cost == INT32_MAX ? SURE_MARGIN : s->second_cost - s->best_cost;
	at->margin = gap >= SURE_MARGIN ? COST_CAP : gap * DOUBT_MARGIN / SURE_MARGIN;
	struct fusion *found =
		pifu_arena_grow(f->doc->work, f->found, f->n, &f->cap, f->n + 1, sizeof *found);
	if (!found)
		return pifu_error_nomem(err);
	f->found = found;
	found[f->n++] = *at;
	return PIFU_OK;
}

/* One value behind a name is none for certain (配备5名人员): it has a sign, or it is the
 * weight in front of values that stand in their columns. */
static bool may_be_one(const struct fuser *f, uint32_t token, uint32_t at, uint8_t slot)
{
	const struct token *t = &f->doc->tokens[token];
	uint32_t next = at;
	if (pifu_values_kind(pifu_utf8_next(t->text, &next)) == KIND_SIGN)
		return true;
	bool last = token + 1 == f->doc->row_token[t->row + 1];
	return f->doc->slots[slot].role == ROLE_WEIGHT && !last;
}

/* Where values may begin within a text, one place after another. */
struct fronts {
	struct str text;
	uint32_t next;
	enum char_kind before;
};

/* The next such place with a name in front of it; false: there is none. */
static bool next_front(struct fronts *f, uint32_t *at)
{
	while (f->next < f->text.n) {
		*at = f->next;
		enum char_kind kind = pifu_values_kind(pifu_utf8_next(f->text, &f->next)),
			       before = f->before;
		bool starts = kind == KIND_DIGIT && before != KIND_DIGIT && before != KIND_POINT &&
		              before != KIND_SIGN;
		f->before = kind;
		if ((starts || kind == KIND_SIGN) && *at >= NAME_LEAST)
			return true;
	}
	return false;
}

/* Values in the name's cell: the name goes on to the first place from which the rest
 * is one value for each column. */
static pifu_status cut_name(struct fuser *f, uint32_t token, unsigned slot, const uint8_t *slots,
                            unsigned n, pifu_error *err)
{
	struct str text = f->doc->tokens[token].text;
	struct fronts fronts = {.text = text, .before = KIND_DIGIT};
	for (uint32_t at; next_front(&fronts, &at);) {
		if (n == 1 && !may_be_one(f, token, at, slots[0]))
			continue;
		struct splitting s;
		pifu_status st =
			cut_values(f, token, pifu_str_sub(text, at, text.n), slots, n, &s, err);
		if (st != PIFU_OK)
			return st;
		if (s.best_cost == INT32_MAX)
			continue;
		struct fusion found = {.token = token, .slot = {(uint8_t)slot}, .n = 1};
		return keep(f, &found, &s, at, slots, err);
	}
	return PIFU_OK;
}

static pifu_status cut_cell(struct fuser *f, uint32_t token, unsigned slot, const uint8_t *open,
                            unsigned n, pifu_error *err)
{
	struct pifu_doc *doc = f->doc;
	struct str text = doc->tokens[token].text;
	bool named = doc->slots[slot].role == ROLE_NAME;
	struct fronts fronts = {.text = text, .before = KIND_DIGIT};
	if (named && !next_front(&fronts, &(uint32_t){0}))
		return PIFU_OK;
	struct target whole;
	pifu_status st = pifu_target_sure(doc->grammar, doc->matcher, doc->work, text,
	                                  doc->tokens[token].flags, &whole, err);
	if (st != PIFU_OK || (whole.sure && whole.kind != TARGET_TEXT))
		return st;
	if (named)
		return cut_name(f, token, slot, open, n, err);
	uint8_t slots[VALUE_PIECES];
	slots[0] = (uint8_t)slot;
	memcpy(slots + 1, open, n);
	struct splitting s;
	st = cut_values(f, token, text, slots, n + 1, &s, err);
	struct fusion found = {.token = token};
	return st == PIFU_OK && s.best_cost != INT32_MAX ? keep(f, &found, &s, 0, slots, err) : st;
}

static bool may_be_fused(const struct fuser *f, const struct token *t, int slot)
{
	if (slot < 0 || t->nmeanings || !(t->flags & TEXT_DIGIT) || t->text.n > FUSED_MOST)
		return false;
	uint8_t role = f->doc->slots[slot].role;
	return (role == ROLE_NAME || is_value(role)) && !is_bold(t->text);
}

static pifu_status look_at_row(struct fuser *f, uint32_t row, pifu_error *err)
{
	const struct pifu_doc *doc = f->doc;
	pifu_status st = PIFU_OK;
	uint32_t end = doc->row_token[row + 1];
	for (uint32_t i = doc->row_token[row]; i < end && st == PIFU_OK; i++) {
		uint8_t open[VALUE_PIECES] = {0};
		const struct token *t = &doc->tokens[i];
		bool closed =
			i + 1 < end && t[1].col == t->col + 1; /* nothing is empty behind it */
		int slot = slot_of(f, t->col);
		bool last = slot + 1 == (int)doc->nslots;
		if (closed || last || !may_be_fused(f, t, slot))
			continue;
		unsigned n = open_slots(f, i, (unsigned)slot, open);
		if (n > 0)
			st = cut_cell(f, i, (unsigned)slot, open, n, err);
	}
	return st;
}

/* ---- The words ------------------------------------------------------------------- */

static pifu_status put_piece(struct fuser *f, const struct fusion *at, unsigned i,
                             struct token *out, pifu_error *err)
{
	struct pifu_doc *doc = f->doc;
	const struct token *t = &doc->tokens[at->token];
	uint32_t end = i + 1 < at->n ? at->from[i + 1] : t->text.n;
	struct str text = pifu_str_sub(t->text, at->from[i], end);
	struct normal normal;
	pifu_status st = pifu_text_normalise(doc->arena, text, &normal, err);
	if (st != PIFU_OK)
		return st;
	*out = *t;
	out->text = normal.text;
	out->key = normal.key;
	out->flags = (uint16_t)normal.flags;
	out->raw = text;
	out->known = NULL;
	out->col = doc->slots[at->slot[i]].home;
	pifu_word_look(doc, out);
	struct cut cut = {doc->grammar->costs[COST_CUT], at->margin, at->rival, true};
	if (doc->slots[at->slot[i]].role != ROLE_TARGET)
		cut.rival = STR_NONE;
	return pifu_token_cut(doc, out, cut) ? PIFU_OK : pifu_error_nomem(err);
}

/* The block's words again, with the pieces in place of what was fused. */
static pifu_status put_pieces(struct fuser *f, pifu_error *err)
{
	struct pifu_doc *doc = f->doc;
	size_t n = doc->ntokens, k = 0, out = 0;
	for (size_t i = 0; i < f->n; i++)
		n += f->found[i].n - 1;
	struct token *tokens = pifu_arena_alloc(doc->arena, (n + 1) * sizeof *tokens);
	struct view *view = pifu_arena_zalloc(doc->arena, n + 1, sizeof *view);
	const struct target **targets = pifu_arena_zalloc(doc->arena, n + 1, sizeof *targets);
	if (!tokens || !view || !targets)
		return pifu_error_nomem(err);
	uint32_t row = 0;
	for (uint32_t i = 0; i < doc->ntokens; i++) {
		for (; row < doc->nrows && doc->row_token[row] == i; row++)
			doc->row_token[row] = (uint32_t)out;
		if (k == f->n || f->found[k].token != i) {
			tokens[out++] = doc->tokens[i];
			continue;
		}
		for (unsigned piece = 0; piece < f->found[k].n; piece++) {
			pifu_status st = put_piece(f, &f->found[k], piece, &tokens[out++], err);
			if (st != PIFU_OK)
				return st;
		}
		k++;
	}
	for (; row <= doc->nrows; row++)
		doc->row_token[row] = (uint32_t)out;
	doc->tokens = tokens;
	doc->ntokens = out;
	doc->view = view;
	doc->targets = targets;
	for (size_t i = 0; i < doc->nspans; i++) {
		struct form_span *s = &doc->spans[i];
		s->header_token = doc->row_token[s->header];
		s->header_token_end = doc->row_token[s->header_end];
	}
	return PIFU_OK;
}

pifu_status pifu_form_fused(struct pifu_doc *doc, pifu_error *err)
{
	struct fuser f = {.doc = doc};
	const struct form_span *span = doc->span;
	if (span->supposed || doc->nslots < 2 ||
	    doc->row_token[span->header] + 1 >= doc->row_token[span->header + 1])
		return PIFU_OK;
	find_slots(&f);
	for (uint32_t r = span->header_end; r < span->data_end; r++) {
		pifu_status st = is_data(doc, r) ? look_at_row(&f, r, err) : PIFU_OK;
		if (st != PIFU_OK)
			return st;
	}
	return f.n ? put_pieces(&f, err) : PIFU_OK;
}
