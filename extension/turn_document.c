/*
 * turn_document.c
 *		What a worker is told by a turn, as JSON.
 */
#include "postgres.h"

#include "turn_document.h"
#include "turn_step.h"
#include "utils/builtins.h"

static void print_task(JsonbParseState **state, const TurnTask *task);
static void put_timeout(JsonbParseState **state, double seconds);
static void print_refusal(JsonbParseState **state, const TurnRefusal *refusal);
static void begin_array(JsonbParseState **state, const char *key);
static void put_key(JsonbParseState **state, const char *key);
static void
put_string(JsonbParseState **state, const char *key, const char *text);
static void put_integer(JsonbParseState **state, const char *key, int64 number);
static char *print_id(const pg_uuid_t *id);

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
