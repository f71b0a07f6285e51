/* Names of files and of members of archives. */
#ifndef PIFU_BATCH_NAMES_H
#define PIFU_BATCH_NAMES_H

#include "buffer.h"

/** Put a member's name as UTF-8. Zips of Chinese Windows carry GBK without saying so:
 *  bytes that are no UTF-8 are read as GB18030, and bytes that are not even that
 *  become U+FFFD. A backslash separates folders there, and becomes a slash. */
void batch_name_decode(struct buffer *b, const char *name);
/** Files that systems and programs leave beside documents: hidden ones, `~$…` of
 *  Word and Excel, Thumbs.db, desktop.ini, and all in __MACOSX. */
bool batch_name_is_junk(const char *path);
/** Does a path match one of the patterns, or are there none? A pattern with a slash
 *  is for the whole path, else for its last part. */
bool batch_name_wanted(const char *path, const char *const *globs);

#endif
