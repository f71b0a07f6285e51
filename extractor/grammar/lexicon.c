/* Closed vocabularies: a hash for whole texts, a sorted list for prefixes.
 *
 * While adding, each key has a chain of meanings. Sealing lays the meanings of
 * a key side by side, sorts the keys by their bytes and links each key to the
 * longest other key that it begins with:
 *
 *     成本        <--+
 *     成本指标    ---+ <--+        `longest("成本指标值10")`: the greatest key
 *     成本指标值  --------+        that is not behind the text, then along the
 *     数量                         links until one is a prefix of the text
 *
 * That key or one it begins with must be the answer: whatever is a prefix of
 * the text and sorts before it has all keys between itself and the text begin
 * with it, too.
 *
 * Most texts are no key. A set of bits over first bytes, last bytes and length
 * refuses them before anything is hashed in full. */
#include "grammar/lexicon_own.h"

#include "base/word.h"

#include <stdlib.h>

struct lexicon *pifu_lexicon_new(struct arena *a)
{
	return ARENA_NEW(a, struct lexicon);
}

static uint64_t hash_key(struct str key)
{
	uint64_t h = pifu_str_hash(key);
	return h ^ h >> 32;
}

/* Up to four bytes from either end, and the length. */
static uint32_t hash_ends(struct str key)
{
	uint32_t head = 0, tail;
	if (key.n >= sizeof head) {
		memcpy(&head, key.s, sizeof head);
		memcpy(&tail, key.s + key.n - sizeof tail, sizeof tail);
	} else {
		head = tail = (uint32_t)word_load_tail(key.s, key.n);
	}
	uint32_t h =
		(head * UINT32_C(2654435761)) ^ (tail * UINT32_C(0x85ebca6b)) ^ key.n * 0x9e37u;
	return h ^ h >> 15;
}

static uint32_t first_char(struct str text, uint32_t from)
{
	uint32_t at = from;
	return pifu_utf8_next(text, &at);
}

/* The slot of `key`, or the free one where it belongs. */
static size_t find_slot(const struct lexicon *lx, struct str key, uint64_t hash)
{
	size_t at = (size_t)hash & (lx->slots - 1);
	while (lx->table[at]) {
		const struct entry *e = &lx->entries[lx->table[at] - 1];
		if (e->hash == hash && pifu_str_eq(e->key, key))
			break;
		at = (at + 1) & (lx->slots - 1);
	}
	return at;
}

/* Lay out the table anew for `slots` slots; at most half of them are in use. */
static bool fill_table(struct arena *a, struct lexicon *lx, size_t slots)
{
	uint32_t *table = ARENA_ARRAY(a, uint32_t, slots);
	if (!table)
		return false;
	lx->table = table;
	lx->slots = slots;
	for (size_t i = 0; i < lx->count; i++)
		table[find_slot(lx, lx->entries[i].key, lx->entries[i].hash)] = (uint32_t)i + 1;
	return true;
}

static struct entry *add_entry(struct arena *a, struct lexicon *lx, struct str key)
{
	if (2 * (lx->count + 1) > lx->slots && !fill_table(a, lx, lx->slots ? 2 * lx->slots : 256))
		return NULL;
	uint64_t hash = hash_key(key);
	size_t slot = find_slot(lx, key, hash);
	if (lx->table[slot])
		return &lx->entries[lx->table[slot] - 1];

	struct entry *grown =
		pifu_arena_grow(a, lx->entries, lx->count, &lx->cap, lx->count + 1, sizeof *grown);
	if (!grown)
		return NULL;
	lx->entries = grown;
	struct entry *e = &grown[lx->count++];
	*e = (struct entry){.key = key, .hash = hash, .chain = PIFU_NONE, .shorter = PIFU_NONE};
	lx->table[slot] = (uint32_t)lx->count;
	return e;
}

/* The same meaning twice (two families name the same alias): the cheaper stays. */
static bool merge_meaning(struct lexicon *lx, const struct entry *e, struct meaning m)
{
	for (uint32_t i = e->chain; i != PIFU_NONE; i = lx->pending[i].next) {
		struct meaning *old = &lx->pending[i].meaning;
		if (old->kind != m.kind || old->id != m.id)
			continue;
		if (m.penalty < old->penalty)
			old->penalty = m.penalty;
		return true;
	}
	return false;
}

