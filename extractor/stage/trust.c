/* What may be trusted in a form, told by the form itself.
 *
 * Labels show whether cells stand in their columns: where most labels sit
 * beside their home, the export dropped leading cells and moving is cheap.
 * Rows of one cell each have no columns at all. */
#include "grammar/lexicon.h"
#include "stage/align.h"
#include "stage/classify.h"

static uint32_t home_of(const struct pifu_doc *doc, uint8_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role)
			return doc->slots[i].home;
	return PIFU_NONE;
}

/* Where a label stands: at its home (0), left of it (-1) or right of it. */
static int side_of(const struct aligner *a, const struct token *t, const struct label *label)
{
	uint32_t home = home_of(a->doc, label->level == 1 ? ROLE_LEVEL1 : ROLE_LEVEL2);
	return home == PIFU_NONE || t->col == home ? 0 : t->col < home ? -1 : 1;
}

static uint32_t level1_bits(const struct pifu_doc *doc, const struct token *t)
{
	uint32_t bits = 0;
	for (unsigned i = 0; i < t->nmeanings; i++) {
		const struct meaning *m = &t->meanings[i];
		if (m->kind == MEANING_LABEL && doc->grammars->common->labels[m->id].level == 1 &&
		    m->id < 32)
			bits |= 1u << m->id;
	}
	return bits;
}

void pifu_align_layout(struct aligner *a)
{
	const struct pifu_doc *doc = a->doc;
	uint32_t rows = 0, single = 0, labels = 0, home = 0, left = 0, last = PIFU_NONE, seen = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct token *t = &doc->tokens[a->tokens[i]];
		if (t->row != last) {
			rows++;
			single += doc->row_token[t->row + 1] - doc->row_token[t->row] == 1;
			last = t->row;
		}
		const struct meaning *m;
		if (!pifu_token_means(t, MEANING_LABEL, &m))
			continue;
		seen |= level1_bits(doc, t);
		labels++;
		int side = side_of(a, t, &doc->grammars->common->labels[m->id]);
		home += side == 0;
		left += side < 0;
	}
	a->layout = (struct layout){.move = 100, .join = 100, .split = 100};
	if (rows > 0 && single * 10 >= rows * 8)
		a->layout = (struct layout){.lines = true, .move = 0, .join = 0, .split = 100};
	else if (labels > 0 && home * 2 < labels)
		a->layout.move = 35, a->layout.join = 50;
	a->layout.levels_seen = seen;
	a->layout.dropped = left * 5 >= labels && left > 1;
}

/* Do functions of this form follow the family's rule (职能1：…)? */
void pifu_align_functions(struct aligner *a)
{
	const struct rule *rule = a->grammar->function_rule;
	if (!rule || home_of(a->doc, ROLE_FUNCTION) == PIFU_NONE)
		return;
	for (size_t i = 0; i < a->n && i < FUNCTION_WORDS && !a->ruled_functions; i++) {
		const struct token *t = &a->doc->tokens[a->tokens[i]];
		a->ruled_functions =
			t->nmeanings == 0 && t->key.n >= 7 &&
			pifu_rule_match(rule, a->doc->matcher, t->key, 0, NULL, 0, NULL) == 1;
	}
}

/* ---- Rows ---------------------------------------------------------------------- */

static bool is_label_tail(const struct aligner *a, struct str key)
{
	uint16_t label;
	return pifu_lexicon_ends(a->grammar->lexicon, key, &label, 1) > 0;
}

/* 双项目标 for 效益指标: a misread label ends as labels do, or stands beside
 * the other half of one and does not look like a name. */
static bool is_label_scrap(const struct aligner *a, const struct token *t, bool beside_half)
{
	if (t->flags & (TEXT_DIGIT | TEXT_COMPARATOR) || t->key.n > 18)
		return false;
	if (pifu_token_means(t, MEANING_WORDS, NULL) && t->col == home_of(a->doc, ROLE_TARGET))
		return false; /* 显著 in its column is a target */
	if (t->key.n <= 6 || pifu_str_ends(t->key, STR("标")))
		return true;
	return beside_half && t->key.n <= 15 &&
	       !pifu_endings_match(&a->grammar->name_endings, t->key);
}

/* A first look that settles most rows: remains are short and have no number. */
static bool may_be_scrap(const struct aligner *a, const struct token *t)
{
	if (pifu_token_means(t, MEANING_LABEL, NULL))
		return true;
	if (t->key.n > 27 || t->flags & (TEXT_DIGIT | TEXT_COMPARATOR | TEXT_PERCENT))
		return false;
	return pifu_str_ends(t->key, STR("标")) ||
	       !pifu_endings_match(&a->grammar->name_endings, t->key);
}

