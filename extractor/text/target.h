/* Targets (指标值): comparator, number or range, unit, or date, or words. */
#ifndef PIFU_TEXT_TARGET_H
#define PIFU_TEXT_TARGET_H

#include "base/arena.h"
#include "base/str.h"
#include "grammar/grammar.h"

enum target_kind { TARGET_MISSING, TARGET_NUMBER, TARGET_RANGE, TARGET_DATE, TARGET_TEXT };
enum comparator {
	COMPARATOR_NONE,
	COMPARATOR_GE,
	COMPARATOR_GT,
	COMPARATOR_EQ,
	COMPARATOR_LE,
	COMPARATOR_LT,
	COMPARATOR_APPROX
};

/* struct target_rule.flags */
enum target_rule_flag {
#define PIFU_TARGET_FLAG(id, key, bit, meaning) TARGET_RULE_##id = 1 << (bit),
#include "text/target_flags.def"
#undef PIFU_TARGET_FLAG
};

struct target {
	enum target_kind kind;
	enum comparator comparator;
	struct str whole;      /* normal text; canonical sign, no blanks */
	struct str number;     /* canonical decimal ("1260", "0.5", "-3"); .s NULL: none */
	struct str number_max; /* of a range */
	struct str unit; /* as written, brackets gone, 百分比 and (%) as %; .s NULL: none */
	uint16_t rule;   /* index of the grammar's rule that fitted, for explain */
	bool sure;       /* a rule fitted the whole text (false: kind TEXT by default) */
	bool misread; /* the leading 2 or 二 may be a misread ≥ (292% under a rate): `rival` is the other reading */
	struct str rival;
};

const char *pifu_target_kind_name(enum target_kind kind);
const char *pifu_comparator_name(enum comparator c); /* "ge" …; NULL for NONE */
const char *pifu_comparator_sign(enum comparator c); /* "≥" …; "" for NONE */
/** What a sign or word (≥, 不低于, 以上) says; NONE for any other text. */
enum comparator pifu_comparator_read(struct str word);

/** Read a target by the grammar's target rules, first fit wins.
 *  shape:   normal text (struct normal.text) in, one target out
 *  errors:  PIFU_ERR_GRAMMAR when a rule runs into PCRE2's limits, PIFU_ERR_NOMEM
 *  owns:    texts in the arena or in `text`
 *  threads: one matcher, one thread
 *  source:  grammar key `targets`; ways of writing gathered from published forms */
pifu_status pifu_target_read(const struct grammar *g, struct matcher *m, struct arena *a,
                             struct str text, uint32_t flags, struct target *out, pifu_error *err);

/** The same by the rules that are evidence alone: where out->sure is all that is asked. */
pifu_status pifu_target_sure(const struct grammar *g, struct matcher *m, struct arena *a,
                             struct str text, uint32_t flags, struct target *out, pifu_error *err);

/** Join separate columns to one target: comparator (may be empty or 定性), value, unit. */
pifu_status pifu_target_join(const struct grammar *g, struct matcher *m, struct arena *a,
                             struct str comparator, struct str value, struct str unit,
                             struct target *out, pifu_error *err);

/** The canonical print of a target (reading it again gives the same target). */
struct str pifu_target_print(struct arena *a, const struct target *t);

/** Chinese or mixed numerals: 十二, 三万五千, 百分之九十 (percent set), 1,260, 1.2万 stays 1.2.
 *  Returns bytes read from the start of `text` (0: no numeral); *decimal is canonical decimal text.
 *  千分之五 is 0.5 with percent set. Out of memory reads as no numeral. */
uint32_t pifu_numeral_read(struct arena *a, struct str text, struct str *decimal, bool *percent);

#endif
