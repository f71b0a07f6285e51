/* What was put right in a record, why, and how sure the reading is.
 *
 * Shifts are told by runs: cells side by side that moved by the same step are
 * one repair. If the run is all that stands in the row the row moved, else
 * some of its cells did:
 *
 *     home      function  level1  level2  name  target
 *     row                         质量    合格率 100%        all by -1: row-shifted
 *     row                 在岗率                ≥60%        one by -2: cell-shifted
 *
 * Confidence comes from the smallest margin of the record's words:
 * 1 - 0.2^(margin / certain), so a margin of `certain` gives 0.8. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "stage/align.h"
#include "stage/collect.h"

struct reason {
	pifu_repair code;
	int32_t cost;
	const char *text;
};

static const struct view *view_of(const struct collector *c, uint32_t token)
{
	return &c->doc->view[token];
}

/* Places of all words' cells, one after another. */
static unsigned put_places(const struct collector *c, const uint32_t *tokens, unsigned n,
                           struct place *out)
{
	const struct grid *g = &c->doc->grid;
	unsigned places = 0;
	for (unsigned i = 0; i < n; i++) {
		const struct token *t = &c->doc->tokens[tokens[i]];
		uint32_t ncells;
		const uint32_t *cells = pifu_token_cells(c->doc, t, &ncells);
		for (uint32_t k = 0; k < ncells; k++) {
			const struct row *row = &g->rows[g->cells[cells[k]].row];
			if (out)
				out[places] = (struct place){row->table, row->number,
				                             pifu_token_col(c->doc, t)};
			places++;
		}
	}
	return places;
}

/* Room in c->repairs for `need`. */
static bool make_room(struct collector *c, size_t need)
{
	struct repair *all = pifu_arena_grow(c->doc->work, c->repairs, c->nrepairs, &c->repairs_cap,
	                                     need, sizeof *all);
	if (all)
		c->repairs = all;
	return all != NULL;
}

pifu_status pifu_collect_seal_repairs(struct collector *c, pifu_error *err)
{
	struct pifu_record *rec = c->repairs_of;
	c->repairs_of = NULL;
	if (!rec || rec->nrepairs == c->nrepairs)
		return PIFU_OK;
	rec->repairs = pifu_arena_alloc(c->doc->work, c->nrepairs * sizeof *rec->repairs);
	if (!rec->repairs)
		return pifu_error_nomem(err);
	memcpy(rec->repairs, c->repairs, c->nrepairs * sizeof *rec->repairs);
	rec->nrepairs = (uint32_t)c->nrepairs;
	return PIFU_OK;
}

/* c->repairs are those of `rec`, with room for one more. */
static pifu_status open_repairs(struct collector *c, struct pifu_record *rec, pifu_error *err)
{
	if (c->repairs_of == rec)
		return make_room(c, c->nrepairs + 1) ? PIFU_OK : pifu_error_nomem(err);
	pifu_status st = pifu_collect_seal_repairs(c, err);
	if (st != PIFU_OK)
		return st;
	c->nrepairs = 0;
	if (!make_room(c, rec->nrepairs + (size_t)1))
		return pifu_error_nomem(err);
	if (rec->nrepairs)
		memcpy(c->repairs, rec->repairs, rec->nrepairs * sizeof *rec->repairs);
	c->nrepairs = rec->nrepairs;
	c->repairs_of = rec;
	return PIFU_OK;
}

static pifu_status add_repair(struct collector *c, struct pifu_record *rec,
                              const struct reason *why, const uint32_t *tokens, unsigned n,
                              pifu_error *err)
{
	pifu_status st = open_repairs(c, rec, err);
	if (st != PIFU_OK)
		return st;
	unsigned places = put_places(c, tokens, n, NULL);
	struct place *cells = pifu_arena_alloc(c->doc->work, places * sizeof *cells);
	if (!cells)
		return pifu_error_nomem(err);
	put_places(c, tokens, n, cells);
	c->repairs[c->nrepairs++] =
		(struct repair){why->code, why->cost, cells, places, pifu_str_of(why->text)};
	return PIFU_OK;
}

