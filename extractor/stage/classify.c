/* Stage 3: what the rows of the block are, and where its forms begin and end.
 *
 * Headers (headers.c) are the surest sign of a form and are looked for first:
 *
 *     row  words                                   kind
 *      0   2024年部门整体支出绩效目标批复表           TITLE  <- form begins
 *      1   部门(单位)名称 | 某县公安局               HEAD
 *      2   核心职能 | 年度绩效指标                    HEADER <- header run
 *      3   一级指标 | 二级指标 | 三级指标 | 指标值      HEADER
 *      4   职能1 | 产出指标 | 数量指标 | 次数 | ≥25次  DATA
 *      5   …                                        DATA   <- data_end behind the last
 *      6   填表人：…                                 FOOT      row with evidence
 *
 * Between two header runs a new form begins at the first title or head field
 * behind the data of the first, unless there is none, or only the same title
 * again: then the second run is a header repeated on the next page. Data end at
 * the last row that holds a level label, a function, a target, or as many cells
 * as a row of the table has; what follows is foot or noise, so a form never
 * grows into the text behind it. */
#include "stage/classify.h"
#include "base/error.h"
#include "grammar/endings.h"
#include "grammar/lexicon.h"
#include "stage/stage.h"
#include "stage/suppose.h"

#define VALUE_BYTES 24 /* of a target in words that no rule knows */

/* ---- Rows ------------------------------------------------------------------ */

static bool is_title(struct pifu_doc *doc, size_t row)
{
	const struct grammar *g = doc->grammars->common;
	uint32_t first = doc->row_token[row], last = doc->row_token[row + 1];
	if (!g->title_rule || first == last || last - first > 2)
		return false;
	const struct token *t = &doc->tokens[first];
	return t->key.n <= 240 &&
	       pifu_rule_match(g->title_rule, doc->matcher, t->key, 0, NULL, 0, NULL) == 1;
}

static bool is_head(const struct pifu_doc *doc, size_t row)
{
	if (!pifu_row_means(doc, row, MEANING_FIELD))
		return false;
	const struct token *t = &doc->tokens[doc->row_token[row]];
	return pifu_token_means(t, MEANING_FIELD, NULL) &&
	       !pifu_token_means(t, MEANING_LABEL, NULL);
}

/* Inside a table only rules, page numbers and filler are noise by pattern: a
 * name may well speak of 微信 or 打印. */
static bool is_table_noise(pifu_account account)
{
	return account == PIFU_ACCOUNT_NOISE_RULE || account == PIFU_ACCOUNT_NOISE_PAGE ||
	       account == PIFU_ACCOUNT_NOISE_FILLER;
}

static bool match_noise(struct pifu_doc *doc, const struct token *t, bool table,
                        pifu_account *account)
{
	const struct meaning *m;
	if (pifu_token_means(t, MEANING_NOISE, &m)) {
		*account = (pifu_account)m->id;
		return true;
	}
	if (t->nmeanings)
		return false;
	const struct grammar *g = doc->grammars->common;
	for (size_t i = 0; i < g->nnoise; i++) {
		if (table && !is_table_noise(g->noise[i].account))
			continue;
		if (pifu_rule_match(g->noise[i].rule, doc->matcher, t->key, 0, NULL, 0, NULL) != 1)
			continue;
		*account = g->noise[i].account;
		return true;
	}
	return false;
}

/* All words of the row are noise: account them. */
static bool is_noise_row(struct pifu_doc *doc, size_t row, bool table)
{
	uint32_t first = doc->row_token[row], last = doc->row_token[row + 1];
	pifu_account account;
	for (uint32_t i = first; i < last; i++)
		if (!match_noise(doc, &doc->tokens[i], table, &account))
			return false;
	for (uint32_t i = first; i < last; i++) {
		uint32_t n;
		const uint32_t *cells = pifu_token_cells(doc, &doc->tokens[i], &n);
		match_noise(doc, &doc->tokens[i], table, &account);
		for (uint32_t k = 0; k < n; k++)
			doc->account[cells[k]] = (uint8_t)account;
	}
	return last > first;
}

