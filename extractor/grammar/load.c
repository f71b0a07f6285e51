/* Loading a folder of grammars, and what the public interface says about them.
 *
 *     files -> trees -> checked -> merged along `extends` -> built
 *
 *     common.yaml      [own tree]                      -> common
 *     project.yaml     [own tree] over common's        -> project
 *     fund.yaml        [own tree] over project's       -> fund
 *
 * A merged tree shares the nodes it inherits, and a node keeps what building
 * made of it: a pattern is compiled and a word folded once, however many
 * families inherit them. */
#include <stdlib.h>

#include "base/error.h"
#include "base/limits.h"
#include "grammar/build.h"
#include "grammar/folder.h"
#include "grammar/keys.h"
#include "grammar/load.h"
#include "grammar/merge.h"
#include "grammar/scan.h"

/* A file on its way to a family. */
struct source {
	struct str file, name;
	struct node *own, *merged;
	const struct node *extends;
	struct source *base;
	uint32_t hash;        /* of its own bytes */
	uint32_t fingerprint; /* with all it inherits */
	struct str *lineage;
	size_t nlineage;
	struct grammar *built;
};

struct loader {
	struct pifu_grammars *set;
	struct arena *arena;
	struct source *sources;
	size_t count;
	pifu_error *err;
};

static bool fail_nomem(struct loader *l)
{
	pifu_error_nomem(l->err);
	return false;
}

/* ---- Reading -------------------------------------------------------------------- */

static uint32_t hash_bytes(struct str bytes)
{
	uint64_t h = pifu_str_hash(bytes);
	return (uint32_t)(h ^ h >> 32);
}

static bool read_source(struct loader *l, struct source *s, const struct grammar_text *text)
{
	s->file = pifu_arena_str(l->arena, text->file);
	if (!s->file.s)
		return fail_nomem(l);
	s->hash = hash_bytes(text->yaml);
	s->own = pifu_tree_read(l->arena, s->file, text->yaml, l->err);
	if (!s->own || !pifu_keys_check(s->own, l->err))
		return false;
	s->name = pifu_tree_text(s->own, "name");
	s->extends = pifu_tree_get(s->own, "extends");
	return true;
}

static int compare_names(const void *left, const void *right)
{
	const struct source *a = left, *b = right;
	uint32_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int order = memcmp(a->name.s, b->name.s, n);
	return order ? order : (a->name.n > b->name.n) - (a->name.n < b->name.n);
}

static bool read_sources(struct loader *l, const struct grammar_text *texts, size_t count)
{
	l->count = count;
	l->sources = ARENA_ARRAY(l->arena, struct source, count);
	if (!l->sources)
		return fail_nomem(l);
	for (size_t i = 0; i < count; i++)
		if (!read_source(l, &l->sources[i], &texts[i]))
			return false;
	qsort(l->sources, l->count, sizeof *l->sources, compare_names);
	for (size_t i = 1; i < l->count; i++)
		if (pifu_str_eq(l->sources[i].name, l->sources[i - 1].name))
			return pifu_tree_error(pifu_tree_get(l->sources[i].own, "name"), l->err,
			                       "%s has the name '%s', too",
			                       l->sources[i - 1].file.s, l->sources[i].name.s);
	return true;
}

/* ---- Inheritance ------------------------------------------------------------------ */

static struct source *find_source(const struct loader *l, struct str name)
{
	for (size_t i = 0; i < l->count; i++)
		if (pifu_str_eq(l->sources[i].name, name))
			return &l->sources[i];
	return NULL;
}

static bool link_base(struct loader *l, struct source *s)
{
	if (!s->extends)
		return true;
	s->base = find_source(l, s->extends->text);
	if (s->base)
		return true;
	const char *names[PIFU_LIMIT_GRAMMARS];
	for (size_t i = 0; i < l->count; i++)
		names[i] = l->sources[i].name.s;
	const char *near = pifu_keys_suggest(s->extends->text, names, l->count);
	return pifu_tree_error(s->extends, l->err, "no grammar is named '%s'%s%s%s",
	                       s->extends->text.s, near ? "; did you mean '" : "", near ? near : "",
	                       near ? "'?" : "");
}

