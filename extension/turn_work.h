/*
 * turn_work.h
 *		What a turn gathers until it writes: runs, attempts, rows to come and go.
 */
#ifndef MCP_TURN_WORK_H
#define MCP_TURN_WORK_H

#include "attempt_store.h"
#include "output_set.h"
#include "queue_store.h"
#include "run_set.h"
#include "turn.h"

/* An attempt that ended, its inputs still to be worked out. */
typedef struct TurnAttempt
{
	Attempt attempt;
	LiveRun *run;
} TurnAttempt;

typedef struct TurnWork
{
	Turn *turn;
	RunSet *runs;
	OutputSet *outputs;
	List *attempts;   /* of TurnAttempt *: to be appended to history */
	List *ready;      /* of WaitingStep *: READY since this turn, no row yet */
	List *queued;     /* of WaitingStep *: rows to be put in the queue */
	List *sleeping;   /* of WaitingStep *: timers to be made */
	List *unqueued;   /* of LiveRun *: rows to be taken from the queue */
	List *unsleeping; /* of WaitingStep *: timers to be taken away */
	List *fallbacks;  /* of LiveRun *: failed, fallback to be started */
} TurnWork;

extern TurnWork *turn_work_create(Turn *turn);

/*
 * The attempt of a step that ends now, noted; the caller fills in what came of
 * it.  Call it while the step still has its task.
 */
extern Attempt *
turn_work_add_attempt(TurnWork *work, LiveRun *run, int step, StepState status);

/* The inputs of a step of a run, or NULL with *error saying why not. */
extern Jsonb *
turn_work_resolve(TurnWork *work, LiveRun *run, int step, char **error);

/* The MCP version that the step of the run runs. */
extern const pg_uuid_t *turn_work_version(const LiveRun *run, int step);

/* Writes all of it. */
extern void turn_work_write(TurnWork *work);

#endif
