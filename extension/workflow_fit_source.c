/*
 * workflow_fit_source.c
 *		Does one source of a value fit the input that it is for?
 */
#include "postgres.h"

#include "json_schema.h"
#include "json_text.h"
#include "schema_embed.h"
#include "schema_sketch.h"
#include "workflow_fit_source.h"

static void check_value(const WorkflowFit *fit, const WorkflowInput *input,
                        const JsonbValue *value, const JsonPath *path);
static void
check_workflow_input(const WorkflowFit *fit, const WorkflowInput *input,
                     const JsonPath *path);
static void check_items(const WorkflowFit *fit, const WorkflowInput *input);
static void check_item_index(const WorkflowFit *fit, const WorkflowInput *input,
                             const JsonPath *path);
static void check_step_output(const WorkflowFit *fit,
                              const WorkflowInput *input, const JsonPath *path);
static bool
check_result_shape(const WorkflowFit *fit, const WorkflowInput *input,
                   int producer, const JsonPath *path);
static bool is_result_sure(const WorkflowFit *fit, int producer);
static void
add_unknown_output(const WorkflowFit *fit, const WorkflowInput *input,
                   const JsonPath *path, const char *hint, const char *what);
static void check_result(const WorkflowFit *fit, const WorkflowInput *input,
                         const JsonbValue *result, const JsonPath *path);
static bool may_take_one(const WorkflowFit *fit, const WorkflowInput *input,
                         const JsonbValue *result, const JsonPath *path);
static char *describe_giver(const WorkflowInput *input);
static const JsonSchema *
get_input_schema(const WorkflowFit *fit, const char *name);

void
workflow_fit_source_check(const WorkflowFit *fit, const WorkflowInput *input,
                          const JsonPath *path)
{
	JsonPath value_path = json_path_key(path, "value", 5);

	switch (input->source)
	{
		case WORKFLOW_INPUT:
			check_workflow_input(fit, input, path);
			break;
		case WORKFLOW_STATIC_VALUE:
			check_value(fit, input, &input->value, &value_path);
			break;
		case WORKFLOW_STEP_OUTPUT:
			check_step_output(fit, input, path);
			break;
		case WORKFLOW_EXPRESSION:
			break; /* nothing is certain of what a path finds */
		case WORKFLOW_ITEM:
			check_items(fit, input);
			break;
		case WORKFLOW_ITEM_INDEX:
			check_item_index(fit, input, path);
			break;
	}
}

static void
check_value(const WorkflowFit *fit, const WorkflowInput *input,
            const JsonbValue *value, const JsonPath *path)
{
	const JsonSchema *schema =
		fit->input_schema ? get_input_schema(fit, input->name) : NULL;

	if (schema)
		(void) json_schema_check(
			schema, value, SCHEMA_FORMATS_ANNOTATE, path, fit->problems);
}

/* What a run is given is known when it starts, but not what it may be given. */
static void
check_workflow_input(const WorkflowFit *fit, const WorkflowInput *input,
                     const JsonPath *path)
{
	Jsonb *schema = fit->workflow->input_schema;
	JsonPath key = json_path_key(path, "workflow_input_key", 18);
	JsonPath default_path = json_path_key(path, "default", 7);
	JsonbValue given;
	JsonbValue property;

	if (input->has_default)
		check_value(fit, input, &input->value, &default_path);
	if (schema == NULL)
		return;
	given = workflow_fit_value(schema);
	if (!input->has_default && !schema_sketch_may_have(&given, input->key))
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "unknown_workflow_input",
		            &key,
		            "The workflow's own input_schema names those it takes.",
		            "the workflow takes no input %s",
		            json_text_quote(input->key, (int) strlen(input->key)));
	else if (fit->input_schema &&
	         schema_sketch_property(&given, input->key, &property))
		check_result(fit, input, &property, path);
}

/* Items that stand in the document can be looked at one by one. */
static void
check_items(const WorkflowFit *fit, const WorkflowInput *input)
{
	const WorkflowInput *items = &fit->step->for_each->items;
	JsonPath for_each = json_path_key(&fit->path[2], "for_each", 8);
	JsonPath source = json_path_key(&for_each, "items", 5);
	JsonPath list = json_path_key(&source, "value", 5);
	const JsonSchema *schema =
		fit->input_schema ? get_input_schema(fit, input->name) : NULL;
	JsonbContainer *array;
	uint32 count;

	if (schema == NULL || items->source != WORKFLOW_STATIC_VALUE)
		return;
	array = items->value.val.binary.data;
	count = JsonContainerSize(array);
	for (uint32 i = 0; i < count && !problem_is_full(fit->problems); i++)
	{
		JsonPath item = json_path_item(&list, (int) i);

		(void) json_schema_check(schema,
		                         getIthJsonbValueFromContainer(array, i),
		                         SCHEMA_FORMATS_ANNOTATE,
		                         &item,
		                         fit->problems);
	}
}

