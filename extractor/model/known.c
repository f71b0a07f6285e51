/* Texts seen before: an open-addressed table of hashes and pointers, and an
 * arena that holds the texts and what is known of them.
 *
 * Nearly all texts that are new stay single: they pass through a table of bare
 * hashes, where each drives out the one before it in its place. So they neither
 * crowd out what is known nor spread it over more of the cache.
 *
 *     once   [ . 7a . 31 c4 . ]   seen once, lately
 *     slots  [ . o . . o ]        seen again: known */
#include "model/known.h"

#include <string.h>

#include "base/error.h"

enum {
	SLOTS_LEAST = 1 << 9,
	SLOTS_MOST = 1 << 13,
	ONCE_MOST = 1 << 12,
	TEXT_MAX = 96, /* bytes of a text that is likely to come again */
};

_Static_assert(TEXT_MAX <= UINT8_MAX, "known_text.size holds it");

struct slot {
	struct known_text *text; /* NULL: the slot is free */
	uint32_t hash;
};

struct known {
	struct arena *arena;
	const pifu_allocator *allocator;
	size_t used;
	unsigned nreadings; /* ever begun */
	struct reading {
		const struct grammar *grammar;
		bool ruled_functions;
	} readings[KNOWN_READINGS];
	struct slot *slots;
	size_t nslots; /* a power of two */
	uint32_t *once;
	size_t nonce; /* a power of two */
};

struct known *pifu_known_new(const pifu_allocator *allocator)
{
	struct known *known = pifu_mem_alloc(allocator, sizeof *known);

	if (!known)
		return NULL;
	memset(known, 0, sizeof *known);
	known->allocator = allocator;
	known->arena = pifu_arena_new(allocator);
	if (known->arena)
		return known;
	pifu_mem_free(allocator, known);
	return NULL;
}

void pifu_known_free(struct known *known)
{
	if (!known)
		return;
	pifu_arena_free(known->arena);
	pifu_mem_free(known->allocator, known->slots);
	pifu_mem_free(known->allocator, known->once);
	pifu_mem_free(known->allocator, known);
}

/* A small document is not worth a large table. */
static size_t size_for(size_t texts, size_t most)
{
	size_t n = SLOTS_LEAST;

	while (n < most && n < texts)
		n *= 2;
	return n;
}

/* A table of `n` places in place of `old`, all free; NULL when out of memory. */
static void *new_table(const struct known *known, void *old, size_t n, size_t size)
{
	void *table = pifu_mem_realloc(known->allocator, old, n * size);

	if (table)
		memset(table, 0, n * size);
	return table;
}

pifu_status pifu_known_begin(struct known *known, size_t texts, pifu_error *err)
{
	size_t slots = size_for(texts, SLOTS_MOST), once = size_for(texts, ONCE_MOST);

	if (once > known->nonce) {
		uint32_t *table = new_table(known, known->once, once, sizeof *table);
		if (!table)
			return pifu_error_nomem(err);
		known->once = table;
		known->nonce = once;
	}
	if (slots <= known->nslots && known->used < known->nslots / 2)
		return PIFU_OK;
	slots = slots > known->nslots ? slots : known->nslots;
	struct slot *table = new_table(known, known->slots, slots, sizeof *table);
	if (!table)
		return pifu_error_nomem(err);
	known->slots = table;
	known->nslots = slots;
	pifu_arena_reset(known->arena);
	known->used = 0;
	return PIFU_OK;
}

static struct known_text *add_text(struct known *known, struct str raw, uint32_t hash,
                                   pifu_error *err)
{
	struct known_text *text = pifu_arena_alloc(known->arena, sizeof *text + raw.n);

	if (!text) {
		pifu_error_nomem(err);
		return NULL;
	}
	text->hash = hash;
	text->size = (uint8_t)raw.n;
	text->nmeanings = KNOWN_UNLOOKED;
	memset(text->senses, 0, sizeof text->senses);
	memcpy(text->raw, raw.s, raw.n);
	struct str copy = {text->raw, raw.n};
	if (pifu_text_normalise(known->arena, copy, &text->normal, err) != PIFU_OK)
		return NULL;
	return text;
}

/* The slot of a text: its own, or a free one. */
static struct slot *find_slot(struct known *known, struct str raw, uint32_t hash)
{
	for (size_t at = hash & (known->nslots - 1);; at = (at + 1) & (known->nslots - 1)) {
		struct slot *slot = &known->slots[at];

		if (!slot->text)
			return slot;
		if (slot->hash == hash && slot->text->size == raw.n &&
		    memcmp(slot->text->raw, raw.s, raw.n) == 0)
			return slot;
	}
}

uint32_t pifu_known_hash(struct str raw)
{
	return raw.n == 0 || raw.n > TEXT_MAX ? 0 : (uint32_t)pifu_str_hash(raw) | 1u;
}

void pifu_known_fetch_slot(const struct known *known, uint32_t hash)
{
	__builtin_prefetch(&known->slots[hash & (known->nslots - 1)]);
	__builtin_prefetch(&known->once[hash & (known->nonce - 1)]);
}

void pifu_known_fetch_text(const struct known *known, uint32_t hash)
{
	const struct slot *slot = &known->slots[hash & (known->nslots - 1)];
	/* Whether a text is there nobody can guess: fetch something in any case. */
	const char *from = slot->text ? (const char *)slot->text : (const char *)slot;

	__builtin_prefetch(from);
	__builtin_prefetch(from + offsetof(struct known_text, raw));
}

pifu_status pifu_known_find(struct known *known, struct str raw, uint32_t hash,
                            struct known_text **out, pifu_error *err)
{
	*out = NULL;
	if (hash == 0)
		return PIFU_OK;
	struct slot *slot = find_slot(known, raw, hash);
	if (slot->text) {
		*out = slot->text;
		return PIFU_OK;
	}
	uint32_t *once = &known->once[hash & (known->nonce - 1)];
	if (*once != hash || known->used >= known->nslots / 4 * 3) {
		*once = hash;
		return PIFU_OK;
	}
	*out = slot->text = add_text(known, raw, hash, err);
	slot->hash = hash;
	known->used++;
	return *out ? PIFU_OK : PIFU_ERR_NOMEM;
}

static void forget_senses(struct known *known, unsigned reading)
{
	for (size_t i = 0; i < known->nslots; i++)
		if (known->slots[i].text)
			known->slots[i].text->senses[reading] = NULL;
}

unsigned pifu_known_reading(struct known *known, const struct grammar *grammar,
                            bool ruled_functions)
{
	unsigned n = known->nreadings < KNOWN_READINGS ? known->nreadings : KNOWN_READINGS;

	for (unsigned i = 0; i < n; i++)
		if (known->readings[i].grammar == grammar &&
		    known->readings[i].ruled_functions == ruled_functions)
			return i;
	unsigned reading = known->nreadings++ % KNOWN_READINGS;
	if (known->nreadings > KNOWN_READINGS)
		forget_senses(known, reading);
	known->readings[reading] = (struct reading){grammar, ruled_functions};
	return reading;
}

struct arena *pifu_known_arena(struct known *known)
{
	return known->arena;
}
