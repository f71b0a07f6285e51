/* Rows of scalar values: all fields of pifu_fields.def, then confidence,
 * findings, checks and repairs, the codes of the last three joined by `;`; or
 * the columns of the official exchange sheet, pifu_exchange.def.
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

/* ---- Columns ----------------------------------------------------------------- */

enum column_id {
#define PIFU_FIELD(id, key, type, zh, meaning) COLUMN_##id,
#include "pifu_fields.def"
#undef PIFU_FIELD
	COLUMN_CONFIDENCE,
	COLUMN_FINDINGS,
	COLUMN_CHECKS,
	COLUMN_REPAIRS,
};

enum column_kind { KIND_VALUE, KIND_CODE, KIND_SIGN, KIND_UNIT, KIND_EMPTY };

struct column {
	const char *header;
	enum column_kind kind;
	enum column_id id;
};

static const struct column key_columns[] = {
#define PIFU_FIELD(id, key, type, zh, meaning) {key, KIND_VALUE, COLUMN_##id},
#include "pifu_fields.def"
#undef PIFU_FIELD
	{"confidence", KIND_VALUE, COLUMN_CONFIDENCE},
	{"findings", KIND_VALUE, COLUMN_FINDINGS},
	{"checks", KIND_VALUE, COLUMN_CHECKS},
	{"repairs", KIND_VALUE, COLUMN_REPAIRS},
};

static const struct column zh_columns[] = {
#define PIFU_EXCHANGE(zh, kind, column) {zh, KIND_##kind, COLUMN_##column},
#include "pifu_exchange.def"
#undef PIFU_EXCHANGE
};

static const struct {
	struct str code, word;
} exchange_words[] = {
#define PIFU_EXCHANGE_WORD(code, zh) {OUT_TABLE_STR(code), OUT_TABLE_STR(zh)},
#include "pifu_exchange.def"
#undef PIFU_EXCHANGE_WORD
};

static const struct {
	const char *name;
	const struct column *columns;
	size_t n;
} column_sets[] = {
	{"keys", key_columns, sizeof key_columns / sizeof key_columns[0]},
	{"zh", zh_columns, sizeof zh_columns / sizeof zh_columns[0]},
};

enum { COLUMN_SETS = sizeof column_sets / sizeof column_sets[0] };

bool pifu_columns_known(const char *name)
{
	for (size_t i = 0; name && i < COLUMN_SETS; i++)
		if (strcmp(column_sets[i].name, name) == 0)
			return true;
	return !name;
}

static const struct column *columns_of(const pifu_writer *w, size_t *n)
{
	size_t set = 0;

	for (size_t i = 0; w->options.columns && i < COLUMN_SETS; i++)
		if (strcmp(column_sets[i].name, w->options.columns) == 0)
			set = i;
	*n = column_sets[set].n;
	return column_sets[set].columns;
}

void pifu_delimited_begin(pifu_writer *w, const struct dialect *dialect)
{
	struct delimited_state *s = w->state;
	size_t n;
	const struct column *columns = columns_of(w, &n);

	if (s->begun)
		return;
	s->begun = true;
	if (w->options.bom)
		OUT_LITERAL(&w->out, "\xEF\xBB\xBF");
	for (size_t i = 0; i < n; i++) {
		if (i)
			pifu_out_char(&w->out, dialect->separator);
		pifu_out_text(&w->out, columns[i].header);
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

static void put_codes(pifu_writer *w, const pifu_record *r, enum column_id id)
{
	struct delimited_state *s = w->state;

	if (id == COLUMN_FINDINGS)
		join_findings(&s->cell, r, 0, PIFU_FINDING_COUNT);
	else if (id == COLUMN_CHECKS)
		join_findings(&s->cell, r, PIFU_FINDING_COUNT, PIFU_FINDING_AND_CHECK_COUNT);
	else
		join_repairs(&s->cell, r);
	pifu_out_put(&w->out, s->cell.s, s->cell.n);
}

static struct str word_of(struct str code)
{
	for (size_t i = 0; i < sizeof exchange_words / sizeof exchange_words[0]; i++)
		if (pifu_str_eq(exchange_words[i].code, code))
			return exchange_words[i].word;
	return code;
}

/* The value of a field in a column of a certain kind. */
static struct str value_of(const pifu_record *r, const struct column *column)
{
	struct str value = pifu_record_value(r, (unsigned)column->id);
	struct str kind = pifu_record_value(r, PIFU_FIELD_TARGET_KIND);
	bool words = pifu_str_eq(kind, (struct str)OUT_TABLE_STR("text"));

	switch (column->kind) {
	case KIND_VALUE:
		break;
	case KIND_CODE:
		return word_of(value);
	case KIND_SIGN:
		return word_of(words && !value.n ? kind : value);
	case KIND_UNIT:
		return words ? (struct str){0} : value;
	case KIND_EMPTY:
		return (struct str){0};
	}
	return value;
}

static void put_column(pifu_writer *w, const struct dialect *dialect, const pifu_record *r,
                       const struct column *column)
{
	if (column->id == COLUMN_CONFIDENCE)
		pifu_out_share(&w->out, r->confidence);
	else if (column->id > COLUMN_CONFIDENCE)
		put_codes(w, r, column->id);
	else if (column->kind == KIND_SIGN) /* a sign alone runs nowhere, and = must stay = */
		dialect->put(&w->out, value_of(r, column));
	else
		put_value(w, dialect, value_of(r, column));
}

void pifu_delimited_form(pifu_writer *w, const struct dialect *dialect, const pifu_form *form)
{
	size_t n;
	const struct column *columns = columns_of(w, &n);

	pifu_delimited_begin(w, dialect);
	for (size_t i = 0; i < form->nrecords; i++) {
		for (size_t k = 0; k < n; k++) {
			if (k)
				pifu_out_char(&w->out, dialect->separator);
			put_column(w, dialect, &form->records[i], &columns[k]);
		}
		pifu_out_text(&w->out, dialect->line_end);
	}
}
