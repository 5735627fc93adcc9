/*
 * run_origin.c
 *		A run that has ended, as far as another one takes over from it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "mcp_error.h"
#include "plan_cache.h"
#include "run_origin.h"
#include "statement.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"

/* The columns of the read, in order. */
enum
{
	ORIGIN_WORKFLOW = 1,
	ORIGIN_VERSION,
	ORIGIN_MCP_VERSION,
	ORIGIN_QUEUE,
	ORIGIN_PRIORITY,
	ORIGIN_INPUTS,
	ORIGIN_PINS,
	ORIGIN_TIMEOUT,
	ORIGIN_TAGS
};

static Datum get(int column, bool *is_null);
static const pg_uuid_t *get_id(int column);
static const pg_uuid_t *get_pins(void);
static void raise_not_over(const pg_uuid_t *run_id) pg_attribute_noreturn();
static char *print_id(const pg_uuid_t *run_id);

void
run_origin_read(RunOrigin *origin, const pg_uuid_t *run_id)
{
	static Statement read = {
		"SELECT r.workflow_id, r.workflow_version, r.mcp_version_id,"
		" r.queue, r.priority, r.inputs, r.pinned_versions,"
		" d.timeout_seconds, d.tags"
		" FROM mcp.finished_runs AS r"
		" LEFT JOIN mcp.run_details AS d ON d.run_id = r.run_id"
		" WHERE r.run_id = $1",
		1,
		{UUIDOID},
		NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};
	bool is_null;
	Datum value;

	memset(origin, 0, sizeof(*origin));
	if (statement_run(&read, values, NULL) == 0)
		raise_not_over(run_id);
	origin->run_id = run_id;
	origin->workflow_id = get_id(ORIGIN_WORKFLOW);
	origin->workflow_version = DatumGetInt32(get(ORIGIN_VERSION, &is_null));
	origin->mcp_version_id = get_id(ORIGIN_MCP_VERSION);
	origin->queue = TextDatumGetCString(get(ORIGIN_QUEUE, &is_null));
	origin->priority = DatumGetInt32(get(ORIGIN_PRIORITY, &is_null));
	origin->inputs = DatumGetJsonbPCopy(get(ORIGIN_INPUTS, &is_null));
	origin->pinned_versions = get_pins();
	value = get(ORIGIN_TIMEOUT, &is_null);
	origin->timeout = is_null ? 0 : DatumGetFloat8(value);
	value = get(ORIGIN_TAGS, &is_null);
	origin->tags = is_null ? NULL : DatumGetJsonbPCopy(value);
}

const RunPlan *
run_origin_plan(const RunOrigin *origin)
{
	const RunPlan *plan = NULL;

	if (origin->workflow_id != NULL)
		plan = plan_cache_get(origin->workflow_id, origin->workflow_version);
	else if (origin->mcp_version_id != NULL)
		plan = plan_cache_get_mcp(origin->mcp_version_id);
	if (plan == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_REFERENCE),
		         errmsg("what run %s ran does not exist any more",
		                print_id(origin->run_id))));
	return plan;
}

void
run_origin_read_ends(const RunOrigin *origin, StepState *ends, int step_count)
{
	static Statement read = {"SELECT s.step_ordinal, s.status"
	                         " FROM mcp.step_runs AS s"
	                         " WHERE s.run_id = $1"
	                         " AND s.step_ordinal < $2"
	                         " ORDER BY s.step_ordinal, s.attempt",
	                         2,
	                         {UUIDOID, INT4OID},
	                         NULL};
	Datum values[2] = {UUIDPGetDatum(origin->run_id),
	                   Int32GetDatum(step_count)};

	for (int i = 0; i < step_count; i++)
		ends[i] = STEP_WAITING;
	statement_run(&read, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		bool is_null;
		int step = DatumGetInt32(SPI_getbinval(row, columns, 1, &is_null));

		(void) step_state_find(
			TextDatumGetCString(SPI_getbinval(row, columns, 2, &is_null)),
			&ends[step]);
	}
}

