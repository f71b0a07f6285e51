/* Symbol fonts: which character a code shows.
 *
 * The fonts put their pictures on Latin codes (0x20-0xFF); Word writes them either so
 * or moved to the private area (0xF020-0xF0FF). A sorted list is searched. */
#include "read/docx_own.h"

static const struct {
	uint8_t font, code;
	uint32_t shown;
} symbols[] = {
#define SYMBOL(font, code, shown) {FONT_##font, code, shown},
#include "read/docx_symbol.def"
#undef SYMBOL
};

static const struct {
	const char *name;
	enum symbol_font font;
} fonts[] = {
	{"Symbol", FONT_SYMBOL},          {"SymbolMT", FONT_SYMBOL},
	{"Symbol MT", FONT_SYMBOL},       {"Wingdings", FONT_WINGDINGS},
	{"Wingdings 2", FONT_WINGDINGS2}, {"Wingdings 3", FONT_WINGDINGS3},
	{"Webdings", FONT_WEBDINGS},      {"Standard Symbols PS", FONT_SYMBOL},
};

enum symbol_font pifu_docx_font(struct str name)
{
	if (!name.n || (name.s[0] != 'S' && name.s[0] != 'W'))
		return FONT_PLAIN;
	for (size_t i = 0; i < sizeof(fonts) / sizeof(fonts[0]); i++)
		if (pifu_str_eq(name, pifu_str_of(fonts[i].name)))
			return fonts[i].font;
	return FONT_PLAIN;
}

uint32_t pifu_docx_symbol(enum symbol_font font, uint32_t code)
{
	size_t low = 0, high = sizeof(symbols) / sizeof(symbols[0]);
	uint32_t key = (uint32_t)font << 8 | (code & 0xFF);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		uint32_t at = (uint32_t)symbols[mid].font << 8 | symbols[mid].code;

		if (at == key)
			return symbols[mid].shown;
		if (key < at)
			high = mid;
		else
			low = mid + 1;
	}
	return 0;
}
