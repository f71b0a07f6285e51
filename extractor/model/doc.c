/* Opening and closing a document: the bytes, their hash, their reader. */
#include "model/doc.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "model/known.h"

static const char *const row_kind_names[ROW_KIND_COUNT] = {
	"text", "title", "head", "header", "data", "noise", "foot",
};
static const char *const reading_names[] = {
	"none", "field", "label", "group", "fragment", "residue", "noise", "banner",
};

const char *pifu_row_kind_name(enum row_kind kind)
{
	return row_kind_names[kind];
}
const char *pifu_reading_name(enum reading reading)
{
	return reading_names[reading];
}

/* Smaller files are not worth a system call. */
enum { PASS_FROM = 1024 * 1024 };

static pifu_status fail_open(pifu_error *err, const char *path, const char *what)
{
	pifu_error_set(err, PIFU_ERR_OPEN, "%s: %s", what, strerror(errno));
	pifu_error_place(err, path, 0, 0);
	return PIFU_ERR_OPEN;
}

static uint64_t input_cap(const struct pifu_doc *doc)
{
	return pifu_limit(&doc->options, LIMIT_INPUT_BYTES);
}

static pifu_status check_size(struct pifu_doc *doc, uint64_t size, const char *path,
                              pifu_error *err)
{
	if (size <= input_cap(doc))
		return PIFU_OK;
	pifu_error_set(err, PIFU_ERR_LIMIT,
	               "the input has more than %llu bytes (limit input-bytes)",
	               (unsigned long long)input_cap(doc));
	pifu_error_place(err, path, 0, 0);
	return PIFU_ERR_LIMIT;
}

/* Pipes cannot be mapped: read them into memory of ours. */
static pifu_status slurp(struct pifu_doc *doc, int fd, const char *path, pifu_error *err)
{
	struct buf b = {.allocator = doc->options.allocator};
	static const size_t step = 1 << 16;
	char *chunk = pifu_mem_alloc(doc->options.allocator, step);
	pifu_status st = chunk ? PIFU_OK : pifu_error_nomem(err);
	while (st == PIFU_OK) {
		ssize_t n = read(fd, chunk, step);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			st = fail_open(err, path, "cannot read");
		if (n <= 0)
			break;
		pifu_buf_put(&b, chunk, (size_t)n);
		st = b.failed ? pifu_error_nomem(err) : check_size(doc, b.n, path, err);
	}
	pifu_mem_free(doc->options.allocator, chunk);
	if (st != PIFU_OK) {
		pifu_buf_free(&b);
		return st;
	}
	doc->mapped = b.s;
	doc->input.data = (const unsigned char *)(b.s ? b.s : "");
	doc->input.size = b.n;
	return PIFU_OK;
}

static pifu_status map_file(struct pifu_doc *doc, int fd, size_t size, const char *path,
                            pifu_error *err)
{
	void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return fail_open(err, path, "cannot map");
	madvise(at, size, MADV_SEQUENTIAL);
	doc->mapped = at;
	doc->is_mapped = true;
	doc->input.data = at;
	doc->input.size = size;
	return PIFU_OK;
}

/* Pages that were looked at are given back; one that is looked at again comes
 * back by itself. */
void pifu_doc_pass_input(struct pifu_doc *doc)
{
	if (doc->is_mapped && doc->input.size >= PASS_FROM)
		madvise(doc->mapped, doc->input.size, MADV_DONTNEED);
}

static pifu_status load_fd(struct pifu_doc *doc, int fd, const char *path, pifu_error *err)
{
	struct stat info;
	if (fstat(fd, &info) != 0)
		return fail_open(err, path, "cannot open");
	if (S_ISDIR(info.st_mode)) {
		errno = EISDIR;
		return fail_open(err, path, "cannot read");
	}
	if (!S_ISREG(info.st_mode) || info.st_size == 0)
		return slurp(doc, fd, path, err);
	pifu_status st = check_size(doc, (uint64_t)info.st_size, path, err);
	return st == PIFU_OK ? map_file(doc, fd, (size_t)info.st_size, path, err) : st;
}

static pifu_status load_path(struct pifu_doc *doc, const char *path, pifu_error *err)
{
	if (strcmp(path, "-") == 0)
		return load_fd(doc, STDIN_FILENO, "-", err);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_open(err, path, "cannot open");
	pifu_status st = load_fd(doc, fd, path, err);
	close(fd);
	return st;
}

static pifu_status hash_input(struct pifu_doc *doc, pifu_error *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	if (!EVP_Digest(doc->input.data, doc->input.size, sum, &n, EVP_sha256(), NULL))
		return pifu_error_nomem(err);
	for (unsigned i = 0; i < 32; i++) {
		doc->sha256[2 * i] = digits[sum[i] >> 4];
		doc->sha256[2 * i + 1] = digits[sum[i] & 15];
	}
	return PIFU_OK;
}

