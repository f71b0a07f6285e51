/* Relationships: which part a part names, and as what.
 *
 *     word/document.xml --> word/_rels/document.xml.rels
 *         Id="rId3" Type="http://…/styles" Target="styles.xml"   -> word/styles.xml
 *         Id="rId4" Type="http://…/image"  Target="/media/a.png" -> media/a.png
 *
 * Types are known by the last step of their address, which the transitional and
 * the strict vocabulary share. */
#include <stdio.h>

#include "base/error.h"
#include "read/ooxml_own.h"

enum { REL = 1, PATH_SIZE = 512 };

struct gather {
	struct arena *arena;
	const char *source; /* the part whose relationships these are */
	struct ooxml_rel *items;
	size_t n, cap;
};

static const struct xml_name names[] = {{XML_NS_REL, "Relationship", REL}};

static size_t folder_length(const char *part)
{
	const char *slash = strrchr(part, '/');

	return slash ? (size_t)(slash - part) + 1 : 0;
}

/* `target` as seen from `source`, without "." and ".."; false where it is too long. */
static bool resolve_target(const char *source, struct str target, char out[PATH_SIZE])
{
	size_t n = target.n && target.s[0] == '/' ? 0 : folder_length(source);
	uint32_t at = 0;

	if (n + target.n >= PATH_SIZE)
		return false;
	memcpy(out, source, n);
	while (at < target.n) {
		uint32_t step = at;

		while (at < target.n && target.s[at] != '/')
			at++;
		if (at - step == 2 && memcmp(target.s + step, "..", 2) == 0) {
			out[n ? n - 1 : 0] = '\0';
			n = folder_length(out);
		} else if (at > step && !(at - step == 1 && target.s[step] == '.')) {
			memcpy(out + n, target.s + step, at - step);
			n += at - step;
			if (at < target.n)
				out[n++] = '/';
		}
		at++;
	}
	out[n] = '\0';
	return true;
}

static struct str last_step(struct str address)
{
	uint32_t at = address.n;

	while (at && address.s[at - 1] != '/')
		at--;
	return !at ? address : pifu_str_sub(address, at, address.n);
}

static bool keep_rel(struct gather *g, struct str id, struct str type, struct str target,
                     bool external)
{
	struct ooxml_rel rel = {.external = external};

	rel.id = pifu_arena_str(g->arena, id).s;
	rel.type = pifu_arena_str(g->arena, last_step(type)).s;
	rel.target = pifu_arena_str(g->arena, target).s;
	g->items = pifu_arena_grow(g->arena, g->items, g->n, &g->cap, g->n + 1, sizeof(*g->items));
	if (!rel.id || !rel.type || !rel.target || !g->items)
		return false;
	g->items[g->n++] = rel;
	return true;
}

static void start_rel(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct gather *g = ctx;
	struct str target = pifu_xml_attr(attrs, "Target");
	bool external = pifu_str_eq(pifu_xml_attr(attrs, "TargetMode"), STR("External"));
	char path[PATH_SIZE];

	(void)token;
	if (g->n >= PIFU_LIMIT_ZIP_ENTRIES) {
		pifu_xml_stop(x, PIFU_ERR_LIMIT, "too many relationships");
		return;
	}
	if (!external) {
		if (!resolve_target(g->source, target, path))
			return;
		target = pifu_str_of(path);
	}
	if (!keep_rel(g, pifu_xml_attr(attrs, "Id"), pifu_xml_attr(attrs, "Type"), target,
	              external))
		pifu_xml_stop(x, PIFU_ERR_NOMEM, NULL);
}

static void end_rel(void *ctx, struct xml *x, unsigned token)
{
	(void)ctx;
	(void)x;
	(void)token;
}

pifu_status pifu_ooxml_rels(struct ooxml *pkg, const char *part, struct ooxml_rels *out,
                            pifu_error *err)
{
	static const struct xml_handler handler = {.names = names,
	                                           .nnames = 1,
	                                           .start = start_rel,
	                                           .end = end_rel};
	struct gather g = {.arena = pifu_ooxml_arena(pkg), .source = part};
	size_t folder = folder_length(part);
	char path[PATH_SIZE];
	pifu_status status;

	*out = (struct ooxml_rels){0};
	if (snprintf(path, sizeof(path), "%.*s_rels/%s.rels", (int)folder, part, part + folder) >=
	    (int)sizeof(path))
		return pifu_error_set(err, PIFU_ERR_LIMIT, "the name of a part is too long");
	if (!pifu_ooxml_has(pkg, path))
		return PIFU_OK;
	status = pifu_ooxml_parse(pkg, path, &handler, &g, err);
	if (status == PIFU_OK)
		*out = (struct ooxml_rels){g.items, g.n};
	return status;
}

const char *pifu_ooxml_rel_type(const struct ooxml_rels *rels, const char *type)
{
	for (size_t i = 0; i < rels->n; i++)
		if (!rels->items[i].external && strcmp(rels->items[i].type, type) == 0)
			return rels->items[i].target;
	return NULL;
}

const char *pifu_ooxml_rel_id(const struct ooxml_rels *rels, struct str id)
{
	for (size_t i = 0; i < rels->n; i++)
		if (pifu_str_eq(pifu_str_of(rels->items[i].id), id))
			return rels->items[i].target;
	return NULL;
}

const char *pifu_ooxml_main(struct ooxml *pkg, pifu_error *err)
{
	static const char *const usual[] = {"word/document.xml", "xl/workbook.xml"};
	struct ooxml_rels rels;
	const char *main;

	if (pifu_ooxml_rels(pkg, "", &rels, err) != PIFU_OK)
		return NULL;
	main = pifu_ooxml_rel_type(&rels, "officeDocument");
	if (main && pifu_ooxml_has(pkg, main))
		return main;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (pifu_ooxml_has(pkg, usual[i]))
			return usual[i];
	pifu_error_set(err, PIFU_ERR_DAMAGED, "the package has no main part");
	return NULL;
}
