/* Names of files and of members of archives. */
#include "names.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

static bool is_utf8(const char *s)
{
	size_t n;

	while (*s && (n = batch_buffer_character((const unsigned char *)s)))
		s += n;
	return !*s;
}

static void put_gb18030(struct buffer *b, const char *name)
{
	UErrorCode fault = U_ZERO_ERROR;
	size_t most = 3 * strlen(name) + 1; /* a byte gives at most one character of three bytes */

	if (!batch_buffer_reserve(b, most))
		return;
	int32_t n = ucnv_convert("UTF-8", "gb18030", b->s + b->n, (int32_t)most, name, -1, &fault);
	if (U_FAILURE(fault) || n < 0)
		batch_buffer_text(b, name); /* shown with U+FFFD where it is written */
	else
		b->n += (size_t)n;
}

void batch_name_decode(struct buffer *b, const char *name)
{
	size_t from = b->n;
	bool slashes = strchr(name, '/') != NULL;

	if (is_utf8(name))
		batch_buffer_text(b, name);
	else
		put_gb18030(b, name);
	for (size_t i = from; !slashes && !b->failed && i < b->n; i++)
		if (b->s[i] == '\\')
			b->s[i] = '/';
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool batch_name_is_junk(const char *path)
{
	const char *name = last_part(path);

	return name[0] == '.' || strncmp(name, "~$", 2) == 0 || strcmp(name, "Thumbs.db") == 0 ||
	       strcmp(name, "desktop.ini") == 0 || strncmp(path, "__MACOSX/", 9) == 0 ||
	       strstr(path, "/__MACOSX/") != NULL;
}

bool batch_name_wanted(const char *path, const char *const *globs)
{
	if (!globs || !globs[0])
		return true;
	for (; *globs; globs++)
		if (fnmatch(*globs, strchr(*globs, '/') ? path : last_part(path), 0) == 0)
			return true;
	return false;
}
