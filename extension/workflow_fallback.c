/*
 * workflow_fallback.c
 *		The workflow that another one falls back to: it exists, and the way never
 *		leads back.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "json_text.h"
#include "slug.h"
#include "statement.h"
#include "workflow_fallback.h"

/*
 * The fallback ($1 is its id, or null and then $2 its slug), its own fallback
 * and so on, up to the workflow $3 itself.  The cycle clause is a net: loops are
 * refused here, but a superuser may write the table.
 */
static Statement find_chain = {
	"WITH RECURSIVE chain AS ("
	"SELECT w.workflow_id, w.name, w.fallback_workflow_id, 1 AS place "
	"FROM mcp.workflow_definitions AS w "
	"WHERE w.workflow_id = coalesce($1, (SELECT s.workflow_id "
	"FROM mcp.workflow_definitions AS s WHERE s.slug = $2)) "
	"UNION ALL "
	"SELECT w.workflow_id, w.name, w.fallback_workflow_id, c.place + 1 "
	"FROM chain AS c "
	"JOIN mcp.workflow_definitions AS w "
	"ON w.workflow_id = c.fallback_workflow_id "
	"WHERE c.workflow_id IS DISTINCT FROM $3"
	") CYCLE workflow_id SET is_repeated USING path "
	"SELECT c.workflow_id, c.name, "
	"c.workflow_id IS NOT DISTINCT FROM $3 "
	"FROM chain AS c "
	"WHERE NOT c.is_repeated "
	"ORDER BY c.place",
	3,
	{UUIDOID, TEXTOID, UUIDOID},
	NULL};

/*
 * Two transactions could each close one half of a loop that neither sees, so
 * whoever sets a fallback waits for the one before.
 */
static Statement wait_for_others = {
	"SELECT pg_advisory_xact_lock("
	"'mcp.workflow_definitions'::regclass::bigint)",
	0,
	{0},
	NULL};

/* Against a deletion between our look and our commit. */
static Statement keep_fallback = {
	"SELECT FROM mcp.workflow_definitions AS w "
	"WHERE w.workflow_id = coalesce($1, (SELECT s.workflow_id "
	"FROM mcp.workflow_definitions AS s WHERE s.slug = $2)) "
	"FOR KEY SHARE OF w",
	2,
	{UUIDOID, TEXTOID},
	NULL};

static uint64
run(const char *fallback, const pg_uuid_t *self, WorkflowLock lock);
static bool leads_back(uint64 rows);
static void add_loop_problem(const Workflow *workflow, uint64 rows,
                             const JsonPath *path, ProblemList *problems);
static char *quote(const char *text);

void
workflow_fallback_find(Workflow *workflow, const pg_uuid_t *self,
                       WorkflowLock lock, ProblemList *problems)
{
	const char *fallback = workflow->error_handling.fallback;
	JsonPath root = json_path_root();
	JsonPath handling = json_path_key(&root, "error_handling", 14);
	JsonPath path = json_path_key(&handling, "fallback_workflow_id", 20);
	uint64 rows;

	if (fallback == NULL)
		return;
	rows = run(fallback, self, lock);
	if (rows == 0)
	{
		problem_add(problems,
		            PROBLEM_REFERENCE,
		            "unknown_workflow",
		            &path,
		            "Give the id or the slug of one that mcp.list_workflows() "
		            "shows.",
		            "workflow %s does not exist",
		            quote(fallback));
		return;
	}
	workflow->error_handling.fallback_id =
		SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (leads_back(rows))
		add_loop_problem(workflow, rows, &path, problems);
}

static uint64
run(const char *fallback, const pg_uuid_t *self, WorkflowLock lock)
{
	bool is_id = slug_is_id(fallback);
	char nulls[] = "   ";
	Datum values[3] = {
		is_id ? DirectFunctionCall1(uuid_in, CStringGetDatum(fallback))
			  : (Datum) 0,
		CStringGetTextDatum(fallback),
		UUIDPGetDatum(self)};

	nulls[0] = is_id ? ' ' : 'n';
	nulls[2] = self == NULL ? 'n' : ' ';
	if (lock == WORKFLOW_READ)
		return statement_read(&find_chain, values, nulls);
	(void) statement_run(&wait_for_others, NULL, NULL);
	(void) statement_run(&keep_fallback, values, nulls);
	return statement_run(&find_chain, values, nulls);
}

/* The chain stops at the workflow itself, so only its end can be that. */
static bool
leads_back(uint64 rows)
{
	bool is_null;

	return DatumGetBool(SPI_getbinval(
		SPI_tuptable->vals[rows - 1], SPI_tuptable->tupdesc, 3, &is_null));
}

/* Its own name stands at both ends, as the document has it. */
static void
add_loop_problem(const Workflow *workflow, uint64 rows, const JsonPath *path,
                 ProblemList *problems)
{
	const char *name = quote(workflow->name == NULL ? "" : workflow->name);
	StringInfoData names;

	initStringInfo(&names);
	for (uint64 row = 0; row + 1 < rows; row++)
		appendStringInfo(&names,
		                 "%s -> ",
		                 quote(SPI_getvalue(SPI_tuptable->vals[row],
		                                    SPI_tuptable->tupdesc,
		                                    2)));
	problem_add(
		problems,
		PROBLEM_LOOP,
		"fallback_loop",
		path,
		"A chain of fallbacks must end with a workflow that has none.",
		"%s",
		rows == 1
			? psprintf("workflow %s falls back to itself", name)
			: psprintf(
				  "workflows fall back to each other in a loop: %s -> %s%s",
				  name,
				  names.data,
				  name));
}

static char *
quote(const char *text)
{
	return json_text_quote(text, (int) strlen(text));
}
