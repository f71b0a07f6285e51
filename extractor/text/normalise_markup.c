/* Step 2 of normalisation: markup that exports leave in cells is taken off.
 *
 *     $\geq 9 5 \%$          ->  ≥ 9 5 %           LaTeX, with or without $…$ or \(…\)
 *     \>= 12 &nbsp;          ->  >= 12             Markdown escapes, HTML entities
 *     **数量<br>指标**       ->  数量 指标          bold, tags
 *     警(jǐng)务             ->  警务              readings that a site added
 *     维修?面积              ->  维修面积          filler for lost blanks
 *
 * One pass from left to right; a handler for each character that may begin
 * markup either consumes some glyphs or leaves them. What it yields may itself
 * be markup (&amp;ge;), so a change asks for another round of normalisation.
 * Words that are no known command, entity or tag stay as they are. */
#include "text/normalise_glyph.h"

struct word_code {
	const char *name;
	uint32_t code;
};

static const struct word_code latex_words[] = {
#define PIFU_LATEX(name, code) {name, code},
#include "text/normalise_markup.def"
#undef PIFU_LATEX
	{NULL, 0},
};
static const struct word_code entity_words[] = {
#define PIFU_ENTITY(name, code) {name, code},
#include "text/normalise_markup.def"
#undef PIFU_ENTITY
	{NULL, 0},
};
static const struct word_code tag_words[] = {
#define PIFU_TAG(name, code) {name, code},
#include "text/normalise_markup.def"
#undef PIFU_TAG
	{NULL, 0},
};

enum { WORD_MOST = 15, TAG_MOST = 200, READING_MOST = 10, FILLER_TEXT_MOST = 40 };

struct strip {
	struct glyphs *g;
	size_t i, w; /* read and written glyphs; w <= i */
	bool latex;  /* braces, carets and dollars are markup */
	bool math;   /* the text holds pairs of $ */
	bool fraction;
	bool filler; /* a short text: ? is what became of a blank */
};

static uint32_t glyph_at(const struct glyphs *g, size_t i)
{
	return i < g->n ? g->v[i].c : 0;
}

static void put(struct strip *s, uint32_t c)
{
	s->g->v[s->w].at = s->g->v[s->i].at;
	s->g->v[s->w++].c = c;
}

/* The ASCII word at `i` in small or large letters as written; its length. */
static size_t read_word(const struct glyphs *g, size_t i, char word[WORD_MOST + 1])
{
	size_t n = 0;
	while (n < WORD_MOST && (glyph_is_ascii_letter(glyph_at(g, i + n)) ||
	                         (n > 0 && glyph_is_digit(glyph_at(g, i + n)))))
		word[n] = (char)g->v[i + n].c, n++;
	word[n] = '\0';
	return n;
}

static const struct word_code *find_word(const struct word_code *words, const char *word)
{
	for (; words->name; words++)
		if (strcmp(words->name, word) == 0)
			return words;
	return NULL;
}

/* ---- HTML ---------------------------------------------------------------- */

static uint32_t digit_value(uint32_t c, uint32_t base)
{
	uint32_t d = glyph_is_digit(c)          ? c - '0'
	             : glyph_is_ascii_letter(c) ? (c | 0x20) - 'a' + 10
	                                        : 99;
	return d < base ? d : 99;
}

/* `&#8805;` or `&#x2265;` from the character behind the #; 0 when it is none. */
static uint32_t read_code(const struct glyphs *g, size_t *i)
{
	uint32_t base = (glyph_at(g, *i) | 0x20) == 'x' ? 16 : 10;
	size_t at = *i + (base == 16), begin = at;
	uint32_t code = 0;
	for (; at - begin < 7 && digit_value(glyph_at(g, at), base) < base; at++)
		code = code * base + digit_value(g->v[at].c, base);
	if (at == begin || glyph_at(g, at) != ';')
		return 0;
	if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return 0;
	*i = at + 1;
	return code;
}

/* Named; the semicolon may be missing where no letter follows. */
static uint32_t read_entity(const struct glyphs *g, size_t *i)
{
	char word[WORD_MOST + 1];
	size_t n = read_word(g, *i, word);
	while (n > 0 && glyph_is_digit((unsigned char)word[n - 1]) && glyph_at(g, *i + n) != ';')
		word[--n] = '\0';
	const struct word_code *entity = n ? find_word(entity_words, word) : NULL;
	if (!entity || entity->code == '&')
		return 0;
	bool closed = glyph_at(g, *i + n) == ';';
	if (!closed && glyph_is_ascii_letter(glyph_at(g, *i + n)))
		return 0;
	*i += n + closed;
	return entity->code;
}

