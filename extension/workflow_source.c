/*
 * workflow_source.c
 *		Where a value comes from: the sources of a workflow document.
 */
#include "postgres.h"

#include "workflow_expression.h"
#include "workflow_source.h"

/* An output may be a path into a result. */
static const JsonTextLimits output_limits = {JSON_TEXT_LINE, 1, 1000};

/* What makes sense with one source only. */
static const struct
{
	const char *key;
	WorkflowSource source;
} source_keys[] = {
	{"workflow_input_key", WORKFLOW_INPUT},
	{"default", WORKFLOW_INPUT},
	{"value", WORKFLOW_STATIC_VALUE},
	{"source_step_id", WORKFLOW_STEP_OUTPUT},
	{"source_output_name", WORKFLOW_STEP_OUTPUT},
	{"expression", WORKFLOW_EXPRESSION},
};

static void read_keys(const JsonObject *object, WorkflowInput *input);
static void read_default(const JsonObject *object, WorkflowInput *input);
static void read_value(const JsonObject *object, JsonbValue *value);
static void check_source_keys(const JsonObject *object, WorkflowSource source);
static void check_place(const JsonObject *object, WorkflowSource source,
                        WorkflowPlace place);
static char *
read_name(const JsonObject *object, const JsonbValue *key, const char *noun);

void
workflow_source_read(const JsonObject *object, WorkflowPlace place,
                     WorkflowInput *input)
{
	static const char *const keys[] = {"source_type",
	                                   "workflow_input_key",
	                                   "value",
	                                   "source_step_id",
	                                   "source_output_name",
	                                   "default",
	                                   "expression"};
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
	check_place(object, input->source, place);
	read_keys(object, input);
}

WorkflowInput *
workflow_source_read_all(const JsonObject *object, const char *key,
                         const char *noun, WorkflowPlace place, int *count)
{
	JsonObject sources;
	JsonMembers members;
	JsonbValue name;
	JsonbValue value;
	WorkflowInput *inputs;

	*count = 0;
	if (!json_object_read_object(object, key, JSON_OPTIONAL, key, &sources))
		return NULL;
	inputs =
		palloc0(JsonContainerSize(sources.container) * sizeof(WorkflowInput));
	json_members_open(&members, &sources);
	while (json_members_next(&members, &name, &value))
	{
		WorkflowInput *input = &inputs[(*count)++];
		JsonObject child;

		input->name = read_name(&sources, &name, noun);
		if (json_members_read_object(&sources, &name, &value, noun, &child))
			workflow_source_read(&child, place, input);
	}
	return inputs;
}

static void
read_keys(const JsonObject *object, WorkflowInput *input)
{
	switch (input->source)
	{
		case WORKFLOW_INPUT:
			input->key = json_object_read_string(object,
			                                     "workflow_input_key",
			                                     JSON_REQUIRED,
			                                     &workflow_name_limits);
			read_default(object, input);
			break;
		case WORKFLOW_STATIC_VALUE:
			read_value(object, &input->value);
			break;
		case WORKFLOW_STEP_OUTPUT:
			input->step_id = json_object_read_string(
				object, "source_step_id", JSON_REQUIRED, &workflow_name_limits);
			input->output_name = json_object_read_string(
				object, "source_output_name", JSON_REQUIRED, &output_limits);
			break;
		case WORKFLOW_EXPRESSION:
			input->expression =
				workflow_expression_read(object, "expression", JSON_REQUIRED);
			break;
		case WORKFLOW_ITEM:
		case WORKFLOW_ITEM_INDEX:
			break;
	}
}

/* Null is a value like any other here: absent alone means that there is none. */
static void
read_default(const JsonObject *object, WorkflowInput *input)
{
	input->has_default = json_object_find(object, "default", &input->value);
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

static void
check_place(const JsonObject *object, WorkflowSource source,
            WorkflowPlace place)
{
	JsonPath path = json_object_path(object, "source_type");

	if (place == WORKFLOW_INSIDE_ITEMS ||
	    (source != WORKFLOW_ITEM && source != WORKFLOW_ITEM_INDEX))
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "no_item",
	            &path,
	            "There is an item in the inputs of a step with \"for_each\" "
	            "only.",
	            "source_type \"%s\" has no meaning here",
	            workflow_sources[source]);
}

static char *
read_name(const JsonObject *object, const JsonbValue *key, const char *noun)
{
	char *what = psprintf("name of an %s", noun);
	JsonPlace place = {json_members_path(object, key),
	                   JSON_DOCUMENT,
	                   what,
	                   (int) strlen(what),
	                   object->problems};

	return json_value_read_string(key, &place, &workflow_name_limits);
}
