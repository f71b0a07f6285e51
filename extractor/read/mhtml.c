/* MHTML: a web page and its pictures as one mail message, as browsers, Word,
 * Excel and WPS save them (.mht, .mhtml, and often .doc or .xls).
 *
 *   MIME-Version: 1.0
 *   Content-Type: multipart/related; boundary="b"
 *
 *   --b                                     every text/html part is a page;
 *   Content-Type: text/html; charset=gbk    a multipart part is looked into
 *   Content-Transfer-Encoding: base64
 *
 *   PHRhYmxlPg==…
 *   --b--
 *
 * Bodies are quoted-printable, base64 or plain. The charset is found as for any
 * page, by its bytes. */
#include "base/error.h"
#include "base/limits.h"
#include "read/html.h"
#include "read/html_pieces.h"

#include <stdio.h>
#include <strings.h>

struct mime_page {
	struct buf body; /* decoded */
	struct html_text_source source;
};

struct reader {
	const struct format *format;
	const pifu_allocator *allocator;
	struct arena *arena; /* of paths */
	struct html_pieces pieces;
	struct mime_page *pages;
	uint32_t npages, pages_cap;
};

/* A message or a part of one: its headers end at `body`. */
struct mime_part {
	struct str head, body;
};

/* ---- Headers ------------------------------------------------------------------- */

static struct mime_part split_part(struct str s)
{
	uint32_t at = 0;

	while (at < s.n) {
		const char *feed = memchr(s.s + at, '\n', s.n - at);
		uint32_t end = feed ? (uint32_t)(feed - s.s) : s.n;
		uint32_t text = end > at && s.s[end - 1] == '\r' ? end - 1 : end;
		uint32_t next = feed ? end + 1 : s.n;
		if (text == at)
			return (struct mime_part){pifu_str_sub(s, 0, at),
			                          pifu_str_sub(s, next, s.n)};
		at = next;
	}
	return (struct mime_part){s, pifu_str_sub(s, s.n, s.n)};
}

static bool starts_with(struct str s, const char *word)
{
	size_t n = strlen(word);
	return s.n >= n && strncasecmp(s.s, word, n) == 0;
}

/* The value of a header, its folded lines included; .n 0: there is none. */
static struct str header_value(struct str head, const char *name)
{
	size_t n = strlen(name);

	for (uint32_t at = 0; at < head.n;) {
		uint32_t end = at;
		do { /* a line that begins with a blank goes on with the one before */
			const char *feed = memchr(head.s + end, '\n', head.n - end);
			end = feed ? (uint32_t)(feed - head.s) + 1 : head.n;
		} while (end < head.n && (head.s[end] == ' ' || head.s[end] == '\t'));
		struct str line = pifu_str_sub(head, at, end);
		if (line.n > n && starts_with(line, name) && line.s[n] == ':')
			return pifu_str_trim(pifu_str_sub(line, (uint32_t)n + 1, line.n));
		at = end;
	}
	return STR("");
}

/* A parameter of a header: boundary="b" or boundary=b. */
static struct str parameter(struct str value, const char *name)
{
	size_t n = strlen(name);

	for (uint32_t at = 0; at + n < value.n; at++) {
		struct str rest = pifu_str_sub(value, at, value.n);
		if (!starts_with(rest, name) || rest.s[n] != '=')
			continue;
		rest = pifu_str_sub(rest, (uint32_t)n + 1, rest.n);
		bool quoted = rest.n && rest.s[0] == '"';
		rest = pifu_str_sub(rest, quoted, rest.n);
		uint32_t end = 0;
		while (end < rest.n &&
		       (quoted ? rest.s[end] != '"' : rest.s[end] > ' ' && rest.s[end] != ';'))
			end++;
		return pifu_str_sub(rest, 0, end);
	}
	return STR("");
}

/* ---- Bodies ---------------------------------------------------------------------- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of the soft line break at `at` ("=" and a line end), 0: there is none. */
static uint32_t soft_break(struct str s, uint32_t at)
{
	uint32_t end = at + 1;

	while (end < s.n && (s.s[end] == ' ' || s.s[end] == '\t' || s.s[end] == '\r'))
		end++;
	return end < s.n && s.s[end] == '\n' ? end + 1 - at : end == s.n ? end - at : 0;
}

