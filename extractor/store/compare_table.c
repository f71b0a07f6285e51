/* A table of a comparison, to read in a terminal, one for each department:
 *
 *     湟源县公安局  2024 → 2025                                         department, years
 *
 *        职能        一级指标  二级指标  三级指标            2024      2025
 *        ──────────  ────────  ────────  ──────────────────  ────────  ──────────
 *     ~  1 安保执勤  产出指标  数量指标  警卫安保活动次数    ≥25次/年  ≥2500次/年  ×100 target-outlier
 *     ≈                                  参加安保人次        ≥90人次   ≥90人次     was 参加警卫安保人次 (0.83)
 *     +                        质量指标  安保达标率          —         ≥98%
 *     -              效益指标  社会效益  群众安全感          ≥95%      —
 *
 *     2 departments: 1 changed ~, 1 amended ≈, 1 added +, 1 dropped -, 40 the same; 1 outlier, 0 doubtful ?
 *
 * A label that only repeats the one above stays blank. Where the terminal is too narrow, the
 * widest columns give way first. A text cannot steer the terminal: pifu_text_fit sees to it. */
#include "compare_write.h"

#include <stdlib.h>
#include <string.h>

enum column { MARK, FUNCTION, LEVEL1, LEVEL2, NAME, OLD, NEW, NOTE, COLUMNS };
enum { GAP = 2, LEAST_COLUMNS = 4, FUNCTION_COLUMNS = 24, NAME_COLUMNS = 40 };

/* A row of texts; each is an offset into the buffer, terminated there. */
struct row {
	size_t at[COLUMNS];
	const struct compare_pair *pair;
	bool starts; /* a function */
};

struct table {
	struct row *rows;
	uint32_t n;
	struct buffer text;
	unsigned width[COLUMNS];
	size_t heading[COLUMNS];
};

static const char *const marks[CHANGE_COUNT] = {"", "~", "≈", "+", "-"};
static const char *const styles[CHANGE_COUNT] = {NULL, "33", "36", "32", "31"};

/* ---- Texts of a row ----------------------------------------------------------------------- */

static size_t begin_text(struct table *t)
{
	return t->text.n;
}

static void end_text(struct table *t)
{
	batch_buffer_put(&t->text, "", 1);
}

static size_t add_text(struct table *t, const char *text)
{
	size_t at = begin_text(t);

	batch_buffer_text(&t->text, text ? text : "");
	end_text(t);
	return at;
}

static size_t add_function(struct table *t, const struct compare_item *item)
{
	const char *number = item->field[PIFU_FIELD_FUNCTION_NO];
	const char *function = item->field[PIFU_FIELD_FUNCTION];
	size_t at = begin_text(t);

	batch_buffer_text(&t->text, number ? number : "");
	batch_buffer_text(&t->text, number && function ? " " : "");
	batch_buffer_text(&t->text, function ? function : "");
	if (!number && !function && item->field[PIFU_FIELD_PROJECT])
		batch_buffer_text(&t->text, item->field[PIFU_FIELD_PROJECT]);
	end_text(t);
	return at;
}

static size_t add_target(struct table *t, const struct compare_item *item)
{
	const char *target = item ? item->field[PIFU_FIELD_TARGET] : NULL;

	return add_text(t, target ? target : "—");
}

/* One remark after another, with a semicolon between. */
static void add_remark(struct table *t, size_t begun, const char *before, const char *what,
                       const char *after)
{
	batch_buffer_text(&t->text, t->text.n > begun ? "; " : "");
	batch_buffer_text(&t->text, before);
	batch_buffer_text(&t->text, what);
	batch_buffer_text(&t->text, after);
}

static void remark_change(struct table *t, size_t begun, const struct compare_item *old,
                          const struct compare_item *new, pifu_field field)
{
	const char *a = old->field[field], *b = new->field[field];

	batch_buffer_text(&t->text, t->text.n > begun ? "; " : "");
	batch_buffer_text(&t->text, pifu_field_key(field));
	batch_buffer_text(&t->text, " ");
	batch_buffer_text(&t->text, a ? a : "—");
	batch_buffer_text(&t->text, " → ");
	batch_buffer_text(&t->text, b ? b : "—");
}

/* A function that was renamed says so once, where it starts. */
static bool tells_function(const struct compare_pair *pair, bool starts)
{
	return pair->fields >> PIFU_FIELD_FUNCTION & 1 && (starts || pair->moved);
}

