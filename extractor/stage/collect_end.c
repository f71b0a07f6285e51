/* The end of a record: its values go where they take no more room than they need,
 * and a row with a value for the year and one for the long term becomes two.
 *
 *     value   [id file … function level1 level2 name target … term]    while it is read
 *              |  \________/        \____________________/
 *     own  [id] shared with        own [level1 name target …]    what is not null,
 *               the record before                                in the order of fields */
#include "base/error.h"
#include "stage/collect.h"

#define SHARED_SET (((uint32_t)1 << SHARED_END) - ((uint32_t)1 << SHARED_FIRST))

/* ---- Sealing --------------------------------------------------------------------- */

static pifu_status seal_cells(struct collector *c, pifu_error *err)
{
	struct source_cell *cells = pifu_arena_alloc(c->doc->work, c->ncells * sizeof *cells);
	if (!cells)
		return pifu_error_nomem(err);
	if (c->ncells)
		memcpy(cells, c->cells, c->ncells * sizeof *cells);
	c->record->cells = cells;
	c->record->ncells = (uint32_t)c->ncells;
	return PIFU_OK;
}

/* What the records of a function have in common stands once for all of them. */
static pifu_status seal_shared(struct collector *c, pifu_error *err)
{
	c->record->shared = c->shared;
	if (c->shared)
		return PIFU_OK;
	struct str *to = ARENA_ARRAY(c->doc->work, struct str, SHARED_END - SHARED_FIRST);
	if (!to)
		return pifu_error_nomem(err);
	to[PIFU_FIELD_FILE - SHARED_FIRST] = c->doc->file;
	to[PIFU_FIELD_KIND - SHARED_FIRST] = c->doc->form.kind;
	to[PIFU_FIELD_TITLE - SHARED_FIRST] = c->doc->form.title;
	to[PIFU_FIELD_YEAR - SHARED_FIRST] = c->year;
	to[PIFU_FIELD_DEPARTMENT - SHARED_FIRST] = c->department;
	to[PIFU_FIELD_PROJECT - SHARED_FIRST] = c->project;
	to[PIFU_FIELD_FUNCTION_NO - SHARED_FIRST] = c->function_no;
	to[PIFU_FIELD_FUNCTION - SHARED_FIRST] = c->function_name;
	to[PIFU_FIELD_FORM - SHARED_FIRST] = c->form_number;
	c->record->shared = c->shared = to;
	return PIFU_OK;
}

/* Its own fields: most of most records are null. */
static pifu_status seal_own(struct collector *c, pifu_error *err)
{
	struct pifu_record *rec = c->record;
	uint32_t set = c->given & ~SHARED_SET;
	struct str *own = pifu_arena_alloc(c->doc->work, pifu_set_size(set) * sizeof *own);
	if (!own)
		return pifu_error_nomem(err);
	rec->own = own;
	rec->own_set = set;
	for (; set; set &= set - 1)
		*own++ = c->value[__builtin_ctz(set)];
	return PIFU_OK;
}

pifu_status pifu_collect_seal(struct collector *c, pifu_error *err)
{
	pifu_status st = seal_cells(c, err);
	if (st == PIFU_OK)
		st = seal_shared(c, err);
	return st == PIFU_OK ? seal_own(c, err) : st;
}

/* ---- Terms ----------------------------------------------------------------------- */

size_t pifu_collect_slot(const struct collector *c, uint8_t role)
{
	for (size_t i = 0; i < c->doc->nslots; i++)
		if (c->doc->slots[i].role == role)
			return i + 1;
	return 0;
}

/* Without the yearly target's wording; its array may be another record's too. */
static pifu_status drop_target_raw(struct collector *c, pifu_error *err)
{
	struct pifu_record *rec = c->record;
	struct raw_value *raws = pifu_arena_alloc(c->doc->work, rec->nraws * sizeof *raws);
	if (!raws)
		return pifu_error_nomem(err);
	uint32_t n = 0;
	for (uint32_t i = 0; i < rec->nraws; i++)
		if (rec->raws[i].field != PIFU_FIELD_TARGET)
			raws[n++] = rec->raws[i];
	rec->raws = raws;
	rec->nraws = n;
	return PIFU_OK;
}

/* Put the long-term value in place of the record's target. */
static pifu_status put_long(struct collector *c, const struct target_parts *yearly, pifu_error *err)
{
	static const pifu_field target_fields[] = {PIFU_FIELD_TARGET, PIFU_FIELD_COMPARATOR,
	                                           PIFU_FIELD_NUMBER, PIFU_FIELD_NUMBER_MAX,
	                                           PIFU_FIELD_UNIT};
	struct pifu_record *rec = c->record;
	struct target_parts parts = *yearly;
	parts.token = yearly->long_token;
	parts.value = c->doc->tokens[parts.token].text;
	parts.values = 1;
	for (size_t i = 0; i < sizeof target_fields / sizeof *target_fields; i++)
		c->given &= ~((uint32_t)1 << target_fields[i]);
	pifu_collect_give(c, PIFU_FIELD_TERM, STR("long"));
	rec->findings &= ~((uint64_t)1 << PIFU_FINDING_TARGET_MISSING);
	size_t n = 0;
	for (size_t i = 0; i < c->ncells; i++)
		if (c->cells[i].field != PIFU_FIELD_TARGET)
			c->cells[n++] = c->cells[i];
	c->ncells = n;
	pifu_status st = drop_target_raw(c, err);
	if (st == PIFU_OK)
		st = pifu_collect_source(c, PIFU_FIELD_TARGET, parts.token, err);
	if (st == PIFU_OK)
		st = pifu_collect_target(c, &parts, err);
	return st == PIFU_OK ? pifu_collect_seal(c, err) : st;
}

/* Two records change places; their numbers, which `own` begins with, do not. */
static void swap_records(struct pifu_record *a, struct pifu_record *b)
{
	struct pifu_record first = *b;
	struct str id = a->own[0];
	a->own[0] = first.own[0];
	first.own[0] = id;
	*b = *a;
	*a = first;
}

pifu_status pifu_collect_terms(struct collector *c, const struct target_parts *parts,
                               pifu_error *err)
{
	struct pifu_form *form = &c->doc->form;
	struct pifu_record *year = c->record, *other = &form->records[form->nrecords];
	pifu_collect_give(c, PIFU_FIELD_TERM, STR("year"));
	if (parts->long_token == PIFU_NONE)
		return pifu_collect_seal(c, err);
	if (!parts->values)
		return put_long(c, parts, err);
	pifu_status st = pifu_collect_seal(c, err);
	if (st == PIFU_OK)
		st = pifu_collect_seal_repairs(c, err);
	if (st != PIFU_OK)
		return st;
	*other = *year;
	c->record = other;
	st = pifu_collect_id(c, form->nrecords + 1, err);
	if (st == PIFU_OK)
		st = put_long(c, parts, err);
	if (st == PIFU_OK && pifu_collect_slot(c, ROLE_LONG) < pifu_collect_slot(c, ROLE_TARGET))
		swap_records(year, other);
	form->nrecords++;
	c->last = other;
	return st;
}
