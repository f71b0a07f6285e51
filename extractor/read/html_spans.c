/* The table model of the HTML standard, one row at a time.
 *
 *   row 0   [a  a][b ]      each column remembers until which row a cell from
 *   row 1   [c ][b' b]      above fills it; a new cell takes the first free
 *   row 2   [c ][d ][e]     column and all columns its colspan asks for
 *
 *   until    2   1   2      (after row 0: b has rowspan 2)
 *
 * Where a cell runs into one from above, both keep their place (the standard
 * calls it a table model error); the column stays filled for the longer one.
 * The search for a free column remembers its jump for as long as the columns
 * jumped over stay filled, so that a million rows beside a thousand filled
 * columns cost a million steps, not a thousand million. */
#include "read/html_build.h"

static bool grow_slots(struct html_spans *s, uint32_t need)
{
	if (need <= s->cap)
		return true;
	uint32_t cap = s->cap ? s->cap : 16;
	while (cap < need)
		cap *= 2;
	struct html_slot *slots = pifu_mem_realloc(s->allocator, s->slots, cap * sizeof *slots);
	if (!slots)
		return false;
	memset(slots + s->cap, 0, (cap - s->cap) * sizeof *slots);
	s->slots = slots;
	s->cap = cap;
	return true;
}

uint32_t pifu_html_spans_free(struct html_spans *s, uint32_t row, uint32_t col)
{
	uint32_t from = col, shortest = UINT32_MAX;

	while (col < s->used && s->slots[col].until > row) {
		const struct html_slot *slot = &s->slots[col];
		bool jump = slot->jump_until > row;
		uint32_t until = jump ? slot->jump_until : slot->until;
		shortest = until < shortest ? until : shortest;
		col = jump ? slot->jump : col + 1;
	}
	if (col > from) {
		s->slots[from].jump = col;
		s->slots[from].jump_until = shortest;
	}
	return col;
}

bool pifu_html_spans_fill(struct html_spans *s, uint32_t row, uint32_t col, uint32_t colspan,
                          uint32_t rowspan, bool *overlap)
{
	uint32_t end = col + colspan;

	if (!grow_slots(s, end))
		return false;
	if (end > s->used) {
		memset(s->slots + s->used, 0, (end - s->used) * sizeof *s->slots);
		s->used = end;
	}
	for (uint32_t c = col; c < end; c++) {
		struct html_slot *slot = &s->slots[c];
		*overlap |= slot->until > row;
		if (slot->until >= row + rowspan)
			continue;
		*slot = (struct html_slot){.until = row + rowspan, .cell = PIFU_NONE};
	}
	return true;
}

uint32_t pifu_html_spans_width(struct html_spans *s, uint32_t row)
{
	/* a column that is free now stays free until a cell asks for it again */
	while (s->used && s->slots[s->used - 1].until <= row)
		s->used--;
	return s->used;
}

void pifu_html_spans_name(struct html_spans *s, uint32_t col, uint32_t colspan, uint32_t cell)
{
	for (uint32_t c = col; c < col + colspan && c < s->used; c++)
		s->slots[c].cell = cell;
}

void pifu_html_spans_end(struct html_spans *s, uint32_t row, struct grid *grid)
{
	for (uint32_t c = 0; c < s->used; c++) {
		const struct html_slot *slot = &s->slots[c];
		if (slot->until <= row || slot->cell == PIFU_NONE)
			continue;
		struct cell *cell = &grid->cells[slot->cell];
		uint32_t over = slot->until - row;
		bool first = c == cell->col;
		if (first && over < cell->rowspan)
			cell->rowspan = (uint16_t)(cell->rowspan - over);
	}
	s->used = 0;
}

void pifu_html_spans_move(struct html_spans *s, uint32_t first)
{
	for (uint32_t c = 0; c < s->used; c++) {
		uint32_t *cell = &s->slots[c].cell;
		*cell = *cell != PIFU_NONE && *cell >= first ? *cell - first : PIFU_NONE;
	}
}
