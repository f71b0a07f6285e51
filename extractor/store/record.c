/* The keys of a record come in the order of the contract, so each is looked for
 * where the one before it led to, and among all only if it is not there. */
#include "record.h"

#include <string.h>

enum { KEYS = PIFU_FIELD_COUNT + EXTRA_COUNT };

static const struct {
	const char *name;
	size_t n;
} keys[KEYS] = {
#define PIFU_FIELD(id, key, type, zh, meaning) {key, sizeof(key) - 1},
#include "pifu_fields.def"
#undef PIFU_FIELD
#define EXTRA(key)                   \
	{                            \
		key, sizeof(key) - 1 \
	}
	EXTRA("parts"),      EXTRA("raw"),      EXTRA("source"), EXTRA("repairs"),
	EXTRA("confidence"), EXTRA("findings"), EXTRA("checks"), EXTRA("alternatives"),
};

static bool is_key(const struct node *node, unsigned key)
{
	return node->n == keys[key].n && memcmp(node->s, keys[key].name, node->n) == 0;
}

static unsigned find_key(const struct node *node, unsigned expected)
{
	if (expected < KEYS && is_key(node, expected))
		return expected;
	for (unsigned key = 0; key < KEYS; key++)
		if (is_key(node, key))
			return key;
	return KEYS;
}

bool store_record_sort(const struct node *line, struct record_nodes *out)
{
	unsigned expected = 0;

	*out = (struct record_nodes){{NULL}, {NULL}};
	for (const struct node *k = store_node_first(line); k; k = store_node_after(line, k + 1)) {
		unsigned key = find_key(k, expected);

		if (key < PIFU_FIELD_COUNT)
			out->field[key] = k + 1;
		else if (key < KEYS)
			out->extra[key - PIFU_FIELD_COUNT] = k + 1;
		expected = key + 1;
	}
	const struct node *id = out->field[PIFU_FIELD_ID], *form = out->field[PIFU_FIELD_FORM];
	return id && id->kind == NODE_TEXT && form && form->kind == NODE_NUMBER &&
	       out->extra[EXTRA_CONFIDENCE];
}

bool store_record_has(const struct node *codes, const char *code)
{
	for (const struct node *c = store_node_first(codes); c; c = store_node_after(codes, c))
		if (store_node_is(c, code))
			return true;
	return false;
}
