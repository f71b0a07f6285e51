/* Which encoding are these bytes? Judged by content alone. */
#ifndef PIFU_TEXT_ENCODING_H
#define PIFU_TEXT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes at the front of p[0..n) that are strict UTF-8 without NUL; `n` when all are.
 *  source: Unicode 15, table 3-7 (well-formed byte sequences) */
size_t pifu_utf8_prefix(const unsigned char *p, size_t n);

/** Length of the well-formed sequence at `p` (n > 0), 0 if there is none; then
 *  *bad is the length of the maximal part that one U+FFFD stands for. */
unsigned pifu_utf8_sequence(const unsigned char *p, size_t n, unsigned *bad);

/** How well bytes look as UTF-8 and as GB18030; NUL bytes count for neither. */
struct encoding_weight {
	size_t utf8_good, utf8_bad; /* bytes in sequences of 2-4, bytes in none */
	size_t gb_pairs, gb_bad;    /* characters beyond ASCII, bytes in none */
	size_t gb_common, gb_signs; /* of them 一级汉字 (rows 16-55 of GB 2312), signs (rows 1-9) */
};
struct encoding_weight pifu_encoding_weigh(const unsigned char *p, size_t n);

struct encoding {
	const char *name; /* "UTF-8", "GB18030", "UTF-16LE" …: a converter name of ICU */
	size_t mark;      /* bytes of the byte order mark in front */
	bool sure;        /* said by a mark or by the pattern of NULs, or strictly valid */
	bool whole;       /* all behind the mark is strict UTF-8 without NUL */
};

/** The encoding of a whole input.
 *  rule: a byte order mark; else strict UTF-8; else the NUL pattern of UTF-16;
 *        else UTF-8 or GB18030, whichever explains more bytes around the first
 *        place that is not UTF-8 */
struct encoding pifu_encoding_guess(const unsigned char *p, size_t n);

/** The byte order mark at the front: its length and encoding, 0 if there is none. */
size_t pifu_encoding_mark(const unsigned char *p, size_t n, const char **name);

/** How to read one line of a document whose encoding is mixed or damaged. */
enum line_encoding {
	ENCODED_ASCII,   /* says nothing: goes with its neighbours */
	ENCODED_UTF8,    /* strict UTF-8 */
	ENCODED_GB18030, /* wholly GB18030, and mostly common Chinese characters */
	ENCODED_BROKEN   /* neither for certain: UTF-8 with damage */
};

/** Judge one line. In a document that is `mostly_gb` every line is GB18030 that is
 *  not strict UTF-8 and unlikely to be GB18030. */
enum line_encoding pifu_encoding_of_line(const unsigned char *p, size_t n, bool mostly_gb);

#endif
