/* Extraction inside one process: what a file costs once grammars are loaded.
 *
 * usage: inside ROUNDS FILE…   prints the best time of the processor for all files
 *        in seconds, records, bytes of JSON Lines */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "pifu.h"

static void fail(const pifu_error *err)
{
	fprintf(stderr, "inside: %s\n", err->message);
	exit(3);
}

static double seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int count_bytes(void *ctx, const char *bytes, size_t n)
{
	(void)bytes;
	*(size_t *)ctx += n;
	return 0;
}

static void extract(const pifu_grammars *grammars, const char *path, pifu_writer *writer,
                    size_t *records)
{
	pifu_error err = {0};
	pifu_doc *doc = pifu_doc_open(grammars, path, NULL, &err);
	const pifu_form *form;

	while (doc && (form = pifu_doc_next(doc, &err))) {
		*records += pifu_form_record_count(form);
		if (pifu_writer_form(writer, doc, form, &err) != PIFU_OK)
			break;
	}
	if (err.status != PIFU_OK)
		fail(&err);
	pifu_doc_free(doc);
}

int main(int argc, char **argv)
{
	pifu_error err = {.message = "usage: inside ROUNDS FILE…"};
	pifu_grammars *grammars = argc > 2 ? pifu_grammars_load(NULL, NULL, &err) : NULL;
	size_t records = 0, bytes = 0;
	double best = 1e9;

	if (!grammars)
		fail(&err);
	for (int rounds = atoi(argv[1]); rounds > 0; rounds--) {
		double start = seconds(), spent;
		pifu_writer *writer = pifu_writer_new("jsonl", NULL, count_bytes, &bytes, &err);

		records = bytes = 0;
		for (int i = 2; writer && i < argc; i++)
			extract(grammars, argv[i], writer, &records);
		if (!writer || pifu_writer_finish(writer, &err) != PIFU_OK)
			fail(&err);
		pifu_writer_free(writer);
		spent = seconds() - start;
		best = spent < best ? spent : best;
	}
	printf("%.6f %zu %zu\n", best, records, bytes);
	pifu_grammars_free(grammars);
	return 0;
}
