/* The unpacker: takes archives apart, and archives within them, and gives the
 * members out one by one as memory files.
 *
 *     a.tar.gz ─┬─ x.docx            a.tar.gz!x.docx
 *               ├─ b.zip ─┬─ y.txt   a.tar.gz!b.zip!y.txt
 *               │         └─ z.txt   a.tar.gz!b.zip!z.txt
 *               └─ w.html            a.tar.gz!w.html
 *
 * It is a process of its own: what an archive does to libarchive costs that
 * archive alone. One member is under way at a time; the next is unpacked
 * meanwhile, and waits. A member that is too large, packed too well to be
 * honest, encrypted or damaged is told as failed, and the next one follows. */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "names.h"
#include "peek.h"

enum {
	BLOCK = 1 << 16,
	RATIO = 500,            /* bytes out for one in; deflate reaches 1032 */
	RATIO_FREE = 8 << 20,   /* bytes out of a member before its ratio counts */
	TOTAL_FREE = 512 << 20, /* bytes out of an archive before its ratio counts */
	ENTRIES = 1000000,      /* of one archive and all within it */
	NAME_MOST = 16 << 10,   /* bytes of a name with all archives around it */
};

/* The work on one archive of the outside, with all archives within it. */
struct unpacker {
	const struct child_settings *settings;
	int socket;
	bool owed; /* a member is under way */
	struct buffer message;
	struct archive *outer;
	uint64_t out, entries;
};

/* An archive being read: the outer one, or one within it. */
struct level {
	struct archive *archive;
	const char *name;
	unsigned depth;
};

/* ---- What is told ------------------------------------------------------------------------ */

static uint64_t packed_bytes(const struct unpacker *u)
{
	int64_t n = u->outer ? archive_filter_bytes(u->outer, -1) : 0;

	return n > 0 ? (uint64_t)n : 0;
}

/* The batch takes one member at a time. */
static void await_leave(struct unpacker *u)
{
	struct wire_head head;
	int fd;

	if (u->owed && !batch_wire_take(u->socket, &head, &u->message, &fd))
		_exit(0);
	u->owed = false;
}

static void send_member(struct unpacker *u, const char *name, pifu_status status,
                        const char *message, int fd)
{
	struct wire_member member = {.packed = packed_bytes(u), .status = status};
	struct iovec parts[] = {{&member, sizeof member},
	                        {(void *)(uintptr_t)name, strlen(name) + 1},
	                        {(void *)(uintptr_t)message, strlen(message) + 1}};

	await_leave(u);
	if (!batch_wire_send(u->socket, WIRE_MEMBER, parts, 3, fd))
		_exit(0);
	u->owed = true;
}

__attribute__((format(printf, 4, 5))) static void fail_member(struct unpacker *u, const char *name,
                                                              pifu_status status,
                                                              const char *format, ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	send_member(u, name, status, message, -1);
}

static void fail_archive(struct unpacker *u, const struct level *l)
{
	const char *why = archive_error_string(l->archive);
	bool locked = archive_read_has_encrypted_entries(l->archive) > 0 ||
	              (why && strstr(why, "ncrypted"));

	fail_member(u, l->name, locked ? PIFU_ERR_ENCRYPTED : PIFU_ERR_DAMAGED, "%s",
	            why ? why : "the archive cannot be read");
}

/* ---- The bytes of a member ------------------------------------------------------------------ */

/* Why a member is not read on; NULL: it may. */
static const char *find_bomb(const struct unpacker *u, size_t n, uint64_t begun)
{
	uint64_t in = packed_bytes(u), part = in - begun > BLOCK ? in - begun : BLOCK;

	if (n > u->settings->member)
		return "the member unpacks to more bytes than allowed";
	if (n > RATIO_FREE && n > RATIO * part)
		return "the member is packed so well that it must be a bomb";
	return NULL;
}

