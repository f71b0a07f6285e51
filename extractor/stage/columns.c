/* The columns of a table by its header.
 *
 * One header row gives one column a word. A second row refines the first:
 *
 *     绩效指标 | 年度指标值          | 实际完成值 | 分值
 *     一级 | 二级 | 三级 | 性质 | 指标值 | 单位
 *
 * its level and name words take the place of a banner (绩效指标) or follow what
 * stands there, its value words take the place of the target. Where columns
 * keep their positions (the second row is indented under the first) the words
 * are simply put in the order of their columns. A banner that nothing refines
 * is a heading beside the table and stays as a column of its own. */
#include "stage/classify.h"
#include "stage/head.h"
#include "stage/suppose.h"

struct columns {
	struct slot *slots;
	size_t n;
};

static bool is_value_role(uint8_t role)
{
	return role == ROLE_TARGET || role == ROLE_COMPARATOR || role == ROLE_UNIT ||
	       role == ROLE_PRIOR || role == ROLE_LONG || role == ROLE_PLACE;
}

static bool is_label_role(uint8_t role)
{
	return role == ROLE_FUNCTION || role == ROLE_PROJECT || role == ROLE_LEVEL1 ||
	       role == ROLE_LEVEL2 || role == ROLE_NAME;
}

static void insert_slot(struct columns *c, size_t at, struct slot slot)
{
	if (c->n == SLOTS_MAX)
		return;
	memmove(&c->slots[at + 1], &c->slots[at], (c->n - at) * sizeof *c->slots);
	c->slots[at] = slot;
	c->n++;
}

static void remove_slot(struct columns *c, size_t at)
{
	memmove(&c->slots[at], &c->slots[at + 1], (c->n - at - 1) * sizeof *c->slots);
	c->n--;
}

static size_t find_role(const struct columns *c, uint8_t role)
{
	size_t i = 0;
	while (i < c->n && c->slots[i].role != role)
		i++;
	return i;
}

/* The column of values above that a word of a second header row stands under. */
static const struct token *heading_of(const struct pifu_doc *doc, const struct columns *above,
                                      uint32_t col)
{
	const struct token *heading = NULL;
	for (size_t i = 0; i < above->n; i++)
		if (above->slots[i].home <= col && above->slots[i].token != PIFU_NONE)
			heading = above->slots[i].role == ROLE_TARGET
			                  ? &doc->tokens[above->slots[i].token]
			                  : NULL;
	return heading;
}

/* Words of one header row, in their order; `above`: columns of the rows above it. */
static size_t row_slots(struct pifu_doc *doc, const struct columns *above, uint32_t first,
                        uint32_t end, struct slot *out)
{
	size_t n = 0;
	for (uint32_t i = first; i < end && n < SLOTS_MAX; i++) {
		uint16_t role = ROLE_OTHER;
		const struct token *t = &doc->tokens[i], *heading = heading_of(doc, above, t->col);
		if (!pifu_token_header(doc, t, &role) && heading)
			pifu_header_under(doc, heading, t, &role);
		out[n++] = (struct slot){(uint8_t)role, doc->tokens[i].col, i};
	}
	return n;
}

/* Does the second row stand under the first, at columns of its own? */
static bool is_indented(const struct columns *above, const struct slot *below, size_t n)
{
	return n > 0 && above->n > 0 && below[0].home > 0 && below[0].home >= above->slots[0].home;
}

/* A word that nobody knows (单位:万元, a page number) names no column. */
static bool is_unknown(struct pifu_doc *doc, const struct slot *s)
{
	uint16_t role;
	return s->role == ROLE_OTHER && s->token != PIFU_NONE &&
	       !pifu_token_header(doc, &doc->tokens[s->token], &role);
}

static void merge_by_position(struct pifu_doc *doc, struct columns *c, const struct slot *below,
                              size_t n)
{
	for (size_t k = 0; k < n; k++) {
		size_t at = 0;
		while (at < c->n && c->slots[at].home < below[k].home)
			at++;
		bool taken = at < c->n && c->slots[at].home == below[k].home;
		if (taken && (c->slots[at].role == ROLE_BANNER ||
		              is_value_role(c->slots[at].role) || is_unknown(doc, &c->slots[at])))
			c->slots[at] = below[k];
		else if (taken)
			continue;
		else
			insert_slot(c, at, below[k]);
	}
}

static void spread_homes(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->slots[i].home = (uint32_t)i;
}

