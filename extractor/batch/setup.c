/* From options to the settings of processes; and the stamp, which names everything
 * that records depend on: the program, its grammars, the options of reading. */
#include "setup.h"

#include <openssl/evp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inputs.h"

enum {
	TIMEOUT = 120,
	DEPTH = 4,
};
static const uint64_t memory_default = UINT64_C(2) << 30, member_default = UINT64_C(256) << 20;

unsigned batch_setup_processors(void)
{
	cpu_set_t set;
	long n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
	                                                     : sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (unsigned)n : 1;
}

/* ---- The stamp -------------------------------------------------------------------------- */

static bool add_file(EVP_MD_CTX *sum, const char *path)
{
	FILE *file = fopen(path, "re");
	char piece[1 << 14];
	size_t n;
	bool fine = file != NULL;

	while (fine && (n = fread(piece, 1, sizeof piece, file)) > 0)
		EVP_DigestUpdate(sum, piece, n);
	if (file) {
		fine = !ferror(file);
		fclose(file);
	}
	return fine;
}

static bool add_grammars(EVP_MD_CTX *sum, const char *dir)
{
	static const char *const globs[] = {"*.yaml", NULL};
	char *operands[] = {(char *)(uintptr_t)dir};
	struct inputs_wanted w = {.operands = operands, .count = 1, .list = -1, .globs = globs};
	struct inputs *in = batch_inputs_new(&w);
	const char *path, *why;
	bool fine = in != NULL;

	while (fine && batch_inputs_next(in, &path, &why) == INPUT_FILE) {
		EVP_DigestUpdate(sum, path + strlen(dir), strlen(path + strlen(dir)) + 1);
		fine = add_file(sum, path);
	}
	batch_inputs_free(in);
	return fine;
}

/* The first 16 digits are plenty to tell versions apart. */
static bool put_grammars(struct buffer *b, const pifu_grammars *grammars)
{
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	char digits[17];
	bool fine = sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) &&
	            add_grammars(sum, pifu_grammars_dir(grammars)) &&
	            EVP_DigestFinal_ex(sum, digest, NULL);

	EVP_MD_CTX_free(sum);
	if (!fine)
		return false;
	for (int i = 0; i < 8; i++)
		snprintf(digits + 2 * i, 3, "%02x", digest[i]);
	batch_buffer_text(b, digits);
	return true;
}

