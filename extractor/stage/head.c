/* Stage 4: the family of a form, its columns and what its head says.
 *
 *     title    2024年部门整体支出绩效目标批复表      -> title, year, clue for the family
 *     fields   部门(单位)名称 | 某县公安局           -> department
 *              年度目标 | 1、… 2、…                 -> goals
 *     header   核心职能 | 年度绩效指标                -> slots: FUNCTION LEVEL1 LEVEL2
 *              (blank)  | 一级 | 二级 | 三级 | 指标值          NAME TARGET, each with its home
 *
 * The family is the one whose clues score highest. A field's value is the
 * nearest text behind its label in the row, or else (one cell a line) the next
 * rows that are no label themselves (head_value.c). */
#include "stage/head.h"
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/stage.h"

/* ---- Family ----------------------------------------------------------------- */

static bool has_column(const struct pifu_doc *doc, uint16_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role)
			return true;
	return false;
}

/* What a form shows that families are known by. */
struct shown {
	uint64_t fields;  /* of its head: one bit an id, others may share it */
	uint32_t columns; /* of its table: a bit a role */
};

static struct shown read_shown(struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	struct shown shown = {0};
	const struct meaning *m;
	uint16_t role;
	for (uint32_t i = doc->row_token[f->begin]; i < f->header_token; i++)
		if (pifu_token_means(&doc->tokens[i], MEANING_FIELD, &m))
			shown.fields |= UINT64_C(1) << m->id % 64;
	for (uint32_t i = f->header_token; i < f->header_token_end; i++)
		if (pifu_token_header(doc, &doc->tokens[i], &role))
			shown.columns |= 1u << role;
	for (size_t i = 0; f->supposed && i < doc->nslots; i++)
		shown.columns |= 1u << doc->slots[i].role;
	return shown;
}

static bool has_field(const struct pifu_doc *doc, uint16_t id)
{
	const struct form_span *f = doc->span;
	const struct meaning *m;
	for (uint32_t i = doc->row_token[f->begin]; i < f->header_token; i++)
		if (pifu_token_means(&doc->tokens[i], MEANING_FIELD, &m) && m->id == id)
			return true;
	return false;
}

static bool has_title(struct pifu_doc *doc, const struct rule *title)
{
	const struct form_span *f = doc->span;
	for (uint32_t r = f->begin; r < f->header_end; r++)
		for (uint32_t i = doc->row_token[r];
		     doc->row_kind[r] == ROW_TITLE && i < doc->row_token[r + 1]; i++)
			if (pifu_rule_match(title, doc->matcher, doc->tokens[i].key, 0, NULL, 0,
			                    NULL) == 1)
				return true;
	return false;
}

static bool clue_holds(struct pifu_doc *doc, const struct shown *shown, const struct clue *c)
{
	switch (c->kind) {
	case CLUE_TITLE:
		return has_title(doc, c->title);
	case CLUE_FIELD:
		return shown->fields >> c->id % 64 & 1 && has_field(doc, c->id);
	case CLUE_COLUMN:
		return shown->columns >> c->id & 1;
	}
	return false;
}

static int score_family(struct pifu_doc *doc, const struct shown *shown, const struct grammar *g)
{
	int score = 0;
	for (size_t i = 0; i < g->nclues; i++)
		if (clue_holds(doc, shown, &g->clues[i]))
			score += g->clues[i].score;
	return score;
}

static const struct grammar *named_family(const struct pifu_doc *doc)
{
	struct str name = doc->options.grammar ? pifu_str_of(doc->options.grammar) : STR_NONE;
	for (size_t i = 0; name.s && i < doc->grammars->count; i++)
		if (pifu_str_eq(doc->grammars->items[i]->name, name))
			return doc->grammars->items[i];
	return NULL;
}

static const struct grammar *choose_family(struct pifu_doc *doc)
{
	const struct grammar *best = named_family(doc);
	if (best)
		return best;
	const struct shown shown = read_shown(doc);
	int best_score = 0;
	best = doc->grammars->common;
	for (size_t i = 0; i < doc->grammars->count; i++) {
		const struct grammar *g = doc->grammars->items[i];
		int score = g->abstract ? 0 : score_family(doc, &shown, g);
		if (score <= best_score)
			continue;
		best = g;
		best_score = score;
	}
	return best;
}

/* ---- Fields ------------------------------------------------------------------ */

struct head {
	struct pifu_doc *doc;
	size_t fields_cap, goals_cap;
};

