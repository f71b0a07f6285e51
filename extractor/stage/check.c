/* Stage 7: what the form says that is odd. Nothing here changes a reading.
 *
 *     records  1 2 3 … n   -> pifu_check_record      bits of the record
 *              | | |   |   -> pifu_check_form_add    sums over the form
 *              | | |   |   -> pifu_check_subjects_add which characters stand where
 *              +-+-+---+   -> …_end                  findings of the document, and
 *                                                    bits that need all records
 *
 * One pass: a record is looked at once, while it is at hand. What names say of
 * their targets is one walk over their last characters (grammar/senses.h);
 * every other test begins with a byte or two. The checks, each with its source
 * and an example, are explained in pifu-checks(7). */
#include "stage/check.h"

#include "base/error.h"
#include "stage/stage.h"

enum { DECIMALS = 4, DIGITS_MAX = 13 };

bool pifu_check_decimal(struct str text, int64_t *out)
{
	static const struct str behind[] = {{"%", 1}, {"分", 3}};
	for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
		if (pifu_str_ends(text, behind[i]))
			text.n -= behind[i].n;
	int64_t value = 0;
	uint32_t at = 0, decimals = 0;
	while (at < text.n && text.s[at] >= '0' && text.s[at] <= '9' && at < DIGITS_MAX)
		value = value * 10 + (text.s[at++] - '0');
	if (at == 0)
		return false;
	if (at < text.n && text.s[at] == '.')
		for (at++; at < text.n && text.s[at] >= '0' && text.s[at] <= '9'; at++)
			if (decimals < DECIMALS) {
				value = value * 10 + (text.s[at] - '0');
				decimals++;
			}
	for (; decimals < DECIMALS; decimals++)
		value *= 10;
	*out = value;
	return at == text.n;
}

static bool new_checker(struct checker *c)
{
	struct pifu_doc *doc = c->doc;
	c->slots = 16;
	while (c->slots < 2 * doc->form.nrecords + 2)
		c->slots *= 2;
	c->seen = ARENA_ARRAY(doc->work, uint32_t, c->slots);
	return c->seen && pifu_check_subjects_new(c);
}

static void take_record(struct checker *c, size_t i)
{
	c->rec = &c->doc->form.records[i];
	c->number = (uint32_t)i;
	const struct str *own = c->rec->own;
	for (uint32_t set = c->rec->own_set; set; set &= set - 1)
		c->value[__builtin_ctz(set)] = *own++;
}

pifu_status pifu_stage_check(struct pifu_doc *doc, pifu_error *err)
{
	struct checker c = {.doc = doc};
	if (!new_checker(&c))
		return pifu_error_nomem(err);
	for (size_t i = 0; i < doc->form.nrecords; i++) {
		take_record(&c, i);
		pifu_check_record(&c);
		pifu_check_form_add(&c);
		pifu_check_subjects_add(&c);
	}
	pifu_check_form_end(&c);
	pifu_check_subjects_end(&c);
	return PIFU_OK;
}
