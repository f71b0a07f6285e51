/* Putting one document: what put.c and put_rows.c share. */
#ifndef PIFU_STORE_PUT_H
#define PIFU_STORE_PUT_H

#include "own.h"

struct form_row {
	int64_t no, key;
	int64_t place;              /* indicators so far */
	size_t function, functions; /* first in putting.functions, and how many */
	size_t last;                /* the one the last record had */
};

/* A function as the closing line names it. */
struct function_row {
	const struct node *no, *name;
	int64_t key;
};

struct putting {
	struct store *store;
	const struct store_document *doc;
	const struct node *closing, *sha256, *status; /* of the closing line */
	struct node path;
	int64_t document; /* its key; 0: not known yet */
	int64_t original; /* key of the document it is a duplicate of */
	bool known;       /* keys of records are kept aside */
	int64_t records;
	struct form_row *forms;
	size_t nforms;
	struct function_row *functions;
	size_t nfunctions;
};

bool store_put_forms(struct putting *p);
bool store_put_records(struct putting *p);
/** The findings of the document as a whole. */
bool store_put_findings(struct putting *p);

#endif
