/* Which strings of a converter's JSON are text of the document.
 *
 *   [{"type": "text", "text": "# 绩效目标表", "page_idx": 0},
 *    {"type": "table", "table_body": "<table>…</table>", "page_idx": 0}]
 *
 * Keys say it (json_keys.def); a string with an HTML table in it is always
 * taken. Each becomes a piece of lines (html_pieces.h) with its JSON path and
 * the page that it or what holds it names. Docling writes its tables cell by
 * cell; they are put together as HTML and go the same way. */
#include "read/json_read.h"

static const struct {
	struct str key;
	enum json_role role;
} keys[] = {
#define JSON_KEY(key, role) {STR(key), JSON_##role},
#include "read/json_keys.def"
#undef JSON_KEY
};

enum json_role pifu_json_role(struct str key)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (pifu_str_eq(keys[i].key, key))
			return keys[i].role;
	return JSON_OTHER;
}

static bool fail_memory(struct json_read *r)
{
	if (r->status == PIFU_OK)
		r->status = pifu_error_nomem(r->err);
	return false;
}

void *pifu_json_push(struct json_read *r, struct json_list *list, size_t size)
{
	if (list->n == list->cap) {
		uint32_t cap = list->cap ? list->cap * 2 : 16;
		void *items = pifu_mem_realloc(r->allocator, list->items, cap * size);
		if (!items) {
			fail_memory(r);
			return NULL;
		}
		list->items = items;
		list->cap = cap;
	}
	return (char *)list->items + size * list->n++;
}

static struct json_frame *top(struct json_read *r)
{
	return r->depth ? &r->frames[r->depth - 1] : NULL;
}

static enum json_role role_here(struct json_read *r)
{
	return r->depth ? top(r)->role : JSON_OTHER;
}

/* ---- Paths ------------------------------------------------------------------------ */

/* The part of the path for the value that comes next: [3] in an array. */
static void step_path(struct json_read *r)
{
	struct json_frame *f = top(r);

	if (!f || !f->array)
		return;
	r->path.n = f->path;
	pifu_buf_fmt(&r->path, "[%u]", f->index++);
}

/* ---- Pieces ------------------------------------------------------------------------ */

static bool add_piece(struct json_read *r, struct str text)
{
	struct html_piece *piece = pifu_json_push(r, &r->pieces, sizeof *piece);
	uint64_t *self = piece ? pifu_json_push(r, &r->selves, sizeof *self) : NULL;

	if (!self)
		return false;
	*self = 0;
	*piece = (struct html_piece){.lines = true, .text = text};
	piece->path = pifu_arena_str(r->arena, pifu_buf_view(&r->path));
	return piece->path.s && text.s && !r->path.failed ? true : fail_memory(r);
}

static bool has_table(struct str s)
{
	return pifu_html_find_tag(s, 0, "<table") < s.n;
}

/* A copy without NULs, which JSON can hold and text cannot. */
static struct str keep_text(struct json_read *r, struct str s)
{
	struct str kept = pifu_arena_str(r->arena, s);
	for (char *nul = kept.s && kept.n ? memchr((char *)(uintptr_t)kept.s, '\0', kept.n) : NULL;
	     nul; nul = memchr(nul, '\0', (size_t)(kept.s + kept.n - nul)))
		*nul = ' ';
	return kept;
}

bool pifu_json_value(struct json_read *r)
{
	if (!r->skip)
		step_path(r);
	return true;
}

bool pifu_json_string(struct json_read *r, struct str s)
{
	enum json_role role = role_here(r);

	if (r->skip)
		return true;
	step_path(r);
	if (role == JSON_SELF) {
		top(r)->self = pifu_str_hash(s);
	} else if (role == JSON_REF && r->depth >= 3 &&
	           r->frames[r->depth - 2].role == JSON_CHILDREN) {
		struct json_link *link = pifu_json_push(r, &r->links, sizeof *link);
		if (!link)
			return false;
		*link = (struct json_link){r->frames[r->depth - 3].self, pifu_str_hash(s),
		                           r->links.n};
	} else if (r->in_cells && role == JSON_TEXT) {
		r->cell.text = keep_text(r, s);
		return r->cell.text.s ? true : fail_memory(r);
	} else if (role == JSON_TEXT || (role == JSON_OTHER && has_table(s))) {
		return pifu_str_trim(s).n == 0 || add_piece(r, keep_text(r, s));
	}
	return true;
}

bool pifu_json_number(struct json_read *r, int64_t value)
{
	uint32_t n = value < 0 ? 0 : value > 1000000 ? 1000000 : (uint32_t)value;

	if (r->skip)
		return true;
	step_path(r);
	switch (role_here(r)) {
	case JSON_PAGE0:
		top(r)->page = value >= 0 ? n + 1 : 0;
		break;
	case JSON_PAGE1:
		top(r)->page = n;
		break;
	case JSON_ROW:
		r->cell.row = n;
		break;
	case JSON_COL:
		r->cell.col = n;
		break;
	case JSON_ROWSPAN:
		r->cell.rowspan = n;
		break;
	case JSON_COLSPAN:
		r->cell.colspan = n;
		break;
	default:
		break;
	}
	return true;
}

