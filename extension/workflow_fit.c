/*
 * workflow_fit.c
 *		Does what the steps of a workflow are given fit what their MCPs take?
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "json_schema.h"
#include "json_text.h"
#include "name_map.h"
#include "schema_sketch.h"
#include "workflow_fit.h"

/* The schema of one input, where all its references still lead somewhere. */
#define EMBEDDED_URI "mcp:inputs"

/* One step under check; the frames of its path lie in it. */
typedef struct Fit
{
	const Workflow *workflow;
	const StepSchemas *schemas;
	const NameMap *ordinals; /* of steps by step_id */
	ProblemList *problems;
	const WorkflowStep *step;
	Jsonb *input_schema; /* of the step */
	JsonbValue input;    /* the same as a value */
	JsonPath path[4];    /* $, .steps, [i], .inputs */
} Fit;

static NameMap *map_steps(const Workflow *workflow);
static void set_step(Fit *fit, int ordinal);
static void check_required(const Fit *fit);
static void check_input(const Fit *fit, const WorkflowInput *input);
static void check_static_value(const Fit *fit, const WorkflowInput *input,
                               const JsonPath *path);
static void check_step_output(const Fit *fit, const WorkflowInput *input,
                              const JsonPath *path);
static void check_result(const Fit *fit, const WorkflowInput *input,
                         const JsonbValue *result, const JsonPath *path);
static bool may_take_one(const Fit *fit, const WorkflowInput *input,
                         const JsonbValue *result, const JsonPath *path);
static bool is_given(const WorkflowStep *step, const char *name, int length);
static const JsonSchema *get_input_schema(const Fit *fit, const char *name);
static char *escape(const char *name);
static void push_key(JsonbParseState **state, const char *key);
static JsonbValue as_value(Jsonb *document);

void
workflow_fit_check(const Workflow *workflow, const StepSchemas *schemas,
                   ProblemList *problems)
{
	Fit fit = {.workflow = workflow,
	           .schemas = schemas,
	           .ordinals = map_steps(workflow),
	           .problems = problems};

	for (int i = 0; i < workflow->step_count && !problem_is_full(problems); i++)
	{
		CHECK_FOR_INTERRUPTS();
		set_step(&fit, i);
		if (fit.input_schema)
			check_required(&fit);
		for (int j = 0; j < fit.step->input_count; j++)
			check_input(&fit, &fit.step->inputs[j]);
	}
}

static NameMap *
map_steps(const Workflow *workflow)
{
	NameMap *ordinals = name_map_create();

	for (int i = 0; i < workflow->step_count; i++)
		(void) name_map_add(ordinals, workflow->steps[i].step_id, i);
	return ordinals;
}

static void
set_step(Fit *fit, int ordinal)
{
	fit->step = &fit->workflow->steps[ordinal];
	fit->input_schema = fit->schemas[ordinal].input;
	if (fit->input_schema)
		fit->input = as_value(fit->input_schema);
	fit->path[0] = json_path_root();
	fit->path[1] = json_path_key(&fit->path[0], "steps", 5);
	fit->path[2] = json_path_item(&fit->path[1], ordinal);
	fit->path[3] = json_path_key(&fit->path[2], "inputs", 6);
}

static void
check_required(const Fit *fit)
{
	JsonbContainer *names;
	uint32 count;

	if (!schema_sketch_required(&fit->input, &names))
		return;
	count = JsonContainerSize(names);
	for (uint32 i = 0; i < count; i++)
	{
		JsonbValue *name = getIthJsonbValueFromContainer(names, i);

		if (name->type != jbvString ||
		    is_given(fit->step, name->val.string.val, name->val.string.len))
			continue;
		problem_add(
			fit->problems,
			PROBLEM_REFERENCE,
			"missing_input",
			&fit->path[3],
			"Give it a workflow input, a static value or the output "
			"of a step.",
			"step \"%s\" needs an input %s, which it is not given",
			fit->step->step_id,
			json_text_quote(name->val.string.val, name->val.string.len));
	}
}

static void
check_input(const Fit *fit, const WorkflowInput *input)
{
	JsonPath path =
		json_path_key(&fit->path[3], input->name, (int) strlen(input->name));

	if (fit->input_schema && !schema_sketch_may_have(&fit->input, input->name))
	{
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "unknown_input",
		            &path,
		            "The input_schema of its version names those it takes.",
		            "MCP \"%s\" takes no input %s",
		            fit->step->mcp,
		            json_text_quote(input->name, (int) strlen(input->name)));
		return;
	}
	switch (input->source)
	{
		case WORKFLOW_INPUT:
			break; /* known when a run starts */
		case WORKFLOW_STATIC_VALUE:
			check_static_value(fit, input, &path);
			break;
		case WORKFLOW_STEP_OUTPUT:
			check_step_output(fit, input, &path);
			break;
		case WORKFLOW_EXPRESSION:
		case WORKFLOW_ITEM:
		case WORKFLOW_ITEM_INDEX:
			break;
	}
}

static void
check_static_value(const Fit *fit, const WorkflowInput *input,
                   const JsonPath *path)
{
	const JsonSchema *schema = get_input_schema(fit, input->name);
	JsonPath value_path = json_path_key(path, "value", 5);

	if (schema)
		(void) json_schema_check(schema,
		                         &input->value,
		                         SCHEMA_FORMATS_ANNOTATE,
		                         &value_path,
		                         fit->problems);
}

