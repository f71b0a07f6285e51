/* Decoding, in one of three ways ("fills"):
 *
 *   direct       strict UTF-8: slices of the input, nothing is filled
 *   by line      UTF-8 with damage, GB18030, or a mixture: each line is judged
 *                (text/encoding.h), runs of one verdict are decoded together
 *   converter    any other encoding: ICU, 64 KiB at a time
 *
 *   source  |..........decoded..........|....not yet....|
 *   window               |..given..|..ahead..|
 *                        ^0        ^at       ^n
 *
 * Cutting GB18030 at line ends before decoding is safe: \n and \r are never
 * part of a character there. Cells are cut behind the decoder only, because a
 * pipe or backslash may be.
 *
 * The place of a finding is counted on the decoded text as it is put into the
 * window; what was given back is not decoded again, so nothing is told twice. */
#include "text/decode.h"

#include "base/arena.h"
#include "base/error.h"
#include "text/encoding.h"

#include <stdio.h>
#include <unicode/ucnv.h>

enum {
	FILL_BYTES = 64 * 1024, /* source bytes decoded at one time */
	PIVOT_UNITS = 8 * 1024,
	SHOWN_BYTES = 16, /* bad bytes that a finding shows */
};

struct decoder {
	const unsigned char *data;
	size_t size, source_at;
	const pifu_allocator *allocator;
	struct findings *findings;
	char encoding[64];
	UConverter *converter;
	bool (*fill)(struct decoder *d); /* NULL: direct; false when out of memory */
	bool mostly_gb, mend;

	/* the window */
	char *text;
	size_t at, n, cap;

	/* behind the last byte decoded */
	uint32_t line, column; /* from 1 */
	bool after_cr, after_bad, begun;
	UChar high;                 /* a lead surrogate that waits for its other half */
	enum line_encoding passage; /* verdict of the lines before */
	UChar pivot[PIVOT_UNITS];
};

/* ---- The window ---------------------------------------------------------- */

static bool make_room(struct decoder *d, size_t n)
{
	size_t cap = d->cap ? d->cap : FILL_BYTES;

	if (d->cap - d->n >= n)
		return true;
	while (cap - d->n < n)
		cap *= 2;
	char *text = pifu_mem_realloc(d->allocator, d->text, cap);
	if (!text)
		return false;
	d->text = text;
	d->cap = cap;
	return true;
}

/* Count columns up to the next \n, and past it. A \r ends a line as well, and the
 * \n behind it no other. */
static void count_line(struct decoder *d, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		bool ends = c == '\r' || (c == '\n' && !d->after_cr);
		d->line += ends;
		if (ends || c == '\n')
			d->column = 1;
		else
			d->column += (c & 0xC0) != 0x80;
		d->after_cr = c == '\r';
	}
}

/* Count lines and columns over the bytes from `from` on. Columns of lines that
 * end there tell nothing. */
static void count_places(struct decoder *d, size_t from)
{
	const char *p = d->text + from, *end = d->text + d->n;
	const char *feed;

	if (!d->after_cr && !memchr(p, '\r', (size_t)(end - p))) {
		while ((feed = memchr(p, '\n', (size_t)(end - p)))) {
			d->line++;
			d->column = 1;
			p = feed + 1;
		}
	}
	count_line(d, p, (size_t)(end - p));
}

static bool put_bytes(struct decoder *d, const void *bytes, size_t n)
{
	if (!n)
		return true;
	if (!make_room(d, n))
		return false;
	memcpy(d->text + d->n, bytes, n);
	d->n += n;
	count_places(d, d->n - n);
	d->after_bad = false;
	d->begun = true;
	return true;
}

static void tell_finding(struct decoder *d, pifu_finding code, struct str text)
{
	struct finding f = {.code = code, .line = d->line, .column = d->column, .text = text};

	f.table = f.row = f.col = PIFU_NONE;
	if (d->findings)
		pifu_finding_add(d->findings, f);
}

/* One U+FFFD for `n` bad bytes; a run of them is one finding. */
static bool put_replacement(struct decoder *d, const unsigned char *bytes, size_t n)
{
	char shown[SHOWN_BYTES * 3 + 1];
	size_t length = 0;

	for (size_t i = 0; i < n && i < SHOWN_BYTES; i++)
		length += (size_t)snprintf(shown + length, sizeof shown - length,
		                           i ? " %02X" : "%02X", bytes[i]);
	if (!d->after_bad)
		tell_finding(d, PIFU_FINDING_BAD_BYTES, (struct str){shown, (uint32_t)length});
	bool ok = put_bytes(d, "\xEF\xBF\xBD", 3);
	d->after_bad = true;
	return ok;
}

/* ---- UTF-16 from ICU into the window ------------------------------------- */

