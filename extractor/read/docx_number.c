/* Numbering labels: what Word prints in front of a paragraph and stores nowhere.
 *
 *     paragraph --numPr (or its style's)--> num 7 --> abstractNum 3 --> level 1: "第%1条"
 *                                            \-- lvlOverride: start, or a level of its own
 *
 * All nums of one abstractNum count together; a startOverride sets the count when its
 * num is first used at that level. A label of level n lets all deeper levels begin
 * anew, unless their lvlRestart says otherwise. Bullets are decoration, no labels. */
#include <stdlib.h>

#include "base/error.h"
#include "read/docx_own.h"

enum {
	ABSTRACT = 1,
	NUM,
	ABSTRACT_ID,
	LEVEL,
	OVERRIDE,
	START_OVERRIDE,
	START,
	FORMAT,
	TEXT,
	RESTART,
	STYLE,
	LEGAL,
	SUFFIX,
	LINK,
	R_PR,
	P_PR
};

static const struct xml_name names[] = {
	{XML_NS_W, "abstractNum", ABSTRACT},
	{XML_NS_W, "abstractNumId", ABSTRACT_ID},
	{XML_NS_W, "isLgl", LEGAL},
	{XML_NS_W, "lvl", LEVEL},
	{XML_NS_W, "lvlOverride", OVERRIDE},
	{XML_NS_W, "lvlRestart", RESTART},
	{XML_NS_W, "lvlText", TEXT},
	{XML_NS_W, "num", NUM},
	{XML_NS_W, "numFmt", FORMAT},
	{XML_NS_W, "numStyleLink", LINK},
	{XML_NS_W, "pPr", P_PR},
	{XML_NS_W, "pStyle", STYLE},
	{XML_NS_W, "rPr", R_PR},
	{XML_NS_W, "start", START},
	{XML_NS_W, "startOverride", START_OVERRIDE},
	{XML_NS_W, "suff", SUFFIX},
};

struct load {
	struct docx *d;
	struct abstract_num *abstract; /* the one being read */
	struct num *num;
	struct level *level;
	int32_t override; /* level that lvlOverride speaks of, or UNSET */
};

/* ---- Reading numbering.xml ------------------------------------------------- */

static struct str keep_text(struct load *l, const struct xml_attrs *attrs)
{
	struct str kept = pifu_arena_str(l->d->keep, pifu_xml_attr(attrs, "val"));

	if (!kept.s)
		pifu_docx_nomem(l->d);
	return kept;
}

static void begin_abstract(struct load *l, const struct xml_attrs *attrs)
{
	struct numbering *all = &l->d->numbering;
	struct abstract_num *a =
		pifu_arena_grow(l->d->keep, all->abstracts, all->nabstracts, &all->abstracts_cap,
	                        all->nabstracts + 1, sizeof(*a));

	l->abstract = NULL;
	l->num = NULL;
	if (!a) {
		pifu_docx_nomem(l->d);
		return;
	}
	if (all->nabstracts >= pifu_limit(l->d->options, LIMIT_NUMBERINGS)) {
		pifu_xml_stop(l->d->x, PIFU_ERR_LIMIT,
		              "too many list definitions (limit numberings)");
		return;
	}
	all->abstracts = a;
	a += all->nabstracts;
	*a = (struct abstract_num){.key = {(int32_t)pifu_xml_int(attrs, "abstractNumId", UNSET),
	                                   (uint32_t)all->nabstracts++}};
	for (int i = 0; i < LEVELS; i++)
		a->count[i] = UNSET;
	l->abstract = a;
}

static void begin_num(struct load *l, const struct xml_attrs *attrs)
{
	struct numbering *all = &l->d->numbering;
	struct num *n = pifu_arena_grow(l->d->keep, all->nums, all->nnums, &all->nums_cap,
	                                all->nnums + 1, sizeof(*n));

	l->abstract = NULL;
	l->num = NULL;
	l->override = UNSET;
	if (!n) {
		pifu_docx_nomem(l->d);
		return;
	}
	if (all->nnums >= pifu_limit(l->d->options, LIMIT_NUMBERINGS)) {
		pifu_xml_stop(l->d->x, PIFU_ERR_LIMIT, "too many lists (limit numberings)");
		return;
	}
	all->nums = n;
	n += all->nnums;
	*n = (struct num){.key = {(int32_t)pifu_xml_int(attrs, "numId", UNSET),
	                          (uint32_t)all->nnums++},
	                  .abstract_id = UNSET};
	for (int i = 0; i < LEVELS; i++)
		n->start[i] = UNSET;
	l->num = n;
}

