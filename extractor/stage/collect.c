/* Stage 6: records from the view.
 *
 *     view   GROUP  LABEL  LABEL  FIELD(name) FIELD(target) FRAGMENT RESIDUE …
 *              |      |      |        \___________/             |
 *            carried down until      one record        joined to the carried
 *            another stands there                       label, or set aside
 *
 * Every word of the form's data gets its account here: a field, a label that
 * is carried down, a fragment, residue or noise. Values are copied; what they
 * were before normalisation stays beside them in `raw`. */
#include <stdio.h>

#include "base/error.h"
#include "stage/classify.h"
#include "stage/collect.h"
#include "stage/head.h"
#include "stage/stage.h"
#include "stage/values.h"

static const uint8_t reading_accounts[] = {
	[READ_NONE] = PIFU_ACCOUNT_NONE,         [READ_FIELD] = PIFU_ACCOUNT_RECORD,
	[READ_LABEL] = PIFU_ACCOUNT_LABEL,       [READ_GROUP] = PIFU_ACCOUNT_LABEL,
	[READ_FRAGMENT] = PIFU_ACCOUNT_FRAGMENT, [READ_RESIDUE] = PIFU_ACCOUNT_NOISE_RESIDUE,
	[READ_NOISE] = PIFU_ACCOUNT_NOISE_TEXT,  [READ_BANNER] = PIFU_ACCOUNT_HEADER,
};

static struct view *view_of(const struct collector *c, uint32_t token)
{
	return &c->doc->view[token];
}

/* ---- Carried values ------------------------------------------------------------------ */

static pifu_status put_givers(struct collector *c, pifu_field field, const struct giver *g,
                              pifu_error *err)
{
	pifu_status st = PIFU_OK;
	for (unsigned i = 0; i < g->n && st == PIFU_OK; i++)
		st = pifu_collect_source(c, field, g->tokens[i], err);
	bool other = st == PIFU_OK && g->n && !(g->plain && g->n == 1);
	return other ? pifu_collect_raw(c, field, g->tokens[0], err) : st;
}

/* Most labels stand for several records: their cell is looked up when they are met. */
static pifu_status put_carried(struct collector *c, pifu_field field, const struct giver *g,
                               pifu_error *err)
{
	if (!g->single || !g->plain || c->ncells == c->cells_cap)
		return put_givers(c, field, g, err);
	struct source_cell *cell = &c->cells[c->ncells++];
	*cell = g->cell;
	cell->field = field;
	return PIFU_OK;
}

static pifu_status put_levels(struct collector *c, uint32_t name, pifu_error *err)
{
	struct pifu_record *rec = c->record;
	const struct grammar *g = c->doc->grammar;
	const struct view *v = view_of(c, name);
	uint64_t restored = (uint64_t)1 << PIFU_FINDING_LEVEL_RESTORED;
	if (v->level1 != UINT16_MAX)
		pifu_collect_give(c, PIFU_FIELD_LEVEL1, g->labels[v->level1].text);
	else if (c->doc->has_levels)
		rec->findings |= (uint64_t)1 << PIFU_FINDING_LEVEL_MISSING;
	if (v->level2 != UINT16_MAX)
		pifu_collect_give(c, PIFU_FIELD_LEVEL2, g->labels[v->level2].text);
	if (c->carried.level2.restored)
		rec->findings |= restored;
	if (c->carried.group.centred || c->carried.level1.centred || c->carried.level2.centred)
		rec->findings |= (uint64_t)1 << PIFU_FINDING_LABEL_CENTRED;
	if (c->carried.level1.mended || c->carried.level2.mended)
		rec->findings |= (uint64_t)1 << PIFU_FINDING_LABEL_MENDED;
	if (v->level1 < 64 && v->level2 != UINT16_MAX &&
	    !(g->labels[v->level2].parents >> v->level1 & 1))
		rec->findings |= (uint64_t)1 << PIFU_FINDING_LEVEL_ORDER;
	pifu_status st = put_carried(c, PIFU_FIELD_LEVEL1, &c->carried.level1, err);
	return st == PIFU_OK ? put_carried(c, PIFU_FIELD_LEVEL2, &c->carried.level2, err) : st;
}

