/* pifu schema, codes, limits, --version: what the program knows of itself. */
#include "cli.h"

#include <string.h>

int cli_schema_run(const struct settings *s, const struct arguments *args)
{
	const char *name, *what;

	(void)s;
	if (args->count == 0) {
		for (size_t i = 0; (name = cli_choice_schema(i, &what)); i++)
			printf("%-8s  %s\n", name, what);
		return cli_stdout_exit(0);
	}
	const char *schema = pifu_schema(args->items[0]);
	if (!schema) {
		cli_choice_unknown("schema", args->items[0], cli_choice_schema);
		return pifu_status_exit(PIFU_ERR_USAGE);
	}
	fputs(schema, stdout);
	return cli_stdout_exit(0);
}

/* What weighs a code: a finding its severity, a status its exit code. */
static void print_weight(const pifu_code_info *info)
{
	if (strcmp(info->kind, "finding") == 0 || strcmp(info->kind, "check") == 0)
		printf("%-8s", cli_severity_name(info->severity));
	else if (strcmp(info->kind, "status") == 0)
		printf("exit %-3d", info->exit_code);
	else
		printf("%-8s", "");
}

int cli_codes_run(const struct settings *s, const struct arguments *args)
{
	const pifu_code_info *info;

	(void)s;
	(void)args;
	for (size_t i = 0; (info = pifu_code_list(i)); i++) {
		printf("%-8s %-20s ", info->kind, info->code);
		print_weight(info);
		printf(" %s\n", info->meaning);
	}
	return cli_stdout_exit(0);
}

int cli_limits_run(const struct settings *s, const struct arguments *args)
{
	const pifu_limit_info *info;

	(void)s;
	(void)args;
	for (size_t i = 0; (info = pifu_limit_list(i)); i++)
		printf("%-15s %12llu  %s (at most %llu)\n", info->name,
		       (unsigned long long)info->value, info->meaning,
		       (unsigned long long)info->most);
	return cli_stdout_exit(0);
}

int cli_version_run(void)
{
	char libraries[256];

	pifu_version_libraries(libraries, sizeof libraries);
	printf("pifu %s\n%s\n", pifu_version(), libraries);
	return cli_stdout_exit(0);
}
