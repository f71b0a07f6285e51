/* A hash of the last two bytes leads to the few endings that can fit. */
#include "grammar/endings.h"

static unsigned last_bytes(struct str s)
{
	unsigned char a = (unsigned char)s.s[s.n - 1],
		      b = s.n > 1 ? (unsigned char)s.s[s.n - 2] : 0;
	return (a ^ b * 37u) & 255;
}

bool pifu_endings_new(struct arena *a, struct endings *e, size_t count)
{
	*e = (struct endings){0};
	e->items = ARENA_ARRAY(a, struct str, count + 1);
	e->next = ARENA_ARRAY(a, uint16_t, count + 1);
	return e->items && e->next;
}

void pifu_endings_add(struct endings *e, struct str ending)
{
	if (ending.n == 0 || e->n + 1 >= UINT16_MAX)
		return;
	unsigned h = last_bytes(ending);
	e->items[e->n] = ending;
	e->next[e->n] = e->first[h];
	e->first[h] = (uint16_t)++e->n;
}

uint32_t pifu_endings_match(const struct endings *e, struct str text)
{
	uint32_t longest = 0;
	if (text.n == 0)
		return 0;
	for (unsigned i = e->first[last_bytes(text)]; i; i = e->next[i - 1])
		if (text.n > e->items[i - 1].n && e->items[i - 1].n > longest &&
		    pifu_str_ends(text, e->items[i - 1]))
			longest = e->items[i - 1].n;
	return longest;
}
