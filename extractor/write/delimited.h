/* Rows of scalar values: what CSV and TSV have in common. */
#ifndef PIFU_WRITE_DELIMITED_H
#define PIFU_WRITE_DELIMITED_H

#include "write/writer.h"

struct dialect {
	char separator;
	const char *line_end;
	/** One value, quoted or cleaned as the dialect wants it. */
	void (*put)(struct out *o, struct str value);
};

struct delimited_state {
	struct out cell; /* a value that is put together */
	bool begun;      /* byte order mark and header are written */
};

/** Does pifu_write_options.columns know the name? NULL is known. */
bool pifu_columns_known(const char *name);
bool pifu_delimited_open(pifu_writer *w);
void pifu_delimited_close(pifu_writer *w);
pifu_status pifu_delimited_status(const pifu_writer *w);
/** Mark and header, once. */
void pifu_delimited_begin(pifu_writer *w, const struct dialect *dialect);
void pifu_delimited_form(pifu_writer *w, const struct dialect *dialect, const pifu_form *form);

#endif