static struct place place_of(const struct pifu_doc *doc, const struct token *t)
{
	const struct row *r = pifu_doc_row(doc, t->row);
	return (struct place){r->table, r->number, t->col};
}

static void account(struct pifu_doc *doc, const struct token *t, pifu_account a)
{
	uint32_t n;
	const uint32_t *cells = pifu_token_cells(doc, t, &n);
	for (uint32_t i = 0; i < n; i++)
		if (doc->account[cells[i]] == PIFU_ACCOUNT_NONE)
			doc->account[cells[i]] = (uint8_t)a;
}

static pifu_status add_field(struct head *h, struct str key, const struct token *at,
                             struct str value, pifu_error *err)
{
	struct pifu_form *form = &h->doc->form;
	struct form_field *fields =
		pifu_arena_grow(h->doc->work, form->fields, form->nfields, &h->fields_cap,
	                        form->nfields + 1, sizeof *fields);
	while (value.n > 1 && pifu_str_ends(value, STR("?"))) /* fills the gap behind it */
		value.n--;
	struct str text = fields ? pifu_arena_str(h->doc->work, value) : STR_NONE;
	struct str name = text.s ? pifu_arena_str(h->doc->work, key) : STR_NONE;
	if (!name.s)
		return pifu_error_nomem(err);
	form->fields = fields;
	fields[form->nfields++] = (struct form_field){name, text, place_of(h->doc, at)};
	return PIFU_OK;
}

static pifu_status add_goal(struct head *h, struct str goal, pifu_error *err)
{
	struct pifu_form *form = &h->doc->form;
	goal = pifu_str_trim(goal);
	if (goal.n == 0)
		return PIFU_OK;
	struct str *goals = pifu_arena_grow(h->doc->work, form->goals, form->ngoals, &h->goals_cap,
	                                    form->ngoals + 1, sizeof *goals);
	struct str text = goals ? pifu_arena_str(h->doc->work, goal) : STR_NONE;
	if (!text.s)
		return pifu_error_nomem(err);
	form->goals = goals;
	goals[form->ngoals++] = text;
	return PIFU_OK;
}

#define GOALS_HAN 19 /* numbers that are known in Chinese, too */

/* The number of the next goal as it may be written. */
struct goal_number {
	char digits[12], han[8];
	struct str texts[2];
};

static struct str spell_digits(char out[12], unsigned n)
{
	char *at = out + 11;
	*at = '\0';
	do {
		*--at = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return (struct str){at, (uint32_t)(out + 11 - at)};
}

static struct str spell_han(char out[8], unsigned n)
{
	static const struct str han[] = {{"", 0},   {"一", 3}, {"二", 3}, {"三", 3},
	                                 {"四", 3}, {"五", 3}, {"六", 3}, {"七", 3},
	                                 {"八", 3}, {"九", 3}, {"十", 3}};
	if (n > GOALS_HAN)
		return (struct str){out, 0};
	struct str ten = n > 10 ? han[10] : han[0], one = han[n > 10 ? n - 10 : n];
	memcpy(out, ten.s, ten.n);
	memcpy(out + ten.n, one.s, one.n);
	return (struct str){out, ten.n + one.n};
}

static void spell_number(struct goal_number *g, unsigned n)
{
	g->han[0] = '\0';
	g->texts[0] = spell_digits(g->digits, n);
	g->texts[1] = spell_han(g->han, n);
}

/* Bytes of the number at the front of `text`; 0 if it is not there. */
static uint32_t number_at(struct str text, const struct goal_number *g)
{
	for (size_t i = 0; i < 2; i++)
		if (g->texts[i].n && pifu_str_starts(text, g->texts[i]))
			return g->texts[i].n;
	return 0;
}

/* May a goal begin at `at`? A number goes on behind digits, a Chinese one behind other words
 * (统一、规范). */
static bool may_begin(struct str text, uint32_t at)
{
	static const struct str ends[] = {{"。", 3}, {";", 1}, {",", 1}, {" ", 1}, {".", 1}};
	bool digit = text.s[at] >= '0' && text.s[at] <= '9';
	if (at == 0)
		return true;
	if (digit)
		return text.s[at - 1] < '0' || text.s[at - 1] > '9';
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (pifu_str_ends(pifu_str_sub(text, 0, at), ends[i]))
			return true;
	return false;
}

/* What stands before the number of a goal: 目标1: and (1), else nothing. */
static uint32_t goal_lead(struct str text)
{
	static const struct str leads[] = {{"目标", 6}, {"(", 1}};
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
		if (pifu_str_starts(text, leads[i]))
			return leads[i].n;
	return 0;
}

/* Most characters of a text begin no mark. */
static bool may_be_mark(char first, const struct goal_number *g)
{
	return first == g->texts[0].s[0] || first == g->han[0] || first == '(' || first == "目"[0];
}

/* "3、" "3." "三、" "(3)" "目标3:" at `at`: the bytes of the number and its marks, 0 if it is another. */
static uint32_t goal_mark(struct str text, uint32_t at, const struct goal_number *g)
{
	static const struct str marks[] = {{"、", 3}, {".", 1}, {"．", 3}, {")", 1}, {":", 1}};
	if (!may_be_mark(text.s[at], g))
		return 0;
	uint32_t lead = goal_lead(pifu_str_sub(text, at, text.n));
	uint32_t number = number_at(pifu_str_sub(text, at + lead, text.n), g);
	struct str rest = pifu_str_sub(text, at + lead + number, text.n);
	if (!number || (!lead && !may_begin(text, at)))
		return 0;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!pifu_str_starts(rest, marks[i]) || (marks[i].s[0] == ':' && lead < 2))
			continue;
		bool decimal =
			marks[i].n == 1 && rest.n > 1 && rest.s[1] >= '0' && rest.s[1] <= '9';
		return decimal ? 0 : lead + number + marks[i].n;
	}
	return 0;
}

