/* A table to read in a terminal, one for each form:
 *
 *     2025年部门整体支出绩效目标批复表                      title
 *     2025  某县园林局  department  form.txt                 year, department, …
 *
 *     职能         一级指标  二级指标  三级指标      指标值
 *     ───────────  ────────  ────────  ────────────  ────────
 *     1 公园养护   产出指标  数量指标  养护公园个数  ≥12个
 *     与绿地管理             质量指标  养护合格率    ≥95%      *
 *                  效益指标  …         绿地增加面积  —         ?0.41
 *
 *     1 form, 3 records: 1 repaired *, 1 doubtful ?, 1 without target —
 *
 * A label that only repeats the one above stays blank. The function may flow
 * down into the blanks below it, so that a long name does not widen the table.
 * Where the terminal is too narrow, the widest columns give way first: one cap
 * is lowered over all columns until the table fits. */
#include "write/width.h"
#include "write/writer.h"

#define BOLD "1"
#define DIM "2"
#define RED "31"
#define YELLOW "33"
#define CYAN "36"

#define GAP 2            /* blanks between columns */
#define GROUP_COLUMNS 20 /* a function's name flows down from here on */
#define LEAST_COLUMNS 4

enum column {
	COLUMN_GROUP,
	COLUMN_LEVEL1,
	COLUMN_LEVEL2,
	COLUMN_NAME,
	COLUMN_TARGET,
	COLUMN_MARK,
	COLUMN_COUNT
};

struct table_state {
	struct out cell;              /* a text that is put together */
	unsigned width[COLUMN_COUNT]; /* 0: the form has no such column */
	struct str heading[COLUMN_COUNT];
	pifu_field group; /* the field that the first column shows */
	uint32_t flowed;  /* bytes of the function's name shown so far */
	unsigned blanks;  /* owed before the next text of the line */
	bool begun;
	uint64_t document_forms;
	uint64_t forms, records, repaired, doubtful, missing;
};

static bool open_table(pifu_writer *w)
{
	struct table_state *s = w->state;

	return pifu_out_open(&s->cell, NULL, NULL, w->options.allocator);
}

static void close_table(pifu_writer *w)
{
	struct table_state *s = w->state;

	pifu_out_close(&s->cell);
}

static pifu_status status_table(const pifu_writer *w)
{
	const struct table_state *s = w->state;

	return s->cell.status;
}

static bool is_doubtful(const pifu_record *r)
{
	return r->findings >> PIFU_FINDING_DOUBTFUL & 1;
}

/* ---- Styled text --------------------------------------------------------------- */

static void begin_style(pifu_writer *w, const char *style)
{
	if (!w->options.color || !style)
		return;
	OUT_LITERAL(&w->out, "\033[");
	pifu_out_text(&w->out, style);
	pifu_out_char(&w->out, 'm');
}

static void end_style(pifu_writer *w, const char *style)
{
	if (w->options.color && style)
		OUT_LITERAL(&w->out, "\033[0m");
}

static void pay_blanks(pifu_writer *w)
{
	struct table_state *s = w->state;

	for (; s->blanks; s->blanks--)
		pifu_out_char(&w->out, ' ');
}

/* Returns the columns used. */
static unsigned put_styled(pifu_writer *w, struct str text, unsigned columns, const char *style)
{
	begin_style(w, style);
	unsigned used = pifu_width_put(&w->out, text, columns);
	end_style(w, style);
	return used;
}

/* One cell of a line; blanks are written only when something follows them. */
static void put_cell(pifu_writer *w, enum column column, struct str text, const char *style)
{
	struct table_state *s = w->state;
	unsigned columns = s->width[column];

	if (columns == 0)
		return;
	if (text.n) {
		pay_blanks(w);
		s->blanks = columns - put_styled(w, text, columns, style);
	} else {
		s->blanks += columns;
	}
	s->blanks += GAP;
}

static void end_line(pifu_writer *w)
{
	struct table_state *s = w->state;

	s->blanks = 0;
	pifu_out_char(&w->out, '\n');
}

/* ---- Texts of the cells ---------------------------------------------------------- */