/* ---- Shifts -------------------------------------------------------------------- */

static bool is_placed(const struct view *v)
{
	return v->reading != READ_NONE && v->reading != READ_RESIDUE && v->reading != READ_NOISE;
}

static const char *shift_reason(int shift, bool whole)
{
	if (whole)
		return shift < 0 ? "the row stands to the left of its columns"
		                 : "the row stands to the right of its columns";
	return shift < 0 ? "cells stand to the left of their columns"
	                 : "cells stand to the right of their columns";
}

static pifu_status add_shift(struct collector *c, uint32_t from, uint32_t to, bool whole,
                             pifu_error *err)
{
	uint32_t tokens[SLOTS_MAX];
	unsigned n = 0;
	int32_t cost = 0;
	for (uint32_t i = from; i < to && n < SLOTS_MAX; i++) {
		if (!is_placed(view_of(c, i)))
			continue;
		tokens[n++] = i;
		cost += view_of(c, i)->cost;
	}
	int shift = view_of(c, from)->shift;
	struct reason why = {whole ? PIFU_REPAIR_ROW_SHIFTED : PIFU_REPAIR_CELL_SHIFTED, cost,
	                     shift_reason(shift, whole)};
	return add_repair(c, c->record, &why, tokens, n, err);
}

static bool has_shifts(const struct collector *c, uint32_t from, uint32_t to)
{
	int shifts = 0;
	for (uint32_t i = from; i < to; i++)
		shifts |= view_of(c, i)->shift;
	return shifts != 0;
}

/* End of the words of [from, to) that stand in the row of the first. */
static uint32_t row_end(const struct collector *c, uint32_t from, uint32_t to)
{
	uint32_t end = from;
	while (end < to && c->doc->tokens[end].row == c->doc->tokens[from].row)
		end++;
	return end;
}

/* Runs of words of row [from, to) that moved by one step. */
static pifu_status add_shifts(struct collector *c, uint32_t from, uint32_t to, pifu_error *err)
{
	for (uint32_t i = from; i < to;) {
		uint32_t end = i + 1;
		while (end < to && (!is_placed(view_of(c, end)) ||
		                    view_of(c, end)->shift == view_of(c, i)->shift))
			end++;
		if (is_placed(view_of(c, i)) && view_of(c, i)->shift != 0) {
			pifu_status st =
				add_shift(c, i, end, i == from && end == to && end - i > 1, err);
			if (st != PIFU_OK)
				return st;
		}
		i = end;
	}
	return PIFU_OK;
}

/* ---- Labels ------------------------------------------------------------------------ */

static pifu_status add_mended(struct collector *c, const struct giver *g, pifu_error *err)
{
	static const struct reason joined = {PIFU_REPAIR_LABEL_JOINED, 0,
	                                     "the halves of a cut label were joined"};
	static const struct reason mended = {PIFU_REPAIR_LABEL_MENDED, 0,
	                                     "the label differs from its vocabulary"};
	static const struct reason restored = {
		PIFU_REPAIR_LEVEL_RESTORED, 0,
		"the level-1 label was lost; the level-2 label belongs under it"};
	static const struct reason centred = {PIFU_REPAIR_LABEL_CENTRED, 0,
	                                      "the label stands in the middle of its block"};
	pifu_status st = PIFU_OK;
	if (g->centred)
		st = add_repair(c, c->record, &centred, g->tokens, 1, err);
	if (st != PIFU_OK)
		return st;
	if (g->n > 1 || (g->n == 1 && c->doc->tokens[g->tokens[0]].nparts > 1))
		st = add_repair(c, c->record, &joined, g->tokens, g->n, err);
	else if (g->mended)
		st = add_repair(c, c->record, &mended, g->tokens, g->n, err);
	if (st == PIFU_OK && g->restored)
		st = add_repair(c, c->record, &restored, g->tokens, g->n, err);
	return st;
}

/* ---- The record ---------------------------------------------------------------------- */

