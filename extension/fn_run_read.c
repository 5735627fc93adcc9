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

/* (state bytea, step_count integer) -> ordinal, attempt, status, epoch, since */
Datum
mcp_live_tasks(PG_FUNCTION_ARGS)
{
	bytea *state = PG_GETARG_BYTEA_PP(0);
	int step_count = PG_GETARG_INT32(1);
	ReturnSetInfo *rows = (ReturnSetInfo *) fcinfo->resultinfo;
	RunState *run;

	InitMaterializedSRF(fcinfo, 0);
	run = run_state_parse(palloc(run_state_size(step_count)),
	                      step_count,
	                      RUN_RUNNING,
	                      (const uint8_t *) VARDATA_ANY(state),
	                      VARSIZE_ANY_EXHDR(state));
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
		Datum values[5] = {Int32GetDatum(task->ordinal),
		                   Int32GetDatum(task->attempt),
		                   CStringGetTextDatum(step_state_name(step)),
		                   Int32GetDatum(task->epoch),
		                   TimestampTzGetDatum(task->since)};
		bool nulls[5] = {false};

		tuplestore_putvalues(rows->setResult, rows->setDesc, values, nulls);
	}
	return (Datum) 0;
}
