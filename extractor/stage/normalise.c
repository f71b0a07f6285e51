/* Stage 1: normal text of every cell of the block.
 *
 *     grid->cells[i].raw  ->  doc->normal[i] {text, key, map, flags}
 *
 * The work is text/normalise.c; here it is applied cell by cell, once for a text
 * that comes again (model/known.h). */
#include "base/error.h"
#include "model/known.h"
#include "stage/stage.h"

enum { AHEAD = 8 };

static bool is_plain_line(const struct grid *grid, uint32_t cell)
{
	const struct row *row = &grid->rows[grid->cells[cell].row];
	return row->count == 1 && row->width <= 1;
}

static bool is_han_at(struct str raw, uint32_t at)
{
	return at + 2 < raw.n && (unsigned char)raw.s[at] >= 0xE4 &&
	       (unsigned char)raw.s[at] <= 0xE9;
}

/* Bytes of the mark of Markdown in front of a line: one to six # and a blank or
 * Han; or - * > of a list or quotation, with a blank and Han ("> 5" is a target). */
static uint32_t mark_bytes(struct str raw)
{
	uint32_t n = 0;
	while (n < raw.n && n < 6 && raw.s[n] == '#')
		n++;
	if (n > 0)
		return n < raw.n && (raw.s[n] == ' ' || is_han_at(raw, n)) ? n : 0;
	return raw.s[1] == ' ' && is_han_at(raw, 2) ? 1 : 0;
}

/* A line without its mark; the way back starts behind it. */
static pifu_status normalise_line(struct arena *a, struct str raw, struct normal *out,
                                  pifu_error *err)
{
	uint32_t mark = mark_bytes(raw);
	pifu_status st = pifu_text_normalise(a, pifu_str_sub(raw, mark, raw.n), out, err);
	if (st != PIFU_OK || mark == 0 || out->text.n == 0)
		return st;
	uint32_t *map = pifu_arena_alloc(a, (out->text.n + 1u) * sizeof *map);
	if (!map)
		return pifu_error_nomem(err);
	for (uint32_t i = 0; i <= out->text.n; i++)
		map[i] = (out->map ? out->map[i] : i) + mark;
	out->map = map;
	return PIFU_OK;
}

/* Bytes that a mark of Markdown may begin with. */
static bool may_be_mark(char c)
{
	return c == '#' || c == '-' || c == '*' || c == '>';
}

static pifu_status normalise_text(struct pifu_doc *doc, uint32_t cell, uint32_t hash,
                                  pifu_error *err)
{
	struct str raw = doc->grid.cells[cell].raw;
	struct known_text **known = &doc->cell_known[cell];
	bool marked = raw.n > 2 && may_be_mark(raw.s[0]) && is_plain_line(&doc->grid, cell);
	*known = NULL;
	if (marked)
		return normalise_line(doc->arena, raw, &doc->normal[cell], err);
	pifu_status st = pifu_known_find(doc->known, raw, hash, known, err);
	if (st != PIFU_OK)
		return st;
	if (!*known)
		return pifu_text_normalise(doc->arena, raw, &doc->normal[cell], err);
	doc->normal[cell] = (*known)->normal;
	return PIFU_OK;
}

static pifu_status normalise_cell(struct pifu_doc *doc, uint32_t cell, uint32_t hash,
                                  pifu_error *err)
{
	pifu_status st = normalise_text(doc, cell, hash, err);
	doc->is_blank[cell] = st == PIFU_OK && doc->normal[cell].text.n == 0;
	return st;
}

/* Cells are hashed AHEAD cells before they are looked up, so that the table's
 * memory is there when it is asked for. */
pifu_status pifu_stage_normalise(struct pifu_doc *doc, pifu_error *err)
{
	size_t n = doc->grid.ncells;
	doc->normal = pifu_arena_alloc(doc->arena, (n ? n : 1) * sizeof *doc->normal);
	doc->cell_known = pifu_arena_alloc(doc->arena, (n ? n : 1) * sizeof *doc->cell_known);
	doc->is_blank = pifu_arena_alloc(doc->arena, n + 1);
	if (!doc->normal || !doc->cell_known || !doc->is_blank)
		return pifu_error_nomem(err);
	if (pifu_known_begin(doc->known, n, err) != PIFU_OK)
		return PIFU_ERR_NOMEM;
	uint32_t hashes[AHEAD] = {0};
	for (size_t i = 0; i < n + AHEAD; i++) {
		uint32_t *hash = &hashes[i % AHEAD];
		pifu_status st = i < AHEAD ? PIFU_OK
		                           : normalise_cell(doc, (uint32_t)(i - AHEAD), *hash, err);
		*hash = i < n ? pifu_known_hash(doc->grid.cells[i].raw) : 0;
		pifu_known_fetch_slot(doc->known, *hash);
		pifu_known_fetch_text(doc->known, hashes[(i + AHEAD / 2) % AHEAD]);
		if (st != PIFU_OK)
			return st;
	}
	return PIFU_OK;
}
