/*
 * fn_workflow_explain.c
 *		The SQL face of how a workflow will run: what waits for what, and which
 *		steps decide how long it takes.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "graph.h"
#include "workflow_definition.h"
#include "workflow_registry.h"
#include "workflow_words.h"

PG_FUNCTION_INFO_V1(mcp_explain_workflow);

static Workflow *read_workflow(const char *name);
static Graph *make_graph(const Workflow *workflow);
static int *sort_by_level(const Graph *graph, int step_count);
static void put_step(ReturnSetInfo *result, const Workflow *workflow,
                     const Graph *graph, int step);
static Datum
ids_of_befores(const Workflow *workflow, const Graph *graph, int step);
static Datum words_of(const WorkflowStep *step);

Datum
mcp_explain_workflow(PG_FUNCTION_ARGS)
{
	Workflow *workflow = read_workflow(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	Graph *graph = make_graph(workflow);
	int *steps = sort_by_level(graph, workflow->step_count);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < workflow->step_count; i++)
		put_step(
			(ReturnSetInfo *) fcinfo->resultinfo, workflow, graph, steps[i]);
	return (Datum) 0;
}

/* What is stored was checked, but a superuser may write the table. */
static Workflow *
read_workflow(const char *name)
{
	ProblemList *problems = problem_list_create();
	Workflow *workflow = workflow_definition_read(
		workflow_registry_get_definition(name), problems);

	problem_raise_first(problems);
	return workflow;
}

/* In sequential mode each step waits for the one that runs before it. */
static Graph *
make_graph(const Workflow *workflow)
{
	int most = workflow->edge_count + workflow->step_count;
	GraphEdge *edges = palloc((Size) most * sizeof(GraphEdge));
	int count = workflow->edge_count;

	if (count > 0)
		memcpy(edges, workflow->edges, (Size) count * sizeof(GraphEdge));
	if (workflow->mode == WORKFLOW_SEQUENTIAL)
	{
		for (int i = 1; i < workflow->step_count; i++)
			edges[count++] = (GraphEdge){.before = workflow->order[i - 1],
			                             .after = workflow->order[i]};
	}
	return graph_init(palloc_extended(graph_size(workflow->step_count, count),
	                                  MCXT_ALLOC_HUGE),
	                  workflow->step_count,
	                  edges,
	                  count);
}

/* Within a level in list order: a counting sort. */
static int *
sort_by_level(const Graph *graph, int step_count)
{
	int level_count = graph_longest_path(graph);
	int *ends = palloc0(((Size) level_count + 1) * sizeof(int));
	int *sorted = palloc((Size) step_count * sizeof(int));

	for (int i = 0; i < step_count; i++)
		ends[graph_level(graph, i) + 1]++;
	for (int level = 1; level <= level_count; level++)
		ends[level] += ends[level - 1];
	for (int i = 0; i < step_count; i++)
		sorted[ends[graph_level(graph, i)]++] = i;
	return sorted;
}

/*
 * Levels count from 1 for humans.  The function of 1.0 has the first five columns
 * only, and a row of it as many values as it has columns.
 */
static void
put_step(ReturnSetInfo *result, const Workflow *workflow, const Graph *graph,
         int step)
{
	bool nulls[7] = {false};
	Datum values[7] = {
		Int32GetDatum(graph_level(graph, step) + 1),
		CStringGetTextDatum(workflow->steps[step].step_id),
		CStringGetTextDatum(workflow->steps[step].name),
		ids_of_befores(workflow, graph, step),
		BoolGetDatum(graph_slack(graph, step) == 0),
		CStringGetTextDatum(workflow_words_kind(&workflow->steps[step])),
		words_of(&workflow->steps[step]),
	};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static Datum
ids_of_befores(const Workflow *workflow, const Graph *graph, int step)
{
	const int *befores;
	int count = graph_befores(graph, step, &befores);
	Datum *ids = palloc((Size) count * sizeof(Datum));

	for (int i = 0; i < count; i++)
		ids[i] = CStringGetTextDatum(workflow->steps[befores[i]].step_id);
	return PointerGetDatum(
		construct_array(ids, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
words_of(const WorkflowStep *step)
{
	List *words = workflow_words_of(step);
	Datum *texts = palloc_array(Datum, (Size) list_length(words) + 1);
	ListCell *cell;

	foreach (cell, words)
		texts[foreach_current_index(cell)] = CStringGetTextDatum(lfirst(cell));
	return PointerGetDatum(construct_array(
		texts, list_length(words), TEXTOID, -1, false, TYPALIGN_INT));
}
