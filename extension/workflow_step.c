/*
 * workflow_step.c
 *		One step of a workflow document: what it does, when, and what then.
 */
#include "postgres.h"

#include "workflow_expression.h"
#include "workflow_for_each.h"
#include "workflow_retry.h"
#include "workflow_source.h"
#include "workflow_step.h"
#include "workflow_wait.h"

static const char *const keys[] = {"step_id",
                                   "name",
                                   "mcp_id",
                                   "mcp_version_id",
                                   "workflow",
                                   "workflow_id",
                                   "wait",
                                   "depends_on",
                                   "inputs",
                                   "when",
                                   "retry",
                                   "timeout_seconds",
                                   "on_error",
                                   "for_each",
                                   "cache"};

/* What makes sense with some kinds of steps only. */
static const struct
{
	const char *key;
	const char *hint;
	bool is_for[3]; /* by WorkflowStepKind */
} kind_keys[] = {
	{"mcp_version_id", "It goes with \"mcp_id\".", {true, false, false}},
	{"cache", "It goes with \"mcp_id\".", {true, false, false}},
	{"timeout_seconds",
     "It goes with \"mcp_id\". A workflow may have one of its own, and so may "
     "a wait for a signal or an approval.",
     {true, false, false}},
	{"retry", "It goes with \"mcp_id\" or \"workflow\".", {true, true, false}},
	{"inputs", "It goes with \"mcp_id\" or \"workflow\".", {true, true, false}},
};

/* What each kind is called. */
static const char *const kind_nouns[] = {
	[WORKFLOW_STEP_MCP] = "a step that runs an MCP",
	[WORKFLOW_STEP_WORKFLOW] = "a step that runs a workflow",
	[WORKFLOW_STEP_WAIT] = "a step that waits",
};

static bool read_kind(const JsonObject *object, WorkflowStep *step);
static void check_kind_keys(const JsonObject *object, WorkflowStepKind kind);
static bool is_said(const JsonObject *object, const char *key);
static void
read_target(const JsonObject *object, WorkflowPlace place, WorkflowStep *step);
static char *read_version(const JsonObject *object);
static void read_depends_on(const JsonObject *object, WorkflowStep *step);
static void read_on_error(const JsonObject *object, WorkflowStep *step);
static void read_cache(const JsonObject *object, WorkflowStep *step);

void
workflow_step_read(const JsonArray *steps, int index, WorkflowStep *step)
{
	JsonObject object;
	WorkflowPlace place;

	*step = (WorkflowStep){.step_id = NULL};
	if (!json_array_read_object(steps, index, "step", &object))
		return;
	step->step_id = json_object_read_string(
		&object, "step_id", JSON_OPTIONAL, &workflow_name_limits);
	step->name = json_object_read_string(
		&object, "name", JSON_REQUIRED, &workflow_name_limits);
	step->for_each = workflow_for_each_read(&object);
	place = json_object_has(&object, "for_each") ? WORKFLOW_INSIDE_ITEMS
	                                             : WORKFLOW_OUTSIDE_ITEMS;
	if (read_kind(&object, step))
		check_kind_keys(&object, step->kind);
	read_target(&object, place, step);
	read_depends_on(&object, step);
	step->inputs = workflow_source_read_all(
		&object, "inputs", "input", place, &step->input_count);
	step->when = workflow_expression_read(&object, "when", JSON_OPTIONAL);
	step->retry = workflow_retry_read(&object);
	(void) json_object_read_number(&object,
	                               "timeout_seconds",
	                               JSON_OPTIONAL,
	                               &workflow_seconds_range,
	                               &step->timeout);
	read_on_error(&object, step);
	read_cache(&object, step);
	json_object_check_keys(&object, keys, lengthof(keys));
}

/*
 * Of the keys that say what a step does there must be one; without any, it is
 * an MCP that is missing.  Returns false where there are more.
 */
