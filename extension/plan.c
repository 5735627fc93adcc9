/*
 * plan.c
 *		A workflow version, compiled.
 *
 * The definition was checked when it was written, so whatever is not as it
 * should be is damage and raises; nothing is defaulted here.
 */
#include "postgres.h"

#include "name_map.h"
#include "plan.h"
#include "utils/builtins.h"

/* Pairs of steps, one after the other, as they are found. */
typedef struct EdgeList
{
	int *starts; /* step_count + 1 */
	int *befores;
	int count;
	int capacity;
	int *seen_by; /* by step: the last step that was found to wait for it */
} EdgeList;

static void compile_strategy(RunPlan *plan, JsonbContainer *definition);
static NameMap *compile_names(RunPlan *plan, JsonbContainer *steps);
static void compile_step(PlanStep *step, JsonbContainer *container);
static void
compile_inputs(PlanStep *step, JsonbContainer *inputs, const NameMap *names);
static void compile_input(PlanInput *input, JsonbContainer *container,
                          const NameMap *names);
static void compile_chain(RunPlan *plan);
static void
compile_graph(RunPlan *plan, JsonbContainer *steps, const NameMap *names);
static void add_depends_on(EdgeList *edges, JsonbContainer *step, int after,
                           const NameMap *names);
static void add_edge(EdgeList *edges, int before, int after);
static void compile_shape(RunPlan *plan, const EdgeList *edges);
static JsonbContainer *item_object(JsonbContainer *array, int index);
static bool find(JsonbContainer *object, const char *key, JsonbValue *value);
static JsonbContainer *
get_container(JsonbContainer *object, const char *key, bool is_array);
static void
get_string(JsonbContainer *object, const char *key, JsonbValue *value);
static char *get_text(JsonbContainer *object, const char *key);
static Datum get_number(JsonbContainer *object, const char *key);
static bool is_word(const JsonbValue *value, const char *word);
static int find_step(const NameMap *names, const JsonbValue *step_id);
static pg_uuid_t parse_id(const char *text);
static void raise_damage(const char *key) pg_attribute_noreturn();

RunPlan *
plan_compile(Jsonb *definition)
{
	RunPlan *plan = palloc0_object(RunPlan);
	JsonbContainer *root = &definition->root;
	JsonbContainer *steps = get_container(root, "steps", true);
	NameMap *names;
	JsonbValue mode;

	plan->shape.step_count = (int) JsonContainerSize(steps);
	plan->steps =
		palloc0_array(PlanStep, (Size) Max(plan->shape.step_count, 1));
	compile_strategy(plan, root);
	names = compile_names(plan, steps);
	for (int i = 0; i < plan->shape.step_count; i++)
	{
		JsonbContainer *step = item_object(steps, i);

		compile_inputs(
			&plan->steps[i], get_container(step, "inputs", false), names);
		if (plan->steps[i].version_str == NULL)
			plan->has_latest = true;
	}
	get_string(root, "execution_mode", &mode);
	if (is_word(&mode, "sequential"))
		compile_chain(plan);
	else if (is_word(&mode, "parallel"))
		compile_graph(plan, steps, names);
	else
		raise_damage("execution_mode");
	return plan;
}

RunPlan *
plan_compile_mcp(const char *name)
{
	static const int no_edges[2] = {0, 0};
	RunPlan *plan = palloc0_object(RunPlan);

	plan->shape = (RunShape){.step_count = 1,
	                         .before_starts = no_edges,
	                         .befores = no_edges,
	                         .after_starts = no_edges,
	                         .afters = no_edges};
	plan->steps = palloc0_object(PlanStep);
	plan->steps->step_id = "run";
	plan->steps->name = name;
	plan->steps->takes_run_inputs = true;
	plan->strategy = PLAN_STOP;
	return plan;
}

static void
compile_strategy(RunPlan *plan, JsonbContainer *definition)
{
	JsonbContainer *handling =
		get_container(definition, "error_handling", false);
	JsonbValue strategy;

	get_string(handling, "strategy", &strategy);
	if (is_word(&strategy, "Stop on Error"))
		plan->strategy = PLAN_STOP;
	else if (is_word(&strategy, "Retry with Backoff"))
	{
		plan->strategy = PLAN_RETRY;
		plan->max_retries = DatumGetInt32(DirectFunctionCall1(
			numeric_int4, get_number(handling, "max_retries")));
		plan->backoff_factor = DatumGetFloat8(DirectFunctionCall1(
			numeric_float8, get_number(handling, "backoff_factor")));
	}
	else if (is_word(&strategy, "Fallback Chain"))
	{
		plan->strategy = PLAN_FALLBACK;
		plan->fallback_id =
			parse_id(get_text(handling, "fallback_workflow_id"));
	}
	else
		raise_damage("strategy");
}

