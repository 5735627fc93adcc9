/*
 * fn_run_read.c
 *		The SQL face of a live run's state: its steps that are under way.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "run_state.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(mcp_live_tasks);

/* (state bytea) -> ordinal, attempt, status, epoch, since, of_ordinal, item */
Datum
mcp_live_tasks(PG_FUNCTION_ARGS)
{
	bytea *state = PG_GETARG_BYTEA_PP(0);
	const uint8_t *bytes = (const uint8_t *) VARDATA_ANY(state);
	size_t length = VARSIZE_ANY_EXHDR(state);
	size_t size = run_state_parsed_size(bytes, length);
	ReturnSetInfo *rows = (ReturnSetInfo *) fcinfo->resultinfo;
	RunState *run = NULL;

	InitMaterializedSRF(fcinfo, 0);
	if (size > 0)
		run = run_state_parse(palloc(size), RUN_RUNNING, bytes, length);
	if (run == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_DATA_CORRUPTED),
		         errmsg("the state of a live run cannot be read"),
		         errhint("A newer library may have written it; see "
		                 "mcp.version_full().")));
	for (int i = 0; i < run_state_task_count(run); i++)
	{
		const StepTask *task = run_state_task(run, i);
		StepState step = run_state_step(run, task->ordinal);
		const RunFan *fan = run_state_find_fan(run, task->ordinal);
		Datum values[7] = {
			Int32GetDatum(task->ordinal),
			Int32GetDatum(task->attempt),
			CStringGetTextDatum(step_state_name(step)),
			Int32GetDatum(task->epoch),
			TimestampTzGetDatum(task->since),
			Int32GetDatum(fan == NULL ? task->ordinal : fan->ordinal),
			Int32GetDatum(fan == NULL ? 0 : task->ordinal - fan->first)};
		bool nulls[7] = {[4] = task->since == 0, [6] = fan == NULL};

		tuplestore_putvalues(rows->setResult, rows->setDesc, values, nulls);
	}
	return (Datum) 0;
}
