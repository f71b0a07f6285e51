/* Text as a browser shows it: white space collapses, breaks become line feeds. */
#include "read/html_build.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Pay what is owed before a visible byte: a line feed or a blank, never both. */
static void pay_gap(struct html_text *t)
{
	if (t->bytes.n && t->line)
		pifu_buf_char(&t->bytes, '\n');
	else if (t->bytes.n && t->space)
		pifu_buf_char(&t->bytes, ' ');
	t->line = t->space = false;
}

static void add_space(struct html_text *t, char c, bool pre)
{
	if (pre && c == '\n')
		t->line = true;
	else if (pre && c != '\r' && !t->line)
		pifu_buf_char(&t->bytes, c);
	else
		t->space = true;
}

void pifu_html_text_add(struct html_text *t, struct str s, bool pre)
{
	for (uint32_t i = 0; i < s.n;) {
		if (is_space(s.s[i])) {
			add_space(t, s.s[i++], pre);
			continue;
		}
		uint32_t from = i;
		while (i < s.n && !is_space(s.s[i]))
			i++;
		pay_gap(t);
		pifu_buf_put(&t->bytes, s.s + from, i - from);
	}
}

void pifu_html_text_clear(struct html_text *t)
{
	pifu_buf_clear(&t->bytes);
	t->line = t->space = false;
}
