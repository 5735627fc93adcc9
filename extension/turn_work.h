/*
 * turn_work.h
 *		What a turn gathers until it writes: runs, attempts, rows to come and go.
 *
 * Slots are those of run_state: steps, and the items of steps that were fanned
 * out.  What a slot is made of is found by the step it belongs to.
 */
#ifndef MCP_TURN_WORK_H
#define MCP_TURN_WORK_H

#include "attempt_store.h"
#include "output_set.h"
#include "parked_store.h"
#include "queue_limit.h"
#include "queue_store.h"
#include "run_set.h"
#include "turn.h"

/* An attempt that ended, its inputs still to be worked out. */
typedef struct TurnAttempt
{
	Attempt attempt;
	LiveRun *run;
	bool has_inputs; /* there are some to be worked out */
} TurnAttempt;

typedef struct TurnWork
{
	Turn *turn;
	RunSet *runs;
	OutputSet *outputs;
	List *attempts;   /* of TurnAttempt *: to be appended to history */
	List *ready;      /* of WaitingStep *: READY since this turn, no row yet */
	List *queued;     /* of WaitingStep *: rows to be put in the queue */
	List *sleeping;   /* of WaitingStep *: timers to be made for retries */
	List *timers;     /* of WaitingStep *: other timers to be made */
	List *unsleeping; /* of WaitingStep *: timers to be taken away */
	List *parked;     /* of ParkedStep *: rows to be made */
	List *unparked;   /* of ParkedStep *: rows to be taken away */
	List *left;       /* of ParkedStep *: CANCELLED while they were parked */
	List *fans;       /* of WaitingStep *: an item ended, perhaps the last */
	List *fallbacks;  /* of LiveRun *: failed, fallback to be started */
	List *beginning;  /* of LiveRun *: they begin as soon as they may */
	List *items;      /* of StepItems *: see step_items */
	QueueLimits *limits;   /* of the queues it hands out from; NULL: none */
	List *results_to_keep; /* of StepCacheEntry *: see turn_cache */
} TurnWork;

extern TurnWork *turn_work_create(Turn *turn);

/* The slot is READY since now. */
extern void turn_work_note_ready(TurnWork *work, LiveRun *run, int slot);

/*
 * The attempt of a slot that ends now, noted; the caller fills in what came of
 * it.  Call it while the slot still has its task.
 */
extern Attempt *
turn_work_add_attempt(TurnWork *work, LiveRun *run, int slot, StepState status);

/* Writes the attempts noted so far, so that they can be read. */
extern void turn_work_write_attempts(TurnWork *work);

/* Writes all of it. */
extern void turn_work_write(TurnWork *work);

#endif
