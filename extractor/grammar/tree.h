/* A grammar file as a tree of nodes, each with its place in the file.
 *
 * One type of node serves all: a scalar has text, a list has members without
 * keys, a map has members with keys. Trees are read once (tree.c), checked
 * against the table of keys (keys.c), merged along `extends` (merge.c; merged
 * trees share nodes with the trees they come from) and turned into a
 * struct grammar (build.c). */
#ifndef PIFU_GRAMMAR_TREE_H
#define PIFU_GRAMMAR_TREE_H

#include "base/arena.h"
#include "base/str.h"
#include "pifu.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct member {
	struct str key; /* of a map; .s NULL in a list */
	uint32_t line, column;
	struct node *value;
};

struct node {
	enum node_kind kind;
	bool plain;            /* a scalar without quotes: may be a number or true/false */
	bool block;            /* a scalar over several lines (| or >) */
	uint32_t line, column; /* from 1; of a quoted text, of its first character */
	struct str file;       /* NUL-terminated */
	struct str text;       /* NUL-terminated */
	struct member *members;
	size_t count, cap;
	/* What building made of the node; kept, so that families that inherit it
	 * neither fold nor compile it again. */
	struct str folded;    /* .s NULL: not folded yet */
	struct str *variants; /* of a label, folded */
	uint8_t *penalties;
	size_t nvariants;
	struct str expanded; /* the pattern that `rule` was compiled from */
	struct rule *rule;
	bool used; /* a fragment of patterns that stands in one */
};

/** Read YAML text into a tree; the root is a map.
 *  errors:  PIFU_ERR_GRAMMAR with the place: bad YAML, an alias, a repeated key,
 *           too deep or too many nodes; PIFU_ERR_NOMEM
 *  owns:    all in the arena */
struct node *pifu_tree_read(struct arena *a, struct str file, struct str yaml, pifu_error *err);

/** The value of `key` in a map; NULL when it is not there (or the node is no map). */
struct node *pifu_tree_get(const struct node *map, const char *key);
/** Text of `key` in a map, or `.s == NULL`. */
struct str pifu_tree_text(const struct node *map, const char *key);

/** Set a grammar error at the node's place; returns false. */
bool pifu_tree_error(const struct node *at, pifu_error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** A copy of the node without its members; NULL when out of memory. */
struct node *pifu_tree_copy(struct arena *a, const struct node *from);
bool pifu_tree_add(struct arena *a, struct node *parent, struct member m);

#endif
