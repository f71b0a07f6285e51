/* Rows that the caller gives back: a reader that cannot seek keeps them and
 * begins its next block with them.
 *
 *   block 1   |rows of form 1|rows of fo|
 *   rewind                    ^ kept
 *   block 2                  |rows of fo|rm 2, as the reader goes on … */
#ifndef PIFU_READ_REPLAY_H
#define PIFU_READ_REPLAY_H

#include "base/arena.h"
#include "model/grid.h"

struct replay {
	struct arena *arena;
	struct grid grid; /* kept rows, in `arena` */
	bool failed;      /* out of memory while keeping; told by the next give */
};

bool pifu_replay_init(struct replay *r, const pifu_allocator *allocator);
/** Keep rows [row, grid->nrows) of a block; a copy, the block may go. */
void pifu_replay_keep(struct replay *r, const struct grid *grid, size_t row);
/** Append the kept rows to `grid` and forget them; false when out of memory. */
bool pifu_replay_give(struct replay *r, struct arena *arena, struct grid *grid);
void pifu_replay_free(struct replay *r);

#endif
