/* Patterns of a grammar: fragments put in place, compiled once. */
#ifndef PIFU_GRAMMAR_PATTERN_H
#define PIFU_GRAMMAR_PATTERN_H

#include "grammar/build.h"

/** Compile the pattern of a node. `{name}` stands for the fragment of that name
 *  under `rules`; blanks and line breaks are dropped, so that long patterns may
 *  be laid out over lines.
 *  errors: NULL; PIFU_ERR_GRAMMAR at the place in the file where PCRE2 stopped,
 *          an unknown fragment, fragments in a circle; PIFU_ERR_NOMEM
 *  owns:   the set of grammars; a node inherited unchanged is not compiled again */
struct rule *pifu_pattern_compile(struct builder *b, struct node *pattern, struct str name);
/** Compile the fragments that stand in no pattern, alone, so that they are not wrong unseen.
 *  errors: as above */
bool pifu_pattern_unused(struct builder *b);

#endif
