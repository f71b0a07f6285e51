/* Every description of tests/fixtures/docx, made into a Word file and read:
 *
 *     NAME.txt             the description (tests/fixtures/make_docx.py)
 *     NAME.grid            its grid, tracked changes accepted, hidden text left out
 *     NAME.original.grid   where it exists: with the changes undone
 *     NAME.hidden.grid     where it exists: with hidden text
 *
 * In one block, and with rows given back. PIFU_ACCEPT=1 writes the grids anew. */
#define _GNU_SOURCE /* mkdtemp */
#include "test_read_grid.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "read/formats.h"

static const char folder[] = PIFU_SOURCE_DIR "/tests/fixtures/docx";

struct view {
	const char *suffix;
	pifu_options options;
};

static const struct view views[] = {
	{".grid", {.hidden = false}},
	{".original.grid", {.changes = "original"}},
	{".hidden.grid", {.hidden = true}},
};

static char *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	struct buf b = {0};
	char piece[4096];
	size_t n;

	if (!f)
		return NULL;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		pifu_buf_put(&b, piece, n);
	fclose(f);
	*size = b.n;
	pifu_buf_char(&b, '\0');
	return b.s;
}

static void accept_grid(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static struct shown show(const char *bytes, size_t size, const pifu_options *options,
                         bool give_back)
{
	struct input in = {"test.docx", (const unsigned char *)bytes, size};
	struct show_how how = {.options = options, .give_back = give_back};

	assert_true(pifu_format_docx.score(&in) > 0);
	return show_grid(&pifu_format_docx, in, how);
}

static void check_view(const char *name, const struct view *view, const char *bytes, size_t size)
{
	char path[1024];
	size_t n = 0;
	char *expected;
	struct shown once = show(bytes, size, &view->options, false);
	struct shown again = show(bytes, size, &view->options, true);

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, view->suffix);
	if (once.status != PIFU_OK)
		fail_msg("%s: %s", name, once.err.message);
	assert_string_equal(once.text.s, again.text.s);
	expected = read_file(path, &n);
	if (getenv("PIFU_ACCEPT") && (expected || view == views))
		accept_grid(path, once.text.s);
	else if (view == views && !expected)
		fail_msg("%s does not exist", path);
	else if (expected && strcmp(expected, once.text.s) != 0)
		fail_msg("%s%s differs; now it is\n%s", name, view->suffix, once.text.s);
	free(expected);
	pifu_buf_free(&once.text);
	pifu_buf_free(&again.text);
}

static void check_file(const char *made, const char *name)
{
	char path[1024];
	size_t size = 0;
	char *bytes;

	snprintf(path, sizeof(path), "%s/%s.docx", made, name);
	bytes = read_file(path, &size);
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		check_view(name, &views[i], bytes, size);
	free(bytes);
	unlink(path);
}

static void make_all(char *made)
{
	char command[2048];

	assert_non_null(mkdtemp(made));
	snprintf(command, sizeof(command),
	         "PYTHONDONTWRITEBYTECODE=1 python3 '%s/../make_docx.py' --all '%s' '%s'", folder,
	         folder, made);
	assert_int_equal(system(command), 0);
}

static void test_constructs(void **state)
{
	char made[] = "/tmp/pifu-docx-XXXXXX";
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	(void)state;
	assert_non_null(dir);
	make_all(made);
	while ((entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);

		if (n < 5 || strcmp(entry->d_name + n - 4, ".txt") != 0)
			continue;
		entry->d_name[n - 4] = '\0';
		check_file(made, entry->d_name);
		count++;
	}
	closedir(dir);
	rmdir(made);
	assert_true(count >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_constructs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
