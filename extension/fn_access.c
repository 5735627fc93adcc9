/*
 * fn_access.c
 *		The SQL face of access: who asks.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mcp_actor);

Datum
mcp_actor(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(namein, CStringGetDatum(access_actor_name()));
}
