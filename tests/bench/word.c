/* Word files inside one process: the floor, and pifu from the file to JSON Lines,
 * in turns over the same files, so that both meet the same machine.
 *
 *     floor  open -> inflate word/document.xml -> libxml2's SAX2, empty handlers
 *            (libzip)     (32 KiB a piece)        (push parser)
 *     pifu   open -> records -> JSON Lines into a sink that counts
 *
 * Grammars are loaded before, so that the start of a process is in neither.
 *
 * usage: word ROUNDS FILE…
 * prints, the best of the rounds over all files together: floor seconds, pifu
 * seconds (processor time), bytes of XML, elements, records, bytes of JSON Lines */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#include "pifu.h"

enum { PIECE = 32 * 1024 };

struct counts {
	size_t xml, elements, records, json;
};

static void fail(const char *path, const char *what)
{
	fprintf(stderr, "word: %s: %s\n", path, what);
	exit(3);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- The floor --------------------------------------------------------------- */

static void start_element(void *user, const xmlChar *local, const xmlChar *prefix,
                          const xmlChar *address, int nns, const xmlChar **ns, int nattributes,
                          int ndefaulted, const xmlChar **attributes)
{
	(void)local, (void)prefix, (void)address, (void)nns, (void)ns;
	(void)nattributes, (void)ndefaulted, (void)attributes;
	((struct counts *)user)->elements++;
}

static void end_element(void *user, const xmlChar *local, const xmlChar *prefix,
                        const xmlChar *address)
{
	(void)user, (void)local, (void)prefix, (void)address;
}

static void take_text(void *user, const xmlChar *s, int n)
{
	(void)user, (void)s, (void)n;
}

static void parse_part(const char *path, zip_file_t *part, struct counts *c)
{
	xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
	                     .startElementNs = start_element,
	                     .endElementNs = end_element,
	                     .characters = take_text,
	                     .ignorableWhitespace = take_text};
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&sax, c, NULL, 0, NULL);
	char piece[PIECE];
	zip_int64_t n;

	if (!parser)
		fail(path, "out of memory");
	xmlCtxtUseOptions(parser, XML_PARSE_NONET);
	while ((n = zip_fread(part, piece, sizeof piece)) > 0) {
		xmlParseChunk(parser, piece, (int)n, 0);
		c->xml += (size_t)n;
	}
	xmlParseChunk(parser, NULL, 0, 1);
	if (n < 0 || !parser->wellFormed)
		fail(path, "word/document.xml cannot be read");
	xmlFreeParserCtxt(parser);
}

static void run_floor(const char *path, struct counts *c)
{
	int error = 0;
	zip_t *zip = zip_open(path, ZIP_RDONLY, &error);
	zip_file_t *part = zip ? zip_fopen(zip, "word/document.xml", 0) : NULL;

	if (!part)
		fail(path, "no Word file with a part word/document.xml");
	parse_part(path, part, c);
	zip_fclose(part);
	zip_discard(zip);
}

/* ---- pifu ---------------------------------------------------------------------- */

static int count_bytes(void *user, const char *bytes, size_t n)
{
	(void)bytes;
	((struct counts *)user)->json += n;
	return 0;
}

static void run_pifu(const pifu_grammars *grammars, const char *path, struct counts *c)
{
	pifu_error err = {0};
	pifu_writer *writer = pifu_writer_new("jsonl", NULL, count_bytes, c, &err);
	pifu_doc *doc = writer ? pifu_doc_open(grammars, path, NULL, &err) : NULL;
	const pifu_form *form;

	if (!doc)
		fail(path, err.message);
	while ((form = pifu_doc_next(doc, &err)) != NULL) {
		c->records += pifu_form_record_count(form);
		if (pifu_writer_form(writer, doc, form, &err) != PIFU_OK)
			fail(path, err.message);
	}
	if (err.status != PIFU_OK || pifu_writer_document(writer, doc, &err) != PIFU_OK ||
	    pifu_writer_finish(writer, &err) != PIFU_OK)
		fail(path, err.message);
	pifu_doc_free(doc);
	pifu_writer_free(writer);
}

/* ---- In turns -------------------------------------------------------------------- */

int main(int argc, char **argv)
{
	double floor_best = 1e9, pifu_best = 1e9;
	struct counts c = {0};
	pifu_error err = {0};
	pifu_grammars *grammars = argc > 2 ? pifu_grammars_load(NULL, NULL, &err) : NULL;

	if (!grammars)
		fail("usage: word ROUNDS FILE…", err.message);
	for (int round = atoi(argv[1]); round > 0; round--) {
		double start = seconds(), middle, end;

		c = (struct counts){0};
		for (int i = 2; i < argc; i++)
			run_floor(argv[i], &c);
		middle = seconds();
		for (int i = 2; i < argc; i++)
			run_pifu(grammars, argv[i], &c);
		end = seconds();
		floor_best = middle - start < floor_best ? middle - start : floor_best;
		pifu_best = end - middle < pifu_best ? end - middle : pifu_best;
	}
	printf("%.6f %.6f %zu %zu %zu %zu\n", floor_best, pifu_best, c.xml, c.elements, c.records,
	       c.json);
	pifu_grammars_free(grammars);
	return 0;
}
