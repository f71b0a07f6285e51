/* Accessors over the lists of codes and fields: tables made from the .def files. */
#include "pifu.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char unknown[] = "unknown";

static const pifu_code_info statuses[] = {
#define PIFU_STATUS(id, name, exit, meaning) {name, "status", PIFU_ERROR, exit, meaning},
#include "pifu_codes.def"
#undef PIFU_STATUS
};

/* Findings and checks share one numbering, findings first. */
static const pifu_code_info findings[] = {
#define PIFU_FINDING(id, code, severity, meaning) {code, "finding", PIFU_##severity, 0, meaning},
#include "pifu_codes.def"
#undef PIFU_FINDING
#define PIFU_CHECK(id, code, severity, meaning) {code, "check", PIFU_##severity, 0, meaning},
#include "pifu_codes.def"
#undef PIFU_CHECK
};

static const pifu_code_info repairs[] = {
#define PIFU_REPAIR(id, code, meaning) {code, "repair", PIFU_INFO, 0, meaning},
#include "pifu_codes.def"
#undef PIFU_REPAIR
};

static const pifu_code_info accounts[] = {
#define PIFU_ACCOUNT(id, code, meaning) {code, "account", PIFU_INFO, 0, meaning},
#include "pifu_codes.def"
#undef PIFU_ACCOUNT
};

static const struct {
	const pifu_code_info *codes;
	size_t count;
} lists[] = {
	{statuses, COUNT(statuses)},
	{findings, COUNT(findings)},
	{repairs, COUNT(repairs)},
	{accounts, COUNT(accounts)},
};

_Static_assert(COUNT(statuses) == PIFU_STATUS_COUNT, "one line for each status");
_Static_assert(COUNT(findings) == PIFU_FINDING_AND_CHECK_COUNT, "checks follow findings");
_Static_assert(COUNT(findings) <= 64, "records keep findings as a set of 64 bits");

const pifu_code_info *pifu_code_list(size_t index)
{
	for (size_t i = 0; i < COUNT(lists); i++) {
		if (index < lists[i].count)
			return &lists[i].codes[index];
		index -= lists[i].count;
	}
	return NULL;
}

static const char *code_of(const pifu_code_info *table, size_t count, size_t index)
{
	return index < count ? table[index].code : unknown;
}

const char *pifu_status_name(pifu_status status)
{
	return code_of(statuses, COUNT(statuses), (size_t)status);
}

int pifu_status_exit(pifu_status status)
{
	if ((size_t)status >= COUNT(statuses))
		status = PIFU_ERR_INTERNAL;
	return statuses[status].exit_code;
}

const char *pifu_finding_code(pifu_finding finding)
{
	return code_of(findings, COUNT(findings), (size_t)finding);
}

pifu_severity pifu_finding_severity(pifu_finding finding)
{
	return (size_t)finding < COUNT(findings) ? findings[finding].severity : PIFU_ERROR;
}

const char *pifu_repair_code(pifu_repair repair)
{
	return code_of(repairs, COUNT(repairs), (size_t)repair);
}

const char *pifu_account_code(pifu_account account)
{
	return code_of(accounts, COUNT(accounts), (size_t)account);
}

static const struct {
	const char *key, *zh, *type;
} fields[] = {
#define PIFU_FIELD(id, key, type, zh, meaning) {key, zh, #type},
#include "pifu_fields.def"
#undef PIFU_FIELD
};

const char *pifu_field_key(pifu_field field)
{
	return (size_t)field < COUNT(fields) ? fields[field].key : unknown;
}

const char *pifu_field_zh(pifu_field field)
{
	return (size_t)field < COUNT(fields) ? fields[field].zh : unknown;
}

const char *pifu_field_type(pifu_field field)
{
	return (size_t)field < COUNT(fields) ? fields[field].type : unknown;
}