/* Cut the goals at 1、 2、 3、 … (or 一、 (1) 目标1:) in ascending order; a text without numbers is one goal. */
static pifu_status add_goals(struct head *h, struct str text, pifu_error *err)
{
	unsigned n = 1;
	uint32_t from = 0;
	struct goal_number number;
	spell_number(&number, n);
	for (uint32_t at = 0; at < text.n; at++) {
		uint32_t mark = goal_mark(text, at, &number);
		if (!mark)
			continue;
		pifu_status st = add_goal(h, pifu_str_sub(text, from, at), err);
		if (st != PIFU_OK)
			return st;
		from = at + mark;
		at = from - 1;
		spell_number(&number, ++n);
	}
	return add_goal(h, pifu_str_sub(text, from, text.n), err);
}

static void account_value(struct pifu_doc *doc, const struct head_value *v)
{
	for (uint32_t i = v->first; i < v->end; i++) {
		account(doc, &doc->tokens[i],
		        i == v->first                  ? PIFU_ACCOUNT_FORM
		        : pifu_head_is_page(doc, v, i) ? PIFU_ACCOUNT_NOISE_PAGE
		                                       : PIFU_ACCOUNT_FRAGMENT);
		if (doc->row_kind[doc->tokens[i].row] == ROW_TEXT)
			doc->row_kind[doc->tokens[i].row] = ROW_HEAD;
	}
}

/* An amount glued to the label of the next field: that field's value follows. */
static pifu_status take_next(struct head *h, const struct head_value *before, pifu_error *err)
{
	const struct field *field = &h->doc->grammars->common->fields[before->next_field];
	struct head_value v;
	pifu_status st = pifu_head_value(h->doc, before->first, field->type, &v, err);
	if (st != PIFU_OK || v.first == PIFU_NONE)
		return st;
	account_value(h->doc, &v);
	return add_field(h, field->key, &h->doc->tokens[v.first], v.text, err);
}

/* What forms write where there is nothing to say. */
static bool is_dash(struct str text)
{
	static const struct str dashes[] = {{"-", 1}, {"—", 3}, {"——", 6}, {"/", 1}, {"\\", 1}};
	for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
		if (pifu_str_eq(text, dashes[i]))
			return true;
	return false;
}

static pifu_status take_field(struct head *h, uint32_t label, const struct field *field,
                              pifu_error *err)
{
	struct pifu_doc *doc = h->doc;
	struct head_value v;
	account(doc, &doc->tokens[label], PIFU_ACCOUNT_FORM);
	pifu_status st = pifu_head_value(doc, label, field->type, &v, err);
	if (st != PIFU_OK || v.first == PIFU_NONE)
		return st;
	account_value(doc, &v);
	if (field->type != FIELD_IGNORE && !is_dash(v.text))
		st = add_field(h, field->key, &doc->tokens[v.first], v.text, err);
	if (st == PIFU_OK && v.next_field != UINT16_MAX)
		st = take_next(h, &v, err);
	if (st == PIFU_OK && field->type == FIELD_GOALS && doc->form.ngoals == 0)
		st = add_goals(h, v.text, err);
	return st;
}

