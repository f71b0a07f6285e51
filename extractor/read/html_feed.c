/* A page's text through libxml2's push parser.
 *
 *   text   <p>一、<![if !vml]>甲<![endif]></p></body></html> 附：…
 *   fed    <p>一、            甲          </p>               附：…
 *
 * The parser repairs what is wrong with the tags. What it must not see is cut
 * out first, because it would lose text or time over it:
 *   - comments, scripts and styles (their text is no text of the page, and a
 *     "</td>" in a script is no tag);
 *   - Word's conditional marks <![if …]> and other bogus declarations;
 *   - </body> and </html>: it ends there, though sites write on behind them.
 * Entities that HTML 4 does not know (&geq;) come as '&', name and ';' and are
 * put together here; so are those that a site escaped twice (&amp;ge;). */
#define _GNU_SOURCE /* memmem */
#include "read/html_feed.h"

#include <libxml/HTMLparser.h>
#include <strings.h>

enum {
	SLICE = 16 * 1024, /* bytes given to the parser at one time */
	MARK = 1024,       /* a bogus declaration is not longer, or it is text */
};

struct html_entity {
	const char *name;
	uint32_t code;
	bool bare; /* HTML decodes it without its semicolon, too */
};

static const struct html_entity entities[] = {
	{"amp", '&', true},       {"apos", '\'', false},       {"ge", 0x2265, false},
	{"geq", 0x2265, false},   {"geqslant", 0x2A7E, false}, {"ges", 0x2A7E, false},
	{"gt", '>', true},        {"hellip", 0x2026, false},   {"ldquo", 0x201C, false},
	{"le", 0x2264, false},    {"leq", 0x2264, false},      {"leqslant", 0x2A7D, false},
	{"les", 0x2A7D, false},   {"lpar", '(', false},        {"lt", '<', true},
	{"mdash", 0x2014, false}, {"middot", 0xB7, true},      {"nbsp", 0xA0, true},
	{"percnt", '%', false},   {"plus", '+', false},        {"quot", '"', true},
	{"rdquo", 0x201D, false}, {"rpar", ')', false},        {"times", 0xD7, true},
};

/* ---- Events ---------------------------------------------------------------- */

static void add_code(struct html_feed *f, uint32_t code)
{
	char utf8[4];
	pifu_html_build_text(f->build, (struct str){utf8, pifu_utf8_put(utf8, code)});
}

/* What waited for a ';' does not get one. */
static void flush_entity(struct html_feed *f)
{
	const struct html_entity *e = f->entity;

	if (e && e->bare)
		add_code(f, e->code);
	else if (f->ampersand)
		pifu_html_build_text(f->build, STR("&"));
	if (e && !e->bare)
		pifu_html_build_text(f->build, pifu_str_of(e->name));
	f->ampersand = false;
	f->entity = NULL;
}

static const struct html_entity *find_entity(struct str name)
{
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (pifu_str_eq(pifu_str_of(entities[i].name), name))
			return &entities[i];
	return NULL;
}

/* The text behind a lone '&': perhaps a name, perhaps with its ';'. */
static struct str join_entity(struct html_feed *f, struct str s)
{
	uint32_t n = 0;

	while (n < s.n && n < 10 && ((s.s[n] | 0x20) >= 'a' && (s.s[n] | 0x20) <= 'z'))
		n++;
	f->entity = find_entity(pifu_str_sub(s, 0, n));
	if (f->entity && n == s.n)
		return pifu_str_sub(s, n, n); /* its ';' may come with the next text */
	if (!f->entity || (s.s[n] != ';' && !f->entity->bare)) {
		f->entity = NULL;
		flush_entity(f);
		return s;
	}
	n += s.s[n] == ';';
	add_code(f, f->entity->code);
	f->ampersand = false;
	f->entity = NULL;
	return pifu_str_sub(s, n, s.n);
}

