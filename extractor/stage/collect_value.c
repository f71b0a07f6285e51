/* The values of one record: texts, names, targets and places, each with the
 * cells it comes from and its wording before normalisation. */
#include <stddef.h>

#include "base/error.h"
#include "model/known.h"
#include "stage/collect.h"
#include "stage/values.h"

static const pifu_field role_fields[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) [ROLE_##id] = (field),
#include "grammar/roles.def"
#undef PIFU_ROLE
};

static struct view *view_of(const struct collector *c, uint32_t token)
{
	return &c->doc->view[token];
}

/* ---- Values -------------------------------------------------------------------- */

pifu_status pifu_collect_copy(struct collector *c, struct str text, struct str *out,
                              pifu_error *err)
{
	*out = pifu_arena_str(c->doc->work, text);
	return out->s ? PIFU_OK : pifu_error_nomem(err);
}

struct str pifu_collect_wording(const struct collector *c, uint32_t token)
{
	const struct token *t = &c->doc->tokens[token];
	return t->raw.s ? t->raw : c->doc->grid.cells[t->cell].raw;
}

struct source_cell pifu_collect_cell(const struct collector *c, uint32_t cell)
{
	const struct cell *at = &c->doc->grid.cells[cell];
	const struct row *row = &c->doc->grid.rows[at->row];
	return (struct source_cell){.cell = at->path.s ? at : NULL,
	                            .at = {row->table, row->number, at->col}};
}

static pifu_status add_source_cell(struct collector *c, pifu_field field, uint32_t cell,
                                   pifu_error *err)
{
	struct source_cell *cells = pifu_arena_grow(c->doc->work, c->cells, c->ncells,
	                                            &c->cells_cap, c->ncells + 1, sizeof *cells);
	if (!cells)
		return pifu_error_nomem(err);
	c->cells = cells;
	cells += c->ncells++;
	*cells = pifu_collect_cell(c, cell);
	cells->field = field;
	return PIFU_OK;
}

pifu_status pifu_collect_source(struct collector *c, pifu_field field, uint32_t token,
                                pifu_error *err)
{
	const struct token *t = &c->doc->tokens[token];
	if (t->nparts == 0)
		return add_source_cell(c, field, t->cell, err);
	pifu_status st = PIFU_OK;
	for (uint32_t i = 0; i < t->nparts && st == PIFU_OK; i++)
		st = add_source_cell(c, field, c->doc->parts[t->part + i], err);
	return st;
}

/* Put a text into a field, or join it to what already stands there. */
static pifu_status put_text(struct collector *c, pifu_field field, struct str text, pifu_error *err)
{
	struct str before = pifu_collect_given(c, field);
	if (!before.s) {
		pifu_collect_give(c, field, pifu_arena_str(c->doc->work, text));
		return c->value[field].s ? PIFU_OK : pifu_error_nomem(err);
	}
	char *joined = pifu_arena_alloc(c->doc->work, (size_t)before.n + text.n + 1);
	if (!joined)
		return pifu_error_nomem(err);
	memcpy(joined, before.s, before.n);
	memcpy(joined + before.n, text.s, text.n);
	joined[before.n + text.n] = '\0';
	pifu_collect_give(c, field, (struct str){joined, before.n + text.n});
	return PIFU_OK;
}

/* One more wording, in its place among those of the other fields. Records have
 * one or two: the array is made anew. */
static pifu_status insert_raw(struct collector *c, struct raw_value raw, pifu_error *err)
{
	struct pifu_record *rec = c->record;
	struct raw_value *raws = pifu_arena_alloc(c->doc->work, (rec->nraws + 1) * sizeof *raws);
	if (!raws)
		return pifu_error_nomem(err);
	uint32_t at = 0;
	for (; at < rec->nraws && rec->raws[at].field < raw.field; at++)
		raws[at] = rec->raws[at];
	raws[at] = raw;
	for (; at < rec->nraws; at++)
		raws[at + 1] = rec->raws[at];
	rec->raws = raws;
	rec->nraws++;
	return PIFU_OK;
}

/* The value's wording in the source, where it is another. */
pifu_status pifu_collect_raw(struct collector *c, pifu_field field, uint32_t token, pifu_error *err)
{
	struct raw_value raw = {.text = pifu_collect_wording(c, token), .field = field};
	if (pifu_str_eq(raw.text, pifu_collect_given(c, field)) ||
	    pifu_record_wording(c->record, field).s)
		return PIFU_OK;
	pifu_status st = pifu_collect_copy(c, raw.text, &raw.text, err);
	return st == PIFU_OK ? insert_raw(c, raw, err) : st;
}

/* ---- Names and targets ------------------------------------------------------------ */

