/* A hash of the last two bytes leads to the few endings that can fit. */
#include "grammar/endings.h"

#include "base/word.h"

static unsigned last_bytes(struct str s)
{
	unsigned char a = (unsigned char)s.s[s.n - 1],
		      b = s.n > 1 ? (unsigned char)s.s[s.n - 2] : 0;
	return (a ^ b * 37u) & 255;
}

/* The last eight bytes of a text, the last one the most significant. */
static uint64_t load_tail(struct str s)
{
	return s.n >= 8 ? word_load(s.s + s.n - 8) : word_load_tail(s.s, s.n) << 8 * (8 - s.n);
}

bool pifu_endings_new(struct arena *a, struct endings *e, size_t count)
{
	*e = (struct endings){0};
	e->items = ARENA_ARRAY(a, struct name_ending, count + 1);
	return e->items != NULL;
}

void pifu_endings_add(struct endings *e, struct str ending)
{
	if (ending.n == 0 || e->n + 1 >= UINT16_MAX)
		return;
	unsigned h = last_bytes(ending);
	e->items[e->n] =
		(struct name_ending){.tail = load_tail(ending),
	                             .s = ending.s,
	                             .n = ending.n,
	                             .next = e->first[h],
	                             .shift = (uint8_t)(ending.n < 8 ? 8 * (8 - ending.n) : 0)};
	e->first[h] = (uint16_t)++e->n;
}

/* Eight bytes at one go; few endings are longer. */
static bool ends_with(struct str text, uint64_t tail, const struct name_ending *e)
{
	return text.n > e->n && (tail ^ e->tail) >> e->shift == 0 &&
	       (e->n <= 8 || memcmp(text.s + text.n - e->n, e->s, e->n - 8) == 0);
}

uint32_t pifu_endings_match(const struct endings *e, struct str text)
{
	uint32_t longest = 0;
	if (text.n == 0)
		return 0;
	unsigned i = e->first[last_bytes(text)];
	uint64_t tail = i ? load_tail(text) : 0;
	for (; i; i = e->items[i - 1].next)
		if (e->items[i - 1].n > longest && ends_with(text, tail, &e->items[i - 1]))
			longest = e->items[i - 1].n;
	return longest;
}