/* Once a record: printf would be a tenth of collecting. */
pifu_status pifu_collect_id(struct collector *c, size_t number, pifu_error *err)
{
	char digits[24];
	uint32_t k = sizeof digits;
	do
		digits[--k] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	uint32_t behind = (uint32_t)sizeof digits - k;
	char *id = pifu_arena_alloc(c->doc->work, (size_t)c->id_length + behind + 1);
	if (!id)
		return pifu_error_nomem(err);
	memcpy(id, c->id_prefix, c->id_length);
	memcpy(id + c->id_length, digits + k, behind);
	id[c->id_length + behind] = '\0';
	pifu_collect_give(c, PIFU_FIELD_ID, (struct str){id, c->id_length + behind});
	return PIFU_OK;
}

/* The words of a function, joined: 职能2：校园安防、食堂设备 + 购置及更新. */
static pifu_status join_group(struct collector *c, struct str *out, pifu_error *err)
{
	const struct giver *g = &c->carried.group;
	if (g->n == 1) {
		*out = c->doc->tokens[g->tokens[0]].text;
		return PIFU_OK;
	}
	struct buf b = {.allocator = c->doc->options.allocator};
	for (unsigned i = 0; i < g->n; i++)
		pifu_buf_str(&b, c->doc->tokens[g->tokens[i]].text);
	pifu_status st = b.failed ? pifu_error_nomem(err)
	                          : pifu_collect_copy(c, pifu_buf_view(&b), out, err);
	pifu_buf_free(&b);
	return st;
}

static struct str group_of(struct str text, const struct rule *rule, const struct span *at,
                           const char *name)
{
	uint32_t k = pifu_rule_group(rule, name);
	if (k == 0 || k >= 8 || at[k].from == PIFU_NONE)
		return STR_NONE;
	return pifu_str_sub(text, at[k].from, at[k].to);
}

/* Number and name of a function, by the family's rule. */
static pifu_status read_function(struct collector *c, struct str text, pifu_error *err)
{
	const struct rule *rule = c->doc->grammar->function_rule;
	struct span at[8];
	struct str name = text, number = STR_NONE;
	if (rule && pifu_rule_match(rule, c->doc->matcher, text, 0, at, 8, NULL) == 1) {
		struct str part = group_of(text, rule, at, "name");
		name = part.s && part.n ? pifu_str_trim(part) : text;
		number = group_of(text, rule, at, "no");
	}
	bool percent;
	c->function_no = STR_NONE;
	if (number.s && number.n)
		pifu_numeral_read(c->doc->work, number, &c->function_no, &percent);
	if (c->function_no.s) {
		pifu_status st = pifu_collect_copy(c, c->function_no, &c->function_no, err);
		if (st != PIFU_OK)
			return st;
	}
	return pifu_collect_copy(c, name, &c->function_name, err);
}

static pifu_status add_function(struct collector *c, uint32_t token, pifu_error *err)
{
	struct pifu_form *form = &c->doc->form;
	struct form_function *all =
		pifu_arena_grow(c->doc->work, form->functions, form->nfunctions, &c->functions_cap,
	                        form->nfunctions + 1, sizeof *all);
	if (!all)
		return pifu_error_nomem(err);
	const struct token *t = &c->doc->tokens[token];
	const struct row *row = pifu_doc_row(c->doc, t->row);
	uint32_t number = 0;
	for (uint32_t i = 0; i < c->function_no.n && number < 100000; i++)
		number = number * 10 + (uint32_t)(c->function_no.s[i] - '0');
	form->functions = all;
	all[form->nfunctions] =
		(struct form_function){number, c->function_name, {row->table, row->number, t->col}};
	c->function = (uint32_t)form->nfunctions++;
	return PIFU_OK;
}

/* The rest of a function's name may stand beside its second indicator. */
static void rename_function(struct collector *c, struct str old, struct str name)
{
	struct pifu_form *form = &c->doc->form;
	for (size_t i = form->nrecords; i-- > 0;) {
		struct str *function = &form->records[i].shared[PIFU_FIELD_FUNCTION - SHARED_FIRST];
		if (function->s != old.s && function->s != name.s) /* or renamed with the next */
			break;
		*function = name;
	}
}

