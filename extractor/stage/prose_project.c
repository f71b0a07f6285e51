/* Which project a block of prose belongs to.
 *
 *     052003                        a code
 *     望湖县水库巡查管护              <- the name: an amount stands behind it
 *     1906000
 *     【项目概况】:…                 <- the mark
 *
 * From the mark back to the last indicator the nearest of these counts: what
 * stands behind 项目名称; a heading that is numbered (项目一:…, 二、…); a text that
 * an amount follows; a short cell in the mark's own row. Where a blank line
 * parts all entries, a name that was cut goes on from the line before it. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/prose.h"

#define LOOK_BACK 40
#define NAME_BYTES 180
#define NAME_LINES 3

struct look {
	struct pifu_doc *doc;
	uint32_t from, to;
};

static struct str text_of(const struct look *k, uint32_t cell)
{
	return k->doc->normal[cell].text;
}

static const struct row *row_of(const struct look *k, uint32_t cell)
{
	return &k->doc->grid.rows[k->doc->grid.cells[cell].row];
}

static const struct meaning *find_meaning(const struct look *k, struct str word, uint32_t kinds)
{
	size_t n;
	const struct meaning *m = pifu_lexicon_find(k->doc->grammars->common->lexicon, word, &n);
	for (size_t i = 0; i < n; i++)
		if (MEANING_BIT(m[i].kind) & kinds)
			return &m[i];
	return NULL;
}

static bool is_project_field(const struct look *k, struct str word)
{
	const struct meaning *m = find_meaning(k, word, MEANING_BIT(MEANING_FIELD));
	return m && pifu_str_eq(k->doc->grammars->common->fields[m->id].key, STR("project"));
}

static bool fits(const struct look *k, const struct rule *rule, struct str text)
{
	return rule && pifu_rule_match(rule, k->doc->matcher, text, 0, NULL, 0, NULL) == 1;
}

static bool is_amount(const struct look *k, uint32_t cell)
{
	struct str text = text_of(k, cell);
	return text.n <= 60 && (k->doc->normal[cell].flags & TEXT_DIGIT) &&
	       fits(k, k->doc->grammars->common->prose.amount, text);
}

/* A text that may be a project's name: Han, known to nobody, no sentence and no title. */
static bool may_name(const struct look *k, struct str text)
{
	static const struct str strange[] = {{"。", 3},        {";", 1},         {":", 1},
	                                     {"绩效目标", 12}, {"绩效指标", 12}, {"【", 3}};
	const uint32_t known = MEANING_BIT(MEANING_FIELD) | MEANING_BIT(MEANING_HEADER) |
	                       MEANING_BIT(MEANING_LABEL) | MEANING_BIT(MEANING_NOISE) |
	                       MEANING_BIT(MEANING_WORDS);
	if (text.n < 9 || text.n > NAME_BYTES || find_meaning(k, text, known))
		return false;
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		if (pifu_str_find(text, strange[i]) >= 0)
			return false;
	return true;
}

static bool has_han(const struct look *k, uint32_t cell)
{
	return k->doc->normal[cell].flags & TEXT_HAN;
}

static bool give(struct prose_piece *out, uint32_t cell, struct str name, enum prose_kind kind)
{
	*out = (struct prose_piece){.cell = cell,
	                            .kind = (uint8_t)kind,
	                            .n = 1,
	                            .col = {PROSE_COL_PROJECT},
	                            .part = {name}};
	return true;
}

/* 项目名称:X, or 项目名称 and X in the next cell. */
static bool read_field(const struct look *k, uint32_t cell, struct prose_piece *out)
{
	struct str text = text_of(k, cell);
	int64_t colon = pifu_str_find(text, STR(":"));
	if (colon > 0 && (uint32_t)colon + 1 < text.n &&
	    is_project_field(k, pifu_str_sub(text, 0, (uint32_t)colon)))
		return give(out, cell,
		            pifu_str_trim(pifu_str_sub(text, (uint32_t)colon + 1, text.n)),
		            PROSE_NAMED);
	if (cell + 1 >= k->to || !is_project_field(k, k->doc->normal[cell].key) ||
	    !has_han(k, cell + 1))
		return false;
	return give(out, cell + 1, text_of(k, cell + 1), PROSE_NAMED);
}

static bool read_heading(const struct look *k, uint32_t cell, struct prose_piece *out)
{
	const struct rule *rule = k->doc->grammars->common->prose.project;
	struct str text = text_of(k, cell);
	struct span at[8];
	uint32_t group = rule ? pifu_rule_group(rule, "name") : 0;
	if (!group || group >= 8 || text.n > NAME_BYTES ||
	    pifu_rule_match(rule, k->doc->matcher, text, 0, at, 8, NULL) != 1 ||
	    at[group].from == PIFU_NONE)
		return false;
	struct str name = pifu_str_sub(text, at[group].from, at[group].to);
	return may_name(k, name) && give(out, cell, name, PROSE_PROJECT);
}

/* Is a bracket closed in `text` that was not opened there? */
static bool closes_more(struct str text)
{
	int depth = 0;
	for (uint32_t i = 0; i < text.n && depth >= 0; i++)
		depth += (text.s[i] == '(') - (text.s[i] == ')');
	return depth < 0;
}

/* The first line of the name that ends in `cell`: lines directly above go before
 * it where a blank line parts all else, or as long as a bracket wants opening. */
static uint32_t first_line(const struct look *k, uint32_t cell)
{
	bool parted = cell + 1 < k->to && row_of(k, cell + 1)->number > row_of(k, cell)->number + 1;
	uint32_t first = cell;
	while (first > k->from && cell - first < NAME_LINES &&
	       (parted || closes_more(text_of(k, first)))) {
		const struct row *row = row_of(k, first), *above = row_of(k, first - 1);
		if (above->number + 1 != row->number || above->count != 1 || !has_han(k, first - 1))
			break;
		first--;
	}
	return first;
}

/* The name in cells [first, cell], joined. */
static bool give_name(const struct look *k, uint32_t cell, struct prose_piece *out)
{
	uint32_t first = first_line(k, cell), n = 0, w = 0;
	give(out, cell, text_of(k, cell), PROSE_PROJECT);
	for (uint32_t i = first; i <= cell; i++)
		n += text_of(k, i).n;
	char *name = first < cell ? pifu_arena_alloc(k->doc->arena, n + 1u) : NULL;
	for (uint32_t i = first; name && i <= cell; i++) {
		memcpy(name + w, text_of(k, i).s, text_of(k, i).n);
		w += text_of(k, i).n;
	}
	if (name && pifu_prose_join(k->doc, out, first, cell - first + 1))
		out->part[0] = (struct str){name, n};
	return may_name(k, out->part[0]);
}

static bool is_beside(const struct look *k, uint32_t cell)
{
	return row_of(k, cell)->count > 1 &&
	       k->doc->grid.cells[cell].row == k->doc->grid.cells[k->to].row;
}

bool pifu_prose_project(struct pifu_doc *doc, uint32_t from, uint32_t to, struct prose_piece *out)
{
	struct look k = {doc, from, to};
	bool amount = false;
	if (to - from > LOOK_BACK)
		k.from = to - LOOK_BACK;
	for (uint32_t i = to; i-- > k.from;) {
		bool followed = amount;
		amount = is_amount(&k, i);
		if (amount || !has_han(&k, i))
			continue;
		if (read_field(&k, i, out) || read_heading(&k, i, out))
			return true;
		if ((followed || is_beside(&k, i)) && give_name(&k, i, out))
			return true;
	}
	return false;
}
