/* Any bytes as a page, as an MHTML archive and as a converter's JSON: read in
 * small blocks, every other one given back in part. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "read/formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const struct format *format, const struct input *in)
{
	const pifu_options options = {.salvage = true};
	struct findings findings = {0};
	pifu_error err = {0};
	struct arena *arena = pifu_arena_new(NULL);
	struct reader *r = arena ? format->open(in, &options, &findings, &err) : NULL;
	bool end = r == NULL, gave = false;

	while (!end) {
		struct grid grid = {0};
		pifu_arena_reset(arena);
		if (format->next(r, arena, 256, &grid, &end, &err) != PIFU_OK)
			break;
		for (size_t i = 0; i < grid.ncells; i++)
			if (grid.cells[i].row >= grid.nrows || grid.cells[i].rowspan == 0 ||
			    grid.cells[i].colspan == 0)
				abort();
		gave = !gave && grid.nrows > 1;
		if (gave) {
			format->rewind(r, &grid, grid.nrows / 2 + 1);
			end = false;
		}
	}
	if (r)
		format->close(r);
	pifu_arena_free(arena);
	pifu_findings_free(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format *const formats[] = {&pifu_format_html, &pifu_format_mhtml,
	                                               &pifu_format_json};
	struct input in = {.name = "fuzz", .data = data, .size = size};

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		formats[i]->score(&in);
		read_all(formats[i], &in);
	}
	return 0;
}
