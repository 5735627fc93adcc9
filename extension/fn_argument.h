/*
 * fn_argument.h
 *		Arguments of SQL functions: those that must not be null, those that may
 *		be left out.
 *
 * A write that is STRICT would answer a forgotten document with null and no
 * word; these functions are not, and say which argument it was.
 */
#ifndef MCP_FN_ARGUMENT_H
#define MCP_FN_ARGUMENT_H

#include "fmgr.h"

/* Raises null_value_not_allowed where argument `position` (from 0) is null. */
extern void
fn_argument_require(FunctionCallInfo fcinfo, int position, const char *name);

/*
 * Whether argument `position` is there and not null.  For one that an earlier
 * version did not have: until ALTER EXTENSION its script calls us without.
 */
extern bool fn_argument_is_given(FunctionCallInfo fcinfo, int position);

#endif
