/* XML in pieces, names as tokens, every cap watched.
 *
 * libxml2's push parser is handed 32 KiB at a time and calls back with a name and
 * its namespace as pointers into its dictionary, so one name is always one pair of
 * pointers. A small table remembers the token of each pair:
 *
 *     (local*, address*) --slot = hash--> token      hit: one comparison
 *                              \-- miss --> namespace class, binary search by name
 *
 * What a hostile part can cost is bounded here. libxml2 keeps an unfinished tag or
 * comment in its buffer, so what is left there after each piece is the size of the
 * longest unfinished one; attributes of a long tag are counted by their quotes
 * before libxml2, which checks them quadratically, gets to see the end of the tag.
 * A DOCTYPE ends the parse: without it there are no entities to expand. */
#include "read/ooxml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "read/ooxml_own.h"

enum { SLOTS = 512, MESSAGE_SIZE = 160, COUNT_TAGS_OVER = 16384 };

/* The caps on elements, in the order of `watched`. */
enum { CAP_DEPTH, CAP_NODES, CAP_ATTRIBUTES, CAP_NAMESPACES, CAP_COUNT };
static const struct {
	enum limit limit;
	const char *what;
} watched[CAP_COUNT] = {
	{LIMIT_XML_DEPTH, "elements are nested too deep"},
	{LIMIT_XML_NODES, "too many elements"},
	{LIMIT_XML_ATTRIBUTES, "too many attributes on one element"},
	{LIMIT_XML_NAMESPACES, "too many namespaces"},
};

struct slot {
	const xmlChar *local, *address;
	uint16_t token;
};

struct xml {
	const struct xml_handler *handler;
	void *ctx;
	const char *part;
	xmlParserCtxtPtr parser;
	const xmlChar *local;
	unsigned depth;
	unsigned skip; /* depth of the element whose inside is left out; 0: none */
	unsigned nns;  /* namespaces declared by the open elements */
	uint16_t tokens[PIFU_LIMIT_XML_DEPTH + 2];
	uint16_t ns[PIFU_LIMIT_XML_DEPTH + 2];
	uint64_t nodes, most[CAP_COUNT];
	const pifu_options *options; /* NULL: the default limits */
	struct slot slots[SLOTS];
	const char *gate;    /* flat OPC: name of the part let through; NULL: all of it */
	unsigned gate_depth; /* depth of the open pkg:xmlData; 0: gate closed */
	bool gate_part;      /* inside the pkg:part with that name */
	bool stopped;
	pifu_status status;
	char message[MESSAGE_SIZE];
};

static const struct {
	const char *address;
	enum xml_ns ns;
} addresses[] = {
	{"http://schemas.openxmlformats.org/wordprocessingml/2006/main", XML_NS_W},
	{"http://purl.oclc.org/ooxml/wordprocessingml/main", XML_NS_W},
	{"http://schemas.openxmlformats.org/spreadsheetml/2006/main", XML_NS_S},
	{"http://purl.oclc.org/ooxml/spreadsheetml/main", XML_NS_S},
	{"http://schemas.openxmlformats.org/officeDocument/2006/math", XML_NS_M},
	{"http://purl.oclc.org/ooxml/officeDocument/math", XML_NS_M},
	{"http://schemas.openxmlformats.org/officeDocument/2006/relationships", XML_NS_R},
	{"http://purl.oclc.org/ooxml/officeDocument/relationships", XML_NS_R},
	{"http://schemas.openxmlformats.org/package/2006/relationships", XML_NS_REL},
	{"http://schemas.openxmlformats.org/package/2006/content-types", XML_NS_TYPES},
	{"http://schemas.openxmlformats.org/markup-compatibility/2006", XML_NS_MC},
	{"http://schemas.openxmlformats.org/drawingml/2006/main", XML_NS_A},
	{"http://purl.oclc.org/ooxml/drawingml/main", XML_NS_A},
	{"http://schemas.microsoft.com/office/word/2010/wordprocessingShape", XML_NS_WPS},
	{"urn:schemas-microsoft-com:vml", XML_NS_V},
	{"http://schemas.microsoft.com/office/2006/xmlPackage", XML_NS_PKG},
	{"urn:schemas-microsoft-com:office:spreadsheet", XML_NS_SS},
	{"urn:schemas-microsoft-com:office:excel", XML_NS_XL},
};

/* ---- Names --------------------------------------------------------------- */

static enum xml_ns classify_address(const char *address)
{
	if (!address)
		return XML_NS_NONE;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (strcmp(addresses[i].address, address) == 0)
			return addresses[i].ns;
	return XML_NS_OTHER;
}

