/* The outputs of a comparison: one line in compare_formats[] each. */
#ifndef PIFU_STORE_COMPARE_WRITE_H
#define PIFU_STORE_COMPARE_WRITE_H

#include "../batch/buffer.h"
#include "compare.h"

/* How it is to look. */
struct compare_look {
	bool all;         /* what stayed the same, too */
	bool color;       /* table */
	bool bom;         /* csv: a byte order mark */
	unsigned width;   /* table: columns of the terminal; 0: no limit */
	const char *path; /* xlsx: the file that is written; NULL: standard output */
};

struct compare_totals {
	uint64_t departments, change[CHANGE_COUNT];
	uint64_t moved, doubtful, outliers;
};

struct compare_writer {
	const struct compare_format *format;
	struct compare_look look;
	struct buffer out; /* what waits to be written; a failure stays in it */
	void *state;
};

struct compare_format {
	const char *name, *what;
	bool is_file; /* it writes look.path by itself */
	bool (*begin)(struct compare_writer *w);
	bool (*group)(struct compare_writer *w, const struct compare_group *group);
	bool (*end)(struct compare_writer *w, const struct compare_totals *totals);
	void (*close)(struct compare_writer *w); /* free the state; NULL: there is none */
};

/** The format of that name, NULL: there is none. */
const struct compare_format *compare_format_find(const char *name);
/** Name and description, the default first; NULL past the end. */
const char *compare_format_list(size_t index, const char **what);

extern const struct compare_format compare_format_table, compare_format_jsonl, compare_format_csv,
	compare_format_xlsx;

/* ---- What they share (compare_write.c) --------------------------------------------------- */

const char *compare_change_name(enum compare_change change);
/** The item that names a pair: of the new year, else of the old one. */
const struct compare_item *compare_named_item(const struct compare_group *group,
                                              const struct compare_pair *pair);
/** The item of one year; NULL: the pair has none. */
const struct compare_item *compare_item_of(const struct compare_group *group,
                                           const struct compare_pair *pair, enum compare_side side);
bool compare_is_shown(const struct compare_writer *w, const struct compare_pair *pair);
bool compare_has_finding(const struct compare_pair *pair, pifu_finding code);
/** Does the text stand for a number in JSON? */
bool compare_is_number(const char *text);

/* A row of a sheet. */
enum compare_cell { CELL_TEXT, CELL_NUMBER, CELL_CODE };
struct compare_column {
	const char *key, *zh;
	enum compare_cell kind;
	unsigned width; /* of a sheet's column */
	const char *(*text)(const struct compare_group *group, const struct compare_pair *pair,
	                    struct buffer *made);
};
extern const struct compare_column compare_columns[];
extern const size_t compare_column_count;
/** The text of a cell; NULL: empty. A loan until `made` is used again. */
const char *compare_cell(const struct compare_column *column, const struct compare_group *group,
                         const struct compare_pair *pair, struct buffer *made);

#endif
