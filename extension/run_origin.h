/*
 * run_origin.h
 *		A run that has ended, as far as another one takes over from it.
 *
 * The verbs need an SPI connection, and what they return lives in its memory.
 */
#ifndef MCP_RUN_ORIGIN_H
#define MCP_RUN_ORIGIN_H

#include "plan.h"

typedef struct RunOrigin
{
	const pg_uuid_t *run_id;
	const pg_uuid_t *workflow_id; /* NULL: of one MCP */
	int workflow_version;
	const pg_uuid_t *mcp_version_id; /* NULL: of a workflow */
	const char *queue;
	int priority;
	Jsonb *inputs;
	const pg_uuid_t *pinned_versions; /* by step; NULL: none */
	double timeout;                   /* in seconds; 0: the workflow's */
	Jsonb *tags;                      /* NULL: none */
} RunOrigin;

/* Raises MC020 for an unknown run, MC010 for one that has not ended. */
extern void run_origin_read(RunOrigin *origin, const pg_uuid_t *run_id);

/* What it ran; raises MC002 where that is gone. */
extern const RunPlan *run_origin_plan(const RunOrigin *origin);

/* By step, how its last attempt ended; STEP_WAITING where there was none. */
extern void
run_origin_read_ends(const RunOrigin *origin, StepState *ends, int step_count);

/* Its inputs with those over them; raises MC001 where they are no object. */
extern Datum run_origin_merge_inputs(const RunOrigin *origin, Jsonb *inputs);

/* Copies the last attempt of each step that is not STEP_WAITING in kept. */
extern void
run_origin_copy_attempts(const RunOrigin *origin, const pg_uuid_t *new_id,
                         const StepState *kept, int step_count);

#endif