/* Nothing but labels and what is left of labels: what a page break leaves. */
static bool is_bare_row(const struct aligner *a, uint32_t row)
{
	const struct pifu_doc *doc = a->doc;
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	if (end - first > 2)
		return false;
	for (uint32_t i = first; i < end; i++)
		if (!may_be_scrap(a, &doc->tokens[i]))
			return false;
	bool half = false;
	for (uint32_t i = first; i < end; i++)
		half |= !pifu_token_means(&doc->tokens[i], MEANING_LABEL, NULL) &&
		        is_label_tail(a, doc->tokens[i].key);
	for (uint32_t i = first; i < end; i++) {
		const struct token *t = &doc->tokens[i];
		if (!pifu_token_means(t, MEANING_LABEL, NULL) && !is_label_tail(a, t->key) &&
		    !is_label_scrap(a, t, half))
			return false;
	}
	return true;
}

/* A level 1 in a cell that spans rows, where the format says so, governs them all. */
static void note_cover(struct aligner *a, uint32_t row)
{
	const struct pifu_doc *doc = a->doc;
	if (doc->row_grid[row] >= a->cover_end)
		a->covered = false;
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		const struct token *t = &doc->tokens[i];
		if (!level1_bits(doc, t)) /* few are one: only their cells are fetched */
			continue;
		const struct cell *cell = &doc->grid.cells[t->cell];
		if (cell->rowspan <= 1)
			continue;
		a->covered = true;
		a->cover_end = cell->row + cell->rowspan;
	}
}

void pifu_align_row(struct aligner *a, const struct token *t)
{
	const struct pifu_doc *doc = a->doc;
	const struct row *row = pifu_doc_row(doc, t->row);
	note_cover(a, t->row);
	a->bare_row =
		!a->layout.lines && doc->span->supposed != SUPPOSED_PROSE && is_bare_row(a, t->row);
	a->after_gap = row > doc->grid.rows &&
	               (row[-1].number + 1 != row->number || row[-1].page != row->page);
	const struct token *header = &doc->tokens[doc->span->header_token];
	bool laid_out = header->nparts > 0 && t->nparts == 0; /* a line between laid out rows */
	bool beside = row > doc->grid.rows && row[-1].table == row->table;
	bool dropped = beside && a->layout.dropped; /* its leading cells are missing, too */
	a->odd_place = !a->layout.lines &&
	               (laid_out ||
	                (row->width <= 1 && !dropped && pifu_doc_row(doc, header->row)->width > 1));
}

/* ---- Levels -------------------------------------------------------------------- */

/* Is a level 1 that may hold the label without a finding (经济成本指标 under
 * 产出指标) in force, in a form that does not show the usual one? */
static bool may_stand_under(const struct aligner *a, const struct label *level2, uint16_t level1)
{
	bool usual = level2->parent < 32 && (a->layout.levels_seen >> level2->parent & 1);
	return !usual && level1 < 64 && (level2->parents >> level1 & 1);
}

/* What the row itself says is believed. A level 1 that may hold the label, but stands
 * further up, may as well have ended at a break where the next was lost: neither is sure. */
struct level_costs pifu_align_levels(const struct aligner *a, const struct state *s,
                                     const struct label *level2)
{
	bool here = s->flags & STATE_LEVEL1_HERE || a->covered;
	int32_t order = a->w[COST_LEVEL_ORDER], restored = a->w[COST_LEVEL_RESTORED];
	if (s->level1 == NO_LABEL)
		return (struct level_costs){-1, restored};
	if (s->level1 == level2->parent)
		return (struct level_costs){0, -1};
	if (!may_stand_under(a, level2, s->level1))
		return (struct level_costs){order, here ? order + restored : restored};
	if (here)
		return (struct level_costs){0, -1};
	return a->after_gap ? (struct level_costs){restored, restored * 2 / 3}
	                    : (struct level_costs){0, restored / 3};
}

/* ---- Columns ------------------------------------------------------------------- */

/* Columns that are filled for every indicator, or for none. */
static bool is_number_role(uint8_t role)
{
	return role == ROLE_COMPARATOR || role == ROLE_UNIT || role == ROLE_WEIGHT ||
	       role == ROLE_ACTUAL || role == ROLE_SCORE;
}

int32_t pifu_align_skip(const struct aligner *a, const struct state *s, unsigned slot)
{
	int32_t cost = 0;
	if (!a->layout.lines || !(s->flags & STATE_TARGET))
		return 0;
	for (unsigned i = (unsigned)(s->slot + 1); i < slot; i++)
		cost += is_number_role(a->doc->slots[i].role) ? a->w[COST_COLUMN_SKIPPED] : 0;
	return cost;
}
