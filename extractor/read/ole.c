/* OLE containers: sectors, their chains, the directory.
 *
 *     header | sector 0 | sector 1 | …      FAT: for each sector the next of its chain
 *       \-- first FAT sectors (DIFAT)       directory: entries of 128 bytes, a chain of
 *       \-- first directory sector          sectors; storages hold trees of entries
 *
 *     Root Entry --child--> "WordDocument" --left/right--> "1Table", "Data" …
 *                            what stands on top tells the kind; an Excel table inside
 *                            a Word document has its "Workbook" deeper down
 *
 * Every number is the file's own word and may be a lie: offsets are checked, chains
 * and the tree are followed for a bounded number of steps. */
#include "read/ole.h"

enum {
	ENTRY = 128,
	HEADER_FATS = 109, /* FAT sectors named in the header itself */
	CHAIN_MAX = 65536, /* sectors of the directory that are followed */
	TREE_MAX = 256,    /* entries on top that are looked at */
	NOTHING = 0xFFFFFFFF,
	STREAM = 2
};

struct ole {
	const struct input *in;
	unsigned shift; /* 2^shift bytes a sector */
};

struct entry {
	const unsigned char *bytes; /* NULL: there is none */
	uint32_t left, right, child, start;
};

static uint32_t u16(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const unsigned char *p)
{
	return u16(p) | u16(p + 2) << 16;
}

bool pifu_ole_is(const struct input *in)
{
	return in->size >= 8 && memcmp(in->data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

/* `n` bytes at `at` of a sector; NULL outside the file. */
static const unsigned char *sector(const struct ole *o, uint32_t number, uint32_t at, uint32_t n)
{
	uint64_t offset = (((uint64_t)number + 1) << o->shift) + at;

	return offset + n <= o->in->size ? o->in->data + offset : NULL;
}

/* The `index`-th sector of the FAT: named in the header, or in the chain of DIFAT sectors. */
static uint32_t fat_sector(const struct ole *o, uint32_t index)
{
	uint32_t each = (1u << o->shift) / 4 - 1, number = u32(o->in->data + 68);

	if (index < HEADER_FATS)
		return u32(o->in->data + 76 + (size_t)index * 4);
	index -= HEADER_FATS;
	for (uint32_t steps = 0; steps < CHAIN_MAX; steps++) {
		const unsigned char *p = sector(o, number, 0, (each + 1) * 4);

		if (!p)
			return NOTHING;
		if (index < each)
			return u32(p + (size_t)index * 4);
		index -= each;
		number = u32(p + (size_t)each * 4);
	}
	return NOTHING;
}

static uint32_t next_sector(const struct ole *o, uint32_t number)
{
	uint32_t each = (1u << o->shift) / 4;
	const unsigned char *p = sector(o, fat_sector(o, number / each), number % each * 4, 4);

	return p ? u32(p) : NOTHING;
}

static struct entry read_entry(const struct ole *o, uint32_t index)
{
	uint32_t each = (1u << o->shift) / ENTRY, number = u32(o->in->data + 48);
	const unsigned char *p;

	if (index / each > CHAIN_MAX)
		return (struct entry){0};
	for (uint32_t steps = index / each; steps && number < 0xFFFFFFF0; steps--)
		number = next_sector(o, number);
	p = sector(o, number, index % each * ENTRY, ENTRY);
	if (!p)
		return (struct entry){0};
	return (struct entry){p, u32(p + 68), u32(p + 72), u32(p + 76), u32(p + 116)};
}

static uint32_t lower(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Names are the same without regard to case. */
static bool has_name(const struct entry *e, const char *name)
{
	size_t n = strlen(name);

	if (e->bytes[66] != STREAM || u16(e->bytes + 64) != 2 * (n + 1))
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(u16(e->bytes + 2 * i)) != lower((unsigned char)name[i]))
			return false;
	return true;
}

/* ---- Passwords ------------------------------------------------------------- */

/* FibBase.fEncrypted */
static bool is_word_encrypted(const struct ole *o, const struct entry *e)
{
	const unsigned char *p = sector(o, e->start, 0, 12);

	return p && u16(p) == 0xA5EC && u16(p + 10) & 0x0100;
}

/* A FILEPASS record among the first of the stream. */
static bool is_sheet_encrypted(const struct ole *o, const struct entry *e)
{
	enum { FILEPASS = 0x2F };
	const unsigned char *p = sector(o, e->start, 0, 512);

	for (uint32_t at = 0; p && at + 4 <= 512; at += 4 + u16(p + at + 2))
		if (u16(p + at) == FILEPASS)
			return true;
	return false;
}

/* ---- The kind ---------------------------------------------------------------- */

/* Surest names first. */
static const struct {
	const char *name;
	enum ole_kind kind, encrypted;
	bool (*is_encrypted)(const struct ole *o, const struct entry *e);
} streams[] = {
	{"EncryptedPackage", OLE_ENCRYPTED_PACKAGE, OLE_ENCRYPTED_PACKAGE, NULL},
	{"WordDocument", OLE_WORD, OLE_WORD_ENCRYPTED, is_word_encrypted},
	{"Workbook", OLE_SHEET, OLE_SHEET_ENCRYPTED, is_sheet_encrypted},
	{"Book", OLE_SHEET, OLE_SHEET_ENCRYPTED, is_sheet_encrypted},
	{"MN0", OLE_WORKS, OLE_WORKS, NULL},
	{"CONTENTS", OLE_WORKS, OLE_WORKS, NULL},
};
enum { STREAMS = sizeof streams / sizeof streams[0] };

static enum ole_kind judge_entry(const struct ole *o, const struct entry *e, size_t *surest)
{
	for (size_t i = 0; i < *surest; i++) {
		if (!has_name(e, streams[i].name))
			continue;
		*surest = i;
		return streams[i].is_encrypted && streams[i].is_encrypted(o, e)
		               ? streams[i].encrypted
		               : streams[i].kind;
	}
	return OLE_OTHER;
}

enum ole_kind pifu_ole_kind(const struct input *in)
{
	struct ole o = {.in = in};
	uint32_t open[TREE_MAX + 2];
	size_t nopen = 0, surest = STREAMS;
	enum ole_kind kind = OLE_OTHER;

	if (!pifu_ole_is(in) || in->size < 512)
		return OLE_OTHER;
	o.shift = u16(in->data + 30);
	if (o.shift != 9 && o.shift != 12)
		return OLE_OTHER;
	struct entry root = read_entry(&o, 0);
	if (root.bytes)
		open[nopen++] = root.child;
	for (unsigned seen = 0; nopen && seen < TREE_MAX; seen++) {
		uint32_t index = open[--nopen];
		struct entry e = index == NOTHING ? (struct entry){0} : read_entry(&o, index);

		if (!e.bytes)
			continue;
		enum ole_kind found = judge_entry(&o, &e, &surest);
		kind = found == OLE_OTHER ? kind : found;
		open[nopen++] = e.left;
		open[nopen++] = e.right;
	}
	return kind;
}