/* A name with a dot or a bracket may be a path, of which nothing is certain. */
static void
check_step_output(const Fit *fit, const WorkflowInput *input,
                  const JsonPath *path)
{
	int producer = name_map_find(fit->ordinals, input->step_id);
	JsonPath name_path = json_path_key(path, "source_output_name", 18);
	JsonbValue output;
	JsonbValue result;

	if (producer < 0 || fit->schemas[producer].output == NULL ||
	    strpbrk(input->output_name, ".[") != NULL)
		return;
	output = as_value(fit->schemas[producer].output);
	if (!schema_sketch_may_have(&output, input->output_name))
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "unknown_output",
		            &name_path,
		            "The output_schema of its version names those it gives.",
		            "step \"%s\" gives no output %s",
		            input->step_id,
		            json_text_quote(input->output_name,
		                            (int) strlen(input->output_name)));
	else if (fit->input_schema &&
	         schema_sketch_property(&output, input->output_name, &result))
		check_result(fit, input, &result, path);
}

/* result: the schema of what the other step gives. */
static void
check_result(const Fit *fit, const WorkflowInput *input,
             const JsonbValue *result, const JsonPath *path)
{
	JsonbValue taken;
	SchemaTypes gives = schema_sketch_types(result);
	SchemaTypes takes;

	if (!schema_sketch_property(&fit->input, input->name, &taken))
		return;
	takes = schema_sketch_types(&taken);
	if (!(gives & takes))
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "output_type",
		            path,
		            NULL,
		            "output \"%s\" of step \"%s\" is %s, but the input must "
		            "be %s",
		            input->output_name,
		            input->step_id,
		            schema_sketch_type_names(gives),
		            schema_sketch_type_names(takes));
	else if (!may_take_one(fit, input, result, path))
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "output_value",
		            path,
		            NULL,
		            "no value that output \"%s\" of step \"%s\" can have fits "
		            "the input",
		            input->output_name,
		            input->step_id);
}

/* Where the values are listed, one of them must be one that fits. */
static bool
may_take_one(const Fit *fit, const WorkflowInput *input,
             const JsonbValue *result, const JsonPath *path)
{
	const JsonSchema *schema = get_input_schema(fit, input->name);
	JsonbValue *values;
	int count;

	if (schema == NULL || !schema_sketch_values(result, &values, &count))
		return true;
	for (int i = 0; i < count; i++)
	{
		if (json_schema_is_valid(schema, &values[i], SCHEMA_FORMATS_ANNOTATE))
			return true;
	}
	return false;
}

static bool
is_given(const WorkflowStep *step, const char *name, int length)
{
	for (int i = 0; i < step->input_count; i++)
	{
		if ((int) strlen(step->inputs[i].name) == length &&
		    memcmp(step->inputs[i].name, name, (Size) length) == 0)
			return true;
	}
	return false;
}

/*
 * The schema of one input as a document of its own: a reference into the whole
 * one, which becomes a resource with an id, so that its own "#/..." still mean
 * what they meant.  NULL where nothing is said of the input, or where the whole
 * has an id and need not be bent.
 */
static const JsonSchema *
get_input_schema(const Fit *fit, const char *name)
{
	JsonbParseState *state = NULL;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;
	Jsonb *document;

	if (!schema_sketch_property(&fit->input, name, &value) ||
	    getKeyJsonValueFromContainer(
			&fit->input_schema->root, "$id", 3, &value) != NULL)
		return NULL;
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_key(&state, "$ref");
	value.type = jbvString;
	value.val.string.val =
		psprintf("%s#/properties/%s", EMBEDDED_URI, escape(name));
	value.val.string.len = (int) strlen(value.val.string.val);
	pushJsonbValue(&state, WJB_VALUE, &value);
	push_key(&state, "$defs");
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_key(&state, "inputs");
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_key(&state, "$id");
	value.val.string.val = pstrdup(EMBEDDED_URI);
	value.val.string.len = (int) strlen(EMBEDDED_URI);
	pushJsonbValue(&state, WJB_VALUE, &value);
	iterator = JsonbIteratorInit(&fit->input_schema->root);
	(void) JsonbIteratorNext(&iterator, &value, true);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) !=
	       WJB_END_OBJECT)
		pushJsonbValue(&state, token, &value);
	pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	document = JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
	return json_schema_find(document, &fit->path[3], problem_list_create());
}

/* A JSON Pointer's member (RFC 6901) in the fragment of a URI. */
static char *
escape(const char *name)
{
	StringInfoData text;

	initStringInfo(&text);
	for (; *name; name++)
	{
		if (*name == '~')
			appendStringInfoString(&text, "~0");
		else if (*name == '/')
			appendStringInfoString(&text, "~1");
		else if (isalnum((unsigned char) *name) && !IS_HIGHBIT_SET(*name))
			appendStringInfoChar(&text, *name);
		else
			appendStringInfo(&text, "%%%02X", (unsigned char) *name);
	}
	return text.data;
}

static void
push_key(JsonbParseState **state, const char *key)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = pstrdup(key);
	value.val.string.len = (int) strlen(key);
	pushJsonbValue(state, WJB_KEY, &value);
}

static JsonbValue
as_value(Jsonb *document)
{
	JsonbValue value = {.type = jbvBinary};

	value.val.binary.data = &document->root;
	value.val.binary.len = (int) VARSIZE(document) - VARHDRSZ;
	return value;
}
