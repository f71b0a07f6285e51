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

typedef void put_value(struct out *o, struct str s);

#define PUT_TEXT pifu_json_put_str
#define PUT_INT pifu_json_put_number
#define PUT_NUM pifu_json_put_number
#define PUT_ANY pifu_json_put_any

/* `,"name":null`, padded so that a copy has a fixed size (and is a few moves);
 * how much of it counts is told by the lengths with and without `null`. */
struct key {
	char text[JSON_KEY_ROOM];
	uint8_t length, null_length;
	put_value *put;
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
	       pifu_out_open(&j->source, NULL, NULL, allocator);
}

void pifu_record_json_close(struct record_json *j)
{
	pifu_out_close(&j->head);
	pifu_out_close(&j->source);
}

pifu_status pifu_record_json_status(const struct record_json *j)
{
	return j->head.status != PIFU_OK ? j->head.status : j->source.status;
}

void pifu_record_json_form(struct record_json *j, const char *sha256)
{
	j->head_known = false;
	j->source.n = 0;
	OUT_LITERAL(&j->source, ",\"source\":{\"sha256\":");
	pifu_json_put_str(&j->source, pifu_str_of(sha256));
}

/* ---- Fields ---------------------------------------------------------------- */

static void put_key(struct out *o, unsigned field, unsigned length)
{
	memcpy(pifu_out_room(o, JSON_KEY_ROOM), keys[field].text, JSON_KEY_ROOM);
	o->n += length;
}

static void put_field(struct out *o, struct str value, unsigned field)
{
	if (!value.s) {
		put_key(o, field, keys[field].null_length);
		return;
	}
	put_key(o, field, keys[field].length);
	keys[field].put(o, value);
}

/* Records of one function have one list of shared values. */
static void make_head(struct record_json *j, const pifu_record *r)
{
	j->head.n = 0;
	put_key(&j->head, PIFU_FIELD_FILE, keys[PIFU_FIELD_FILE].length);
	pifu_json_put_name(&j->head, pifu_record_value(r, PIFU_FIELD_FILE));
	for (unsigned f = SHARED_FIRST + 1; f < SHARED_END; f++)
		put_field(&j->head, pifu_record_value(r, f), f);
	j->head_of = r->shared;
	j->head_known = true;
}

/* Fields that a record has not, mostly several side by side, are one copy. */
static void put_own(const struct record_json *j, struct out *o, const pifu_record *r)
{
	const uint64_t end = (uint64_t)1 << PIFU_FIELD_COUNT;
	const struct str *value = r->own;
	uint64_t set = r->own_set;

	if (set & (uint64_t)1 << PIFU_FIELD_ID)
		value++;
	for (unsigned f = SHARED_END; f < PIFU_FIELD_COUNT;) {
		if (set >> f & 1) {
			put_key(o, f, keys[f].length);
			keys[f].put(o, *value++);
			f++;
			continue;
		}
		unsigned next = (unsigned)__builtin_ctzll((set | end) >> f) + f;
		pifu_out_put(o, j->nulls + j->null_at[f], j->null_at[next] - j->null_at[f]);
		f = next;
	}
}

static void put_fields(struct record_json *j, struct out *o, const pifu_record *r)
{
	OUT_LITERAL(o, "{\"id\":");
	pifu_json_put_str(o, pifu_record_value(r, PIFU_FIELD_ID));
	if (!j->head_known || j->head_of != r->shared)
		make_head(j, r);
	pifu_out_put(o, j->head.s, j->head.n);
	put_own(j, o, r);
}

/* ---- Composite keys --------------------------------------------------------- */

static void put_parts(struct out *o, const pifu_record *r)
{
	if (r->nparts == 0) {
		OUT_LITERAL(o, ",\"parts\":null");
		return;
	}
	OUT_LITERAL(o, ",\"parts\":[");
	for (size_t i = 0; i < r->nparts; i++) {
		if (i)
			pifu_out_char(o, ',');
		OUT_LITERAL(o, "{\"place\":");
		pifu_json_put_str(o, r->parts[i].place);
		OUT_LITERAL(o, ",\"target\":");
		pifu_json_put_str(o, r->parts[i].target);
		pifu_out_char(o, '}');
	}
	pifu_out_char(o, ']');
}

/* A key inside an object: the comma of the literal only where one is due. */
static void put_inner_key(struct out *o, unsigned field, bool *first)
{
	pifu_out_put(o, keys[field].text + *first, (size_t)keys[field].length - *first);
	*first = false;
}

static void put_raw(struct out *o, const pifu_record *r)
{
	bool first = true;

	OUT_LITERAL(o, ",\"raw\":{");
	for (uint32_t i = 0; i < r->nraws; i++) {
		put_inner_key(o, r->raws[i].field, &first);
		pifu_json_put_str(o, r->raws[i].text);
	}
	pifu_out_char(o, '}');
}

static void put_cell(struct out *o, const struct source_cell *c)
{
	pifu_json_put_place(o, c->at);
}

