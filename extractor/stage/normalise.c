/* Stage 1: normal text of every cell of the block.
 *
 *     grid->cells[i].raw  ->  doc->normal[i] {text, key, map, flags}
 *
 * The work is text/normalise.c; here it is only applied, cell by cell. */
#include "base/error.h"
#include "stage/stage.h"

pifu_status pifu_stage_normalise(struct pifu_doc *doc, pifu_error *err)
{
	size_t n = doc->grid.ncells;
	doc->normal = pifu_arena_alloc(doc->arena, (n ? n : 1) * sizeof *doc->normal);
	if (!doc->normal)
		return pifu_error_nomem(err);
	for (size_t i = 0; i < n; i++) {
		pifu_status st = pifu_text_normalise(doc->arena, doc->grid.cells[i].raw, &doc->normal[i], err);
		if (st != PIFU_OK)
			return st;
	}
	return PIFU_OK;
}