static void remark_fields(struct table *t, size_t begun, const struct compare_pair *pair,
                          const struct compare_item *old, const struct compare_item *new)
{
	bool starts = t->rows[t->n].starts;
	char alike[32];

	if (pair->fields >> PIFU_FIELD_NAME & 1) {
		snprintf(alike, sizeof alike, " (%.2f)", pair->similarity);
		add_remark(t, begun, "was ", old->field[PIFU_FIELD_NAME], alike);
	}
	if (tells_function(pair, starts) && old->field[PIFU_FIELD_FUNCTION])
		add_remark(t, begun, "of ", old->field[PIFU_FIELD_FUNCTION], "");
	static const pifu_field others[] = {PIFU_FIELD_PROJECT, PIFU_FIELD_LEVEL1,
	                                    PIFU_FIELD_LEVEL2, PIFU_FIELD_WEIGHT};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (pair->fields >> others[i] & 1)
			remark_change(t, begun, old, new, others[i]);
	if (pair->fields >> PIFU_FIELD_BASIS & 1)
		add_remark(t, begun, "basis", "", "");
}

static void remark_findings(struct table *t, size_t begun, const struct compare_pair *pair)
{
	char ratio[48];

	for (uint32_t i = 0; i < pair->nfindings; i++) {
		const struct compare_finding *f = &pair->findings[i];
		bool outlier = f->code == PIFU_CHECK_TARGET_OUTLIER;

		snprintf(ratio, sizeof ratio, "×%.4g ", pair->ratio);
		add_remark(t, begun, outlier ? ratio : "", pifu_finding_code(f->code), "");
		if (f->code != PIFU_FINDING_MATCH_DOUBTFUL && f->code != PIFU_CHECK_UNIT_CHANGED)
			continue;
		batch_buffer_text(&t->text, ": ");
		batch_buffer_text(&t->text, f->text);
	}
}

static size_t add_note(struct table *t, const struct compare_group *group,
                       const struct compare_pair *pair)
{
	const struct compare_item *old = compare_item_of(group, pair, COMPARE_OLD);
	const struct compare_item *new = compare_item_of(group, pair, COMPARE_NEW);
	size_t at = begin_text(t);

	if (old && new)
		remark_fields(t, at, pair, old, new);
	remark_findings(t, at, pair);
	end_text(t);
	return at;
}

static size_t add_mark(struct table *t, const struct compare_pair *pair)
{
	size_t at = begin_text(t);

	batch_buffer_text(&t->text, marks[pair->change]);
	batch_buffer_text(&t->text, pair->doubtful ? "?" : "");
	end_text(t);
	return at;
}

static const char *text_of(const struct table *t, const struct row *row, enum column column)
{
	return t->text.s + row->at[column];
}

static bool repeats(const struct table *t, const struct row *row, const struct row *above,
                    enum column column)
{
	return above && strcmp(text_of(t, row, column), text_of(t, above, column)) == 0;
}

/* What was dropped stands under what its function is called now. */
static const struct compare_item *function_item(const struct compare_group *group,
                                                const struct compare_pair *pair)
{
	const struct compare_year *years = group->year;
	const struct compare_item *item = compare_named_item(group, pair);

	if (pair->new != COMPARE_NONE)
		return item;
	uint32_t other = years[COMPARE_OLD].sections[item->section].other;
	if (other == COMPARE_NONE)
		return item;
	return &years[COMPARE_NEW].items[years[COMPARE_NEW].sections[other].items[0]];
}

static void add_row(struct table *t, const struct compare_group *group,
                    const struct compare_pair *pair)
{
	const struct compare_item *item = compare_named_item(group, pair);
	struct row *row = &t->rows[t->n];

	row->pair = pair;
	row->at[MARK] = add_mark(t, pair);
	row->at[FUNCTION] = add_function(t, function_item(group, pair));
	if (!t->text.failed)
		row->starts = !repeats(t, row, t->n ? row - 1 : NULL, FUNCTION);
	row->at[LEVEL1] = add_text(t, item->field[PIFU_FIELD_LEVEL1]);
	row->at[LEVEL2] = add_text(t, item->field[PIFU_FIELD_LEVEL2]);
	row->at[NAME] = add_text(t, item->field[PIFU_FIELD_NAME]);
	row->at[OLD] = add_target(t, compare_item_of(group, pair, COMPARE_OLD));
	row->at[NEW] = add_target(t, compare_item_of(group, pair, COMPARE_NEW));
	row->at[NOTE] = add_note(t, group, pair);
	t->n++;
}

/* ---- Layout ----------------------------------------------------------------------------------- */

static const char *year_of(const struct compare_year *year, const char *none)
{
	for (uint32_t i = 0; i < year->nitems; i++)
		if (year->items[i].field[PIFU_FIELD_YEAR])
			return year->items[i].field[PIFU_FIELD_YEAR];
	return none;
}