static int32_t level_attr(const struct xml_attrs *attrs)
{
	int64_t level = pifu_xml_int(attrs, "ilvl", UNSET);

	return level >= 0 && level < LEVELS ? (int32_t)level : UNSET;
}

static void begin_level(struct load *l, const struct xml_attrs *attrs)
{
	int32_t i = level_attr(attrs);

	l->level = NULL;
	if (i == UNSET)
		return;
	if (l->abstract) {
		l->level = &l->abstract->levels[i];
	} else if (l->num && l->override != UNSET) {
		l->level = l->num->own[i] = ARENA_NEW(l->d->keep, struct level);
		if (!l->level)
			pifu_docx_nomem(l->d);
	}
	if (l->level)
		*l->level = (struct level){.set = true, .restart = UNSET, .format = STR("decimal")};
}

static void start_definition(struct load *l, unsigned token, const struct xml_attrs *attrs)
{
	switch (token) {
	case ABSTRACT:
		begin_abstract(l, attrs);
		break;
	case NUM:
		begin_num(l, attrs);
		break;
	case ABSTRACT_ID:
		if (l->num)
			l->num->abstract_id = (int32_t)pifu_xml_int(attrs, "val", UNSET);
		break;
	case LINK:
		if (l->abstract)
			l->abstract->link = keep_text(l, attrs);
		break;
	case OVERRIDE:
		l->override = level_attr(attrs);
		break;
	case START_OVERRIDE:
		if (l->num && l->override != UNSET)
			l->num->start[l->override] = (int32_t)pifu_xml_int(attrs, "val", 1);
		break;
	default:
		begin_level(l, attrs);
	}
}

static void start_level_part(struct load *l, unsigned token, const struct xml_attrs *attrs)
{
	struct level *level = l->level;

	if (token == START)
		level->start = (int32_t)pifu_xml_int(attrs, "val", 0);
	else if (token == RESTART)
		level->restart = (int32_t)pifu_xml_int(attrs, "val", UNSET);
	else if (token == TEXT)
		level->text = keep_text(l, attrs);
	else if (token == STYLE)
		level->style = keep_text(l, attrs);
	else if (token == LEGAL)
		level->legal = pifu_xml_on(attrs, "val");
	else if (token == SUFFIX)
		level->glued = pifu_str_eq(pifu_xml_attr(attrs, "val"), STR("nothing"));
	else if (token == FORMAT)
		level->format = keep_text(l, attrs);
	level->bullet = pifu_str_eq(level->format, STR("bullet"));
}

static void start_part(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct load *l = ctx;

	l->d->x = x;
	if (token == P_PR || token == R_PR)
		pifu_xml_skip(x);
	else if (token <= OVERRIDE || token == START_OVERRIDE || token == LINK)
		start_definition(l, token, attrs);
	else if (l->level)
		start_level_part(l, token, attrs);
}

static void end_part(void *ctx, struct xml *x, unsigned token)
{
	struct load *l = ctx;

	(void)x;
	if (token == LEVEL)
		l->level = NULL;
	else if (token == OVERRIDE)
		l->override = UNSET;
}

