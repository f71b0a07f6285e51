/* JSON of converters into pieces of text. */
#ifndef PIFU_READ_JSON_READ_H
#define PIFU_READ_JSON_READ_H

#include "read/html_pieces.h"

enum json_role {
	JSON_OTHER,
	JSON_TEXT,
	JSON_SKIP,
	JSON_PAGE0,
	JSON_PAGE1,
	JSON_PLACE,
	JSON_BLOCKS,
	JSON_TABLES,
	JSON_CELLS,
	JSON_ROW,
	JSON_COL,
	JSON_ROWSPAN,
	JSON_COLSPAN,
	JSON_SELF,
	JSON_CHILDREN,
	JSON_REF
};

/** What a key means (json_keys.def). */
enum json_role pifu_json_role(struct str key);

/* One object or array that is open. */
struct json_frame {
	bool array;
	enum json_role role; /* of the value that comes next; of an array, of all its values */
	uint32_t index;      /* values of an array so far */
	uint32_t path;       /* length of the path in front of this frame's own part */
	uint32_t piece;      /* pieces before it */
	uint32_t page;       /* from 1, 0: it does not say */
	uint64_t self;       /* hash of its self_ref, 0: none */
};

/* A cell of Docling's table. */
struct json_cell {
	uint32_t row, col, rowspan, colspan;
	struct str text;
};

/* Docling's order of reading: child hangs below parent. */
struct json_link {
	uint64_t parent, child;
	uint32_t order;
};

struct json_list {
	void *items;
	uint32_t n, cap;
};

struct json_read {
	const pifu_allocator *allocator;
	uint32_t most_depth; /* limit of open frames */
	struct arena *arena; /* texts and paths of the pieces */
	pifu_status status;
	pifu_error *err;
	struct json_frame frames[PIFU_LIMIT_JSON_DEPTH];
	uint32_t depth;
	uint32_t skip;    /* open frames inside one that is left out */
	bool blocks_seen; /* parsing_res_list: table_res_list repeats it */
	struct buf path;
	struct json_list pieces; /* struct html_piece */
	struct json_list selves; /* uint64_t for each piece: what it is called */
	struct json_list cells;  /* struct json_cell of the table that is read */
	struct json_list links;  /* struct json_link */
	struct json_cell cell;   /* the one that is read */
	bool in_cells;
};

/** Parse `text` into r->pieces.
 *  errors: PIFU_ERR_DAMAGED with line and column, PIFU_ERR_LIMIT, PIFU_ERR_NOMEM;
 *          with `salvage` what follows damage is left out and *salvaged is set
 *  owns:   pifu_json_read_free in any case; the pieces' texts live in r->arena */
pifu_status pifu_json_parse(struct json_read *r, struct str text, bool salvage, bool *salvaged,
                            pifu_error *err);
/** The events of the parser (json_read.c); false stops it with r->status. */
bool pifu_json_string(struct json_read *r, struct str s);
bool pifu_json_number(struct json_read *r, int64_t value);
bool pifu_json_value(struct json_read *r);
bool pifu_json_key(struct json_read *r, struct str key);
bool pifu_json_open(struct json_read *r, bool array);
bool pifu_json_close(struct json_read *r);
/** Put the pieces in Docling's order of reading, if the document has one. */
bool pifu_json_order(struct json_read *r);
void pifu_json_read_free(struct json_read *r);
/** Room for one more item in a list; NULL when out of memory. */
void *pifu_json_push(struct json_read *r, struct json_list *list, size_t size);

#endif
