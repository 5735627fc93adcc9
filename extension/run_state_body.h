/*
 * run_state_body.h
 *		What a RunState is made of: for the files of run_state alone.
 */
#ifndef MCP_RUN_STATE_BODY_H
#define MCP_RUN_STATE_BODY_H

#include "run_state.h"

struct RunState
{
	RunStatus status;
	int step_count;
	int slot_count;
	int fan_count;
	int task_count;
	int open_count; /* steps that have not ended */
	int counts[STEP_STATE_COUNT];
	StepTask *tasks; /* room for slot_count, sorted by slot */
	RunFan *fans;    /* in the order of their slots, without a gap */
	uint8_t *steps;  /* by slot: its StepState */
};

extern size_t run_state_body_size(int slot_count, int fan_count);

/* Everything empty; the arrays lie behind the struct. */
extern RunState *
run_state_body_lay(void *memory, int step_count, int slot_count, int fan_count);

/* False, and nothing moves, where there is no such move. */
extern bool run_state_body_move(RunState *run, int slot, StepState to);

/* A slot that is WAITING; it is added to ready. */
extern void
run_state_body_make_ready(RunState *run, int slot, ReadySlots *ready);

/* The task of the slot, made for attempt 1 where there is none. */
extern StepTask *run_state_body_put_task(RunState *run, int slot);
extern void run_state_body_remove_task(RunState *run, int slot);

/* An item has ended: another may begin. */
extern void
run_state_body_end_item(RunState *run, const RunFan *fan, ReadySlots *ready);

#endif
