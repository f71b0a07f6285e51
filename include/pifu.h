/* pifu (批复): approval forms in, indicator records out.
 *
 * The whole public interface of libpifu and its manual. Four kinds of objects:
 *
 *   pifu_grammars  the loaded form families; immutable, shared by any number of threads
 *   pifu_doc       one input being read; belongs to one thread at a time
 *   pifu_form      one form of it, a loan that ends with the next pifu_doc_next
 *   pifu_record    one indicator of a form, a loan like its form
 *
 * A first program:
 *
 *     pifu_error err = {0};
 *     pifu_grammars *grammars = pifu_grammars_load(NULL, NULL, &err);
 *     pifu_doc *doc = pifu_doc_open(grammars, "form.txt", NULL, &err);
 *     const pifu_form *form;
 *     while (doc && (form = pifu_doc_next(doc, &err)))
 *         for (size_t i = 0; i < pifu_form_record_count(form); i++)
 *             puts(pifu_record_text(pifu_form_record(form, i), PIFU_FIELD_NAME));
 *     pifu_doc_free(doc);
 *     pifu_grammars_free(grammars);
 *
 * Rules that hold everywhere:
 *   - All text is UTF-8. Texts given out are NUL-terminated loans of their owner.
 *   - `_load`, `_open` and `_new` give ownership, `_free` takes NULL, all else is a loan.
 *   - Failures are a status or NULL, told in the caller's pifu_error (NULL: not wanted).
 *     Findings are oddities of a document; they are data, never failures.
 *   - The library never prints, exits or aborts, and has no mutable globals.
 */
#ifndef PIFU_H
#define PIFU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PIFU_API __attribute__((visibility("default")))
#else
#define PIFU_API
#endif

#define PIFU_VERSION "0.1.0"
#define PIFU_NONE UINT32_MAX /* no such position */

/* ---- Codes ------------------------------------------------------------- */

typedef enum {
#define PIFU_STATUS(id, name, exit, meaning) PIFU_##id,
#include "pifu_codes.def"
#undef PIFU_STATUS
	PIFU_STATUS_COUNT
} pifu_status;

typedef enum { PIFU_INFO, PIFU_NOTICE, PIFU_WARNING, PIFU_ERROR } pifu_severity;

/* Findings and checks are one list of codes: findings first. */
typedef enum {
#define PIFU_FINDING(id, code, severity, meaning) PIFU_FINDING_##id,
#include "pifu_codes.def"
#undef PIFU_FINDING
	PIFU_FINDING_COUNT,
	PIFU_CHECK_FIRST = PIFU_FINDING_COUNT,
	PIFU_CHECK_BEFORE = PIFU_FINDING_COUNT - 1,
#define PIFU_CHECK(id, code, severity, meaning) PIFU_CHECK_##id,
#include "pifu_codes.def"
#undef PIFU_CHECK
	PIFU_FINDING_AND_CHECK_COUNT
} pifu_finding;

typedef enum {
#define PIFU_REPAIR(id, code, meaning) PIFU_REPAIR_##id,
#include "pifu_codes.def"
#undef PIFU_REPAIR
	PIFU_REPAIR_COUNT
} pifu_repair;

typedef enum {
#define PIFU_ACCOUNT(id, code, meaning) PIFU_ACCOUNT_##id,
#include "pifu_codes.def"
#undef PIFU_ACCOUNT
	PIFU_ACCOUNT_COUNT
} pifu_account;

typedef enum {
#define PIFU_FIELD(id, key, type, zh, meaning) PIFU_FIELD_##id,
#include "pifu_fields.def"
#undef PIFU_FIELD
	PIFU_FIELD_COUNT
} pifu_field;

/** One code explained. `code` is stable, `meaning` is English prose. */
typedef struct {
	const char *code;
	const char *kind; /* "status", "finding", "check", "repair", "account" */
	pifu_severity severity;
	int exit_code; /* of a status; 0 otherwise */
	const char *meaning;
} pifu_code_info;

