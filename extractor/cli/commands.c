/* The commands, and the help made from them. */
#include "cli.h"

#include <string.h>
#include <unistd.h>

#define DOCUMENT_OPTIONS                                                                 \
	(BIT(ENCODING) | BIT(INPUT_FORMAT) | BIT(CHANGES) | BIT(HIDDEN) | BIT(SALVAGE) | \
	 BIT(LIMIT) | BIT(SOFFICE) | BIT(GRAMMARS))
#define READ_OPTIONS (DOCUMENT_OPTIONS | BIT(GRAMMAR) | BIT(DOUBT))
#define PROCESS_OPTIONS (BIT(TIMEOUT) | BIT(MEMORY) | BIT(MEMBER) | BIT(DEPTH))
#define FAIL_OPTIONS (BIT(FAIL_ON) | BIT(IGNORE))

const struct command cli_commands[] = {
	{
		.name = "extract",
		.arguments = "[OPTION…] [FILE…]",
		.summary = "read forms, write their indicator records",
		.about = "Reads the forms in each FILE (- or none: standard input) and writes\n"
			 "one record an indicator, in the order of the input.",
		.options = BIT(FORMAT) | BIT(OUTPUT) | BIT(RECEIPT) | BIT(BOM) | BIT(COLUMNS) |
                           BIT(COLOR) | READ_OPTIONS | FAIL_OPTIONS | BIT(HELP),
		.most = -1,
		.run = cli_extract_run,
	},
	{
		.name = "check",
		.arguments = "[OPTION…] [FILE…]",
		.summary = "list what is odd about forms, one line a finding",
		.about =
			"Writes the findings and checks of every document, form and record in the\n"
			"order of their places, one a line; pifu-checks(7) explains the checks:\n"
			"FILE:LINE: SEVERITY: CODE: text",
		.options = BIT(OUTPUT) | READ_OPTIONS | FAIL_OPTIONS | BIT(HELP),
		.most = -1,
		.run = cli_check_run,
	},
	{
		.name = "explain",
		.arguments = "[OPTION…] FILE|CODE",
		.summary = "tell why each row was read as it was, or what a code means",
		.about = "For a FILE: for each row what was read, what that cost, its best rival.\n"
			 "For a CODE (pifu codes lists them): what it means.",
		.options = BIT(OUTPUT) | READ_OPTIONS | BIT(HELP),
		.most = 1,
		.run = cli_explain_run,
	},
	{
		.name = "dump",
		.arguments = "[OPTION…] [FILE]",
		.summary = "print what a stage of the reading left",
		.about = "The dump of the stage grid (the default) is itself an input that\n"
			 "pifu extract reads.",
		.options = BIT(STAGE) | BIT(OUTPUT) | READ_OPTIONS | BIT(HELP),
		.most = 1,
		.run = cli_dump_run,
	},
	{
		.name = "grammar list",
		.arguments = "[OPTION…]",
		.summary = "list the form families",
		.about = "Writes name and Chinese title of each family.",
		.options = BIT(GRAMMARS) | BIT(HELP),
		.run = cli_grammar_list_run,
	},
	{
		.name = "grammar check",
		.arguments = "[OPTION…] [NAME|FILE.yaml…]",
		.summary = "run the samples that grammars carry",
		.about = "Checks the families named, or all. A FILE.yaml is checked in its folder.",
		.options = BIT(GRAMMARS) | BIT(HELP),
		.most = -1,
		.run = cli_grammar_check_run,
	},
	{
		.name = "grammar show",
		.arguments = "[OPTION…] NAME",
		.summary = "print a family with all that it inherits",
		.about = "Writes YAML.",
		.options = BIT(GRAMMARS) | BIT(HELP),
		.least = 1,
		.most = 1,
		.run = cli_grammar_show_run,
	},
	{
		.name = "grammar draft",
		.arguments = "[OPTION…] FILE [NAME]",
		.summary = "propose a grammar for a form of unknown layout",
		.about = "Writes YAML: columns by their headers and by what the cells look like, "
			 "the\n"
			 "form's own rows as the sample. NAME is the family's (the FILE's).",
		.options = BIT(OUTPUT) | DOCUMENT_OPTIONS | BIT(HELP),
		.least = 1,
		.most = 2,
		.run = cli_grammar_draft_run,
	},
	{
		.name = "diff",
		.arguments = "[OPTION…] OLD NEW",
		.summary = "compare the indicators of two years",
		.about = "OLD and NEW are stores, JSON Lines of records or forms. Tells, "
			 "department by\n"
			 "department, which indicators were added, dropped or changed; small "
			 "changes of\n"
			 "wording are seen through, doubtful matches told. One store of several "
			 "years\n"
			 "is compared with itself by --year OLD:NEW. Any difference counts as info "
			 "for\n"
			 "--fail-on, an outlier as a warning.",
		.options = BIT(DIFF_FORMAT) | BIT(OUTPUT) | BIT(ALL) | BIT(DEPARTMENT) | BIT(YEAR) |
                           BIT(SIMILARITY) | BIT(OUTLIER) | BIT(BOM) | BIT(COLOR) | READ_OPTIONS |
                           FAIL_OPTIONS | BIT(HELP),
		.least = 1,
		.most = 2,
		.run = cli_diff_run,
	},
	{
		.name = "batch",
		.arguments = "[OPTION…] INPUT…",
		.summary = "read files, folders and archives into one output",
		.about = "Reads every INPUT (a file, a folder, a zip, tar, 7z or rar archive) in "
			 "worker\n"
			 "processes and writes OUT in the order of the input. A document that "
			 "cannot be\n"
			 "read is recorded in OUT.ledger, with the reason. Run again, only what "
			 "has\n"
			 "changed is read; a run that was stopped or killed goes on where it was.",
		.options = BIT(BATCH_OUTPUT) | BIT(BATCH_FORMAT) | BIT(BOM) | BIT(COLUMNS) |
                           BIT(RECURSIVE) | BIT(GLOB) | BIT(FILES_FROM) | BIT(NUL) | BIT(JOBS) |
                           BIT(RETRY_FAILED) | BIT(FRESH) | BIT(PROGRESS) | BIT(SHARD) |
                           PROCESS_OPTIONS | READ_OPTIONS | BIT(HELP),
		.most = -1,
		.run = cli_batch_run,
	},
	{
		.name = "worker",
		.arguments = "[OPTION…] <PATHS",
		.summary = "read the paths that come in, one a line, and answer each at once",
		.about =
			"For each path on standard input: one line of JSON a record, as --format "
			"jsonl\n"
			"writes it, then one line that closes the document (pifu schema closing),\n"
			"written out at once. A document that cannot be read is told in its "
			"closing\n"
			"line and ends nothing.",
		.options = BIT(NUL) | BIT(JOBS) | BIT(SHARD) | BIT(TIMING) | PROCESS_OPTIONS |
                           READ_OPTIONS | BIT(HELP),
		.run = cli_worker_run,
	},
	{
		.name = "load",
		.arguments = "[OPTION…] STORE [FILE…]",
		.summary = "put answers of pifu worker into a store",
		.about = "Reads the lines of pifu worker from each FILE (- or none: standard "
			 "input)\n"
			 "into STORE, an SQLite file, which is made where there is none.",
		.options = BIT(HELP),
		.least = 1,
		.most = -1,
		.run = cli_load_run,
	},
	{
		.name = "export",
		.arguments = "[OPTION…] STORE",
		.summary = "write a store as CSV, a workbook, a data package, SQL …",
		.about = "Reads STORE, which pifu batch, pifu load or pifu extract -o STORE.sqlite "
			 "has\n"
			 "made, and writes its records in the order of the input.",
		.options = BIT(EXPORT_FORMAT) | BIT(OUTPUT) | BIT(COLUMNS) | BIT(TABLE) |
                           BIT(WHERE) | BIT(BOM) | BIT(HELP),
		.least = 1,
		.most = 1,
		.run = cli_export_run,
	},
	{
		.name = "sql",
		.arguments = "[OPTION…]",
		.summary = "print the tables of a store as SQL",
		.about = "Writes the statements that make the tables and views of a store.",
		.options = BIT(DIALECT) | BIT(HELP),
		.run = cli_sql_run,
	},
	{
		.name = "schema",
		.arguments = "[NAME]",
		.summary = "print a JSON Schema",
		.about =
			"Writes the JSON Schema (2020-12) of a record, a document, a closing line, "
			"a\n"
			"difference or a grammar; lists them without a NAME.",
		.options = BIT(HELP),
		.most = 1,
		.run = cli_schema_run,
	},
	{
		.name = "codes",
		.arguments = "",
		.summary = "list all codes and what they mean",
		.about = "Statuses, findings, checks, repairs and accounts of the receipt.",
		.options = BIT(HELP),
		.run = cli_codes_run,
	},
	{
		.name = "limits",
		.arguments = "",
		.summary = "list what a document may cost",
		.about = "Name, default and meaning of each limit that --limit sets.",
		.options = BIT(HELP),
		.run = cli_limits_run,
	},
	{
		.name = "help",
		.arguments = "[COMMAND]",
		.summary = "explain a command",
		.about = "Explains COMMAND, or lists all commands.",
		.options = BIT(HELP),
		.most = 2,
		.run = cli_help_run,
	},
	{.name = NULL},
};

