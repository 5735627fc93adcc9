/*
 * workflow_wait.h
 *		A step of a workflow document that waits: for a time, a signal, somebody.
 *
 *	{"seconds"} or {"until": time or source} or {"signal", "timeout_seconds"?}
 *	or {"approval": {"roles"?, "message"?, "timeout_seconds"?}}
 */
#ifndef MCP_WORKFLOW_WAIT_H
#define MCP_WORKFLOW_WAIT_H

#include "json_reader.h"
#include "workflow.h"
#include "workflow_source.h"

/*
 * What stands under "wait" of the step, at the place given; NULL where nothing
 * does.  palloc'd.
 */
extern WorkflowWait *
workflow_wait_read(const JsonObject *step, WorkflowPlace place);

#endif
