/*
 * run_state.h
 *		Where a run stands: the state of each step, and the moves there are.
 *
 * Pure: no SQL, no clock, no memory of its own.  Every move goes through the
 * tables of run_status; a move they do not have is refused and changes nothing.
 * Which step follows which is the caller's RunShape.  The whole of it prints to
 * a few bytes (one a step, and some for each step that is under way), which is
 * what a live run's row keeps.
 */
#ifndef MCP_RUN_STATE_H
#define MCP_RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run_status.h"

/* A step that is under way. */
typedef struct StepTask
{
	int ordinal;
	int attempt;   /* counted from 1 */
	int epoch;     /* of the worker that has it; 0 unless RUNNING */
	int64_t since; /* RUNNING: handed out then; SLEEPING: due then */
} StepTask;

/*
 * What follows what, by ordinal: the steps before step i are
 * befores[before_starts[i]] up to before_starts[i + 1]; afters likewise.  Each
 * pair stands in both, once, and there is no loop.
 */
typedef struct RunShape
{
	int step_count;
	const int *before_starts;
	const int *befores;
	const int *after_starts;
	const int *afters;
} RunShape;

typedef struct RunState RunState;

/* Bytes of memory, aligned as malloc aligns, for a state of so many steps. */
extern size_t run_state_size(int step_count);

/* A new run, all inside `memory`: PENDING, every step WAITING. */
extern RunState *run_state_init(void *memory, int step_count);

/* Of how many steps the bytes tell; -1 where they are none of ours. */
extern int run_state_find_step_count(const uint8_t *bytes, size_t length);

/*
 * A state from its bytes; the status is not among them.  NULL where the bytes
 * are not what run_state_print makes of so many steps.
 */
extern RunState *run_state_parse(void *memory, int step_count, RunStatus status,
                                 const uint8_t *bytes, size_t length);

extern size_t run_state_printed_size(const RunState *run);
extern void run_state_print(const RunState *run, uint8_t *bytes);

extern RunStatus run_state_status(const RunState *run);
extern StepState run_state_step(const RunState *run, int ordinal);

/* How many steps are in that state; takes no longer for many steps. */
extern int run_state_count(const RunState *run, StepState state);

/* The attempt under way or to come next; 1 for a step that never was. */
extern int run_state_attempt(const RunState *run, int ordinal);

/*
 * Those that are RUNNING, SLEEPING, or READY for another attempt than the
 * first, by ascending ordinal: 0 <= index < run_state_task_count.
 */
extern int run_state_task_count(const RunState *run);
extern const StepTask *run_state_task(const RunState *run, int index);

/* That of one step, or NULL. */
extern const StepTask *run_state_find_task(const RunState *run, int ordinal);

/*
 * The fence: is this attempt of this step RUNNING with the worker of this
 * epoch?
 */
extern bool
run_state_is_held(const RunState *run, int ordinal, int attempt, int epoch);

/*
 * The moves.  Each returns false, and has changed nothing, where the tables do
 * not have it.  Ordinals must be those of the run.
 */

/*
 * The steps that wait for nothing become READY; their ordinals go to `ready`,
 * which has room for all steps, and their number to *ready_count.  A run
 * without steps is a SUCCESS at once.
 */
extern bool run_state_begin(RunState *run, const RunShape *shape, int *ready,
                            int *ready_count);

/* READY -> RUNNING with the worker of the epoch; the run is RUNNING. */
extern bool
run_state_hand_out(RunState *run, int ordinal, int epoch, int64_t now);

/*
 * RUNNING -> SUCCESS.  Steps that waited for nothing else become READY, as with
 * run_state_begin; after the last one the run is a SUCCESS.
 */
extern bool run_state_succeed(RunState *run, const RunShape *shape, int ordinal,
                              int *ready, int *ready_count);

/* RUNNING or READY -> FAILED, and the run is FAILED: see run_state_end. */
extern bool run_state_fail(RunState *run, int ordinal);

/* RUNNING -> SLEEPING until `due`, then for the next attempt. */
extern bool run_state_sleep(RunState *run, int ordinal, int64_t due);

/* SLEEPING -> READY. */
extern bool run_state_wake(RunState *run, int ordinal);

/* RUNNING -> READY for the next attempt: the worker is gone. */
extern bool run_state_give_back(RunState *run, int ordinal);

/*
 * Ends the run as FAILED or CANCELLED; every step that has not ended is
 * CANCELLED.  Ask for the tasks before, if they matter.
 */
extern bool run_state_end(RunState *run, RunStatus end);

#endif
