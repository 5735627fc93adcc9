/*
 * workflow_for_each.h
 *		A step of a workflow document that runs once for each item of an array.
 *
 *	{"items": {"source_type", ...}, "max_concurrency", "mode"}
 */
#ifndef MCP_WORKFLOW_FOR_EACH_H
#define MCP_WORKFLOW_FOR_EACH_H

#include "json_reader.h"
#include "workflow.h"

/* What stands under "for_each" of the step; NULL where nothing does.  palloc'd. */
extern WorkflowForEach *workflow_for_each_read(const JsonObject *step);

#endif
