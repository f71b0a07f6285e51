/* pifu worker: paths in, records and closing lines out, as long as paths come. What a
 * document does to the process that reads it, this one survives. */
#include <unistd.h>

#include "inputs.h"
#include "setup.h"
#include "sinks.h"

static int run(const struct settings *s, struct setup *b, struct sink *sink)
{
	struct inputs_wanted wanted = {.list = STDIN_FILENO,
	                               .nul = s->null,
	                               .shard = b->shard,
	                               .shards = b->shards};
	struct conduct c = {.child = b->child,
	                    .jobs = b->jobs ? b->jobs : 1,
	                    .timeout = b->timeout,
	                    .inputs = batch_inputs_new(&wanted),
	                    .list = STDIN_FILENO,
	                    .sink = sink};
	struct totals totals = {0};
	enum conduct_end end = CONDUCT_FAULT;
	int signal = 0;

	if (c.inputs)
		end = batch_conduct(&c, &totals, &signal);
	batch_inputs_free(c.inputs);
	switch (end) {
	case CONDUCT_DONE:
		return 0;
	case CONDUCT_UNWRITABLE:
		return pifu_status_exit(PIFU_ERR_WRITE);
	case CONDUCT_STOPPED:
		return batch_die(signal);
	default:
		return pifu_status_exit(PIFU_ERR_INTERNAL);
	}
}

int cli_worker_run(const struct settings *s, const struct arguments *args)
{
	struct setup b;
	struct sink *sink = NULL;
	int code = batch_setup_open(&b, s, pifu_writer_list(0, NULL));

	(void)args;
	if (code == 0) {
		b.child.lines = true;
		sink = batch_stream_new(STDOUT_FILENO, true, "", 0);
		code = sink ? run(s, &b, sink) : pifu_status_exit(PIFU_ERR_WRITE);
	}
	if (sink)
		sink->free(sink);
	batch_setup_free(&b);
	return code;
}
