/*
 * turn_request.c
 *		What a worker says in a turn, read from its JSON.
 */
#include "postgres.h"

#include "json_array.h"
#include "slug.h"
#include "turn_request.h"
#include "utils/builtins.h"

/* No worker has more hands; more is a slip, and would claim all there is. */
#define ROOM_MAX 10000

/* Of one answer of a model; each becomes a run in this turn. */
#define CALLS_MAX 64

/* Seconds: nobody asks to be tried again later than in a year. */
#define DELAY_MAX (366 * 86400)

static const JsonTextLimits any_text = {JSON_TEXT_ANY, 0, 0};
static const JsonRange ordinal_range = {0, PG_INT32_MAX};
static const JsonRange attempt_range = {1, PG_INT32_MAX};
static const JsonRange room_range = {0, ROOM_MAX};
static const JsonRange delay_range = {0, DELAY_MAX};

static void open_array(Jsonb *document, const char *key, ProblemList *problems,
                       JsonArray *array);
static void read_attempt(const JsonObject *object, pg_uuid_t *run_id, int *step,
                         int *attempt);
static TurnResult *read_result(const JsonObject *object);
static Jsonb *read_calls(const JsonObject *object);
static bool read_run_id(const JsonObject *object, pg_uuid_t *run_id);

List *
turn_request_read_results(Jsonb *document, ProblemList *problems)
{
	JsonArray array;
	List *results = NIL;

	open_array(document, "results", problems, &array);
	for (int i = 0; i < array.length; i++)
	{
		JsonObject object;

		if (json_array_read_object(&array, i, "result", &object))
			results = lappend(results, read_result(&object));
	}
	return results;
}

List *
turn_request_read_held(Jsonb *document, ProblemList *problems)
{
	JsonArray array;
	List *list = NIL;

	open_array(document, "held", problems, &array);
	for (int i = 0; i < array.length; i++)
	{
		TurnHeld *held = palloc0_object(TurnHeld);
		JsonObject object;

		if (!json_array_read_object(&array, i, "attempt", &object))
			continue;
		read_attempt(&object, &held->run_id, &held->step, &held->attempt);
		list = lappend(list, held);
	}
	return list;
}

List *
turn_request_read_demands(Jsonb *document, ProblemList *problems)
{
	JsonObject object;
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;
	List *demands = NIL;

	if (!json_object_open(&object, document, "demand", problems))
		return NIL;
	json_members_open(&members, &object);
	while (json_members_next(&members, &key, &value))
	{
		TurnDemand *demand = palloc0_object(TurnDemand);
		char *queue = pnstrdup(key.val.string.val, (Size) key.val.string.len);

		demand->queue = queue;
		json_object_read_integer(
			&object, queue, JSON_REQUIRED, &room_range, &demand->count);
		demands = lappend(demands, demand);
	}
	return demands;
}

/* An array that is a document of its own, or none and a problem. */
static void
open_array(Jsonb *document, const char *key, ProblemList *problems,
           JsonArray *array)
{
	memset(array, 0, sizeof(*array));
	array->path = json_path_root();
	array->key = key;
	array->problems = problems;
	if (JB_ROOT_IS_ARRAY(document) && !JB_ROOT_IS_SCALAR(document))
	{
		array->container = &document->root;
		array->length = (int) JB_ROOT_COUNT(document);
		return;
	}
	problem_add(problems,
	            PROBLEM_DEFINITION,
	            "wrong_type",
	            &array->path,
	            NULL,
	            "\"%s\" must be an array",
	            key);
}

/* What names an attempt. */
static void
read_attempt(const JsonObject *object, pg_uuid_t *run_id, int *step,
             int *attempt)
{
	read_run_id(object, run_id);
	json_object_read_integer(
		object, "step_ordinal", JSON_REQUIRED, &ordinal_range, step);
	json_object_read_integer(
		object, "attempt", JSON_REQUIRED, &attempt_range, attempt);
}

static TurnResult *
read_result(const JsonObject *object)
{
	TurnResult *result = palloc0_object(TurnResult);
	JsonbValue outputs;
	JsonbValue usage;
	JsonObject memory;

	read_attempt(object, &result->run_id, &result->step, &result->attempt);
	json_object_read_bool(
		object, "success", JSON_REQUIRED, &result->is_success);
	if (json_object_find(object, "result", &outputs) && outputs.type != jbvNull)
		result->outputs = JsonbValueToJsonb(&outputs);
	result->error = json_object_read_string(object,
	                                        "error",
	                                        result->is_success ? JSON_OPTIONAL
	                                                           : JSON_REQUIRED,
	                                        &any_text);
	result->error_class = json_object_read_string(
		object, "error_class", JSON_OPTIONAL, &any_text);
	json_object_read_number(object,
	                        "retry_after_seconds",
	                        JSON_OPTIONAL,
	                        &delay_range,
	                        &result->retry_after);
	result->stdout_text =
		json_object_read_string(object, "stdout", JSON_OPTIONAL, &any_text);
	result->stderr_text =
		json_object_read_string(object, "stderr", JSON_OPTIONAL, &any_text);
	if (json_object_find(object, "usage", &usage) && usage.type != jbvNull)
		result->usage = JsonbValueToJsonb(&usage);
	result->artifact = artifact_read(object);
	result->tool_calls = read_calls(object);
	if (json_object_read_object(
			object, "memory", JSON_OPTIONAL, "memory", &memory) &&
	    memory.container != NULL)
		result->memory = json_object_copy(&memory);
	return result;
}

/* NULL where there are none. */
static Jsonb *
read_calls(const JsonObject *object)
{
	static const char key[] = "tool_calls";
	JsonPath path = json_object_path(object, key);
	JsonbValue calls;
	JsonArray array;

	if (!json_object_read_array(object, key, JSON_OPTIONAL, &array) ||
	    array.length == 0)
		return NULL;
	if (array.length > CALLS_MAX)
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "too_many",
		            &path,
		            NULL,
		            "an answer calls at most %d tools, not %d",
		            CALLS_MAX,
		            array.length);
	(void) json_object_find(object, key, &calls);
	return JsonbValueToJsonb(&calls);
}

static bool
read_run_id(const JsonObject *object, pg_uuid_t *run_id)
{
	char *text =
		json_object_read_string(object, "run_id", JSON_REQUIRED, &any_text);
	JsonPath path;

	if (text == NULL)
		return false;
	if (slug_is_id(text))
	{
		*run_id =
			*DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(text)));
		return true;
	}
	path = json_object_path(object, "run_id");
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "wrong_type",
	            &path,
	            NULL,
	            "\"run_id\" must be a UUID");
	return false;
}
