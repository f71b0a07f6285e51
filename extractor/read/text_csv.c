/* Records of CSV (RFC 4180), as spreadsheets and scripts export tables.
 *
 *     产出指标,数量指标,"巡河次数,含夜间",≥36次      4 cells
 *     ,,"新建""样板""河段",3段                     the first two are empty
 *
 * Commas part cells only in such a file: in any other text they are text. What
 * decides is that nearly all records hold the same number of them, those of a
 * title and head fields in front of the table aside, or those that hold none (titles
 * and notes) up to a third.
 *
 * Limits: a record in quotes that a block of the reader cuts is read as two. */
#include "base/limits.h"
#include "read/read.h"
#include "read/text_line.h"

enum {
	SNIFF_BYTES = 64 * 1024,
	SNIFF_RECORDS = 200,
	RECORDS_LEAST = 3,
	COMMAS_LEAST = 2,
	COMMAS_MOST = 63,
	HEAD_MOST = 16, /* records of a title and head fields, which need not be padded */
	WIDE_BYTES = 8 * 1024,
};

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r' || c == '\f';
}

struct text_line pifu_line_record(const char *s, const char *stop)
{
	bool quoted = false;
	const char *p = s;
	for (; p < stop; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (!quoted && is_line_end(*p))
			break;
	}
	if (p == stop && quoted) /* a quote that nothing closes is text */
		return pifu_line_find(s, stop);
	struct text_line line = {.s = s, .end = p, .next = p};
	if (p < stop)
		line.next = p + 1 + (*p == '\r' && p + 1 < stop && p[1] == '\n');
	return line;
}

/* ---- Is it CSV? ---------------------------------------------------------------- */

static unsigned count_commas(const struct text_line *line)
{
	unsigned n = 0;
	bool quoted = false;
	for (const char *p = line->s; p < line->end; p++) {
		quoted ^= *p == '"';
		n += *p == ',' && !quoted;
	}
	return n < COMMAS_MOST ? n : COMMAS_MOST;
}

static bool is_blank(const struct text_line *line)
{
	return pifu_str_trim((struct str){line->s, (uint32_t)(line->end - line->s)}).n == 0;
}

/* Commas of the first records -> commas; their number. */
static unsigned count_records(const char *s, size_t size, uint8_t *commas)
{
	unsigned records = 0;
	const char *stop = s + (size < SNIFF_BYTES ? size : SNIFF_BYTES);
	while (s < stop && records < SNIFF_RECORDS) {
		struct text_line line = pifu_line_record(s, stop);
		if (line.next == stop && size > SNIFF_BYTES)
			break; /* cut by the end of the look */
		s = line.next > s ? line.next : s + 1;
		if (!is_blank(&line))
			commas[records++] = (uint8_t)count_commas(&line);
	}
	return records;
}

static bool is_csv(const unsigned char *data, size_t size)
{
	uint8_t commas[SNIFF_RECORDS];
	unsigned by_commas[COMMAS_MOST + 1] = {0}, usual = COMMAS_LEAST, head = 0;
	unsigned records = count_records((const char *)data, size, commas);
	for (unsigned i = 0; i < records; i++)
		by_commas[commas[i]]++;
	for (unsigned i = COMMAS_LEAST; i < COMMAS_MOST; i++)
		if (by_commas[i] > by_commas[usual])
			usual = i;
	while (head < records && head < HEAD_MOST && commas[head] < usual)
		head++;
	unsigned plain = by_commas[0] < records / 3 ? by_commas[0] : records / 3;
	unsigned aside = head > plain ? head : plain;
	return by_commas[usual] >= RECORDS_LEAST && by_commas[usual] * 10 >= (records - aside) * 9;
}

/* What UTF-16 with a mark says, a byte a unit -> out[WIDE_BYTES]: how many; 0: it is none. */
static size_t narrow(const unsigned char *data, size_t size, unsigned char *out)
{
	bool little = size > 2 && data[0] == 0xFF && data[1] == 0xFE,
	     big = size > 2 && data[0] == 0xFE && data[1] == 0xFF;
	size_t n = 0;
	for (size_t i = 2; (little || big) && i + 1 < size && n < WIDE_BYTES; i += 2) {
		unsigned char low = data[little ? i : i + 1], high = data[little ? i + 1 : i];
		out[n++] = high == 0 && low < 0x80 ? low : 'x';
	}
	return n;
}

bool pifu_line_is_csv(const unsigned char *data, size_t size)
{
	unsigned char wide[WIDE_BYTES];
	size_t units = narrow(data, size, wide);
	return units ? is_csv(wide, units) : is_csv(data, size);
}

/* ---- Cells ----------------------------------------------------------------------- */

/* The text between quotes, a doubled quote made one; .s NULL: out of memory. */
static struct str unquote(struct arena *a, struct str raw)
{
	if (raw.n == 0 || !memchr(raw.s, '"', raw.n))
		return raw;
	char *out = pifu_arena_alloc(a, raw.n);
	uint32_t n = 0;
	for (uint32_t i = 0; out && i < raw.n; i++) {
		out[n++] = raw.s[i];
		i += raw.s[i] == '"' && i + 1 < raw.n && raw.s[i + 1] == '"';
	}
	return (struct str){out, n};
}

/* Where the cell that begins at `s` ends: at a comma outside quotes, or at `end`. */
static const char *find_comma(const char *s, const char *end)
{
	bool quoted = false;
	for (; s < end; s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (*s == ',' && !quoted)
			return s;
	}
	return end;
}

static bool add_cell(struct arena *a, struct grid *g, uint32_t col, const char *s, const char *end)
{
	struct str raw = pifu_str_trim((struct str){s, (uint32_t)(end - s)});
	if (raw.n >= 2 && raw.s[0] == '"' && raw.s[raw.n - 1] == '"') {
		raw = unquote(a, pifu_str_sub(raw, 1, raw.n - 1));
		if (!raw.s)
			return false;
		raw = pifu_str_trim(raw);
	}
	return raw.n == 0 || pifu_grid_add_cell(a, g, col, raw);
}

bool pifu_line_cut_record(struct arena *a, struct grid *g, const struct text_line *line)
{
	const char *s = line->s;
	uint32_t col = 0;
	for (; col < PIFU_LIMIT_COLUMNS - 1; col++) {
		const char *comma = find_comma(s, line->end);
		if (comma == line->end)
			break;
		if (!add_cell(a, g, col, s, comma))
			return false;
		s = comma + 1;
	}
	g->rows[g->nrows - 1].width = col + 1;
	return add_cell(a, g, col, s, line->end);
}
