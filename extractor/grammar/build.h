/* From a merged tree to a struct grammar: one function for each key. */
#ifndef PIFU_GRAMMAR_BUILD_H
#define PIFU_GRAMMAR_BUILD_H

#include "grammar/grammar.h"
#include "grammar/lexicon.h"
#include "grammar/tree.h"

/* One family being built. */
struct builder {
	struct pifu_grammars *set;
	struct arena *arena;
	size_t rules_cap; /* of set->rules */
	struct grammar *g;
	const struct grammar *base; /* what the family extends, built; NULL for none */
	const struct node *root;    /* merged */
	const struct str *lineage;  /* files: the most basic family's first, its own last */
	size_t nlineage;
	const struct node *fragments; /* `rules`, or NULL */
	struct buf text;              /* a pattern being put together, an alias being made */
	pifu_error *err;
};

/** Build `b->g` from `b->root`, key by key in the order of the table. What is
 *  inherited unchanged is shared with the base: most families have no words of
 *  their own and so no lexicon of their own. */
bool pifu_family_build(struct builder *b);

/* Keys, called through the table in keys.c. */
bool pifu_build_name(struct builder *b, const struct node *value);
bool pifu_build_title(struct builder *b, const struct node *value);
bool pifu_build_abstract(struct builder *b, const struct node *value);
bool pifu_build_fields(struct builder *b, const struct node *value);
bool pifu_build_columns(struct builder *b, const struct node *value);
bool pifu_build_column_patterns(struct builder *b, const struct node *value);
bool pifu_build_clues(struct builder *b, const struct node *value);
bool pifu_build_levels(struct builder *b, const struct node *value);
bool pifu_build_patterns(struct builder *b, const struct node *value);
bool pifu_build_prose(struct builder *b, const struct node *value);
bool pifu_build_noise(struct builder *b, const struct node *value);
bool pifu_build_comparators(struct builder *b, const struct node *value);
bool pifu_build_words(struct builder *b, const struct node *value);
bool pifu_build_units(struct builder *b, const struct node *value);
bool pifu_build_directions(struct builder *b, const struct node *value);
bool pifu_build_standards(struct builder *b, const struct node *value);
bool pifu_build_name_endings(struct builder *b, const struct node *value);
bool pifu_build_weak_endings(struct builder *b, const struct node *value);
bool pifu_build_senses(struct builder *b, const struct node *value);
bool pifu_build_targets(struct builder *b, const struct node *value);
bool pifu_build_costs(struct builder *b, const struct node *value);
bool pifu_build_samples(struct builder *b, const struct node *value);

/* What the builders share. */
bool pifu_build_nomem(struct builder *b);
/** Fold a node's text as cells are folded (struct normal.key); .s NULL with the error set. */
struct str pifu_build_fold(struct builder *b, struct node *n);
/** Add one meaning of a node's folded text to the lexicon. */
bool pifu_build_add(struct builder *b, struct node *n, enum meaning_kind kind, uint16_t id,
                    uint8_t penalty);
/** Add a meaning for each text of a list. */
bool pifu_build_add_all(struct builder *b, const struct node *list, enum meaning_kind kind,
                        uint16_t id, uint8_t penalty);
/** Index of a word in a table of names; the check of keys has found it valid. */
uint16_t pifu_build_index(struct str word, const char *const *names, size_t n);
/** A number as written, times 100: 0.3 is 30. */
int32_t pifu_build_hundredths(struct str number);

#endif