static void decode_quoted(struct buf *out, struct str s)
{
	for (uint32_t at = 0; at < s.n;) {
		const char *sign = memchr(s.s + at, '=', s.n - at);
		uint32_t end = sign ? (uint32_t)(sign - s.s) : s.n;
		pifu_buf_put(out, s.s + at, end - at);
		at = end;
		if (at == s.n)
			break;
		int high = at + 2 < s.n ? hex_value(s.s[at + 1]) : -1,
		    low = at + 2 < s.n ? hex_value(s.s[at + 2]) : -1;
		uint32_t soft = soft_break(s, at);
		if (high >= 0 && low >= 0)
			pifu_buf_char(out, (char)(high << 4 | low));
		else if (!soft)
			pifu_buf_char(out, '=');
		at += high >= 0 && low >= 0 ? 3 : soft ? soft : 1;
	}
}

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;
	return found ? (int)(found - digits) : -1;
}

static void decode_base64(struct buf *out, struct str s)
{
	uint32_t bits = 0;
	int n = 0;

	for (uint32_t i = 0; i < s.n; i++) {
		int value = base64_value(s.s[i]);
		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		n += 6;
		if (n >= 8)
			pifu_buf_char(out, (char)(bits >> (n -= 8) & 0xFF));
	}
}

/* ---- Parts ------------------------------------------------------------------------- */

static pifu_status add_page(struct reader *r, const struct mime_part *part,
                            const pifu_options *options, struct findings *findings, pifu_error *err)
{
	struct mime_page *pages = pifu_html_grow(&r->pieces.build, r->pages, &r->pages_cap,
	                                         r->npages + 1, sizeof *pages);
	if (!pages)
		return pifu_error_nomem(err);
	r->pages = pages;
	struct mime_page *page = &pages[r->npages++];
	*page = (struct mime_page){.body.allocator = r->allocator};
	struct str encoding = header_value(part->head, "Content-Transfer-Encoding");
	if (starts_with(encoding, "quoted-printable"))
		decode_quoted(&page->body, part->body);
	else if (starts_with(encoding, "base64"))
		decode_base64(&page->body, part->body);
	else
		pifu_buf_str(&page->body, part->body);
	if (page->body.failed)
		return pifu_error_nomem(err);
	struct input in = {"", (const unsigned char *)(page->body.s ? page->body.s : ""),
	                   page->body.n};
	pifu_status st = pifu_html_text_load(&page->source, &in, options, findings, err);
	char path[32];
	int n = snprintf(path, sizeof path, "part[%u]", r->npages);
	struct html_piece piece = {.text = page->source.text, .line = 1};
	piece.path = pifu_arena_str(r->arena, (struct str){path, (uint32_t)n});
	if (st == PIFU_OK && !piece.path.s)
		st = pifu_error_nomem(err);
	return st == PIFU_OK ? pifu_html_pieces_add(&r->pieces, piece, err) : st;
}

/* Where the next line "--boundary" begins at or after `at`; s.n: nowhere. */
static uint32_t find_boundary(struct str s, uint32_t at, struct str boundary)
{
	for (;; at++) {
		int64_t found = pifu_str_find(pifu_str_sub(s, at, s.n), boundary);
		if (found < 0)
			return s.n;
		at += (uint32_t)found;
		bool marked = at >= 2 && s.s[at - 1] == '-' && s.s[at - 2] == '-';
		if (marked && (at == 2 || s.s[at - 3] == '\n'))
			return at - 2;
	}
}

/* Cut a multipart body and put its parts on the stack, the first one on top. */
static pifu_status push_parts(struct reader *r, struct str body, struct str boundary,
                              struct str **stack, uint32_t *n, uint32_t *cap, pifu_error *err)
{
	uint32_t bottom = *n, at = find_boundary(body, 0, boundary);

	while (at < body.n) {
		uint32_t from = at + 2 + boundary.n;
		if (from + 1 < body.n && body.s[from] == '-' && body.s[from + 1] == '-')
			break;
		const char *feed =
			from < body.n ? memchr(body.s + from, '\n', body.n - from) : NULL;
		from = feed ? (uint32_t)(feed - body.s) + 1 : body.n;
		at = find_boundary(body, from, boundary);
		struct str *grown =
			pifu_html_grow(&r->pieces.build, *stack, cap, *n + 1, sizeof *grown);
		if (!grown)
			return pifu_error_nomem(err);
		*stack = grown;
		grown[(*n)++] = pifu_str_sub(body, from, at);
	}
	for (uint32_t low = bottom, high = *n; low + 1 < high; low++) { /* turn them round */
		struct str swap = (*stack)[low];
		(*stack)[low] = (*stack)[--high];
		(*stack)[high] = swap;
	}
	return PIFU_OK;
}