static NameMap *
compile_names(RunPlan *plan, JsonbContainer *steps)
{
	NameMap *names = name_map_create();

	for (int i = 0; i < plan->shape.step_count; i++)
	{
		compile_step(&plan->steps[i], item_object(steps, i));
		if (name_map_add(names, plan->steps[i].step_id, i) >= 0)
			raise_damage("step_id");
	}
	return names;
}

static void
compile_step(PlanStep *step, JsonbContainer *container)
{
	JsonbValue version;

	step->step_id = get_text(container, "step_id");
	step->name = get_text(container, "name");
	step->mcp_id = parse_id(get_text(container, "mcp_id"));
	if (find(container, "mcp_version_id", &version) &&
	    version.type == jbvString)
		step->version_str =
			pnstrdup(version.val.string.val, (Size) version.val.string.len);
}

static void
compile_inputs(PlanStep *step, JsonbContainer *inputs, const NameMap *names)
{
	JsonbIterator *iterator = JsonbIteratorInit(inputs);
	JsonbIteratorToken token;
	JsonbValue value;
	int count = 0;

	step->input_count = (int) JsonContainerSize(inputs);
	step->inputs = palloc0_array(PlanInput, (Size) Max(step->input_count, 1));
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			step->inputs[count].name = value;
		else if (token == WJB_VALUE)
		{
			if (value.type != jbvBinary ||
			    !JsonContainerIsObject(value.val.binary.data))
				raise_damage("inputs");
			compile_input(&step->inputs[count++], value.val.binary.data, names);
		}
	}
}

static void
compile_input(PlanInput *input, JsonbContainer *container, const NameMap *names)
{
	JsonbValue source;

	get_string(container, "source_type", &source);
	if (is_word(&source, "workflow_input"))
	{
		input->source = PLAN_WORKFLOW_INPUT;
		get_string(container, "workflow_input_key", &input->key);
	}
	else if (is_word(&source, "static_value"))
	{
		input->source = PLAN_STATIC_VALUE;
		if (!find(container, "value", &input->value))
			raise_damage("value");
	}
	else if (is_word(&source, "step_output"))
	{
		JsonbValue step_id;

		input->source = PLAN_STEP_OUTPUT;
		get_string(container, "source_step_id", &step_id);
		input->step = find_step(names, &step_id);
		get_string(container, "source_output_name", &input->key);
	}
	else
		raise_damage("source_type");
}

/*
 * In list order.  depends_on and step_output can only name earlier steps there,
 * which the chain puts before anyhow.
 */
static void
compile_chain(RunPlan *plan)
{
	int step_count = plan->shape.step_count;
	EdgeList edges = {.starts = palloc0_array(int, (Size) step_count + 1),
	                  .befores = palloc_array(int, (Size) step_count + 1)};

	for (int i = 1; i < step_count; i++)
	{
		edges.starts[i] = edges.count;
		edges.befores[edges.count++] = i - 1;
	}
	edges.starts[step_count] = edges.count;
	compile_shape(plan, &edges);
}

static void
compile_graph(RunPlan *plan, JsonbContainer *steps, const NameMap *names)
{
	int step_count = plan->shape.step_count;
	EdgeList edges = {.starts = palloc0_array(int, (Size) step_count + 1),
	                  .capacity = step_count + 1};

	edges.befores = palloc_array(int, (Size) edges.capacity);
	edges.seen_by = palloc_array(int, (Size) step_count + 1);
	for (int i = 0; i < step_count; i++)
		edges.seen_by[i] = -1;
	for (int i = 0; i < step_count; i++)
	{
		PlanStep *step = &plan->steps[i];

		edges.starts[i] = edges.count;
		add_depends_on(&edges, item_object(steps, i), i, names);
		for (int j = 0; j < step->input_count; j++)
			if (step->inputs[j].source == PLAN_STEP_OUTPUT)
				add_edge(&edges, step->inputs[j].step, i);
	}
	edges.starts[step_count] = edges.count;
	compile_shape(plan, &edges);
}

