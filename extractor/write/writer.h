/* Writers: records in, bytes out. One file a format, one line of writers.def,
 * all of one shape:
 *
 *     open -> form, form, … -> document -> form … -> document -> finish -> close
 *
 * A writer sees a document only as struct document_facts, so that each is
 * tested with forms made by hand. */
#ifndef PIFU_WRITE_WRITER_H
#define PIFU_WRITE_WRITER_H

#include "model/record.h"
#include "write/out.h"

/* What writers want to know of a document. */
struct document_facts {
	const char *file, *sha256;
	/* known at the document's end only: */
	const pifu_doc_finding *findings;
	size_t nfindings;
	pifu_receipt receipt;
};

struct writer_format {
	size_t state; /* bytes of pifu_writer.state, given cleared; 0: none */
	/* Any but `form` may be NULL. open is false when out of memory; close
	 * also follows an open that failed. */
	bool (*open)(pifu_writer *w);
	void (*form)(pifu_writer *w, const struct document_facts *d, const pifu_form *form);
	void (*document)(pifu_writer *w, const struct document_facts *d);
	void (*finish)(pifu_writer *w);
	/* The first failure of buffers that the format keeps for itself. */
	pifu_status (*status)(const pifu_writer *w);
	void (*close)(pifu_writer *w);
};

struct pifu_writer {
	const struct writer_format *format;
	pifu_write_options options;
	struct out out;
	void *state;
};

#define PIFU_WRITER(id, name, what) extern const struct writer_format pifu_writer_##id;
#include "write/writers.def"
#undef PIFU_WRITER

/** The public calls of pifu.h, with the facts in place of the document. */
pifu_status pifu_writer_put_form(pifu_writer *w, const struct document_facts *d,
                                 const pifu_form *form, pifu_error *err);
pifu_status pifu_writer_put_document(pifu_writer *w, const struct document_facts *d,
                                     pifu_error *err);

#endif
