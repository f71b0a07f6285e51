/* Checks of a form as a whole: findings of the document, each at its place.
 *
 *     records   level1     weight    function        groups of level 1
 *               产出指标     20  \
 *               产出指标     30   |   1  sum 60        output 50
 *               效益指标     10  /                    benefit 30
 *               效益指标     20  \    2  sum 40        satisfaction 10
 *               满意度指标    10  /                    total 90: as 财预〔2020〕10号
 *                                                      has it, 10 being for execution
 *
 * Weights are summed over a run of records with one project. A total is fine
 * when it is 100, or 90, or (shares of one) 1, and so it is when each function
 * weighs as much by itself. Where a record has no weight, or no plain number
 * for one, nothing is said. */
#include <stdio.h>

#include "stage/check.h"
#include "stage/head.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { GROUP_OUTPUT, GROUP_BENEFIT, GROUP_SATISFACTION, GROUP_OTHER };
enum { ONE = 10000, SLACK = 5000, RUN_LEAST = 3 }; /* half a point: a third of ten is 3.33 */

/* ---- Findings ----------------------------------------------------------------------- */

static uint32_t line_of(const struct pifu_doc *doc, const struct finding *f)
{
	for (size_t i = 0; i < doc->grid.nrows; i++)
		if (doc->grid.rows[i].table == f->table && doc->grid.rows[i].number == f->row)
			return doc->grid.rows[i].line;
	return 0;
}

static void tell(struct checker *c, struct finding f)
{
	if (!f.line)
		f.line = line_of(c->doc, &f);
	pifu_finding_add(&c->doc->findings, f);
}

/* About the whole table: at its header, or where the form begins. */
static void tell_table(struct checker *c, pifu_finding code)
{
	const struct pifu_doc *doc = c->doc;
	struct finding f = {.code = code,
	                    .table = PIFU_NONE,
	                    .row = PIFU_NONE,
	                    .col = PIFU_NONE,
	                    .text = doc->form.title.s ? doc->form.title : STR("")};
	uint32_t at = doc->span ? doc->span->header : 0;
	if (doc->span && at < doc->nrows) {
		const struct row *row = pifu_doc_row(doc, at);
		f.table = row->table;
		f.row = row->number;
		f.line = row->line;
	}
	tell(c, f);
}

