/* The arena: alignment, growth, reset, large objects, and memory that runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"

/* Counts what is held, and fails when `left` calls have been granted. */
struct counter {
	size_t held, bytes, left;
};

static void *count_alloc(void *ctx, size_t size)
{
	struct counter *c = ctx;
	if (c->left == 0)
		return NULL;
	c->left--;
	size_t *p = malloc(sizeof(size_t) * 2 + size);
	assert_non_null(p);
	p[0] = size;
	c->held++;
	c->bytes += size;
	return p + 2;
}

static void count_free(void *ctx, void *block)
{
	struct counter *c = ctx;
	if (!block)
		return;
	size_t *p = (size_t *)block - 2;
	c->held--;
	c->bytes -= p[0];
	free(p);
}

static void *count_realloc(void *ctx, void *block, size_t size)
{
	void *moved = count_alloc(ctx, size);
	if (moved && block) {
		size_t before = ((size_t *)block - 2)[0];
		memcpy(moved, block, before < size ? before : size);
		count_free(ctx, block);
	}
	return moved;
}

#define COUNTING(c)                                                                            \
	{                                                                                      \
		.alloc = count_alloc, .realloc = count_realloc, .free = count_free, .ctx = (c) \
	}

static void objects_are_aligned_and_apart(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);
	unsigned char *objects[2000];

	for (size_t i = 0; i < 2000; i++) {
		objects[i] = pifu_arena_alloc(a, i % 97);
		assert_non_null(objects[i]);
		assert_int_equal((uintptr_t)objects[i] % 8, 0);
		memset(objects[i], (int)(i & 0xFF), i % 97);
	}
	for (size_t i = 0; i < 2000; i++) {
		for (size_t k = 0; k < i % 97; k++)
			assert_int_equal(objects[i][k], i & 0xFF);
	}
	pifu_arena_free(a);
}

static void zalloc_clears_and_refuses_overflow(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);

	memset(pifu_arena_alloc(a, 4096), 0xFF, 4096);
	pifu_arena_reset(a);
	const unsigned char *p = pifu_arena_zalloc(a, 64, 64);
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(p[i], 0);
	assert_null(pifu_arena_zalloc(a, SIZE_MAX / 2, 3));
	assert_null(pifu_arena_alloc(a, SIZE_MAX));
	assert_null(pifu_arena_alloc(a, SIZE_MAX - 7));
	pifu_arena_free(a);
}

static void copies_end_with_nul(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);
	struct str copy = pifu_arena_str(a, (struct str){"数量指标xx", 12});

	assert_string_equal(copy.s, "数量指标");
	assert_int_equal(copy.n, 12);
	struct str empty = pifu_arena_str(a, STR_NONE);
	assert_non_null(empty.s);
	assert_string_equal(empty.s, "");
	pifu_arena_free(a);
}

static void arrays_grow_and_keep_their_items(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);
	uint32_t *items = NULL, *others = NULL;
	size_t cap = 0, others_cap = 0;

	/* Two arrays in turn, so that neither is always the last object; far
	 * enough to become large objects. */
	for (uint32_t i = 0; i < 100000; i++) {
		items = pifu_arena_grow(a, items, i, &cap, i + 1, sizeof *items);
		others = pifu_arena_grow(a, others, i, &others_cap, i + 1, sizeof *others);
		assert_true(cap > i && others_cap > i);
		items[i] = i;
		others[i] = ~i;
	}
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(items[i], i);
		assert_int_equal(others[i], ~i);
	}
	assert_null(pifu_arena_grow(a, items, 100000, &cap, SIZE_MAX / 2, sizeof *items));
	assert_int_equal(items[99999], 99999);
	pifu_arena_free(a);
}

static void used_counts_from_the_reset(void **state)
{
	(void)state;
	struct arena *a = pifu_arena_new(NULL);

	assert_int_equal(pifu_arena_used(a), 0);
	pifu_arena_alloc(a, 1000);
	pifu_arena_alloc(a, 1000000);
	assert_true(pifu_arena_used(a) >= 1001000);
	assert_true(pifu_arena_used(a) < 1002000);
	pifu_arena_reset(a);
	assert_int_equal(pifu_arena_used(a), 0);
	pifu_arena_free(a);
}