static bool take_entity(struct strip *s)
{
	struct glyphs *g = s->g;
	size_t i = s->i + 1;
	while (glyph_at(g, i) == 'a' && glyph_at(g, i + 1) == 'm' && glyph_at(g, i + 2) == 'p' &&
	       glyph_at(g, i + 3) == ';')
		i += 4;
	uint32_t code = 0;
	size_t behind = i + 1;
	if (glyph_at(g, i) == '#')
		code = read_code(g, &behind);
	else
		code = read_entity(g, (behind = i, &behind));
	if (!code && i == s->i + 1)
		return false;
	put(s, code ? code : '&');
	s->i = code ? behind : i;
	return true;
}

static bool take_tag(struct strip *s)
{
	struct glyphs *g = s->g;
	size_t i = s->i + 1;
	i += glyph_at(g, i) == '/';
	char word[WORD_MOST + 1];
	size_t n = read_word(g, i, word);
	for (size_t k = 0; k < n; k++)
		word[k] = (char)(glyph_is_ascii_letter((unsigned char)word[k]) ? word[k] | 0x20
		                                                               : word[k]);
	const struct word_code *tag = n ? find_word(tag_words, word) : NULL;
	if (!tag)
		return false;
	size_t end = i + n;
	while (end < g->n && end - i < TAG_MOST && g->v[end].c != '>' && g->v[end].c != '<')
		end++;
	if (glyph_at(g, end) != '>')
		return false;
	if (tag->code) {
		g->flags |= TEXT_BREAK;
		put(s, tag->code);
	}
	s->i = end + 1;
	return true;
}

/* ---- LaTeX and Markdown -------------------------------------------------- */

static bool take_command(struct strip *s)
{
	char word[WORD_MOST + 1];
	size_t n = 0;
	while (n < WORD_MOST && glyph_is_ascii_letter(glyph_at(s->g, s->i + 1 + n)))
		word[n] = (char)s->g->v[s->i + 1 + n].c, n++;
	word[n] = '\0';
	const struct word_code *command = find_word(latex_words, word);
	if (!command)
		return false;
	if (strstr(word, "frac"))
		s->fraction = true;
	if (command->code)
		put(s, command->code);
	s->i += 1 + n;
	return true;
}

/* A backslash before punctuation: the character itself in Markdown and LaTeX,
 * but for LaTeX's spaces and for \( \) \[ \], which open and close math. */
static bool take_escape(struct strip *s)
{
	uint32_t c = glyph_at(s->g, s->i + 1);
	if (c == '\\' && !s->latex) {
		put(s, c);
		s->i++;
		put(s, c);
		s->i++;
		return true;
	}
	if (c <= ' ' || c > 0x7E || glyph_is_digit(c))
		return false;
	bool space = s->latex && (c == '\\' || c == ',' || c == ';' || c == ':' || c == '!');
	bool math = s->latex && (c == '(' || c == ')' || c == '[' || c == ']');
	if (!math)
		put(s, space ? ' ' : c);
	s->i += 2;
	return true;
}

static bool take_backslash(struct strip *s)
{
	if (glyph_is_ascii_letter(glyph_at(s->g, s->i + 1)))
		return take_command(s);
	return take_escape(s);
}

static bool take_math(struct strip *s)
{
	uint32_t c = s->g->v[s->i].c;
	if (c == '$' ? !s->latex && !s->math : !s->latex)
		return false;
	uint32_t next = glyph_at(s->g, s->i + 1);
	if (c == '_' && next != '{')
		return false;
	if (c == '~' && (s->i == 0 || s->g->v[s->i - 1].c != '{'))
		return false; /* a space in LaTeX, but also the sign of ranges */
	if (c == '}' && next == '{' && s->fraction)
		put(s, '/');
	s->i++;
	return true;
}

/* ---- Readings and filler ------------------------------------------------- */

static bool is_letter_of_reading(uint32_t c)
{
	return glyph_is_ascii_letter(c) || c == ' ' || c == '\'' || (c >= 0xE0 && c <= 0x1DC);
}

