/* A heading written downwards beside a table that is laid out with blanks.
 *
 *         一级    二级    三级指标        指标值
 *     绩   产出指   数量指标  巡查次数        ≥36次
 *     效   标
 *     指          质量指标  巡查到位率       ≥95%
 *     标   效益指标  …
 *
 * Its characters stand left of all labels, one or two a line, in several lines and
 * under no header. They belong to none of the rows. */
#include "stage/layout_own.h"

enum {
	SIDE_WIDTH = 4,  /* of a piece: two Han characters, in halves */
	LABEL_WIDTH = 6, /* of a label, or of the most of one */
	SIDE_LINES = 2,  /* at least */
};

static const struct bit *first_bit(const struct frame *f, const struct laid_line *l)
{
	return l->plain || l->nbits == 0 ? NULL : &f->bits[l->bit];
}

/* Where the labels of the first column begin: the leftmost text under its header. */
static int32_t labels_left(const struct frame *f)
{
	int32_t left = f->columns[0].left;
	for (uint32_t i = 0; i < f->nlines; i++) {
		const struct bit *b = first_bit(f, &f->lines[i]);
		if (b && b->width >= LABEL_WIDTH && b->left < left)
			left = b->left;
	}
	return left;
}

static bool stands_aside(const struct bit *b, int32_t labels)
{
	return b && b->right <= labels && b->width <= SIDE_WIDTH && !b->value && !b->label;
}

void pifu_layout_drop_side(struct frame *f)
{
	unsigned lines = 0;
	if (f->ncolumns == 0 || !f->columns[0].label)
		return;
	int32_t labels = labels_left(f);
	for (uint32_t i = 0; i < f->nlines; i++)
		lines += stands_aside(first_bit(f, &f->lines[i]), labels);
	for (uint32_t i = 0; lines >= SIDE_LINES && i < f->nlines; i++) {
		struct laid_line *l = &f->lines[i];
		if (!stands_aside(first_bit(f, l), labels))
			continue;
		l->side = true;
		l->bit++;
		l->nbits--;
	}
}

void pifu_layout_account_side(const struct frame *f)
{
	for (uint32_t i = 0; i < f->nlines; i++)
		if (f->lines[i].side)
			f->doc->account[f->lines[i].cell] = PIFU_ACCOUNT_HEADER;
}
