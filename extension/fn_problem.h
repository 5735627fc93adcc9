/*
 * fn_problem.h
 *		A list of problems as rows of SQL.
 */
#ifndef MCP_FN_PROBLEM_H
#define MCP_FN_PROBLEM_H

#include "fmgr.h"

#include "problem.h"

/*
 * The result of a set-returning function declared
 * TABLE (sqlstate text, rule text, path text, message text, hint text).
 */
extern Datum fn_problem_rows(FunctionCallInfo fcinfo, const ProblemList *list);

#endif
