/* yajl's events, noted on a tape. */
#include "tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum { DEPTH_MAX = 32 };

struct tape {
	yajl_handle parser;
	struct node *nodes;
	size_t count, cap;
	uint32_t open[DEPTH_MAX]; /* objects and lists that have begun */
	unsigned depth;
	const char *line;
	size_t length;
	char *copies; /* texts that had escapes; never longer than the line */
	size_t ncopies, copies_cap;
	const char *why; /* what we ourselves object to */
};

/* ---- Notes --------------------------------------------------------------------------- */

static struct node *add_node(struct tape *t, enum node_kind kind)
{
	if (t->count == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 256;
		struct node *nodes = realloc(t->nodes, cap * sizeof *nodes);

		if (!nodes) {
			t->why = "out of memory";
			return NULL;
		}
		t->nodes = nodes;
		t->cap = cap;
	}
	struct node *node = &t->nodes[t->count++];
	*node = (struct node){.kind = kind, .span = 1};
	return node;
}

/* Text that is part of the line stays there, the parser's own is copied. */
static const char *keep_text(struct tape *t, const char *s, size_t n)
{
	if (s >= t->line && s < t->line + t->length)
		return s;
	if (n > t->copies_cap - t->ncopies)
		return NULL;
	char *copy = t->copies + t->ncopies;
	memcpy(copy, s, n);
	t->ncopies += n;
	return copy;
}

static int add_text(struct tape *t, enum node_kind kind, const char *s, size_t n)
{
	struct node *node = add_node(t, kind);

	if (!node)
		return 0;
	node->s = keep_text(t, s, n);
	node->n = (uint32_t)n;
	if (!node->s)
		t->why = "a text is longer than its line";
	return node->s != NULL;
}

static int take_null(void *ctx)
{
	return add_node(ctx, NODE_NULL) != NULL;
}

static int take_boolean(void *ctx, int value)
{
	return add_node(ctx, value ? NODE_TRUE : NODE_FALSE) != NULL;
}

static int take_number(void *ctx, const char *s, size_t n)
{
	return add_text(ctx, NODE_NUMBER, s, n);
}

static int take_text(void *ctx, const unsigned char *s, size_t n)
{
	return add_text(ctx, NODE_TEXT, (const char *)s, n);
}

static int take_key(void *ctx, const unsigned char *s, size_t n)
{
	return add_text(ctx, NODE_KEY, (const char *)s, n);
}

static int begin_outer(struct tape *t, enum node_kind kind)
{
	struct node *node = add_node(t, kind);

	if (!node || t->depth == DEPTH_MAX) {
		t->why = node ? "nested too deep" : t->why;
		return 0;
	}
	node->s = t->line + yajl_get_bytes_consumed(t->parser) - 1;
	t->open[t->depth++] = (uint32_t)(t->count - 1);
	return 1;
}

static int end_outer(void *ctx)
{
	struct tape *t = ctx;
	uint32_t begun = t->open[--t->depth];
	struct node *node = &t->nodes[begun];

	node->span = (uint32_t)t->count - begun;
	node->n = (uint32_t)(t->line + yajl_get_bytes_consumed(t->parser) - node->s);
	return 1;
}

static int begin_object(void *ctx)
{
	return begin_outer(ctx, NODE_OBJECT);
}

static int begin_list(void *ctx)
{
	return begin_outer(ctx, NODE_LIST);
}

/* ---- Reading a line ----------------------------------------------------------------------- */

static bool renew_parser(struct tape *t)
{
	static const yajl_callbacks callbacks = {
		.yajl_null = take_null,
		.yajl_boolean = take_boolean,
		.yajl_number = take_number,
		.yajl_string = take_text,
		.yajl_start_map = begin_object,
		.yajl_map_key = take_key,
		.yajl_end_map = end_outer,
		.yajl_start_array = begin_list,
		.yajl_end_array = end_outer,
	};

	if (t->parser)
		yajl_free(t->parser);
	t->parser = yajl_alloc(&callbacks, NULL, t);
	return t->parser && yajl_config(t->parser, yajl_allow_multiple_values, 1);
}

struct tape *store_tape_new(void)
{
	struct tape *t = calloc(1, sizeof *t);

	if (t && !renew_parser(t)) {
		store_tape_free(t);
		return NULL;
	}
	return t;
}

void store_tape_free(struct tape *t)
{
	if (!t)
		return;
	if (t->parser)
		yajl_free(t->parser);
	free(t->nodes);
	free(t->copies);
	free(t);
}

static bool begin_line(struct tape *t, const char *line, size_t n)
{
	t->line = line;
	t->length = n;
	t->count = t->depth = 0;
	t->ncopies = 0;
	t->why = NULL;
	if (n > UINT32_MAX / 2) {
		t->why = "the line is too long";
		return false;
	}
	if (n <= t->copies_cap)
		return true;
	char *copies = realloc(t->copies, n);
	if (!copies) {
		t->why = "out of memory";
		return false;
	}
	t->copies = copies;
	t->copies_cap = n;
	return true;
}

static const char *parse_line(struct tape *t)
{
	if (!begin_line(t, t->line, t->length))
		return t->why;
	yajl_status status = yajl_parse(t->parser, (const unsigned char *)t->line, t->length);
	if (status != yajl_status_ok)
		return t->why ? t->why : "no JSON";
	if (t->depth > 0 || t->count == 0)
		return "the object does not end on its line";
	if (t->nodes[0].kind != NODE_OBJECT || t->nodes[0].span != t->count)
		return "not one object";
	return NULL;
}

const struct node *store_tape_read(struct tape *t, const char *line, size_t n, char *message,
                                   size_t size)
{
	t->line = line;
	t->length = n;
	const char *why = parse_line(t);
	if (!why)
		return t->nodes;
	snprintf(message, size, "%s: %.*s", why, (int)(n < 60 ? n : 60), n ? line : "");
	renew_parser(t);
	return NULL;
}

/* ---- Looking at a tape ---------------------------------------------------------------------- */

const struct node *store_node_first(const struct node *outer)
{
	return outer && outer->span > 1 ? outer + 1 : NULL;
}

const struct node *store_node_after(const struct node *outer, const struct node *node)
{
	const struct node *after = node + node->span;

	return after < outer + outer->span ? after : NULL;
}

const struct node *store_node_find(const struct node *object, const char *key)
{
	size_t n = strlen(key);

	if (!object || object->kind != NODE_OBJECT)
		return NULL;
	for (const struct node *k = store_node_first(object); k;
	     k = store_node_after(object, k + 1))
		if (k->n == n && memcmp(k->s, key, n) == 0)
			return k + 1;
	return NULL;
}

bool store_node_is(const struct node *node, const char *text)
{
	return node && node->n == strlen(text) && memcmp(node->s, text, node->n) == 0;
}

bool store_node_int(const struct node *node, int64_t *out)
{
	char digits[24], *end;

	if (!node || node->kind != NODE_NUMBER || node->n > 18)
		return false;
	memcpy(digits, node->s, node->n);
	digits[node->n] = '\0';
	*out = strtoll(digits, &end, 10);
	return *end == '\0';
}

double store_node_double(const struct node *node)
{
	char digits[400];

	if (!node || node->kind != NODE_NUMBER || node->n >= sizeof digits)
		return 0;
	memcpy(digits, node->s, node->n);
	digits[node->n] = '\0';
	return strtod(digits, NULL);
}
