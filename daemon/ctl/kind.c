/*
 * kind.c
 *		The kinds of things that can be listed and read, by their names.
 */
#include "kind.h"

#include <stddef.h>
#include <string.h>

#define NONE OPERATION_COUNT

static const Column mcp_columns[] = {
	{"SLUG", "slug", COLUMN_TEXT},
	{"TYPE", "type", COLUMN_TEXT},
	{"VERSION", "latest_version_str", COLUMN_TEXT},
	{"UPDATED", "updated_at", COLUMN_TIME},
	{"DESCRIPTION", "description", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column workflow_columns[] = {
	{"SLUG", "slug", COLUMN_TEXT},
	{"VERSION", "version", COLUMN_NUMBER},
	{"MODE", "execution_mode", COLUMN_TEXT},
	{"UPDATED", "updated_at", COLUMN_TIME},
	{"DESCRIPTION", "description", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column run_columns[] = {
	{"RUN", "run_id", COLUMN_TEXT},
	{"STATUS", "status", COLUMN_STATUS},
	{"STARTED", "started_at", COLUMN_TIME},
	{"FINISHED", "finished_at", COLUMN_TIME},
	{"ERROR", "error_message", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column schedule_columns[] = {
	{"SLUG", "slug", COLUMN_TEXT},
	{"WORKFLOW", "workflow_id", COLUMN_TEXT},
	{"CRON", "cron", COLUMN_TEXT},
	{"INTERVAL", "interval", COLUMN_TEXT},
	{"PAUSED", "is_paused", COLUMN_TEXT},
	{"NEXT", "next_fire_at", COLUMN_TIME},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column queue_columns[] = {
	{"QUEUE", "queue", COLUMN_TEXT},
	{"READY", "ready", COLUMN_NUMBER},
	{"RUNNING", "running", COLUMN_NUMBER},
	{"AT ONCE", "concurrency_limit", COLUMN_NUMBER},
	{"RATE", "rate_limit", COLUMN_NUMBER},
	{"PAUSED", "is_paused", COLUMN_TEXT},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column worker_columns[] = {
	{"WORKER", "worker", COLUMN_TEXT},
	{"ALIVE", "is_alive", COLUMN_TEXT},
	{"STEPS", "tasks", COLUMN_NUMBER},
	{"OLDEST STEP", "oldest_task_at", COLUMN_TIME},
	{"LEASE UNTIL", "lease_until", COLUMN_TIME},
	{"CAPACITY", "capacity", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column key_columns[] = {
	{"PREFIX", "prefix", COLUMN_TEXT},
	{"NAME", "name", COLUMN_TEXT},
	{"ROLE", "role", COLUMN_TEXT},
	{"LEVEL", "level", COLUMN_TEXT},
	{"EXPIRES", "expires_at", COLUMN_TIME},
	{"REVOKED", "revoked_at", COLUMN_TIME},
	{"LAST USED", "last_used_at", COLUMN_TIME},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column type_columns[] = {
	{"TYPE", "type", COLUMN_TEXT},
	{"EXECUTOR", "executor", COLUMN_TEXT},
	{"DESCRIPTION", "description", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column constraint_columns[] = {
	{"NAME", "name", COLUMN_TEXT},
	{"ENABLED", "is_enabled", COLUMN_TEXT},
	{"DESCRIPTION", "description", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column approval_columns[] = {
	{"RUN", "run_id", COLUMN_TEXT},
	{"STEP", "step_id", COLUMN_TEXT},
	{"SINCE", "waiting_since", COLUMN_TIME},
	{"EXPIRES", "expires_at", COLUMN_TIME},
	{"MESSAGE", "message", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column secret_columns[] = {
	{"NAME", "name", COLUMN_TEXT},
	{"KEY", "key", COLUMN_TEXT},
	{"UPDATED", "updated_at", COLUMN_TIME},
	{"BY", "updated_by", COLUMN_TEXT},
	{NULL, NULL, COLUMN_TEXT},
};

static const Column audit_columns[] = {
	{"AT", "recorded_at", COLUMN_TIME},
	{"ACTOR", "actor_name", COLUMN_TEXT},
	{"ACTION", "action", COLUMN_TEXT},
	{"KIND", "object_kind", COLUMN_TEXT},
	{"OBJECT", "object_name", COLUMN_LAST},
	{NULL, NULL, COLUMN_TEXT},
};

const Kind kinds[] = {
	{"mcp",
     "mcps",
     OPERATION_LIST_MCPS,
     OPERATION_GET_MCP,
     OPERATION_DELETE_MCP,
     OPERATION_LIST_MCP_VERSIONS,
     "slug",
     "id",
     mcp_columns},
	{"workflow",
     "workflows",
     OPERATION_LIST_WORKFLOWS,
     OPERATION_GET_WORKFLOW,
     OPERATION_DELETE_WORKFLOW,
     OPERATION_LIST_WORKFLOW_VERSIONS,
     "slug",
     "workflow_id",
     workflow_columns},
	{"run",
     "runs",
     OPERATION_LIST_RUNS,
     OPERATION_GET_RUN,
     NONE,
     NONE,
     "run_id",
     "run_id",
     run_columns},
	{"schedule",
     "schedules",
     OPERATION_LIST_SCHEDULES,
     OPERATION_GET_SCHEDULE,
     OPERATION_DELETE_SCHEDULE,
     NONE,
     "slug",
     "schedule_id",
     schedule_columns},
	{"queue",
     "queues",
     OPERATION_LIST_QUEUES,
     OPERATION_GET_QUEUE,
     NONE,
     NONE,
     "queue",
     NULL,
     queue_columns},
	{"worker",
     "workers",
     OPERATION_LIST_WORKERS,
     NONE,
     NONE,
     NONE,
     "worker",
     NULL,
     worker_columns},
	{"key",
     "keys",
     OPERATION_LIST_KEYS,
     NONE,
     NONE,
     NONE,
     "prefix",
     "id",
     key_columns},
	{"type",
     "types",
     OPERATION_LIST_TYPES,
     NONE,
     NONE,
     NONE,
     "type",
     NULL,
     type_columns},
	{"constraint",
     "constraints",
     OPERATION_LIST_CONSTRAINTS,
     NONE,
     NONE,
     NONE,
     "name",
     NULL,
     constraint_columns},
	{"approval",
     "approvals",
     OPERATION_LIST_APPROVALS,
     NONE,
     NONE,
     NONE,
     "run_id",
     NULL,
     approval_columns},
	{"secret",
     "secrets",
     OPERATION_LIST_SECRETS,
     NONE,
     NONE,
     NONE,
     "name",
     NULL,
     secret_columns},
	{"audit",
     "audit",
     OPERATION_LIST_AUDIT,
     NONE,
     NONE,
     NONE,
     "object_name",
     NULL,
     audit_columns},
	{NULL, NULL, NONE, NONE, NONE, NONE, NULL, NULL, NULL},
};

const Kind *
kind_find(const char *name)
{
	for (const Kind *kind = kinds; kind->singular; kind++)
	{
		if (strcmp(kind->singular, name) == 0 ||
		    strcmp(kind->plural, name) == 0)
			return kind;
	}
	return NULL;
}

const char *
kind_list_readable(Arena *arena)
{
	const char *list = "";

	for (const Kind *kind = kinds; kind->singular; kind++)
	{
		if (kind->get != NONE)
			list = arena_print(
				arena, "%s%s%s", list, *list ? ", " : "", kind->singular);
	}
	return list;
}

const char *
kind_list_all(Arena *arena)
{
	const char *list = "";

	for (const Kind *kind = kinds; kind->singular; kind++)
		list =
			arena_print(arena, "%s%s%s", list, *list ? ", " : "", kind->plural);
	return list;
}