static bool put_lone_surrogate(struct decoder *d, UChar c)
{
	return put_replacement(d, (unsigned char[]){(unsigned char)(c >> 8), (unsigned char)c}, 2);
}

/* The next code point of units[*i..n), with a half that the last pivot left. */
static bool next_scalar(struct decoder *d, const UChar *units, size_t n, size_t *i, uint32_t *c)
{
	*c = units[*i];
	if (d->high && U16_IS_TRAIL(*c)) {
		*c = (uint32_t)U16_GET_SUPPLEMENTARY(d->high, *c);
		d->high = 0;
		*i += 1;
		return true;
	}
	if (d->high) {
		*c = d->high; /* alone: told as such */
		d->high = 0;
		return true;
	}
	*i += 1;
	if (U16_IS_LEAD(*c) && *i == n) {
		d->high = (UChar)*c;
		return false;
	}
	if (U16_IS_LEAD(*c) && U16_IS_TRAIL(units[*i])) {
		*c = (uint32_t)U16_GET_SUPPLEMENTARY(*c, units[*i]);
		*i += 1;
	}
	return true;
}

/* Append characters that need no more than a copy; stops before any other. */
static size_t put_plain_units(struct decoder *d, const UChar *units, size_t n)
{
	char *out = d->text + d->n;
	size_t i = 0;

	for (; i < n; i++) {
		UChar c = units[i];
		if (c - 1u < 0x7F) {
			*out++ = (char)c;
		} else if (c >= 0x800 && !U16_IS_SURROGATE(c) && c != 0xFEFF) {
			out[0] = (char)(0xE0 | c >> 12);
			out[1] = (char)(0x80 | (c >> 6 & 0x3F));
			out[2] = (char)(0x80 | (c & 0x3F));
			out += 3;
		} else {
			break;
		}
	}
	size_t before = d->n;
	d->n = (size_t)(out - d->text);
	if (d->n > before) {
		count_places(d, before);
		d->after_bad = false;
		d->begun = true;
	}
	return i;
}

static bool put_scalar(struct decoder *d, uint32_t c)
{
	char bytes[4];

	if (c == 0xFEFF && !d->begun) /* the byte order mark of a named encoding */
		return d->begun = true;
	if (c == 0)
		return put_replacement(d, (const unsigned char *)"", 1);
	if (U_IS_SURROGATE(c))
		return put_lone_surrogate(d, (UChar)c);
	return put_bytes(d, bytes, pifu_utf8_put(bytes, c));
}

static bool put_units(struct decoder *d, const UChar *units, size_t n)
{
	uint32_t c;

	for (size_t i = 0; i < n;) {
		if (!make_room(d, (n - i) * 3))
			return false;
		if (!d->high)
			i += put_plain_units(d, units + i, n - i);
		if (i < n && next_scalar(d, units, n, &i, &c) && !put_scalar(d, c))
			return false;
	}
	return true;
}

/* What the converter refused, as it tells itself; false: nothing, or no memory. */
static bool put_refused(struct decoder *d)
{
	char bytes[SHOWN_BYTES];
	int8_t n = SHOWN_BYTES;
	UErrorCode code = U_ZERO_ERROR;

	ucnv_getInvalidChars(d->converter, bytes, &n, &code);
	return U_SUCCESS(code) && n > 0 &&
	       put_replacement(d, (const unsigned char *)bytes, (size_t)n);
}

/* No character goes on behind the last byte: let go of what waits for more. */
static bool end_conversion(struct decoder *d)
{
	UChar high = d->high;

	d->high = 0;
	ucnv_reset(d->converter);
	return !high || put_lone_surrogate(d, high);
}

/* Decode `n` bytes. The converter stops at what it refuses, so that the place is
 * known; it may hold bytes to look at again, hence the call after each stop. */
static bool convert_bytes(struct decoder *d, const unsigned char *bytes, size_t n, bool last)
{
	const char *source = (const char *)bytes, *end = source + n;
	UErrorCode code;

	do {
		UChar *target = d->pivot;
		code = U_ZERO_ERROR;
		ucnv_toUnicode(d->converter, &target, d->pivot + PIVOT_UNITS, &source, end, NULL,
		               last, &code);
		if (!put_units(d, d->pivot, (size_t)(target - d->pivot)))
			return false;
		if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR && !put_refused(d))
			return false;
	} while (U_FAILURE(code));
	return !last || end_conversion(d);
}

static bool fill_from_converter(struct decoder *d)
{
	size_t rest = d->size - d->source_at;
	size_t n = rest < FILL_BYTES ? rest : FILL_BYTES;
	const unsigned char *from = d->data + d->source_at;

	d->source_at += n;
	return convert_bytes(d, from, n, n == rest);
}

/* ---- Line by line -------------------------------------------------------- */

