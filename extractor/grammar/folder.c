/* Finding, listing and reading grammar files. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr */
#endif
#include "grammar/folder.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"

/* A program of the build tree lies at most so deep: build/dev/tests/unit/test_x. */
enum { FOLDERS_UP = 4 };

static struct str join_path(struct arena *a, struct str dir, const char *name)
{
	size_t n = strlen(name);
	char *s = pifu_arena_alloc(a, dir.n + n + 2);
	if (!s)
		return STR_NONE;
	memcpy(s, dir.s, dir.n);
	s[dir.n] = '/';
	memcpy(s + dir.n + 1, name, n + 1);
	return (struct str){s, (uint32_t)(dir.n + n + 1)};
}

/* ---- Finding ------------------------------------------------------------------ */

static bool holds_grammars(struct arena *a, struct str dir)
{
	struct str common = join_path(a, dir, "common.yaml");
	return common.s && access(common.s, R_OK) == 0;
}

static struct str parent_folder(struct str path)
{
	while (path.n > 0 && path.s[path.n - 1] != '/')
		path.n--;
	path.n -= path.n > 0;
	return path;
}

/* share/pifu/grammars (installed) or grammars (a build tree within the source
 * tree) beside the folder of a file or further up. */
static struct str beside(struct arena *a, struct str file)
{
	struct str up = parent_folder(file);
	for (int i = 0; i < FOLDERS_UP && up.n > 0; i++) {
		up = parent_folder(up);
		struct str installed = join_path(a, up, "share/pifu/grammars");
		if (installed.s && holds_grammars(a, installed))
			return installed;
		struct str source = join_path(a, up, "grammars");
		if (source.s && holds_grammars(a, source))
			return source;
	}
	return STR_NONE;
}

static struct str beside_program(struct arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	if (n <= 0 || (size_t)n == sizeof path)
		return STR_NONE;
	return beside(a, (struct str){path, (uint32_t)n});
}

/* The program may stand anywhere; the shared library stands where it was installed. */
static struct str beside_library(struct arena *a)
{
	Dl_info info;
	if (!dladdr(PIFU_VERSION, &info) || !info.dli_fname || info.dli_fname[0] != '/')
		return STR_NONE;
	return beside(a, pifu_str_of(info.dli_fname));
}

static struct str find_default(struct arena *a)
{
	struct str places[] = {
		beside_program(a),
		beside_library(a),
#ifdef PIFU_GRAMMARS_DIR
		STR(PIFU_GRAMMARS_DIR),
#endif
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i].s && holds_grammars(a, places[i]))
			return places[i];
	return STR_NONE;
}

struct str pifu_folder_find(struct arena *a, const char *dir, pifu_error *err)
{
	if (!dir)
		dir = getenv("PIFU_GRAMMARS");
	struct str found = dir && *dir ? pifu_str_of(dir) : find_default(a);
	if (!found.s) {
		pifu_error_set(err, PIFU_ERR_GRAMMAR,
		               "no grammars found; name their folder in PIFU_GRAMMARS");
		return STR_NONE;
	}
	struct str copy = pifu_arena_str(a, found);
	if (!copy.s)
		pifu_error_nomem(err);
	return copy;
}

/* ---- Listing ------------------------------------------------------------------- */

static bool is_grammar(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static int compare_paths(const void *left, const void *right)
{
	return strcmp(((const struct str *)left)->s, ((const struct str *)right)->s);
}

static bool add_path(struct arena *a, struct str **paths, size_t *n, size_t *cap, struct str path)
{
	struct str *grown =
		path.s ? pifu_arena_grow(a, *paths, *n, cap, *n + 1, sizeof path) : NULL;
	if (!grown)
		return false;
	*paths = grown;
	grown[(*n)++] = path;
	return true;
}

static bool list_entries(struct arena *a, DIR *d, struct str dir, struct str **paths, size_t *n,
                         pifu_error *err)
{
	size_t cap = 0;
	for (const struct dirent *e; (e = readdir(d));) {
		if (!is_grammar(e->d_name))
			continue;
		if (*n == PIFU_LIMIT_GRAMMARS) {
			pifu_error_set(err, PIFU_ERR_LIMIT, "more than %d grammar files",
			               PIFU_LIMIT_GRAMMARS);
			pifu_error_place(err, dir.s, 0, 0);
			return false;
		}
		if (!add_path(a, paths, n, &cap, join_path(a, dir, e->d_name))) {
			pifu_error_nomem(err);
			return false;
		}
	}
	return true;
}

struct str *pifu_folder_list(struct arena *a, struct str dir, size_t *n, pifu_error *err)
{
	struct str *paths = NULL;
	*n = 0;
	DIR *d = opendir(dir.s);
	if (!d) {
		pifu_error_set(err, PIFU_ERR_GRAMMAR, "the grammar folder cannot be opened: %s",
		               strerror(errno));
		pifu_error_place(err, dir.s, 0, 0);
		return NULL;
	}
	bool listed = list_entries(a, d, dir, &paths, n, err);
	closedir(d);
	if (!listed)
		return NULL;
	if (*n == 0) {
		pifu_error_set(err, PIFU_ERR_GRAMMAR, "the folder holds no grammar (*.yaml)");
		pifu_error_place(err, dir.s, 0, 0);
		return NULL;
	}
	qsort(paths, *n, sizeof *paths, compare_paths);
	return paths;
}

/* ---- Reading -------------------------------------------------------------------- */

static struct str tell_read(struct str path, pifu_status status, const char *why, pifu_error *err)
{
	pifu_error_set(err, status, "the grammar cannot be read: %s", why);
	pifu_error_place(err, path.s, 0, 0);
	return STR_NONE;
}

static struct str read_stream(struct arena *a, FILE *f, struct str path, pifu_error *err)
{
	char *s = NULL;
	size_t n = 0, cap = 0;
	for (;;) {
		char *grown = pifu_arena_grow(a, s, n, &cap, n + 16384, 1);
		if (!grown) {
			pifu_error_nomem(err);
			return STR_NONE;
		}
		s = grown;
		size_t got = fread(s + n, 1, cap - n, f);
		n += got;
		if (n > PIFU_LIMIT_YAML_BYTES)
			return tell_read(path, PIFU_ERR_LIMIT, "it is too large", err);
		if (got == 0)
			break;
	}
	if (ferror(f))
		return tell_read(path, PIFU_ERR_GRAMMAR, strerror(errno), err);
	return (struct str){s, (uint32_t)n};
}

struct str pifu_folder_read(struct arena *a, struct str path, pifu_error *err)
{
	FILE *f = fopen(path.s, "rbe");
	if (!f)
		return tell_read(path, PIFU_ERR_GRAMMAR, strerror(errno), err);
	struct str text = read_stream(a, f, path, err);
	fclose(f);
	return text;
}
