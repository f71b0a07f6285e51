/* Old documents turned into new ones by LibreOffice, a process of its own. */
#ifndef PIFU_READ_CONVERT_H
#define PIFU_READ_CONVERT_H

#include "read/read.h"

/* What is asked of LibreOffice. */
struct conversion {
	const char *from;    /* ending that the input goes by: "doc" */
	const char *to;      /* "docx" */
	const char *filter;  /* its name in LibreOffice */
	const char *what;    /* "old Word documents" */
	const char *package; /* Debian's: "libreoffice-writer" */
};

struct converted {
	void *bytes;
	size_t size;
};

/** Run LibreOffice on `in`: a profile and a folder of its own, readable by nobody
 *  else, gone afterwards; no macros, no network, no more than the limits
 *  convert-seconds, convert-memory and input-bytes allow.
 *  errors:  PIFU_ERR_TOOL (not installed, failed; the message says what to install),
 *           PIFU_ERR_LIMIT (time), PIFU_ERR_OPEN (no temporary folder), PIFU_ERR_NOMEM
 *  owns:    pifu_converted_free gives the bytes back
 *  threads: any; processes of other threads are left alone */
pifu_status pifu_convert(const struct conversion *c, const struct input *in,
                         const pifu_options *options, struct converted *out, pifu_error *err);
void pifu_converted_free(struct converted *c);

#endif
