/*
 * turn_step.h
 *		What a slot of a run takes: its name, its items, its inputs.
 */
#ifndef MCP_TURN_STEP_H
#define MCP_TURN_STEP_H

#include "run_slot.h"
#include "step_scope.h"
#include "turn_work.h"

/* "fetch", or of an item "fetch[2]". */
extern const char *turn_step_id(const LiveRun *run, int slot);

/* The place of an item, from 0; -1 for a step. */
extern int turn_step_item_index(const LiveRun *run, int slot);

/* "1.0.0"; NULL where it runs none, or it is gone. */
extern const char *turn_step_version_str(const LiveRun *run, int slot);

/* Its results, and those of steps that it uses, will be asked for. */
extern void turn_step_want_inputs(TurnWork *work, LiveRun *run, int slot);

/*
 * What the slot's inputs can see; outputs that were wanted must have been read.
 * False with *error where it is an item and its items cannot be had.
 */
extern bool turn_step_scope(TurnWork *work, LiveRun *run, int slot,
                            StepScope *scope, char **error);

/* What the outputs of the run can see. */
extern void turn_step_scope_run(TurnWork *work, LiveRun *run, StepScope *scope);

/* The inputs of a slot, or NULL with *error saying why not. */
extern Jsonb *
turn_step_resolve(TurnWork *work, LiveRun *run, int slot, char **error);

/*
 * The items that a step is to be run for; NULL with *error where there is no
 * array of them.
 */
extern JsonbContainer *
turn_step_items(TurnWork *work, LiveRun *run, int ordinal, char **error);

#endif