static uint32_t word_at(const struct pifu_doc *doc, uint32_t row, uint32_t col)
{
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++)
		if (doc->tokens[i].col == col)
			return i;
	return PIFU_NONE;
}

/* 年初预算数 | 全年预算数 | 执行率 in the row above the total: each heads the value under it. */
static pifu_status take_headed(struct head *h, uint32_t total, pifu_error *err)
{
	struct pifu_doc *doc = h->doc;
	uint32_t row = doc->tokens[total].row, above = row;
	while (above > doc->span->begin && doc->row_token[above] == doc->row_token[row])
		above--;
	if (total != doc->row_token[row] || doc->row_token[row + 1] - total < 3 || above == row)
		return PIFU_OK;
	for (uint32_t i = doc->row_token[above] + 1; i < doc->row_token[above + 1]; i++) {
		const struct meaning *m;
		uint32_t value = word_at(doc, row, doc->tokens[i].col);
		if (value == PIFU_NONE || value == total ||
		    !pifu_token_means(&doc->tokens[i], MEANING_FIELD, &m))
			continue;
		const struct field *field = &doc->grammars->common->fields[m->id];
		struct head_value v;
		if (!pifu_str_starts(field->key, STR("budget_")) ||
		    !(doc->tokens[value].flags & TEXT_DIGIT))
			continue;
		pifu_status st = pifu_head_value_at(doc, i, value, field->type, &v, err);
		if (st == PIFU_OK && v.first != PIFU_NONE)
			st = add_field(h, field->key, &doc->tokens[value], v.text, err);
		if (st != PIFU_OK)
			return st;
	}
	return PIFU_OK;
}

/* A label whose value stands behind a colon in its own cell. */
static bool has_colon(const struct pifu_doc *doc, uint32_t label)
{
	return label + 1 < doc->row_token[doc->tokens[label].row + 1] &&
	       doc->tokens[label + 1].cell == doc->tokens[label].cell;
}

/* What stands above the first title is a page's: a label there has its value behind a colon. */
static bool is_page_text(const struct pifu_doc *doc, uint32_t label, uint32_t title)
{
	return title != PIFU_NONE && doc->tokens[label].row < title && !has_colon(doc, label);
}

static uint32_t first_title(const struct pifu_doc *doc)
{
	for (uint32_t r = doc->span->begin; r < doc->span->header; r++)
		if (doc->row_kind[r] == ROW_TITLE)
			return r;
	return PIFU_NONE;
}

static pifu_status take_fields(struct head *h, pifu_error *err)
{
	struct pifu_doc *doc = h->doc;
	uint32_t title = first_title(doc);
	for (uint32_t i = doc->row_token[doc->span->begin]; i < doc->span->header_token; i++) {
		const struct meaning *m;
		if (!pifu_token_means(&doc->tokens[i], MEANING_FIELD, &m))
			continue;
		const struct field *field = &doc->grammars->common->fields[m->id];
		bool column = doc->span->supposed == SUPPOSED_PROSE && !has_colon(doc, i) &&
		              pifu_token_means(&doc->tokens[i], MEANING_HEADER, NULL);
		if (column && field->type == FIELD_GOALS)
			continue; /* 绩效目标 over the column that holds the prose */
		if (is_page_text(doc, i, title))
			continue;
		pifu_status st = take_field(h, i, field, err);
		if (st == PIFU_OK && pifu_str_eq(field->key, STR("budget")))
			st = take_headed(h, i, err);
		if (st != PIFU_OK)
			return st;
	}
	return PIFU_OK;
}

/* What prose says beside its indicators, of each project: marks among them, too. */
static pifu_status take_prose(struct head *h, pifu_error *err)
{
	struct pifu_doc *doc = h->doc;
	const struct form_span *span = doc->span;
	uint32_t at = doc->row_token[span->begin], end = doc->row_token[span->end];
	struct prose_field f;
	pifu_status st = PIFU_OK;
	while (st == PIFU_OK && doc->prose.row_kind &&
	       pifu_head_prose(doc, &at, end, &f, &st, err)) {
		for (uint32_t i = f.first; i < f.end; i++)
			doc->account[doc->tokens[i].cell] = PIFU_ACCOUNT_FORM;
		st = add_field(h, f.field->key, &doc->tokens[f.first], f.value, err);
		if (st == PIFU_OK && f.field->type == FIELD_GOALS)
			st = add_goals(h, f.value, err);
	}
	return st;
}

/* ---- Title and year ------------------------------------------------------------ */

