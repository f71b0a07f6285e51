/* The keys of a grammar file: one table says which there are, what each holds,
 * how it is inherited and who builds it. Unknown keys and wrong types are told
 * from this table, merging follows it, and the JSON Schema for editors is
 * tested against it. A new key is one line in keys.c and one small function. */
#ifndef PIFU_GRAMMAR_KEYS_H
#define PIFU_GRAMMAR_KEYS_H

#include "grammar/tree.h"

struct builder;

enum shape_kind {
	SHAPE_TEXT,
	SHAPE_FLAG,   /* true or false */
	SHAPE_NUMBER, /* 3, 0.25, -2 */
	SHAPE_WORD,   /* one of a fixed list */
	SHAPE_LIST,   /* of `item` */
	SHAPE_MAP,    /* of the keys in `keys` */
	SHAPE_OPEN,   /* a map whose keys are free names, each with an `item` */
};

struct shape {
	enum shape_kind kind;
	const char *expected; /* in messages: "a list of texts" */
	const struct shape *item;
	const struct key *keys;
	size_t nkeys;
	const char *const *words;
	size_t nwords;
};

enum key_flag {
	KEY_REQUIRED = 1 << 0,
	KEY_OWN = 1 << 1, /* not inherited */
	KEY_OWN_FIRST =
		1 << 2,     /* a list where the first fit wins: own items before inherited ones */
	KEY_WORDS = 1 << 3, /* adds to the lexicon */
	KEY_PATTERNS = 1 << 4, /* holds patterns, which may refer to `rules` */
};

struct key {
	const char *name;
	const struct shape *shape;
	unsigned flags;
	/* Top level only: fill the grammar from the merged value. Called in the
	 * order of the table, so that later keys can refer to earlier ones. */
	bool (*build)(struct builder *b, const struct node *value);
};

/** The whole file. */
extern const struct shape pifu_grammar_shape;

/** Check a file's tree against the table.
 *  errors: PIFU_ERR_GRAMMAR with the place, what was expected and, for a
 *          misspelt key or word, the nearest right one */
bool pifu_keys_check(const struct node *root, pifu_error *err);

/** The nearest of `names` to a misspelt word, or NULL when none is near. */
const char *pifu_keys_suggest(struct str word, const char *const *names, size_t n);

/** The enum role of a column's key; ROLE_NONE when there is none. */
uint16_t pifu_keys_role(struct str key);

#endif
