/*
 * run_control.h
 *		What people do to a run that lives: pause, resume, cancel.
 *
 * Each verb does it, writes it into the audit log and among the events of the
 * run, and raises where the run does not allow it: MC020 for an unknown run,
 * MC010 for one that has ended or is so already.  They need an SPI connection.
 */
#ifndef MCP_RUN_CONTROL_H
#define MCP_RUN_CONTROL_H

#include "utils/uuid.h"

/* A reason may be NULL. */
extern void run_control_pause(const pg_uuid_t *run_id, const char *reason);
extern void run_control_resume(const pg_uuid_t *run_id);
extern void run_control_cancel(const pg_uuid_t *run_id, const char *reason);

/* False, and nothing is raised, where no such run lives. */
extern bool run_control_try_cancel(const pg_uuid_t *run_id, const char *reason);

/* Raises why nothing of the sort can be done to a run that does not live. */
extern void
run_control_raise_not_alive(const pg_uuid_t *run_id, const char *deed)
	pg_attribute_noreturn();

#endif
