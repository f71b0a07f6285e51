/* Stage 2, cells of levels that say more than a label.
 *
 *     (一)产出指标(50分) | 1.数量指标         a number in front: the label alone is the word
 *     产出指标-数量指标  | 改造泵房           both levels in one cell: two words
 *
 * What the cell says must be labels and what parts and counts them, to its end
 * (prose_mark.c). Only texts that end as labels do are asked. */
#include "base/error.h"
#include "grammar/lexicon.h"
#include "stage/prose.h"
#include "stage/words.h"

static bool read_levels(const struct pifu_doc *doc, struct str key, struct prose_mark *m)
{
	return pifu_may_be_levels(key) && pifu_str_find(key, STR("指标")) >= 0 &&
	       pifu_prose_mark(doc, key, m) && m->end == key.n && m->n > 0;
}

struct str pifu_level_word(const struct pifu_doc *doc, struct str key)
{
	struct prose_mark m;
	return read_levels(doc, key, &m) && m.n == 1 ? m.labels[0] : key;
}

bool pifu_level_pair(const struct pifu_doc *doc, struct str key, struct str pair[2])
{
	struct prose_mark m;
	if (!read_levels(doc, key, &m) || m.n != 2)
		return false;
	pair[0] = m.labels[0];
	pair[1] = m.labels[1];
	return m.level[0] == 1 && m.level[1] == 2;
}
