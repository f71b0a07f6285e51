/* Text of a page into libxml2's push parser, its events into a builder. */
#ifndef PIFU_READ_HTML_FEED_H
#define PIFU_READ_HTML_FEED_H

#include "read/html_build.h"

struct html_feed {
	struct html_build *build;
	struct str text;                  /* the page, UTF-8 */
	uint32_t at;                      /* what follows is not yet given to the parser */
	uint32_t line;                    /* source line of the page's first line */
	void *parser;                     /* htmlParserCtxtPtr, NULL when no page is open */
	uint32_t dropped_lines;           /* line feeds in what the parser never sees */
	bool no_comment_end;              /* no "-->" in the rest of the page */
	bool ampersand;                   /* a lone '&' waits for what follows it */
	const struct html_entity *entity; /* and a name behind it, for its ';' */
};

/** Begin with a page; `line` is the source line it begins at, from 1.
 *  errors: PIFU_ERR_NOMEM in the builder's status */
void pifu_html_feed_start(struct html_feed *f, struct html_build *b, struct str text,
                          uint32_t line);
/** Feed about `want` bytes more; true when the page is at its end and closed.
 *  errors: in the builder's status */
bool pifu_html_feed_step(struct html_feed *f, size_t want);
void pifu_html_feed_free(struct html_feed *f);

#endif