/* Behind the first \n or \r at or after `from`; `n` if there is none. */
static size_t line_end(const unsigned char *p, size_t from, size_t n)
{
	while (from < n && p[from] != '\n' && p[from] != '\r')
		from++;
	return from < n ? from + 1 : n;
}

/* UTF-8 with damage: what is well-formed is kept, all else replaced. */
static bool put_damaged(struct decoder *d, const unsigned char *p, size_t n)
{
	unsigned bad;

	for (size_t i = 0; i < n;) {
		size_t good = pifu_utf8_prefix(p + i, n - i);
		if (!put_bytes(d, p + i, good))
			return false;
		i += good;
		if (i == n)
			break;
		pifu_utf8_sequence(p + i, n - i, &bad);
		if (!put_replacement(d, p + i, bad))
			return false;
		i += bad;
	}
	return true;
}

/* Decode a run of lines of one verdict. A passage in another encoding than the
 * document's is told once; lines of ASCII do not end it. */
static bool put_run(struct decoder *d, const unsigned char *p, size_t n, enum line_encoding verdict)
{
	enum line_encoding usual = d->mostly_gb ? ENCODED_GB18030 : ENCODED_UTF8;

	if (!n)
		return true;
	if (verdict == ENCODED_BROKEN)
		return put_damaged(d, p, n);
	if (verdict != ENCODED_ASCII && verdict != d->passage) {
		if (verdict != usual)
			tell_finding(d, PIFU_FINDING_MIXED_ENCODING,
			             d->mostly_gb ? STR("UTF-8") : STR("GB18030"));
		d->passage = verdict;
	}
	return verdict == ENCODED_GB18030 ? convert_bytes(d, p, n, true) : put_bytes(d, p, n);
}

static enum line_encoding judge_line(const struct decoder *d, const unsigned char *p, size_t n)
{
	if (d->mend)
		return pifu_encoding_of_line(p, n, d->mostly_gb);
	return pifu_utf8_prefix(p, n) == n ? ENCODED_UTF8 : ENCODED_BROKEN;
}

static bool fill_by_line(struct decoder *d)
{
	const unsigned char *p = d->data + d->source_at;
	size_t rest = d->size - d->source_at;
	size_t n = rest <= FILL_BYTES ? rest : line_end(p, FILL_BYTES - 1, rest);
	size_t run = 0;
	enum line_encoding before = ENCODED_ASCII;

	d->source_at += n;
	if (!d->mostly_gb && pifu_utf8_prefix(p, n) == n)
		return put_run(d, p, n, ENCODED_UTF8);
	for (size_t i = 0; i < n;) {
		size_t end = line_end(p, i, n);
		enum line_encoding verdict = judge_line(d, p + i, end - i);
		if (verdict != before) {
			if (!put_run(d, p + run, i - run, before))
				return false;
			run = i;
			before = verdict;
		}
		i = end;
	}
	return put_run(d, p + run, n - run, before);
}

/* ---- Opening ------------------------------------------------------------- */

