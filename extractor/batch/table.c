/* A hash table: open addressing, a power of two, never more than three quarters full. */
#include "table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash(const char *key)
{
	uint64_t h = 14695981039346656037U; /* FNV-1a */

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211U;
	return h ^ h >> 29;
}

/* Where `key` is, or would be; the table is never full. */
static struct table_entry *find(struct table_entry *entries, size_t cap, const char *key)
{
	size_t at = (size_t)hash(key) & (cap - 1);

	while (entries[at].key && strcmp(entries[at].key, key) != 0)
		at = (at + 1) & (cap - 1);
	return &entries[at];
}

void *batch_table_get(const struct table *t, const char *key)
{
	return t->cap ? find(t->entries, t->cap, key)->value : NULL;
}

static bool grow(struct table *t)
{
	size_t cap = t->cap ? 2 * t->cap : 1024;
	struct table_entry *entries = calloc(cap, sizeof *entries);

	if (!entries)
		return false;
	for (size_t i = 0; i < t->cap; i++)
		if (t->entries[i].key)
			*find(entries, cap, t->entries[i].key) = t->entries[i];
	free(t->entries);
	t->entries = entries;
	t->cap = cap;
	return true;
}

bool batch_table_set(struct table *t, const char *key, void *value)
{
	if (4 * (t->n + 1) > 3 * t->cap && !grow(t))
		return false;
	struct table_entry *e = find(t->entries, t->cap, key);
	t->n += e->key == NULL;
	*e = (struct table_entry){key, value};
	return true;
}

void batch_table_free(struct table *t)
{
	free(t->entries);
	*t = (struct table){0};
}
