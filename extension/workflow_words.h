/*
 * workflow_words.h
 *		What is special about a step, in words for people.
 */
#ifndef MCP_WORKFLOW_WORDS_H
#define MCP_WORKFLOW_WORDS_H

#include "workflow.h"

/* A List of char *: "when $.inputs.n > 3", "at most 5 attempts"; NIL: nothing. */
extern List *workflow_words_of(const WorkflowStep *step);

/* "mcp", "workflow" or "wait". */
extern const char *workflow_words_kind(const WorkflowStep *step);

#endif
