/*
 * stale_result.c
 *		Results that came too late: whoever brought them did not own the step.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "json_document.h"
#include "run_event.h"
#include "stale_result.h"
#include "statement.h"
#include "utils/memutils.h"

/* What a worker had in hand when it was stopped; more are not remembered. */
#define RESULTS_MAX 256

/* Names of workers have at most 200 characters. */
#define WORKER_BYTES_MAX 801

typedef struct StaleResult
{
	pg_uuid_t run_id;
	int step;
	int attempt;
	int epoch;
} StaleResult;

static StaleResult results[RESULTS_MAX];
static int result_count = 0;
static char worker_name[WORKER_BYTES_MAX];

static bool is_run(const pg_uuid_t *run_id);
static void
write_event(const StaleResult *result, const char *worker, const char *reason);
static void push_integer(JsonbParseState **state, const char *key, int number);

void
stale_result_write_refused(const Turn *turn)
{
	ListCell *cell;

	foreach (cell, turn->refusals)
	{
		const TurnRefusal *refusal = lfirst(cell);
		StaleResult stale = {refusal->result->run_id,
		                     refusal->result->step,
		                     refusal->result->attempt,
		                     turn->epoch};

		if (strcmp(refusal->reason, "not_held") == 0)
			write_event(&stale, turn->worker, refusal->reason);
	}
}

void
stale_result_remember(const Turn *turn)
{
	ListCell *cell;

	strlcpy(worker_name, turn->worker, WORKER_BYTES_MAX);
	result_count = 0;
	foreach (cell, turn->results)
	{
		const TurnResult *result = lfirst(cell);

		if (result_count < RESULTS_MAX)
			results[result_count++] = (StaleResult){
				result->run_id, result->step, result->attempt, turn->epoch};
	}
}

/* Anything may stand in a result, so runs that are none have no events. */
void
stale_result_write_remembered(void)
{
	for (int i = 0; i < result_count; i++)
		if (is_run(&results[i].run_id))
			write_event(&results[i], worker_name, "stale_epoch");
	result_count = 0;
}

static bool
is_run(const pg_uuid_t *run_id)
{
	static Statement find = {"SELECT FROM mcp.workflow_runs AS r"
	                         " WHERE r.run_id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};

	return statement_run(&find, values, NULL) > 0;
}

static void
write_event(const StaleResult *result, const char *worker, const char *reason)
{
	JsonbParseState *state = NULL;
	RunEvent event = {&result->run_id, result->step, "result_refused", NULL};

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	json_document_push_key(&state, "worker");
	json_document_push_text(&state, worker);
	push_integer(&state, "epoch", result->epoch);
	push_integer(&state, "attempt", result->attempt);
	json_document_push_key(&state, "reason");
	json_document_push_text(&state, reason);
	event.detail =
		JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
	run_event_write(&event);
}

static void
push_integer(JsonbParseState **state, const char *key, int number)
{
	JsonbValue value = {.type = jbvNumeric};

	json_document_push_key(state, key);
	value.val.numeric = int64_to_numeric(number);
	pushJsonbValue(state, WJB_VALUE, &value);
}
