/*
 * run_row.h
 *		The columns of a live run's row, and what they decode to.
 */
#ifndef MCP_RUN_ROW_H
#define MCP_RUN_ROW_H

#include "executor/spi.h"
#include "run_store.h"

/* For a SELECT from live_runs AS l; run_row_decode counts on the order. */
#define RUN_ROW_COLUMNS                                                   \
	" l.ctid, l.run_id, l.workflow_id, l.workflow_version,"               \
	" l.mcp_version_id, l.status, l.queue, l.owner, l.priority, l.depth," \
	" l.started_at, l.inputs, l.pinned_versions, l.state, l.created_at"

#define RUN_ROW_COLUMN_COUNT 15

/*
 * The run in a row that begins with these columns; the run points into the row.
 * The plan is loaded where it is not cached, which needs SPI.
 *
 * A run that cannot be made sense of (its version is missing, its state is no
 * state) has no steps, and its state has FAILED already: saved, it ends as such
 * and says why, instead of breaking each turn that comes upon it.
 */
extern LiveRun *run_row_decode(const Datum *values, const bool *nulls);

/* The bytes of the state, as its column keeps them. */
extern bytea *run_row_print_state(const RunState *state);

#endif
