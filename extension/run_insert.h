/*
 * run_insert.h
 *		The row of a new run, and the rows of its first steps in the queue.
 */
#ifndef MCP_RUN_INSERT_H
#define MCP_RUN_INSERT_H

#include "nodes/pg_list.h"
#include "plan.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* A run to be made. */
typedef struct NewRun
{
	pg_uuid_t run_id;
	const pg_uuid_t *workflow_id; /* NULL: of one MCP */
	int workflow_version;
	const pg_uuid_t *mcp_version_id; /* NULL: of a workflow */
	const pg_uuid_t *parent_run_id;  /* NULL: none */
	const char *parent_step_id;      /* NULL: of no step of it */
	int depth;
	const char *queue;
	int priority;
	const char *owner;
	Datum inputs;                     /* jsonb */
	const pg_uuid_t *pinned_versions; /* by step; NULL: none */
	const RunPlan *plan;
	RunState *state;
	int step_count;
	const int *ready; /* steps to be put in the queue */
	int ready_count;
	TimestampTz now;
} NewRun;

/*
 * Writes the rows of runs, a List of NewRun *, and a row in the queue for each
 * ready step.  A run that has ended already (it has no steps) goes to history at
 * once.
 */
extern void run_insert(const List *runs);

/* A copy of a run that is in the hands of its caller only, palloc'd. */
extern NewRun *run_insert_copy(const NewRun *run);

#endif
