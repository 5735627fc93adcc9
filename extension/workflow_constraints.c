/*
 * workflow_constraints.c
 *		The policies of the house, held against a workflow.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "statement.h"
#include "workflow_constraints.h"

static Statement select_violations = {
	"SELECT v.step_place, v.rule, v.message, v.hint "
	"FROM mcp._constraint_violations($1::uuid[]) AS v",
	1,
	{TEXTARRAYOID},
	NULL};

/* As the database says them; a problem keeps its rule by pointer. */
static const char *const rules[] = {"constraint_max_workflow_steps",
                                    "constraint_allowed_mcp_types",
                                    "constraint_prohibited_mcp_types",
                                    "constraint_required_tags_all_steps",
                                    "constraint_prohibited_tags_any_step"};

static Datum mcp_ids(const Workflow *workflow);
static void add_violation(HeapTuple row, ProblemList *problems);
static const char *find_rule(const char *name);

void
workflow_constraints_check(const Workflow *workflow, ProblemList *problems)
{
	Datum values[1] = {mcp_ids(workflow)};
	uint64 count = statement_run(&select_violations, values, NULL);

	for (uint64 i = 0; i < count; i++)
		add_violation(SPI_tuptable->vals[i], problems);
}

/* Steps without an MCP count as steps, and have nothing else to be held to. */
static Datum
mcp_ids(const Workflow *workflow)
{
	int count = workflow->step_count;
	int lower_bound = 1;
	Datum *ids = palloc_array(Datum, (Size) count + 1);
	bool *nulls = palloc_array(bool, (Size) count + 1);

	for (int i = 0; i < count; i++)
	{
		const char *mcp_id = workflow->steps[i].mcp_id;

		nulls[i] = mcp_id == NULL;
		ids[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(mcp_id);
	}
	return PointerGetDatum(construct_md_array(
		ids, nulls, 1, &count, &lower_bound, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
add_violation(HeapTuple row, ProblemList *problems)
{
	TupleDesc columns = SPI_tuptable->tupdesc;
	JsonPath root = json_path_root();
	JsonPath steps = json_path_key(&root, "steps", 5);
	JsonPath step;
	bool is_whole;
	Datum place = SPI_getbinval(row, columns, 1, &is_whole);

	if (!is_whole)
		step = json_path_item(&steps, DatumGetInt32(place));
	problem_add(problems,
	            PROBLEM_CONSTRAINT,
	            find_rule(SPI_getvalue(row, columns, 2)),
	            is_whole ? &steps : &step,
	            SPI_getvalue(row, columns, 4),
	            "%s",
	            SPI_getvalue(row, columns, 3));
}

static const char *
find_rule(const char *name)
{
	for (size_t i = 0; i < lengthof(rules); i++)
	{
		if (strcmp(name, rules[i]) == 0)
			return rules[i];
	}
	return "constraint";
}
