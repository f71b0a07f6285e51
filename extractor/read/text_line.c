/* Lines and their cells. The marks of a text are found once, 64 bytes at a time and without
 * a branch; a line is cut at the tabs that were met on the way to its end. Pipes, which
 * may be text, are looked for again. */
#include "read/text_line.h"

#include "base/limits.h"
#include "base/word.h"
#include "read/read.h"

enum { MARK_TAB = 1, MARK_PIPE, MARK_END };
enum { WINDOW = 64 };

static const unsigned char mark_of[256] = {
	['\t'] = MARK_TAB, ['|'] = MARK_PIPE, ['\n'] = MARK_END,
	['\r'] = MARK_END, ['\f'] = MARK_END,
};

/* ---- Finding lines ------------------------------------------------------- */

/* Bit i: byte i of `word` is a pipe or a control character under 0x10. */
static inline uint64_t find_marks(uint64_t word)
{
	uint64_t low = word & ~WORD_HIGHS;
	uint64_t high_enough = low + WORD_ONES * 0x70;
	uint64_t no_pipe = (low ^ WORD_ONES * '|') + WORD_ONES * 0x7F;
	uint64_t marks = ~((high_enough & no_pipe) | word) & WORD_HIGHS;

	return marks * 0x0002040810204081u >> 56; /* bit 7 of each byte, side by side */
}

static uint64_t marks_of_window(const char *p)
{
	uint64_t marks = 0;

	for (unsigned i = 0; i < WINDOW; i += 8)
		marks |= find_marks(word_load(p + i)) << i;
	return marks;
}

/* The same for the last `n` bytes of a text, fewer than a window. */
static uint64_t marks_of_rest(const char *p, size_t n)
{
	uint64_t marks = 0;
	size_t i = 0;

	for (; n - i >= 8; i += 8)
		marks |= find_marks(word_load(p + i)) << i;
	if (i < n)
		marks |= find_marks(word_load_tail(p + i, n - i)) << i;
	return marks & ((UINT64_C(1) << n) - 1);
}

/* The next window that has marks; false: there is none. */
static bool load_window(struct line_marks *m)
{
	while (m->stop - m->next >= WINDOW) {
		m->window = m->next;
		m->next += WINDOW;
		m->marks = marks_of_window(m->window);
		if (m->marks)
			return true;
	}
	m->window = m->next;
	m->next = m->stop;
	m->marks = marks_of_rest(m->window, (size_t)(m->stop - m->window));
	return m->marks != 0;
}

/* The line ends at the mark `p`, which is passed: \r\n are two marks. */
static void end_line(struct line_marks *m, const char *p, struct text_line *line)
{
	line->end = p;
	line->next = p + 1;
	if (*p != '\r' || p + 1 == m->stop || p[1] != '\n')
		return;
	line->next++;
	if (m->marks || load_window(m))
		m->marks &= m->marks - 1;
}

void pifu_line_next(struct line_marks *m, const char *s, struct text_line *line)
{
	uint32_t ntabs = 0;

	line->s = s;
	line->end = line->next = m->stop;
	line->has_pipe = false;
	while (m->marks || load_window(m)) {
		const char *p = m->window + __builtin_ctzll(m->marks);
		unsigned char mark = mark_of[(unsigned char)*p];
		m->marks &= m->marks - 1;
		if (mark == MARK_END) {
			end_line(m, p, line);
			break;
		}
		line->tabs[ntabs < LINE_TABS ? ntabs : LINE_TABS] = (uint32_t)(p - s);
		ntabs += mark == MARK_TAB;
		line->has_pipe |= mark == MARK_PIPE;
	}
	line->ntabs = ntabs;
}

struct text_line pifu_line_find(const char *s, const char *stop)
{
	struct line_marks marks = pifu_line_marks(s, stop);
	struct text_line line;

	pifu_line_next(&marks, s, &line);
	return line;
}

/* ---- Kinds --------------------------------------------------------------- */

/* Bytes that a blank may begin or end with (pifu_str_trim): most cells have neither, and need
 * no closer look. */
enum { MAY_LEAD = 1, MAY_TRAIL = 2 };

#define EDGE4(c) [c] = 3, [(c) + 1] = 3, [(c) + 2] = 3, [(c) + 3] = 3
static const unsigned char edge_of[256] = {
	EDGE4(0x09),       [0x0D] = 3,         [' '] = 3,          [0xC2] = MAY_LEAD,
	[0xE3] = MAY_LEAD, [0xA0] = MAY_TRAIL, [0x80] = MAY_TRAIL,
};
#undef EDGE4

/* One branch for the usual slice, empty or not. `s` itself may be read: it is a byte of the
 * slice or the mark that ends it. */
static inline struct str trim_marked(const char *s, const char *end)
{
	struct str raw = {s, (uint32_t)(end - s)};
	const char *last = end > s ? end - 1 : s;
	unsigned edges = (edge_of[(unsigned char)*s] & MAY_LEAD) |
	                 (edge_of[(unsigned char)*last] & MAY_TRAIL);

	return edges && raw.n ? pifu_str_trim(raw) : raw;
}

static struct str trim_slice(const char *s, const char *end)
{
	return s < end ? trim_marked(s, end) : (struct str){s, 0};
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
	if (line->ntabs)
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

/* Cells between the tabs that the line remembers; returns where the rest begins. Every one is
 * written, and one without text is written over by the next: which are blank no
 * processor can guess. */
static const char *cut_noted(struct grid *g, const struct text_line *line, uint32_t ntabs)
{
	uint32_t row = (uint32_t)g->nrows - 1;
	struct cell *first = &g->cells[g->ncells], *cell = first;
	const char *s = line->s;

	for (uint32_t col = 0; col < ntabs; col++) {
		const char *tab = line->s + line->tabs[col];
		struct str raw = trim_marked(s, tab);
		*cell = pifu_grid_cell(row, col, raw);
		cell += raw.n != 0;
		s = tab + 1;
	}
	g->rows[row].count += (uint32_t)(cell - first);
	g->ncells += (size_t)(cell - first);
	return s;
}

static bool cut_tabs(struct arena *a, struct grid *g, const struct text_line *line)
{
	uint32_t col = line->ntabs < LINE_TABS ? line->ntabs : LINE_TABS;

	if (!pifu_grid_reserve(a, g, col + 1))
		return false;
	const char *s = cut_noted(g, line, col);
	while (col < line->ntabs && col < PIFU_LIMIT_COLUMNS - 1) {
		const char *tab = memchr(s, '\t', (size_t)(line->end - s));
		if (!add_cell(a, g, col++, trim_slice(s, tab)))
			return false;
		s = tab + 1;
	}
	g->rows[g->nrows - 1].width = col + 1;
	return add_cell(a, g, col, trim_slice(s, line->end));
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
		return cut_tabs(a, g, line);
	if (kind == LINE_PLAIN) {
		g->rows[g->nrows - 1].width = 1;
		return add_plain(a, g, line);
	}
	struct str rest = skip_spaces(line);
	char mark = line->has_pipe ? '|' : '+';
	const char *s = rest.s[0] == mark ? rest.s + 1 : line->s;
	return cut_pipes(a, g, s, line->end, mark);
}