/* Number of files from `s` to the most basic one; 0 when they run in a circle. */
static size_t count_lineage(const struct loader *l, const struct source *s)
{
	size_t n = 0;
	for (; s; s = s->base)
		if (++n > l->count)
			return 0;
	return n;
}

static bool lay_lineage(struct loader *l, struct source *s)
{
	s->nlineage = count_lineage(l, s);
	if (s->nlineage == 0)
		return pifu_tree_error(s->extends, l->err, "'extends' runs in a circle");
	s->lineage = ARENA_ARRAY(l->arena, struct str, s->nlineage);
	if (!s->lineage)
		return fail_nomem(l);
	size_t at = s->nlineage;
	for (const struct source *up = s; up; up = up->base)
		s->lineage[--at] = up->file;
	return true;
}

/* The member of the line of inheritance that is `depth` above the most basic one. */
static struct source *ancestor(struct source *s, size_t depth)
{
	for (size_t up = s->nlineage - 1; up > depth; up--)
		s = s->base;
	return s;
}

/* Basic families first; each is merged once. */
static bool merge_source(struct loader *l, struct source *s)
{
	for (size_t depth = 0; depth < s->nlineage; depth++) {
		struct source *up = ancestor(s, depth);
		if (up->merged)
			continue;
		up->merged = pifu_tree_merge(l->arena, up->base ? up->base->merged : NULL, up->own);
		if (!up->merged)
			return fail_nomem(l);
		uint32_t inherited = up->base ? up->base->fingerprint : 0;
		up->fingerprint = (inherited * UINT32_C(2654435761)) ^ up->hash;
	}
	return true;
}

static bool resolve_sources(struct loader *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (!link_base(l, &l->sources[i]))
			return false;
	for (size_t i = 0; i < l->count; i++)
		if (!lay_lineage(l, &l->sources[i]))
			return false;
	for (size_t i = 0; i < l->count; i++)
		if (!merge_source(l, &l->sources[i]))
			return false;
	return true;
}

/* ---- Building ---------------------------------------------------------------------- */

static bool build_source(struct builder *b, struct source *s)
{
	b->g = ARENA_NEW(b->arena, struct grammar);
	if (!b->g)
		return pifu_build_nomem(b);
	b->base = s->base ? s->base->built : NULL;
	b->root = s->merged;
	b->lineage = s->lineage;
	b->nlineage = s->nlineage;
	if (!pifu_family_build(b))
		return false;
	s->built = b->g;
	b->g->file = s->file;
	b->g->fingerprint = s->fingerprint;
	return true;
}

/* Basic families before those that extend them. */
static bool build_in_order(struct loader *l, struct builder *b)
{
	size_t left = l->count;
	for (size_t depth = 1; left > 0; depth++) {
		for (size_t i = 0; i < l->count; i++) {
			if (l->sources[i].nlineage != depth)
				continue;
			if (!build_source(b, &l->sources[i]))
				return false;
			left--;
		}
	}
	return true;
}

static bool list_items(struct loader *l)
{
	struct pifu_grammars *set = l->set;
	set->items = ARENA_ARRAY(l->arena, struct grammar *, l->count);
	if (!set->items)
		return fail_nomem(l);
	for (; set->count < l->count; set->count++) {
		set->items[set->count] = l->sources[set->count].built;
		if (pifu_str_eq(l->sources[set->count].name, STR("common")))
			set->common = l->sources[set->count].built;
	}
	if (set->common)
		return true;
	pifu_error_set(l->err, PIFU_ERR_GRAMMAR, "the folder has no grammar named 'common'");
	pifu_error_place(l->err, set->dir.s, 0, 0);
	return false;
}

/* Common with what the other families add to its headers, labels and titles. */
static bool merge_scan(struct loader *l, struct source *scan)
{
	struct source *common = find_source(l, STR("common"));
	*scan = *common;
	scan->base = common;
	scan->lineage = ARENA_ARRAY(l->arena, struct str, l->count + common->nlineage);
	if (!scan->lineage)
		return fail_nomem(l);
	memcpy(scan->lineage, common->lineage, common->nlineage * sizeof *scan->lineage);
	for (size_t i = 0; i < l->count; i++) {
		const struct source *s = &l->sources[i];
		bool inherited = false;
		for (const struct source *up = common; up; up = up->base)
			inherited |= up == s;
		if (inherited || !pifu_scan_adds(s->own))
			continue;
		scan->merged = pifu_scan_merge(l->arena, scan->merged, s->own);
		if (!scan->merged)
			return fail_nomem(l);
		scan->lineage[scan->nlineage++] = s->file;
	}
	return true;
}

