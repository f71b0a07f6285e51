/* One record as one JSON object.
 *
 *     {"id":…,  "file":…,"form":…,…,"function":…,  "level1":…,…,"term":…,
 *      written  copied from the record before      written
 *
 *      "parts":…,"raw":…,"source":…,"repairs":…,"confidence":…,"findings":…,…}
 *
 * Field keys come from pifu_fields.def as ready literals with commas and
 * colons, codes from pifu_codes.def as ready JSON strings. */
#include "write/json.h"

/* Every function here writes at a place that has room and gives the end of what it
 * wrote: the room for a record is asked for once. */
enum value_type { PUT_TEXT, PUT_INT, PUT_NUM, PUT_ANY };

/* `,"name":null`, padded so that a copy has a fixed size (and is a few moves);
 * how much of it counts is told by the lengths with and without `null`. */
struct key {
	_Alignas(32) char text[JSON_KEY_ROOM];
	uint8_t length, null_length;
	uint8_t type; /* enum value_type */
};

#define KEY(text) text, sizeof(text) - sizeof "null", sizeof(text) - 1

static const struct key keys[PIFU_FIELD_COUNT] = {
#define PIFU_FIELD(id, key, type, zh, meaning) {KEY(",\"" key "\":null"), PUT_##type},
#include "pifu_fields.def"
#undef PIFU_FIELD
};

static const struct str finding_json[PIFU_FINDING_AND_CHECK_COUNT] = {
#define PIFU_FINDING(id, code, severity, meaning) OUT_TABLE_STR("\"" code "\""),
#include "pifu_codes.def"
#undef PIFU_FINDING
#define PIFU_CHECK(id, code, severity, meaning) OUT_TABLE_STR("\"" code "\""),
#include "pifu_codes.def"
#undef PIFU_CHECK
};

static const struct str repair_json[PIFU_REPAIR_COUNT] = {
#define PIFU_REPAIR(id, code, meaning) OUT_TABLE_STR("{\"code\":\"" code "\",\"cells\":["),
#include "pifu_codes.def"
#undef PIFU_REPAIR
};

_Static_assert(PIFU_FIELD_ID == 0 && (int)SHARED_FIRST == 1 && PIFU_FIELD_FILE == 1,
               "id is first, then what records share, of which the file is first");
_Static_assert(PIFU_FIELD_COUNT < 64 && PIFU_FINDING_AND_CHECK_COUNT < 64, "sets of 64 bits");

/* `,"level1":null,"level2":null,…` and where each begins. */
static void fill_nulls(struct record_json *j)
{
	unsigned at = 0;

	for (unsigned f = SHARED_END; f < PIFU_FIELD_COUNT; f++) {
		j->null_at[f] = (uint16_t)at;
		memcpy(j->nulls + at, keys[f].text, keys[f].null_length);
		at += keys[f].null_length;
	}
	j->null_at[PIFU_FIELD_COUNT] = (uint16_t)at;
}

bool pifu_record_json_open(struct record_json *j, const pifu_allocator *allocator)
{
	*j = (struct record_json){0};
	fill_nulls(j);
	return pifu_out_open(&j->head, NULL, NULL, allocator) &&
	       pifu_out_open(&j->file, NULL, NULL, allocator) &&
	       pifu_out_open(&j->source, NULL, NULL, allocator);
}

void pifu_record_json_close(struct record_json *j)
{
	pifu_out_close(&j->head);
	pifu_out_close(&j->file);
	pifu_out_close(&j->source);
}

pifu_status pifu_record_json_status(const struct record_json *j)
{
	if (j->head.status != PIFU_OK)
		return j->head.status;
	return j->file.status != PIFU_OK ? j->file.status : j->source.status;
}

void pifu_record_json_form(struct record_json *j, const char *sha256)
{
	j->head_known = false;
	j->file.n = 0;
	j->source.n = 0;
	OUT_LITERAL(&j->source, ",\"source\":{\"sha256\":");
	pifu_json_put_str(&j->source, pifu_str_of(sha256));
}

/* ---- Room ------------------------------------------------------------------- */

enum {
	CODE_ROOM = 48,    /* a finding's code, quotes and comma */
	OBJECT_ROOM = 128, /* keys, numbers and brackets of one object in a list */
	FIXED_ROOM = 512,  /* the same of the record itself */
};

static size_t room_of_texts(const struct str *texts, size_t n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += texts[i].n;
	return JSON_STR_ROOM(bytes) + n * (JSON_KEY_ROOM + JSON_STR_ROOM(0));
}

/* What is to know of a record's source cells before they are written. */
struct cell_facts {
	size_t room;
	uint64_t several; /* bit set of the fields that have more than one */
	bool has_paths;
};

