/* Lines and their cells. A line is looked at twice: once to find its end and
 * which separators it has, once to cut it. Both passes skip what is no
 * separator eight bytes at a time or by memchr. */
#include "read/text_line.h"

#include "base/limits.h"
#include "base/word.h"
#include "read/read.h"

enum { MARK_TAB = 1, MARK_PIPE, MARK_END };

static const unsigned char mark_of[256] = {
	['\t'] = MARK_TAB, ['|'] = MARK_PIPE, ['\n'] = MARK_END,
	['\r'] = MARK_END, ['\f'] = MARK_END,
};

/* ---- Finding lines ------------------------------------------------------- */

/* Bit 7 of the first byte of `word` that is a control character under 0x10 or a pipe, and
 * perhaps of others behind it; 0: there is none. */
static uint64_t find_marks(uint64_t word)
{
	uint64_t pipes = word ^ (WORD_ONES * '|');
	uint64_t low = (word - WORD_ONES * 0x10) & ~word;
	uint64_t pipe = (pipes - WORD_ONES) & ~pipes;
	return (low | pipe) & WORD_HIGHS;
}

/* The first mark in [p, stop); `stop` if there is none. */
static const char *next_mark(const char *p, const char *stop)
{
	while (stop - p >= 8) {
		uint64_t marks = find_marks(word_load(p));
		p += marks ? __builtin_ctzll(marks) / 8 : 8;
		if (marks && mark_of[(unsigned char)*p])
			return p;
		p += marks != 0; /* a control character that parts nothing */
	}
	while (p < stop && !mark_of[(unsigned char)*p])
		p++;
	return p;
}

struct text_line pifu_line_find(const char *s, const char *stop)
{
	struct text_line line = {.s = s, .end = stop, .next = stop};

	for (const char *p = next_mark(s, stop); p < stop; p = next_mark(p + 1, stop)) {
		unsigned char mark = mark_of[(unsigned char)*p];
		line.has_tab |= mark == MARK_TAB;
		line.has_pipe |= mark == MARK_PIPE;
		if (mark == MARK_END) {
			line.end = p;
			line.next = p + 1 + (*p == '\r' && p + 1 < stop && p[1] == '\n');
			break;
		}
	}
	return line;
}

/* ---- Kinds --------------------------------------------------------------- */

/* A trim that looks at the ends before it calls: most cells have no blanks. */
static struct str trim_slice(const char *s, const char *end)
{
	struct str raw = {s, (uint32_t)(end - s)};

	if (raw.n == 0)
		return raw;
	unsigned char first = (unsigned char)s[0], last = (unsigned char)end[-1];
	bool may_lead = first <= ' ' || first == 0xC2 || first == 0xE3;
	bool may_trail = last <= ' ' || last == 0xA0 || last == 0x80;
	return may_lead || may_trail ? pifu_str_trim(raw) : raw;
}

/* A pipe behind an odd number of backslashes is text. */
static bool is_escaped(const char *s, const char *pipe)
{
	size_t slashes = 0;

	while (pipe > s && pipe[-1] == '\\') {
		slashes++;
		pipe--;
	}
	return slashes % 2 == 1;
}

/* The first `mark` in [s, end) that separates; `end` if there is none. */
static const char *find_mark(const char *s, const char *end, char mark)
{
	const char *p = s;

	while (p < end && (p = memchr(p, mark, (size_t)(end - p)))) {
		if (mark != '|' || !is_escaped(s, p))
			return p;
		p++;
	}
	return end;
}

static struct str skip_spaces(const struct text_line *line)
{
	const char *s = line->s;

	while (s < line->end && *s == ' ')
		s++;
	return (struct str){s, (uint32_t)(line->end - s)};
}

static bool is_rule_char(char c)
{
	return c == '+' || c == '-' || c == '=' || c == ':';
}

