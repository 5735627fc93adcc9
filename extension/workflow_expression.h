/*
 * workflow_expression.h
 *		A SQL/JSON path over {inputs, steps}, as a workflow document says it.
 */
#ifndef MCP_WORKFLOW_EXPRESSION_H
#define MCP_WORKFLOW_EXPRESSION_H

#include "json_reader.h"
#include "workflow.h"

/*
 * Parses the path that stands under the key.  NULL where there is none, or none
 * that can be used; then a problem was added unless it is absent and optional.
 * Whether the steps that it names exist is for workflow_wiring to say.
 */
extern WorkflowExpression *
workflow_expression_read(const JsonObject *object, const char *key,
                         JsonNeed need);

#endif
