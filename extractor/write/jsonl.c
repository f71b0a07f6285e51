/* JSON Lines: one object a record, one record a line. Nothing is kept between
 * forms, so a document of any size streams through. */
#include "write/json.h"
#include "write/writer.h"

static bool open_jsonl(pifu_writer *w)
{
	return pifu_record_json_open(w->state, w->options.allocator);
}

static void write_form(pifu_writer *w, const struct document_facts *d, const pifu_form *form)
{
	pifu_record_json_form(w->state, d->sha256);
	for (size_t i = 0; i < form->nrecords; i++) {
		pifu_record_json(w->state, &w->out, &form->records[i]);
		pifu_out_char(&w->out, '\n');
	}
}

static pifu_status status_jsonl(const pifu_writer *w)
{
	return pifu_record_json_status(w->state);
}

static void close_jsonl(pifu_writer *w)
{
	pifu_record_json_close(w->state);
}

const struct writer_format pifu_writer_jsonl = {
	.state = sizeof(struct record_json),
	.open = open_jsonl,
	.form = write_form,
	.status = status_jsonl,
	.close = close_jsonl,
};
