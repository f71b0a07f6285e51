/* A sink into one file, with a ledger beside it.
 *
 *     OUT               what the last complete run has left
 *     OUT.ledger        where in it each document's records stand
 *     OUT.part          records read since, appended as documents are done
 *     OUT.part.ledger   where in that they stand
 *
 * A document whose bytes are those of the ledger is not read again: its records are
 * taken from OUT or OUT.part. The end of a run puts all together:
 *
 *     all records stand in OUT.part, in their order      OUT.part becomes OUT
 *     all stand in OUT, nothing has changed              OUT stays
 *     some here, some there                              they are copied into OUT.new
 *
 * Whatever happens, a run can be killed: the ledger speaks of records that have been
 * written, what it does not know is cut off by the next run, and that goes on from
 * there. When the power fails, what was written in the last two seconds may be
 * missing or be in one file only; records are taken only where their checksum is
 * that of the ledger. At the end OUT.ledger.new is written
 * to its last line, and synced, before any file takes its name; a run that finds it
 * complete finishes the renaming first. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "file.h"
#include "ledger.h"
#include "sinks.h"

#define SAY_SECONDS 0.05
#define SYNC_SECONDS 2

/* Where the records of a document of this run stand. */
struct piece {
	struct ledger_entry *entry;
	bool in_part;
};

struct flat {
	struct sink sink;
	struct flat_wanted wanted;
	char *ledger_path, *part_path, *part_ledger_path, *new_path, *new_ledger_path;
	struct ledger old, part;
	int out, part_fd, journal; /* -1: not open */
	uint64_t part_end;
	struct buffer unsaid; /* lines of the part's ledger that are not written yet */
	bool unsynced;
	double said, synced; /* when last, in seconds */
	struct piece *pieces;
	size_t n, cap;
};

static bool fail(const char *path)
{
	fprintf(stderr, "pifu: %s: %s\n", path, strerror(errno));
	return false;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- What is known --------------------------------------------------------------------------- */

/* Are the records still those that were written? */
static bool is_sound(int fd, const struct ledger_entry *e)
{
	char *bytes = e->bytes < SIZE_MAX ? malloc((size_t)e->bytes + 1) : NULL;
	bool fine = bytes && batch_file_read_at(fd, bytes, (size_t)e->bytes, e->offset) &&
	            (uint32_t)crc32_z(0, (const Bytef *)bytes, (size_t)e->bytes) == e->crc;

	free(bytes);
	return fine;
}

static struct ledger_entry *find_entry(const struct flat *f, const char *name, bool *in_part)
{
	struct ledger_entry *e = batch_table_get(&f->part.by_name, name);

	*in_part = e != NULL;
	return e ? e : batch_table_get(&f->old.by_name, name);
}

static bool known(struct sink *sink, const char *name, struct known *out)
{
	struct flat *f = (struct flat *)sink;
	bool in_part;
	const struct ledger_entry *e = find_entry(f, name, &in_part);

	if (!e || !*e->sha256 || (e->tally.status != PIFU_OK && f->wanted.retry_failed) ||
	    (e->bytes && !is_sound(in_part ? f->part_fd : f->out, e)))
		return false;
	memcpy(out->sha256, e->sha256, sizeof out->sha256);
	out->tally = e->tally;
	return true;
}

/* ---- What comes ---------------------------------------------------------------------------------- */

static bool add_piece(struct flat *f, struct ledger_entry *entry, bool in_part)
{
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 1024;
		struct piece *pieces = realloc(f->pieces, cap * sizeof *pieces);

		if (!pieces)
			return fail(f->wanted.path);
		f->pieces = pieces;
		f->cap = cap;
	}
	f->pieces[f->n++] = (struct piece){entry, in_part};
	return true;
}

/* Who is whose twin is a matter of this run, not of the one that read it. */
static bool keep(struct flat *f, const struct outcome *o)
{
	bool in_part;
	struct ledger_entry *e = find_entry(f, o->name, &in_part);

	if (!e)
		return false;
	free(e->twin);
	e->twin = o->duplicate_of ? strdup(o->duplicate_of) : NULL;
	if (o->duplicate_of && !e->twin)
		return fail(f->wanted.path);
	return add_piece(f, e, in_part);
}

