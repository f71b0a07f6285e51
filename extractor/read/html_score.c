/* Is it HTML, and which kind: a page, or plain lines with tables between them?
 *
 *   <!doctype html> <html> <head> <body> …      a page              95
 *   <div … <p … <h1 … and closed again          a fragment          80
 *   <table … <td …, perhaps text before it      lines with tables   70
 *   text with three or more closed p, div, td   a fragment          60
 *   a < b, <年度>, Markdown                      neither              0
 *
 * Only ASCII is looked at, so the bytes need not be decoded first. */
#include "read/html_pieces.h"

#include <strings.h>

enum {
	HEAD = 4096,        /* bytes in which a page shows what it is */
	REACH = 1024 * 1024 /* bytes in which a table after text is looked for */
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_name(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == ':';
}

static bool starts_tag(struct str s, const char *name)
{
	size_t n = strlen(name);
	return s.n > n && strncasecmp(s.s, name, n) == 0 && !is_name(s.s[n]);
}

uint32_t pifu_html_find_tag(struct str s, uint32_t from, const char *name)
{
	while (from < s.n) {
		const char *open = memchr(s.s + from, '<', s.n - from);
		if (!open)
			return s.n;
		from = (uint32_t)(open - s.s);
		if (starts_tag(pifu_str_sub(s, from, s.n), name))
			return from;
		from++;
	}
	return s.n;
}

/* ---- Recognition ------------------------------------------------------------- */

static struct str skip_space(struct str s)
{
	while (s.n && is_space(s.s[0]))
		s = pifu_str_sub(s, 1, s.n);
	return s;
}

/* `s` without what may stand before the first tag: a BOM, an XML declaration, comments. */
static struct str skip_prolog(struct str s)
{
	if (pifu_str_starts(s, STR("\xEF\xBB\xBF")))
		s = pifu_str_sub(s, 3, s.n);
	for (s = skip_space(s);; s = skip_space(s)) {
		bool comment = pifu_str_starts(s, STR("<!--"));
		if (!comment && !pifu_str_starts(s, STR("<?xml")))
			return s;
		int64_t end = pifu_str_find(s, comment ? STR("-->") : STR("?>"));
		if (end < 0)
			return s;
		s = pifu_str_sub(s, (uint32_t)end + (comment ? 3 : 2), s.n);
	}
}

static bool starts_any(struct str s, const char *const *names)
{
	for (; *names; names++)
		if (starts_tag(s, *names))
			return true;
	return false;
}

static bool is_page(struct str s)
{
	static const char *const first[] = {"<!doctype html", "<html",     "<head",
	                                    "<body",          "<frameset", NULL};
	return starts_any(s, first);
}

static bool is_fragment(struct str s)
{
	static const char *const first[] = {
		"<meta", "<title", "<style",  "<script", "<link",  "<base",    "<div",
		"<p",    "<span",  "<font",   "<h1",     "<h2",    "<h3",      "<h4",
		"<h5",   "<h6",    "<center", "<ul",     "<ol",    "<section", "<article",
		"<main", "<form",  "<tr",     "<td",     "<tbody", "<thead",   NULL,
	};
	return starts_any(s, first) && pifu_str_find(s, STR("</")) >= 0;
}

static bool has_table(struct str s)
{
	s.n = s.n < REACH ? s.n : REACH;
	uint32_t at = pifu_html_find_tag(s, 0, "<table");
	return at < s.n &&
	       (pifu_html_find_tag(s, at, "<td") < s.n || pifu_html_find_tag(s, at, "<th") < s.n ||
	        pifu_html_find_tag(s, at, "<tr") < s.n);
}

/* Tags that close a block, up to three. */
static unsigned closed_blocks(struct str s)
{
	static const char *const names[] = {"</p",  "</div", "</td", "</li",
	                                    "</h1", "</h2",  "</h3", NULL};
	unsigned n = 0;

	for (uint32_t at = 0; at < s.n && n < 3; at++) {
		const char *open = memchr(s.s + at, '<', s.n - at);
		if (!open)
			break;
		at = (uint32_t)(open - s.s);
		n += starts_any(pifu_str_sub(s, at, s.n), names);
	}
	return n;
}

static enum html_mode answer(enum html_mode mode, int sure, int *score)
{
	*score = sure;
	return mode;
}

enum html_mode pifu_html_mode(struct str text, int *score)
{
	struct str s = skip_prolog(text);
	struct str head = pifu_str_sub(s, 0, s.n < HEAD ? s.n : HEAD);

