/* Where writers put their bytes: a buffer that empties into a sink, or, without
 * a sink, one that grows.
 *
 * A write never fails where it is made. A buffer that met a failure keeps
 * taking bytes and forgets them; the writer asks pifu_out_status once, at the
 * end of each public call. So the writers have no error paths of their own. */
#ifndef PIFU_WRITE_OUT_H
#define PIFU_WRITE_OUT_H

#include "base/str.h"
#include "pifu.h"

/* The most that pifu_out_room may be asked for. */
#define OUT_ROOM 32768
/* Bytes gathered before the sink sees them. */
#define OUT_GATHER 262144

struct out {
	char *s;
	size_t n, cap;
	pifu_sink sink; /* NULL: the buffer grows */
	void *ctx;
	const pifu_allocator *allocator;
	pifu_status status; /* the first failure */
};

/** A buffer; sink NULL: one that grows. False when out of memory. */
bool pifu_out_open(struct out *o, pifu_sink sink, void *ctx, const pifu_allocator *allocator);
/** What is gathered goes to the sink. */
void pifu_out_flush(struct out *o);
pifu_status pifu_out_status(const struct out *o, pifu_error *err);
void pifu_out_close(struct out *o);

void pifu_out_make_room(struct out *o, size_t n);

/** A place for `n` (at most OUT_ROOM) bytes; the caller adds what it used to o->n. */
static inline char *pifu_out_room(struct out *o, size_t n)
{
	if (o->cap - o->n < n)
		pifu_out_make_room(o, n);
	return o->s + o->n;
}

/** A place for `n` bytes, however many; NULL when there is no memory for them. */
char *pifu_out_reserve(struct out *o, size_t n);

void pifu_out_long(struct out *o, const char *bytes, size_t n);

static inline void pifu_out_put(struct out *o, const char *bytes, size_t n)
{
	if (n > OUT_ROOM) {
		pifu_out_long(o, bytes, n);
		return;
	}
	if (n == 0)
		return;
	memcpy(pifu_out_room(o, n), bytes, n);
	o->n += n;
}

static inline void pifu_out_char(struct out *o, char c)
{
	*pifu_out_room(o, 1) = c;
	o->n++;
}

/* A slice of a literal where C wants a constant: in static tables. */
#define OUT_TABLE_STR(literal)                           \
	{                                                \
		(literal), (uint32_t)sizeof(literal) - 1 \
	}
#define OUT_LITERAL(o, literal) pifu_out_put((o), (literal), sizeof(literal) - 1)

static inline void pifu_out_str(struct out *o, struct str s)
{
	pifu_out_put(o, s.s, s.n);
}

/** The digits of `v` at `to`, which has room for OUT_UINT of them; the end. */
enum { OUT_UINT = 20 };
char *pifu_out_digits(char *to, uint64_t v);

/** A NUL-terminated text; NULL is nothing. */
void pifu_out_text(struct out *o, const char *text);
void pifu_out_uint(struct out *o, uint64_t v);
/** `.` and `digits` (at most OUT_UINT) decimals of v, the zeros at their end left out; the end. */
char *pifu_out_decimals(char *to, uint64_t v, unsigned digits);
/** Hundredths as a decimal at `to`, which has room for it (2 * OUT_UINT): 130 is 1.3, -5 is
 *  -0.05; the end. */
char *pifu_out_hundredths_at(char *to, int64_t v);
/** A share from 0 to 1 in at most three decimals, cut and not rounded: what is
 *  printed never passes a threshold that the share itself does not reach. */
void pifu_out_share(struct out *o, double share);
/** The same at `to`, which has room for it (2 * OUT_UINT); the end. */
char *pifu_out_share_at(char *to, double share);

#endif