static struct cell_facts look_at_cells(const pifu_record *r)
{
	struct cell_facts facts = {.room = r->ncells * (JSON_KEY_ROOM + JSON_PLACE_ROOM + 4)};
	uint64_t met = 0;

	for (size_t i = 0; i < r->ncells; i++) {
		uint64_t bit = (uint64_t)1 << r->cells[i].field;

		facts.several |= met & bit;
		met |= bit;
		if (!r->cells[i].cell)
			continue;
		facts.has_paths = true;
		facts.room += OBJECT_ROOM + JSON_STR_ROOM(r->cells[i].cell->path.n);
	}
	return facts;
}

static size_t room_of_lists(const pifu_record *r)
{
	size_t room = 0;

	for (size_t i = 0; i < r->nparts; i++)
		room += OBJECT_ROOM + JSON_STR_ROOM(r->parts[i].place.n) +
		        JSON_STR_ROOM(r->parts[i].target.n);
	for (size_t i = 0; i < r->nraws; i++)
		room += JSON_KEY_ROOM + JSON_STR_ROOM(r->raws[i].text.n);
	for (size_t i = 0; i < r->nrepairs; i++)
		room += OBJECT_ROOM + r->repairs[i].ncells * (JSON_PLACE_ROOM + 1) +
		        JSON_STR_ROOM(r->repairs[i].reason.n);
	for (size_t i = 0; i < r->nalternatives; i++)
		room += OBJECT_ROOM + JSON_STR_ROOM(r->alternatives[i].text.n);
	return room;
}

/* No less than the record takes. */
static size_t room_of(const struct record_json *j, const pifu_record *r, size_t cells)
{
	size_t codes = r->findings ? PIFU_FINDING_AND_CHECK_COUNT * CODE_ROOM : 0;

	return FIXED_ROOM + sizeof j->nulls + j->head.n + j->source.n + codes +
	       room_of_texts(r->own, pifu_set_size(r->own_set)) + cells + room_of_lists(r);
}

/* ---- Fields ---------------------------------------------------------------- */

#define PUT_LITERAL(to, literal) put_bytes((to), (literal), sizeof(literal) - 1)

static inline char *put_bytes(char *to, const char *bytes, size_t n)
{
	memcpy(to, bytes, n);
	return to + n;
}

/* The key is padded: a copy of fixed size is a few moves. */
static inline char *put_key(char *to, unsigned field)
{
	memcpy(to, keys[field].text, JSON_KEY_ROOM);
	return to + keys[field].length;
}

/* Most values are texts: no call by a pointer, which would have to be guessed. */
static inline char *put_field(char *to, unsigned field, struct str value)
{
	to = put_key(to, field);
	if (keys[field].type == PUT_TEXT)
		return pifu_json_str_at(to, value);
	return keys[field].type == PUT_ANY ? pifu_json_any_at(to, value)
	                                   : pifu_json_number_at(to, value);
}

static char *put_shared(char *to, const pifu_record *r)
{
	for (unsigned f = SHARED_FIRST + 1; f < SHARED_END; f++)
		to = put_field(to, f, pifu_record_value(r, f));
	return to;
}

static void put_file(struct record_json *j, struct str file)
{
	if (j->file.n && j->file_of.s == file.s && j->file_of.n == file.n)
		return;
	j->file.n = 0;
	pifu_out_put(&j->file, keys[PIFU_FIELD_FILE].text, keys[PIFU_FIELD_FILE].length);
	pifu_json_put_name(&j->file, file);
	j->file_of = file;
}

/* Records of one function have one list of shared values. */
static void make_head(struct record_json *j, const pifu_record *r)
{
	size_t n = SHARED_END - SHARED_FIRST;
	char *to;

	put_file(j, pifu_record_value(r, PIFU_FIELD_FILE));
	j->head.n = 0;
	pifu_out_put(&j->head, j->file.s, j->file.n);
	to = pifu_out_reserve(&j->head, FIXED_ROOM + (r->shared ? room_of_texts(r->shared, n)
	                                                        : n * OBJECT_ROOM));
	if (to)
		j->head.n = (size_t)(put_shared(to, r) - j->head.s);
	j->head_of = r->shared;
	j->head_known = true;
}

/* Fields that a record has not, mostly several side by side, are one copy. */
static char *put_own(const struct record_json *j, char *to, const pifu_record *r)
{
	const uint64_t end = (uint64_t)1 << PIFU_FIELD_COUNT;
	const struct str *value = r->own;
	uint64_t set = r->own_set;

	if (set & (uint64_t)1 << PIFU_FIELD_ID)
		value++;
	for (unsigned f = SHARED_END; f < PIFU_FIELD_COUNT;) {
		if (set >> f & 1) {
			to = put_field(to, f++, *value++);
			continue;
		}
		unsigned next = (unsigned)__builtin_ctzll((set | end) >> f) + f;
		to = put_bytes(to, j->nulls + j->null_at[f],
		               (size_t)(j->null_at[next] - j->null_at[f]));
		f = next;
	}
	return to;
}

