/*
 * run_start.h
 *		Starting a run: its version chosen, its MCP versions pinned.
 *
 * The verbs need an SPI connection.
 */
#ifndef MCP_RUN_START_H
#define MCP_RUN_START_H

#include "plan.h"
#include "problem.h"
#include "run_insert.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define RUN_QUEUE_DEFAULT "default"

/* Fallbacks of fallbacks end here, whatever the definitions say by now. */
#define RUN_DEPTH_MAX 32

typedef struct RunStart
{
	const char *queue; /* NULL: the workflow's, else RUN_QUEUE_DEFAULT */
	int priority;
	bool is_priority_open; /* the workflow's counts, where it has one */
	const char *owner;
	Datum inputs;            /* jsonb, an object */
	const JsonPath *path;    /* of the document that asks; NULL: the root */
	const pg_uuid_t *run_id; /* NULL: one is made */
	const pg_uuid_t *parent_run_id; /* NULL: none */
	const char *parent_step_id;     /* NULL: of no step of it */
	const pg_uuid_t *origin_run_id; /* it is a retry of that; NULL: of none */
	int depth;
	double timeout;          /* in seconds; 0: the workflow's */
	Jsonb *tags;             /* NULL: none */
	const char *traceparent; /* NULL: none */
	TimestampTz begin_at;    /* 0: now */
	TimestampTz now;

	/*
	 * Where a List of NewRun * grows by the run instead of the tables, which the
	 * caller writes by run_insert(); NULL: no such place.
	 */
	List **batch;

	/* Set by the verbs. */
	bool has_ended;        /* there was nothing to do */
	ProblemList *problems; /* of the inputs, where they are why not */
} RunStart;

/* A workflow and its latest version. */
typedef struct WorkflowRef
{
	pg_uuid_t workflow_id;
	int version;
} WorkflowRef;

/* By id or slug; false where there is none. */
extern bool run_start_find_workflow(const char *workflow, WorkflowRef *found);

/*
 * Starts that version, and sets the run's id.  Otherwise returns why it cannot
 * be started, as a message.
 */
extern char *run_start_workflow(const WorkflowRef *workflow, RunStart *start,
                                pg_uuid_t *run_id);

/* Likewise a run of the latest version of one MCP. */
extern char *
run_start_mcp(const pg_uuid_t *mcp_id, RunStart *start, pg_uuid_t *run_id);

/*
 * Starts what has its version, its pins and, where it goes on from the end of
 * another run, its state; such a one is PAUSED and has no rows in the queue.
 * Otherwise as run_start_workflow.
 */
extern char *
run_start_prepared(NewRun *run, const RunPlan *plan, RunStart *start);

#endif
