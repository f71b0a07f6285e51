/* Archives by their first bytes; zips also by the names in their directory:
 *
 *     entry  entry  …  directory  end record
 *                      ^ [Content_Types].xml, mimetype or OFD.xml: an office package
 *
 * Of a zip whose end is cut off only the first entry's name is known. */
#include "peek.h"

#include <stdint.h>
#include <string.h>

struct bytes {
	const unsigned char *s;
	size_t n;
};

static bool has_magic(struct bytes b)
{
	static const struct {
		size_t at;
		const char *magic;
		size_t n;
	} magics[] = {
		{0, "7z\xBC\xAF\x27\x1C", 6},
		{0, "Rar!\x1A\x07", 6},
		{0, "MSCF\0\0\0\0", 8},
		{0, "\x1F\x8B\x08", 3},
		{0, "\x1F\x9D", 2},
		{4, "1AY&SY", 6}, /* bzip2 */
		{0, "\xFD\x37zXZ\0", 6},
		{0, "\x28\xB5\x2F\xFD", 4},
		{0, "\x04\x22\x4D\x18", 4},
		{0, "LZIP\x01", 5},
		{257, "ustar", 5},
	};

	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (b.n >= magics[i].at + magics[i].n &&
		    memcmp(b.s + magics[i].at, magics[i].magic, magics[i].n) == 0)
			return true;
	return false;
}

static uint32_t u16(const unsigned char *s)
{
	return (uint32_t)(s[0] | s[1] << 8);
}

static uint32_t u32(const unsigned char *s)
{
	return u16(s) | u16(s + 2) << 16;
}

/* ---- Zip --------------------------------------------------------------------------- */

enum { LOCAL = 30, CENTRAL = 46, END = 22, COMMENT = 65535 };

static bool is_name(struct bytes name, const char *known)
{
	return name.n == strlen(known) && memcmp(name.s, known, name.n) == 0;
}

static bool is_package_name(struct bytes name)
{
	return is_name(name, "[Content_Types].xml") || is_name(name, "mimetype") ||
	       is_name(name, "OFD.xml");
}

static bool begins(struct bytes name, const char *with)
{
	size_t n = strlen(with);

	return name.n >= n && memcmp(name.s, with, n) == 0;
}

/* The end record is searched backwards over the comment that may follow it. */
static const unsigned char *find_end(struct bytes b)
{
	size_t far = b.n > END + COMMENT ? b.n - END - COMMENT : 0;

	for (size_t at = b.n < END ? 0 : b.n - END + 1; at-- > far;)
		if (memcmp(b.s + at, "PK\5\6", 4) == 0)
			return b.s + at;
	return NULL;
}

static bool lists_package(struct bytes b, const unsigned char *end)
{
	uint32_t size = u32(end + 12);
	size_t before = (size_t)(end - b.s);

	/* the directory ends where the end record begins, also behind a prefix */
	if (size > before)
		return false;
	for (const unsigned char *at = end - size; end - at >= CENTRAL;) {
		struct bytes name = {at + CENTRAL, u16(at + 28)};
		size_t step = CENTRAL + name.n + u16(at + 30) + u16(at + 32);

		if (memcmp(at, "PK\1\2", 4) != 0 || step > (size_t)(end - at))
			return false;
		if (is_package_name(name))
			return true;
		at += step;
	}
	return false;
}

static bool starts_package(struct bytes b)
{
	if (b.n < LOCAL || memcmp(b.s, "PK\3\4", 4) != 0)
		return false;
	struct bytes name = {b.s + LOCAL, u16(b.s + 26)};
	if (name.n > b.n - LOCAL)
		return false;
	return is_package_name(name) || begins(name, "_rels/") || begins(name, "docProps/") ||
	       begins(name, "word/") || begins(name, "xl/");
}

static bool is_package(struct bytes head, struct bytes tail)
{
	const unsigned char *end = find_end(tail);

	if (end && u32(end + 12) != UINT32_MAX)
		return lists_package(tail, end);
	return starts_package(head);
}

bool batch_peek_archive(const struct peek *p)
{
	struct bytes head = {p->head, p->head_size}, tail = {p->tail, p->tail_size};

	if (head.n >= 4 && (memcmp(head.s, "PK\3\4", 4) == 0 || memcmp(head.s, "PK\5\6", 4) == 0))
		return !is_package(head, tail);
	return has_magic(head);
}