static bool is_spent(const struct unpacker *u)
{
	return u->out > TOTAL_FREE && u->out > RATIO * packed_bytes(u);
}

/* A block of the member, a hole before it filled with zeros. */
static void put_block(struct unpacker *u, struct buffer *b, const void *block, size_t n, size_t at)
{
	size_t hole = at > b->n ? at - b->n : 0;

	if (hole && batch_buffer_reserve(b, hole)) {
		memset(b->s + b->n, 0, hole);
		b->n += hole;
	}
	batch_buffer_put(b, block, n);
	u->out += n + hole;
}

/* Read the member whole; false after it was told as failed. */
static bool read_member(struct unpacker *u, const struct level *l, const char *name,
                        struct buffer *b)
{
	uint64_t begun = packed_bytes(u);
	const char *bomb = NULL;
	const void *block;
	size_t n;
	int64_t at;
	int r;

	while ((r = archive_read_data_block(l->archive, &block, &n, &at)) == ARCHIVE_OK) {
		bomb = find_bomb(u, (size_t)at + n, begun);
		if (bomb)
			break;
		put_block(u, b, block, n, (size_t)at);
	}
	if (bomb)
		fail_member(u, name, PIFU_ERR_LIMIT, "%s", bomb);
	else if (b->failed)
		fail_member(u, name, PIFU_ERR_MEMORY, "there is no memory for the member");
	else if (r != ARCHIVE_EOF)
		fail_member(u, name, PIFU_ERR_DAMAGED, "%s", archive_error_string(l->archive));
	else
		return true;
	return false;
}

