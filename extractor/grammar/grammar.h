/* A form family as loaded from YAML: immutable, shared by threads.
 *
 * The loader (grammar/load*.c) resolves `extends`, compiles rules and builds one
 * lexicon: a hash from folded text (struct normal.key) to what it may mean. */
#ifndef PIFU_GRAMMAR_GRAMMAR_H
#define PIFU_GRAMMAR_GRAMMAR_H

#include "base/arena.h"
#include "base/str.h"
#include "grammar/endings.h"
#include "grammar/rule.h"
#include "grammar/senses.h"
#include "pifu.h"

enum role {
#define PIFU_ROLE(id, key, field, meaning) ROLE_##id,
#include "grammar/roles.def"
#undef PIFU_ROLE
	ROLE_COUNT
};

enum cost {
#define PIFU_COST(id, key, value, meaning) COST_##id,
#include "grammar/costs.def"
#undef PIFU_COST
	COST_COUNT
};

/* What a text may mean. `id` depends on the kind. */
enum meaning_kind {
	MEANING_LABEL,      /* id: index into labels[] */
	MEANING_HEADER,     /* id: enum role */
	MEANING_FIELD,      /* id: index into fields[] */
	MEANING_UNIT,       /* a unit of measure */
	MEANING_COMPARATOR, /* id: enum comparator (a word or sign standing alone) */
	MEANING_WORDS,      /* a qualitative target: 及时, 持续改善 */
	MEANING_DIRECTION,  /* 正向, 反向, 定性, 定量 */
	MEANING_STANDARD,   /* 计划标准, 历史标准: a value of a basis column */
	MEANING_NOISE,      /* id: pifu_account of its reason */
	MEANING_KIND_COUNT
};
#define MEANING_BIT(kind) (1u << (kind))

struct meaning {
	uint8_t kind;
	uint8_t penalty; /* 0 canonical, 1 alias, more: rarer reading; tenths of a repair step */
	uint16_t id;
};

/* Level-1 labels come first, so that their indices fit the bit set. Two of
 * them may have one text: 满意度指标, and 满意度指标 as it is meant by a text over
 * both columns, which `implies` its level 2. */
struct label {
	struct str text;  /* canonical: 数量指标 */
	uint8_t level;    /* 1 or 2 */
	uint16_t parent;  /* level 2: index of its usual level 1; level 1: UINT16_MAX */
	uint64_t parents; /* bit set of the level-1 labels it may stand under without a finding */
	uint16_t
		implies; /* level 1 label that fills both columns: index of the level 2; else UINT16_MAX */
};

/* How a family is recognised: each clue that is found adds its score. */
enum clue_kind { CLUE_TITLE, CLUE_FIELD, CLUE_COLUMN };
struct clue {
	enum clue_kind kind;
	struct rule *title; /* CLUE_TITLE: searched in title lines */
	uint16_t id;        /* CLUE_FIELD: field index; CLUE_COLUMN: enum role */
	int16_t score;
};

enum field_type { FIELD_TEXT, FIELD_AMOUNT, FIELD_GOALS, FIELD_YEAR, FIELD_IGNORE };
struct field {
	struct str key; /* "department", "project", "year", "goals", "budget" … */
	enum field_type type;
};

struct noise_rule {
	struct rule *rule; /* matched against the key of a whole cell or line */
	pifu_account account;
};

/* A header that no list can name: 预期2025年实现值. Matched against the key of a whole cell. */
struct header_rule {
	struct rule *rule;
	uint16_t role; /* enum role */
};

enum {
	TARGET_SPANS = 16
}; /* groups of a target rule that may be asked for, the whole match one of them */

/* Named groups of a target rule that are read. */
enum target_group {
	TARGET_GROUP_COMPARATOR,
	TARGET_GROUP_NUMBER,
	TARGET_GROUP_MAX, /* upper end of a range */
	TARGET_GROUP_UNIT,
	TARGET_GROUP_TAIL, /* words behind the number */
	TARGET_GROUPS
};

struct target_rule {
	struct rule *rule;
	uint8_t kind;                  /* enum target_kind */
	uint8_t comparator;            /* enum comparator when the rule has no group for it */
	uint8_t flags;                 /* TARGET_RULE_… */
	uint8_t groups[TARGET_GROUPS]; /* numbers in the pattern, 0: it has none */
	uint8_t ngroups;               /* the highest of them and one more */
};

/* How indicators are told in prose. */
struct prose_rules {
	struct rule **items; /* groups name, target: 机柜数量(≥77台); the first that fits counts */
	size_t nitems;
	struct rule *amount;  /* a line that is an amount of money */
	struct rule *project; /* group name: a line that is a project's heading, 项目一:… */
};

struct sample {
	struct str file;
	uint32_t line;
	struct str input; /* text of a form */
	struct str *
		expected; /* lines: level1|level2|name|target, function and project in front when given */
	uint32_t *expected_line;
	size_t nexpected;
};

struct lexicon; /* grammar/lexicon.h */

struct grammar {
	struct str name, title, file;
	uint32_t fingerprint; /* of the family's text with all it inherits; part of record ids */
	bool abstract;        /* only to be extended */
	struct label *labels;
	size_t nlabels;
	struct field *fields;
	size_t nfields;
	struct clue *clues;
	size_t nclues;
	struct rule *
		function_rule; /* groups no, name: 职能1：安保执勤; NULL where the family has no functions */
	struct rule *title_rule; /* a line that is a form's title */
	struct rule *year_rule;  /* group year, in title or below it */
	struct rule *end_rule;   /* a cell that ends the indicator table: 填表人…, 注：… */
	struct rule *name_mark;  /* what is taken off the front of a name: 指标1:, ★ */
	struct rule *label_score; /* what is taken off the key of a label: (50分), (0-20)分 */
	struct rule *placeholder; /* a whole text that is an unfilled template: ……, ≥**% */
	struct header_rule *header_rules;
	size_t nheader_rules;
	struct noise_rule *noise;
	size_t nnoise;
	struct prose_rules prose;
	struct target_rule *targets;
	size_t ntargets;
	struct endings name_endings; /* 率 数 数量 次数 时间 满意度 … */
	struct endings weak_endings; /* 工作 制度 标准 …: names end so, targets may */
	struct name_senses senses;   /* what names say of their targets: the checks' words */
	struct lexicon *lexicon;
	int32_t costs[COST_COUNT]; /* hundredths of a repair step */
	struct sample *samples;
	size_t nsamples;
	const struct node *tree; /* the family with all it inherits, as it is shown */
};

struct pifu_grammars {
	struct arena *arena;
	const pifu_allocator *allocator;
	struct str dir;
	struct grammar **items; /* abstract ones included, in the order of their names */
	size_t count;
	struct rule **rules; /* every compiled rule, to free */
	size_t nrules;
	const struct grammar *
		common; /* what scanning a document uses: the family `common`, with what others add (scan.h) */
};

#endif
