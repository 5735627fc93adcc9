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

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "graph.h"
#include "json_limits.h"

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
	WORKFLOW_STEP_OUTPUT,
	WORKFLOW_EXPRESSION,
	WORKFLOW_ITEM,      /* in a step with for_each: what this is for */
	WORKFLOW_ITEM_INDEX /* and its place, from 0 */
} WorkflowSource;

typedef enum WorkflowStepKind
{
	WORKFLOW_STEP_MCP,
	WORKFLOW_STEP_WORKFLOW, /* a run of another workflow */
	WORKFLOW_STEP_WAIT      /* for a time or something outside */
} WorkflowStepKind;

typedef enum WorkflowWaitKind
{
	WORKFLOW_WAIT_SECONDS,
	WORKFLOW_WAIT_UNTIL,
	WORKFLOW_WAIT_SIGNAL,
	WORKFLOW_WAIT_APPROVAL
} WorkflowWaitKind;

typedef enum WorkflowOnError
{
	WORKFLOW_FAIL,     /* the run fails */
	WORKFLOW_CONTINUE, /* it goes on without the result */
	WORKFLOW_FALLBACK_STEP
} WorkflowOnError;

typedef enum WorkflowItemsMode
{
	WORKFLOW_FAIL_FAST, /* the first item that fails fails the step */
	WORKFLOW_COLLECT    /* failures are told of in the result */
} WorkflowItemsMode;

/* The words for them in documents, by the number of the member. */
extern const char *const workflow_modes[2];
extern const char *const workflow_strategies[3];
extern const char *const workflow_sources[6];
extern const char *const workflow_waits[4];
extern const char *const workflow_on_errors[2];
extern const char *const workflow_items_modes[2];

/* A name of ours: of a step, an input, a key. */
extern const JsonTextLimits workflow_name_limits;

/* A time that is more than none; ten years are what timers are sure to hold. */
extern const JsonRange workflow_seconds_range;

/* A SQL/JSON path over {inputs, steps}; NULL where it could not be parsed. */
typedef struct WorkflowExpression
{
	char *text;
	bool uses_all;  /* it looks at the steps as a whole */
	List *step_ids; /* of char *, that it names */
} WorkflowExpression;

/* Where a value comes from: an input of a step, or what else is found so. */
typedef struct WorkflowInput
{
	char *name;
	WorkflowSource source;
	char *key;                      /* of WORKFLOW_INPUT */
	bool has_default;               /* of WORKFLOW_INPUT */
	JsonbValue value;               /* of WORKFLOW_STATIC_VALUE; the default */
	char *step_id;                  /* of WORKFLOW_STEP_OUTPUT */
	char *output_name;              /* of WORKFLOW_STEP_OUTPUT */
	WorkflowExpression *expression; /* of WORKFLOW_EXPRESSION */
} WorkflowInput;

/* Another workflow that this one names. */
typedef struct WorkflowLink
{
	char *given; /* an id or a slug; NULL: none is named */
	char *id;    /* NULL until workflow_links has found it */
} WorkflowLink;

/* Delays are seconds. */
typedef struct WorkflowRetry
{
	int max_attempts;
	double delay;
	double backoff_factor;
	double max_delay;
	double jitter;
	List *on;     /* of char *, error classes; NIL: all */
	List *not_on; /* of char * */
} WorkflowRetry;

typedef struct WorkflowWait
{
	WorkflowWaitKind kind;
	double seconds;        /* of WORKFLOW_WAIT_SECONDS */
	char *until;           /* of WORKFLOW_WAIT_UNTIL: a time, or */
	WorkflowInput *source; /* where it comes from */
	char *signal;          /* of WORKFLOW_WAIT_SIGNAL */
	List *roles;           /* of WORKFLOW_WAIT_APPROVAL; NIL: anybody */
	char *message;         /* of WORKFLOW_WAIT_APPROVAL, or NULL */
	double timeout;        /* of signals and approvals; 0: none */
} WorkflowWait;

typedef struct WorkflowForEach
{
	WorkflowInput items;
	int max_concurrency; /* 0: all at once */
	WorkflowItemsMode mode;
} WorkflowForEach;

typedef struct WorkflowStep
{
	char *step_id; /* given, or made */
	char *name;
	WorkflowStepKind kind;
	char *mcp;             /* as given, an id or a slug */
	char *mcp_id;          /* NULL until workflow_mcps has found it */
	char *version;         /* NULL: the latest when a run starts */
	WorkflowLink workflow; /* of WORKFLOW_STEP_WORKFLOW */
	WorkflowWait *wait;    /* of WORKFLOW_STEP_WAIT */
	int depends_count;
	char **depends_on; /* NULL where an item could not be used */
	int input_count;
	WorkflowInput *inputs;
	WorkflowExpression *when; /* NULL: always */
	WorkflowRetry *retry;     /* NULL: as the strategy has it */
	double timeout;           /* of one attempt; 0: none */
	WorkflowOnError on_error;
	char *fallback_step; /* of WORKFLOW_FALLBACK_STEP */
	WorkflowForEach *for_each;
	double cache_ttl; /* 0: not cached */
} WorkflowStep;

typedef struct WorkflowErrorHandling
{
	WorkflowStrategy strategy;
	int max_retries;       /* of WORKFLOW_RETRY_WITH_BACKOFF */
	double backoff_factor; /* of WORKFLOW_RETRY_WITH_BACKOFF */
	WorkflowLink fallback; /* of WORKFLOW_FALLBACK_CHAIN */
} WorkflowErrorHandling;

/* Of live runs: at most so many at once that have the same key. */
typedef struct WorkflowConcurrency
{
	WorkflowExpression *key; /* NULL: the workflow as a whole */
	int limit;
} WorkflowConcurrency;

typedef struct Workflow
{
	char *name;
	char *slug;        /* NULL: to be made of the name */
	char *description; /* or NULL */
	WorkflowMode mode;
	WorkflowErrorHandling error_handling;
	Jsonb *input_schema; /* or NULL */
	bool has_outputs;
	int output_count;
	WorkflowInput *outputs;
	double timeout; /* of a run, in seconds; 0: none */
	char *queue;    /* NULL: the default */
	bool has_priority;
	int priority;
	WorkflowConcurrency *concurrency; /* or NULL */
	double retention_days;            /* 0: as the house has it */
	int step_count;
	WorkflowStep *steps;
	int edge_count;
	GraphEdge *edges; /* who waits for whom, by ordinals */
	int *order;       /* how a sequential one runs: list order but that each
	                   * fallback comes right after what it stands for */
} Workflow;

#endif