bool pifu_json_key(struct json_read *r, struct str key)
{
	struct json_frame *f = top(r);

	if (r->skip)
		return true;
	f->role = pifu_json_role(key);
	r->path.n = f->path;
	pifu_buf_char(&r->path, '.');
	pifu_buf_str(&r->path, key);
	return r->path.failed ? fail_memory(r) : true;
}

/* ---- Docling's tables ---------------------------------------------------------------- */

static void put_escaped(struct buf *out, struct str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.s[i] == '<')
			pifu_buf_str(out, STR("&lt;"));
		else if (s.s[i] == '&')
			pifu_buf_str(out, STR("&amp;"));
		else if (s.s[i] == '\n')
			pifu_buf_str(out, STR("<br>"));
		else
			pifu_buf_char(out, s.s[i]);
	}
}

/* Docling gives cells row by row, each with its place; a place that no cell of
 * the row fills is filled by one from above, or gets a blank cell. */
static void write_table(struct buf *out, const struct json_cell *cells, uint32_t n)
{
	pifu_buf_str(out, STR("<table>"));
	for (uint32_t i = 0; i < n; i++) {
		bool first = i == 0 || cells[i].row != cells[i - 1].row;
		uint32_t rows = i == 0                            ? 1
		                : cells[i].row > cells[i - 1].row ? cells[i].row - cells[i - 1].row
		                                                  : 1;
		for (uint32_t k = 0; first && k < rows && k < 1000; k++)
			pifu_buf_str(out, STR("<tr>"));
		pifu_buf_fmt(out, "<td rowspan=%u colspan=%u>",
		             cells[i].rowspan ? cells[i].rowspan : 1,
		             cells[i].colspan ? cells[i].colspan : 1);
		put_escaped(out, cells[i].text);
	}
	pifu_buf_str(out, STR("</table>"));
}

static bool end_table(struct json_read *r)
{
	struct buf html = {.allocator = r->allocator};

	r->in_cells = false;
	if (r->cells.n == 0)
		return true;
	write_table(&html, r->cells.items, r->cells.n);
	r->cells.n = 0;
	bool ok = !html.failed && add_piece(r, pifu_arena_str(r->arena, pifu_buf_view(&html)));
	pifu_buf_free(&html);
	return ok ? true : fail_memory(r);
}

static bool end_cell(struct json_read *r)
{
	struct json_cell *cell = pifu_json_push(r, &r->cells, sizeof *cell);

	if (!cell)
		return false;
	*cell = r->cell;
	r->cell = (struct json_cell){0};
	return true;
}

/* ---- Objects and arrays ----------------------------------------------------------------- */

static bool is_left_out(struct json_read *r, enum json_role role)
{
	r->blocks_seen |= role == JSON_BLOCKS;
	return role == JSON_SKIP || (role == JSON_TABLES && r->blocks_seen);
}

bool pifu_json_open(struct json_read *r, bool array)
{
	enum json_role role = role_here(r);

	if (r->skip || is_left_out(r, role)) {
		r->skip++;
		return true;
	}
	if (r->depth == r->most_depth) {
		r->status = pifu_error_set(r->err, PIFU_ERR_LIMIT,
		                           "the JSON nests deeper than %u (limit json-depth)",
		                           r->most_depth);
		return false;
	}
	if (r->depth == 0)
		pifu_buf_clear(&r->path), pifu_buf_char(&r->path, '$');
	step_path(r);
	if (role == JSON_CELLS && array) {
		r->in_cells = true;
		r->cells.n = 0;
	}
	r->frames[r->depth++] = (struct json_frame){
		.array = array,
		.role = array ? role : JSON_OTHER,
		.path = (uint32_t)r->path.n,
		.piece = r->pieces.n,
	};
	return r->path.failed ? fail_memory(r) : true;
}

/* Its page and its name hold for all pieces inside that have none of their own. */
static void name_pieces(struct json_read *r, const struct json_frame *f)
{
	struct html_piece *pieces = r->pieces.items;
	uint64_t *selves = r->selves.items;

	for (uint32_t i = f->piece; i < r->pieces.n; i++) {
		if (pieces[i].page == 0)
			pieces[i].page = f->page;
		if (selves[i] == 0)
			selves[i] = f->self;
	}
}

bool pifu_json_close(struct json_read *r)
{
	if (r->skip) {
		r->skip--;
		return true;
	}
	struct json_frame f = r->frames[--r->depth], *parent = top(r);
	if (f.page || f.self)
		name_pieces(r, &f);
	r->path.n = f.path;
	/* the place of an item ("prov") names the page of the item */
	if (parent && parent->role == JSON_PLACE && parent->page == 0)
		parent->page = f.page;
	if (f.array && f.role == JSON_CELLS)
		return end_table(r);
	if (!f.array && r->in_cells && parent && parent->role == JSON_CELLS)
		return end_cell(r);
	return true;
}

void pifu_json_read_free(struct json_read *r)
{
	pifu_mem_free(r->allocator, r->pieces.items);
	pifu_mem_free(r->allocator, r->selves.items);
	pifu_mem_free(r->allocator, r->cells.items);
	pifu_mem_free(r->allocator, r->links.items);
	pifu_buf_free(&r->path);
	pifu_arena_free(r->arena);
}