/* Put the words of one kind where the word they refine stands. */
static void refine(struct columns *c, size_t at, bool keep, const struct slot *below, size_t n,
                   bool (*wanted)(uint8_t))
{
	if (at < c->n && !keep)
		remove_slot(c, at);
	for (size_t k = 0; k < n; k++)
		if (wanted(below[k].role) &&
		    (wanted != is_label_role || find_role(c, below[k].role) == c->n))
			insert_slot(c, at++, below[k]);
}

static void merge_by_meaning(struct columns *c, const struct slot *below, size_t n)
{
	bool values = false, labels = false;
	for (size_t k = 0; k < n; k++) {
		values |= is_value_role(below[k].role);
		labels |= is_label_role(below[k].role);
	}
	if (labels)
		refine(c, find_role(c, ROLE_BANNER), false, below, n, is_label_role);
	if (values)
		refine(c, find_role(c, ROLE_TARGET), false, below, n, is_value_role);
	spread_homes(c);
}

/* A heading beside the table, in the first row of its data: 年度绩效指标 | 产出指标 | … under a
 * header that leaves the first column free. */
static void add_side_banner(const struct pifu_doc *doc, struct columns *c)
{
	const struct form_span *f = doc->span;
	const struct token *t = &doc->tokens[f->header_token_end];
	const struct meaning *m;
	if (c->n == 0 || f->header_token_end >= doc->row_token[f->data_end] ||
	    t->col >= c->slots[0].home || find_role(c, ROLE_BANNER) < c->n ||
	    !pifu_token_means(t, MEANING_HEADER, &m) || m->id != ROLE_BANNER)
		return;
	insert_slot(c, 0, (struct slot){ROLE_BANNER, t->col, PIFU_NONE});
}

/* The same role twice is the same column met again (one header repeated in the run). */
static void drop_repeats(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = i + 1; k < c->n;)
			if (is_label_role(c->slots[k].role) && c->slots[k].role == c->slots[i].role)
				remove_slot(c, k);
			else
				k++;
}

/* A target in front of the names is no target: goals (年度目标) in a table of projects. */
static void demote_early_targets(struct columns *c)
{
	size_t name = find_role(c, ROLE_NAME);
	for (size_t i = 0; i < name && name < c->n; i++)
		if (c->slots[i].role == ROLE_TARGET)
			c->slots[i].role = ROLE_OTHER;
}

static bool may_mean(const struct pifu_doc *doc, const struct slot *s, uint8_t role)
{
	if (s->token == PIFU_NONE)
		return false;
	const struct token *t = &doc->tokens[s->token];
	for (unsigned k = 0; k < t->nmeanings; k++)
		if (t->meanings[k].kind == MEANING_HEADER && t->meanings[k].id == role)
			return true;
	return false;
}

/* 年度绩效目标 beside the projects of a table holds their goals and is no heading. */
static void settle_goals(const struct pifu_doc *doc, struct columns *c)
{
	if (find_role(c, ROLE_PROJECT) == c->n)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (c->slots[i].role == ROLE_BANNER && c->slots[i].token != PIFU_NONE &&
		    pifu_token_means(&doc->tokens[c->slots[i].token], MEANING_FIELD, NULL))
			c->slots[i].role = ROLE_OTHER;
}

/* A role that the table needs and has no column for: the last header that can
 * mean it as well (绩效指标, a heading or the names) and whose own meaning is
 * a heading or taken. */
static void settle_role(const struct pifu_doc *doc, struct columns *c, uint8_t role)
{
	if (find_role(c, role) < c->n)
		return;
	for (size_t i = c->n; i-- > 0;) {
		uint8_t own = c->slots[i].role;
		bool free = own == ROLE_BANNER || own == ROLE_OTHER || find_role(c, own) < i;
		if (!free || !may_mean(doc, &c->slots[i], role))
			continue;
		c->slots[i].role = role;
		return;
	}
}

/* ---- Columns that the header does not tell apart ------------------------------------ */

#define ROWS_ASKED 200 /* rows that are asked what a column holds */
#define LABELS_LEAST 2 /* labels that make a column one of a level */

/* Behind the rows that are asked. */
static uint32_t asked_end(const struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	return f->data_end - f->header_end > ROWS_ASKED ? f->header_end + ROWS_ASKED : f->data_end;
}

static bool is_level2(const struct pifu_doc *doc, const struct token *t)
{
	const struct meaning *m;
	return pifu_token_means(t, MEANING_LABEL, &m) &&
	       doc->grammars->common->labels[m->id].level == 2;
}