static void give_member(struct unpacker *u, const char *name, const struct buffer *b)
{
	int fd = memfd_create("member", MFD_CLOEXEC);
	size_t at = 0;

	while (fd >= 0 && at < b->n) {
		ssize_t n = write(fd, b->s + at, b->n - at);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	if (fd >= 0 && at == b->n)
		send_member(u, name, PIFU_OK, "", fd);
	else
		fail_member(u, name, PIFU_ERR_MEMORY, "there is no memory for the member");
	if (fd >= 0)
		close(fd);
}

/* ---- Members ------------------------------------------------------------------------------- */

static void unpack_level(struct unpacker *u, const struct level *l);

static struct archive *new_archive(void)
{
	struct archive *a = archive_read_new();

	if (!a)
		return NULL;
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_filter_lzip(a);
	archive_read_support_filter_compress(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_7zip(a);
	archive_read_support_format_rar(a);
	archive_read_support_format_rar5(a);
	archive_read_support_format_cab(a);
	archive_read_support_format_raw(a);
	return a;
}

static void unpack_inner(struct unpacker *u, const struct level *outer, const char *name,
                         const struct buffer *b)
{
	struct level l = {.name = name, .depth = outer->depth + 1};

	if (l.depth > u->settings->depth) {
		fail_member(u, name, PIFU_ERR_LIMIT, "archives are nested more than %u deep",
		            u->settings->depth);
		return;
	}
	l.archive = new_archive();
	if (!l.archive)
		fail_member(u, name, PIFU_ERR_MEMORY, "there is no memory for the archive");
	else if (archive_read_open_memory(l.archive, b->s, b->n) != ARCHIVE_OK)
		fail_archive(u, &l);
	else
		unpack_level(u, &l);
	archive_read_free(l.archive);
}

/* The raw bytes of a name that claims no encoding, UTF-8 of all others. */
static const char *stored_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	return name ? name : archive_entry_pathname_utf8(entry);
}

/* What packs one file only names it by itself: a.txt.gz!a.txt */
static void put_own_name(struct buffer *b, const char *archive)
{
	const char *slash = strrchr(archive, '/'), *bang = strrchr(archive, '!');
	const char *from = slash > bang ? slash : bang;
	const char *name = from ? from + 1 : archive, *dot = strrchr(name, '.');

	batch_buffer_put(b, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void put_name(struct buffer *b, const struct level *l, struct archive_entry *entry)
{
	const char *name = stored_name(entry);

	batch_buffer_text(b, l->name);
	batch_buffer_text(b, "!");
	if (archive_format(l->archive) == ARCHIVE_FORMAT_RAW)
		put_own_name(b, l->name);
	else
		batch_name_decode(b, name ? name : "?");
}

static void take_member(struct unpacker *u, const struct level *l, struct archive_entry *entry,
                        const char *name)
{
	const char *inside = name + strlen(l->name) + 1;
	struct buffer b = {0};

	if (archive_entry_is_encrypted(entry)) {
		if (batch_name_wanted(inside, u->settings->globs))
			fail_member(u, name, PIFU_ERR_ENCRYPTED, "the member is encrypted");
		return;
	}
	if (read_member(u, l, name, &b)) {
		const char *bytes = b.s ? b.s : "";
		struct peek peek = {bytes, bytes, b.n, b.n};

		if (batch_peek_archive(&peek))
			unpack_inner(u, l, name, &b);
		else if (batch_name_wanted(inside, u->settings->globs))
			give_member(u, name, &b);
	}
	batch_buffer_free(&b);
}

static void take_entry(struct unpacker *u, const struct level *l, struct archive_entry *entry)
{
	struct buffer name = {0};

	if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != 0)
		return;
	put_name(&name, l, entry);
	if (name.n > NAME_MOST)
		fail_member(u, l->name, PIFU_ERR_LIMIT, "a member's name is too long");
	else if (!name.failed && !batch_name_is_junk(name.s + strlen(l->name) + 1))
		take_member(u, l, entry, name.s);
	batch_buffer_free(&name);
}

/* ---- Archives -------------------------------------------------------------------------------- */

/* What libarchive takes for a single packed file, but is not even packed. */
static bool is_nothing(struct archive *a)
{
	return archive_format(a) == ARCHIVE_FORMAT_RAW && archive_filter_count(a) < 2;
}

static void unpack_level(struct unpacker *u, const struct level *l)
{
	struct archive_entry *entry;
	int r;

	while ((r = archive_read_next_header(l->archive, &entry)) >= ARCHIVE_WARN) {
		if (r == ARCHIVE_EOF)
			return;
		if (is_nothing(l->archive)) {
			fail_member(u, l->name, PIFU_ERR_DAMAGED, "the archive is damaged");
			return;
		}
		if (++u->entries > ENTRIES || is_spent(u)) {
			fail_member(u, l->name, PIFU_ERR_LIMIT,
			            "the archive holds more than can be honest");
			return;
		}
		take_entry(u, l, entry);
	}
	fail_archive(u, l);
}

static void unpack_file(struct unpacker *u, const char *path)
{
	struct level l = {.archive = new_archive(), .name = path};

	u->outer = l.archive;
	u->out = u->entries = 0;
	if (!l.archive)
		fail_member(u, path, PIFU_ERR_MEMORY, "there is no memory for the archive");
	else if (archive_read_open_filename(l.archive, path, BLOCK) != ARCHIVE_OK)
		fail_archive(u, &l);
	else
		unpack_level(u, &l);
	await_leave(u);
	u->outer = NULL;
	archive_read_free(l.archive);
	if (!batch_wire_send(u->socket, WIRE_UNPACKED, NULL, 0, -1))
		_exit(0);
}

_Noreturn void batch_child_unpack(const struct child_settings *s, int socket)
{
	struct unpacker u = {.settings = s, .socket = socket};
	struct wire_head head;
	struct buffer path = {0};
	int fd;

	/* names come out as they were stored, or as UTF-8 */
	setlocale(LC_CTYPE, "C.UTF-8");
	while (batch_wire_take(socket, &head, &path, &fd))
		if (head.kind == WIRE_ARCHIVE)
			unpack_file(&u, path.s);
	_exit(0);
}
