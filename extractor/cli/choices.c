/* Lists of names that options and commands take, and did-you-mean. */
#include "cli.h"

#include <string.h>

struct choice {
	const char *name, *what;
};

static const char *choose(const struct choice *list, size_t count, size_t index, const char **what)
{
	if (index >= count)
		return NULL;
	if (what)
		*what = list[index].what;
	return list[index].name;
}
#define CHOOSE(list) choose(list, sizeof(list) / sizeof(list)[0], index, what)

const char *cli_choice_stage(size_t index, const char **what)
{
	static const struct choice stages[] = {
		{"grid", "the cells as they were read; itself an input format"},
		{"text", "the cells after normalisation"},
		{"rows", "what each row was taken for, and the account of each cell"},
		{"view", "the aligned view: what each cell was read as"},
		{"records", "the records, one field a line"},
	};

	return CHOOSE(stages);
}

const char *cli_choice_columns(size_t index, const char **what)
{
	static const struct choice sets[] = {
		{"keys", "the fields by their keys (the default)"},
		{"zh", "those of the official exchange sheet in its wording, and signs for codes"},
	};

	return CHOOSE(sets);
}

const char *cli_choice_color(size_t index, const char **what)
{
	static const struct choice times[] = {
		{"auto", "on a terminal, unless NO_COLOR is set"},
		{"always", "in any case"},
		{"never", "in no case"},
	};

	return CHOOSE(times);
}

/* In the order of pifu_severity. */
const char *cli_choice_severity(size_t index, const char **what)
{
	static const struct choice severities[] = {
		{"info", "anything at all"},
		{"notice", "what the form says oddly, and repairs of note"},
		{"warning", "what a person should look at"},
		{"error", "a document without any form (the default)"},
		{"never", "nothing"},
	};

	return CHOOSE(severities);
}

const char *cli_choice_finding(size_t index, const char **what)
{
	if (index >= PIFU_FINDING_AND_CHECK_COUNT)
		return NULL;
	if (what)
		*what = cli_finding_meaning((pifu_finding)index);
	return pifu_finding_code((pifu_finding)index);
}

const char *cli_choice_code(size_t index, const char **what)
{
	const pifu_code_info *info = pifu_code_list(index);

	if (info && what)
		*what = info->meaning;
	return info ? info->code : NULL;
}

const char *cli_choice_changes(size_t index, const char **what)
{
	static const struct choice sides[] = {
		{"accepted", "as if all were accepted (the default)"},
		{"original", "as if all were rejected"},
	};

	return CHOOSE(sides);
}

const char *cli_choice_limit(size_t index, const char **what)
{
	const pifu_limit_info *info = pifu_limit_list(index);

	if (info && what)
		*what = info->meaning;
	return info ? info->name : NULL;
}

const char *cli_choice_schema(size_t index, const char **what)
{
	static const struct choice schemas[] = {
		{"record", "an indicator: a line of jsonl"},
		{"document", "a document with its forms: an object of json"},
		{"closing", "the line of pifu worker that closes a document"},
		{"diff", "a difference of two years: a line of pifu diff --format jsonl"},
		{"grammar", "a grammar file, for editors"},
	};

	return CHOOSE(schemas);
}

const char *cli_choice_progress(size_t index, const char **what)
{
	static const struct choice ways[] = {
		{"auto", "a bar on a terminal, else a line every ten seconds"},
		{"json", "an object a second, for programs"},
		{"none", "nothing"},
	};

	return CHOOSE(ways);
}

/* Each document is written by a writer of its own: a table has no sense there. */
const char *cli_choice_batch_format(size_t index, const char **what)
{
	static const struct choice formats[] = {
		{"jsonl", "JSON Lines, one object an indicator"},
		{"csv", "comma-separated values"},
		{"tsv", "tab-separated values"},
		{"json", "one JSON object a document"},
		{"sqlite", "a store; see pifu export"},
		{"xlsx", "an Excel workbook"},
		{"datapackage", "a Frictionless Data Package: a folder"},
	};

	return CHOOSE(formats);
}

bool cli_choice_has(list_choice *choices, const char *name)
{
	const char *known;

	for (size_t i = 0; (known = choices(i, NULL)); i++)
		if (strcmp(known, name) == 0)
			return true;
	return false;
}

/* ---- Did you mean? ---------------------------------------------------------------- */

enum { WORD_MAX = 40, FAR_OFF = 2 * WORD_MAX };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters inserted, dropped, replaced, or swapped with their neighbour. */
static unsigned edit_distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t n = strlen(b);

	if (strlen(a) > WORD_MAX || n > WORD_MAX)
		return WORD_MAX;
	for (unsigned k = 0; k <= n; k++)
		above[k] = k;
	for (size_t i = 1; a[i - 1]; i++) {
		row[0] = (unsigned)i;
		for (size_t k = 1; k <= n; k++) {
			row[k] = least(least(above[k], row[k - 1]) + 1,
			               above[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = least(row[k], before[k - 2] + 1);
		}
		unsigned *spare = before;
		before = above, above = row, row = spare;
	}
	return above[n];
}

/* A third of the letters may differ, or the word is the beginning of the name. */
static size_t misfit(const char *word, const char *name)
{
	size_t distance = edit_distance(word, name);

	if (distance * 3 <= strlen(name) && distance < strlen(name))
		return distance * 2;
	return strlen(word) > 1 && strncmp(word, name, strlen(word)) == 0 ? WORD_MAX : FAR_OFF;
}

const char *cli_nearest(const char *word, const char *const *names, size_t n)
{
	const char *nearest = NULL;
	size_t best = FAR_OFF;

	for (size_t i = 0; i < n; i++) {
		size_t m = misfit(word, names[i]);

		if (m < best) {
			best = m;
			nearest = names[i];
		}
	}
	return nearest;
}

const char *cli_nearest_choice(const char *word, list_choice *choices)
{
	const char *names[128];
	size_t n = 0;

	while (n < sizeof names / sizeof names[0] && (names[n] = choices(n, NULL)))
		n++;
	return cli_nearest(word, names, n);
}

static size_t join_choices(char *out, size_t size, list_choice *choices)
{
	const char *name;
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; (name = choices(i, NULL)); i++) {
		int more = snprintf(out + n, size - n, "%s%s", i ? ", " : "", name);

		n += more > 0 ? (size_t)more : 0;
		if (n >= size)
			return size;
	}
	return n;
}

bool cli_choice_unknown(const char *what, const char *name, list_choice *choices)
{
	const char *near = cli_nearest_choice(name, choices);
	char all[160];

	if (near)
		cli_say("unknown %s '%s'; did you mean %s?", what, name, near);
	else if (join_choices(all, sizeof all, choices) < sizeof all)
		cli_say("unknown %s '%s'; known are %s", what, name, all);
	else
		cli_say("unknown %s '%s'", what, name);
	return false;
}
