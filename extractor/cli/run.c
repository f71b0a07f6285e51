/* One run over all inputs: open, hand over, count, and the exit code of the whole. */
#include "cli.h"

#include <string.h>
#include <unistd.h>

pifu_options cli_read_options(const struct settings *s)
{
	pifu_options o = s->limits;

	o.encoding = s->encoding;
	o.input_format = s->input_format;
	o.grammar = s->grammar;
	o.doubt = s->doubt;
	o.changes = s->changes;
	o.hidden = s->hidden;
	o.salvage = s->salvage;
	o.soffice = s->soffice;
	return o;
}

/* The run fails as a whole: as if its one input had failed. */
static bool fail_run(struct run *run, pifu_status status)
{
	run->inputs = run->failures = 1;
	run->failure = status;
	return false;
}

pifu_grammars *cli_grammars_load(const struct settings *s, pifu_status *status)
{
	pifu_error err = {0};
	pifu_grammars *grammars = pifu_grammars_load(s->grammars, NULL, &err);

	*status = err.status;
	if (!grammars)
		cli_say_error(&err, s->grammars ? s->grammars : "grammars");
	return grammars;
}

bool cli_run_note(struct run *run, pifu_finding finding)
{
	int severity = (int)pifu_finding_severity(finding);

	if (run->settings->ignored[finding])
		return false;
	if (severity > run->worst)
		run->worst = severity;
	return true;
}

void cli_run_receipt(struct run *run, const pifu_doc *doc, const char *name)
{
	pifu_receipt r = pifu_doc_receipt(doc);

	if (r.balanced)
		return;
	run->unbalanced = true;
	cli_say("%s: the conservation receipt does not balance: %llu of %llu cells have no account",
	        name, (unsigned long long)r.accounts[PIFU_ACCOUNT_NONE],
	        (unsigned long long)r.cells);
}

void cli_run_fail(struct run *run, const pifu_error *err, const char *name)
{
	if (err->status == PIFU_ERR_WRITE) { /* told when the output is closed */
		run->unwritable = true;
		return;
	}
	cli_say_error(err, name);
	run->failures++;
	run->failure = err->status;
}

static void run_input(struct run *run, const char *path, handle_document *handle)
{
	pifu_options options = cli_read_options(run->settings);
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	pifu_error err = {0};
	pifu_doc *doc = pifu_doc_open(run->grammars, path, &options, &err);

	run->inputs++;
	if (!doc && run->failed)
		run->failed(run, path, &err);
	if (!doc || handle(run, doc, name, &err) != PIFU_OK)
		cli_run_fail(run, &err, name);
	pifu_doc_free(doc);
}

bool cli_grammar_is_known(const pifu_grammars *grammars, const char *wanted)
{
	const char *name, *names[256];
	size_t n = 0;

	for (; n < 256 && (name = pifu_grammars_name(grammars, n)); n++) {
		names[n] = name;
		if (!wanted || strcmp(name, wanted) == 0)
			return true;
	}
	if (!wanted)
		return true;
	const char *near = cli_nearest(wanted, names, n);
	cli_say("unknown grammar '%s'%s%s%s", wanted,
	        near ? "; did you mean " : "; see pifu grammar list", near ? near : "",
	        near ? "?" : "");
	return false;
}

bool cli_run_begin(struct run *run, const struct arguments *args)
{
	pifu_status status;

	run->worst = -1;
	if (args->count == 0 && isatty(STDIN_FILENO)) {
		cli_say("no FILE is given, and standard input is a terminal; see pifu help");
		return fail_run(run, PIFU_ERR_USAGE);
	}
	run->grammars = cli_grammars_load(run->settings, &status);
	if (!run->grammars)
		return fail_run(run, status);
	if (!cli_grammar_is_known(run->grammars, run->settings->grammar))
		return fail_run(run, PIFU_ERR_USAGE);
	if (!cli_output_open(&run->output, run->settings->output))
		return fail_run(run, PIFU_ERR_WRITE);
	return true;
}

void cli_run_inputs(struct run *run, const struct arguments *args, handle_document *handle)
{
	if (args->count == 0)
		run_input(run, "-", handle);
	for (int i = 0; i < args->count && !run->unwritable; i++)
		run_input(run, args->items[i], handle);
}

int cli_run_end(struct run *run)
{
	if (run->output.file && !cli_output_close(&run->output))
		run->unwritable = true;
	pifu_grammars_free(run->grammars);
	if (run->unwritable)
		return pifu_status_exit(PIFU_ERR_WRITE);
	if (run->unbalanced)
		return pifu_status_exit(PIFU_ERR_RECEIPT);
	if (run->failures)
		return pifu_status_exit(run->inputs == 1 ? run->failure : PIFU_ERR_BATCH);
	return run->worst >= cli_fail_on(run->settings);
}
