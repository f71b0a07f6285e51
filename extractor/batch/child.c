/* The worker: a document after another, until there are no more. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "peek.h"
#include "reading.h"

/* A worker that has grown to this keeps too much of what large documents left. */
enum { RESIDENT_MAX = 256 << 20, TRIM_FROM = 4 << 20, LARGE = 16 << 20 };

struct work {
	const struct child_settings *settings;
	int socket;
	struct child_page *page;
	struct reading reading;
	struct buffer message;
	size_t skip;  /* bytes of the format's header still to come */
	uint32_t crc; /* of the records so far */
};

/* ---- A process of its own ------------------------------------------------------------- */

/* What a converter of old documents may take, it sets itself: it may go beyond ours. */
static void limit_memory(uint64_t bytes)
{
	struct rlimit none = {0, 0}, memory;

	setrlimit(RLIMIT_CORE, &none);
	if (!bytes || getrlimit(RLIMIT_AS, &memory) != 0)
		return;
#if !defined(__SANITIZE_ADDRESS__) /* the sanitizer maps terabytes */
	memory.rlim_cur = bytes < memory.rlim_max ? bytes : memory.rlim_max;
	setrlimit(RLIMIT_AS, &memory);
#endif
}

int batch_child_settle(int socket, uint64_t memory, int parent)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it went before we asked */
		_exit(0);
	signal(SIGINT, SIG_IGN); /* Ctrl-C is the parent's to handle */
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(socket, STDERR_FILENO + 1);
	close_range(STDERR_FILENO + 2, ~0U, 0);
	limit_memory(memory);
	return STDERR_FILENO + 1;
}

/* ---- Bytes ------------------------------------------------------------------------------ */

struct input {
	const char *bytes; /* NULL: not mapped; the library opens it by its name */
	size_t size;
	bool is_archive;
};

static const char *map_part(int fd, size_t size, off_t at)
{
	void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, at);

	return bytes == MAP_FAILED ? NULL : bytes;
}

/* Archives may be larger than what a worker may map: their ends suffice. */
static bool is_large_archive(int fd, size_t size)
{
	size_t whole = LARGE & ~(size_t)4095;
	size_t from = (size - whole) & ~(size_t)4095;
	struct peek p = {.head = map_part(fd, whole, 0),
	                 .tail = map_part(fd, size - from, (off_t)from),
	                 .head_size = whole,
	                 .tail_size = size - from};
	bool found = p.head && p.tail && batch_peek_archive(&p);

	if (p.head)
		munmap((void *)(uintptr_t)p.head, p.head_size);
	if (p.tail)
		munmap((void *)(uintptr_t)p.tail, p.tail_size);
	return found;
}

static struct input map_input(const char *path, int fd)
{
	struct input in = {0};
	struct stat st;

	if (fd < 0 && (stat(path, &st) != 0 || !S_ISREG(st.st_mode)))
		return in; /* a pipe can be opened only once */
	int file = fd >= 0 ? fd : open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return in;
	if (fstat(file, &st) == 0 && S_ISREG(st.st_mode)) {
		in.size = (size_t)st.st_size;
		if (in.size > LARGE)
			in.is_archive = fd < 0 && is_large_archive(file, in.size);
		if (!in.is_archive)
			in.bytes = in.size ? map_part(file, in.size, 0) : "";
	}
	close(file);
	if (in.bytes && fd < 0 && !in.is_archive) {
		struct peek p = {in.bytes, in.bytes, in.size, in.size};

		in.is_archive = batch_peek_archive(&p);
	}
	return in;
}

static void unmap_input(struct input in)
{
	if (in.bytes && in.size)
		munmap((void *)(uintptr_t)in.bytes, in.size);
}

static void hash_input(struct input in, char sha256[65])
{
	unsigned char sum[EVP_MAX_MD_SIZE];

	sha256[0] = '\0';
	if (!EVP_Digest(in.bytes, in.size, sum, NULL, EVP_sha256(), NULL))
		return;
	for (int i = 0; i < 32; i++)
		snprintf(sha256 + 2 * i, 3, "%02x", sum[i]);
}

/* ---- Answers ------------------------------------------------------------------------------ */

static void send_piece(struct work *w, enum wire_kind kind, const char *bytes, size_t n)
{
	static const size_t most = 1 << 20;

	while (n > 0) {
		struct iovec part = {(void *)(uintptr_t)bytes, n < most ? n : most};

		if (!batch_wire_send(w->socket, kind, &part, 1, -1))
			_exit(0);
		bytes += part.iov_len;
		n -= part.iov_len;
	}
}

