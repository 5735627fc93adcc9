/*
 * run_state_body.h
 *		What a RunState is made of: for run_state and run_state_bytes alone.
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

#endif