static void reset_gives_huge_memory_back(void **state)
{
	(void)state;
	struct counter c = {.left = SIZE_MAX};
	pifu_allocator counting = COUNTING(&c);
	struct arena *a = pifu_arena_new(&counting);

	for (int i = 0; i < 100000; i++)
		assert_non_null(pifu_arena_alloc(a, 1000));
	assert_true(c.bytes >= 100000000);
	pifu_arena_reset(a);
	assert_true(c.bytes <= 20000000);
	pifu_arena_free(a);
	assert_int_equal(c.held, 0);
}

static void released_memory_goes_back(void **state)
{
	(void)state;
	struct counter c = {.left = SIZE_MAX};
	pifu_allocator counting = COUNTING(&c);
	struct arena *a = pifu_arena_new(&counting);
	char *small = pifu_arena_alloc(a, 100), *before = pifu_arena_alloc(a, 3000000);
	char *large = pifu_arena_alloc(a, 5000000), *behind = pifu_arena_alloc(a, 2000000);

	memset(before, 1, 3000000);
	memset(behind, 2, 2000000);
	pifu_arena_release(a, large, 5000000);
	assert_true(c.bytes >= 5000000 && c.bytes < 6000000);
	assert_true(pifu_arena_used(a) >= 5000000 && pifu_arena_used(a) < 5001000);
	pifu_arena_release(a, small, 100); /* may be in a chunk: then it stays */
	pifu_arena_release(a, NULL, 0);
	assert_int_equal(before[2999999], 1);
	assert_int_equal(behind[1999999], 2);
	pifu_arena_free(a);
	assert_int_equal(c.held, 0);
}

#ifndef PIFU_ARENA_MALLOC
static void reset_reuses_what_it_keeps(void **state)
{
	(void)state;
	struct counter c = {.left = SIZE_MAX};
	pifu_allocator counting = COUNTING(&c);
	struct arena *a = pifu_arena_new(&counting);
	size_t held = 0;

	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 10000; i++)
			assert_non_null(pifu_arena_alloc(a, (size_t)(i % 500)));
		if (round == 0)
			held = c.held;
		assert_int_equal(c.held, held);
		pifu_arena_reset(a);
	}
	assert_true(held < 10);
	pifu_arena_free(a);
}
#endif

static void every_refusal_is_survived(void **state)
{
	(void)state;
	for (size_t granted = 0; granted < 40; granted++) {
		struct counter c = {.left = granted};
		pifu_allocator counting = COUNTING(&c);
		struct arena *a = pifu_arena_new(&counting);
		char *items = NULL;
		size_t cap = 0;

		for (size_t i = 0; a && i < 30; i++) {
			char *grown = pifu_arena_grow(a, items, cap, &cap, cap + 1, 100);
			if (grown)
				items = grown;
			char *p = pifu_arena_alloc(a, 20000 * i);
			if (p && i)
				p[20000 * i - 1] = 1;
		}
		pifu_arena_free(a);
		assert_int_equal(c.held, 0);
	}
}

static void nothing_is_freed_of_nothing(void **state)
{
	(void)state;
	pifu_arena_free(NULL);
	pifu_mem_free(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_aligned_and_apart),
		cmocka_unit_test(zalloc_clears_and_refuses_overflow),
		cmocka_unit_test(copies_end_with_nul),
		cmocka_unit_test(arrays_grow_and_keep_their_items),
		cmocka_unit_test(used_counts_from_the_reset),
		cmocka_unit_test(reset_gives_huge_memory_back),
		cmocka_unit_test(released_memory_goes_back),
#ifndef PIFU_ARENA_MALLOC
		cmocka_unit_test(reset_reuses_what_it_keeps),
#endif
		cmocka_unit_test(every_refusal_is_survived),
		cmocka_unit_test(nothing_is_freed_of_nothing),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
