/* OLE containers (compound files): the envelope of .doc, .xls, .wps, .et and of
 * encrypted Office packages. Only what kind of document is inside is asked. */
#ifndef PIFU_READ_OLE_H
#define PIFU_READ_OLE_H

#include "read/read.h"

enum ole_kind {
	OLE_OTHER,             /* none of ours, or damaged */
	OLE_ENCRYPTED_PACKAGE, /* DOCX or XLSX under a password */
	OLE_WORD,              /* .doc, .dot, .wps of WPS Office */
	OLE_WORD_ENCRYPTED,
	OLE_WORKS, /* .wps of Microsoft Works */
	OLE_SHEET, /* .xls, .xlt, .et */
	OLE_SHEET_ENCRYPTED
};

/** Does the input begin as an OLE container? */
bool pifu_ole_is(const struct input *in);
/** What it holds, by the names of its outermost streams. Never fails. */
enum ole_kind pifu_ole_kind(const struct input *in);

#endif