/* 指标类型 over labels of both levels: two columns at one place. */
static void settle_levels(const struct pifu_doc *doc, struct columns *c, bool lines)
{
	size_t at = find_role(c, ROLE_LEVEL1);
	if (at == c->n || find_role(c, ROLE_LEVEL2) < c->n)
		return;
	uint32_t home = c->slots[at].home;
	for (uint32_t i = doc->span->header_token_end; i < doc->row_token[asked_end(doc)]; i++) {
		if ((!lines && doc->tokens[i].col != home) || !is_level2(doc, &doc->tokens[i]))
			continue;
		insert_slot(c, at + 1, (struct slot){ROLE_LEVEL2, home, PIFU_NONE});
		return;
	}
}

/* Functions (职能2:…) that no column is headed for. */
static void settle_functions(struct pifu_doc *doc, struct columns *c)
{
	const struct rule *rule = doc->grammars->common->function_rule;
	const uint32_t numbers = TEXT_DIGIT | TEXT_HAN_DIGIT;
	if (!rule || find_role(c, ROLE_FUNCTION) < c->n || find_role(c, ROLE_PROJECT) < c->n)
		return;
	for (uint32_t r = doc->span->header_end; r < asked_end(doc); r++) {
		const struct token *t = &doc->tokens[doc->row_token[r]];
		if (doc->row_token[r] == doc->row_token[r + 1] || t->nmeanings || t->key.n < 10 ||
		    !(t->flags & numbers) || t->flags & (TEXT_COMPARATOR | TEXT_PERCENT) ||
		    pifu_rule_match(rule, doc->matcher, t->key, 0, NULL, 0, NULL) != 1)
			continue;
		insert_slot(c, 0, (struct slot){ROLE_FUNCTION, t->col, PIFU_NONE});
		return;
	}
}

/* 指标方向 beside a comparator column (指标性质) tells 正向 or 反向. */
static void settle_directions(const struct pifu_doc *doc, struct columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->slots[i].role != ROLE_COMPARATOR)
			continue;
		bool direction = may_mean(doc, &c->slots[i], ROLE_DIRECTION), other = false;
		for (size_t k = 0; k < c->n; k++)
			other |= k != i && c->slots[k].role == ROLE_COMPARATOR;
		if (direction && other)
			c->slots[i].role = ROLE_DIRECTION;
	}
}

/* ---- A target column whose header nobody knows ------------------------------------- */

/* How many words at `col` look like targets (negative: other words stand there). */
static int count_targets(const struct pifu_doc *doc, uint32_t col)
{
	const struct form_span *f = doc->span;
	int n = 0;
	for (uint32_t i = doc->row_token[f->header_end]; i < doc->row_token[asked_end(doc)]; i++) {
		const struct token *t = &doc->tokens[i];
		if (t->col != col || doc->row_kind[t->row] != ROW_DATA)
			continue;
		bool digit_first = t->key.n && t->key.s[0] >= '0' && t->key.s[0] <= '9';
		bool looks = t->flags & (TEXT_COMPARATOR | TEXT_PERCENT) || digit_first ||
		             pifu_token_means(t, MEANING_WORDS, NULL);
		n += looks ? 1 : -1;
	}
	return n;
}

/* A header without a target: the column behind the names that holds the most
 * targets is it, whether its header is unknown or was lost. */
static void guess_target(const struct pifu_doc *doc, struct columns *c)
{
	size_t name = find_role(c, ROLE_NAME), best = c->n;
	if (name == c->n)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (is_value_role(c->slots[i].role))
			return;
	int most = 0;
	for (size_t i = name + 1; i < c->n; i++) {
		const struct slot *s = &c->slots[i];
		if (s->role != ROLE_OTHER ||
		    (s->token != PIFU_NONE &&
		     pifu_token_means(&doc->tokens[s->token], MEANING_HEADER, NULL)))
			continue;
		int n = count_targets(doc, s->home);
		if (n > most)
			most = n, best = i;
	}
	if (best < c->n) {
		c->slots[best].role = ROLE_TARGET;
		return;
	}
	uint32_t last = c->slots[c->n - 1].home, found = PIFU_NONE;
	for (uint32_t col = c->slots[name].home + 1; col <= last + 2; col++) {
		size_t at = 0;
		while (at < c->n && c->slots[at].home != col)
			at++;
		int n = at == c->n ? count_targets(doc, col) : 0;
		if (n > most)
			most = n, found = col;
	}
	if (found == PIFU_NONE)
		return;
	size_t at = 0;
	while (at < c->n && c->slots[at].home < found)
		at++;
	insert_slot(c, at, (struct slot){ROLE_TARGET, found, PIFU_NONE});
}

/* ---- A level column whose header is blank ------------------------------------------ */

