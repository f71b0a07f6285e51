/* One document: open, write its records, close. */
#include "reading.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Memory a worker keeps between documents. */
enum { KEEP = 1 << 20 };

static pifu_status write_forms(struct reading *r, pifu_doc *doc, pifu_writer *writer,
                               pifu_error *err)
{
	const pifu_form *form;

	while ((form = pifu_doc_next(doc, err))) {
		batch_closing_form(&r->closing, form);
		if (pifu_writer_form(writer, doc, form, err) != PIFU_OK)
			return err->status;
	}
	if (err->status != PIFU_OK || pifu_writer_document(writer, doc, err) != PIFU_OK)
		return err->status;
	return pifu_writer_finish(writer, err);
}

/* What does not balance has lost something: such records are not given out. */
static void check_receipt(const pifu_doc *doc, pifu_error *err)
{
	pifu_receipt r = pifu_doc_receipt(doc);

	if (r.balanced)
		return;
	err->status = PIFU_ERR_RECEIPT;
	snprintf(err->message, sizeof err->message, "%llu of %llu cells have no account",
	         (unsigned long long)r.accounts[PIFU_ACCOUNT_NONE], (unsigned long long)r.cells);
}

static void read_document(struct reading *r, pifu_doc *doc, pifu_error *err)
{
	pifu_write_options how = {.columns = r->columns};
	pifu_writer *writer = pifu_writer_new(r->format, &how, r->sink, r->ctx, err);

	if (!writer)
		return;
	memcpy(r->sha256, pifu_doc_sha256(doc), sizeof r->sha256);
	write_forms(r, doc, writer, err);
	pifu_writer_free(writer);
	if (err->status == PIFU_OK)
		check_receipt(doc, err);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void batch_reading_run(struct reading *r, const char *path, const void *bytes, size_t size)
{
	pifu_options options = r->options;
	double begun = now();

	options.file_name = path;
	r->err = (pifu_error){0};
	r->sha256[0] = '\0';
	batch_buffer_clear(&r->line, KEEP);
	batch_closing_begin(&r->closing, path);
	pifu_doc *doc = bytes ? pifu_doc_open_memory(r->grammars, bytes, size, &options, &r->err)
	                      : pifu_doc_open(r->grammars, path, &options, &r->err);
	if (doc)
		read_document(r, doc, &r->err);
	if (r->timing)
		r->closing.seconds = now() - begun;
	batch_closing_write(&r->closing, doc, &r->err, &r->line);
	pifu_doc_free(doc);
}

void batch_reading_free(struct reading *r)
{
	batch_buffer_free(&r->line);
	batch_closing_free(&r->closing);
}
