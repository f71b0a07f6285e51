/* Bytes in the making, and the JSON that is written into them. A buffer that
 * ran out of memory stays failed and takes nothing more. */
#ifndef PIFU_BATCH_BUFFER_H
#define PIFU_BATCH_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *s; /* terminated wherever a batch_buffer_ call has put something */
	size_t n, cap;
	bool failed;
};

/** Room for `more` bytes and a NUL behind what is there; false and failed without memory. */
bool batch_buffer_reserve(struct buffer *b, size_t more);
void batch_buffer_put(struct buffer *b, const char *bytes, size_t n);
void batch_buffer_text(struct buffer *b, const char *text);
void batch_buffer_uint(struct buffer *b, uint64_t n);
/** A JSON string, bytes that are no UTF-8 as U+FFFD; null for NULL. */
void batch_buffer_json(struct buffer *b, const char *text);
/** `,"key":` */
void batch_buffer_key(struct buffer *b, const char *key);
/** Bytes of the UTF-8 character at `s`, 0: none begins here. Overlong forms, surrogates
 *  and what lies beyond U+10FFFF are none. */
size_t batch_buffer_character(const unsigned char *s);
/** Empty it; memory beyond `keep` bytes is given back. */
void batch_buffer_clear(struct buffer *b, size_t keep);
void batch_buffer_free(struct buffer *b);

#endif