static bool is_end(struct pifu_doc *doc, size_t row)
{
	const struct grammar *g = doc->grammars->common;
	const struct token *t = &doc->tokens[doc->row_token[row]];
	if (!g->end_rule || doc->row_token[row] == doc->row_token[row + 1] || t->nmeanings)
		return false;
	return pifu_rule_match(g->end_rule, doc->matcher, t->key, 0, NULL, 0, NULL) == 1;
}

static bool is_function(struct pifu_doc *doc, const struct token *t)
{
	const struct rule *rule = doc->grammars->common->function_rule;
	return rule && t->key.n >= 7 &&
	       pifu_rule_match(rule, doc->matcher, t->key, 0, NULL, 0, NULL) == 1;
}

static bool starts_with_sign(const struct token *t)
{
	static const struct str signs[] = {{"≥", 3}, {"≤", 3}, {">", 1}, {"<", 1}, {"=", 1}};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (pifu_str_starts(t->key, signs[i]))
			return true;
	return false;
}

/* Does the row belong to an indicator table beyond doubt? A sign tells nothing
 * where there is no number (首页 > 公开). */
static bool is_evidence(struct pifu_doc *doc, size_t row)
{
	uint32_t first = doc->row_token[row], last = doc->row_token[row + 1];
	unsigned flags = doc->row_look[row].flags;
	if (pifu_row_means(doc, row, MEANING_LABEL))
		return true;
	if (flags & (TEXT_COMPARATOR | TEXT_PERCENT) && flags & (TEXT_DIGIT | TEXT_HAN_DIGIT) &&
	    (last - first > 1 || starts_with_sign(&doc->tokens[first])))
		return true;
	return last > first && is_function(doc, &doc->tokens[first]);
}

bool pifu_row_evidence(struct pifu_doc *doc, uint32_t row)
{
	return is_evidence(doc, row);
}

bool pifu_token_is_target(const struct pifu_doc *doc, const struct token *t)
{
	struct target read;
	pifu_error ignored;
	if (pifu_token_means(t, MEANING_WORDS, NULL))
		return true;
	return !t->nmeanings && t->text.n <= 60 &&
	       pifu_target_sure(doc->grammars->common, doc->matcher, doc->arena, t->text, t->flags,
	                        &read, &ignored) == PIFU_OK &&
	       read.sure && read.kind != TARGET_MISSING;
}

/* ---- Forms ----------------------------------------------------------------- */

/* While scanning: the form that is open, and what was seen since its data. */
struct scan {
	struct pifu_doc *doc;
	struct form_span *open; /* NULL before the first header */
	unsigned trust;         /* rows without evidence that may still follow a label */
	uint32_t head_row;      /* first title or head row since the data, PIFU_NONE */
	bool head_is_new;       /* something other than the same title again */
	bool ended;             /* an end row (填表人 …) was passed */
	struct str title;       /* of the open form */
	size_t cap;
};

static struct str cut_end(struct str key, struct str end)
{
	return pifu_str_ends(key, end) ? pifu_str_sub(key, 0, key.n - end.n) : key;
}

/* The title again, perhaps shorter (2024年某表, 某表), longer or with a 续 behind it. */
static bool same_title(const struct scan *s, size_t row)
{
	struct str key = s->doc->tokens[s->doc->row_token[row]].key;
	struct str bare = cut_end(cut_end(key, STR("续")), STR("(续)"));
	if (!s->title.s)
		return false;
	return pifu_str_find(s->title, bare) >= 0 || pifu_str_find(key, s->title) >= 0;
}

static pifu_status open_form(struct scan *s, size_t header, size_t header_end, pifu_error *err)
{
	struct pifu_doc *doc = s->doc;
	struct form_span *spans = pifu_arena_grow(doc->arena, doc->spans, doc->nspans, &s->cap,
	                                          doc->nspans + 1, sizeof *spans);
	if (!spans)
		return pifu_error_nomem(err);
	doc->spans = spans;
	s->open = &spans[doc->nspans++];
	uint32_t begin = s->head_row != PIFU_NONE ? s->head_row : (uint32_t)header;
	*s->open = (struct form_span){.begin = begin,
	                              .header = (uint32_t)header,
	                              .header_end = (uint32_t)header_end,
	                              .data_end = (uint32_t)header_end,
	                              .header_token = doc->row_token[header],
	                              .header_token_end = doc->row_token[header_end]};
	s->title = STR_NONE;
	for (size_t r = begin; r < header; r++)
		if (doc->row_kind[r] == ROW_TITLE && !s->title.s)
			s->title = doc->tokens[doc->row_token[r]].key;
	s->head_row = PIFU_NONE;
	s->head_is_new = s->ended = false;
	return PIFU_OK;
}

