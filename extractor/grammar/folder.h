/* Where grammars lie. */
#ifndef PIFU_GRAMMAR_FOLDER_H
#define PIFU_GRAMMAR_FOLDER_H

#include "base/arena.h"
#include "base/str.h"
#include "pifu.h"

/** The folder to load from: `dir` if given, else $PIFU_GRAMMARS, else the first of
 *  these that holds a common.yaml: share/pifu/grammars or grammars in a folder
 *  above the running program's (../share/pifu/grammars when installed, the
 *  source tree's in a build tree), the installed one (PIFU_GRAMMARS_DIR).
 *  errors: .s NULL with PIFU_ERR_GRAMMAR or PIFU_ERR_NOMEM
 *  owns:   in the arena, NUL-terminated */
struct str pifu_folder_find(struct arena *a, const char *dir, pifu_error *err);

/** Paths of all `*.yaml` of a folder, in the order of their bytes. */
struct str *pifu_folder_list(struct arena *a, struct str dir, size_t *n, pifu_error *err);

/** A whole file; too large a file is PIFU_ERR_LIMIT. */
struct str pifu_folder_read(struct arena *a, struct str path, pifu_error *err);

#endif
