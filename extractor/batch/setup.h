/* What pifu batch and pifu worker have in common: from options to processes. */
#ifndef PIFU_BATCH_SETUP_H
#define PIFU_BATCH_SETUP_H

#include "../cli/cli.h"
#include "conduct.h"

struct setup {
	struct child_settings child;
	pifu_grammars *grammars;
	struct buffer header; /* what the output begins with */
	struct buffer stamp;  /* what its records depend on */
	unsigned shard, shards;
	unsigned jobs;
	double timeout;
};

/** The exit code; 0: all is ready. Free it in any case. */
int batch_setup_open(struct setup *b, const struct settings *s, const char *format);
void batch_setup_free(struct setup *b);
/** End as the signal would have ended us, so that whoever waits sees it; the exit code
 *  where that cannot be. */
int batch_die(int signal);
/** All processors this process may use. */
unsigned batch_setup_processors(void);

#endif
