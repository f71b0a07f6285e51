/* Fuzzy search: level labels within a few characters of a text.
 *
 * Three walls stand before the edit distance, each a lower bound of it:
 *   1. characters of the text that occur in no label at all: each costs one edit;
 *   2. lengths: each character too many or too few costs one;
 *   3. characters of the label (hashed to 64 bits) that the text lacks.
 * A name of ten characters falls at the first wall after two or three of them.
 * What is left gets a distance computed in a band of 2 max + 1 diagonals:
 *
 *          质 量 指 标          only cells near the diagonal can hold
 *        0 1 . . .              a distance of at most max; the rest
 *     质 1 0 1 . .              counts as too far
 *     指 . 1 1 1 .
 *     标 . . 2 2 1   -> 1 */
#include "grammar/lexicon_own.h"

static uint64_t sign_char(uint32_t c)
{
	return UINT64_C(1) << (hash_char(c) & 63);
}

static void decode_label(struct near_entry *ne, struct str key)
{
	for (uint32_t at = 0; at < key.n;) {
		uint32_t c = pifu_utf8_next(key, &at);
		ne->chars[ne->n++] = c;
		ne->sign |= sign_char(c);
	}
}

/* A misread text is compared with labels as they are usually written; what is
 * rare in itself (…目标, …等) is not read out of a misprint. */
enum { NEAR_PENALTY = 1 };

static bool is_searched(const struct meaning *m)
{
	return m->kind == MEANING_LABEL && m->penalty <= NEAR_PENALTY;
}

static size_t count_searched(const struct lexicon *lx)
{
	size_t n = 0;
	for (size_t i = 0; i < lx->count; i++)
		for (uint32_t k = 0; k < lx->entries[i].count; k++)
			n += is_searched(&lx->meanings[lx->entries[i].first + k]);
	return n;
}

static void add_near(struct lexicon *lx, struct str key, uint16_t label)
{
	struct near_entry *ne = &lx->near[lx->nnear++];
	ne->label = label;
	decode_label(ne, key);
	for (uint16_t i = 0; i < ne->n; i++)
		set_bloom(&lx->alphabet, hash_char(ne->chars[i]));
	if (key.n > lx->near_bytes)
		lx->near_bytes = key.n;
}

bool pifu_lexicon_seal_near(struct arena *a, struct lexicon *lx)
{
	lx->near = ARENA_ARRAY(a, struct near_entry, count_searched(lx));
	if (!lx->near)
		return false;
	for (size_t i = 0; i < lx->count; i++) {
		const struct entry *e = &lx->entries[i];
		if (!(e->kinds & MEANING_BIT(MEANING_LABEL)) ||
		    pifu_utf8_count(e->key) > NEAR_CHARS)
			continue; /* longer labels are found exactly or not at all */
		for (uint32_t k = 0; k < e->count; k++) {
			const struct meaning *m = &lx->meanings[e->first + k];
			if (is_searched(m))
				add_near(lx, e->key, m->id);
		}
	}
	return true;
}

/* The text searched for, decoded. */
struct query {
	uint32_t chars[2 * NEAR_CHARS];
	uint64_t sign;
	uint32_t n;
};

/* False as soon as more than `max` characters belong to no label. */
static bool read_query(const struct lexicon *lx, struct str key, unsigned max, struct query *q)
{
	unsigned strange = 0;
	q->n = 0;
	q->sign = 0;
	for (uint32_t at = 0; at < key.n;) {
		uint32_t c = pifu_utf8_next(key, &at);
		if (!in_bloom(&lx->alphabet, hash_char(c)) && ++strange > max)
			return false;
		if (q->n == 2 * NEAR_CHARS)
			return false;
		q->chars[q->n++] = c;
		q->sign |= sign_char(c);
	}
	return true;
}

static bool may_be_near(const struct near_entry *ne, const struct query *q, unsigned max)
{
	uint32_t longer = ne->n > q->n ? ne->n - q->n : q->n - ne->n;
	if (longer > max)
		return false;
	return (unsigned)__builtin_popcountll(ne->sign & ~q->sign) <= max;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Distance of the label to the text, or max + 1. */
static unsigned edit_distance(const struct near_entry *ne, const struct query *q, unsigned max)
{
	unsigned row[NEAR_CHARS + 1];
	const unsigned far = max + 1;
	for (unsigned j = 0; j <= ne->n; j++)
		row[j] = least(j, far);
	for (unsigned i = 1; i <= q->n; i++) {
		unsigned from = i > max ? i - max : 1;
		unsigned to = least(ne->n, i + max);
		unsigned corner = row[from - 1]; /* row i-1, column from-1 */
		unsigned best = row[from - 1] = from == 1 ? least(i, far) : far;
		for (unsigned j = from; j <= to; j++) {
			unsigned above = j < i + max ? row[j] : far;
			unsigned d = corner + (q->chars[i - 1] != ne->chars[j - 1]);
			d = least(d, least(above, row[j - 1]) + 1);
			corner = above;
			row[j] = least(d, far);
			best = least(best, row[j]);
		}
		if (best > max)
			return far;
	}
	return row[ne->n];
}

/* Keep the list sorted by distance and free of repetitions. */
static size_t insert_near(struct near_label *out, size_t n, size_t cap, struct near_label one)
{
	size_t old = 0;
	while (old < n && out[old].label != one.label)
		old++;
	if (old < n && out[old].distance <= one.distance)
		return n;
	size_t at = old < n ? old : n < cap ? n++ : cap;
	if (at == cap && (cap == 0 || out[cap - 1].distance <= one.distance))
		return n;
	if (at == cap)
		at = cap - 1;
	for (; at > 0 && out[at - 1].distance > one.distance; at--)
		out[at] = out[at - 1];
	out[at] = one;
	return n;
}

size_t pifu_lexicon_near(const struct lexicon *lx, struct str key, unsigned max,
                         struct near_label *out, size_t cap)
{
	/* A character takes at most four bytes. */
	if (key.n == 0 || key.n > lx->near_bytes + 4 * max)
		return 0;
	struct query q;
	if (!read_query(lx, key, max, &q))
		return 0;
	size_t n = 0;
	for (size_t i = 0; i < lx->nnear; i++) {
		const struct near_entry *ne = &lx->near[i];
		if (!may_be_near(ne, &q, max))
			continue;
		unsigned d = edit_distance(ne, &q, max);
		if (d <= max)
			n = insert_near(out, n, cap,
			                (struct near_label){ne->label, (uint16_t)d, ne->n});
	}
	return n;
}
