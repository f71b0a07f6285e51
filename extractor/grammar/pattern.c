/* Fragments put in place of their names, and the way back to the source.
 *
 *     rules:   sign: '≥|≤|='         number: '\d+(\.\d+)?'
 *     pattern: '^{sign}?{number}$'
 *     text     ^(?:≥|≤|=)?(?:\d+(\.\d+)?)$
 *     pieces   |  |        | |            |      each knows its node and offset there
 *
 * PCRE2 tells an error as an offset in the whole text; the piece it falls into
 * leads back to the line and column where the mistake was made, be it in the
 * pattern itself or in a fragment of a fragment. */
#include "grammar/pattern.h"

#include "base/error.h"
#include "base/limits.h"
#include "grammar/keys.h"

/* A stretch of the text that comes from one place of a node. */
struct piece {
	size_t at;       /* in the text */
	uint32_t offset; /* in the node's text */
	const struct node *node;
};

struct open_fragment {
	const struct node *node;
	uint32_t at;
};

enum { PIECES = 512 };
struct expansion {
	struct builder *b;
	struct open_fragment stack[PIFU_LIMIT_RULE_DEPTH];
	size_t depth;
	struct piece pieces[PIECES];
	size_t npieces;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Length of `{name}` at `at`, or 0. `\p{han}` and `\x{4e00}` are PCRE2's own. */
static uint32_t reference_length(struct str s, uint32_t at)
{
	if (s.s[at] != '{' || (at >= 2 && s.s[at - 2] == '\\' && strchr("pPxoNgk", s.s[at - 1])))
		return 0;
	uint32_t i = at + 1;
	if (i >= s.n || s.s[i] < 'a' || s.s[i] > 'z')
		return 0;
	while (i < s.n && ((s.s[i] >= 'a' && s.s[i] <= 'z') || (s.s[i] >= '0' && s.s[i] <= '9') ||
	                   s.s[i] == '_' || s.s[i] == '-'))
		i++;
	return i < s.n && s.s[i] == '}' ? i + 1 - at : 0;
}

/* Pieces beyond the table only make a message less exact. */
static void mark_piece(struct expansion *x, const struct node *node, uint32_t offset)
{
	if (x->npieces < PIECES)
		x->pieces[x->npieces++] = (struct piece){x->b->text.n, offset, node};
}

/* The place of byte `offset` of a node's text: exact on one line, the first
 * line of a text over several. */
static struct node place_in(const struct node *n, uint32_t offset)
{
	struct node at = *n;
	if (n->block)
		return at;
	for (uint32_t i = 0; i < offset && i < n->text.n; i++)
		at.column += ((unsigned char)n->text.s[i] & 0xC0) != 0x80;
	return at;
}

static struct node place_of(const struct expansion *x, size_t offset)
{
	const struct piece *p = &x->pieces[0];
	for (size_t i = 1; i < x->npieces && x->pieces[i].at <= offset; i++)
		p = &x->pieces[i];
	/* Blanks of the node were dropped: pass over them again. */
	uint32_t at = p->offset;
	for (size_t left = offset - p->at; left > 0 && at < p->node->text.n; at++)
		left -= !is_blank(p->node->text.s[at]);
	return place_in(p->node, at);
}

static bool tell_unknown(const struct node *at, const struct node *fragments, struct str name,
                         pifu_error *err)
{
	const char *names[256];
	size_t n = 0;
	for (; fragments && n < fragments->count && n < 256; n++)
		names[n] = fragments->members[n].key.s;
	const char *near = pifu_keys_suggest(name, names, n);
	return pifu_tree_error(at, err, "no pattern is named '%.*s' in 'rules'%s%s%s",
	                       (int)(name.n < 60 ? name.n : 60), name.s,
	                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool open_fragment(struct expansion *x, const struct node *from, uint32_t at,
                          uint32_t length)
{
	struct builder *b = x->b;
	struct str name = pifu_str_sub(from->text, at + 1, at + length - 1);
	struct node here = place_in(from, at);
	struct node *found = NULL;
	for (size_t i = 0; b->fragments && i < b->fragments->count && !found; i++)
		if (pifu_str_eq(b->fragments->members[i].key, name))
			found = b->fragments->members[i].value;
	if (!found)
		return tell_unknown(&here, b->fragments, name, b->err);
	for (size_t i = 0; i < x->depth; i++)
		if (x->stack[i].node == found)
			return pifu_tree_error(&here, b->err, "pattern '%.*s' contains itself",
			                       (int)name.n, name.s);
	found->used = true;
	if (x->depth == PIFU_LIMIT_RULE_DEPTH)
		return pifu_tree_error(&here, b->err, "patterns within patterns, more than %d deep",
		                       (int)PIFU_LIMIT_RULE_DEPTH);
	pifu_buf_put(&b->text, "(?:", 3);
	x->stack[x->depth++] = (struct open_fragment){found, 0};
	mark_piece(x, found, 0);
	return true;
}

static void close_fragment(struct expansion *x)
{
	x->depth--;
	if (x->depth == 0)
		return;
	const struct open_fragment *f = &x->stack[x->depth - 1];
	pifu_buf_char(&x->b->text, ')');
	mark_piece(x, f->node, f->at);
}

/* Take one step: a character, a reference, or the end of a fragment. */
static bool expand_step(struct expansion *x)
{
	struct open_fragment *f = &x->stack[x->depth - 1];
	struct str s = f->node->text;
	if (f->at >= s.n) {
		close_fragment(x);
		return true;
	}
	uint32_t reference = reference_length(s, f->at);
	if (reference) {
		uint32_t at = f->at;
		f->at += reference;
		return open_fragment(x, f->node, at, reference);
	}
	char c = s.s[f->at++];
	if (!is_blank(c))
		pifu_buf_char(&x->b->text, c);
	return true;
}

static bool expand_pattern(struct expansion *x, const struct node *pattern)
{
	struct builder *b = x->b;
	pifu_buf_clear(&b->text);
	x->stack[0] = (struct open_fragment){pattern, 0};
	x->depth = 1;
	mark_piece(x, pattern, 0);
	while (x->depth > 0) {
		if (!expand_step(x))
			return false;
		if (b->text.n > PIFU_LIMIT_RULE_BYTES)
			return pifu_tree_error(
				pattern, b->err,
				"the pattern is too long with its fragments in place");
	}
	return !b->text.failed || pifu_build_nomem(b);
}

static bool keep_rule(struct builder *b, struct rule *r)
{
	struct pifu_grammars *set = b->set;
	struct rule **grown = pifu_arena_grow(b->arena, set->rules, set->nrules, &b->rules_cap,
	                                      set->nrules + 1, sizeof *grown);
	if (!grown) {
		pifu_rule_free(r);
		return pifu_build_nomem(b);
	}
	set->rules = grown;
	grown[set->nrules++] = r;
	pifu_rule_number(r, (uint32_t)set->nrules);
	return true;
}

static struct str fragment_name(const struct builder *b, const struct node *fragment)
{
	for (size_t i = 0; b->fragments && i < b->fragments->count; i++)
		if (b->fragments->members[i].value == fragment)
			return b->fragments->members[i].key;
	return STR("rules");
}

/* A fragment that is wrong by itself spoils what follows it, and PCRE2 tells of
 * the end: an open bracket swallows the rest. So when a pattern is wrong, its
 * fragments are tried alone, and the first that fails is told. */
static bool tell_fragment(const struct expansion *x)
{
	const struct node *pattern = x->pieces[0].node;
	for (size_t i = 1; i < x->npieces; i++) {
		struct node *fragment = (struct node *)(uintptr_t)x->pieces[i].node;
		bool opens = x->pieces[i].offset == 0 && fragment != pattern;
		if (opens && !pifu_pattern_compile(x->b, fragment, fragment_name(x->b, fragment)))
			return true;
	}
	return false;
}

static struct rule *compile_text(struct expansion *x, struct str name)
{
	struct builder *b = x->b;
	pifu_error why = {0};
	struct rule *r = pifu_rule_new(name, pifu_buf_view(&b->text), b->set->allocator, &why);
	if (r)
		return keep_rule(b, r) ? r : NULL;
	if (why.status == PIFU_ERR_NOMEM) {
		pifu_build_nomem(b);
		return NULL;
	}
	if (tell_fragment(x))
		return NULL;
	struct node at = place_of(x, why.column ? why.column - 1 : 0);
	pifu_tree_error(&at, b->err, "bad pattern: %s", why.message);
	return NULL;
}

struct rule *pifu_pattern_compile(struct builder *b, struct node *pattern, struct str name)
{
	struct expansion x; /* large: only what is used is set */
	x.b = b;
	x.npieces = 0;
	if (!expand_pattern(&x, pattern))
		return NULL;
	if (pattern->rule && pifu_str_eq(pattern->expanded, pifu_buf_view(&b->text)))
		return pattern->rule;
	struct rule *r = compile_text(&x, name);
	if (!r)
		return NULL;
	pattern->expanded = pifu_arena_str(b->arena, pifu_buf_view(&b->text));
	if (!pattern->expanded.s) {
		pifu_build_nomem(b);
		return NULL;
	}
	pattern->rule = r;
	return r;
}

bool pifu_pattern_unused(struct builder *b)
{
	for (size_t i = 0; b->fragments && i < b->fragments->count; i++) {
		const struct member *m = &b->fragments->members[i];
		if (!m->value->used && !pifu_pattern_compile(b, m->value, m->key))
			return false;
		m->value->used = true;
	}
	return true;
}
