/* TSV: tabs, line feeds, no quoting at all. A run of tabs and line breaks
 * inside a value becomes one blank, so a line is a record and a tab a border. */
#include "write/delimited.h"

static bool is_border(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

static void put_tsv(struct out *o, struct str s)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < s.n; i++) {
		if (!is_border(s.s[i]))
			continue;
		pifu_out_put(o, s.s + from, i - from);
		pifu_out_char(o, ' ');
		while (i + 1 < s.n && is_border(s.s[i + 1]))
			i++;
		from = i + 1;
	}
	if (from < s.n)
		pifu_out_put(o, s.s + from, s.n - from);
}

static const struct dialect tsv = {'\t', "\n", put_tsv};

static void write_form(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	(void)d;
	pifu_delimited_form(w, &tsv, form);
}

static void finish(pifu_writer *w)
{
	pifu_delimited_begin(w, &tsv);
}

const struct writer_format pifu_writer_tsv = {
	.state = sizeof(struct delimited_state),
	.open = pifu_delimited_open,
	.form = write_form,
	.finish = finish,
	.status = pifu_delimited_status,
	.close = pifu_delimited_close,
};