static void stamp_time(char out[24])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static bool append(struct flat *f, const struct outcome *o)
{
	struct ledger_entry e = {.name = (char *)(uintptr_t)o->name,
	                         .message = (char *)(uintptr_t)o->message,
	                         .twin = (char *)(uintptr_t)o->duplicate_of,
	                         .tally = o->tally,
	                         .offset = f->part_end,
	                         .bytes = o->size,
	                         .crc = o->size ? o->crc : 0};
	struct ledger_entry *kept;

	snprintf(e.sha256, sizeof e.sha256, "%s", o->sha256);
	stamp_time(e.time);
	if (f->wanted.lines) {
		e.bytes += o->line_size;
		e.crc = (uint32_t)crc32_z(e.crc, (const Bytef *)o->line, o->line_size);
	}
	if (!batch_file_write(f->part_fd, o->records, o->size) ||
	    (f->wanted.lines && !batch_file_write(f->part_fd, o->line, o->line_size)))
		return fail(f->part_path);
	f->part_end += e.bytes;
	kept = batch_ledger_add(&f->part, &e);
	batch_ledger_put_entry(&f->unsaid, &e);
	if (kept && !f->unsaid.failed)
		return add_piece(f, kept, true);
	errno = ENOMEM;
	return fail(f->wanted.path);
}

static bool put(struct sink *sink, const struct outcome *o)
{
	struct flat *f = (struct flat *)sink;

	return o->tally.unchanged ? keep(f, o) : append(f, o);
}

/* ---- Onto the disk ---------------------------------------------------------------------------------- */

/* The records are written by now: say where they stand. */
static bool say(struct flat *f)
{
	if (!f->unsaid.n)
		return true;
	f->said = now();
	if (!batch_file_write(f->journal, f->unsaid.s, f->unsaid.n))
		return fail(f->part_ledger_path);
	batch_buffer_clear(&f->unsaid, 1 << 20);
	f->unsynced = true;
	return true;
}

static bool sync_part(struct flat *f)
{
	if (!say(f))
		return false;
	if (!f->unsynced)
		return true;
	f->unsynced = false;
	if (fdatasync(f->part_fd) != 0)
		return fail(f->part_path);
	return fdatasync(f->journal) == 0 || fail(f->part_ledger_path);
}

static bool tick(struct sink *sink)
{
	struct flat *f = (struct flat *)sink;
	double at = now();

	if (at >= f->synced + SYNC_SECONDS) {
		f->synced = at;
		return sync_part(f);
	}
	return at < f->said + SAY_SECONDS || say(f);
}

/* ---- The end ------------------------------------------------------------------------------------------ */

/* Do all pieces stand in one of the files, one after another, to its end? */
static bool is_whole(const struct flat *f, bool in_part, uint64_t end)
{
	uint64_t at = f->wanted.header_size;

	for (size_t i = 0; i < f->n; i++) {
		const struct piece *p = &f->pieces[i];

		if (p->entry->bytes == 0)
			continue;
		if (p->in_part != in_part || p->entry->offset != at)
			return false;
		at += p->entry->bytes;
	}
	return at == end;
}

/* Nothing came, nothing went. */
static bool is_unchanged(const struct flat *f)
{
	if (!f->old.complete || f->n != f->old.n || !is_whole(f, false, f->old.bytes))
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (f->pieces[i].entry != f->old.all[i])
			return false;
	return true;
}

