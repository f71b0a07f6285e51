/* JSON by yajl: it streams, so a file that is cut off still gives what stands
 * before the cut, keeps keys that occur twice, needs no stack for depth and
 * takes an allocator of ours. (Of the alternatives jansson builds a tree and
 * loses all three.)
 *
 * yajl does not check its allocations. A failing one leaves it by longjmp, over
 * frames of yajl only; its blocks are kept in a list and freed from there. */
#include "read/json_read.h"

#include <setjmp.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>

struct block {
	struct block *prev, *next;
};

struct memory {
	const pifu_allocator *allocator;
	struct block *blocks;
	jmp_buf failed;
};

static void link_block(struct memory *m, struct block *b)
{
	b->prev = NULL;
	b->next = m->blocks;
	if (m->blocks)
		m->blocks->prev = b;
	m->blocks = b;
}

static void unlink_block(struct memory *m, struct block *b)
{
	if (b->prev)
		b->prev->next = b->next;
	else
		m->blocks = b->next;
	if (b->next)
		b->next->prev = b->prev;
}

static void *take(void *ctx, size_t size)
{
	struct memory *m = ctx;
	struct block *b =
		size < SIZE_MAX - sizeof *b ? pifu_mem_alloc(m->allocator, sizeof *b + size) : NULL;

	if (!b)
		longjmp(m->failed, 1);
	link_block(m, b);
	return b + 1;
}

static void give(void *ctx, void *p)
{
	struct memory *m = ctx;

	if (!p)
		return;
	unlink_block(m, (struct block *)p - 1);
	pifu_mem_free(m->allocator, (struct block *)p - 1);
}

static void *resize(void *ctx, void *p, size_t size)
{
	struct memory *m = ctx;

	if (!p)
		return take(ctx, size);
	struct block *b = (struct block *)p - 1;
	unlink_block(m, b);
	struct block *grown = size < SIZE_MAX - sizeof *b
	                              ? pifu_mem_realloc(m->allocator, b, sizeof *b + size)
	                              : NULL;
	link_block(m, grown ? grown : b);
	if (!grown)
		longjmp(m->failed, 1);
	return grown + 1;
}

/* ---- Events --------------------------------------------------------------------- */

static struct str slice(const unsigned char *s, size_t n)
{
	return (struct str){(const char *)s, (uint32_t)n};
}

static int on_null(void *ctx)
{
	return pifu_json_value(ctx);
}
static int on_boolean(void *ctx, int value)
{
	(void)value;
	return pifu_json_value(ctx);
}
static int on_integer(void *ctx, long long value)
{
	return pifu_json_number(ctx, value);
}
static int on_double(void *ctx, double value)
{
	(void)value;
	return pifu_json_value(ctx);
}
static int on_string(void *ctx, const unsigned char *s, size_t n)
{
	return pifu_json_string(ctx, slice(s, n));
}
static int on_key(void *ctx, const unsigned char *s, size_t n)
{
	return pifu_json_key(ctx, slice(s, n));
}
static int on_map(void *ctx)
{
	return pifu_json_open(ctx, false);
}
static int on_array(void *ctx)
{
	return pifu_json_open(ctx, true);
}
static int on_close(void *ctx)
{
	return pifu_json_close(ctx);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_integer = on_integer,
	.yajl_double = on_double,
	.yajl_string = on_string,
	.yajl_start_map = on_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_close,
	.yajl_start_array = on_array,
	.yajl_end_array = on_close,
};

/* ---- Parsing --------------------------------------------------------------------- */

struct parse {
	struct memory memory;
	yajl_handle handle;
	size_t at; /* bytes consumed, where it failed */
	bool damaged;
};

static void run_parser(struct parse *p, struct json_read *r, struct str text)
{
	yajl_alloc_funcs funcs = {.malloc = take,
	                          .realloc = resize,
	                          .free = give,
	                          .ctx = &p->memory};

	p->handle = yajl_alloc(&callbacks, &funcs, r);
	yajl_config(p->handle, yajl_dont_validate_strings, 1);
	yajl_config(p->handle, yajl_allow_multiple_values, 1); /* JSON Lines */
	yajl_status st = yajl_parse(p->handle, (const unsigned char *)text.s, text.n);
	p->at = yajl_get_bytes_consumed(p->handle);
	if (st == yajl_status_ok) {
		st = yajl_complete_parse(p->handle);
		p->at = text.n;
	}
	p->damaged = st == yajl_status_error || r->depth > 0;
}

static void free_blocks(struct memory *m)
{
	while (m->blocks) {
		struct block *b = m->blocks;
		m->blocks = b->next;
		pifu_mem_free(m->allocator, b);
	}
}

static pifu_status tell_damage(struct str text, size_t at, pifu_error *err)
{
	uint32_t line = 1, column = 1;

	for (size_t i = 0; i < at && i < text.n; i++) {
		column = text.s[i] == '\n' ? 1 : column + 1;
		line += text.s[i] == '\n';
	}
	pifu_error_set(err, PIFU_ERR_DAMAGED,
	               at >= text.n ? "the JSON ends in the middle"
	                            : "this is no well-formed JSON");
	pifu_error_place(err, NULL, line, column);
	return PIFU_ERR_DAMAGED;
}

/* What is open when the text breaks off is closed as if it ended there. */
static bool close_open(struct json_read *r)
{
	while (r->depth && r->status == PIFU_OK)
		pifu_json_close(r);
	return r->status == PIFU_OK;
}

pifu_status pifu_json_parse(struct json_read *r, struct str text, bool salvage, bool *salvaged,
                            pifu_error *err)
{
	struct parse p = {.memory.allocator = r->allocator};

	r->err = err;
	if (setjmp(p.memory.failed) == 0)
		run_parser(&p, r, text);
	else
		r->status = pifu_error_nomem(err);
	free_blocks(&p.memory);
	if (r->status != PIFU_OK)
		return r->status;
	if (p.damaged && !salvage)
		return tell_damage(text, p.at, err);
	*salvaged = p.damaged;
	return close_open(r) && pifu_json_order(r) ? PIFU_OK : r->status;
}
