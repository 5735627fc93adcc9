/*
 * tool_store.c
 *		The rows of what assistants said and called in steps that are under way.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "executor/spi.h"
#include "statement.h"
#include "tool_store.h"
#include "utils/builtins.h"

/* The columns of a call as it is read, in order. */
enum
{
	READ_CALL_ID,
	READ_TOOL,
	READ_ARGUMENTS,
	READ_MCP,
	READ_WORKFLOW,
	READ_ERROR
};

static ToolCall *read_call(uint64 row);
static Datum get(uint64 row, int column, bool *is_null);

int
tool_store_open_round(const ToolRound *round)
{
	static Statement open = {
		"SELECT mcp._open_round($1, $2, $3, $4, $5, $6)",
		6,
		{UUIDOID, INT4OID, INT4OID, UUIDOID, JSONBOID, JSONBOID},
		NULL};
	Datum values[6] = {UUIDPGetDatum(&round->run->run_id),
	                   Int32GetDatum(round->slot),
	                   Int32GetDatum(round->attempt),
	                   UUIDPGetDatum(round->version_id)};
	char nulls[7] = "    nn";
	bool is_null;
	Datum number;

	if (round->answer != NULL)
	{
		values[4] = JsonbPGetDatum(round->answer);
		nulls[4] = ' ';
	}
	if (round->usage != NULL)
	{
		values[5] = JsonbPGetDatum(round->usage);
		nulls[5] = ' ';
	}
	statement_run(&open, values, nulls);
	number = get(0, 0, &is_null);
	return is_null ? 0 : DatumGetInt32(number);
}

List *
tool_store_read_calls(const pg_uuid_t *version_id, Jsonb *calls)
{
	static Statement read = {
		"SELECT c.call_id, c.tool, c.arguments, c.mcp_id, c.workflow_id, c.error"
		" FROM mcp._read_tool_calls($1, $2) AS c",
		2,
		{UUIDOID, JSONBOID},
		NULL};
	Datum values[2] = {UUIDPGetDatum(version_id), JsonbPGetDatum(calls)};
	List *found = NIL;

	statement_run(&read, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
		found = lappend(found, read_call(i));
	return found;
}

void
tool_store_add_calls(const ToolRound *round, int number, List *calls)
{
	static Statement add = {
		"INSERT INTO mcp.tool_calls (run_id, step_ordinal, round, place,"
		" call_id, tool, arguments, child_run_id, content, is_error)"
		" SELECT $1, $2, $3, u.place - 1, u.call_id, u.tool, u.arguments,"
		" u.child, u.error, CASE WHEN u.error IS NOT NULL THEN true END"
		" FROM unnest($4, $5, $6, $7, $8) WITH ORDINALITY"
		" AS u (call_id, tool, arguments, child, error, place)",
		8,
		{UUIDOID,
	     INT4OID,
	     INT4OID,
	     TEXTARRAYOID,
	     TEXTARRAYOID,
	     JSONBARRAYOID,
	     UUIDARRAYOID,
	     TEXTARRAYOID},
		NULL};
	static const Oid types[5] = {TEXTOID, TEXTOID, JSONBOID, UUIDOID, TEXTOID};
	Column columns[5];
	Datum values[8] = {UUIDPGetDatum(&round->run->run_id),
	                   Int32GetDatum(round->slot),
	                   Int32GetDatum(number)};
	ListCell *cell;

	for (int i = 0; i < 5; i++)
		column_init(&columns[i], types[i], list_length(calls));
	foreach (cell, calls)
	{
		const ToolCall *call = lfirst(cell);

		column_add_text(&columns[0], call->call_id);
		column_add_text(&columns[1], call->tool);
		column_add_pointer(&columns[2], call->arguments);
		column_add_pointer(&columns[3],
		                   call->error == NULL ? &call->child_run_id : NULL);
		column_add_text(&columns[4], call->error);
	}
	for (int i = 0; i < 5; i++)
		values[3 + i] = column_array(&columns[i]);
	statement_run(&add, values, NULL);
}

bool
tool_store_settle(const LiveRun *run, int slot, bool *is_followed)
{
	static Statement settle = {"SELECT s.is_over, s.is_followed"
	                           " FROM mcp._settle_tool_calls($1, $2) AS s",
	                           2,
	                           {UUIDOID, INT4OID},
	                           NULL};
	Datum values[2] = {UUIDPGetDatum(&run->run_id), Int32GetDatum(slot)};
	bool is_null;

	statement_run(&settle, values, NULL);
	*is_followed = DatumGetBool(get(0, 1, &is_null));
	return DatumGetBool(get(0, 0, &is_null));
}

List *
tool_store_find_children(const LiveRun *run, int slot)
{
	static Statement find = {"SELECT c.child_run_id"
	                         " FROM mcp.tool_calls AS c"
	                         " JOIN mcp.live_runs AS l"
	                         " ON l.run_id = c.child_run_id"
	                         " WHERE c.run_id = $1"
	                         " AND c.step_ordinal = $2"
	                         " AND c.is_error IS NULL",
	                         2,
	                         {UUIDOID, INT4OID},
	                         NULL};
	Datum values[2] = {UUIDPGetDatum(&run->run_id), Int32GetDatum(slot)};
	List *children = NIL;

	statement_run(&find, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		pg_uuid_t *child = palloc_object(pg_uuid_t);
		bool is_null;

		*child = *DatumGetUUIDP(get(i, 0, &is_null));
		children = lappend(children, child);
	}
	return children;
}

void
tool_store_remember(const LiveRun *run, const pg_uuid_t *mcp_id,
                    const pg_uuid_t *version_id, Jsonb *exchange)
{
	static Statement remember = {
		"SELECT mcp._remember($1, $2::name, $3, $4, $5)",
		5,
		{UUIDOID, TEXTOID, UUIDOID, UUIDOID, JSONBOID},
		NULL};
	Datum values[5] = {UUIDPGetDatum(&run->run_id),
	                   CStringGetTextDatum(run->owner),
	                   UUIDPGetDatum(mcp_id),
	                   UUIDPGetDatum(version_id),
	                   JsonbPGetDatum(exchange)};

	statement_run(&remember, values, NULL);
}

static ToolCall *
read_call(uint64 row)
{
	ToolCall *call = palloc0_object(ToolCall);
	bool is_no_mcp;
	bool is_no_workflow;
	bool is_null;
	Datum mcp_id = get(row, READ_MCP, &is_no_mcp);
	Datum workflow_id = get(row, READ_WORKFLOW, &is_no_workflow);
	Datum error = get(row, READ_ERROR, &is_null);

	if (!is_null)
		call->error = TextDatumGetCString(error);
	call->call_id = TextDatumGetCString(get(row, READ_CALL_ID, &is_null));
	call->tool = TextDatumGetCString(get(row, READ_TOOL, &is_null));
	call->arguments = DatumGetJsonbPCopy(get(row, READ_ARGUMENTS, &is_null));
	call->is_workflow = !is_no_workflow;
	if (!is_no_workflow)
		call->target_id = *DatumGetUUIDP(workflow_id);
	else if (!is_no_mcp)
		call->target_id = *DatumGetUUIDP(mcp_id);
	return call;
}

static Datum
get(uint64 row, int column, bool *is_null)
{
	return SPI_getbinval(
		SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1, is_null);
}
