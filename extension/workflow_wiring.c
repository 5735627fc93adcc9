/*
 * workflow_wiring.c
 *		How the steps of a workflow hang together: who waits for whom.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "json_text.h"
#include "name_map.h"
#include "workflow_fallback_steps.h"
#include "workflow_references.h"
#include "workflow_step_ids.h"
#include "workflow_wiring.h"

/* Of a longer loop the first members are named, and the last. */
#define MEMBERS_NAMED 8

/*
 * Comparisons of ids that one document may cost in looking for what was meant:
 * a few unknown steps in a long list get a suggestion each, thousands do not.
 */
#define COMPARISONS_MAX 50000

typedef struct Wiring
{
	Workflow *workflow;
	ProblemList *problems;
	NameMap *ordinals;     /* by step id */
	const char **step_ids; /* by ordinal */
	int comparisons;
	WorkflowFallbackSteps *fallbacks;
	int edge_capacity;
} Wiring;

/* What can be wrong with a reference; `what` ends "step \"a\" ...". */
typedef struct ReferenceRule
{
	ProblemKind kind;
	const char *rule;
	const char *what;
} ReferenceRule;

static const ReferenceRule unknown_step = {
	PROBLEM_REFERENCE, "unknown_step", "does not exist"};
static const ReferenceRule self_reference = {
	PROBLEM_LOOP, "self_reference", "waits for itself"};
static const ReferenceRule own_fallback = {
	PROBLEM_LOOP, "self_reference", "is its own fallback"};
static const ReferenceRule forward_reference = {
	PROBLEM_REFERENCE, "forward_reference", "comes later in the list"};
static const ReferenceRule late_reference = {
	PROBLEM_REFERENCE, "forward_reference", "runs later"};
static const ReferenceRule early_fallback = {
	PROBLEM_REFERENCE, "fallback_order", "comes earlier in the list"};
static const ReferenceRule shared_fallback = {
	PROBLEM_REFERENCE,
	"fallback_shared",
	"is the fallback of another step already"};
static const ReferenceRule fallback_reference = {
	PROBLEM_REFERENCE,
	"fallback_reference",
	"runs only where the step that it stands for has failed"};
static const ReferenceRule failed_result = {
	PROBLEM_REFERENCE,
	"failed_result",
	"has no result where its fallback runs"};

static void
resolve_reference(void *context, const WorkflowReference *reference);
static void
take_fallback(Wiring *wiring, const WorkflowReference *reference, int to);
static void
connect_reference(void *context, const WorkflowReference *reference);
static bool
check_chain(Wiring *wiring, const WorkflowReference *reference, int to);
static void add_edge(Wiring *wiring, int before, int after);
static void check_direction(void *context, const WorkflowReference *reference);
static void
add_problem(const Wiring *wiring, const WorkflowReference *reference,
            const ReferenceRule *rule, const char *hint);
static const char *suggest_step(Wiring *wiring, const char *target);
static void find_loops(const Wiring *wiring);
static void
add_loop_problem(const Wiring *wiring, const int *members, int count);
static JsonPath key_of(const JsonPath *parent, const char *key);
static char *quote(const char *text);

/* Who stands for whom must be known before it can be said who waits for whom. */
void
workflow_wiring_check(Workflow *workflow, ProblemList *problems)
{
	Wiring wiring = {.workflow = workflow,
	                 .problems = problems,
	                 .ordinals = workflow_step_ids_make(workflow, problems),
	                 .fallbacks =
	                     workflow_fallback_steps_create(workflow->step_count)};

	workflow_references_visit(workflow, resolve_reference, &wiring);
	workflow_fallback_steps_chain(wiring.fallbacks);
	workflow->order = wiring.fallbacks->order;
	workflow_references_visit(workflow, connect_reference, &wiring);
	find_loops(&wiring);
	if (workflow->mode == WORKFLOW_SEQUENTIAL)
		workflow_references_visit(workflow, check_direction, &wiring);
}

/* To a step that is there and is another one. */
static void
resolve_reference(void *context, const WorkflowReference *reference)
{
	Wiring *wiring = context;
	bool is_fallback = reference->use == WORKFLOW_FALLS_BACK_TO;
	int to = name_map_find(wiring->ordinals, reference->target);

	if (to < 0)
		add_problem(wiring,
		            reference,
		            &unknown_step,
		            suggest_step(wiring, reference->target));
	else if (to == reference->from)
		add_problem(wiring,
		            reference,
		            is_fallback ? &own_fallback : &self_reference,
		            "A step can refer only to other steps.");
	else if (is_fallback)
		take_fallback(wiring, reference, to);
}

static void
take_fallback(Wiring *wiring, const WorkflowReference *reference, int to)
{
	if (workflow_fallback_steps_set(wiring->fallbacks, reference->from, to))
		add_edge(wiring, reference->from, to);
	else
		add_problem(wiring,
		            reference,
		            &shared_fallback,
		            "Give each step a fallback of its own.");
}

/*
 * Whoever waits for a step waits for its fallbacks, too: for the last of them,
 * which waits for those before it.
 */
static void
connect_reference(void *context, const WorkflowReference *reference)
{
	Wiring *wiring = context;
	int from = reference->from;
	int to = name_map_find(wiring->ordinals, reference->target);
	int last;

	if (to < 0 || to == from || reference->use == WORKFLOW_FALLS_BACK_TO ||
	    !check_chain(wiring, reference, to) || from == WORKFLOW_ITSELF)
		return;
	add_edge(wiring, to, from);
	last = wiring->fallbacks->last[to];
	if (last != to && last != WORKFLOW_NO_STEP &&
	    wiring->fallbacks->head[from] != wiring->fallbacks->head[to])
		add_edge(wiring, last, from);
}

