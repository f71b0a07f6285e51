/* Texts that the document has shown before.
 *
 * Labels and targets (数量指标, ≥95%) come again and again: what such a text is
 * - its normal form, its meanings, how it may be read - is found out once.
 *
 *     cell  "数量指标"  --hash-->  once                      seen once: its hash is noted
 *     cell  "数量指标"  --hash-->  slots [ . . o-]--> normal, meanings, senses
 *     cell  "数量指标"  ------------------------^
 *
 * Most names never come again, and are not kept. Texts are forgotten when a
 * block begins, never while words of a block refer to them. */
#ifndef PIFU_MODEL_KNOWN_H
#define PIFU_MODEL_KNOWN_H

#include "base/arena.h"
#include "grammar/grammar.h"
#include "text/normalise.h"
#include "text/target.h"

#define LABELS_MAX 4

/* One label that a word may be. */
struct label_guess {
	uint16_t label; /* index into grammar->labels */
	int16_t cost;
	bool mended;  /* cut or misread */
	bool partial; /* the text is shorter than the label: its other half may follow */
};

/* What a word looks like: the cost of each role, and its labels. Only the first of these
 * are set, so that two may be compared as far as they say something (stage/memo.c). */
struct sense {
	uint8_t nlabels;
	bool tail;       /* the end of some level label: 指标, 满意度指标 */
	bool has_number; /* a target by rule, with a number */
	bool sure;       /* a target by rule */
	bool filler;     /* a word that stands for nothing: 同上 */
	bool ends_label; /* its last character is that of a label, whole or cut: 标, 指 */
	bool left_over;  /* what is left of 指标 at most */
	int16_t cost[ROLE_COUNT];
	struct label_guess labels[LABELS_MAX];
};

/* A text in one reading: what it means depends on the family of the form. What is asked for
 * most comes first, for it is one line of the cache. */
struct known_sense {
	const struct target *target; /* it is a target by rule; NULL */
	const struct target *told;   /* what a record says of it as a target, its texts
	                              * NUL-terminated; NULL: not asked for yet */
	uint16_t class;              /* its number (stage/memo.h) */
	struct sense sense;
};

enum { KNOWN_READINGS = 4 }; /* families that a document may change between at no cost */

#define KNOWN_UNLOOKED UINT8_MAX

/* Laid out so that what every stage asks for is one line of the cache. */
struct known_text {
	uint32_t hash;
	uint16_t kinds;    /* MEANING_BITs of the meanings */
	uint8_t size;      /* bytes of the raw text, which stands behind this */
	uint8_t nmeanings; /* KNOWN_UNLOOKED: not looked up yet */
	const struct meaning *meanings;
	struct normal normal;
	struct known_sense *senses[KNOWN_READINGS]; /* NULL: not looked at in that reading */
	char raw[];
};

/** Nothing known yet; NULL when out of memory.
 *  owns: the caller frees with pifu_known_free */
struct known *pifu_known_new(const pifu_allocator *allocator);
void pifu_known_free(struct known *known);
/** A block of so many texts begins: make room where there is little. Before anything is asked.
 *  errors: PIFU_ERR_NOMEM */
pifu_status pifu_known_begin(struct known *known, size_t texts, pifu_error *err);

/** The hash of a text; 0: it is too long to come again. */
uint32_t pifu_known_hash(struct str raw);
/** Fetch into the cache what pifu_known_find will need for a text with this hash: first the slot,
 *  then, some texts later, what is known. Looking up one text after another would mostly wait. */
void pifu_known_fetch_slot(const struct known *known, uint32_t hash);
void pifu_known_fetch_text(const struct known *known, uint32_t hash);

/** What is known of the text of a cell, by pifu_known_hash.
 *  shape:  *out is NULL for texts that are new, too long to come again, or where there is no room
 *  errors: PIFU_ERR_NOMEM
 *  owns:   a loan until the next pifu_known_begin */
pifu_status pifu_known_find(struct known *known, struct str raw, uint32_t hash,
                            struct known_text **out, pifu_error *err);

/** The reading in which texts of a form have their senses: an index into known_text.senses.
 *  It is another for another family or another way of writing functions; where a document has
 *  more than KNOWN_READINGS of them, the senses of the oldest are forgotten. */
unsigned pifu_known_reading(struct known *known, const struct grammar *grammar,
                            bool ruled_functions);
/** Where what is kept with a known text must live. */
struct arena *pifu_known_arena(struct known *known);

#endif
