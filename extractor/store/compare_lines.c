/* JSON Lines of a comparison: an object a difference, keys in the order of
 * schemas/diff.schema.json. */
#include "compare_write.h"

#include <string.h>

static void put_key(struct buffer *b, const char *key)
{
	batch_buffer_key(b, key);
}

static void put_bool(struct buffer *b, const char *key, bool value)
{
	put_key(b, key);
	batch_buffer_text(b, value ? "true" : "false");
}

static void put_share(struct buffer *b, const char *key, const char *format, double value)
{
	char text[64];

	put_key(b, key);
	snprintf(text, sizeof text, format, value);
	batch_buffer_text(b, value < 0 ? "null" : text);
}

/* As the record's own JSON has it: numbers bare, what may be either by what it is. */
static void put_field(struct buffer *b, const struct compare_item *item, pifu_field field)
{
	const char *text = item ? item->field[field] : NULL;
	bool bare = text && strcmp(pifu_field_type(field), "TEXT") != 0 && compare_is_number(text);

	put_key(b, pifu_field_key(field));
	if (bare)
		batch_buffer_text(b, text);
	else
		batch_buffer_json(b, text);
}

static void put_side(struct buffer *b, const char *key, const struct compare_item *item)
{
	static const pifu_field fields[] = {PIFU_FIELD_FILE,        PIFU_FIELD_FORM,
	                                    PIFU_FIELD_KIND,        PIFU_FIELD_YEAR,
	                                    PIFU_FIELD_DEPARTMENT,  PIFU_FIELD_PROJECT,
	                                    PIFU_FIELD_FUNCTION_NO, PIFU_FIELD_FUNCTION,
	                                    PIFU_FIELD_LEVEL1,      PIFU_FIELD_LEVEL2,
	                                    PIFU_FIELD_NAME,        PIFU_FIELD_TARGET,
	                                    PIFU_FIELD_TARGET_KIND, PIFU_FIELD_COMPARATOR,
	                                    PIFU_FIELD_NUMBER,      PIFU_FIELD_NUMBER_MAX,
	                                    PIFU_FIELD_UNIT,        PIFU_FIELD_WEIGHT,
	                                    PIFU_FIELD_BASIS};

	put_key(b, key);
	if (!item) {
		batch_buffer_text(b, "null");
		return;
	}
	batch_buffer_text(b, "{\"id\":");
	batch_buffer_json(b, item->field[PIFU_FIELD_ID]);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		put_field(b, item, fields[i]);
	batch_buffer_text(b, "}");
}

static void put_fields(struct buffer *b, const struct compare_pair *pair)
{
	const char *comma = "";

	put_key(b, "fields");
	batch_buffer_text(b, "[");
	for (int f = 0; f < PIFU_FIELD_COUNT; f++) {
		if (!(pair->fields >> f & 1))
			continue;
		batch_buffer_text(b, comma);
		batch_buffer_json(b, pifu_field_key((pifu_field)f));
		comma = ",";
	}
	batch_buffer_text(b, "]");
}

static const char *severity_name(pifu_severity severity)
{
	static const char *const names[] = {"info", "notice", "warning", "error"};

	return names[severity];
}

static void put_findings(struct buffer *b, const struct compare_pair *pair)
{
	put_key(b, "findings");
	batch_buffer_text(b, "[");
	for (uint32_t i = 0; i < pair->nfindings; i++) {
		const struct compare_finding *f = &pair->findings[i];

		batch_buffer_text(b, i ? ",{\"code\":" : "{\"code\":");
		batch_buffer_json(b, pifu_finding_code(f->code));
		put_key(b, "severity");
		batch_buffer_json(b, severity_name(pifu_finding_severity(f->code)));
		put_key(b, "text");
		batch_buffer_json(b, f->text);
		batch_buffer_text(b, "}");
	}
	batch_buffer_text(b, "]");
}

static void put_rivals(struct buffer *b, const struct compare_group *group,
                       const struct compare_pair *pair)
{
	put_key(b, "alternatives");
	batch_buffer_text(b, "[");
	for (uint32_t i = 0; i < pair->nrivals; i++) {
		const struct compare_rival *r = &pair->rivals[i];
		const struct compare_item *item = &group->year[r->side].items[r->item];

		batch_buffer_text(b, i ? ",{\"side\":" : "{\"side\":");
		batch_buffer_json(b, r->side == COMPARE_OLD ? "old" : "new");
		put_key(b, "id");
		batch_buffer_json(b, item->field[PIFU_FIELD_ID]);
		put_field(b, item, PIFU_FIELD_NAME);
		put_field(b, item, PIFU_FIELD_TARGET);
		put_share(b, "similarity", "%.3f", r->similarity);
		batch_buffer_text(b, "}");
	}
	batch_buffer_text(b, "]");
}

static void put_pair(struct buffer *b, const struct compare_group *group,
                     const struct compare_pair *pair)
{
	const struct compare_item *old = compare_item_of(group, pair, COMPARE_OLD);
	const struct compare_item *new = compare_item_of(group, pair, COMPARE_NEW);
	const struct compare_item *item = new ? new : old;

	batch_buffer_text(b, "{\"change\":");
	batch_buffer_json(b, compare_change_name(pair->change));
	put_key(b, "department");
	batch_buffer_json(b, group->department);
	put_field(b, item, PIFU_FIELD_PROJECT);
	put_field(b, item, PIFU_FIELD_FUNCTION_NO);
	put_field(b, item, PIFU_FIELD_FUNCTION);
	put_field(b, item, PIFU_FIELD_LEVEL1);
	put_field(b, item, PIFU_FIELD_LEVEL2);
	put_field(b, item, PIFU_FIELD_NAME);
	put_share(b, "similarity", "%.3f", old && new ? pair->similarity : -1);
	put_share(b, "margin", "%.3f", old && new ? pair->margin : -1);
	put_bool(b, "moved", pair->moved);
	put_bool(b, "doubtful", pair->doubtful);
	put_share(b, "ratio", "%.6g", pair->ratio > 0 ? pair->ratio : -1);
	put_fields(b, pair);
	put_findings(b, pair);
	put_rivals(b, group, pair);
	put_side(b, "old", old);
	put_side(b, "new", new);
	batch_buffer_text(b, "}\n");
}

static bool write_group(struct compare_writer *w, const struct compare_group *group)
{
	for (uint32_t i = 0; i < group->npairs; i++)
		if (compare_is_shown(w, &group->pairs[i]))
			put_pair(&w->out, group, &group->pairs[i]);
	return !w->out.failed;
}

const struct compare_format compare_format_jsonl = {
	.name = "jsonl",
	.what = "JSON Lines, one object a difference",
	.group = write_group,
};
