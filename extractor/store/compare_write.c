/* What the outputs of a comparison share (compare_write.h). */
#include "compare_write.h"

#include <stdlib.h>
#include <string.h>

static const struct compare_format *const formats[] = {&compare_format_table, &compare_format_jsonl,
                                                       &compare_format_csv, &compare_format_xlsx};

const struct compare_format *compare_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

const char *compare_format_list(size_t index, const char **what)
{
	if (index >= sizeof formats / sizeof formats[0])
		return NULL;
	if (what)
		*what = formats[index]->what;
	return formats[index]->name;
}

const char *compare_change_name(enum compare_change change)
{
	static const char *const names[CHANGE_COUNT] = {"same", "changed", "amended", "added",
	                                                "dropped"};

	return names[change];
}

const struct compare_item *compare_item_of(const struct compare_group *group,
                                           const struct compare_pair *pair, enum compare_side side)
{
	uint32_t index = side == COMPARE_OLD ? pair->old : pair->new;

	return index == COMPARE_NONE ? NULL : &group->year[side].items[index];
}

const struct compare_item *compare_named_item(const struct compare_group *group,
                                              const struct compare_pair *pair)
{
	const struct compare_item *item = compare_item_of(group, pair, COMPARE_NEW);

	return item ? item : compare_item_of(group, pair, COMPARE_OLD);
}

bool compare_is_shown(const struct compare_writer *w, const struct compare_pair *pair)
{
	return w->look.all || pair->change != CHANGE_SAME || pair->nfindings > 0;
}

bool compare_has_finding(const struct compare_pair *pair, pifu_finding code)
{
	for (uint32_t i = 0; i < pair->nfindings; i++)
		if (pair->findings[i].code == code)
			return true;
	return false;
}

static size_t count_digits(const char **s)
{
	size_t n = 0;

	for (; **s >= '0' && **s <= '9'; ++*s)
		n++;
	return n;
}

bool compare_is_number(const char *text)
{
	const char *s = text + (*text == '-');
	bool zero = *s == '0';
	size_t n = count_digits(&s);

	if (n == 0 || (zero && n > 1))
		return false;
	if (*s == '.' && (s++, count_digits(&s) == 0))
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		if (count_digits(&s) == 0)
			return false;
	}
	return *s == '\0';
}

/* ---- Columns of a sheet ------------------------------------------------------------------ */

typedef const struct compare_group *group_in;
typedef const struct compare_pair *pair_in;

static const char *cell_change(group_in group, pair_in pair, struct buffer *made)
{
	(void)group, (void)made;
	return compare_change_name(pair->change);
}

static const char *cell_department(group_in group, pair_in pair, struct buffer *made)
{
	(void)pair, (void)made;
	return group->department;
}

static const char *field_of(const struct compare_item *item, pifu_field field)
{
	return item ? item->field[field] : NULL;
}