/* +-----+-----+ as some programs draw the rules of a table. */
static bool is_plus_rule(const struct text_line *line)
{
	struct str rest = skip_spaces(line);
	bool dashes = false;

	if (rest.n < 3 || rest.s[0] != '+')
		return false;
	rest = pifu_str_trim(rest);
	for (uint32_t i = 0; i < rest.n; i++) {
		if (!is_rule_char(rest.s[i]))
			return false;
		dashes |= rest.s[i] == '-' || rest.s[i] == '=';
	}
	return dashes && rest.s[rest.n - 1] == '+';
}

enum line_kind pifu_line_kind(const struct text_line *line)
{
	struct str rest = skip_spaces(line);

	if (line->has_pipe && rest.s[0] == '|')
		return LINE_PIPE;
	if (line->has_tab)
		return LINE_TAB;
	if (line->has_pipe && find_mark(line->s, line->end, '|') < line->end)
		return LINE_PIPE;
	if (trim_slice(line->s, line->end).n == 0)
		return LINE_BLANK;
	return is_plus_rule(line) ? LINE_PIPE : LINE_PLAIN;
}

/* ---- Cutting ------------------------------------------------------------- */

static bool add_cell(struct arena *a, struct grid *g, uint32_t col, struct str raw)
{
	return raw.n == 0 || pifu_grid_add_cell(a, g, col, raw);
}

static bool cut_tabs(struct arena *a, struct grid *g, const char *s, const char *end)
{
	uint32_t col = 0;

	for (; col < PIFU_LIMIT_COLUMNS - 1; col++) {
		const char *tab = memchr(s, '\t', (size_t)(end - s));
		if (!tab)
			break;
		if (tab > s && !add_cell(a, g, col, trim_slice(s, tab)))
			return false;
		s = tab + 1;
	}
	g->rows[g->nrows - 1].width = col + 1;
	return add_cell(a, g, col, trim_slice(s, end));
}

/* Beyond the last column separators may be left with nothing between them. */
static bool is_only_marks(struct str s, char mark)
{
	for (uint32_t i = 0; i < s.n; i++)
		if (s.s[i] != mark && s.s[i] != ' ')
			return false;
	return true;
}

/* Blank text behind the last mark is no cell: that mark closed the row. */
static bool cut_pipes(struct arena *a, struct grid *g, const char *s, const char *end, char mark)
{
	uint32_t col = 0;

	for (; col < PIFU_LIMIT_COLUMNS - 1; col++) {
		const char *next = find_mark(s, end, mark);
		if (next == end)
			break;
		if (!add_cell(a, g, col, trim_slice(s, next)))
			return false;
		s = next + 1;
	}
	struct str last = trim_slice(s, end);
	if (is_only_marks(last, mark))
		last.n = 0;
	g->rows[g->nrows - 1].width = last.n || col == 0 ? col + 1 : col;
	return add_cell(a, g, col, last);
}

/* The blanks before a plain line tell where it stands: they are kept beside the text. */
static bool add_plain(struct arena *a, struct grid *g, const struct text_line *line)
{
	struct str raw = trim_slice(line->s, line->end);
	struct cell *cell = raw.n ? pifu_grid_add_cell(a, g, 0, raw) : NULL;

	if (cell)
		cell->lead = (uint32_t)(raw.s - line->s);
	return cell || raw.n == 0;
}

bool pifu_line_cut(struct arena *a, struct grid *g, const struct text_line *line,
                   enum line_kind kind)
{
	if (kind == LINE_COMMA)
		return pifu_line_cut_record(a, g, line);
	if (kind == LINE_TAB)
		return cut_tabs(a, g, line->s, line->end);
	if (kind == LINE_PLAIN) {
		g->rows[g->nrows - 1].width = 1;
		return add_plain(a, g, line);
	}
	struct str rest = skip_spaces(line);
	char mark = line->has_pipe ? '|' : '+';
	const char *s = rest.s[0] == mark ? rest.s + 1 : line->s;
	return cut_pipes(a, g, s, line->end, mark);
}