static struct str end_entity(struct html_feed *f, struct str s)
{
	if (s.s[0] != ';') {
		flush_entity(f);
		return s;
	}
	add_code(f, f->entity->code);
	f->ampersand = false;
	f->entity = NULL;
	return pifu_str_sub(s, 1, s.n);
}

static void note_line(struct html_feed *f)
{
	htmlParserCtxtPtr parser = f->parser;
	int line = parser && parser->input ? parser->input->line : 1;
	f->build->line =
		f->line ? f->line + f->dropped_lines + (uint32_t)(line > 0 ? line - 1 : 0) : 0;
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
	struct html_feed *f = ctx;
	struct str s = {(const char *)text, n > 0 ? (uint32_t)n : 0};

	if (s.n == 0)
		return;
	note_line(f);
	if (f->entity)
		s = end_entity(f, s);
	else if (f->ampersand)
		s = join_entity(f, s);
	if (s.n == 1 && s.s[0] == '&' && !f->ampersand)
		f->ampersand = true;
	else if (s.n)
		pifu_html_build_text(f->build, s);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar **attrs)
{
	struct html_feed *f = ctx;

	flush_entity(f);
	note_line(f);
	pifu_html_build_start(f->build, (const char *)name, (const char *const *)attrs);
}

static void on_end(void *ctx, const xmlChar *name)
{
	struct html_feed *f = ctx;

	flush_entity(f);
	note_line(f);
	pifu_html_build_end(f->build, (const char *)name);
}

/* ---- What the parser must not see ------------------------------------------ */

static struct str rest(const struct html_feed *f)
{
	return pifu_str_sub(f->text, f->at, f->text.n);
}

/* Does `s` begin with the tag `tag` ("<script"), its name ending there? */
static bool begins_tag(struct str s, const char *tag)
{
	size_t n = strlen(tag);

	if (s.n < n || strncasecmp(s.s, tag, n) != 0)
		return false;
	return s.n == n || !(((s.s[n] | 0x20) >= 'a' && (s.s[n] | 0x20) <= 'z') || s.s[n] == '-' ||
	                     s.s[n] == ':');
}

/* Bytes up to and with the end tag of a raw element; all where it has none. */
static uint32_t raw_length(struct str s, const char *end)
{
	for (uint32_t at = 1; at < s.n; at++) {
		const char *found = memchr(s.s + at, '<', s.n - at);
		if (!found)
			break;
		at = (uint32_t)(found - s.s);
		if (!begins_tag(pifu_str_sub(s, at, s.n), end))
			continue;
		const char *close = memchr(found, '>', s.n - at);
		return close ? (uint32_t)(close - s.s) + 1 : s.n;
	}
	return s.n;
}

/* Bytes up to the next '>', or 0 where it is too far away for a mark. */
static uint32_t mark_length(struct str s)
{
	uint32_t n = s.n < MARK ? s.n : MARK;
	const char *close = memchr(s.s, '>', n);

	return close ? (uint32_t)(close - s.s) + 1 : 0;
}

static uint32_t comment_length(struct html_feed *f, struct str s)
{
	/* "<!-->" and "<!--->" are whole comments */
	if (pifu_str_starts(s, STR("<!-->")))
		return 5;
	const char *end = f->no_comment_end || s.n < 7 ? NULL : memmem(s.s + 4, s.n - 4, "-->", 3);
	if (end)
		return (uint32_t)(end - s.s) + 3;
	f->no_comment_end = true; /* as old browsers do: it ends with its tag, nothing is lost */
	return mark_length(s);
}

/* Bytes to cut out at the '<' that `s` begins with; 0: a tag or text. */
static uint32_t cut_length(struct html_feed *f, struct str s)
{
	static const char *const raw[][2] = {{"<script", "</script"}, {"<style", "</style"}};

	if (s.n < 2)
		return 0;
	if (pifu_str_starts(s, STR("<!--")))
		return comment_length(f, s);
	if (s.s[1] == '!' || s.s[1] == '?' || begins_tag(s, "</body") || begins_tag(s, "</html"))
		return mark_length(s);
	if ((s.s[1] | 0x20) != 's')
		return 0;
	for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
		if (begins_tag(s, raw[i][0]))
			return raw_length(s, raw[i][1]);
	return 0;
}