/* The function or project in force changed, or its name went on. */
static pifu_status update_group(struct collector *c, uint32_t token, bool starts, pifu_error *err)
{
	struct str text = STR_NONE;
	c->shared = NULL;
	pifu_status st = join_group(c, &text, err);
	if (st != PIFU_OK)
		return st;
	if (c->doc->slots[0].role == ROLE_PROJECT ||
	    view_of(c, c->carried.group.tokens[0])->role == ROLE_PROJECT)
		return pifu_collect_copy(c, text, &c->project, err);
	if ((st = read_function(c, text, err)) != PIFU_OK)
		return st;
	if (starts || c->function == PIFU_NONE)
		return add_function(c, token, err);
	rename_function(c, c->doc->form.functions[c->function].name, c->function_name);
	c->doc->form.functions[c->function].name = c->function_name;
	return PIFU_OK;
}

static void give(struct collector *c, struct giver *g, uint32_t token)
{
	const struct token *t = &c->doc->tokens[token];
	if (g->n < GIVERS_MAX)
		g->tokens[g->n++] = token;
	g->single = g->n == 1 && t->nparts == 0;
	if (g->single)
		g->cell = pifu_collect_cell(c, t->cell);
	g->repaired = g->n > 1 || t->nparts > 1 || g->mended || g->restored || g->centred;
}

static void carry_label(struct collector *c, uint32_t token)
{
	const struct view *v = view_of(c, token);
	bool first = v->role == ROLE_LEVEL1;
	struct giver *g = first ? &c->carried.level1 : &c->carried.level2;
	bool same = first && g->n && view_of(c, g->tokens[0])->label == v->label;
	bool mended = v->cost > 0 && c->doc->tokens[token].key.n > 0 &&
	              !pifu_token_means(&c->doc->tokens[token], MEANING_LABEL, NULL);
	if (first && !same)
		c->carried.level2 = (struct giver){0};
	*g = (struct giver){.plain = pifu_str_eq(pifu_collect_wording(c, token),
	                                         c->doc->grammar->labels[v->label].text),
	                    .mended = mended,
	                    .restored = v->restored,
	                    .centred = v->centred || c->doc->tokens[token].moved};
	if (v->restored)
		c->carried.level1 = (struct giver){0};
	give(c, g, token);
}

static pifu_status carry(struct collector *c, uint32_t token, pifu_error *err)
{
	struct view *v = view_of(c, token);
	switch (v->reading) {
	case READ_GROUP:
		c->carried = (struct carried){.group.centred =
		                                      v->centred || c->doc->tokens[token].moved};
		give(c, &c->carried.group, token);
		return update_group(c, token, true, err);
	case READ_LABEL:
		carry_label(c, token);
		return PIFU_OK;
	case READ_FRAGMENT: {
		bool group = v->role == ROLE_FUNCTION || v->role == ROLE_PROJECT;
		struct giver *g = group                    ? &c->carried.group
		                  : v->role == ROLE_LEVEL1 ? &c->carried.level1
		                                           : &c->carried.level2;
		v->joined = g->n ? g->tokens[0] : PIFU_NONE;
		g->mended = true;
		give(c, g, token);
		return group ? update_group(c, token, false, err) : PIFU_OK;
	}
	default:
		return PIFU_OK;
	}
}

/* ---- Records ------------------------------------------------------------------------------ */

static bool is_placeholder(struct collector *c)
{
	const struct rule *rule = c->doc->grammar->placeholder;
	struct str name = pifu_collect_given(c, PIFU_FIELD_NAME);
	if (!name.s)
		return !pifu_collect_given(c, PIFU_FIELD_TARGET).s;
	if (name.n == 0)
		return true;
	return rule && pifu_rule_match(rule, c->doc->matcher, name, 0, NULL, 0, NULL) == 1;
}

static bool is_shared(const struct token *t)
{
	return t->nparts || t->raw.s;
}

static unsigned rank_of(uint8_t account)
{
	return account == PIFU_ACCOUNT_RECORD
	               ? 2
	               : account == PIFU_ACCOUNT_LABEL || account == PIFU_ACCOUNT_FRAGMENT;
}

/* A line or a cell that holds several words has the account of the weightiest. */
static bool outranks(uint8_t account, uint8_t other)
{
	return other == PIFU_ACCOUNT_NONE || rank_of(account) > rank_of(other);
}

