/* Functions and projects in the middle of their blocks, beside levels that are not.
 *
 *     row  function      level1   level2      name
 *      0                 产出指标  数量指标     …       a stretch: up to where the level 1
 *      1                          质量指标     …       begins anew that the form begins with
 *      2   职能1:公交      效益指标  社会效益     …
 *      3   运力投放                可持续影响   …
 *      4                 产出指标  数量指标     …       the next stretch
 *
 * centre.c tiles forms whose labels are all centred. Often the name of a function or
 * project alone is: its cell is merged over many rows, those of levels over few.
 * Then stretches and names must be as many, one run of words for each stretch; a
 * name that does not stand in the first row of its stretch is read before it.
 *
 * Limits: a form whose functions do not begin with the same level 1 has no
 * stretches, and nothing is moved. */
#include "base/error.h"
#include "stage/align.h"
#include "stage/classify.h"

struct stretch {
	size_t from, to;            /* words, of a->tokens */
	uint32_t first_row;         /* of the words */
	uint32_t name_row, end_row; /* rows of the first and the last word of the name */
	unsigned words;             /* of the name */
	bool begins;                /* the level 1 that the form begins with stands beside it */
};

struct stretches {
	struct aligner *a;
	uint32_t home;  /* column of functions or projects */
	uint32_t last;  /* that of the indicators' names */
	uint16_t first; /* the level 1 that the form begins with, NO_LABEL before one is met */
	struct stretch *all;
	size_t n, cap;
};

static uint32_t find_home(const struct pifu_doc *doc, uint8_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role && doc->slots[i].token != PIFU_NONE)
			return doc->slots[i].home;
	return PIFU_NONE;
}

static uint32_t group_home(const struct pifu_doc *doc)
{
	uint32_t home = find_home(doc, ROLE_FUNCTION);
	return home == PIFU_NONE ? find_home(doc, ROLE_PROJECT) : home;
}

/* The level-1 label that `t` is, NO_LABEL. */
static uint16_t level1_of(const struct aligner *a, const struct token *t)
{
	for (unsigned i = 0; i < t->nmeanings; i++)
		if (t->meanings[i].kind == MEANING_LABEL &&
		    a->doc->grammars->common->labels[t->meanings[i].id].level == 1)
			return t->meanings[i].id;
	return NO_LABEL;
}

static bool add_stretch(struct stretches *s, size_t word, uint32_t row)
{
	struct stretch *all =
		pifu_arena_grow(s->a->doc->work, s->all, s->n, &s->cap, s->n + 1, sizeof *all);
	if (!all)
		return false;
	s->all = all;
	all[s->n++] = (struct stretch){.from = word,
	                               .first_row = row,
	                               .name_row = PIFU_NONE,
	                               .end_row = PIFU_NONE};
	return true;
}

/* A word of a name: in its column, and in a row that has an indicator in that of
 * indicators, too (one that moved or whose leading cells were dropped has not), or
 * nothing else. */
static bool is_name(const struct stretches *s, const struct token *t)
{
	const struct pifu_doc *doc = s->a->doc;
	if (t->col != s->home || pifu_token_means(t, MEANING_LABEL, NULL))
		return false;
	uint32_t at = doc->row_token[t->row], end = doc->row_token[t->row + 1];
	if (end - at == 1)
		return true;
	while (at < end && doc->tokens[at].col != s->last)
		at++;
	return at < end && !pifu_token_means(&doc->tokens[at], MEANING_LABEL, NULL);
}

static bool has_level1(const struct aligner *a, uint32_t row, uint16_t label)
{
	for (uint32_t i = a->doc->row_token[row]; i < a->doc->row_token[row + 1]; i++)
		if (level1_of(a, &a->doc->tokens[i]) == label)
			return true;
	return false;
}

