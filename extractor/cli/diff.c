/* pifu diff: two years of indicators compared (extractor/store/compare.h).
 *
 *     read OLD, read NEW -> spool -> one department after another: match, judge, count, write
 *
 * Differences are findings of the severity info, so that --fail-on says which of them make
 * the program exit with 1: any difference, a notice, a warning such as an outlier. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../store/compare_read.h"
#include "../store/compare_write.h"

/* Departments named on standard error. */
enum { TOLD_MOST = 10 };

struct diff {
	const struct settings *settings;
	struct compare_rules rules;
	struct compare_input inputs[2];
	struct compare_spool *spool;
	struct compare_writer writer;
	struct compare_totals totals;
	struct output output;
	char *parts[2]; /* of --department and --year, cut at the colon */
	bool renamed;   /* --department names the old and the new name */
	int worst;
	unsigned told;
};

const char *cli_choice_diff(size_t index, const char **what)
{
	return compare_format_list(index, what);
}

/* ---- Options --------------------------------------------------------------------------- */

static bool read_outlier(const char *text, double *out)
{
	char *end;

	*out = COMPARE_OUTLIER;
	if (!text)
		return true;
	*out = strtod(text, &end);
	if (end != text && *end == '\0' && *out > 1 && *out < 1e15)
		return true;
	cli_say("diff: --outlier takes a ratio above 1, not '%s'", text);
	return false;
}

static bool is_year(const char *text)
{
	return strlen(text) == 4 && strspn(text, "0123456789") == 4;
}

static bool read_years(struct diff *d)
{
	const char *text = d->settings->years;
	char *colon;

	if (!text)
		return true;
	d->parts[0] = strdup(text);
	if (!d->parts[0])
		return false;
	colon = strchr(d->parts[0], ':');
	if (colon)
		*colon = '\0';
	if (!colon || !is_year(d->parts[0]) || !is_year(colon + 1)) {
		cli_say("diff: --year takes OLD:NEW, as in 2024:2025, not '%s'", text);
		return false;
	}
	d->inputs[COMPARE_OLD].take.year = d->parts[0];
	d->inputs[COMPARE_NEW].take.year = colon + 1;
	return true;
}

static bool read_departments(struct diff *d)
{
	const char *text = d->settings->department;
	char *colon;

	if (!text)
		return true;
	d->parts[1] = strdup(text);
	if (!d->parts[1])
		return false;
	colon = strchr(d->parts[1], ':');
	if (colon)
		*colon = '\0';
	d->renamed = colon != NULL;
	d->inputs[COMPARE_OLD].take.department = d->parts[1];
	d->inputs[COMPARE_NEW].take.department = colon ? colon + 1 : d->parts[1];
	if (*d->parts[1] && !(colon && !colon[1]))
		return true;
	cli_say("diff: --department takes NAME, or OLD:NEW where it was renamed, not '%s'", text);
	return false;
}

static bool read_settings(struct diff *d, const struct arguments *args)
{
	const struct settings *s = d->settings;

	if (args->count == 1 && !s->years) {
		cli_say("diff: one operand is compared with itself by --year OLD:NEW only");
		return false;
	}
	for (int side = COMPARE_OLD; side <= COMPARE_NEW; side++)
		d->inputs[side] = (struct compare_input){
			.path = args->items[args->count == 1 ? 0 : side],
			.side = (enum compare_side)side,
			.settings = s,
			.spool = d->spool,
		};
	if (strcmp(d->inputs[0].path, "-") == 0 && strcmp(d->inputs[1].path, "-") == 0) {
		cli_say("diff: standard input can be one of the two only");
		return false;
	}
	d->rules.similarity = s->similarity > 0 ? s->similarity : COMPARE_SIMILARITY;
	return read_outlier(s->outlier, &d->rules.outlier) && read_years(d) && read_departments(d);
}

/* ---- Reading ----------------------------------------------------------------------------- */

/* A year that an input has nothing of is a slip; a department may well be new. */
static pifu_status tell_input(const struct compare_input *input)
{
	const struct compare_selection *take = &input->take;

	if (input->taken == 0)
		cli_say("%s: no records%s%s%s%s", input->path, take->year ? " of " : "",
		        take->year ? take->year : "", take->department ? " of " : "",
		        take->department ? take->department : "");
	if (input->taken == 0 && take->year && !take->department)
		return PIFU_ERR_USAGE;
	if (input->mixed)
		cli_say("%s: records of several years are compared as one; --year OLD:NEW chooses",
		        input->path);
	return PIFU_OK;
}

static pifu_status read_inputs(struct diff *d)
{
	pifu_status status = PIFU_OK;

	for (int side = COMPARE_OLD; status == PIFU_OK && side <= COMPARE_NEW; side++) {
		status = compare_read(&d->inputs[side]);
		if (side == COMPARE_OLD) /* both read by the same grammars */
			d->inputs[COMPARE_NEW].grammars = d->inputs[COMPARE_OLD].grammars;
		if (status == PIFU_OK)
			status = tell_input(&d->inputs[side]);
	}
	if (status == PIFU_OK && !compare_spool_sort(d->spool, d->renamed)) {
		cli_say("%s", compare_spool_message(d->spool));
		status = PIFU_ERR_WRITE;
	}
	return status;
}

/* ---- Counting ------------------------------------------------------------------------------ */

static void note(struct diff *d, int severity)
{
	if (severity > d->worst)
		d->worst = severity;
}

static void drop_ignored(const struct diff *d, struct compare_pair *pair)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < pair->nfindings; i++)
		if (!d->settings->ignored[pair->findings[i].code])
			pair->findings[kept++] = pair->findings[i];
	pair->nfindings = kept;
}

