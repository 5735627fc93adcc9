/*
 * run_key.c
 *		Idempotency keys: a start that comes twice makes one run.
 *
 * The row is written before the run, so of two starts that come at once the second
 * waits here for the first to commit, and then finds its run.  A key that has
 * expired is taken as a new one.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "json_text.h"
#include "mcp_error.h"
#include "run_key.h"
#include "statement.h"
#include "utils/builtins.h"

static Datum hash_body(const RunKey *key);
static bool insert(const RunKey *key, const pg_uuid_t *run_id, Datum hash);
static bool find(const RunKey *key, Datum hash, pg_uuid_t *run_id);
static void raise_other_body(const RunKey *key) pg_attribute_noreturn();

bool
run_key_take(const RunKey *key, pg_uuid_t *run_id)
{
	Datum hash = hash_body(key);

	if (insert(key, run_id, hash))
		return true;
	if (!find(key, hash, run_id))
		raise_other_body(key);
	return false;
}

/*
 * The text of jsonb is the same for equal documents.  A trace is that of the call
 * and not of what is asked: the second call has another.
 */
static Datum
hash_body(const RunKey *key)
{
	static Statement hash = {
		"SELECT sha256(convert_to(concat($1::text, ($2"
		" - '{idempotency_key,idempotency_ttl_seconds,traceparent}'"
		"::text[])::text), 'UTF8'))",
		2,
		{JSONBOID, JSONBOID},
		NULL};
	Datum values[2] = {key->inputs, JsonbPGetDatum(key->options)};
	bool is_null;

	statement_run(&hash, values, NULL);
	return SPI_datumTransfer(
		SPI_getbinval(
			SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null),
		false,
		-1);
}

static bool
insert(const RunKey *key, const pg_uuid_t *run_id, Datum hash)
{
	static Statement take = {
		"INSERT INTO mcp.idempotency_keys AS k"
		" (target_id, key, run_id, body_hash, expires_at)"
		" VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))"
		" ON CONFLICT (target_id, key) DO UPDATE"
		" SET run_id = excluded.run_id, body_hash = excluded.body_hash,"
		"  expires_at = excluded.expires_at"
		" WHERE k.expires_at <= now()",
		5,
		{UUIDOID, TEXTOID, UUIDOID, BYTEAOID, FLOAT8OID},
		NULL};
	Datum values[5] = {UUIDPGetDatum(key->target_id),
	                   CStringGetTextDatum(key->key),
	                   UUIDPGetDatum(run_id),
	                   hash,
	                   Float8GetDatum((double) key->ttl)};

	return statement_run(&take, values, NULL) == 1;
}

/* False where the body is another one. */
static bool
find(const RunKey *key, Datum hash, pg_uuid_t *run_id)
{
	static Statement find_same = {"SELECT k.run_id"
	                              " FROM mcp.idempotency_keys AS k"
	                              " WHERE k.target_id = $1"
	                              " AND k.key = $2"
	                              " AND k.body_hash = $3",
	                              3,
	                              {UUIDOID, TEXTOID, BYTEAOID},
	                              NULL};
	Datum values[3] = {
		UUIDPGetDatum(key->target_id), CStringGetTextDatum(key->key), hash};
	bool is_null;

	if (statement_run(&find_same, values, NULL) == 0)
		return false;
	*run_id = *DatumGetUUIDP(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	return true;
}

static void
raise_other_body(const RunKey *key)
{
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_KEY_REUSED),
	         errmsg("idempotency key %s was used for another start",
	                json_text_quote(key->key, (int) strlen(key->key))),
	         errdetail("Its inputs or options were others."),
	         errhint("Use a new key for what is a new start.")));
}