static void add_headings(struct table *t, const struct compare_group *group)
{
	const char *texts[COLUMNS] = {[FUNCTION] = "职能",
	                              [LEVEL1] = "一级指标",
	                              [LEVEL2] = "二级指标",
	                              [NAME] = "三级指标",
	                              [OLD] = year_of(&group->year[COMPARE_OLD], "old"),
	                              [NEW] = year_of(&group->year[COMPARE_NEW], "new")};

	for (int c = 0; c < COLUMNS; c++)
		t->heading[c] = add_text(t, texts[c]);
}

static void measure(struct table *t)
{
	for (int c = 0; c < COLUMNS; c++) {
		unsigned widest = 0, most = c == FUNCTION ? FUNCTION_COLUMNS
		                            : c == NAME   ? NAME_COLUMNS
		                                          : 0;

		for (uint32_t i = 0; i < t->n; i++) {
			unsigned width = pifu_text_width(text_of(t, &t->rows[i], (enum column)c));

			widest = width > widest ? width : widest;
		}
		unsigned heading = pifu_text_width(t->text.s + t->heading[c]);
		if (widest && widest < heading)
			widest = heading;
		t->width[c] = most && widest > most ? most : widest;
	}
}

static unsigned total_width(const struct table *t, unsigned cap)
{
	unsigned total = 0;

	for (int c = 0; c < COLUMNS; c++)
		if (t->width[c])
			total += (t->width[c] < cap ? t->width[c] : cap) + GAP;
	return total ? total - GAP : 0;
}

static void fit_width(struct table *t, unsigned width)
{
	unsigned cap = LEAST_COLUMNS;

	for (int c = 0; c < COLUMNS; c++)
		cap = t->width[c] > cap ? t->width[c] : cap;
	cap = cap > width && width > LEAST_COLUMNS ? width : cap;
	while (cap > LEAST_COLUMNS && total_width(t, cap) > width)
		cap--;
	for (int c = 0; c < COLUMNS; c++)
		t->width[c] = t->width[c] < cap ? t->width[c] : cap;
}

/* ---- Lines -------------------------------------------------------------------------------------- */

static void put_styled(struct compare_writer *w, const char *text, unsigned columns,
                       const char *style, unsigned *used)
{
	char small[512];
	size_t n = pifu_text_fit(text, columns, small, sizeof small, used);
	char *large = n < sizeof small ? NULL : malloc(n + 1);

	if (large)
		pifu_text_fit(text, columns, large, n + 1, used);
	if (w->look.color && style) {
		batch_buffer_text(&w->out, "\033[");
		batch_buffer_text(&w->out, style);
		batch_buffer_text(&w->out, "m");
	}
	batch_buffer_text(&w->out, large ? large : small);
	if (w->look.color && style)
		batch_buffer_text(&w->out, "\033[0m");
	free(large);
}

/* A cell of a line; blanks are owed until something follows them. */
static void put_cell(struct compare_writer *w, unsigned columns, const char *text,
                     const char *style, unsigned *owed)
{
	unsigned used = 0;

	if (columns == 0)
		return;
	if (*text) {
		for (; *owed; --*owed)
			batch_buffer_text(&w->out, " ");
		put_styled(w, text, columns, style, &used);
	}
	*owed += columns - used + GAP;
}

static void put_heading(struct compare_writer *w, const struct compare_group *group, bool first)
{
	struct buffer line = {0};
	unsigned used;

	batch_buffer_text(&line, group->department);
	batch_buffer_text(&line, "  ");
	batch_buffer_text(&line, year_of(&group->year[COMPARE_OLD], "old"));
	batch_buffer_text(&line, " → ");
	batch_buffer_text(&line, year_of(&group->year[COMPARE_NEW], "new"));
	if (group->other) {
		batch_buffer_text(&line, "  was ");
		batch_buffer_text(&line, group->other);
	}
	batch_buffer_text(&w->out, first ? "" : "\n");
	put_styled(w, line.s ? line.s : "", w->look.width, "1", &used);
	batch_buffer_text(&w->out, "\n\n");
	w->out.failed |= line.failed;
	batch_buffer_free(&line);
}

