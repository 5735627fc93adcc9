/*
 * script.c
 *		What the extension's script of this database has.
 */
#include "postgres.h"

#include "nodes/value.h"
#include "parser/parse_func.h"

#include "script.h"

bool
script_has_function(const char *name, Oid type)
{
	List *path =
		list_make2(makeString(pstrdup("mcp")), makeString(pstrdup(name)));

	return OidIsValid(LookupFuncName(path, 1, &type, true));
}