/* "word/document.xml#tbl[1]/tr[2]/tc[4]" */
static void put_path(struct out *o, const struct source_cell *c)
{
	pifu_json_put_str(o, c->cell ? c->cell->path : STR_NONE);
	if (!c->cell || !c->cell->path_row)
		return;
	o->n--; /* the quote */
	OUT_LITERAL(o, "/tr[");
	pifu_out_uint(o, c->cell->path_row);
	OUT_LITERAL(o, "]/tc[");
	pifu_out_uint(o, c->cell->path_cell);
	OUT_LITERAL(o, "]\"");
}

/* `"name":[…],…`: the cells of each field together, fields as they come. */
static void put_cells(struct out *o, const pifu_record *r,
                      void (*put)(struct out *o, const struct source_cell *c))
{
	uint64_t done = 0;
	bool first = true;

	for (size_t i = 0; i < r->ncells; i++) {
		pifu_field field = r->cells[i].field;

		if (field >= PIFU_FIELD_COUNT || done >> field & 1)
			continue;
		done |= (uint64_t)1 << field;
		put_inner_key(o, field, &first);
		pifu_out_char(o, '[');
		put(o, &r->cells[i]);
		for (size_t k = i + 1; k < r->ncells; k++) {
			if (r->cells[k].field != field)
				continue;
			pifu_out_char(o, ',');
			put(o, &r->cells[k]);
		}
		pifu_out_char(o, ']');
	}
}

static bool has_paths(const pifu_record *r)
{
	for (size_t i = 0; i < r->ncells; i++)
		if (r->cells[i].cell && r->cells[i].cell->path.s)
			return true;
	return false;
}

static void put_source(const struct record_json *j, struct out *o, const pifu_record *r)
{
	pifu_out_put(o, j->source.s, j->source.n);
	OUT_LITERAL(o, ",\"table\":");
	pifu_json_put_position(o, r->table);
	OUT_LITERAL(o, ",\"page\":");
	pifu_json_put_position(o, r->page ? r->page : PIFU_NONE);
	OUT_LITERAL(o, ",\"row\":");
	pifu_json_put_position(o, r->row);
	OUT_LITERAL(o, ",\"cells\":{");
	put_cells(o, r, put_cell);
	if (has_paths(r)) {
		OUT_LITERAL(o, "},\"path\":{");
		put_cells(o, r, put_path);
	}
	OUT_LITERAL(o, "}}");
}

static void put_repair(struct out *o, const struct repair *p)
{
	pifu_out_str(o, repair_json[p->code]);
	for (size_t i = 0; i < p->ncells; i++) {
		if (i)
			pifu_out_char(o, ',');
		pifu_json_put_place(o, p->cells[i]);
	}
	OUT_LITERAL(o, "],\"cost\":");
	pifu_out_hundredths(o, p->cost);
	OUT_LITERAL(o, ",\"reason\":");
	pifu_json_put_str(o, p->reason);
	pifu_out_char(o, '}');
}

static void put_repairs(struct out *o, const pifu_record *r)
{
	bool first = true;

	OUT_LITERAL(o, ",\"repairs\":[");
	for (size_t i = 0; i < r->nrepairs; i++) {
		if (r->repairs[i].code >= PIFU_REPAIR_COUNT)
			continue;
		if (!first)
			pifu_out_char(o, ',');
		put_repair(o, &r->repairs[i]);
		first = false;
	}
	pifu_out_char(o, ']');
}

static void put_codes(struct out *o, uint64_t set)
{
	for (bool first = true; set; set &= set - 1, first = false) {
		if (!first)
			pifu_out_char(o, ',');
		pifu_out_str(o, finding_json[__builtin_ctzll(set)]);
	}
}

static void put_findings(struct out *o, const pifu_record *r)
{
	const uint64_t all = ((uint64_t)1 << PIFU_FINDING_AND_CHECK_COUNT) - 1;
	const uint64_t findings = ((uint64_t)1 << PIFU_FINDING_COUNT) - 1;

	OUT_LITERAL(o, ",\"findings\":[");
	put_codes(o, r->findings & findings);
	OUT_LITERAL(o, "],\"checks\":[");
	put_codes(o, r->findings & all & ~findings);
}

static void put_alternative(struct out *o, const struct alternative *a)
{
	OUT_LITERAL(o, "{\"field\":\"");
	pifu_out_text(o, pifu_field_key(a->field));
	OUT_LITERAL(o, "\",\"text\":");
	pifu_json_put_str(o, a->text);
	OUT_LITERAL(o, ",\"margin\":");
	pifu_out_hundredths(o, a->margin);
	pifu_out_char(o, '}');
}

static void put_alternatives(struct out *o, const pifu_record *r)
{
	bool doubtful = r->findings >> PIFU_FINDING_DOUBTFUL & 1;

	OUT_LITERAL(o, "],\"alternatives\":[");
	for (size_t i = 0; doubtful && i < r->nalternatives; i++) {
		if (i)
			pifu_out_char(o, ',');
		put_alternative(o, &r->alternatives[i]);
	}
	OUT_LITERAL(o, "]}");
}

void pifu_record_json(struct record_json *j, struct out *o, const pifu_record *r)
{
	put_fields(j, o, r);
	put_parts(o, r);
	put_raw(o, r);
	put_source(j, o, r);
	put_repairs(o, r);
	OUT_LITERAL(o, ",\"confidence\":");
	pifu_out_share(o, r->confidence);
	put_findings(o, r);
	put_alternatives(o, r);
}
