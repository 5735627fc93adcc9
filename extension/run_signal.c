/*
 * run_signal.c
 *		What a run is told from outside: signals, and decisions on approvals.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "json_document.h"
#include "json_text.h"
#include "mcp_error.h"
#include "run_audit.h"
#include "run_control.h"
#include "run_event.h"
#include "run_signal.h"
#include "statement.h"
#include "utils/builtins.h"
#include "wake.h"

/* An approval that a step waits for. */
typedef struct Approval
{
	int slot;
	bool is_decided;
	bool is_ours; /* the actor may decide */
} Approval;

static void lock(const pg_uuid_t *run_id, const char *deed);
static pg_uuid_t
add_signal(const pg_uuid_t *run_id, const char *name, Jsonb *payload);
static void wake_waiting(const pg_uuid_t *run_id, const char *name);
static bool
find_approval(const pg_uuid_t *run_id, const char *step_id, Approval *approval);
static Jsonb *decide(const pg_uuid_t *run_id, int slot, bool is_approved,
                     const char *comment);
static void check_approval(const pg_uuid_t *run_id, const char *step_id,
                           Approval *approval);

pg_uuid_t
run_signal_send(const pg_uuid_t *run_id, const char *name, Jsonb *payload)
{
	RunEvent event = {.run_id = run_id,
	                  .step = RUN_EVENT_NO_STEP,
	                  .kind = "signal_sent",
	                  .detail = run_event_detail("name", name)};
	pg_uuid_t signal_id;

	lock(run_id, "sent a signal");
	signal_id = add_signal(run_id, name, payload);
	wake_waiting(run_id, name);
	run_event_write(&event);
	return signal_id;
}

Jsonb *
run_signal_decide(const pg_uuid_t *run_id, const char *step_id,
                  bool is_approved, const char *comment)
{
	RunEvent event = {.run_id = run_id,
	                  .kind = is_approved ? "approved" : "refused"};
	Approval approval;
	Jsonb *before;

	lock(run_id, "approved of");
	check_approval(run_id, step_id, &approval);
	before = run_audit_look(run_id);
	event.step = approval.slot;
	event.detail = decide(run_id, approval.slot, is_approved, comment);
	run_event_write(&event);
	run_audit_write(is_approved ? "approve" : "refuse", run_id, before);
	return event.detail;
}

/* And wakes who may take the run on, once this is committed. */
static void
lock(const pg_uuid_t *run_id, const char *deed)
{
	static Statement take = {"SELECT l.queue"
	                         " FROM mcp.live_runs AS l"
	                         " WHERE l.run_id = $1"
	                         " FOR UPDATE",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};
	bool is_null;

	if (statement_run(&take, values, NULL) == 0)
		run_control_raise_not_alive(run_id, deed);
	wake_note_work(TextDatumGetCString(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null)));
}