static void mark_rows(struct pifu_doc *doc, size_t from, size_t to, enum row_kind kind)
{
	for (size_t r = from; r < to; r++)
		doc->row_kind[r] = (uint8_t)kind;
}

/* A header run: a new form, or the same header on the next page. */
static pifu_status take_header(struct scan *s, size_t row, size_t end, pifu_error *err)
{
	size_t floor = s->open ? s->open->data_end : 0;
	size_t top = pifu_header_top(s->doc, row, floor);
	mark_rows(s->doc, top, end, ROW_HEADER);
	if (s->open && !s->head_is_new && !s->open->supposed) {
		mark_rows(s->doc, s->open->data_end, top, ROW_NOISE);
		s->open->data_end = (uint32_t)end;
		s->head_row = PIFU_NONE;
		return PIFU_OK;
	}
	if (s->open)
		s->open->end = s->head_row != PIFU_NONE ? s->head_row : (uint32_t)top;
	return open_form(s, top, end, err);
}

static void note_head(struct scan *s, size_t row, bool is_new)
{
	if (s->head_row == PIFU_NONE)
		s->head_row = (uint32_t)row;
	s->head_is_new |= is_new;
}

/* Column of the open form's targets by its header, PIFU_NONE. */
static uint32_t target_column(const struct scan *s)
{
	const struct pifu_doc *doc = s->doc;
	const struct meaning *m;
	for (uint32_t i = s->open->header_token; i < s->open->header_token_end; i++)
		if (pifu_token_means(&doc->tokens[i], MEANING_HEADER, &m) && m->id == ROLE_TARGET)
			return doc->tokens[i].col;
	return PIFU_NONE;
}

/* Columns behind that of the names, by the header. */
static uint32_t columns_behind_name(const struct scan *s)
{
	const struct pifu_doc *doc = s->doc;
	const struct meaning *m;
	for (uint32_t i = s->open->header_token; i < s->open->header_token_end; i++)
		if (pifu_token_means(&doc->tokens[i], MEANING_HEADER, &m) && m->id == ROLE_NAME)
			return s->open->header_token_end - i - 1;
	return 0;
}

/* 水土保持作用 | 持续发挥: what ends as names do, and a short text that no rule knows. */
static bool is_plain_pair(const struct pifu_doc *doc, const struct token *name,
                          const struct token *value)
{
	const struct grammar *g = doc->grammars->common;
	bool named = pifu_endings_match(&g->name_endings, name->key) ||
	             pifu_endings_match(&g->weak_endings, name->key);
	return named && value->nmeanings == 0 && value->key.n <= VALUE_BYTES &&
	       !(value->flags & (TEXT_DIGIT | TEXT_PUNCT | TEXT_LATIN)) &&
	       pifu_str_find(value->key, STR(":")) < 0;
}

/* A row that moved to the left or lost its leading cells, at the end of a page or of the
 * table: a name, and a target in the column of targets (or, behind what ends like a
 * name, beside it), or a name and as many values as the header has behind it, or one less. */
