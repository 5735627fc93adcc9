/*
 * workflow_wiring.c
 *		How the steps of a workflow hang together: their ids, and who waits for
 *		whom.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "json_text.h"
#include "name_map.h"
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
} Wiring;

/* Where a step names another one. */
typedef struct Reference
{
	int from;           /* the step that waits, by ordinal */
	int item;           /* in its depends_on, or -1 */
	const char *input;  /* else the input whose source it is */
	const char *target; /* the id as given */
} Reference;

typedef void (*ReferenceVisitor)(Wiring *wiring, const Reference *reference);

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
static const ReferenceRule forward_reference = {
	PROBLEM_REFERENCE, "forward_reference", "comes later in the list"};

static void take_given_ids(Wiring *wiring);
static void make_missing_ids(Wiring *wiring);
static void visit_references(Wiring *wiring, ReferenceVisitor visit);
static int count_references(const Workflow *workflow);
static void resolve_reference(Wiring *wiring, const Reference *reference);
static void check_direction(Wiring *wiring, const Reference *reference);
static void add_problem(const Wiring *wiring, const Reference *reference,
                        const ReferenceRule *rule, const char *hint);
static const char *suggest_step(Wiring *wiring, const char *target);
static void find_loops(const Wiring *wiring);
static void
add_loop_problem(const Wiring *wiring, const int *members, int count);
static JsonPath key_of(const JsonPath *parent, const char *key);
static char *quote(const char *text);

void
workflow_wiring_check(Workflow *workflow, ProblemList *problems)
{
	Wiring wiring = {.workflow = workflow,
	                 .problems = problems,
	                 .ordinals = name_map_create()};

	take_given_ids(&wiring);
	make_missing_ids(&wiring);
	workflow->edges =
		palloc((Size) count_references(workflow) * sizeof(GraphEdge));
	visit_references(&wiring, resolve_reference);
	find_loops(&wiring);
	if (workflow->mode == WORKFLOW_SEQUENTIAL)
		visit_references(&wiring, check_direction);
}

static void
take_given_ids(Wiring *wiring)
{
	JsonPath root = json_path_root();
	JsonPath steps = key_of(&root, "steps");

	for (int i = 0; i < wiring->workflow->step_count; i++)
	{
		const char *step_id = wiring->workflow->steps[i].step_id;
		JsonPath step = json_path_item(&steps, i);
		JsonPath path = key_of(&step, "step_id");
		int first;

		if (step_id == NULL)
			continue;
		first = name_map_add(wiring->ordinals, step_id, i);
		if (first < 0 || problem_is_full(wiring->problems))
			continue;
		problem_add(wiring->problems,
		            PROBLEM_DEFINITION,
		            "duplicate_step_id",
		            &path,
		            "Every step needs an id of its own; a step without one is "
		            "given one.",
		            "step_id %s already belongs to $.steps[%d]",
		            quote(step_id),
		            first);
	}
}

/*
 * By place, so that the same document always yields the same ids.  Whatever is
 * taken already was given by the document, so all attempts together are no more
 * than twice its steps.
 */
static void
make_missing_ids(Wiring *wiring)
{
	for (int i = 0; i < wiring->workflow->step_count; i++)
	{
		WorkflowStep *step = &wiring->workflow->steps[i];
		char *step_id = step->step_id;

		if (step_id != NULL)
			continue;
		step_id = psprintf("step-%d", i + 1);
		for (int number = 2; name_map_add(wiring->ordinals, step_id, i) >= 0;
		     number++)
			step_id = psprintf("step-%d-%d", i + 1, number);
		step->step_id = step_id;
	}
}

/* A target that is NULL is none, or has a problem of its own. */
static void
visit_references(Wiring *wiring, ReferenceVisitor visit)
{
	for (int i = 0; i < wiring->workflow->step_count; i++)
	{
		const WorkflowStep *step = &wiring->workflow->steps[i];

		for (int j = 0; j < step->depends_count; j++)
		{
			Reference reference = {i, j, NULL, step->depends_on[j]};

			if (reference.target != NULL)
				visit(wiring, &reference);
		}
		for (int j = 0; j < step->input_count; j++)
		{
			const WorkflowInput *input = &step->inputs[j];
			Reference reference = {i, -1, input->name, input->step_id};

			if (reference.target != NULL && reference.input != NULL)
				visit(wiring, &reference);
		}
	}
}

static int
count_references(const Workflow *workflow)
{
	int count = 0;

	for (int i = 0; i < workflow->step_count; i++)
		count +=
			workflow->steps[i].depends_count + workflow->steps[i].input_count;
	return count;
}

/* A reference that can be followed is an edge. */
static void
resolve_reference(Wiring *wiring, const Reference *reference)
{
	Workflow *workflow = wiring->workflow;
	int to = name_map_find(wiring->ordinals, reference->target);

	if (to < 0)
		add_problem(wiring,
		            reference,
		            &unknown_step,
		            suggest_step(wiring, reference->target));
	else if (to == reference->from)
		add_problem(wiring,
		            reference,
		            &self_reference,
		            "A step can refer only to other steps.");
	else
		workflow->edges[workflow->edge_count++] =
			(GraphEdge){.before = to, .after = reference->from};
}

static void
check_direction(Wiring *wiring, const Reference *reference)
{
	if (name_map_find(wiring->ordinals, reference->target) > reference->from)
		add_problem(wiring,
		            reference,
		            &forward_reference,
		            "In sequential mode a step can refer only to steps before "
		            "it: move it, or set \"execution_mode\" to \"parallel\".");
}

static void
add_problem(const Wiring *wiring, const Reference *reference,
            const ReferenceRule *rule, const char *hint)
{
	JsonPath root = json_path_root();
	JsonPath steps = key_of(&root, "steps");
	JsonPath step = json_path_item(&steps, reference->from);
	bool is_item = reference->item >= 0;
	JsonPath list = key_of(&step, is_item ? "depends_on" : "inputs");
	JsonPath input = is_item ? list : key_of(&list, reference->input);
	JsonPath path = is_item ? json_path_item(&list, reference->item)
	                        : key_of(&input, "source_step_id");

	if (!problem_is_full(wiring->problems))
		problem_add(wiring->problems,
		            rule->kind,
		            rule->rule,
		            &path,
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
