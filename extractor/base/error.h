/* Failures: a status and an error object on the caller's stack. Oddities of a
 * document are findings (base/finding.h), never errors. */
#ifndef PIFU_BASE_ERROR_H
#define PIFU_BASE_ERROR_H

#include "pifu.h"

/** Fill `err` (may be NULL) and return `status`, so that `return pifu_error_set(…)` reads well. */
pifu_status pifu_error_set(pifu_error *err, pifu_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4), cold));
/** Add the place; lines and columns count from 1, 0 means unknown. */
void pifu_error_place(pifu_error *err, const char *file, uint32_t line, uint32_t column);
pifu_status pifu_error_nomem(pifu_error *err) __attribute__((cold));

#endif
