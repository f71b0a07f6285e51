/* A hash table from text to a pointer. The texts are the caller's and must outlive it. */
#ifndef PIFU_BATCH_TABLE_H
#define PIFU_BATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table_entry {
	const char *key; /* NULL: free */
	void *value;
};

struct table {
	struct table_entry *entries;
	size_t n, cap;
};

/** The value of `key`, NULL when there is none. */
void *batch_table_get(const struct table *t, const char *key);
/** Set it, also anew; false without memory. */
bool batch_table_set(struct table *t, const char *key, void *value);
void batch_table_free(struct table *t);

#endif