/* Both lists are sorted by id once read. */
static int compare_keys(const void *a, const void *b)
{
	const struct list_key *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* The item of that id in a sorted list of `n` items of `size` bytes, or NULL. */
static void *find_item(void *items, size_t n, size_t size, int32_t id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct list_key *key = (const void *)((char *)items + mid * size);

		if (key->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < n) {
		struct list_key *key = (void *)((char *)items + low * size);

		if (key->id == id)
			return key;
	}
	return NULL;
}

static struct abstract_num *find_abstract(const struct numbering *all, int32_t id)
{
	return find_item(all->abstracts, all->nabstracts, sizeof(*all->abstracts), id);
}

static struct num *find_num(const struct numbering *all, int32_t id)
{
	return find_item(all->nums, all->nnums, sizeof(*all->nums), id);
}

static void sort_numbering(struct numbering *all)
{
	if (all->nabstracts)
		qsort(all->abstracts, all->nabstracts, sizeof(*all->abstracts), compare_keys);
	if (all->nnums)
		qsort(all->nums, all->nnums, sizeof(*all->nums), compare_keys);
}

static void load_numbering(struct docx *d)
{
	static const struct xml_handler handler = {.names = names,
	                                           .nnames = sizeof(names) / sizeof(names[0]),
	                                           .start = start_part,
	                                           .end = end_part};
	const char *part = pifu_ooxml_rel_type(&d->rels, "numbering");
	struct load l = {.d = d, .override = UNSET};
	struct xml *outer = d->x;
	pifu_error err = {0};
	pifu_status status = PIFU_OK;

	d->have_numbering = true;
	if (part && pifu_ooxml_has(d->pkg, part))
		status = pifu_ooxml_parse(d->pkg, part, &handler, &l, &err);
	d->x = outer;
	sort_numbering(&d->numbering);
	if (status != PIFU_OK)
		pifu_xml_stop(d->x, status, err.message);
}

/* A definition that only names a list style is that style's definition. */
static struct abstract_num *follow_link(struct docx *d, struct abstract_num *a)
{
	const struct style *s = a && a->link.n ? pifu_docx_style(d, a->link) : NULL;
	struct num *n = s ? find_num(&d->numbering, s->num_id) : NULL;
	struct abstract_num *linked = n ? find_abstract(&d->numbering, n->abstract_id) : NULL;

	return linked ? linked : a;
}

static struct num *number_of(struct docx *d, int32_t id)
{
	struct num *n;

	if (!d->have_numbering)
		load_numbering(d);
	n = find_num(&d->numbering, id);
	if (n && !n->abstract)
		n->abstract = follow_link(d, find_abstract(&d->numbering, n->abstract_id));
	return n && n->abstract ? n : NULL;
}

/* ---- Counting and printing -------------------------------------------------- */

static const struct level *level_of(const struct num *n, int32_t i)
{
	return n->own[i] ? n->own[i] : &n->abstract->levels[i];
}

static void count_on(struct num *n, int32_t i)
{
	int32_t *count = n->abstract->count;

	if (n->start[i] != UNSET) {
		count[i] = n->start[i];
		n->start[i] = UNSET;
	} else {
		count[i] = count[i] == UNSET ? level_of(n, i)->start
		                             : count[i] + (count[i] < INT32_MAX);
	}
	for (int32_t deeper = i + 1; deeper < LEVELS; deeper++) {
		int32_t restart = level_of(n, deeper)->restart;

		if (restart == UNSET || i < restart)
			count[deeper] = UNSET;
	}
}

static void print_count(const struct num *n, int32_t i, bool legal, struct buf *out)
{
	const struct level *level = level_of(n, i);
	int32_t count = n->abstract->count[i];

	if (count == UNSET)
		count = level->start;
	pifu_docx_format_number(out, count, legal ? STR("decimal") : level->format);
}

static void print_label(const struct num *n, int32_t i, struct buf *out)
{
	const struct level *level = level_of(n, i);
	size_t from = out->n;

	for (uint32_t at = 0; at < level->text.n; at++) {
		char c = level->text.s[at];
		char digit = at + 1 < level->text.n ? level->text.s[at + 1] : '\0';

		if (c == '%' && digit >= '1' && digit <= '9') {
			print_count(n, digit - '1', level->legal, out);
			at++;
		} else {
			pifu_buf_char(out, c);
		}
	}
	if (out->n > from && !level->glued)
		pifu_buf_char(out, ' ');
}

/* The level whose paragraph style this is; the style's own level, 0, otherwise. */
static int32_t level_of_style(const struct num *n, const struct style *s)
{
	for (int32_t i = 0; i < LEVELS; i++)
		if (level_of(n, i)->style.n && pifu_str_eq(level_of(n, i)->style, s->id))
			return i;
	return s->level;
}

static bool is_shown(struct docx *d)
{
	const struct frame *cell = pifu_docx_open_cell(d);

	return !cell || (!cell->table.cell.gone && cell->table.cell.vertical != MERGE_CONTINUE &&
	                 cell->table.cell.horizontal != MERGE_CONTINUE);
}

void pifu_docx_label(struct docx *d, const struct para *p, struct buf *out)
{
	const struct style *s = p->style ? p->style : pifu_docx_default_style(d);
	int32_t id = p->num_id != UNSET || !s ? p->num_id : s->num_id;
	int32_t level = p->level;
	struct num *n;

	if (id <= 0 || !is_shown(d) || !(n = number_of(d, id)))
		return;
	if (level == UNSET && p->num_id == UNSET)
		level = level_of_style(n, s);
	if (level < 0 || level >= LEVELS)
		level = level >= LEVELS ? LEVELS - 1 : 0;
	if (!level_of(n, level)->set || level_of(n, level)->bullet)
		return;
	count_on(n, level);
	print_label(n, level, out);
}
