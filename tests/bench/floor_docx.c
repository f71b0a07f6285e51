/* The floor of Word files: the least that any reader of them has to do, with
 * nothing of pifu in it, over the same bytes and in the same run.
 *
 *     open the zip -> inflate word/document.xml -> libxml2's SAX, empty handlers
 *     (libzip)        (zlib, 32 KiB a piece)       (push parser)
 *
 * usage: floor_docx ROUNDS FILE…   prints the best time of the processor for all
 *        files in seconds, bytes of XML, elements */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <zip.h>

enum { PIECE = 32 * 1024 };

struct seen {
	size_t bytes, elements;
};

static void fail(const char *what)
{
	fprintf(stderr, "floor_docx: %s\n", what);
	exit(3);
}

static double seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void start_element(void *user, const xmlChar *local, const xmlChar *prefix,
                          const xmlChar *address, int nns, const xmlChar **ns, int nattributes,
                          int ndefaulted, const xmlChar **attributes)
{
	struct seen *seen = user;

	(void)local, (void)prefix, (void)address, (void)nns, (void)ns;
	(void)nattributes, (void)ndefaulted, (void)attributes;
	seen->elements++;
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

static xmlParserCtxtPtr new_parser(struct seen *seen)
{
	xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
	                     .startElementNs = start_element,
	                     .endElementNs = end_element,
	                     .characters = take_text,
	                     .ignorableWhitespace = take_text};
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&sax, seen, NULL, 0, NULL);

	if (!parser)
		fail("out of memory");
	xmlCtxtUseOptions(parser, XML_PARSE_NONET);
	return parser;
}

static void parse(zip_t *zip, struct seen *seen)
{
	zip_file_t *file = zip_fopen(zip, "word/document.xml", 0);
	xmlParserCtxtPtr parser = new_parser(seen);
	char piece[PIECE];
	zip_int64_t got;

	if (!file)
		fail("no word/document.xml");
	while ((got = zip_fread(file, piece, sizeof piece)) > 0) {
		seen->bytes += (size_t)got;
		xmlParseChunk(parser, piece, (int)got, 0);
	}
	xmlParseChunk(parser, NULL, 0, 1);
	if (got < 0 || !parser->wellFormed)
		fail("word/document.xml cannot be read");
	zip_fclose(file);
	xmlFreeParserCtxt(parser);
}

static void read_file(const char *path, struct seen *seen)
{
	int error;
	zip_t *zip = zip_open(path, ZIP_RDONLY, &error);

	if (!zip)
		fail("no zip");
	parse(zip, seen);
	zip_discard(zip);
}

int main(int argc, char **argv)
{
	double best = 1e9;
	struct seen seen = {0, 0};

	if (argc < 3)
		fail("usage: floor_docx ROUNDS FILE…");
	for (int rounds = atoi(argv[1]); rounds > 0; rounds--) {
		double start = seconds(), spent;

		seen = (struct seen){0, 0};
		for (int i = 2; i < argc; i++)
			read_file(argv[i], &seen);
		spent = seconds() - start;
		best = spent < best ? spent : best;
	}
	printf("%.6f %zu %zu\n", best, seen.bytes, seen.elements);
	return 0;
}
