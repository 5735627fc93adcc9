/*
 * workflow_step.c
 *		One step of a workflow document: its own keys and its inputs.
 */
#include "postgres.h"

#include "workflow_step.h"

/* A name of ours: of a step, an input, a key, an output. */
static const JsonTextLimits name_limits = {JSON_TEXT_LINE, 1, 200};

/* An output may be a path into a result. */
static const JsonTextLimits output_limits = {JSON_TEXT_LINE, 1, 1000};

/* What makes sense with one source only, and is required there. */
static const struct
{
	const char *key;
	WorkflowSource source;
} source_keys[] = {
	{"workflow_input_key", WORKFLOW_INPUT},
	{"value", WORKFLOW_STATIC_VALUE},
	{"source_step_id", WORKFLOW_STEP_OUTPUT},
	{"source_output_name", WORKFLOW_STEP_OUTPUT},
};

static char *read_version(const JsonObject *object);
static void read_depends_on(const JsonObject *object, WorkflowStep *step);
static void read_inputs(const JsonObject *object, WorkflowStep *step);
static char *read_input_name(const JsonObject *inputs, const JsonbValue *key);
static void read_input(const JsonObject *object, WorkflowInput *input);
static void read_value(const JsonObject *object, JsonbValue *value);
static void check_source_keys(const JsonObject *object, WorkflowSource source);

void
workflow_step_read(const JsonArray *steps, int index, WorkflowStep *step)
{
	static const char *const keys[] = {
		"step_id", "name", "mcp_id", "mcp_version_id", "depends_on", "inputs"};
	JsonObject object;

	*step = (WorkflowStep){.step_id = NULL};
	if (!json_array_read_object(steps, index, "step", &object))
		return;
	step->step_id = json_object_read_string(
		&object, "step_id", JSON_OPTIONAL, &name_limits);
	step->name =
		json_object_read_string(&object, "name", JSON_REQUIRED, &name_limits);
	step->mcp =
		json_object_read_string(&object, "mcp_id", JSON_REQUIRED, &name_limits);
	step->version = read_version(&object);
	read_depends_on(&object, step);
	read_inputs(&object, step);
	json_object_check_keys(&object, keys, lengthof(keys));
}

static char *
read_version(const JsonObject *object)
{
	char *version = json_object_read_string(
		object, "mcp_version_id", JSON_OPTIONAL, &name_limits);

	if (version == NULL || strcmp(version, "latest") == 0)
		return NULL;
	return version;
}

/* A step that is named twice is waited for once; that is no problem. */
static void
read_depends_on(const JsonObject *object, WorkflowStep *step)
{
	JsonArray array;

	if (!json_object_read_array(object, "depends_on", JSON_OPTIONAL, &array))
		return;
	step->depends_count = array.length;
	step->depends_on = palloc0((Size) array.length * sizeof(char *));
	for (int i = 0; i < array.length; i++)
		step->depends_on[i] = json_array_read_string(&array, i, &name_limits);
}

static void
read_inputs(const JsonObject *object, WorkflowStep *step)
{
	JsonObject inputs;
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;

	if (!json_object_read_object(
			object, "inputs", JSON_OPTIONAL, "inputs", &inputs))
		return;
	step->inputs =
		palloc0(JsonContainerSize(inputs.container) * sizeof(WorkflowInput));
	json_members_open(&members, &inputs);
	while (json_members_next(&members, &key, &value))
	{
		WorkflowInput *input = &step->inputs[step->input_count++];
		JsonObject child;

		input->name = read_input_name(&inputs, &key);
		if (json_members_read_object(&inputs, &key, &value, "input", &child))
			read_input(&child, input);
	}
}

static char *
read_input_name(const JsonObject *inputs, const JsonbValue *key)
{
	static const char noun[] = "name of an input";
	JsonPlace place = {json_members_path(inputs, key),
	                   JSON_DOCUMENT,
	                   noun,
	                   (int) strlen(noun),
	                   inputs->problems};

	return json_value_read_string(key, &place, &name_limits);
}

static void
read_input(const JsonObject *object, WorkflowInput *input)
{
	static const char *const keys[] = {"source_type",
	                                   "workflow_input_key",
	                                   "value",
	                                   "source_step_id",
	                                   "source_output_name"};
	int source = json_object_read_word(object,
	                                   "source_type",
	                                   JSON_REQUIRED,
	                                   workflow_sources,
	                                   lengthof(workflow_sources));

	json_object_check_keys(object, keys, lengthof(keys));
	if (source < 0)
		return;
	input->source = (WorkflowSource) source;
	check_source_keys(object, input->source);
	switch (input->source)
	{
		case WORKFLOW_INPUT:
			input->key = json_object_read_string(
				object, "workflow_input_key", JSON_REQUIRED, &name_limits);
			break;
		case WORKFLOW_STATIC_VALUE:
			read_value(object, &input->value);
			break;
		case WORKFLOW_STEP_OUTPUT:
			input->step_id = json_object_read_string(
				object, "source_step_id", JSON_REQUIRED, &name_limits);
			input->output_name = json_object_read_string(
				object, "source_output_name", JSON_REQUIRED, &output_limits);
			break;
	}
}

/* Of any type but null: an input without a value is one that is left out. */
static void
read_value(const JsonObject *object, JsonbValue *value)
{
	JsonPath path = json_object_path(object, "value");
	bool is_there = json_object_find(object, "value", value);

	if (is_there && value->type != jbvNull)
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "required_key",
	            &path,
	            "It may be of any other type; leave the whole input out if "
	            "there is nothing to pass.",
	            is_there ? "\"value\" of a static_value must not be null"
	                     : "\"value\" is missing in the input");
}

/* Clients may send the keys of other sources as null; a value is a mistake. */
static void
check_source_keys(const JsonObject *object, WorkflowSource source)
{
	for (size_t i = 0; i < lengthof(source_keys); i++)
	{
		JsonPath path = json_object_path(object, source_keys[i].key);

		if (source_keys[i].source == source ||
		    !json_object_has(object, source_keys[i].key))
			continue;
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "conflicting_keys",
		            &path,
		            psprintf("It goes with source_type \"%s\".",
		                     workflow_sources[source_keys[i].source]),
		            "\"%s\" has no meaning with source_type \"%s\"",
		            source_keys[i].key,
		            workflow_sources[source]);
	}
}
