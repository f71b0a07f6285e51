/* The formats by their symbols, for the list and for the readers themselves. */
#ifndef PIFU_READ_FORMATS_H
#define PIFU_READ_FORMATS_H

#include "read/read.h"

#define PIFU_FORMAT(id) extern const struct format pifu_format_##id;
#include "read/formats.def"
#undef PIFU_FORMAT

#endif
