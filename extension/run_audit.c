/*
 * run_audit.c
 *		What people do to runs, told to the audit log.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "audit.h"
#include "run_audit.h"
#include "statement.h"

/* From either place of runs, the live and history: the row is in one of them. */
static Statement select_state = {
	"SELECT jsonb_strip_nulls(jsonb_build_object("
	"'status', r.status, 'error_message', r.error_message)) "
	"FROM mcp.workflow_runs AS r WHERE r.run_id = $1",
	1,
	{UUIDOID},
	NULL};

Jsonb *
run_audit_look(const pg_uuid_t *run_id)
{
	Datum values[1] = {UUIDPGetDatum(run_id)};

	if (statement_run(&select_state, values, NULL) == 0)
		return NULL;
	return statement_take_jsonb();
}

void
run_audit_write(const char *action, const pg_uuid_t *run_id, Jsonb *before)
{
	AuditEntry entry = {.action = action,
	                    .kind = "run",
	                    .object_id = DatumGetCString(DirectFunctionCall1(
							uuid_out, UUIDPGetDatum(run_id)))};

	audit_write(&entry, before, run_audit_look(run_id));
}