/* ---- Finding a command ------------------------------------------------------------- */

/* How many of the words are the command's name; 0: it is another. */
static int match_command(const struct command *c, const struct arguments *args)
{
	const char *blank = strchr(c->name, ' ');
	size_t n = blank ? (size_t)(blank - c->name) : strlen(c->name);

	if (strlen(args->items[0]) != n || strncmp(c->name, args->items[0], n) != 0)
		return 0;
	if (!blank)
		return 1;
	return args->count > 1 && strcmp(blank + 1, args->items[1]) == 0 ? 2 : 0;
}

static bool is_group(const char *word)
{
	size_t n = strlen(word);

	for (const struct command *c = cli_commands; c->name; c++)
		if (strncmp(c->name, word, n) == 0 && c->name[n] == ' ')
			return true;
	return false;
}

/* The name most like the first word or, in a group, like both words. */
static const char *nearest_command(const char *words)
{
	const char *names[32] = {"--help", "--version"};
	size_t n = 2;

	for (const struct command *c = cli_commands; c->name && n < 32; c++)
		names[n++] = c->name;
	return cli_nearest(words, names, n);
}

static void say_unknown(const struct arguments *args)
{
	bool group = is_group(args->items[0]);
	char words[64];

	if (group && args->count == 1) {
		cli_say("%s wants another word; see pifu help %s", args->items[0], args->items[0]);
		return;
	}
	snprintf(words, sizeof words, "%s%s%s", args->items[0], group ? " " : "",
	         group ? args->items[1] : "");
	const char *near = nearest_command(words);
	if (near)
		cli_say("unknown command '%s'; did you mean %s?", words, near);
	else if (access(words, F_OK) == 0)
		cli_say("unknown command '%s'; did you mean extract %s?", words, words);
	else
		cli_say("unknown command '%s'; see pifu help", words);
}