static void
check_item_index(const WorkflowFit *fit, const WorkflowInput *input,
                 const JsonPath *path)
{
	JsonbValue taken;
	SchemaTypes takes;

	if (!fit->input_schema ||
	    !schema_sketch_property(&fit->input, input->name, &taken))
		return;
	takes = schema_sketch_types(&taken);
	if (!(takes & SCHEMA_INTEGER))
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "output_type",
		            path,
		            NULL,
		            "the place of an item is an integer, but the input must "
		            "be %s",
		            schema_sketch_type_names(takes));
}

/* A name with a dot or a bracket may be a path, of which nothing is certain. */
static void
check_step_output(const WorkflowFit *fit, const WorkflowInput *input,
                  const JsonPath *path)
{
	int producer = name_map_find(fit->ordinals, input->step_id);
	JsonPath name_path = json_path_key(path, "source_output_name", 18);
	JsonbValue output;
	JsonbValue result;

	if (producer < 0 || !check_result_shape(fit, input, producer, &name_path) ||
	    fit->schemas[producer].output == NULL ||
	    strpbrk(input->output_name, ".[") != NULL)
		return;
	output = workflow_fit_value(fit->schemas[producer].output);
	if (!schema_sketch_may_have(&output, input->output_name))
		add_unknown_output(
			fit,
			input,
			&name_path,
			"The output_schema of its version names those it gives.",
			psprintf("output %s",
		             json_text_quote(input->output_name,
		                             (int) strlen(input->output_name))));
	else if (fit->input_schema && is_result_sure(fit, producer) &&
	         schema_sketch_property(&output, input->output_name, &result))
		check_result(fit, input, &result, path);
}

/* Is the result an object as the step's own MCP gives it? */
static bool
check_result_shape(const WorkflowFit *fit, const WorkflowInput *input,
                   int producer, const JsonPath *path)
{
	const WorkflowStep *step = &fit->workflow->steps[producer];

	if (step->on_error == WORKFLOW_FALLBACK_STEP)
		return false;
	if (step->for_each != NULL)
	{
		if (input->output_name[0] != '[')
			add_unknown_output(fit,
			                   input,
			                   path,
			                   "Its result is an array: take one by its place, "
			                   "like \"[0].total\", or all with an expression.",
			                   "outputs by name: it runs for each item");
		return false;
	}
	if (step->wait != NULL && (step->wait->kind == WORKFLOW_WAIT_SECONDS ||
	                           step->wait->kind == WORKFLOW_WAIT_UNTIL))
		add_unknown_output(fit,
		                   input,
		                   path,
		                   "To wait for it, name it in \"depends_on\".",
		                   "outputs: it waits for a time");
	return step->kind == WORKFLOW_STEP_MCP;
}

/* Where a step may go without the result, null may come in its place. */
static bool
is_result_sure(const WorkflowFit *fit, int producer)
{
	return fit->step->when == NULL &&
	       fit->workflow->steps[producer].on_error == WORKFLOW_FAIL;
}

static void
add_unknown_output(const WorkflowFit *fit, const WorkflowInput *input,
                   const JsonPath *path, const char *hint, const char *what)
{
	problem_add(fit->problems,
	            PROBLEM_REFERENCE,
	            "unknown_output",
	            path,
	            hint,
	            "step \"%s\" gives no %s",
	            input->step_id,
	            what);
}

/* result: the schema of what the input is given. */
static void
check_result(const WorkflowFit *fit, const WorkflowInput *input,
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
		            "%s is %s, but the input must be %s",
		            describe_giver(input),
		            schema_sketch_type_names(gives),
		            schema_sketch_type_names(takes));
	else if (!may_take_one(fit, input, result, path))
		problem_add(fit->problems,
		            PROBLEM_REFERENCE,
		            "output_value",
		            path,
		            NULL,
		            "no value that %s can have fits the input",
		            describe_giver(input));
}

/* Where the values are listed, one of them must be one that fits. */
static bool
may_take_one(const WorkflowFit *fit, const WorkflowInput *input,
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

static char *
describe_giver(const WorkflowInput *input)
{
	return input->source == WORKFLOW_INPUT
	           ? psprintf("workflow input \"%s\"", input->key)
	           : psprintf("output \"%s\" of step \"%s\"",
	                      input->output_name,
	                      input->step_id);
}

/* NULL where nothing can be said of the input. */
static const JsonSchema *
get_input_schema(const WorkflowFit *fit, const char *name)
{
	Jsonb *document = schema_embed_property(fit->input_schema, name);

	return document == NULL ? NULL
	                        : json_schema_find(document,
	                                           &fit->path[3],
	                                           problem_list_create());
}

JsonbValue
workflow_fit_value(Jsonb *document)
{
	JsonbValue value = {.type = jbvBinary};

	value.val.binary.data = &document->root;
	value.val.binary.len = (int) VARSIZE(document) - VARHDRSZ;
	return value;
}
