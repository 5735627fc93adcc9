/*
 * version_watch.c
 *		Whether the versions of MCPs are still those that were looked at.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "version_watch.h"

static Oid versions_table = InvalidOid;
static uint64 changes = 0;

static void note_invalidation(Datum argument, Oid table);

/* The table is another one where the extension was made anew. */
void
version_watch_begin(void)
{
	static bool is_registered = false;

	versions_table =
		get_relname_relid("mcp_versions", get_namespace_oid("mcp", false));
	if (is_registered)
		return;
	CacheRegisterRelcacheCallback(note_invalidation, (Datum) 0);
	is_registered = true;
}

uint64
version_watch_changes(void)
{
	return changes;
}

/* This comes at any moment, in the midst of using what was remembered too. */
static void
note_invalidation(Datum argument, Oid table)
{
	if (table == versions_table || !OidIsValid(table))
		changes++;
}
