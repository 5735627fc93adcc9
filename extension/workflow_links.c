/*
 * workflow_links.c
 *		The other workflows that one names, as its fallback or as its steps: they
 *		exist, and no way leads back from them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "json_text.h"
#include "slug.h"
#include "statement.h"
#include "workflow_links.h"
#include "workflow_way_back.h"

/* By link, $1 is the id or empty, and then $2 the slug. */
#define FIND_WORKFLOWS                                             \
	"SELECT g.place::integer - 1, w.workflow_id, "                 \
	"v.definition -> 'input_schema' "                              \
	"FROM unnest($1, $2) WITH ORDINALITY AS g (id, slug, place) "  \
	"JOIN mcp.workflow_definitions AS w "                          \
	"ON w.workflow_id = coalesce(nullif(g.id, '')::uuid, (SELECT " \
	"s.workflow_id FROM mcp.workflow_definitions AS s "            \
	"WHERE s.slug = g.slug)) "                                     \
	"JOIN mcp.workflow_versions AS v "                             \
	"ON v.workflow_id = w.workflow_id AND v.version = w.latest_version "

static Statement look = {FIND_WORKFLOWS, 2, {TEXTARRAYOID, TEXTARRAYOID}, NULL};

/* Against a deletion between our look and our commit. */
static Statement look_and_lock = {
	FIND_WORKFLOWS "FOR KEY SHARE OF w", 2, {TEXTARRAYOID, TEXTARRAYOID}, NULL};

/*
 * Two transactions could each close one half of a loop that neither sees, so
 * whoever names a workflow waits for the one before.
 */
static Statement wait_for_others = {
	"SELECT pg_advisory_xact_lock("
	"'mcp.workflow_definitions'::regclass::bigint)",
	0,
	{0},
	NULL};

/* All links of a workflow: that of its fallback first, then by step. */
typedef struct Links
{
	Workflow *workflow;
	WorkflowLink **links;
	int *steps; /* by link; -1: the fallback */
	int count;
	StepSchemas *schemas; /* by step */
	ProblemList *problems;
} Links;

typedef const char *(*LinkText)(const WorkflowLink *link);

static void collect(Links *links);
static void add(Links *links, WorkflowLink *link, int step);
static void resolve(const Links *links, WorkflowLock lock);
static void take_row(const Links *links, uint64 row);
static Datum text_array(const Links *links, LinkText text_of);
static const char *id_of(const WorkflowLink *link);
static const char *slug_of(const WorkflowLink *link);
static void check(const Links *links, int i, const WayBack *way);
static void add_loop_problem(const Links *links, int i, const WayBack *way,
                             const JsonPath *path);
static char *quote(const char *text);

void
workflow_links_find(Workflow *workflow, const pg_uuid_t *self,
                    WorkflowLock lock, StepSchemas *schemas,
                    ProblemList *problems)
{
	Links links = {
		.workflow = workflow, .schemas = schemas, .problems = problems};
	WayBack *way = NULL;

	collect(&links);
	if (links.count == 0)
		return;
	if (lock != WORKFLOW_READ)
		(void) statement_run(&wait_for_others, NULL, NULL);
	resolve(&links, lock);
	/* Nobody can have named one that is new. */
	if (self != NULL)
		way = workflow_way_back_find(self, lock);
	for (int i = 0; i < links.count && !problem_is_full(problems); i++)
		check(&links, i, way);
}

static void
collect(Links *links)
{
	Workflow *workflow = links->workflow;
	Size most = (Size) workflow->step_count + 1;

	links->links = palloc_array(WorkflowLink *, most);
	links->steps = palloc_array(int, most);
	add(links, &workflow->error_handling.fallback, -1);
	for (int i = 0; i < workflow->step_count; i++)
		add(links, &workflow->steps[i].workflow, i);
}

static void
add(Links *links, WorkflowLink *link, int step)
{
	if (link->given == NULL)
		return;
	links->links[links->count] = link;
	links->steps[links->count++] = step;
}

static void
resolve(const Links *links, WorkflowLock lock)
{
	Datum values[2] = {text_array(links, id_of), text_array(links, slug_of)};
	uint64 rows = lock == WORKFLOW_READ
	                  ? statement_read(&look, values, NULL)
	                  : statement_run(&look_and_lock, values, NULL);

	for (uint64 row = 0; row < rows; row++)
		take_row(links, row);
}

static void
take_row(const Links *links, uint64 row)
{
	HeapTuple tuple = SPI_tuptable->vals[row];
	TupleDesc columns = SPI_tuptable->tupdesc;
	bool is_null;
	int place = DatumGetInt32(SPI_getbinval(tuple, columns, 1, &is_null));
	int step = links->steps[place];
	Datum schema = SPI_getbinval(tuple, columns, 3, &is_null);

	links->links[place]->id = SPI_getvalue(tuple, columns, 2);
	if (step >= 0 && !is_null)
		links->schemas[step].input = DatumGetJsonbPCopy(schema);
}

static Datum
text_array(const Links *links, LinkText text_of)
{
	Datum *texts = palloc_array(Datum, (Size) links->count);

	for (int i = 0; i < links->count; i++)
		texts[i] = CStringGetTextDatum(text_of(links->links[i]));
	return PointerGetDatum(
		construct_array(texts, links->count, TEXTOID, -1, false, TYPALIGN_INT));
}

static const char *
id_of(const WorkflowLink *link)
{
	return slug_is_id(link->given) ? link->given : "";
}

static const char *
slug_of(const WorkflowLink *link)
{
	return link->given;
}

static void
check(const Links *links, int i, const WayBack *way)
{
	const WorkflowLink *link = links->links[i];
	bool is_step = links->steps[i] >= 0;
	JsonPath root = json_path_root();
	JsonPath parent = is_step ? json_path_key(&root, "steps", 5)
	                          : json_path_key(&root, "error_handling", 14);
	JsonPath step = json_path_item(&parent, links->steps[i]);
	JsonPath path = is_step
	                    ? json_path_key(&step, "workflow", 8)
	                    : json_path_key(&parent, "fallback_workflow_id", 20);

	if (link->id == NULL)
		problem_add(links->problems,
		            PROBLEM_REFERENCE,
		            "unknown_workflow",
		            &path,
		            "Give the id or the slug of one that mcp.list_workflows() "
		            "shows.",
		            "workflow %s does not exist",
		            quote(link->given));
	else if (way != NULL && workflow_way_back_has(way, link->id))
		add_loop_problem(links, i, way, &path);
}

/* Its own name stands at both ends, as the document has it. */
static void
add_loop_problem(const Links *links, int i, const WayBack *way,
                 const JsonPath *path)
{
	const char *given = links->workflow->name;
	const char *name = quote(given == NULL ? "" : given);
	bool is_step = links->steps[i] >= 0;
	const char *between = workflow_way_back_print(way, links->links[i]->id);

	problem_add(
		links->problems,
		PROBLEM_LOOP,
		is_step ? "workflow_loop" : "fallback_loop",
		path,
		is_step
			? "A workflow cannot be a part of itself; repeat a step with "
			  "\"for_each\" or \"retry\" instead."
			: "A chain of fallbacks must end with a workflow that has none.",
		"%s",
		between[0] == '\0'
			? psprintf("workflow %s %s itself",
	                   name,
	                   is_step ? "runs" : "falls back to")
			: psprintf("workflows %s each other in a loop: %s -> %s%s",
	                   is_step ? "run" : "fall back to",
	                   name,
	                   between,
	                   name));
}

static char *
quote(const char *text)
{
	return json_text_quote(text, (int) strlen(text));
}
