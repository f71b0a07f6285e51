/* The command line: what its files share. It stands on pifu.h alone.
 *
 *     main -> find the command (commands.c) -> read its options (options.c)
 *          -> run it (extract.c, check.c, dump.c, grammar.c, list.c) -> exit code
 *
 * Help, checks of arguments and did-you-mean are made from the same tables
 * (options.def, commands.c). Data goes to standard output, all else to
 * standard error. */
#ifndef PIFU_CLI_H
#define PIFU_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "pifu.h"

/* ---- Options ---------------------------------------------------------------- */

enum { FAIL_NEVER = PIFU_ERROR + 1 };

enum { WORDS_MAX = 64 };

/* What an option that may be repeated was given. */
struct words {
	const char *items[WORDS_MAX + 1]; /* NULL at the end */
	int count;
};

struct settings {
	const char *format, *output, *encoding, *input_format, *grammar, *grammars, *stage, *color;
	const char *columns, *table, *where, *dialect;
	bool null, timing, recursive, retry_failed, fresh;
	const char *files_from, *shard, *progress;
	struct words globs;
	unsigned jobs, depth;    /* 0: the default */
	uint64_t memory, member; /* bytes; 0: the default, UINT64_MAX: no limit */
	double timeout;          /* seconds; 0: the default, under 0: none */
	const char *years, *department, *outlier;
	bool all;
	double similarity;
	const char *fail_on, *changes, *soffice;
	bool receipt, bom, help, hidden, salvage;
	double doubt;
	bool ignored[PIFU_FINDING_AND_CHECK_COUNT];
	pifu_options limits; /* nothing but its limits is set */
};

/* Gives the values an option may have, one by one; NULL past the end. */
typedef const char *list_choice(size_t index, const char **what);

enum option_kind {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_CHOICE,
	OPTION_SHARE,
	OPTION_CODES,
	OPTION_LIMITS,
	OPTION_WORDS,
	OPTION_NUMBER,
	OPTION_SIZE,
	OPTION_SECONDS,
};

struct option {
	enum option_kind kind;
	char letter; /* 0: none */
	const char *name, *argument, *help;
	size_t offset; /* of its member in struct settings */
	list_choice *choices;
};

enum option_id {
#define OPTION(id, letter, name, argument, kind, member, choices, help) OPTION_##id,
#include "options.def"
#undef OPTION
	OPTION_COUNT
};
#define BIT(id) (UINT64_C(1) << OPTION_##id)

extern const struct option cli_options[OPTION_COUNT];

struct arguments {
	int count;
	char **items; /* operands, options taken out */
};

/** Read the options of `set` out of the arguments; false after a message. */
bool cli_options_read(struct arguments *args, uint64_t set, const char *command,
                      struct settings *s);
/** The severity named by --fail-on; FAIL_NEVER: none. */
int cli_fail_on(const struct settings *s);

/* ---- Commands ---------------------------------------------------------------- */

struct command {
	const char *name; /* one or two words */
	const char *arguments, *summary, *about;
	uint64_t options;
	int least, most; /* operands; most -1: any number */
	int (*run)(const struct settings *s, const struct arguments *args);
};

extern const struct command cli_commands[];

/** The command that the arguments begin with; its words are taken off them.
 *  NULL after a message. */
const struct command *cli_command_find(struct arguments *args);
/** The help of all commands that begin with `words`; false when there is none. */
bool cli_help_print(const char *words);
void cli_help_overview(void);
int cli_help_run(const struct settings *s, const struct arguments *args);

int cli_extract_run(const struct settings *s, const struct arguments *args);
int cli_check_run(const struct settings *s, const struct arguments *args);
int cli_dump_run(const struct settings *s, const struct arguments *args);
int cli_explain_run(const struct settings *s, const struct arguments *args);
int cli_grammar_list_run(const struct settings *s, const struct arguments *args);
int cli_grammar_check_run(const struct settings *s, const struct arguments *args);
int cli_grammar_show_run(const struct settings *s, const struct arguments *args);
int cli_grammar_draft_run(const struct settings *s, const struct arguments *args);
int cli_diff_run(const struct settings *s, const struct arguments *args);
int cli_batch_run(const struct settings *s, const struct arguments *args);
int cli_worker_run(const struct settings *s, const struct arguments *args);
int cli_schema_run(const struct settings *s, const struct arguments *args);
int cli_codes_run(const struct settings *s, const struct arguments *args);
int cli_export_run(const struct settings *s, const struct arguments *args);
int cli_sql_run(const struct settings *s, const struct arguments *args);
int cli_load_run(const struct settings *s, const struct arguments *args);
int cli_limits_run(const struct settings *s, const struct arguments *args);
int cli_version_run(void);

/* ---- Messages ------------------------------------------------------------------ */