static bool is_moved_record(const struct scan *s, size_t row)
{
	struct pifu_doc *doc = s->doc;
	uint32_t first = doc->row_token[row], last = doc->row_token[row + 1] - 1;
	while (first < last && pifu_token_means(&doc->tokens[first], MEANING_NOISE, NULL))
		first++; /* 同上 */
	const struct token *name = &doc->tokens[first], *value = name + 1;
	if (last == first || name->nmeanings || !(name->flags & TEXT_HAN) ||
	    doc->row_grid[row] != doc->row_grid[row - 1] + 1)
		return false;
	if (last == first + 1 && value->col >= 2 &&
	    (pifu_endings_match(&doc->grammars->common->name_endings, name->key) ||
	     value->col == target_column(s)))
		return pifu_token_is_target(doc, value);
	uint32_t n = last - first, columns = columns_behind_name(s);
	if (n == 1 && columns == 1 && is_plain_pair(doc, name, value))
		return true;
	while (value <= &doc->tokens[last] && !pifu_token_is_target(doc, value))
		value++;
	return (n == columns || n + 1 == columns) && value <= &doc->tokens[last];
}

/* A row without evidence behind one with it is data when it stands under the
 * name's columns, when it is an indicator that moved from there, or when a label
 * has just opened a record that is told one cell a line. (Rows between rows with evidence are data anyway.) */
static bool may_follow(const struct scan *s, size_t row)
{
	struct pifu_doc *doc = s->doc;
	const struct token *t = &doc->tokens[doc->row_token[row]];
	if (s->ended || s->head_row != PIFU_NONE)
		return false;
	if (doc->row_token[row + 1] - doc->row_token[row] == 1 && t->col == 0)
		return (s->trust > 0 && t->key.n <= 120) ||
		       pifu_line_opens(doc, s->open, (uint32_t)row) ||
		       pifu_line_follows(doc, s->open, (uint32_t)row);
	return t->col >= 2 || is_moved_record(s, row);
}

/* A row behind the header: data as long as there is evidence. */
static void take_data(struct scan *s, size_t row, bool strong)
{
	struct pifu_doc *doc = s->doc;
	uint32_t ntokens = doc->row_token[row + 1] - doc->row_token[row];
	if (ntokens == 0)
		return;
	if (!strong && is_end(doc, row)) {
		doc->row_kind[row] = ROW_FOOT;
		s->ended = true;
		return;
	}
	if (!strong && !may_follow(s, row))
		return;
	if (strong || s->trust)
		s->trust = !strong                                                  ? s->trust - 1
		           : pifu_row_means(doc, row, MEANING_LABEL) && ntokens < 3 ? 4
		                                                                    : 0;
	else /* the value below the name */
		s->trust = ntokens == 1 && pifu_line_opens(doc, s->open, (uint32_t)row);
	s->open->data_end = (uint32_t)row + 1;
	s->head_row = PIFU_NONE;
	s->head_is_new = s->ended = false;
}

/* A head field that names what a form is about; others (预算执行率, 项目实施期限)
 * are names of indicators as well. */
static bool names_form(const struct pifu_doc *doc, size_t row)
{
	static const struct str keys[] = {{"project", 7},      {"project_code", 12},
	                                  {"department", 10},  {"supervisor", 10},
	                                  {"implementer", 11}, {"goals", 5}};
	const struct meaning *m;
	const struct token *t = &doc->tokens[doc->row_token[row]];
	if (!pifu_token_means(t, MEANING_FIELD, &m))
		return false;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (pifu_str_eq(doc->grammars->common->fields[m->id].key, keys[i]))
			return true;
	return false;
}

#define LABEL_MOST 80

/* An indicator named like a head field, in the table of the open form. */
static bool is_field_name(const struct scan *s, size_t row)
{
	const struct token *t = &s->doc->tokens[s->doc->row_token[row]];
	return s->open && !s->ended && s->head_row == PIFU_NONE && !names_form(s->doc, row) &&
	       (t->col >= 2 || is_evidence(s->doc, row));
}

/* 单位:万元 stands above the table of each page. */
static bool is_ignored(const struct pifu_doc *doc, size_t row)
{
	const struct meaning *m;
	return pifu_token_means(&doc->tokens[doc->row_token[row]], MEANING_FIELD, &m) &&
	       doc->grammars->common->fields[m->id].type == FIELD_IGNORE;
}

