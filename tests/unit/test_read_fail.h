/* For tests of readers: every allocation fails once. */
#ifndef PIFU_TEST_READ_FAIL_H
#define PIFU_TEST_READ_FAIL_H

#include "test_read_grid.h"

struct failing {
	size_t calls, fail_at, live;
};

static inline bool refuses(struct failing *f)
{
	return ++f->calls == f->fail_at;
}

static inline void *failing_alloc(void *ctx, size_t size)
{
	struct failing *f = ctx;
	void *p = refuses(f) ? NULL : malloc(size);
	f->live += p != NULL;
	return p;
}

static inline void *failing_realloc(void *ctx, void *p, size_t size)
{
	struct failing *f = ctx;
	if (!p)
		return failing_alloc(ctx, size);
	return refuses(f) ? NULL : realloc(p, size);
}

static inline void failing_free(void *ctx, void *p)
{
	struct failing *f = ctx;
	f->live -= p != NULL;
	free(p);
}

/* Read the bytes again and again, each time with another allocation failing. */
static inline void fail_each(const struct format *format, const char *bytes, size_t n,
                             const char *file)
{
	struct failing f = {0};
	pifu_allocator allocator = {failing_alloc, failing_realloc, failing_free, &f};
	pifu_options options = {.allocator = &allocator};
	bool failed = true;

	for (size_t at = 1; failed; at++) {
		f = (struct failing){.fail_at = at};
		struct shown s = show_grid(format, show_input(bytes, n),
		                           (struct show_how){.options = &options, .want = 300});
		failed = f.calls >= at;
		if (s.status != PIFU_OK && s.status != PIFU_ERR_NOMEM)
			fail_msg("%s, allocation %zu: %s", file, at, s.err.message);
		assert_true(failed || s.status == PIFU_OK);
		assert_int_equal(f.live, 0);
		pifu_buf_free(&s.text);
	}
}

#endif
