/* Checks of one record: a small function each. */
#include "base/word.h"
#include "stage/check.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
static struct str value(const struct checker *c, pifu_field field)
{
	return pifu_check_value(c, field);
}

static const int64_t HUNDRED = 1000000; /* ten-thousandths */

/* ---- What is at hand of the record ------------------------------------------- */

static enum name_aim read_comparator(struct str comparator)
{
	if (comparator.n != 2)
		return AIM_NONE;
	switch (comparator.s[0]) {
	case 'g':
		return AIM_MORE;
	case 'l':
		return AIM_LESS;
	default:
		return AIM_NONE;
	}
}

static bool has_finding(const struct checker *c, pifu_finding code)
{
	return c->rec->findings >> code & 1;
}

/* ---- Targets -------------------------------------------------------------------- */

/* A part cannot be more than its whole, so `≥100%` means `=100%` (and `>100%` nothing). */
static bool rate_over_100(const struct checker *c)
{
	int64_t number;
	if (c->sense.class != NAME_SHARE || c->asked == AIM_LESS ||
	    value(c, PIFU_FIELD_NUMBER_MAX).s || value(c, PIFU_FIELD_NUMBER).n < sizeof "100" - 1)
		return false;
	if (!pifu_str_eq(value(c, PIFU_FIELD_UNIT), STR("%")) ||
	    !pifu_check_decimal(value(c, PIFU_FIELD_NUMBER), &number))
		return false;
	return number > HUNDRED || (number == HUNDRED && c->asked == AIM_MORE);
}

static bool unit_name_mismatch(const struct checker *c)
{
	if (!c->sense.units)
		return false;
	struct str unit = value(c, PIFU_FIELD_UNIT);
	return unit.n > 0 && !pifu_senses_fit(c->sense.units, unit);
}

static bool holds_any(struct str text, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pifu_str_find(text, words[i]) >= 0)
			return true;
	return false;
}

/* 不合格率 is no 合格率. */
static bool is_turned(const struct checker *c)
{
	const struct name_senses *s = &c->doc->grammar->senses;
	struct str stem = pifu_str_sub(value(c, PIFU_FIELD_NAME), 0, c->sense.stem);
	if (!stem.s || stem.n == 0)
		return false;
	char last = stem.s[stem.n - 1];
	for (size_t i = 0; i < s->nturns; i++)
		if (s->turns[i].n && s->turns[i].s[s->turns[i].n - 1] == last &&
		    pifu_str_ends(stem, s->turns[i]))
			return true;
	return false;
}

/* A complaint rate with ≥, a satisfaction rate with ≤. */
static bool comparator_sense(const struct checker *c)
{
	const struct name_senses *s = &c->doc->grammar->senses;
	if (c->sense.aim == AIM_NONE || c->asked == AIM_NONE)
		return false;
	bool against = (c->sense.aim != c->asked) != is_turned(c);
	if (!against || c->asked == AIM_LESS)
		return against;
	return !holds_any(value(c, PIFU_FIELD_NAME), s->less_unless, s->nless_unless);
}

static bool has_digit(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (text.s[i] >= '0' && text.s[i] <= '9')
			return true;
	return false;
}

/* 数量指标 with 及时. Of benefits a tendency may be all that can be said. */
static bool number_due(const struct checker *c)
{
	if (!pifu_str_eq(value(c, PIFU_FIELD_TARGET_KIND), STR("text")) ||
	    has_digit(value(c, PIFU_FIELD_TARGET)))
		return false;
	if (pifu_str_eq(value(c, PIFU_FIELD_LEVEL2), STR("数量指标")))
		return true;
	return c->sense.class != NAME_OPEN &&
	       !pifu_str_eq(value(c, PIFU_FIELD_LEVEL1), STR("效益指标"));
}

static bool score_over_weight(const struct checker *c)
{
	const uint32_t both = (uint32_t)1 << PIFU_FIELD_SCORE | (uint32_t)1 << PIFU_FIELD_WEIGHT;
	int64_t score, weight;
	if ((c->rec->own_set & both) != both)
		return false;
	return pifu_check_decimal(value(c, PIFU_FIELD_SCORE), &score) &&
	       pifu_check_decimal(value(c, PIFU_FIELD_WEIGHT), &weight) && score > weight;
}

/* ---- Places --------------------------------------------------------------------------- */

static const struct label *level2_label(const struct grammar *g, struct str text)
{
	for (size_t i = 0; i < g->nlabels; i++)
		if (g->labels[i].level == 2 && pifu_str_eq(g->labels[i].text, text))
			return &g->labels[i];
	return NULL;
}

/* Is the word a level-1 label, and in none of its meanings one that `level2` goes under? */
static bool is_wrong_level1(const struct checker *c, const struct token *t,
                            const struct label *level2)
{
	const struct grammar *g = c->doc->grammars->common;
	bool wrong = false;
	for (size_t i = 0; i < t->nmeanings; i++) {
		uint16_t id = t->meanings[i].id;
		if (t->meanings[i].kind != MEANING_LABEL)
			continue;
		if (g->labels[id].level == 2 || id >= 64 || level2->parents >> id & 1)
			return false;
		wrong = true;
	}
	return wrong;
}

