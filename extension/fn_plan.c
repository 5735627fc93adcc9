/*
 * fn_plan.c
 *		The trigger that tells all backends that compiled plans are stale.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/inval.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(mcp_forget_plans);

/*
 * The server's own way to tell of changes, for a change that it does not tell
 * of: plan_cache listens for this table.
 */
Datum
mcp_forget_plans(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		elog(ERROR, "mcp_forget_plans was not called as a trigger");
	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}
