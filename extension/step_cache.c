/*
 * step_cache.c
 *		Results kept for use again: by version and inputs.
 *
 * jsonb prints its keys in one order and without what has no meaning, so its text
 * is canonical.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "column.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "statement.h"
#include "step_cache.h"
#include "utils/builtins.h"

static Datum key_array(List *entries);
static bytea *make_key(const StepCacheEntry *entry);

void
step_cache_find(List *entries, TimestampTz now)
{
	static Statement find = {
		"SELECT w.place, c.result"
		" FROM unnest($1) WITH ORDINALITY AS w (key, place)"
		" CROSS JOIN LATERAL ("
		"  SELECT c.result"
		"  FROM mcp.step_cache AS c"
		"  WHERE c.key = w.key"
		"  AND c.expires_at > $2) AS c",
		2,
		{BYTEAARRAYOID, TIMESTAMPTZOID},
		NULL};
	Datum values[2];

	if (entries == NIL)
		return;
	values[0] = key_array(entries);
	values[1] = TimestampTzGetDatum(now);
	statement_run(&find, values, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc columns = SPI_tuptable->tupdesc;
		bool is_null;
		int64 place = DatumGetInt64(SPI_getbinval(row, columns, 1, &is_null));
		StepCacheEntry *entry = list_nth(entries, (int) place - 1);
		Datum result = SPI_getbinval(row, columns, 2, &is_null);

		entry->is_found = true;
		entry->result = is_null ? NULL : DatumGetJsonbP(result);
	}
}

/*
 * In the order of their keys, so that two sessions with the same ones do not wait
 * for each other; the same key may come twice in a turn.
 */
void
step_cache_store(List *entries, TimestampTz now)
{
	static Statement store = {
		"INSERT INTO mcp.step_cache AS c"
		" (key, mcp_version_id, result, stored_at, expires_at)"
		" SELECT DISTINCT ON (n.key)"
		"  n.key, n.version_id, n.result, $5, n.expires_at"
		" FROM unnest($1, $2, $3, $4)"
		"  AS n (key, version_id, result, expires_at)"
		" ORDER BY n.key"
		" ON CONFLICT (key) DO UPDATE"
		" SET result = excluded.result,"
		"  stored_at = excluded.stored_at,"
		"  expires_at = excluded.expires_at",
		5,
		{BYTEAARRAYOID,
	     UUIDARRAYOID,
	     JSONBARRAYOID,
	     TIMESTAMPTZARRAYOID,
	     TIMESTAMPTZOID},
		NULL};
	Column versions;
	Column results;
	Column expiries;
	Datum values[5];
	ListCell *cell;

	if (entries == NIL)
		return;
	column_init(&versions, UUIDOID, list_length(entries));
	column_init(&results, JSONBOID, list_length(entries));
	column_init(&expiries, TIMESTAMPTZOID, list_length(entries));
	foreach (cell, entries)
	{
		const StepCacheEntry *entry = lfirst(cell);

		column_add_pointer(&versions, entry->version_id);
		column_add_pointer(&results, entry->result);
		column_add(&expiries,
		           TimestampTzGetDatum(
					   now + (TimestampTz) Min(entry->ttl * USECS_PER_SEC,
		                                       (double) (END_TIMESTAMP / 2))));
	}
	values[0] = key_array(entries);
	values[1] = column_array(&versions);
	values[2] = column_array(&results);
	values[3] = column_array(&expiries);
	values[4] = TimestampTzGetDatum(now);
	statement_run(&store, values, NULL);
}

static Datum
key_array(List *entries)
{
	Column keys;
	ListCell *cell;

	column_init(&keys, BYTEAOID, list_length(entries));
	foreach (cell, entries)
		column_add_pointer(&keys, make_key(lfirst(cell)));
	return column_array(&keys);
}

static bytea *
make_key(const StepCacheEntry *entry)
{
	bytea *key = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	char *inputs = JsonbToCString(
		NULL, &entry->inputs->root, (int) VARSIZE(entry->inputs));
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);

	SET_VARSIZE(key, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	if (pg_cryptohash_init(hash) < 0 ||
	    pg_cryptohash_update(hash, entry->version_id->data, UUID_LEN) < 0 ||
	    pg_cryptohash_update(hash, (const uint8 *) inputs, strlen(inputs)) <
	        0 ||
	    pg_cryptohash_final(
			hash, (uint8 *) VARDATA(key), PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR,
		     "could not hash the inputs of a step: %s",
		     pg_cryptohash_error(hash));
	pg_cryptohash_free(hash);
	pfree(inputs);
	return key;
}
