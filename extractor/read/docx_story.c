/* The elements of a Word story, one small function each (docx_names.def); those of
 * runs are in docx_run.c.
 *
 * Content controls, hyperlinks, simple fields, custom XML and shapes mean nothing
 * here: they are passed over and what is inside them is read as if they were not
 * there. What is left out is left out as a whole subtree: the other side of tracked
 * changes, old properties, the branches of AlternateContent not taken.
 *
 * Malformed nesting (a row inside a row) is read as if the inner element were not
 * there; each open thing remembers its depth, so that only its own end ends it. */
#include "base/error.h"
#include "read/docx_own.h"

typedef void start_fn(struct docx *d, unsigned token, const struct xml_attrs *attrs);
typedef void end_fn(struct docx *d, unsigned token);

void pifu_docx_on_skip_element(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	pifu_xml_skip(d->x);
}

/* ---- AlternateContent: the first branch that is understood ------------------ */

static bool is_understood(const struct docx *d, struct str prefix)
{
	for (size_t i = 0; i < d->nunderstood; i++)
		if (pifu_str_eq(prefix, pifu_str_of(d->understood[i])))
			return true;
	return false;
}

static void note_prefix(void *ctx, const char *prefix, const char *address)
{
	struct docx *d = ctx;
	static const char *const known[] = {"http://schemas.microsoft.com/office/",
	                                    "http://schemas.openxmlformats.org/",
	                                    "http://purl.oclc.org/ooxml/",
	                                    "urn:schemas-microsoft-com:"};
	size_t room = sizeof(d->understood) / sizeof(d->understood[0]);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(address, known[i], strlen(known[i])) == 0 && d->nunderstood < room &&
		    !is_understood(d, pifu_str_of(prefix)))
			d->understood[d->nunderstood++] = prefix; /* lives as long as the parse */
}

static bool all_understood(const struct docx *d, struct str prefixes)
{
	uint32_t at = 0;

	while (at < prefixes.n) {
		uint32_t from = at;

		while (at < prefixes.n && prefixes.s[at] != ' ')
			at++;
		if (at > from && !is_understood(d, pifu_str_sub(prefixes, from, at)))
			return false;
		at++;
	}
	return true;
}

void pifu_docx_on_alternate(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	d->alternates[++d->nalternates] = false;
}

void pifu_docx_off_alternate(struct docx *d, unsigned token)
{
	(void)token;
	d->nalternates--;
}

static void take_branch(struct docx *d, bool fits)
{
	bool *taken = &d->alternates[d->nalternates];

	if (*taken || !fits)
		pifu_xml_skip(d->x);
	else
		*taken = true;
}

void pifu_docx_on_choice(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	take_branch(d, all_understood(d, pifu_xml_attr(attrs, "Requires")));
}

void pifu_docx_on_fallback(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	take_branch(d, true);
}

/* ---- Tracked changes -------------------------------------------------------- */

static bool is_gone(const struct docx *d, unsigned token)
{
	bool added = token == TOKEN_INS || token == TOKEN_MOVE_TO || token == TOKEN_CELL_INS;

	return added == d->original;
}

/* <w:ins>, <w:del>, <w:moveFrom>, <w:moveTo>: around runs, or a mark in properties. */
void pifu_docx_on_change(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	unsigned parent = pifu_xml_parent(d->x, 1);
	struct frame *f = d->top;

	(void)attrs;
	pifu_docx_tell(d, PIFU_FINDING_CHANGES, &d->told_changes, STR_NONE);
	if (!is_gone(d, token))
		return;
	if (parent == TOKEN_TR_PR && pifu_docx_open_row(d))
		f->table.row.gone = true;
	else if (parent == TOKEN_R_PR && pifu_xml_parent(d->x, 2) == TOKEN_P_PR && f->para.depth)
		f->para.mark_gone = true;
	else if (parent == TOKEN_NUM_PR && f->para.depth)
		f->para.num_id = 0;
	else if (parent != TOKEN_R_PR)
		pifu_xml_skip(d->x);
}

void pifu_docx_on_cell_change(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_cell(d);

	(void)attrs;
	pifu_docx_tell(d, PIFU_FINDING_CHANGES, &d->told_changes, STR_NONE);
	if (f && is_gone(d, token))
		f->table.cell.gone = true;
}

static enum merge merge_of(struct str v)
{
	return pifu_str_eq(v, STR("restart")) || pifu_str_eq(v, STR("rest")) ? MERGE_RESTART
	                                                                     : MERGE_CONTINUE;
}

void pifu_docx_on_cell_merge(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_cell(d);
	struct str v = pifu_xml_attr(attrs, d->original ? "vMergeOrig" : "vMerge");

	(void)token;
	if (f && v.n)
		f->table.cell.vertical = merge_of(v);
}