#define NAMED_CELL(function, field)                                                    \
	static const char *function(group_in group, pair_in pair, struct buffer *made) \
	{                                                                              \
		(void)made;                                                            \
		return field_of(compare_named_item(group, pair), PIFU_FIELD_##field);  \
	}
#define SIDE_CELL(function, side, field)                                                 \
	static const char *function(group_in group, pair_in pair, struct buffer *made)   \
	{                                                                                \
		(void)made;                                                              \
		return field_of(compare_item_of(group, pair, side), PIFU_FIELD_##field); \
	}
NAMED_CELL(cell_project, PROJECT)
NAMED_CELL(cell_function_no, FUNCTION_NO)
NAMED_CELL(cell_function, FUNCTION)
NAMED_CELL(cell_level1, LEVEL1)
NAMED_CELL(cell_level2, LEVEL2)
NAMED_CELL(cell_name, NAME)
SIDE_CELL(cell_old_name, COMPARE_OLD, NAME)
SIDE_CELL(cell_old_function, COMPARE_OLD, FUNCTION)
SIDE_CELL(cell_old_year, COMPARE_OLD, YEAR)
SIDE_CELL(cell_new_year, COMPARE_NEW, YEAR)
SIDE_CELL(cell_old_target, COMPARE_OLD, TARGET)
SIDE_CELL(cell_new_target, COMPARE_NEW, TARGET)
SIDE_CELL(cell_old_weight, COMPARE_OLD, WEIGHT)
SIDE_CELL(cell_new_weight, COMPARE_NEW, WEIGHT)
SIDE_CELL(cell_old_file, COMPARE_OLD, FILE)
SIDE_CELL(cell_new_file, COMPARE_NEW, FILE)
SIDE_CELL(cell_old_id, COMPARE_OLD, ID)
SIDE_CELL(cell_new_id, COMPARE_NEW, ID)

static const char *put_number(struct buffer *made, const char *format, double number)
{
	char text[64];

	snprintf(text, sizeof text, format, number);
	batch_buffer_text(made, text);
	return made->s;
}

static const char *cell_similarity(group_in group, pair_in pair, struct buffer *made)
{
	(void)group;
	if (pair->old == COMPARE_NONE || pair->new == COMPARE_NONE)
		return NULL;
	return put_number(made, "%.3g", pair->similarity);
}

static const char *cell_ratio(group_in group, pair_in pair, struct buffer *made)
{
	(void)group;
	return pair->ratio > 0 ? put_number(made, "%.6g", pair->ratio) : NULL;
}

static const char *cell_fields(group_in group, pair_in pair, struct buffer *made)
{
	(void)group;
	for (int f = 0; f < PIFU_FIELD_COUNT; f++) {
		if (!(pair->fields >> f & 1))
			continue;
		batch_buffer_text(made, made->n ? ";" : "");
		batch_buffer_text(made, pifu_field_key((pifu_field)f));
	}
	return made->n ? made->s : NULL;
}

static const char *cell_findings(group_in group, pair_in pair, struct buffer *made)
{
	(void)group;
	for (uint32_t i = 0; i < pair->nfindings; i++) {
		batch_buffer_text(made, made->n ? ";" : "");
		batch_buffer_text(made, pifu_finding_code(pair->findings[i].code));
	}
	return made->n ? made->s : NULL;
}

static const char *cell_remarks(group_in group, pair_in pair, struct buffer *made)
{
	(void)group;
	for (uint32_t i = 0; i < pair->nfindings; i++) {
		batch_buffer_text(made, made->n ? "; " : "");
		batch_buffer_text(made, pair->findings[i].text);
	}
	return made->n ? made->s : NULL;
}

const struct compare_column compare_columns[] = {
	{"change", "变化", CELL_CODE, 10, cell_change},
	{"department", "部门(单位)名称", CELL_TEXT, 22, cell_department},
	{"project", "项目名称", CELL_TEXT, 22, cell_project},
	{"function_no", "职能序号", CELL_NUMBER, 8, cell_function_no},
	{"function", "职能", CELL_TEXT, 22, cell_function},
	{"level1", "一级绩效指标名称", CELL_TEXT, 14, cell_level1},
	{"level2", "二级绩效指标名称", CELL_TEXT, 18, cell_level2},
	{"name", "三级绩效指标名称", CELL_TEXT, 32, cell_name},
	{"old_name", "原三级绩效指标名称", CELL_TEXT, 32, cell_old_name},
	{"old_function", "原职能", CELL_TEXT, 22, cell_old_function},
	{"similarity", "名称相似度", CELL_NUMBER, 10, cell_similarity},
	{"old_year", "原年度", CELL_NUMBER, 8, cell_old_year},
	{"new_year", "新年度", CELL_NUMBER, 8, cell_new_year},
	{"old_target", "原指标值", CELL_TEXT, 18, cell_old_target},
	{"new_target", "新指标值", CELL_TEXT, 18, cell_new_target},
	{"ratio", "比值", CELL_NUMBER, 8, cell_ratio},
	{"old_weight", "原权重", CELL_NUMBER, 8, cell_old_weight},
	{"new_weight", "新权重", CELL_NUMBER, 8, cell_new_weight},
	{"fields", "变化字段", CELL_CODE, 22, cell_fields},
	{"findings", "发现", CELL_CODE, 24, cell_findings},
	{"remarks", "说明", CELL_TEXT, 40, cell_remarks},
	{"old_file", "原文件", CELL_TEXT, 24, cell_old_file},
	{"new_file", "新文件", CELL_TEXT, 24, cell_new_file},
	{"old_id", "原记录编号", CELL_CODE, 28, cell_old_id},
	{"new_id", "新记录编号", CELL_CODE, 28, cell_new_id},
};
const size_t compare_column_count = sizeof compare_columns / sizeof compare_columns[0];

const char *compare_cell(const struct compare_column *column, const struct compare_group *group,
                         const struct compare_pair *pair, struct buffer *made)
{
	batch_buffer_clear(made, SIZE_MAX);
	return column->text(group, pair, made);
}
