/* A chunked bump allocator, and plain memory from the caller's allocator.
 *
 * Small objects are cut one after another from the current chunk; a chunk that
 * is full is followed by the next kept one, or by a new one twice as large (up
 * to CHUNK_MAX). Objects over LARGE_FROM have a block of their own, so that
 * they waste no chunk and can grow in place.
 *
 *   chunks -> [head|oooooo] -> [head|oooooooooo] -> [head|ooo......] -> [kept]
 *                                                        ^at     ^end
 *   large  <-> [head|object] <-> [head|object]
 *
 * A reset frees the large objects, and those chunks that go beyond KEEP_BYTES:
 * one huge form must not hold its memory for ever. With PIFU_ARENA_MALLOC every
 * object is a "large" one, that is, a malloc of its own, filled with a pattern. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum {
	ALIGN = 8,
	CHUNK_FIRST = 16 * 1024,
	CHUNK_MAX = 2 * 1024 * 1024,
	KEEP_BYTES = 16 * 1024 * 1024,
	GROW_FIRST = 8, /* items of a new array */
#ifdef PIFU_ARENA_MALLOC
	LARGE_FROM = 0,
#else
	LARGE_FROM = 1024 * 1024, /* the arrays of a usual block are kept from block to block */
#endif
};

struct chunk {
	struct chunk *next;
	size_t size; /* bytes behind the head, a multiple of ALIGN */
};

struct large {
	struct large *prev, *next;
	size_t size;
	const struct large *self; /* tells the head of a large object from any other bytes */
};

struct arena {
	char *at, *end; /* what is free of the current chunk */
	struct chunk *current, *chunks;
	struct chunk *last;
	struct large *large;
	size_t used;
	size_t next_size; /* of the next new chunk */
	const pifu_allocator *allocator;
};

/* ---- Plain memory -------------------------------------------------------- */

void *pifu_mem_alloc(const pifu_allocator *allocator, size_t size)
{
	size_t wanted = size ? size : 1;

	return allocator ? allocator->alloc(allocator->ctx, wanted) : malloc(wanted);
}

void *pifu_mem_realloc(const pifu_allocator *allocator, void *p, size_t size)
{
	size_t wanted = size ? size : 1;

	return allocator ? allocator->realloc(allocator->ctx, p, wanted) : realloc(p, wanted);
}

void pifu_mem_free(const pifu_allocator *allocator, void *p)
{
	if (!p)
		return;
	if (allocator)
		allocator->free(allocator->ctx, p);
	else
		free(p);
}

/* ---- Large objects ------------------------------------------------------- */

static void link_large(struct arena *a, struct large *l)
{
	l->prev = NULL;
	l->next = a->large;
	l->self = l;
	if (a->large)
		a->large->prev = l;
	a->large = l;
}

static void unlink_large(struct arena *a, struct large *l)
{
	if (l->prev)
		l->prev->next = l->next;
	else
		a->large = l->next;
	if (l->next)
		l->next->prev = l->prev;
}

static void *alloc_large(struct arena *a, size_t size)
{
	if (size > SIZE_MAX - sizeof(struct large))
		return NULL;
	struct large *l = pifu_mem_alloc(a->allocator, sizeof *l + size);
	if (!l)
		return NULL;
	l->size = size;
	link_large(a, l);
	a->used += size;
#ifdef PIFU_ARENA_MALLOC
	memset(l + 1, 0xA5, size); /* who reads before writing shall notice */
#endif
	return l + 1;
}

/* The head of `object` if it is a large one of `size` bytes or more. Reading in
 * front of it is safe: every object lies behind a head or another object. */
static struct large *find_large(void *object, size_t size)
{
	if (!object || size <= LARGE_FROM)
		return NULL;
	struct large *l = (struct large *)object - 1;
	return l->self == l && l->size >= size ? l : NULL;
}

static void *grow_large(struct arena *a, struct large *l, size_t size)
{
	if (size > SIZE_MAX - sizeof *l)
		return NULL;
	size_t before = l->size;
	unlink_large(a, l);
	struct large *moved = pifu_mem_realloc(a->allocator, l, sizeof *l + size);
	if (!moved) {
		link_large(a, l);
		return NULL;
	}
	moved->size = size;
	link_large(a, moved);
	a->used += size - before;
	return moved + 1;
}

void pifu_arena_release(struct arena *a, void *object, size_t size)
{
	struct large *l = find_large(object, size);
	if (!l)
		return;
	unlink_large(a, l);
	a->used -= l->size;
	l->self = NULL;
	pifu_mem_free(a->allocator, l);
}

static void free_large(struct arena *a)
{
	while (a->large) {
		struct large *l = a->large;
		a->large = l->next;
		l->self = NULL;
		pifu_mem_free(a->allocator, l);
	}
}

/* ---- Chunks -------------------------------------------------------------- */

