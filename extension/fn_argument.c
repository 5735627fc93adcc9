/*
 * fn_argument.c
 *		Arguments of SQL functions: those that must not be null, those that may
 *		be left out.
 */
#include "postgres.h"

#include "fn_argument.h"

void
fn_argument_require(FunctionCallInfo fcinfo, int position, const char *name)
{
	if (PG_ARGISNULL(position))
		ereport(ERROR,
		        (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		         errmsg("argument \"%s\" must not be null", name)));
}

bool
fn_argument_is_given(FunctionCallInfo fcinfo, int position)
{
	return position < PG_NARGS() && !PG_ARGISNULL(position);
}
