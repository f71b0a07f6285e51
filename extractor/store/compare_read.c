/* Reading the inputs of a comparison (compare_read.h).
 *
 *     first bytes               what it is
 *     `SQLite format 3`         a store
 *     a line that is a record   JSON Lines of pifu extract, batch or worker
 *     else                      a form, read on the fly
 *
 * The beginning of the input is looked at and kept, so that standard input works, too. */
#include "compare_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

static const char sqlite_magic[] = "SQLite format 3";
static const char closing_begin[] = "{\"document\":";

enum { MESSAGE = 512 };

static const char *input_name(const struct compare_input *input)
{
	return strcmp(input->path, "-") == 0 ? "standard input" : input->path;
}

/* ---- Taking records ------------------------------------------------------------------- */

static bool is_wanted_department(const struct compare_input *input, const char *name)
{
	const char *part = input->take.department;
	struct compare_pool *pool;
	struct compare_text a, b;
	bool found = false;

	if (!part || (name && strstr(name, part)))
		return true;
	if (!name || !(pool = compare_pool_new()))
		return false;
	if (compare_text_fold(pool, name, NULL, &a) && compare_text_fold(pool, part, NULL, &b))
		for (uint32_t i = 0; b.n && !found && i + b.n <= a.n; i++)
			found = memcmp(a.c + i, b.c, b.n * sizeof *b.c) == 0;
	compare_pool_free(pool);
	return found;
}

static void note_year(struct compare_input *input, const char *year)
{
	if (!year)
		return;
	if (!*input->year)
		snprintf(input->year, sizeof input->year, "%s", year);
	else if (strcmp(input->year, year) != 0)
		input->mixed = true;
}

/* False: the spool failed. */
static bool take_record(struct compare_input *input, const char *const field[])
{
	const char *year = field[PIFU_FIELD_YEAR];

	input->records++;
	if (input->take.year && (!year || strcmp(year, input->take.year) != 0))
		return true;
	if (!is_wanted_department(input, field[PIFU_FIELD_DEPARTMENT]))
		return true;
	note_year(input, year);
	input->taken++;
	return compare_spool_add(input->spool, input->side, field);
}

static pifu_status say_spool(const struct compare_input *input)
{
	cli_say("%s", compare_spool_message(input->spool));
	return PIFU_ERR_WRITE;
}

/* ---- Stores ------------------------------------------------------------------------------ */

struct store_reading {
	struct compare_input *input;
	bool failed;
};

static bool take_stored(void *ctx, const struct store_record *record)
{
	struct store_reading *r = ctx;

	r->failed = !take_record(r->input, record->value);
	return !r->failed;
}

static pifu_status read_store(struct compare_input *input)
{
	char message[MESSAGE], where[64];
	struct store *store = store_open(input->path, STORE_READ, message, sizeof message);
	struct store_reading r = {.input = input};

	if (!store) {
		cli_say("%s: %s", input_name(input), message);
		return PIFU_ERR_OPEN;
	}
	snprintf(where, sizeof where, "year = %ld",
	         input->take.year ? strtol(input->take.year, NULL, 10) : 0L);
	bool ok = store_each_record(store, input->take.year ? where : NULL, take_stored, &r);
	if (!ok)
		cli_say("%s: %s", input_name(input), store_message(store));
	store_free(store);
	if (r.failed)
		return say_spool(input);
	return ok ? PIFU_OK : PIFU_ERR_OPEN;
}

/* ---- JSON Lines ---------------------------------------------------------------------------- */

struct line_reading {
	struct compare_input *input;
	struct store_lines *lines;
	FILE *file;
	char *line;
	size_t size;
	ssize_t n; /* of the line in hand */
	uint32_t number;
};

static bool next_line(struct line_reading *r)
{
	r->n = getline(&r->line, &r->size, r->file);
	r->number++;
	while (r->n > 0 && (r->line[r->n - 1] == '\n' || r->line[r->n - 1] == '\r'))
		r->line[--r->n] = '\0';
	return r->n >= 0;
}

static bool is_closing(const char *line)
{
	return strncmp(line, closing_begin, sizeof closing_begin - 1) == 0;
}

static pifu_status take_line(struct line_reading *r)
{
	char message[MESSAGE] = "";
	struct store_record record;

	if (r->n == 0 || is_closing(r->line))
		return PIFU_OK;
	if (!store_lines_read(r->lines, r->line, (size_t)r->n, &record, message, sizeof message)) {
		cli_say("%s:%u: %s", input_name(r->input), r->number, message);
		return PIFU_ERR_DAMAGED;
	}
	return take_record(r->input, record.value) ? PIFU_OK : say_spool(r->input);
}