static void enter_chunk(struct arena *a, struct chunk *c)
{
	a->current = c;
	a->at = c ? (char *)(c + 1) : NULL;
	a->end = c ? a->at + c->size : NULL;
}

static struct chunk *add_chunk(struct arena *a, size_t size)
{
	size_t bytes = a->next_size;

	while (bytes - sizeof(struct chunk) < size)
		bytes *= 2; /* size <= LARGE_FROM: ends soon */
	struct chunk *c = pifu_mem_alloc(a->allocator, bytes);
	if (!c)
		return NULL;
	c->next = NULL;
	c->size = bytes - sizeof *c;
	if (a->last)
		a->last->next = c;
	else
		a->chunks = c;
	a->last = c;
	a->next_size = bytes < CHUNK_MAX ? bytes * 2 : CHUNK_MAX;
	return c;
}

/* Kept out of the way of nearly all allocations, which then save no registers. */
static __attribute__((noinline)) void *alloc_slowly(struct arena *a, size_t size)
{
	size_t wanted = size ? size : 1;

	if (wanted > LARGE_FROM)
		return alloc_large(a, wanted);
	wanted = (wanted + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if ((size_t)(a->end - a->at) < wanted) {
		struct chunk *c = a->current ? a->current->next : a->chunks;
		while (c && c->size < wanted)
			c = c->next;
		if (!c)
			c = add_chunk(a, wanted);
		if (!c)
			return NULL;
		enter_chunk(a, c);
	}
	void *p = a->at;
	a->at += wanted;
	a->used += wanted;
	return p;
}

static void free_chunks(struct arena *a, struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;
		pifu_mem_free(a->allocator, c);
		c = next;
	}
}

/* Keep the first chunks up to KEEP_BYTES, free those behind them. */
static void trim_chunks(struct arena *a)
{
	size_t kept = 0;
	struct chunk *last = NULL;

	for (struct chunk *c = a->chunks; c && kept + c->size <= KEEP_BYTES; c = c->next) {
		kept += c->size;
		last = c;
	}
	if (!last)
		return;
	free_chunks(a, last->next);
	last->next = NULL;
	a->last = last;
}

/* ---- The arena ----------------------------------------------------------- */

struct arena *pifu_arena_new(const pifu_allocator *allocator)
{
	struct arena *a = pifu_mem_alloc(allocator, sizeof *a);

	if (!a)
		return NULL;
	memset(a, 0, sizeof *a);
	a->next_size = CHUNK_FIRST;
	a->allocator = allocator;
	return a;
}

void *pifu_arena_alloc(struct arena *a, size_t size)
{
	/* Both ends are aligned: what fits unrounded fits rounded. Size 0 wraps
	 * around and goes the slow way. */
	if (size - 1 >= (size_t)(a->end - a->at))
		return alloc_slowly(a, size);
	void *p = a->at;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	a->at += size;
	a->used += size;
	return p;
}

void *pifu_arena_zalloc(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	void *p = pifu_arena_alloc(a, bytes);
	if (p)
		memset(p, 0, bytes);
	return p;
}

struct str pifu_arena_str(struct arena *a, struct str s)
{
	char *copy = pifu_arena_alloc(a, (size_t)s.n + 1);

	if (!copy)
		return STR_NONE;
	if (s.n)
		memcpy(copy, s.s, s.n);
	copy[s.n] = '\0';
	return (struct str){copy, s.n};
}

/* Make the last object cut from the chunk longer where it stands. */
static bool extend_last(struct arena *a, char *object, size_t before, size_t after)
{
	size_t held = (before + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	size_t wanted = (after + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (!object || !held || object + held != a->at || after > LARGE_FROM)
		return false;
	if (wanted - held > (size_t)(a->end - a->at))
		return false;
	a->at += wanted - held;
	a->used += wanted - held;
	return true;
}

void *pifu_arena_grow_slow(struct arena *a, void *items, size_t count, size_t *cap, size_t need,
                           size_t size)
{
	size_t wanted = *cap ? *cap : GROW_FIRST;
	size_t bytes, before = *cap * size;

	while (wanted < need)
		wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		return NULL;
	struct large *l = find_large(items, before);
	void *moved = items;
	if (l) {
		moved = grow_large(a, l, bytes);
	} else if (!extend_last(a, items, before, bytes)) {
		moved = pifu_arena_alloc(a, bytes);
		if (moved && items && count)
			memcpy(moved, items, count * size);
	}
	if (moved)
		*cap = wanted;
	return moved;
}

void pifu_arena_reset(struct arena *a)
{
	free_large(a);
	trim_chunks(a);
	a->used = 0;
	enter_chunk(a, a->chunks);
}

size_t pifu_arena_used(const struct arena *a)
{
	return a->used;
}

void pifu_arena_free(struct arena *a)
{
	if (!a)
		return;
	free_large(a);
	free_chunks(a, a->chunks);
	pifu_mem_free(a->allocator, a);
}
