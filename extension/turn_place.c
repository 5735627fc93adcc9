/*
 * turn_place.c
 *		Runs that take turns: of one key at most so many have begun at a time.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "expression.h"
#include "json_document.h"
#include "statement.h"
#include "timer.h"
#include "turn_place.h"
#include "turn_step.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Longer keys are known by their digest: they go into an index. */
#define KEY_MAX 200

static Datum take(TurnWork *work, List *runs, List *ended);
static char *find_key(TurnWork *work, LiveRun *run);
static bool is_among(const LiveRun *run, const Datum *ids, int count);

List *
turn_place_take(TurnWork *work, List *runs, List *ended)
{
	List *beginning = NIL;
	Datum *ids;
	int count;
	ListCell *cell;

	if (runs == NIL && ended == NIL)
		return NIL;
	deconstruct_array(DatumGetArrayTypeP(take(work, runs, ended)),
	                  UUIDOID,
	                  UUID_LEN,
	                  false,
	                  TYPALIGN_CHAR,
	                  &ids,
	                  NULL,
	                  &count);
	foreach (cell, runs)
		if (is_among(lfirst(cell), ids, count))
			beginning = lappend(beginning, lfirst(cell));
	/* Others that got a place have a timer that is due. */
	if (ended != NIL)
		work->turn->is_more = true;
	return beginning;
}

void
turn_place_leave(TurnWork *work, LiveRun *run)
{
	if (run->plan->concurrency_limit == 0)
		return;
	queue_store_add_timer(&work->timers, run, TIMER_PLACE, work->turn->now);
	work->turn->is_more = true;
}

static Datum
take(TurnWork *work, List *runs, List *ended)
{
	static Statement take_places = {
		"SELECT mcp._take_places($1, $2, $3, $4, $5)",
		5,
		{UUIDARRAYOID, UUIDARRAYOID, TEXTARRAYOID, INT4ARRAYOID, UUIDARRAYOID},
		NULL};
	Column columns[5];
	Datum values[5];
	bool is_null;
	ListCell *cell;

	for (int i = 0; i < 5; i++)
		column_init(&columns[i],
		            i == 2   ? TEXTOID
		            : i == 3 ? INT4OID
		                     : UUIDOID,
		            list_length(runs));
	foreach (cell, runs)
	{
		LiveRun *run = lfirst(cell);

		column_add_pointer(&columns[0], &run->run_id);
		column_add_pointer(&columns[1], &run->workflow_id);
		column_add_text(&columns[2], find_key(work, run));
		column_add(&columns[3], Int32GetDatum(run->plan->concurrency_limit));
	}
	foreach (cell, ended)
		column_add_pointer(&columns[4], lfirst(cell));
	for (int i = 0; i < 5; i++)
		values[i] = column_array(&columns[i]);
	statement_run(&take_places, values, NULL);
	return SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
}

/* As text; what finds nothing in the inputs is a key like any other. */
static char *
find_key(TurnWork *work, LiveRun *run)
{
	const PlanExpression *expression = run->plan->concurrency_key;
	JsonbValue value = {.type = jbvNull};
	StepScope scope;
	Jsonb *document;
	char *key;

	if (expression == NULL)
		return pstrdup("");
	turn_step_scope_run(work, run, &scope);
	if (!expression_find(&scope, expression, &value))
		value.type = jbvNull;
	document = json_document_make(&value);
	key = JsonbToCString(NULL, &document->root, (int) VARSIZE(document));
	if (strlen(key) <= KEY_MAX)
		return key;
	return TextDatumGetCString(
		DirectFunctionCall1(md5_text, CStringGetTextDatum(key)));
}

static bool
is_among(const LiveRun *run, const Datum *ids, int count)
{
	for (int i = 0; i < count; i++)
		if (memcmp(DatumGetUUIDP(ids[i]), &run->run_id, UUID_LEN) == 0)
			return true;
	return false;
}