static pifu_status add_record_repairs(struct collector *c, uint32_t from, uint32_t to,
                                      pifu_error *err)
{
	static const struct reason split = {PIFU_REPAIR_ROW_SPLIT, 0,
	                                    "a second indicator stands in the same row"};
	static const struct reason joined = {PIFU_REPAIR_ROW_JOINED, 0,
	                                     "the indicator goes on in the next row"};
	static const struct reason wrapped = {PIFU_REPAIR_TEXT_JOINED, 0,
	                                      "the cell was wrapped over several lines"};
	static const struct reason lost = {PIFU_REPAIR_TARGET_LOST, 0,
	                                   "the row moved right; its target fell off the edge"};
	static const struct reason sign = {PIFU_REPAIR_COMPARATOR_RESTORED, 0,
	                                   "the comparator stood in LaTeX or in a symbol font"};
	pifu_status st = PIFU_OK;
	for (uint32_t i = from; i < to && st == PIFU_OK; i++) {
		const struct view *v = view_of(c, i);
		const struct token *t = &c->doc->tokens[i];
		if (v->reading != READ_FIELD)
			continue;
		if (t->nparts > 1)
			st = add_repair(c, c->record, &wrapped, &i, 1, err);
		if (st == PIFU_OK && v->split)
			st = add_repair(c, c->record, &split, &i, 1, err);
		if (st == PIFU_OK && v->row_joined && !c->doc->lines)
			st = add_repair(c, c->record, &joined, &i, 1, err);
		bool missing = c->record->findings >> PIFU_FINDING_TARGET_MISSING & 1;
		if (st == PIFU_OK && v->role == ROLE_NAME && v->shift > 0 && missing)
			st = add_repair(c, c->record, &lost, &i, 1, err);
		if (st == PIFU_OK && v->role == ROLE_TARGET &&
		    t->flags & (TEXT_LATEX | TEXT_SYMBOL))
			st = add_repair(c, c->record, &sign, &i, 1, err);
	}
	return st;
}

pifu_status pifu_collect_value_split(struct collector *c, uint32_t token, int32_t cost,
                                     pifu_error *err)
{
	const struct reason why = {PIFU_REPAIR_VALUE_SPLIT, cost,
	                           "several columns' values stood in one cell"};
	return add_repair(c, c->record, &why, &token, 1, err);
}

/* Does the row of the grid stand in another part of its table than the row before it? */
static bool begins_part(const struct grid *g, uint32_t row)
{
	return g->rows[row].marks & ROW_MARK_PART || g->rows[row].table != g->rows[row - 1].table;
}

/* The first record behind a seam: between the row that records have reached and its own. */
static pifu_status add_seam(struct collector *c, uint32_t from, pifu_error *err)
{
	static const struct reason seam = {PIFU_REPAIR_TABLE_JOINED, 0,
	                                   "from here on the table is stored as a part of its own"};
	const struct grid *g = &c->doc->grid;
	uint32_t row = g->cells[c->doc->tokens[from].cell].row;
	bool found = false;
	for (uint32_t r = c->reached + 1; r <= row && !found; r++)
		found = begins_part(g, r);
	if (row > c->reached)
		c->reached = row;
	return found ? add_repair(c, c->record, &seam, &from, 1, err) : PIFU_OK;
}

pifu_status pifu_collect_repairs(struct collector *c, uint32_t from, uint32_t to, pifu_error *err)
{
	uint32_t row = c->doc->tokens[from].row;
	uint32_t start = from;
	while (start > c->first && c->doc->tokens[start - 1].row == row &&
	       view_of(c, start - 1)->reading != READ_FIELD)
		start--;
	pifu_status st = add_seam(c, from, err);
	if (st == PIFU_OK && (c->is_odd || has_shifts(c, start, from)))
		st = add_shifts(c, start, row_end(c, from, to), err);
	if (st == PIFU_OK && c->carried.group.repaired)
		st = add_mended(c, &c->carried.group, err);
	if (st == PIFU_OK && c->carried.level1.repaired)
		st = add_mended(c, &c->carried.level1, err);
	if (st == PIFU_OK && c->carried.level2.repaired)
		st = add_mended(c, &c->carried.level2, err);
	return st == PIFU_OK && c->is_odd ? add_record_repairs(c, from, to, err) : st;
}