/** All codes, in the order of pifu_codes.def.
 *  errors: NULL past the end; threads: any */
PIFU_API const pifu_code_info *pifu_code_list(size_t index);
PIFU_API const char *pifu_status_name(pifu_status status);
/** The exit code a program should end with for `status` (DESIGN: 0-7, 70). */
PIFU_API int pifu_status_exit(pifu_status status);
PIFU_API const char *pifu_finding_code(pifu_finding finding);
PIFU_API pifu_severity pifu_finding_severity(pifu_finding finding);
PIFU_API const char *pifu_repair_code(pifu_repair repair);
PIFU_API const char *pifu_account_code(pifu_account account);
/** JSON key, Chinese column name and JSON type ("TEXT", "INT", "NUM", "ANY") of a field. */
PIFU_API const char *pifu_field_key(pifu_field field);
PIFU_API const char *pifu_field_zh(pifu_field field);
PIFU_API const char *pifu_field_type(pifu_field field);

/* ---- Errors, memory, options -------------------------------------------- */

/** What went wrong and where; lines, columns from 1 (0 unknown). Lives on the caller's stack. */
typedef struct {
	pifu_status status;
	uint32_t line, column;
	char file[256];
	char message[512];
} pifu_error;

/** An allocator for everything that pifu itself allocates. All three are
 *  required; `realloc` is given the block or NULL. Thread-safe if shared. */
typedef struct pifu_allocator {
	void *(*alloc)(void *ctx, size_t size);
	void *(*realloc)(void *ctx, void *block, size_t size);
	void (*free)(void *ctx, void *block);
	void *ctx;
} pifu_allocator;

enum { PIFU_LIMITS = 48 };

/** How to read. Start from pifu_options_default(); zero means default. */
typedef struct {
	const char *encoding;     /* NULL: by content; else an ICU converter name */
	const char *input_format; /* NULL: by content; else a name of pifu_format_list */
	const char *grammar;      /* NULL: recognise; else the family to assume */
	const char *file_name;    /* NULL: the path; else what records name as `file` */
	double doubt; /* confidence under which a record is doubtful; 0: the grammar's */
	const pifu_allocator *allocator; /* NULL: the C library's */
	const char *changes;             /* tracked changes: "accepted" (NULL) or "original" */
	bool hidden;                     /* take hidden text, rows and sheets too */
	bool salvage;        /* read a damaged document as far as it goes, with a finding */
	const char *soffice; /* LibreOffice's program; NULL: $PIFU_SOFFICE, else found in PATH */
	uint64_t limits[PIFU_LIMITS]; /* in the order of pifu_limit_list; 0: the default */
} pifu_options;

PIFU_API pifu_options pifu_options_default(void);

/** What a document may cost. `value` holds unless set otherwise; `most` is the highest
 *  value that can be set. Past a limit reading ends with PIFU_ERR_LIMIT; spans are clamped. */
typedef struct {
	const char *name;
	uint64_t value, most;
	const char *meaning;
} pifu_limit_info;

/** All limits; NULL past the end.
 *  threads: any */
PIFU_API const pifu_limit_info *pifu_limit_list(size_t index);
/** Set the limit `name`.
 *  errors: PIFU_ERR_USAGE (no such limit, 0, or above its most) */
PIFU_API pifu_status pifu_options_limit(pifu_options *options, const char *name, uint64_t value,
                                        pifu_error *err);

/** "0.1.0", and the versions of the libraries in use ("ICU 72.1, PCRE2 10.42 …"). */
PIFU_API const char *pifu_version(void);
/** Writes at most `size` bytes, always terminated; returns the length needed. */
PIFU_API size_t pifu_version_libraries(char *out, size_t size);
/** Name and one-line description of the input formats; NULL past the end. */
PIFU_API const char *pifu_format_list(size_t index, const char **what);

