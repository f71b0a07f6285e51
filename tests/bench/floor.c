/* The floor: the least that any reader of these texts has to do, with nothing
 * of pifu in it, over the same bytes and in the same run.
 *
 *     read -> strict UTF-8 to UTF-16 -> NFKC -> one JIT-compiled match a line
 *     (ICU)                             (ICU)   (PCRE2, over the UTF-8 bytes)
 *
 * Text is taken in pieces of about 256 KiB that end at a line, so that it
 * stays in the cache as it would in a good reader.
 *
 * usage: floor FILE [ROUNDS]   prints the best user time: seconds, MB/s, lines, matches,
 *                               and MB/s over all rounds */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { PIECE = 256 * 1024, OUT_OF = 3 * PIECE };

/* A target as forms write it: what a line of a form is looked at for. */
static const char pattern[] = "(≥|≤|>=|<=|[><=])? ?[0-9]+(\\.[0-9]+)? ?(%|[一-龥]+)";

struct work {
	const UNormalizer2 *nfkc;
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
	UChar *wide, *normal;
	size_t lines, matches, characters;
};

static void fail(const char *what)
{
	fprintf(stderr, "floor: %s\n", what);
	exit(3);
}

static double user_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6;
}

static void open_work(struct work *w)
{
	UErrorCode status = U_ZERO_ERROR;
	int error;
	PCRE2_SIZE at;

	memset(w, 0, sizeof *w);
	w->nfkc = unorm2_getNFKCInstance(&status);
	w->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	                        PCRE2_UTF | PCRE2_NO_UTF_CHECK, &error, &at, NULL);
	if (U_FAILURE(status) || !w->code || pcre2_jit_compile(w->code, PCRE2_JIT_COMPLETE) != 0)
		fail("cannot set up");
	w->match = pcre2_match_data_create_from_pattern(w->code, NULL);
	w->context = pcre2_match_context_create(NULL);
	w->wide = malloc(PIECE * sizeof(UChar));
	w->normal = malloc(OUT_OF * sizeof(UChar));
	if (!w->match || !w->context || !w->wide || !w->normal)
		fail("out of memory");
}

static void close_work(struct work *w)
{
	pcre2_match_data_free(w->match);
	pcre2_match_context_free(w->context);
	pcre2_code_free(w->code);
	free(w->wide);
	free(w->normal);
}

static void match_lines(struct work *w, const char *text, size_t n)
{
	for (const char *end = text + n; text < end; w->lines++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((stop ? stop : end) - text);
		int found = pcre2_jit_match(w->code, (PCRE2_SPTR)text, length, 0,
		                            PCRE2_NO_UTF_CHECK, w->match, w->context);
		w->matches += found > 0;
		text += length + 1;
	}
}

static void take_piece(struct work *w, const char *text, size_t n)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t wide, normal;

	u_strFromUTF8(w->wide, PIECE, &wide, text, (int32_t)n, &status);
	if (U_FAILURE(status))
		fail("the text is no valid UTF-8");
	normal = unorm2_normalize(w->nfkc, w->wide, wide, w->normal, OUT_OF, &status);
	if (U_FAILURE(status))
		fail("cannot normalise");
	w->characters += (size_t)normal;
	match_lines(w, text, n);
}

/* Pieces end at a line; a longer line is cut between characters. */
static size_t piece_length(const char *text, size_t n)
{
	size_t length = n < PIECE ? n : PIECE;

	if (length == n)
		return n;
	for (size_t back = length; back > length / 2; back--)
		if (text[back - 1] == '\n')
			return back;
	while (((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	return length;
}

static char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *text;

	if (!f || fseek(f, 0, SEEK_END) != 0)
		fail("cannot read the file");
	*n = (size_t)ftell(f);
	rewind(f);
	text = malloc(*n + 1);
	if (!text || fread(text, 1, *n, f) != *n)
		fail("cannot read the file");
	fclose(f);
	return text;
}

static double one_round(struct work *w, const char *path, size_t *n)
{
	double start = user_seconds();
	char *text = read_file(path, n);

	w->lines = w->matches = w->characters = 0;
	for (size_t at = 0; at < *n;) {
		size_t length = piece_length(text + at, *n - at);

		take_piece(w, text + at, length);
		at += length;
	}
	free(text);
	return user_seconds() - start;
}

int main(int argc, char **argv)
{
	struct work w;
	double best = 1e9, all = 0;
	size_t n = 0;

	if (argc < 2)
		fail("usage: floor FILE [ROUNDS]");
	open_work(&w);
	int rounds = argc > 2 ? atoi(argv[2]) : 5;
	for (int i = 0; i < rounds; i++) {
		double seconds = one_round(&w, argv[1], &n);

		best = seconds < best ? seconds : best;
		all += seconds;
	}
	printf("%.6f %.1f %zu %zu %.1f\n", best, (double)n / 1e6 / best, w.lines, w.matches,
	       rounds * (double)n / 1e6 / all);
	close_work(&w);
	return 0;
}
