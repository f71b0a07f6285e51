/* Stage 1, its end: a block that ends within a form gives most of that form back at once.
 *
 *     block   | form 1 | form 2 | form 3 | title head rows rows ro|
 *     trimmed | form 1 | form 2 | form 3 | title head |
 *
 * The last form of a block is read again with what follows it (extract.c), so what the
 * stages do with its rows is done in vain. The last line that is a title shows where that
 * form begins; enough of its head stays for it to be known as one. Where there is no such
 * line, or it was none, nothing is lost but time. */
#include "grammar/rule.h"
#include "model/doc.h"
#include "stage/stage.h"

enum {
	KEPT_ROWS = 16, /* of the form that goes on: its head and the first of its table */
	TITLE_BYTES = 240,
};

static bool is_title_row(const struct pifu_doc *doc, const struct row *row)
{
	if (row->count != 1)
		return false;
	struct str raw = doc->grid.cells[row->first].raw;
	return raw.n <= TITLE_BYTES && pifu_rule_match(doc->grammars->common->title_rule,
	                                               doc->matcher, raw, 0, NULL, 0, NULL) == 1;
}

void pifu_stage_trim(struct pifu_doc *doc)
{
	struct grid *g = &doc->grid;
	if (doc->end || !doc->grammars->common->title_rule)
		return;
	for (size_t at = g->nrows; at-- > g->nrows / 2;) {
		if (!is_title_row(doc, &g->rows[at]))
			continue;
		size_t cut = at + KEPT_ROWS;
		if (cut >= g->nrows)
			continue; /* too little of it: the form before it is the last */
		doc->format->rewind(doc->reader, g, cut);
		g->ncells = g->rows[cut].first;
		g->nrows = cut;
		return;
	}
}
