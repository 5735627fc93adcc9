/*
 * run_status.h
 *		The states of a run and of its steps: their words and their moves.
 *
 * Pure.  The words are those of the wire and of the tables; which state may
 * follow which stands in two tables, and nowhere else.
 */
#ifndef MCP_RUN_STATUS_H
#define MCP_RUN_STATUS_H

#include <stdbool.h>

typedef enum RunStatus
{
	RUN_PENDING,   /* no step was handed out yet */
	RUN_RUNNING,   /* at least one was */
	RUN_PAUSED,    /* nothing is handed out until it is resumed */
	RUN_SUCCESS,   /* every step ended well or was skipped */
	RUN_FAILED,    /* a step failed for good */
	RUN_CANCELLED, /* somebody asked for it */
} RunStatus;

#define RUN_STATUS_COUNT 6

/* Also the bytes of the printed state: a member never changes its number. */
typedef enum StepState
{
	STEP_WAITING,   /* for steps before it */
	STEP_READY,     /* could be handed out: a worker is wanted */
	STEP_RUNNING,   /* a worker has it */
	STEP_SLEEPING,  /* until its time comes: a retry */
	STEP_SUCCESS,   /* ended well */
	STEP_FAILED,    /* ended badly, for good */
	STEP_SKIPPED,   /* was not to be done */
	STEP_CANCELLED, /* was under way or to come when the run ended */
	STEP_PARKED, /* waits for something outside: a signal, a run, its items */
} StepState;

#define STEP_STATE_COUNT 9

extern bool run_status_may_move(RunStatus from, RunStatus to);
extern bool run_status_is_end(RunStatus status);
extern bool step_state_is_end(StepState state);
extern bool step_state_may_move(StepState from, StepState to);

/* "RUNNING" and so on.  The finds return false for a word that is none. */
extern const char *run_status_name(RunStatus status);
extern bool run_status_find(const char *name, RunStatus *status);
extern const char *step_state_name(StepState state);
extern bool step_state_find(const char *name, StepState *state);

#endif