static struct str view_of(const struct out *o)
{
	return (struct str){o->s, (uint32_t)o->n};
}

static struct str group_text(struct table_state *s, const pifu_record *r)
{
	struct str number = pifu_record_value(r, PIFU_FIELD_FUNCTION_NO);

	if (s->group != PIFU_FIELD_FUNCTION || !number.s)
		return pifu_record_value(r, s->group);
	s->cell.n = 0;
	pifu_out_str(&s->cell, number);
	if (pifu_record_value(r, PIFU_FIELD_FUNCTION).n)
		pifu_out_char(&s->cell, ' ');
	pifu_out_str(&s->cell, pifu_record_value(r, PIFU_FIELD_FUNCTION));
	return view_of(&s->cell);
}

static struct str target_text(const pifu_record *r)
{
	return pifu_record_value(r, PIFU_FIELD_TARGET).n ? pifu_record_value(r, PIFU_FIELD_TARGET)
	                                                 : STR("—");
}

static struct str mark_text(struct table_state *s, const pifu_record *r)
{
	s->cell.n = 0;
	if (is_doubtful(r)) {
		pifu_out_char(&s->cell, '?');
		pifu_out_share(&s->cell, r->confidence);
	}
	if (r->nrepairs)
		pifu_out_text(&s->cell, s->cell.n ? " *" : "*");
	return view_of(&s->cell);
}

static struct str cell_text(struct table_state *s, const pifu_record *r, enum column column)
{
	switch (column) {
	case COLUMN_GROUP:
		return group_text(s, r);
	case COLUMN_LEVEL1:
		return pifu_record_value(r, PIFU_FIELD_LEVEL1);
	case COLUMN_LEVEL2:
		return pifu_record_value(r, PIFU_FIELD_LEVEL2);
	case COLUMN_NAME:
		return pifu_record_value(r, PIFU_FIELD_NAME);
	case COLUMN_TARGET:
		return target_text(r);
	default:
		return mark_text(s, r);
	}
}

static bool same_field(const pifu_record *a, const pifu_record *b, pifu_field field)
{
	return a && b && pifu_str_eq(pifu_record_value(a, field), pifu_record_value(b, field));
}

static bool same_group(const struct table_state *s, const pifu_record *a, const pifu_record *b)
{
	return same_field(a, b, s->group) && same_field(a, b, PIFU_FIELD_FUNCTION_NO);
}

/* ---- Layout ------------------------------------------------------------------------ */

/* The first column shows functions, or the projects of a table of several. */
static pifu_field choose_group(const pifu_form *form)
{
	for (size_t i = 0; i < form->nrecords; i++)
		if (pifu_record_value(&form->records[i], PIFU_FIELD_FUNCTION).s ||
		    pifu_record_value(&form->records[i], PIFU_FIELD_FUNCTION_NO).s)
			return PIFU_FIELD_FUNCTION;
	for (size_t i = 1; i < form->nrecords; i++)
		if (!same_field(&form->records[0], &form->records[i], PIFU_FIELD_PROJECT))
			return PIFU_FIELD_PROJECT;
	return PIFU_FIELD_FUNCTION;
}

static void set_headings(struct table_state *s)
{
	s->heading[COLUMN_GROUP] = s->group == PIFU_FIELD_FUNCTION ? STR("职能") : STR("项目");
	s->heading[COLUMN_LEVEL1] = STR("一级指标");
	s->heading[COLUMN_LEVEL2] = STR("二级指标");
	s->heading[COLUMN_NAME] = STR("三级指标");
	s->heading[COLUMN_TARGET] = STR("指标值");
	s->heading[COLUMN_MARK] = STR("");
}

static void measure_column(struct table_state *s, const pifu_form *form, enum column column)
{
	unsigned widest = 0;

	for (size_t i = 0; i < form->nrecords; i++) {
		unsigned width = pifu_width_str(cell_text(s, &form->records[i], column));

		widest = width > widest ? width : widest;
	}
	unsigned heading = pifu_width_str(s->heading[column]);
	if (widest && widest < heading)
		widest = heading;
	if (column == COLUMN_GROUP && widest > GROUP_COLUMNS)
		widest = GROUP_COLUMNS;
	s->width[column] = widest;
}

