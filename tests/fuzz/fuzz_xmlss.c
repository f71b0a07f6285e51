/* Excel 2003 XML: the reader, damaged files salvaged. Cells of a row must rise. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "read/formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.name = "fuzz", .data = data, .size = size};
	const pifu_options options = {.salvage = size % 2};
	const struct format *format = &pifu_format_xmlss;
	struct findings findings = {0};
	struct grid grid = {0};
	pifu_error err = {0};
	struct arena *arena = pifu_arena_new(NULL);
	struct reader *r = arena ? format->open(&in, &options, &findings, &err) : NULL;
	bool end = false;

	format->score(&in);
	if (r && format->next(r, arena, 256, &grid, &end, &err) == PIFU_OK)
		for (size_t i = 1; i < grid.ncells; i++)
			if (grid.cells[i].row == grid.cells[i - 1].row &&
			    grid.cells[i].col <= grid.cells[i - 1].col)
				abort();
	if (r)
		format->close(r);
	pifu_arena_free(arena);
	pifu_findings_free(&findings);
	return 0;
}
