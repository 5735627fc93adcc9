/*
 * audit.c
 *		A word in the audit log about what this transaction changes.
 *
 * Told by the functions that change and not by triggers: a trigger on INSERT
 * would fire again for every row that a restore loads, and write as history what
 * never happened.
 */
#include "postgres.h"

#include "audit.h"
#include "catalog/pg_type.h"
#include "statement.h"
#include "utils/builtins.h"

void
audit_write(const AuditEntry *entry, Jsonb *before, Jsonb *after)
{
	static Statement append = {
		"SELECT mcp._audit($1, $2, $3, $4, $5, $6)",
		6,
		{TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID, JSONBOID},
		NULL};
	Datum values[6] = {
		CStringGetTextDatum(entry->action),
		CStringGetTextDatum(entry->kind),
		CStringGetTextDatum(entry->object_id),
		entry->object_name ? CStringGetTextDatum(entry->object_name) : 0,
		before ? JsonbPGetDatum(before) : 0,
		after ? JsonbPGetDatum(after) : 0};
	char nulls[7] = "      ";

	if (entry->object_name == NULL)
		nulls[3] = 'n';
	if (before == NULL)
		nulls[4] = 'n';
	if (after == NULL)
		nulls[5] = 'n';
	statement_run(&append, values, nulls);
}
