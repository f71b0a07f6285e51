/* Packages: what a file is, its parts, their relationships.
 *
 *     sniff: first bytes "PK" -> names in the directory (or first entries)
 *            OLE container    -> a stream "EncryptedPackage"
 *            "<" …            -> pkg:package (flat OPC)
 *     open:  zip or flat -> main part by the package's relationships
 *     parse: entry -> inflate -> budget and ratio -> XML
 *
 * The inflated budget is one for the whole package: a bomb may be spread over
 * many parts. What an entry says of its size is believed only when it is too
 * much; the count while inflating is what holds. */
#include "read/ooxml.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "read/ole.h"
#include "read/ooxml_own.h"

enum { PIECE = 32768, HEAD = 65536, FLAT_HEAD = 8192 };

struct ooxml {
	const struct input *in;
	struct arena *arena;
	struct ooxml_zip *zip; /* NULL: flat OPC */
	const char **flat;     /* part names of a flat package */
	size_t nflat, flat_cap;
	struct findings *findings;
	const pifu_options *options; /* may be NULL */
	uint64_t budget;             /* bytes that may still be inflated */
	bool salvage;
};

/* ---- What a file is ------------------------------------------------------ */

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

bool pifu_ooxml_same_part(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (uint32_t i = 0; i < a.n; i++)
		if (lower((unsigned char)a.s[i]) != lower((unsigned char)b.s[i]))
			return false;
	return true;
}

static bool starts_with(const unsigned char *data, size_t n, const char *prefix)
{
	size_t m = strlen(prefix);

	return n >= m && pifu_ooxml_same_part((struct str){(const char *)data, (uint32_t)m},
	                                      (struct str){prefix, (uint32_t)m});
}

static bool contains(const unsigned char *data, size_t n, const char *needle, size_t m)
{
	for (const unsigned char *at = data; n >= m; at++) {
		const unsigned char *p = memchr(at, (unsigned char)needle[0], n - m + 1);

		if (!p)
			return false;
		n -= (size_t)(p - at);
		at = p;
		if (memcmp(p, needle, m) == 0)
			return true;
		n--;
	}
	return false;
}

static enum ooxml_kind kind_of_name(const unsigned char *name, size_t n)
{
	static const struct {
		const char *folder;
		enum ooxml_kind kind;
	} folders[] = {{"word/", OOXML_WORD}, {"xl/", OOXML_SHEET}, {"ppt/", OOXML_SLIDES}};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (starts_with(name, n, folders[i].folder))
			return folders[i].kind;
	return OOXML_NONE;
}

/* Entry headers from `data`: local ones ("PK34") or directory records ("PK12"). */
static enum ooxml_kind kind_of_headers(const unsigned char *data, size_t n, const char *magic,
                                       size_t size, size_t name_at, bool *opc)
{
	size_t length_at = size == 46 ? 28 : 26;

	for (size_t at = 0; at + size <= n; at++) {
		const unsigned char *p = memchr(data + at, 'P', n - size + 1 - at);
		size_t length;
		enum ooxml_kind kind;

		if (!p)
			break;
		at = (size_t)(p - data);
		if (memcmp(p, magic, 4) != 0)
			continue;
		length = p[length_at] | (size_t)p[length_at + 1] << 8;
		if (length > n - at - size)
			length = n - at - size;
		kind = kind_of_name(p + name_at, length);
		if (kind)
			return kind;
		*opc = *opc || starts_with(p + name_at, length, "[content_types].xml") ||
		       starts_with(p + name_at, length, "_rels/.rels");
	}
	return OOXML_NONE;
}

/* Parts under names of their own: the type of the main part tells. */
static enum ooxml_kind kind_of_main(const struct input *in)
{
	pifu_options options = {.salvage = true};
	struct ooxml *pkg = pifu_ooxml_open(in, &options, NULL, NULL);
	const char *main = pkg ? pifu_ooxml_main(pkg, NULL) : NULL;
	struct ooxml_rels rels = {0};
	enum ooxml_kind kind = OOXML_NONE;

