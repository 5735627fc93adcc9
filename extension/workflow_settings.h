/*
 * workflow_settings.h
 *		What a workflow document says of its runs as a whole.
 *
 *	"input_schema": JSON Schema, "outputs": {"<name>": source},
 *	"timeout_seconds", "queue", "priority",
 *	"concurrency": {"key": path over {inputs} or null, "limit"}, "retention_days"
 */
#ifndef MCP_WORKFLOW_SETTINGS_H
#define MCP_WORKFLOW_SETTINGS_H

#include "json_reader.h"
#include "workflow.h"

/* Fills in what is said, and adds each problem of it. */
extern void
workflow_settings_read(const JsonObject *document, Workflow *workflow);

#endif
