/* OLE containers: what is inside, by the outermost streams; and no container, however
 * damaged, is read outside its bytes or for long. Containers are made here: a FAT
 * sector, a directory of some sectors, one sector for each stream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "read/ole.h"

enum { SECTOR = 512, DIRECTORY = 1, STREAMS = 9, SIZE = SECTOR * 32, NONE = -1 };

static void put16(unsigned char *p, unsigned v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
}

static void put32(unsigned char *p, uint32_t v)
{
	put16(p, v & 0xFFFF);
	put16(p + 2, v >> 16);
}

static unsigned char *sector_at(unsigned char *file, unsigned number)
{
	return file + (number + 1) * SECTOR;
}

static unsigned char *entry_at(unsigned char *file, unsigned index)
{
	return sector_at(file, DIRECTORY + index / 4) + index % 4 * 128;
}

struct item {
	const char *name;
	unsigned type; /* 1 storage, 2 stream, 5 root */
	int right, child;
};

static void put_entry(unsigned char *file, unsigned index, const struct item *e)
{
	unsigned char *p = entry_at(file, index);
	size_t n = strlen(e->name);

	for (size_t i = 0; i < n; i++)
		put16(p + 2 * i, (unsigned char)e->name[i]);
	put16(p + 64, (unsigned)(2 * (n + 1)));
	p[66] = (unsigned char)e->type;
	put32(p + 68, UINT32_MAX);
	put32(p + 72, (uint32_t)e->right);
	put32(p + 76, (uint32_t)e->child);
	put32(p + 116, STREAMS + index);
}

/* Entry 0 is the root. */
static unsigned char *make_container(const struct item *items, unsigned n)
{
	unsigned char *file = calloc(1, SIZE);
	unsigned char *fat = sector_at(file, 0);

	assert_non_null(file);
	memcpy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
	put16(file + 30, 9);
	put32(file + 44, 1);
	put32(file + 48, DIRECTORY);
	put32(file + 68, UINT32_MAX);
	memset(file + 76, 0xFF, 436);
	put32(file + 76, 0);
	memset(fat, 0xFF, SECTOR);
	for (unsigned i = DIRECTORY; i < STREAMS; i++)
		put32(fat + (size_t)4 * i, i + 1 < STREAMS ? i + 1 : 0xFFFFFFFE);
	for (unsigned i = 0; i < n; i++)
		put_entry(file, i, &items[i]);
	return file;
}

static enum ole_kind kind_of(const unsigned char *bytes, size_t size)
{
	struct input in = {"memory", bytes, size};

	return pifu_ole_kind(&in);
}

static void expect_kind(const struct item *items, unsigned n, enum ole_kind kind)
{
	unsigned char *file = make_container(items, n);

	assert_int_equal(kind_of(file, SIZE), kind);
	free(file);
}
#define EXPECT(items, kind) expect_kind(items, sizeof(items) / sizeof(items)[0], kind)

