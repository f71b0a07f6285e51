/* What scanning must know of every family.
 *
 * A form is found by its title and its header, and only then asked which family
 * it is of. So a header, a label or a title that only one family knows must be
 * known to the scan, or that family's forms would never be found:
 *
 *     common      columns: name: [三级指标 …]   patterns: title: A
 *     inspection  columns: name: [考评事项]      patterns: title: B
 *     scan        columns: name: [三级指标 … 考评事项]   title: (?:A)|(?:B)
 *
 * All else of the scan is common's. Families that add none of these (most) cost
 * nothing: then common itself is the scan. A family with `rules` of its own keeps
 * its patterns to itself, for the scan does not know what they refer to. */
#include "grammar/scan.h"

#include "grammar/keys.h"
#include "grammar/merge.h"

static const char *const word_keys[] = {"columns", "levels"};
static const char *const pattern_keys[] = {"column_patterns"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct node *own_title(const struct node *own)
{
	struct node *patterns = pifu_tree_get(own, "patterns");
	return patterns ? pifu_tree_get(patterns, "title") : NULL;
}

static bool has_rules(const struct node *own)
{
	return pifu_tree_get(own, "rules") != NULL;
}

bool pifu_scan_adds(const struct node *own)
{
	for (size_t i = 0; i < COUNT(word_keys); i++)
		if (pifu_tree_get(own, word_keys[i]))
			return true;
	return !has_rules(own) && (own_title(own) || pifu_tree_get(own, pattern_keys[0]));
}

static bool add_member(struct arena *a, struct node *to, const struct node *from, const char *key)
{
	struct node *value = from ? pifu_tree_get(from, key) : NULL;
	if (!value)
		return true;
	return pifu_tree_add(a, to,
	                     (struct member){pifu_str_of(key), value->line, value->column, value});
}

/* A title by either pattern. */
static struct node *join_titles(struct arena *a, const struct node *base, const struct node *own)
{
	struct node *joined = pifu_tree_copy(a, own);
	struct str parts[] = {STR("(?:"), base->text, STR(")|(?:"), own->text, STR(")")};
	uint32_t n = 0;
	for (size_t i = 0; i < COUNT(parts); i++)
		n += parts[i].n;
	char *text = joined ? pifu_arena_alloc(a, n + 1u) : NULL;
	if (!text)
		return NULL;
	char *at = text;
	for (size_t i = 0; i < COUNT(parts); at += parts[i++].n)
		memcpy(at, parts[i].s, parts[i].n);
	*at = '\0';
	joined->text = (struct str){text, n};
	joined->expanded = joined->folded = STR_NONE;
	joined->rule = NULL;
	return joined;
}

static bool add_title(struct arena *a, struct node *to, const struct node *base,
                      const struct node *own)
{
	struct node *title = own_title(own), *known = own_title(base);
	struct node *patterns = title ? pifu_tree_copy(a, pifu_tree_get(own, "patterns")) : NULL;
	if (!title)
		return true;
	if (known)
		title = join_titles(a, known, title);
	return title && patterns &&
	       pifu_tree_add(a, patterns,
	                     (struct member){STR("title"), title->line, title->column, title}) &&
	       pifu_tree_add(a, to,
	                     (struct member){STR("patterns"), patterns->line, patterns->column,
	                                     patterns});
}

struct node *pifu_scan_merge(struct arena *a, const struct node *base, const struct node *own)
{
	struct node *added = pifu_tree_copy(a, base);
	bool made =
		added && add_member(a, added, base, "name") && add_member(a, added, base, "title");
	for (size_t i = 0; made && i < COUNT(word_keys); i++)
		made = add_member(a, added, own, word_keys[i]);
	for (size_t i = 0; made && !has_rules(own) && i < COUNT(pattern_keys); i++)
		made = add_member(a, added, own, pattern_keys[i]);
	if (made && !has_rules(own))
		made = add_title(a, added, base, own);
	return made ? pifu_tree_merge(a, base, added) : NULL;
}
