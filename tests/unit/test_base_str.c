/* Slices, UTF-8, hashes and the growing buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"
#include "pifu.h"

static void slices_compare(void **state)
{
	(void)state;
	struct str label = STR("数量指标");

	assert_true(pifu_str_eq(pifu_str_of("数量指标"), label));
	assert_true(pifu_str_eq(STR_NONE, STR("")));
	assert_false(pifu_str_eq(label, STR("质量指标")));
	assert_true(pifu_str_starts(label, STR("数量")));
	assert_false(pifu_str_starts(STR("数"), label));
	assert_true(pifu_str_ends(label, STR("指标")));
	assert_false(pifu_str_ends(label, STR("目标")));
	assert_true(pifu_str_starts(STR_NONE, STR_NONE));
	assert_true(pifu_str_ends(label, STR_NONE));
	assert_null(pifu_str_of(NULL).s);
}

static void needles_are_found(void **state)
{
	(void)state;
	struct str text = STR("产出指标|数量指标|质量指标");

	assert_int_equal(pifu_str_find(text, STR("|")), 12);
	assert_int_equal(pifu_str_find(text, STR("质量指标")), 26);
	assert_int_equal(pifu_str_find(text, STR("成本")), -1);
	assert_int_equal(pifu_str_find(text, STR_NONE), 0);
	assert_int_equal(pifu_str_find(STR_NONE, STR("x")), -1);
}

static void trimming_takes_every_blank(void **state)
{
	(void)state;
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{" \t\r\n x \v\f", "x"},
		{"\xC2\xA0\xE3\x80\x80"
	         "维修 面积\xE3\x80\x80 \xC2\xA0",
	         "维修 面积"},
		{"\xE3\x80\x80", ""},
		{"", ""},
		{"\xA0", "\xA0"},                 /* the second half alone is no blank */
		{"\xE3\x80\x81", "\xE3\x80\x81"}, /* 、 */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str trimmed = pifu_str_trim(pifu_str_of(cases[i].text));
		assert_true(pifu_str_eq(trimmed, pifu_str_of(cases[i].trimmed)));
	}
}

static void every_character_survives_a_round(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char bytes[4];
		uint32_t at = 0;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		unsigned n = pifu_utf8_put(bytes, c);
		if (pifu_utf8_next((struct str){bytes, n}, &at) != c || at != n)
			fail_msg("U+%04X", (unsigned)c);
	}
}

static void what_is_no_character_is_replaced(void **state)
{
	(void)state;
	char bytes[4];

	assert_int_equal(pifu_utf8_put(bytes, 0xD800), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
	assert_int_equal(pifu_utf8_put(bytes, 0x110000), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

static void stray_bytes_pass_one_by_one(void **state)
{
	(void)state;
	static const char *const broken[] = {
		"\x80",             /* a continuation alone */
		"\xE6\x95",         /* cut off */
		"\xE6x",            /* interrupted */
		"\xC0\xAF",         /* overlong */
		"\xE0\x80\xAF",     /* overlong */
		"\xED\xA0\x80",     /* a surrogate */
		"\xF4\x90\x80\x80", /* beyond U+10FFFF */
		"\xFF",
	};

	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		size_t length = strlen(broken[i]);
		char *exact = malloc(length); /* so that reading too far is seen */
		uint32_t at = 0;

		assert_non_null(exact);
		memcpy(exact, broken[i], length);
		struct str text = {exact, (uint32_t)length};
		assert_int_equal(pifu_utf8_next(text, &at), 0xFFFD);
		assert_int_equal(at, 1);
		free(exact);
	}
	assert_int_equal(pifu_utf8_count(STR("职能1：安保")), 6);
}

static void hashes_are_stable_and_spread(void **state)
{
	(void)state;
	static uint8_t seen[1 << 16];
	size_t filled = 0;

	/* Pinned: record ids of earlier versions depend on it. */
	assert_true(pifu_str_hash(STR_NONE) == 0x5F9156E13CB849DD);
	assert_true(pifu_str_hash(STR("数量指标")) == 0x7E479EADA82BAEA2);
	assert_true(pifu_str_hash(STR("a")) != pifu_str_hash(STR("a\0")));
	for (unsigned i = 0; i < 1 << 16; i++) {
		char text[32];
		int n = snprintf(text, sizeof text, "指标%u", i);
		uint64_t h = pifu_str_hash((struct str){text, (uint32_t)n}) & 0xFFFF;
		filled += !seen[h];
		seen[h] = 1;
	}
	/* A random function fills 63 % of the slots. */
	assert_true(filled > (1 << 16) * 61 / 100);
}

static void buffers_grow(void **state)
{
	(void)state;
	struct buf b = {0};

	pifu_buf_char(&b, '[');
	pifu_buf_uint(&b, 0);
	pifu_buf_uint(&b, UINT64_MAX);
	pifu_buf_str(&b, STR("批复"));
	pifu_buf_str(&b, STR_NONE);
	pifu_buf_fmt(&b, "%s-%d", "x", 42);
	assert_true(pifu_str_eq(pifu_buf_view(&b), STR("[018446744073709551615批复x-42")));
	pifu_buf_clear(&b);
	for (unsigned i = 0; i < 1000; i++)
		pifu_buf_fmt(&b, "%0200u", i);
	assert_int_equal(b.n, 200000);
	assert_memory_equal(b.s + b.n - 4, "0999", 4);
	assert_false(b.failed);
	pifu_buf_free(&b);
	assert_null(b.s);
}

static void *refuse_realloc(void *ctx, void *block, size_t size)
{
	(void)ctx;
	return size > 4096 ? NULL : realloc(block, size);
}

static void *plain_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void plain_free(void *ctx, void *block)
{
	(void)ctx;
	free(block);
}

static void a_failed_buffer_keeps_what_it_has(void **state)
{
	(void)state;
	pifu_allocator small = {plain_alloc, refuse_realloc, plain_free, NULL};
	struct buf b = {.allocator = &small};

	for (int i = 0; i < 1000; i++)
		pifu_buf_put(&b, "0123456789", 10);
	assert_true(b.failed);
	size_t n = b.n;
	assert_true(n > 0 && n <= 4096);
	pifu_buf_char(&b, 'x');
	pifu_buf_fmt(&b, "%d", 1);
	assert_int_equal(b.n, n);
	pifu_buf_free(&b);
	assert_false(b.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_compare),
		cmocka_unit_test(needles_are_found),
		cmocka_unit_test(trimming_takes_every_blank),
		cmocka_unit_test(every_character_survives_a_round),
		cmocka_unit_test(what_is_no_character_is_replaced),
		cmocka_unit_test(stray_bytes_pass_one_by_one),
		cmocka_unit_test(hashes_are_stable_and_spread),
		cmocka_unit_test(buffers_grow),
		cmocka_unit_test(a_failed_buffer_keeps_what_it_has),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
