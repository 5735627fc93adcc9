/*
 * workflow_normal.h
 *		The normal form of a workflow document: what is stored, and what runs.
 *
 *	{"name", "description", "execution_mode",
 *	 "error_handling": {"strategy", "max_retries", "backoff_factor",
 *						"fallback_workflow_id"},
 *	 "steps": [as workflow_step_normal has them]},
 *	and, where it is said, "input_schema", "outputs", "timeout_seconds", "queue",
 *	"priority", "concurrency", "retention_days".
 *
 * Defaults are filled in, ids are ids and no slugs, and what has no meaning where
 * it stands is null or left out.  So the same workflow has one form only, however
 * it was written down.
 */
#ifndef MCP_WORKFLOW_NORMAL_H
#define MCP_WORKFLOW_NORMAL_H

#include "workflow.h"

/* palloc'd.  Only for a workflow without problems whose ids were found. */
extern Jsonb *workflow_normal_print(const Workflow *workflow);

#endif
