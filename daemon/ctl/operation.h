/*
 * operation.h
 *		What can be asked of mcp, whichever way it goes: a route, a statement.
 *
 * The route and the statement of a row answer with the same JSON, for the
 * daemon hands the statement's on as it is.
 */
#ifndef MCPCTL_OPERATION_H
#define MCPCTL_OPERATION_H

#include "db_statements.h"

typedef enum Operation
{
	OPERATION_LIST_MCPS,
	OPERATION_GET_MCP,
	OPERATION_DELETE_MCP,
	OPERATION_LIST_MCP_VERSIONS,
	OPERATION_DIFF_MCP,
	OPERATION_START_MCP,
	OPERATION_SEARCH_MCPS,
	OPERATION_LIST_TYPES,
	OPERATION_LIST_WORKFLOWS,
	OPERATION_GET_WORKFLOW,
	OPERATION_DELETE_WORKFLOW,
	OPERATION_LIST_WORKFLOW_VERSIONS,
	OPERATION_DIFF_WORKFLOW,
	OPERATION_EXPLAIN_WORKFLOW,
	OPERATION_START_WORKFLOW,
	OPERATION_LIST_RUNS,
	OPERATION_GET_RUN,
	OPERATION_GET_RUN_EVENTS,
	OPERATION_GET_RUN_WHY,
	OPERATION_CANCEL_RUN,
	OPERATION_PAUSE_RUN,
	OPERATION_RESUME_RUN,
	OPERATION_RETRY_RUN,
	OPERATION_SEND_SIGNAL,
	OPERATION_LIST_APPROVALS,
	OPERATION_DECIDE_APPROVAL,
	OPERATION_LIST_SCHEDULES,
	OPERATION_GET_SCHEDULE,
	OPERATION_CREATE_SCHEDULE,
	OPERATION_DELETE_SCHEDULE,
	OPERATION_PAUSE_SCHEDULE,
	OPERATION_RESUME_SCHEDULE,
	OPERATION_TRIGGER_SCHEDULE,
	OPERATION_LIST_FIRE_TIMES,
	OPERATION_APPLY,
	OPERATION_EXPORT,
	OPERATION_LIST_WORKERS,
	OPERATION_LIST_QUEUES,
	OPERATION_GET_QUEUE,
	OPERATION_LIST_CONSTRAINTS,
	OPERATION_LIST_AUDIT,
	OPERATION_LIST_SECRETS,
	OPERATION_LIST_KEYS,
	OPERATION_CREATE_KEY,
	OPERATION_REVOKE_KEY,
	OPERATION_STATS,
	OPERATION_HEALTH,    /* by libpq: the daemon's /health says other things */
	OPERATION_EXTENSION, /* by libpq: it may not be there */
	OPERATION_COUNT
} Operation;

#define OPERATION_MAX_NAMES 2
#define OPERATION_MAX_QUERY 6

/*
 * The statement's parameters are what the stars of the path stand for, then the
 * members of the query, then the body where there is one; what it has beyond
 * that is NULL.
 */
typedef struct OperationRow
{
	const char *method;
	const char *path;
	const char *query[OPERATION_MAX_QUERY]; /* ended by NULL where shorter */
	bool has_body;
	DbStatement statement;
	/* Lists what is wrong with the same values; DB_NOTHING: nothing does. */
	DbStatement check;
} OperationRow;

extern const OperationRow *operation_row(Operation operation);

#endif
