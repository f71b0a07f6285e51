/* What the public interface shows of documents, forms and records. */
#include "model/doc.h"

const char *pifu_doc_file(const pifu_doc *doc)
{
	return doc->file.s;
}
const char *pifu_doc_sha256(const pifu_doc *doc)
{
	return doc->sha256;
}
const char *pifu_doc_format(const pifu_doc *doc)
{
	return doc->format->name;
}

size_t pifu_doc_finding_count(const pifu_doc *doc)
{
	return doc->findings.n;
}

pifu_doc_finding pifu_doc_finding_at(const pifu_doc *doc, size_t index)
{
	const struct finding *f = &doc->findings.items[index];
	return (pifu_doc_finding){
		.finding = f->code,
		.line = f->line,
		.column = f->column,
		.table = f->table,
		.row = f->row,
		.col = f->col,
		.text = f->text.s ? f->text.s : "",
	};
}

pifu_receipt pifu_doc_receipt(const pifu_doc *doc)
{
	pifu_receipt r = doc->receipt;
	uint64_t sum = 0;
	for (size_t i = 0; i < PIFU_ACCOUNT_COUNT; i++)
		sum += r.accounts[i];
	r.balanced = sum == r.cells && r.accounts[PIFU_ACCOUNT_NONE] == 0;
	return r;
}

uint32_t pifu_form_number(const pifu_form *form)
{
	return form->number;
}
const char *pifu_form_kind(const pifu_form *form)
{
	return form->kind.s;
}
const char *pifu_form_title(const pifu_form *form)
{
	return form->title.s;
}

const char *pifu_form_field(const pifu_form *form, size_t index, const char **value)
{
	if (index >= form->nfields)
		return NULL;
	if (value)
		*value = form->fields[index].value.s;
	return form->fields[index].key.s;
}

const char *pifu_form_goal(const pifu_form *form, size_t index)
{
	return index < form->ngoals ? form->goals[index].s : NULL;
}

const char *pifu_form_function(const pifu_form *form, size_t index, uint32_t *number)
{
	if (index >= form->nfunctions)
		return NULL;
	if (number)
		*number = form->functions[index].number;
	return form->functions[index].name.s;
}

size_t pifu_form_record_count(const pifu_form *form)
{
	return form->nrecords;
}

const pifu_record *pifu_form_record(const pifu_form *form, size_t index)
{
	return index < form->nrecords ? &form->records[index] : NULL;
}

const char *pifu_record_text(const pifu_record *record, pifu_field field)
{
	return pifu_record_value(record, field).s;
}

const char *pifu_record_raw(const pifu_record *record, pifu_field field)
{
	return pifu_record_wording(record, field).s;
}

pifu_place pifu_record_place(const pifu_record *record)
{
	return (pifu_place){record->line, record->page, record->table, record->row};
}

double pifu_record_confidence(const pifu_record *record)
{
	return record->confidence;
}

bool pifu_record_doubtful(const pifu_record *record)
{
	return record->findings >> PIFU_FINDING_DOUBTFUL & 1;
}

static uint64_t code_mask(unsigned from, unsigned to)
{
	return ((uint64_t)1 << to) - ((uint64_t)1 << from);
}

static uint64_t finding_bits(const pifu_record *r)
{
	return r->findings & code_mask(0, PIFU_FINDING_COUNT);
}
static uint64_t check_bits(const pifu_record *r)
{
	return r->findings & code_mask(PIFU_CHECK_FIRST, PIFU_FINDING_AND_CHECK_COUNT);
}

static pifu_finding nth_code(uint64_t bits, size_t index)
{
	while (index-- > 0)
		bits &= bits - 1;
	return (pifu_finding)__builtin_ctzll(bits);
}

size_t pifu_record_finding_count(const pifu_record *record)
{
	return (size_t)__builtin_popcountll(finding_bits(record));
}
pifu_finding pifu_record_finding(const pifu_record *record, size_t index)
{
	return nth_code(finding_bits(record), index);
}
size_t pifu_record_check_count(const pifu_record *record)
{
	return (size_t)__builtin_popcountll(check_bits(record));
}
pifu_finding pifu_record_check(const pifu_record *record, size_t index)
{
	return nth_code(check_bits(record), index);
}

size_t pifu_record_repair_count(const pifu_record *record)
{
	return record->nrepairs;
}

pifu_repair pifu_record_repair(const pifu_record *record, size_t index, const char **reason,
                               double *cost)
{
	const struct repair *r = &record->repairs[index];
	if (reason)
		*reason = r->reason.s;
	if (cost)
		*cost = r->cost / 100.0;
	return r->code;
}
