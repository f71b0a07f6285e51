/* A family with all that it inherits, printed as YAML by libyaml's emitter.
 *
 * What is printed can be loaded again and gives the same family. A stack holds
 * the lists and maps that are open, as in reading; events go out in the order
 * of the tree. */
#include <yaml.h>

#include "base/error.h"
#include "base/limits.h"
#include "grammar/grammar.h"
#include "grammar/tree.h"

struct level {
	const struct node *node;
	size_t next;
};

struct show {
	yaml_emitter_t emitter;
	struct level stack[PIFU_LIMIT_YAML_DEPTH + 1];
	size_t depth;
	pifu_sink sink;
	void *ctx;
	bool refused; /* the sink wanted no more */
};

/* Called by libyaml with the bytes it has made. */
static int write_bytes(void *ctx, unsigned char *bytes, size_t n)
{
	struct show *s = ctx;
	s->refused = s->refused || s->sink(s->ctx, (const char *)bytes, n) != 0;
	return !s->refused;
}

static bool has_lines(struct str text)
{
	return memchr(text.s, '\n', text.n) != NULL;
}

/* The style goes by the text, not by how it was written: what is shown again
 * looks the same. libyaml falls back to quotes where a style cannot hold the text. */
static bool emit_text(struct show *s, struct str text, bool plain)
{
	yaml_event_t ev;
	yaml_scalar_style_t style = has_lines(text) ? YAML_LITERAL_SCALAR_STYLE
	                            : plain         ? YAML_PLAIN_SCALAR_STYLE
	                                            : YAML_SINGLE_QUOTED_SCALAR_STYLE;
	return yaml_scalar_event_initialize(&ev, NULL, NULL, (const yaml_char_t *)text.s,
	                                    (int)text.n, 1, 1, style) &&
	       yaml_emitter_emit(&s->emitter, &ev);
}

/* A list of texts goes on one line, as far as it fits. */
static bool is_flat(const struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->members[i].value->kind != NODE_TEXT || has_lines(n->members[i].value->text))
			return false;
	return true;
}

static bool open_node(struct show *s, const struct node *n)
{
	yaml_event_t ev;
	s->stack[s->depth++] = (struct level){n, 0};
	bool made =
		n->kind == NODE_MAP
			? yaml_mapping_start_event_initialize(&ev, NULL, NULL, 1,
	                                                      YAML_BLOCK_MAPPING_STYLE)
			: yaml_sequence_start_event_initialize(&ev, NULL, NULL, 1,
	                                                       is_flat(n)
	                                                               ? YAML_FLOW_SEQUENCE_STYLE
	                                                               : YAML_BLOCK_SEQUENCE_STYLE);
	return made && yaml_emitter_emit(&s->emitter, &ev);
}

static bool close_node(struct show *s)
{
	yaml_event_t ev;
	const struct node *n = s->stack[--s->depth].node;
	bool made = n->kind == NODE_MAP ? yaml_mapping_end_event_initialize(&ev)
	                                : yaml_sequence_end_event_initialize(&ev);
	return made && yaml_emitter_emit(&s->emitter, &ev);
}

static bool emit_node(struct show *s, const struct node *n)
{
	return n->kind == NODE_TEXT ? emit_text(s, n->text, n->plain) : open_node(s, n);
}

/* What has been merged in already: `extends` would merge it in once more. */
static bool is_hidden(const struct show *s, struct str key)
{
	return s->depth == 1 && pifu_str_eq(key, STR("extends"));
}

static bool emit_step(struct show *s)
{
	struct level *top = &s->stack[s->depth - 1];
	if (top->next == top->node->count)
		return close_node(s);
	const struct member *m = &top->node->members[top->next++];
	if (is_hidden(s, m->key))
		return true;
	if (top->node->kind == NODE_MAP && !emit_text(s, m->key, true))
		return false;
	return emit_node(s, m->value);
}

static bool emit_tree(struct show *s, const struct node *root)
{
	yaml_event_t ev;
	if (!yaml_stream_start_event_initialize(&ev, YAML_UTF8_ENCODING) ||
	    !yaml_emitter_emit(&s->emitter, &ev))
		return false;
	if (!yaml_document_start_event_initialize(&ev, NULL, NULL, NULL, 1) ||
	    !yaml_emitter_emit(&s->emitter, &ev))
		return false;
	if (!emit_node(s, root))
		return false;
	while (s->depth > 0)
		if (!emit_step(s))
			return false;
	return yaml_document_end_event_initialize(&ev, 1) && yaml_emitter_emit(&s->emitter, &ev) &&
	       yaml_stream_end_event_initialize(&ev) && yaml_emitter_emit(&s->emitter, &ev);
}

pifu_status pifu_grammars_show(const pifu_grammars *grammars, size_t index, pifu_sink sink,
                               void *ctx, pifu_error *err)
{
	if (index >= grammars->count)
		return pifu_error_set(err, PIFU_ERR_USAGE, "there is no grammar number %zu", index);
	struct show s = {.sink = sink, .ctx = ctx};
	if (!yaml_emitter_initialize(&s.emitter))
		return pifu_error_nomem(err);
	yaml_emitter_set_output(&s.emitter, write_bytes, &s);
	yaml_emitter_set_unicode(&s.emitter, 1);
	yaml_emitter_set_width(&s.emitter, 110);
	bool shown = emit_tree(&s, grammars->items[index]->tree);
	bool nomem = s.emitter.error == YAML_MEMORY_ERROR;
	yaml_emitter_delete(&s.emitter);
	if (shown)
		return PIFU_OK;
	if (nomem)
		return pifu_error_nomem(err);
	return pifu_error_set(err, PIFU_ERR_WRITE, "the output cannot be written");
}
