/* A field that was cut at the edge of its cell and goes on in the next row.
 *
 *     不合格食品核查处置完     a name that is full of its cell and does not end as names do
 *     成时限                what goes on with it ends so
 *     2024年10月-           a target that ends with a dash
 *     2025年9月
 *
 * Only where a line is a cell, or directly behind a page break; anywhere else
 * the rows of the table tell, and a row with nothing but a name that does not end
 * as names do only raises the doubt whether the next goes on with it. Two whole names in a row are two records, the
 * first of which lost its target. A line that leaves room for what follows, by
 * the widest whole name of the form, was not cut. */
#include "grammar/lexicon.h"
#include "stage/align.h"
#include "stage/classify.h"

#define REST_BYTES 60

enum {
	SHORT_REST = 40, /* one or two characters */
	LONG_REST = 100,
	LINKED_REST = 30, /* a dash, an open bracket … says that something follows */
	WHOLE_BEFORE = 200,
	NO_NAME_BEHIND = 80,
	ROOM_LEFT = 200,
	COMPLETING_REST = 10,
	TABLE_DOUBT = 40, /* dearer than two rows by so much */
};

static bool ends_as_name(const struct aligner *a, struct str key)
{
	return pifu_endings_match(&a->grammar->name_endings, key);
}

static bool ends_weakly(const struct aligner *a, struct str key)
{
	return pifu_endings_match(&a->grammar->weak_endings, key);
}

static bool is_open(struct str text)
{
	int open = 0;
	for (uint32_t i = 0; i < text.n; i++)
		open += (text.s[i] == '(') - (text.s[i] == ')');
	return open > 0;
}

/* Does the end of `before` or the beginning of `rest` say that they belong together? */
static bool is_linked(struct str before, struct str rest)
{
	static const struct str links[] = {{"至", 3}, {"—", 3}, {"-", 1},  {"~", 1},  {"/", 1},
	                                   {"、", 3}, {"·", 2}, {"或", 3}, {"和", 3}, {"及", 3}};
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (pifu_str_ends(before, links[i]) || pifu_str_starts(rest, links[i]))
			return rest.n > 1;
	return is_open(before) || pifu_str_starts(rest, STR(")"));
}

/* As printed, in half Han characters. */
static uint32_t width_of(struct str text)
{
	uint32_t n = 0;
	for (uint32_t at = 0; at < text.n;)
		n += pifu_utf8_next(text, &at) < 0x300 ? 1 : 2;
	return n;
}

void pifu_align_widest(struct aligner *a)
{
	for (size_t i = 0; a->layout.lines && i < a->n; i++) {
		const struct token *t = &a->doc->tokens[a->tokens[i]];
		if (t->nmeanings || t->key.n <= a->widest || t->key.n > REST_BYTES ||
		    !ends_as_name(a, t->key))
			continue;
		uint32_t width = width_of(t->key);
		a->widest = width > a->widest ? width : a->widest;
	}
}

static int32_t name_rest(const struct aligner *a, const struct token *before, const struct token *t)
{
	const struct sense *s = a->sense;
	if (s->has_number || s->nlabels || t->key.n > REST_BYTES ||
	    t->flags & (TEXT_COMPARATOR | TEXT_PERCENT) || pifu_str_starts(t->key, STR("其中")))
		return COST_CAP;
	uint32_t chars = pifu_utf8_count(t->key);
	int32_t cost = is_linked(before->key, t->key) ? LINKED_REST
	               : chars <= 2                   ? SHORT_REST
	                                              : LONG_REST;
	if (ends_as_name(a, before->key) && !is_linked(before->key, t->key))
		cost += WHOLE_BEFORE;
	if (!ends_as_name(a, t->key) && !ends_weakly(a, t->key))
		cost += NO_NAME_BEHIND;
	if (a->layout.lines && width_of(before->key) + 2 <= a->widest)
		cost += ROOM_LEFT;
	return cost;
}

static int32_t target_rest(const struct aligner *a, const struct token *before,
                           const struct token *t)
{
	const struct sense *s = a->sense;
	if (s->nlabels || t->key.n > REST_BYTES || t->flags & (TEXT_COMPARATOR | TEXT_PERCENT))
		return COST_CAP;
	if (is_linked(before->key, t->key))
		return LINKED_REST;
	bool date = before->flags & TEXT_DIGIT &&
	            (pifu_str_starts(t->key, STR("年")) || pifu_str_starts(t->key, STR("月")) ||
	             pifu_str_starts(t->key, STR("日")));
	bool tail = pifu_str_eq(t->key, STR("以上")) || pifu_str_eq(t->key, STR("以内")) ||
	            pifu_str_eq(t->key, STR("前")) || pifu_str_eq(t->key, STR("之前"));
	return date || tail ? LINKED_REST : COST_CAP;
}

/* 清扫保洁单 and 价: a character or two make a name of what was none. */
static bool completes_name(const struct aligner *a, const struct token *before,
                           const struct token *t)
{
	char both[2 * REST_BYTES];
	if (before->key.n > REST_BYTES || pifu_utf8_count(t->key) > 2 ||
	    t->flags & (TEXT_DIGIT | TEXT_COMPARATOR) || ends_as_name(a, before->key))
		return false;
	memcpy(both, before->key.s, before->key.n);
	memcpy(both + before->key.n, t->key.s, t->key.n);
	return ends_as_name(a, (struct str){both, before->key.n + t->key.n});
}

/* Two rows of a table that may be one indicator, its name cut: the reading that they are two
 * stays the best, with doubt. */
static int32_t table_rest(const struct aligner *a, const struct token *before,
                          const struct token *t)
{
	bool first = a->doc->row_token[t->row] == (uint32_t)(t - a->doc->tokens);
	if (!first || t->row != before->row + 1)
		return COST_CAP;
	if (completes_name(a, before, t))
		return COMPLETING_REST;
	if (t->col != before->col || t->flags & TEXT_DIGIT || a->sense->nlabels ||
	    ends_as_name(a, before->key) || ends_weakly(a, before->key) ||
	    (!ends_as_name(a, t->key) && !ends_weakly(a, t->key)) || before->flags & TEXT_DIGIT)
		return COST_CAP;
	int32_t join = a->w[COST_ROW_JOIN] * a->layout.join / 200;
	return a->w[COST_TARGET_MISSING] + a->w[COST_NAME_PLAIN] + TABLE_DOUBT - join;
}

int32_t pifu_align_rest(const struct aligner *a, uint32_t t, const struct state *s, unsigned slot)
{
	const struct pifu_doc *doc = a->doc;
	uint8_t role = doc->slots[slot].role;
	bool name = role == ROLE_NAME && !(s->flags & STATE_TARGET);
	if ((!name && role != ROLE_TARGET) || t == 0)
		return COST_CAP;
	const struct token *before = &doc->tokens[t - 1];
	if (!a->layout.lines && !a->after_gap)
		return name ? table_rest(a, before, &doc->tokens[t]) : COST_CAP;
	int32_t cost = name ? name_rest(a, before, &doc->tokens[t])
	                    : target_rest(a, before, &doc->tokens[t]);
	bool broken = !a->layout.lines && cost < WHOLE_BEFORE; /* the page break says it too */
	return broken ? cost * 2 / 5 : cost;
}
