/* Rows of scalar values: all fields of pifu_fields.def, then confidence,
 * findings, checks and repairs, the codes of the last three joined by `;`.
 *
 * Formula guard: a spreadsheet runs a cell that begins with = + - @ (also in
 * full width), a tab or a line end. Such a cell gets an apostrophe in front
 * unless it is a plain number (-3, +1.5), so `=100%` is written `'=100%`. */
#include "write/delimited.h"

static bool is_number(struct str s)
{
	uint32_t at = s.n && (s.s[0] == '-' || s.s[0] == '+');
	uint32_t digits = 0, dots = 0;

	for (; at < s.n; at++) {
		digits += s.s[at] >= '0' && s.s[at] <= '9';
		dots += s.s[at] == '.';
	}
	uint32_t sign = s.n && (s.s[0] == '-' || s.s[0] == '+');
	return digits > 0 && dots <= 1 && digits + dots + sign == s.n && s.s[s.n - 1] != '.';
}

static bool begins_formula(struct str s)
{
	static const struct str wide[] = {OUT_TABLE_STR("＝"), OUT_TABLE_STR("＋"),
	                                  OUT_TABLE_STR("－"), OUT_TABLE_STR("＠")};

	if (s.n == 0)
		return false;
	if (strchr("=+-@\t\r\n", s.s[0]))
		return s.s[0] != '\0';
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (pifu_str_starts(s, wide[i]))
			return true;
	return false;
}

bool pifu_delimited_open(pifu_writer *w)
{
	struct delimited_state *s = w->state;

	return pifu_out_open(&s->cell, NULL, NULL, w->options.allocator);
}

void pifu_delimited_close(pifu_writer *w)
{
	struct delimited_state *s = w->state;

	pifu_out_close(&s->cell);
}

pifu_status pifu_delimited_status(const pifu_writer *w)
{
	const struct delimited_state *s = w->state;

	return s->cell.status;
}

static const char *const extra_keys[] = {"confidence", "findings", "checks", "repairs"};
enum { EXTRAS = sizeof extra_keys / sizeof extra_keys[0] };

void pifu_delimited_begin(pifu_writer *w, const struct dialect *dialect)
{
	struct delimited_state *s = w->state;

	if (s->begun)
		return;
	s->begun = true;
	if (w->options.bom)
		OUT_LITERAL(&w->out, "\xEF\xBB\xBF");
	for (unsigned f = 0; f < PIFU_FIELD_COUNT; f++) {
		pifu_out_text(&w->out, pifu_field_key((pifu_field)f));
		pifu_out_char(&w->out, dialect->separator);
	}
	for (int i = 0; i < EXTRAS; i++) {
		pifu_out_text(&w->out, extra_keys[i]);
		if (i + 1 < EXTRAS)
			pifu_out_char(&w->out, dialect->separator);
	}
	pifu_out_text(&w->out, dialect->line_end);
}

/* ---- Values ------------------------------------------------------------------ */

static struct str view_of(const struct out *o)
{
	return (struct str){o->s, (uint32_t)o->n};
}

static void put_value(pifu_writer *w, const struct dialect *dialect, struct str value)
{
	struct delimited_state *s = w->state;

	if (begins_formula(value) && !is_number(value)) {
		s->cell.n = 0;
		pifu_out_char(&s->cell, '\'');
		pifu_out_str(&s->cell, value);
		value = view_of(&s->cell);
	}
	dialect->put(&w->out, value);
}

static void join_code(struct out *cell, const char *code)
{
	if (cell->n)
		pifu_out_char(cell, ';');
	pifu_out_text(cell, code);
}

static void join_findings(struct out *cell, const pifu_record *r, unsigned from, unsigned end)
{
	cell->n = 0;
	for (unsigned i = from; i < end; i++)
		if (r->findings >> i & 1)
			join_code(cell, pifu_finding_code((pifu_finding)i));
}

static void join_repairs(struct out *cell, const pifu_record *r)
{
	cell->n = 0;
	for (size_t i = 0; i < r->nrepairs; i++)
		join_code(cell, pifu_repair_code(r->repairs[i].code));
}

static void put_extras(pifu_writer *w, const struct dialect *dialect, const pifu_record *r)
{
	struct delimited_state *s = w->state;

	pifu_out_share(&w->out, r->confidence);
	pifu_out_char(&w->out, dialect->separator);
	join_findings(&s->cell, r, 0, PIFU_FINDING_COUNT);
	pifu_out_put(&w->out, s->cell.s, s->cell.n);
	pifu_out_char(&w->out, dialect->separator);
	join_findings(&s->cell, r, PIFU_FINDING_COUNT, PIFU_FINDING_AND_CHECK_COUNT);
	pifu_out_put(&w->out, s->cell.s, s->cell.n);
	pifu_out_char(&w->out, dialect->separator);
	join_repairs(&s->cell, r);
	pifu_out_put(&w->out, s->cell.s, s->cell.n);
	pifu_out_text(&w->out, dialect->line_end);
}

void pifu_delimited_form(pifu_writer *w, const struct dialect *dialect, const pifu_form *form)
{
	pifu_delimited_begin(w, dialect);
	for (size_t i = 0; i < form->nrecords; i++) {
		for (unsigned f = 0; f < PIFU_FIELD_COUNT; f++) {
			put_value(w, dialect, pifu_record_value(&form->records[i], f));
			pifu_out_char(&w->out, dialect->separator);
		}
		put_extras(w, dialect, &form->records[i]);
	}
}