static bool
read_kind(const JsonObject *object, WorkflowStep *step)
{
	static const struct
	{
		const char *key;
		WorkflowStepKind kind;
	} said[] = {
		{"mcp_id", WORKFLOW_STEP_MCP},
		{"workflow", WORKFLOW_STEP_WORKFLOW},
		{"workflow_id", WORKFLOW_STEP_WORKFLOW},
		{"wait", WORKFLOW_STEP_WAIT},
	};
	const char *first = NULL;

	for (size_t i = 0; i < lengthof(said); i++)
	{
		JsonPath path = json_object_path(object, said[i].key);

		if (!json_object_has(object, said[i].key))
			continue;
		if (first != NULL)
		{
			problem_add(object->problems,
			            PROBLEM_DEFINITION,
			            "conflicting_keys",
			            &path,
			            "A step runs an MCP, or runs a workflow, or waits.",
			            "a step with \"%s\" cannot have \"%s\"",
			            first,
			            said[i].key);
			return false;
		}
		first = said[i].key;
		step->kind = said[i].kind;
	}
	return true;
}

static void
check_kind_keys(const JsonObject *object, WorkflowStepKind kind)
{
	for (size_t i = 0; i < lengthof(kind_keys); i++)
	{
		const char *key = kind_keys[i].key;
		JsonPath path = json_object_path(object, key);

		if (kind_keys[i].is_for[kind] || !is_said(object, key))
			continue;
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "conflicting_keys",
		            &path,
		            kind_keys[i].hint,
		            "\"%s\" has no meaning in %s",
		            key,
		            kind_nouns[kind]);
	}
}

/* No inputs at all are said by null and by {}, which every normal form has. */
static bool
is_said(const JsonObject *object, const char *key)
{
	JsonbValue value;

	if (!json_object_has(object, key))
		return false;
	return strcmp(key, "inputs") != 0 ||
	       !json_object_find(object, key, &value) || value.type != jbvBinary ||
	       JsonContainerSize(value.val.binary.data) > 0;
}

static void
read_target(const JsonObject *object, WorkflowPlace place, WorkflowStep *step)
{
	bool is_normal = json_object_has(object, "workflow_id");

	switch (step->kind)
	{
		case WORKFLOW_STEP_MCP:
			step->mcp = json_object_read_string(
				object, "mcp_id", JSON_REQUIRED, &workflow_name_limits);
			step->version = read_version(object);
			break;
		case WORKFLOW_STEP_WORKFLOW:
			step->workflow.given =
				json_object_read_string(object,
			                            is_normal ? "workflow_id" : "workflow",
			                            JSON_REQUIRED,
			                            &workflow_name_limits);
			break;
		case WORKFLOW_STEP_WAIT:
			step->wait = workflow_wait_read(object, place);
			break;
	}
}

static char *
read_version(const JsonObject *object)
{
	char *version = json_object_read_string(
		object, "mcp_version_id", JSON_OPTIONAL, &workflow_name_limits);

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
		step->depends_on[i] =
			json_array_read_string(&array, i, &workflow_name_limits);
}

/* A word, or an object that names the step that stands in. */
static void
read_on_error(const JsonObject *object, WorkflowStep *step)
{
	static const char *const fallback_keys[] = {"fallback_step"};
	JsonObject fallback;
	JsonbValue value;
	int word;

	if (!json_object_find(object, "on_error", &value))
		return;
	if (value.type != jbvBinary)
	{
		word = json_object_read_word(object,
		                             "on_error",
		                             JSON_OPTIONAL,
		                             workflow_on_errors,
		                             lengthof(workflow_on_errors));
		step->on_error = word < 0 ? WORKFLOW_FAIL : (WorkflowOnError) word;
		return;
	}
	if (!json_object_read_object(
			object, "on_error", JSON_OPTIONAL, "on_error", &fallback))
		return;
	step->on_error = WORKFLOW_FALLBACK_STEP;
	step->fallback_step = json_object_read_string(
		&fallback, "fallback_step", JSON_REQUIRED, &workflow_name_limits);
	json_object_check_keys(&fallback, fallback_keys, lengthof(fallback_keys));
}

static void
read_cache(const JsonObject *object, WorkflowStep *step)
{
	static const char *const cache_keys[] = {"ttl"};
	JsonObject cache;

	if (!json_object_read_object(
			object, "cache", JSON_OPTIONAL, "cache", &cache))
		return;
	(void) json_object_read_number(&cache,
	                               "ttl",
	                               JSON_REQUIRED,
	                               &workflow_seconds_range,
	                               &step->cache_ttl);
	json_object_check_keys(&cache, cache_keys, lengthof(cache_keys));
}
