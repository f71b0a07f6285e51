/* The files of a run, in order.
 *
 *     operands  a.txt  folder/  b.zip
 *                      |
 *     stack            folder: [a.docx  more/  z.html]
 *                                       |
 *                                       more: [1.txt  2.txt]
 *
 * Each open folder is its sorted list of names and how far it has got; so a walk
 * takes memory for the folders from the root to where it is, and no more. */
#include "inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"

struct folder {
	struct folder *outer;
	char **names; /* folders end with a slash */
	size_t n, cap, at;
	size_t path; /* bytes of inputs.path that name this folder, its slash included */
};

struct inputs {
	struct inputs_wanted wanted;
	int operand;
	struct buffer list; /* read, but not yet given out from `list_at` on */
	size_t list_at;
	bool list_ended;
	struct folder *folder;
	struct buffer path;
	size_t root; /* bytes of the path before what patterns see */
	uint64_t seen;
	dev_t device; /* of the output's folder */
	ino_t inode;
	char why[256];
};

/* ---- The output is no input ------------------------------------------------------------- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void note_output(struct inputs *in)
{
	const char *output = in->wanted.output;
	size_t n = output ? (size_t)(last_part(output) - output) : 0;
	char *folder = n ? strndup(output, n) : NULL;
	struct stat st;

	if (output && stat(folder ? folder : ".", &st) == 0) {
		in->device = st.st_dev;
		in->inode = st.st_ino;
	} else {
		in->wanted.output = NULL;
	}
	free(folder);
}

/* OUT itself and what stands beside it: OUT.part, OUT.ledger, OUT-wal … */
static bool is_output(const struct inputs *in, const char *name)
{
	const char *output = last_part(in->wanted.output);
	size_t n = strlen(output);

	if (strncmp(name, output, n) != 0)
		return false;
	return !name[n] || strncmp(name + n, ".part", 5) == 0 ||
	       strncmp(name + n, ".ledger", 7) == 0 || strncmp(name + n, ".lines", 6) == 0 ||
	       strcmp(name + n, ".new") == 0 || strcmp(name + n, "-wal") == 0 ||
	       strcmp(name + n, "-shm") == 0 || strcmp(name + n, "-journal") == 0;
}

/* ---- Folders -------------------------------------------------------------------------------- */

static void free_folder(struct folder *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->names[i]);
	free(f->names);
	free(f);
}

static bool add_name(struct folder *f, const char *name, bool is_folder)
{
	size_t n = strlen(name);

	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 64;
		char **names = realloc(f->names, cap * sizeof *names);

		if (!names)
			return false;
		f->names = names;
		f->cap = cap;
	}
	char *kept = malloc(n + 2);
	if (!kept)
		return false;
	memcpy(kept, name, n);
	memcpy(kept + n, is_folder ? "/" : "", is_folder ? 2 : 1);
	f->names[f->n++] = kept;
	return true;
}

/* 'd' a folder, 'f' a file, 0 what is not taken: links to folders could lead in circles. */
static char kind_of(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type == DT_REG)
		return 'f';
	if (e->d_type == DT_DIR)
		return 'd';
	if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
		return 0;
	if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 'f'; /* whoever opens it will say why not */
	if (S_ISDIR(st.st_mode))
		return 'd';
	if (S_ISLNK(st.st_mode) && fstatat(dir, e->d_name, &st, 0) == 0 && !S_ISREG(st.st_mode))
		return 0;
	return S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? 'f' : 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool list_folder(const struct inputs *in, struct folder *f, DIR *dir)
{
	struct stat st;
	bool home = in->wanted.output && fstat(dirfd(dir), &st) == 0 && st.st_dev == in->device &&
	            st.st_ino == in->inode;
	const struct dirent *e;

	while ((e = readdir(dir))) {
		char kind = batch_name_is_junk(e->d_name) ? 0 : kind_of(dirfd(dir), e);

		if (!kind || (kind == 'd' && !in->wanted.recursive) ||
		    (home && is_output(in, e->d_name)))
			continue;
		if (!add_name(f, e->d_name, kind == 'd'))
			return false;
	}
	if (f->n)
		qsort(f->names, f->n, sizeof *f->names, compare_names);
	return true;
}

/* The folder that in->path names; false: in->why. */
static bool enter_folder(struct inputs *in)
{
	struct folder *f = calloc(1, sizeof *f);
	DIR *dir = f ? opendir(in->path.s) : NULL;
	bool fine = dir && list_folder(in, f, dir);

	if (!fine)
		snprintf(in->why, sizeof in->why, "cannot read: %s", strerror(errno));
	if (dir)
		closedir(dir);
	if (!fine) {
		free_folder(f);
		return false;
	}
	if (in->path.s[in->path.n - 1] != '/')
		batch_buffer_text(&in->path, "/");
	f->path = in->path.n;
	f->outer = in->folder;
	in->folder = f;
	return true;
}

