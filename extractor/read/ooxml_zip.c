/* The container of a package: libzip by the directory, or by local headers.
 *
 *     PK34 entry  PK34 entry  …  PK12 directory record …  PK56 end
 *     ^ salvage walks these       ^ libzip reads these, found through the end
 *
 * A file that was cut off has lost directory and end. With salvage the local
 * headers are walked from the front: each says its name, method and, unless
 * written as a stream, its size; entries without a size run to the next header. */
#include <stdlib.h>
#include <zip.h>
#include <zlib.h>

#include "base/error.h"
#include "read/ooxml_own.h"

enum { LOCAL_SIZE = 30, END_SIZE = 22, STORED = 0, DEFLATED = 8, STREAMED = 1 << 3, ENCRYPTED = 1 };

/* An entry found by its local header. */
struct local {
	struct str name;
	const unsigned char *data;
	size_t size; /* packed bytes that are there */
	unsigned method, flags;
};

struct ooxml_zip {
	zip_t *zip; /* NULL: salvaged, see locals */
	struct local *locals;
	size_t nlocals, cap;
};

struct ooxml_stream {
	const char *part;
	zip_file_t *file; /* NULL: a local entry */
	z_stream inflate;
	bool inflating, ended;
	const unsigned char *stored;
	size_t left;
};

static unsigned u16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static uint32_t u32(const unsigned char *p)
{
	return u16(p) | (uint32_t)u16(p + 2) << 16;
}

/* ---- Local headers ------------------------------------------------------- */

static size_t find_header(const struct input *in, size_t from)
{
	for (size_t at = from; at + 4 <= in->size; at++) {
		const unsigned char *p = memchr(in->data + at, 'P', in->size - 3 - at);

		if (!p)
			break;
		at = (size_t)(p - in->data);
		if (p[1] == 'K' && ((p[2] == 3 && p[3] == 4) || (p[2] == 1 && p[3] == 2)))
			return at;
	}
	return in->size;
}

/* Reads the local header at `at`; returns where the next one is sought. */
static size_t read_local(const struct input *in, size_t at, struct local *l)
{
	const unsigned char *p = in->data + at;
	size_t begin = at + LOCAL_SIZE + u16(p + 26) + u16(p + 28);
	size_t said = u32(p + 18), end;

	if (begin > in->size)
		return in->size;
	l->flags = u16(p + 6);
	l->method = u16(p + 8);
	l->name = (struct str){(const char *)p + LOCAL_SIZE, u16(p + 26)};
	l->data = in->data + begin;
	end = l->flags & STREAMED || said > in->size - begin ? find_header(in, begin)
	                                                     : begin + said;
	l->size = end - begin;
	return end;
}

static pifu_status refuse_entries(uint64_t most, pifu_error *err)
{
	return pifu_error_set(err, PIFU_ERR_LIMIT,
	                      "the zip has %llu entries or more (limit zip-entries)",
	                      (unsigned long long)most);
}

static pifu_status walk_locals(struct ooxml_zip *z, const struct input *in, struct arena *arena,
                               uint64_t most, pifu_error *err)
{
	for (size_t at = find_header(in, 0); at + LOCAL_SIZE <= in->size;) {
		struct local l = {0};

		if (in->data[at + 2] != 3) /* the directory begins */
			break;
		at = find_header(in, read_local(in, at, &l));
		if (!l.data)
			break;
		if (z->nlocals >= most)
			return refuse_entries(most, err);
		z->locals = pifu_arena_grow(arena, z->locals, z->nlocals, &z->cap, z->nlocals + 1,
		                            sizeof(*z->locals));
		if (!z->locals)
			return pifu_error_nomem(err);
		z->locals[z->nlocals++] = l;
	}
	return z->nlocals ? PIFU_OK
	                  : pifu_error_set(err, PIFU_ERR_DAMAGED,
	                                   "the zip holds no entry that can be read");
}

/* ---- Opening ------------------------------------------------------------- */

/* Entries as the end record says, before libzip allocates a place for each. */
static uint64_t count_entries(const struct input *in)
{
	size_t most = in->size < 65535 + END_SIZE ? in->size : 65535 + END_SIZE;

	for (size_t back = END_SIZE; back <= most; back++) {
		const unsigned char *p = in->data + in->size - back;

		if (memcmp(p, "PK\5\6", 4) == 0)
			return u16(p + 10);
	}
	return 0;
}

static pifu_status tell_zip_error(zip_error_t *z, const char *part, pifu_error *err)
{
	pifu_status status = PIFU_ERR_DAMAGED;

	switch (zip_error_code_zip(z)) {
	case ZIP_ER_MEMORY:
		return pifu_error_nomem(err);
	case ZIP_ER_NOPASSWD:
	case ZIP_ER_WRONGPASSWD:
	case ZIP_ER_ENCRNOTSUPP:
		return pifu_error_set(err, PIFU_ERR_ENCRYPTED, "%s is encrypted in the zip", part);
	case ZIP_ER_CRC:
		return pifu_error_set(err, status, "%s: wrong checksum, its bytes were changed",
		                      part);
	case ZIP_ER_COMPNOTSUPP:
		return pifu_error_set(err, status, "%s is packed by an unknown method", part);
	default:
		return pifu_error_set(err, status, "%s: %s", part, zip_error_strerror(z));
	}
}

static zip_t *open_directory(const struct input *in, pifu_error *err)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip = NULL;

	zip_error_init(&error);
	source = zip_source_buffer_create(in->data, in->size, 0, &error);
	if (source)
		zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (source && !zip)
		zip_source_free(source);
	if (!zip)
		tell_zip_error(&error, "the zip is damaged or cut off", err);
	zip_error_fini(&error);
	return zip;
}

