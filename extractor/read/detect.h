/* What bytes look like, for formats that no reader takes. */
#ifndef PIFU_READ_DETECT_H
#define PIFU_READ_DETECT_H

#include "read/formats.h"

struct magic {
	const char *bytes;
	size_t n;
	const char *what; /* "a PDF document" */
	const char *hint; /* what the user can do */
};

/** The kind of file that `in` begins like; NULL: none that is known. */
const struct magic *pifu_magic_find(const struct input *in);

/** Do the bytes hold so much that no text has (control characters, bytes outside
 *  every encoding) that they are no text? */
bool pifu_looks_binary(const struct input *in);
enum { PIFU_HEAD = 4096 };
/** The first bytes of XML, NULs left out, so that UTF-16 reads as ASCII does. */
void pifu_head_read(const struct input *in, char head[PIFU_HEAD + 1]);

#endif
