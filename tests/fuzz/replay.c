/* Runs a fuzz target over every file of the folders named: the seeds, and what
 * fuzzing has found, as a plain test.
 *
 * Each file is also given cut off at several places: a reader that trusts its
 * input to be whole shows there. Every input is an exact malloc of its own, so
 * that a sanitizer sees one byte read too many. Ends with 1 when a folder holds
 * nothing, for then nothing was tested. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHOPS = 8 };

static void run_bytes(const uint8_t *bytes, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		abort();
	if (size)
		memcpy(exact, bytes, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static void run_chopped(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < CHOPS; i++)
		run_bytes(bytes, size * i / CHOPS);
	run_bytes(bytes, size);
}

static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t cap = 0;

	*size = 0;
	if (!file)
		return NULL;
	for (;;) {
		if (*size == cap) {
			cap = cap ? cap * 2 : 4096;
			bytes = realloc(bytes, cap);
			if (!bytes)
				abort();
		}
		size_t n = fread(bytes + *size, 1, cap - *size, file);
		if (n == 0)
			break;
		*size += n;
	}
	fclose(file);
	return bytes;
}

static int run_file(const char *path)
{
	size_t size;
	uint8_t *bytes = read_file(path, &size);

	if (!bytes) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return 0;
	}
	fprintf(stderr, "%s\n", path); /* whoever reads of a crash sees the input */
	run_chopped(bytes, size);
	free(bytes);
	return 1;
}

static int run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	int ran = 0;
	char path[4096];

	if (!dir) {
		fprintf(stderr, "%s: no such folder\n", folder);
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		ran += run_file(path);
	}
	closedir(dir);
	return ran;
}

int main(int argc, char **argv)
{
	int status = argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;

	for (int i = 1; i < argc; i++) {
		int ran = run_folder(argv[i]);
		printf("%s: %d inputs\n", argv[i], ran);
		if (ran == 0)
			status = EXIT_FAILURE;
	}
	return status;
}
