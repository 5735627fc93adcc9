/*
 * workflow_source.h
 *		Where a value comes from: the sources of a workflow document.
 *
 *	{"source_type": "workflow_input", "workflow_input_key", "default"?}
 *	{"source_type": "static_value", "value"}
 *	{"source_type": "step_output", "source_step_id", "source_output_name"}
 *	{"source_type": "expression", "expression"}
 *	{"source_type": "item"} and {"source_type": "item_index"}
 */
#ifndef MCP_WORKFLOW_SOURCE_H
#define MCP_WORKFLOW_SOURCE_H

#include "json_reader.h"
#include "workflow.h"

/* Is there an item where the source stands? */
typedef enum WorkflowPlace
{
	WORKFLOW_OUTSIDE_ITEMS,
	WORKFLOW_INSIDE_ITEMS
} WorkflowPlace;

/* Fills in all but the name, and adds each problem. */
extern void workflow_source_read(const JsonObject *object, WorkflowPlace place,
                                 WorkflowInput *input);

/*
 * An object of named sources, which may be absent; the problems say that each
 * of them is a `noun`.  palloc'd.
 */
extern WorkflowInput *
workflow_source_read_all(const JsonObject *object, const char *key,
                         const char *noun, WorkflowPlace place, int *count);

#endif