Datum
run_origin_merge_inputs(const RunOrigin *origin, Jsonb *inputs)
{
	if (inputs == NULL)
		return JsonbPGetDatum(origin->inputs);
	if (!JB_ROOT_IS_OBJECT(inputs))
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_DEFINITION),
		         errmsg("the inputs of a run must be an object"),
		         errhint("An input is found by its key.")));
	return DirectFunctionCall2(
		jsonb_concat, JsonbPGetDatum(origin->inputs), JsonbPGetDatum(inputs));
}

/* A step that was reused itself is still known by the run that did it. */
void
run_origin_copy_attempts(const RunOrigin *origin, const pg_uuid_t *new_id,
                         const StepState *kept, int step_count)
{
	static Statement copy = {
		"WITH copied AS ("
		" INSERT INTO mcp.step_runs (run_id, step_ordinal, attempt, mcp_id,"
		"  started_at, finished_at, status, step_id, name, mcp_version,"
		"  worker, inputs_used, outputs_generated, error, error_class,"
		"  stdout, stderr)"
		" SELECT DISTINCT ON (s.step_ordinal)"
		"  $2, s.step_ordinal, s.attempt, s.mcp_id,"
		"  s.started_at, s.finished_at, s.status, s.step_id, s.name,"
		"  s.mcp_version, s.worker, s.inputs_used, s.outputs_generated,"
		"  s.error, s.error_class, s.stdout, s.stderr"
		" FROM mcp.step_runs AS s"
		" WHERE s.run_id = $1"
		" AND s.step_ordinal = ANY ($3)"
		" ORDER BY s.step_ordinal, s.attempt DESC"
		" RETURNING run_id, step_ordinal, attempt)"
		" INSERT INTO mcp.step_details (run_id, step_ordinal, attempt, usage,"
		"  is_from_cache, reused_from)"
		" SELECT c.run_id, c.step_ordinal, c.attempt, x.usage,"
		"  coalesce(x.is_from_cache, false), coalesce(x.reused_from, $1)"
		" FROM copied AS c"
		" LEFT JOIN mcp.step_details AS x"
		" ON x.run_id = $1"
		" AND x.step_ordinal = c.step_ordinal"
		" AND x.attempt = c.attempt",
		3,
		{UUIDOID, UUIDOID, INT4ARRAYOID},
		NULL};
	Datum values[3] = {UUIDPGetDatum(origin->run_id), UUIDPGetDatum(new_id)};
	Column steps;

	column_init(&steps, INT4OID, step_count);
	for (int i = 0; i < step_count; i++)
		if (kept[i] != STEP_WAITING)
			column_add(&steps, Int32GetDatum(i));
	if (steps.count == 0)
		return;
	values[2] = column_array(&steps);
	statement_run(&copy, values, NULL);
}

static Datum
get(int column, bool *is_null)
{
	return SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, is_null);
}

static const pg_uuid_t *
get_id(int column)
{
	bool is_null;
	Datum value = get(column, &is_null);

	return is_null ? NULL : DatumGetUUIDP(datumCopy(value, false, UUID_LEN));
}

static const pg_uuid_t *
get_pins(void)
{
	bool is_null;
	Datum value = get(ORIGIN_PINS, &is_null);
	pg_uuid_t *pins;
	Datum *ids;
	int count;

	if (is_null)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value),
	                  UUIDOID,
	                  UUID_LEN,
	                  false,
	                  TYPALIGN_CHAR,
	                  &ids,
	                  NULL,
	                  &count);
	pins = palloc_array(pg_uuid_t, (Size) count + 1);
	for (int i = 0; i < count; i++)
		pins[i] = *DatumGetUUIDP(ids[i]);
	return pins;
}

static void
raise_not_over(const pg_uuid_t *run_id)
{
	static Statement find = {"SELECT l.status"
	                         " FROM mcp.live_runs AS l"
	                         " WHERE l.run_id = $1",
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
	     errmsg("run %s has not ended and cannot be retried", print_id(run_id)),
	     errdetail("It is %s.", TextDatumGetCString(get(1, &is_null))),
	     errhint("Cancel it first.")));
}

static char *
print_id(const pg_uuid_t *run_id)
{
	return DatumGetCString(
		DirectFunctionCall1(uuid_out, UUIDPGetDatum(run_id)));
}
