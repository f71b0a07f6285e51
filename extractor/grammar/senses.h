/* What the ending of an indicator's name says of its target: the words that the
 * meaning checks go by. The grammar key `senses`; nothing of it steers reading. */
#ifndef PIFU_GRAMMAR_SENSES_H
#define PIFU_GRAMMAR_SENSES_H

#include "base/arena.h"
#include "base/str.h"

enum name_class {
	NAME_OPEN,  /* says nothing of its number */
	NAME_SHARE, /* 率, 占比: a part of a whole, 100 % at most */
	NAME_COUNT, /* 人数, 面积: counted or measured, a number is due */
};

enum name_aim { AIM_NONE, AIM_MORE, AIM_LESS };

/* Units that a name's ending goes with; a unit may go on behind them (次/年). */
struct unit_rule {
	struct str *units;
	size_t n;
};

struct name_sense {
	enum name_class class;
	enum name_aim aim; /* is more of it better, or less */
	uint32_t stem;     /* bytes of the name in front of the ending that gave the aim */
	const struct unit_rule *units; /* NULL: any */
};

struct sense_node; /* one character of an ending, read from its end */
struct sense_edge;

struct name_senses {
	struct sense_node *nodes;
	size_t nnodes;
	struct sense_edge *edges; /* open addressing, a power of 2 */
	size_t slots;
	struct unit_rule *units;
	size_t nunits;
	struct str *turns; /* 不, 无: in front of an ending they turn its aim round */
	size_t nturns;
	struct str *less_unless; /* 受理, 降低: names with these may well want more */
	size_t nless_unless;
};

/** What the longest known endings of `name` say; a unit or note in brackets
 *  behind the name does not count. A walk of a few characters, no search.
 *  shape:   folded or normal text in; `out` is filled in any case
 *  threads: any; senses are immutable once loaded */
void pifu_senses_read(const struct name_senses *s, struct str name, struct name_sense *out);
/** Whether a unit, its scale (万, 亿) aside, is one of the rule's. */
bool pifu_senses_fit(const struct unit_rule *rule, struct str unit);

#endif
