/* Office Open XML packages, shared by the Word and the Excel reader.
 *
 * A package is a zip of parts that name one another by relationships. Nothing is
 * read by its customary name; the way in is always
 *
 *     _rels/.rels  --officeDocument-->  main part  --styles, numbering …-->  parts
 *
 * A part is inflated piece by piece into libxml2's push parser; no tree is built,
 * and every limit is checked while the bytes flow:
 *
 *     zip entry --inflate 32 KiB--> budget, ratio --> libxml2 SAX2 --> names to
 *     tokens --> your start/end/text
 *
 * Flat OPC (one XML file holding all parts) is read through the same calls. */
#ifndef PIFU_READ_OOXML_H
#define PIFU_READ_OOXML_H

#include "base/finding.h"
#include "base/str.h"
#include "pifu.h"
#include "read/read.h"

/* ---- XML by tokens ------------------------------------------------------- */

/* Namespaces are classes; the transitional and the strict address of one
 * vocabulary are the same class. XML_NS_OTHER is every address not listed. */
enum xml_ns {
	XML_NS_OTHER,
	XML_NS_NONE, /* no namespace */
	XML_NS_W,    /* wordprocessingml */
	XML_NS_S,    /* spreadsheetml */
	XML_NS_M,    /* math */
	XML_NS_R,    /* officeDocument/relationships, the r: attributes */
	XML_NS_REL,  /* package/relationships, the .rels parts */
	XML_NS_TYPES,
	XML_NS_MC,  /* markup compatibility */
	XML_NS_A,   /* drawingml main */
	XML_NS_WPS, /* word 2010 shapes */
	XML_NS_V,   /* VML */
	XML_NS_PKG, /* flat OPC */
	XML_NS_SS,  /* Excel 2003 XML: spreadsheet */
	XML_NS_XL,  /* Excel 2003 XML: what concerns Excel */
	XML_NS_COUNT
};

/** A name a reader knows. Tokens are the reader's own, from 1; 0 is every other name. */
struct xml_name {
	enum xml_ns ns;
	const char *local;
	uint16_t token;
};

/** The attributes of one start tag, as libxml2 gives them. */
struct xml_attrs {
	const unsigned char **raw; /* five pointers each: local, prefix, address, value, end */
	int count;
};

struct xml; /* one parse under way */

struct xml_handler {
	const struct xml_name *names; /* sorted by local name (strcmp), then ns */
	size_t nnames;
	/** A known element begins. Unknown ones are passed over, their children are not. */
	void (*start)(void *ctx, struct xml *x, unsigned token, const struct xml_attrs *attrs);
	/** A known element ends; also called for what is still open when a damaged part is salvaged. */
	void (*end)(void *ctx, struct xml *x, unsigned token);
	/** Text directly inside any element, in pieces; entities resolved, valid UTF-8. NULL: not wanted. */
	void (*text)(void *ctx, struct xml *x, const char *s, size_t n);
	/** A namespace declaration, terminated texts; called before `start` of its element. NULL: not wanted. */
	void (*prefix)(void *ctx, const char *prefix, const char *address);
	bool unknown; /* also call start and end for unknown names, with token 0 */
};

/** Value of the attribute with this local name, in any namespace; .s NULL where absent. Not terminated. */
struct str pifu_xml_attr(const struct xml_attrs *attrs, const char *local);
/** The same, as a whole number; `otherwise` where it is absent or no number. */
int64_t pifu_xml_int(const struct xml_attrs *attrs, const char *local, int64_t otherwise);
/** On/off value as Office writes it: absent attribute or 1/true/on is true. */
bool pifu_xml_on(const struct xml_attrs *attrs, const char *local);
/** Called in `start`: leave out all that is inside this element; `end` is still called. */
void pifu_xml_skip(struct xml *x);
/** End the parse; `status` PIFU_OK: enough was read, else it is a failure told by `err` of the parse. */
void pifu_xml_stop(struct xml *x, pifu_status status, const char *message);
/** Token of the parent (up 1), grandparent (2) … of the element in hand; 0 where there is none or it is unknown. */
unsigned pifu_xml_parent(const struct xml *x, unsigned up);
/** Depth of the element in hand, the root being 1. */
unsigned pifu_xml_depth(const struct xml *x);
/** Local name of the element in hand (start only). */
const char *pifu_xml_local(const struct xml *x);