/* The row of words with a place of the grid; doc->nrows: none. Rows are in order. */
static size_t find_row(const struct pifu_doc *doc, struct place at)
{
	size_t low = 0, high = doc->nrows;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct row *row = pifu_doc_row(doc, (uint32_t)middle);
		if (row->table < at.table || (row->table == at.table && row->number < at.row))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Does a level-1 label stand in front of the level-2 label, in one row with it? */
static bool stands_misplaced(const struct checker *c, struct place at, const struct label *level2)
{
	const struct pifu_doc *doc = c->doc;
	for (size_t r = find_row(doc, at); r < doc->nrows; r++) {
		const struct row *row = pifu_doc_row(doc, (uint32_t)r);
		if (row->table != at.table || row->number != at.row)
			return false;
		for (uint32_t i = doc->row_token[r]; i < doc->row_token[r + 1]; i++)
			if (doc->tokens[i].col < at.col &&
			    is_wrong_level1(c, &doc->tokens[i], level2))
				return true;
	}
	return false;
}

/* The reader rather takes a level 1 for lost than for wrong, and says so; but when
 * both labels stand side by side, it is the form that has them so. */
static bool level_misplaced(const struct checker *c)
{
	bool restored = has_finding(c, PIFU_FINDING_LEVEL_RESTORED);
	if (!restored && !has_finding(c, PIFU_FINDING_LEVEL_ORDER))
		return false;
	if (!restored)
		return !has_finding(c, PIFU_FINDING_LABEL_MENDED);
	const struct label *level2 = level2_label(c->doc->grammar, value(c, PIFU_FIELD_LEVEL2));
	for (size_t i = 0; level2 && i < c->rec->ncells; i++)
		if (c->rec->cells[i].field == PIFU_FIELD_LEVEL2)
			return stands_misplaced(c, c->rec->cells[i].at, level2);
	return false;
}

static bool same_place(const struct pifu_record *a, const struct pifu_record *b)
{
	static const pifu_field fields[] = {PIFU_FIELD_NAME, PIFU_FIELD_FUNCTION,
	                                    PIFU_FIELD_PROJECT, PIFU_FIELD_TERM};
	for (size_t i = 0; i < COUNT(fields); i++)
		if (!pifu_str_eq(pifu_record_value(a, fields[i]), pifu_record_value(b, fields[i])))
			return false;
	return true;
}

/* Eight bytes a step: names are hashed for every record, and only within a form. */
static uint64_t hash_name(struct str name)
{
	uint64_t h = name.n;
	uint32_t at = 0;
	for (; at + 8 <= name.n; at += 8) {
		h = (h ^ word_load(name.s + at)) * 0x9E3779B97F4A7C15u;
		h ^= h >> 29;
	}
	h = (h ^ word_load_tail(name.s + at, name.n - at)) * 0x9E3779B97F4A7C15u;
	return h ^ h >> 32;
}

/* Records that follow one another mostly share the texts of function and project. */
static uint64_t hash_place(struct checker *c)
{
	struct str function = value(c, PIFU_FIELD_FUNCTION), project = value(c, PIFU_FIELD_PROJECT);
	if (c->number == 0 || function.s != c->function || project.s != c->project) {
		c->function = function.s;
		c->project = project.s;
		c->place_hash = 3 * pifu_str_hash(function) ^ 5 * pifu_str_hash(project);
	}
	return c->place_hash ^ hash_name(value(c, PIFU_FIELD_NAME));
}

/* The same name twice under one function or project; both records are marked. */
static bool duplicate_indicator(struct checker *c)
{
	if (value(c, PIFU_FIELD_NAME).n == 0)
		return false;
	for (size_t k = hash_place(c) & (c->slots - 1);; k = (k + 1) & (c->slots - 1)) {
		if (c->seen[k] == 0) {
			c->seen[k] = c->number + 1;
			return false;
		}
		struct pifu_record *other = &c->doc->form.records[c->seen[k] - 1];
		if (!same_place(other, c->rec))
			continue;
		pifu_check_mark(other, PIFU_CHECK_DUPLICATE_INDICATOR);
		return true;
	}
}

/* ---- All of them --------------------------------------------------------------------------- */

static uint64_t bit_if(bool holds, pifu_finding check)
{
	return (uint64_t)holds << check;
}

/* Asked one after the other and not through a table: most of them are a test or two, and
 * which of them go on is another for each record. */
void pifu_check_record(struct checker *c)
{
	pifu_senses_read(&c->doc->grammar->senses, value(c, PIFU_FIELD_NAME), &c->sense);
	c->asked = read_comparator(value(c, PIFU_FIELD_COMPARATOR));
	c->rec->findings |= bit_if(rate_over_100(c), PIFU_CHECK_RATE_OVER_100) |
	                    bit_if(unit_name_mismatch(c), PIFU_CHECK_UNIT_NAME_MISMATCH) |
	                    bit_if(duplicate_indicator(c), PIFU_CHECK_DUPLICATE_INDICATOR) |
	                    bit_if(comparator_sense(c), PIFU_CHECK_COMPARATOR_SENSE) |
	                    bit_if(number_due(c), PIFU_CHECK_NUMBER_DUE) |
	                    bit_if(level_misplaced(c), PIFU_CHECK_LEVEL_MISPLACED) |
	                    bit_if(score_over_weight(c), PIFU_CHECK_SCORE_OVER_WEIGHT);
}
