/* Bytes in the making, and JSON strings. */
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool batch_buffer_reserve(struct buffer *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 1024;

	if (b->failed)
		return false;
	if (more >= SIZE_MAX / 4 - b->n) {
		b->failed = true;
		return false;
	}
	while (cap < b->n + more + 1)
		cap *= 2;
	if (cap == b->cap)
		return true;
	char *s = realloc(b->s, cap);
	if (!s) {
		b->failed = true;
		return false;
	}
	b->s = s;
	b->cap = cap;
	return true;
}

void batch_buffer_put(struct buffer *b, const char *bytes, size_t n)
{
	if (!batch_buffer_reserve(b, n))
		return;
	if (n)
		memcpy(b->s + b->n, bytes, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void batch_buffer_text(struct buffer *b, const char *text)
{
	batch_buffer_put(b, text, strlen(text));
}

void batch_buffer_uint(struct buffer *b, uint64_t n)
{
	char digits[24];

	batch_buffer_put(b, digits,
	                 (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n));
}

void batch_buffer_clear(struct buffer *b, size_t keep)
{
	b->n = 0;
	b->failed = false;
	if (b->cap <= keep)
		return;
	free(b->s);
	b->s = NULL;
	b->cap = 0;
}

void batch_buffer_free(struct buffer *b)
{
	free(b->s);
	*b = (struct buffer){0};
}

/* ---- JSON -------------------------------------------------------------------------- */

size_t batch_buffer_character(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, low, high; /* of the first byte; of the second */
		size_t n;
	} forms[] = {
		{0x01, 0x7F, 0x00, 0xFF, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2},
		{0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
		{0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
		{0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
		{0xF4, 0xF4, 0x80, 0x8F, 4},
	};

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (forms[i].n > 1 && (s[1] < forms[i].low || s[1] > forms[i].high))
			return 0;
		for (size_t k = 2; k < forms[i].n; k++)
			if (s[k] < 0x80 || s[k] > 0xBF)
				return 0;
		return forms[i].n;
	}
	return 0;
}

static void put_escaped(struct buffer *b, unsigned char c)
{
	static const char plain[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char escape[8];

	for (const char *p = plain; *p; p += 2) {
		if ((unsigned char)p[0] != c)
			continue;
		escape[0] = '\\';
		escape[1] = p[1];
		batch_buffer_put(b, escape, 2);
		return;
	}
	batch_buffer_put(b, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
}

void batch_buffer_json(struct buffer *b, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	if (!text) {
		batch_buffer_text(b, "null");
		return;
	}
	batch_buffer_text(b, "\"");
	while (*s) {
		const unsigned char *from = s;
		size_t n;

		while (*s >= 0x20 && *s != '"' && *s != '\\' && (n = batch_buffer_character(s)))
			s += n;
		batch_buffer_put(b, (const char *)from, (size_t)(s - from));
		if (!*s)
			break;
		if (*s < 0x80)
			put_escaped(b, *s);
		else
			batch_buffer_text(b, "\xEF\xBF\xBD");
		s++;
	}
	batch_buffer_text(b, "\"");
}

void batch_buffer_key(struct buffer *b, const char *key)
{
	batch_buffer_text(b, ",\"");
	batch_buffer_text(b, key);
	batch_buffer_text(b, "\":");
}
