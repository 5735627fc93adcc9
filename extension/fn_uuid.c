/*
 * fn_uuid.c
 *		The SQL face of uuid_v7: making an id, and the bounds of a time.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
#include "uuid_v7.h"

PG_FUNCTION_INFO_V1(mcp_uuid_v7);
PG_FUNCTION_INFO_V1(mcp_uuid_v7_floor);
PG_FUNCTION_INFO_V1(mcp_uuid_v7_time);

Datum
mcp_uuid_v7(PG_FUNCTION_ARGS)
{
	pg_uuid_t *uuid = (pg_uuid_t *) palloc(sizeof(pg_uuid_t));

	uuid_v7_generate(uuid);
	PG_RETURN_UUID_P(uuid);
}

Datum
mcp_uuid_v7_floor(PG_FUNCTION_ARGS)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	pg_uuid_t *uuid = (pg_uuid_t *) palloc(sizeof(pg_uuid_t));

	if (TIMESTAMP_NOT_FINITE(at) || at < UUID_V7_FIRST_TIME)
		ereport(ERROR,
		        (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
		         errmsg("time is not one that a UUID of version 7 can hold"),
		         errdetail("It counts milliseconds from 1970 on.")));
	uuid_v7_floor(uuid, at);
	PG_RETURN_UUID_P(uuid);
}

Datum
mcp_uuid_v7_time(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(uuid_v7_time(PG_GETARG_UUID_P(0)));
}