	if (is_page(s))
		return answer(HTML_PAGE, 95, score);
	if (pifu_str_starts(skip_space(text), STR("<?xml")))
		return answer(HTML_NOT, 0, score);
	if (is_fragment(s))
		return answer(HTML_PAGE, 80, score);
	if (has_table(s))
		return answer(HTML_LINES, 70, score);
	if (closed_blocks(head) >= 3 && !memchr(head.s, '|', head.n))
		return answer(HTML_PAGE, 60, score);
	return answer(HTML_NOT, 0, score);
}

/* ---- Lines -------------------------------------------------------------------- */

static bool is_inline(struct str name)
{
	static const char *const names[] = {
		"a",     "b",    "big",    "em",  "font", "i", "img", "s",
		"small", "span", "strong", "sub", "sup",  "u", "ins", "del",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (pifu_str_eq(name, pifu_str_of(names[i])))
			return true;
	return false;
}

/* Does `s`, behind its '<', begin with the name of an element and end it? */
static bool names_element(struct str s)
{
	char name[16];
	uint32_t n = 0, from = s.n && s.s[0] == '/';
	unsigned tag;

	while (from + n < s.n && n + 1 < sizeof name && is_name(s.s[from + n])) {
		char c = s.s[from + n];
		name[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	name[n] = '\0';
	if (n == 0 || from + n >= s.n || !memchr(s.s + from, '>', s.n - from))
		return false;
	char behind = s.s[from + n];
	if (!is_space(behind) && behind != '>' && behind != '/')
		return false;
	return pifu_html_kind(name, &tag) != HTML_INLINE || is_inline((struct str){name, n});
}

/* Does `s`, behind its '&', look like an entity? */
static bool names_entity(struct str s)
{
	uint32_t n = 0;

	while (n < s.n && n < 10 && (is_name(s.s[n]) || s.s[n] == '#'))
		n++;
	return n > 1 && n < s.n && s.s[n] == ';';
}

bool pifu_html_marked_up(struct str line)
{
	for (uint32_t i = 0; i < line.n; i++) {
		if (line.s[i] == '<' && names_element(pifu_str_sub(line, i + 1, line.n)))
			return true;
		if (line.s[i] == '&' && names_entity(pifu_str_sub(line, i + 1, line.n)))
			return true;
	}
	return false;
}

/* ---- Charset ------------------------------------------------------------------- */

static struct str charset_value(struct str s)
{
	while (s.n && (is_space(s.s[0]) || s.s[0] == '='))
		s = pifu_str_sub(s, 1, s.n);
	if (s.n && (s.s[0] == '"' || s.s[0] == '\''))
		s = pifu_str_sub(s, 1, s.n);
	uint32_t n = 0;
	while (n < s.n && (is_name(s.s[n]) || s.s[n] == '_' || s.s[n] == '.'))
		n++;
	return n ? pifu_str_sub(s, 0, n) : STR_NONE;
}

/* What follows `word` in `s`, if the word is there in any case. */
static struct str behind_word(struct str s, const char *word)
{
	uint32_t n = (uint32_t)strlen(word);

	for (uint32_t at = 0; at + n < s.n; at++)
		if (strncasecmp(s.s + at, word, n) == 0)
			return pifu_str_sub(s, at + n, s.n);
	return STR_NONE;
}

struct str pifu_html_charset(struct str head)
{
	head.n = head.n < HEAD ? head.n : HEAD;
	for (uint32_t at = 0; (at = pifu_html_find_tag(head, at, "<meta")) < head.n; at++) {
		const char *close = memchr(head.s + at, '>', head.n - at);
		struct str tag =
			pifu_str_sub(head, at, close ? (uint32_t)(close - head.s) : head.n);
		struct str value = behind_word(tag, "charset");
		if (value.s)
			return charset_value(value);
	}
	if (!pifu_str_starts(head, STR("<?xml")))
		return STR_NONE;
	const char *close = memchr(head.s, '>', head.n);
	struct str value =
		behind_word(pifu_str_sub(head, 0, close ? (uint32_t)(close - head.s) : head.n),
	                    "encoding");
	return value.s ? charset_value(value) : STR_NONE;
}
