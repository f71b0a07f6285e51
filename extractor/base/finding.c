/* A growing list of findings. Their texts are short copies of their own, so
 * that a finding outlives the block of the document that it is about. */
#include "base/finding.h"

#include "base/arena.h"
#include "base/limits.h"

/* The beginning of `text` that is kept: whole characters only. */
static uint32_t kept_length(struct str text)
{
	uint32_t n = text.n;

	if (n <= PIFU_LIMIT_FINDING_TEXT)
		return n;
	n = PIFU_LIMIT_FINDING_TEXT;
	while (n > 0 && ((unsigned char)text.s[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* A NUL-terminated copy; an empty text needs no memory. */
static bool copy_text(const pifu_allocator *allocator, struct str text, struct str *copy)
{
	uint32_t n = kept_length(text);

	*copy = STR("");
	if (!n)
		return true;
	char *bytes = pifu_mem_alloc(allocator, (size_t)n + 1);
	if (!bytes)
		return false;
	memcpy(bytes, text.s, n);
	bytes[n] = '\0';
	*copy = (struct str){bytes, n};
	return true;
}

static bool make_room(struct findings *list)
{
	if (list->n < list->cap)
		return true;
	size_t cap = list->cap ? list->cap * 2 : 16;
	struct finding *items = pifu_mem_realloc(list->allocator, list->items, cap * sizeof *items);
	if (!items)
		return false;
	list->items = items;
	list->cap = cap;
	return true;
}

void pifu_finding_add(struct findings *list, struct finding f)
{
	struct str text;

	if (list->n >= PIFU_LIMIT_FINDINGS || !make_room(list) ||
	    !copy_text(list->allocator, f.text, &text)) {
		list->dropped++;
		return;
	}
	f.text = text;
	list->items[list->n++] = f;
}

void pifu_findings_free(struct findings *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].text.n)
			pifu_mem_free(list->allocator, (void *)list->items[i].text.s);
	}
	pifu_mem_free(list->allocator, list->items);
	*list = (struct findings){.allocator = list->allocator};
}
