/* One line of a text table: what kind it is and where its cells are. */
#ifndef PIFU_READ_TEXT_LINE_H
#define PIFU_READ_TEXT_LINE_H

#include "base/arena.h"
#include "model/grid.h"

enum line_kind {
	LINE_NONE,  /* no line yet */
	LINE_BLANK, /* nothing but blanks */
	LINE_PLAIN, /* no separators: one cell */
	LINE_TAB,   /* cells between tabs */
	LINE_PIPE,  /* cells between pipes; also a rule of plus signs */
	LINE_COMMA, /* a record of CSV: cells between commas, perhaps in quotes */
};

enum { LINE_TABS = 15 }; /* tabs that a line remembers the places of */

/* A line as it stands in the text, its end apart. */
struct text_line {
	const char *s;
	const char *end;  /* behind its last byte */
	const char *next; /* the line behind it */
	bool has_pipe;
	uint32_t ntabs;
	uint32_t tabs[LINE_TABS + 1]; /* offsets of the first of them; the last place is scratch */
};

/* The marks of a text - tabs, pipes, line ends -, found a window at a time.
 *
 *     text      指标|tab|名称|\n|产出|tab|...
 *     window    [..............64 bytes..............]
 *     marks      ......1......1.......1...              those that no line has passed yet */
struct line_marks {
	const char *window;
	const char *next; /* the window behind it */
	const char *stop; /* where the text ends */
	uint64_t marks;
};

/** All lines of [s, stop), to be asked for one after the other. */
static inline struct line_marks pifu_line_marks(const char *s, const char *stop)
{
	return (struct line_marks){.window = s, .next = s, .stop = stop};
}

/** The next line, which begins at `s`: where the last one said. It ends at \n, \r\n, a lone \r,
 *  a form feed or at the end of the text. `*line->end` says which, unless end == stop. */
void pifu_line_next(struct line_marks *m, const char *s, struct text_line *line);

/** The line that begins at `s`, by itself. */
struct text_line pifu_line_find(const char *s, const char *stop);

/** The record of CSV that begins at `s`: line ends in quotes belong to it. */
struct text_line pifu_line_record(const char *s, const char *stop);

/** Are the bytes CSV? At least three records, and nearly all have the same number of
 *  commas (>= 2) outside quotes: no prose and no other table has that. */
bool pifu_line_is_csv(const unsigned char *data, size_t size);

enum line_kind pifu_line_kind(const struct text_line *line);

/** Append the line's non-blank cells to the last row of `g` and set its width.
 *  rule:   tab   a|tab|b|tab|      cells a b, width 3
 *          pipe  | a | b | , a | b | , a | b     cells a b, width 2
 *  units:  at most PIFU_LIMIT_COLUMNS columns; the last takes all that follows
 *  errors: false when out of memory
 *  owns:   cells are slices of the line */
bool pifu_line_cut(struct arena *a, struct grid *g, const struct text_line *line,
                   enum line_kind kind);
/** The same for a record of CSV. A cell in which a quote stood doubled is in the arena. */
bool pifu_line_cut_record(struct arena *a, struct grid *g, const struct text_line *line);

#endif
