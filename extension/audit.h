/*
 * audit.h
 *		A word in the audit log about what this transaction changes.
 */
#ifndef MCP_AUDIT_H
#define MCP_AUDIT_H

#include "utils/jsonb.h"

typedef struct AuditEntry
{
	const char *action; /* "create", "update", "delete", "cancel" ... */
	const char *kind;   /* "mcp", "workflow", "run" ... */
	const char *object_id;
	const char *object_name; /* NULL: it has none */
} AuditEntry;

/*
 * Appends the entry with the differences of the two documents, either of which
 * may be NULL for none.  Needs an SPI connection.
 */
extern void audit_write(const AuditEntry *entry, Jsonb *before, Jsonb *after);

#endif
