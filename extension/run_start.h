/*
 * run_start.h
 *		Starting a run: its version chosen, its MCP versions pinned.
 *
 * The verbs need an SPI connection.
 */
#ifndef MCP_RUN_START_H
#define MCP_RUN_START_H

#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define RUN_QUEUE_DEFAULT "default"

/* Fallbacks of fallbacks end here, whatever the definitions say by now. */
#define RUN_DEPTH_MAX 32

typedef struct RunStart
{
	const char *queue;
	int priority;
	const char *owner;
	Datum inputs;                   /* jsonb, an object */
	const pg_uuid_t *parent_run_id; /* NULL: none */
	const char *parent_step_id;     /* NULL: of no step of it */
	int depth;
	TimestampTz begin_at; /* 0: now */
	TimestampTz now;
	bool has_ended; /* set by the verbs: there was nothing to do */
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

#endif
