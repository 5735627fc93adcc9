/*
 * run_event.c
 *		What was done to a run, noted beside it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "json_document.h"
#include "run_event.h"
#include "statement.h"
#include "utils/builtins.h"

void
run_event_write(const RunEvent *event)
{
	static Statement add = {
		"INSERT INTO mcp.run_events (run_id, step_ordinal, kind, detail)"
		" VALUES ($1, $2, $3, $4)",
		4,
		{UUIDOID, INT4OID, TEXTOID, JSONBOID},
		NULL};
	Datum values[4] = {UUIDPGetDatum(event->run_id),
	                   Int32GetDatum(event->step),
	                   CStringGetTextDatum(event->kind),
	                   event->detail == NULL ? (Datum) 0
	                                         : JsonbPGetDatum(event->detail)};
	char nulls[5] = "    ";

	if (event->step == RUN_EVENT_NO_STEP)
		nulls[1] = 'n';
	if (event->detail == NULL)
		nulls[3] = 'n';
	statement_run(&add, values, nulls);
}

Jsonb *
run_event_detail(const char *key, const char *text)
{
	JsonbParseState *state = NULL;

	if (text == NULL)
		return NULL;
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	json_document_push_key(&state, key);
	json_document_push_text(&state, text);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}
