/* pifu worker: paths in, records and closing lines out, one document after another. */
#include "../cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "reading.h"

int cli_worker_run(const struct settings *s, const struct arguments *args)
{
	pifu_status status;
	struct reading r = {.timing = s->timing};
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	(void)args;
	r.grammars = cli_grammars_load(s, &status);
	if (!r.grammars)
		return pifu_status_exit(status);
	r.options = cli_read_options(s);
	while ((n = getdelim(&line, &size, s->null ? '\0' : '\n', stdin)) > 0) {
		if (line[n - 1] == (s->null ? '\0' : '\n'))
			line[n - 1] = '\0';
		if (!*line)
			continue;
		batch_reading_run(&r, line, NULL, 0);
		fwrite(r.records.s ? r.records.s : "", 1, r.records.n, stdout);
		fwrite(r.line.s, 1, r.line.n, stdout);
		fflush(stdout);
	}
	free(line);
	batch_reading_free(&r);
	pifu_grammars_free((pifu_grammars *)r.grammars);
	return cli_stdout_exit(0);
}
