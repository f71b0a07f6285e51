/* Options read by table: --name value, --name=value, -n value, -nvalue and -n.
 * Options and operands may be mixed; `--` ends the options, `-` is an operand. */
#include "cli.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const struct option cli_options[OPTION_COUNT] = {
#define OPTION(id, letter, name, argument, kind, member, choices, help) \
	{OPTION_##kind, letter, name, argument, help, offsetof(struct settings, member), choices},
#include "options.def"
#undef OPTION
};

/* Where reading stands: the words left, and the command they belong to. */
struct reading {
	char **words;
	int left;
	uint64_t set;
	const char *command;
	struct settings *settings;
};

/* ---- Values -------------------------------------------------------------------- */

static void *member(const struct reading *r, const struct option *o)
{
	return (char *)r->settings + o->offset;
}

static bool set_choice(const struct reading *r, const struct option *o, const char *value)
{
	if (!cli_choice_has(o->choices, value))
		return cli_choice_unknown(o->name, value, o->choices);
	*(const char **)member(r, o) = value;
	return true;
}

static bool set_share(const struct reading *r, const struct option *o, const char *value)
{
	char *end;
	double share = strtod(value, &end);

	if (end == value || *end || !(share >= 0 && share <= 1)) {
		cli_say("%s: --%s takes a number from 0 to 1, not '%s'", r->command, o->name,
		        value);
		return false;
	}
	*(double *)member(r, o) = share;
	return true;
}

static bool ignore_code(bool *ignored, const char *code)
{
	const char *known;

	for (size_t i = 0; (known = cli_choice_finding(i, NULL)); i++) {
		if (strcmp(known, code) == 0) {
			ignored[i] = true;
			return true;
		}
	}
	return cli_choice_unknown("finding or check", code, cli_choice_finding);
}

static bool set_codes(const struct reading *r, const struct option *o, const char *value)
{
	char code[64];

	while (*value) {
		size_t n = strcspn(value, ",");

		snprintf(code, sizeof code, "%.*s", (int)(n < 63 ? n : 63), value);
		if (n && !ignore_code(member(r, o), code))
			return false;
		value += n + (value[n] == ',');
	}
	return true;
}

/* 4096, 64K, 100M, 2G, 1T; 0: it is no such number. */
static uint64_t read_amount(const char *text)
{
	static const char units[] = "KMGT";
	char *end;

	if (*text < '0' || *text > '9')
		return 0;
	errno = 0;
	unsigned long long amount = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	if (errno || (*end && (!unit || end[1])) || amount > UINT64_MAX >> shift)
		return 0;
	return amount << shift;
}

static bool set_words(const struct reading *r, const struct option *o, const char *value)
{
	struct words *w = member(r, o);

	if (w->count == WORDS_MAX) {
		cli_say("%s: --%s is given more than %d times", r->command, o->name, WORDS_MAX);
		return false;
	}
	w->items[w->count++] = value;
	return true;
}

static bool set_number(const struct reading *r, const struct option *o, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end || n < 1 || n > 10000) {
		cli_say("%s: --%s takes a number from 1 to 10000, not '%s'", r->command, o->name,
		        value);
		return false;
	}
	*(unsigned *)member(r, o) = (unsigned)n;
	return true;
}

/* 0 lifts the limit. */
static bool set_size(const struct reading *r, const struct option *o, const char *value)
{
	bool none = strcmp(value, "0") == 0;
	uint64_t n = none ? UINT64_MAX : read_amount(value);

	if (!n) {
		cli_say("%s: --%s takes a size like 500M or 2G (0: no limit), not '%s'", r->command,
		        o->name, value);
		return false;
	}
	*(uint64_t *)member(r, o) = n;
	return true;
}

static bool set_seconds(const struct reading *r, const struct option *o, const char *value)
{
	char *end;
	double n = strtod(value, &end);

	if (end == value || *end || !(n >= 0 && n <= 1e7)) {
		cli_say("%s: --%s takes a number of seconds (0: no limit), not '%s'", r->command,
		        o->name, value);
		return false;
	}
	*(double *)member(r, o) = n > 0 ? n : -1;
	return true;
}

/* One NAME=VALUE. */
static bool set_limit(const struct reading *r, pifu_options *limits, char *text)
{
	char *equals = strchr(text, '=');
	pifu_error err = {0};

	if (equals)
		*equals = '\0';
	if (!cli_choice_has(cli_choice_limit, text))
		return cli_choice_unknown("limit", text, cli_choice_limit);
	uint64_t value = equals ? read_amount(equals + 1) : 0; /* which no limit takes */
	if (pifu_options_limit(limits, text, value, &err) == PIFU_OK)
		return true;
	cli_say("%s: --limit: %s, with K, M, G or T behind it if you like", r->command,
	        err.message);
	return false;
}

