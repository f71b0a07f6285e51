/* pifu extract: the records of all inputs, by one writer. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../store/collector.h"

/* Findings of one document that are told on standard error. */
enum { FINDINGS_TOLD = 20 };

/* ---- What the writer is told ----------------------------------------------------- */

bool cli_wants_color(const struct settings *s)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (s->color && strcmp(s->color, "auto") != 0)
		return strcmp(s->color, "always") == 0;
	if (s->output || (no_color && *no_color))
		return false;
	return isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

unsigned cli_terminal_width(const struct settings *s)
{
	struct winsize size;

	if (s->output || !isatty(STDOUT_FILENO))
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool open_writer(struct run *run)
{
	const struct settings *s = run->settings;
	const char *format = s->format ? s->format : pifu_writer_list(0, NULL);
	pifu_write_options options = {
		.bom = s->bom,
		.color = cli_wants_color(s),
		.width = cli_terminal_width(s),
		.columns = s->columns,
	};
	pifu_error err = {0};

	run->writer = pifu_writer_new(format, &options, cli_output_write, &run->output, &err);
	if (run->writer)
		return true;
	run->inputs = 1;
	cli_run_fail(run, &err, format);
	return false;
}

static void close_writer(struct run *run)
{
	pifu_error err = {0};

	/* memory that ran out on an input has been told there */
	if (pifu_writer_finish(run->writer, &err) != PIFU_OK &&
	    (err.status == PIFU_ERR_WRITE || run->failures == 0))
		cli_run_fail(run, &err, "output");
	pifu_writer_free(run->writer);
}

/* ---- Findings ---------------------------------------------------------------------- */

static void note_record(struct run *run, const pifu_record *record)
{
	for (size_t i = 0; i < pifu_record_finding_count(record); i++)
		cli_run_note(run, pifu_record_finding(record, i));
	for (size_t i = 0; i < pifu_record_check_count(record); i++)
		cli_run_note(run, pifu_record_check(record, i));
}

static void note_form(struct run *run, const pifu_form *form)
{
	for (size_t i = 0; i < pifu_form_record_count(form); i++)
		note_record(run, pifu_form_record(form, i));
}

static void tell_findings(struct run *run, const pifu_doc *doc, const char *name)
{
	size_t n = pifu_doc_finding_count(doc), told = 0;

	for (size_t i = 0; i < n; i++) {
		pifu_doc_finding f = pifu_doc_finding_at(doc, i);

		if (cli_run_note(run, f.finding) &&
		    pifu_finding_severity(f.finding) >= PIFU_WARNING && ++told <= FINDINGS_TOLD)
			cli_say_finding(&f, name);
	}
	if (told > FINDINGS_TOLD)
		cli_say("%s: and %zu more; pifu check lists them all", name, told - FINDINGS_TOLD);
}

static int write_message(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	return fwrite(bytes, 1, n, stderr) != n;
}

/* ---- extract ------------------------------------------------------------------------- */

static pifu_status write_forms(struct run *run, pifu_doc *doc, pifu_error *err)
{
	const pifu_form *form;

	while ((form = pifu_doc_next(doc, err))) {
		pifu_status status = pifu_writer_form(run->writer, doc, form, err);

		if (status != PIFU_OK)
			return status;
		if (run->collector)
			store_collector_form(run->collector, form);
		note_form(run, form);
	}
	return err->status;
}

/* What a failing document gave before it failed is still written. */
static pifu_status extract_document(struct run *run, pifu_doc *doc, const char *name,
                                    pifu_error *err)
{
	pifu_error write_err = {0};
	pifu_status status = write_forms(run, doc, err);

	if (pifu_writer_document(run->writer, doc, &write_err) != PIFU_OK && status == PIFU_OK) {
		*err = write_err;
		status = write_err.status;
	}
	tell_findings(run, doc, name);
	if (run->settings->receipt)
		pifu_doc_receipt_write(doc, write_message, NULL, NULL);
	if (status == PIFU_OK)
		cli_run_receipt(run, doc, name);
	return status;
}

/* ---- Into a store, or a file made of one ------------------------------------------------ */

/* The format the output's name asks for, where it takes a store to make it. */
static const char *store_format(const struct settings *s)
{
	const char *named = s->output && !s->format ? store_format_of(s->output) : NULL, *name;
	bool file;

	if (!named || strcmp(named, "sqlite") == 0)
		return named;
	for (size_t i = 0; (name = store_format_list(i, NULL, &file)); i++)
		if (file && strcmp(name, named) == 0)
			return name;
	return NULL;
}

static void say_unwritable(struct run *run)
{
	cli_say("%s: %s", run->settings->output, store_collector_message(run->collector));
	run->unwritable = true;
}

static void collect_failure(struct run *run, const char *path, const pifu_error *err)
{
	store_collector_begin(run->collector, path);
	if (!store_collector_document(run->collector, NULL, err))
		say_unwritable(run);
}

static pifu_status write_lines(struct run *run, pifu_doc *doc, pifu_error *err)
{
	run->writer = pifu_writer_new("jsonl", NULL, store_collector_take, run->collector, err);
	if (!run->writer)
		return err->status;
	if (write_forms(run, doc, err) == PIFU_OK)
		pifu_writer_finish(run->writer, err);
	pifu_writer_free(run->writer);
	run->writer = NULL;
	return err->status;
}

static pifu_status collect_document(struct run *run, pifu_doc *doc, const char *name,
                                    pifu_error *err)
{
	store_collector_begin(run->collector, pifu_doc_file(doc));
	pifu_status status = write_lines(run, doc, err);
	pifu_error told = *err;

	tell_findings(run, doc, name);
	if (run->settings->receipt)
		pifu_doc_receipt_write(doc, write_message, NULL, NULL);
	if (status == PIFU_OK) {
		cli_run_receipt(run, doc, name);
		/* what has lost something is kept as a failure */
		if (!pifu_doc_receipt(doc).balanced)
			told.status = PIFU_ERR_RECEIPT;
	}
	if (!store_collector_document(run->collector, doc, &told))
		say_unwritable(run);
	return status;
}

static int extract_to_store(const struct settings *s, const struct arguments *args,
                            const char *format)
{
	struct settings inner = *s;
	struct run run = {.settings = &inner, .failed = collect_failure};
	struct collector_wanted wanted = {s->output, format, s->columns, "pifu extract"};
	char why[512];

	inner.output = NULL;
	if (!cli_run_begin(&run, args))
		return cli_run_end(&run);
	inner.output = s->output;
	run.collector = store_collector_new(&wanted, why, sizeof why);
	if (!run.collector) {
		cli_say("%s", why);
		run.unwritable = true;
		return cli_run_end(&run);
	}
	cli_run_inputs(&run, args, collect_document);
	if (!run.unwritable && !store_collector_finish(run.collector))
		say_unwritable(&run);
	store_collector_free(run.collector);
	return cli_run_end(&run);
}

/* ---- The command --------------------------------------------------------------------------- */

static int extract_to_stream(const struct settings *s, const struct arguments *args)
{
	struct run run = {.settings = s};

	if (cli_run_begin(&run, args) && open_writer(&run)) {
		cli_run_inputs(&run, args, extract_document);
		close_writer(&run);
	}
	return cli_run_end(&run);
}

int cli_extract_run(const struct settings *s, const struct arguments *args)
{
	const char *format = store_format(s);

	return format ? extract_to_store(s, args, format) : extract_to_stream(s, args);
}