/* Bytes of 12. in front of a text, and the number; 0: none stands there. */
static uint32_t read_number(struct str text, unsigned *number)
{
	uint32_t at = 0;
	*number = 0;
	while (at < text.n && at < 2 && text.s[at] >= '0' && text.s[at] <= '9')
		*number = *number * 10 + (unsigned)(text.s[at++] - '0');
	return at && at < text.n && text.s[at] == '.' ? at + 1 : 0;
}

/* 3.500米站点覆盖率 behind 2.…: the number goes on with that of the record before, and what
 * follows is no decimal. */
static uint32_t listed_number(const struct collector *c, struct str text)
{
	unsigned number, before;
	uint32_t bytes = read_number(text, &number);
	if (!bytes || !c->last || text.s[bytes] < '0' || text.s[bytes] > '9')
		return 0;
	struct str wording = pifu_record_wording(c->last, PIFU_FIELD_NAME);
	return wording.s && read_number(wording, &before) && before + 1 == number ? bytes : 0;
}

/* A name without its template mark: 指标1: ★, and without what fills the gap behind it: ? */
static struct str strip_mark(struct collector *c, struct str text)
{
	const struct rule *rule = c->doc->grammar->name_mark;
	struct span at;
	while (text.n > 1 && pifu_str_ends(text, STR("?")))
		text.n--;
	uint32_t listed = listed_number(c, text);
	if (listed)
		return pifu_str_sub(text, listed, text.n);
	if (!rule || text.n == 0 ||
	    ((unsigned char)text.s[0] < 0x80 && text.s[0] >= 'a' && text.s[0] <= 'z'))
		return text;
	if (pifu_rule_match(rule, c->doc->matcher, text, 0, &at, 1, NULL) != 1 || at.from != 0)
		return text;
	return pifu_str_trim(pifu_str_sub(text, at.to, text.n));
}

static bool copy_text(struct arena *a, struct str *text)
{
	*text = pifu_arena_str(a, *text);
	return text->s != NULL;
}

/* The texts of a target that a record has fields for. */
static bool copy_texts(struct arena *a, struct target *t)
{
	return (!t->whole.s || copy_text(a, &t->whole)) &&
	       (!t->number.s || copy_text(a, &t->number)) &&
	       (!t->number_max.s || copy_text(a, &t->number_max)) &&
	       (!t->unit.s || copy_text(a, &t->unit));
}

/* The target as one word says it; its texts are the word's or in `arena`. */
static pifu_status read_word(struct collector *c, const struct target_parts *p, struct arena *arena,
                             struct target *t, pifu_error *err)
{
	struct pifu_doc *doc = c->doc;
	if (!doc->targets[p->token])
		return pifu_target_read(doc->grammar, doc->matcher, arena, p->value,
		                        doc->tokens[p->token].flags, t, err);
	*t = *doc->targets[p->token];
	return PIFU_OK;
}

/* The same for a word whose text is known: it is read and copied once for all records. */
static pifu_status read_known(struct collector *c, const struct target_parts *p,
                              struct known_sense *known, const struct target **out, pifu_error *err)
{
	struct arena *arena = pifu_known_arena(c->doc->known);
	if (!known->told) {
		struct target *told = pifu_arena_alloc(arena, sizeof *told);
		if (!told)
			return pifu_error_nomem(err);
		pifu_status st = read_word(c, p, arena, told, err);
		if (st != PIFU_OK)
			return st;
		if (!copy_texts(arena, told))
			return pifu_error_nomem(err);
		known->told = told;
	}
	*out = known->told;
	return PIFU_OK;
}

/* The target that the parts make, its texts NUL-terminated: in *own, which is missing, or the
 * known text's. */
static pifu_status read_parts(struct collector *c, const struct target_parts *p, struct target *own,
                              const struct target **out, pifu_error *err)
{
	struct pifu_doc *doc = c->doc;
	pifu_status st = PIFU_OK;
	*out = own;
	if (p->comparator.s || p->unit.s || p->values > 1) {
		st = pifu_target_join(doc->grammar, doc->matcher, doc->work, p->comparator,
		                      p->value, p->unit, own, err);
	} else if (p->values) {
		struct known_text *text = doc->tokens[p->token].known;
		if (text && text->senses[doc->reading])
			return read_known(c, p, text->senses[doc->reading], out, err);
		st = read_word(c, p, doc->work, own, err);
	}
	return st == PIFU_OK && !copy_texts(doc->work, own) ? pifu_error_nomem(err) : st;
}

