/* How many columns of a terminal a text takes, and texts cut to columns. */
#ifndef PIFU_WRITE_WIDTH_H
#define PIFU_WRITE_WIDTH_H

#include "write/out.h"

/** Columns that `s` takes when pifu_width_put prints it. */
unsigned pifu_width_str(struct str s);
/** Bytes of `s` that fit into `columns`; at least one character when s is not empty. */
uint32_t pifu_width_fit(struct str s, unsigned columns);
/** Print `s` in at most `columns` (0: no limit), cut with an ellipsis; returns the
 *  columns used. Line breaks and tabs become blanks, other control characters
 *  U+FFFD, invisible formatting goes: text cannot steer the terminal. */
unsigned pifu_width_put(struct out *o, struct str s, unsigned columns);

#endif
