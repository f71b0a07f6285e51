/* pifu export and pifu sql. */
#include "../cli/cli.h"

#include <string.h>

#include "own.h"
#include "rows.h"

const char *cli_choice_export(size_t index, const char **what)
{
	return store_format_list(index, what, NULL);
}

const char *cli_choice_table(size_t index, const char **what)
{
	if (what)
		*what = NULL;
	if (store_table(index))
		return store_table(index);
	return index > 0 && store_table(index - 1) ? "records" : NULL;
}

const char *cli_choice_dialect(size_t index, const char **what)
{
	static const char *const names[] = {"sqlite", "postgres"};
	static const char *const whats[] = {"the tables of a store as they are (the default)",
	                                    "the same tables for PostgreSQL"};

	if (index >= 2)
		return NULL;
	if (what)
		*what = whats[index];
	return names[index];
}

int cli_sql_run(const struct settings *s, const struct arguments *args)
{
	bool postgres = s->dialect && strcmp(s->dialect, "postgres") == 0;

	(void)args;
	fputs((const char *)(postgres ? pifu_sql_postgres : pifu_sql_store), stdout);
	return cli_stdout_exit(0);
}

/* ---- export ---------------------------------------------------------------------------- */

static bool is_file_format(const char *format)
{
	const char *name;
	bool file;

	for (size_t i = 0; (name = store_format_list(i, NULL, &file)); i++)
		if (strcmp(name, format) == 0)
			return file;
	return false;
}

/* The format asked for, or what the output's name tells, or csv; NULL after a message. */
static const char *choose_format(const struct settings *s)
{
	const char *named = s->output ? store_format_of(s->output) : NULL;
	const char *format = s->format ? s->format : named ? named : "csv";

	if (strcmp(format, "sqlite") == 0)
		cli_say("export: %s would be a store; a copy is made by sqlite3 STORE "
		        "'.backup %s'",
		        s->output, s->output);
	else if (is_file_format(format) && (!s->output || strcmp(s->output, "-") == 0))
		cli_say("export: %s is no stream; name a file by --output", format);
	else
		return format;
	return NULL;
}

static bool fits(const struct store_export *how)
{
	bool records = strcmp(how->format, "csv") == 0 || strcmp(how->format, "jsonl") == 0 ||
	               strcmp(how->format, "xlsx") == 0;

	if (how->table && strcmp(how->format, "csv") != 0 && strcmp(how->format, "postgres") != 0)
		cli_say("export: --table is for csv and postgres, not for %s", how->format);
	else if (how->where && (!records || how->table))
		cli_say("export: --where is for records as csv, jsonl or xlsx");
	else if (how->columns && strcmp(how->format, "csv") != 0 &&
	         strcmp(how->format, "xlsx") != 0)
		cli_say("export: --columns is for csv and xlsx, not for %s", how->format);
	else
		return true;
	return false;
}

/* The output is told of by its own message when it fails, the store by store_message. */
static int export_stream(struct store *store, const struct store_export *how, const char *path)
{
	struct output out;

	if (!cli_output_open(&out, path))
		return pifu_status_exit(PIFU_ERR_WRITE);
	bool ok = store_export_stream(store, how, cli_output_write, &out);
	if (!ok && !out.error) {
		cli_say("%s", store_message(store));
		cli_output_drop(&out);
		return pifu_status_exit(PIFU_ERR_OPEN);
	}
	return cli_output_close(&out) ? 0 : pifu_status_exit(PIFU_ERR_WRITE);
}

static int export_file(struct store *store, const struct store_export *how, const char *path)
{
	if (store_export_file(store, how, path))
		return 0;
	cli_say("%s: %s", path, store_message(store));
	return pifu_status_exit(PIFU_ERR_WRITE);
}

int cli_export_run(const struct settings *s, const struct arguments *args)
{
	struct store_export how = {.format = choose_format(s),
	                           .columns = s->columns,
	                           .table = s->table,
	                           .where = s->where,
	                           .bom = s->bom};
	char why[512];

	if (!how.format || !fits(&how))
		return pifu_status_exit(PIFU_ERR_USAGE);
	struct store *store = store_open(args->items[0], STORE_READ, why, sizeof why);
	if (!store) {
		cli_say("%s", why);
		return pifu_status_exit(PIFU_ERR_OPEN);
	}
	int exit_code = pifu_status_exit(PIFU_ERR_USAGE);
	if (!store_export_check(store, &how))
		cli_say("export: %s", store_message(store));
	else if (is_file_format(how.format))
		exit_code = export_file(store, &how, s->output);
	else
		exit_code = export_stream(store, &how, s->output);
	store_free(store);
	return exit_code;
}
