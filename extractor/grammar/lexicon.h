/* Closed vocabularies: exact and fuzzy lookup of folded text. */
#ifndef PIFU_GRAMMAR_LEXICON_H
#define PIFU_GRAMMAR_LEXICON_H

#include "grammar/grammar.h"

struct lexicon *pifu_lexicon_new(struct arena *a);
/** Add one meaning of `key` (already folded); false when out of memory. */
bool pifu_lexicon_add(struct arena *a, struct lexicon *lx, struct str key, struct meaning m);
/** Build what fuzzy and prefix lookup need; no adding afterwards. */
bool pifu_lexicon_seal(struct arena *a, struct lexicon *lx);

/** All meanings of exactly `key`; NULL and *n = 0 when there is none. O(1). */
const struct meaning *pifu_lexicon_find(const struct lexicon *lx, struct str key, size_t *n);

struct near_label {
	uint16_t label;    /* index into grammar->labels */
	uint16_t distance; /* characters inserted, deleted or replaced */
	uint16_t length;   /* characters of the vocabulary entry */
};
/** Level labels within `max` characters of `key`, nearest first; returns their number (<= cap).
 *  Cheap to refuse: most texts share no rare character with any label. */
size_t pifu_lexicon_near(const struct lexicon *lx, struct str key, unsigned max,
                         struct near_label *out, size_t cap);

/** Labels that `key` is a proper prefix (>= 2 characters) or a proper suffix of. */
size_t pifu_lexicon_begins(const struct lexicon *lx, struct str key, uint16_t *labels, size_t cap);
size_t pifu_lexicon_ends(const struct lexicon *lx, struct str key, uint16_t *labels, size_t cap);

/** Longest entry with a meaning of one of `kinds` that `text` begins with at `from`:
 *  its length in bytes (0: none) and its meanings. For cutting glued text. */
uint32_t pifu_lexicon_longest(const struct lexicon *lx, struct str text, uint32_t from,
                              uint32_t kinds, const struct meaning **meanings, size_t *n);

#endif
