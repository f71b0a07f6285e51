/* YAML text to a tree of nodes, by libyaml's events.
 *
 * Events come in document order; a stack holds the lists and maps that are
 * still open. In a map, scalars are keys and values in turn: a frame with a
 * pending key waits for its value.
 *
 *     {a: [1, 2], b: x}      stack      map{a: list[1 2]}  <- pending key b
 *
 * Nothing recurses, so the depth of a hostile file costs a stack slot, and that
 * only up to the limit. Aliases (*name) are refused: they are how a small file
 * becomes a large tree, and a grammar has `extends` instead. */
#include "grammar/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

#include "base/error.h"
#include "base/limits.h"

struct frame {
	struct node *node;
	struct member pending;
	bool waiting; /* the pending key has no value yet */
};

struct reader_state {
	struct arena *arena;
	struct str file;
	pifu_error *err;
	struct frame stack[PIFU_LIMIT_YAML_DEPTH];
	size_t depth, nodes, documents;
	struct node *root;
};

bool pifu_tree_error(const struct node *at, pifu_error *err, const char *format, ...)
{
	char message[sizeof((pifu_error *)0)->message];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	pifu_error_set(err, PIFU_ERR_GRAMMAR, "%s", message);
	pifu_error_place(err, at->file.s, at->line, at->column);
	return false;
}

struct node *pifu_tree_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	struct str wanted = pifu_str_of(key);
	for (size_t i = 0; i < map->count; i++)
		if (pifu_str_eq(map->members[i].key, wanted))
			return map->members[i].value;
	return NULL;
}

struct str pifu_tree_text(const struct node *map, const char *key)
{
	const struct node *n = pifu_tree_get(map, key);
	return n && n->kind == NODE_TEXT ? n->text : STR_NONE;
}

struct node *pifu_tree_copy(struct arena *a, const struct node *from)
{
	struct node *n = pifu_arena_alloc(a, sizeof *n);
	if (!n)
		return NULL;
	*n = *from;
	n->members = NULL;
	n->count = n->cap = 0;
	return n;
}

bool pifu_tree_add(struct arena *a, struct node *parent, struct member m)
{
	struct member *grown = pifu_arena_grow(a, parent->members, parent->count, &parent->cap,
	                                       parent->count + 1, sizeof *grown);
	if (!grown)
		return false;
	parent->members = grown;
	grown[parent->count++] = m;
	return true;
}

static bool fail_at(struct reader_state *st, yaml_mark_t mark, const char *message)
{
	pifu_error_set(st->err, PIFU_ERR_GRAMMAR, "%s", message);
	pifu_error_place(st->err, st->file.s, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1);
	return false;
}

static bool fail_nomem(struct reader_state *st)
{
	pifu_error_nomem(st->err);
	return false;
}

static struct node *new_node(struct reader_state *st, enum node_kind kind, yaml_mark_t mark)
{
	if (++st->nodes > PIFU_LIMIT_YAML_NODES) {
		fail_at(st, mark, "the file has too many nodes for a grammar");
		return NULL;
	}
	struct node *n = ARENA_NEW(st->arena, struct node);
	if (!n) {
		fail_nomem(st);
		return NULL;
	}
	n->kind = kind;
	n->file = st->file;
	n->line = (uint32_t)mark.line + 1;
	n->column = (uint32_t)mark.column + 1;
	return n;
}

/* A finished value, or one that is being opened, goes into the innermost frame. */
static bool attach_node(struct reader_state *st, struct node *n)
{
	if (st->depth == 0) {
		st->root = n;
		return true;
	}
	struct frame *top = &st->stack[st->depth - 1];
	struct member m = {STR_NONE, n->line, n->column, n};
	if (top->node->kind == NODE_MAP) {
		m = top->pending;
		m.value = n;
		top->waiting = false;
	}
	return pifu_tree_add(st->arena, top->node, m) || fail_nomem(st);
}

static bool expects_key(const struct reader_state *st)
{
	if (st->depth == 0)
		return false;
	const struct frame *top = &st->stack[st->depth - 1];
	return top->node->kind == NODE_MAP && !top->waiting;
}

static bool open_node(struct reader_state *st, enum node_kind kind, yaml_mark_t mark)
{
	if (expects_key(st))
		return fail_at(st, mark, "a key must be a plain text");
	if (st->depth == PIFU_LIMIT_YAML_DEPTH)
		return fail_at(st, mark, "lists and maps are nested too deep");
	struct node *n = new_node(st, kind, mark);
	if (!n || !attach_node(st, n))
		return false;
	st->stack[st->depth++] = (struct frame){.node = n};
	return true;
}

