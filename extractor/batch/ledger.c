/* The ledger, line by line. */
#include "ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

/* ---- Writing -------------------------------------------------------------------------------- */

static void put_text(struct buffer *b, const char *key, const char *value)
{
	batch_buffer_key(b, key);
	batch_buffer_json(b, value && *value ? value : NULL);
}

static void put_number(struct buffer *b, const char *key, uint64_t n)
{
	batch_buffer_key(b, key);
	batch_buffer_uint(b, n);
}

void batch_ledger_put_stamp(struct buffer *b, const char *stamp)
{
	batch_buffer_text(b, "{\"ledger\":1");
	put_text(b, "stamp", stamp);
	batch_buffer_text(b, "}\n");
}

void batch_ledger_put_entry(struct buffer *b, const struct ledger_entry *e)
{
	batch_buffer_text(b, "{\"document\":");
	batch_buffer_json(b, e->name);
	put_text(b, "sha256", e->sha256);
	put_text(b, "status", pifu_status_name((pifu_status)e->tally.status));
	put_text(b, "message", e->message);
	put_text(b, "duplicate_of", e->twin);
	put_number(b, "forms", e->tally.forms);
	put_number(b, "records", e->tally.records);
	put_number(b, "doubtful", e->tally.doubtful);
	put_number(b, "repairs", e->tally.repairs);
	put_text(b, "time", e->time);
	put_number(b, "offset", e->offset);
	put_number(b, "bytes", e->bytes);
	put_number(b, "crc", e->crc);
	batch_buffer_text(b, "}\n");
}

void batch_ledger_put_end(struct buffer *b, uint64_t bytes, bool assembled)
{
	batch_buffer_text(b, "{\"end\":true");
	put_number(b, "bytes", bytes);
	batch_buffer_text(b, assembled ? ",\"assembled\":true}\n" : ",\"assembled\":false}\n");
}

/* ---- Reading ---------------------------------------------------------------------------------- */

static yajl_val get(yajl_val object, const char *key)
{
	const char *path[] = {key, NULL};

	return yajl_tree_get(object, path, yajl_t_any);
}

static const char *text_of(yajl_val object, const char *key)
{
	yajl_val v = get(object, key);

	return YAJL_IS_STRING(v) ? YAJL_GET_STRING(v) : NULL;
}

static uint64_t number_of(yajl_val object, const char *key)
{
	yajl_val v = get(object, key);

	return YAJL_IS_INTEGER(v) && YAJL_GET_INTEGER(v) > 0 ? (uint64_t)YAJL_GET_INTEGER(v) : 0;
}

static bool status_of(const char *name, uint32_t *status)
{
	for (uint32_t i = 0; name && i < PIFU_STATUS_COUNT; i++) {
		*status = i;
		if (strcmp(pifu_status_name((pifu_status)i), name) == 0)
			return true;
	}
	return false;
}

static void copy_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text ? text : "");
}

static bool read_entry(yajl_val line, struct ledger_entry *e)
{
	*e = (struct ledger_entry){
		.name = (char *)(uintptr_t)text_of(line, "document"),
		.message = (char *)(uintptr_t)text_of(line, "message"),
		.twin = (char *)(uintptr_t)text_of(line, "duplicate_of"),
		.tally = {.forms = number_of(line, "forms"),
	                  .records = number_of(line, "records"),
	                  .doubtful = number_of(line, "doubtful"),
	                  .repairs = number_of(line, "repairs")},
		.offset = number_of(line, "offset"),
		.bytes = number_of(line, "bytes"),
		.crc = (uint32_t)number_of(line, "crc"),
	};
	copy_text(e->sha256, sizeof e->sha256, text_of(line, "sha256"));
	copy_text(e->time, sizeof e->time, text_of(line, "time"));
	return e->name && status_of(text_of(line, "status"), &e->tally.status);
}

/* A line after the first; false: it is not understood. */
static bool take_line(struct ledger *l, yajl_val line)
{
	struct ledger_entry e;

	if (l->complete)
		return false;
	if (get(line, "end")) {
		l->bytes = number_of(line, "bytes");
		l->assembled = YAJL_IS_TRUE(get(line, "assembled"));
		l->complete = true;
		return true;
	}
	return read_entry(line, &e) && batch_ledger_add(l, &e);
}

static bool is_stamp(yajl_val line, const char *stamp)
{
	const char *found = text_of(line, "stamp");

	return number_of(line, "ledger") == 1 && found && strcmp(found, stamp) == 0;
}

static bool read_line(struct ledger *l, char *text, ssize_t n, const char *stamp)
{
	if (n <= 0 || text[n - 1] != '\n')
		return false;
	yajl_val line = yajl_tree_parse(text, NULL, 0);
	bool fine =
		YAJL_IS_OBJECT(line) && (l->end == 0 ? is_stamp(line, stamp) : take_line(l, line));
	yajl_tree_free(line);
	if (fine)
		l->end += (uint64_t)n;
	return fine;
}

bool batch_ledger_load(struct ledger *l, const char *path, const char *stamp)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	bool fine;

	*l = (struct ledger){0};
	if (!file)
		return errno == ENOENT;
	do
		n = getline(&text, &size, file);
	while (read_line(l, text, n, stamp));
	fine = !ferror(file);
	free(text);
	fclose(file);
	return fine;
}

/* ---- Entries ------------------------------------------------------------------------------------- */

static void free_entry(struct ledger_entry *e)
{
	if (!e)
		return;
	free(e->name);
	free(e->message);
	free(e->twin);
	free(e);
}

static struct ledger_entry *copy_entry(const struct ledger_entry *e)
{
	struct ledger_entry *copy = malloc(sizeof *copy);

	if (!copy)
		return NULL;
	*copy = *e;
	copy->name = strdup(e->name);
	copy->message = e->message && *e->message ? strdup(e->message) : NULL;
	copy->twin = e->twin ? strdup(e->twin) : NULL;
	if (copy->name && (copy->twin || !e->twin))
		return copy;
	free_entry(copy);
	return NULL;
}

static bool make_room(struct ledger *l)
{
	size_t cap = l->cap ? 2 * l->cap : 256;
	struct ledger_entry **all;

	if (l->n < l->cap)
		return true;
	all = realloc(l->all, cap * sizeof(struct ledger_entry *));
	if (!all)
		return false;
	l->all = all;
	l->cap = cap;
	return true;
}

struct ledger_entry *batch_ledger_add(struct ledger *l, const struct ledger_entry *e)
{
	struct ledger_entry *copy = make_room(l) ? copy_entry(e) : NULL;

	if (!copy || !batch_table_set(&l->by_name, copy->name, copy)) {
		free_entry(copy);
		return NULL;
	}
	l->all[l->n++] = copy;
	return copy;
}

void batch_ledger_free(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		free_entry(l->all[i]);
	free(l->all);
	batch_table_free(&l->by_name);
	*l = (struct ledger){0};
}
