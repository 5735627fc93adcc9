/*
 * expectation.c
 *		What a writer believes to be the latest version: optimistic locking.
 */
#include "postgres.h"

#include "expectation.h"
#include "json_text.h"
#include "mcp_error.h"

void
expectation_check(const char *kind, const char *name, const char *expected,
                  const char *latest)
{
	if (expected == NULL || strcmp(expected, latest) == 0)
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_STALE),
	         errmsg("%s \"%s\" is at version \"%s\", not at %s",
	                kind,
	                name,
	                latest,
	                json_text_quote(expected, (int) strlen(expected))),
	         errhint("Somebody has changed it since it was read; read it "
	                 "again, and decide again.")));
}