static struct str scalar_text(struct reader_state *st, const yaml_event_t *ev)
{
	return pifu_arena_str(st->arena, (struct str){(const char *)ev->data.scalar.value,
	                                              (uint32_t)ev->data.scalar.length});
}

static bool take_key(struct reader_state *st, const yaml_event_t *ev)
{
	struct frame *top = &st->stack[st->depth - 1];
	struct str key = scalar_text(st, ev);
	if (!key.s)
		return fail_nomem(st);
	if (top->node->count == PIFU_LIMIT_YAML_KEYS)
		return fail_at(st, ev->start_mark, "the map has too many keys for a grammar");
	for (size_t i = 0; i < top->node->count; i++) {
		if (!pifu_str_eq(top->node->members[i].key, key))
			continue;
		char why[160];
		snprintf(why, sizeof why, "key '%.*s' stands twice; first in line %u",
		         (int)(key.n < 60 ? key.n : 60), key.s, top->node->members[i].line);
		return fail_at(st, ev->start_mark, why);
	}
	top->pending = (struct member){key, (uint32_t)ev->start_mark.line + 1,
	                               (uint32_t)ev->start_mark.column + 1, NULL};
	top->waiting = true;
	return true;
}

static bool take_scalar(struct reader_state *st, const yaml_event_t *ev)
{
	if (expects_key(st))
		return take_key(st, ev);
	struct node *n = new_node(st, NODE_TEXT, ev->start_mark);
	if (!n)
		return false;
	yaml_scalar_style_t style = ev->data.scalar.style;
	n->text = scalar_text(st, ev);
	if (!n->text.s)
		return fail_nomem(st);
	n->plain = style == YAML_PLAIN_SCALAR_STYLE;
	n->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		n->column++;
	return attach_node(st, n);
}

static bool take_event(struct reader_state *st, const yaml_event_t *ev)
{
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++st->documents > 1)
			return fail_at(st, ev->start_mark, "a grammar file holds one document");
		return true;
	case YAML_ALIAS_EVENT:
		return fail_at(st, ev->start_mark,
		               "aliases (*name) are not taken; write it out or use 'extends'");
	case YAML_SCALAR_EVENT:
		return take_scalar(st, ev);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(st, NODE_LIST, ev->start_mark);
	case YAML_MAPPING_START_EVENT:
		return open_node(st, NODE_MAP, ev->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		st->depth -= st->depth > 0;
		return true;
	default:
		return true;
	}
}

/* The line and column, from 0, of a byte. */
static yaml_mark_t mark_of(struct str yaml, size_t offset)
{
	yaml_mark_t mark = {0};
	for (size_t i = 0; i < offset && i < yaml.n; i++) {
		mark.column += ((unsigned char)yaml.s[i] & 0xC0) != 0x80;
		if (yaml.s[i] == '\n')
			mark.line++, mark.column = 0;
	}
	return mark;
}

/* An encoding error has an offset but no mark. */
static bool tell_parser(struct reader_state *st, const yaml_parser_t *p, struct str yaml)
{
	if (p->error == YAML_MEMORY_ERROR)
		return fail_nomem(st);
	char why[240];
	snprintf(why, sizeof why, "bad YAML: %s%s%s", p->problem ? p->problem : "unreadable",
	         p->context ? " " : "", p->context ? p->context : "");
	return fail_at(st,
	               p->error == YAML_READER_ERROR ? mark_of(yaml, p->problem_offset)
	                                             : p->problem_mark,
	               why);
}

static bool read_events(struct reader_state *st, yaml_parser_t *p, struct str yaml)
{
	for (bool end = false; !end;) {
		yaml_event_t ev;
		if (!yaml_parser_parse(p, &ev))
			return tell_parser(st, p, yaml);
		end = ev.type == YAML_STREAM_END_EVENT;
		bool taken = take_event(st, &ev);
		yaml_event_delete(&ev);
		if (!taken)
			return false;
	}
	return true;
}

struct node *pifu_tree_read(struct arena *a, struct str file, struct str yaml, pifu_error *err)
{
	struct reader_state st = {.arena = a, .file = file, .err = err};
	yaml_parser_t parser;
	if (pifu_str_starts(yaml, STR("\xEF\xBB\xBF"))) /* a mark that editors put there */
		yaml = pifu_str_sub(yaml, 3, yaml.n);
	if (!yaml_parser_initialize(&parser)) {
		fail_nomem(&st);
		return NULL;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)(yaml.s ? yaml.s : ""),
	                             yaml.n);
	bool read = read_events(&st, &parser, yaml);
	yaml_parser_delete(&parser);
	if (!read)
		return NULL;
	if (st.root && st.root->kind == NODE_MAP)
		return st.root;
	fail_at(&st, (yaml_mark_t){0}, "a grammar is a map of keys, and this file has none");
	return NULL;
}
