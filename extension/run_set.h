/*
 * run_set.h
 *		The live runs that a turn has in hand, by id.
 */
#ifndef MCP_RUN_SET_H
#define MCP_RUN_SET_H

#include "run_store.h"

typedef struct RunSet RunSet;

/* Empty, in the current memory context. */
extern RunSet *run_set_create(void);

/*
 * Adds the run, unless one of its id is there already; returns the one that is
 * there then.  What a turn has changed but not yet written is in the first.
 */
extern LiveRun *run_set_add(RunSet *set, LiveRun *run);

/* NULL where it is not there. */
extern LiveRun *run_set_find(const RunSet *set, const pg_uuid_t *run_id);

/* All of them as a List, in the order they came. */
extern List *run_set_list(const RunSet *set);

#endif