/** `pifu: message` on standard error. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** FILE:LINE:COL, as far as it is known. */
void cli_place_print(char *out, size_t size, const char *file, uint32_t line, uint32_t column);
/** `pifu: FILE:LINE:COL: message`; `name` stands in where the error names no file. */
void cli_say_error(const pifu_error *err, const char *name);
/** `pifu: FILE:LINE:COL: severity: code: text` */
void cli_say_finding(const pifu_doc_finding *f, const char *name);
const char *cli_severity_name(pifu_severity severity);
/** What a finding or check means. */
const char *cli_finding_meaning(pifu_finding finding);

/* ---- Lists of names (choices.c) --------------------------------------------------- */

const char *cli_choice_stage(size_t index, const char **what);
const char *cli_choice_export(size_t index, const char **what);
const char *cli_choice_table(size_t index, const char **what);
const char *cli_choice_dialect(size_t index, const char **what);
const char *cli_choice_columns(size_t index, const char **what);
const char *cli_choice_color(size_t index, const char **what);
const char *cli_choice_severity(size_t index, const char **what);
const char *cli_choice_finding(size_t index, const char **what);
const char *cli_choice_code(size_t index, const char **what);
const char *cli_choice_diff(size_t index, const char **what);
const char *cli_choice_changes(size_t index, const char **what);
const char *cli_choice_limit(size_t index, const char **what);
const char *cli_choice_schema(size_t index, const char **what);
const char *cli_choice_progress(size_t index, const char **what);
const char *cli_choice_batch_format(size_t index, const char **what);
bool cli_choice_has(list_choice *choices, const char *name);
/** The name most like `word`, NULL when none is. */
const char *cli_nearest(const char *word, const char *const *names, size_t n);
const char *cli_nearest_choice(const char *word, list_choice *choices);
/** `unknown WHAT 'NAME'; did you mean …?`, then false. */
bool cli_choice_unknown(const char *what, const char *name, list_choice *choices);

/* ---- Output -------------------------------------------------------------------------- */

/* Standard output, or a file that takes its name only when all is written. */
struct output {
	FILE *file;
	const char *path; /* NULL: standard output */
	char *part;       /* what is written until then; NULL: the file itself */
	int error;        /* errno of the first failure */
};

/** Open `path` (NULL or "-": standard output); false after a message. */
bool cli_output_open(struct output *out, const char *path);
/** A pifu_sink; ctx is the struct output. */
int cli_output_write(void *ctx, const char *bytes, size_t n);
/** Close it; false after a message when anything could not be written. */
bool cli_output_close(struct output *out);
/** Give it up: an older file stays as it was. */
void cli_output_drop(struct output *out);
/** What was printed to standard output by stdio must have arrived; an exit code. */
int cli_stdout_exit(int exit_code);

/** May output be coloured? */
bool cli_wants_color(const struct settings *s);
/** Columns of the terminal; 0 (no limit) where output goes elsewhere. */
unsigned cli_terminal_width(const struct settings *s);

/* ---- Inputs ---------------------------------------------------------------------------- */

/* One run over all inputs, and what came of it. */
struct run {
	const struct settings *settings;
	pifu_grammars *grammars;
	struct output output;
	pifu_writer *writer;         /* extract */
	struct collector *collector; /* extract into a store, or a file made of one */
	const char *draft;           /* grammar draft: name of the family to be */
	/* told of an input that could not be opened; NULL: nobody */
	void (*failed)(struct run *run, const char *path, const pifu_error *err);
	int inputs, failures;
	pifu_status failure; /* of the last input that failed */
	int worst;           /* highest severity found; -1: none */
	bool unbalanced, unwritable;
};

/* What is done with one opened document; the status of reading it. A failure to
 * write is told by run->unwritable or by PIFU_ERR_WRITE. */
typedef pifu_status handle_document(struct run *run, pifu_doc *doc, const char *name,
                                    pifu_error *err);

/** How to read, as the options say. */
pifu_options cli_read_options(const struct settings *s);
/** Load the grammars and open the output; false after a message. */
bool cli_run_begin(struct run *run, const struct arguments *args);
/** Give each input to `handle`, standard input where none is named. */
void cli_run_inputs(struct run *run, const struct arguments *args, handle_document *handle);
/** Close and free all; the exit code of the whole run, also after a begin that failed. */
int cli_run_end(struct run *run);
/** The grammars of --grammars; NULL after a message, `status` says why. */
pifu_grammars *cli_grammars_load(const struct settings *s, pifu_status *status);
/** Is the family `wanted` (NULL: none in particular) there? false after a message. */
bool cli_grammar_is_known(const pifu_grammars *grammars, const char *wanted);
/** Tell and count a failure of the input `name`. */
void cli_run_fail(struct run *run, const pifu_error *err, const char *name);
/** Count a finding towards --fail-on; false when it is ignored. */
bool cli_run_note(struct run *run, pifu_finding finding);
void cli_run_receipt(struct run *run, const pifu_doc *doc, const char *name);

#endif