static void drop(struct html_feed *f, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		f->dropped_lines += f->text.s[f->at + i] == '\n';
	f->at += n;
}

/* Bytes that the parser has and waits to see the end of. */
static size_t pending(const struct html_feed *f)
{
	htmlParserCtxtPtr parser = f->parser;
	return parser->input ? (size_t)(parser->input->end - parser->input->cur) : 0;
}

/* Bytes from here to the next thing to cut out, at most `most` bytes or as
 * long as what is pending, for the parser looks at that again each time. */
static uint32_t slice_length(struct html_feed *f, size_t most, uint32_t *cut)
{
	struct str s = rest(f);

	most = pending(f) > most ? pending(f) : most;
	uint32_t n = s.n < most ? s.n : (uint32_t)most;

	*cut = 0;
	for (uint32_t at = 0; at < n; at++) {
		const char *open = memchr(s.s + at, '<', n - at);
		if (!open)
			return n;
		at = (uint32_t)(open - s.s);
		if ((*cut = cut_length(f, pifu_str_sub(s, at, s.n))))
			return at;
	}
	return n;
}

/* ---- Feeding ---------------------------------------------------------------- */

void pifu_html_feed_start(struct html_feed *f, struct html_build *b, struct str text, uint32_t line)
{
	static const int options = HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
	                           HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC;
	htmlSAXHandler sax = {
		.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
	};

	*f = (struct html_feed){.build = b, .text = text, .line = line};
	f->parser = htmlCreatePushParserCtxt(&sax, f, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (pifu_html_check(b, f->parser != NULL))
		htmlCtxtUseOptions(f->parser, options);
}

/* The parser's own failures, and text that it only gathers. */
static void check_parser(struct html_feed *f)
{
	htmlParserCtxtPtr parser = f->parser;
	struct html_build *b = f->build;

	if (b->status != PIFU_OK)
		return;
	if (parser->errNo == XML_ERR_NO_MEMORY)
		pifu_html_check(b, false);
	else if (pending(f) > pifu_limit(b->options, LIMIT_HTML_TOKEN))
		b->status = pifu_error_set(
			b->err, PIFU_ERR_LIMIT,
			"a tag or a text without tags is longer than %llu bytes (limit html-tag)",
			(unsigned long long)pifu_limit(b->options, LIMIT_HTML_TOKEN));
}

static void parse_slice(struct html_feed *f, uint32_t n)
{
	htmlParserCtxtPtr parser = f->parser;

	/* libxml2 2.9.14 forgets on which side of a quote it stopped to look for the
	 * end of a tag and would wait for ever; let it begin that search anew */
	parser->checkIndex = 0;
	htmlParseChunk(parser, f->text.s + f->at, (int)n, 0);
	check_parser(f);
}

static void finish_page(struct html_feed *f)
{
	htmlParseChunk(f->parser, NULL, 0, 1);
	check_parser(f);
	flush_entity(f);
	pifu_html_build_finish(f->build);
	pifu_html_feed_free(f);
}

bool pifu_html_feed_step(struct html_feed *f, size_t want)
{
	uint32_t from = f->at;
	size_t slice = want < SLICE ? want : SLICE;

	while (f->build->status == PIFU_OK && f->at < f->text.n && f->at - from < want) {
		uint32_t cut, n = slice_length(f, slice, &cut);
		if (n)
			parse_slice(f, n);
		f->at += n;
		drop(f, cut);
	}
	if (f->build->status != PIFU_OK || f->at < f->text.n)
		return false;
	if (f->parser)
		finish_page(f);
	return true;
}

void pifu_html_feed_free(struct html_feed *f)
{
	if (f->parser)
		htmlFreeParserCtxt(f->parser);
	f->parser = NULL;
}
