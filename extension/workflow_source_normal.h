/*
 * workflow_source_normal.h
 *		The normal form of a source of values.
 */
#ifndef MCP_WORKFLOW_SOURCE_NORMAL_H
#define MCP_WORKFLOW_SOURCE_NORMAL_H

#include "workflow.h"

/* Under its own name, as the next member of the object being built. */
extern void
workflow_source_print(JsonbParseState **out, const WorkflowInput *input);

/* An object of them under the key. */
extern void workflow_source_print_all(JsonbParseState **out, const char *key,
                                      const WorkflowInput *inputs, int count);

#endif
