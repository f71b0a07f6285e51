/* Files written whole. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool batch_file_write(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

bool batch_file_read_at(int fd, char *bytes, size_t n, uint64_t at)
{
	while (n > 0) {
		ssize_t done = pread(fd, bytes, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes += done;
		at += (uint64_t)done;
		n -= (size_t)done;
	}
	return true;
}

/* Where the kernel cannot copy between the two by itself. */
static bool copy_by_hand(int from, uint64_t at, uint64_t n, int to)
{
	static const size_t most = 1 << 20;
	char *piece = malloc(most);
	bool fine = piece != NULL;

	while (fine && n > 0) {
		size_t part = n < most ? (size_t)n : most;

		fine = batch_file_read_at(from, piece, part, at) &&
		       batch_file_write(to, piece, part);
		at += part;
		n -= part;
	}
	free(piece);
	return fine;
}

bool batch_file_copy(int from, uint64_t at, uint64_t n, int to)
{
	while (n > 0) {
		off_t offset = (off_t)at;
		ssize_t done = copy_file_range(from, &offset, to, NULL, (size_t)n, 0);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return copy_by_hand(from, at, n, to);
		at += (uint64_t)done;
		n -= (uint64_t)done;
	}
	return true;
}

bool batch_file_sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool fine = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (fd >= 0)
		close(fd);
	free(copy);
	return fine;
}

char *batch_file_beside(const char *path, const char *suffix)
{
	size_t size = strlen(path) + strlen(suffix) + 1;
	char *name = malloc(size);

	if (name)
		snprintf(name, size, "%s%s", path, suffix);
	return name;
}
