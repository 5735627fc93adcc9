/*
 * runner_level.c
 *		How far tasks are shut in, by name.
 */
#include "runner_level.h"

#include <string.h>

static const char *const names[] = {
	[RUNNER_NONE] = "none",
	[RUNNER_BASIC] = "basic",
	[RUNNER_STANDARD] = "standard",
	[RUNNER_STRICT] = "strict",
};

bool
runner_level_parse(const char *text, RunnerLevel *level)
{
	for (unsigned int i = RUNNER_BASIC; i <= RUNNER_STRICT; i++)
	{
		if (strcmp(text, names[i]) != 0)
			continue;
		*level = (RunnerLevel) i;
		return true;
	}
	return false;
}

const char *
runner_level_name(RunnerLevel level)
{
	return names[level];
}
