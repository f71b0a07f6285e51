/* What prose says of its projects, beside the indicators.
 *
 *     【项目概况】:该项目为县管渡口的值守服务      the field `content`
 *     【总体目标】                            the field `goals`, which
 *     保障渡口安全运营,更新超龄渡船              goes on in the next lines
 *     【产出指标-数量指标】                     up to the next mark
 *     年度目标:完成渡船更新                    a field up to its colon
 *
 * A mark is in brackets or ends with a colon, and what stands in it is the label
 * of a head field. Each project of the form has its own. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/classify.h"
#include "stage/head.h"

enum { MARK_BYTES = 60, VALUE_ROWS = 8, VALUE_BYTES = 3000 };

static const struct str opening[] = {{"【", 3}, {"〔", 3}, {"「", 3}, {"[", 1}},
			closing[] = {{"】", 3}, {"〕", 3}, {"」", 3}, {"]", 1}};

static struct str behind(struct str text, uint32_t at)
{
	while (at < text.n && (text.s[at] == ':' || text.s[at] == ' '))
		at++;
	return pifu_str_trim(pifu_str_sub(text, at, text.n));
}

/* The text in the mark at the front of `text`, .s NULL when there is none. */
static struct str read_mark(struct str text, struct str *rest)
{
	struct str near = pifu_str_sub(text, 0, text.n < MARK_BYTES ? text.n : MARK_BYTES);
	for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
		int64_t end =
			pifu_str_starts(near, opening[i]) ? pifu_str_find(near, closing[i]) : -1;
		if (end < 0)
			continue;
		*rest = behind(text, (uint32_t)end + closing[i].n);
		return pifu_str_trim(pifu_str_sub(text, opening[i].n, (uint32_t)end));
	}
	int64_t colon = pifu_str_find(near, STR(":"));
	if (colon <= 0)
		return STR_NONE;
	*rest = behind(text, (uint32_t)colon);
	return pifu_str_sub(text, 0, (uint32_t)colon);
}

/* The field that the mark names: a text or goals. */
static const struct field *find_field(const struct pifu_doc *doc, struct str mark)
{
	const struct grammar *g = doc->grammars->common;
	size_t n;
	const struct meaning *m = mark.s ? pifu_lexicon_find(g->lexicon, mark, &n) : NULL;
	for (size_t i = 0; m && i < n; i++) {
		if (m[i].kind != MEANING_FIELD)
			continue;
		const struct field *f = &g->fields[m[i].id];
		bool told = f->type == FIELD_GOALS || f->type == FIELD_TEXT;
		return told && !pifu_str_eq(f->key, STR("project")) ? f : NULL;
	}
	return NULL;
}

static bool is_side(const struct pifu_doc *doc, uint32_t row)
{
	uint8_t kind = doc->prose.row_kind[row];
	return kind == PROSE_SIDE || kind == PROSE_NONE;
}

static bool opens_mark(const struct token *t)
{
	for (size_t i = 0; i < sizeof opening / sizeof *opening; i++)
		if (pifu_str_starts(t->text, opening[i]))
			return true;
	return false;
}

/* Words below a mark that has nothing beside it: up to the next mark. */
static uint32_t value_end(const struct pifu_doc *doc, uint32_t first, uint32_t end)
{
	uint32_t at = first, bytes = 0;
	while (at < end && doc->tokens[at].row - doc->tokens[first].row < VALUE_ROWS &&
	       is_side(doc, doc->tokens[at].row) && !opens_mark(&doc->tokens[at]) &&
	       bytes + doc->tokens[at].text.n <= VALUE_BYTES)
		bytes += doc->tokens[at++].text.n;
	return at;
}

static pifu_status join_words(struct pifu_doc *doc, uint32_t from, uint32_t to, struct str *out,
                              pifu_error *err)
{
	struct buf b = {.allocator = doc->options.allocator};
	for (uint32_t i = from; i < to; i++)
		pifu_buf_str(&b, doc->tokens[i].text);
	*out = b.failed ? STR_NONE : pifu_arena_str(doc->work, pifu_buf_view(&b));
	pifu_buf_free(&b);
	return out->s || from == to ? PIFU_OK : pifu_error_nomem(err);
}

bool pifu_head_prose(struct pifu_doc *doc, uint32_t *at, uint32_t end, struct prose_field *out,
                     pifu_status *st, pifu_error *err)
{
	for (; *at < end; ++*at) {
		const struct token *t = &doc->tokens[*at];
		struct str rest = STR_NONE;
		const struct field *field =
			is_side(doc, t->row) ? find_field(doc, read_mark(t->text, &rest)) : NULL;
		if (!field)
			continue;
		*out = (struct prose_field){field, rest, *at, *at + 1};
		if (rest.n == 0) {
			out->end = value_end(doc, *at + 1, end);
			*st = join_words(doc, *at + 1, out->end, &out->value, err);
		}
		*at = out->end;
		if (*st != PIFU_OK || out->value.n)
			return *st == PIFU_OK;
		--*at;
	}
	return false;
}
