/* Named PCRE2 rules: compile once, match from any thread.
 *
 *     pattern --pcre2_compile--> code --much used--> machine code   (struct rule, shared)
 *     match data + match context + JIT stack                        (struct matcher, one a thread)
 *
 * Loading compiles, so that a bad pattern is told at once. The JIT takes three
 * times as long as that, which is as long as some hundred matches by the
 * interpreter: so the machine code is made when a rule has been used PATIENCE
 * times, or for a long text, whose nested repeats the interpreter does not take.
 * The thread that does so works on a copy and publishes it; when two threads meet
 * there, one copy is thrown away. Nothing else that another thread can see is
 * ever changed.
 *
 * Most texts that a rule is shown differ from all it wants in their very first
 * character, yet to run the machine code is to fetch it into the cache. So a
 * matcher remembers of each anchored rule whether a match can begin with this
 * character or that. It learns so from PCRE2 itself, by a partial match of the
 * character alone: no match there means that nothing behind it was looked at.
 *
 *     (rule "function", 产) -> impossible      (rule "function", 职) -> possible
 *
 * First characters stand close together in Unicode: 32 neighbours share an entry.
 *
 * Three limits stand between a bad rule and a hang: the match limit holds for
 * both engines, depth and heap limits for the interpreter that serves where no
 * JIT is to be had, and the JIT stack has an upper end. Whichever is hit, the
 * match ends with an error that names the rule. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "grammar/rule.h"

#include <pcre2.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/limits.h"

/* Groups that a match reports; a rule with more keeps the first ones. */
enum { MATCH_GROUPS = 64, JIT_STACK_FIRST = 32 * 1024, JIT_STACK_MOST = 1024 * 1024 };
/* Short texts that are matched without machine code, and their bytes. */
enum { PATIENCE = 64, SHORT_TEXT = 256 };
/* Groups of 32 first characters remembered: their number is 2 to the power of STARTS_BITS;
 * rules that take part in it. */
enum { STARTS_BITS = 13, STARTS_RULES = 1024 };

/* What is known of one rule and 32 characters side by side. */
struct starts {
	uint32_t key; /* number << 16 | character / 32 */
	uint32_t asked, possible;
};

struct rule {
	pcre2_code *code;
	/* With machine code; `code` itself where there is no JIT; NULL before much use. */
	_Atomic(pcre2_code *) fast;
	_Atomic uint32_t uses; /* before `fast` */
	const pifu_allocator *allocator;
	/* PCRE2's table of names, in `code`: number (two bytes), name, filled up to `group_bytes`. */
	const unsigned char *groups;
	uint32_t ngroups, group_bytes;
	uint32_t name_bytes;
	uint32_t number; /* from 1 among the rules of its set; 0: starts are not remembered */
	bool anchored;   /* it matches at the start of a text or nowhere */
	char name[];     /* NUL-terminated */
};

struct matcher {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	const pifu_allocator *allocator;
	const struct rule *failed; /* the first that failed without the caller asking; NULL */
	int failure;
	struct starts starts[1 << STARTS_BITS];
};

/* PCRE2 draws on the caller's allocator through these two. */
static void *alloc_block(PCRE2_SIZE size, void *allocator)
{
	return pifu_mem_alloc(allocator, size);
}

static void free_block(void *block, void *allocator)
{
	if (block)
		pifu_mem_free(allocator, block);
}

static pcre2_general_context *new_general(const pifu_allocator *allocator)
{
	/* PCRE2 hands the pointer back as it got it; nothing is written through it. */
	void *ctx = (void *)(uintptr_t)allocator;
	return pcre2_general_context_create(alloc_block, free_block, ctx);
}