/* 12.5 for 125000 */
static int print_decimal(char *out, size_t size, int64_t number)
{
	int n = snprintf(out, size, "%lld.%04lld", (long long)(number / ONE),
	                 (long long)(number % ONE));
	while (n > 0 && out[n - 1] == '0')
		n--;
	if (n > 0 && out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return n;
}

/* ---- Levels ---------------------------------------------------------------------------- */

static const struct {
	struct str level1;
	unsigned group;
} groups[] = {
	{{"产出指标", 12}, GROUP_OUTPUT},
	{{"履职效能", 12},
         GROUP_OUTPUT}, /* what departments' forms of later years have in its place */
	{{"效益指标", 12}, GROUP_BENEFIT},
	{{"满意度指标", 15}, GROUP_SATISFACTION},
};

static unsigned group_of(struct str level1)
{
	for (size_t i = 0; i < COUNT(groups); i++)
		if (pifu_str_eq(level1, groups[i].level1))
			return groups[i].group;
	return GROUP_OTHER;
}

/* The level-1 label that a level-2 label belongs under stands for one that is not there. */
static struct str usual_level1(const struct grammar *g, struct str level2)
{
	for (size_t i = 0; i < g->nlabels; i++)
		if (g->labels[i].level == 2 && g->labels[i].parent < g->nlabels &&
		    pifu_str_eq(g->labels[i].text, level2))
			return g->labels[g->labels[i].parent].text;
	return STR_NONE;
}

static void add_level(struct checker *c)
{
	struct str level1 = pifu_check_value(c, PIFU_FIELD_LEVEL1);
	struct str level2 = pifu_check_value(c, PIFU_FIELD_LEVEL2);
	const char *label = level1.s ? level1.s : level2.s;
	if (label && label == c->level1)
		return;
	c->level1 = label;
	c->group = GROUP_OTHER;
	if (!label)
		return;
	c->has_levels = true;
	c->group = group_of(level1.s ? level1 : usual_level1(c->doc->grammar, level2));
	c->has_output |= c->group == GROUP_OUTPUT;
	c->has_satisfaction |= c->group == GROUP_SATISFACTION;
}

/* Under another label, too, satisfaction is satisfaction; so are outputs under
 * a label of the department's own that has their level 2 below it. */
static void look_again(struct checker *c)
{
	const struct pifu_form *form = &c->doc->form;
	for (size_t i = 0; i < form->nrecords && !(c->has_output && c->has_satisfaction); i++) {
		const struct pifu_record *rec = &form->records[i];
		struct str level2 = pifu_record_value(rec, PIFU_FIELD_LEVEL2);
		if (pifu_str_find(pifu_record_value(rec, PIFU_FIELD_NAME), STR("满意")) >= 0)
			c->has_satisfaction = true;
		unsigned below = group_of(usual_level1(c->doc->grammar, level2));
		c->has_output |= below == GROUP_OUTPUT;
		c->has_satisfaction |= below == GROUP_SATISFACTION;
	}
}

static void check_levels(struct checker *c)
{
	if (!c->has_levels || !c->doc->has_levels)
		return;
	if (!c->has_output || !c->has_satisfaction)
		look_again(c);
	if (!c->has_output)
		tell_table(c, PIFU_CHECK_NO_OUTPUT);
	if (!c->has_satisfaction)
		tell_table(c, PIFU_CHECK_NO_SATISFACTION);
}

/* ---- Weights --------------------------------------------------------------------------------- */

static bool is_full(int64_t total)
{
	static const int64_t fulls[] = {100 * ONE, 90 * ONE};
	for (size_t i = 0; i < COUNT(fulls); i++)
		if (total >= fulls[i] - SLACK && total <= fulls[i] + SLACK)
			return true;
	return total >= ONE - SLACK / 100 && total <= ONE + SLACK / 100;
}

static struct finding at_record(const struct pifu_record *rec, pifu_finding code, struct str text)
{
	return (struct finding){.code = code,
	                        .table = rec->table,
	                        .row = rec->row,
	                        .col = PIFU_NONE,
	                        .line = rec->line,
	                        .text = text};
}

static void check_sum(struct checker *c)
{
	const struct weight_run *run = &c->run;
	char text[32];
	if (is_full(run->total) || (run->functions_full && is_full(run->function)))
		return;
	int n = print_decimal(text, sizeof text, run->total);
	tell(c, at_record(run->first, PIFU_CHECK_WEIGHT_SUM, (struct str){text, (uint32_t)n}));
}

/* 50, 30 and 10 is for projects; departments weigh their whole expenditure otherwise,
 * and so does who has nobody to satisfy, or costs as a level of their own. */
static void check_split(struct checker *c)
{
	static const int64_t split[] = {50 * ONE, 30 * ONE, 10 * ONE};
	const struct weight_run *run = &c->run;
	const struct pifu_form *form = &c->doc->form;
	if (!pifu_str_eq(form->kind, STR("self-evaluation")) ||
	    pifu_str_find(form->title, STR("整体")) >= 0)
		return;
	bool same = true;
	for (size_t i = 0; i < COUNT(split); i++) {
		if (run->groups[i] == 0)
			return;
		same &= run->groups[i] >= split[i] - SLACK && run->groups[i] <= split[i] + SLACK;
	}
	if (same || (run->groups[GROUP_OTHER] != 0 && run->groups[GROUP_OTHER] != 10 * ONE))
		return;
	char text[128], parts[3][32];
	for (size_t i = 0; i < COUNT(split); i++)
		print_decimal(parts[i], sizeof parts[i], run->groups[i]);
	int n = snprintf(text, sizeof text, "产出 %s, 效益 %s, 满意度 %s", parts[0], parts[1],
	                 parts[2]);
	tell(c, at_record(run->first, PIFU_CHECK_SCORE_SPLIT, (struct str){text, (uint32_t)n}));
}

static void end_run(struct checker *c)
{
	const struct weight_run *run = &c->run;
	if (run->n < RUN_LEAST || run->weighted < run->n || run->odd)
		return;
	check_sum(c);
	check_split(c);
}

/* Is `rec` of the function of the record before it? */
static bool goes_on(const struct checker *c, pifu_field field)
{
	const struct pifu_record *before = c->rec - 1;
	return c->rec->shared == before->shared ||
	       pifu_str_eq(pifu_record_value(c->rec, field), pifu_record_value(before, field));
}

static void add_weight(struct checker *c)
{
	struct weight_run *run = &c->run;
	int64_t weight = 0;
	if (run->n == 0 || !goes_on(c, PIFU_FIELD_PROJECT)) {
		end_run(c);
		*run = (struct weight_run){.first = c->rec, .functions_full = true};
	} else if (!goes_on(c, PIFU_FIELD_FUNCTION)) {
		run->functions_full &= is_full(run->function);
		run->function = 0;
	}
	run->n++;
	if (!pifu_check_value(c, PIFU_FIELD_WEIGHT).s)
		return;
	run->weighted++;
	run->odd |= !pifu_check_decimal(pifu_check_value(c, PIFU_FIELD_WEIGHT), &weight) ||
	            pifu_check_value(c, PIFU_FIELD_TERM).s;
	run->total += weight;
	run->function += weight;
	run->groups[c->group] += weight;
}

/* ---- Amounts ---------------------------------------------------------------------------------- */

enum { AMOUNTS_MAX = 12 };

struct amounts {
	int64_t values[AMOUNTS_MAX]; /* ten-thousandths, all in one unit */
	size_t n;
};

/* 1,208.40 万元: digits, one unit of money or none, nothing else. */
static bool read_amount(struct str text, int64_t *amount, int *unit)
{
	static const struct str units[] = {{"", 0}, {"元", 3}, {"万元", 6}, {"亿元", 6}, {"万", 3}};
	char digits[40];
	uint32_t n = 0, at = 0;
	for (; at < text.n && n < sizeof digits; at++) {
		if ((text.s[at] >= '0' && text.s[at] <= '9') || text.s[at] == '.')
			digits[n++] = text.s[at];
		else if (text.s[at] != ',')
			break;
	}
	struct str rest = pifu_str_trim(pifu_str_sub(text, at, text.n));
	for (size_t i = 0; i < COUNT(units); i++)
		if (pifu_str_eq(rest, units[i])) {
			*unit = i == 4 ? 2 : (int)i;
			return pifu_check_decimal((struct str){digits, n}, amount);
		}
	return false;
}

/* Amounts of head fields; false when one of them is no plain amount in `unit`. */
static bool gather_amounts(const struct checker *c, const struct str *keys, size_t nkeys, int unit,
                           struct amounts *out)
{
	const struct pifu_form *form = &c->doc->form;
	for (size_t i = 0; i < form->nfields; i++)
		for (size_t k = 0; k < nkeys; k++) {
			int own;
			if (!pifu_str_eq(form->fields[i].key, keys[k]))
				continue;
			if (out->n == AMOUNTS_MAX ||
			    !read_amount(form->fields[i].value, &out->values[out->n], &own) ||
			    own != unit)
				return false;
			out->n++;
		}
	return true;
}

static bool is_near(int64_t a, int64_t b)
{
	int64_t apart = a > b ? a - b : b - a;
	return apart <= b / 2000 + ONE / 100;
}

/* A sum may be said with its own parts below it (财政拨款, of that 一般公共预算): so
 * the parts are fine when any choice of them makes the total. */
static bool make_total(const struct amounts *parts, int64_t total)
{
	for (unsigned set = 1; set < 1u << parts->n; set++) {
		int64_t sum = 0;
		for (size_t i = 0; i < parts->n; i++)
			sum += set >> i & 1 ? parts->values[i] : 0;
		if (is_near(sum, total))
			return true;
	}
	return false;
}

static bool exceeds(const struct amounts *parts, int64_t total)
{
	for (size_t i = 0; i < parts->n; i++)
		if (parts->values[i] > total && !is_near(parts->values[i], total))
			return true;
	return false;
}

/* How a total is divided: all of the first two must be there. */
static const struct {
	struct str keys[3];
	size_t n;
} divisions[] = {
	{{{"fund_fiscal", 11}, {"fund_other", 10}, {"fund_carried", 12}}, 3},
	{{{"budget_basic", 12}, {"budget_project", 14}, {NULL, 0}}, 2},
};

/* 80, 50 + 20: the total and what is said to make it. */
static uint32_t print_amounts(char *out, size_t size, int64_t total, const struct amounts *parts)
{
	int n = print_decimal(out, size, total);
	for (size_t i = 0; i < parts->n && (size_t)n + 32 < size; i++) {
		n += snprintf(out + n, size - (size_t)n, i ? " + " : ", ");
		n += print_decimal(out + n, size - (size_t)n, parts->values[i]);
	}
	return (uint32_t)n;
}

static void check_division(struct checker *c, size_t division, int64_t total, int unit,
                           const struct form_field *at)
{
	const struct str *keys = divisions[division].keys;
	const struct pifu_form *form = &c->doc->form;
	struct amounts parts = {.n = 0};
	char text[240];
	if (!gather_amounts(c, keys, divisions[division].n, unit, &parts))
		return;
	bool complete = pifu_form_value(form, keys[0]).s && pifu_form_value(form, keys[1]).s;
	if (!exceeds(&parts, total) && (!complete || make_total(&parts, total)))
		return;
	uint32_t n = print_amounts(text, sizeof text, total, &parts);
	tell(c, (struct finding){.code = PIFU_CHECK_AMOUNT_SUM,
	                         .table = at->at.table,
	                         .row = at->at.row,
	                         .col = at->at.col,
	                         .text = {text, n}});
}

/* The total, said once or everywhere alike. */
static void check_amounts(struct checker *c)
{
	const struct pifu_form *form = &c->doc->form;
	const struct form_field *at = NULL;
	int64_t total = 0, amount;
	int unit = 0, own;
	for (size_t i = 0; i < form->nfields; i++) {
		if (!pifu_str_eq(form->fields[i].key, STR("budget")))
			continue;
		if (!read_amount(form->fields[i].value, &amount, &own) ||
		    (at && (amount != total || own != unit)))
			return;
		at = &form->fields[i];
		total = amount;
		unit = own;
	}
	for (size_t i = 0; at && total > 0 && i < COUNT(divisions); i++)
		check_division(c, i, total, unit, at);
}

/* ---- All of it ------------------------------------------------------------------------------------ */

void pifu_check_form_add(struct checker *c)
{
	add_level(c);
	add_weight(c);
}

void pifu_check_form_end(struct checker *c)
{
	end_run(c);
	check_amounts(c);
	check_levels(c);
}