static struct pifu_doc *new_doc(const pifu_grammars *grammars, const char *name,
                                const pifu_options *options, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct pifu_doc *doc = pifu_mem_alloc(allocator, sizeof *doc);
	if (!doc) {
		pifu_error_nomem(err);
		return NULL;
	}
	memset(doc, 0, sizeof *doc);
	doc->grammars = grammars;
	doc->options = options ? *options : pifu_options_default();
	doc->findings.allocator = allocator;
	doc->arena = pifu_arena_new(allocator);
	doc->work = pifu_arena_new(allocator);
	doc->keep = pifu_arena_new(allocator);
	doc->matcher = pifu_matcher_new(allocator);
	doc->known = pifu_known_new(allocator);
	if (doc->arena && doc->work && doc->keep && doc->matcher && doc->known) {
		const char *shown = doc->options.file_name ? doc->options.file_name : name;
		doc->file = pifu_arena_str(doc->keep, pifu_str_of(shown));
		doc->input.name = doc->file.s;
	}
	if (!doc->file.s) {
		pifu_error_nomem(err);
		pifu_doc_free(doc);
		return NULL;
	}
	return doc;
}

/* The bytes are there: hash them, find their format, open their reader. */
static struct pifu_doc *open_reader(struct pifu_doc *doc, pifu_error *err)
{
	if (hash_input(doc, err) != PIFU_OK) {
		pifu_doc_free(doc);
		return NULL;
	}
	doc->format = pifu_format_detect(&doc->input, &doc->options, err);
	if (doc->format)
		doc->reader = doc->format->open(&doc->input, &doc->options, &doc->findings, err);
	if (!doc->reader) {
		if (err && !err->file[0])
			pifu_error_place(err, doc->file.s, err->line, err->column);
		pifu_doc_free(doc);
		return NULL;
	}
	return doc;
}

pifu_doc *pifu_doc_open(const pifu_grammars *grammars, const char *path,
                        const pifu_options *options, pifu_error *err)
{
	if (err)
		*err = (pifu_error){0};
	struct pifu_doc *doc = new_doc(grammars, path, options, err);
	if (!doc)
		return NULL;
	if (load_path(doc, path, err) != PIFU_OK) {
		pifu_doc_free(doc);
		return NULL;
	}
	return open_reader(doc, err);
}

pifu_doc *pifu_doc_open_memory(const pifu_grammars *grammars, const void *bytes, size_t size,
                               const pifu_options *options, pifu_error *err)
{
	if (err)
		*err = (pifu_error){0};
	struct pifu_doc *doc = new_doc(grammars, "-", options, err);
	if (!doc)
		return NULL;
	if (check_size(doc, size, doc->file.s, err) != PIFU_OK) {
		pifu_doc_free(doc);
		return NULL;
	}
	doc->input.data = bytes;
	doc->input.size = size;
	return open_reader(doc, err);
}

static pifu_status check_cells(const struct pifu_doc *doc, pifu_error *err)
{
	uint64_t cells = 0, most = pifu_limit(&doc->options, LIMIT_TABLE_CELLS);

	for (size_t i = 0; i < doc->grid.nrows; i++)
		cells += doc->grid.rows[i].width;
	if (cells <= most)
		return PIFU_OK;
	pifu_error_set(err, PIFU_ERR_LIMIT,
	               "the tables have more than %llu rows times columns (limit cells)",
	               (unsigned long long)most);
	pifu_error_place(err, doc->file.s, 0, 0);
	return PIFU_ERR_LIMIT;
}

pifu_status pifu_doc_read_grid(struct pifu_doc *doc, size_t want, pifu_error *err)
{
	pifu_arena_reset(doc->arena);
	doc->grid = (struct grid){0};
	pifu_status st =
		doc->format->next(doc->reader, doc->arena, want, &doc->grid, &doc->end, err);
	return st == PIFU_OK ? check_cells(doc, err) : st;
}

void pifu_doc_free(pifu_doc *doc)
{
	if (!doc)
		return;
	if (doc->reader)
		doc->format->close(doc->reader);
	if (doc->is_mapped)
		munmap(doc->mapped, doc->input.size);
	else
		pifu_mem_free(doc->options.allocator, doc->mapped);
	pifu_matcher_free(doc->matcher);
	pifu_known_free(doc->known);
	pifu_findings_free(&doc->findings);
	pifu_arena_free(doc->arena);
	pifu_arena_free(doc->work);
	pifu_arena_free(doc->keep);
	const pifu_allocator *allocator = doc->options.allocator;
	pifu_mem_free(allocator, doc);
}
