/* pifu dump: what a stage of the line left. pifu explain: why a row was read as
 * it was, or what a code means. */
#include "cli.h"

#include <string.h>
#include <unistd.h>

static pifu_status dump_document(struct run *run, pifu_doc *doc, const char *name, pifu_error *err)
{
	const char *stage = run->settings->stage;

	(void)name;
	return pifu_doc_dump(doc, stage ? stage : "grid", cli_output_write, &run->output, err);
}

static pifu_status explain_document(struct run *run, pifu_doc *doc, const char *name,
                                    pifu_error *err)
{
	(void)name;
	return pifu_doc_explain(doc, cli_output_write, &run->output, err);
}

static int run_documents(const struct settings *s, const struct arguments *args,
                         handle_document *handle)
{
	struct run run = {.settings = s};

	if (cli_run_begin(&run, args))
		cli_run_inputs(&run, args, handle);
	return cli_run_end(&run);
}

int cli_dump_run(const struct settings *s, const struct arguments *args)
{
	return run_documents(s, args, dump_document);
}

/* ---- Codes explained ---------------------------------------------------------------- */

static void explain_code(const pifu_code_info *info)
{
	printf("%s (%s", info->code, info->kind);
	if (strcmp(info->kind, "finding") == 0 || strcmp(info->kind, "check") == 0)
		printf(", %s", cli_severity_name(info->severity));
	if (strcmp(info->kind, "status") == 0)
		printf(", exit code %d", info->exit_code);
	printf(")\n    %s\n", info->meaning);
}

/* A finding and a repair may share their code: all of them are explained. */
static bool explain_codes(const char *code)
{
	const pifu_code_info *info;
	bool found = false;

	for (size_t i = 0; (info = pifu_code_list(i)); i++) {
		if (strcmp(info->code, code) != 0)
			continue;
		explain_code(info);
		found = true;
	}
	return found;
}

int cli_explain_run(const struct settings *s, const struct arguments *args)
{
	const char *word = args->count ? args->items[0] : "-";

	if (strcmp(word, "-") == 0 || access(word, F_OK) == 0)
		return run_documents(s, args, explain_document);
	if (explain_codes(word))
		return cli_stdout_exit(0);
	const char *near = cli_nearest_choice(word, cli_choice_code);
	if (near) {
		cli_say("no file and no code '%s'; did you mean %s?", word, near);
		return pifu_status_exit(PIFU_ERR_USAGE);
	}
	return run_documents(s, args, explain_document); /* which says that there is no such file */
}
