/* The text of a page. Byte order marks, strict UTF-8 and GB18030 are told by
 * the bytes alone, better than by what pages declare: many Chinese sites
 * declare what their editor once wrote. Only Big5 looks like GB18030, so it is
 * taken where a page declares it and the bytes are not UTF-8. */
#include "read/html.h"
#include "read/html_pieces.h"
#include "text/encoding.h"

#include <strings.h>

/* The declared charset where the bytes cannot tell; NULL: let them tell. */
static const char *declared_encoding(const struct input *in)
{
	uint32_t n = in->size < 4096 ? (uint32_t)in->size : 4096;
	struct str charset = pifu_html_charset((struct str){(const char *)in->data, n});

	if (charset.n < 4 || strncasecmp(charset.s, "big5", 4) != 0)
		return NULL;
	return pifu_encoding_guess(in->data, in->size).sure ? NULL : "Big5";
}

pifu_status pifu_html_text_load(struct html_text_source *s, const struct input *in,
                                const pifu_options *options, struct findings *findings,
                                pifu_error *err)
{
	struct decode_source source = {
		.data = in->data,
		.size = in->size,
		.encoding = options ? options->encoding : NULL,
		.allocator = options ? options->allocator : NULL,
		.findings = findings,
	};

	if (!source.encoding && in->size)
		source.encoding = declared_encoding(in);
	s->decoder = pifu_decoder_open(&source, err);
	if (!s->decoder)
		return err ? err->status : PIFU_ERR_NOMEM;
	return pifu_decoder_read(s->decoder, in->size * 4 + 1, &s->text, err);
}

void pifu_html_text_release(struct html_text_source *s)
{
	pifu_decoder_free(s->decoder);
	s->decoder = NULL;
}
