/* Cutting glued text: the data of cut_glued.c and cut_margin.c. */
#ifndef PIFU_STAGE_CUT_OWN_H
#define PIFU_STAGE_CUT_OWN_H

#include "grammar/lexicon.h"
#include "stage/words.h"

#define NEVER (INT32_MAX / 4)
#define CUT_CAP 600 /* segments so much dearer than the best cut up to their end are forgotten */

/* What a segment may be. Behind NAME stands a kind for each column of values. */
enum kind {
	START,
	TITLE = CUT_TITLE,
	FIELD,
	VALUE,
	HEADER,
	GROUP,
	LEVEL1,
	LEVEL2,
	NAME = CUT_NAME,
	COLUMN
};
#define CUT_KINDS (COLUMN + STYLE_VALUES)

struct best {
	int32_t cost;
	uint16_t from; /* character where the last segment begins */
	uint8_t kind;  /* of the segment before it */
};

/* A segment that was offered. */
struct segment {
	int32_t least; /* cost of the cheapest cut up to its end that ends with it */
	int32_t cost;
	uint16_t from, to;
	uint8_t kind;
};

struct cutter {
	struct pifu_doc *doc;
	struct str text;
	struct line_style style;
	unsigned kinds; /* COLUMN and one for each column */
	int16_t follows[CUT_KINDS][CUT_KINDS];
	uint32_t *at; /* [n + 1] byte offset of each character */
	uint32_t n;
	struct best (*best)[CUT_KINDS]; /* [n + 1] */
	int32_t *least;                 /* [n + 1] the cheapest of them */
	struct segment *segments;       /* by their beginnings */
	size_t nsegments, segments_cap;
	uint8_t *anchor;    /* [n + 1] a known label, header or field begins here */
	uint16_t *inside;   /* [n + 2] anchors before this character */
	uint16_t *labels;   /* [n + 2] level labels before this character */
	uint32_t words_end; /* byte behind the words of a target that began before */
	bool failed;
};

static inline struct str cut_slice(const struct cutter *c, uint32_t from, uint32_t to)
{
	return pifu_str_sub(c->text, c->at[from], c->at[to]);
}

/** The character that begins at `byte`, at or behind `from`. */
static inline uint32_t cut_char_at(const struct cutter *c, uint32_t byte, uint32_t from)
{
	while (c->at[from] < byte)
		from++;
	return from;
}

static inline const struct lexicon *cut_lexicon(const struct cutter *c)
{
	return c->doc->grammars->common->lexicon;
}

static inline uint32_t cut_longest(const struct cutter *c, uint32_t from, uint32_t kinds,
                                   const struct meaning **m, size_t *n)
{
	return pifu_lexicon_longest(cut_lexicon(c), c->text, c->at[from], kinds, m, n);
}

/** Known words within [from, to): a free text that runs over them is suspicious. */
static inline int32_t cut_run_over(const struct cutter *c, uint32_t from, uint32_t to)
{
	return 150 * (c->inside[to] - c->inside[from]);
}

/** Offer a segment of `kind` over characters [from, to). */
void pifu_cut_offer(struct cutter *c, uint32_t from, uint32_t to, unsigned kind, int32_t cost);
/** May a segment of `kind` begin at `from`? */
bool pifu_cut_reachable(const struct cutter *c, uint32_t from, unsigned kind);
/** Offer all names that begin at `from`. */
void pifu_cut_names(struct cutter *c, uint32_t from);
/** Offer all values that begin at `from`. */
void pifu_cut_values(struct cutter *c, uint32_t from);
/** Cost of ending the text behind a segment of `kind`. */
int32_t pifu_cut_end(const struct cutter *c, unsigned kind);
/** Margins and rivals of the n pieces that the cheapest cut, of cost `whole`, is made of;
 *  false when out of memory. */
bool pifu_cut_margins(const struct cutter *c, struct piece *pieces, size_t n, int32_t whole);

#endif
