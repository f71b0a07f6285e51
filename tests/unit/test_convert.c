/* Conversions by several threads at once, a script in LibreOffice's place: each gets its
 * own bytes back, other children of the process are left alone, nothing is left over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "read/convert.h"

enum { THREADS = 4, ROUNDS = 3 };

static const struct conversion conversion = {"doc", "docx", "MS Word 2007 XML", "a test",
                                             "no-package"};

/* A folder with the script and a folder for temporary ones. */
struct place {
	char folder[64], script[96], temporary[96];
};

static void make_place(struct place *p, const char *script)
{
	strcpy(p->folder, "/tmp/pifu-test-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->script, sizeof p->script, "%s/soffice", p->folder);
	snprintf(p->temporary, sizeof p->temporary, "%s/tmp", p->folder);
	assert_int_equal(mkdir(p->temporary, 0700), 0);
	FILE *f = fopen(p->script, "w");
	assert_non_null(f);
	fputs(script, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(p->script, 0700), 0);
	setenv("TMPDIR", p->temporary, 1);
}

static unsigned count_entries(const char *folder)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2; /* . and .. */
}

static void remove_place(const struct place *p)
{
	assert_int_equal(count_entries(p->temporary), 0);
	assert_int_equal(rmdir(p->temporary), 0);
	assert_int_equal(unlink(p->script), 0);
	assert_int_equal(rmdir(p->folder), 0);
}

struct task {
	const struct place *place;
	unsigned number;
	bool good;
};

static void *convert(void *arg)
{
	struct task *t = arg;
	pifu_options options = {.soffice = t->place->script};
	char text[64];

	t->good = true;
	for (unsigned i = 0; i < ROUNDS; i++) {
		int n = snprintf(text, sizeof text, "thread %u round %u", t->number, i);
		struct input in = {"memory", (const unsigned char *)text, (size_t)n};
		struct converted out;
		pifu_error err = {0};

		t->good = t->good &&
		          pifu_convert(&conversion, &in, &options, &out, &err) == PIFU_OK &&
		          out.size == (size_t)n && memcmp(out.bytes, text, out.size) == 0;
		if (t->good)
			pifu_converted_free(&out);
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct place place;
	struct task tasks[THREADS];
	pthread_t threads[THREADS];
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		usleep(100000);
		_exit(7);
	}
	make_place(&place, "#!/bin/sh\nfor word; do [ \"$before\" = --outdir ] && out=$word; "
	                   "before=$word; done\ncp \"$word\" \"$out/in.docx\"\n");
	for (unsigned i = 0; i < THREADS; i++) {
		tasks[i] = (struct task){&place, i, false};
		assert_int_equal(pthread_create(&threads[i], NULL, convert, &tasks[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(tasks[i].good);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
	remove_place(&place);
}

/* Who ignores the death of children gets them reaped by the system. */
static void test_children_ignored(void **state)
{
	struct place place;
	struct task task = {&place, 0, false};
	void (*before)(int) = signal(SIGCHLD, SIG_IGN);

	(void)state;
	make_place(&place, "#!/bin/sh\nfor word; do [ \"$before\" = --outdir ] && out=$word; "
	                   "before=$word; done\ncp \"$word\" \"$out/in.docx\"\n");
	convert(&task);
	signal(SIGCHLD, before);
	assert_true(task.good);
	remove_place(&place);
}

static void test_failures(void **state)
{
	static const char missing[] = "/nowhere/soffice";
	struct input in = {"memory", (const unsigned char *)"x", 1};
	pifu_options options = {.soffice = missing};
	struct converted out;
	struct place place;
	pifu_error err = {0};

	(void)state;
	assert_int_equal(pifu_convert(&conversion, &in, &options, &out, &err), PIFU_ERR_TOOL);
	assert_non_null(strstr(err.message, missing));
	assert_null(out.bytes);
	make_place(&place, "#!/bin/sh\necho not today\n");
	options.soffice = place.script;
	assert_int_equal(pifu_convert(&conversion, &in, &options, &out, &err), PIFU_ERR_TOOL);
	assert_non_null(strstr(err.message, "not today"));
	assert_non_null(strstr(err.message, "no-package"));
	remove_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_children_ignored),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