/* The first 16 digits are plenty to tell settings apart. */
static void put_digits(char out[17], const void *bytes, size_t n)
{
	unsigned char digest[EVP_MAX_MD_SIZE] = {0};

	EVP_Digest(bytes, n, digest, NULL, EVP_sha256(), NULL);
	for (int i = 0; i < 8; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static void put_choice(struct buffer *b, const char *name, const char *value)
{
	if (!value)
		return;
	batch_buffer_text(b, ", ");
	batch_buffer_text(b, name);
	batch_buffer_text(b, " ");
	batch_buffer_text(b, value);
}

static bool put_stamp(struct setup *b, const struct settings *s)
{
	char doubt[40], limits[17];

	put_digits(limits, &s->limits, sizeof s->limits);
	batch_buffer_text(&b->stamp, "pifu ");
	batch_buffer_text(&b->stamp, pifu_version());
	batch_buffer_text(&b->stamp, ", grammars ");
	if (!put_grammars(&b->stamp, b->grammars))
		return false;
	put_choice(&b->stamp, "format", b->child.format);
	put_choice(&b->stamp, "columns", s->columns);
	put_choice(&b->stamp, "bom", s->bom ? "yes" : NULL);
	put_choice(&b->stamp, "encoding", s->encoding);
	put_choice(&b->stamp, "input-format", s->input_format);
	put_choice(&b->stamp, "grammar", s->grammar);
	snprintf(doubt, sizeof doubt, "%.17g", s->doubt);
	put_choice(&b->stamp, "doubt", s->doubt > 0 ? doubt : NULL);
	put_choice(&b->stamp, "changes", s->changes);
	put_choice(&b->stamp, "hidden", s->hidden ? "yes" : NULL);
	put_choice(&b->stamp, "salvage", s->salvage ? "yes" : NULL);
	put_choice(&b->stamp, "limits", limits);
	return !b->stamp.failed;
}

/* ---- The header -------------------------------------------------------------------------- */

static int put_bytes(void *ctx, const char *bytes, size_t n)
{
	batch_buffer_put(ctx, bytes, n);
	return 0;
}

/* What the format writes when there is nothing to write. */
static bool put_header(struct buffer *b, const struct child_settings *c, bool bom)
{
	pifu_write_options options = {.bom = bom, .columns = c->columns};
	pifu_error err = {0};
	pifu_writer *writer = pifu_writer_new(c->format, &options, put_bytes, b, &err);

	if (writer)
		pifu_writer_finish(writer, &err);
	pifu_writer_free(writer);
	if (err.status != PIFU_OK)
		cli_say_error(&err, c->format);
	return err.status == PIFU_OK && !b->failed;
}

/* Each document's own header, to be left out, has no byte order mark. */
static bool measure_header(struct setup *b, bool bom)
{
	struct buffer plain = {0};
	bool fine = put_header(&plain, &b->child, false) && put_header(&b->header, &b->child, bom);

	b->child.header = plain.n;
	batch_buffer_free(&plain);
	return fine;
}

/* ---- Options ---------------------------------------------------------------------------------- */

#define SHARDS_MAX 99999

static bool read_shard(struct setup *b, const char *text)
{
	char *end;

	if (!text)
		return true;
	unsigned long k = strtoul(text, &end, 10);
	unsigned long n = *end == '/' ? strtoul(end + 1, &end, 10) : 0;
	if (*end == '\0' && k >= 1 && k <= n && n <= SHARDS_MAX) {
		b->shard = (unsigned)k;
		b->shards = (unsigned)n;
		return true;
	}
	cli_say("--shard takes K/N, K from 1 to N, not '%s'", text);
	return false;
}

static uint64_t limit_of(uint64_t given, uint64_t usual, uint64_t none)
{
	if (given == UINT64_MAX)
		return none;
	return given ? given : usual;
}

int batch_setup_open(struct setup *b, const struct settings *s, const char *format)
{
	pifu_status status;

	*b = (struct setup){.jobs = s->jobs, .timeout = s->timeout};
	if (!read_shard(b, s->shard))
		return pifu_status_exit(PIFU_ERR_USAGE);
	if (s->timeout == 0)
		b->timeout = TIMEOUT;
	b->grammars = cli_grammars_load(s, &status);
	if (!b->grammars)
		return pifu_status_exit(status);
	if (!cli_grammar_is_known(b->grammars, s->grammar))
		return pifu_status_exit(PIFU_ERR_USAGE);
	b->child = (struct child_settings){
		.grammars = b->grammars,
		.options = cli_read_options(s),
		.format = format,
		.columns = s->columns,
		.timing = s->timing,
		.memory = limit_of(s->memory, memory_default, 0),
		.member = limit_of(s->member, member_default, UINT64_MAX),
		.depth = s->depth ? s->depth : DEPTH,
		.globs = s->globs.items,
	};
	if (measure_header(b, s->bom) && put_stamp(b, s))
		return 0;
	cli_say("%s: the grammars cannot be read, or memory is out",
	        pifu_grammars_dir(b->grammars));
	return pifu_status_exit(PIFU_ERR_NOMEM);
}

void batch_setup_free(struct setup *b)
{
	batch_buffer_free(&b->header);
	batch_buffer_free(&b->stamp);
	pifu_grammars_free(b->grammars);
}

int batch_die(int number)
{
	signal(number, SIG_DFL);
	raise(number);
	return 128 + number;
}