/* The next file below the open folders. */
static enum input_kind next_below(struct inputs *in)
{
	while (in->folder) {
		struct folder *f = in->folder;

		if (f->at == f->n) {
			in->folder = f->outer;
			free_folder(f);
			continue;
		}
		const char *name = f->names[f->at++];
		in->path.n = f->path;
		batch_buffer_text(&in->path, name);
		if (in->path.failed)
			return INPUT_FAULT;
		if (name[strlen(name) - 1] == '/') {
			if (!enter_folder(in))
				return INPUT_FAULT;
		} else if (batch_name_wanted(in->path.s + in->root, in->wanted.globs)) {
			return INPUT_FILE;
		}
	}
	return INPUT_END;
}

/* ---- Operands and the list -------------------------------------------------------------------- */

bool batch_inputs_feed(struct inputs *in)
{
	enum { PIECE = 1 << 16 };

	if (in->list_at) {
		in->list.n -= in->list_at;
		memmove(in->list.s, in->list.s + in->list_at, in->list.n);
		in->list_at = 0;
	}
	if (!batch_buffer_reserve(&in->list, PIECE)) {
		errno = ENOMEM;
		return false;
	}
	ssize_t n = read(in->wanted.list, in->list.s + in->list.n, PIECE);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	in->list.n += (size_t)n;
	in->list_ended = n == 0;
	return true;
}

static enum input_kind next_listed(struct inputs *in, const char **path, size_t *n)
{
	char end = in->wanted.nul ? '\0' : '\n';

	while (in->list_at < in->list.n || (!in->list_ended && in->wanted.list >= 0)) {
		const char *from = in->list.s + in->list_at;
		const char *to = in->list_at < in->list.n
		                         ? memchr(from, end, in->list.n - in->list_at)
		                         : NULL;

		if (!to && !in->list_ended)
			return INPUT_WAIT;
		*path = from;
		*n = to ? (size_t)(to - from) : in->list.n - in->list_at;
		in->list_at += *n + (to != NULL);
		if (end == '\n' && *n && from[*n - 1] == '\r') /* lists of Windows */
			--*n;
		if (*n)
			return INPUT_FILE;
	}
	return INPUT_END;
}

/* The next operand or line of the list, in in->path. */
static enum input_kind next_named(struct inputs *in)
{
	const char *path = NULL;
	size_t n = 0;

	if (in->operand < in->wanted.count) {
		path = in->wanted.operands[in->operand++];
		n = strlen(path);
	} else {
		enum input_kind kind = next_listed(in, &path, &n);

		if (kind != INPUT_FILE)
			return kind;
	}
	in->path.n = 0;
	batch_buffer_put(&in->path, path, n);
	return in->path.failed ? INPUT_FAULT : INPUT_FILE;
}

static enum input_kind next_path(struct inputs *in)
{
	struct stat st;

	for (;;) {
		enum input_kind kind = next_below(in);

		if (kind != INPUT_END)
			return kind;
		kind = next_named(in);
		if (kind != INPUT_FILE)
			return kind;
		if (in->wanted.list >= 0 || stat(in->path.s, &st) != 0 || !S_ISDIR(st.st_mode))
			return INPUT_FILE;
		if (!enter_folder(in))
			return INPUT_FAULT;
		in->root = in->path.n;
	}
}

enum input_kind batch_inputs_next(struct inputs *in, const char **path, const char **why)
{
	for (;;) {
		enum input_kind kind = next_path(in);

		if (in->path.failed) {
			snprintf(in->why, sizeof in->why, "out of memory");
			*path = "";
			*why = in->why;
			return INPUT_FAULT;
		}
		*path = in->path.s;
		*why = in->why;
		if (kind == INPUT_END || kind == INPUT_WAIT)
			return kind;
		if (in->wanted.shards < 2 || in->seen++ % in->wanted.shards + 1 == in->wanted.shard)
			return kind;
	}
}

struct inputs *batch_inputs_new(const struct inputs_wanted *w)
{
	struct inputs *in = calloc(1, sizeof *in);

	if (!in)
		return NULL;
	in->wanted = *w;
	note_output(in);
	return in;
}

void batch_inputs_free(struct inputs *in)
{
	if (!in)
		return;
	while (in->folder) {
		struct folder *outer = in->folder->outer;

		free_folder(in->folder);
		in->folder = outer;
	}
	batch_buffer_free(&in->list);
	batch_buffer_free(&in->path);
	free(in);
}