/* A pifu_sink. Each document is an output of its own: the header that csv and
 * tsv begin it with is left out. */
static int send_records(void *ctx, const char *bytes, size_t n)
{
	struct work *w = ctx;
	size_t skip = w->skip < n ? w->skip : n;

	w->skip -= skip;
	w->crc = (uint32_t)crc32(w->crc, (const Bytef *)bytes + skip, (uInt)(n - skip));
	send_piece(w, WIRE_RECORDS, bytes + skip, n - skip);
	return 0;
}

static uint64_t resident_bytes(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char *pages;

	if (fd < 0)
		return 0;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	pages = n > 0 ? strchr(text, ' ') : NULL;
	return pages ? strtoull(pages, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* What a large document left is given back, or the process goes. */
static bool has_grown(const struct work *w, struct input in)
{
	if (w->reading.err.status == PIFU_ERR_NOMEM)
		return true;
	if (in.size < TRIM_FROM)
		return false;
	malloc_trim(0);
	return resident_bytes() > RESIDENT_MAX;
}

static void send_end(struct work *w, struct wire_end *end)
{
	const char *message = w->reading.err.message;
	struct iovec parts[] = {{end, sizeof *end},
	                        {(void *)(uintptr_t)message, strlen(message) + 1}};

	end->crc = w->crc;
	end->tally.status = w->reading.err.status;
	memcpy(end->sha256, w->page->sha256, sizeof end->sha256);
	__atomic_store_n(&w->page->begun, 0, __ATOMIC_RELEASE);
	if (!batch_wire_send(w->socket, WIRE_END, parts, 2, -1) || end->tally.worker_ends)
		_exit(0);
}

/* ---- Work ------------------------------------------------------------------------------------ */

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* Memory that ran out is the document's fault where there is a limit. */
static void blame_memory(struct work *w)
{
	pifu_error *err = &w->reading.err;

	if (err->status != PIFU_ERR_NOMEM || !w->settings->memory)
		return;
	snprintf(err->message, sizeof err->message, "needs more than %llu MiB of memory",
	         (unsigned long long)w->settings->memory >> 20);
	err->status = PIFU_ERR_MEMORY;
}

static void read_document(struct work *w, const char *name, struct input in, struct tally *t)
{
	struct reading *r = &w->reading;

	w->skip = w->settings->header;
	batch_reading_run(r, name, in.bytes, in.size);
	t->worker_ends = has_grown(w, in);
	blame_memory(w);
	t->forms = r->closing.form_count;
	t->records = r->closing.records;
	t->doubtful = r->closing.doubtful;
	t->repairs = r->closing.repairs;
}

static void send_line(struct work *w, const char *name)
{
	struct reading *r = &w->reading;

	if (!w->settings->lines)
		return;
	if (r->line.failed || r->err.status == PIFU_ERR_MEMORY) {
		batch_buffer_clear(&r->line, 0);
		batch_closing_failed(name, w->page->sha256, &r->err, &r->line);
	}
	send_piece(w, WIRE_LINE, r->line.s ? r->line.s : "", r->line.n);
}

static void do_job(struct work *w, const struct wire_job *job, const char *name, int fd)
{
	struct wire_end end = {0};

	w->page->sha256[0] = '\0';
	__atomic_store_n(&w->page->begun, now(), __ATOMIC_RELEASE);
	w->crc = 0;
	w->reading.err = (pifu_error){0};
	struct input in = map_input(name, fd);
	end.tally.bytes = in.size;
	end.tally.is_archive = in.is_archive;
	if (in.bytes && !in.is_archive)
		hash_input(in, w->page->sha256);
	if (in.bytes && *job->known && strcmp(job->known, w->page->sha256) == 0)
		end.tally.unchanged = true;
	if (!end.tally.is_archive && !end.tally.unchanged) {
		read_document(w, name, in, &end.tally);
		send_line(w, name);
	}
	unmap_input(in);
	send_end(w, &end);
}

_Noreturn void batch_child_work(const struct child_settings *s, int socket, struct child_page *page)
{
	struct work w = {.settings = s, .socket = socket, .page = page};
	struct wire_head head;
	struct wire_job job;
	int fd;

	w.reading = (struct reading){.grammars = s->grammars,
	                             .options = s->options,
	                             .format = s->format,
	                             .columns = s->columns,
	                             .sink = send_records,
	                             .ctx = &w,
	                             .timing = s->timing};
	while (batch_wire_take(socket, &head, &w.message, &fd)) {
		memcpy(&job, w.message.s, sizeof job);
		do_job(&w, &job, w.message.s + sizeof job, fd);
	}
	_exit(0);
}
