/*
 * run_control.c
 *		What people do to a run that lives: pause, resume, cancel.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mcp_error.h"
#include "run_audit.h"
#include "run_control.h"
#include "run_event.h"
#include "statement.h"
#include "turn.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static void note(const pg_uuid_t *run_id, const char *kind, const char *reason);
static void raise_unchanged(const pg_uuid_t *run_id, const char *why)
	pg_attribute_noreturn();
static char *print_id(const pg_uuid_t *run_id);

void
run_control_pause(const pg_uuid_t *run_id, const char *reason)
{
	Jsonb *before = run_audit_look(run_id);

	switch (turn_pause(run_id, GetCurrentTimestamp()))
	{
		case TURN_CHANGED:
			break;
		case TURN_UNCHANGED:
			raise_unchanged(run_id, "is paused already");
		case TURN_NOT_ALIVE:
			run_control_raise_not_alive(run_id, "paused");
	}
	run_audit_write("pause", run_id, before);
	note(run_id, "paused", reason);
}

void
run_control_resume(const pg_uuid_t *run_id)
{
	Jsonb *before = run_audit_look(run_id);

	switch (turn_resume(run_id, GetCurrentTimestamp()))
	{
		case TURN_CHANGED:
			break;
		case TURN_UNCHANGED:
			raise_unchanged(run_id, "is not paused");
		case TURN_NOT_ALIVE:
			run_control_raise_not_alive(run_id, "resumed");
	}
	run_audit_write("resume", run_id, before);
	note(run_id, "resumed", NULL);
}

void
run_control_cancel(const pg_uuid_t *run_id, const char *reason)
{
	if (!run_control_try_cancel(run_id, reason))
		run_control_raise_not_alive(run_id, "cancelled");
}

bool
run_control_try_cancel(const pg_uuid_t *run_id, const char *reason)
{
	Jsonb *before = run_audit_look(run_id);

	if (!turn_cancel(run_id, reason, GetCurrentTimestamp()))
		return false;
	run_audit_write("cancel", run_id, before);
	note(run_id, "cancelled", reason);
	return true;
}

void
run_control_raise_not_alive(const pg_uuid_t *run_id, const char *deed)
{
	static Statement find = {"SELECT r.status"
	                         " FROM mcp.finished_runs AS r"
	                         " WHERE r.run_id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};
	bool is_null;

	if (statement_run(&find, values, NULL) == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("run %s does not exist", print_id(run_id))));
	ereport(
		ERROR,
		(errcode(ERRCODE_MCP_TRANSITION),
	     errmsg("run %s has ended and cannot be %s", print_id(run_id), deed),
	     errdetail(
			 "It is %s.",
			 TextDatumGetCString(SPI_getbinval(
				 SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null)))));
}

static void
note(const pg_uuid_t *run_id, const char *kind, const char *reason)
{
	RunEvent event = {.run_id = run_id,
	                  .step = RUN_EVENT_NO_STEP,
	                  .kind = kind,
	                  .detail = run_event_detail("reason", reason)};

	run_event_write(&event);
}

static void
raise_unchanged(const pg_uuid_t *run_id, const char *why)
{
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_TRANSITION),
	         errmsg("run %s %s", print_id(run_id), why)));
}

static char *
print_id(const pg_uuid_t *run_id)
{
	return DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(run_id)));
}