static pifu_status open_converter(struct decoder *d, const char *name, pifu_error *err)
{
	UErrorCode code = U_ZERO_ERROR;

	if (!*name)
		return pifu_error_set(err, PIFU_ERR_ENCODING, "the name of the encoding is empty");
	d->converter = ucnv_open(name, &code);
	if (code == U_MEMORY_ALLOCATION_ERROR)
		return pifu_error_nomem(err);
	if (U_SUCCESS(code))
		ucnv_setToUCallBack(d->converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
	if (U_FAILURE(code))
		return pifu_error_set(err, PIFU_ERR_ENCODING,
		                      "no encoding '%s' is known; common ones are UTF-8, GB18030, "
		                      "UTF-16LE, UTF-16BE and Big5",
		                      name);
	return PIFU_OK;
}

static void name_encoding(struct decoder *d, const char *name)
{
	UErrorCode code = U_ZERO_ERROR;
	const char *own = d->converter ? ucnv_getName(d->converter, &code) : name;

	if (U_FAILURE(code) || !own)
		own = name;
	snprintf(d->encoding, sizeof d->encoding, "%s", own);
}

/* Encoding as the caller said: no line is judged. */
static pifu_status choose_named(struct decoder *d, const char *name, pifu_error *err)
{
	const char *marked = NULL;
	pifu_status status = open_converter(d, name, err);

	if (status != PIFU_OK)
		return status;
	name_encoding(d, name);
	d->fill = fill_from_converter;
	if (ucnv_getType(d->converter) != UCNV_UTF8)
		return PIFU_OK;
	size_t mark = pifu_encoding_mark(d->data, d->size, &marked);
	d->source_at = mark && strcmp(marked, "UTF-8") == 0 ? mark : 0;
	size_t rest = d->size - d->source_at;
	d->fill = pifu_utf8_prefix(d->data + d->source_at, rest) == rest ? NULL : fill_by_line;
	return PIFU_OK;
}

static pifu_status choose_by_content(struct decoder *d, pifu_error *err)
{
	struct encoding guess = pifu_encoding_guess(d->data, d->size);
	bool utf8 = strcmp(guess.name, "UTF-8") == 0;

	d->source_at = guess.mark;
	name_encoding(d, guess.name);
	if (guess.whole)
		return PIFU_OK;
	d->mend = true;
	d->mostly_gb = strcmp(guess.name, "GB18030") == 0;
	d->passage = d->mostly_gb ? ENCODED_GB18030 : ENCODED_UTF8;
	d->fill = utf8 || d->mostly_gb ? fill_by_line : fill_from_converter;
	return open_converter(d, utf8 ? "GB18030" : guess.name, err);
}

struct decoder *pifu_decoder_open(const struct decode_source *source, pifu_error *err)
{
	struct decoder *d = pifu_mem_alloc(source->allocator, sizeof *d);

	if (!d) {
		pifu_error_nomem(err);
		return NULL;
	}
	memset(d, 0, sizeof *d);
	d->data = source->data ? source->data : (const unsigned char *)"";
	d->size = source->data ? source->size : 0;
	d->allocator = source->allocator;
	d->findings = source->findings;
	d->line = d->column = 1;
	pifu_status status = source->encoding ? choose_named(d, source->encoding, err)
	                                      : choose_by_content(d, err);
	if (status == PIFU_OK)
		return d;
	pifu_decoder_free(d);
	return NULL;
}

void pifu_decoder_free(struct decoder *d)
{
	if (!d)
		return;
	if (d->converter)
		ucnv_close(d->converter);
	pifu_mem_free(d->allocator, d->text);
	pifu_mem_free(d->allocator, d);
}

const char *pifu_decoder_encoding(const struct decoder *d)
{
	return d->encoding;
}

/* ---- Reading ------------------------------------------------------------- */

/* Where a run of `want` bytes or more ends: behind a line end at or after
 * `from`. `whole`: nothing follows p[0..n). 0: not to be told yet. */
static size_t run_end(const unsigned char *p, size_t from, size_t n, bool whole)
{
	size_t end = from < n ? line_end(p, from, n) : n;

	if (end == n)
		return whole || (n > from && p[n - 1] == '\n') ? n : 0;
	if (p[end - 1] == '\r' && p[end] == '\n')
		end++;
	return end;
}

static pifu_status give_run(const char *text, size_t n, struct str *out, pifu_error *err)
{
	if (n > UINT32_MAX)
		return pifu_error_set(err, PIFU_ERR_LIMIT, "a line is longer than 4 GiB");
	*out = (struct str){text, (uint32_t)n};
	return PIFU_OK;
}

static pifu_status read_direct(struct decoder *d, size_t want, struct str *text, pifu_error *err)
{
	const unsigned char *p = d->data + d->source_at;
	size_t rest = d->size - d->source_at;
	size_t n = want < rest ? run_end(p, want ? want - 1 : 0, rest, true) : rest;

	d->source_at += n;
	return give_run((const char *)p, n, text, err);
}

/* The window begins with what was given back or decoded ahead. */
static void slide_window(struct decoder *d)
{
	if (d->at && d->n > d->at)
		memmove(d->text, d->text + d->at, d->n - d->at);
	d->n -= d->at;
	d->at = 0;
}

static pifu_status read_window(struct decoder *d, size_t want, struct str *text, pifu_error *err)
{
	size_t from = want ? want - 1 : 0, end = 0;

	slide_window(d);
	for (;;) {
		bool whole = d->source_at == d->size;
		if (whole || d->n > from)
			end = run_end((const unsigned char *)d->text, from, d->n, whole);
		if (end || whole)
			break;
		/* No line end up to here, except a \r that may be half of one. */
		if (d->n > from + 1)
			from = d->n - 1;
		if (!d->fill(d))
			return pifu_error_nomem(err);
	}
	d->at = end;
	return give_run(d->text ? d->text : "", end, text, err);
}

pifu_status pifu_decoder_read(struct decoder *d, size_t want, struct str *text, pifu_error *err)
{
	return d->fill ? read_window(d, want, text, err) : read_direct(d, want, text, err);
}

void pifu_decoder_back(struct decoder *d, size_t n)
{
	if (d->fill)
		d->at -= n <= d->at ? n : d->at;
	else
		d->source_at -= n <= d->source_at ? n : d->source_at;
}

bool pifu_decoder_ended(const struct decoder *d)
{
	return d->source_at == d->size && (!d->fill || d->at == d->n);
}
