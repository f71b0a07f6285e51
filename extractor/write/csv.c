/* CSV as RFC 4180 has it: commas, CRLF, and quotes around a value that holds a
 * comma, a quote or a line break, or blanks at an end (some readers trim them). */
#include "write/delimited.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool wants_quotes(struct str s)
{
	if (s.n == 0)
		return false;
	if (is_blank(s.s[0]) || is_blank(s.s[s.n - 1]))
		return true;
	for (uint32_t i = 0; i < s.n; i++)
		if (s.s[i] == ',' || s.s[i] == '"' || s.s[i] == '\n' || s.s[i] == '\r')
			return true;
	return false;
}

static void put_csv(struct out *o, struct str s)
{
	if (!wants_quotes(s)) {
		pifu_out_str(o, s);
		return;
	}
	pifu_out_char(o, '"');
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.s[i] == '"')
			pifu_out_char(o, '"');
		pifu_out_char(o, s.s[i]);
	}
	pifu_out_char(o, '"');
}

static const struct dialect csv = {',', "\r\n", put_csv};

static void write_form(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	(void)d;
	pifu_delimited_form(w, &csv, form);
}

static void finish(pifu_writer *w)
{
	pifu_delimited_begin(w, &csv);
}

const struct writer_format pifu_writer_csv = {
	.state = sizeof(struct delimited_state),
	.open = pifu_delimited_open,
	.form = write_form,
	.finish = finish,
	.status = pifu_delimited_status,
	.close = pifu_delimited_close,
};
