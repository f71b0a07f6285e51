/* The check other-function: an indicator that names another function's subject.
 *
 *     职能7 禁毒工作经费         its names:  禁毒…  禁毒…  吸毒…  毒品案件…       毒: 4 of 6
 *     职能8 扫黑除恶专项经费      its names:  扫黑…  扫黑…  毒品案件查出及时率     毒: 1, and 黑 none
 *
 * A character is a function's own when the name of that function alone has it
 * and at least half of the names of its indicators do. One that also stands in a
 * very few names of exactly one other function is a stray there, if
 *   - the indicator is one of output (of people and benefits all functions speak),
 *   - a pair of characters around it (毒品) is found with the function it comes from,
 *   - nothing in the indicator's name belongs to the function it stands under.
 * A character that several functions speak of (警, 费, 率) is nobody's own, so no
 * list of common words is needed. Counting is one pass over the names. */
#include <endian.h>

#include "stage/check.h"

/* Characters are their three bytes in UTF-8 here: they are compared, and no more. */
enum {
	STRAYS_MAX = 2,
	OWN_LEAST = 2,
	HAN_FIRST = 0xE4B880,
	HAN_LAST = 0xE9BFBF,
	HAN_LEAD = 0xE40000
};
enum { MET_WORDS = 64, HAN_MOST = 32 };
#define MANY (UINT32_MAX - 1)

struct subject {
	uint32_t c;
	uint32_t function;           /* the one whose name has it; MANY */
	uint32_t own;                /* names of its indicators that have it */
	uint32_t counted;            /* number + 1 of the record last counted */
	uint32_t strays[STRAYS_MAX]; /* records of another function that have it */
	uint32_t nstrays;            /* more than STRAYS_MAX: common */
};

struct slot_of_char {
	uint32_t c, item; /* c 0: free */
};

struct subjects {
	struct subject *items;
	size_t n;
	struct slot_of_char *chars; /* open addressing, a power of 2 */
	size_t slots;
	uint32_t *records;       /* [nfunctions] */
	uint32_t *first;         /* [nfunctions] their first records */
	uint32_t function;       /* of the record at hand, PIFU_NONE */
	const char *name;        /* of that function */
	uint64_t met[MET_WORDS]; /* set of the characters of functions' names */
};

static size_t find_slot(const struct subjects *s, uint32_t c)
{
	size_t k = c * 0x9E3779B1u >> 7 & (s->slots - 1);
	while (s->chars[k].c && s->chars[k].c != c)
		k = (k + 1) & (s->slots - 1);
	return k;
}

static struct subject *find_char(const struct subjects *s, uint32_t c)
{
	const struct slot_of_char *slot = &s->chars[find_slot(s, c)];
	return slot->c ? &s->items[slot->item] : NULL;
}

/* The set of characters that functions' names have: by the last twelve of a character's bits.
 * Another one may share them, but what is not in the set is in no such name. */
static inline uint64_t *met_word(struct subjects *s, uint32_t c)
{
	return &s->met[c / 256 % MET_WORDS];
}

/* The text is NUL-terminated: where three bytes stand, four can be read. */
static inline uint32_t three_bytes(struct str text, uint32_t at)
{
	uint32_t four;
	memcpy(&four, text.s + at, sizeof four);
	return be32toh(four) >> 8;
}

/* The next Chinese character, E4 B8 80 to E9 BF BF; 0 at the end. No other byte begins like
 * one of those. */
static inline uint32_t next_han(struct str text, uint32_t *at)
{
	while (*at + 2 < text.n) {
		uint32_t c = three_bytes(text, *at);
		if (c < HAN_LEAD || c > HAN_LAST) {
			++*at;
			continue;
		}
		*at += 3;
		if (c >= HAN_FIRST)
			return c;
	}
	return 0;
}

static void add_function(struct subjects *s, uint32_t function, struct str name)
{
	for (uint32_t at = 0, c; (c = next_han(name, &at)) != 0;) {
		struct slot_of_char *slot = &s->chars[find_slot(s, c)];
		*met_word(s, c) |= (uint64_t)1 << c % 64;
		if (slot->c && s->items[slot->item].function != function)
			s->items[slot->item].function = MANY;
		if (slot->c)
			continue;
		*slot = (struct slot_of_char){c, (uint32_t)s->n};
		s->items[s->n++] = (struct subject){.c = c, .function = function};
	}
}

bool pifu_check_subjects_new(struct checker *c)
{
	const struct pifu_form *form = &c->doc->form;
	struct arena *a = c->doc->work;
	size_t bytes = 0;
	if (form->nfunctions < 2 || form->nfunctions >= MANY)
		return true;
	for (size_t i = 0; i < form->nfunctions; i++)
		bytes += form->functions[i].name.n;
	struct subjects *s = c->subjects = ARENA_NEW(a, struct subjects);
	if (!s)
		return false;
	s->slots = 64;
	while (s->slots < bytes) /* three bytes a character: a third full */
		s->slots *= 2;
	s->function = PIFU_NONE;
	s->chars = ARENA_ARRAY(a, struct slot_of_char, s->slots);
	s->items = pifu_arena_alloc(a, (bytes / 3 + 1) * sizeof *s->items);
	s->records = ARENA_ARRAY(a, uint32_t, form->nfunctions);
	s->first = ARENA_ARRAY(a, uint32_t, form->nfunctions);
	if (!s->chars || !s->items || !s->records || !s->first)
		return false;
	for (size_t i = 0; i < form->nfunctions; i++)
		add_function(s, (uint32_t)i, form->functions[i].name);
	return true;
}