/* The grammar that documents are scanned with (scan.c); common where no family adds words. */
static bool build_scan(struct loader *l, struct builder *b)
{
	struct source scan;
	if (!merge_scan(l, &scan))
		return false;
	if (scan.merged == scan.base->merged)
		return true;
	if (!build_source(b, &scan))
		return false;
	l->set->common = scan.built;
	return true;
}

static bool build_sources(struct loader *l)
{
	struct builder b = {.set = l->set, .arena = l->arena, .err = l->err};
	b.text.allocator = l->set->allocator;
	bool built = build_in_order(l, &b) && list_items(l) && build_scan(l, &b);
	pifu_buf_free(&b.text);
	return built;
}

/* ---- The public interface ------------------------------------------------------------ */

static struct pifu_grammars *new_set(const pifu_allocator *allocator)
{
	struct arena *a = pifu_arena_new(allocator);
	struct pifu_grammars *set = a ? ARENA_NEW(a, struct pifu_grammars) : NULL;
	if (!set) {
		pifu_arena_free(a);
		return NULL;
	}
	set->arena = a;
	set->allocator = allocator;
	return set;
}

static bool fill_set(struct pifu_grammars *set, const struct grammar_text *texts, size_t count,
                     pifu_error *err)
{
	struct loader l = {.set = set, .arena = set->arena, .err = err};
	return read_sources(&l, texts, count) && resolve_sources(&l) && build_sources(&l);
}

static bool read_folder(struct pifu_grammars *set, const char *dir, pifu_error *err)
{
	size_t count;
	set->dir = pifu_folder_find(set->arena, dir, err);
	struct str *paths = set->dir.s ? pifu_folder_list(set->arena, set->dir, &count, err) : NULL;
	if (!paths)
		return false;
	struct grammar_text *texts = ARENA_ARRAY(set->arena, struct grammar_text, count);
	if (!texts) {
		pifu_error_nomem(err);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		texts[i].file = paths[i];
		texts[i].yaml = pifu_folder_read(set->arena, paths[i], err);
		if (!texts[i].yaml.s)
			return false;
	}
	return fill_set(set, texts, count, err);
}

/* The set if it could be filled, else NULL. */
static pifu_grammars *keep_or_free(struct pifu_grammars *set, bool filled)
{
	if (filled)
		return set;
	pifu_grammars_free(set);
	return NULL;
}

pifu_grammars *pifu_grammars_load(const char *dir, const pifu_options *options, pifu_error *err)
{
	struct pifu_grammars *set = new_set(options ? options->allocator : NULL);
	if (!set) {
		pifu_error_nomem(err);
		return NULL;
	}
	return keep_or_free(set, read_folder(set, dir, err));
}

pifu_grammars *pifu_grammars_read(const struct grammar_text *texts, size_t count,
                                  const pifu_allocator *allocator, pifu_error *err)
{
	struct pifu_grammars *set = new_set(allocator);
	if (!set) {
		pifu_error_nomem(err);
		return NULL;
	}
	set->dir = STR("memory");
	return keep_or_free(set, fill_set(set, texts, count, err));
}

void pifu_grammars_free(pifu_grammars *grammars)
{
	if (!grammars)
		return;
	for (size_t i = 0; i < grammars->nrules; i++)
		pifu_rule_free(grammars->rules[i]);
	pifu_arena_free(grammars->arena);
}

size_t pifu_grammars_count(const pifu_grammars *grammars)
{
	return grammars->count;
}

const char *pifu_grammars_name(const pifu_grammars *grammars, size_t index)
{
	return index < grammars->count ? grammars->items[index]->name.s : NULL;
}

const char *pifu_grammars_title(const pifu_grammars *grammars, size_t index)
{
	return index < grammars->count ? grammars->items[index]->title.s : NULL;
}

const char *pifu_grammars_file(const pifu_grammars *grammars, size_t index)
{
	return index < grammars->count ? grammars->items[index]->file.s : NULL;
}

const char *pifu_grammars_dir(const pifu_grammars *grammars)
{
	return grammars->dir.s;
}
