/* Settable limits: their list, setting one, and what is in force. */
#include "base/limits.h"

#include "base/error.h"

#include <string.h>

static const pifu_limit_info limits[] = {
#define PIFU_CAP(id, name, value, most, reason) {name, value, most, reason},
#include "base/limits.def"
#undef PIFU_CAP
};

_Static_assert((int)LIMIT_COUNT <= (int)PIFU_LIMITS, "the options have a place for each limit");

const pifu_limit_info *pifu_limit_list(size_t index)
{
	return index < LIMIT_COUNT ? &limits[index] : NULL;
}

pifu_status pifu_options_limit(pifu_options *options, const char *name, uint64_t value,
                               pifu_error *err)
{
	size_t i = 0;

	while (i < LIMIT_COUNT && strcmp(limits[i].name, name) != 0)
		i++;
	if (i == LIMIT_COUNT)
		return pifu_error_set(err, PIFU_ERR_USAGE, "no limit is called '%s'", name);
	if (value < 1 || value > limits[i].most)
		return pifu_error_set(err, PIFU_ERR_USAGE,
		                      "the limit %s is a number from 1 to %llu", name,
		                      (unsigned long long)limits[i].most);
	options->limits[i] = value;
	return PIFU_OK;
}

uint64_t pifu_limit(const pifu_options *options, enum limit limit)
{
	uint64_t set = options ? options->limits[limit] : 0;

	if (set == 0)
		return limits[limit].value;
	return set < limits[limit].most ? set : limits[limit].most;
}
