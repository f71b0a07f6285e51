/* Styles: only what a table's text depends on.
 *
 * A style may hide its text, set a symbol font or number its paragraphs; each of
 * these is inherited from the style it is based on. The part is read when the first
 * style is named, the inheritance is resolved once, and lookups go through a hash. */
#include "base/error.h"
#include "read/docx_own.h"

enum { STYLE = 1, BASED_ON, NUM_ID, LEVEL, VANISH, FONTS, LATENT, DEFAULTS, TABLE_PART };

static const struct xml_name names[] = {
	{XML_NS_W, "basedOn", BASED_ON}, {XML_NS_W, "docDefaults", DEFAULTS},
	{XML_NS_W, "ilvl", LEVEL},       {XML_NS_W, "latentStyles", LATENT},
	{XML_NS_W, "numId", NUM_ID},     {XML_NS_W, "rFonts", FONTS},
	{XML_NS_W, "style", STYLE},      {XML_NS_W, "tblStylePr", TABLE_PART},
	{XML_NS_W, "vanish", VANISH},
};

static void begin_style(struct docx *d, const struct xml_attrs *attrs)
{
	struct styles *all = &d->styles;
	struct style *s =
		pifu_arena_grow(d->keep, all->items, all->n, &all->cap, all->n + 1, sizeof(*s));
	bool paragraph = pifu_str_eq(pifu_xml_attr(attrs, "type"), STR("paragraph"));
	struct str id;

	if (!s) {
		pifu_docx_nomem(d);
		return;
	}
	if (all->n >= pifu_limit(d->options, LIMIT_STYLES)) {
		pifu_xml_stop(d->x, PIFU_ERR_LIMIT, "too many styles (limit styles)");
		return;
	}
	all->items = s;
	s += all->n++;
	id = pifu_arena_str(d->keep, pifu_xml_attr(attrs, "styleId"));
	*s = (struct style){
		.id = id, .num_id = UNSET, .level = UNSET, .hidden = UNSET, .font = UNSET};
	s->standard =
		paragraph && pifu_xml_attr(attrs, "default").s && pifu_xml_on(attrs, "default");
	if (!id.s)
		pifu_docx_nomem(d);
}

static int8_t font_of(const struct xml_attrs *attrs)
{
	struct str name = pifu_xml_attr(attrs, "hAnsi");

	if (!name.s)
		name = pifu_xml_attr(attrs, "ascii");
	return name.s ? (int8_t)pifu_docx_font(name) : UNSET;
}

static void start_style_part(void *ctx, struct xml *x, unsigned token,
                             const struct xml_attrs *attrs)
{
	struct docx *d = ctx;
	struct style *s = d->styles.n ? &d->styles.items[d->styles.n - 1] : NULL;

	d->x = x;
	if (token == STYLE)
		begin_style(d, attrs);
	else if (token == LATENT || token == DEFAULTS || token == TABLE_PART)
		pifu_xml_skip(x);
	else if (!s)
		return;
	else if (token == BASED_ON)
		s->based = pifu_arena_str(d->keep, pifu_xml_attr(attrs, "val"));
	else if (token == NUM_ID)
		s->num_id = (int32_t)pifu_xml_int(attrs, "val", UNSET);
	else if (token == LEVEL)
		s->level = (int32_t)pifu_xml_int(attrs, "val", UNSET);
	else if (token == VANISH)
		s->hidden = pifu_xml_on(attrs, "val");
	else if (token == FONTS)
		s->font = font_of(attrs);
}

static void end_style_part(void *ctx, struct xml *x, unsigned token)
{
	(void)ctx;
	(void)x;
	(void)token;
}

static struct style *find_style(const struct styles *all, struct str id)
{
	size_t at;

	if (!all->slots || !id.n)
		return NULL;
	for (at = pifu_str_hash(id) % all->nslots; all->slots[at]; at = (at + 1) % all->nslots)
		if (pifu_str_eq(all->items[all->slots[at] - 1].id, id))
			return &all->items[all->slots[at] - 1];
	return NULL;
}

static bool index_styles(struct docx *d)
{
	struct styles *all = &d->styles;

	all->nslots = all->n * 2 + 1;
	all->slots = ARENA_ARRAY(d->keep, uint32_t, all->nslots);
	if (!all->slots)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		struct style *s = &all->items[i];
		size_t at = pifu_str_hash(s->id) % all->nslots;

		if (s->standard)
			all->paragraph = s;
		if (find_style(all, s->id)) /* the first of a name counts */
			continue;
		while (all->slots[at])
			at = (at + 1) % all->nslots;
		all->slots[at] = (uint32_t)i + 1;
	}
	return true;
}

static void inherit(struct style *s, const struct style *from)
{
	if (s->num_id == UNSET)
		s->num_id = from->num_id;
	if (s->level == UNSET)
		s->level = from->level;
	if (s->hidden == UNSET)
		s->hidden = from->hidden;
	if (s->font == UNSET)
		s->font = from->font;
}

static void resolve_styles(struct styles *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct style *from = find_style(all, all->items[i].based);

		/* a ring of styles ends at the limit like a long chain */
		for (int depth = 0;
		     from && from != &all->items[i] && depth < PIFU_LIMIT_STYLE_DEPTH; depth++) {
			inherit(&all->items[i], from);
			from = find_style(all, from->based);
		}
	}
}

static void load_styles(struct docx *d)
{
	static const struct xml_handler handler = {.names = names,
	                                           .nnames = sizeof(names) / sizeof(names[0]),
	                                           .start = start_style_part,
	                                           .end = end_style_part};
	const char *part = pifu_ooxml_rel_type(&d->rels, "styles");
	struct xml *outer = d->x;
	pifu_error err = {0};
	pifu_status status = PIFU_OK;

	d->have_styles = true;
	if (part && pifu_ooxml_has(d->pkg, part))
		status = pifu_ooxml_parse(d->pkg, part, &handler, d, &err);
	d->x = outer;
	if (status != PIFU_OK)
		pifu_xml_stop(d->x, status, err.message);
	else if (!index_styles(d))
		pifu_docx_nomem(d);
	else
		resolve_styles(&d->styles);
}

const struct style *pifu_docx_style(struct docx *d, struct str id)
{
	if (!d->have_styles)
		load_styles(d);
	return find_style(&d->styles, id);
}

const struct style *pifu_docx_default_style(struct docx *d)
{
	return d->styles.paragraph;
}