/* A label half that came later mends the records already read under that label. */
static pifu_status mend_behind(struct collector *c, uint32_t token, pifu_error *err)
{
	static const struct reason joined = {PIFU_REPAIR_LABEL_JOINED, 0,
	                                     "the other half of its label follows below"};
	const struct view *v = view_of(c, token);
	bool first = v->role == ROLE_LEVEL1;
	const struct giver *g = first ? &c->carried.level1 : &c->carried.level2;
	if ((!first && v->role != ROLE_LEVEL2) || !c->last || v->label == UINT16_MAX)
		return PIFU_OK;
	struct str label = c->doc->grammar->labels[v->label].text;
	pifu_field field = first ? PIFU_FIELD_LEVEL1 : PIFU_FIELD_LEVEL2;
	struct pifu_form *form = &c->doc->form;
	for (size_t i = form->nrecords; i-- > 0;) {
		struct pifu_record *rec = &form->records[i];
		bool same = pifu_str_eq(pifu_record_value(rec, field), label) &&
		            pifu_str_eq(pifu_record_value(rec, PIFU_FIELD_FUNCTION),
		                        pifu_record_value(c->last, PIFU_FIELD_FUNCTION));
		if (!same)
			break;
		rec->findings |= (uint64_t)1 << PIFU_FINDING_LABEL_MENDED;
		pifu_status st = add_repair(c, rec, &joined, g->tokens, g->n, err);
		if (st != PIFU_OK)
			return st;
	}
	return PIFU_OK;
}

pifu_status pifu_collect_residue(struct collector *c, uint32_t token, pifu_error *err)
{
	static const struct reason why = {PIFU_REPAIR_RESIDUE_DROPPED, 0,
	                                  "remains of a merged label behind this row"};
	const struct view *v = view_of(c, token);
	if (v->reading == READ_FRAGMENT)
		return mend_behind(c, token, err);
	if (v->reading != READ_RESIDUE || !c->last)
		return PIFU_OK;
	struct reason paid = why;
	paid.cost = v->cost;
	return add_repair(c, c->last, &paid, &token, 1, err);
}

/* ---- Confidence ------------------------------------------------------------------------- */

static const pifu_field role_fields[ROLE_COUNT] = {
#define PIFU_ROLE(id, key, field, meaning) [ROLE_##id] = (field),
#include "grammar/roles.def"
#undef PIFU_ROLE
};

static struct str label_text(const struct collector *c, uint16_t label)
{
	return label == UINT16_MAX ? STR_NONE : c->doc->grammar->labels[label].text;
}

/* In what the rival of word `token` differs, as fields of the record. */
static pifu_status add_alternatives(struct collector *c, uint32_t token, pifu_error *err)
{
	const struct view *v = view_of(c, token);
	struct pifu_record *rec = c->record;
	struct alternative *all = ARENA_ARRAY(c->doc->work, struct alternative, 3);
	if (!all)
		return pifu_error_nomem(err);
	size_t n = 0;
	if (v->rival_level1 != v->level1)
		all[n++] = (struct alternative){v->margin, PIFU_FIELD_LEVEL1,
		                                label_text(c, v->rival_level1)};
	if (v->rival_level2 != v->level2)
		all[n++] = (struct alternative){v->margin, PIFU_FIELD_LEVEL2,
		                                label_text(c, v->rival_level2)};
	pifu_field field = role_fields[v->rival_role];
	if (v->rival_role != v->role && field != PIFU_FIELD_COUNT &&
	    v->rival_reading == READ_FIELD) {
		struct str text = pifu_arena_str(c->doc->work, c->doc->tokens[token].text);
		if (!text.s)
			return pifu_error_nomem(err);
		all[n++] = (struct alternative){v->margin, field, text};
	}
	rec->alternatives = all;
	rec->nalternatives = (uint32_t)n;
	return PIFU_OK;
}