/* How many words at `col` are labels of `level`. */
static int count_labels(const struct pifu_doc *doc, uint32_t col, uint8_t level)
{
	const struct form_span *f = doc->span;
	const struct grammar *g = doc->grammars->common;
	int n = 0;
	uint32_t end = asked_end(doc);
	for (uint32_t i = doc->row_token[f->header_end]; i < doc->row_token[end]; i++) {
		const struct token *t = &doc->tokens[i];
		if (t->col != col)
			continue;
		for (unsigned k = 0; k < t->nmeanings; k++)
			n += t->meanings[k].kind == MEANING_LABEL &&
			     g->labels[t->meanings[k].id].level == level;
	}
	return n;
}

/* 绩效指标分类 | (blank) | 指标内容: one header over both levels. A column in front of
 * the names that no header has and that holds labels of the level which has no
 * column is that level's. */
static void guess_level(const struct pifu_doc *doc, struct columns *c, uint8_t role, uint8_t beside)
{
	size_t other = find_role(c, beside), name = find_role(c, ROLE_NAME);
	if (find_role(c, role) < c->n || other == c->n || name == c->n)
		return;
	size_t at = role == ROLE_LEVEL1 ? other : other + 1;
	uint32_t from = at ? c->slots[at - 1].home + 1 : 0;
	for (uint32_t col = from; at < c->n && col < c->slots[at].home; col++) {
		if (count_labels(doc, col, role == ROLE_LEVEL1 ? 1 : 2) < LABELS_LEAST)
			continue;
		insert_slot(c, at, (struct slot){role, col, PIFU_NONE});
		return;
	}
}

/* 一级 and below it 指标: the rest of a header that was cut, no header itself. */
static bool is_rest(const struct pifu_doc *doc, uint32_t row, size_t known)
{
	uint32_t first = doc->row_token[row];
	struct str key = doc->tokens[first].key;
	return known > 0 && doc->row_token[row + 1] - first == 1 &&
	       (pifu_str_eq(key, STR("指标")) || pifu_str_eq(key, STR("标")));
}

/* One cell a line: all words are one row. */
static bool is_one_column(const struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	for (uint32_t r = f->header; r < f->header_end; r++)
		if (doc->row_token[r + 1] - doc->row_token[r] > 1)
			return false;
	return true;
}

static void account_header(struct pifu_doc *doc, const struct token *t)
{
	uint32_t n;
	const uint32_t *cells = pifu_token_cells(doc, t, &n);
	for (uint32_t i = 0; i < n; i++)
		doc->account[cells[i]] = PIFU_ACCOUNT_HEADER;
}

void pifu_form_columns(struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	struct columns c = {.slots = doc->slots};
	if (f->supposed) {
		pifu_suppose_columns(doc);
		return;
	}
	if (is_one_column(doc)) {
		const struct columns none = {0};
		c.n = row_slots(doc, &none, f->header_token, f->header_token_end, c.slots);
		spread_homes(&c);
	}
	for (uint32_t r = f->header; c.n < SLOTS_MAX && r < f->header_end && !is_one_column(doc);
	     r++) {
		if (is_rest(doc, r, c.n))
			continue;
		struct slot below[SLOTS_MAX];
		size_t n = row_slots(doc, &c, doc->row_token[r], doc->row_token[r + 1], below);
		if (c.n == 0)
			memcpy(c.slots, below, (c.n = n) * sizeof *below);
		else if (is_indented(&c, below, n))
			merge_by_position(doc, &c, below, n);
		else
			merge_by_meaning(&c, below, n);
	}
	if (!is_one_column(doc))
		add_side_banner(doc, &c);
	settle_role(doc, &c, ROLE_NAME);
	drop_repeats(&c);
	settle_levels(doc, &c, is_one_column(doc));
	settle_functions(doc, &c);
	if (f->project_rows && find_role(&c, ROLE_PROJECT) == c.n)
		insert_slot(&c, 0, (struct slot){ROLE_PROJECT, 0, PIFU_NONE});
	demote_early_targets(&c);
	settle_goals(doc, &c);
	settle_directions(doc, &c);
	if (!is_one_column(doc)) {
		guess_level(doc, &c, ROLE_LEVEL1, ROLE_LEVEL2);
		guess_level(doc, &c, ROLE_LEVEL2, ROLE_LEVEL1);
		guess_target(doc, &c);
	}
	doc->nslots = c.n;
	doc->has_levels = find_role(&c, ROLE_LEVEL1) < c.n || find_role(&c, ROLE_LEVEL2) < c.n;
	for (uint32_t i = f->header_token; i < f->header_token_end; i++)
		account_header(doc, &doc->tokens[i]);
	if (!is_one_column(doc))
		pifu_form_permute(doc);
}