/* Columns that are read but not carried into records have an account of their own. */
static uint8_t account_of(const struct view *v)
{
	static const uint32_t carried =
		1u << ROLE_COMPARATOR | 1u << ROLE_UNIT | 1u << ROLE_PLACE | 1u << ROLE_LONG
#define PIFU_ROLE(id, key, field, meaning) | (uint32_t)((field) != PIFU_FIELD_COUNT) << ROLE_##id
#include "grammar/roles.def"
#undef PIFU_ROLE
		;
	return v->reading == READ_FIELD && !(carried >> v->role & 1) ? PIFU_ACCOUNT_NOISE_COLUMN
	                                                             : reading_accounts[v->reading];
}

static void account_cells(struct collector *c, const struct token *t, uint8_t account)
{
	uint32_t n;
	const uint32_t *cells = pifu_token_cells(c->doc, t, &n);
	for (uint32_t i = 0; i < n; i++)
		if (outranks(account, c->doc->account[cells[i]]))
			c->doc->account[cells[i]] = account;
}

/* A word that shares its cells with others is a record's field only once the record is
 * taken: other words of the cell may belong to an indicator that is none. */
static void account_word(struct collector *c, uint32_t token)
{
	uint8_t account = account_of(view_of(c, token));
	const struct token *t = &c->doc->tokens[token];
	uint8_t *at = &c->doc->account[t->cell];
	if (is_shared(t)) {
		if (account != PIFU_ACCOUNT_RECORD)
			account_cells(c, t, account);
	} else {
		if (*at == PIFU_ACCOUNT_NONE)
			*at = account;
		c->accounted += *at != PIFU_ACCOUNT_NONE;
	}
}

static void account_taken(struct collector *c, uint32_t from, uint32_t to, uint32_t record)
{
	for (uint32_t i = from; i < to; i++) {
		const struct token *t = &c->doc->tokens[i];
		if (is_shared(t) && view_of(c, i)->record == record &&
		    account_of(view_of(c, i)) == PIFU_ACCOUNT_RECORD)
			account_cells(c, t, PIFU_ACCOUNT_RECORD);
	}
}

static void account_placeholder(struct collector *c, uint32_t from, uint32_t to, uint32_t record)
{
	for (uint32_t i = from; i < to; i++) {
		const struct token *t = &c->doc->tokens[i];
		uint32_t n;
		const uint32_t *cells = pifu_token_cells(c->doc, t, &n);
		for (uint32_t k = 0; k < n && view_of(c, i)->record == record; k++) {
			uint8_t *account = &c->doc->account[cells[k]];
			if (is_shared(t) ? *account == PIFU_ACCOUNT_NONE
			                 : *account != PIFU_ACCOUNT_NOISE_COLUMN)
				*account = PIFU_ACCOUNT_NOISE_FILLER;
		}
	}
}

/* Filler and fused values are taken off the target before it is read. */
static pifu_status mend_value(struct collector *c, const struct value_words *w,
                              struct target_parts *p, pifu_error *err)
{
	struct str value = p->value;
	pifu_values_trim(c, &value);
	pifu_status st = pifu_values_split(c, w, &value, err);
	if (value.n != p->value.n) {
		p->value = value;
		p->values = 2; /* no longer what its word is read as */
	}
	return st;
}

static pifu_status fill_record(struct collector *c, uint32_t from, uint32_t to, uint32_t name,
                               struct target_parts *parts, pifu_error *err)
{
	struct pifu_doc *doc = c->doc;
	uint32_t number = view_of(c, from)->record;
	pifu_status st = PIFU_OK;
	for (uint32_t i = from; i < to && st == PIFU_OK; i++)
		if (view_of(c, i)->record == number)
			st = pifu_collect_field(c, i, parts, err);
	if (st == PIFU_OK && parts->values)
		st = mend_value(c, &(struct value_words){from, to, parts->token}, parts, err);
	else if (st == PIFU_OK)
		st = pifu_values_places(c, &(struct value_words){from, to, from}, err);
	if (st == PIFU_OK)
		st = pifu_values_name(c, &(struct value_words){from, to, name}, err);
	if (st == PIFU_OK)
		st = pifu_collect_target(c, parts, err);
	if (st == PIFU_OK)
		st = put_levels(c, name, err);
	if (st == PIFU_OK)
		st = pifu_collect_id(c, doc->form.nrecords + 1, err);
	if (doc->span->supposed == SUPPOSED_ROWS)
		c->record->findings |= (uint64_t)1 << PIFU_FINDING_HEADER_SUPPOSED;
	if (doc->tokens[name].term)
		pifu_collect_give(c, PIFU_FIELD_TERM,
		                  doc->tokens[name].term == TERM_LONG ? STR("long") : STR("year"));
	const struct row *row = pifu_token_row(doc, &doc->tokens[name]);
	c->record->table = row->table;
	c->record->row = row->number;
	c->record->page = row->page;
	c->record->line = row->line;
	return st;
}

