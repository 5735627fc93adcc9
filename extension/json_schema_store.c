/*
 * json_schema_store.c
 *		Reads mcp.json_schemas over SPI.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"

#include "json_schema_store.h"

#define FIND_SCHEMA "SELECT schema FROM mcp.json_schemas WHERE uri = $1"

static Oid relation_id = InvalidOid;

Oid
schema_store_relation(void)
{
	return relation_id;
}

bool
schema_store_is_current(void)
{
	return !IsInParallelMode();
}

/* Looked up each time: the extension may have been dropped and made again. */
static Oid
find_owner(void)
{
	Relation relation;
	Oid owner;

	relation_id =
		get_relname_relid("json_schemas", get_namespace_oid("mcp", false));
	relation = RelationIdGetRelation(relation_id);
	if (!RelationIsValid(relation))
		ereport(ERROR,
		        errcode(ERRCODE_UNDEFINED_TABLE),
		        errmsg("table \"mcp.json_schemas\" does not exist"));
	owner = relation->rd_rel->relowner;
	RelationClose(relation);
	return owner;
}

static Jsonb *
read_schema(const char *uri, MemoryContext context)
{
	Datum argument = CStringGetTextDatum(uri);
	Oid type = TEXTOID;
	bool is_null;
	Datum datum;
	MemoryContext before;
	Jsonb *schema;

	if (SPI_execute_with_args(
			FIND_SCHEMA, 1, &type, &argument, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read mcp.json_schemas");
	if (SPI_processed == 0)
		return NULL;
	datum = SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	before = MemoryContextSwitchTo(context);
	schema = DatumGetJsonbPCopy(datum);
	MemoryContextSwitchTo(before);
	return schema;
}

/*
 * What is found here may be kept for longer than the caller's snapshot lives, so
 * it is read by the latest one: an old one could bring back, after the message
 * that it has changed, what it was before.
 *
 * As referential integrity checks do: for this one query, whose text no caller
 * has a hand in, the backend acts as the owner of the table.
 */
Jsonb *
schema_store_find(const char *uri)
{
	MemoryContext context = CurrentMemoryContext;
	Oid owner = find_owner();
	Oid user;
	int security;
	Jsonb *schema;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(
		owner, security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	PushActiveSnapshot(schema_store_is_current() ? GetLatestSnapshot()
	                                             : GetActiveSnapshot());
	SPI_connect();
	schema = read_schema(uri, context);
	SPI_finish();
	PopActiveSnapshot();
	SetUserIdAndSecContext(user, security);
	return schema;
}
