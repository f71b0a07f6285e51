/* Messages: standard error, one line each, `pifu:` in front. */
#include "cli.h"

#include <stdarg.h>
#include <string.h>

void cli_say(const char *format, ...)
{
	char text[8192];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	fflush(stdout);
	fprintf(stderr, "pifu: %s\n", text);
}

void cli_place_print(char *out, size_t size, const char *file, uint32_t line, uint32_t column)
{
	if (line && column)
		snprintf(out, size, "%s:%u:%u", file, line, column);
	else if (line)
		snprintf(out, size, "%s:%u", file, line);
	else
		snprintf(out, size, "%s", file);
}

void cli_say_error(const pifu_error *err, const char *name)
{
	char place[320];
	const char *file = err->file[0] ? err->file : name;

	if (file && strcmp(file, "-") == 0)
		file = "standard input";
	cli_place_print(place, sizeof place, file, err->line, err->column);
	cli_say("%s%s%s", place, *place ? ": " : "",
	        err->message[0] ? err->message : pifu_status_name(err->status));
}

void cli_say_finding(const pifu_doc_finding *f, const char *name)
{
	char place[4200];

	cli_place_print(place, sizeof place, name, f->line, f->column);
	cli_say("%s: %s: %s: %s%s%s", place, cli_severity_name(pifu_finding_severity(f->finding)),
	        pifu_finding_code(f->finding), cli_finding_meaning(f->finding),
	        *f->text ? ": " : "", f->text);
}

const char *cli_severity_name(pifu_severity severity)
{
	const char *name = cli_choice_severity((size_t)severity, NULL);

	return name ? name : "error";
}

const char *cli_finding_meaning(pifu_finding finding)
{
	const char *code = pifu_finding_code(finding);
	const char *kind = finding < PIFU_FINDING_COUNT ? "finding" : "check";
	const pifu_code_info *info;

	for (size_t i = 0; (info = pifu_code_list(i)); i++)
		if (strcmp(info->code, code) == 0 && strcmp(info->kind, kind) == 0)
			return info->meaning;
	return "";
}