/* 填报单位:某局 behind a table is its foot, or stands above the table of the next page. */
static bool is_foot_field(const struct scan *s, size_t row)
{
	struct pifu_doc *doc = s->doc;
	const struct rule *end = doc->grammars->common->end_rule;
	struct str key = doc->tokens[doc->row_token[row]].key;
	char label[LABEL_MOST + 1];
	if (!s->open || s->head_row != PIFU_NONE || !end || key.n >= LABEL_MOST)
		return false;
	memcpy(label, key.s, key.n);
	label[key.n] = ':';
	return pifu_rule_match(end, doc->matcher, (struct str){label, key.n + 1}, 0, NULL, 0,
	                       NULL) == 1;
}

/* A row that begins with the name of a head field. */
static void take_field_row(struct scan *s, size_t row)
{
	struct pifu_doc *doc = s->doc;
	if (is_foot_field(s, row)) {
		doc->row_kind[row] = ROW_FOOT;
		s->ended = true;
	} else if (is_field_name(s, row)) {
		take_data(s, row, is_evidence(doc, row));
	} else {
		doc->row_kind[row] = ROW_HEAD;
		note_head(s, row, !is_ignored(doc, row));
	}
}

static void take_row(struct scan *s, size_t row)
{
	struct pifu_doc *doc = s->doc;
	if (is_head(doc, row)) {
		take_field_row(s, row);
		return;
	}
	bool known = s->open && is_evidence(doc, row); /* most rows: no rule need be matched */
	if (!known && is_title(doc, row)) {
		doc->row_kind[row] = ROW_TITLE;
		note_head(s, row, !same_title(s, row));
	} else if (!known && is_noise_row(doc, row, s->open && !s->ended)) {
		doc->row_kind[row] = ROW_NOISE;
	} else if (s->open) {
		take_data(s, row, known);
	}
}

/* ---- Prose ----------------------------------------------------------------- */

#define TITLE_ROWS 40
#define TITLE_BYTES 150

/* The heading of indicators in prose where none is known by rule: a line that
 * speaks of them and is no sentence. */
static uint32_t find_prose_title(const struct pifu_doc *doc, uint32_t floor, uint32_t row)
{
	uint32_t least = row > floor + TITLE_ROWS ? row - TITLE_ROWS : floor;
	for (uint32_t r = row; r-- > least;) {
		if (doc->row_kind[r] == ROW_TITLE)
			return PIFU_NONE;
		if (doc->row_token[r + 1] - doc->row_token[r] != 1 || doc->row_kind[r] == ROW_NOISE)
			continue;
		const struct token *t = &doc->tokens[doc->row_token[r]];
		bool speaks = pifu_str_find(t->key, STR("绩效目标")) >= 0 ||
		              pifu_str_find(t->key, STR("绩效指标")) >= 0;
		if (speaks && !t->nmeanings && t->key.n > 18 && t->key.n <= TITLE_BYTES &&
		    pifu_str_find(t->key, STR("。")) < 0 && pifu_str_find(t->key, STR(":")) < 0)
			return r;
	}
	return PIFU_NONE;
}

static pifu_status open_supposed(struct scan *s, uint32_t row, enum supposed how, pifu_error *err)
{
	struct pifu_doc *doc = s->doc;
	uint32_t floor = s->open ? s->open->data_end : 0;
	uint32_t title = how == SUPPOSED_PROSE ? find_prose_title(doc, floor, row) : PIFU_NONE;
	if (title != PIFU_NONE) {
		doc->row_kind[title] = ROW_TITLE;
		s->head_row =
			title < s->head_row ? title : s->head_row; /* PIFU_NONE is the largest */
	}
	if (s->open)
		s->open->end = s->head_row != PIFU_NONE ? s->head_row : row;
	pifu_status st = open_form(s, row, row, err);
	if (st == PIFU_OK)
		s->open->supposed = how;
	return st;
}

/* A row of prose goes on with the form of prose that is open, or begins one.
 * False: it is to be read like any row. */
