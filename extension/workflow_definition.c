/*
 * workflow_definition.c
 *		The document that defines a workflow: read whole, with all that is wrong.
 */
#include "postgres.h"

#include <math.h>

#include "json_array.h"
#include "slug.h"
#include "workflow_definition.h"
#include "workflow_settings.h"
#include "workflow_step.h"
#include "workflow_wiring.h"

#define DEFAULT_MAX_RETRIES 3
#define DEFAULT_BACKOFF_FACTOR 2

static const JsonTextLimits description_limits = {JSON_TEXT_ANY, 0, 10000};

/* What makes sense with one strategy only. */
static const struct
{
	const char *key;
	WorkflowStrategy strategy;
} strategy_keys[] = {
	{"max_retries", WORKFLOW_RETRY_WITH_BACKOFF},
	{"backoff_factor", WORKFLOW_RETRY_WITH_BACKOFF},
	{"fallback_workflow_id", WORKFLOW_FALLBACK_CHAIN},
};

static WorkflowMode read_mode(const JsonObject *object);
static void
read_error_handling(const JsonObject *object, WorkflowErrorHandling *handling);
static void
check_strategy_keys(const JsonObject *object, WorkflowStrategy strategy);
static void
read_strategy_keys(const JsonObject *object, WorkflowErrorHandling *handling);
static void check_keys(const JsonObject *object);
static bool is_read_back(const JsonbValue *key);
static void read_steps(const JsonObject *object, Workflow *workflow);

Workflow *
workflow_definition_read(Jsonb *document, ProblemList *problems)
{
	Workflow *workflow = palloc0(sizeof(Workflow));
	JsonObject object;

	if (!json_object_open(&object, document, "workflow", problems))
		return workflow;
	workflow->name = json_object_read_string(
		&object, "name", JSON_REQUIRED, &workflow_name_limits);
	workflow->slug = slug_read(&object);
	workflow->description = json_object_read_string(
		&object, "description", JSON_OPTIONAL, &description_limits);
	workflow->mode = read_mode(&object);
	read_error_handling(&object, &workflow->error_handling);
	workflow_settings_read(&object, workflow);
	check_keys(&object);
	read_steps(&object, workflow);
	workflow_wiring_check(workflow, problems);
	return workflow;
}

/* Without a word for it a workflow runs in the order it is written. */
static WorkflowMode
read_mode(const JsonObject *object)
{
	int mode = json_object_read_word(object,
	                                 "execution_mode",
	                                 JSON_OPTIONAL,
	                                 workflow_modes,
	                                 lengthof(workflow_modes));

	return mode < 0 ? WORKFLOW_SEQUENTIAL : (WorkflowMode) mode;
}

static void
read_error_handling(const JsonObject *object, WorkflowErrorHandling *handling)
{
	static const char *const keys[] = {
		"strategy", "max_retries", "backoff_factor", "fallback_workflow_id"};
	JsonObject given;
	int strategy;

	*handling = (WorkflowErrorHandling){.strategy = WORKFLOW_STOP_ON_ERROR};
	if (!json_object_read_object(
			object, "error_handling", JSON_OPTIONAL, "error handling", &given))
		return;
	json_object_check_keys(&given, keys, lengthof(keys));
	strategy = json_object_read_word(&given,
	                                 "strategy",
	                                 JSON_OPTIONAL,
	                                 workflow_strategies,
	                                 lengthof(workflow_strategies));
	/* A wrong word leaves open which keys would go with the right one. */
	if (strategy < 0 && json_object_has(&given, "strategy"))
		return;
	if (strategy >= 0)
		handling->strategy = (WorkflowStrategy) strategy;
	check_strategy_keys(&given, handling->strategy);
	read_strategy_keys(&given, handling);
}

/* Clients may send the keys of other strategies as null; a value is a mistake. */
static void
check_strategy_keys(const JsonObject *object, WorkflowStrategy strategy)
{
	for (size_t i = 0; i < lengthof(strategy_keys); i++)
	{
		const char *key = strategy_keys[i].key;
		JsonPath path = json_object_path(object, key);

		if (strategy_keys[i].strategy == strategy ||
		    !json_object_has(object, key))
			continue;
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "conflicting_keys",
		            &path,
		            psprintf("It goes with strategy \"%s\".",
		                     workflow_strategies[strategy_keys[i].strategy]),
		            "\"%s\" has no meaning with strategy \"%s\"",
		            key,
		            workflow_strategies[strategy]);
	}
}

static void
read_strategy_keys(const JsonObject *object, WorkflowErrorHandling *handling)
{
	static const JsonRange retries = {0, 1000000};
	static const JsonRange factors = {1, HUGE_VAL};

	switch (handling->strategy)
	{
		case WORKFLOW_STOP_ON_ERROR:
			break;
		case WORKFLOW_RETRY_WITH_BACKOFF:
			handling->max_retries = DEFAULT_MAX_RETRIES;
			handling->backoff_factor = DEFAULT_BACKOFF_FACTOR;
			(void) json_object_read_integer(object,
			                                "max_retries",
			                                JSON_OPTIONAL,
			                                &retries,
			                                &handling->max_retries);
			(void) json_object_read_number(object,
			                               "backoff_factor",
			                               JSON_OPTIONAL,
			                               &factors,
			                               &handling->backoff_factor);
			break;
		case WORKFLOW_FALLBACK_CHAIN:
			handling->fallback.given =
				json_object_read_string(object,
			                            "fallback_workflow_id",
			                            JSON_REQUIRED,
			                            &workflow_name_limits);
			break;
	}
}

static void
check_keys(const JsonObject *object)
{
	static const char *const keys[] = {"name",
	                                   "slug",
	                                   "description",
	                                   "execution_mode",
	                                   "error_handling",
	                                   "steps",
	                                   "input_schema",
	                                   "outputs",
	                                   "timeout_seconds",
	                                   "queue",
	                                   "priority",
	                                   "concurrency",
	                                   "retention_days"};
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;

	json_members_open(&members, object);
	while (!problem_is_full(object->problems) &&
	       json_members_next(&members, &key, &value))
	{
		if (!is_read_back(&key))
			json_members_check_key(object, &key, keys, lengthof(keys));
	}
}

/* What get_workflow adds comes back from whoever edits what he read. */
static bool
is_read_back(const JsonbValue *key)
{
	static const char *const keys[] = {
		"workflow_id", "id", "version", "created_at", "updated_at"};

	for (size_t i = 0; i < lengthof(keys); i++)
	{
		if (json_value_is_text(key, keys[i]))
			return true;
	}
	return false;
}

static void
read_steps(const JsonObject *object, Workflow *workflow)
{
	JsonArray array;
	JsonPath path = json_object_path(object, "steps");

	if (!json_object_read_array(object, "steps", JSON_REQUIRED, &array))
		return;
	if (array.length > WORKFLOW_STEPS_MAX)
	{
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "too_many",
		            &path,
		            "Steps that do the same for many values are better one "
		            "step, and the values its input.",
		            "a workflow must have at most %d steps, not %d",
		            WORKFLOW_STEPS_MAX,
		            array.length);
		return;
	}
	workflow->step_count = array.length;
	workflow->steps = palloc0((Size) array.length * sizeof(WorkflowStep));
	for (int i = 0; i < array.length; i++)
		workflow_step_read(&array, i, &workflow->steps[i]);
}