static void count_pair(struct diff *d, struct compare_pair *pair)
{
	drop_ignored(d, pair);
	d->totals.change[pair->change]++;
	d->totals.moved += pair->moved;
	d->totals.doubtful += pair->doubtful;
	d->totals.outliers += compare_has_finding(pair, PIFU_CHECK_TARGET_OUTLIER);
	if (pair->change != CHANGE_SAME)
		note(d, PIFU_INFO);
	for (uint32_t i = 0; i < pair->nfindings; i++)
		note(d, (int)pifu_finding_severity(pair->findings[i].code));
}

/* Two inputs of one department each are compared whatever it is called. */
static void tell_names(struct diff *d, const struct compare_group *group)
{
	if (group->other && !d->renamed)
		cli_say("compared although the names differ: %s, %s", group->other,
		        group->department);
}

static void tell_side(struct diff *d, const struct compare_group *group)
{
	bool old = group->year[COMPARE_OLD].nitems > 0, new = group->year[COMPARE_NEW].nitems > 0;

	if (old && new)
		return;
	if (d->told++ < TOLD_MOST)
		cli_say("%s is in the %s year only", group->department, old ? "old" : "new");
}

/* ---- Writing ------------------------------------------------------------------------------- */

static pifu_status no_memory(void)
{
	cli_say("out of memory");
	return PIFU_ERR_NOMEM;
}

static bool flush(struct diff *d)
{
	bool ok = cli_output_write(&d->output, d->writer.out.s ? d->writer.out.s : "",
	                           d->writer.out.n) == 0;

	batch_buffer_clear(&d->writer.out, 1 << 20);
	return ok;
}

static pifu_status write_group(struct diff *d, struct compare_group *group)
{
	const struct compare_format *format = d->writer.format;

	if (!compare_run(group, &d->rules))
		return no_memory();
	d->totals.departments++;
	tell_names(d, group);
	tell_side(d, group);
	for (uint32_t i = 0; i < group->npairs; i++)
		count_pair(d, &group->pairs[i]);
	if (!format->group(&d->writer, group))
		return d->writer.out.failed ? no_memory() : PIFU_ERR_WRITE;
	return flush(d) ? PIFU_OK : PIFU_ERR_WRITE;
}

static pifu_status write_groups(struct diff *d)
{
	const struct compare_format *format = d->writer.format;
	pifu_status status = PIFU_OK;
	struct compare_group group;
	int more = 0;

	if (format->begin && !format->begin(&d->writer))
		return d->writer.out.failed ? no_memory() : PIFU_ERR_WRITE;
	while (status == PIFU_OK && (more = compare_spool_next(d->spool, &group)) > 0) {
		status = write_group(d, &group);
		compare_pool_free(group.pool);
	}
	if (more < 0) {
		cli_say("%s", compare_spool_message(d->spool));
		return compare_pool_free(group.pool), PIFU_ERR_WRITE;
	}
	if (d->told > TOLD_MOST)
		cli_say("and %u more are in one year only", d->told - TOLD_MOST);
	if (status == PIFU_OK && format->end && !format->end(&d->writer, &d->totals))
		return d->writer.out.failed ? no_memory() : PIFU_ERR_WRITE;
	return status == PIFU_OK && !flush(d) ? PIFU_ERR_WRITE : status;
}

static pifu_status open_output(struct diff *d)
{
	const struct settings *s = d->settings;
	const char *name = s->format ? s->format : compare_format_list(0, NULL);
	bool standard = !s->output || strcmp(s->output, "-") == 0;

	d->writer.format = compare_format_find(name);
	if (d->writer.format->is_file && standard) {
		cli_say("diff: --format %s wants --output FILE", name);
		return PIFU_ERR_USAGE;
	}
	if (!cli_output_open(&d->output, s->output))
		return PIFU_ERR_WRITE;
	d->writer.look = (struct compare_look){
		.all = s->all,
		.color = cli_wants_color(s),
		.bom = s->bom,
		.width = cli_terminal_width(s),
		.path = standard         ? NULL
	                : d->output.part ? d->output.part
	                                 : s->output,
	};
	return PIFU_OK;
}

static pifu_status write_output(struct diff *d)
{
	pifu_status status = open_output(d);

	if (status != PIFU_OK)
		return status;
	status = write_groups(d);
	if (status == PIFU_ERR_WRITE && !d->output.error && d->writer.format->is_file) {
		cli_say("%s: cannot be written", d->settings->output);
		d->output.error = EIO;
	}
	if (d->writer.format->close)
		d->writer.format->close(&d->writer);
	batch_buffer_free(&d->writer.out);
	if (!cli_output_close(&d->output) && status == PIFU_OK)
		status = PIFU_ERR_WRITE;
	return status;
}

int cli_diff_run(const struct settings *s, const struct arguments *args)
{
	struct diff d = {.settings = s, .worst = -1, .spool = compare_spool_open()};
	pifu_status status = d.spool ? PIFU_ERR_USAGE : no_memory();

	if (d.spool && read_settings(&d, args))
		status = read_inputs(&d);
	else if (d.spool)
		status = PIFU_ERR_USAGE;
	if (status == PIFU_OK)
		status = write_output(&d);
	pifu_grammars_free(d.inputs[COMPARE_NEW].grammars);
	compare_spool_free(d.spool);
	free(d.parts[0]);
	free(d.parts[1]);
	return status == PIFU_OK ? d.worst >= cli_fail_on(s) : pifu_status_exit(status);
}
