/*
 * runner_level.h
 *		How far tasks are shut in, by name.
 */
#ifndef MCPD_RUNNER_LEVEL_H
#define MCPD_RUNNER_LEVEL_H

#include "runner_wire.h"

#include <stdbool.h>

/* "basic", "standard", "strict"; false for anything else. */
extern bool runner_level_parse(const char *text, RunnerLevel *level);

extern const char *runner_level_name(RunnerLevel level);

#endif