pifu_status pifu_collect_target(struct collector *c, const struct target_parts *p, pifu_error *err)
{
	struct target own = {.kind = TARGET_MISSING};
	const struct target *t;
	pifu_status st = read_parts(c, p, &own, &t, err);
	if (st != PIFU_OK)
		return st;
	pifu_values_suspect(c, t);
	struct pifu_record *rec = c->record;
	bool by_places = rec->nparts && !p->values; /* the form has no column for the total */
	pifu_collect_give(c, PIFU_FIELD_TARGET_KIND, c->kinds[t->kind]);
	pifu_collect_give(c, PIFU_FIELD_COMPARATOR, c->comparators[t->comparator]);
	if (t->kind == TARGET_MISSING) {
		if (!by_places)
			rec->findings |= (uint64_t)1 << PIFU_FINDING_TARGET_MISSING;
		return PIFU_OK;
	}
	pifu_collect_give(c, PIFU_FIELD_TARGET, t->whole);
	pifu_collect_give(c, PIFU_FIELD_NUMBER, t->number);
	pifu_collect_give(c, PIFU_FIELD_NUMBER_MAX, t->number_max);
	pifu_collect_give(c, PIFU_FIELD_UNIT, t->unit);
	return p->values ? pifu_collect_raw(c, PIFU_FIELD_TARGET, p->token, err) : PIFU_OK;
}

/* The column that a place's value stands in: by its position, or (one cell a
 * line) the next one. */
static const struct slot *place_slot(const struct collector *c, uint32_t token)
{
	const struct pifu_doc *doc = c->doc;
	int64_t home = (int64_t)doc->tokens[token].col - view_of(c, token)->shift;
	size_t places = 0;
	for (size_t i = 0; i < doc->nslots; i++) {
		const struct slot *s = &doc->slots[i];
		if (s->role != ROLE_PLACE || s->token == PIFU_NONE)
			continue;
		if (doc->lines ? places++ == c->record->nparts : s->home == home)
			return s;
	}
	return NULL;
}

static pifu_status add_part(struct collector *c, uint32_t token, pifu_error *err)
{
	struct pifu_record *rec = c->record;
	const struct slot *slot = place_slot(c, token);
	if (!slot || rec->nparts >= SLOTS_MAX)
		return PIFU_OK;
	if (!rec->parts)
		rec->parts = ARENA_ARRAY(c->doc->work, struct part, SLOTS_MAX);
	if (!rec->parts)
		return pifu_error_nomem(err);
	struct part *part = &rec->parts[rec->nparts++];
	pifu_status st = pifu_collect_copy(c, c->doc->tokens[slot->token].text, &part->place, err);
	if (st == PIFU_OK)
		st = pifu_collect_source(c, PIFU_FIELD_TARGET, token, err);
	return st == PIFU_OK ? pifu_collect_copy(c, c->doc->tokens[token].text, &part->target, err)
	                     : st;
}

/* The rest of a target that was cut at the edge of its cell. */
static pifu_status join_target(struct collector *c, uint32_t token, struct target_parts *p,
                               pifu_error *err)
{
	struct str rest = c->doc->tokens[token].text;
	char *joined = pifu_arena_alloc(c->doc->work, (size_t)p->value.n + rest.n + 1);
	if (!joined)
		return pifu_error_nomem(err);
	memcpy(joined, p->value.s, p->value.n);
	memcpy(joined + p->value.n, rest.s, rest.n);
	joined[p->value.n + rest.n] = '\0';
	p->value = (struct str){joined, p->value.n + rest.n};
	p->values = 2;
	return pifu_collect_source(c, PIFU_FIELD_TARGET, token, err);
}

/* Collect the parts of the target of one record; others go straight to their field. */
pifu_status pifu_collect_field(struct collector *c, uint32_t token, struct target_parts *p,
                               pifu_error *err)
{
	const struct token *t = &c->doc->tokens[token];
	const struct view *v = view_of(c, token);
	pifu_field field = role_fields[v->role];
	pifu_status st = PIFU_OK;
	switch (v->role) {
	case ROLE_COMPARATOR:
		p->comparator = t->text;
		return pifu_collect_source(c, PIFU_FIELD_TARGET, token, err);
	case ROLE_UNIT:
		p->unit = t->text;
		return pifu_collect_source(c, PIFU_FIELD_TARGET, token, err);
	case ROLE_TARGET:
		if (v->rest && p->values)
			return join_target(c, token, p, err);
		p->value = t->text;
		p->token = token;
		p->values = 1;
		return pifu_collect_source(c, PIFU_FIELD_TARGET, token, err);
	case ROLE_PLACE:
		return add_part(c, token, err);
	case ROLE_LONG:
		p->long_token = token;
		return PIFU_OK;
	case ROLE_NAME:
		st = put_text(c, field,
		              pifu_collect_given(c, field).s ? t->text : strip_mark(c, t->text),
		              err);
		break;
	default:
		if (field == PIFU_FIELD_COUNT)
			return PIFU_OK;
		st = put_text(c, field, t->text, err);
	}
	if (st == PIFU_OK)
		st = pifu_collect_source(c, field, token, err);
	return st == PIFU_OK ? pifu_collect_raw(c, field, token, err) : st;
}
