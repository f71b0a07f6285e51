/* Readers: bytes in, grid blocks out.
 *
 * A reader is recognised by content (score 0-100) and then asked for one block
 * after another. It may cut blocks only between rows; the caller may rewind it
 * to the start of a row of the last block (the form that the block cut).
 *
 *     open -> next -> next -> (rewind, next) -> … -> close
 */
#ifndef PIFU_READ_READ_H
#define PIFU_READ_READ_H

#include "base/arena.h"
#include "base/finding.h"
#include "base/limits.h"
#include "model/grid.h"
#include "pifu.h"

struct input {
	const char *name;          /* as given by the user, for messages */
	const unsigned char *data; /* the whole file, mapped or in memory */
	size_t size;
};

struct reader; /* one format's state, begins with a pointer to its struct format */

struct format {
	const char *name; /* "text", "grid", "docx" … as --input-format takes it */
	const char *what; /* one line for --help */
	/** How sure it is, 0-100, that the bytes are of this format. */
	int (*score)(const struct input *in);
	struct reader *(*open)(const struct input *in, const pifu_options *options,
	                       struct findings *findings, pifu_error *err);
	/** Append rows to the empty `grid` (in `arena`) until about `want` bytes of
	 *  source are read; sets *end at the end of the input. */
	pifu_status (*next)(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
	                    bool *end, pifu_error *err);
	/** Go back: the next block begins with row `row` of the last block. */
	void (*rewind)(struct reader *r, const struct grid *grid, size_t row);
	void (*close)(struct reader *r);
	/** The encoding in use, a loan of the reader; NULL: the format has none. */
	const char *(*encoding)(const struct reader *r);
};

/** The one list of formats, NULL-terminated (formats.def). */
const struct format *const *pifu_formats(void);
/** The format of `in` by content, or by options->input_format; NULL with an error. */
const struct format *pifu_format_detect(const struct input *in, const pifu_options *options,
                                        pifu_error *err);

/** Helpers for readers: add a row or a cell to the last row; false when out of memory. */
struct row *pifu_grid_add_row(struct arena *a, struct grid *g, uint32_t table, uint32_t number);
struct cell *pifu_grid_add_cell(struct arena *a, struct grid *g, uint32_t col, struct str raw);
/** Room for `n` more cells; false when out of memory. */
bool pifu_grid_reserve(struct arena *a, struct grid *g, uint32_t n);
/** A cell of one row and one column. */
static inline struct cell pifu_grid_cell(uint32_t row, uint32_t col, struct str raw)
{
	return (struct cell){.row = row, .col = col, .rowspan = 1, .colspan = 1, .raw = raw};
}

#endif
