/* The list of writers and the public calls that drive them. */
#include "write/writer.h"

#include "base/arena.h"
#include "base/error.h"
#include "write/delimited.h"

static const struct {
	const char *name, *what;
	const struct writer_format *format;
} writers[] = {
#define PIFU_WRITER(id, name, what) {name, what, &pifu_writer_##id},
#include "write/writers.def"
#undef PIFU_WRITER
};

enum { WRITERS = sizeof writers / sizeof writers[0] };

const char *pifu_writer_list(size_t index, const char **what)
{
	if (index >= WRITERS)
		return NULL;
	if (what)
		*what = writers[index].what;
	return writers[index].name;
}

static const struct writer_format *find_format(const char *name)
{
	for (size_t i = 0; name && i < WRITERS; i++)
		if (strcmp(writers[i].name, name) == 0)
			return writers[i].format;
	return NULL;
}

static bool open_writer(pifu_writer *w, pifu_sink sink, void *ctx)
{
	size_t size = w->format->state;

	if (size) {
		w->state = pifu_mem_alloc(w->options.allocator, size);
		if (!w->state)
			return false;
		memset(w->state, 0, size);
	}
	return pifu_out_open(&w->out, sink, ctx, w->options.allocator) &&
	       (!w->format->open || w->format->open(w));
}

pifu_writer *pifu_writer_new(const char *format, const pifu_write_options *options, pifu_sink sink,
                             void *ctx, pifu_error *err)
{
	const struct writer_format *found = find_format(format);

	if (!found || !sink) {
		pifu_error_set(err, PIFU_ERR_USAGE, "no output format '%s'", format ? format : "");
		return NULL;
	}
	if (options && !pifu_columns_known(options->columns)) {
		pifu_error_set(err, PIFU_ERR_USAGE, "no columns '%s'", options->columns);
		return NULL;
	}
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	pifu_writer *w = pifu_mem_alloc(allocator, sizeof *w);
	if (!w) {
		pifu_error_nomem(err);
		return NULL;
	}
	*w = (pifu_writer){.format = found};
	if (options)
		w->options = *options;
	if (!open_writer(w, sink, ctx)) {
		pifu_writer_free(w);
		pifu_error_nomem(err);
		return NULL;
	}
	return w;
}

void pifu_writer_free(pifu_writer *w)
{
	if (!w)
		return;
	const pifu_allocator *allocator = w->options.allocator;
	if (w->format->close && w->state)
		w->format->close(w);
	pifu_out_close(&w->out);
	pifu_mem_free(allocator, w->state);
	pifu_mem_free(allocator, w);
}

static pifu_status writer_status(const pifu_writer *w, pifu_error *err)
{
	pifu_status inner = w->format->status ? w->format->status(w) : PIFU_OK;

	if (inner == PIFU_ERR_NOMEM)
		return pifu_error_nomem(err);
	return pifu_out_status(&w->out, err);
}

pifu_status pifu_writer_put_form(pifu_writer *w, const struct document_facts *d,
                                 const pifu_form *form, pifu_error *err)
{
	w->format->form(w, d, form);
	return writer_status(w, err);
}

pifu_status pifu_writer_put_document(pifu_writer *w, const struct document_facts *d,
                                     pifu_error *err)
{
	if (w->format->document)
		w->format->document(w, d);
	return writer_status(w, err);
}

pifu_status pifu_writer_finish(pifu_writer *w, pifu_error *err)
{
	if (w->format->finish)
		w->format->finish(w);
	pifu_out_flush(&w->out);
	return writer_status(w, err);
}

/* ---- Documents ------------------------------------------------------------- */

pifu_status pifu_writer_form(pifu_writer *w, const pifu_doc *doc, const pifu_form *form,
                             pifu_error *err)
{
	struct document_facts facts = {.file = pifu_doc_file(doc), .sha256 = pifu_doc_sha256(doc)};

	return pifu_writer_put_form(w, &facts, form, err);
}

pifu_status pifu_writer_document(pifu_writer *w, const pifu_doc *doc, pifu_error *err)
{
	size_t n = pifu_doc_finding_count(doc);
	pifu_doc_finding *findings =
		pifu_mem_alloc(w->options.allocator, (n ? n : 1) * sizeof *findings);

	if (!findings)
		return pifu_error_nomem(err);
	for (size_t i = 0; i < n; i++)
		findings[i] = pifu_doc_finding_at(doc, i);
	struct document_facts facts = {
		.file = pifu_doc_file(doc),
		.sha256 = pifu_doc_sha256(doc),
		.findings = findings,
		.nfindings = n,
		.receipt = pifu_doc_receipt(doc),
	};
	pifu_status status = pifu_writer_put_document(w, &facts, err);
	pifu_mem_free(w->options.allocator, findings);
	return status;
}
