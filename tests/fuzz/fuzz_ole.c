/* Any bytes as an OLE container. What does not begin as one gets a header put before it, so
 * that what is fuzzed is the sectors:
 *
 *     header | sector 0: FAT | sector 1: directory | …
 *
 * What must hold, else abort(): the kind is one of the list, and the same twice. */
#include <stdlib.h>
#include <string.h>

#include "read/ole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADER = 512 };

static void put32(unsigned char *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(n >> 8 * i);
}

/* A header of sectors of 512 bytes: one FAT sector, the directory after it. */
static void make_header(unsigned char *header)
{
	static const unsigned char magic[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};

	memset(header, 0, HEADER);
	memcpy(header, magic, sizeof magic);
	header[26] = 3;
	header[30] = 9;
	put32(header + 44, 1);
	put32(header + 48, 1);
	put32(header + 68, 0xFFFFFFFE);
	memset(header + 76, 0xFF, HEADER - 76);
	put32(header + 76, 0);
}

static void check(const unsigned char *bytes, size_t size)
{
	struct input in = {"fuzz", bytes, size};
	enum ole_kind kind;

	if (!pifu_ole_is(&in))
		return;
	kind = pifu_ole_kind(&in);
	if (kind > OLE_SHEET_ENCRYPTED || kind != pifu_ole_kind(&in))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {"fuzz", data, size};
	unsigned char *made;

	if (pifu_ole_is(&in)) {
		check(data, size);
		return 0;
	}
	made = malloc(HEADER + size);
	if (!made)
		return 0;
	make_header(made);
	if (size)
		memcpy(made + HEADER, data, size);
	check(made, HEADER + size);
	free(made);
	return 0;
}
