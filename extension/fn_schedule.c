/*
 * fn_schedule.c
 *		The SQL face of schedules.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "fn_argument.h"
#include "fn_problem.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "plan_cache.h"
#include "schedule_definition.h"
#include "schedule_fire.h"
#include "schedule_registry.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(mcp_create_schedule);
PG_FUNCTION_INFO_V1(mcp_validate_schedule);
PG_FUNCTION_INFO_V1(mcp_update_schedule);
PG_FUNCTION_INFO_V1(mcp_delete_schedule);
PG_FUNCTION_INFO_V1(mcp_pause_schedule);
PG_FUNCTION_INFO_V1(mcp_resume_schedule);
PG_FUNCTION_INFO_V1(mcp_trigger_schedule);
PG_FUNCTION_INFO_V1(mcp_next_fire_times);
PG_FUNCTION_INFO_V1(mcp_fire_schedules);

#define TIMES_MAX 1000

static char *schedule_argument(FunctionCallInfo fcinfo);
static void read_rule(FunctionCallInfo fcinfo, FireRule *rule);

Datum
mcp_create_schedule(PG_FUNCTION_ARGS)
{
	fn_argument_require(fcinfo, 0, "definition");
	PG_RETURN_JSONB_P(schedule_registry_create(PG_GETARG_JSONB_P(0)));
}

Datum
mcp_validate_schedule(PG_FUNCTION_ARGS)
{
	ProblemList *problems = problem_list_create();
	char *schedule = NULL;

	fn_argument_require(fcinfo, 0, "definition");
	if (!PG_ARGISNULL(1))
		schedule = text_to_cstring(PG_GETARG_TEXT_PP(1));
	schedule_registry_check(schedule, PG_GETARG_JSONB_P(0), problems);
	return fn_problem_rows(fcinfo, problems);
}

Datum
mcp_update_schedule(PG_FUNCTION_ARGS)
{
	char *schedule = schedule_argument(fcinfo);

	fn_argument_require(fcinfo, 1, "changes");
	PG_RETURN_JSONB_P(schedule_registry_update(schedule, PG_GETARG_JSONB_P(1)));
}

Datum
mcp_delete_schedule(PG_FUNCTION_ARGS)
{
	schedule_registry_delete(schedule_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
mcp_pause_schedule(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(schedule_registry_pause(schedule_argument(fcinfo)));
}

Datum
mcp_resume_schedule(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(schedule_registry_resume(schedule_argument(fcinfo)));
}

Datum
mcp_trigger_schedule(PG_FUNCTION_ARGS)
{
	pg_uuid_t *run_id = palloc_object(pg_uuid_t);
	char *schedule = schedule_argument(fcinfo);

	plan_cache_trim();
	*run_id = schedule_registry_trigger(schedule);
	PG_RETURN_UUID_P(run_id);
}

Datum
mcp_next_fire_times(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int count = PG_GETARG_INT32(1);
	TimestampTz time = PG_GETARG_TIMESTAMPTZ(3);
	FireRule rule = {.anchor = time};

	if (count < 0 || count > TIMES_MAX)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("n must be 0 to %d, not %d", TIMES_MAX, count)));
	read_rule(fcinfo, &rule);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int i = 0; i < count; i++)
	{
		Datum values[1];
		bool nulls[1] = {false};

		CHECK_FOR_INTERRUPTS();
		time = fire_time_find_next(&rule, time);
		if (time == DT_NOEND)
			break;
		values[0] = TimestampTzGetDatum(time);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

Datum
mcp_fire_schedules(PG_FUNCTION_ARGS)
{
	int count;

	plan_cache_trim();
	SPI_connect();
	count = schedule_fire_due(GetCurrentTimestamp());
	SPI_finish();
	PG_RETURN_INT32(count);
}

static char *
schedule_argument(FunctionCallInfo fcinfo)
{
	fn_argument_require(fcinfo, 0, "schedule");
	return text_to_cstring(PG_GETARG_TEXT_PP(0));
}

static void
read_rule(FunctionCallInfo fcinfo, FireRule *rule)
{
	char *expression = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *zone = text_to_cstring(PG_GETARG_TEXT_PP(2));
	char *error;

	rule->zone = fire_time_find_zone(zone);
	if (rule->zone == NULL)
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("time zone \"%s\" does not exist", zone)));
	if (!schedule_definition_read_rule(expression, rule, &error))
		ereport(ERROR,
		        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		         errmsg("\"%s\" is neither a cron expression nor an interval",
		                expression),
		         errdetail("As a cron expression: %s.", error)));
}
