/* Columns in an order that no record is read in.
 *
 *     三级指标 | 二级指标 | 一级指标 | 指标值      names in front of their levels
 *     …
 *     一级指标 | 二级指标 | 三级指标 | 备注 | 指标值   the header again, in another order
 *
 * The aligner reads a record from its first column to its last, labels first. So
 * the columns of levels and names are put in that order, and below a header that
 * comes again in another order than the first the cells go to the columns of the
 * first: each word gets the column of its role, and the words of a row are sorted
 * by it. The words keep their cells.
 *
 * Limits: words that stand in no column of their header stay where they are. */
#include "stage/classify.h"
#include "stage/head.h"

enum { COLUMNS_MOST = 64, SAME_LEAST = 3 };

struct order {
	uint8_t to[COLUMNS_MOST]; /* the column that a column's words go to */
	bool any;
};

static void keep_order(struct order *o)
{
	for (unsigned i = 0; i < COLUMNS_MOST; i++)
		o->to[i] = (uint8_t)i;
	o->any = false;
}

/* Levels and names, in the order of reading; 0: another column. */
static unsigned rank_of(uint8_t role)
{
	return role == ROLE_LEVEL1 ? 1 : role == ROLE_LEVEL2 ? 2 : role == ROLE_NAME ? 3 : 0;
}

/* Does a label stand in the column? 评价内容 behind the names may head explanations. */
static bool has_label(const struct pifu_doc *doc, uint32_t col)
{
	const struct form_span *f = doc->span;
	for (uint32_t i = doc->row_token[f->header_end]; i < doc->row_token[f->data_end]; i++)
		if (doc->tokens[i].col == col &&
		    pifu_token_means(&doc->tokens[i], MEANING_LABEL, NULL))
			return true;
	return false;
}

/* Two columns of labels or names that stand the wrong way round? */
static bool is_turned(const struct pifu_doc *doc, const struct slot *left, const struct slot *right)
{
	unsigned a = rank_of(left->role), b = rank_of(right->role);
	return a && b && a > b && left->home < COLUMNS_MOST && right->home < COLUMNS_MOST &&
	       has_label(doc, right->home);
}

/* Names in front of levels: exchange the columns of the two. */
static void sort_labels(struct pifu_doc *doc, struct order *o)
{
	for (size_t i = 0; i < doc->nslots; i++)
		for (size_t k = i + 1; k < doc->nslots; k++) {
			struct slot *a = &doc->slots[i], *b = &doc->slots[k], left = *a;
			if (!is_turned(doc, a, b))
				continue;
			*a = *b;
			*b = left;
			b->home = a->home;
			a->home = left.home;
			o->any = true;
		}
}

static void note_moves(const struct pifu_doc *doc, const struct slot *before, struct order *o)
{
	for (size_t i = 0; o->any && i < doc->nslots; i++)
		for (size_t k = 0; k < doc->nslots; k++)
			if (before[i].token == doc->slots[k].token &&
			    before[i].role == doc->slots[k].role && before[i].home < COLUMNS_MOST)
				o->to[before[i].home] = (uint8_t)doc->slots[k].home;
}

static const struct slot *slot_of(const struct pifu_doc *doc, uint16_t role)
{
	for (size_t i = 0; i < doc->nslots; i++)
		if (doc->slots[i].role == role && doc->slots[i].home < COLUMNS_MOST)
			return &doc->slots[i];
	return NULL;
}

/* The header again at `row`: in another order than the form's own? */
static void read_header(struct pifu_doc *doc, uint32_t row, struct order *o)
{
	unsigned same = 0;
	uint32_t last = 0;
	keep_order(o);
	for (uint32_t i = doc->row_token[row]; i < doc->row_token[row + 1]; i++) {
		const struct token *t = &doc->tokens[i];
		uint16_t role;
		const struct slot *s = t->col < COLUMNS_MOST && pifu_token_header(doc, t, &role)
		                               ? slot_of(doc, role)
		                               : NULL;
		if (!s)
			continue;
		o->to[t->col] = (uint8_t)s->home;
		o->any |= same > 0 && s->home < last;
		last = s->home;
		same++;
	}
	if (same < SAME_LEAST || !o->any)
		keep_order(o);
}

static void sort_row(struct pifu_doc *doc, uint32_t row, const struct order *o)
{
	uint32_t first = doc->row_token[row], end = doc->row_token[row + 1];
	for (uint32_t i = first; i < end; i++) {
		struct token t = doc->tokens[i];
		t.col = t.col < COLUMNS_MOST ? o->to[t.col] : t.col;
		uint32_t at = i;
		for (; at > first && doc->tokens[at - 1].col > t.col; at--)
			doc->tokens[at] = doc->tokens[at - 1];
		doc->tokens[at] = t;
	}
}

void pifu_form_permute(struct pifu_doc *doc)
{
	const struct form_span *f = doc->span;
	struct slot before[SLOTS_MAX];
	struct order own, here;
	memcpy(before, doc->slots, doc->nslots * sizeof *before);
	keep_order(&own);
	sort_labels(doc, &own);
	note_moves(doc, before, &own);
	here = own;
	for (uint32_t r = f->header_end; r < f->data_end; r++) {
		if (doc->row_kind[r] == ROW_HEADER)
			read_header(doc, r, &here);
		else if (here.any && doc->row_kind[r] == ROW_DATA)
			sort_row(doc, r, &here);
	}
}