static bool set_limits(const struct reading *r, const struct option *o, const char *value)
{
	char text[64];

	while (*value) {
		size_t n = strcspn(value, ",");

		snprintf(text, sizeof text, "%.*s", (int)(n < 63 ? n : 63), value);
		if (n && !set_limit(r, member(r, o), text))
			return false;
		value += n + (value[n] == ',');
	}
	return true;
}

static bool set_option(const struct reading *r, const struct option *o, const char *value)
{
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)member(r, o) = true;
		return true;
	case OPTION_TEXT:
		*(const char **)member(r, o) = value;
		return true;
	case OPTION_CHOICE:
		return set_choice(r, o, value);
	case OPTION_SHARE:
		return set_share(r, o, value);
	case OPTION_CODES:
		return set_codes(r, o, value);
	case OPTION_LIMITS:
		return set_limits(r, o, value);
	case OPTION_WORDS:
		return set_words(r, o, value);
	case OPTION_NUMBER:
		return set_number(r, o, value);
	case OPTION_SIZE:
		return set_size(r, o, value);
	case OPTION_SECONDS:
		return set_seconds(r, o, value);
	}
	return false;
}

/* ---- Words ----------------------------------------------------------------------- */

static char *next_word(struct reading *r)
{
	r->left--;
	return *r->words++;
}

static bool take_value(struct reading *r, const struct option *o, const char *value)
{
	if (!value && r->left == 0) {
		cli_say("%s: --%s takes an argument, %s", r->command, o->name, o->argument);
		return false;
	}
	return set_option(r, o, value ? value : next_word(r));
}

static void suggest_option(const struct reading *r, const char *word)
{
	const char *names[OPTION_COUNT];
	size_t n = 0;

	for (int i = 0; i < OPTION_COUNT; i++)
		if (r->set >> i & 1)
			names[n++] = cli_options[i].name;
	const char *near = cli_nearest(word, names, n);
	if (near)
		cli_say("%s: unknown option --%s; did you mean --%s?", r->command, word, near);
	else
		cli_say("%s: unknown option --%s; see pifu help %s", r->command, word, r->command);
}

static bool read_long(struct reading *r, const char *word)
{
	size_t n = strcspn(word, "=");
	const char *value = word[n] == '=' ? word + n + 1 : NULL;
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), word);
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &cli_options[i];

		if (!(r->set >> i & 1) || strcmp(o->name, name) != 0)
			continue;
		if (o->kind != OPTION_FLAG)
			return take_value(r, o, value);
		if (value) {
			cli_say("%s: --%s takes no argument", r->command, name);
			return false;
		}
		return set_option(r, o, NULL);
	}
	suggest_option(r, name);
	return false;
}

/* -h, -ofile, and several flags in one word. */
static bool read_short(struct reading *r, const char *word)
{
	for (; *word; word++) {
		const struct option *o = NULL;

		for (int i = 0; i < OPTION_COUNT && !o; i++)
			if (r->set >> i & 1 && cli_options[i].letter == *word)
				o = &cli_options[i];
		if (!o) {
			cli_say("%s: unknown option -%c; see pifu help %s", r->command, *word,
			        r->command);
			return false;
		}
		if (o->kind != OPTION_FLAG)
			return take_value(r, o, word[1] ? word + 1 : NULL);
		set_option(r, o, NULL);
	}
	return true;
}

bool cli_options_read(struct arguments *args, uint64_t set, const char *command, struct settings *s)
{
	struct reading r = {args->items, args->count, set, command, s};
	char **operands = args->items;

	args->count = 0;
	while (r.left) {
		char *word = next_word(&r);

		if (strcmp(word, "--") == 0)
			break;
		if (word[0] != '-' || word[1] == '\0')
			operands[args->count++] = word;
		else if (!(word[1] == '-' ? read_long(&r, word + 2) : read_short(&r, word + 1)))
			return false;
	}
	while (r.left)
		operands[args->count++] = next_word(&r);
	return true;
}

int cli_fail_on(const struct settings *s)
{
	const char *name;

	for (size_t i = 0; s->fail_on && (name = cli_choice_severity(i, NULL)); i++)
		if (strcmp(name, s->fail_on) == 0)
			return (int)i;
	return PIFU_ERROR;
}