/* ---- Grammars ------------------------------------------------------------ */

typedef struct pifu_grammars pifu_grammars;

/** Load all `*.yaml` of `dir`.
 *  dir:     NULL: $PIFU_GRAMMARS, else the folder beside the running program or the
 *           shared library (../share/pifu/grammars, or the source tree's), else the installed one
 *  errors:  PIFU_ERR_GRAMMAR with file:line:column and what was expected, or the folder or file
 *           that cannot be read; PIFU_ERR_LIMIT, PIFU_ERR_NOMEM
 *  owns:    the caller frees with pifu_grammars_free, after every document
 *  threads: the result is immutable and may be shared */
PIFU_API pifu_grammars *pifu_grammars_load(const char *dir, const pifu_options *options,
                                           pifu_error *err);
PIFU_API void pifu_grammars_free(pifu_grammars *grammars);
PIFU_API size_t pifu_grammars_count(const pifu_grammars *grammars);
/** Name, Chinese title and file of family `index`; NULL past the end. */
PIFU_API const char *pifu_grammars_name(const pifu_grammars *grammars, size_t index);
PIFU_API const char *pifu_grammars_title(const pifu_grammars *grammars, size_t index);
PIFU_API const char *pifu_grammars_file(const pifu_grammars *grammars, size_t index);
/** The folder they were loaded from. */
PIFU_API const char *pifu_grammars_dir(const pifu_grammars *grammars);

/** Takes a sink's bytes: returns 0, or nonzero to stop with PIFU_ERR_WRITE. */
typedef int (*pifu_sink)(void *ctx, const char *bytes, size_t n);

/** Run the samples that family `index` carries; each failure is told to `sink`
 *  as a line `file:line: what differs`.
 *  errors: PIFU_ERR_GRAMMAR when a sample fails; `*ran` is the number of samples run */
PIFU_API pifu_status pifu_grammars_check(const pifu_grammars *grammars, size_t index, size_t *ran,
                                         pifu_sink sink, void *ctx, pifu_error *err);
/** The family with all that it inherits, as YAML. */
PIFU_API pifu_status pifu_grammars_show(const pifu_grammars *grammars, size_t index, pifu_sink sink,
                                        void *ctx, pifu_error *err);

/* ---- Documents ----------------------------------------------------------- */

typedef struct pifu_doc pifu_doc;
typedef struct pifu_form pifu_form;
typedef struct pifu_record pifu_record;

/** Open a file ("-": standard input) or bytes in memory for reading.
 *  errors: PIFU_ERR_OPEN, PIFU_ERR_FORMAT, PIFU_ERR_LIMIT, PIFU_ERR_NOMEM …
 *  owns:   the caller frees with pifu_doc_free; `bytes` must outlive the document */
PIFU_API pifu_doc *pifu_doc_open(const pifu_grammars *grammars, const char *path,
                                 const pifu_options *options, pifu_error *err);
PIFU_API pifu_doc *pifu_doc_open_memory(const pifu_grammars *grammars, const void *bytes,
                                        size_t size, const pifu_options *options, pifu_error *err);
/** The next form, read, repaired and checked.
 *  errors: NULL at the end (err->status PIFU_OK) or on a failure (err->status set)
 *  owns:   a loan until the next call or pifu_doc_free */
PIFU_API const pifu_form *pifu_doc_next(pifu_doc *doc, pifu_error *err);
PIFU_API void pifu_doc_free(pifu_doc *doc);

PIFU_API const char *pifu_doc_file(const pifu_doc *doc);
PIFU_API const char *pifu_doc_sha256(const pifu_doc *doc);   /* 64 hex digits */
PIFU_API const char *pifu_doc_format(const pifu_doc *doc);   /* input format in use */
PIFU_API const char *pifu_doc_encoding(const pifu_doc *doc); /* NULL where it has no meaning */

