/* The JSON Schemas, embedded at build time from schemas/ and grammars/. */
#include "pifu.h"

#include <string.h>

extern const unsigned char pifu_schema_record[];
extern const unsigned char pifu_schema_document[];
extern const unsigned char pifu_schema_closing[];
extern const unsigned char pifu_schema_diff[];
extern const unsigned char pifu_schema_grammar[];

const char *pifu_schema(const char *name)
{
	static const struct {
		const char *name;
		const unsigned char *text;
	} schemas[] = {
		{"record", pifu_schema_record},   {"document", pifu_schema_document},
		{"closing", pifu_schema_closing}, {"diff", pifu_schema_diff},
		{"grammar", pifu_schema_grammar},
	};

	for (size_t i = 0; name && i < sizeof schemas / sizeof schemas[0]; i++)
		if (strcmp(schemas[i].name, name) == 0)
			return (const char *)schemas[i].text;
	return NULL;
}
