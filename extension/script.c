/*
 * script.c
 *		Which version of the extension's script this database has.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "script.h"

static char *find_version(void);

void
script_require_current(void)
{
	static bool is_current = false;
	char *version;

	if (is_current)
		return;
	version = find_version();
	if (version == NULL)
		elog(ERROR, "extension \"mcp\" is not there");
	if (strcmp(version, MCP_VERSION) != 0)
		ereport(ERROR,
		        (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		         errmsg("extension \"mcp\" of this database is at version "
		                "\"%s\", its library at \"%s\"",
		                version,
		                MCP_VERSION),
		         errdetail("Nothing was changed, and runs that live wait."),
		         errhint("ALTER EXTENSION mcp UPDATE brings it to the "
		                 "library's version.")));
	is_current = true;
}

/*
 * An update writes the new version before its script runs, so that what the
 * script itself calls finds it.
 */
static char *
find_version(void)
{
	Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
	char *version = NULL;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple tuple;

	ScanKeyInit(&key,
	            Anum_pg_extension_extname,
	            BTEqualStrategyNumber,
	            F_NAMEEQ,
	            CStringGetDatum("mcp"));
	scan =
		systable_beginscan(catalog, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool is_null;

		version = TextDatumGetCString(heap_getattr(tuple,
		                                           Anum_pg_extension_extversion,
		                                           RelationGetDescr(catalog),
		                                           &is_null));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return version;
}
