/* pifu grammar list, check, show, draft. */
#include "cli.h"

#include <string.h>

enum { GRAMMARS_MAX = 256 };

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_path(const char *word)
{
	size_t n = strlen(word);

	return strchr(word, '/') || (n > 5 && strcmp(word + n - 5, ".yaml") == 0);
}

static bool is_wanted(const pifu_grammars *g, size_t i, const char *word)
{
	if (is_path(word))
		return strcmp(base_name(pifu_grammars_file(g, i)), base_name(word)) == 0;
	return strcmp(pifu_grammars_name(g, i), word) == 0;
}

/* The number of the family called `word`; -1 after a message. */
static int find_grammar(const pifu_grammars *g, const char *word)
{
	const char *names[GRAMMARS_MAX];
	size_t n = pifu_grammars_count(g);

	for (size_t i = 0; i < n; i++)
		if (is_wanted(g, i, word))
			return (int)i;
	for (size_t i = 0; i < n && i < GRAMMARS_MAX; i++)
		names[i] = pifu_grammars_name(g, i);
	const char *near = cli_nearest(word, names, n < GRAMMARS_MAX ? n : GRAMMARS_MAX);
	cli_say("unknown grammar '%s'%s%s%s", word,
	        near ? "; did you mean " : "; see pifu grammar list", near ? near : "",
	        near ? "?" : "");
	return -1;
}

static int write_stdout(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	return fwrite(bytes, 1, n, stdout) != n;
}

int cli_grammar_list_run(const struct settings *s, const struct arguments *args)
{
	pifu_status status;
	pifu_grammars *g = cli_grammars_load(s, &status);
	int width = 4;

	(void)args;
	if (!g)
		return pifu_status_exit(status);
	for (size_t i = 0; i < pifu_grammars_count(g); i++) {
		int n = (int)strlen(pifu_grammars_name(g, i));

		width = n > width ? n : width;
	}
	for (size_t i = 0; i < pifu_grammars_count(g); i++)
		printf("%-*s  %s\n", width, pifu_grammars_name(g, i), pifu_grammars_title(g, i));
	pifu_grammars_free(g);
	return cli_stdout_exit(0);
}

/* ---- check ---------------------------------------------------------------------------- */

static pifu_status check_grammar(const pifu_grammars *g, size_t i)
{
	size_t ran = 0;
	pifu_error err = {0};
	pifu_status status = pifu_grammars_check(g, i, &ran, write_stdout, NULL, &err);

	if (status == PIFU_OK)
		printf("%s: %zu sample%s ok\n", pifu_grammars_name(g, i), ran, ran == 1 ? "" : "s");
	else
		cli_say_error(&err, pifu_grammars_file(g, i));
	return status;
}

static pifu_status check_named(const pifu_grammars *g, const struct arguments *args)
{
	pifu_status worst = PIFU_OK;

	for (int k = 0; k < args->count; k++) {
		int i = find_grammar(g, args->items[k]);
		pifu_status status = i < 0 ? PIFU_ERR_USAGE : check_grammar(g, (size_t)i);

		worst = status != PIFU_OK ? status : worst;
	}
	return worst;
}

static pifu_status check_all(const pifu_grammars *g)
{
	pifu_status worst = PIFU_OK;

	for (size_t i = 0; i < pifu_grammars_count(g); i++) {
		pifu_status status = check_grammar(g, i);

		worst = status != PIFU_OK ? status : worst;
	}
	return worst;
}

/* A path among the operands names the folder too, unless --grammars does. */
static void folder_of(const struct arguments *args, char *folder, size_t size)
{
	folder[0] = '\0';
	for (int k = 0; k < args->count; k++) {
		const char *path = args->items[k], *base = base_name(path);

		if (!is_path(path))
			continue;
		snprintf(folder, size, "%.*s", (int)(base - path), path);
		if (base == path)
			snprintf(folder, size, ".");
		return;
	}
}

int cli_grammar_check_run(const struct settings *s, const struct arguments *args)
{
	struct settings own = *s;
	char folder[4096];
	pifu_status status;

	folder_of(args, folder, sizeof folder);
	if (!own.grammars && *folder)
		own.grammars = folder;
	pifu_grammars *g = cli_grammars_load(&own, &status);
	if (!g)
		return pifu_status_exit(status);
	status = args->count ? check_named(g, args) : check_all(g);
	pifu_grammars_free(g);
	return cli_stdout_exit(pifu_status_exit(status));
}

int cli_grammar_show_run(const struct settings *s, const struct arguments *args)
{
	pifu_status status;
	pifu_error err = {0};
	pifu_grammars *g = cli_grammars_load(s, &status);

	if (!g)
		return pifu_status_exit(status);
	int i = find_grammar(g, args->items[0]);
	status =
		i < 0 ? PIFU_ERR_USAGE : pifu_grammars_show(g, (size_t)i, write_stdout, NULL, &err);
	if (i >= 0 && status != PIFU_OK && status != PIFU_ERR_WRITE)
		cli_say_error(&err, args->items[0]);
	pifu_grammars_free(g);
	return cli_stdout_exit(pifu_status_exit(status));
}

/* ---- draft ---------------------------------------------------------------------------- */

enum { NAME_MOST = 63 };

static char name_letter(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
}

/* A family's name out of a file's: its letters up to the last dot; "draft" where it has none. */
static void name_family(const char *path, char *name)
{
	const char *base = base_name(path), *dot = strrchr(base, '.');
	size_t end = dot && dot > base ? (size_t)(dot - base) : strlen(base), n = 0;

	for (size_t i = 0; i < end && n < NAME_MOST; i++) {
		char c = name_letter(base[i]);

		if (c != '-' || (n > 0 && name[n - 1] != '-'))
			name[n++] = c;
	}
	while (n > 0 && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	if (n == 0)
		memcpy(name, "draft", sizeof "draft");
}

static char *drafted_name(const struct arguments *args, char *name)
{
	if (args->count > 1)
		return args->items[1];
	name_family(args->items[0], name);
	return name;
}

static pifu_status draft_document(struct run *run, pifu_doc *doc, const char *path, pifu_error *err)
{
	(void)path;
	return pifu_doc_draft(doc, run->draft, cli_output_write, &run->output, err);
}

int cli_grammar_draft_run(const struct settings *s, const struct arguments *args)
{
	char name[NAME_MOST + 1];
	struct arguments file = {1, args->items};
	struct run run = {.settings = s, .draft = drafted_name(args, name)};

	if (cli_run_begin(&run, &file))
		cli_run_inputs(&run, &file, draft_document);
	return cli_run_end(&run);
}