static void put_column_headings(struct compare_writer *w, const struct table *t)
{
	unsigned owed = 0;

	for (int c = 0; c < COLUMNS; c++)
		put_cell(w, t->width[c], t->text.s + t->heading[c], "2", &owed);
	batch_buffer_text(&w->out, "\n");
	owed = 0;
	for (int c = 0; c < NOTE; c++) {
		unsigned columns = t->width[c];

		if (c == MARK || columns == 0) {
			owed += columns ? columns + GAP : 0;
			continue;
		}
		for (; owed; owed--)
			batch_buffer_text(&w->out, " ");
		for (unsigned i = 0; i < columns; i++)
			batch_buffer_text(&w->out, "─");
		owed = GAP;
	}
	batch_buffer_text(&w->out, "\n");
}

static void put_row(struct compare_writer *w, const struct table *t, uint32_t i)
{
	const struct row *row = &t->rows[i], *above = i && !row->starts ? row - 1 : NULL;
	const char *style = styles[row->pair->change];
	bool same1 = repeats(t, row, above, LEVEL1);
	bool same2 = same1 && repeats(t, row, above, LEVEL2);
	unsigned owed = 0;

	put_cell(w, t->width[MARK], text_of(t, row, MARK), style, &owed);
	put_cell(w, t->width[FUNCTION], row->starts ? text_of(t, row, FUNCTION) : "", "1", &owed);
	put_cell(w, t->width[LEVEL1], same1 ? "" : text_of(t, row, LEVEL1), NULL, &owed);
	put_cell(w, t->width[LEVEL2], same2 ? "" : text_of(t, row, LEVEL2), NULL, &owed);
	put_cell(w, t->width[NAME], text_of(t, row, NAME), style, &owed);
	put_cell(w, t->width[OLD], text_of(t, row, OLD), NULL, &owed);
	put_cell(w, t->width[NEW], text_of(t, row, NEW), style, &owed);
	put_cell(w, t->width[NOTE], text_of(t, row, NOTE),
	         compare_has_finding(row->pair, PIFU_CHECK_TARGET_OUTLIER) ? "31" : "2", &owed);
	batch_buffer_text(&w->out, "\n");
}

static void write_table(struct compare_writer *w, struct table *t,
                        const struct compare_group *group)
{
	bool *first = w->state;

	if (w->look.width)
		fit_width(t, w->look.width);
	put_heading(w, group, *first);
	put_column_headings(w, t);
	for (uint32_t i = 0; i < t->n; i++)
		put_row(w, t, i);
	*first = false;
}

static bool write_group(struct compare_writer *w, const struct compare_group *group)
{
	struct table t = {.rows = calloc((size_t)group->npairs + 1, sizeof *t.rows)};
	bool ok = t.rows != NULL;

	for (uint32_t i = 0; ok && i < group->npairs; i++)
		if (compare_is_shown(w, &group->pairs[i]))
			add_row(&t, group, &group->pairs[i]);
	if (ok)
		add_headings(&t, group);
	ok = ok && !t.text.failed;
	if (ok && t.n) {
		measure(&t);
		write_table(w, &t, group);
	}
	free(t.rows);
	batch_buffer_free(&t.text);
	return ok && !w->out.failed;
}

/* ---- Ends ----------------------------------------------------------------------------------------- */

static bool begin_table(struct compare_writer *w)
{
	bool *first = malloc(sizeof *first);

	if (first)
		*first = true;
	w->state = first;
	return first;
}

static void close_table(struct compare_writer *w)
{
	free(w->state);
}

static void put_count(struct buffer *out, uint64_t n, const char *what, const char *after)
{
	batch_buffer_uint(out, n);
	batch_buffer_text(out, " ");
	batch_buffer_text(out, what);
	batch_buffer_text(out, after);
}

static bool end_table(struct compare_writer *w, const struct compare_totals *totals)
{
	const bool *first = w->state;
	bool one = totals->departments == 1;

	batch_buffer_text(&w->out, *first ? "" : "\n");
	put_count(&w->out, totals->departments, one ? "department" : "departments", ": ");
	put_count(&w->out, totals->change[CHANGE_CHANGED], "changed ~", ", ");
	put_count(&w->out, totals->change[CHANGE_AMENDED], "amended ≈", ", ");
	put_count(&w->out, totals->change[CHANGE_ADDED], "added +", ", ");
	put_count(&w->out, totals->change[CHANGE_DROPPED], "dropped -", ", ");
	put_count(&w->out, totals->change[CHANGE_SAME], "the same", "; ");
	put_count(&w->out, totals->outliers, totals->outliers == 1 ? "outlier" : "outliers", ", ");
	put_count(&w->out, totals->doubtful, "doubtful ?", "\n");
	return !w->out.failed;
}

const struct compare_format compare_format_table = {
	.name = "table",
	.what = "a table to read, one for each department (the default)",
	.begin = begin_table,
	.group = write_group,
	.end = end_table,
	.close = close_table,
};
