/* Output: standard output, or a file that is complete when it appears.
 *
 * A file is written under the name OUT.part and renamed at the end, so a run
 * that dies leaves an older OUT as it was. What is no plain file (a device, a
 * pipe, a link) is written in place. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE_WRITE = 16384 };

static const char *output_name(const struct output *out)
{
	return out->path ? out->path : "standard output";
}

static bool is_replaceable(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT;
	return S_ISREG(st.st_mode);
}

static char *part_name(const char *path)
{
	size_t size = strlen(path) + sizeof ".part";
	char *part = malloc(size);

	if (part)
		snprintf(part, size, "%s.part", path);
	return part;
}

bool cli_output_open(struct output *out, const char *path)
{
	*out = (struct output){.file = stdout};
	if (!path || strcmp(path, "-") == 0)
		return true;
	out->path = path;
	if (is_replaceable(path))
		out->part = part_name(path);
	out->file = fopen(out->part ? out->part : path, "wb");
	if (out->file)
		return true;
	cli_say("%s: %s", path, strerror(errno));
	free(out->part);
	return false;
}

static void keep_error(struct output *out)
{
	if (!out->error)
		out->error = errno ? errno : EIO;
}

/* What writers gathered goes out as it is: the stream would only copy it. */
static bool write_through(FILE *file, const char *bytes, size_t n)
{
	if (fflush(file) != 0)
		return false;
	while (n > 0) {
		ssize_t written = write(fileno(file), bytes, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		n -= (size_t)written;
	}
	return true;
}

int cli_output_write(void *ctx, const char *bytes, size_t n)
{
	struct output *out = ctx;

	errno = 0;
	if (out->error)
		return -1;
	if (n >= LARGE_WRITE ? write_through(out->file, bytes, n)
	                     : fwrite(bytes, 1, n, out->file) == n)
		return 0;
	keep_error(out);
	return -1;
}

static void end_part(struct output *out)
{
	if (out->error)
		unlink(out->part);
	else if (rename(out->part, out->path) != 0)
		keep_error(out);
	free(out->part);
}

bool cli_output_close(struct output *out)
{
	errno = 0;
	if (fflush(out->file) != 0 || ferror(out->file))
		keep_error(out);
	if (out->path && fclose(out->file) != 0)
		keep_error(out);
	if (out->part)
		end_part(out);
	if (out->error)
		cli_say("%s: %s", output_name(out), strerror(out->error));
	return !out->error;
}

void cli_output_drop(struct output *out)
{
	if (out->path)
		fclose(out->file);
	if (out->part)
		unlink(out->part);
	free(out->part);
}

int cli_stdout_exit(int exit_code)
{
	struct output out = {.file = stdout};

	return cli_output_close(&out) ? exit_code : pifu_status_exit(PIFU_ERR_WRITE);
}
