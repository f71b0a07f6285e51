/* Bytes in, UTF-8 out, a run of whole lines at a time.
 *
 *     open -> read -> (back) -> read -> … -> close
 *
 * Strict UTF-8 is never copied: the runs are slices of the input. All else is
 * decoded piece by piece into a window that holds the run given last and what
 * has been decoded behind it, so memory grows with the run, not with the file. */
#ifndef PIFU_TEXT_DECODE_H
#define PIFU_TEXT_DECODE_H

#include "base/finding.h"
#include "base/str.h"
#include "pifu.h"

struct decoder;

struct decode_source {
	const unsigned char *data; /* borrowed, must outlive the decoder; NULL if size is 0 */
	size_t size;
	const char *encoding; /* NULL: by content; else a converter name of ICU */
	const pifu_allocator *allocator;
	struct findings *findings; /* borrowed; NULL: not wanted */
};

/** A decoder at the front of the source, behind its byte order mark.
 *  errors:  PIFU_ERR_ENCODING (no such encoding), PIFU_ERR_NOMEM; NULL then
 *  owns:    the caller closes it with pifu_decoder_free
 *  threads: one at a time */
struct decoder *pifu_decoder_open(const struct decode_source *source, pifu_error *err);

/** The next text: at least `want` bytes, ending behind a line end (\n, \r\n or a
 *  lone \r) or at the end of the source; empty there and only there.
 *  shape:   valid UTF-8 without NUL; bytes that are no text come as U+FFFD
 *  errors:  PIFU_ERR_NOMEM, PIFU_ERR_LIMIT (one run over 4 GiB); bad bytes become the
 *           findings bad-bytes and mixed-encoding, each told once
 *  owns:    a loan until the next read or the end of the decoder */
pifu_status pifu_decoder_read(struct decoder *d, size_t want, struct str *text, pifu_error *err);

/** Give back the last `n` bytes of the text read last: the next text begins with them. */
void pifu_decoder_back(struct decoder *d, size_t n);

/** Nothing is left to read. */
bool pifu_decoder_ended(const struct decoder *d);

/** Name of the encoding in use, as ICU writes it; a loan of the decoder. */
const char *pifu_decoder_encoding(const struct decoder *d);

void pifu_decoder_free(struct decoder *d);

#endif
