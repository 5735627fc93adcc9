/*
 * workflow_lookup.c
 *		One workflow by its id or slug.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "access.h"
#include "json_text.h"
#include "mcp_error.h"
#include "slug.h"
#include "statement.h"
#include "workflow_lookup.h"

/* $1 is the id, or null: then $2 is the slug, which is looked up only then. */
#define FIND_WORKFLOW                                           \
	"SELECT d.workflow_id, d.name, d.slug, d.latest_version, "  \
	"d.owner "                                                  \
	"FROM mcp.workflow_definitions AS d "                       \
	"WHERE d.workflow_id = coalesce($1, (SELECT s.workflow_id " \
	"FROM mcp.workflow_definitions AS s WHERE s.slug = $2)) "

static Statement find_workflow[] = {
	[WORKFLOW_READ] = {FIND_WORKFLOW, 2, {UUIDOID, TEXTOID}, NULL},
	[WORKFLOW_CHANGE] = {FIND_WORKFLOW "FOR NO KEY UPDATE OF d",
                         2,
                         {UUIDOID, TEXTOID},
                         NULL},
	[WORKFLOW_DELETE] = {FIND_WORKFLOW "FOR UPDATE OF d",
                         2,
                         {UUIDOID, TEXTOID},
                         NULL},
};

static uint64 run_find(const char *workflow, WorkflowLock lock);
static Datum column(int number);
static char *column_text(int number);

void
workflow_lookup(const char *workflow, WorkflowLock lock, WorkflowRow *row)
{
	if (run_find(workflow, lock) == 0)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("workflow %s does not exist",
		                json_text_quote(workflow, (int) strlen(workflow))),
		         errhint("Give the id or the slug of one that "
		                 "mcp.list_workflows() shows.")));

	row->id = *DatumGetUUIDP(column(1));
	row->name = column_text(2);
	row->slug = column_text(3);
	row->version = DatumGetInt32(column(4));
	if (lock != WORKFLOW_READ)
		access_require_ownership("workflow", row->name, column_text(5));
}

static uint64
run_find(const char *workflow, WorkflowLock lock)
{
	bool is_id = slug_is_id(workflow);
	Datum values[2] = {
		is_id ? DirectFunctionCall1(uuid_in, CStringGetDatum(workflow))
			  : (Datum) 0,
		CStringGetTextDatum(workflow)};
	const char *nulls = is_id ? "  " : "n ";

	return lock == WORKFLOW_READ
	           ? statement_read(&find_workflow[lock], values, nulls)
	           : statement_run(&find_workflow[lock], values, nulls);
}

static Datum
column(int number)
{
	bool is_null;

	return SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number, &is_null);
}

static char *
column_text(int number)
{
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number);
}
