/*
 * run_status.c
 *		The states of a run and of its steps: their words and their moves.
 */
#include <string.h>

#include "run_status.h"

#define TO(state) (1U << (state))

/* From which status a run may move to which. */
static const unsigned run_moves[RUN_STATUS_COUNT] = {
	[RUN_PENDING] = TO(RUN_RUNNING) | TO(RUN_PAUSED) | TO(RUN_SUCCESS) |
                    TO(RUN_FAILED) | TO(RUN_CANCELLED),
	[RUN_RUNNING] =
		TO(RUN_PAUSED) | TO(RUN_SUCCESS) | TO(RUN_FAILED) | TO(RUN_CANCELLED),
	[RUN_PAUSED] =
		TO(RUN_RUNNING) | TO(RUN_SUCCESS) | TO(RUN_FAILED) | TO(RUN_CANCELLED),
	[RUN_SUCCESS] = 0,
	[RUN_FAILED] = 0,
	[RUN_CANCELLED] = 0,
};

static const unsigned step_moves[STEP_STATE_COUNT] = {
	[STEP_WAITING] = TO(STEP_READY) | TO(STEP_CANCELLED),
	[STEP_READY] = TO(STEP_RUNNING) | TO(STEP_PARKED) | TO(STEP_SUCCESS) |
                   TO(STEP_FAILED) | TO(STEP_SKIPPED) | TO(STEP_CANCELLED),
	[STEP_RUNNING] = TO(STEP_SUCCESS) | TO(STEP_FAILED) | TO(STEP_SLEEPING) |
                     TO(STEP_READY) | TO(STEP_PARKED) | TO(STEP_CANCELLED),
	[STEP_SLEEPING] = TO(STEP_READY) | TO(STEP_CANCELLED),
	[STEP_SUCCESS] = 0,
	[STEP_FAILED] = 0,
	[STEP_SKIPPED] = 0,
	[STEP_CANCELLED] = 0,
	[STEP_PARKED] = TO(STEP_SUCCESS) | TO(STEP_FAILED) | TO(STEP_SLEEPING) |
                    TO(STEP_READY) | TO(STEP_CANCELLED),
};

static const char *const run_status_names[RUN_STATUS_COUNT] = {
	[RUN_PENDING] = "PENDING",
	[RUN_RUNNING] = "RUNNING",
	[RUN_PAUSED] = "PAUSED",
	[RUN_SUCCESS] = "SUCCESS",
	[RUN_FAILED] = "FAILED",
	[RUN_CANCELLED] = "CANCELLED",
};

static const char *const step_state_names[STEP_STATE_COUNT] = {
	[STEP_WAITING] = "WAITING",
	[STEP_READY] = "READY",
	[STEP_RUNNING] = "RUNNING",
	[STEP_SLEEPING] = "SLEEPING",
	[STEP_SUCCESS] = "SUCCESS",
	[STEP_FAILED] = "FAILED",
	[STEP_SKIPPED] = "SKIPPED",
	[STEP_CANCELLED] = "CANCELLED",
	[STEP_PARKED] = "PARKED",
};

bool
run_status_may_move(RunStatus from, RunStatus to)
{
	return (run_moves[from] & TO(to)) != 0;
}

bool
run_status_is_end(RunStatus status)
{
	return run_moves[status] == 0;
}

bool
step_state_is_end(StepState state)
{
	return step_moves[state] == 0;
}

bool
step_state_may_move(StepState from, StepState to)
{
	return (step_moves[from] & TO(to)) != 0;
}

const char *
run_status_name(RunStatus status)
{
	return run_status_names[status];
}

bool
run_status_find(const char *name, RunStatus *status)
{
	for (int i = 0; i < RUN_STATUS_COUNT; i++)
	{
		if (strcmp(name, run_status_names[i]) != 0)
			continue;
		*status = (RunStatus) i;
		return true;
	}
	return false;
}

const char *
step_state_name(StepState state)
{
	return step_state_names[state];
}

bool
step_state_find(const char *name, StepState *state)
{
	for (int i = 0; i < STEP_STATE_COUNT; i++)
	{
		if (strcmp(name, step_state_names[i]) != 0)
			continue;
		*state = (StepState) i;
		return true;
	}
	return false;
}