static uint16_t search_name(const struct xml_handler *h, const char *local, enum xml_ns ns)
{
	size_t low = 0, high = h->nnames;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(local, h->names[mid].local);

		if (order == 0)
			order = (ns > h->names[mid].ns) - (ns < h->names[mid].ns);
		if (order == 0)
			return h->names[mid].token;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return 0;
}

static uint16_t name_token(struct xml *x, const xmlChar *local, const xmlChar *address)
{
	uintptr_t mix = ((uintptr_t)local >> 1) ^ ((uintptr_t)address >> 4);
	struct slot *slot = &x->slots[(mix ^ (mix >> 9)) % SLOTS];

	if (slot->local == local && slot->address == address)
		return slot->token;
	slot->local = local;
	slot->address = address;
	slot->token = search_name(x->handler, (const char *)local,
	                          classify_address((const char *)address));
	return slot->token;
}

/* ---- Failures ------------------------------------------------------------ */

void pifu_xml_stop(struct xml *x, pifu_status status, const char *message)
{
	if (x->stopped)
		return;
	x->stopped = true;
	x->status = status;
	snprintf(x->message, sizeof(x->message), "%s", message ? message : "");
	/* Not xmlStopParser: it frees the input that a handler's attributes may point into. */
	x->parser->disableSAX = 1;
}

static void stop_at_limit(struct xml *x, const char *what, enum limit limit)
{
	char message[MESSAGE_SIZE];

	snprintf(message, sizeof(message), "%s (limit %s: %llu)", what,
	         pifu_limit_list(limit)->name, (unsigned long long)pifu_limit(x->options, limit));
	pifu_xml_stop(x, PIFU_ERR_LIMIT, message);
}

static pifu_status tell_stop(struct xml *x, pifu_error *err)
{
	if (x->status == PIFU_OK)
		return PIFU_OK;
	if (x->status == PIFU_ERR_NOMEM)
		return pifu_error_nomem(err);
	return pifu_error_set(err, x->status, "%s: %s", x->part, x->message);
}

static pifu_status tell_parser_error(struct xml *x, pifu_error *err)
{
	const xmlError *last = xmlCtxtGetLastError(x->parser);
	const char *what =
		last && last->message ? last->message : "the text does not fit its encoding";
	int length = (int)strcspn(what, "\n");
	int line = last ? last->line : 0;

	if (last && last->code == XML_ERR_NO_MEMORY)
		return pifu_error_nomem(err);
	return pifu_error_set(err, PIFU_ERR_DAMAGED, "%s, line %d: the XML is damaged: %.*s",
	                      x->part, line, length, what);
}

/* ---- Callbacks of libxml2 ------------------------------------------------ */

static void ignore_error(void *user, xmlErrorPtr error)
{
	(void)user; /* asked for at the end; without a handler libxml2 would print it */
	(void)error;
}

static void refuse_doctype(void *user, const xmlChar *name, const xmlChar *id,
                           const xmlChar *system)
{
	(void)name;
	(void)id;
	(void)system;
	struct xml *x = user;
	pifu_xml_stop(x, PIFU_ERR_DAMAGED, "a DOCTYPE has no place in an Office document");
	xmlStopParser(x->parser); /* no entity is ever declared */
}

static bool within_caps(struct xml *x, int nns, int nattributes)
{
	const uint64_t counts[CAP_COUNT] = {x->depth, ++x->nodes, (uint64_t)nattributes,
	                                    (uint64_t)x->nns + (unsigned)nns};

	for (int i = 0; i < CAP_COUNT; i++)
		if (counts[i] > x->most[i]) {
			stop_at_limit(x, watched[i].what, watched[i].limit);
			return false;
		}
	return true;
}

/* Flat OPC: <pkg:part pkg:name="/word/document.xml"><pkg:xmlData> the part </…> */
static bool pass_gate(struct xml *x, const xmlChar *local, const xmlChar *address,
                      const struct xml_attrs *attrs)
{
	if (x->gate_depth)
		return true;
	if (classify_address((const char *)address) != XML_NS_PKG)
		return false;
	if (strcmp((const char *)local, "part") == 0) {
		struct str name = pifu_xml_attr(attrs, "name");

		if (name.n && name.s[0] == '/')
			name = pifu_str_sub(name, 1, name.n);
		x->gate_part = pifu_ooxml_same_part(name, pifu_str_of(x->gate));
	} else if (x->gate_part && strcmp((const char *)local, "xmlData") == 0) {
		x->gate_depth = x->depth;
	}
	return false;
}