/* Is a word of [from, to) such that there may be a repair or a finding of its own to tell? Of
 * most words of most records there is not, and this one look does for all that ask. */
static bool may_be_odd(const struct collector *c, uint32_t from, uint32_t to)
{
	const uint32_t flags = TEXT_LATEX | TEXT_SYMBOL | TEXT_FILLER;
	uint32_t odd = 0;
	for (uint32_t i = from; i < to; i++) {
		const struct token *t = &c->doc->tokens[i];
		const struct view *v = view_of(c, i);
		odd |= (t->flags & flags) | t->cut | t->nparts | (t->raw.s != NULL) | v->split |
		       v->row_joined | (v->shift != 0);
	}
	return odd != 0;
}

/* The record whose words are among tokens [from, to), the first of them its first; `name` is
 * its name, or any word of it. */
static pifu_status take_record(struct collector *c, uint32_t from, uint32_t to, uint32_t name,
                               pifu_error *err)
{
	struct pifu_form *form = &c->doc->form;
	uint32_t number = view_of(c, from)->record;
	c->record = &form->records[form->nrecords];
	c->given = 0;
	c->ncells = 0;
	c->rival = STR_NONE;
	c->mixed = false;
	c->is_odd = may_be_odd(c, from, to);
	struct target_parts parts = {.long_token = PIFU_NONE};
	pifu_status st = fill_record(c, from, to, name, &parts, err);
	if (st != PIFU_OK)
		return st;
	if (is_placeholder(c)) {
		account_placeholder(c, from, to, number);
		*c->record = (struct pifu_record){0};
		return PIFU_OK;
	}
	if (!pifu_collect_given(c, PIFU_FIELD_NAME).s) {
		pifu_collect_give(c, PIFU_FIELD_NAME, STR(""));
		c->record->findings |= (uint64_t)1 << PIFU_FINDING_NAME_MISSING;
	}
	if ((st = pifu_collect_repairs(c, from, to, err)) != PIFU_OK ||
	    (st = pifu_collect_confidence(c, from, to, err)) != PIFU_OK ||
	    (c->is_odd && (st = pifu_collect_cuts(c, from, to, err)) != PIFU_OK) ||
	    (st = pifu_values_settle(c, &(struct value_words){from, to, parts.token}, number,
	                             err)) != PIFU_OK)
		return st;
	if (c->is_odd)
		account_taken(c, from, to, number);
	c->last = c->record;
	form->nrecords++;
	return c->has_long ? pifu_collect_terms(c, &parts, err) : pifu_collect_seal(c, err);
}

/* End of the words of the record that begins at `from`: the next record's first word. */
static uint32_t record_end(const struct collector *c, uint32_t from)
{
	uint32_t number = view_of(c, from)->record, last = from;
	for (uint32_t i = from; i < c->end; i++) {
		uint32_t r = view_of(c, i)->record;
		if (r == number)
			last = i;
		else if (r != PIFU_NONE && view_of(c, i)->reading == READ_FIELD)
			break;
	}
	return last + 1;
}

/* A record is taken at its name, when all that it carries has been met; one
 * without a name at its last word. */
static uint32_t due_word(const struct collector *c, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		if (view_of(c, i)->record == view_of(c, first)->record &&
		    view_of(c, i)->role == ROLE_NAME)
			return i;
	return end - 1;
}

