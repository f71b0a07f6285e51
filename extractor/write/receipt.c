/* The conservation receipt in words:
 *
 *     form.txt: 412 cells
 *         252  record-field   a field of a record
 *         …
 *       balanced: 1 form, 105 records */
#include "write/out.h"

static void put_right(struct out *o, uint64_t n, unsigned width)
{
	unsigned digits = 1;

	for (uint64_t rest = n; rest >= 10; rest /= 10)
		digits++;
	for (; digits < width; digits++)
		pifu_out_char(o, ' ');
	pifu_out_uint(o, n);
}

static void put_padded(struct out *o, const char *text, size_t width)
{
	pifu_out_text(o, text);
	for (size_t n = strlen(text); n < width; n++)
		pifu_out_char(o, ' ');
}

static const char *account_meaning(const char *code)
{
	const pifu_code_info *info;

	for (size_t i = 0; (info = pifu_code_list(i)); i++)
		if (strcmp(info->kind, "account") == 0 && strcmp(info->code, code) == 0)
			return info->meaning;
	return "";
}

static void put_account(struct out *o, pifu_account account, uint64_t cells)
{
	const char *code = pifu_account_code(account);

	put_right(o, cells, 10);
	OUT_LITERAL(o, "  ");
	put_padded(o, code, 14);
	OUT_LITERAL(o, "  ");
	pifu_out_text(o, account_meaning(code));
	pifu_out_char(o, '\n');
}

static void put_number_of(struct out *o, uint64_t n, const char *noun)
{
	pifu_out_uint(o, n);
	pifu_out_char(o, ' ');
	pifu_out_text(o, noun);
	if (n != 1)
		pifu_out_char(o, 's');
}

static void put_receipt(struct out *o, const char *file, const pifu_receipt *r)
{
	pifu_out_text(o, file);
	OUT_LITERAL(o, ": ");
	put_number_of(o, r->cells, "cell");
	pifu_out_char(o, '\n');
	for (int i = 0; i < PIFU_ACCOUNT_COUNT; i++)
		if (r->accounts[i])
			put_account(o, (pifu_account)i, r->accounts[i]);
	pifu_out_text(o, r->balanced ? "  balanced: " : "  NOT BALANCED: ");
	put_number_of(o, r->forms, "form");
	OUT_LITERAL(o, ", ");
	put_number_of(o, r->records, "record");
	pifu_out_char(o, '\n');
}

pifu_status pifu_doc_receipt_write(const pifu_doc *doc, pifu_sink sink, void *ctx, pifu_error *err)
{
	pifu_receipt receipt = pifu_doc_receipt(doc);
	struct out o;

	if (!pifu_out_open(&o, sink, ctx, NULL))
		o.status = PIFU_ERR_NOMEM;
	else
		put_receipt(&o, pifu_doc_file(doc), &receipt);
	pifu_out_flush(&o);
	pifu_status status = pifu_out_status(&o, err);
	pifu_out_close(&o);
	return status;
}
