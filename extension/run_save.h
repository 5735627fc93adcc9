/*
 * run_save.h
 *		The rows of live runs that a turn has changed: updated, or moved to history.
 */
#ifndef MCP_RUN_SAVE_H
#define MCP_RUN_SAVE_H

#include "run_store.h"

/*
 * Those of the LiveRun * in the list that changed.  What a run that ended has in
 * columns that do not concern its end goes with it into history.
 */
extern void run_save(List *runs, TimestampTz now);

#endif