/** A parse of pieces: DOCTYPE is refused, depth, attributes, namespaces and the
 *  size of one tag are capped (base/limits.def).
 *  errors: NULL with PIFU_ERR_NOMEM; feed/finish: PIFU_ERR_DAMAGED, PIFU_ERR_LIMIT …
 *  owns:   the caller frees with pifu_xml_free; handler, ctx and options are borrowed
 *  `part` names the part in messages. */
struct xml *pifu_xml_new(const struct xml_handler *handler, void *ctx, const char *part,
                         const pifu_options *options, pifu_error *err);
pifu_status pifu_xml_feed(struct xml *x, const void *bytes, size_t n, pifu_error *err);
pifu_status pifu_xml_finish(struct xml *x, pifu_error *err);
/** Ends what is open, as if the end tags had come: for salvage after a failure. */
void pifu_xml_close_open(struct xml *x);
/** pifu_xml_stop(x, PIFU_OK, …) was called: no more input is needed. */
bool pifu_xml_stopped(const struct xml *x);
void pifu_xml_free(struct xml *x);

/* ---- Packages ------------------------------------------------------------ */

enum ooxml_kind { OOXML_NONE, OOXML_WORD, OOXML_SHEET, OOXML_SLIDES, OOXML_ENCRYPTED };

/** What a file is, by its content, cheaply: zip directory, content types, OLE
 *  container of an encrypted package, flat OPC. Truncated packages are known
 *  by their first entries. Never fails. */
enum ooxml_kind pifu_ooxml_sniff(const struct input *in);

struct ooxml;

/** Open a package in memory (in->data stays borrowed).
 *  errors: PIFU_ERR_ENCRYPTED, PIFU_ERR_DAMAGED, PIFU_ERR_LIMIT, PIFU_ERR_NOMEM
 *  salvage (options->salvage): a package without its directory is read from its
 *  entries' own headers; each such step is a finding SALVAGED
 *  owns: the caller frees with pifu_ooxml_free */
struct ooxml *pifu_ooxml_open(const struct input *in, const pifu_options *options,
                              struct findings *findings, pifu_error *err);
void pifu_ooxml_free(struct ooxml *pkg);

/** Name of the main part ("word/document.xml", no leading slash), a loan; NULL with an error. */
const char *pifu_ooxml_main(struct ooxml *pkg, pifu_error *err);
/** Is there such a part? Names compare without regard to ASCII case. */
bool pifu_ooxml_has(const struct ooxml *pkg, const char *part);

struct ooxml_rel {
	const char *id; /* "rId3" */
	const char
		*type; /* last step of the type's address: "styles", "sharedStrings", "worksheet" */
	const char
		*target; /* part name, resolved, no leading slash; the plain address if external */
	bool external;
};
struct ooxml_rels {
	const struct ooxml_rel *items;
	size_t n;
};

/** Relationships of a part ("" for the package), in their order; loans of the
 *  package. No .rels part is no error: n is 0. */
pifu_status pifu_ooxml_rels(struct ooxml *pkg, const char *part, struct ooxml_rels *out,
                            pifu_error *err);
/** Target of the first internal relationship of that type; NULL where there is none. */
const char *pifu_ooxml_rel_type(const struct ooxml_rels *rels, const char *type);
/** Target by id; NULL where there is none. */
const char *pifu_ooxml_rel_id(const struct ooxml_rels *rels, struct str id);

/** Inflate a part into a parse.
 *  errors: PIFU_ERR_DAMAGED (no such part, wrong CRC, cut off, not well-formed),
 *          PIFU_ERR_LIMIT (inflated bytes of the whole package, ratio, XML caps),
 *          PIFU_ERR_ENCRYPTED, PIFU_ERR_NOMEM
 *  With options->salvage a damaged part ends as if it were complete: PIFU_OK and
 *  a finding SALVAGED. Parts may be parsed inside the callbacks of another. */
pifu_status pifu_ooxml_parse(struct ooxml *pkg, const char *part, const struct xml_handler *handler,
                             void *ctx, pifu_error *err);

#endif
