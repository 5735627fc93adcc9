/*
 * workflow.h
 *		What a workflow says, once it is read.
 *
 * Filled in by workflow_definition; whole only where that found no problem.
 * Everything lives in the memory context it was read in, and static values point
 * into the document.  Ordinals are places in the list of steps, from 0.
 */
#ifndef MCP_WORKFLOW_H
#define MCP_WORKFLOW_H

#include "utils/jsonb.h"

#include "graph.h"

/* A document with more is refused: a run keeps the state of all its steps. */
#define WORKFLOW_STEPS_MAX 10000

typedef enum WorkflowMode
{
	WORKFLOW_SEQUENTIAL, /* in list order */
	WORKFLOW_PARALLEL    /* as soon as what it waits for is there */
} WorkflowMode;

typedef enum WorkflowStrategy
{
	WORKFLOW_STOP_ON_ERROR,
	WORKFLOW_RETRY_WITH_BACKOFF,
	WORKFLOW_FALLBACK_CHAIN
} WorkflowStrategy;

typedef enum WorkflowSource
{
	WORKFLOW_INPUT,
	WORKFLOW_STATIC_VALUE,
	WORKFLOW_STEP_OUTPUT
} WorkflowSource;

/* The words for them in documents, by the number of the member. */
extern const char *const workflow_modes[2];
extern const char *const workflow_strategies[3];
extern const char *const workflow_sources[3];

typedef struct WorkflowInput
{
	char *name;
	WorkflowSource source;
	char *key;         /* of WORKFLOW_INPUT */
	JsonbValue value;  /* of WORKFLOW_STATIC_VALUE */
	char *step_id;     /* of WORKFLOW_STEP_OUTPUT */
	char *output_name; /* of WORKFLOW_STEP_OUTPUT */
} WorkflowInput;

typedef struct WorkflowStep
{
	char *step_id; /* given, or made */
	char *name;
	char *mcp;     /* as given, an id or a slug */
	char *mcp_id;  /* NULL until workflow_reference has found it */
	char *version; /* NULL: the latest when a run starts */
	int depends_count;
	char **depends_on; /* NULL where an item could not be used */
	int input_count;
	WorkflowInput *inputs;
} WorkflowStep;

typedef struct WorkflowErrorHandling
{
	WorkflowStrategy strategy;
	int max_retries;       /* of WORKFLOW_RETRY_WITH_BACKOFF */
	double backoff_factor; /* of WORKFLOW_RETRY_WITH_BACKOFF */
	char *fallback;        /* of WORKFLOW_FALLBACK_CHAIN: id or slug as given */
	char *fallback_id;     /* NULL until workflow_reference has found it */
} WorkflowErrorHandling;

typedef struct Workflow
{
	char *name;
	char *slug;        /* NULL: to be made of the name */
	char *description; /* or NULL */
	WorkflowMode mode;
	WorkflowErrorHandling error_handling;
	int step_count;
	WorkflowStep *steps;
	int edge_count;
	GraphEdge *edges; /* depends_on and outputs used, by ordinals */
} Workflow;

#endif