const struct command *cli_command_find(struct arguments *args)
{
	for (const struct command *c = cli_commands; c->name; c++) {
		int words = match_command(c, args);

		if (words == 0)
			continue;
		args->items += words;
		args->count -= words;
		return c;
	}
	say_unknown(args);
	return NULL;
}

/* ---- Help ----------------------------------------------------------------------------- */

static void print_choices(const struct option *o)
{
	const char *name, *what;

	for (size_t i = 0; (name = o->choices(i, &what)); i++) {
		const char *mark = i == 0 && o->choices == pifu_writer_list ? " (the default)" : "";

		printf("                             %-8s %s%s\n", name, what ? what : "", mark);
	}
}

static void print_option(const struct option *o)
{
	char left[64];
	bool listed = o->kind == OPTION_CHOICE;

	snprintf(left, sizeof left, "%c%c%c --%s%s%s", o->letter ? '-' : ' ',
	         o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
	         o->argument ? " " : "", o->argument ? o->argument : "");
	/* `…` is three bytes and one column */
	int width = 25 + (o->argument && strstr(o->argument, "…") ? 2 : 0);
	printf("  %-*s %s%s\n", width, left, o->help, listed ? ":" : "");
	if (listed)
		print_choices(o);
}

static void print_command(const struct command *c)
{
	printf("usage: pifu %s%s%s\n\n%s\n\n", c->name, *c->arguments ? " " : "", c->arguments,
	       c->about);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (c->options >> i & 1)
			print_option(&cli_options[i]);
}

bool cli_help_print(const char *words)
{
	size_t n = strlen(words);
	bool found = false;

	for (const struct command *c = cli_commands; c->name; c++) {
		if (strncmp(c->name, words, n) != 0 || (c->name[n] && c->name[n] != ' '))
			continue;
		if (found)
			putchar('\n');
		print_command(c);
		found = true;
	}
	return found;
}

void cli_help_overview(void)
{
	printf("pifu %s: approval forms in, indicator records out\n\n"
	       "usage: pifu COMMAND [OPTION…] [FILE…]\n\n",
	       pifu_version());
	for (const struct command *c = cli_commands; c->name; c++)
		printf("  %-14s %s\n", c->name, c->summary);
	printf("\n"
	       "  -h, --help     this help, or that of a command\n"
	       "  -V, --version  the version, and those of the libraries in use\n\n"
	       "pifu extract --format table FILE shows a form at once; - is standard input.\n\n"
	       "exit codes: 0 all good, 1 findings at or above --fail-on, 2 usage or grammar,\n"
	       "  3 an input could not be read, 4 a limit was hit, 5 the output could not be\n"
	       "  written, 6 some of several inputs failed, 7 the receipt does not balance,\n"
	       "  70 internal error\n");
}

int cli_help_run(const struct settings *s, const struct arguments *args)
{
	char words[64];

	(void)s;
	if (args->count == 0) {
		cli_help_overview();
		return cli_stdout_exit(0);
	}
	snprintf(words, sizeof words, "%s%s%s", args->items[0], args->count > 1 ? " " : "",
	         args->count > 1 ? args->items[1] : "");
	if (cli_help_print(words))
		return cli_stdout_exit(0);
	say_unknown(args);
	return pifu_status_exit(PIFU_ERR_USAGE);
}