/* Most records have no rival within COST_CAP: their confidence is computed once a form. */
static double confidence_of(struct collector *c, int32_t margin)
{
	double certain = c->doc->grammar->costs[COST_CERTAIN];
	if (margin < COST_CAP)
		return 1.0 - pow(0.2, margin / (certain > 0 ? certain : 1));
	if (c->highest <= 0)
		c->highest = 1.0 - pow(0.2, COST_CAP / (certain > 0 ? certain : 1));
	return c->highest;
}

/* Words whose reading another record depends on: the next word, should it be this one's target. */
static bool is_rival_target(const struct collector *c, uint32_t token)
{
	if (token >= c->end)
		return false;
	const struct view *v = view_of(c, token);
	return v->reading != READ_NONE && v->rival_role == ROLE_TARGET && v->role != ROLE_TARGET;
}

pifu_status pifu_collect_confidence(struct collector *c, uint32_t from, uint32_t to,
                                    pifu_error *err)
{
	struct pifu_record *rec = c->record;
	uint32_t number = view_of(c, from)->record, weakest = from;
	rec->margin = view_of(c, from)->margin;
	for (uint32_t i = from; i <= to; i++) {
		bool mine = i < to ? view_of(c, i)->record == number
		                   : !pifu_collect_given(c, PIFU_FIELD_TARGET).s &&
		                             is_rival_target(c, i);
		if (!mine || view_of(c, i)->margin >= rec->margin)
			continue;
		rec->margin = view_of(c, i)->margin;
		weakest = i;
	}
	rec->confidence = confidence_of(c, rec->margin);
	if (rec->confidence >= c->doubt)
		return PIFU_OK;
	rec->findings |= (uint64_t)1 << PIFU_FINDING_DOUBTFUL;
	return add_alternatives(c, weakest, err);
}

/* ---- Cuts ----------------------------------------------------------------------------- */

static pifu_status add_cut_rival(struct collector *c, uint32_t token, const struct cut *cut,
                                 pifu_error *err)
{
	struct pifu_record *rec = c->record;
	pifu_field field = role_fields[view_of(c, token)->role];
	rec->findings |= (uint64_t)1 << PIFU_FINDING_DOUBTFUL;
	if (!cut->rival.s || field == PIFU_FIELD_COUNT)
		return PIFU_OK;
	struct alternative *all =
		ARENA_ARRAY(c->doc->work, struct alternative, rec->nalternatives + 1);
	struct str text = pifu_arena_str(c->doc->work, cut->rival);
	if (!all || !text.s)
		return pifu_error_nomem(err);
	if (rec->nalternatives)
		memcpy(all, rec->alternatives, rec->nalternatives * sizeof *all);
	all[rec->nalternatives++] = (struct alternative){cut->margin, field, text};
	rec->alternatives = all;
	return PIFU_OK;
}

pifu_status pifu_collect_cuts(struct collector *c, uint32_t from, uint32_t to, pifu_error *err)
{
	static const char *const reasons[] = {"the cells stood glued together",
	                                      "several columns' values stood in one cell"};
	const struct cut *least = NULL;
	uint32_t tokens[SLOTS_MAX], weakest = from;
	unsigned n = 0;
	int32_t cost = 0;
	for (uint32_t i = from; i < to && c->doc->ncuts && n < SLOTS_MAX; i++) {
		uint32_t cut = c->doc->tokens[i].cut;
		if (!cut || view_of(c, i)->record != view_of(c, from)->record)
			continue;
		const struct cut *at = &c->doc->cuts[cut - 1];
		tokens[n++] = i;
		cost += at->cost;
		if (!least || at->margin < least->margin)
			least = at, weakest = i;
	}
	if (n == 0)
		return PIFU_OK;
	struct reason why = {least->fused ? PIFU_REPAIR_VALUE_SPLIT : PIFU_REPAIR_CELL_CUT, cost,
	                     reasons[least->fused]};
	if (least->fused)
		c->record->findings |= (uint64_t)1 << PIFU_FINDING_TARGET_SPLIT;
	pifu_status st = add_repair(c, c->record, &why, tokens, n, err);
	double sure = confidence_of(c, least->margin);
	if (sure < c->record->confidence)
		c->record->confidence = sure;
	return st == PIFU_OK && sure < c->doubt ? add_cut_rival(c, weakest, least, err) : st;
}
