/* Named PCRE2 rules of a grammar: compiled once (JIT), matched by any thread
 * with a matcher of its own. Match, depth and heap limits are always set. */
#ifndef PIFU_GRAMMAR_RULE_H
#define PIFU_GRAMMAR_RULE_H

#include "base/arena.h"
#include "base/str.h"

struct rule;    /* one compiled pattern, immutable */
struct matcher; /* match data, match context and JIT stack of one thread */

struct span {
	uint32_t from, to; /* from == PIFU_NONE: the group took no part */
};

struct matcher *pifu_matcher_new(const pifu_allocator *allocator);
void pifu_matcher_free(struct matcher *m);

/** Compile `pattern` (UTF, DOTALL off, anchored as written).
 *  errors: PIFU_ERR_GRAMMAR with err->column = offset in the pattern + 1 */
struct rule *pifu_rule_new(struct str name, struct str pattern, const pifu_allocator *allocator,
                           pifu_error *err);
void pifu_rule_free(struct rule *r);
/** Give a rule its number, from 1, among those that one matcher is used with: the matcher then
 *  remembers with which characters its matches begin. Before the rule is shared. */
void pifu_rule_number(struct rule *r, uint32_t number);
struct str pifu_rule_name(const struct rule *r);
/** Number of the named group, 0 when there is none. */
uint32_t pifu_rule_group(const struct rule *r, const char *name);

/** Match at `from` or later: 1 matched (groups filled, unused ones PIFU_NONE), 0 not,
 *  -1 a limit was hit (err set, PIFU_ERR_GRAMMAR naming the rule; with err NULL
 *  pifu_matcher_check tells it later).
 *  The subject must be valid UTF-8 (not checked again). */
int pifu_rule_match(const struct rule *r, struct matcher *m, struct str subject, uint32_t from,
                    struct span *groups, uint32_t ngroups, pifu_error *err);
/** Has a match failed since, whose caller took it for none (err NULL)? Then its error. */
pifu_status pifu_matcher_check(const struct matcher *m, pifu_error *err);

#endif
