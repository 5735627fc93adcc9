/*
 * workflow_way_back.c
 *		Which workflows run a given one, as a step or a fallback, by whatever
 *		detours.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"

#include "json_text.h"
#include "name_map.h"
#include "statement.h"
#include "workflow_way_back.h"

/* Of a longer way the first stations are named. */
#define STATIONS_NAMED 8

/*
 * Level by level, so a workflow is found first by a shortest way.  UNION forgets
 * what comes again: loops are refused, but a superuser may write the table.
 */
static Statement find = {"WITH RECURSIVE way AS ("
                         "SELECT w.workflow_id, w.name, NULL::uuid AS next "
                         "FROM mcp.workflow_definitions AS w "
                         "WHERE w.workflow_id = $1 "
                         "UNION "
                         "SELECT w.workflow_id, w.name, y.workflow_id "
                         "FROM way AS y "
                         "JOIN mcp.workflow_definitions AS w "
                         "ON w.fallback_workflow_id = y.workflow_id "
                         "OR w.steps @> jsonb_build_array("
                         "jsonb_build_object('workflow_id', y.workflow_id)) "
                         "WHERE w.workflow_id <> $1"
                         ") "
                         "SELECT y.workflow_id, y.name, y.next FROM way AS y",
                         1,
                         {UUIDOID},
                         NULL};

typedef struct Station
{
	char *name;
	char *next; /* the id of the one after it; NULL at the end */
} Station;

struct WayBack
{
	NameMap *places; /* by id */
	Station *stations;
};

WayBack *
workflow_way_back_find(const pg_uuid_t *workflow, WorkflowLock lock)
{
	Datum values[1] = {UUIDPGetDatum(workflow)};
	uint64 rows = lock == WORKFLOW_READ ? statement_read(&find, values, NULL)
	                                    : statement_run(&find, values, NULL);
	WayBack *way = palloc_object(WayBack);

	way->places = name_map_create();
	way->stations = palloc_array(Station, (Size) rows + 1);
	for (uint64 row = 0; row < rows; row++)
	{
		HeapTuple tuple = SPI_tuptable->vals[row];
		TupleDesc columns = SPI_tuptable->tupdesc;

		(void) name_map_add(
			way->places, SPI_getvalue(tuple, columns, 1), (int) row);
		way->stations[row] = (Station){SPI_getvalue(tuple, columns, 2),
		                               SPI_getvalue(tuple, columns, 3)};
	}
	return way;
}

bool
workflow_way_back_has(const WayBack *way, const char *id)
{
	return name_map_find(way->places, id) >= 0;
}

char *
workflow_way_back_print(const WayBack *way, const char *id)
{
	const Station *station = &way->stations[name_map_find(way->places, id)];
	StringInfoData names;

	initStringInfo(&names);
	for (int count = 0; station->next != NULL; count++)
	{
		if (count == STATIONS_NAMED)
		{
			appendStringInfoString(&names, "... -> ");
			break;
		}
		appendStringInfo(
			&names,
			"%s -> ",
			json_text_quote(station->name, (int) strlen(station->name)));
		station = &way->stations[name_map_find(way->places, station->next)];
	}
	return names.data;
}