static bool fill_matcher(struct matcher *m, pcre2_general_context *general)
{
	m->data = pcre2_match_data_create(MATCH_GROUPS, general);
	m->context = pcre2_match_context_create(general);
	if (!m->data || !m->context)
		return false;
	pcre2_set_match_limit(m->context, PIFU_LIMIT_REGEX_MATCH);
	pcre2_set_depth_limit(m->context, PIFU_LIMIT_REGEX_DEPTH);
	pcre2_set_heap_limit(m->context, PIFU_LIMIT_REGEX_HEAP_KB);
	m->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, general);
	/* Without one the JIT uses 32 KiB of the thread's own stack, which serves
	 * all but the most nested matches: a missing stack is no failure. */
	if (m->stack)
		pcre2_jit_stack_assign(m->context, NULL, m->stack);
	return true;
}

struct matcher *pifu_matcher_new(const pifu_allocator *allocator)
{
	struct matcher *m = pifu_mem_alloc(allocator, sizeof *m);
	if (!m)
		return NULL;
	memset(m, 0, sizeof *m);
	m->allocator = allocator;
	pcre2_general_context *general = new_general(allocator);
	bool filled = general && fill_matcher(m, general);
	pcre2_general_context_free(general);
	if (filled)
		return m;
	pifu_matcher_free(m);
	return NULL;
}

void pifu_matcher_free(struct matcher *m)
{
	if (!m)
		return;
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->context);
	pcre2_jit_stack_free(m->stack);
	pifu_mem_free(m->allocator, m);
}

/* `\C` would cut characters apart, and with it every offset. */
#define RULE_OPTIONS (PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C)

static pcre2_code *compile_pattern(struct str pattern, const pifu_allocator *allocator, int *code,
                                   PCRE2_SIZE *offset)
{
	*code = PCRE2_ERROR_NOMEMORY;
	*offset = 0;
	pcre2_general_context *general = new_general(allocator);
	pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
	pcre2_code *compiled = NULL;
	if (context)
		compiled = pcre2_compile((PCRE2_SPTR)(pattern.s ? pattern.s : ""), pattern.n,
		                         RULE_OPTIONS, code, offset, context);
	pcre2_compile_context_free(context);
	pcre2_general_context_free(general);
	return compiled;
}

/* Compile-time codes are positive but for this one. */
enum { COMPILE_NOMEM = 121 };

static void tell_compile(pifu_error *err, struct str name, int code, PCRE2_SIZE offset)
{
	if (code == PCRE2_ERROR_NOMEMORY || code == COMPILE_NOMEM) {
		pifu_error_nomem(err);
		return;
	}
	char why[160];
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why) < 0)
		why[0] = '\0';
	pifu_error_set(err, PIFU_ERR_GRAMMAR, "rule '%.*s': %s (at offset %u of the pattern)",
	               (int)name.n, name.s ? name.s : "", why, (unsigned)offset);
	if (err)
		err->column = (uint32_t)offset + 1;
}

struct rule *pifu_rule_new(struct str name, struct str pattern, const pifu_allocator *allocator,
                           pifu_error *err)
{
	struct rule *r = pifu_mem_alloc(allocator, sizeof *r + name.n + 1);
	if (!r) {
		pifu_error_nomem(err);
		return NULL;
	}
	memset(r, 0, sizeof *r);
	atomic_init(&r->fast, NULL);
	atomic_init(&r->uses, 0);
	r->allocator = allocator;
	r->name_bytes = name.n;
	if (name.n > 0)
		memcpy(r->name, name.s, name.n);
	r->name[name.n] = '\0';

	int code;
	PCRE2_SIZE offset;
	r->code = compile_pattern(pattern, allocator, &code, &offset);
	if (!r->code) {
		tell_compile(err, name, code, offset);
		pifu_mem_free(allocator, r);
		return NULL;
	}
	uint32_t options = 0;
	pcre2_pattern_info(r->code, PCRE2_INFO_ALLOPTIONS, &options);
	r->anchored = options & PCRE2_ANCHORED;
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &r->groups);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &r->ngroups);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &r->group_bytes);
	return r;
}