static void tell_prefixes(struct xml *x, int count, const xmlChar **pairs)
{
	for (int i = 0; i < count; i++)
		x->handler->prefix(x->ctx, pairs[2 * i] ? (const char *)pairs[2 * i] : "",
		                   (const char *)pairs[2 * i + 1]);
}

static void start_element(void *user, const xmlChar *local, const xmlChar *prefix,
                          const xmlChar *address, int nns, const xmlChar **ns, int nattributes,
                          int ndefaulted, const xmlChar **attributes)
{
	struct xml *x = user;
	struct xml_attrs attrs = {attributes, nattributes};
	uint16_t token;

	(void)prefix;
	(void)ndefaulted;
	if (x->stopped)
		return;
	x->depth++;
	if (!within_caps(x, nns, nattributes))
		return;
	x->nns += (unsigned)nns;
	x->ns[x->depth] = (uint16_t)nns;
	x->tokens[x->depth] = 0;
	if (nns && x->handler->prefix)
		tell_prefixes(x, nns, ns);
	if (x->skip || (x->gate && !pass_gate(x, local, address, &attrs)))
		return;
	token = name_token(x, local, address);
	x->tokens[x->depth] = token;
	x->local = local;
	if (token || x->handler->unknown)
		x->handler->start(x->ctx, x, token, &attrs);
}

static void leave_element(struct xml *x)
{
	uint16_t token = x->tokens[x->depth];

	if (x->skip && x->depth > x->skip)
		return;
	x->skip = 0;
	if (x->gate && x->depth <= x->gate_depth) {
		x->gate_depth = 0;
		pifu_xml_stop(x, PIFU_OK, NULL);
		return;
	}
	if (x->gate && !x->gate_depth)
		return;
	if (token || x->handler->unknown)
		x->handler->end(x->ctx, x, token);
}

static void end_element(void *user, const xmlChar *local, const xmlChar *prefix,
                        const xmlChar *address)
{
	struct xml *x = user;

	(void)local;
	(void)prefix;
	(void)address;
	if (x->stopped || x->depth == 0)
		return;
	leave_element(x);
	x->nns -= x->ns[x->depth];
	x->depth--;
}

static void take_text(void *user, const xmlChar *s, int n)
{
	struct xml *x = user;

	if (x->stopped || x->skip || (x->gate && !x->gate_depth))
		return;
	x->handler->text(x->ctx, x, (const char *)s, (size_t)n);
}

/* ---- The parse ----------------------------------------------------------- */

struct xml *pifu_xml_new(const struct xml_handler *handler, void *ctx, const char *part,
                         const pifu_options *options, pifu_error *err)
{
	xmlSAXHandler sax = {0};
	struct xml *x = calloc(1, sizeof(*x));

	if (!x) {
		pifu_error_nomem(err);
		return NULL;
	}
	x->handler = handler;
	x->ctx = ctx;
	x->part = part;
	x->options = options;
	for (int i = 0; i < CAP_COUNT; i++)
		x->most[i] = pifu_limit(options, watched[i].limit);
	sax.initialized = XML_SAX2_MAGIC;
	sax.startElementNs = start_element;
	sax.endElementNs = end_element;
	sax.internalSubset = refuse_doctype;
	sax.serror = ignore_error;
	if (handler->text) {
		sax.characters = take_text;
		sax.ignorableWhitespace = take_text;
	}
	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (!x->parser) {
		pifu_error_nomem(err);
		free(x);
		return NULL;
	}
	/* NOENT: else "&amp;" in an attribute arrives as "&#38;"; there are no other entities */
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
	return x;
}

void pifu_xml_gate(struct xml *x, const char *part)
{
	x->gate = part;
}

/* More values in quotes than any element may have attributes and namespaces? */
static bool holds_many_values(const struct xml *x, const xmlChar *tag, size_t n)
{
	uint64_t most = 2 * (pifu_limit(x->options, LIMIT_XML_ATTRIBUTES) +
	                     pifu_limit(x->options, LIMIT_XML_NAMESPACES));
	size_t quotes = 0;

	if (n < 2 || tag[0] != '<' || tag[1] == '!' || tag[1] == '?')
		return false;
	for (size_t i = 0; i < n && quotes <= most; i++)
		quotes += tag[i] == '"' || tag[i] == '\'';
	return quotes > most;
}