/** A finding about the document, or a check of one of its forms, with its place
 *  (0 or PIFU_NONE: unknown). */
typedef struct {
	pifu_finding finding;
	uint32_t line, column;    /* of the source, from 1 */
	uint32_t table, row, col; /* of the grid, from 0 */
	const char *text;         /* what was seen; "" if nothing to show */
} pifu_doc_finding;

/** Findings so far; complete once pifu_doc_next has returned NULL. */
PIFU_API size_t pifu_doc_finding_count(const pifu_doc *doc);
PIFU_API pifu_doc_finding pifu_doc_finding_at(const pifu_doc *doc, size_t index);

/** The conservation receipt so far: every non-blank cell of the input in exactly one account. */
typedef struct {
	uint64_t cells; /* non-blank cells read */
	uint64_t accounts
		[PIFU_ACCOUNT_COUNT]; /* cells in each account; [PIFU_ACCOUNT_NONE] must be 0 */
	uint64_t forms, records;
	bool balanced;
} pifu_receipt;
PIFU_API pifu_receipt pifu_doc_receipt(const pifu_doc *doc);

/* ---- Forms and records --------------------------------------------------- */

PIFU_API uint32_t pifu_form_number(const pifu_form *form); /* in the document, from 1 */
PIFU_API const char *pifu_form_kind(const pifu_form *form);
PIFU_API const char *pifu_form_title(const pifu_form *form); /* NULL: none */
/** Fields of the head as key and value, in the order of the source; NULL past the end. */
PIFU_API const char *pifu_form_field(const pifu_form *form, size_t index, const char **value);
/** The goals of 年度整体绩效目标, one text each; NULL past the end. */
PIFU_API const char *pifu_form_goal(const pifu_form *form, size_t index);
/** The functions (职能) of the form: number (0: none) and name; NULL past the end. */
PIFU_API const char *pifu_form_function(const pifu_form *form, size_t index, uint32_t *number);
PIFU_API size_t pifu_form_record_count(const pifu_form *form);
PIFU_API const pifu_record *pifu_form_record(const pifu_form *form, size_t index);

/** A scalar field as text; NULL where it is null. Numbers are decimal text. */
PIFU_API const char *pifu_record_text(const pifu_record *record, pifu_field field);
/** The field before normalisation; NULL where normalisation changed nothing. */
PIFU_API const char *pifu_record_raw(const pifu_record *record, pifu_field field);
/** Where the indicator's name stands: source line and page from 1 (0: unknown),
 *  table and row of the grid from 0. */
typedef struct {
	uint32_t line, page, table, row;
} pifu_place;
PIFU_API pifu_place pifu_record_place(const pifu_record *record);
PIFU_API double pifu_record_confidence(const pifu_record *record);
PIFU_API bool pifu_record_doubtful(const pifu_record *record);
/** Findings and checks of a record; both lists in the order of the codes. */
PIFU_API size_t pifu_record_finding_count(const pifu_record *record);
PIFU_API pifu_finding pifu_record_finding(const pifu_record *record, size_t index);
PIFU_API size_t pifu_record_check_count(const pifu_record *record);
PIFU_API pifu_finding pifu_record_check(const pifu_record *record, size_t index);
PIFU_API size_t pifu_record_repair_count(const pifu_record *record);
PIFU_API pifu_repair pifu_record_repair(const pifu_record *record, size_t index,
                                        const char **reason, double *cost);

/* ---- Writing ------------------------------------------------------------- */

typedef struct pifu_writer pifu_writer;

typedef struct {
	bool bom;                        /* csv, tsv: a byte order mark for Excel */
	bool color;                      /* table: colours of a terminal */
	unsigned width;                  /* table: columns of the terminal; 0: no limit */
	const pifu_allocator *allocator; /* NULL: the C library's */
	/* csv, tsv: NULL or "keys": the fields by their keys; "zh": the columns of the official
	 * exchange sheet in its wording, signs and 定性 for codes (pifu_exchange.def) */
	const char *columns;
} pifu_write_options;