void pifu_rule_free(struct rule *r)
{
	if (!r)
		return;
	pcre2_code *fast = atomic_load(&r->fast);
	if (fast != r->code)
		pcre2_code_free(fast);
	pcre2_code_free(r->code);
	pifu_mem_free(r->allocator, r);
}

struct str pifu_rule_name(const struct rule *r)
{
	return (struct str){r->name, r->name_bytes};
}

uint32_t pifu_rule_group(const struct rule *r, const char *name)
{
	const unsigned char *g = r->groups;
	for (uint32_t i = 0; i < r->ngroups; i++, g += r->group_bytes)
		if (g[2] == (unsigned char)name[0] && strcmp((const char *)g + 2, name) == 0)
			return (uint32_t)g[0] << 8 | g[1];
	return 0;
}

/* Machine code for the rule, or the plain code where none can be had. */
static pcre2_code *make_fast(const struct rule *r)
{
	pcre2_code *copy = pcre2_code_copy(r->code);
	if (copy && pcre2_jit_compile(copy, PCRE2_JIT_COMPLETE) == 0)
		return copy;
	pcre2_code_free(copy);
	return r->code;
}

/* The code for a text of `size` bytes. */
static pcre2_code *find_code(const struct rule *shared, uint32_t size)
{
	/* Rules are shared as const; `fast` and `uses` are what is filled later. */
	struct rule *r = (struct rule *)(uintptr_t)shared;
	_Atomic(pcre2_code *) *slot = &r->fast;
	pcre2_code *fast = atomic_load_explicit(slot, memory_order_acquire);
	if (fast)
		return fast;
	if (size <= SHORT_TEXT &&
	    atomic_fetch_add_explicit(&r->uses, 1, memory_order_relaxed) < PATIENCE)
		return r->code;
	pcre2_code *mine = make_fast(r);
	if (atomic_compare_exchange_strong(slot, &fast, mine))
		return mine;
	if (mine != r->code)
		pcre2_code_free(mine);
	return fast;
}