	if (main && pifu_ooxml_rels(pkg, main, &rels, NULL) == PIFU_OK)
		kind = pifu_ooxml_rel_type(&rels, "worksheet")     ? OOXML_SHEET
		       : pifu_ooxml_rel_type(&rels, "slideMaster") ? OOXML_SLIDES
		                                                   : OOXML_WORD;
	pifu_ooxml_free(pkg);
	return kind;
}

static enum ooxml_kind kind_of_zip(const struct input *in)
{
	size_t head = in->size < HEAD ? in->size : HEAD;
	bool opc = false;
	enum ooxml_kind kind = kind_of_headers(in->data, head, "PK\3\4", 30, 30, &opc);

	/* a directory behind large first entries: it is in the last 64 KiB of all but huge packages */
	if (!kind)
		kind = kind_of_headers(in->data + in->size - head, head, "PK\1\2", 46, 46, &opc);
	return kind || !opc ? kind : kind_of_main(in);
}

static bool is_flat(const struct input *in)
{
	static const char address[] = "http://schemas.microsoft.com/office/2006/xmlPackage";
	char wide[2 * sizeof(address)] = {0};
	size_t head = in->size < FLAT_HEAD ? in->size : FLAT_HEAD;

	for (size_t i = 0; i < sizeof(address); i++)
		wide[2 * i] = address[i];
	return contains(in->data, head, address, sizeof(address) - 1) ||
	       contains(in->data, head, wide, 2 * sizeof(address) - 3) ||
	       contains(in->data, head, wide + 1, 2 * sizeof(address) - 3);
}

enum ooxml_kind pifu_ooxml_sniff(const struct input *in)
{
	if (in->size < 30)
		return OOXML_NONE;
	if (memcmp(in->data, "PK\3\4", 4) == 0)
		return kind_of_zip(in);
	if (pifu_ole_is(in))
		return pifu_ole_kind(in) == OLE_ENCRYPTED_PACKAGE ? OOXML_ENCRYPTED : OOXML_NONE;
	return memchr(in->data, '<', 8) && is_flat(in) ? OOXML_WORD : OOXML_NONE;
}

/* ---- Opening ------------------------------------------------------------- */

static void report_salvage(struct ooxml *pkg, const char *what)
{
	struct finding f = {.code = PIFU_FINDING_SALVAGED,
	                    .table = PIFU_NONE,
	                    .row = PIFU_NONE,
	                    .col = PIFU_NONE,
	                    .text = pifu_str_of(what)};

	if (pkg->findings)
		pifu_finding_add(pkg->findings, f);
}

enum flat_token { FLAT_PART = 1, FLAT_DATA };

static const struct xml_name flat_names[] = {
	{XML_NS_PKG, "part", FLAT_PART},
	{XML_NS_PKG, "xmlData", FLAT_DATA},
};

static void note_flat_part(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs)
{
	struct ooxml *pkg = ctx;
	struct str name = pifu_xml_attr(attrs, "name");

	if (token == FLAT_DATA) {
		pifu_xml_skip(x);
		return;
	}
	if (name.n && name.s[0] == '/')
		name = pifu_str_sub(name, 1, name.n);
	if (pkg->nflat >= pifu_limit(pkg->options, LIMIT_ZIP_ENTRIES))
		return;
	pkg->flat = pifu_arena_grow(pkg->arena, pkg->flat, pkg->nflat, &pkg->flat_cap,
	                            pkg->nflat + 1, sizeof(*pkg->flat));
	if (!pkg->flat || !(pkg->flat[pkg->nflat] = pifu_arena_str(pkg->arena, name).s))
		pifu_xml_stop(x, PIFU_ERR_NOMEM, NULL);
	else
		pkg->nflat++;
}

static void end_nothing(void *ctx, struct xml *x, unsigned token)
{
	(void)ctx;
	(void)x;
	(void)token;
}

