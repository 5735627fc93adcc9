/*
 * turn_document.c
 *		A turn as JSON: the results and the demand it is given, its answer.
 */
#include "postgres.h"

#include "json_array.h"
#include "slug.h"
#include "turn_document.h"
#include "turn_step.h"
#include "utils/builtins.h"

/* No worker has more hands; more is a slip, and would claim all there is. */
#define ROOM_MAX 10000

/* Seconds: nobody asks to be tried again later than in a year. */
#define DELAY_MAX (366 * 86400)

static const JsonTextLimits any_text = {JSON_TEXT_ANY, 0, 0};
static const JsonRange ordinal_range = {0, PG_INT32_MAX};
static const JsonRange attempt_range = {1, PG_INT32_MAX};
static const JsonRange wait_range = {0, PG_INT32_MAX};
static const JsonRange room_range = {0, ROOM_MAX};
static const JsonRange delay_range = {0, DELAY_MAX};

static void open_array(Jsonb *document, const char *key, ProblemList *problems,
                       JsonArray *array);
static void read_attempt(const JsonObject *object, pg_uuid_t *run_id, int *step,
                         int *attempt);
static TurnResult *read_result(const JsonObject *object);
static bool read_run_id(const JsonObject *object, pg_uuid_t *run_id);
static void print_task(JsonbParseState **state, const TurnTask *task);
static void put_timeout(JsonbParseState **state, double seconds);
static void print_refusal(JsonbParseState **state, const TurnRefusal *refusal);
static void begin_array(JsonbParseState **state, const char *key);
static void put_key(JsonbParseState **state, const char *key);
static void
put_string(JsonbParseState **state, const char *key, const char *text);
static void put_integer(JsonbParseState **state, const char *key, int64 number);
static char *print_id(const pg_uuid_t *id);

List *
turn_document_read_results(Jsonb *document, ProblemList *problems)
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
turn_document_read_held(Jsonb *document, ProblemList *problems)
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
turn_document_read_demands(Jsonb *document, ProblemList *problems)
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

Jsonb *
turn_document_print(const Turn *turn, int sleep_ms)
{
	JsonbParseState *state = NULL;
	ListCell *cell;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	begin_array(&state, "tasks");
	foreach (cell, turn->tasks)
		print_task(&state, lfirst(cell));
	pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	begin_array(&state, "finished");
	foreach (cell, turn->ended)
	{
		LiveRun *run = lfirst(cell);

		pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		put_string(&state, "run_id", print_id(&run->run_id));
		put_string(
			&state, "status", run_status_name(run_state_status(run->state)));
		pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	begin_array(&state, "refused");
	foreach (cell, turn->refusals)
		print_refusal(&state, lfirst(cell));
	pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	put_integer(&state, "sleep_ms", sleep_ms);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
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
	json_object_read_number(object,
	                        "retry_after_seconds",
	                        JSON_OPTIONAL,
	                        &wait_range,
	                        &result->retry_after);
	if (json_object_find(object, "usage", &usage) && usage.type != jbvNull)
		result->usage = JsonbValueToJsonb(&usage);
	return result;
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

/*
 * The token is the same for all attempts: what was done twice shows as one.  Keys
 * come in the order of jsonb, shorter ones first, so that nothing is to be sorted.
 */
static void
print_task(JsonbParseState **state, const TurnTask *task)
{
	const PlanStep *step = run_slot_plan(task->run, task->step);
	const char *step_id = turn_step_id(task->run, task->step);
	char *run_id = print_id(&task->run->run_id);
	JsonbValue inputs = {.type = jbvBinary};

	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	put_string(state, "name", step->name);
	put_string(state, "queue", run_slot_queue(task->run, task->step));
	put_key(state, "inputs");
	inputs.val.binary.data = &task->inputs->root;
	inputs.val.binary.len = (int) VARSIZE_ANY_EXHDR(task->inputs);
	pushJsonbValue(state, WJB_VALUE, &inputs);
	put_string(state, "mcp_id", print_id(&step->mcp_id));
	put_string(state, "run_id", run_id);
	put_integer(state, "attempt", task->attempt);
	put_string(state, "step_id", step_id);
	put_integer(state, "step_ordinal", task->step);
	put_string(state,
	           "mcp_version_id",
	           print_id(run_slot_version(task->run, task->step)));
	put_key(state, "timeout_seconds");
	put_timeout(state, step->timeout);
	put_string(state, "idempotency_token", psprintf("%s/%s", run_id, step_id));
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

/* Seconds; null: the step says nothing of it. */
static void
put_timeout(JsonbParseState **state, double seconds)
{
	JsonbValue value = {.type = jbvNull};

	if (seconds > 0)
	{
		value.type = jbvNumeric;
		value.val.numeric = DatumGetNumeric(
			DirectFunctionCall1(float8_numeric, Float8GetDatum(seconds)));
	}
	pushJsonbValue(state, WJB_VALUE, &value);
}

static void
print_refusal(JsonbParseState **state, const TurnRefusal *refusal)
{
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	put_string(state, "run_id", print_id(&refusal->result->run_id));
	put_integer(state, "step_ordinal", refusal->result->step);
	put_integer(state, "attempt", refusal->result->attempt);
	put_string(state, "reason", refusal->reason);
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

static void
begin_array(JsonbParseState **state, const char *key)
{
	put_key(state, key);
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
}

static void
put_key(JsonbParseState **state, const char *key)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = pstrdup(key);
	value.val.string.len = (int) strlen(key);
	pushJsonbValue(state, WJB_KEY, &value);
}

static void
put_string(JsonbParseState **state, const char *key, const char *text)
{
	JsonbValue value = {.type = jbvString};

	put_key(state, key);
	value.val.string.val = pstrdup(text);
	value.val.string.len = (int) strlen(text);
	pushJsonbValue(state, WJB_VALUE, &value);
}

static void
put_integer(JsonbParseState **state, const char *key, int64 number)
{
	JsonbValue value = {.type = jbvNumeric};

	put_key(state, key);
	value.val.numeric = int64_to_numeric(number);
	pushJsonbValue(state, WJB_VALUE, &value);
}

/* As uuid_out does, without its buffer that grows. */
static char *
print_id(const pg_uuid_t *id)
{
	static const char digits[] = "0123456789abcdef";
	char *text = palloc(2 * UUID_LEN + 5);
	char *at = text;

	for (int i = 0; i < UUID_LEN; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[id->data[i] >> 4];
		*at++ = digits[id->data[i] & 0x0F];
	}
	*at = '\0';
	return text;
}
