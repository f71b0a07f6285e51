/* What the elements of HTML mean for the grid (html_tags.def), and what their
 * attributes say about being seen. */
#include "read/html_build.h"

#include <strings.h>

static const struct {
	const char *name;
	enum html_kind kind;
} tags[] = {
#define HTML_TAG(name, kind) {name, HTML_##kind},
#include "read/html_tags.def"
#undef HTML_TAG
};

_Static_assert(sizeof tags / sizeof *tags < HTML_TAG_COUNT, "html_build.block_count is too short");

enum html_kind pifu_html_kind(const char *name, unsigned *index)
{
	size_t low = 0, high = sizeof tags / sizeof *tags;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, tags[middle].name);
		if (order == 0) {
			*index = (unsigned)middle + 1;
			return tags[middle].kind;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	*index = 0;
	return HTML_INLINE;
}

const char *pifu_html_tag(unsigned index)
{
	return index ? tags[index - 1].name : "text";
}

const char *pifu_html_attr(const char *const *attrs, const char *name)
{
	for (; attrs && *attrs; attrs += 2)
		if (strcmp(attrs[0], name) == 0)
			return attrs[1] ? attrs[1] : "";
	return NULL;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Does `style` say `property: value`? Blanks and case do not count. */
static bool style_says(const char *style, const char *property, const char *value)
{
	size_t np = strlen(property), nv = strlen(value);

	for (const char *at = style; *at; at++) {
		if ((at != style && at[-1] != ';' && !is_space(at[-1])) ||
		    strncasecmp(at, property, np) != 0)
			continue;
		const char *v = at + np;
		while (is_space(*v))
			v++;
		if (*v++ != ':')
			continue;
		while (is_space(*v))
			v++;
		if (strncasecmp(v, value, nv) == 0)
			return true;
	}
	return false;
}

bool pifu_html_hidden(const char *const *attrs)
{
	if (!attrs)
		return false;
	if (pifu_html_attr(attrs, "hidden"))
		return true;
	const char *style = pifu_html_attr(attrs, "style");
	return style &&
	       (style_says(style, "display", "none") || style_says(style, "visibility", "hidden") ||
	        style_says(style, "mso-hide", "all"));
}
