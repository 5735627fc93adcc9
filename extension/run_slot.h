/*
 * run_slot.h
 *		What a slot of a run is: its step, its version, its queue.
 */
#ifndef MCP_RUN_SLOT_H
#define MCP_RUN_SLOT_H

#include "run_store.h"

/* The step that the slot is, or is an item of: its ordinal. */
extern int run_slot_ordinal(const LiveRun *run, int slot);
extern const PlanStep *run_slot_plan(const LiveRun *run, int slot);

/* The MCP version that the slot runs. */
extern const pg_uuid_t *run_slot_version(const LiveRun *run, int slot);

/*
 * Where the slot's task waits for a worker: the queue that its MCP version names,
 * else that of the run.  Needs an SPI connection.
 */
extern const char *run_slot_queue(const LiveRun *run, int slot);

/* The same for a step of a run that is not there yet. */
extern const char *
run_slot_find_queue(const PlanStep *step, const pg_uuid_t *version_id,
                    const char *run_queue);

#endif
