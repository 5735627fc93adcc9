/*
 * mcp_version_cache.c
 *		The version strings of MCP versions, by id, once per backend.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mcp_version_cache.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* Past this number all are forgotten: simpler than to know the least used. */
#define ENTRIES_MAX 4096

/* A longer string is looked up each time; nobody gives versions such names. */
#define VERSION_BYTES_MAX 63

typedef struct VersionEntry
{
	pg_uuid_t id; /* must be first */
	char version_str[VERSION_BYTES_MAX + 1];
} VersionEntry;

static HTAB *entries = NULL;

static char *look_up(const pg_uuid_t *version_id);
static void keep(const pg_uuid_t *version_id, const char *version_str);

char *
mcp_version_cache_get(const pg_uuid_t *version_id)
{
	VersionEntry *entry = NULL;
	char *version_str;

	if (entries != NULL)
		entry = hash_search(entries, version_id, HASH_FIND, NULL);
	if (entry != NULL)
		return pstrdup(entry->version_str);
	version_str = look_up(version_id);
	if (version_str != NULL && strlen(version_str) <= VERSION_BYTES_MAX)
		keep(version_id, version_str);
	return version_str;
}

static char *
look_up(const pg_uuid_t *version_id)
{
	static Statement find = {"SELECT v.version_str"
	                         " FROM mcp.mcp_versions AS v"
	                         " WHERE v.id = $1",
	                         1,
	                         {UUIDOID},
	                         NULL};
	MemoryContext caller = CurrentMemoryContext;
	Datum values[1] = {UUIDPGetDatum(version_id)};
	bool is_null;

	if (statement_run(&find, values, NULL) == 0)
		return NULL;
	MemoryContextSwitchTo(caller);
	return TextDatumGetCString(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
}

static void
keep(const pg_uuid_t *version_id, const char *version_str)
{
	VersionEntry *entry;

	if (entries != NULL && hash_get_num_entries(entries) >= ENTRIES_MAX)
	{
		hash_destroy(entries);
		entries = NULL;
	}
	if (entries == NULL)
	{
		HASHCTL control = {.keysize = sizeof(pg_uuid_t),
		                   .entrysize = sizeof(VersionEntry),
		                   .hcxt = TopMemoryContext};

		entries = hash_create("mcp version strings",
		                      64,
		                      &control,
		                      HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(entries, version_id, HASH_ENTER, NULL);
	strlcpy(entry->version_str, version_str, sizeof(entry->version_str));
}