static pifu_status new_collector(struct collector *c, pifu_error *err)
{
	struct pifu_doc *doc = c->doc;
	size_t records = 0;
	doc->has_noise = false;
	for (uint32_t i = c->first; i < c->end; i++) {
		if (doc->view[i].reading == READ_FIELD && doc->view[i].record + 1 > records)
			records = doc->view[i].record + 1;
		doc->has_noise |= doc->view[i].reading == READ_NOISE;
	}
	c->has_long = pifu_collect_slot(c, ROLE_LONG) > 0;
	records *= c->has_long ? 2 : 1;
	doc->form.records = pifu_arena_zalloc(doc->work, records + 1, sizeof *doc->form.records);
	if (!doc->form.records)
		return pifu_error_nomem(err);
	c->function = PIFU_NONE;
	c->reached =
		doc->row_grid[doc->span->header_end > doc->span->header ? doc->span->header_end - 1
	                                                                : doc->span->header];
	c->year = pifu_form_value(&doc->form, STR("year"));
	c->department = pifu_form_department(doc);
	c->project = pifu_form_value(&doc->form, STR("project"));
	char number[12];
	snprintf(number, sizeof number, "%u", doc->form.number);
	pifu_status st = pifu_collect_copy(c, pifu_str_of(number), &c->form_number, err);
	snprintf(c->id_prefix, sizeof c->id_prefix, "%.16s-%08x-%u-", doc->sha256,
	         doc->grammar->fingerprint, doc->form.number);
	c->id_length = (uint32_t)strlen(c->id_prefix);
	for (unsigned i = 0; i <= TARGET_TEXT; i++)
		c->kinds[i] = pifu_str_of(pifu_target_kind_name(i));
	for (unsigned i = 0; i <= COMPARATOR_APPROX; i++)
		c->comparators[i] = pifu_str_of(pifu_comparator_name(i));
	c->doubt = doc->options.doubt > 0 ? doc->options.doubt
	                                  : doc->grammar->costs[COST_DOUBT] / 100.0;
	return st;
}

/* Cells of the form's other rows: repeated headers, page furniture, the foot. */
static void account_rest(const struct collector *c)
{
	struct pifu_doc *doc = c->doc;
	static const uint8_t accounts[ROW_KIND_COUNT] = {
		[ROW_TEXT] = PIFU_ACCOUNT_NOISE_TEXT, [ROW_TITLE] = PIFU_ACCOUNT_NOISE_PAGE,
		[ROW_HEAD] = PIFU_ACCOUNT_NOISE_FOOT, [ROW_HEADER] = PIFU_ACCOUNT_HEADER,
		[ROW_DATA] = PIFU_ACCOUNT_NONE,       [ROW_NOISE] = PIFU_ACCOUNT_NOISE_PAGE,
		[ROW_FOOT] = PIFU_ACCOUNT_NOISE_FOOT,
	};
	const struct form_span *f = doc->span;
	uint32_t from = c->accounted == c->end - c->first ? c->end : c->first;
	for (uint32_t i = from; i < doc->row_token[f->end]; i++) {
		const struct token *t = &doc->tokens[i];
		uint32_t n;
		const uint32_t *cells = pifu_token_cells(doc, t, &n);
		for (uint32_t k = 0; k < n; k++)
			if (doc->account[cells[k]] == PIFU_ACCOUNT_NONE)
				doc->account[cells[k]] = accounts[doc->row_kind[t->row]];
	}
}

pifu_status pifu_stage_collect(struct pifu_doc *doc, pifu_error *err)
{
	struct collector c = {.doc = doc,
	                      .first = doc->span->header_token_end,
	                      .end = doc->row_token[doc->span->data_end]};
	pifu_status st = new_collector(&c, err);
	uint32_t record = PIFU_NONE, first = 0, end = 0, due = PIFU_NONE;
	for (size_t k = 0; k < doc->norder && st == PIFU_OK; k++) {
		uint32_t i = doc->order[k];
		const struct view *v = view_of(&c, i);
		account_word(&c, i);
		st = carry(&c, i, err);
		if (v->reading == READ_FIELD && v->record != record) {
			record = v->record;
			first = i;
			end = record_end(&c, first);
			due = due_word(&c, first, end);
		}
		if (st == PIFU_OK && i == due)
			st = take_record(&c, first, end,
			                 c.doc->view[due].role == ROLE_NAME ? due : first, err);
		else if (st == PIFU_OK)
			st = pifu_collect_residue(&c, i, err);
	}
	account_rest(&c);
	return st == PIFU_OK ? pifu_collect_seal_repairs(&c, err) : st;
}
