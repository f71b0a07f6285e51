/* The readers that end in HTML: pages, MHTML archives, JSON of converters. */
#ifndef PIFU_READ_HTML_H
#define PIFU_READ_HTML_H

#include "read/formats.h"
#include "text/decode.h"

/* Text of a page as UTF-8: the input itself where it is UTF-8, else a copy. */
struct html_text_source {
	struct str text;
	struct decoder *decoder; /* holds the copy */
};

/** Decode `in` as a page.
 *  errors: PIFU_ERR_ENCODING, PIFU_ERR_LIMIT, PIFU_ERR_NOMEM; replaced bytes are findings
 *  owns:   pifu_html_text_release; `in` must outlive the text */
pifu_status pifu_html_text_load(struct html_text_source *s, const struct input *in,
                                const pifu_options *options, struct findings *findings,
                                pifu_error *err);
void pifu_html_text_release(struct html_text_source *s);

#endif
