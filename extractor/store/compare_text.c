/* Names folded, and how alike two of them are (compare.h).
 *
 *     1.  2024年度 参加警卫（安保）人次  ->  参加警卫安保人次
 *
 * Folding is NFKC with case folding (ICU); then the number in a list and the year of
 * the form's own go, then all that is no letter, digit, mark or share sign.
 *
 * Likeness is the mean of two measures, each from 0 to 1:
 *
 *   - Dice's coefficient over pairs of neighbours, where both ends of the text count as a
 *     character: it asks whether the same words stand there, and the end of a Chinese
 *     compound, its head (…率, …人次), counts once more than its middle;
 *   - twice the longest common subsequence over both lengths: it forgives what was
 *     inserted or left out, wherever that is, but not another order. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { TEXT_MAX = 1000, SUBSEQUENCE_MAX = 200, EDGE = 1 };

/* ---- Memory --------------------------------------------------------------------- */

enum { BLOCK = 1 << 16, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used, size;
};

struct compare_pool {
	struct block *blocks;
};

struct compare_pool *compare_pool_new(void)
{
	return calloc(1, sizeof(struct compare_pool));
}

void compare_pool_free(struct compare_pool *pool)
{
	for (struct block *b = pool ? pool->blocks : NULL, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(pool);
}

static struct block *add_block(struct compare_pool *pool, size_t least)
{
	size_t head = (sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN;
	size_t size = head + (least > BLOCK ? least : BLOCK);
	struct block *b = calloc(1, size);

	if (!b)
		return NULL;
	*b = (struct block){pool->blocks, head, size};
	pool->blocks = b;
	return b;
}

void *compare_pool_take(struct compare_pool *pool, size_t n, size_t size)
{
	if (size && n > (SIZE_MAX / 2) / size)
		return NULL;
	size_t need = (n * size + ALIGN - 1) / ALIGN * ALIGN;
	struct block *b = pool->blocks;

	if (!b || b->size - b->used < need)
		b = add_block(pool, need);
	if (!b)
		return NULL;
	void *taken = (char *)b + b->used;
	b->used += need;
	return taken;
}

/* ---- Folding ---------------------------------------------------------------------- */

static bool is_kept(UChar c)
{
	return U16_IS_SURROGATE(c) || u_isalnum(c) || c == '%' || c == 0x2030;
}

/* `1.`, `(2)`, `指标3:` in front of a name: the number in a list, where a mark ends it. */
static int32_t skip_number(const UChar *s, int32_t n)
{
	static const UChar indicator[] = {0x6307, 0x6807}; /* 指标 */
	int32_t at = 0;

	if (n > 2 && u_memcmp(s, indicator, 2) == 0)
		at = 2;
	bool bracket = at < n && s[at] == '(';
	at += bracket;
	int32_t digits = at;
	while (at < n && at - digits < 3 && u_isdigit(s[at]))
		at++;
	if (at == digits || at - digits > 2 || at >= n)
		return 0;
	if (bracket)
		return s[at] == ')' ? at + 1 : 0;
	bool point = s[at] == '.' && at + 1 < n && !u_isdigit(s[at + 1]);
	return point || s[at] == ':' || s[at] == 0x3001 ? at + 1 : 0; /* 、 */
}

/* `2024年` or `2024年度` in a form of 2024. */
static int32_t skip_year(const UChar *s, int32_t n, const char *year)
{
	int32_t at = 0;

	while (year[at] && at < n && s[at] == (UChar)year[at])
		at++;
	if (at == 0 || year[at] || at >= n || s[at] != 0x5E74) /* 年 */
		return 0;
	at++;
	return at < n && s[at] == 0x5EA6 ? at + 1 : at; /* 度 */
}

static uint32_t drop_rest(UChar *s, int32_t n, const char *year)
{
	uint32_t kept = 0;

	for (int32_t at = skip_number(s, n); at < n;) {
		int32_t skipped = year ? skip_year(s + at, n - at, year) : 0;

		if (skipped) {
			at += skipped;
			continue;
		}
		if (is_kept(s[at]))
			s[kept++] = s[at];
		at++;
	}
	return kept;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool build_pairs(struct compare_pool *pool, struct compare_text *text)
{
	uint32_t *pairs = compare_pool_take(pool, text->n + 1, sizeof *pairs);
	uint32_t before = EDGE;

	if (!pairs)
		return false;
	for (uint32_t i = 0; i < text->n; i++) {
		pairs[i] = before << 16 | text->c[i];
		before = text->c[i];
	}
	pairs[text->n] = before << 16 | EDGE;
	qsort(pairs, text->n + 1, sizeof *pairs, compare_numbers);
	text->pairs = pairs;
	return true;
}

bool compare_text_fold(struct compare_pool *pool, const char *text, const char *year,
                       struct compare_text *out)
{
	UChar raw[TEXT_MAX], folded[2 * TEXT_MAX];
	UErrorCode error = U_ZERO_ERROR;
	int32_t n = 0;

	*out = (struct compare_text){0};
	size_t bytes = text ? strlen(text) : 0;
	u_strFromUTF8WithSub(raw, TEXT_MAX, &n, text ? text : "",
	                     (int32_t)(bytes < TEXT_MAX ? bytes : TEXT_MAX), 0xFFFD, NULL, &error);
	const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&error);
	n = unorm2_normalize(fold, raw, n, folded, 2 * TEXT_MAX, &error);
	if (U_FAILURE(error))
		n = 0;
	out->n = drop_rest(folded, n, year);
	uint16_t *c = compare_pool_take(pool, out->n, sizeof *c);
	if (!c)
		return false;
	memcpy(c, folded, out->n * sizeof *c);
	out->c = c;
	return build_pairs(pool, out);
}

/* ---- Likeness ------------------------------------------------------------------------ */

bool compare_text_same(const struct compare_text *a, const struct compare_text *b)
{
	return a->n == b->n && memcmp(a->c, b->c, a->n * sizeof *a->c) == 0;
}

double compare_text_dice(const struct compare_text *a, const struct compare_text *b)
{
	uint32_t i = 0, k = 0, shared = 0;

	if (a->n == 0 || b->n == 0)
		return a->n == b->n;
	while (i <= a->n && k <= b->n) {
		if (a->pairs[i] == b->pairs[k])
			shared++, i++, k++;
		else if (a->pairs[i] < b->pairs[k])
			i++;
		else
			k++;
	}
	return 2.0 * shared / (a->n + b->n + 2);
}

static uint32_t longest_subsequence(const struct compare_text *a, const struct compare_text *b)
{
	uint32_t row[SUBSEQUENCE_MAX + 1] = {0};
	uint32_t na = a->n < SUBSEQUENCE_MAX ? a->n : SUBSEQUENCE_MAX;
	uint32_t nb = b->n < SUBSEQUENCE_MAX ? b->n : SUBSEQUENCE_MAX;

	for (uint32_t i = 0; i < na; i++) {
		uint32_t corner = 0;

		for (uint32_t k = 1; k <= nb; k++) {
			uint32_t above = row[k];

			if (a->c[i] == b->c[k - 1])
				row[k] = corner + 1;
			else if (row[k - 1] > above)
				row[k] = row[k - 1];
			corner = above;
		}
	}
	return row[nb];
}

double compare_text_similarity(const struct compare_text *a, const struct compare_text *b)
{
	if (compare_text_same(a, b))
		return 1;
	if (a->n == 0 || b->n == 0)
		return 0;
	uint32_t na = a->n < SUBSEQUENCE_MAX ? a->n : SUBSEQUENCE_MAX;
	uint32_t nb = b->n < SUBSEQUENCE_MAX ? b->n : SUBSEQUENCE_MAX;
	double kept = 2.0 * longest_subsequence(a, b) / (na + nb);

	/* texts that differ only in what is beyond the cut are not the same */
	double mean = (kept + compare_text_dice(a, b)) / 2;
	return mean < 0.999 ? mean : 0.999;
}

static int compare_units(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static uint32_t sort_characters(const struct compare_text *text, uint16_t *out)
{
	uint32_t n = text->n < SUBSEQUENCE_MAX ? text->n : SUBSEQUENCE_MAX;

	if (n == 0)
		return 0;
	memcpy(out, text->c, n * sizeof *out);
	qsort(out, n, sizeof *out, compare_units);
	return n;
}

uint32_t compare_text_replaced(const struct compare_text *a, const struct compare_text *b)
{
	uint16_t x[SUBSEQUENCE_MAX], y[SUBSEQUENCE_MAX];
	uint32_t nx = sort_characters(a, x), ny = sort_characters(b, y);
	uint32_t i = 0, k = 0, shared = 0;

	while (i < nx && k < ny) {
		if (x[i] == y[k])
			shared++, i++, k++;
		else if (x[i] < y[k])
			i++;
		else
			k++;
	}
	return (nx < ny ? nx : ny) - shared;
}
