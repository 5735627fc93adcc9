/*
 * fn_argument.h
 *		Arguments of SQL functions that must not be null.
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

#endif