static void
add_depends_on(EdgeList *edges, JsonbContainer *step, int after,
               const NameMap *names)
{
	JsonbContainer *depends_on = get_container(step, "depends_on", true);
	int count = (int) JsonContainerSize(depends_on);

	for (int i = 0; i < count; i++)
	{
		JsonbValue *step_id =
			getIthJsonbValueFromContainer(depends_on, (uint32) i);

		if (step_id->type != jbvString)
			raise_damage("depends_on");
		add_edge(edges, find_step(names, step_id), after);
	}
}

static void
add_edge(EdgeList *edges, int before, int after)
{
	if (edges->seen_by[before] == after)
		return;
	edges->seen_by[before] = after;
	if (edges->count == edges->capacity)
	{
		edges->capacity *= 2;
		edges->befores =
			repalloc_array(edges->befores, int, (Size) edges->capacity);
	}
	edges->befores[edges->count++] = before;
}

/* The same pairs, ordered by the step before: count, sum up, put in place. */
static void
compile_shape(RunPlan *plan, const EdgeList *edges)
{
	int step_count = plan->shape.step_count;
	int *starts = palloc0_array(int, (Size) step_count + 2);
	int *afters = palloc_array(int, (Size) edges->count + 1);

	for (int i = 0; i < edges->count; i++)
		starts[edges->befores[i] + 2]++;
	for (int i = 2; i < step_count + 2; i++)
		starts[i] += starts[i - 1];
	for (int after = 0; after < step_count; after++)
		for (int i = edges->starts[after]; i < edges->starts[after + 1]; i++)
			afters[starts[edges->befores[i] + 1]++] = after;
	plan->shape.before_starts = edges->starts;
	plan->shape.befores = edges->befores;
	plan->shape.after_starts = starts;
	plan->shape.afters = afters;
}

static JsonbContainer *
item_object(JsonbContainer *array, int index)
{
	JsonbValue *item = getIthJsonbValueFromContainer(array, (uint32) index);

	if (item == NULL || item->type != jbvBinary ||
	    !JsonContainerIsObject(item->val.binary.data))
		raise_damage("steps");
	return item->val.binary.data;
}

static bool
find(JsonbContainer *object, const char *key, JsonbValue *value)
{
	return getKeyJsonValueFromContainer(
			   object, key, (int) strlen(key), value) != NULL;
}

static JsonbContainer *
get_container(JsonbContainer *object, const char *key, bool is_array)
{
	JsonbValue value;

	if (!find(object, key, &value) || value.type != jbvBinary ||
	    JsonContainerIsArray(value.val.binary.data) != is_array)
		raise_damage(key);
	return value.val.binary.data;
}

static void
get_string(JsonbContainer *object, const char *key, JsonbValue *value)
{
	if (!find(object, key, value) || value->type != jbvString)
		raise_damage(key);
}

static char *
get_text(JsonbContainer *object, const char *key)
{
	JsonbValue value;

	get_string(object, key, &value);
	return pnstrdup(value.val.string.val, (Size) value.val.string.len);
}

static Datum
get_number(JsonbContainer *object, const char *key)
{
	JsonbValue value;

	if (!find(object, key, &value) || value.type != jbvNumeric)
		raise_damage(key);
	return NumericGetDatum(value.val.numeric);
}

static bool
is_word(const JsonbValue *value, const char *word)
{
	return value->val.string.len == (int) strlen(word) &&
	       memcmp(value->val.string.val, word, strlen(word)) == 0;
}

static int
find_step(const NameMap *names, const JsonbValue *step_id)
{
	char *name =
		pnstrdup(step_id->val.string.val, (Size) step_id->val.string.len);
	int step = name_map_find(names, name);

	if (step < 0)
		raise_damage("step_id");
	pfree(name);
	return step;
}

static pg_uuid_t
parse_id(const char *text)
{
	return *DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(text)));
}

static void
raise_damage(const char *key)
{
	ereport(ERROR,
	        (errcode(ERRCODE_DATA_CORRUPTED),
	         errmsg("workflow version is damaged at key \"%s\"", key),
	         errdetail("Its definition is not in the form in which "
	                   "mcp.create_workflow writes it.")));
}
