/* pifu: the program. Find the command, read its options, run it. */
#include "cli.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static bool is_option(const char *word, char letter, const char *name)
{
	if (word[0] != '-')
		return false;
	return word[1] == '-' ? strcmp(word + 2, name) == 0 : word[1] == letter && word[2] == '\0';
}

static bool has_operands(const struct command *c, const struct arguments *args)
{
	if (args->count < c->least)
		cli_say("%s: an operand is missing; usage: pifu %s %s", c->name, c->name,
		        c->arguments);
	else if (c->most >= 0 && args->count > c->most)
		cli_say("%s: one operand too many, '%s'; usage: pifu %s %s", c->name,
		        args->items[c->most], c->name, c->arguments);
	else
		return true;
	return false;
}

static int run_command(const struct command *c, struct arguments *args)
{
	struct settings settings = {0};

	if (!cli_options_read(args, c->options, c->name, &settings))
		return pifu_status_exit(PIFU_ERR_USAGE);
	if (settings.help) {
		cli_help_print(c->name);
		return cli_stdout_exit(0);
	}
	if (!has_operands(c, args))
		return pifu_status_exit(PIFU_ERR_USAGE);
	return c->run(&settings, args);
}

/* Without a word: help where a person sits, else what a pipe wants. */
static int run_alone(struct arguments *args)
{
	struct settings settings = {0};

	if (!isatty(STDIN_FILENO))
		return cli_extract_run(&settings, args);
	cli_help_overview();
	return cli_stdout_exit(0);
}

int main(int argc, char **argv)
{
	struct arguments args = {argc > 0 ? argc - 1 : 0, argv + 1};

	static char buffer[1 << 18]; /* one write for what commands print */

	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	signal(SIGPIPE, SIG_DFL); /* a reader that has enough ends us quietly */
	if (args.count == 0)
		return run_alone(&args);
	if (is_option(args.items[0], 'h', "help")) {
		cli_help_overview();
		return cli_stdout_exit(0);
	}
	if (is_option(args.items[0], 'V', "version"))
		return cli_version_run();
	const struct command *command = cli_command_find(&args);
	return command ? run_command(command, &args) : pifu_status_exit(PIFU_ERR_USAGE);
}
