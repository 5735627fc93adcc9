/*
 * expectation.c
 *		What a writer believes to be the latest: optimistic locking.
 */
#include "postgres.h"

#include "expectation.h"
#include "json_text.h"
#include "mcp_error.h"

#define READ_AGAIN                                                   \
	"Somebody has changed it since it was read; read it again, and " \
	"decide again."

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
	         errhint(READ_AGAIN)));
}

void
expectation_check_revision(const char *kind, const char *name, int expected,
                           int latest)
{
	if (expected == latest)
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_STALE),
	         errmsg("%s \"%s\" is at revision %d, not at %d",
	                kind,
	                name,
	                latest,
	                expected),
	         errhint(READ_AGAIN)));
}
