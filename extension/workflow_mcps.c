/*
 * workflow_mcps.c
 *		The MCPs that the steps of a workflow use, and their versions.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "json_text.h"
#include "slug.h"
#include "statement.h"
#include "workflow_mcps.h"

/*
 * One row for each step whose MCP exists.  By step, $1 is the id of the MCP or
 * empty, $2 then its slug, and $3 the version or empty for the latest.  The
 * schemas are those of the version, or else of its kind.
 */
#define FIND_MCPS                                               \
	"SELECT g.place::integer - 1, d.id, d.latest_version_str, " \
	"v.id IS NOT NULL, "                                        \
	"coalesce(v.input_schema, t.input_schema), "                \
	"coalesce(v.output_schema, t.output_schema) "               \
	"FROM unnest($1, $2, $3) "                                  \
	"WITH ORDINALITY AS g (id, slug, version, place) "          \
	"JOIN mcp.mcp_definitions AS d "                            \
	"ON d.id = coalesce(nullif(g.id, '')::uuid, (SELECT s.id "  \
	"FROM mcp.mcp_definitions AS s WHERE s.slug = g.slug)) "    \
	"JOIN mcp.mcp_types AS t ON t.type = d.type "               \
	"LEFT JOIN mcp.mcp_versions AS v ON v.mcp_id = d.id "       \
	"AND v.version_str = coalesce(nullif(g.version, ''), d.latest_version_str) "

static Statement look = {
	FIND_MCPS, 3, {TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID}, NULL};

/* Against a deletion between our look and our commit. */
static Statement look_and_lock = {FIND_MCPS "FOR KEY SHARE OF d",
                                  3,
                                  {TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID},
                                  NULL};

/* What was found for one step. */
typedef struct Found
{
	bool has_version;
	char *latest;
	StepSchemas schemas;
} Found;

typedef const char *(*StepText)(const WorkflowStep *step);

static uint64 run(const Workflow *workflow, WorkflowLock lock);
static Datum text_array(const Workflow *workflow, StepText text_of);
static const char *id_of(const WorkflowStep *step);
static const char *slug_of(const WorkflowStep *step);
static const char *version_of(const WorkflowStep *step);
static Jsonb *take_schema(uint64 row, int column);
static void take_row(Workflow *workflow, Found *found, uint64 row);
static void check_step(const WorkflowStep *step, const Found *found,
                       const JsonPath *path, ProblemList *problems);
static char *quote(const char *text);

void
workflow_mcps_find(Workflow *workflow, WorkflowLock lock, StepSchemas *schemas,
                   ProblemList *problems)
{
	Found *found = palloc0((Size) workflow->step_count * sizeof(Found));
	JsonPath root = json_path_root();
	JsonPath steps = json_path_key(&root, "steps", 5);
	uint64 rows = run(workflow, lock);

	for (uint64 row = 0; row < rows; row++)
		take_row(workflow, found, row);
	for (int i = 0; i < workflow->step_count; i++)
		schemas[i] = found[i].schemas;
	for (int i = 0; i < workflow->step_count && !problem_is_full(problems); i++)
	{
		JsonPath path = json_path_item(&steps, i);

		check_step(&workflow->steps[i], &found[i], &path, problems);
	}
}

static uint64
run(const Workflow *workflow, WorkflowLock lock)
{
	Datum values[3] = {text_array(workflow, id_of),
	                   text_array(workflow, slug_of),
	                   text_array(workflow, version_of)};

	return lock == WORKFLOW_READ ? statement_read(&look, values, NULL)
	                             : statement_run(&look_and_lock, values, NULL);
}

static Datum
text_array(const Workflow *workflow, StepText text_of)
{
	int count = workflow->step_count;
	Datum *texts = palloc((Size) count * sizeof(Datum));

	for (int i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(text_of(&workflow->steps[i]));
	return PointerGetDatum(
		construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* A step whose mcp_id had a problem asks for nothing: no slug is empty. */
static const char *
id_of(const WorkflowStep *step)
{
	return step->mcp != NULL && slug_is_id(step->mcp) ? step->mcp : "";
}

static const char *
slug_of(const WorkflowStep *step)
{
	return step->mcp != NULL ? step->mcp : "";
}

static const char *
version_of(const WorkflowStep *step)
{
	return step->version != NULL ? step->version : "";
}

static void
take_row(Workflow *workflow, Found *found, uint64 row)
{
	HeapTuple tuple = SPI_tuptable->vals[row];
	TupleDesc columns = SPI_tuptable->tupdesc;
	bool is_null;
	int place = DatumGetInt32(SPI_getbinval(tuple, columns, 1, &is_null));

	workflow->steps[place].mcp_id = SPI_getvalue(tuple, columns, 2);
	found[place].latest = SPI_getvalue(tuple, columns, 3);
	found[place].has_version =
		DatumGetBool(SPI_getbinval(tuple, columns, 4, &is_null));
	found[place].schemas.input = take_schema(row, 5);
	found[place].schemas.output = take_schema(row, 6);
}

static Jsonb *
take_schema(uint64 row, int column)
{
	bool is_null;
	Datum schema = SPI_getbinval(
		SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null);

	return is_null ? NULL : DatumGetJsonbPCopy(schema);
}

static void
check_step(const WorkflowStep *step, const Found *found, const JsonPath *path,
           ProblemList *problems)
{
	JsonPath mcp = json_path_key(path, "mcp_id", 6);
	JsonPath version = json_path_key(path, "mcp_version_id", 14);

	if (step->mcp != NULL && step->mcp_id == NULL)
		problem_add(problems,
		            PROBLEM_REFERENCE,
		            "unknown_mcp",
		            &mcp,
		            "Give the id or the slug of one that mcp.list_mcps() "
		            "shows.",
		            "MCP %s does not exist",
		            quote(step->mcp));
	else if (step->mcp != NULL && !found->has_version)
		problem_add(problems,
		            PROBLEM_REFERENCE,
		            "unknown_mcp_version",
		            &version,
		            psprintf("The latest version is \"%s\"; without "
		                     "\"mcp_version_id\" a run takes the latest there "
		                     "is when it starts.",
		                     found->latest),
		            "MCP %s has no version %s",
		            quote(step->mcp),
		            quote(step->version));
}

static char *
quote(const char *text)
{
	return json_text_quote(text, (int) strlen(text));
}
