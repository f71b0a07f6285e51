/* A document as pieces of text, each a page of HTML or plain lines with tables
 * of HTML between them. HTML files are one piece, MHTML archives and the JSON
 * of converters are several. */
#ifndef PIFU_READ_HTML_PIECES_H
#define PIFU_READ_HTML_PIECES_H

#include "read/html_feed.h"
#include "read/replay.h"

struct html_piece {
	struct str text; /* UTF-8 */
	struct str path; /* before the paths of its cells; .n 0: nothing */
	uint32_t line;   /* source line it begins at, from 1; 0 unknown */
	uint32_t page;   /* from 1, 0 unknown */
	bool lines;      /* plain lines with tables between them */
};

struct html_pieces {
	struct html_build build;
	struct html_feed feed;
	struct replay replay;
	struct html_piece *items;
	uint32_t n, cap;
	uint32_t now; /* the piece that is read */
	bool begun;
	bool rewound;    /* rows were given back since the last block */
	uint32_t at;     /* lines: what follows is not yet read */
	uint32_t line;   /* lines: source line there */
	uint32_t table;  /* lines: where the next table begins, PIFU_NONE: not looked for */
	uint32_t looked; /* lines: the table before which Markdown tables were looked for */
};

/** errors: PIFU_ERR_NOMEM; free it in any case */
pifu_status pifu_html_pieces_init(struct html_pieces *p, const pifu_options *options,
                                  struct findings *findings, pifu_error *err);
/** Add a piece; its texts are borrowed until the pieces are freed. */
pifu_status pifu_html_pieces_add(struct html_pieces *p, struct html_piece piece, pifu_error *err);
/** The `next` of struct format (read.h). */
pifu_status pifu_html_pieces_next(struct html_pieces *p, struct arena *arena, size_t want,
                                  struct grid *grid, bool *end, pifu_error *err);
/** The `rewind` of struct format. */
void pifu_html_pieces_rewind(struct html_pieces *p, const struct grid *grid, size_t row);
void pifu_html_pieces_free(struct html_pieces *p);

/* Recognition, in html_score.c. */

enum html_mode { HTML_NOT, HTML_PAGE, HTML_LINES };

/** What the text is, and in *score how sure that is, 0-100. */
enum html_mode pifu_html_mode(struct str text, int *score);
/** Where a tag `<name` begins in [from, s.n), in any case; s.n: nowhere. */
uint32_t pifu_html_find_tag(struct str s, uint32_t from, const char *name);
/** Has the line tags or entities of HTML, so that it is more than plain text? */
bool pifu_html_marked_up(struct str line);
/** The charset a page declares in its first bytes (meta or XML declaration); .s NULL: none. */
struct str pifu_html_charset(struct str head);

#endif