static unsigned total_width(const struct table_state *s, unsigned cap)
{
	unsigned total = 0;

	for (int c = 0; c < COLUMN_COUNT; c++) {
		if (s->width[c])
			total += (s->width[c] < cap ? s->width[c] : cap) + GAP;
	}
	return total ? total - GAP : 0;
}

static void fit_width(struct table_state *s, unsigned width)
{
	unsigned cap = LEAST_COLUMNS;

	for (int c = 0; c < COLUMN_COUNT; c++)
		cap = s->width[c] > cap ? s->width[c] : cap;
	if (cap > width)
		cap = width > LEAST_COLUMNS ? width : LEAST_COLUMNS;
	while (cap > LEAST_COLUMNS && total_width(s, cap) > width)
		cap--;
	for (int c = 0; c < COLUMN_COUNT; c++)
		s->width[c] = s->width[c] < cap ? s->width[c] : cap;
}

static void lay_out(pifu_writer *w, const pifu_form *form)
{
	struct table_state *s = w->state;

	s->group = choose_group(form);
	set_headings(s);
	for (int c = 0; c < COLUMN_COUNT; c++)
		measure_column(s, form, (enum column)c);
	if (w->options.width)
		fit_width(s, w->options.width);
}

/* ---- Heading ------------------------------------------------------------------------- */

static struct str first_value(const pifu_form *form, pifu_field field)
{
	return form->nrecords ? pifu_record_value(&form->records[0], field) : STR_NONE;
}

static void add_part(struct out *cell, struct str part)
{
	if (part.n == 0)
		return;
	if (cell->n)
		OUT_LITERAL(cell, "  ");
	pifu_out_str(cell, part);
}

static void put_form_heading(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	struct table_state *s = w->state;

	if (s->begun)
		end_line(w);
	s->begun = true;
	if (form->title.n) {
		put_styled(w, form->title, w->options.width, BOLD);
		end_line(w);
	}
	s->cell.n = 0;
	add_part(&s->cell, first_value(form, PIFU_FIELD_YEAR));
	add_part(&s->cell, first_value(form, PIFU_FIELD_DEPARTMENT));
	if (s->group != PIFU_FIELD_PROJECT)
		add_part(&s->cell, first_value(form, PIFU_FIELD_PROJECT));
	add_part(&s->cell, form->kind);
	add_part(&s->cell, pifu_str_of(d->file));
	put_styled(w, view_of(&s->cell), w->options.width, DIM);
	end_line(w);
}

static struct str rule_text(struct table_state *s, unsigned columns)
{
	s->cell.n = 0;
	for (unsigned i = 0; i < columns; i++)
		OUT_LITERAL(&s->cell, "─");
	return view_of(&s->cell);
}

static void put_column_headings(pifu_writer *w)
{
	struct table_state *s = w->state;

	end_line(w);
	for (int c = 0; c < COLUMN_COUNT; c++)
		put_cell(w, (enum column)c, s->heading[c], DIM);
	end_line(w);
	for (int c = 0; c < COLUMN_MARK; c++)
		put_cell(w, (enum column)c, rule_text(s, s->width[c]), DIM);
	end_line(w);
}

/* ---- Rows ------------------------------------------------------------------------------ */

/* The next piece of the function's name; all that is left, cut, in its last row. */
static void put_group(pifu_writer *w, const pifu_record *r, bool starts, bool last)
{
	struct table_state *s = w->state;
	struct str all = group_text(s, r);

	uint32_t done = starts ? 0 : s->flowed;
	struct str rest = pifu_str_sub(all, done, all.n);
	if (rest.n == 0) {
		put_cell(w, COLUMN_GROUP, STR(""), NULL);
		return;
	}
	uint32_t n = last || !s->width[COLUMN_GROUP] ? rest.n
	                                             : pifu_width_fit(rest, s->width[COLUMN_GROUP]);
	s->flowed = done + n;
	put_cell(w, COLUMN_GROUP, (struct str){rest.s, n}, BOLD);
}

