/*
 * workflow_way_back.h
 *		Which workflows run a given one, as a step or a fallback, by whatever
 *		detours.
 *
 * Asked from its end: a workflow with thousands of steps names thousands of
 * others, but is itself named by few.
 */
#ifndef MCP_WORKFLOW_WAY_BACK_H
#define MCP_WORKFLOW_WAY_BACK_H

#include "utils/uuid.h"

#include "workflow_lookup.h"

typedef struct WayBack WayBack;

/* All that lead to the workflow, itself among them.  Needs an SPI connection. */
extern WayBack *
workflow_way_back_find(const pg_uuid_t *workflow, WorkflowLock lock);

/* Does the way from that one, its id as text, lead there? */
extern bool workflow_way_back_has(const WayBack *way, const char *id);

/* The names from that one to the last before the end: "\"a\" -> \"b\" -> ". */
extern char *workflow_way_back_print(const WayBack *way, const char *id);

#endif