/* Only the head of a chain has a result for others, and none for its chain. */
static bool
check_chain(Wiring *wiring, const WorkflowReference *reference, int to)
{
	const int *heads = wiring->fallbacks->head;

	if (workflow_fallback_steps_has(wiring->fallbacks, to))
		add_problem(wiring,
		            reference,
		            &fallback_reference,
		            "Refer to the step that it stands for: the result of the "
		            "fallback is that one's.");
	else if (reference->use == WORKFLOW_USES_RESULT &&
	         reference->from != WORKFLOW_ITSELF &&
	         heads[reference->from] == heads[to])
		add_problem(wiring,
		            reference,
		            &failed_result,
		            "A fallback step runs because that one has failed.");
	else
		return true;
	return false;
}

static void
add_edge(Wiring *wiring, int before, int after)
{
	Workflow *workflow = wiring->workflow;

	if (workflow->edge_count == wiring->edge_capacity)
	{
		wiring->edge_capacity = Max(64, 2 * wiring->edge_capacity);
		workflow->edges =
			workflow->edges == NULL
				? palloc_array(GraphEdge, (Size) wiring->edge_capacity)
				: repalloc_huge(workflow->edges,
		                        (Size) wiring->edge_capacity *
		                            sizeof(GraphEdge));
	}
	workflow->edges[workflow->edge_count++] =
		(GraphEdge){.before = before, .after = after};
}

/* By the order in which the steps run: that of the list, but for fallbacks. */
static void
check_direction(void *context, const WorkflowReference *reference)
{
	Wiring *wiring = context;
	const int *places = wiring->fallbacks->place;
	int from = reference->from;
	int to = name_map_find(wiring->ordinals, reference->target);

	if (to < 0 || from == WORKFLOW_ITSELF || places[from] < 0 || places[to] < 0)
		return;
	if (reference->use == WORKFLOW_FALLS_BACK_TO)
	{
		if (to < from)
			add_problem(wiring,
			            reference,
			            &early_fallback,
			            "In sequential mode a fallback step comes after the "
			            "step that it stands for.");
	}
	else if (places[to] > places[from])
		add_problem(
			wiring,
			reference,
			to > from ? &forward_reference : &late_reference,
			to > from
				? "In sequential mode a step can refer only to steps before "
				  "it: move it, or set \"execution_mode\" to \"parallel\"."
				: "A fallback step runs right after the step that it stands "
				  "for, and can refer only to steps before that one.");
}

static void
add_problem(const Wiring *wiring, const WorkflowReference *reference,
            const ReferenceRule *rule, const char *hint)
{
	if (!problem_is_full(wiring->problems))
		problem_add(wiring->problems,
		            rule->kind,
		            rule->rule,
		            reference->path,
		            hint,
		            "step %s %s",
		            quote(reference->target),
		            rule->what);
}

/* Where nothing is near, or the document has had its share, the rule itself. */
static const char *
suggest_step(Wiring *wiring, const char *target)
{
	static const char *const rule =
		"Steps are named by their \"step_id\", and only those of the same "
		"workflow.";
	const Workflow *workflow = wiring->workflow;
	const char *nearest;

	if (wiring->comparisons + workflow->step_count > COMPARISONS_MAX)
		return rule;
	wiring->comparisons += workflow->step_count;
	if (wiring->step_ids == NULL)
	{
		wiring->step_ids = palloc((Size) workflow->step_count * sizeof(char *));
		for (int i = 0; i < workflow->step_count; i++)
			wiring->step_ids[i] = workflow->steps[i].step_id;
	}
	nearest = json_text_find_nearest(
		target, (int) strlen(target), wiring->step_ids, workflow->step_count);
	return nearest == NULL ? rule
	                       : psprintf("Did you mean %s?", quote(nearest));
}

static void
find_loops(const Wiring *wiring)
{
	const Workflow *workflow = wiring->workflow;
	void *memory =
		palloc_extended(graph_size(workflow->step_count, workflow->edge_count),
	                    MCXT_ALLOC_HUGE);
	Graph *graph = graph_init(
		memory, workflow->step_count, workflow->edges, workflow->edge_count);

	for (int i = 0; i < graph_loop_count(graph); i++)
	{
		const int *members;
		int count = graph_loop(graph, i, &members);

		if (!problem_is_full(wiring->problems))
			add_loop_problem(wiring, members, count);
	}
	pfree(memory);
}

static void
add_loop_problem(const Wiring *wiring, const int *members, int count)
{
	const WorkflowStep *steps = wiring->workflow->steps;
	JsonPath root = json_path_root();
	JsonPath list = key_of(&root, "steps");
	JsonPath path = json_path_item(&list, members[0]);
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < count; i++)
	{
		int skipped = i == MEMBERS_NAMED - 1 ? count - MEMBERS_NAMED : 0;

		if (skipped > 0)
			appendStringInfo(&names, "... (%d more) -> ", skipped);
		i += skipped;
		appendStringInfo(&names, "%s -> ", quote(steps[members[i]].step_id));
	}
	appendStringInfoString(&names, quote(steps[members[0]].step_id));
	problem_add(wiring->problems,
	            PROBLEM_LOOP,
	            "loop",
	            &path,
	            "Each of them waits for the next: take one of these references "
	            "out.",
	            "steps wait for each other in a loop: %s",
	            names.data);
}

static JsonPath
key_of(const JsonPath *parent, const char *key)
{
	return json_path_key(parent, key, (int) strlen(key));
}

static char *
quote(const char *text)
{
	return json_text_quote(text, (int) strlen(text));
}