static void put_levels(pifu_writer *w, const pifu_record *r, const pifu_record *above)
{
	bool same = above && same_field(above, r, PIFU_FIELD_LEVEL1);

	put_cell(w, COLUMN_LEVEL1, same ? STR("") : pifu_record_value(r, PIFU_FIELD_LEVEL1), NULL);
	same = same && same_field(above, r, PIFU_FIELD_LEVEL2);
	put_cell(w, COLUMN_LEVEL2, same ? STR("") : pifu_record_value(r, PIFU_FIELD_LEVEL2), NULL);
}

static void put_values(pifu_writer *w, const pifu_record *r)
{
	struct table_state *s = w->state;
	const char *style = is_doubtful(r) ? YELLOW : NULL;
	bool missing = pifu_record_value(r, PIFU_FIELD_TARGET).n == 0;

	put_cell(w, COLUMN_NAME, pifu_record_value(r, PIFU_FIELD_NAME), style);
	put_cell(w, COLUMN_TARGET, target_text(r), missing ? RED : style);
	put_cell(w, COLUMN_MARK, mark_text(s, r), style ? style : CYAN);
}

static void put_row(pifu_writer *w, const pifu_form *form, size_t i)
{
	struct table_state *s = w->state;
	const pifu_record *r = &form->records[i];
	const pifu_record *above = i ? r - 1 : NULL;
	const pifu_record *below = i + 1 < form->nrecords ? r + 1 : NULL;
	bool starts = !same_group(s, above, r);

	if (starts && i)
		end_line(w);
	put_group(w, r, starts, !same_group(s, r, below));
	put_levels(w, r, starts ? NULL : above);
	put_values(w, r);
	end_line(w);
}

static void count_record(struct table_state *s, const pifu_record *r)
{
	s->records++;
	s->repaired += r->nrepairs > 0;
	s->doubtful += is_doubtful(r);
	s->missing += pifu_record_value(r, PIFU_FIELD_TARGET).n == 0;
}

static void write_form(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	struct table_state *s = w->state;

	s->forms++;
	s->document_forms++;
	lay_out(w, form);
	put_form_heading(w, d, form);
	if (form->nrecords)
		put_column_headings(w);
	for (size_t i = 0; i < form->nrecords; i++) {
		put_row(w, form, i);
		count_record(s, &form->records[i]);
	}
}

/* ---- Ends -------------------------------------------------------------------------------- */

static void write_document(pifu_writer *w, const struct document_facts *d)
{
	struct table_state *s = w->state;

	if (s->document_forms == 0) {
		if (s->begun)
			end_line(w);
		s->begun = true;
		pifu_width_put(&w->out, pifu_str_of(d->file), 0);
		OUT_LITERAL(&w->out, ": no form was recognised\n");
	}
	s->document_forms = 0;
}

static void put_number_of(struct out *o, uint64_t n, const char *noun)
{
	pifu_out_uint(o, n);
	pifu_out_char(o, ' ');
	pifu_out_text(o, noun);
	if (n != 1)
		pifu_out_char(o, 's');
}

static void put_share(pifu_writer *w, const char *before, uint64_t n, const char *what,
                      const char *style)
{
	pifu_out_text(&w->out, before);
	begin_style(w, n ? style : NULL);
	pifu_out_uint(&w->out, n);
	pifu_out_text(&w->out, what);
	end_style(w, n ? style : NULL);
}

static void finish(pifu_writer *w)
{
	struct table_state *s = w->state;

	if (s->begun)
		end_line(w);
	put_number_of(&w->out, s->forms, "form");
	OUT_LITERAL(&w->out, ", ");
	put_number_of(&w->out, s->records, "record");
	put_share(w, ": ", s->repaired, " repaired *", CYAN);
	put_share(w, ", ", s->doubtful, " doubtful ?", YELLOW);
	put_share(w, ", ", s->missing, " without target —", RED);
	end_line(w);
}

const struct writer_format pifu_writer_table = {
	.state = sizeof(struct table_state),
	.open = open_table,
	.form = write_form,
	.document = write_document,
	.finish = finish,
	.status = status_table,
	.close = close_table,
};