/* The part of a subject that rules look at, cut between two characters. */
static uint32_t subject_size(struct str subject)
{
	if (subject.n <= PIFU_LIMIT_REGEX_SUBJECT)
		return subject.n;
	uint32_t n = PIFU_LIMIT_REGEX_SUBJECT;
	while (n > 0 && ((unsigned char)subject.s[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static void copy_groups(const pcre2_match_data *data, uint32_t set, struct span *groups,
                        uint32_t ngroups)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer((pcre2_match_data *)(uintptr_t)data);
	for (uint32_t i = 0; i < ngroups; i++) {
		bool used = i < set && at[2 * i] != PCRE2_UNSET;
		groups[i].from = used ? (uint32_t)at[2 * i] : PIFU_NONE;
		groups[i].to = used ? (uint32_t)at[2 * i + 1] : PIFU_NONE;
	}
}

static int tell_match(const struct rule *r, int code, pifu_error *err)
{
	if (code == PCRE2_ERROR_NOMEMORY) {
		pifu_error_nomem(err);
		return -1;
	}
	char why[160];
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why) < 0)
		why[0] = '\0';
	pifu_error_set(err, PIFU_ERR_GRAMMAR, "rule '%s' ran into a limit: %s", r->name, why);
	return -1;
}

static int run_code(const struct rule *r, uint32_t size, struct matcher *m, struct str subject,
                    uint32_t from)
{
	const pcre2_code *code = find_code(r, size);
	PCRE2_SPTR text = (PCRE2_SPTR)(subject.s ? subject.s : "");
	return code != r->code
	               ? pcre2_jit_match(code, text, subject.n, from, 0, m->data, m->context)
	               : pcre2_match(code, text, subject.n, from, PCRE2_NO_UTF_CHECK, m->data,
	                             m->context);
}

/* Chinese is three bytes that begin with E1 to EC; the subject is valid. */
static uint32_t first_character(struct str s, uint32_t *size)
{
	const unsigned char *p = (const unsigned char *)s.s;
	if (p[0] < 0xE1 || p[0] > 0xEC || s.n < 3)
		return pifu_utf8_next(s, size);
	*size = 3;
	return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
}

/* Ask PCRE2 whether a match can begin with the first character, of `size` bytes. */
static void ask_start(const struct rule *r, struct matcher *m, struct str subject, uint32_t size,
                      struct starts *known, uint32_t bit)
{
	int found = pcre2_match(r->code, (PCRE2_SPTR)subject.s, size, 0,
	                        PCRE2_NO_UTF_CHECK | PCRE2_PARTIAL_HARD, m->data, m->context);
	known->asked |= bit;
	if (found != PCRE2_ERROR_NOMATCH)
		known->possible |= bit;
}

/* What is known of the rule and the first character, its bytes and its bit; perhaps of others. */
static inline struct starts *find_start(const struct rule *r, struct matcher *m, struct str subject,
                                        uint32_t *size, uint32_t *key, uint32_t *bit)
{
	uint32_t c = first_character(subject, size);
	*key = r->number << 16 | c / 32;
	*bit = 1u << c % 32;
	return &m->starts[*key * 0x9E3779B1u >> (32 - STARTS_BITS)];
}

/* It is known that no match can begin with the character that the subject begins with. */
static inline bool is_no_start(const struct rule *r, struct matcher *m, struct str subject)
{
	uint32_t size = 0, key, bit;
	const struct starts *known = find_start(r, m, subject, &size, &key, &bit);
	return known->key == key && known->asked & ~known->possible & bit;
}

/* Can a match begin with the character that the subject begins with? */
static bool may_start(const struct rule *r, struct matcher *m, struct str subject)
{
	uint32_t size = 0, key, bit;
	struct starts *known = find_start(r, m, subject, &size, &key, &bit);
	if (known->key != key)
		*known = (struct starts){.key = key};
	if (!(known->asked & bit))
		ask_start(r, m, subject, size, known, bit);
	return known->possible & bit;
}

void pifu_rule_number(struct rule *r, uint32_t number)
{
	r->number = r->anchored && number < STARTS_RULES ? number : 0;
}

static __attribute__((noinline)) int match_text(const struct rule *r, struct matcher *m,
                                                struct str subject, uint32_t from,
                                                struct span *groups, uint32_t ngroups,
                                                pifu_error *err)
{
	subject.n = subject_size(subject);
	if (from > subject.n)
		return 0;
	if (r->number && from == 0 && subject.n > 0 && !may_start(r, m, subject))
		return 0;
	int found = run_code(r, subject.n, m, subject, from);
	if (found == PCRE2_ERROR_NOMEMORY) /* machine code needs none: its stack is there */
		found = run_code(r, SHORT_TEXT + 1, m, subject, from);
	if (found == PCRE2_ERROR_NOMATCH)
		return 0;
	if (found < 0 && !err && !m->failed) {
		m->failed = r;
		m->failure = found;
	}
	if (found < 0)
		return tell_match(r, found, err);
	/* 0: more groups than match data holds; those it holds are set. */
	copy_groups(m->data, found > 0 ? (uint32_t)found : MATCH_GROUPS, groups, ngroups);
	return 1;
}

/* Most calls end at the first character: that way is kept short, and calls nothing. */
int pifu_rule_match(const struct rule *r, struct matcher *m, struct str subject, uint32_t from,
                    struct span *groups, uint32_t ngroups, pifu_error *err)
{
	if (r->number && from == 0 && subject.n > 0 && is_no_start(r, m, subject))
		return 0;
	return match_text(r, m, subject, from, groups, ngroups, err);
}

pifu_status pifu_matcher_check(const struct matcher *m, pifu_error *err)
{
	if (!m->failed)
		return PIFU_OK;
	tell_match(m->failed, m->failure, err);
	return m->failure == PCRE2_ERROR_NOMEMORY ? PIFU_ERR_NOMEM : PIFU_ERR_GRAMMAR;
}
