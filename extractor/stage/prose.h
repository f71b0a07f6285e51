/* Indicators told in lines of prose: what words.c and classify.c ask. */
#ifndef PIFU_STAGE_PROSE_H
#define PIFU_STAGE_PROSE_H

#include "model/doc.h"

/** Find the pieces of prose in the block -> doc->prose.
 *  shape:   cells in, pieces in the order of their cells out; none in most blocks
 *  units:   cells as in doc->grid; columns of the supposed header below
 *  errors:  PIFU_ERR_NOMEM
 *  owns:    all in the block's arena
 *  threads: one document, one thread
 *  source:  grammar key `prose` */
pifu_status pifu_prose_find(struct pifu_doc *doc, pifu_error *err);

/* What stands at the front of a text and names the labels of what follows. */
struct prose_mark {
	uint32_t end; /* bytes of the text that are read */
	struct str labels[2];
	uint8_t level[2];
	unsigned n;
	bool strong; /* brackets, two labels, a colon or a number in front */
	bool field;  /* in brackets, but no labels: 【项目概况】 */
};

/** The mark at the front of `text` (prose_mark.c); false when there is none. */
bool pifu_prose_mark(const struct pifu_doc *doc, struct str text, struct prose_mark *m);

/** The project that the words before a mark name (prose_project.c).
 *  shape:   cells [from, to) in; the cell and its slice out, false when none is named */
bool pifu_prose_project(struct pifu_doc *doc, uint32_t from, uint32_t to, struct prose_piece *out);

/** Note that the piece was joined of cells [first, first + n); false when out of memory. */
bool pifu_prose_join(struct pifu_doc *doc, struct prose_piece *piece, uint32_t first, uint32_t n);

/* Columns of the header that prose is read with. */
enum { PROSE_COL_PROJECT, PROSE_COL_LEVEL1, PROSE_COL_LEVEL2, PROSE_COL_NAME, PROSE_COL_TARGET };

#endif
