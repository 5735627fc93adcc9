/*
 * fn_access.c
 *		The SQL face of access: who asks, and whether the thing is his.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(mcp_actor);
PG_FUNCTION_INFO_V1(mcp_check_owner);
PG_FUNCTION_INFO_V1(mcp_check_heir);

Datum
mcp_actor(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(namein, CStringGetDatum(access_actor_name()));
}

/* mcp._check_owner(kind text, name text, owner name) */
Datum
mcp_check_owner(PG_FUNCTION_ARGS)
{
	SPI_connect();
	access_require_ownership(text_to_cstring(PG_GETARG_TEXT_PP(0)),
	                         text_to_cstring(PG_GETARG_TEXT_PP(1)),
	                         NameStr(*PG_GETARG_NAME(2)));
	SPI_finish();
	PG_RETURN_VOID();
}

/* mcp._check_heir(owner regrole) */
Datum
mcp_check_heir(PG_FUNCTION_ARGS)
{
	SPI_connect();
	access_require_heir(PG_GETARG_OID(0));
	SPI_finish();
	PG_RETURN_VOID();
}