static void check_pending(struct xml *x)
{
	const xmlParserInput *in = x->parser->input;
	size_t pending = in && in->end > in->cur ? (size_t)(in->end - in->cur) : 0;

	if (pending > pifu_limit(x->options, LIMIT_XML_TAG))
		stop_at_limit(x, "one tag, comment or instruction is too long", LIMIT_XML_TAG);
	else if (pending > COUNT_TAGS_OVER && holds_many_values(x, in->cur, pending))
		stop_at_limit(x, "too many attributes on one element", LIMIT_XML_ATTRIBUTES);
}

/* Failures of converting an encoding go past the parser's own error handler to the
 * thread's general one, which prints: it is exchanged while libxml2 works. */
static void print_nothing(void *ctx, const char *format, ...)
{
	(void)ctx;
	(void)format;
}

static void parse_piece(struct xml *x, const char *bytes, int n, int end)
{
	xmlGenericErrorFunc printer = xmlGenericError;
	void *ctx = xmlGenericErrorContext;

	xmlSetGenericErrorFunc(NULL, print_nothing);
	xmlParseChunk(x->parser, bytes, n, end);
	xmlSetGenericErrorFunc(ctx, printer);
}

pifu_status pifu_xml_feed(struct xml *x, const void *bytes, size_t n, pifu_error *err)
{
	const char *at = bytes;

	while (n && !x->stopped) {
		int piece = n < 1 << 20 ? (int)n : 1 << 20;

		parse_piece(x, at, piece, 0);
		if (!x->stopped && x->parser->disableSAX)
			return tell_parser_error(x, err);
		if (!x->stopped)
			check_pending(x);
		at += piece;
		n -= (size_t)piece;
	}
	return x->stopped ? tell_stop(x, err) : PIFU_OK;
}

pifu_status pifu_xml_finish(struct xml *x, pifu_error *err)
{
	if (!x->stopped)
		parse_piece(x, NULL, 0, 1);
	if (x->stopped)
		return tell_stop(x, err);
	/* text that does not fit its encoding halts the parser and leaves wellFormed as it is */
	return x->parser->wellFormed && !x->parser->disableSAX ? PIFU_OK
	                                                       : tell_parser_error(x, err);
}

void pifu_xml_close_open(struct xml *x)
{
	while (x->depth > 0) {
		if (x->depth <= PIFU_LIMIT_XML_DEPTH)
			leave_element(x);
		x->depth--;
	}
}

bool pifu_xml_stopped(const struct xml *x)
{
	return x->stopped;
}

void pifu_xml_free(struct xml *x)
{
	if (!x)
		return;
	xmlFreeParserCtxt(x->parser);
	free(x);
}

/* ---- What a reader asks in its callbacks --------------------------------- */

void pifu_xml_skip(struct xml *x)
{
	x->skip = x->depth;
}

unsigned pifu_xml_parent(const struct xml *x, unsigned up)
{
	return up < x->depth ? x->tokens[x->depth - up] : 0;
}

unsigned pifu_xml_depth(const struct xml *x)
{
	return x->depth;
}

const char *pifu_xml_local(const struct xml *x)
{
	return (const char *)x->local;
}

struct str pifu_xml_attr(const struct xml_attrs *attrs, const char *local)
{
	for (int i = 0; i < attrs->count; i++) {
		const unsigned char **a = attrs->raw + (ptrdiff_t)i * 5;

		if (strcmp((const char *)a[0], local) == 0)
			return (struct str){(const char *)a[3], (uint32_t)(a[4] - a[3])};
	}
	return STR_NONE;
}

int64_t pifu_xml_int(const struct xml_attrs *attrs, const char *local, int64_t otherwise)
{
	struct str v = pifu_str_trim(pifu_xml_attr(attrs, local));
	uint32_t i = v.n && (v.s[0] == '-' || v.s[0] == '+');
	int64_t n = 0;

	if (i >= v.n)
		return otherwise;
	for (uint32_t k = i; k < v.n; k++) {
		if (v.s[k] == '.' && k > i) /* "2.0": some writers keep a decimal point */
			break;
		if (v.s[k] < '0' || v.s[k] > '9')
			return otherwise;
		if (n < INT64_C(1) << 40) /* beyond any limit already */
			n = n * 10 + (v.s[k] - '0');
	}
	return v.s[0] == '-' ? -n : n;
}

bool pifu_xml_on(const struct xml_attrs *attrs, const char *local)
{
	struct str v = pifu_xml_attr(attrs, local);

	return !(pifu_str_eq(v, STR("0")) || pifu_str_eq(v, STR("false")) ||
	         pifu_str_eq(v, STR("off")));
}
