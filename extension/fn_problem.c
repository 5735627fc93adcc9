/*
 * fn_problem.c
 *		A list of problems as rows of SQL.
 */
#include "postgres.h"

#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "fn_problem.h"

Datum
fn_problem_rows(FunctionCallInfo fcinfo, const ProblemList *list)
{
	ReturnSetInfo *result;
	int kept = problem_kept(list);

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	for (int i = 0; i < kept; i++)
	{
		const Problem *problem = problem_get(list, i);
		bool nulls[5] = {false, false, false, false, problem->hint == NULL};
		Datum values[5] = {CStringGetTextDatum(problem_sqlstate(problem->kind)),
		                   CStringGetTextDatum(problem->rule),
		                   CStringGetTextDatum(problem->path),
		                   CStringGetTextDatum(problem->message),
		                   nulls[4] ? (Datum) 0
		                            : CStringGetTextDatum(problem->hint)};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
