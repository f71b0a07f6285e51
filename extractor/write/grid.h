/* The grid dump: tab-separated lines, itself an input format (read/griddump.c). */
#ifndef PIFU_WRITE_GRID_H
#define PIFU_WRITE_GRID_H

#include "base/str.h"
#include "model/grid.h"

#define PIFU_GRID_HEADER "table\trow\tcol\trowspan\tcolspan\tpage\ttext"

/** Append the dump of `g` to `out`.
 *  shape:  a header line if wanted; one line for each cell in document order; for a row
 *          that is wider than its cells, an empty cell at its last column; for a row with
 *          marks, before its cells, a line of rowspan 0 with the marks as colspan
 *  units:  positions from 0, pages from 1 (0: unknown)
 *  errors: out->failed when out of memory
 *  law:    dump(read(dump(g))) = dump(g) */
void pifu_grid_dump(const struct grid *g, bool header, struct buf *out);

#endif
