/* Error objects: texts are cut between characters, never inside one. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Take back the first bytes of a character whose end was cut off. */
static void trim_character(char *text, size_t length)
{
	size_t start = length;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (length - (start - 1) < needed)
		text[start - 1] = '\0';
}

static void copy_text(char *out, size_t size, const char *text)
{
	size_t length = strlen(text);
	bool cut = length >= size;

	if (cut)
		length = size - 1;
	memmove(out, text, length);
	out[length] = '\0';
	if (cut)
		trim_character(out, length);
}

pifu_status pifu_error_set(pifu_error *err, pifu_status status, const char *format, ...)
{
	char message[sizeof err->message];
	va_list args;

	if (!err)
		return status;
	va_start(args, format);
	int length = vsnprintf(message, sizeof message, format, args);
	va_end(args);
	if (length < 0)
		message[0] = '\0';
	else if ((size_t)length >= sizeof message)
		trim_character(message, sizeof message - 1);
	/* Only now: an argument may have been the old message itself. */
	err->status = status;
	err->line = err->column = 0;
	err->file[0] = '\0';
	copy_text(err->message, sizeof err->message, message);
	return status;
}

void pifu_error_place(pifu_error *err, const char *file, uint32_t line, uint32_t column)
{
	if (!err)
		return;
	if (file)
		copy_text(err->file, sizeof err->file, file);
	err->line = line;
	err->column = column;
}

pifu_status pifu_error_nomem(pifu_error *err)
{
	return pifu_error_set(err, PIFU_ERR_NOMEM, "out of memory");
}