struct ooxml_zip *pifu_ooxml_zip_open(const struct input *in, struct arena *arena,
                                      const pifu_options *options, bool *salvaged, pifu_error *err)
{
	struct ooxml_zip *z = ARENA_NEW(arena, struct ooxml_zip);
	uint64_t most = pifu_limit(options, LIMIT_ZIP_ENTRIES);

	*salvaged = false;
	if (!z) {
		pifu_error_nomem(err);
		return NULL;
	}
	if (count_entries(in) >= most) {
		refuse_entries(most, err);
		return NULL;
	}
	z->zip = open_directory(in, err);
	if (z->zip)
		return z;
	if (!options || !options->salvage || walk_locals(z, in, arena, most, err) != PIFU_OK)
		return NULL;
	*salvaged = true;
	if (err)
		*err = (pifu_error){0};
	return z;
}

void pifu_ooxml_zip_free(struct ooxml_zip *z)
{
	if (z && z->zip)
		zip_discard(z->zip);
}

int64_t pifu_ooxml_zip_find(const struct ooxml_zip *z, const char *name)
{
	if (z->zip) {
		int64_t exact = zip_name_locate(z->zip, name, ZIP_FL_ENC_RAW);

		return exact >= 0 ? exact : zip_name_locate(z->zip, name, ZIP_FL_NOCASE);
	}
	for (size_t i = 0; i < z->nlocals; i++)
		if (pifu_ooxml_same_part(z->locals[i].name, pifu_str_of(name)))
			return (int64_t)i;
	return -1;
}

struct ooxml_entry pifu_ooxml_zip_entry(const struct ooxml_zip *z, int64_t index)
{
	struct ooxml_entry e = {0};
	zip_stat_t st;

	if (!z->zip) {
		e.packed = z->locals[index].size;
		e.encrypted = z->locals[index].flags & ENCRYPTED;
		return e;
	}
	if (zip_stat_index(z->zip, (zip_uint64_t)index, 0, &st) != 0)
		return e;
	e.packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0;
	e.inflated = st.valid & ZIP_STAT_SIZE ? st.size : 0;
	e.encrypted =
		(st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE;
	return e;
}

/* ---- Inflating ----------------------------------------------------------- */

static pifu_status open_local(struct ooxml_stream *s, const struct local *l, pifu_error *err)
{
	if (l->method == STORED) {
		s->stored = l->data;
		s->left = l->size;
		return PIFU_OK;
	}
	if (l->method != DEFLATED)
		return pifu_error_set(err, PIFU_ERR_DAMAGED,
		                      "%s is packed by method %u, not read from a cut zip", s->part,
		                      l->method);
	if (inflateInit2(&s->inflate, -MAX_WBITS) != Z_OK)
		return pifu_error_nomem(err);
	s->inflating = true;
	s->inflate.next_in = (unsigned char *)(uintptr_t)l->data; /* zlib does not write there */
	s->inflate.avail_in = (uInt)l->size;
	return PIFU_OK;
}

static pifu_status open_entry(struct ooxml_stream *s, const struct ooxml_zip *z, int64_t index,
                              pifu_error *err)
{
	if (!z->zip)
		return open_local(s, &z->locals[index], err);
	s->file = zip_fopen_index(z->zip, (zip_uint64_t)index, 0);
	return s->file ? PIFU_OK : tell_zip_error(zip_get_error(z->zip), s->part, err);
}

struct ooxml_stream *pifu_ooxml_stream_open(const struct ooxml_zip *z, int64_t index,
                                            const char *part, pifu_error *err)
{
	struct ooxml_stream *s = calloc(1, sizeof(*s));

	if (!s) {
		pifu_error_nomem(err);
		return NULL;
	}
	s->part = part;
	if (open_entry(s, z, index, err) != PIFU_OK) {
		pifu_ooxml_stream_free(s);
		return NULL;
	}
	return s;
}

static int64_t read_stored(struct ooxml_stream *s, void *bytes, size_t n)
{
	size_t piece = n < s->left ? n : s->left;

	memcpy(bytes, s->stored, piece);
	s->stored += piece;
	s->left -= piece;
	return (int64_t)piece;
}

static int64_t read_inflated(struct ooxml_stream *s, void *bytes, size_t n, pifu_error *err)
{
	int rc = Z_OK;
	size_t got;

	s->inflate.next_out = bytes;
	s->inflate.avail_out = (uInt)n;
	if (!s->ended)
		rc = inflate(&s->inflate, Z_SYNC_FLUSH);
	s->ended = s->ended || rc == Z_STREAM_END;
	got = n - s->inflate.avail_out;
	if (got || s->ended)
		return (int64_t)got;
	pifu_error_set(err, PIFU_ERR_DAMAGED, "%s: the packed bytes are cut off or damaged",
	               s->part);
	return -1;
}

int64_t pifu_ooxml_stream_read(struct ooxml_stream *s, void *bytes, size_t n, pifu_error *err)
{
	int64_t got;

	if (s->inflating)
		return read_inflated(s, bytes, n, err);
	if (!s->file)
		return read_stored(s, bytes, n);
	got = zip_fread(s->file, bytes, n);
	if (got < 0)
		tell_zip_error(zip_file_get_error(s->file), s->part, err);
	return got;
}

void pifu_ooxml_stream_free(struct ooxml_stream *s)
{
	if (!s)
		return;
	if (s->file)
		zip_fclose(s->file);
	if (s->inflating)
		inflateEnd(&s->inflate);
	free(s);
}
