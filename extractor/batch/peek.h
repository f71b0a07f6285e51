/* Is it an archive to unpack, or a document? Told by the bytes. */
#ifndef PIFU_BATCH_PEEK_H
#define PIFU_BATCH_PEEK_H

#include <stdbool.h>
#include <stddef.h>

/* The first and the last bytes of a file; where it is small, both are the whole file. */
struct peek {
	const void *head, *tail;
	size_t head_size, tail_size;
};

/** True for zip, tar, 7z, rar and cab, and for whatever gzip, bzip2, xz, zstd, lz4,
 *  lzip or compress has packed. Office packages are zips, too, but documents. */
bool batch_peek_archive(const struct peek *p);

#endif