static char *put_fields(const struct record_json *j, char *to, const pifu_record *r)
{
	to = PUT_LITERAL(to, "{\"id\":");
	to = pifu_json_str_at(to, pifu_record_value(r, PIFU_FIELD_ID));
	to = put_bytes(to, j->head.s, j->head.n);
	return put_own(j, to, r);
}

/* ---- Composite keys --------------------------------------------------------- */

/* Take back the comma behind the last member of a list, if it has members. */
static inline char *end_list(char *to, char open, char close)
{
	if (to[-1] != open)
		to--;
	*to = close;
	return to + 1;
}

static char *put_parts(char *to, const pifu_record *r)
{
	if (r->nparts == 0)
		return PUT_LITERAL(to, ",\"parts\":null");
	to = PUT_LITERAL(to, ",\"parts\":[");
	for (size_t i = 0; i < r->nparts; i++) {
		to = PUT_LITERAL(to, "{\"place\":");
		to = pifu_json_str_at(to, r->parts[i].place);
		to = PUT_LITERAL(to, ",\"target\":");
		to = pifu_json_str_at(to, r->parts[i].target);
		to = PUT_LITERAL(to, "},");
	}
	return end_list(to, '[', ']');
}

/* A key inside an object: the comma of the literal only where one is due. */
static inline char *put_inner_key(char *to, unsigned field, bool first)
{
	memcpy(to, keys[field].text + first, JSON_KEY_ROOM - 1);
	return to + keys[field].length - first;
}

static char *put_raw(char *to, const pifu_record *r)
{
	to = PUT_LITERAL(to, ",\"raw\":{");
	for (uint32_t i = 0; i < r->nraws; i++)
		to = pifu_json_str_at(put_inner_key(to, r->raws[i].field, i == 0), r->raws[i].text);
	return PUT_LITERAL(to, "}");
}

/* `[table,row,` */
static __attribute__((noinline)) void put_row(struct json_row *known, uint32_t table, uint32_t row)
{
	char *to = known->text;

	*to++ = '[';
	to = pifu_json_position_at(to, table);
	*to++ = ',';
	to = pifu_json_position_at(to, row);
	*to++ = ',';
	known->table = table;
	known->row = row;
	known->length = (uint32_t)(to - known->text);
}

static inline char *put_cell(struct record_json *j, char *to, const struct source_cell *c)
{
	struct json_row *known = &j->rows[c->at.row % JSON_ROWS];

	if (known->row != c->at.row || known->table != c->at.table || !known->length)
		put_row(known, c->at.table, c->at.row);
	memcpy(to, known->text, sizeof known->text);
	to = pifu_json_position_at(to + known->length, c->at.col);
	*to++ = ']';
	return to;
}

/* "word/document.xml#tbl[1]/tr[2]/tc[4]" */
static char *put_path(struct record_json *j, char *to, const struct source_cell *c)
{
	(void)j;
	to = pifu_json_str_at(to, c->cell ? c->cell->path : STR_NONE);
	if (!c->cell || !c->cell->path_row)
		return to;
	to = PUT_LITERAL(to - 1, "/tr["); /* over the quote */
	to = pifu_out_digits(to, c->cell->path_row);
	to = PUT_LITERAL(to, "]/tc[");
	to = pifu_out_digits(to, c->cell->path_cell);
	return PUT_LITERAL(to, "]\"");
}

typedef char *put_one(struct record_json *j, char *to, const struct source_cell *c);

/* The cells of a field behind its first one, `at`. */
static char *put_others(struct record_json *j, char *to, const pifu_record *r, size_t at,
                        put_one *put)
{
	for (size_t k = at + 1; k < r->ncells; k++) {
		if (r->cells[k].field != r->cells[at].field)
			continue;
		*to++ = ',';
		to = put(j, to, &r->cells[k]);
	}
	return to;
}

/* `"name":[…],…`: the cells of each field together, fields as they come. */
static inline char *put_cells(struct record_json *j, char *to, const pifu_record *r,
                              uint64_t several, put_one *put)
{
	uint64_t done = 0;

	for (size_t i = 0; i < r->ncells; i++) {
		pifu_field field = r->cells[i].field;

		if (done >> field & 1)
			continue;
		to = put_inner_key(to, field, done == 0);
		done |= (uint64_t)1 << field;
		*to++ = '[';
		to = put(j, to, &r->cells[i]);
		if (several >> field & 1)
			to = put_others(j, to, r, i, put);
		*to++ = ']';
	}
	return to;
}

