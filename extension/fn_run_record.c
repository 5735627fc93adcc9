/*
 * fn_run_record.c
 *		The SQL face of recording a run that was executed elsewhere.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "run_audit.h"
#include "run_record.h"
#include "run_record_store.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

PG_FUNCTION_INFO_V1(mcp_record_run);

Datum
mcp_record_run(PG_FUNCTION_ARGS)
{
	Jsonb *document = PG_GETARG_JSONB_P(0);
	pg_uuid_t *run_id = (pg_uuid_t *) palloc(sizeof(pg_uuid_t));
	RunRecord record;
	ProblemList *problems;

	SPI_connect();
	problems = problem_list_create();
	run_record_check(document, &record, problems);
	problem_raise_first(problems);
	run_record_insert(document, &record);
	run_audit_write("record", &record.run_id, NULL);
	SPI_finish();

	*run_id = record.run_id;
	PG_RETURN_UUID_P(run_id);
}