/* The whole of a flat package through one handler, or one part of it. */
static pifu_status parse_flat(struct ooxml *pkg, const char *part, const struct xml_handler *h,
                              void *ctx, pifu_error *err)
{
	struct xml *x = pifu_xml_new(h, ctx, part ? part : "the package", pkg->options, err);
	pifu_status status = PIFU_OK;

	if (!x)
		return PIFU_ERR_NOMEM;
	if (part)
		pifu_xml_gate(x, part);
	for (size_t at = 0; at < pkg->in->size && status == PIFU_OK && !pifu_xml_stopped(x);
	     at += PIECE) {
		size_t left = pkg->in->size - at;

		status = pifu_xml_feed(x, pkg->in->data + at, left < PIECE ? left : PIECE, err);
	}
	if (status == PIFU_OK)
		status = pifu_xml_finish(x, err);
	if (status == PIFU_ERR_DAMAGED && pkg->salvage) {
		report_salvage(pkg, err ? err->message : "the XML is damaged");
		pifu_xml_close_open(x);
		status = PIFU_OK;
	}
	pifu_xml_free(x);
	return status;
}

static pifu_status open_flat(struct ooxml *pkg, pifu_error *err)
{
	static const struct xml_handler handler = {.names = flat_names,
	                                           .nnames = 2,
	                                           .start = note_flat_part,
	                                           .end = end_nothing};

	return parse_flat(pkg, NULL, &handler, pkg, err);
}

static pifu_status open_container(struct ooxml *pkg, pifu_error *err)
{
	bool salvaged;

	if (pifu_ole_is(pkg->in))
		return pifu_error_set(err, PIFU_ERR_ENCRYPTED,
		                      "the document is protected by a password");
	if (pkg->in->size < 4 || memcmp(pkg->in->data, "PK", 2) != 0)
		return open_flat(pkg, err);
	pkg->zip = pifu_ooxml_zip_open(pkg->in, pkg->arena, pkg->options, &salvaged, err);
	if (!pkg->zip)
		return PIFU_ERR_DAMAGED;
	if (salvaged)
		report_salvage(
			pkg,
			"the zip has lost its directory; entries were found by their own headers");
	return PIFU_OK;
}

struct ooxml *pifu_ooxml_open(const struct input *in, const pifu_options *options,
                              struct findings *findings, pifu_error *err)
{
	const pifu_allocator *allocator = options ? options->allocator : NULL;
	struct arena *arena = pifu_arena_new(allocator);
	struct ooxml *pkg = arena ? ARENA_NEW(arena, struct ooxml) : NULL;

	if (!pkg) {
		pifu_arena_free(arena);
		pifu_error_nomem(err);
		return NULL;
	}
	pkg->in = in;
	pkg->arena = arena;
	pkg->findings = findings;
	pkg->salvage = options && options->salvage;
	pkg->options = options;
	pkg->budget = pifu_limit(options, LIMIT_INFLATED);
	if (open_container(pkg, err) != PIFU_OK) {
		pifu_ooxml_free(pkg);
		return NULL;
	}
	return pkg;
}

void pifu_ooxml_free(struct ooxml *pkg)
{
	if (!pkg)
		return;
	pifu_ooxml_zip_free(pkg->zip);
	pifu_arena_free(pkg->arena);
}

struct arena *pifu_ooxml_arena(struct ooxml *pkg)
{
	return pkg->arena;
}

bool pifu_ooxml_has(const struct ooxml *pkg, const char *part)
{
	if (pkg->zip)
		return pifu_ooxml_zip_find(pkg->zip, part) >= 0;
	for (size_t i = 0; i < pkg->nflat; i++)
		if (pifu_ooxml_same_part(pifu_str_of(pkg->flat[i]), pifu_str_of(part)))
			return true;
	return false;
}

/* ---- Parsing a part ------------------------------------------------------ */

static pifu_status refuse_ratio(const struct ooxml *pkg, const char *part, pifu_error *err)
{
	return pifu_error_set(
		err, PIFU_ERR_LIMIT,
		"%s inflates to more than %llu times its size: a zip bomb (limit ratio)", part,
		(unsigned long long)pifu_limit(pkg->options, LIMIT_RATIO));
}

static pifu_status refuse_budget(const struct ooxml *pkg, const char *part, pifu_error *err)
{
	return pifu_error_set(err, PIFU_ERR_LIMIT,
	                      "%s: the package inflates to more than %llu bytes (limit inflated)",
	                      part, (unsigned long long)pifu_limit(pkg->options, LIMIT_INFLATED));
}