static bool take_prose(struct scan *s, uint32_t row, pifu_status *st, pifu_error *err)
{
	struct pifu_doc *doc = s->doc;
	enum prose_kind kind =
		doc->prose.row_kind ? (enum prose_kind)doc->prose.row_kind[row] : PROSE_NONE;
	bool goes_on = s->open && s->open->supposed == SUPPOSED_PROSE && !s->head_is_new;
	if (kind == PROSE_NONE || (!goes_on && (kind == PROSE_SIDE || kind == PROSE_NAMED)))
		return false;
	if (kind == PROSE_SIDE && (is_title(doc, row) || pifu_header_end(doc, row) > row))
		return false;
	if (!goes_on && (*st = open_supposed(s, row, SUPPOSED_PROSE, err)) != PIFU_OK)
		return true;
	doc->row_kind[row] = kind == PROSE_SIDE ? ROW_NOISE : ROW_DATA;
	for (uint32_t i = doc->row_token[row]; kind == PROSE_SIDE && i < doc->row_token[row + 1];
	     i++)
		if (doc->account[doc->tokens[i].cell] == PIFU_ACCOUNT_NONE)
			doc->account[doc->tokens[i].cell] = PIFU_ACCOUNT_NOISE_TEXT;
	s->open->data_end = row + 1;
	s->ended = true; /* what follows and is no prose is no data */
	return true;
}

/* A page that was cut out of a form has rows, but no header. */
static pifu_status suppose_form(struct scan *s, pifu_error *err)
{
	struct pifu_doc *doc = s->doc;
	uint32_t begin, end;
	if (doc->nspans || !pifu_suppose_rows(doc, 0, (uint32_t)doc->nrows, &begin, &end))
		return PIFU_OK;
	s->head_row = PIFU_NONE;
	for (uint32_t r = begin; r-- > 0;)
		if (doc->row_kind[r] == ROW_TITLE || doc->row_kind[r] == ROW_HEAD)
			s->head_row = r;
	pifu_status st = open_supposed(s, begin, SUPPOSED_ROWS, err);
	if (st == PIFU_OK)
		s->open->data_end = end;
	return st;
}

static bool names_project(const struct pifu_doc *doc, size_t row)
{
	const struct meaning *m;
	uint32_t first = doc->row_token[row];
	return doc->row_token[row + 1] - first == 2 &&
	       pifu_token_means(&doc->tokens[first], MEANING_FIELD, &m) &&
	       pifu_str_eq(doc->grammars->common->fields[m->id].key, STR("project"));
}

/* Rows of the data region that got no kind yet are data; behind it, foot. */
static void settle_rows(struct pifu_doc *doc, struct form_span *f)
{
	for (uint32_t r = f->header_end; r < f->end; r++) {
		if (r < f->data_end && doc->row_kind[r] == ROW_HEAD && names_project(doc, r))
			f->project_rows = true;
		bool field_name = doc->row_kind[r] == ROW_HEAD && !names_form(doc, r);
		if (r < f->data_end &&
		    (doc->row_kind[r] == ROW_TEXT || doc->row_kind[r] == ROW_FOOT || field_name))
			doc->row_kind[r] = ROW_DATA;
		else if (r >= f->data_end && doc->row_kind[r] == ROW_TEXT)
			doc->row_kind[r] = ROW_FOOT;
	}
}

pifu_status pifu_stage_classify(struct pifu_doc *doc, pifu_error *err)
{
	pifu_status st = PIFU_OK;
	doc->spans = NULL;
	doc->nspans = 0;
	struct scan s = {.doc = doc, .head_row = PIFU_NONE};
	for (size_t row = 0; row < doc->nrows;) {
		if (doc->prose.row_kind && take_prose(&s, (uint32_t)row, &st, err)) {
			if (st != PIFU_OK)
				return st;
			row++;
			continue;
		}
		size_t end = row;
		if (pifu_row_means(doc, row, MEANING_HEADER)) /* else it is no header */
			end = pifu_header_end(doc, row);
		if (end > row) {
			if ((st = take_header(&s, row, end, err)) != PIFU_OK)
				return st;
			row = end;
			continue;
		}
		take_row(&s, row++);
	}
	if ((st = suppose_form(&s, err)) != PIFU_OK)
		return st;
	if (s.open)
		s.open->end = (uint32_t)doc->nrows;
	for (size_t i = 0; i < doc->nspans; i++)
		settle_rows(doc, &doc->spans[i]);
	return PIFU_OK;
}
