/*
 * run_audit.h
 *		What people do to runs, told to the audit log.
 *
 * Not what runs do by themselves: that is their history.  Both verbs need an SPI
 * connection.
 */
#ifndef MCP_RUN_AUDIT_H
#define MCP_RUN_AUDIT_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * Of a run as this transaction sees it: {status, error_message}, or NULL where
 * there is no such run.  To be taken before the deed.
 */
extern Jsonb *run_audit_look(const pg_uuid_t *run_id);

/* After the deed: "cancel", "record" and the like, with what it has changed. */
extern void
run_audit_write(const char *action, const pg_uuid_t *run_id, Jsonb *before);

#endif