/* Records come in the order of the functions and share their texts. */
static void follow_function(struct checker *c)
{
	struct subjects *s = c->subjects;
	const struct pifu_form *form = &c->doc->form;
	struct str name = pifu_check_value(c, PIFU_FIELD_FUNCTION);
	if (s->function != PIFU_NONE && name.s == s->name)
		return;
	uint32_t from = s->function == PIFU_NONE ? 0 : s->function;
	s->name = name.s;
	s->function = PIFU_NONE;
	for (uint32_t i = from; name.s && i < form->nfunctions; i++)
		if (form->functions[i].name.s == name.s) {
			s->function = i;
			s->first[i] = c->number;
			return;
		}
}

static void count_char(struct subjects *s, struct subject *item, uint32_t number)
{
	if (item->function == MANY || item->counted == number + 1)
		return;
	item->counted = number + 1;
	if (item->function == s->function)
		item->own++;
	else if (item->nstrays++ < STRAYS_MAX)
		item->strays[item->nstrays - 1] = number;
}

/* The first characters of a text from `at` on that may be in a function's name, and perhaps
 * others: find_char tells. Written down without a branch for each, for there is no guessing
 * which they are. */
static uint32_t gather_met(struct subjects *s, struct str text, uint32_t *at,
                           uint32_t out[HAN_MOST])
{
	uint32_t n = 0, i = *at;
	while (i + 2 < text.n && n < HAN_MOST) {
		uint32_t c = three_bytes(text, i);
		if (c < HAN_LEAD) {
			i++;
			continue;
		}
		i += 3;
		out[n] = c;
		n += (uint32_t)(*met_word(s, c) >> c % 64) & 1;
	}
	*at = i;
	return n;
}

void pifu_check_subjects_add(struct checker *c)
{
	struct subjects *s = c->subjects;
	if (!s)
		return;
	follow_function(c);
	if (s->function == PIFU_NONE)
		return;
	s->records[s->function]++;
	struct str name = pifu_check_value(c, PIFU_FIELD_NAME);
	for (uint32_t at = 0, more = HAN_MOST; more == HAN_MOST;) {
		uint32_t met[HAN_MOST] = {0};
		more = gather_met(s, name, &at, met);
		for (uint32_t i = 0; i < more; i++) {
			struct subject *item = find_char(s, met[i]);
			if (item)
				count_char(s, item, c->number);
		}
	}
}

/* ---- Strays ---------------------------------------------------------------------- */

/* Does the function, or one of its indicators, speak of `pair`? */
static bool speaks_of(const struct checker *c, uint32_t function, struct str pair)
{
	const struct pifu_form *form = &c->doc->form;
	const struct subjects *s = c->subjects;
	struct str name = form->functions[function].name;
	if (pifu_str_find(name, pair) >= 0)
		return true;
	for (uint32_t i = s->first[function]; i < form->nrecords; i++) {
		const struct pifu_record *rec = &form->records[i];
		if (pifu_record_value(rec, PIFU_FIELD_FUNCTION).s != name.s)
			return false;
		if (pifu_str_find(pifu_record_value(rec, PIFU_FIELD_NAME), pair) >= 0)
			return true;
	}
	return false;
}

/* A pair of Chinese characters with `sought` in it that the function speaks of. */
static bool shares_pair(const struct checker *c, struct str name, uint32_t sought,
                        uint32_t function)
{
	uint32_t before = 0, end = 0;
	for (uint32_t at = 0, h; (h = next_han(name, &at)) != 0; before = h, end = at) {
		bool pair = before && at - end == 3 && (before == sought || h == sought);
		if (pair && speaks_of(c, function, pifu_str_sub(name, at - 6, at)))
			return true;
	}
	return false;
}

static uint32_t function_of(const struct checker *c, uint32_t record)
{
	const struct pifu_form *form = &c->doc->form;
	const char *name = pifu_record_value(&form->records[record], PIFU_FIELD_FUNCTION).s;
	for (uint32_t i = 0; i < form->nfunctions; i++)
		if (form->functions[i].name.s == name)
			return i;
	return PIFU_NONE;
}

/* Is any character of `name` in the name of the function it stands under, and in no other? */
static bool belongs_here(const struct checker *c, struct str name, uint32_t function)
{
	const struct subjects *s = c->subjects;
	for (uint32_t at = 0, h; (h = next_han(name, &at)) != 0;) {
		const struct subject *item = find_char(s, h);
		if (item && item->function == function)
			return true;
	}
	return false;
}

static bool is_subject(const struct subjects *s, const struct subject *item)
{
	return item->function != MANY && item->nstrays > 0 && item->nstrays <= STRAYS_MAX &&
	       item->own >= OWN_LEAST && item->own * 2 >= s->records[item->function] &&
	       item->nstrays * 2 <= item->own;
}

static void judge_stray(struct checker *c, const struct subject *item, uint32_t record)
{
	struct pifu_record *rec = &c->doc->form.records[record];
	struct str name = pifu_record_value(rec, PIFU_FIELD_NAME);
	uint32_t here = function_of(c, record);
	if (here == PIFU_NONE ||
	    !pifu_str_eq(pifu_record_value(rec, PIFU_FIELD_LEVEL1), STR("产出指标")))
		return;
	if (!belongs_here(c, name, here) && shares_pair(c, name, item->c, item->function))
		pifu_check_mark(rec, PIFU_CHECK_OTHER_FUNCTION);
}

void pifu_check_subjects_end(struct checker *c)
{
	const struct subjects *s = c->subjects;
	for (size_t k = 0; s && k < s->n; k++) {
		const struct subject *item = &s->items[k];
		if (!is_subject(s, item))
			continue;
		if (item->nstrays == STRAYS_MAX &&
		    function_of(c, item->strays[0]) != function_of(c, item->strays[1]))
			continue;
		for (uint32_t i = 0; i < item->nstrays; i++)
			judge_stray(c, item, item->strays[i]);
	}
}
