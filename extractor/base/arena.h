/* One arena a document: everything a document owns is freed with it.
 *
 * In a debug build (PIFU_ARENA_MALLOC) each object is a malloc of its own, so
 * that sanitizers see every overrun and every use after a reset. */
#ifndef PIFU_BASE_ARENA_H
#define PIFU_BASE_ARENA_H

#include "base/str.h"
#include "pifu.h"

struct arena;

/** A new arena drawing on `allocator` (NULL: the C library's); NULL when out of memory. */
struct arena *pifu_arena_new(const pifu_allocator *allocator);
/** `size` bytes, aligned to 8, not cleared; NULL when out of memory. size 0 gives a valid pointer. */
void *pifu_arena_alloc(struct arena *a, size_t size);
/** The same, cleared, for `count` objects of `size` bytes; NULL also when the product overflows. */
void *pifu_arena_zalloc(struct arena *a, size_t count, size_t size);
/** A NUL-terminated copy of `s` in the arena; `.s == NULL` when out of memory (a copy of an empty string has .s != NULL). */
struct str pifu_arena_str(struct arena *a, struct str s);
/** `object` of `size` bytes or more is done with: if it is a large one its memory goes back at once. */
void pifu_arena_release(struct arena *a, void *object, size_t size);
/** Forget all objects; the memory is kept for reuse. */
void pifu_arena_reset(struct arena *a);
/** Bytes handed out since the last reset. */
size_t pifu_arena_used(const struct arena *a);
void pifu_arena_free(struct arena *a);

#define ARENA_NEW(a, type) ((type *)pifu_arena_zalloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)pifu_arena_zalloc((a), (n), sizeof(type)))

/** Grow an arena-held array by doubling: make room for `need` items of `size` bytes.
 *  Returns the (possibly moved) array, or NULL when out of memory. */
void *pifu_arena_grow_slow(struct arena *a, void *items, size_t count, size_t *cap, size_t need,
                           size_t size);

static inline void *pifu_arena_grow(struct arena *a, void *items, size_t count, size_t *cap,
                                    size_t need, size_t size)
{
	return need <= *cap && items ? items
	                             : pifu_arena_grow_slow(a, items, count, cap, need, size);
}

/** Plain memory from an allocator (NULL: the C library's). */
void *pifu_mem_alloc(const pifu_allocator *allocator, size_t size);
void *pifu_mem_realloc(const pifu_allocator *allocator, void *p, size_t size);
void pifu_mem_free(const pifu_allocator *allocator, void *p);

#endif
