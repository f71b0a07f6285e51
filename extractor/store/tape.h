/* One line of JSON as a tape: its values one after another, each knowing how
 * many places it takes. Texts point into the line where they can.
 *
 *     {"a":[1,"x"],"b":null}
 *
 *     object  span 7   `{"a":[1,"x"],"b":null}`
 *     key     span 1   a
 *     list    span 3   `[1,"x"]`
 *     number  span 1   1
 *     text    span 1   x
 *     key     span 1   b
 *     null    span 1
 *
 * An object or a list keeps its own bytes, so that parts of a line can be
 * handed on as they are. yajl reads; this file only takes notes. */
#ifndef PIFU_STORE_TAPE_H
#define PIFU_STORE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind {
	NODE_NULL,
	NODE_FALSE,
	NODE_TRUE,
	NODE_NUMBER,
	NODE_TEXT,
	NODE_KEY,
	NODE_OBJECT,
	NODE_LIST,
};

struct node {
	const char *s; /* not terminated; the value's bytes, of a text unescaped */
	uint32_t n;
	uint32_t span; /* places on the tape, with all inside */
	enum node_kind kind;
};

struct tape;

struct tape *store_tape_new(void);
void store_tape_free(struct tape *tape);
/** Read one line, which must be one object; its line end may be there.
 *  errors: NULL, `message` says why
 *  owns:   a loan until the next call; `line` must live as long */
const struct node *store_tape_read(struct tape *tape, const char *line, size_t n, char *message,
                                   size_t size);
/** The value of `key` in an object; NULL where there is none. */
const struct node *store_node_find(const struct node *object, const char *key);
/** The first member of a list or key of an object, and the one after `node`; NULL at the end. */
const struct node *store_node_first(const struct node *outer);
const struct node *store_node_after(const struct node *outer, const struct node *node);
/** Are its bytes these? */
bool store_node_is(const struct node *node, const char *text);
/** The node as a whole number of at most 18 digits; false where it is none. */
bool store_node_int(const struct node *node, int64_t *out);
/** The node as a number; 0 where it is none. */
double store_node_double(const struct node *node);

#endif