static char *put_source(struct record_json *j, char *to, const pifu_record *r,
                        const struct cell_facts *facts)
{
	to = put_bytes(to, j->source.s, j->source.n);
	to = PUT_LITERAL(to, ",\"table\":");
	to = pifu_json_position_at(to, r->table);
	to = PUT_LITERAL(to, ",\"page\":");
	to = pifu_json_position_at(to, r->page ? r->page : PIFU_NONE);
	to = PUT_LITERAL(to, ",\"row\":");
	to = pifu_json_position_at(to, r->row);
	to = PUT_LITERAL(to, ",\"cells\":{");
	to = put_cells(j, to, r, facts->several, put_cell);
	if (facts->has_paths) {
		to = PUT_LITERAL(to, "},\"path\":{");
		to = put_cells(j, to, r, facts->several, put_path);
	}
	return PUT_LITERAL(to, "}}");
}

static char *put_repair(char *to, const struct repair *p)
{
	to = put_bytes(to, repair_json[p->code].s, repair_json[p->code].n);
	for (size_t i = 0; i < p->ncells; i++) {
		to = pifu_json_place_at(to, p->cells[i]);
		*to++ = ',';
	}
	to = end_list(to, '[', ']');
	to = PUT_LITERAL(to, ",\"cost\":");
	to = pifu_out_hundredths_at(to, p->cost);
	to = PUT_LITERAL(to, ",\"reason\":");
	to = pifu_json_str_at(to, p->reason);
	return PUT_LITERAL(to, "}");
}

static char *put_repairs(char *to, const pifu_record *r)
{
	to = PUT_LITERAL(to, ",\"repairs\":[");
	for (size_t i = 0; i < r->nrepairs; i++) {
		if (r->repairs[i].code >= PIFU_REPAIR_COUNT)
			continue;
		to = put_repair(to, &r->repairs[i]);
		*to++ = ',';
	}
	return end_list(to, '[', ']');
}

static char *put_codes(char *to, uint64_t set)
{
	for (bool first = true; set; set &= set - 1, first = false) {
		struct str code = finding_json[__builtin_ctzll(set)];
		if (!first)
			*to++ = ',';
		to = put_bytes(to, code.s, code.n);
	}
	return to;
}

static char *put_findings(char *to, const pifu_record *r)
{
	const uint64_t all = ((uint64_t)1 << PIFU_FINDING_AND_CHECK_COUNT) - 1;
	const uint64_t findings = ((uint64_t)1 << PIFU_FINDING_COUNT) - 1;

	to = PUT_LITERAL(to, ",\"findings\":[");
	to = put_codes(to, r->findings & findings);
	to = PUT_LITERAL(to, "],\"checks\":[");
	return put_codes(to, r->findings & all & ~findings);
}

static char *put_alternative(char *to, const struct alternative *a)
{
	struct str key = pifu_str_of(pifu_field_key(a->field));

	to = PUT_LITERAL(to, "{\"field\":\"");
	to = put_bytes(to, key.s, key.n);
	to = PUT_LITERAL(to, "\",\"text\":");
	to = pifu_json_str_at(to, a->text);
	to = PUT_LITERAL(to, ",\"margin\":");
	to = pifu_out_hundredths_at(to, a->margin);
	return PUT_LITERAL(to, "}");
}

static char *put_alternatives(char *to, const pifu_record *r)
{
	bool doubtful = r->findings >> PIFU_FINDING_DOUBTFUL & 1;

	to = PUT_LITERAL(to, "],\"alternatives\":[");
	for (size_t i = 0; doubtful && i < r->nalternatives; i++) {
		to = put_alternative(to, &r->alternatives[i]);
		*to++ = ',';
	}
	return PUT_LITERAL(end_list(to, '[', ']'), "}");
}

void pifu_record_json(struct record_json *j, struct out *o, const pifu_record *r)
{
	if (!j->head_known || j->head_of != r->shared)
		make_head(j, r);
	struct cell_facts facts = look_at_cells(r);
	char *start = pifu_out_reserve(o, room_of(j, r, facts.room)), *to = start;
	if (!start)
		return;
	to = put_fields(j, to, r);
	to = put_parts(to, r);
	to = put_raw(to, r);
	to = put_source(j, to, r, &facts);
	to = put_repairs(to, r);
	to = PUT_LITERAL(to, ",\"confidence\":");
	to = pifu_out_share_at(to, r->confidence);
	to = put_findings(to, r);
	to = put_alternatives(to, r);
	o->n += (size_t)(to - start);
}
