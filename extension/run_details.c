/*
 * run_details.c
 *		What the start of a run said beyond what moves it on.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "run_details.h"
#include "statement.h"
#include "utils/builtins.h"

static bool is_plain(const RunStart *start);

void
run_details_write(const pg_uuid_t *run_id, const RunStart *start)
{
	static Statement add = {
		"INSERT INTO mcp.run_details (run_id, origin_run_id, tags,"
		" traceparent, timeout_seconds, start_at)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		6,
		{UUIDOID, UUIDOID, JSONBOID, TEXTOID, FLOAT8OID, TIMESTAMPTZOID},
		NULL};
	Datum values[6] = {UUIDPGetDatum(run_id)};
	char nulls[7] = " nnnnn";

	if (is_plain(start))
		return;
	if (start->origin_run_id != NULL)
	{
		values[1] = UUIDPGetDatum(start->origin_run_id);
		nulls[1] = ' ';
	}
	if (start->tags != NULL)
	{
		values[2] = JsonbPGetDatum(start->tags);
		nulls[2] = ' ';
	}
	if (start->traceparent != NULL)
	{
		values[3] = CStringGetTextDatum(start->traceparent);
		nulls[3] = ' ';
	}
	if (start->timeout > 0)
	{
		values[4] = Float8GetDatum(start->timeout);
		nulls[4] = ' ';
	}
	if (start->begin_at != 0)
	{
		values[5] = TimestampTzGetDatum(start->begin_at);
		nulls[5] = ' ';
	}
	statement_run(&add, values, nulls);
}

static bool
is_plain(const RunStart *start)
{
	return start->origin_run_id == NULL && start->tags == NULL &&
	       start->traceparent == NULL && start->timeout <= 0 &&
	       start->begin_at == 0;
}
