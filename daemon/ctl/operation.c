/*
 * operation.c
 *		What can be asked of mcp, whichever way it goes: a route, a statement.
 */
#include "operation.h"

#include <stddef.h>

#define COUNTED_PAGE "skip", "limit"
#define PAGE "skip", "limit", "after"
#define READ(path, statement, ...)                               \
	{                                                            \
		"GET", path, {__VA_ARGS__}, false, statement, DB_NOTHING \
	}
#define ACT(method, path, statement)                       \
	{                                                      \
		method, path, {NULL}, false, statement, DB_NOTHING \
	}
#define SEND(method, path, statement, check)         \
	{                                                \
		method, path, {NULL}, true, statement, check \
	}

static const OperationRow rows[] = {
	[OPERATION_LIST_MCPS] =
		READ("/context", DB_LIST_MCPS, "query", "type", "tag", PAGE),
	[OPERATION_GET_MCP] = READ("/context/*", DB_GET_MCP, NULL),
	[OPERATION_DELETE_MCP] =
		{"DELETE", "/context/*", {"force"}, false, DB_DELETE_MCP, DB_NOTHING},
	[OPERATION_LIST_MCP_VERSIONS] =
		READ("/context/*/versions", DB_LIST_VERSIONS, NULL),
	[OPERATION_DIFF_MCP] =
		READ("/context/*/diff", DB_DIFF_MCP_VERSIONS, "from", "to"),
	[OPERATION_START_MCP] =
		SEND("POST", "/context/*/execute", DB_START_MCP, DB_NOTHING),
	[OPERATION_SEARCH_MCPS] = READ("/context/search", DB_SEARCH_MCPS, "query",
                                   "type", "tag", "limit"),
	[OPERATION_LIST_TYPES] = READ("/types", DB_LIST_TYPES, NULL),
	[OPERATION_LIST_WORKFLOWS] =
		READ("/workflows/", DB_LIST_WORKFLOWS, "query", PAGE),
	[OPERATION_GET_WORKFLOW] = READ("/workflows/*", DB_GET_WORKFLOW, NULL),
	[OPERATION_DELETE_WORKFLOW] =
		ACT("DELETE", "/workflows/*", DB_DELETE_WORKFLOW),
	[OPERATION_LIST_WORKFLOW_VERSIONS] =
		READ("/workflows/*/versions", DB_LIST_WORKFLOW_VERSIONS, NULL),
	[OPERATION_DIFF_WORKFLOW] =
		READ("/workflows/*/diff", DB_DIFF_WORKFLOW_VERSIONS, "from", "to"),
	[OPERATION_EXPLAIN_WORKFLOW] =
		READ("/workflows/*/explain", DB_EXPLAIN_WORKFLOW, NULL),
	[OPERATION_START_WORKFLOW] =
		SEND("POST", "/workflows/*/execute", DB_START_RUN, DB_NOTHING),
	[OPERATION_LIST_RUNS] =
		READ("/workflows/runs/", DB_LIST_RUNS, "workflow_id", "status", PAGE),
	[OPERATION_GET_RUN] = READ("/workflows/runs/*", DB_GET_RUN, NULL),
	[OPERATION_GET_RUN_EVENTS] =
		READ("/workflows/runs/*/events", DB_RUN_EVENTS, "after"),
	[OPERATION_GET_RUN_WHY] =
		READ("/workflows/runs/*/why", DB_WHY_WAITING, NULL),
	[OPERATION_CANCEL_RUN] =
		SEND("POST", "/workflows/runs/*/cancel", DB_CANCEL_RUN, DB_NOTHING),
	[OPERATION_PAUSE_RUN] =
		SEND("POST", "/workflows/runs/*/pause", DB_PAUSE_RUN, DB_NOTHING),
	[OPERATION_RESUME_RUN] =
		ACT("POST", "/workflows/runs/*/resume", DB_RESUME_RUN),
	[OPERATION_RETRY_RUN] =
		SEND("POST", "/workflows/runs/*/retry", DB_RETRY_RUN, DB_NOTHING),
	[OPERATION_SEND_SIGNAL] =
		SEND("POST", "/workflows/runs/*/signals/*", DB_SEND_SIGNAL, DB_NOTHING),
	[OPERATION_LIST_APPROVALS] =
		READ("/approvals", DB_LIST_APPROVALS, COUNTED_PAGE),
	[OPERATION_DECIDE_APPROVAL] = SEND("POST", "/workflows/runs/*/approvals/*",
                                       DB_DECIDE_APPROVAL, DB_NOTHING),
	[OPERATION_LIST_SCHEDULES] =
		READ("/schedules", DB_LIST_SCHEDULES, "workflow_id", PAGE),
	[OPERATION_GET_SCHEDULE] = READ("/schedules/*", DB_GET_SCHEDULE, NULL),
	[OPERATION_CREATE_SCHEDULE] =
		SEND("POST", "/schedules", DB_CREATE_SCHEDULE, DB_VALIDATE_SCHEDULE),
	[OPERATION_DELETE_SCHEDULE] =
		ACT("DELETE", "/schedules/*", DB_DELETE_SCHEDULE),
	[OPERATION_PAUSE_SCHEDULE] =
		ACT("POST", "/schedules/*/pause", DB_PAUSE_SCHEDULE),
	[OPERATION_RESUME_SCHEDULE] =
		ACT("POST", "/schedules/*/resume", DB_RESUME_SCHEDULE),
	[OPERATION_TRIGGER_SCHEDULE] =
		ACT("POST", "/schedules/*/trigger", DB_TRIGGER_SCHEDULE),
	[OPERATION_LIST_FIRE_TIMES] =
		READ("/schedules/next-fire-times", DB_NEXT_FIRE_TIMES, "expr", "n",
             "time_zone", "after"),
	[OPERATION_APPLY] = SEND("POST", "/apply", DB_APPLY, DB_NOTHING),
	[OPERATION_EXPORT] = READ("/export/*/*", DB_EXPORT_DEFINITION, NULL),
	[OPERATION_LIST_WORKERS] = READ("/workers", DB_LIST_WORKERS, NULL),
	[OPERATION_LIST_QUEUES] = READ("/queues", DB_LIST_QUEUES, NULL),
	[OPERATION_GET_QUEUE] = READ("/queues/*", DB_GET_QUEUE, NULL),
	[OPERATION_LIST_CONSTRAINTS] =
		READ("/constraints", DB_LIST_CONSTRAINTS, NULL),
	[OPERATION_LIST_AUDIT] = READ("/audit", DB_LIST_AUDIT, "kind", "object",
                                  "actor", "since", COUNTED_PAGE),
	[OPERATION_LIST_SECRETS] = READ("/secrets", DB_LIST_SECRETS, NULL),
	[OPERATION_LIST_KEYS] = READ("/auth/keys", DB_LIST_API_KEYS, PAGE),
	[OPERATION_CREATE_KEY] =
		SEND("POST", "/auth/keys", DB_CREATE_API_KEY, DB_NOTHING),
	[OPERATION_REVOKE_KEY] = ACT("DELETE", "/auth/keys/*", DB_REVOKE_API_KEY),
	[OPERATION_STATS] = READ("/stats", DB_STATS, NULL),
	[OPERATION_HEALTH] = READ("/health", DB_HEALTH, NULL),
	[OPERATION_EXTENSION] = READ("/health", DB_EXTENSION, NULL),
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) == OPERATION_COUNT,
               "every operation has its row");

const OperationRow *
operation_row(Operation operation)
{
	return &rows[operation];
}
