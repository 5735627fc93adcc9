/*
 * fn_search.c
 *		What search indexes and counts, as functions of SQL.
 */
#include "postgres.h"

#include "fmgr.h"

#include "label_count.h"
#include "search_text.h"

PG_FUNCTION_INFO_V1(mcp_search_text);
PG_FUNCTION_INFO_V1(mcp_count_labels_add);
PG_FUNCTION_INFO_V1(mcp_count_labels_print);

/* mcp._search_text(document jsonb, max_bytes integer) */
Datum
mcp_search_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(
		search_text_make(PG_GETARG_JSONB_P(0), PG_GETARG_INT32(1)));
}

/* The transition of mcp._count_labels(labels text[], skipped integer). */
Datum
mcp_count_labels_add(PG_FUNCTION_ARGS)
{
	MemoryContext memory;
	LabelCount *count;

	if (!AggCheckCallContext(fcinfo, &memory))
		elog(ERROR, "mcp_count_labels_add called outside of an aggregate");
	count = PG_ARGISNULL(0) ? label_count_create(memory)
	                        : (LabelCount *) PG_GETARG_POINTER(0);
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		label_count_add(count, PG_GETARG_ANY_ARRAY_P(1), PG_GETARG_INT32(2));
	PG_RETURN_POINTER(count);
}

/* And its end; null where there was no row. */
Datum
mcp_count_labels_print(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(label_count_print((LabelCount *) PG_GETARG_POINTER(0)));
}
