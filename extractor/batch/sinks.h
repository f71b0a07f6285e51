/* The sinks there are. Each `_new` gives NULL after a message. */
#ifndef PIFU_BATCH_SINKS_H
#define PIFU_BATCH_SINKS_H

#include "sink.h"

/** To a descriptor, without any memory of earlier runs. `lines`: with closing lines. */
struct sink *batch_stream_new(int fd, bool lines, const char *header, size_t n);

struct flat_wanted {
	const char *path;
	const char *format;
	const char *header; /* what the file begins with */
	size_t header_size;
	const char *stamp; /* what the records depend on: version, grammars, options */
	bool retry_failed; /* documents that failed are not known */
	bool fresh;        /* nothing is known */
	bool lines;        /* closing lines too */
};

/** To one file, with a ledger beside it. */
struct sink *batch_flat_new(const struct flat_wanted *w);

struct made_wanted {
	const char *path, *format; /* of store_format_list, one that is a file */
	const char *columns;
	struct flat_wanted flat; /* its path is made from this one */
};

/** Into a file that is made as a whole at the end: a workbook, a data package. */
struct sink *batch_made_new(const struct made_wanted *w);

struct store_wanted {
	const char *path;
	const char *stamp;
	bool retry_failed, fresh;
};

/** Into the SQLite store, which is its own ledger. */
struct sink *batch_store_new(const struct store_wanted *w);

#endif
