/* The line that closes a document in the worker's protocol.
 *
 *     {"id":…}                      one line a record, as --format jsonl writes it
 *     {"id":…}
 *     {"document":"a.txt",…}        one line that closes the document
 *
 * A closing line is told from a record by its first key. What it holds is
 * laid down in schemas/closing.schema.json (pifu schema closing). It says
 * nothing of the time or the machine, so it is the same wherever it is made;
 * `seconds` is there on request only. A document that failed has no records:
 * whoever reads the lines takes the records of a document when its closing
 * line says "ok", and forgets them otherwise. */
#ifndef PIFU_BATCH_CLOSING_H
#define PIFU_BATCH_CLOSING_H

#include "buffer.h"
#include "pifu.h"

/* What a closing line is made of, gathered while the document is read. */
struct closing {
	const char *document;
	struct buffer forms; /* objects of the list `forms` */
	uint64_t form_count, records, doubtful, repairs;
	double seconds; /* under 0: not told */
};

/** Begin anew for `document`; its buffer is used again. */
void batch_closing_begin(struct closing *c, const char *document);
/** Take in a form and its records. */
void batch_closing_form(struct closing *c, const pifu_form *form);
/** Write the line, its line end with it.
 *  doc: NULL where it could not be opened; err: what reading ended with */
void batch_closing_write(const struct closing *c, const pifu_doc *doc, const pifu_error *err,
                         struct buffer *out);
/** The line of a document that no reader has seen to its end. */
void batch_closing_failed(const char *document, const char *sha256, const pifu_error *err,
                          struct buffer *out);
void batch_closing_free(struct closing *c);

#endif
