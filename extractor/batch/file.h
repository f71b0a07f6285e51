/* Files written whole: short writes, interruptions, and what must be on the disk. */
#ifndef PIFU_BATCH_FILE_H
#define PIFU_BATCH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** All of it; false with errno. */
bool batch_file_write(int fd, const char *bytes, size_t n);
/** Exactly `n` bytes from `at`; false where there are fewer. */
bool batch_file_read_at(int fd, char *bytes, size_t n, uint64_t at);
/** Append `n` bytes of `from`, from `at` on, to `to`. */
bool batch_file_copy(int from, uint64_t at, uint64_t n, int to);
/** Make a rename in the folder of `path` last. */
bool batch_file_sync_folder(const char *path);
/** `path` and `suffix` in one; NULL without memory. The caller frees it. */
char *batch_file_beside(const char *path, const char *suffix);

#endif
