/* What the files of the package layer share among themselves; readers use ooxml.h. */
#ifndef PIFU_READ_OOXML_OWN_H
#define PIFU_READ_OOXML_OWN_H

#include "base/arena.h"
#include "read/ooxml.h"

/** Part names are one and the same without regard to ASCII case. */
bool pifu_ooxml_same_part(struct str a, struct str b);

/** The arena that lives as long as the package. */
struct arena *pifu_ooxml_arena(struct ooxml *pkg);

/** Let through only what stands in the flat OPC part of that name; the parse
 *  ends (stopped, PIFU_OK) with the part. Call before the first feed. */
void pifu_xml_gate(struct xml *x, const char *part);

/* ---- The container: a zip, by its directory or by its entries' own headers --- */

struct ooxml_zip;

/** How large an entry says it is; packed is what it can take from the file at most. */
struct ooxml_entry {
	uint64_t packed, inflated;
	bool encrypted;
};

/** Open a zip in memory.
 *  options->salvage: where the directory is lost, walk the local headers; sets *salvaged
 *  errors:  PIFU_ERR_DAMAGED, PIFU_ERR_LIMIT, PIFU_ERR_NOMEM
 *  owns:    the caller frees; the bytes and `arena` must outlive it */
struct ooxml_zip *pifu_ooxml_zip_open(const struct input *in, struct arena *arena,
                                      const pifu_options *options, bool *salvaged, pifu_error *err);
void pifu_ooxml_zip_free(struct ooxml_zip *z);
/** Index of the entry of that name, -1 where there is none. */
int64_t pifu_ooxml_zip_find(const struct ooxml_zip *z, const char *name);
struct ooxml_entry pifu_ooxml_zip_entry(const struct ooxml_zip *z, int64_t index);

struct ooxml_stream;

/** Inflate an entry: bytes come by _stream_read, 0 is the (verified) end, -1 a failure told by `err`. */
struct ooxml_stream *pifu_ooxml_stream_open(const struct ooxml_zip *z, int64_t index,
                                            const char *part, pifu_error *err);
int64_t pifu_ooxml_stream_read(struct ooxml_stream *s, void *bytes, size_t n, pifu_error *err);
void pifu_ooxml_stream_free(struct ooxml_stream *s);

#endif
