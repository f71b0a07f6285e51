/* The buffer of the writers (out.h). */
#include "write/out.h"

#include "base/arena.h"
#include "base/error.h"

static const char digit_pairs[] = "00010203040506070809"
				  "10111213141516171819"
				  "20212223242526272829"
				  "30313233343536373839"
				  "40414243444546474849"
				  "50515253545556575859"
				  "60616263646566676869"
				  "70717273747576777879"
				  "80818283848586878889"
				  "90919293949596979899";

bool pifu_out_open(struct out *o, pifu_sink sink, void *ctx, const pifu_allocator *allocator)
{
	*o = (struct out){.sink = sink, .ctx = ctx, .allocator = allocator};
	o->cap = sink ? OUT_GATHER : OUT_ROOM;
	o->s = pifu_mem_alloc(allocator, o->cap);
	return o->s != NULL;
}

void pifu_out_close(struct out *o)
{
	pifu_mem_free(o->allocator, o->s);
	*o = (struct out){0};
}

void pifu_out_flush(struct out *o)
{
	if (!o->sink || o->n == 0)
		return;
	if (o->status == PIFU_OK && o->sink(o->ctx, o->s, o->n) != 0)
		o->status = PIFU_ERR_WRITE;
	o->n = 0;
}

/* Twice the memory, or the failure is kept and the bytes so far are forgotten. */
static void grow(struct out *o, size_t n)
{
	size_t cap = o->cap;
	char *s = NULL;

	while (cap - o->n < n && cap <= SIZE_MAX / 2)
		cap *= 2;
	if (o->status == PIFU_OK && cap - o->n >= n)
		s = pifu_mem_realloc(o->allocator, o->s, cap);
	if (!s) {
		o->status = PIFU_ERR_NOMEM;
		o->n = 0;
		return;
	}
	o->s = s;
	o->cap = cap;
}

void pifu_out_make_room(struct out *o, size_t n)
{
	if (o->sink)
		pifu_out_flush(o);
	else
		grow(o, n);
}

char *pifu_out_reserve(struct out *o, size_t n)
{
	if (o->cap - o->n >= n)
		return o->s + o->n;
	pifu_out_flush(o);
	if (o->cap - o->n < n)
		grow(o, n);
	return o->cap - o->n < n ? NULL : o->s + o->n;
}

void pifu_out_long(struct out *o, const char *bytes, size_t n)
{
	while (n) {
		size_t piece = n < OUT_ROOM ? n : OUT_ROOM;

		memcpy(pifu_out_room(o, piece), bytes, piece);
		o->n += piece;
		bytes += piece;
		n -= piece;
	}
}

pifu_status pifu_out_status(const struct out *o, pifu_error *err)
{
	if (o->status == PIFU_ERR_WRITE)
		return pifu_error_set(err, PIFU_ERR_WRITE, "the output was not taken");
	if (o->status == PIFU_ERR_NOMEM)
		return pifu_error_nomem(err);
	return o->status;
}

void pifu_out_text(struct out *o, const char *text)
{
	if (text)
		pifu_out_put(o, text, strlen(text));
}

static inline char *put_pair(char *to, unsigned v)
{
	memcpy(to, digit_pairs + v * 2, 2);
	return to + 2;
}

char *pifu_out_digits(char *to, uint64_t v)
{
	if (v >= 10000) {
		to = pifu_out_digits(to, v / 10000);
		to = put_pair(to, (unsigned)(v % 10000) / 100);
		return put_pair(to, (unsigned)(v % 100));
	}
	unsigned high = (unsigned)v / 100, low = (unsigned)v % 100;
	if (high >= 10)
		return put_pair(put_pair(to, high), low);
	if (high == 0 && low >= 10)
		return put_pair(to, low);
	*to++ = (char)('0' + (high ? high : low));
	return high ? put_pair(to, low) : to;
}

void pifu_out_uint(struct out *o, uint64_t v)
{
	char *to = pifu_out_room(o, OUT_UINT);

	o->n += (size_t)(pifu_out_digits(to, v) - to);
}

char *pifu_out_decimals(char *to, uint64_t v, unsigned digits)
{
	unsigned n = digits;

	*to = '.';
	for (unsigned i = digits; i > 0; v /= 10)
		to[i--] = (char)('0' + v % 10);
	while (n && to[n] == '0')
		n--;
	return n ? to + 1 + n : to;
}

char *pifu_out_hundredths_at(char *to, int64_t v)
{
	uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	if (v < 0)
		*to++ = '-';
	return pifu_out_decimals(pifu_out_digits(to, size / 100), size % 100, 2);
}

char *pifu_out_share_at(char *to, double share)
{
	unsigned thousandths = 0;

	if (share >= 1)
		thousandths = 1000;
	else if (share > 0)
		thousandths = (unsigned)(share * 1000 + 1e-6);
	if (thousandths % 1000 == 0) {
		*to = thousandths ? '1' : '0';
		return to + 1;
	}
	*to++ = '0';
	*to++ = '.';
	put_pair(to, thousandths / 10);
	to[2] = (char)('0' + thousandths % 10);
	return to + 1 + (thousandths % 100 != 0) + (thousandths % 10 != 0);
}

void pifu_out_share(struct out *o, double share)
{
	char *to = pifu_out_room(o, 2 * OUT_UINT);

	o->n += (size_t)(pifu_out_share_at(to, share) - to);
}