/* The line in hand is the first. */
static pifu_status read_lines(struct line_reading *r)
{
	pifu_status status;

	do
		status = take_line(r);
	while (status == PIFU_OK && next_line(r));
	if (status == PIFU_OK && ferror(r->file)) {
		cli_say("%s: %s", input_name(r->input), strerror(errno));
		status = PIFU_ERR_OPEN;
	}
	return status;
}

/* ---- Forms ---------------------------------------------------------------------------------- */

static bool take_form(struct compare_input *input, const pifu_form *form)
{
	for (size_t i = 0; i < pifu_form_record_count(form); i++) {
		const pifu_record *record = pifu_form_record(form, i);
		const char *field[PIFU_FIELD_COUNT];

		for (int f = 0; f < PIFU_FIELD_COUNT; f++)
			field[f] = pifu_record_text(record, (pifu_field)f);
		if (!take_record(input, field))
			return false;
	}
	return true;
}

static pifu_status read_forms(struct compare_input *input, pifu_doc *doc)
{
	const pifu_form *form;
	pifu_error err = {0};

	while ((form = pifu_doc_next(doc, &err)))
		if (!take_form(input, form))
			return say_spool(input);
	if (err.status != PIFU_OK)
		cli_say_error(&err, input_name(input));
	return err.status;
}

/* `head` is what was read of it already; a file is opened anew. */
static pifu_status read_document(struct compare_input *input, const char *bytes, size_t n)
{
	pifu_options options = cli_read_options(input->settings);
	pifu_status status = PIFU_OK;
	pifu_error err = {0};

	if (!input->grammars)
		input->grammars = cli_grammars_load(input->settings, &status);
	if (!input->grammars)
		return status;
	pifu_doc *doc = bytes ? pifu_doc_open_memory(input->grammars, bytes, n, &options, &err)
	                      : pifu_doc_open(input->grammars, input->path, &options, &err);
	if (!doc) {
		cli_say_error(&err, input_name(input));
		return err.status;
	}
	status = read_forms(input, doc);
	pifu_doc_free(doc);
	return status;
}

/* A form on standard input: the first line is read already, the rest is read to its end. */
static pifu_status slurp_document(struct line_reading *r, size_t begun)
{
	enum { STEP = 1 << 16 };
	size_t n = begun, cap = r->size, got = 1;

	while (got > 0) {
		if (cap - n < STEP) {
			char *more = realloc(r->line, cap = 2 * cap + STEP);

			if (!more) {
				cli_say("%s: out of memory", input_name(r->input));
				return PIFU_ERR_NOMEM;
			}
			r->line = more;
		}
		got = fread(r->line + n, 1, STEP, r->file);
		n += got;
	}
	r->size = cap;
	return read_document(r->input, r->line, n);
}

/* ---- What it is -------------------------------------------------------------------------------- */

static bool is_record(struct line_reading *r)
{
	char message[MESSAGE];
	struct store_record record;

	return r->n > 0 && r->line[0] == '{' &&
	       (is_closing(r->line) || store_lines_read(r->lines, r->line, (size_t)r->n, &record,
	                                                message, sizeof message));
}

static pifu_status read_opened(struct line_reading *r)
{
	bool standard = r->file == stdin;

	errno = 0;
	ssize_t whole = getline(&r->line, &r->size, r->file);
	if (whole < 0 && ferror(r->file)) {
		cli_say("%s: %s", input_name(r->input), strerror(errno));
		return PIFU_ERR_OPEN;
	}
	if (whole <= 0) /* JSON Lines without a record */
		return PIFU_OK;
	if (!standard && strncmp(r->line, sqlite_magic, sizeof sqlite_magic - 1) == 0)
		return read_store(r->input);
	char ending = r->line[whole - 1];
	r->n = whole - (ending == '\n');
	r->number = 1;
	if (ending == '\n')
		r->line[r->n] = '\0';
	if (is_record(r))
		return read_lines(r);
	if (!standard)
		return read_document(r->input, NULL, 0);
	r->line[whole - 1] = ending;
	return slurp_document(r, (size_t)whole);
}

pifu_status compare_read(struct compare_input *input)
{
	struct line_reading r = {.input = input, .lines = store_lines_new()};
	bool standard = strcmp(input->path, "-") == 0;
	pifu_status status = PIFU_ERR_NOMEM;

	r.file = standard ? stdin : fopen(input->path, "rb");
	if (!r.file) {
		cli_say("%s: %s", input_name(input), strerror(errno));
		status = PIFU_ERR_OPEN;
	} else if (!r.lines) {
		cli_say("out of memory");
	} else {
		status = read_opened(&r);
	}
	if (r.file && !standard)
		fclose(r.file);
	store_lines_free(r.lines);
	free(r.line);
	return status;
}
