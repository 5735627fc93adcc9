/*
 * run_state.h
 *		Where a run stands: the state of each step, and the moves there are.
 *
 * Pure: no SQL, no clock, no memory of its own.  Every move goes through the
 * tables of run_status; a move they do not have is refused and changes nothing.
 * Which step follows which is the caller's RunShape.  The whole of it prints to
 * a few bytes (one a step, and some for each step that is under way), which is
 * what a live run's row keeps.
 *
 * Slots: the steps of the plan by their ordinal, and behind them the items of
 * steps that were fanned out.  An item is moved as a step is; what it belongs to
 * is PARKED until the last of its items has ended.
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
	int64_t since; /* RUNNING, PARKED: since then; SLEEPING: due then; READY:
	                * 0, or since then, of an attempt that was set aside */
} StepTask;

/* The items of a step: slots first to first + count - 1. */
typedef struct RunFan
{
	int ordinal; /* of the step */
	int first;
	int count;
} RunFan;

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

/* Which slots became READY by a move; room for all of them. */
typedef struct ReadySlots
{
	int *slots;
	int count;
} ReadySlots;

typedef struct RunState RunState;

/* Bytes of memory, aligned as malloc aligns, for a state of so many steps. */
extern size_t run_state_size(int step_count);

/* A new run, all inside `memory`: PENDING, every step WAITING. */
extern RunState *run_state_init(void *memory, int step_count);

/* Bytes of memory for what is printed there; 0 where it is none of ours. */
extern size_t run_state_parsed_size(const uint8_t *bytes, size_t length);

/*
 * A state from its bytes, in memory of that size; the status is not among them.
 * NULL where the bytes are not what run_state_print makes.
 */
extern RunState *run_state_parse(void *memory, RunStatus status,
                                 const uint8_t *bytes, size_t length);

extern size_t run_state_printed_size(const RunState *run);
extern void run_state_print(const RunState *run, uint8_t *bytes);

extern RunStatus run_state_status(const RunState *run);
extern int run_state_step_count(const RunState *run);
extern int run_state_slot_count(const RunState *run);
extern StepState run_state_step(const RunState *run, int slot);

/* How many slots are in that state; takes no longer for many. */
extern int run_state_count(const RunState *run, StepState state);

/* The attempt under way or to come next; 1 for a step that never was. */
extern int run_state_attempt(const RunState *run, int slot);

/*
 * Those that are RUNNING, SLEEPING, PARKED, or READY for another attempt than
 * the first or in the midst of one, by ascending slot: 0 <= index <
 * run_state_task_count.
 */
extern int run_state_task_count(const RunState *run);
extern const StepTask *run_state_task(const RunState *run, int index);

/* That of one slot, or NULL. */
extern const StepTask *run_state_find_task(const RunState *run, int slot);

/*
 * The fence: is this attempt of this slot RUNNING with the worker of this
 * epoch?
 */
extern bool
run_state_is_held(const RunState *run, int slot, int attempt, int epoch);

/* The fan that the slot is an item of; NULL for a step. */
extern const RunFan *run_state_find_fan(const RunState *run, int slot);

/* The items of a step; NULL where it was not fanned out. */
extern const RunFan *run_state_fan_of(const RunState *run, int ordinal);

/* Has every item of the fan ended? */
extern bool run_state_is_fan_done(const RunState *run, const RunFan *fan);

/*
 * The moves.  Each returns false, and has changed nothing, where the tables do
 * not have it.  Slots must be those of the run.
 */

/*
 * The steps that wait for nothing become READY, once; the run may have been
 * paused, or paused and resumed, before.  A run without steps is a SUCCESS at
 * once.
 */
extern bool
run_state_begin(RunState *run, const RunShape *shape, ReadySlots *ready);

/* READY -> RUNNING with the worker of the epoch; the run is RUNNING. */
extern bool run_state_hand_out(RunState *run, int slot, int epoch, int64_t now);

/*
 * The slot ends as SUCCESS, SKIPPED, or FAILED in a way that the run survives.
 * Steps that waited for nothing else become READY, of an item's fan the next
 * item; after the last step the run is a SUCCESS.
 */
extern bool run_state_settle(RunState *run, const RunShape *shape, int slot,
                             StepState end, ReadySlots *ready);

/* The slot FAILED, and the run is FAILED: see run_state_end. */
extern bool run_state_fail(RunState *run, int slot);

/* RUNNING or PARKED -> SLEEPING until `due`, then for the next attempt. */
extern bool run_state_sleep(RunState *run, int slot, int64_t due);

/* SLEEPING -> READY. */
extern bool run_state_wake(RunState *run, int slot);

/* RUNNING -> READY for the next attempt: the worker is gone. */
extern bool run_state_give_back(RunState *run, int slot);

/* READY -> PARKED; the run is RUNNING. */
extern bool run_state_park(RunState *run, int slot, int64_t now);

/* RUNNING -> PARKED: the attempt goes on later, perhaps elsewhere. */
extern bool run_state_set_aside(RunState *run, int slot);

/* PARKED -> READY, for what is left of the same attempt. */
extern bool run_state_take_up(RunState *run, int slot);

/* A step that is to be fanned out. */
typedef struct FanOut
{
	int ordinal;
	int item_count; /* at least one */
	int limit;      /* so many of them at once */
	int64_t now;
} FanOut;

/*
 * READY -> PARKED, and of its items the first `limit` become READY.  Returns the
 * state that goes on, in memory of run_state_fanned_size; the run that was given
 * is of no more use then.
 */
extern size_t run_state_fanned_size(const RunState *run, int item_count);
extern RunState *run_state_fan_out(void *memory, const RunState *run,
                                   const FanOut *fan_out, ReadySlots *ready);

/* The items of a fan that have not ended are CANCELLED. */
extern void run_state_drop_items(RunState *run, const RunFan *fan);

/* Nothing is handed out until it is resumed. */
extern bool run_state_pause(RunState *run);
extern bool run_state_resume(RunState *run);

/*
 * Ends the run as FAILED or CANCELLED; every step that has not ended is
 * CANCELLED.  Ask for the tasks before, if they matter.
 */
extern bool run_state_end(RunState *run, RunStatus end);

#endif
