/* A program outside the project: reads the form it is given with the grammars of
 * the folder named ("": the installed ones) and prints how many records it holds. */
#include <pifu.h>
#include <stdio.h>

static size_t count_records(const pifu_grammars *grammars, const char *path, pifu_error *err)
{
	pifu_doc *doc = pifu_doc_open(grammars, path, NULL, err);
	const pifu_form *form;
	size_t count = 0;

	while (doc && (form = pifu_doc_next(doc, err)))
		count += pifu_form_record_count(form);
	pifu_doc_free(doc);
	return count;
}

int main(int argc, char **argv)
{
	pifu_error err = {0};

	if (argc != 3)
		return 2;
	pifu_grammars *grammars = pifu_grammars_load(*argv[1] ? argv[1] : NULL, NULL, &err);
	size_t count = grammars ? count_records(grammars, argv[2], &err) : 0;
	pifu_grammars_free(grammars);
	if (err.status != PIFU_OK) {
		fprintf(stderr, "%s:%u: %s\n", err.file, (unsigned)err.line, err.message);
		return pifu_status_exit(err.status);
	}
	printf("%s %zu\n", pifu_version(), count);
	return count ? 0 : 1;
}