static pifu_status read_parts(struct reader *r, struct str message, const pifu_options *options,
                              struct findings *findings, pifu_error *err)
{
	uint32_t n = 1, cap = 0, looked = 0, nested = 0;
	struct str *stack = pifu_html_grow(&r->pieces.build, NULL, &cap, 1, sizeof *stack);
	pifu_status st = PIFU_OK;

	if (!stack)
		return pifu_error_nomem(err);
	stack[0] = message;
	while (st == PIFU_OK && n) {
		struct mime_part part = split_part(stack[--n]);
		struct str type = header_value(part.head, "Content-Type");
		struct str boundary = parameter(type, "boundary");
		bool inner = starts_with(type, "multipart/") && boundary.n;
		nested += inner;
		if (++looked > pifu_limit(options, LIMIT_MIME_PARTS) ||
		    nested > pifu_limit(options, LIMIT_MIME_NESTED))
			st = pifu_error_set(err, PIFU_ERR_LIMIT,
			                    "the MHTML archive has too many parts (limits "
			                    "mime-parts, mime-nested)");
		else if (inner)
			st = push_parts(r, part.body, boundary, &stack, &n, &cap, err);
		else if (starts_with(type, "text/html"))
			st = add_page(r, &part, options, findings, err);
	}
	pifu_mem_free(r->allocator, stack);
	if (st == PIFU_OK && r->npages == 0)
		st = pifu_error_set(err, PIFU_ERR_DAMAGED, "the MHTML archive holds no HTML part");
	return st;
}

/* ---- The format ---------------------------------------------------------------------- */

static struct str input_text(const struct input *in, size_t most)
{
	size_t n = in->size < most ? in->size : most;
	return (struct str){(const char *)in->data, (uint32_t)n};
}

static int score_mhtml(const struct input *in)
{
	struct mime_part part = split_part(input_text(in, 8192));
	struct str type = header_value(part.head, "Content-Type");

	if (header_value(part.head, "MIME-Version").n == 0)
		return 0;
	return starts_with(type, "multipart/") || starts_with(type, "text/html") ? 90 : 0;
}

static void close_mhtml(struct reader *r)
{
	pifu_html_pieces_free(&r->pieces);
	for (uint32_t i = 0; i < r->npages; i++) {
		pifu_html_text_release(&r->pages[i].source);
		pifu_buf_free(&r->pages[i].body);
	}
	pifu_mem_free(r->allocator, r->pages);
	pifu_arena_free(r->arena);
	pifu_mem_free(r->allocator, r);
}

static struct reader *open_mhtml(const struct input *in, const pifu_options *options,
                                 struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct reader *r = pifu_mem_alloc(allocator, sizeof *r);

	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	*r = (struct reader){.format = &pifu_format_mhtml, .allocator = allocator};
	r->arena = pifu_arena_new(allocator);
	pifu_status st = pifu_html_pieces_init(&r->pieces, options, findings, err);
	if (st == PIFU_OK && !r->arena)
		st = pifu_error_nomem(err);
	if (st == PIFU_OK)
		st = read_parts(r, input_text(in, UINT32_MAX), options, findings, err);
	if (st == PIFU_OK)
		return r;
	close_mhtml(r);
	return NULL;
}

static pifu_status next_mhtml(struct reader *r, struct arena *arena, size_t want, struct grid *grid,
                              bool *end, pifu_error *err)
{
	return pifu_html_pieces_next(&r->pieces, arena, want, grid, end, err);
}

static void rewind_mhtml(struct reader *r, const struct grid *grid, size_t row)
{
	pifu_html_pieces_rewind(&r->pieces, grid, row);
}

const struct format pifu_format_mhtml = {
	.name = "mhtml",
	.what = "web pages saved as one file (.mht, .mhtml)",
	.score = score_mhtml,
	.open = open_mhtml,
	.next = next_mhtml,
	.rewind = rewind_mhtml,
	.close = close_mhtml,
};