static bool over_ratio(const struct ooxml *pkg, uint64_t inflated, uint64_t packed)
{
	return inflated > pifu_limit(pkg->options, LIMIT_RATIO_FREE) &&
	       inflated / pifu_limit(pkg->options, LIMIT_RATIO) > packed;
}

/* What the entry says of itself, before a byte is inflated. */
static pifu_status judge_entry(const struct ooxml *pkg, const struct ooxml_entry *e,
                               const char *part, pifu_error *err)
{
	if (e->encrypted)
		return pifu_error_set(err, PIFU_ERR_ENCRYPTED, "%s is encrypted in the zip", part);
	if (e->inflated > pkg->budget)
		return refuse_budget(pkg, part, err);
	return over_ratio(pkg, e->inflated, e->packed) ? refuse_ratio(pkg, part, err) : PIFU_OK;
}

static pifu_status pump(struct ooxml *pkg, struct ooxml_stream *s, uint64_t packed,
                        const char *part, struct xml *x, pifu_error *err)
{
	unsigned char piece[PIECE];
	uint64_t inflated = 0;

	while (!pifu_xml_stopped(x)) {
		int64_t got = pifu_ooxml_stream_read(s, piece, sizeof(piece), err);
		pifu_status status;

		if (got < 0)
			return err && err->status ? err->status : PIFU_ERR_DAMAGED;
		if (got == 0)
			break;
		inflated += (uint64_t)got;
		if ((uint64_t)got > pkg->budget)
			return refuse_budget(pkg, part, err);
		pkg->budget -= (uint64_t)got;
		if (over_ratio(pkg, inflated, packed))
			return refuse_ratio(pkg, part, err);
		status = pifu_xml_feed(x, piece, (size_t)got, err);
		if (status != PIFU_OK)
			return status;
	}
	return pifu_xml_finish(x, err);
}

static pifu_status parse_entry(struct ooxml *pkg, int64_t index, const char *part, struct xml *x,
                               pifu_error *err)
{
	struct ooxml_entry e = pifu_ooxml_zip_entry(pkg->zip, index);
	pifu_status status = judge_entry(pkg, &e, part, err);
	struct ooxml_stream *s;

	if (status != PIFU_OK)
		return status;
	s = pifu_ooxml_stream_open(pkg->zip, index, part, err);
	if (!s)
		return err && err->status ? err->status : PIFU_ERR_DAMAGED;
	status = pump(pkg, s, e.packed, part, x, err);
	pifu_ooxml_stream_free(s);
	return status;
}

static pifu_status parse_zipped(struct ooxml *pkg, const char *part, const struct xml_handler *h,
                                void *ctx, pifu_error *err)
{
	int64_t index = pifu_ooxml_zip_find(pkg->zip, part);
	struct xml *x;
	pifu_status status;

	if (index < 0)
		return pifu_error_set(err, PIFU_ERR_DAMAGED, "%s is missing in the package", part);
	x = pifu_xml_new(h, ctx, part, pkg->options, err);
	if (!x)
		return PIFU_ERR_NOMEM;
	status = parse_entry(pkg, index, part, x, err);
	if (status == PIFU_ERR_DAMAGED && pkg->salvage) {
		report_salvage(pkg, err->message);
		pifu_xml_close_open(x);
		status = PIFU_OK;
	}
	pifu_xml_free(x);
	return status;
}

pifu_status pifu_ooxml_parse(struct ooxml *pkg, const char *part, const struct xml_handler *handler,
                             void *ctx, pifu_error *err)
{
	pifu_error own = {0};
	pifu_status status;

	if (pkg->zip)
		status = parse_zipped(pkg, part, handler, ctx, &own);
	else if (!pifu_ooxml_has(pkg, part))
		status = pifu_error_set(&own, PIFU_ERR_DAMAGED, "%s is missing in the package",
		                        part);
	else
		status = parse_flat(pkg, part, handler, ctx, &own);
	if (status != PIFU_OK && err)
		*err = own;
	return status;
}