static bool assemble(struct flat *f)
{
	int fd = open(f->new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool fine = fd >= 0 && batch_file_write(fd, f->wanted.header, f->wanted.header_size);

	for (size_t i = 0; fine && i < f->n;) {
		const struct piece *p = &f->pieces[i];
		uint64_t from = p->entry->offset, to = from;

		/* pieces that stand together are copied together */
		for (; i < f->n && f->pieces[i].in_part == p->in_part &&
		       (f->pieces[i].entry->offset == to || !f->pieces[i].entry->bytes);
		     i++)
			to += f->pieces[i].entry->bytes;
		fine = batch_file_copy(p->in_part ? f->part_fd : f->out, from, to - from, fd);
	}
	fine = fine && fsync(fd) == 0;
	if (!fine)
		fail(f->new_path);
	if (fd >= 0)
		close(fd);
	return fine;
}

static bool write_ledger(struct flat *f, bool assembled)
{
	int fd = open(f->new_ledger_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	uint64_t at = f->wanted.header_size;
	struct buffer b = {0};
	bool fine = fd >= 0;

	batch_ledger_put_stamp(&b, f->wanted.stamp);
	for (size_t i = 0; fine && i < f->n; i++) {
		f->pieces[i].entry->offset = at;
		at += f->pieces[i].entry->bytes;
		batch_ledger_put_entry(&b, f->pieces[i].entry);
		if (b.n > 1 << 20) {
			fine = !b.failed && batch_file_write(fd, b.s, b.n);
			b.n = 0;
		}
	}
	batch_ledger_put_end(&b, at, assembled);
	fine = fine && !b.failed && batch_file_write(fd, b.s, b.n) && fsync(fd) == 0;
	if (!fine)
		fail(f->new_ledger_path);
	if (fd >= 0)
		close(fd);
	batch_buffer_free(&b);
	return fine;
}

/* The ledger is complete: let the files take their names. What has taken its name
 * before a kill is not there any more, and is passed over. */
static bool take_names(struct flat *f, bool assembled)
{
	const char *from = assembled ? f->new_path : f->part_path;

	if (rename(from, f->wanted.path) != 0 && errno != ENOENT)
		return fail(f->wanted.path);
	if (rename(f->new_ledger_path, f->ledger_path) != 0)
		return fail(f->ledger_path);
	batch_file_sync_folder(f->wanted.path);
	unlink(f->part_path);
	unlink(f->part_ledger_path);
	return true;
}

static void drop_part(const struct flat *f)
{
	unlink(f->part_path);
	unlink(f->part_ledger_path);
}

static bool end(struct sink *sink, bool whole)
{
	struct flat *f = (struct flat *)sink;

	if (!sync_part(f) || !whole)
		return !whole;
	if (is_unchanged(f)) {
		drop_part(f);
		return true;
	}
	bool assembled = !is_whole(f, true, f->part_end);
	if (assembled && !assemble(f))
		return false;
	return write_ledger(f, assembled) && batch_file_sync_folder(f->wanted.path) &&
	       take_names(f, assembled);
}

/* ---- The beginning --------------------------------------------------------------------------------------- */

static bool name_files(struct flat *f)
{
	const char *path = f->wanted.path;

	f->ledger_path = batch_file_beside(path, ".ledger");
	f->part_path = batch_file_beside(path, ".part");
	f->part_ledger_path = batch_file_beside(path, ".part.ledger");
	f->new_path = batch_file_beside(path, ".new");
	f->new_ledger_path = batch_file_beside(path, ".ledger.new");
	return (f->ledger_path && f->part_path && f->part_ledger_path && f->new_path &&
	        f->new_ledger_path) ||
	       fail(path);
}

/* One run at a time: whoever holds the part's ledger. */
static bool lock(struct flat *f)
{
	struct stat here, there;

	for (int i = 0; i < 10; i++) {
		f->journal =
			open(f->part_ledger_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		if (f->journal < 0)
			return fail(f->part_ledger_path);
		if (flock(f->journal, LOCK_EX | LOCK_NB) != 0) {
			fprintf(stderr, "pifu: %s: another run is writing it\n", f->wanted.path);
			return false;
		}
		/* a run that ended just now may have taken the file away */
		if (fstat(f->journal, &here) == 0 && stat(f->part_ledger_path, &there) == 0 &&
		    here.st_ino == there.st_ino)
			return true;
		close(f->journal);
		f->journal = -1;
	}
	errno = EAGAIN;
	return fail(f->part_ledger_path);
}

/* A run that was killed between its last renames. */
static bool finish_last(struct flat *f)
{
	struct ledger done = {0};
	bool fine = batch_ledger_load(&done, f->new_ledger_path, f->wanted.stamp);
	bool complete = done.complete, assembled = done.assembled;

	batch_ledger_free(&done);
	if (!fine)
		return fail(f->new_ledger_path);
	if (complete)
		return take_names(f, assembled);
	unlink(f->new_ledger_path);
	unlink(f->new_path);
	return true;
}

static uint64_t size_of(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static bool load_old(struct flat *f)
{
	if (f->wanted.fresh)
		return true;
	if (!batch_ledger_load(&f->old, f->ledger_path, f->wanted.stamp))
		return fail(f->ledger_path);
	f->out = open(f->wanted.path, O_RDONLY | O_CLOEXEC);
	if (f->old.complete && f->out >= 0 && size_of(f->out) == f->old.bytes)
		return true;
	batch_ledger_free(&f->old); /* of another file than this one */
	return true;
}

static bool begin_part(struct flat *f)
{
	struct buffer b = {0};
	bool fine;

	batch_ledger_free(&f->part);
	batch_ledger_put_stamp(&b, f->wanted.stamp);
	fine = ftruncate(f->part_fd, 0) == 0 &&
	       batch_file_write(f->part_fd, f->wanted.header, f->wanted.header_size) &&
	       fdatasync(f->part_fd) == 0 && ftruncate(f->journal, 0) == 0 && !b.failed &&
	       batch_file_write(f->journal, b.s, b.n) && fdatasync(f->journal) == 0;
	f->part_end = f->wanted.header_size;
	batch_buffer_free(&b);
	return fine || fail(f->part_path);
}

/* Where the last line of the part's ledger says that it ends. */
static uint64_t end_of_part(const struct flat *f)
{
	const struct ledger_entry *last = f->part.n ? f->part.all[f->part.n - 1] : NULL;

	return last ? last->offset + last->bytes : f->wanted.header_size;
}

/* A part that is shorter than its ledger says has lost its end in a power cut: what
 * comes is written behind what is left, and what is lost is found to be unsound. */
static bool resume_part(struct flat *f)
{
	uint64_t size, end;

	f->part_fd = open(f->part_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (f->part_fd < 0)
		return fail(f->part_path);
	if (!f->wanted.fresh && !batch_ledger_load(&f->part, f->part_ledger_path, f->wanted.stamp))
		return fail(f->part_ledger_path);
	size = size_of(f->part_fd);
	end = end_of_part(f);
	if (!f->part.n || f->part.complete || size < f->wanted.header_size)
		return begin_part(f);
	f->part_end = size < end ? size : end;
	if (ftruncate(f->part_fd, (off_t)f->part_end) != 0)
		return fail(f->part_path);
	return ftruncate(f->journal, (off_t)f->part.end) == 0 || fail(f->part_ledger_path);
}

static void free_flat(struct sink *sink)
{
	struct flat *f = (struct flat *)sink;
	int fds[] = {f->out, f->part_fd, f->journal};

	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	batch_ledger_free(&f->old);
	batch_ledger_free(&f->part);
	batch_buffer_free(&f->unsaid);
	free(f->pieces);
	free(f->ledger_path);
	free(f->part_path);
	free(f->part_ledger_path);
	free(f->new_path);
	free(f->new_ledger_path);
	free(f);
}

struct sink *batch_flat_new(const struct flat_wanted *w)
{
	struct flat *f = calloc(1, sizeof *f);

	if (!f) {
		fail(w->path);
		return NULL;
	}
	f->wanted = *w;
	f->out = f->part_fd = f->journal = -1;
	f->said = f->synced = now();
	f->sink = (struct sink){.lines = w->lines,
	                        .known = known,
	                        .put = put,
	                        .tick = tick,
	                        .end = end,
	                        .free = free_flat};
	if (name_files(f) && lock(f) && finish_last(f) && load_old(f) && resume_part(f))
		return &f->sink;
	free_flat(&f->sink);
	return NULL;
}
