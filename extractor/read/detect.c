/* The list of formats, and the choice among them by content.
 *
 * Every format gives a score; the highest wins, in a tie the first of the list.
 * If all are 0 the message says what the bytes look like and what to do. */
#include "read/detect.h"

#include "base/error.h"
#include "text/encoding.h"

#include <ctype.h>
#include <stdio.h>

static const struct format *const formats[] = {
#define PIFU_FORMAT(id) &pifu_format_##id,
#include "read/formats.def"
#undef PIFU_FORMAT
	NULL,
};

enum { FORMATS = sizeof formats / sizeof formats[0] - 1, SAMPLE = 64 * 1024, STRAY_FREE = 8 };

#define HINT_TEXT "save or export it as text"
#define HINT_UNPACK "unpack it first"
#define HINT_IMAGE "it needs text recognition (OCR) first"

/* Longer beginnings before shorter ones. */
static const struct magic magics[] = {
	{"PK\3\4", 4, "a zip package (Word, Excel and WPS files are such)", HINT_TEXT},
	{"PK\5\6", 4, "an empty zip package", "it holds nothing"},
	{"%PDF-", 5, "a PDF document", "turn it into text first, as pdftotext -layout does"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "an old Word, Excel or WPS file (OLE)", HINT_TEXT},
	{"{\\rtf", 5, "an RTF document", HINT_TEXT},
	{"7z\xBC\xAF\x27\x1C", 6, "a 7z archive", HINT_UNPACK},
	{"Rar!\x1A\x07", 6, "a rar archive", HINT_UNPACK},
	{"\x1F\x8B\x08", 3, "gzip data", HINT_UNPACK},
	{"BZh91AY&SY", 10, "bzip2 data", HINT_UNPACK},
	{"\3757zXZ\0", 6, "xz data", HINT_UNPACK},
	{"\x28\xB5\x2F\xFD", 4, "zstd data", HINT_UNPACK},
	{"\x89PNG\r\n\x1A\n", 8, "a PNG image", HINT_IMAGE},
	{"\xFF\xD8\xFF", 3, "a JPEG image", HINT_IMAGE},
	{"GIF87a", 6, "a GIF image", HINT_IMAGE},
	{"GIF89a", 6, "a GIF image", HINT_IMAGE},
	{"II*\0", 4, "a TIFF image", HINT_IMAGE},
	{"MM\0*", 4, "a TIFF image", HINT_IMAGE},
	{"SQLite format 3\0", 16, "an SQLite database", "export its tables as text"},
	{"\177ELF", 4, "a program (ELF)", "name the form's file instead"},
};

const struct magic *pifu_magic_find(const struct input *in)
{
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (in->size >= magics[i].n && memcmp(in->data, magics[i].bytes, magics[i].n) == 0)
			return &magics[i];
	return NULL;
}

void pifu_head_read(const struct input *in, char head[PIFU_HEAD + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < in->size && i < 2 * PIFU_HEAD && n < PIFU_HEAD; i++)
		if (in->data[i])
			head[n++] = (char)in->data[i];
	head[n] = '\0';
}

/* Control characters that text files have no use for. */
static size_t count_controls(const unsigned char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (p[i] < 0x20 && !isspace(p[i]) && p[i] != 0x1A && p[i] != 0x1B) ||
		         p[i] == 0x7F;
	return count;
}

bool pifu_looks_binary(const struct input *in)
{
	size_t n = in->size < SAMPLE ? in->size : SAMPLE;

	if (n == 0)
		return false;
	struct encoding guess = pifu_encoding_guess(in->data, n);
	if (guess.sure && !guess.whole)
		return false; /* a mark, or UTF-16 by its pattern */
	struct encoding_weight w = pifu_encoding_weigh(in->data, n);
	size_t stray = w.utf8_bad < w.gb_bad ? w.utf8_bad : w.gb_bad;
	return count_controls(in->data, n) + stray > n / 8 + STRAY_FREE;
}

const struct format *const *pifu_formats(void)
{
	return formats;
}

const char *pifu_format_list(size_t index, const char **what)
{
	if (index >= FORMATS)
		return NULL;
	if (what)
		*what = formats[index]->what;
	return formats[index]->name;
}

/* ---- The choice ---------------------------------------------------------- */

/* "grid, text" */
static void list_names(char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < FORMATS && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, i ? ", %s" : "%s", formats[i]->name);
}

static const struct format *find_named(const char *name, pifu_error *err)
{
	char names[128];

	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	list_names(names, sizeof names);
	pifu_error_set(err, PIFU_ERR_USAGE, "no input format '%s'; there are %s", name, names);
	return NULL;
}

static const struct format *find_best(const struct input *in)
{
	const struct format *best = NULL;
	int most = 0;

	for (size_t i = 0; i < FORMATS; i++) {
		int score = formats[i]->score(in);
		if (score > most) {
			most = score;
			best = formats[i];
		}
	}
	return best;
}

static void refuse_input(const struct input *in, const struct magic *magic, pifu_error *err)
{
	char names[128];

	list_names(names, sizeof names);
	if (magic)
		pifu_error_set(err, PIFU_ERR_FORMAT,
		               "this is %s, which cannot be read (formats: %s); %s", magic->what,
		               names, magic->hint);
	else
		pifu_error_set(err, PIFU_ERR_FORMAT,
		               "this is binary data of an unknown kind (formats: %s); "
		               "if it is text, name its encoding",
		               names);
	pifu_error_place(err, in->name, 0, 0);
}

const struct format *pifu_format_detect(const struct input *in, const pifu_options *options,
                                        pifu_error *err)
{
	static const char nothing[] = "";
	struct input safe = *in;

	if (!safe.data)
		safe = (struct input){safe.name, (const unsigned char *)nothing, 0};
	if (options && options->input_format)
		return find_named(options->input_format, err);
	const struct format *best = find_best(&safe);
	const struct magic *magic = best ? NULL : pifu_magic_find(&safe);
	if (!best && !magic && options && options->encoding)
		return &pifu_format_text; /* who names an encoding says that it is text */
	if (!best)
		refuse_input(&safe, magic, err);
	return best;
}