bool pifu_lexicon_add(struct arena *a, struct lexicon *lx, struct str key, struct meaning m)
{
	if (key.n == 0)
		return true;
	struct entry *e = add_entry(a, lx, key);
	if (!e)
		return false;
	if (merge_meaning(lx, e, m))
		return true;
	struct pending *grown = pifu_arena_grow(a, lx->pending, lx->npending, &lx->pending_cap,
	                                        lx->npending + 1, sizeof *grown);
	if (!grown)
		return false;
	lx->pending = grown;
	grown[lx->npending] = (struct pending){m, e->chain};
	e->chain = (uint32_t)lx->npending++;
	e->kinds |= MEANING_BIT(m.kind);
	e->count++;
	return true;
}

static int compare_bytes(struct str a, struct str b)
{
	uint32_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.s, b.s, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_entries(const void *left, const void *right)
{
	return compare_bytes(((const struct entry *)left)->key, ((const struct entry *)right)->key);
}

/* The chain runs from the last added to the first: lay it out backwards, so
 * that meanings come in the order of adding. */
static bool lay_meanings(struct arena *a, struct lexicon *lx)
{
	lx->meanings = ARENA_ARRAY(a, struct meaning, lx->npending);
	if (!lx->meanings)
		return false;
	uint32_t next = 0;
	for (size_t i = 0; i < lx->count; i++) {
		struct entry *e = &lx->entries[i];
		e->first = next;
		next += e->count;
		uint32_t at = next;
		for (uint32_t p = e->chain; p != PIFU_NONE; p = lx->pending[p].next)
			lx->meanings[--at] = lx->pending[p].meaning;
	}
	return true;
}

/* Keys are sorted: the one before, or one it begins with, is the longest prefix. */
static void link_shorter(struct lexicon *lx)
{
	for (size_t i = 1; i < lx->count; i++) {
		uint32_t k = (uint32_t)i - 1;
		while (k != PIFU_NONE && !pifu_str_starts(lx->entries[i].key, lx->entries[k].key))
			k = lx->entries[k].shorter;
		lx->entries[i].shorter = k;
	}
}

static void fill_blooms(struct lexicon *lx)
{
	for (size_t i = 0; i < lx->count; i++) {
		struct str key = lx->entries[i].key;
		uint32_t ends = hash_ends(key) % ENDS_BITS;
		lx->ends[ends / 64] |= UINT64_C(1) << ends % 64;
		set_bloom(&lx->firsts, hash_char(first_char(key, 0)));
	}
}

static int compare_from_end(struct str a, struct str b)
{
	uint32_t n = a.n < b.n ? a.n : b.n;
	for (uint32_t i = 1; i <= n; i++) {
		int order = (unsigned char)a.s[a.n - i] - (unsigned char)b.s[b.n - i];
		if (order)
			return order;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static int compare_end_entries(const void *left, const void *right)
{
	return compare_from_end(((const struct end_entry *)left)->key,
	                        ((const struct end_entry *)right)->key);
}

static bool sort_by_end(struct arena *a, struct lexicon *lx)
{
	lx->by_end = ARENA_ARRAY(a, struct end_entry, lx->count);
	if (!lx->by_end)
		return false;
	for (uint32_t i = 0; i < lx->count; i++)
		if (lx->entries[i].kinds & MEANING_BIT(MEANING_LABEL))
			lx->by_end[lx->nby_end++] = (struct end_entry){lx->entries[i].key, i};
	if (lx->nby_end > 0)
		qsort(lx->by_end, lx->nby_end, sizeof *lx->by_end, compare_end_entries);
	return true;
}

bool pifu_lexicon_seal(struct arena *a, struct lexicon *lx)
{
	if (!lx->slots && !fill_table(a, lx, 1))
		return false;
	if (lx->count > 0)
		qsort(lx->entries, lx->count, sizeof *lx->entries, compare_entries);
	memset(lx->table, 0, lx->slots * sizeof *lx->table);
	for (size_t i = 0; i < lx->count; i++)
		lx->table[find_slot(lx, lx->entries[i].key, lx->entries[i].hash)] = (uint32_t)i + 1;
	if (!lay_meanings(a, lx) || !sort_by_end(a, lx))
		return false;
	link_shorter(lx);
	fill_blooms(lx);
	return pifu_lexicon_seal_near(a, lx);
}

static __attribute__((noinline)) const struct meaning *find_key(const struct lexicon *lx,
                                                                struct str key, size_t *n)
{
	uint32_t at = lx->table[find_slot(lx, key, hash_key(key))];
	if (!at)
		return NULL;
	*n = lx->entries[at - 1].count;
	return &lx->meanings[lx->entries[at - 1].first];
}

const struct meaning *pifu_lexicon_find(const struct lexicon *lx, struct str key, size_t *n)
{
	*n = 0;
	if (key.n == 0)
		return NULL;
	uint32_t ends = hash_ends(key) % ENDS_BITS;
	return lx->ends[ends / 64] >> ends % 64 & 1 ? find_key(lx, key, n) : NULL;
}

/* Number of keys that sort before `text` or are equal to it. */
static size_t count_upto(const struct lexicon *lx, struct str text)
{
	size_t low = 0, high = lx->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare_bytes(lx->entries[mid].key, text) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint32_t pifu_lexicon_longest(const struct lexicon *lx, struct str text, uint32_t from,
                              uint32_t kinds, const struct meaning **meanings, size_t *n)
{
	*meanings = NULL;
	*n = 0;
	if (from >= text.n || !in_bloom(&lx->firsts, hash_char(first_char(text, from))))
		return 0;
	struct str rest = pifu_str_sub(text, from, text.n);
	size_t upto = count_upto(lx, rest);
	uint32_t at = upto > 0 ? (uint32_t)upto - 1 : PIFU_NONE;
	for (; at != PIFU_NONE; at = lx->entries[at].shorter) {
		const struct entry *e = &lx->entries[at];
		if (!(e->kinds & kinds) || !pifu_str_starts(rest, e->key))
			continue;
		*meanings = &lx->meanings[e->first];
		*n = e->count;
		return e->key.n;
	}
	return 0;
}

/* Add the labels among an entry's meanings to a list without repetition. */
static size_t list_labels(const struct lexicon *lx, const struct entry *e, uint16_t *labels,
                          size_t n, size_t cap)
{
	for (uint32_t i = 0; i < e->count; i++) {
		const struct meaning *m = &lx->meanings[e->first + i];
		if (m->kind != MEANING_LABEL)
			continue;
		size_t k = 0;
		while (k < n && labels[k] != m->id)
			k++;
		if (k == n && n < cap)
			labels[n++] = m->id;
	}
	return n;
}

/* A single character says too little: 指 begins and ends too much. */
static bool too_short(struct str key)
{
	uint32_t at = 0;
	if (at < key.n)
		pifu_utf8_next(key, &at);
	return at >= key.n;
}

size_t pifu_lexicon_begins(const struct lexicon *lx, struct str key, uint16_t *labels, size_t cap)
{
	if (too_short(key) || !in_bloom(&lx->firsts, hash_char(first_char(key, 0))))
		return 0;
	size_t n = 0;
	for (size_t i = count_upto(lx, key); i < lx->count; i++) {
		const struct entry *e = &lx->entries[i];
		if (!pifu_str_starts(e->key, key))
			break;
		n = list_labels(lx, e, labels, n, cap);
	}
	return n;
}

static size_t count_upto_end(const struct lexicon *lx, struct str key)
{
	size_t low = 0, high = lx->nby_end;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare_from_end(lx->by_end[mid].key, key) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t pifu_lexicon_ends(const struct lexicon *lx, struct str key, uint16_t *labels, size_t cap)
{
	if (too_short(key))
		return 0;
	size_t n = 0;
	for (size_t i = count_upto_end(lx, key); i < lx->nby_end && n < cap; i++) {
		if (!pifu_str_ends(lx->by_end[i].key, key))
			break;
		n = list_labels(lx, &lx->entries[lx->by_end[i].entry], labels, n, cap);
	}
	return n;
}