static struct str find_year(struct pifu_doc *doc, struct str text)
{
	const struct rule *rule = doc->grammar->year_rule;
	struct span groups[8];
	uint32_t group = rule ? pifu_rule_group(rule, "year") : 0;
	if (!group || group >= 8 ||
	    pifu_rule_match(rule, doc->matcher, text, 0, groups, 8, NULL) != 1)
		return STR_NONE;
	if (groups[group].from == PIFU_NONE)
		return STR_NONE;
	return pifu_str_sub(text, groups[group].from, groups[group].to);
}

/* The title is the last title line of the head: a page's own heading stands before it. */
static pifu_status take_title(struct head *h, pifu_error *err)
{
	struct pifu_doc *doc = h->doc;
	struct str title = STR_NONE, year = STR_NONE;
	for (uint32_t i = doc->row_token[doc->span->begin]; i < doc->span->header_token; i++) {
		const struct token *t = &doc->tokens[i];
		bool title_row = doc->row_kind[t->row] == ROW_TITLE;
		if (title_row && i == doc->row_token[t->row])
			title = t->text;
		bool may_date = title_row || (doc->row_kind[t->row] == ROW_TEXT && t->key.n <= 48);
		struct str found =
			may_date && (t->flags & TEXT_DIGIT) ? find_year(doc, t->key) : STR_NONE;
		if (title_row || found.s)
			account(doc, t, PIFU_ACCOUNT_FORM);
		if (found.s)
			year = found;
	}
	struct pifu_form *form = &doc->form;
	form->title = title.s ? pifu_arena_str(doc->work, title) : STR_NONE;
	if (title.s && !form->title.s)
		return pifu_error_nomem(err);
	struct token at = {.row = doc->span->begin};
	return year.s ? add_field(h, STR("year"), &at, year, err) : PIFU_OK;
}

struct str pifu_form_value(const struct pifu_form *form, struct str key)
{
	for (size_t i = 0; i < form->nfields; i++)
		if (pifu_str_eq(form->fields[i].key, key))
			return form->fields[i].value;
	return STR_NONE;
}

static bool is_project_form(const struct pifu_doc *doc)
{
	return pifu_form_value(&doc->form, STR("project")).s || has_column(doc, ROLE_PROJECT);
}

/* The last one named: 填报单位 stands above the table, the office's full name in it. */
static struct str last_value(const struct pifu_form *form, struct str key)
{
	for (size_t i = form->nfields; i-- > 0;)
		if (pifu_str_eq(form->fields[i].key, key))
			return form->fields[i].value;
	return STR_NONE;
}

struct str pifu_form_department(const struct pifu_doc *doc)
{
	static const struct str keys[] = {{"department", 10},
	                                  {"supervisor", 10},
	                                  {"implementer", 11}};
	size_t n = is_project_form(doc) ? sizeof keys / sizeof *keys : 1;
	for (size_t i = 0; i < n; i++) {
		struct str value = last_value(&doc->form, keys[i]);
		if (value.s && value.n)
			return value;
	}
	return STR_NONE;
}

/* What is left of the head: values that repeat or that no label names. */
static void account_head(struct pifu_doc *doc)
{
	for (uint32_t i = doc->row_token[doc->span->begin]; i < doc->span->header_token; i++) {
		const struct token *t = &doc->tokens[i];
		bool head = doc->row_kind[t->row] == ROW_HEAD;
		account(doc, t, head ? PIFU_ACCOUNT_FORM : PIFU_ACCOUNT_NOISE_TEXT);
	}
}

/* Nothing is said yet of how the form's words are read. */
static void clear_views(struct pifu_doc *doc)
{
	uint32_t from = doc->row_token[doc->span->begin], to = doc->row_token[doc->span->end];
	memset(&doc->view[from], 0, (to - from) * sizeof *doc->view);
	memset(&doc->targets[from], 0, (to - from) * sizeof *doc->targets);
}

pifu_status pifu_stage_head(struct pifu_doc *doc, pifu_error *err)
{
	clear_views(doc);
	pifu_form_columns(doc);
	doc->grammar = choose_family(doc);
	doc->form.kind = doc->grammar->name;
	struct head h = {.doc = doc};
	pifu_status st = take_title(&h, err);
	if (st == PIFU_OK)
		st = take_fields(&h, err);
	if (st == PIFU_OK && doc->span->supposed == SUPPOSED_PROSE)
		st = take_prose(&h, err);
	account_head(doc);
	return st;
}