/** Name and one-line description of the output formats; NULL past the end. */
PIFU_API const char *pifu_writer_list(size_t index, const char **what);
/** A writer of `format` ("jsonl", "json", "csv", "tsv", "table").
 *  errors: PIFU_ERR_USAGE (no such format or columns), PIFU_ERR_NOMEM
 *  owns:   the caller frees with pifu_writer_free; sink and ctx are borrowed
 *  Output is gathered and given to the sink in large pieces. */
PIFU_API pifu_writer *pifu_writer_new(const char *format, const pifu_write_options *options,
                                      pifu_sink sink, void *ctx, pifu_error *err);
/** For each document: its forms as they come, then the document's end. */
PIFU_API pifu_status pifu_writer_form(pifu_writer *writer, const pifu_doc *doc,
                                      const pifu_form *form, pifu_error *err);
PIFU_API pifu_status pifu_writer_document(pifu_writer *writer, const pifu_doc *doc,
                                          pifu_error *err);
/** The end of all output: what is still gathered goes to the sink. */
PIFU_API pifu_status pifu_writer_finish(pifu_writer *writer, pifu_error *err);
PIFU_API void pifu_writer_free(pifu_writer *writer);

/** Columns that a terminal needs to show `text` (East Asian width; control characters are
 *  shown as blanks or U+FFFD, invisible formatting is not). */
PIFU_API unsigned pifu_text_width(const char *text);
/** `text` as a terminal may show it, in at most `columns` (0: no limit), cut with an ellipsis.
 *  Writes at most `size` bytes, always terminated; returns the length needed. `*used` (NULL:
 *  not wanted) is told the columns it takes. */
PIFU_API size_t pifu_text_fit(const char *text, unsigned columns, char *out, size_t size,
                              unsigned *used);

/** JSON Schema (2020-12) of "record" (a line of jsonl), "document" (json),
 *  "closing" (the line of pifu worker that closes a document), "diff" (a difference of
 *  two years) or "grammar"; NULL for another name. */
PIFU_API const char *pifu_schema(const char *name);

/** Text dump of a stage: "grid", "text", "rows", "view" or "records". Reads the
 *  document to its end; the grid dump is itself an input format.
 *  errors: PIFU_ERR_USAGE (no such stage), PIFU_ERR_WRITE, or a failure of reading */
PIFU_API pifu_status pifu_doc_dump(pifu_doc *doc, const char *stage, pifu_sink sink, void *ctx,
                                   pifu_error *err);
/** For each row: what was read, the cost of the reading and of its best rival. */
PIFU_API pifu_status pifu_doc_explain(pifu_doc *doc, pifu_sink sink, void *ctx, pifu_error *err);
/** Propose a grammar for a form of an unknown layout, as YAML that explains itself:
 *  headers nobody knows get roles by what the cells below look like; the form's own
 *  rows are its sample. To be corrected by hand.
 *  name:   of the family to be (a-z, 0-9, -), not one that is loaded; NULL: "draft"
 *  errors: PIFU_ERR_USAGE (the name), PIFU_ERR_FORMAT (the document holds no table with a header),
 *          PIFU_ERR_OPEN (a loaded grammar's file is gone), PIFU_ERR_WRITE, or a failure of reading
 *  owns:   uses the document up: nothing can be read from it afterwards */
PIFU_API pifu_status pifu_doc_draft(pifu_doc *doc, const char *name, pifu_sink sink, void *ctx,
                                    pifu_error *err);
/** The receipt in words, one account a line. */
PIFU_API pifu_status pifu_doc_receipt_write(const pifu_doc *doc, pifu_sink sink, void *ctx,
                                            pifu_error *err);

#ifdef __cplusplus
}
#endif

#endif
