/* Text of runs: into one buffer, as the run's font shows it.
 *
 * A run in the Symbol font says "≥" as U+F0B3 or as plain U+00B3; both are turned
 * into what the reader of the page sees. Line ends and tabs inside w:t are blanks
 * there: only w:br and w:tab break. */
#include <string.h>

#include "read/docx_own.h"

bool pifu_docx_text_off(struct docx *d)
{
	const struct frame *f = d->top;

	if (f->para.instructions)
		return true;
	if (!f->look.hidden || d->hidden)
		return false;
	pifu_docx_tell(d, PIFU_FINDING_TEXT_HIDDEN, &d->told_hidden, STR_NONE);
	return true;
}

void pifu_docx_put_char(struct docx *d, uint32_t c)
{
	char out[4];

	pifu_buf_put(&d->text, out, pifu_utf8_put(out, c));
}

/* The font that shows `c`, and c as that font's own code (0x20-0xFF); FONT_PLAIN: c itself. */
static enum symbol_font shown_by(const struct look *look, uint32_t c, uint32_t *code)
{
	*code = c & 0xFF;
	if (c >= 0xF020 && c <= 0xF0FF)
		return look->ascii ? look->ascii : look->high;
	if (c > 0xFF || c < 0x20)
		return FONT_PLAIN;
	return c < 0x80 ? look->ascii : look->high;
}

static void put_symbols(struct docx *d, struct str s)
{
	for (uint32_t at = 0; at < s.n;) {
		uint32_t c = pifu_utf8_next(s, &at), code;
		enum symbol_font font = shown_by(&d->top->look, c, &code);
		uint32_t shown = font ? pifu_docx_symbol(font, code) : 0;

		pifu_docx_put_char(d, shown ? shown : c);
	}
}

static bool is_wrapped(char c)
{
	return c == '\n' || c == '\t' || c == '\r';
}

void pifu_docx_put(struct docx *d, const char *s, size_t n)
{
	size_t from = d->text.n;

	d->page_pending = false;
	if (from > pifu_limit(d->options, LIMIT_WORD_TEXT)) {
		pifu_xml_stop(d->x, PIFU_ERR_LIMIT,
		              "the text of one cell or paragraph is too long (limit word-text)");
		return;
	}
	if (d->top->look.ascii || d->top->look.high) {
		put_symbols(d, (struct str){s, (uint32_t)n});
		return;
	}
	pifu_buf_put(&d->text, s, n);
	for (size_t i = from; i < d->text.n; i++)
		if (is_wrapped(d->text.s[i]))
			d->text.s[i] = ' ';
}

void pifu_docx_insert(struct docx *d, size_t at, struct str s)
{
	size_t tail = d->text.n - at;

	pifu_buf_str(&d->text, s);
	if (d->text.failed)
		return;
	memmove(d->text.s + at + s.n, d->text.s + at, tail);
	memcpy(d->text.s + at, s.s, s.n);
}