/* `(jǐng)` behind a Chinese character. */
static bool take_reading(struct strip *s)
{
	struct glyphs *g = s->g;
	if (s->w == 0 || !glyph_is_han(g->v[s->w - 1].c))
		return false;
	size_t end = s->i + 1;
	bool tone = false;
	while (is_letter_of_reading(glyph_at(g, end)) && end - s->i <= READING_MOST)
		tone |= g->v[end++].c >= 0xE0;
	if (!tone || glyph_at(g, end) != ')')
		return false;
	s->i = end + 1;
	return true;
}

/* One ? is filler in a short text, unless it ends a question. */
static bool take_filler(struct strip *s)
{
	struct glyphs *g = s->g;
	size_t end = s->i;
	if (!s->filler)
		return false;
	while (glyph_at(g, end) == '?')
		end++;
	uint32_t before = s->w ? g->v[s->w - 1].c : 0;
	bool question = end == g->n && end - s->i == 1 && glyph_is_han(before);
	bool address = glyph_is_ascii_letter(before) && glyph_is_ascii_letter(glyph_at(g, end));
	if (question || address)
		return false;
	g->flags |= TEXT_FILLER;
	s->i = end;
	return true;
}

/* ---- The pass ------------------------------------------------------------ */

static bool take_markup(struct strip *s)
{
	switch (s->g->v[s->i].c) {
	case '&':
		return take_entity(s);
	case '<':
		return take_tag(s);
	case '\\':
		return take_backslash(s);
	case '$':
	case '{':
	case '}':
	case '^':
	case '_':
	case '~':
		return take_math(s);
	case '(':
		return take_reading(s);
	case '?':
		return take_filler(s);
	default:
		return false;
	}
}

/* Whether the text is LaTeX: a known command, an escaped %, or pairs of $. */
static void judge(struct strip *s)
{
	const struct glyphs *g = s->g;
	size_t dollars = 0;
	bool sentence = false;
	for (size_t i = 0; i < g->n; i++) {
		uint32_t c = g->v[i].c;
		dollars += c == '$';
		sentence |= c == 0x3002;
		if (c != '\\')
			continue;
		char word[WORD_MOST + 1];
		size_t n = read_word(g, i + 1, word);
		while (n > 0 && glyph_is_digit((unsigned char)word[n - 1]))
			word[--n] = '\0';
		s->latex |= glyph_at(g, i + 1) == '%' || (n && find_word(latex_words, word));
	}
	s->math = dollars >= 2 && dollars % 2 == 0;
	s->filler = g->n <= FILLER_TEXT_MOST && !sentence;
}

/* Where the next ** begins; g->n when there is none. */
static size_t find_stars(const struct glyphs *g, size_t from)
{
	for (size_t i = from; i + 1 < g->n; i++)
		if (g->v[i].c == '*' && g->v[i + 1].c == '*')
			return i;
	return g->n;
}

/* Drop the first `count` ** of the text. */
static void drop_stars(struct glyphs *g, size_t count)
{
	size_t w = 0;
	for (size_t i = 0; i < g->n;) {
		if (count && i + 1 < g->n && g->v[i].c == '*' && g->v[i + 1].c == '*') {
			count--;
			i += 2;
			continue;
		}
		g->v[w++] = g->v[i++];
	}
	g->n = w;
}

static bool begins_bold(const struct glyphs *g)
{
	uint32_t next = glyph_at(g, 2);
	return find_stars(g, 0) == 0 && (glyph_is_han(next) || glyph_is_ascii_letter(next) ||
	                                 glyph_is_digit(next) || next == 0x2265 || next == 0x2264);
}

/* `**数量指标**(50分)` is bold from its first character on, `**数量** **指标**`
 * over its whole length in two pieces; `**%` is a template's blank and stays. */
static bool strip_bold(struct glyphs *g)
{
	if (!begins_bold(g))
		return false;
	size_t count = 0, last = 0;
	for (size_t at = 0; (at = find_stars(g, at)) < g->n; at += 2) {
		count++;
		last = at;
	}
	if (count < 2)
		return false;
	bool whole = last + 2 == g->n && count % 2 == 0;
	drop_stars(g, whole ? count : 2);
	return true;
}

void pifu_glyphs_strip(struct glyphs *g)
{
	struct strip s = {.g = g};
	judge(&s);
	while (s.i < g->n) {
		if (take_markup(&s))
			continue;
		g->v[s.w++] = g->v[s.i++];
	}
	bool changed = s.w != g->n || s.latex;
	g->n = s.w;
	if (s.latex || (s.math && changed))
		g->flags |= TEXT_LATEX;
	g->again |= strip_bold(g) || changed;
}
