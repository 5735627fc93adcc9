/*
 * run_record_store.c
 *		Puts a recorded run into history.
 *
 * Two statements whatever the number of steps; the document itself is their
 * parameter, so nothing is copied value by value.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "run_record_store.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

static void refuse_existing(const RunRecord *record);

void
run_record_insert(Jsonb *document, const RunRecord *record)
{
	static Statement insert_run = {
		"INSERT INTO mcp.workflow_runs (run_id, workflow_id, workflow_version,"
		" status, created_at, started_at, finished_at, inputs, outputs,"
		" error_message, owner)"
		" SELECT $1, $2, $3, d ->> 'status',"
		" coalesce(d ->> 'started_at', d ->> 'finished_at')::timestamptz,"
		" (d ->> 'started_at')::timestamptz,"
		" (d ->> 'finished_at')::timestamptz,"
		" coalesce(nullif(d -> 'inputs', 'null'), '{}'),"
		" nullif(d -> 'final_outputs', 'null'),"
		" d ->> 'error_message', $5::name"
		" FROM (VALUES ($4)) AS document (d)",
		5,
		{UUIDOID, UUIDOID, INT4OID, JSONBOID, TEXTOID},
		NULL};
	static Statement insert_steps = {
		"INSERT INTO mcp.step_runs (run_id, step_ordinal, attempt, step_id,"
		" name, mcp_id, mcp_version, status, started_at, finished_at,"
		" inputs_used, outputs_generated, error, stdout, stderr)"
		" SELECT $1, (s.place - 1)::integer, coalesce(r.attempt, 1),"
		" r.step_id, coalesce(r.name, s.step ->> 'name'),"
		" (s.step ->> 'mcp_id')::uuid,"
		" coalesce(r.mcp_version, s.step ->> 'mcp_version_id'), r.status,"
		" r.started_at, r.finished_at, nullif(r.inputs_used, 'null'),"
		" nullif(r.outputs_generated, 'null'), r.error, r.stdout, r.stderr"
		" FROM jsonb_to_recordset(coalesce("
		"  nullif($2 -> 'step_results', 'null'), '[]')) AS r ("
		"  step_id text, name text, mcp_version text, status text,"
		"  attempt integer, started_at timestamptz, finished_at timestamptz,"
		"  inputs_used jsonb, outputs_generated jsonb, error text,"
		"  stdout text, stderr text)"
		" JOIN jsonb_array_elements($3 -> 'steps')"
		"  WITH ORDINALITY AS s (step, place)"
		" ON s.step ->> 'step_id' = r.step_id",
		3,
		{UUIDOID, JSONBOID, JSONBOID},
		NULL};
	Datum run_values[5] = {UUIDPGetDatum(&record->run_id),
	                       UUIDPGetDatum(&record->workflow_id),
	                       Int32GetDatum(record->version),
	                       JsonbPGetDatum(document),
	                       CStringGetTextDatum(access_actor_name())};
	Datum step_values[3] = {UUIDPGetDatum(&record->run_id),
	                        JsonbPGetDatum(document),
	                        JsonbPGetDatum(record->definition)};

	refuse_existing(record);
	statement_run(&insert_run, run_values, NULL);
	statement_run(&insert_steps, step_values, NULL);
}

/*
 * The keys of history and of live runs are apart, so no unique index sees a run
 * that lives.
 */
static void
refuse_existing(const RunRecord *record)
{
	static Statement find = {
		"SELECT FROM mcp.workflow_runs AS r WHERE r.run_id = $1",
		1,
		{UUIDOID},
		NULL};
	Datum values[1] = {UUIDPGetDatum(&record->run_id)};

	if (statement_run(&find, values, NULL) > 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
		     errmsg("run \"%s\" already exists",
		            DatumGetCString(DirectFunctionCall1(uuid_out, values[0]))),
		     errhint("A run is recorded once; leave \"run_id\" out to "
		             "have one made.")));
}