/* The properties as they were: in force under "original", left out otherwise. */
void pifu_docx_on_old_properties(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = d->top;

	(void)attrs;
	pifu_docx_tell(d, PIFU_FINDING_CHANGES, &d->told_changes, STR_NONE);
	if (!d->original) {
		pifu_xml_skip(d->x);
	} else if (token == TOKEN_TC_PR_CHANGE && pifu_docx_open_cell(d)) {
		f->table.cell.span = 1;
		f->table.cell.vertical = f->table.cell.horizontal = MERGE_NONE;
	} else if (token == TOKEN_TR_PR_CHANGE && pifu_docx_open_row(d) && !f->table.row.ncells) {
		f->table.row.col = f->table.row.after = 0;
		f->table.row.header = false;
	} else if (token == TOKEN_TBL_GRID_CHANGE && f->kind == FRAME_TABLE) {
		f->table.columns = 0;
	} else if (token == TOKEN_P_PR_CHANGE && f->para.depth) {
		f->para.num_id = f->para.level = UNSET;
		f->para.style = NULL;
	} else if (token == TOKEN_R_PR_CHANGE && pifu_xml_parent(d->x, 2) == TOKEN_R) {
		f->look = (struct look){0};
	}
}

/* ---- Tables ----------------------------------------------------------------- */

static void push_flow(struct docx *d, struct str path, struct grid *sink)
{
	if (path.s && pifu_docx_push(d, FRAME_FLOW, path, sink))
		d->taking = false;
}

/* Paragraphs and tables that stand in a table or row, but in no cell, are kept: a
 * flow of their own, opened and ended by the stray element itself. */
static void catch_stray(struct docx *d)
{
	struct frame *f = d->top;

	if (f->kind == FRAME_TABLE && !f->table.cell.depth)
		push_flow(d, f->path, &f->pending);
}

/* Ends the flow that the element in hand opened. */
static void release_flow(struct docx *d)
{
	if (d->top->kind == FRAME_FLOW && d->top->below && d->top->depth == pifu_xml_depth(d->x))
		pifu_docx_pop(d);
}

static bool content_is_gone(struct docx *d)
{
	const struct frame *f = pifu_docx_open_cell(d);

	return f && f->table.cell.gone;
}

void pifu_docx_on_table(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	if (content_is_gone(d)) {
		pifu_xml_skip(d->x);
		return;
	}
	catch_stray(d);
	pifu_docx_begin_table(d);
}

void pifu_docx_off_table(struct docx *d, unsigned token)
{
	(void)token;
	if (d->top->kind == FRAME_TABLE && d->top->depth == pifu_xml_depth(d->x))
		pifu_docx_end_table(d);
	release_flow(d);
}

void pifu_docx_on_row(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	if (d->top->kind == FRAME_TABLE && !d->top->table.row.depth)
		pifu_docx_begin_row(d);
}

void pifu_docx_off_row(struct docx *d, unsigned token)
{
	struct frame *f = pifu_docx_open_row(d);

	(void)token;
	if (f && f->table.row.depth == pifu_xml_depth(d->x))
		pifu_docx_end_row(d);
}

void pifu_docx_on_cell(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_row(d);

	(void)token;
	(void)attrs;
	if (f && f->table.row.gone)
		pifu_xml_skip(d->x);
	else if (f && !f->table.cell.depth)
		pifu_docx_begin_cell(d);
}

void pifu_docx_off_cell(struct docx *d, unsigned token)
{
	struct frame *f = pifu_docx_open_cell(d);

	(void)token;
	if (f && f->table.cell.depth == pifu_xml_depth(d->x))
		pifu_docx_end_cell(d);
}

void pifu_docx_on_grid_col(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct table_state *t = &d->top->table;
	int64_t width = pifu_xml_int(attrs, "w", 0);

	(void)token;
	if (d->top->kind != FRAME_TABLE || t->columns >= PIFU_LIMIT_COLUMNS)
		return;
	if (t->columns < PIFU_LIMIT_WORD_COLUMNS)
		t->widths[t->columns] = width > 0 && width < UINT32_MAX ? (uint32_t)width : 0;
	t->columns++;
}

void pifu_docx_on_grid_span(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_cell(d);

	(void)token;
	if (f)
		f->table.cell.span = pifu_docx_clamp(d, pifu_xml_int(attrs, "val", 1), 1);
}

void pifu_docx_on_v_merge(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_cell(d);

	(void)token;
	if (f)
		f->table.cell.vertical = merge_of(pifu_docx_val(attrs));
}

void pifu_docx_on_h_merge(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_cell(d);

	(void)token;
	if (f)
		f->table.cell.horizontal = merge_of(pifu_docx_val(attrs));
}

void pifu_docx_on_grid_before(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_row(d);

	(void)token;
	if (f && !f->table.row.ncells) /* it comes before the cells, or not at all */
		f->table.row.col = pifu_docx_clamp(d, pifu_xml_int(attrs, "val", 0), 0);
}

void pifu_docx_on_grid_after(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_row(d);

	(void)token;
	if (f)
		f->table.row.after = pifu_docx_clamp(d, pifu_xml_int(attrs, "val", 0), 0);
}

void pifu_docx_on_row_header(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_row(d);

	(void)token;
	if (f && pifu_xml_parent(d->x, 1) == TOKEN_TR_PR)
		f->table.row.header = pifu_xml_on(attrs, "val");
}