static pg_uuid_t
add_signal(const pg_uuid_t *run_id, const char *name, Jsonb *payload)
{
	static Statement add = {
		"INSERT INTO mcp.signals (run_id, name, payload, sent_by)"
		" VALUES ($1, $2, $3, $4::name)"
		" RETURNING signal_id",
		4,
		{UUIDOID, TEXTOID, JSONBOID, TEXTOID},
		NULL};
	Datum values[4] = {UUIDPGetDatum(run_id),
	                   CStringGetTextDatum(name),
	                   payload == NULL ? (Datum) 0 : JsonbPGetDatum(payload),
	                   CStringGetTextDatum(access_actor_name())};
	bool is_null;

	statement_run(&add, values, payload == NULL ? "  n " : NULL);
	return *DatumGetUUIDP(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
}

/* All that wait for the name are told to look; the first takes it. */
static void
wake_waiting(const pg_uuid_t *run_id, const char *name)
{
	static Statement wake = {
		"INSERT INTO mcp.timers (due_at, run_id, step_ordinal)"
		" SELECT now(), p.run_id, p.step_ordinal"
		" FROM mcp.parked_steps AS p"
		" WHERE p.run_id = $1"
		" AND p.kind = 'signal'"
		" AND p.name = $2"
		" ON CONFLICT DO NOTHING",
		2,
		{UUIDOID, TEXTOID},
		NULL};
	Datum values[2] = {UUIDPGetDatum(run_id), CStringGetTextDatum(name)};

	statement_run(&wake, values, NULL);
}

static void
check_approval(const pg_uuid_t *run_id, const char *step_id, Approval *approval)
{
	char *step = json_text_quote(step_id, (int) strlen(step_id));

	if (!find_approval(run_id, step_id, approval))
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_TRANSITION),
		         errmsg("step %s of the run waits for no approval", step),
		         errhint("mcp.list_approvals() shows those that are waited "
		                 "for.")));
	if (approval->is_decided)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_TRANSITION),
		         errmsg("the approval of step %s is decided already", step)));
	if (!approval->is_ours)
		ereport(ERROR,
		        (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		         errmsg("role \"%s\" may not decide on step %s",
		                access_actor_name(),
		                step),
		         errdetail("The step names the roles whose members may.")));
}

static bool
find_approval(const pg_uuid_t *run_id, const char *step_id, Approval *approval)
{
	static Statement find = {
		"SELECT p.step_ordinal, p.detail ? 'decision',"
		" mcp._may_decide(p.detail, $3::name)"
		" FROM mcp.parked_steps AS p"
		" JOIN mcp.live_runs AS l ON l.run_id = p.run_id"
		" WHERE p.run_id = $1"
		" AND p.kind = 'approval'"
		" AND mcp._slot_name(l::mcp.workflow_runs, p.step_ordinal) = $2",
		3,
		{UUIDOID, TEXTOID, TEXTOID},
		NULL};
	Datum values[3] = {UUIDPGetDatum(run_id),
	                   CStringGetTextDatum(step_id),
	                   CStringGetTextDatum(access_actor_name())};
	HeapTuple row;
	TupleDesc columns;
	bool is_null;

	if (statement_run(&find, values, NULL) == 0)
		return false;
	row = SPI_tuptable->vals[0];
	columns = SPI_tuptable->tupdesc;
	approval->slot = DatumGetInt32(SPI_getbinval(row, columns, 1, &is_null));
	approval->is_decided =
		DatumGetBool(SPI_getbinval(row, columns, 2, &is_null));
	approval->is_ours = DatumGetBool(SPI_getbinval(row, columns, 3, &is_null));
	return true;
}

static Jsonb *
decide(const pg_uuid_t *run_id, int slot, bool is_approved, const char *comment)
{
	static Statement write = {
		"WITH due AS ("
		" INSERT INTO mcp.timers (due_at, run_id, step_ordinal)"
		" VALUES (now(), $1, $2)"
		" ON CONFLICT DO NOTHING)"
		" UPDATE mcp.parked_steps AS p"
		" SET detail = coalesce(p.detail, '{}')"
		"  || jsonb_build_object('decision', jsonb_build_object("
		"   'approved', $3, 'decided_by', $5, 'decided_at', now(),"
		"   'comment', $4))"
		" WHERE p.run_id = $1"
		" AND p.step_ordinal = $2"
		" RETURNING p.detail -> 'decision'",
		5,
		{UUIDOID, INT4OID, BOOLOID, TEXTOID, TEXTOID},
		NULL};
	Datum values[5] = {UUIDPGetDatum(run_id),
	                   Int32GetDatum(slot),
	                   BoolGetDatum(is_approved),
	                   comment == NULL ? (Datum) 0
	                                   : CStringGetTextDatum(comment),
	                   CStringGetTextDatum(access_actor_name())};

	statement_run(&write, values, comment == NULL ? "   n " : NULL);
	return statement_take_jsonb();
}
