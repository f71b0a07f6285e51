/* What lexicon.c (exact, prefix) and lexicon_near.c (fuzzy) share. */
#ifndef PIFU_GRAMMAR_LEXICON_OWN_H
#define PIFU_GRAMMAR_LEXICON_OWN_H

#include "grammar/lexicon.h"

/* A bit set of hashed things: no bit, not there; a bit, perhaps. */
enum { BLOOM_BITS = 8192 };
struct bloom {
	uint64_t bits[BLOOM_BITS / 64];
};

static inline void set_bloom(struct bloom *b, uint32_t hash)
{
	b->bits[hash % BLOOM_BITS / 64] |= UINT64_C(1) << (hash % 64);
}

static inline bool in_bloom(const struct bloom *b, uint32_t hash)
{
	return b->bits[hash % BLOOM_BITS / 64] >> (hash % 64) & 1;
}

/* The set that most texts are refused by: with some thousand keys, one in ten is not. */
enum { ENDS_BITS = 4 * BLOOM_BITS };

/* One key with all it may mean. */
struct entry {
	struct str key;
	uint64_t hash;
	uint32_t first, count; /* meanings[first .. first+count) once sealed */
	uint32_t kinds;        /* MEANING_BITs */
	uint32_t chain;        /* before sealing: last added of `pending`; PIFU_NONE ends */
	uint32_t shorter;      /* sorted: the longest other key that this one begins with */
};

struct pending {
	struct meaning meaning;
	uint32_t next;
};

/* A level label for fuzzy search: its characters, decoded once. */
enum { NEAR_CHARS = 32 };
struct near_entry {
	uint64_t sign; /* one bit a character, hashed */
	uint32_t chars[NEAR_CHARS];
	uint16_t n;
	uint16_t label;
};

/* A label's key in the order of endings. */
struct end_entry {
	struct str key;
	uint32_t entry;
};

struct lexicon {
	struct entry *entries; /* in order of adding; by key once sealed */
	size_t count, cap;
	struct pending *pending;
	size_t npending, pending_cap;
	struct meaning *meanings;
	uint32_t *table;               /* open addressing: index + 1 of an entry, 0 free */
	size_t slots;                  /* a power of two */
	uint64_t ends[ENDS_BITS / 64]; /* first and last bytes and length of each key */
	struct bloom firsts;           /* first character of each key */

	struct end_entry *by_end; /* entries with a label, ordered by their bytes from the back */
	size_t nby_end;
	struct near_entry *near;
	size_t nnear;
	struct bloom alphabet; /* characters of all labels */
	uint32_t near_bytes;   /* longest label */
};

/** Fill near, alphabet and near_bytes from the sealed entries. */
bool pifu_lexicon_seal_near(struct arena *a, struct lexicon *lx);

static inline uint32_t hash_char(uint32_t c)
{
	return c * UINT32_C(2654435761) >> 16;
}

#endif
