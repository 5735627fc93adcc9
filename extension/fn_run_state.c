/*
 * fn_run_state.c
 *		The SQL face of a live run's bytes: who has steps of it under way.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "fmgr.h"
#include "run_state.h"

PG_FUNCTION_INFO_V1(mcp_state_epochs);

/* Bytes that are no state have no epochs: a scan over all runs goes on. */
Datum
mcp_state_epochs(PG_FUNCTION_ARGS)
{
	bytea *state = PG_GETARG_BYTEA_PP(0);
	const uint8_t *bytes = (const uint8_t *) VARDATA_ANY(state);
	size_t length = VARSIZE_ANY_EXHDR(state);
	size_t size = run_state_parsed_size(bytes, length);
	RunState *run = NULL;
	Column epochs;

	if (size > 0)
		run = run_state_parse(palloc(size), RUN_RUNNING, bytes, length);
	column_init(&epochs, INT4OID, 4);
	for (int i = 0; run != NULL && i < run_state_task_count(run); i++)
	{
		const StepTask *task = run_state_task(run, i);

		if (run_state_step(run, task->ordinal) == STEP_RUNNING)
			column_add(&epochs, Int32GetDatum(task->epoch));
	}
	PG_RETURN_DATUM(column_array(&epochs));
}