/* One more word of the open stretch; false when it cannot be that names are centred. */
static inline bool note_word(struct stretches *s, const struct token *t)
{
	struct stretch *last = &s->all[s->n - 1];
	if (t->col != s->home || !is_name(s, t)) /* most words stand elsewhere */
		return true;
	if (last->words && t->row > last->end_row + 1)
		return false; /* a second name */
	if (!last->words) {
		last->name_row = t->row;
		last->begins = has_level1(s->a, t->row, s->first);
	}
	last->end_row = t->row;
	last->words++;
	return true;
}

/* First word of the row that word `i` stands in. */
static size_t row_begin(const struct aligner *a, size_t i)
{
	uint32_t row = a->doc->tokens[a->tokens[i]].row;
	while (i > 0 && a->doc->tokens[a->tokens[i - 1]].row == row)
		i--;
	return i;
}

/* Cut the words into stretches; false: there are none, or the arena is empty (failed). */
static bool find_stretches(struct stretches *s, bool *failed)
{
	const struct aligner *a = s->a;
	uint16_t before = NO_LABEL;
	size_t noted = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct token *t = &a->doc->tokens[a->tokens[i]];
		uint16_t label = level1_of(a, t);
		if (label == NO_LABEL)
			continue;
		s->first = s->first == NO_LABEL ? label : s->first;
		if (label == s->first && before != s->first) {
			size_t begin = s->n ? row_begin(a, i) : 0;
			for (; s->n && noted < begin; noted++)
				if (!note_word(s, &a->doc->tokens[a->tokens[noted]]))
					return false;
			if (s->n)
				s->all[s->n - 1].to = begin;
			if (!add_stretch(s, begin, a->doc->tokens[a->tokens[begin]].row)) {
				*failed = true;
				return false;
			}
		}
		before = label;
	}
	for (; s->n && noted < a->n; noted++)
		if (!note_word(s, &a->doc->tokens[a->tokens[noted]]))
			return false;
	if (s->n)
		s->all[s->n - 1].to = a->n;
	return s->n > 0;
}

static bool is_centred(const struct stretch *s)
{
	return s->words && s->name_row > s->first_row && !s->begins;
}

/* Every stretch has its name, and one of them in the middle? */
static bool is_believed(const struct stretches *s)
{
	bool any = false;
	for (size_t i = 0; i < s->n; i++) {
		if (!s->all[i].words)
			return false;
		any |= is_centred(&s->all[i]);
	}
	return any;
}

/* The words of the names first, then the others. */
static bool reorder(struct stretches *s)
{
	struct aligner *a = s->a;
	uint32_t *order = ARENA_ARRAY(a->doc->work, uint32_t, a->n + 1);
	if (!order)
		return false;
	size_t n = 0;
	for (size_t k = 0; k < s->n; k++) {
		const struct stretch *one = &s->all[k];
		bool centred = is_centred(one);
		for (size_t i = one->from; centred && i < one->to; i++)
			if (is_name(s, &a->doc->tokens[a->tokens[i]])) {
				order[n++] = a->tokens[i];
				a->doc->view[a->tokens[i]].centred = true;
			}
		for (size_t i = one->from; i < one->to; i++)
			if (!centred || !is_name(s, &a->doc->tokens[a->tokens[i]]))
				order[n++] = a->tokens[i];
	}
	a->tokens = order;
	return true;
}

pifu_status pifu_align_groups(struct aligner *a, pifu_error *err)
{
	struct stretches s = {.a = a,
	                      .home = group_home(a->doc),
	                      .last = find_home(a->doc, ROLE_NAME),
	                      .first = NO_LABEL};
	bool failed = false;
	if (a->layout.lines || s.home == PIFU_NONE || s.last == PIFU_NONE)
		return PIFU_OK;
	if (!find_stretches(&s, &failed) || !is_believed(&s))
		return failed ? pifu_error_nomem(err) : PIFU_OK;
	return reorder(&s) ? PIFU_OK : pifu_error_nomem(err);
}
