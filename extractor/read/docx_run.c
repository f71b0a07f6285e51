/* The elements of runs: properties, text, signs, fields (docx_names.def).
 *
 * A field shows its result; its instruction is no text. Form fields may have no
 * result at all: a check box is shown as a box, a list as its chosen entry.
 *
 *     begin  instrText…  separate  result…  end      nested fields: bit n of the
 *     |----- instruction ---|                         instructions is field n
 *
 * An instruction never runs over the end of its paragraph: a field without its end
 * must not swallow the document. */
#include "read/docx_own.h"

/* ---- Runs ----------------------------------------------------------------------- */

static void wear(struct look *look, const struct style *s)
{
	if (!s)
		return;
	if (s->hidden != UNSET)
		look->hidden = s->hidden;
	if (s->font != UNSET)
		look->ascii = look->high = (uint8_t)s->font;
}

void pifu_docx_on_run(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	d->top->look = (struct look){0};
	wear(&d->top->look, d->top->para.style);
}

/* Properties of a run, not of a paragraph's mark? */
static bool of_run(struct docx *d)
{
	unsigned owner = pifu_xml_parent(d->x, 2);

	if (owner == TOKEN_R_PR_CHANGE)
		owner = pifu_xml_parent(d->x, 4);
	return pifu_xml_parent(d->x, 1) == TOKEN_R_PR && (owner == TOKEN_R || owner == TOKEN_M_R);
}

void pifu_docx_on_run_style(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (of_run(d))
		wear(&d->top->look, pifu_docx_style(d, pifu_docx_val(attrs)));
}

void pifu_docx_on_vanish(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	bool on = pifu_xml_on(attrs, "val");

	(void)token;
	if (of_run(d))
		d->top->look.hidden = on;
	else if (on && !d->hidden && pifu_xml_parent(d->x, 2) == TOKEN_P_PR)
		d->top->para.mark_gone = true;
}

void pifu_docx_on_fonts(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct str ascii = pifu_xml_attr(attrs, "ascii"), high = pifu_xml_attr(attrs, "hAnsi");

	(void)token;
	if (!of_run(d))
		return;
	if (ascii.s)
		d->top->look.ascii = (uint8_t)pifu_docx_font(ascii);
	if (high.s)
		d->top->look.high = (uint8_t)pifu_docx_font(high);
}

void pifu_docx_on_text(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	d->taking = d->top->para.depth && !pifu_docx_text_off(d);
}

void pifu_docx_off_text(struct docx *d, unsigned token)
{
	(void)token;
	d->taking = false;
}

/* ---- Signs in runs ---------------------------------------------------------------- */

static void put_sign(struct docx *d, uint32_t c)
{
	if (d->top->para.depth && !pifu_docx_text_off(d))
		pifu_docx_put_char(d, c);
}

void pifu_docx_on_put_tab(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	put_sign(d, '\t');
}

void pifu_docx_on_put_newline(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	put_sign(d, '\n');
}

void pifu_docx_on_put_hyphen(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	put_sign(d, '-');
}

void pifu_docx_on_break(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct str type = pifu_xml_attr(attrs, "type");

	if (pifu_str_eq(type, STR("page")))
		pifu_docx_page_break(d, false);
	else if (!pifu_str_eq(type, STR("column")))
		pifu_docx_on_put_newline(d, token, attrs);
}

void pifu_docx_on_rendered(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	pifu_docx_page_break(d, true);
}

static uint32_t read_hex(struct str s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s.n && i < 6; i++) {
		char c = s.s[i];

		n = n << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return n;
}

static bool is_hex(struct str s)
{
	for (uint32_t i = 0; i < s.n; i++)
		if (!((s.s[i] >= '0' && s.s[i] <= '9') ||
		      ((s.s[i] | 32) >= 'a' && (s.s[i] | 32) <= 'f')))
			return false;
	return s.n > 0 && s.n <= 6;
}

void pifu_docx_on_symbol(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct str code = pifu_xml_attr(attrs, "char");
	enum symbol_font font = pifu_docx_font(pifu_xml_attr(attrs, "font"));
	uint32_t c, shown;

	(void)token;
	if (!is_hex(code))
		return;
	c = read_hex(code);
	shown = font ? pifu_docx_symbol(font, c) : 0;
	if (c < 0x20 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		return;
	put_sign(d, shown ? shown : c);
}

/* ---- Fields: their result is text, their instruction is not --------------------- */

enum { MOST_FIELDS = 31 };

static void end_field(struct docx *d, struct para *p)
{
	if (!p->fields)
		return;
	p->instructions &= ~(UINT32_C(1) << p->fields);
	p->fields--;
	if (p->choice.n && d->text.n == p->field_start && !pifu_docx_text_off(d))
		pifu_buf_str(&d->text, p->choice);
	p->choice = STR_NONE;
}

void pifu_docx_on_field(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	struct para *p = &d->top->para;
	struct str type = pifu_xml_attr(attrs, "fldCharType");

	(void)token;
	if (!p->depth)
		return;
	if (pifu_str_eq(type, STR("begin")) && p->fields < MOST_FIELDS) {
		p->instructions |= UINT32_C(1) << ++p->fields;
		p->field_start = d->text.n;
		p->choice = STR_NONE;
	} else if (pifu_str_eq(type, STR("separate"))) {
		p->instructions &= ~(UINT32_C(1) << p->fields);
	} else if (pifu_str_eq(type, STR("end"))) {
		end_field(d, p);
	}
}

void pifu_docx_on_check_box(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	d->top->para.choice = STR("☐");
}

/* <w:checked/> or <w:default/> of a check box, <w:default w:val="2"/> of a list */
void pifu_docx_on_checked(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	unsigned parent = pifu_xml_parent(d->x, 1);

	(void)token;
	if (parent == TOKEN_CHECK_BOX)
		d->top->para.choice = pifu_xml_on(attrs, "val") ? STR("☒") : STR("☐");
	else if (parent == TOKEN_DD_LIST)
		d->list_index = (int32_t)pifu_xml_int(attrs, "val", 0);
}

void pifu_docx_on_list(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	(void)attrs;
	d->list_index = d->list_at = 0;
}

void pifu_docx_on_list_result(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (pifu_xml_parent(d->x, 1) == TOKEN_DD_LIST)
		d->list_index = (int32_t)pifu_xml_int(attrs, "val", 0);
}

void pifu_docx_on_list_entry(struct docx *d, unsigned token, const struct xml_attrs *attrs)
{
	(void)token;
	if (pifu_xml_parent(d->x, 1) != TOKEN_DD_LIST || d->list_at++ != d->list_index)
		return;
	d->top->para.choice = pifu_arena_str(d->arena, pifu_docx_val(attrs));
	if (!d->top->para.choice.s)
		pifu_docx_nomem(d);
}