void pifu_docx_on_row_hidden(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = pifu_docx_open_row(d);

	(void)token;
	if (!f || d->hidden || pifu_xml_parent(d->x, 1) != TOKEN_TR_PR ||
	    !pifu_xml_on(attrs, "val"))
		return;
	f->table.row.gone = true;
	pifu_docx_tell(d, PIFU_FINDING_TEXT_HIDDEN, &d->told_hidden, STR_NONE);
}

/* ---- Text boxes and notes ----------------------------------------------------- */

void pifu_docx_on_box(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct frame *f = d->top;
	struct str place;

	(void)token;
	(void)attrs;
	place = pifu_docx_place(d, f);
	if (place.s)
		push_flow(d, pifu_docx_path(d, place, "txbx", ++f->nboxes, NULL, 0), &f->pending);
}

void pifu_docx_off_box(struct docx *d, unsigned token)
{
	(void)token;
	release_flow(d);
}

void pifu_docx_on_note(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct str type = pifu_xml_attr(attrs, "type");
	int64_t id = pifu_xml_int(attrs, "id", 0);

	if (type.n && !pifu_str_eq(type, STR("normal")))
		pifu_xml_skip(d->x);
	else
		push_flow(d,
		          pifu_docx_path(d, d->top->path,
		                         token == TOKEN_FOOTNOTE ? "footnote" : "endnote",
		                         id > 0 && id < UINT32_MAX ? (uint32_t)id : 0, NULL, 0),
		          d->top->sink);
}

void pifu_docx_off_note(struct docx *d, unsigned token)
{
	pifu_docx_off_box(d, token);
}

/* ---- Paragraphs --------------------------------------------------------------- */

void pifu_docx_on_paragraph(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	if (content_is_gone(d)) {
		pifu_xml_skip(d->x);
		return;
	}
	catch_stray(d);
	if (!d->top->para.depth)
		pifu_docx_begin_paragraph(d);
}

void pifu_docx_off_paragraph(struct docx *d, unsigned token)
{
	(void)token;
	if (d->top->para.depth && d->top->para.depth == pifu_xml_depth(d->x))
		pifu_docx_end_paragraph(d);
	release_flow(d);
}

void pifu_docx_on_paragraph_style(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (d->top->para.depth)
		d->top->para.style = pifu_docx_style(d, pifu_docx_val(attrs));
}

void pifu_docx_on_num_id(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (d->top->para.depth && d->top->para.num_id != 0)
		d->top->para.num_id = (int32_t)pifu_xml_int(attrs, "val", 0);
}

void pifu_docx_on_level(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (d->top->para.depth)
		d->top->para.level = (int32_t)pifu_xml_int(attrs, "val", UNSET);
}

void pifu_docx_on_page_before(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (pifu_xml_on(attrs, "val"))
		pifu_docx_page_break(d, false);
}

/* ---- Math --------------------------------------------------------------------------- */

static bool takes_math(struct docx *d)
{
	return d->top->para.depth && !pifu_docx_text_off(d);
}

void pifu_docx_on_math_op(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)attrs;
	if (takes_math(d))
		pifu_docx_math_op(d, token);
}

void pifu_docx_off_math_op(struct docx *d, unsigned token)
{
	pifu_docx_math_op_end(d, token);
}

void pifu_docx_on_math_arg(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)attrs;
	if (takes_math(d))
		pifu_docx_math_arg(d, token);
}

void pifu_docx_off_math_arg(struct docx *d, unsigned token)
{
	pifu_docx_math_arg_end(d, token);
}

void pifu_docx_on_math_property(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	pifu_docx_math_property(d, token, pifu_docx_val(attrs));
}

/* ---- Dispatch ------------------------------------------------------------------------ */

static const struct xml_name names[] = {
#define DOCX_NAME(ns, local, token, start, end) {XML_NS_##ns, local, TOKEN_##token},
#include "read/docx_names.def"
#undef DOCX_NAME
};

static const struct {
	start_fn *start;
	end_fn *end;
} actions[] = {
	{pifu_docx_on_none, pifu_docx_off_none},
#define DOCX_NAME(ns, local, token, start, end) {pifu_docx_on_##start, pifu_docx_off_##end},
#include "read/docx_names.def"
#undef DOCX_NAME
};

void pifu_docx_on_none(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)d;
	(void)token;
	(void)attrs;
}

void pifu_docx_off_none(struct docx *d, unsigned token)
{
	(void)d;
	(void)token;
}

static void start_element(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct docx *d = ctx;

	d->x = x;
	actions[token].start(d, token, attrs);
}

static void end_element(void *ctx, struct xml *x, unsigned token)
{
	struct docx *d = ctx;

	d->x = x;
	actions[token].end(d, token);
}

static void take_text(void *ctx, struct xml *x, const char *s, size_t n)
{
	struct docx *d = ctx;

	(void)x;
	if (d->taking)
		pifu_docx_put(d, s, n);
}

const struct xml_handler pifu_docx_story = {
	.names = names,
	.nnames = sizeof(names) / sizeof(names[0]),
	.start = start_element,
	.end = end_element,
	.text = take_text,
	.prefix = note_prefix,
};