static void test_kinds(void **state)
{
	static const struct {
		const char *name;
		enum ole_kind kind;
	} cases[] = {
		{"WordDocument", OLE_WORD},
		{"WORDDOCUMENT", OLE_WORD},
		{"Workbook", OLE_SHEET},
		{"Book", OLE_SHEET},
		{"MN0", OLE_WORKS},
		{"CONTENTS", OLE_WORKS},
		{"EncryptedPackage", OLE_ENCRYPTED_PACKAGE},
		{"PowerPoint Document", OLE_OTHER},
		{"WordDocuments", OLE_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct item items[] = {{"Root Entry", 5, NONE, 1},
		                             {"Other", 2, 2, NONE},
		                             {cases[i].name, 2, NONE, NONE}};
		EXPECT(items, cases[i].kind);
	}
}

static void test_what_lies_deeper(void **state)
{
	static const struct item embedded[] = {{"Root Entry", 5, NONE, 1},
	                                       {"ObjectPool", 1, 2, 3},
	                                       {"WordDocument", 2, NONE, NONE},
	                                       {"_1", 1, NONE, 4},
	                                       {"Workbook", 2, NONE, NONE}};
	static const struct item only_deeper[] = {{"Root Entry", 5, NONE, 1},
	                                          {"ObjectPool", 1, NONE, 2},
	                                          {"Workbook", 2, NONE, NONE}};
	static const struct item both[] = {{"Root Entry", 5, NONE, 1},
	                                   {"Workbook", 2, 2, NONE},
	                                   {"WordDocument", 2, NONE, NONE}};
	static const struct item storage[] = {{"Root Entry", 5, NONE, 1},
	                                      {"WordDocument", 1, NONE, NONE}};

	(void)state;
	EXPECT(embedded, OLE_WORD);
	EXPECT(only_deeper, OLE_OTHER);
	EXPECT(both, OLE_WORD); /* whatever stands first */
	EXPECT(storage, OLE_OTHER);
}

static void test_directory_of_many_sectors(void **state)
{
	struct item items[30] = {{"Root Entry", 5, NONE, 1}};

	(void)state;
	for (int i = 1; i < 30; i++)
		items[i] = (struct item){i == 29 ? "Workbook" : "Other", 2, i < 29 ? i + 1 : NONE,
		                         NONE};
	EXPECT(items, OLE_SHEET);
}

static void test_passwords(void **state)
{
	static const struct item word[] = {{"Root Entry", 5, NONE, 1},
	                                   {"WordDocument", 2, NONE, NONE}};
	static const struct item sheet[] = {{"Root Entry", 5, NONE, 1},
	                                    {"Workbook", 2, NONE, NONE}};
	unsigned char *file = make_container(word, 2), *p = sector_at(file, STREAMS + 1);

	(void)state;
	put16(p, 0xA5EC);
	assert_int_equal(kind_of(file, SIZE), OLE_WORD);
	put16(p + 10, 0x0100);
	assert_int_equal(kind_of(file, SIZE), OLE_WORD_ENCRYPTED);
	free(file);
	file = make_container(sheet, 2);
	p = sector_at(file, STREAMS + 1);
	put16(p, 0x809);
	put16(p + 2, 16);
	put16(p + 20, 0x2F);
	assert_int_equal(kind_of(file, SIZE), OLE_SHEET_ENCRYPTED);
	free(file);
}

/* Rings in the tree and in the chain end; offsets beyond the file are nothing. */
static void test_damage(void **state)
{
	static const struct item ring[] = {{"Root Entry", 5, NONE, 1},
	                                   {"Other", 2, 2, NONE},
	                                   {"Another", 2, 1, NONE}};
	static const struct item word[] = {{"Root Entry", 5, NONE, 1},
	                                   {"Other", 2, 2, NONE},
	                                   {"WordDocument", 2, NONE, NONE}};
	unsigned char *file = make_container(word, 3);
	unsigned seed = 1;

	(void)state;
	EXPECT(ring, OLE_OTHER);
	put32(sector_at(file, 0) + 4 * DIRECTORY, DIRECTORY);
	put32(entry_at(file, 1) + 72, 4000000);
	assert_int_equal(kind_of(file, SIZE), OLE_OTHER);
	free(file);
	for (size_t size = 0; size < SIZE; size += 37) { /* cut off: a copy for the sanitizer */
		file = make_container(word, 3);
		unsigned char *cut = malloc(size + 1);
		assert_non_null(cut);
		memcpy(cut, file, size);
		kind_of(cut, size);
		free(cut);
		free(file);
	}
	for (int round = 0; round < 3000; round++) {
		file = make_container(word, 3);
		for (int k = 0; k < 4; k++) {
			seed = seed * 1103515245u + 12345u;
			unsigned at = (seed >> 8) % (5 * SECTOR);
			put16(file + at, (seed >> 3) % 3 ? seed >> 16 : 0xFFFF);
		}
		kind_of(file, 6 * SECTOR);
		free(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_what_lies_deeper),
		cmocka_unit_test(test_directory_of_many_sectors),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
