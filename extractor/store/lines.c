/* Lines of JSON Lines as flat records, for whoever has a file and no store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "store.h"

struct store_lines {
	struct tape *tape;
	char *text; /* of all values of a line, each terminated */
	size_t n, cap;
};

struct store_lines *store_lines_new(void)
{
	struct store_lines *l = calloc(1, sizeof *l);

	if (l && (l->tape = store_tape_new()))
		return l;
	free(l);
	return NULL;
}

void store_lines_free(struct store_lines *l)
{
	if (!l)
		return;
	store_tape_free(l->tape);
	free(l->text);
	free(l);
}

static bool reserve(struct store_lines *l, size_t need)
{
	l->n = 0;
	if (need <= l->cap)
		return true;
	char *text = realloc(l->text, need);
	if (!text)
		return false;
	l->text = text;
	l->cap = need;
	return true;
}

static void put(struct store_lines *l, const char *s, size_t n)
{
	memcpy(l->text + l->n, s, n);
	l->n += n;
}

static const char *put_value(struct store_lines *l, const struct node *node)
{
	const char *value = l->text + l->n;

	if (!node || node->kind == NODE_NULL)
		return NULL;
	put(l, node->s ? node->s : "", node->n);
	put(l, "", 1);
	return value;
}

/* Codes joined by `;`: of a list of texts, or of objects with a code. */
static const char *put_codes(struct store_lines *l, const struct node *list)
{
	const char *value = l->text + l->n;
	const struct node *first = store_node_first(list);

	for (const struct node *c = first; c; c = store_node_after(list, c)) {
		const struct node *code = c->kind == NODE_OBJECT ? store_node_find(c, "code") : c;

		if (c != first)
			put(l, ";", 1);
		if (code && code->kind == NODE_TEXT)
			put(l, code->s, code->n);
	}
	put(l, "", 1);
	return value;
}

bool store_lines_read(struct store_lines *l, const char *line, size_t n, struct store_record *out,
                      char *message, size_t size)
{
	const struct node *object = store_tape_read(l->tape, line, n, message, size);
	struct record_nodes r;

	if (!object)
		return false;
	if (!store_record_sort(object, &r)) {
		snprintf(message, size, "no record of pifu");
		return false;
	}
	/* a value and its end take no more than the value and its quotes */
	if (!reserve(l, n + PIFU_FIELD_COUNT + 8)) {
		snprintf(message, size, "out of memory");
		return false;
	}
	*out = (struct store_record){0};
	for (int f = 0; f < PIFU_FIELD_COUNT; f++)
		out->value[f] = put_value(l, r.field[f]);
	out->confidence = store_node_double(r.extra[EXTRA_CONFIDENCE]);
	out->doubtful = store_record_has(r.extra[EXTRA_FINDINGS], "doubtful");
	out->findings = put_codes(l, r.extra[EXTRA_FINDINGS]);
	out->checks = put_codes(l, r.extra[EXTRA_CHECKS]);
	out->repairs = put_codes(l, r.extra[EXTRA_REPAIRS]);
	return true;
}
